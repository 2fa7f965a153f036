"""Groups of customers by the experience that fits them, from interviews: or no groups.

Latent class analysis (StepMix) always finds as many classes as it is told to, in noise as well.
So three questions come in order, and each may end in *no groups*: are the answers related at all,
is any number of classes better than one, and do the classes come back from redrawn interviews.
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from threading import RLock
from typing import Any

import numpy as np
import pandas as pd

from helpers.raters import rand_index

PERMUTATIONS = 499
REDRAWN = 20
STARTS = 10
TOLERANCE = 1e-6  # of the mean log-likelihood
FOUND, NO_GROUPS, TOO_FEW = "profiles", "no groups", "too few"
UNRELATED, ONE_IS_BEST, UNSTABLE = "unrelated", "best alone", "unstable"


@dataclass(frozen=True)
class Profiles:
    """What a set of interviews says about groups.

    Attributes
    ----------
    verdict : profiles, no groups or too few.
    reason : of no groups: unrelated, one is best or unstable.
    profile : by account_id: number of the profile, 1 = largest; empty without profiles.
    tried : one row per number of profiles: profiles, bic, stability (median adjusted Rand index of
        redrawn interviews; NaN where not asked), chosen.
    association_p : p-value of the answers being unrelated.
    dimensions : the dimensions that tell customers apart.
    """

    verdict: str
    reason: str
    interviews: int
    profile: pd.Series
    tried: pd.DataFrame
    association_p: float
    dimensions: tuple[str, ...]


def find_profiles(
    answers: pd.DataFrame,
    *,
    least: int,
    most: int,
    stable: float,
    alpha: float = 0.05,
    seed: int = 0,
) -> Profiles:
    """Experience profiles among interviewed customers.

    Parameters
    ----------
    answers : by account_id, one column per dimension, as text; missing = not answered.
    least : interviews below which nothing is looked for.
    most : largest number of profiles.
    stable : the adjusted Rand index that redrawn interviews must reach.
    alpha : chance of finding profiles among unrelated answers, at most.

    Notes
    -----
    1. The answers of each dimension are dealt out anew among the customers, 499 times; the answers
       are related where the sum of G² over all pairs of dimensions is among the largest ``alpha``
       of these. The test is exact: unrelated answers pass it with probability ``alpha``.
    2. The number of profiles is that of the lowest BIC (Schwarz 1978; the usual choice for latent
       classes, Nylund, Asparouhov and Muthén 2007) among 1 to ``most``, where it is stable.
    3. Stable is a number whose profiles redrawn interviews (bootstrap) give again, by a median
       adjusted Rand index of ``stable``. Where the best number is not, the next best that still
       beats one profile is asked.
    """
    usable = [name for name in answers if _tells_apart(answers[name])]
    held = answers[usable].dropna(how="all").sort_index()
    none = pd.Series(dtype="int64")
    blank = pd.DataFrame(columns=["profiles", "bic", "stability", "chosen"])
    if len(held) < least or len(usable) < 2:
        return Profiles(TOO_FEW, "", len(held), none, blank, np.nan, tuple(usable))
    codes = np.column_stack([pd.factorize(held[name], sort=True)[0] for name in usable])
    p = association(codes, seed=seed)
    if p > alpha:
        return Profiles(NO_GROUPS, UNRELATED, len(held), none, blank, p, tuple(usable))
    data, outcomes = _indicators(codes)
    fits = {number: _fitted(data, number, outcomes, seed=seed) for number in range(1, most + 1)}
    bic = {number: float(fit.bic(data)) for number, fit in fits.items()}
    better = sorted((k for k in fits if k > 1 and bic[k] < bic[1]), key=lambda k: bic[k])
    stability = dict.fromkeys(fits, np.nan)
    chosen = 1
    for number in better:
        labels = fits[number].predict(data)
        stability[number] = _stability(data, labels, number, outcomes, seed=seed)
        if stability[number] >= stable:
            chosen = number
            break
    tried = pd.DataFrame(
        {
            "profiles": list(fits),
            "bic": list(bic.values()),
            "stability": list(stability.values()),
            "chosen": [number == chosen for number in fits],
        }
    )
    if chosen == 1:
        reason = UNSTABLE if better else ONE_IS_BEST
        return Profiles(NO_GROUPS, reason, len(held), none, tried, p, tuple(usable))
    labels = pd.Series(fits[chosen].predict(data), index=held.index)
    sizes = labels.value_counts()
    order = sorted(sizes.index, key=lambda label: (-sizes[label], labels.eq(label).idxmax()))
    profile = labels.map({label: place for place, label in enumerate(order, 1)}).astype("int64")
    return Profiles(FOUND, "", len(held), profile, tried, p, tuple(usable))


def association(codes: np.ndarray, *, seed: int, permutations: int = PERMUTATIONS) -> float:
    """p-value of the answers to several questions being unrelated; −1 = not answered."""
    rng = np.random.default_rng([seed, 41])
    # One row as told, the others dealt out anew.
    dealt = [
        np.vstack([column, rng.permuted(np.tile(column, (permutations, 1)), axis=1)]) + 1
        for column in codes.T
    ]
    related = np.zeros(permutations + 1)
    for place, one in enumerate(dealt):
        for other in dealt[place + 1 :]:
            related += _g_squared(one, other)
    return float((related >= related[0] - 1e-9).sum()) / (permutations + 1)


def _g_squared(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """G² of two questions in each row; 0 = not answered."""
    wide, high = int(one.max()) + 1, int(other.max()) + 1
    rows = np.arange(len(one))[:, None]
    cells = (rows * wide + one) * high + other
    counts = np.bincount(cells.ravel(), minlength=len(one) * wide * high)
    table = counts.reshape(len(one), wide, high)[:, 1:, 1:].astype(float)
    whole = table.sum(axis=(1, 2), keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = table.sum(2, keepdims=True) * table.sum(1, keepdims=True) / whole
        parts = np.where(table > 0, table * np.log(table / expected), 0.0)
    return 2.0 * parts.sum(axis=(1, 2))


def _tells_apart(column: pd.Series) -> bool:
    """Whether half of the customers answered, with two answers or more."""
    return bool(column.notna().mean() >= 0.5 and column.nunique() >= 2)


def _indicators(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One column for each answer of each dimension, NaN where not answered; answers of each.

    StepMix would write them anew in every step of every fit, and by the answers that occur among
    the customers at hand: of redrawn interviews, those of fewer answers than have to be told apart.
    """
    outcomes = codes.max(axis=0) + 1
    answered = codes[:, :, None] == np.arange(outcomes.max())
    data = np.where(codes[:, :, None] < 0, np.nan, answered.astype(float))
    return data.reshape(len(codes), -1), outcomes


