"""Definitions: how customers are served."""

from dataclasses import replace
from typing import Any

from helpers.metrics.catalog.metric import Metric
from helpers.words import measures as words
from helpers.words import name as put

_SERVICE: dict[str, Any] = {"window": "quarter", "table": ("tickets",)}
_TIME: dict[str, Any] = _SERVICE | {
    "unit": "hours",
    "higher_is_better": False,
    "clock": True,
    "rows": True,
}
_OPEN: dict[str, Any] = {"window": "as of", "table": ("tickets",)}

SERVICE = (
    Metric(
        "tickets", "Tickets", "count", higher_is_better=None, form="sum",
        definition="Tickets opened in the quarter.", **_SERVICE,
    ),
    Metric(
        "tickets_per_customer_month", "Tickets per customer and month", "per month",
        higher_is_better=False, form="ratio",
        definition="Tickets opened in the quarter ÷ months as a customer in the quarter.",
        **_SERVICE,
    ),
    Metric(
        "first_reply_hours_mean", "First reply (mean)", form="ratio",
        definition="Hours from opening to the first public agent reply; mean over the quarter's "
        "tickets that were replied to.",
        **_TIME,
    ),
    Metric(
        "first_reply_hours_median", "First reply (median)", form="median",
        definition="Hours from opening to the first public agent reply; median over the quarter's "
        "tickets that were replied to.",
        **_TIME,
    ),
    Metric(
        "unanswered_tickets", "Unanswered tickets", "count", higher_is_better=False, form="sum",
        definition="Tickets opened in the quarter without a reply by the as-of date.", **_SERVICE,
    ),
    Metric(
        "resolution_hours_mean", "Resolution (mean)", form="ratio",
        definition="Hours from opening to last resolution, added up ÷ resolved tickets of the "
        "quarter.",
        **_TIME,
    ),
    Metric(
        "resolution_hours_median", "Resolution (median)", form="median",
        definition="Hours from opening to last resolution; median over the quarter's resolved "
        "tickets.",
        **_TIME,
    ),
    Metric(
        "resolution_hours_median_censored", "Resolution (median, open tickets included)",
        form="censored", level="segment",
        parts=("resolution_hours_median", "open_ticket_hours_median"),
        definition="Kaplan–Meier median of the hours from opening to last resolution over all "
        "tickets of the quarter, those still open censored at the end of the as-of date; blank "
        "while half or more remain open.",
        **_TIME,
    ),
    Metric(
        "open_tickets", "Open tickets", "count", higher_is_better=False, form="sum",
        definition="Tickets opened in the quarter and not resolved by the as-of date.", **_SERVICE,
    ),
    Metric(
        "open_ticket_hours_median", "Waiting time of open tickets (median)", form="median",
        definition="Hours from opening to the end of the as-of date; median over the quarter's "
        "tickets that are still open.",
        **_TIME,
    ),
    Metric(
        "backlog_tickets", "Backlog", "count", higher_is_better=False, form="sum",
        definition="Tickets not resolved by the as-of date, whenever they were opened.", **_OPEN,
    ),
    Metric(
        "backlog_per_customer", "Backlog per customer", "count", higher_is_better=False,
        form="ratio", level="segment",
        definition="Tickets not resolved by the as-of date, whenever they were opened ÷ current "
        "customers and former ones with such a ticket.",
        **_OPEN,
    ),
    Metric(
        "backlog_age_days", "Age of the backlog", "days", higher_is_better=False, form="ratio",
        rows=True,
        definition="Days of 24 hours from opening to the end of the as-of date; mean over the "
        "tickets of the backlog.",
        **_OPEN,
    ),
    Metric(
        "agent_touches_mean", "Agent touches per ticket", "count", higher_is_better=False,
        form="ratio", rows=True,
        definition="Agent touches ÷ tickets opened in the quarter whose touches are known.",
        **_SERVICE,
    ),
    Metric(
        "one_touch_rate", "Solved in one touch", "ratio", higher_is_better=True, form="ratio",
        rows=True, interval="rows",
        definition="Tickets resolved with exactly one agent touch ÷ resolved tickets of the "
        "quarter whose touches are known.",
        **_SERVICE,
    ),
    Metric(
        "reopen_rate", "Reopened tickets", "ratio", higher_is_better=False, form="ratio", rows=True,
        interval="rows",
        definition="Tickets reopened at least once ÷ tickets of the quarter for which that is "
        "known.",
        **_SERVICE,
    ),
    Metric(
        "escalation_rate", "Escalated tickets", "ratio", higher_is_better=False, form="ratio",
        rows=True, interval="rows",
        definition="Escalated tickets ÷ tickets of the quarter for which that is known.",
        **_SERVICE,
    ),
    Metric(
        "ticket_csat", "Ticket CSAT", "%", higher_is_better=True, form="ratio", rows=True,
        interval="rows",
        scale=100.0, definition="100 × ratings of 4 or 5 ÷ rated tickets of the quarter.",
        **_SERVICE,
    ),
)  # fmt: skip

