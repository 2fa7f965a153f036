"""How firm each accepted segment is: resampling, single customers, strata, variants, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import stats

from helpers.alongside import cores
from helpers.errors import StudyError
from helpers.search import inference
from helpers.search.discovery import Discovery, Evidence
from helpers.search.enumerate import Candidates
from helpers.search.inference import Layout
from helpers.search.lifts import naive_lift
from helpers.search.select import Step, clearest, normal_scores_of
from helpers.words import groups as words
from helpers.words import say

POOL = 2000  # candidates that a bootstrap sample chooses from: the best of every step
ROOM = 100_000_000  # members (4 bytes each) of all layouts that are kept for other samples
SAME = 0.5  # overlap (shared / joint customers) from which a segment counts as found again

# How the columns of the summary read in front of people.


@dataclass(frozen=True)
class Robustness:
    """Checks of the accepted segments.

    Attributes
    ----------
    checks
        One row per segment, check and case: segment_id, check ("influence", "stratum", "score",
        "time"), case, customers (in the segment), others, lift, lift_low, lift_high
        (Welch's 95 % interval; not corrected for selection), same_direction.
    summary
        One row per segment: segment_id, selection_frequency (share of bootstrap samples whose
        search finds it again), most_influential (account), lift_without (the lift without that
        account), survives_without (whether the segment then still passes the search-wide critical
        value), lift_within_strata, strata_same_direction, variants_same_direction (shares of
        cases with the sign of the lift; blank without cases), lift_before, lift_after.
    """

    checks: pd.DataFrame
    summary: pd.DataFrame


def check(
    found: Discovery,
    *,
    strata: Sequence[str] = (),
    won_on: str | None = None,
    date: object = None,
    score_variants: Mapping[str, str | pd.Series] | None = None,
    bootstrap: int = 100,
    seed: int = 0,
) -> Robustness:
    """Try every accepted segment of a `discover` result on changed data.

    Parameters
    ----------
    found
        Result of `discover`.
    strata
        Columns; the lift is taken within each of their values (Simpson's paradox shows as a lift
        that vanishes or turns around inside the strata).
    won_on, date
        Date column and a date; lifts among customers won before it, and on it or after.
    score_variants
        Name → column, or scores by account_id: other formulas of the score.
    bootstrap
        Bootstrap samples; 0 leaves the selection frequency blank.
    seed
        Start of the random numbers.

    Returns
    -------
    Robustness

    Notes
    -----
    A bootstrap sample (n customers with replacement) goes through the same forward selection with
    the original critical values; a segment is found again when a selected one shares at least
    half of the joint customers. Frequencies describe how settled the *definition* is; they are no
    test (Sauerbrei & Schumacher 1992).
    """
    evidence = found.evidence
    inputs, steps = evidence.inputs, evidence.selection.steps
    frequency = _frequencies(evidence, bootstrap, seed)
    checks: list[dict] = []
    summary = []
    for number, step in enumerate(steps):
        name = found.segments["segment_id"].iloc[number]
        inside = evidence.candidates.mask(step.candidate)
        cases = _Cases(name, checks)
        influence = _influence(evidence, step, inside)
        cases.add(
            "influence",
            f"without {influence['account']}",
            *_without(influence["position"], inputs.score, inside),
        )
        within = [
            cases.add("stratum", f"{column}: {level}", inputs.score[rows], inside[rows])
            for column in strata
            for level, rows in _levels(inputs.customers, column)
        ]
        variants = [
            cases.add("score", label, _scores(inputs.customers, label, column), inside)
            for label, column in (score_variants or {}).items()
        ]
        before, after = np.nan, np.nan
        if won_on is not None:
            early = _won_before(inputs.customers, won_on, date)
            before, after = (
                cases.add("time", label, inputs.score[rows], inside[rows])
                for label, rows in (
                    (f"won before {date}", early),
                    (say(words.WON_ON_OR_AFTER, date=date), ~early),
                )
            )
        summary.append(
            {
                "segment_id": name,
                "selection_frequency": frequency[number],
                "most_influential": influence["account"],
                "lift_without": influence["lift"],
                "survives_without": influence["survives"],
                "lift_within_strata": _pooled(inputs, inside, strata),
                "strata_same_direction": _share(within),
                "variants_same_direction": _share(variants),
                "lift_before": before,
                "lift_after": after,
            }
        )
    return Robustness(
        pd.DataFrame(checks, columns=list(CHECKS)).astype(CHECKS),
        pd.DataFrame(summary, columns=list(SUMMARY)).astype(SUMMARY),
    )


CHECKS = {
    "segment_id": str,
    "check": str,
    "case": str,
    "customers": int,
    "others": int,
    "lift": float,
    "lift_low": float,
    "lift_high": float,
    "same_direction": "boolean",
}
SUMMARY = {
    "segment_id": str,
    "selection_frequency": float,
    "most_influential": str,
    "lift_without": float,
    "survives_without": bool,
    "lift_within_strata": float,
    "strata_same_direction": float,
    "variants_same_direction": float,
    "lift_before": float,
    "lift_after": float,
}


@dataclass(frozen=True)
class _Cases:
    """Collects one segment's checks."""

    segment_id: str
    rows: list[dict]

    def add(self, check_name: str, case: str, score, inside) -> float:
        """Record a lift on changed data; blank where either side has fewer than two customers."""
        lift = low = high = np.nan
        m, others = int(inside.sum()), int((~inside).sum())
        if min(m, others) >= 2:
            lift, error = naive_lift(score, inside)
            reach = stats.t.ppf(0.975, min(m, others) - 1) * error
            low, high = lift - reach, lift + reach
        self.rows.append(
            {
                "segment_id": self.segment_id,
                "check": check_name,
                "case": case,
                "customers": m,
                "others": others,
                "lift": lift,
                "lift_low": low,
                "lift_high": high,
                "same_direction": pd.NA if np.isnan(lift) else bool(lift > 0),
            }
        )
        return lift


def _share(lifts: list[float]) -> float:
    known = np.array([lift for lift in lifts if not np.isnan(lift)])
    return float((known > 0).mean()) if known.size else np.nan


def _levels(customers: pd.DataFrame, column: str) -> list[tuple[str, np.ndarray]]:
    if column not in customers:
        raise StudyError(f"strata: the customer table has no column {column!r}")
    values = customers[column].astype(object)
    levels = sorted(values.dropna().unique(), key=str)
    return [(str(level), (values == level).to_numpy(bool)) for level in levels]


def _scores(customers: pd.DataFrame, label: str, column: str | pd.Series) -> np.ndarray:
    if isinstance(column, pd.Series):
        values = column.reindex(customers.index)
    elif column in customers:
        values = customers[column]
    else:
        raise StudyError(f"score variant {label!r}: the customer table has no column {column!r}")
    values = values.to_numpy(float, na_value=np.nan)
    absent = int((~np.isfinite(values)).sum())
    if absent:
        raise StudyError(f"score variant {label!r} lacks a score for {absent} customers")
    return values


def _won_before(customers: pd.DataFrame, won_on: str, date: object) -> np.ndarray:
    if won_on not in customers or date is None:
        raise StudyError("the look in time needs won_on (a column with dates) and date")
    return (pd.to_datetime(customers[won_on]) < pd.Timestamp(date)).to_numpy(bool)


def _without(position: int, score, inside):
    rows = np.arange(score.size) != position
    return score[rows], inside[rows]


def _influence(evidence: Evidence, step: Step, inside: np.ndarray) -> dict:
    """The customer whose removal lowers the lift most, and whether the segment survives it."""
    inputs = evidence.inputs
    after = np.empty(inside.size)
    for side, direction in ((inside, 1.0), (~inside, -1.0)):
        y = inputs.score[side]
        after[side] = direction * (y.sum() - y) / (y.size - 1)
    means = [inputs.score[side].mean() for side in (inside, ~inside)]
    lift = np.where(inside, after - means[1], means[0] + after)
    position = int(np.argmin(lift))
    # the same comparison, within the same cells, with that customer given weight 0
    layout = step.layout
    count = np.ones(inside.size)
    count[position] = 0.0
    t, *_, df, _ = inference.statistics(layout, inputs.tested, count)
    z = inference.normal_score(t[[step.candidate]], df[[step.candidate]])[0]
    return {
        "position": position,
        "account": str(inputs.customers.index[position]),
        "lift": float(lift[position]),
        "survives": bool(z >= step.critical),
    }


def _pooled(inputs, inside: np.ndarray, strata: Sequence[str]) -> float:
    """Lift within the strata taken together: strata count by the comparisons they allow."""
    if not strata:
        return np.nan
    cell = np.zeros(inside.size, np.int64)
    for column in strata:
        codes, levels = pd.factorize(inputs.customers[column].astype(object).map(str))
        cell = pd.factorize(cell * len(levels) + codes)[0]
    n, m = np.bincount(cell), np.bincount(cell, inside)
    total = np.bincount(cell, inputs.score)
    mine = np.bincount(cell, inputs.score * inside)
    with np.errstate(invalid="ignore", divide="ignore"):
        lift = mine / m - (total - mine) / (n - m)
        counts = m * (n - m) / n
    use = counts > 0
    return float(np.average(lift[use], weights=counts[use])) if use.any() else np.nan


def _frequencies(evidence: Evidence, samples: int, seed: int) -> np.ndarray:
    """Share of bootstrap samples whose forward selection finds each accepted segment again."""
    steps, inputs = evidence.selection.steps, evidence.inputs
    if not steps or samples == 0:
        return np.full(len(steps), np.nan)
    best = np.max([step.observed.z for step in steps], axis=0)
    pool = np.sort(np.argsort(-best, kind="stable")[:POOL])
    candidates = evidence.candidates.subset(pool)
    accepted = np.array([evidence.candidates.mask(step.candidate) for step in steps])
    n = inputs.score.size
    # whole clusters are drawn where customers of one are not independent
    of = np.arange(n) if inputs.cluster is None else inputs.cluster
    drawn = int(of.max()) + 1
    search = _Reselection(candidates, inputs, [step.critical for step in steps])

    def again(sample: int) -> np.ndarray:
        rng = np.random.default_rng([seed, 11, sample])
        count = np.bincount(rng.integers(0, drawn, drawn), minlength=drawn).astype(float)[of]
        picked = search.of(count)
        if not picked:
            return np.zeros(len(steps), bool)
        masks = np.array([candidates.mask(j) for j in picked])
        shared = accepted.astype(int) @ masks.T.astype(int)
        joint = accepted.sum(1)[:, None] + masks.sum(1)[None, :] - shared
        return (shared / joint >= SAME).any(axis=1)

    with ThreadPoolExecutor(cores()) as threads:
        return np.mean(list(threads.map(again, range(samples))), axis=0)


class _Reselection:
    """Forward selection on bootstrap samples with given critical values.

    Samples that picked the same segments so far work in the same cells: their layouts, which take
    most of the time, are kept as long as there is room.
    """

    def __init__(self, candidates: Candidates, inputs, critical: list[float]) -> None:
        self.candidates, self.inputs, self.critical = candidates, inputs, critical
        self.standing = normal_scores_of(inputs.tested)
        room = int(np.clip(ROOM // max(candidates.members.size, 1), 2, 64))
        self.arranged = lru_cache(room)(self._arranged)

    def _arranged(self, picked: tuple[int, ...]) -> tuple[np.ndarray, Layout, Layout]:
        """Cells given what was picked, the layout in them, and the same without clusters."""
        inputs = self.inputs
        cell = np.zeros(inputs.score.size, np.int64) if inputs.strata is None else inputs.strata
        for j in picked:
            _, cell = np.unique(cell * 2 + self.candidates.mask(j), return_inverse=True)
        plain = inference.arrange(self.candidates, cell, inputs.minimum)
        if inputs.cluster is None:
            return cell, plain, plain
        return (
            cell,
            inference.arrange(self.candidates, cell, inputs.minimum, inputs.cluster),
            plain,
        )

    def of(self, count: np.ndarray) -> tuple[int, ...]:
        """Candidates that one sample picks, in order."""
        picked: tuple[int, ...] = ()
        critical, minimum = self.critical, self.inputs.minimum
        for number in range(len(critical) + 1):
            cell, layout, plain = self.arranged(picked)
            eligible = np.sort(layout.eligible)
            t, _, _, information, df, _ = inference.statistics(
                layout, self.inputs.tested, count, eligible
            )
            usable = eligible[information[eligible] >= minimum / 2]
            if usable.size == 0:
                break
            z = inference.normal_score(t[usable], df[usable])
            passing = usable[z >= critical[min(number, len(critical) - 1)]]
            if passing.size == 0:
                break
            chosen = clearest(self.candidates, passing, self.standing, cell, minimum, count, plain)
            picked = (*picked, chosen)
        return picked
