"""By when a step is to be done: the one place that decides it."""

from datetime import date, timedelta

import pandas as pd

from helpers.study import Play

RENEWAL = "renewal"  # each customer's own: the day on which its contract comes up


def of_group(play: Play, as_of: date | None) -> pd.Timestamp:
    """The day for a whole group; blank where every customer has its own, or none is agreed.

    A day that has passed is due with the report.
    """
    by = play.by
    if isinstance(by, int) and not isinstance(by, bool):
        by = None if as_of is None else as_of + timedelta(days=by)
    if not isinstance(by, date):
        return pd.NaT  # type: ignore[return-value]
    return pd.Timestamp(by if as_of is None else max(by, as_of))


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