def _fitted(
    data: np.ndarray, number: int, outcomes: np.ndarray, *, seed: int, starts: int = STARTS
) -> Any:
    """A latent class model of so many classes."""
    from sklearn.exceptions import ConvergenceWarning
    from stepmix.stepmix import StepMix
    from tqdm import tqdm

    # Its progress bars, shown or not, would share a semaphore of the system with other processes,
    # which stays when a notebook's kernel is ended.
    tqdm.set_lock(RLock())
    answers: Mapping[str, object] = {
        "model": "categorical_nan" if np.isnan(data).any() else "categorical",
        "n_columns": data.shape[1],
        "integer_codes": False,
        "max_n_outcomes": int(outcomes.max()),
        "total_outcomes": int(outcomes.sum()),
    }
    model = StepMix(
        n_components=number,
        measurement={"answers": dict(answers)},
        n_init=starts if number > 1 else 1,
        abs_tol=TOLERANCE,
        max_iter=1000,
        random_state=seed % 2**32,
        verbose=0,
        progress_bar=0,
    )
    with warnings.catch_warnings():
        # A start that has not settled within the tolerance is not the best of all starts.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(data)


def _stability(
    data: np.ndarray, labels: np.ndarray, number: int, outcomes: np.ndarray, *, seed: int
) -> float:
    """Median adjusted Rand index between the classes and those of redrawn interviews."""
    rng = np.random.default_rng([seed, 42, number])
    found = []
    for again in range(REDRAWN):
        drawn = data[rng.integers(0, len(data), len(data))]
        fit = _fitted(drawn, number, outcomes, seed=seed + again, starts=3)
        found.append(rand_index(labels, fit.predict(data)))
    return float(np.median(found))
