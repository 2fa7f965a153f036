"""The service that a group of needs gets, and the test of whether it helps."""

import hashlib

import numpy as np
import pandas as pd

from helpers.errors import StudyError
from helpers.outputs import shaped
from helpers.segments.needs import OUTCOME
from helpers.segments.needs_study import EVERYONE, NeedsStudy
from helpers.study import Study
from helpers.study.people import Trial

POWER = 0.8
WITH, WITHOUT = "with", "without"
PLANNED, RUNNING, TOO_SMALL = "planned", "under way", "too few"
BETTER, WORSE, OPEN = "better", "worse", "not shown"
FEWEST = 5  # customers of an arm before its share is read


def design(study: Study, needs: NeedsStudy) -> pd.DataFrame:
    """The touches of each group: definition, moment, touch, channel, owner.

    A group without a touch has a row without one: nobody has designed its service.
    """
    rows = []
    for group in needs.groups.itertuples():
        own = [
            touch
            for touch in study.interviews.touches
            if touch.outcome in ("", group.outcome)
            and (touch.profile is None or touch.profile == group.profile)
        ]
        for touch in own:
            rows.append((group.definition, touch.moment, touch.touch, touch.channel, touch.owner))
        if not own:
            rows.append((group.definition, "", "", "", ""))
    return pd.DataFrame(rows, columns=["definition", "moment", "touch", "channel", "owner"])


def trials(
    study: Study, needs: NeedsStudy, metrics: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Every declared test of a service: who gets it, and what it showed: ``needs_trials``.

    Parameters
    ----------
    metrics : the data file ``account_metrics``; a trial's metric is one of its columns, of which a
        customer has 0 or 1.

    Notes
    -----
    Half of the group gets the service: of each customer a lot decides that is the same in every
    quarter (a hash of seed, trial and account). Sample size of two shares by the arcsine
    transformation (Cohen 1988), two-sided at scope.alpha with a power of 80 %. From the day it
    starts the shares of both arms stand beside each other with Newcombe's interval of their
    difference (1998, method 10).
    """
    rows = []
    for number, trial in enumerate(study.interviews.trials, 1):
        arms = _arms(study, trial, needs)
        needed = sample_size(trial.baseline, trial.target, alpha=study.scope.alpha)
        sizes = arms.value_counts()
        row = {
            "trial": number,
            "outcome": trial.outcome,
            "profile": float("nan") if trial.profile is None else float(trial.profile),
            "metric": trial.metric,
            "baseline": trial.baseline,
            "target": trial.target,
            "starts": pd.NaT if trial.starts is None else pd.Timestamp(trial.starts),
            "with_service": int(sizes.get(WITH, 0)),
            "without_service": int(sizes.get(WITHOUT, 0)),
            "needed_per_arm": needed,
        }
        begun = trial.starts is not None and pd.Timestamp(trial.starts) <= as_of
        rows.append(row | (_read(trial, arms, metrics) if begun else _waiting(row)))
    return shaped("needs_trials", rows)


def sample_size(baseline: float, target: float, *, alpha: float) -> int:
    """Customers per arm that show the way from one share to another.

    >>> sample_size(0.8, 0.9, alpha=0.05)
    195
    """
    from statsmodels.stats.power import NormalIndPower
    from statsmodels.stats.proportion import proportion_effectsize

    effect = abs(proportion_effectsize(target, baseline))
    return int(np.ceil(NormalIndPower().solve_power(effect, alpha=alpha, power=POWER)))


def _arms(study: Study, trial: Trial, needs: NeedsStudy) -> pd.Series:
    """The arm of each customer of the trial's group, by account_id."""
    members = needs.members.set_index("account_id")
    inside = pd.Series(True, index=members.index)
    if trial.outcome:
        inside &= members[OUTCOME] == trial.outcome
    if trial.profile is not None:
        scope = trial.outcome if trial.outcome in needs.found else EVERYONE
        profile = needs.found[scope].profile if needs.found else pd.Series(dtype="float64")
        inside &= profile.reindex(members.index) == trial.profile
    accounts = members.index[inside.to_numpy(bool)]
    name = f"{study.seed}/{trial.outcome}/{trial.profile}/{trial.metric}"
    lot = [hashlib.sha256(f"{name}/{account}".encode()).digest()[0] % 2 for account in accounts]
    return pd.Series(np.where(np.array(lot, bool), WITH, WITHOUT), index=accounts, dtype="str")


def _waiting(row: dict) -> dict:
    least = min(row["with_service"], row["without_service"])
    return {"state": PLANNED if least >= row["needed_per_arm"] else TOO_SMALL}


def _read(trial: Trial, arms: pd.Series, metrics: pd.DataFrame) -> dict:
    from statsmodels.stats.proportion import confint_proportions_2indep

    of = metrics.set_index("account_id")
    if trial.metric not in of:
        return {"state": RUNNING}
    values = of[trial.metric].reindex(arms.index).astype(float)
    if not values.dropna().isin([0, 1]).all():
        raise StudyError(
            f"interviews.trials: {trial.metric} is no yes or no of a customer.",
            expected="a metric that is 0 or 1 for each customer: a trial compares shares",
        )
    one, other = (values[arms == arm].dropna() for arm in (WITH, WITHOUT))
    if min(len(one), len(other)) < FEWEST:
        return {"state": RUNNING}
    low, high = confint_proportions_2indep(
        int(one.sum()), len(one), int(other.sum()), len(other), method="newcomb", compare="diff"
    )
    up = trial.target > trial.baseline
    state = OPEN
    if low > 0 or high < 0:
        state = BETTER if (low > 0) == up else WORSE
    return {
        "share_with": one.mean(),
        "share_without": other.mean(),
        "difference": one.mean() - other.mean(),
        "low": low,
        "high": high,
        "state": state,
    }
