"""Inputs of the segment search, checked and put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from helpers.errors import StudyError
from helpers.search.clusters import FEWEST_CLUSTERS
from helpers.search.encode import Encoded, encode
from helpers.search.inference import RESERVE

PARENT = "parent_id"


@dataclass(frozen=True)
class Inputs:
    """The prepared inputs of one search: what robustness checks need to repeat it."""

    customers: pd.DataFrame
    score: np.ndarray
    tested: np.ndarray
    strata: np.ndarray | None
    cluster: np.ndarray | None
    minimum: int
    dropped: int
    encoded: Encoded
    score_column: str


def prepare(
    customers: pd.DataFrame,
    score: str,
    attributes: Sequence[str],
    *,
    max_conditions: int = 3,
    min_customers: int | None = None,
    alpha: float = 0.05,
    permutations: int = 1000,
    strata: str | None = None,
    cluster: str | None = None,
    missing: str = "ignore",
    labels: Mapping[str, str] | None = None,
    strict: bool = True,
) -> Inputs:
    """Check the inputs of `discover`, sort customers by account, drop those without a score.

    Unless ``strict``, inputs among which no segment can be looked for (no attributes, too few
    customers) pass: a search over them finds nothing.
    """
    attributes = list(attributes)
    for name in [score, *([strata] if strata else []), *([cluster] if cluster else [])]:
        if name not in customers.columns:
            raise StudyError(
                f"the customer table has no column {name!r}",
                expected=", ".join(map(str, customers.columns)),
            )
    if score in attributes:
        raise StudyError(f"{score!r} is the score; it cannot define segments as an attribute")
    if strict and not attributes:
        raise StudyError("no attributes given, so there is nothing to search")
    if customers.index.has_duplicates:
        twice = customers.index[customers.index.duplicated()].unique()[:3].tolist()
        raise StudyError(f"customers must be one row per account; repeated: {twice}")
    if not 0 < alpha < 1:
        raise StudyError(f"alpha is a probability between 0 and 1, not {alpha}")
    if max_conditions < 1:
        raise StudyError(f"max_conditions must be at least 1, not {max_conditions}")
    fewest = ceil(1 / (alpha * (1 - RESERVE)) - 1e-9) - 1
    if permutations < fewest:
        raise StudyError(
            f"{permutations} permutations cannot give a p-value of {alpha} or less",
            expected=f"at least {fewest}, better 1,000",
        )
    if not pd.api.types.is_numeric_dtype(customers[score]):
        raise StudyError(f"the score {score!r} is not a number", found=str(customers[score].dtype))
    everyone = customers.sort_index(key=lambda index: index.astype(str))
    values = everyone[score].to_numpy(float, na_value=np.nan)
    known = np.isfinite(values)
    table = everyone[known]
    n = len(table)
    minimum = max(10, ceil(0.02 * n)) if min_customers is None else int(min_customers)
    if minimum < 2:
        raise StudyError(f"min_customers must be at least 2, not {minimum}")
    if n < (2 * minimum if strict else 1):
        raise StudyError(
            f"{n} customers with a score are too few to compare a segment with the rest",
            expected=f"at least {2 * minimum} (twice the smallest segment of {minimum})",
            remedy="include more customers or lower min_customers",
        )
    raw = values[known]
    cells = None
    if strata:
        cells = pd.factorize(table[strata].astype(object).where(table[strata].notna(), ""))[0]
    together = clusters_of(table, cluster) if cluster else None
    try:
        encoded = encode(table, attributes, missing=missing, labels=labels, smallest=minimum)
    except ValueError as problem:
        raise StudyError(str(problem)) from None
    dropped = int((~known).sum())
    return Inputs(
        table, raw, within_strata(raw, cells), cells, together, minimum, dropped, encoded, score
    )


def clusters_of(customers: pd.DataFrame, column: str) -> np.ndarray:
    """Cluster number of each customer; one whose cluster is not known stands for itself."""
    named = customers[column]
    if column == PARENT:  # a parent that is a customer itself is of its own group
        accounts = customers.get("account_id", customers.index)
        named = named.astype(object).where(named.notna(), np.asarray(accounts, dtype=object))
    codes = pd.factorize(named)[0]
    alone = codes < 0
    codes[alone] = codes.max(initial=-1) + 1 + np.arange(alone.sum())
    found = len(np.unique(codes))
    if found < FEWEST_CLUSTERS:
        raise StudyError(
            f"{column!r} has too few clusters to tell chance from what customers of one share",
            found=str(found),
            expected=f"at least {FEWEST_CLUSTERS}",
            remedy="name a finer cluster, or none, and read the results with that in mind",
        )
    return codes


def within_strata(score: np.ndarray, cells: np.ndarray | None) -> np.ndarray:
    """Scores at mean 0 and SD 1 within strata, so that no stratum drowns the others."""
    if cells is None:
        return standardised(score)
    out = np.empty(score.size)
    for cell in np.unique(cells):
        out[cells == cell] = standardised(score[cells == cell])
    return out


def standardised(score: np.ndarray) -> np.ndarray:
    """Scores at mean 0 and SD 1; all 0 where the score is constant.

    >>> standardised(np.array([1.0, 3.0]))
    array([-1.,  1.])
    """
    centred = score - score.mean()
    spread = centred.std()
    # a constant score, up to rounding, is constant
    if spread <= 1e-12 * max(1.0, np.abs(score).max()):
        return np.zeros(score.size)
    return centred / spread
