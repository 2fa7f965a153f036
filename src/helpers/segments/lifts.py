"""Honest lifts: what a segment is worth once it is known that the search picked it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from helpers.segments import inference, kernels
from helpers.segments.search import Candidates
from helpers.segments.selection import Step

NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
WEIGHTS = WEIGHTS / WEIGHTS.sum()
QUANTILES = np.linspace(0.03, 0.97, 12)  # of the rivals' scores
TRUST = 0.25  # part of the estimated link between mean and spread that the estimate relies on


@dataclass(frozen=True)
class Lift:
    """A segment's lift in score units: as measured, corrected for selection, 95 % interval."""

    naive: float
    lift: float
    low: float
    high: float
    standard_error: float


def naive_lift(score: np.ndarray, inside: np.ndarray, weight: np.ndarray | None = None):
    """Mean inside minus mean outside, and Welch's standard error of that difference.

    Parameters
    ----------
    score, inside, weight
        (n,) scores, membership, and optional positive weights.
    """
    weight = np.ones(score.size) if weight is None else weight
    means, variance = [], 0.0
    for side in (inside, ~inside):
        w, y = weight[side], score[side]
        mean = np.average(y, weights=w)
        size = w.size
        spread = np.sum((w * (y - mean)) ** 2) / w.sum() ** 2
        variance += spread * size / max(size - 1, 1)
        means.append(mean)
    return float(means[0] - means[1]), float(np.sqrt(variance))


def student(z: np.ndarray, df: float) -> np.ndarray:
    """Inverse of `inference.normal_score`: normal score to Student t."""
    scaled = np.abs(z) * (8 * df + 3) / (8 * df + 1)
    return np.copysign(np.sqrt(df * np.expm1(scaled**2 / df)), z)


@dataclass(frozen=True)
class Shape:
    """How a segment's measured lift and its measured standard error vary together.

    `spread` is the standard deviation of the logarithm of the standard error, `link` the
    correlation of the two: with right-skewed scores a lucky segment has a large spread as well.
    """

    spread: float
    link: float


def shape_of(score: np.ndarray, inside: np.ndarray) -> Shape:
    """Shape from the pooled skewness and kurtosis of the scores around both group means.

    For a mean and a variance estimated from m customers, cov = skewness · σ³/m² and
    var(variance of the mean) = (excess kurtosis + 2) · σ⁴/m³, summed over both groups.
    """
    groups = [score[inside], score[~inside]]
    sd = [group.std(ddof=1) for group in groups]
    scaled = [(g - g.mean()) / (s or 1.0) for g, s in zip(groups, sd, strict=True)]
    pooled = np.concatenate(scaled)
    skewness, excess = np.mean(pooled**3), np.mean(pooled**4) - 3
    m, rest = (group.size for group in groups)
    variance = sd[0] ** 2 / m + sd[1] ** 2 / rest
    if variance <= 0:
        return Shape(0.0, 0.0)
    covariance = skewness * (sd[0] ** 3 / m**2 - sd[1] ** 3 / rest**2)
    of_variance = max(excess + 2, 0.1) * (sd[0] ** 4 / m**3 + sd[1] ** 4 / rest**3)
    link = covariance / np.sqrt(variance * of_variance)
    return Shape(float(np.sqrt(of_variance) / variance / 2), float(np.clip(link, -0.98, 0.98)))


def conditional_mean(t: float, thresholds: np.ndarray, shape: Shape, target: float) -> float:
    """Lift, in standard errors, at which `t` is a given point of its law given selection.

    With z the error of the lift and e^v that of its standard error (z normal, v normal, linked),
    a lift θ is measured as t = (θ + z)/e^v and selected when t reaches a threshold. The function
    returns the θ at which, among selected results, the share `target` has an error z/e^v of at
    least t − θ. Target 0.5 is the median-unbiased estimate, 0.025 and 0.975 are the limits.
    """
    scale = np.exp(shape.spread * NODES - shape.spread**2 / 2)
    drift, width = shape.link * NODES, np.sqrt(1 - shape.link**2)
    share = WEIGHTS / len(thresholds)

    def tail(theta: float) -> float:
        enough = thresholds[:, None] * scale - theta
        selected = stats.norm.logsf((enough - drift) / width)
        beyond = stats.norm.logsf((np.maximum(enough, (t - theta) * scale) - drift) / width)
        top = selected.max()
        return float((np.exp(beyond - top) @ share).sum() / (np.exp(selected - top) @ share).sum())

    low, high = t - 12.0, t + 8.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) < target else (low, middle)
    return (low + high) / 2


