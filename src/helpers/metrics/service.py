"""How customers are served: tickets and what serving them costs.

Ticket metrics describe the tickets *opened* in the quarter. One that was not answered or resolved
by the as-of date cannot have a time; it is counted beside the times, not dropped in silence.
"""

import ibis
import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.exact import count, fetch, seconds, total, within
from helpers.metrics.pairs import Collected, Pairs
from helpers.quarter import Quarter


def tickets_by_customer(tickets: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Sums over the tickets that each account opened in the quarter.

    Returns
    -------
    One row per account with such a ticket: account_id; tickets; replied, unanswered, reply_hours
    (summed over replied tickets); resolved, open, resolution_hours (summed over resolved tickets);
    touched (touches known), touches; one_touch (resolved with exactly one touch), resolved_touched
    (resolved and touches known); reopens_known, reopened; escalation_known, escalated; rated,
    satisfied (4 or 5 of 5).
    """
    opened = _opened(tickets, quarter)
    replied, resolved = opened.first_replied_at.notnull(), opened.resolved_at.notnull()
    touched = opened.agent_touches.notnull()
    return fetch(
        opened.group_by("account_id").agg(
            tickets=opened.count(),
            replied=count(replied),
            unanswered=count(~replied),
            reply_hours=seconds(opened.first_replied_at, opened.opened_at).sum() / 3600,
            resolved=count(resolved),
            open=count(~resolved),
            resolution_hours=seconds(opened.resolved_at, opened.opened_at).sum() / 3600,
            touched=count(touched),
            touches=opened.agent_touches.sum().fill_null(0),
            one_touch=count(resolved & (opened.agent_touches == 1)),
            resolved_touched=count(resolved & touched),
            reopens_known=count(opened.reopens.notnull()),
            reopened=count(opened.reopens > 0),
            escalation_known=count(opened.escalated.notnull()),
            escalated=count(opened.escalated),
            rated=count(opened.csat.notnull()),
            satisfied=count(opened.csat >= 4),
        )
    ).fillna({"reply_hours": 0.0, "resolution_hours": 0.0})


def ticket_times(tickets: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Every reply and resolution time, for the medians.

    Returns
    -------
    One row per account, metric (first_reply_hours_median, resolution_hours_median) and distinct
    time: account_id, metric, value (hours), tickets (how many took exactly that time); sorted.
    """
    opened = _opened(tickets, quarter)
    parts = [
        opened.filter(opened[moment].notnull()).select(
            "account_id",
            metric=ibis.literal(metric),
            value=seconds(opened[moment], opened.opened_at) / 3600,
        )
        for metric, moment in (
            ("first_reply_hours_median", "first_replied_at"),
            ("resolution_hours_median", "resolved_at"),
        )
    ]
    times = parts[0].union(parts[1]).group_by("account_id", "metric", "value")
    return fetch(times.agg(tickets=lambda t: t.count()))


def touches_in_year(tickets: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Tickets and agent touches of the trailing year per account.

    Returns
    -------
    One row per account with a ticket by the as-of date: account_id, tickets, agent_touches (null
    where tickets were opened in the year but no touches are known).
    """
    day = tickets.opened_at.date()
    known = tickets.filter(day <= ibis.date(quarter.as_of))
    year = within(known.opened_at.date(), quarter.year_start, quarter.as_of)
    recorded = count(year & known.agent_touches.notnull())
    return fetch(
        known.group_by("account_id").agg(
            tickets=count(year),
            agent_touches=ibis.ifelse(
                (count(year) > 0) & (recorded == 0),
                ibis.null("float64"),
                known.agent_touches.sum(where=year).fill_null(0).cast("float64"),
            ),
        )
    )


def costs_by_customer(costs: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """Costs booked per account.

    Returns
    -------
    One row per account with a cost by the as-of date: account_id, cost (all kinds, quarter),
    direct_cost_12m (trailing year, all kinds but ``acquisition``: what a gross margin deducts).
    """
    known = costs.filter(costs.incurred_on <= ibis.date(quarter.as_of))
    flows = within(known.incurred_on, quarter.start, quarter.as_of)
    year = within(known.incurred_on, quarter.year_start, quarter.as_of)
    direct = known.kind.lower() != "acquisition"
    return fetch(
        known.group_by("account_id").agg(
            cost=total(known.amount, flows),
            direct_cost_12m=total(known.amount, year & direct),
        )
    ).round({"cost": 2, "direct_cost_12m": 2})


def _opened(tickets: ir.Table, quarter: Quarter) -> ir.Table:
    return tickets.filter(within(tickets.opened_at.date(), quarter.start, quarter.as_of))


def add_service(made: Pairs, collected: Collected, spans: pd.DataFrame) -> None:
    """Tickets, times and touches of every customer."""
    if "tickets" not in collected:
        return
    per = {
        "first_reply_hours_mean": ("reply_hours", "replied"),
        "resolution_hours_mean": ("resolution_hours", "resolved"),
        "agent_touches_mean": ("touches", "touched"),
        "one_touch_rate": ("one_touch", "resolved_touched"),
        "reopen_rate": ("reopened", "reopens_known"),
        "escalation_rate": ("escalated", "escalation_known"),
        "ticket_csat": ("satisfied", "rated"),
    }
    number = collected.amounts("tickets", "tickets")
    exposure = spans["exposure_quarter"].to_numpy()
    here = (exposure > 0) | (number > 0)
    made.add("tickets", number, here)
    made.add("unanswered_tickets", collected.amounts("tickets", "unanswered"), here)
    made.add("open_tickets", collected.amounts("tickets", "open"), here)
    made.add("tickets_per_customer_month", number, exposure)
    for name, (numerator, denominator) in per.items():
        made.add(
            name,
            collected.amounts("tickets", numerator),
            collected.amounts("tickets", denominator),
        )
