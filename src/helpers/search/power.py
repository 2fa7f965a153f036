"""Power: the smallest lift that this company's search could have shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from helpers.search.lifts import student

SHARES = (0.02, 0.05, 0.10, 0.20, 0.30, 0.50)


def detectable_lift(
    size: int | np.ndarray, customers: int, spread: float, critical: float, power: float = 0.8
) -> np.ndarray:
    """Smallest true lift that a segment of `size` customers shows with the given power.

    The segment's own statistic must pass the search-wide critical value: lift ≥
    (t of the critical value + normal quantile of the power) · spread · √(1/m + 1/(n − m)),
    as in any two-sample comparison (Cohen 1988), with the search's critical value in place of
    1.64. Found together with a neighbour it counts a little earlier, so this is an upper bound.

    Parameters
    ----------
    size, customers
        Customers in the segment (m) and in all (n).
    spread
        Standard deviation of the scores.
    critical
        Search-wide critical value, a normal score.

    Returns
    -------
    numpy.ndarray
        Lift in score units.
    """
    size = np.asarray(size, float)
    df = np.maximum(np.minimum(size, customers - size) - 1, 1)
    needed = student(np.full(size.shape, critical), df) + stats.norm.ppf(power)
    with np.errstate(divide="ignore", invalid="ignore"):
        return needed * spread * np.sqrt(1 / size + 1 / (customers - size))


def of_a_tenth(table: pd.DataFrame) -> dict[str, float]:
    """One row of `power_table` for a sentence: the size nearest to a tenth of all customers.

    Size and lift come from the same row, so that the sentence speaks of a size that was searched.

    >>> table = pd.DataFrame({"customers": [10, 14], "customer_share": [0.14, 0.2],
    ...     "detectable_lift": [900.0, 700.0]})
    >>> of_a_tenth(table)
    {'customers': 10, 'lift': 900.0}
    """
    row = table.loc[(table["customer_share"] - 0.1).abs().idxmin()]
    return {"customers": int(row["customers"]), "lift": float(row["detectable_lift"])}


def multiplied_lift(
    size: int | np.ndarray,
    customers: int,
    spread: float,
    mean: float,
    critical: float,
    power: float = 0.8,
) -> np.ndarray:
    """`detectable_lift` where a segment's scores are those of others times a factor.

    Its customers then vary more, too: the smallest factor k ≥ 1 with (k − 1) · mean ≥
    (t of the critical value + normal quantile of the power) · spread · √(k²/m + 1/(n − m)), as the
    lift (k − 1) · mean. Blank where no factor suffices (spread ÷ mean is too large for the size),
    or the mean is not positive.
    """
    size = np.asarray(size, float)
    if not mean > 0:
        return np.full(size.shape, np.nan)
    df = np.maximum(np.minimum(size, customers - size) - 1, 1)
    needed = student(np.full(size.shape, critical), df) + stats.norm.ppf(power)
    # (k − 1)² = c (k²/m + 1/(n − m)), the larger root
    c = (needed * spread / mean) ** 2
    a, b = 1 - c / size, c / (customers - size)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = (1 + np.sqrt(1 - a * (1 - b))) / a
    return np.where(a > 0, (factor - 1) * mean, np.nan)


def power_table(
    customers: int,
    minimum: int,
    spread: float,
    mean: float,
    critical: float,
    power: float = 0.8,
    largest: int | None = None,
) -> pd.DataFrame:
    """Smallest detectable lift by segment size, of sizes that were searched.

    From `minimum` to half of the customers, and not beyond the `largest` segment of the search.

    Returns
    -------
    pandas.DataFrame
        customers, customer_share, detectable_lift (score units; added to each score),
        detectable_lift_multiplied (the same where scores are multiplied), detectable_lift_sd
        (of the added one, standard deviations), detectable_lift_pct (% of the overall mean).
    """
    last = customers - minimum if largest is None else min(largest, customers - minimum)
    tried = {minimum, *(round(share * customers) for share in SHARES)}
    sizes = np.array(sorted(s for s in tried if minimum <= s <= last), float)
    lift = detectable_lift(sizes, customers, spread, critical, power)
    return pd.DataFrame(
        {
            "customers": sizes.astype(int),
            "customer_share": sizes / customers,
            "detectable_lift": lift,
            "detectable_lift_multiplied": multiplied_lift(
                sizes, customers, spread, mean, critical, power
            ),
            "detectable_lift_sd": lift / spread if spread > 0 else np.nan,
            "detectable_lift_pct": 100 * lift / mean if mean > 0 else np.nan,
        }
    )
