"""How much of the value comes from how few customers."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Concentration:
    """Value concentration of a set of customers.

    Attributes
    ----------
    points : one row per customer after a row at zero, largest first: customers, customer_share,
        value, value_share (both shares cumulative): the Pareto curve.
    gini : 0 = all alike, near 1 = one customer holds everything.
    top20_share : share of the value held by the top fifth of the customers.
    customers, left_out : customers counted, and those left out because their value is negative
        or unknown, for which shares have no meaning.
    """

    points: pd.DataFrame
    gini: float
    top20_share: float
    customers: int
    left_out: int

    @property
    def lorenz(self) -> pd.DataFrame:
        """The same curve from the other end, smallest first: customer_share, value_share.

        The area between it and the diagonal is half of the Gini coefficient.
        """
        shares = self.points[["customer_share", "value_share"]]
        return (1 - shares[::-1]).clip(lower=0).reset_index(drop=True)


def concentration(values: pd.Series, *, top: float = 0.2) -> Concentration:
    """Pareto points, Gini coefficient and the share of the top customers.

    Parameters
    ----------
    values : value per customer (currency).
    top : which share of the customers the top is (`top_share`).
    """
    usable = values[values >= 0].to_numpy(float)
    ordered = np.sort(usable)[::-1]
    held, count = float(ordered.sum()), len(ordered)
    running = np.concatenate([[0.0], np.cumsum(ordered)])
    share = running / held if held else np.full(count + 1, np.nan)
    points = pd.DataFrame(
        {
            "customers": np.arange(count + 1),
            "customer_share": np.arange(count + 1) / max(count, 1),
            "value": running,
            "value_share": share,
        }
    )
    return Concentration(
        points, gini(usable), top_share(usable, top=top), count, len(values) - count
    )


def gini(values: np.ndarray) -> float:
    """Gini coefficient of values of at least 0; NaN where nothing is held.

    By the mean difference over sorted values, ``Σ (2i − n − 1) x_i / (n Σ x)``.

    >>> gini(np.array([0.0, 0.0, 0.0, 8.0]))
    0.75
    """
    held, count = values.sum(), len(values)
    if not held:
        return np.nan
    weights = 2 * np.arange(1, count + 1) - count - 1
    return float((weights * np.sort(values)).sum() / (count * held))


def top_share(values: np.ndarray, *, top: float = 0.2) -> float:
    """Share of the sum of values of at least 0 that the largest hold; NaN where nothing is held.

    The number of the largest is rounded to the nearest whole one, halves up, and at least one.

    >>> top_share(np.array([50.0, 20.0, 15.0, 10.0, 5.0]))
    0.5
    """
    held = values.sum()
    if not held:
        return np.nan
    first = max(1, int(np.floor(top * len(values) + 0.5)))
    return float(np.sort(values)[-first:].sum() / held)
