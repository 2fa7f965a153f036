"""How many customers a trial takes before it can tell whether a play helps."""

import numpy as np

from helpers.raters import Z95

POWER = 0.8


def customers_per_arm(
    *, baseline: float, target: float, low: float, high: float, customers: int, alpha: float
) -> float:
    """Customers with the play, and as many without it, that show the way from baseline to target.

    Parameters
    ----------
    baseline, low, high : the metric of ``customers`` customers with its 95 % interval.
    target : the value that the play should bring.
    alpha : level of the two-sided test.

    Returns
    -------
    Whole number of customers per arm for a power of 80 %; NaN where the interval or the target is
    blank, or the two values are the same.

    Notes
    -----
    The spread between customers is read off the interval (standard error × √customers), so that
    tickets or answers of one customer do not count as if they were several customers. Sample size
    of the two-sample t-test as in statsmodels (`TTestIndPower`).
    """
    from statsmodels.stats.power import TTestIndPower

    spread = (high - low) / (2 * Z95) * np.sqrt(customers)
    gap = abs(target - baseline)
    if not (np.isfinite(spread) and np.isfinite(gap)) or spread <= 0 or gap <= 0:
        return float("nan")
    effect = gap / spread
    # Beyond this effect two customers per arm are enough, and the solver finds no root.
    if effect > 5:
        return 3.0
    if effect < 1e-3:
        return float("nan")
    return float(np.ceil(TTestIndPower().solve_power(effect, alpha=alpha, power=POWER)))
