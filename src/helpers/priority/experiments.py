"""How many customers a trial takes before it can tell whether a play helps, and which ones."""

import zlib

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.priority.groups import Groups
from helpers.raters import Z95
from helpers.study import Study

POWER = 0.8
TRIAL, WITH, WITHOUT = "experiment", "with it", "without it"


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


def drawn_by_lot(
    study: Study, steps: pd.DataFrame, groups: Groups, frame: pd.DataFrame
) -> pd.DataFrame:
    """The data file ``trial_customers``: who of a group gets the play of a trial, and who does not.

    Parameters
    ----------
    steps : data file ``next_steps``; a trial takes ``per_arm`` customers with it, and as many
        without it.
    frame : customer frame.

    Notes
    -----
    Drawn by the study's seed and the play's place, so that a second run draws the same; the list is
    in the order of the account_id. A customer keeps its arm only within one play.
    """
    names = frame.set_index("account_id")["name"] if "name" in frame else None
    held = groups.members[groups.members["worked_with"]]
    rows = []
    for step in steps[steps["kind"] == TRIAL].itertuples():
        here = sorted(held.loc[held["segment_id"] == step.segment_id, "account_id"])
        place = zlib.crc32(f"{step.play}|{step.segment_id}".encode())
        drawn = np.random.default_rng([study.seed, place]).permutation(len(here))
        arm = int(step.per_arm)
        for side, picked in ((WITH, drawn[:arm]), (WITHOUT, drawn[arm : 2 * arm])):
            rows += [
                {"segment_id": step.segment_id, "play": step.play, "action": step.action,
                 "account_id": here[at], "arm": side,
                 "name": here[at] if names is None else names.get(here[at], "")}
                for at in sorted(picked)
            ]  # fmt: skip
    return outputs.shaped("trial_customers", rows)
