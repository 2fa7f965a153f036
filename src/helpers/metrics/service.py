"""How customers are served: tickets and what serving them costs.

Ticket metrics describe the tickets *opened* in the quarter. One that was not answered or resolved
by the as-of date cannot have a time; it is counted beside the times, not dropped in silence.
"""

from dataclasses import replace

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.errors import StudyError, listed
from helpers.lookup import places
from helpers.metrics.business_hours import DAY, Clock, clock
from helpers.metrics.catalog.metric import Metric
from helpers.metrics.catalog.service import (
    BY_COMPLEXITY,
    COMPLEXITY_SHARE,
    SERVICE,
    complexity_metric,
    complexity_share,
)
from helpers.metrics.exact import count, fetch, seconds, total, within
from helpers.metrics.pairs import Pairs, level_names
from helpers.metrics.times import (
    EXACT,
    ROUNDED,
    elapsed,
    end_of,
    observations_of,
    opened_in,
    ticket_times,
)
from helpers.quarter import Quarter
from helpers.study import Study
from helpers.workspace import Workspace

COUNTED = (
    "tickets", "replied", "unanswered", "reply_seconds", "resolved", "open", "resolution_seconds",
    "touched", "touches", "one_touch", "resolved_touched", "reopens_known", "reopened",
    "escalation_known", "escalated", "rated", "satisfied", "backlog", "backlog_seconds",
)  # fmt: skip
# Mean times: their sums, and the tickets that have such a time.
MEANS = {
    "first_reply_hours_mean": ("reply_seconds", "replied"),
    "resolution_hours_mean": ("resolution_seconds", "resolved"),
}
# Shares of tickets, and touches per ticket: what is counted, and among which tickets.
RATES = {
    "agent_touches_mean": ("touches", "touched"),
    "one_touch_rate": ("one_touch", "resolved_touched"),
    "reopen_rate": ("reopened", "reopens_known"),
    "escalation_rate": ("escalated", "escalation_known"),
    "ticket_csat": ("satisfied", "rated"),
}
# More levels than this are no classes; each would bring metrics of its own.
MOST_LEVELS = 12


