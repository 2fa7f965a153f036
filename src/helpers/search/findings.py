"""What a search found, as tables: segments, echoes, the numbers of the whole search."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from helpers.search import power
from helpers.search.enumerate import Candidates
from helpers.search.inference import Layout, compare, critical_value
from helpers.search.inputs import Inputs
from helpers.search.lifts import Lift, naive_lift
from helpers.search.select import Selection
from helpers.search.typical import percentile_of
from helpers.words import groups

MEAN, TYPICAL = "mean", "typical"  # what is claimed of a group: its mean, or a member's rank
UNPROVEN = 5  # best candidates shown although they are not proven
NEAR_COPY = 0.5  # overlap (shared / joint customers) from which a candidate repeats another

COLUMNS = {
    "segment_id": str,
    "definition": str,
    "rule": str,
    "conditions": int,
    "customers": int,
    "customer_share": float,
    "mean_score": float,
    "naive_lift": float,
    "lift": float,
    "lift_low": float,
    "lift_high": float,
    "lift_pct": float,
    "p_adjusted": float,
    "claim": str,
    "accepted": bool,
    "percentile": float,
    "percentile_low": float,
    "percentile_high": float,
}


def segment_id(rule_parts: Sequence[str]) -> str:
    """Short name that depends on the rule alone, whatever the order of its conditions."""
    text = " AND ".join(sorted(rule_parts))
    return "seg_" + hashlib.sha256(text.encode()).hexdigest()[:10]


def identity(found: Candidates, candidate: int) -> dict[str, object]:
    conditions = found.described(candidate)
    return {
        "segment_id": segment_id([c.rule for c in conditions]),
        "definition": groups.together(c.label for c in conditions),
        "rule": " AND ".join(c.rule for c in conditions),
        "conditions": len(conditions),
        "customers": int(found.sizes[candidate]),
    }


def segment_row(
    found: Candidates,
    inputs: Inputs,
    candidate: int,
    p: float,
    lift: Lift | None,
    *,
    claim: str = MEAN,
    accepted: bool = False,
) -> dict[str, object]:
    inside = found.mask(candidate)
    overall, place = inputs.score.mean(), percentile_of(inputs, inside)
    row = identity(found, candidate) | {
        "customer_share": float(inside.mean()),
        "mean_score": float(inputs.score[inside].mean()),
        "naive_lift": naive_lift(inputs.score, inside)[0],
        "p_adjusted": p,
        "claim": claim,
        "accepted": accepted,
        "percentile": place.value,
        "percentile_low": place.low,
        "percentile_high": place.high,
    }
    if lift is not None:
        row |= {
            "lift": lift.lift,
            "lift_low": lift.low,
            "lift_high": lift.high,
            "lift_pct": 100 * lift.lift / overall if overall > 0 else np.nan,
        }
    return row


def best_unproven(
    found: Candidates,
    searches: Mapping[str, tuple[Selection, np.ndarray]],
    taken: Sequence[np.ndarray],
    alpha: float,
) -> list[tuple[int, str, float]]:
    """The best candidates that are not proven: which, by which claim, search-wide p-value.

    Those that came nearest in the search of means and in that of ranks take turns: few find both,
    and where lifts multiply ranks come nearer. They are taken by what is left of the scores once
    what is told (`taken`, as masks) is known (`left_of`): the best pieces of a group that is told,
    and groups around it, look good because that group does, and would fill the list. Near-copies of
    what is told or of each other are left out, and what its own search shows.

    Parameters
    ----------
    searches : by claim, the selection and the scores that it tested.
    """
    queues = {
        claim: iter([j for j in _best_first(*search, taken) if search[0].p_values[j] > alpha])
        for claim, search in searches.items()
    }
    taken = list(taken)
    picked: list[tuple[int, str, float]] = []
    while queues and len(picked) < UNPROVEN:
        for claim in list(queues):
            for candidate in queues[claim]:
                inside = found.mask(candidate)
                if all(overlap_of(inside, other) < NEAR_COPY for other in taken):
                    p = float(searches[claim][0].p_values[candidate])
                    picked.append((candidate, claim, p))
                    taken.append(inside)
                    break
            else:
                del queues[claim]
    return picked[:UNPROVEN]


def _best_first(search: Selection, score: np.ndarray, told: Sequence[np.ndarray]) -> list[int]:
    """Candidates that look better than others, with what is told and beside it; the best first."""
    layout, ranked = search.layout, search.layout.eligible
    z, better = search.observed.z[ranked], search.observed.t[ranked] > 0
    if told and ranked.size:
        beside, alone = compare(layout, left_of(score, layout, told)), compare(layout, score)
        z = beside.z[ranked] - (alone.z[ranked] - z)  # as balanced over depths as the search was
        better &= beside.t[ranked] > 0
    order = np.lexsort((ranked, -z))
    return [int(j) for j in ranked[order][better[order]][: 50 * UNPROVEN]]


def left_of(score: np.ndarray, layout: Layout, told: Sequence[np.ndarray]) -> np.ndarray:
    """Scores less what membership in the told groups explains: least squares within cells."""
    table = np.column_stack([score, *told]).astype(float)
    for part in layout.cells:
        rows = layout.order[part]
        table[rows] -= table[rows].mean(axis=0)
    rest, groups = table[:, 0], table[:, 1:]
    return rest - groups @ np.linalg.lstsq(groups, rest, rcond=None)[0]


def overlap_of(one: np.ndarray, other: np.ndarray) -> float:
    return float((one & other).sum() / (one | other).sum())


def echoes_of(
    found: Candidates, selection: Selection, inputs: Inputs, alpha: float
) -> pd.DataFrame:
    """Every candidate that passes the search-wide test, with the accepted segment it repeats."""
    significant = np.flatnonzero(selection.p_values <= alpha)
    order = np.lexsort((significant, -selection.observed.z[significant]))
    accepted = [
        (found.mask(s.candidate), identity(found, s.candidate)["segment_id"])
        for s in selection.steps
    ]
    rows = []
    for candidate in significant[order]:
        inside = found.mask(candidate)
        overlaps = [(overlap_of(inside, mask), name) for mask, name in accepted]
        overlap, name = max(overlaps, key=lambda pair: pair[0], default=(np.nan, None))
        rows.append(
            identity(found, candidate)
            | {
                "naive_lift": naive_lift(inputs.score, inside)[0],
                "p_adjusted": float(selection.p_values[candidate]),
                "echoes": name,
                "overlap": overlap,
            }
        )
    columns = [
        "segment_id",
        "definition",
        "rule",
        "conditions",
        "customers",
        "naive_lift",
        "p_adjusted",
        "echoes",
        "overlap",
    ]
    return pd.DataFrame(rows, columns=columns)


def possible(inputs: Inputs, max_conditions: int) -> int:
    """Definitions of up to `max_conditions` conditions that can be written with the levels.

    One condition per attribute: the elementary symmetric sums of the numbers of levels.
    """
    ways = [1] + [0] * max_conditions
    for levels in inputs.encoded.levels:
        for depth in range(max_conditions, 0, -1):
            ways[depth] += ways[depth - 1] * len(levels)
    return sum(ways[1:])


def summarise(
    found: Candidates,
    selection: Selection,
    inputs: Inputs,
    segments: pd.DataFrame,
    *,
    alpha: float,
    permutations: int,
    max_conditions: int,
) -> dict[str, object]:
    """Numbers of the whole search, for `Discovery.summary`.

    Of definitions: `definitions_possible` can be written; `definitions_searched` of them have
    enough customers; `candidates_searched` of these are different groups with enough comparable
    customers, and were tested. `detectable_lift` is for `detectable_customers`, where lifts are
    added to scores, `detectable_lift_multiplied` where they multiply them (`power`).
    """
    mean, spread = float(inputs.score.mean()), float(inputs.score.std())
    varies = spread > 1e-12 * max(1.0, abs(mean))  # else it is rounding
    n = inputs.score.size
    null = selection.null
    critical = critical_value(null, alpha * selection.kept) if null.size else np.nan
    eligible = selection.layout.eligible
    largest = int(found.sizes[eligible].max(initial=0))
    table = power.power_table(n, inputs.minimum, spread, mean, critical, largest=largest)
    # the size that is told: a tenth of the customers, or what was searched that is nearest to it
    size = max(min(round(n / 10), largest), inputs.minimum)
    tenth = power.detectable_lift(size, n, spread, critical)
    multiplied = power.multiplied_lift(size, n, spread, mean, critical)
    return {
        "customers": n,
        "customers_without_score": inputs.dropped,
        "mean_score": mean,
        "score_sd": spread,
        "score_skewness": float(stats.skew(inputs.score)) if varies else 0.0,
        "attributes": len(inputs.encoded.attributes),
        "conditions": len(inputs.encoded.conditions),
        "max_conditions": max_conditions,
        "min_customers": inputs.minimum,
        "definitions_possible": possible(inputs, max_conditions),
        "definitions_searched": found.searched,
        "candidates_searched": int(selection.layout.eligible.size),
        "alpha": alpha,
        "permutations": permutations,
        "critical_value": critical,
        "best_statistic": float(selection.observed.z.max(initial=-np.inf)),
        "segments_typical": int((segments["accepted"] & (segments["claim"] == TYPICAL)).sum()),
        "segments_validated": int((segments["accepted"] & (segments["claim"] == MEAN)).sum()),
        "detectable_customers": size,
        "detectable_lift": float(tenth),
        "detectable_lift_multiplied": float(multiplied),
        "detectable_lift_sd": float(tenth / spread) if spread > 0 else np.nan,
        "detectable_by_size": table,
        "null_best_statistic": null,
    }
