"""P-values of a family of tests, corrected for how many they are.

Counterparts of `statsmodels.stats.multitest.multipletests`, which they equal: that one sweeps the
memory of the whole process at each call, most of a second where much is held.
"""

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Adjusted p-values after Holm (1979); blank ones are not part of the family.

    >>> [round(float(p), 3) for p in holm([0.01, float("nan"), 0.04, 0.03])]
    [0.03, nan, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    known = np.flatnonzero(np.isfinite(p))
    order = known[np.argsort(p[known], kind="stable")]
    steps = p[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


def false_discovery(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """Adjusted p-values after Benjamini & Hochberg (1995); blank ones are not part of the family.

    Of what is at most q, a share of at most q is expected to be false.

    >>> [round(float(p), 3) for p in false_discovery([0.01, float("nan"), 0.04, 0.03])]
    [0.03, nan, 0.04, 0.04]
    """
    from scipy.stats import false_discovery_control

    p = np.asarray(p_values, dtype=float)
    adjusted = np.full(p.shape, np.nan)
    known = np.isfinite(p)
    if known.any():
        adjusted[known] = false_discovery_control(p[known])
    return adjusted
