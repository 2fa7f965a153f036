"""How long tickets took: every time that was observed, for the medians.

Up to `EXACT` tickets in the quarter the times are exact to the second. Beyond, they are rounded to
three significant digits on the engine, an error of at most 0.5 %, so that an account has no more
than a few thousand distinct times however many tickets it has.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.lookup import places
from helpers.metrics.business_hours import Clock
from helpers.metrics.exact import fetch, seconds, within
from helpers.quarter import Quarter
from helpers.tables import TABLES
from helpers.words import measures as words

Moments = tuple[dt.datetime, dt.datetime]

EXACT = 5_000_000
ROUNDED = words.TIMES_THREE_SIGNIFICANT_DIGITS
# Metric → the moment at which its time ends; None = still running at the end of the as-of date.
ENDS = {
    "first_reply_hours_median": "first_replied_at",
    "resolution_hours_median": "resolved_at",
    "open_ticket_hours_median": None,
}
NO_TIMES = pd.DataFrame({"account_id": [], "metric": [], "value": [], "tickets": []}).astype(
    {"account_id": "str", "metric": "str", "value": float, "tickets": "int64"}
)


def opened_in(tickets: ir.Table, quarter: Quarter) -> ir.Table:
    """Tickets opened in the quarter."""
    return tickets.filter(within(tickets.opened_at.date(), quarter.start, quarter.as_of))


def end_of(day: dt.date, zone: str) -> Moments:
    """The moment at which a day is over: local time, and the same in UTC."""
    local = dt.datetime.combine(day + dt.timedelta(days=1), dt.time())
    instant = local.replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    return local, instant.replace(tzinfo=None)


def elapsed(
    tickets: ir.Table, moment: str | None, *, until: Moments, clock: Clock
) -> ir.IntegerValue:
    """Seconds from a ticket's opening to another of its moments, or to the end of a day.

    Around the clock it is elapsed time wherever both instants are known: an hour that the clocks
    show twice counts twice. Business hours are hours on the wall.

    Parameters
    ----------
    moment : such as ``resolved_at``; None for the end of the day.
    until : the end of the day, in local time and in UTC.
    """
    wall = clock(tickets[moment] if moment else ibis.timestamp(until[0]), tickets.opened_at)
    instants = TABLES["tickets"].instants
    if instants["opened_at"] not in tickets.columns:
        return wall
    opened = tickets[instants["opened_at"]]
    ended = tickets[instants[moment]] if moment else ibis.timestamp(until[1])
    if clock is seconds:
        return (opened.notnull() & ended.notnull()).ifelse(seconds(ended, opened), wall)
    return (wall < 0).ifelse(0, wall)  # within the repeated hour


def ticket_times(
    tickets: ir.Table,
    *,
    quarter: Quarter,
    clock: Clock = seconds,
    zone: str = "UTC",
    rounded: bool = False,
) -> pd.DataFrame:
    """Every reply, resolution and waiting time of the tickets opened in the quarter.

    Parameters
    ----------
    clock : what counts as time between two moments (`business_hours.clock`).
    zone : the study's time zone, in which the last day ends.
    rounded : to three significant digits instead of whole seconds.

    Returns
    -------
    One row per account, metric (see `ENDS`), complexity and distinct time: account_id, metric,
    value (hours), complexity (null = unknown), tickets (how many took exactly that time); sorted.
    """
    opened = opened_in(tickets, quarter)
    parts, names = [], sorted(ENDS)  # numbers sort as their names do
    for place, moment in enumerate(map(ENDS.get, names)):
        ended = opened.filter(opened[moment].notnull() if moment else opened.resolved_at.isnull())
        time = elapsed(ended, moment, until=end_of(quarter.as_of, zone), clock=clock)
        parts.append(
            ended.select(
                "account_id",
                "complexity",
                metric=ibis.literal(place, "int64"),
                seconds=_significant(time) if rounded else time,
            )
        )
    times = ibis.union(*parts).group_by("account_id", "metric", "complexity", "seconds")
    times = times.agg(tickets=lambda t: t.count())
    table = fetch(
        times.select("account_id", "metric", "complexity", "seconds", "tickets"),
        by=["account_id", "metric", "seconds", "complexity"],
    )
    named = pd.array(names, dtype="str").take(table["metric"].to_numpy("int64"))
    table = table.assign(metric=named)
    table.insert(2, "value", table.pop("seconds") / 3600)
    return table


def observations_of(times: pd.DataFrame, names: dict[tuple[str, str], str]) -> pd.DataFrame:
    """Times of all tickets, and of the tickets of one complexity under a metric of their own.

    Parameters
    ----------
    times : as `ticket_times` gives them.
    names : metric by (metric over all tickets, complexity).

    Returns
    -------
    One row per account, metric and distinct time: account_id, metric, value (hours), tickets.
    """
    keys = ["account_id", "metric", "value"]
    # Sorted as they are, times of several complexities follow one another.
    first = np.flatnonzero(times[keys].ne(times[keys].shift()).any(axis=1))
    tickets = np.add.reduceat(times["tickets"].to_numpy(), first) if len(first) else 0
    parts = [times.iloc[first][keys].assign(tickets=tickets)]
    for (metric, level), name in names.items():
        one = times[(times["metric"] == metric) & (times["complexity"] == level)]
        parts.append(one[[*keys, "tickets"]].assign(metric=name))
    return pd.concat(parts, ignore_index=True)


def account_medians(observations: pd.DataFrame, accounts: pd.Series) -> dict[str, np.ndarray]:
    """Median of each customer's observations, by metric.

    Parameters
    ----------
    observations : account_id, metric, value, tickets (how often it was observed); in any order.
    accounts : different account_ids.

    Returns
    -------
    One value per account and metric, NaN where an account has no observation.
    """
    if observations.empty:
        return {}
    place = places(observations["account_id"], accounts)
    metrics, names = pd.factorize(observations["metric"])
    value, tickets = observations["value"].to_numpy(), observations["tickets"].to_numpy()
    medians = {}
    for number, name in enumerate(names):
        rows = np.flatnonzero((metrics == number) & (place >= 0))
        medians[name] = _medians(place[rows], value[rows], tickets[rows], accounts=len(accounts))
    return medians


def _medians(
    place: np.ndarray, value: np.ndarray, tickets: np.ndarray, *, accounts: int
) -> np.ndarray:
    step = np.diff(place)
    if not ((step > 0) | (step == 0) & (np.diff(value) >= 0)).all():  # mostly they are in order
        order = np.lexsort((value, place))
        place, value, tickets = place[order], value[order], tickets[order]
    running = tickets.cumsum()
    last = np.flatnonzero(np.diff(place, append=-1))
    half = (running[last] + np.concatenate([[0], running[last[:-1]]])) / 2
    first, second = (value[np.searchsorted(running, half, side=side)] for side in ("left", "right"))
    medians = np.full(accounts, np.nan)
    medians[place[last]] = (first + second) / 2
    return medians


def _significant(time: ir.IntegerValue) -> ir.IntegerValue:
    """Whole seconds to three significant digits, by integer arithmetic."""
    steps = [(10 ** (digits + 3), 10**digits) for digits in range(7)]
    step = ibis.cases(*[(time < limit, size) for limit, size in steps], else_=10**7)
    return ((time + step // 2) // step * step).cast("int64")
