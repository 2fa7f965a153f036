"""What makes a segment worth going after: value, targetability, size."""

from dataclasses import dataclass
from math import log

import numpy as np
import pandas as pd

from helpers.priority.targeting import found_outside, limits, told_before_a_sale
from helpers.segments import verdicts
from helpers.segments.rules import attribute_of, columns_of, evaluate_rules
from helpers.study import Study
from helpers.words import priorities as words

SCORE = "quality_score"


@dataclass(frozen=True)
class Criteria:
    """Validated segments on the three criteria, and what resampling needs.

    ``table`` has one row per validated segment, see `criteria`. ``masks`` has one row per
    customer and one column per segment. ``reason`` says why there is nothing to compare.
    """

    table: pd.DataFrame
    masks: pd.DataFrame
    reason: str = ""


def criteria(
    study: Study,
    segments: pd.DataFrame,
    members: pd.DataFrame,
    frame: pd.DataFrame,
    *,
    prospects: pd.DataFrame | None = None,
) -> Criteria:
    """Measure the validated segments; each criterion lies between 0 and 1 on a scale of its own.

    The scales do not depend on which other segments are compared, so that dropping one leaves the
    order of the rest as it was.

    * ``value``: the honest lift as a share of the lead that excellent customers have over all
      others (their mean score minus the mean of the rest). 1 = as far ahead as they are.
    * ``targetability``: share of the definition's conditions that are visible before a sale
      (attributes with ``external: true``) × the mean coverage of the attributes it names.
    * ``size``: 1 − log(share of customers) ÷ log(smallest share allowed): each doubling counts the
      same; 0 = as small as a segment may be, 1 = everybody. With ``prospects`` the mean of that and
      the same measure of the share of the reachable market (`market_share`), where the rule can
      be applied to the market's attributes.

    Parameters
    ----------
    segments, members : data files ``segments`` and ``segment_members``.
    frame : customer frame.
    prospects : canonical table with banded attributes and ``weight``.

    Returns
    -------
    Criteria; columns segment_id, definition, customers, lift (currency per customer and year),
    extra_score (lift × customers, currency per year), conditions, external_conditions, coverage,
    customer_share, market_share (blank = not known), market_unknown, precision_outside and
    recall_outside (`targeting.found_outside`) with their limits, told_by
    (`targeting.told_before_a_sale`), value, targetability, size.
    """
    frame = frame.reset_index(drop=True)
    found = segments[verdicts.leads(segments["verdict"], segments["confounding"])]
    found = found.sort_values("segment_id")
    held = members[members["segment_id"].isin(found["segment_id"])]
    masks = pd.DataFrame(
        {
            name: frame["account_id"].isin(held.loc[held["segment_id"] == name, "account_id"])
            for name in found["segment_id"]
        },
        index=frame.index,
    )
    smallest = study.smallest_segment(len(frame)) / max(len(frame), 1)
    lead = excellent_lead(frame)
    visible = [name for name, one in study.attributes.items() if one.external and name in frame]
    rows = []
    for row in found.itertuples():
        named = columns_of(row.rule)
        outside = [name for name in named if _external(study, name)]
        coverage = frame[list(named)].notna().mean().mean() if named else np.nan
        share = masks[row.segment_id].mean()
        market, unknown = (np.nan, np.nan)
        if prospects is not None:
            market, unknown = market_share(prospects, row.rule)
        sizes = [size_of(share, smallest)]
        precision, recall = found_outside(
            frame, masks[row.segment_id], visible,
            conditions=study.scope.max_conditions, seed=study.seed,
        )  # fmt: skip
        low, high, recall_low, recall_high = limits(
            precision, recall, int(masks[row.segment_id].sum())
        )
        sizes += [size_of(market, smallest)] if np.isfinite(market) else []
        rows.append(
            {
                "segment_id": row.segment_id,
                "definition": row.definition,
                "customers": int(masks[row.segment_id].sum()),
                "lift": row.lift,
                "extra_score": row.lift * int(masks[row.segment_id].sum()),
                "conditions": len(named),
                "external_conditions": len(outside),
                "coverage": coverage,
                "customer_share": share,
                "market_share": market,
                "market_unknown": unknown,
                "precision_outside": precision,
                "recall_outside": recall,
                "precision_low": low,
                "precision_high": high,
                "recall_low": recall_low,
                "recall_high": recall_high,
                "told_by": told_before_a_sale(
                    conditions=len(named),
                    external=len(outside),
                    precision=precision,
                    precision_low=low,
                    recall=recall,
                    share=share,
                ),
                "value": float(value_of(row.lift, lead)),
                "targetability": len(outside) / len(named) * coverage if named else 0.0,
                "size": float(np.mean(sizes)),
            }
        )
    columns = [
        "segment_id", "definition", "customers", "lift", "extra_score", "conditions",
        "external_conditions", "coverage", "customer_share", "market_share", "market_unknown",
        "precision_outside",
        "recall_outside", "precision_low", "precision_high", "recall_low", "recall_high", "told_by",
        "value", "targetability", "size",
    ]  # fmt: skip
    reason = "" if rows else words.NO_SEGMENT_VALIDATED_SO_THERE
    return Criteria(pd.DataFrame(rows, columns=columns), masks, reason)


