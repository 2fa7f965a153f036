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
    top : which share of the customers the top is; the number of customers is rounded to the
        nearest whole one, halves up, and is at least one.

    Notes
    -----
    Gini by the mean difference over sorted values, ``Σ (2i − n − 1) x_i / (n Σ x)``. NaN where
    nothing is held.
    """
    usable = values[values >= 0].astype(float)
    ordered = np.sort(usable.to_numpy())[::-1]
    held, count = float(ordered.sum()), len(ordered)
    running = np.concatenate([[0.0], np.cumsum(ordered)])
    share = running / held if held else np.full(count + 1, np.nan)
    if held:
        weights = 2 * np.arange(1, count + 1) - count - 1
        gini = float((weights * ordered[::-1]).sum() / (count * held))
        first = max(1, int(np.floor(top * count + 0.5)))
        top_share = float(share[first])
    else:
        gini = top_share = np.nan
    points = pd.DataFrame(
        {
            "customers": np.arange(count + 1),
            "customer_share": np.arange(count + 1) / max(count, 1),
            "value": running,
            "value_share": share,
        }
    )
    return Concentration(points, gini, top_share, count, len(values) - count)
