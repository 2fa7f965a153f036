"""Definitions: how customers are served."""

from helpers.metrics.catalog.metric import Metric

_SERVICE = {"window": "quarter", "table": ("tickets",)}

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
        "first_reply_hours_mean", "First reply (mean)", "hours", higher_is_better=False,
        form="ratio", rows=True,
        definition="Hours from opening to the first public agent reply; mean over the quarter's "
        "tickets that were replied to.",
        **_SERVICE,
    ),
    Metric(
        "first_reply_hours_median", "First reply (median)", "hours", higher_is_better=False,
        form="median", rows=True,
        definition="Hours from opening to the first public agent reply; median over the quarter's "
        "tickets that were replied to.",
        **_SERVICE,
    ),
    Metric(
        "unanswered_tickets", "Unanswered tickets", "count", higher_is_better=False, form="sum",
        definition="Tickets opened in the quarter without a reply by the as-of date.", **_SERVICE,
    ),
    Metric(
        "resolution_hours_mean", "Resolution (mean)", "hours", higher_is_better=False,
        form="ratio", rows=True,
        definition="Hours from opening to last resolution, added up ÷ resolved tickets of the "
        "quarter.",
        **_SERVICE,
    ),
    Metric(
        "resolution_hours_median", "Resolution (median)", "hours", higher_is_better=False,
        form="median", rows=True,
        definition="Hours from opening to last resolution; median over the quarter's resolved "
        "tickets.",
        **_SERVICE,
    ),
    Metric(
        "open_tickets", "Open tickets", "count", higher_is_better=False, form="sum",
        definition="Tickets opened in the quarter and not resolved by the as-of date.", **_SERVICE,
    ),
    Metric(
        "agent_touches_mean", "Agent touches per ticket", "count", higher_is_better=False,
        form="ratio", rows=True,
        definition="Agent touches ÷ tickets opened in the quarter whose touches are known.",
        **_SERVICE,
    ),
    Metric(
        "one_touch_rate", "Solved in one touch", "ratio", higher_is_better=True, form="ratio",
        rows=True,
        definition="Tickets resolved with exactly one agent touch ÷ resolved tickets of the "
        "quarter whose touches are known.",
        **_SERVICE,
    ),
    Metric(
        "reopen_rate", "Reopened", "ratio", higher_is_better=False, form="ratio", rows=True,
        definition="Tickets reopened at least once ÷ tickets of the quarter for which that is "
        "known.",
        **_SERVICE,
    ),
    Metric(
        "escalation_rate", "Escalated", "ratio", higher_is_better=False, form="ratio", rows=True,
        definition="Escalated tickets ÷ tickets of the quarter for which that is known.",
        **_SERVICE,
    ),
    Metric(
        "ticket_csat", "Ticket CSAT", "%", higher_is_better=True, form="ratio", rows=True,
        scale=100.0, definition="100 × ratings of 4 or 5 ÷ rated tickets of the quarter.",
        **_SERVICE,
    ),
)  # fmt: skip
