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


def power_table(
    customers: int, minimum: int, spread: float, mean: float, critical: float, power: float = 0.8
) -> pd.DataFrame:
    """Smallest detectable lift by segment size: from `minimum` to half of the customers.

    Returns
    -------
    pandas.DataFrame
        customers, customer_share, detectable_lift (score units), detectable_lift_sd (standard
        deviations), detectable_lift_pct (% of the overall mean).
    """
    sizes = {minimum, *(round(share * customers) for share in SHARES)}
    sizes = np.array(sorted(s for s in sizes if minimum <= s <= customers - minimum), float)
    lift = detectable_lift(sizes, customers, spread, critical, power)
    return pd.DataFrame(
        {
            "customers": sizes.astype(int),
            "customer_share": sizes / customers,
            "detectable_lift": lift,
            "detectable_lift_sd": lift / spread if spread > 0 else np.nan,
            "detectable_lift_pct": 100 * lift / mean if mean > 0 else np.nan,
        }
    )
