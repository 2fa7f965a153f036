"""Made-up companies whose truth is known: what the benches of the segment search run on.

A company is a table of customers with categorical attributes a01, a02, …, a score, each
customer's expected score, and the planted segments. Scores are divided by their population
standard deviation, so lifts are in SD.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

NULLS = ("exchangeable", "unequal spread", "heavy tail", "zero inflated", "bounded", "correlated")
HARDER_NULLS = ("unequal spread, skewed", "unequal spread, heavy tail")
UNEVEN = ("spread by four, skewed", "97 % levels", "zeros by group", "left skew", "quiet groups")
CLUSTERED = ("threes 0.1", "threes 0.2", "threes 0.5", "cities 0.1", "cities 0.3")
SKEW = 0.8  # log-scale standard deviation of the skewed scores (skewness 3.7)


@dataclass(frozen=True)
class Company:
    """Customers with a score, the expected score of each, and the planted segments.

    Customers of one `cluster` are not independent of one another (None: all are).
    """

    customers: pd.DataFrame
    attributes: list[str]
    expected: np.ndarray
    planted: list[np.ndarray]
    cluster: np.ndarray | None = None

    def lift(self, inside: np.ndarray) -> float:
        """True lift of a set of customers: expected score inside minus outside."""
        return float(self.expected[inside].mean() - self.expected[~inside].mean())


def attributes(n: int, count: int, rng: np.random.Generator, correlated: bool = False):
    """`count` categorical columns of 2 to 6 levels with uneven shares."""
    latent = rng.normal(size=n)
    columns = {}
    for number in range(1, count + 1):
        levels = int(rng.integers(2, 7))
        shares = np.sort(rng.dirichlet(np.full(levels, 4.0)))[::-1]
        if correlated:  # correlation 0.9 with one factor behind all attributes
            place = 0.9 * latent + np.sqrt(1 - 0.81) * rng.normal(size=n)
            cuts = np.quantile(place, np.cumsum(shares)[:-1])
            code = np.searchsorted(cuts, place)
        else:
            code = rng.choice(levels, n, p=shares)
        columns[f"a{number:02d}"] = np.array([f"l{k}" for k in range(levels)])[code]
    return columns


def _table(columns: dict, score: np.ndarray) -> pd.DataFrame:
    index = pd.Index([f"c{k:07d}" for k in range(score.size)], name="account_id")
    return pd.DataFrame({**columns, "score": score}, index=index)


def _lognormal(rng: np.random.Generator, n: int, sigma=SKEW) -> np.ndarray:
    return np.exp(sigma * rng.normal(size=n) - np.square(sigma) / 2)  # mean 1


def uneven_company(
    kind: str,
    n: int,
    rng: np.random.Generator,
    count: int = 12,
    table: np.random.Generator | None = None,
) -> Company:
    """A null company whose groups differ in everything but their mean.

    "spread by four, skewed": four attributes halve or double the spread of a skewed score.
    "97 % levels": three attributes have one level that holds 97 %; the others vary twice as much.
    "zeros by group": a group without half of the zeros of the others, and smaller scores where
    there are any. "left skew": a few very low scores, spread unequal. "quiet groups": a skewed
    score, but two groups of symmetric, narrow scores.
    """
    table = table or rng
    columns = attributes(n, count, table)
    names = list(columns)
    half = {name: columns[name] == "l0" for name in names}
    if kind == "97 % levels":
        factor = np.ones(n)
        for name in names[:3]:
            rare = table.random(n) < 0.03
            columns[name] = np.where(rare, "l1", "l0")
            factor *= np.where(rare, 2.0, 1.0)
        score = factor * (_lognormal(rng, n) - 1)
    elif kind == "zeros by group":
        active = np.where(half["a01"], 0.7, 0.35)
        score = (rng.random(n) < active) * _lognormal(rng, n) / active
    elif kind == "quiet groups":
        quiet = half["a01"] | half["a02"]
        score = np.where(quiet, 0.5 * rng.normal(size=n), _lognormal(rng, n) - 1)
    else:
        factor = np.prod([np.where(half[name], 0.5, 1.0) for name in names[:4]], axis=0)
        score = factor * (_lognormal(rng, n) - 1) * (-1 if kind == "left skew" else 1)
    return Company(_table(columns, score / score.std()), names, np.zeros(n), [])


def clustered_company(
    kind: str,
    n: int,
    rng: np.random.Generator,
    count: int = 12,
    table: np.random.Generator | None = None,
) -> Company:
    """A null company whose customers resemble those of the same cluster.

    "threes": clusters of three customers that share all their attributes. "cities": forty
    clusters of unequal size, three attributes follow from the city. The number is the correlation
    within a cluster, of a normal score whose exponential is the (skewed) score.
    """
    table = table or rng
    shape, correlation = kind.split()[0], float(kind.split()[1])
    if shape == "threes":
        cluster = np.arange(n) // 3
        columns = {k: v[cluster] for k, v in attributes(cluster[-1] + 1, count, table).items()}
    else:
        cluster = table.choice(40, n, p=table.dirichlet(np.full(40, 3.0)))
        columns = attributes(n, count, table)
        columns |= {k: v[cluster] for k, v in attributes(40, 3, table).items()}
    common = rng.normal(size=cluster.max() + 1)[cluster]
    latent = np.sqrt(correlation) * common + np.sqrt(1 - correlation) * rng.normal(size=n)
    score = np.exp(SKEW * latent - SKEW**2 / 2)
    return Company(_table(columns, score), list(columns), np.zeros(n), [], cluster)


def null_company(
    kind: str,
    n: int,
    rng: np.random.Generator,
    count: int = 12,
    table: np.random.Generator | None = None,
) -> Company:
    """A company in which no segment's expected score differs from any other's.

    `table` draws the attributes (None: `rng`, which draws the scores, does so as well).
    """
    if kind in UNEVEN:
        return uneven_company(kind, n, rng, count, table)
    if kind in CLUSTERED:
        return clustered_company(kind, n, rng, count, table)
    columns = attributes(n, count, table or rng, correlated=kind == "correlated")
    if kind in ("exchangeable", "correlated"):
        score, sd = _lognormal(rng, n), np.sqrt(np.exp(SKEW**2) - 1)
    elif kind == "heavy tail":
        score, sd = 1 + rng.pareto(2.5, n), np.sqrt(2.5 / 0.5) / 1.5
    elif kind == "zero inflated":
        active = rng.random(n) < 0.4
        score, sd = active * _lognormal(rng, n), np.sqrt(0.4 * np.exp(SKEW**2) - 0.16)
    elif kind == "bounded":
        score, sd = np.round(100 * rng.beta(4, 1, n)), 100 * np.sqrt(4 / 25 / 6)
    elif kind.startswith("unequal spread"):
        # spread doubles, or halves, with a common and with a rarer level, means stay equal
        first = pd.Series(columns["a01"]).eq("l0").to_numpy()
        rare = pd.Series(columns["a02"]).eq(max(set(columns["a02"]))).to_numpy()
        factor = np.where(first, 0.5, 1.0) * np.where(rare, 2.0, 1.0)
        sd = 1.0
        if kind == "unequal spread":
            score = factor * rng.normal(size=n)
        elif kind == "unequal spread, skewed":
            score = _lognormal(rng, n, np.clip(SKEW * factor, 0.4, 1.2))
        else:
            score = factor * (rng.pareto(2.5, n) - 1 / 1.5)
    else:
        raise ValueError(f"unknown kind of company: {kind}")
    return Company(_table(columns, score / sd), list(columns), np.zeros(n), [])


def planted_company(
    n: int, rng: np.random.Generator, effect: str = "additive", count: int = 12
) -> Company:
    """A company with three better segments: of one, two and three conditions.

    They hold about 20 %, 12 % and 8 % of customers; their lifts over everybody outside all three
    are drawn between 0.3 and 0.6 SD ("additive": added to the score; "multiplicative": the score
    is scaled up, so spread grows with the mean). Scores are lognormal.
    """
    columns = attributes(n, count, rng)
    names = list(columns)
    picked = [list(part) for part in np.split(rng.permutation(names)[:6], [1, 3])]
    planted = []
    for part, share in zip(picked, (0.20, 0.12, 0.08), strict=True):
        inside = np.ones(n, bool)
        for name in part:  # each condition is met by the share that leaves the planned size
            levels = rng.choice(["l0", "l1", "l2"], n, p=_shares(share ** (1 / len(part))))
            columns[name] = levels
            inside &= levels == "l0"
        planted.append(inside)
    gains = rng.uniform(0.3, 0.6, 3)
    sd = np.sqrt(np.exp(SKEW**2) - 1)
    noise = _lognormal(rng, n) / sd
    gain = sum(g * inside for g, inside in zip(gains, planted, strict=True))
    if effect == "additive":
        score, expected = noise + gain, gain + 1 / sd
    else:
        expected = 1 / sd + gain
        score = noise * expected * sd
    return Company(_table(columns, score), names, np.asarray(expected, float), planted)


def _shares(first: float) -> list[float]:
    return [first, (1 - first) * 0.6, (1 - first) * 0.4]
