"""Inputs of the segment search, checked and put in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import pandas as pd

from helpers.errors import StudyError
from helpers.segments import search


@dataclass(frozen=True)
class Study:
    """The prepared inputs of one search: what robustness checks need to repeat it."""

    customers: pd.DataFrame
    score: np.ndarray
    tested: np.ndarray
    weight: np.ndarray | None
    strata: np.ndarray | None
    sign: float
    minimum: int
    dropped: int
    encoded: search.Encoded
    score_column: str
    weight_column: str | None


def prepare(
    customers: pd.DataFrame,
    score: str,
    attributes: Sequence[str],
    *,
    max_conditions: int = 3,
    min_customers: int | None = None,
    alpha: float = 0.05,
    permutations: int = 1000,
    direction: str = "greater",
    strata: str | None = None,
    weights: str | None = None,
    missing: str = "ignore",
    ranges: bool = False,
    labels: Mapping[str, str] | None = None,
) -> Study:
    """Check the inputs of `discover`, sort customers by account, drop those without a score."""
    attributes = list(attributes)
    for name in [score, *([strata] if strata else []), *([weights] if weights else [])]:
        if name not in customers.columns:
            raise StudyError(
                f"the customer table has no column {name!r}",
                expected=", ".join(map(str, customers.columns)),
            )
    if score in attributes:
        raise StudyError(f"{score!r} is the score; it cannot define segments as an attribute")
    if not attributes:
        raise StudyError("no attributes given, so there is nothing to search")
    if customers.index.has_duplicates:
        twice = customers.index[customers.index.duplicated()].unique()[:3].tolist()
        raise StudyError(f"customers must be one row per account; repeated: {twice}")
    if direction not in ("greater", "less"):
        raise StudyError(f"direction must be 'greater' or 'less', not {direction!r}")
    if not 0 < alpha < 1:
        raise StudyError(f"alpha is a probability between 0 and 1, not {alpha}")
    if max_conditions < 1:
        raise StudyError(f"max_conditions must be at least 1, not {max_conditions}")
    if permutations < ceil(1 / alpha) - 1:
        raise StudyError(
            f"{permutations} permutations cannot give a p-value of {alpha} or less",
            expected=f"at least {ceil(1 / alpha) - 1}, better 1,000",
        )
    if not pd.api.types.is_numeric_dtype(customers[score]):
        raise StudyError(f"the score {score!r} is not a number", found=str(customers[score].dtype))
    everyone = customers.sort_index(key=lambda index: index.astype(str))
    values = everyone[score].to_numpy(float, na_value=np.nan)
    known = np.isfinite(values)
    weight = None
    if weights:
        weight = everyone[weights].to_numpy(float, na_value=np.nan)
        if (weight < 0).any():
            raise StudyError(f"weights in {weights!r} must not be negative")
        known &= np.isfinite(weight) & (weight > 0)
        weight = weight[known]
    table = everyone[known]
    n = len(table)
    minimum = max(10, ceil(0.02 * n)) if min_customers is None else int(min_customers)
    if minimum < 2:
        raise StudyError(f"min_customers must be at least 2, not {minimum}")
    if n < 2 * minimum:
        raise StudyError(
            f"{n} customers with a score are too few to compare a segment with the rest",
            expected=f"at least {2 * minimum} (twice the smallest segment of {minimum})",
            remedy="include more customers or lower min_customers",
        )
    sign = 1.0 if direction == "greater" else -1.0
    raw = values[known]
    tested = sign * pulls(raw, weight)
    cells = None
    if strata:
        cells = pd.factorize(table[strata].astype(object).where(table[strata].notna(), ""))[0]
    try:
        encoded = search.encode(table, attributes, missing=missing, ranges=ranges, labels=labels)
    except ValueError as problem:
        raise StudyError(str(problem)) from None
    return Study(
        table,
        raw,
        tested,
        weight,
        cells,
        sign,
        minimum,
        int((~known).sum()),
        encoded,
        score,
        weights,
    )


def pulls(score: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
    """Scores scaled to SD 1; with weights, each customer's pull on the weighted mean.

    A segment's weighted mean equals the overall one exactly when its pulls w(y − mean)/mean(w)
    sum to 0, so that testing pulls tests weighted means and keeps (y, w) together when permuted.
    """
    if weight is not None:
        score = weight * (score - np.average(score, weights=weight)) / weight.mean()
    centred = score - score.mean()
    spread = centred.std()
    # a constant score, up to rounding, is constant
    if spread <= 1e-12 * max(1.0, np.abs(score).max()):
        return np.zeros(score.size)
    return centred / spread