def _external(study: Study, column: str) -> bool:
    attribute = attribute_of(study, column)
    return bool(attribute and study.attributes[attribute].external)


def excellent_lead(frame: pd.DataFrame) -> float:
    """Mean score of excellent customers minus the mean of all others; blank where one is empty."""
    excellent = frame["band"] == "excellent"
    return float(frame.loc[excellent, SCORE].mean() - frame.loc[~excellent, SCORE].mean())


def value_of(lift: float | np.ndarray, lead: float | np.ndarray) -> np.ndarray:
    """A lift as a share of the lead of excellent customers, held between 0 and 1."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.asarray(lift, dtype=float) / np.asarray(lead, dtype=float)
    return np.clip(np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0)


def size_of(share: float | np.ndarray, smallest: float) -> np.ndarray:
    """A share of customers on a scale of doublings: 0 = the smallest allowed, 1 = everybody.

    >>> float(size_of(0.5, 0.25)), float(size_of(0.1, 0.25))
    (0.5, 0.0)
    """
    if smallest >= 1:
        return np.ones_like(np.asarray(share, dtype=float))
    held = np.clip(np.asarray(share, dtype=float), smallest, 1.0)
    return 1 - np.log(held) / log(smallest)


def market_share(prospects: pd.DataFrame, rule: str) -> tuple[float, float]:
    """Share of the reachable market that meets a rule, and share of which that is not known.

    Both by weight. The first is of the companies of which it is known, as in the comparison of
    customers and market: one whose industry nobody knows is not one of another industry. Blank
    where the rule names something that the market's table does not have, or nothing is known.
    """
    met, not_met = in_market(prospects, rule)
    total, known = prospects["weight"].sum(), met + not_met
    if not total > 0 or np.isnan(known):
        return float("nan"), float("nan")
    return met / known if known > 0 else float("nan"), float(1 - known / total)


def in_market(prospects: pd.DataFrame, rule: str) -> tuple[float, float]:
    """Companies of the reachable market that meet a rule, and those that do not, by weight.

    Companies of which it is not known (the condition is null) are neither; both are blank where
    the rule names something that the market's table does not have.
    """
    if not set(columns_of(rule)) <= set(prospects.columns):
        return float("nan"), float("nan")
    answers = evaluate_rules(
        prospects, {"met": rule, "not met": f"NOT ({rule}\n)"}, place="prospects"
    )
    met, not_met = (float(prospects.loc[answers[name], "weight"].sum()) for name in answers)
    return met, not_met
