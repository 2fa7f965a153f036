"""Behaviour beside the answers: what groups of interviewed customers do, not what they say."""

from typing import Any

import numpy as np
import pandas as pd

from helpers import families
from helpers.metrics.permutations import ratio_p_values
from helpers.outputs import shaped
from helpers.segments.interviewing import observed_values
from helpers.segments.needs_study import OF_OUTCOME, NeedsStudy, members_of
from helpers.study import Study

MORE, LESS, NOT_SHOWN, TOO_FEW = "more", "less", "not shown", "too few"


def behaviour_beside(
    study: Study,
    needs: NeedsStudy,
    frame: pd.DataFrame,
    metrics: pd.DataFrame,
    labels: dict[str, str],
) -> pd.DataFrame:
    """Each group of needs beside the others in what is observed: ``needs_behaviour``.

    Parameters
    ----------
    metrics : the data file ``account_metrics``.
    labels : names of metrics for people.

    Notes
    -----
    A group by outcome is compared with all other interviewed customers, a profile with those among
    whom it was looked for. The p-value is that of dealing membership out anew among the customers
    with data (`helpers.metrics.permutations`), Holm-adjusted over all comparisons; where there are
    two groups, theirs is one. Where either side has fewer than min_group_size customers with data,
    nothing is tested, and no value is told.
    """
    values = observed_values(study, frame, metrics, labels)
    rows: list[dict] = []
    scopes = needs.groups.groupby(["kind", "outcome"], sort=False)
    # Outcomes are one scope, the profiles of an outcome (or of everybody) another.
    outcomes = needs.groups[needs.groups["kind"] == OF_OUTCOME]
    profiles = [own for (kind, _), own in scopes if kind != OF_OUTCOME]
    for number, groups in enumerate([outcomes, *profiles]):
        if len(groups):
            rows += _scope(study, needs, groups, values, seed=study.seed + number)
    return _judged(study, pd.DataFrame(rows))


def _scope(
    study: Study,
    needs: NeedsStudy,
    groups: pd.DataFrame,
    values: dict[str, pd.Series],
    *,
    seed: int,
) -> list[dict]:
    """Groups that are compared with one another; of two the comparison is one and the same."""
    own = [members_of(needs, group) for group in groups.itertuples()]
    among = own[0][1]
    known = pd.DataFrame({what: column.reindex(among) for what, column in values.items()})
    known = known.loc[:, known.max() > known.min()]  # where all are alike nothing is compared
    if known.empty:
        return []
    data = known.to_numpy(float)
    inside = [known.index.isin(members) for members, _ in own]
    p = ratio_p_values(np.nan_to_num(data), (~np.isnan(data)).astype(float), inside, seed=seed)
    rows = []
    for place, group in enumerate(groups.itertuples()):
        twin = len(groups) == 2 and place == 1
        for number, what in enumerate(known):
            found = _row(
                study, group, what, known[what], inside[place], p[0 if twin else place, number]
            )
            rows.append(found | {"test": (seed, 0 if twin else place, what), "other_side": twin})
    return rows


def _row(study: Study, group: Any, what: str, column: pd.Series, own: np.ndarray, p: float) -> dict:
    one, other = column[own].dropna(), column[~own].dropna()
    few = min(len(one), len(other)) < study.min_group_size
    return {
        "group_id": group.group_id,
        "definition": group.definition,
        "what": what,
        "customers": len(one),
        "value": np.nan if few else one.mean(),
        "others": len(other),
        "others_value": np.nan if few else other.mean(),
        "apart": np.nan if few else (one.mean() - other.mean()) / column.std(),
        "p_value": np.nan if few else p,
    }


def _judged(study: Study, rows: pd.DataFrame) -> pd.DataFrame:
    """With adjusted p-values and what may be said; what is shown first, then by how far apart."""
    if rows.empty:
        return shaped("needs_behaviour", rows)
    rows["p_adjusted"] = families.holm(rows["p_value"].where(~rows["other_side"]))
    rows["p_adjusted"] = rows.groupby("test")["p_adjusted"].transform("first")
    clear = rows["p_adjusted"] <= study.scope.alpha
    way = np.where(rows["apart"] > 0, MORE, LESS)
    open_ones = np.where(rows["p_value"].notna(), NOT_SHOWN, TOO_FEW)
    rows["shown"] = np.where(clear, way, open_ones).astype(object)
    # Of two groups the second says what the first one says, the other way round.
    order = rows.assign(open=~clear, far=-rows["apart"].abs().round(9))
    order = order.sort_values(["other_side", "open", "far", "group_id", "what"], kind="stable")
    return shaped("needs_behaviour", rows.loc[order.index])