def selection_corrected(
    t: float, critical: float, rivals: np.ndarray, shape: Shape, level: float = 0.95
) -> tuple[float, float, float]:
    """Estimate and interval of a segment's lift in standard errors, given that it was selected.

    A segment is looked at only when its statistic passes the search-wide critical value and
    beats its rivals; the law of the statistic given that, not its plain law, is inverted (after
    Lee et al. 2016, "Exact post-selection inference", with the rivals averaged over, from
    permutations, instead of held fixed). Where the statistic is far above both, nothing is
    corrected.

    Parameters
    ----------
    t
        The segment's statistic.
    critical
        Search-wide critical value, as a t of this segment.
    rivals
        Draws of the t needed to beat all rivals.
    shape
        See `Shape`. The limits use it as it is; the estimate trusts a quarter of the link, which
        in simulations kept the mean error nearest to 0 (see the method page).

    Returns
    -------
    estimate, low, high
        In standard errors, not below 0: the search-wide test has excluded that already.
    """
    beaten = np.quantile(rivals, QUANTILES) if rivals.size else np.array([critical])
    thresholds = np.minimum(np.maximum(beaten, critical), t)
    cautious = Shape(shape.spread, TRUST * shape.link)
    tail = (1 - level) / 2
    estimate = max(conditional_mean(t, thresholds, cautious, 0.5), 0.0)
    low = max(conditional_mean(t, thresholds, shape, tail), 0.0)
    high = max(conditional_mean(t, thresholds, shape, 1 - tail), 0.0)
    return estimate, min(low, estimate), max(high, estimate)


def rival_scores(
    candidates: Candidates, step: Step, score: np.ndarray, *, permutations: int, threads: int = 1
) -> np.ndarray:
    """Permutation draws of the score that the chosen segment needs to beat its rivals.

    Segments inside the chosen one are no rivals: had one of them won without being set apart
    from the rest, the chosen segment would have taken its place all the same.
    """
    layout = step.layout
    inside = candidates.mask(step.candidate)[layout.order]
    cell = np.repeat(np.arange(layout.ends.size), np.diff(layout.ends, prepend=0))
    n = np.bincount(cell)
    mine = np.bincount(cell, inside)
    size = np.diff(layout.run_end, prepend=0)
    starts = layout.run_end - size
    both = np.add.reduceat(inside[layout.members].astype(float), starts)
    common = both - size * mine[layout.run_cell] / n[layout.run_cell]
    covariance = np.add.reduceat(common, layout.run_offsets[:-1])
    information = layout.information
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = covariance / np.sqrt(information * information[step.candidate])
    nested = np.add.reduceat(both, layout.run_offsets[:-1]) == candidates.sizes
    correlation = np.where(nested | ~np.isfinite(correlation), 1.0, correlation)
    return inference.permuted(
        layout,
        score,
        kernels.rival_statistics,
        step.candidate,
        correlation,
        permutations=permutations,
        seed=(*step.seed, 1),
        threads=threads,
    )


def honest_lift(
    candidates: Candidates,
    step: Step,
    score: np.ndarray,
    *,
    raw: np.ndarray | None = None,
    weight: np.ndarray | None = None,
    permutations: int = 192,
    threads: int = 1,
) -> Lift:
    """Lift of one accepted segment, corrected for having been selected.

    Selection inflates the statistic that the step compared. Its correction (in standard errors)
    is carried over to the plain lift, mean inside minus mean of all other customers; what the
    plain lift varies beyond that statistic was not selected on and widens the interval as usual.
    For weighted scores the tested pulls stand in for them, unit by standard error.

    Parameters
    ----------
    candidates, step, score
        The search, the accepted step, and the scores that the step tested.
    raw, weight
        Scores and weights that the lift is reported on, where they differ from `score`.
    permutations
        Draws of the rivals' scores.
    """
    chosen = step.candidate
    inside = candidates.mask(chosen)
    raw = score if raw is None else raw
    naive, error = naive_lift(raw, inside, weight)
    rivals = rival_scores(candidates, step, score, permutations=permutations, threads=threads)
    df, t = step.layout.df[chosen], step.observed.t[chosen]
    corrected = selection_corrected(
        t, float(student(np.array(step.critical), df)), student(rivals, df), shape_of(score, inside)
    )
    m, n = inside.sum(), inside.size
    # the tested scores are in other units than the reported ones; their standard errors tell how
    unit = np.sqrt(step.observed.variance[chosen]) * n / (m * (n - m))
    unit *= error / naive_lift(score, inside)[1]
    middle, low, high = (naive + unit * (value - t) for value in corrected)
    extra = 1.96**2 * max(error**2 - unit**2, 0.0)
    return Lift(
        naive,
        middle,
        middle - np.sqrt((middle - low) ** 2 + extra),
        middle + np.sqrt((high - middle) ** 2 + extra),
        error,
    )