def tickets_by_customer(
    tickets: ir.Table, *, quarter: Quarter, clock: Clock = seconds, zone: str = "UTC"
) -> pd.DataFrame:
    """Sums over each account's tickets, by complexity.

    Parameters
    ----------
    clock : what counts as time between two moments (`business_hours.clock`).
    zone : the study's time zone, in which the last day ends.

    Returns
    -------
    One row per account and complexity (null = unknown) with a ticket opened in the quarter or open
    at its end: account_id, complexity; backlog (open at the end of the as-of date, whenever opened)
    and backlog_seconds (their age, around the clock). All other columns are about tickets opened in
    the quarter: tickets; replied, unanswered, reply_seconds (summed over replied tickets);
    resolved, open, resolution_seconds (summed over resolved tickets); touched (touches known),
    touches; one_touch (resolved with exactly one touch), resolved_touched (resolved and touches
    known); reopens_known, reopened; escalation_known, escalated; rated, satisfied (4 or 5 of 5).
    """
    known = tickets.filter(tickets.opened_at.date() <= ibis.date(quarter.as_of))
    in_quarter = known.opened_at.date() >= ibis.date(quarter.start)
    rows = known.mutate(opened=in_quarter).filter(in_quarter | known.resolved_at.isnull())
    opened = rows.opened
    replied, resolved = rows.first_replied_at.notnull(), rows.resolved_at.notnull()
    touched = rows.agent_touches.notnull()
    until = end_of(quarter.as_of, zone)
    age = elapsed(rows, None, until=until, clock=seconds)
    reply_time = elapsed(rows, "first_replied_at", until=until, clock=clock)
    resolution_time = elapsed(rows, "resolved_at", until=until, clock=clock)

    def amount(value: ir.IntegerValue, where: ir.BooleanValue = opened) -> ir.IntegerScalar:
        return value.sum(where=where).fill_null(0)

    return fetch(
        rows.group_by("account_id", "complexity").agg(
            backlog=count(~resolved),
            backlog_seconds=amount(age, ~resolved),
            tickets=count(opened),
            replied=count(opened & replied),
            unanswered=count(opened & ~replied),
            reply_seconds=amount(reply_time),
            resolved=count(opened & resolved),
            open=count(opened & ~resolved),
            resolution_seconds=amount(resolution_time),
            touched=count(opened & touched),
            touches=amount(rows.agent_touches),
            one_touch=count(opened & resolved & (rows.agent_touches == 1)),
            resolved_touched=count(opened & resolved & touched),
            reopens_known=count(opened & rows.reopens.notnull()),
            reopened=count(opened & (rows.reopens > 0)),
            escalation_known=count(opened & rows.escalated.notnull()),
            escalated=count(opened & rows.escalated),
            rated=count(opened & rows.csat.notnull()),
            satisfied=count(opened & (rows.csat >= 4)),
        ),
        by=["account_id", "complexity"],
    )


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
    direct_cost_12m (trailing year, all kinds but ``acquisition``: what a gross margin deducts),
    acquisition (kind ``acquisition``, by the as-of date).
    """
    known = costs.filter(costs.incurred_on <= ibis.date(quarter.as_of))
    flows = within(known.incurred_on, quarter.start, quarter.as_of)
    year = within(known.incurred_on, quarter.year_start, quarter.as_of)
    direct = known.kind.lower() != "acquisition"
    return fetch(
        known.group_by("account_id").agg(
            cost=total(known.amount, flows),
            direct_cost_12m=total(known.amount, year & direct),
            acquisition=total(known.amount, ~direct),
        )
    ).round({"cost": 2, "direct_cost_12m": 2, "acquisition": 2})


def add_service(
    made: Pairs,
    tickets: ir.Table,
    accounts: pd.Series,
    spans: pd.DataFrame,
    *,
    study: Study,
    quarter: Quarter,
) -> tuple[pd.DataFrame, dict[str, Metric]]:
    """Tickets, times and touches of every customer.

    Returns
    -------
    The observed times (`times.observations_of`), and the definitions of the metrics whose names or
    methods depend on the data.
    """
    here = clock(study, quarter)
    zone = study.timezone
    counts = tickets_by_customer(tickets, quarter=quarter, clock=here, zone=zone)
    _add_counts(made, counts, accounts, spans)
    definitions = _add_by_complexity(made, counts, accounts)
    rounded = int(counts["tickets"].sum()) > EXACT
    times = ticket_times(tickets, quarter=quarter, clock=here, zone=zone, rounded=rounded)
    names = {
        (BY_COMPLEXITY[beginning].name, entry.of): name
        for name, entry in definitions.items()
        for beginning in BY_COMPLEXITY
        if entry.form == "median" and name.startswith(beginning)
    }
    if rounded:
        timed = {entry.name: entry for entry in SERVICE if entry.clock} | definitions
        definitions |= {
            name: replace(entry, note=ROUNDED)
            for name, entry in timed.items()
            if entry.form in {"median", "censored"}
        }
    known = places(times["account_id"], accounts) >= 0
    observations = observations_of(times if known.all() else times[known], names)
    return observations, definitions


def _add_counts(
    made: Pairs, counts: pd.DataFrame, accounts: pd.Series, spans: pd.DataFrame
) -> None:
    """Metrics over all tickets of a customer."""
    at = places(counts["account_id"], accounts)
    known = at >= 0
    amount = {
        name: np.bincount(at[known], weights=counts[name][known], minlength=len(accounts))
        for name in COUNTED
    }
    number, exposure = amount["tickets"], spans["exposure_quarter"].to_numpy()
    here = (exposure > 0) | (number > 0)
    made.add("tickets", number, here)
    made.add("unanswered_tickets", amount["unanswered"], here)
    made.add("open_tickets", amount["open"], here)
    made.add("tickets_per_customer_month", number, exposure)
    for name, (summed, ended) in MEANS.items():
        made.add(name, amount[summed] / 3600, amount[ended])
    for name, (numerator, denominator) in RATES.items():
        made.add(name, amount[numerator], amount[denominator])
    waiting = amount["backlog"]
    there = ~spans["left"].to_numpy(bool) | (waiting > 0)
    made.add("backlog_tickets", waiting, there)
    made.add("backlog_per_customer", waiting, there)
    made.add("backlog_age_days", amount["backlog_seconds"] / DAY, waiting)


def check_complexity(ws: Workspace) -> None:
    """Refuse tickets whose complexity is no class, once the customers are listed.

    Raises
    ------
    StudyError
        More than `MOST_LEVELS` levels among the customers' tickets of the quarter.
    """
    from helpers.collect.customer_tables import customer_rows

    tickets = customer_rows(ws, "tickets")
    if tickets is not None and "complexity" in ws.recorded("collection/tickets")["columns"]:
        opened = opened_in(tickets, ws.quarter)
        levels = opened.select("complexity").distinct().to_pandas()["complexity"]
        _check_levels(sorted(levels.dropna()))


def _check_levels(levels: list[str]) -> None:
    if len(levels) > MOST_LEVELS:
        raise StudyError(
            "The tickets' `complexity` has too many levels to tell them apart.",
            found=f"{len(levels):,} levels in the quarter: {listed(levels)}",
            expected=f"at most {MOST_LEVELS} classes, such as low, medium and high",
            remedy="group them in sources.tickets.query, or leave the column out",
        )


def _add_by_complexity(made: Pairs, counts: pd.DataFrame, accounts: pd.Series) -> dict[str, Metric]:
    """Times of the tickets of each complexity; their definitions by name."""
    levels = sorted(counts.loc[counts["tickets"] > 0, "complexity"].dropna().unique())
    _check_levels(levels)
    definitions = {}
    for beginning, whole in BY_COMPLEXITY.items():
        for level, name in level_names(beginning, levels).items():
            definitions[name] = complexity_metric(name, level=level)
            if whole.name in MEANS:
                here = counts[counts["complexity"] == level].set_index("account_id")
                summed = here[list(MEANS[whole.name])].reindex(accounts).fillna(0).to_numpy(float)
                made.add(name, summed[:, 0] / 3600, summed[:, 1])
    opened = counts[counts["complexity"].notna()].pivot_table(
        index="account_id", columns="complexity", values="tickets", aggfunc="sum", fill_value=0
    )
    opened = opened.reindex(accounts).fillna(0)
    for level, name in level_names(COMPLEXITY_SHARE, levels).items():
        definitions[name] = complexity_share(name, level=level)
        made.add(name, opened[level].to_numpy(float), opened.sum(axis=1).to_numpy(float))
    return definitions
