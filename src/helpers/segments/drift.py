"""Whether a segment's lift is the same among customers won early and won late."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers import families
from helpers.segments import effects
from helpers.segments.clustered import of

SCORE = "quality_score"


def early_and_late(
    frame: pd.DataFrame,
    members: Mapping[str, np.ndarray],
    strata: np.ndarray | None,
    cluster: np.ndarray | None = None,
) -> pd.DataFrame:
    """Each segment's lift among customers won before the median day and from it on.

    Parameters
    ----------
    frame : customer frame with ``quality_score`` and, where it was collected, ``won_on``.
    members : segment id → membership, one boolean per customer.
    strata : (customers,) labels within which lifts are taken.
    cluster : (customers,) clusters of customers that are not independent.

    Returns
    -------
    DataFrame, one row per segment: lift_early, lift_late, drift_p (two-sided, of no difference
    between the two lifts, from their standard errors; adjusted after Holm over the segments).
    Blank where either half has no comparison.
    """
    from scipy.special import ndtr

    table = pd.DataFrame(index=list(members), columns=["lift_early", "lift_late", "drift_p"])
    table = table.astype(float)
    won = pd.to_datetime(frame["won_on"]) if "won_on" in frame else pd.Series(dtype="datetime64[s]")
    if won.notna().sum() < 2:
        return table
    early = (won < won.median().normalize()).to_numpy()
    score = frame[SCORE].to_numpy(dtype=float)
    for name, member in members.items():
        before, after = (
            effects.difference(score[rows], member[rows], of(strata, rows), of(cluster, rows))
            for rows in (early, ~early & won.notna().to_numpy())
        )
        table.loc[name, ["lift_early", "lift_late"]] = before.effect, after.effect
        error = np.hypot(before.error, after.error)
        if np.isfinite(error) and error > 0:
            table.loc[name, "drift_p"] = 2 * ndtr(-abs(before.effect - after.effect) / error)
    table["drift_p"] = families.holm(table["drift_p"])
    return table