# ── by complexity ────────────────────────────────────────────────────────────────────────────────
_TIMED = ("first_reply_hours_mean", "first_reply_hours_median",
          "resolution_hours_mean", "resolution_hours_median")  # fmt: skip
# What the names of the metrics of one complexity begin with → the metric over all tickets.
BY_COMPLEXITY: dict[str, Metric] = {
    f"{metric.name}_complexity_": metric for metric in SERVICE if metric.name in _TIMED
}


# Shares of the tickets of one complexity: what their names begin with.
COMPLEXITY_SHARE = "complexity_share_"
# Facts of whole groups, which no single customer has; step 5 measures them for plays.
TOP_REASON, PROMISE = "top_reason_share", "promise_kept"
OF_GROUPS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            TOP_REASON, "Share of the reason that the group has more often", "%",
            higher_is_better=None, form="ratio", level="segment", scale=100.0, rows=True,
            definition="Of the contact reasons that a group is shown to have more often than the "
            "other customers, the one that is ahead of them most: its share of the group's tickets "
            "of the quarter whose reason is known; blank where there is none.",
            **_SERVICE,
        ),
        Metric(
            PROMISE, "First answers as promised", "ratio", higher_is_better=True, form="ratio",
            level="segment", rows=True, interval="rows",
            definition="Tickets of the quarter of an engagement tier that were answered within the "
            "time that the tier promises ÷ those that were, or were not although the time is over.",
            **_SERVICE,
        ),
    )
}  # fmt: skip


def complexity_share(name: str, *, level: str = "") -> Metric:
    """The definition of the share of the tickets of one complexity.

    Parameters
    ----------
    name : ``complexity_share_<level>``.
    level : as for `complexity_metric`.
    """
    level = level or name.removeprefix(COMPLEXITY_SHARE).replace("_", " ")
    return Metric(
        name, put(words.TICKETS_OF_COMPLEXITY, level=level), "ratio",
        higher_is_better=None, form="ratio",
        rows=True, interval="rows", of=level,
        definition=put(words.SHARE_OF_COMPLEXITY, level=level),
        **_SERVICE,
    )  # fmt: skip


def complexity_metric(name: str, *, level: str = "") -> Metric:
    """The definition of a time of the tickets of one complexity.

    Parameters
    ----------
    name : ``<metric>_complexity_<level>``.
    level : the complexity in the data's words; read from the name by default.
    """
    beginning = next(start for start in BY_COMPLEXITY if name.startswith(start))
    whole = BY_COMPLEXITY[beginning]
    level = level or name.removeprefix(beginning).replace("_", " ")
    return replace(
        whole,
        name=name,
        label=put(words.OF_COMPLEXITY, label=whole.label, level=level),
        definition=put(
            words.DEFINED_OF_COMPLEXITY, definition=whole.definition.rstrip(".。"), level=level
        ),
        of=level,
    )
