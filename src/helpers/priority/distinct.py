"""Segments that exclude one another: whose customers are whose, and what is left over.

Validated segments overlap. Who plans work, or adds up money, needs each customer once: it belongs
to the first of its segments in the order of priority. What then adds nothing is dropped, with the
reason.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say

LEFT_OVER = "left-over"


@dataclass(frozen=True)
class Distinct:
    """Data files: ``table`` is ``distinct_segments``, ``overlaps`` is ``segment_overlaps``.

    ``explained`` is the share of the spread of scores between customers that lies between these
    segments and the left over, beyond what chance explains (`explained_share`); NaN = not known.
    """

    table: pd.DataFrame
    overlaps: pd.DataFrame
    explained: float


def distinct(
    study: Study,
    ranked: pd.DataFrame,
    members: pd.DataFrame,
    frame: pd.DataFrame,
    *,
    worth: pd.DataFrame | None = None,
) -> Distinct:
    """The ranked segments as groups of current customers that exclude one another.

    Parameters
    ----------
    ranked : data file ``priorities``, whose order is the precedence.
    members : data file ``segment_members``.
    frame : customer frame.
    worth : account_id, arr (currency per year); without it ARR is blank.

    Notes
    -----
    A segment is dropped where fewer of its customers than `Study.smallest_segment` belong to none
    before it, or where these score no better on average than who belongs to none at all; its
    customers go to the next of their segments, or are left over.
    """
    current = frame[frame["status"] == "current"].set_index("account_id")
    held = members[members["account_id"].isin(current.index)]
    inside = {
        name: set(held.loc[held["segment_id"] == name, "account_id"])
        for name in ranked["segment_id"]
    }
    score = current["quality_score"].astype(float)
    arr = pd.Series(np.nan, index=current.index)
    if worth is not None and "arr" in worth:
        arr = worth.set_index("account_id")["arr"].reindex(current.index).astype(float)
    least = study.smallest_segment(len(frame))
    outside = score[~score.index.isin(set().union(*inside.values()))]
    taken: set[str] = set()
    belongs = pd.Series(LEFT_OVER, index=current.index)
    rows = []
    for place, (name, told) in enumerate(
        zip(ranked["segment_id"], ranked["definition"], strict=True), start=1
    ):
        own = inside[name] - taken
        reason = _dropped(own, inside[name], least, score, outside)
        if not reason:
            taken |= own
            belongs[belongs.index.isin(own)] = name
        kept = own if not reason else set()
        rows.append(
            {"segment_id": name, "definition": told, "place": place,
             "members": len(inside[name]), "dropped": reason}
            | _held(kept, current, score, arr)
        )  # fmt: skip
    if len(ranked):
        rest = set(current.index) - taken
        rows.append(
            {"segment_id": LEFT_OVER, "definition": words.LEFT_OVER, "place": len(ranked) + 1,
             "members": len(rest), "dropped": ""}
            | _held(rest, current, score, arr)
        )  # fmt: skip
    pairs = [
        {
            "segment_id": one,
            "other_id": other,
            "both": len(inside[one] & inside[other]),
            "of_segment": _share(len(inside[one] & inside[other]), len(inside[one])),
            "of_other": _share(len(inside[one] & inside[other]), len(inside[other])),
        }
        for one, other in combinations(ranked["segment_id"], 2)
    ]
    return Distinct(
        outputs.shaped("distinct_segments", rows),
        outputs.shaped("segment_overlaps", pairs),
        explained_share(score, belongs),
    )


def explained_share(score: pd.Series, belongs: pd.Series) -> float:
    """Share of the variance of scores that lies between groups, less what chance gives.

    Kelley's ε² = 1 − (SS within ÷ (n − k)) ÷ (SS total ÷ (n − 1)) (Kelley 1935, An unbiased
    correlation ratio measure, PNAS 21): about 0 for groups made at random, however many, so that
    it may come out below 0. NaN with one group, or without spread.
    """
    known = score.notna()
    score, belongs = score[known], belongs[known]
    n, k = len(score), belongs.nunique()
    total = ((score - score.mean()) ** 2).sum()
    if k < 2 or n <= k or not total > 0:
        return float("nan")
    within = ((score - score.groupby(belongs).transform("mean")) ** 2).sum()
    return float(1 - (within / (n - k)) / (total / (n - 1)))


def _dropped(
    own: set[str], inside: set[str], least: int, score: pd.Series, outside: pd.Series
) -> str:
    """Why a segment adds nothing to those before it; "" = it does."""
    if len(own) < least:
        return say(
            words.FEW_OF_ITS_OWN,
            before=f"{len(inside) - len(own):,}", members=f"{len(inside):,}", least=f"{least:,}",
        )  # fmt: skip
    if len(outside) and score[score.index.isin(own)].mean() <= outside.mean():
        return say(words.NO_BETTER_ALONE, own=f"{len(own):,}")
    return ""


def _held(
    kept: set[str], current: pd.DataFrame, score: pd.Series, arr: pd.Series
) -> dict[str, float]:
    """Customers, score and ARR of a group, each with its share of all current customers'."""
    here = current.index.isin(kept)
    total, paid = score.sum(), arr.sum(min_count=1)
    return {
        "customers": int(here.sum()),
        "customer_share": _share(here.sum(), len(current)),
        "mean_score": score[here].mean(),
        "score_spread": score[here].std(),
        "score_share": _share(score[here].sum(), total) if (score >= 0).all() else np.nan,
        "arr": arr[here].sum() if paid == paid else np.nan,
        "arr_share": _share(arr[here].sum(), paid),
    }


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else float("nan")
