"""How firm each accepted segment is: resampling, single customers, strata, variants, time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.errors import StudyError
from helpers.segments import inference
from helpers.segments.discovery import Discovery, Evidence
from helpers.segments.lifts import naive_lift
from helpers.segments.search import Candidates
from helpers.segments.selection import Step, clearest, normal_scores_of

POOL = 2000  # candidates that a bootstrap sample chooses from: the best of every step
SAME = 0.5  # overlap (shared / joint customers) from which a segment counts as found again

# How the columns of the summary read in front of people.
HEADINGS = {
    "segment": "Segment",
    "selection_frequency": "Found again in resamples",
    "lift_without": "Lift without its most influential customer",
    "lift_within_strata": "Lift within strata",
    "strata_same_direction": "Strata in the same direction",
    "variants_same_direction": "Scores in the same direction",
    "lift_before": "Lift, won early",
    "lift_after": "Lift, won late",
}
FORMATS = {
    name: "money" if name.startswith("lift") else "percent"
    for name in HEADINGS
    if name != "segment"
}


@dataclass(frozen=True)
class Robustness:
    """Checks of the accepted segments.

    Attributes
    ----------
    checks
        One row per segment, check and case: segment_id, check ("influence", "stratum", "score",
        "customers", "time"), case, customers (in the segment), others, lift, lift_low, lift_high
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
    customer_variants: Mapping[str, pd.DataFrame] | None = None,
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
    customer_variants
        Name → customer table with the same columns: other exclusion rules.
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
    study, steps = evidence.study, evidence.selection.steps
    frequency = _frequencies(evidence, bootstrap, seed)
    checks: list[dict] = []
    summary = []
    for number, step in enumerate(steps):
        name = found.segments["segment_id"].iloc[number]
        inside = evidence.candidates.mask(step.candidate)
        cases = _Cases(name, study.sign, checks)
        influence = _influence(evidence, step, inside)
        cases.add(
            "influence",
            f"without {influence['account']}",
            *_without(influence["position"], study.score, inside, study.weight),
        )
        within = [
            cases.add(
                "stratum",
                f"{column}: {level}",
                study.score[rows],
                inside[rows],
                _part(study.weight, rows),
            )
            for column in strata
            for level, rows in _levels(study.customers, column)
        ]
        variants = [
            cases.add("score", label, _scores(study.customers, label, column), inside, study.weight)
            for label, column in (score_variants or {}).items()
        ]
        variants += [
            cases.add("customers", label, *_elsewhere(evidence, step.candidate, label, table))
            for label, table in (customer_variants or {}).items()
        ]
        before, after = np.nan, np.nan
        if won_on is not None:
            early = _won_before(study.customers, won_on, date)
            before, after = (
                cases.add("time", label, study.score[rows], inside[rows], _part(study.weight, rows))
                for label, rows in (
                    (f"won before {date}", early),
                    (f"won on or after {date}", ~early),
                )
            )
        summary.append(
            {
                "segment_id": name,
                "selection_frequency": frequency[number],
                "most_influential": influence["account"],
                "lift_without": influence["lift"],
                "survives_without": influence["survives"],
                "lift_within_strata": _pooled(study, inside, strata),
                "strata_same_direction": _share(within, study.sign),
                "variants_same_direction": _share(variants, study.sign),
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
    sign: float
    rows: list[dict]

    def add(self, check_name: str, case: str, score, inside, weight=None) -> float:
        """Record a lift on changed data; blank where either side has fewer than two customers."""
        lift = low = high = np.nan
        m, others = int(inside.sum()), int((~inside).sum())
        if min(m, others) >= 2:
            lift, error = naive_lift(score, inside, weight)
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
                "same_direction": pd.NA if np.isnan(lift) else bool(self.sign * lift > 0),
            }
        )
        return lift


def _share(lifts: list[float], sign: float) -> float:
    known = np.array([lift for lift in lifts if not np.isnan(lift)])
    return float((sign * known > 0).mean()) if known.size else np.nan


def _part(weight: np.ndarray | None, rows: np.ndarray) -> np.ndarray | None:
    return None if weight is None else weight[rows]


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


def _elsewhere(evidence: Evidence, candidate: int, label: str, table: pd.DataFrame):
    """Score, membership and weights of the segment's rule on another customer table."""
    study = evidence.study
    needed = {c.attribute for c in evidence.candidates.described(candidate)} | {study.score_column}
    needed |= {study.weight_column} - {None}
    absent = sorted(needed - set(table.columns))
    if absent:
        raise StudyError(f"customer variant {label!r} lacks the columns {absent}")
    table = table.sort_index(key=lambda index: index.astype(str))
    score = table[study.score_column].to_numpy(float, na_value=np.nan)
    inside = np.ones(len(table), bool)
    for condition in evidence.candidates.described(candidate):
        levels = study.encoded.levels[study.encoded.attributes.index(condition.attribute)]
        allowed = levels[condition.low : condition.high + 1]
        column = table[condition.attribute].astype(object)
        meets = column.isin([level for level in allowed if level is not None]).to_numpy(bool)
        inside &= meets | (column.isna().to_numpy(bool) & (None in allowed))
    weight = None
    known = np.isfinite(score)
    if study.weight_column:
        weight = table[study.weight_column].to_numpy(float, na_value=np.nan)
        known &= weight > 0
    return score[known], inside[known], _part(weight, known)


