"""The chart of the reachable market that is left for each group."""

import pandas as pd

from helpers.report.charts import parts
from helpers.report.charts.axes import axis
from helpers.report.charts.model import Bar, Chart, Mark, Panel, Row, Rows, Tone, nothing
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say


def market_shares(priorities: pd.DataFrame, *, most: int = 8) -> Chart:
    """Each group's share of the reachable market beside its share of the customers.

    The group of which most is left comes first; of like ones, the one of the highest priority.

    Parameters
    ----------
    priorities : definition, rank, market_share, market_unknown, customer_share, and customers where
        known. Groups that cannot be counted in the market are left out and counted.
    most : groups at most.
    """
    columns = ("definition", "rank", "market_share", "market_unknown", "customer_share")
    parts.require(priorities, columns, chart="market_shares")
    known = priorities.dropna(subset=["market_share", "customer_share"]).sort_values("rank")
    if known.empty:
        return nothing(say(words.NO_MARKET))
    gaps = known["market_share"].combine(known["customer_share"], market_gap)
    known = known.loc[gaps.sort_values(ascending=False, kind="stable").index]
    rows: list[Row] = []
    marks: list[tuple[Mark, ...]] = []
    for one in known.head(most).to_dict("records"):
        rows.append(parts.row(one["definition"], one.get("customers"), heading=True, tone="level"))
        marks.append(())
        of: tuple[tuple[str, str, Tone], ...] = (
            (words.OF_MARKET, "market_share", "plain"),
            (words.OF_CUSTOMERS, "customer_share", "level"),
        )
        for name, column, tone in of:
            share = float(one[column])
            rows.append(Row(say(name)))
            marks.append((Bar(0.0, share, tone, fmt.percent(share)),))
    values = known.head(most)[["market_share", "customer_share"]].to_numpy().ravel()
    widest = known.iloc[0]
    return Chart(
        Rows(
            tuple(rows),
            (Panel(axis(values, "percent"), tuple(marks)),),
            len(priorities) - len(known.head(most)),
            "priorities",
            block=3,
        ),
        title=market_left(
            parts.name(widest["definition"]),
            float(widest["market_share"]),
            float(widest["customer_share"]),
            float(widest["market_unknown"]),
        ),
        unit=say(words.MARKET_UNIT),
    )


def market_gap(market: float, own: float) -> int:
    """How far the share of the customers lies below that of the market, in whole per cent.

    What is told alike is no difference to speak of, and where we hold as much or more there is
    none: such groups keep their order of priority.

    >>> market_gap(0.3, 0.2), market_gap(0.104, 0.1), market_gap(0.1, 0.2)
    (10, 0, 0)
    """
    return max(round(100 * market) - round(100 * own), 0)


def market_left(name: str, market: float, own: float, unknown: float) -> str:
    """What is said of a group's share of the market beside its share of the customers.

    That no company is of its kind is known where it is known of every company (``unknown`` is 0).
    """
    if unknown > 0:
        return say(words.MARKET_LEFT_KNOWN, name=name, market=market, own=own)
    if market == 0:
        return say(words.NONE_IN_MARKET, name=name, own=own)
    return say(words.MARKET_LEFT, name=name, market=market, own=own)
