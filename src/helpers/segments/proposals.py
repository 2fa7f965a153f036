"""Candidates for hypotheses, from the attributes at hand, before anyone has seen a difference.

A proposal says how many customers it would concern and which difference could be seen at all; what
the difference is stays unlooked at, so that accepting one is still a declaration beforehand.
"""

from typing import Any

import pandas as pd
from scipy import stats

from helpers.collect.attributes import UNKNOWN
from helpers.outputs import shaped
from helpers.search.power import detectable_lift
from helpers.segments.rules import literal
from helpers.study import Study
from helpers.words import people as words
from helpers.words import say


def hypothesis_proposals(
    study: Study, attributes: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:
    """Candidates for the workshop: the data file ``hypothesis_proposals``.

    Parameters
    ----------
    attributes : account_id + one column per attribute, banded.
    scores : the data file ``quality_scores``.

    Returns
    -------
    One row per level of an attribute that as many customers as the smallest segment have, and as
    many lack: proposal_id, statement, variable, level, where, customers, customer_share,
    detectable_difference (score units, with a power of 80 % at scope.alpha shared among all
    proposals), declared (whether a hypothesis of the study names its condition). Attributes that
    share lines of the score are left out: they prove nothing about it. In the order of the study.
    """
    smallest, everyone = study.smallest_segment(len(attributes)), len(attributes)
    declared = {" ".join((one.where or "").split()).casefold() for one in study.hypotheses}
    rows: list[dict[str, Any]] = []
    for name, entry in study.attributes.items():
        if entry.shares or name not in attributes:
            continue
        counts = attributes[name].astype("object").value_counts()
        order = (
            [*attributes[name].cat.categories]
            if _ordered(attributes[name])
            else sorted(counts.index)
        )
        for level in order:
            size = int(counts.get(level, 0))
            if level == UNKNOWN or size < smallest or everyone - size < smallest:
                continue
            where = f"{name} = {literal(str(level))}"
            rows.append(
                {
                    "statement": say(words.PROPOSAL, attribute=study.label(name), level=level),
                    "variable": name,
                    "level": str(level),
                    "where": where,
                    "customers": size,
                    "customer_share": size / everyone,
                    "declared": where.casefold() in declared,
                }
            )
    spread = float(scores["quality_score"].std()) if len(scores) > 1 else float("nan")
    critical = stats.norm.isf(study.scope.alpha / 2 / max(len(rows), 1))
    for number, row in enumerate(rows, 1):
        row["proposal_id"] = f"P{number:03d}"
        row["detectable_difference"] = float(
            detectable_lift(row["customers"], everyone, spread, critical)
        )
    return shaped("hypothesis_proposals", rows)


def _ordered(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)