def _without(position: int, score, inside, weight):
    rows = np.arange(score.size) != position
    return score[rows], inside[rows], _part(weight, rows)


def _influence(evidence: Evidence, step: Step, inside: np.ndarray) -> dict:
    """The customer whose removal lowers the lift most, and whether the segment survives it."""
    study = evidence.study
    weight = np.ones(inside.size) if study.weight is None else study.weight
    after = np.empty(inside.size)
    for side, direction in ((inside, 1.0), (~inside, -1.0)):
        w, y = weight[side], study.score[side]
        after[side] = direction * (np.sum(w * y) - w * y) / (w.sum() - w)
    means = [np.average(study.score[s], weights=weight[s]) for s in (inside, ~inside)]
    lift = np.where(inside, after - means[1], means[0] + after)
    position = int(np.argmin(study.sign * lift))
    # the same comparison, within the same cells, with that customer given weight 0
    layout = step.layout
    count = np.ones(inside.size)
    count[position] = 0.0
    t, *_, df = inference.statistics(layout, study.tested, count)
    z = inference.normal_score(t[[step.candidate]], df[[step.candidate]])[0]
    return {
        "position": position,
        "account": str(study.customers.index[position]),
        "lift": float(lift[position]),
        "survives": bool(z >= step.critical),
    }


def _pooled(study, inside: np.ndarray, strata: Sequence[str]) -> float:
    """Lift within the strata taken together: strata count by the comparisons they allow."""
    if not strata:
        return np.nan
    keys = study.customers[list(strata)].astype(object)
    cell = pd.factorize(keys.apply(lambda row: "\x1f".join(map(str, row)), axis=1))[0]
    weight = np.ones(inside.size) if study.weight is None else study.weight
    n, m = np.bincount(cell, weight), np.bincount(cell, weight * inside)
    total = np.bincount(cell, weight * study.score)
    mine = np.bincount(cell, weight * study.score * inside)
    with np.errstate(invalid="ignore", divide="ignore"):
        lift = mine / m - (total - mine) / (n - m)
        counts = m * (n - m) / n
    use = counts > 0
    return float(np.average(lift[use], weights=counts[use])) if use.any() else np.nan


def _frequencies(evidence: Evidence, samples: int, seed: int) -> np.ndarray:
    """Share of bootstrap samples whose forward selection finds each accepted segment again."""
    steps, study = evidence.selection.steps, evidence.study
    if not steps or samples == 0:
        return np.full(len(steps), np.nan)
    best = np.max([step.observed.z for step in steps], axis=0)
    pool = np.sort(np.argsort(-best, kind="stable")[:POOL])
    candidates = evidence.candidates.subset(pool)
    accepted = np.array([evidence.candidates.mask(step.candidate) for step in steps])
    n = study.score.size
    start = np.zeros(n, np.int64) if study.strata is None else study.strata
    again = np.zeros(len(steps))
    for sample in range(samples):
        rng = np.random.default_rng([seed, 11, sample])
        count = np.bincount(rng.integers(0, n, n), minlength=n).astype(float)
        picked = _reselect(candidates, study, start, count, [step.critical for step in steps])
        if picked:
            masks = np.array([candidates.mask(j) for j in picked])
            shared = accepted.astype(int) @ masks.T.astype(int)
            joint = accepted.sum(1)[:, None] + masks.sum(1)[None, :] - shared
            again += (shared / joint >= SAME).any(axis=1)
    return again / samples


def _reselect(candidates: Candidates, study, cell, count, critical: list[float]) -> list[int]:
    """Forward selection on one bootstrap sample with given critical values."""
    picked: list[int] = []
    standing = normal_scores_of(study.tested)
    for number in range(len(critical) + 1):
        layout = inference.arrange(candidates, cell, study.minimum)
        t, _, _, information, df = inference.statistics(layout, study.tested, count)
        usable = layout.eligible[information[layout.eligible] >= study.minimum / 2]
        if usable.size == 0:
            break
        z = inference.normal_score(t[usable], df[usable])
        passing = usable[z >= critical[min(number, len(critical) - 1)]]
        if passing.size == 0:
            break
        picked.append(clearest(candidates, passing, standing, cell, study.minimum, count))
        _, cell = np.unique(cell * 2 + candidates.mask(picked[-1]), return_inverse=True)
    return picked
