"""By when a step is to be done: the one place that decides it."""

from datetime import date, timedelta

import pandas as pd

from helpers.study import Play, Study

LAST = 5  # step of the plan: prioritize, present
RENEWAL = "renewal"  # each customer's own: the day on which its contract comes up


def presented(study: Study, as_of: date) -> date:
    """The day on which the report is presented: that of the plan's last step, else the report's.

    Nobody acts on a report before it is presented. Tasks that carry out a step are no part of that.
    """
    days = [one.due for one in study.work_plan if one.step == LAST and not one.play and one.due]
    return max([as_of, *days])


def of_group(play: Play, as_of: date | None, earliest: date | None = None) -> pd.Timestamp:
    """The day for a whole group; blank where every customer has its own, or none is agreed.

    A day that has passed is due with the report; none lies before ``earliest`` (`presented`).
    """
    by = play.by
    if isinstance(by, int) and not isinstance(by, bool):
        by = None if as_of is None else as_of + timedelta(days=by)
    if not isinstance(by, date):
        return pd.NaT
    return pd.Timestamp(max([by, *(day for day in (as_of, earliest) if day is not None)]))


def of_customers(
    day: pd.Series, renews_on: pd.Series, at_renewal: pd.Series, as_of: date
) -> pd.Series:
    """Each customer's own day: the group's, and never after the customer's renewal.

    Parameters
    ----------
    day : that of the group (`of_group`), row by row.
    renews_on : next renewal; one that has passed is not known to come up.
    at_renewal : whether the step is due when the contract comes up.

    Whoever is to be kept is talked to before the contract comes up, whatever the play's own pace.
    """
    ahead = pd.to_datetime(renews_on)
    ahead = ahead.where(ahead > pd.Timestamp(as_of))
    due = pd.to_datetime(day).where(~at_renewal, ahead)
    return due.where(~(ahead < due), ahead)


def comes_first(due: pd.Series, earliest: date) -> pd.Series:
    """Whether a renewal leaves a day to act by that lies before the report is presented."""
    return pd.to_datetime(due) < pd.Timestamp(earliest)
