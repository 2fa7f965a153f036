"""Every metric, defined once.

What is computed (`accounts.components`, `profiles.segment_metrics`), the data dictionary and the
document's appendix all read this list.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from helpers.errors import StudyError, listed
from helpers.metrics import retention

ACTIVATION = "feature_activation_"

Unit = Literal[
    "currency",
    "currency per month",
    "ratio",
    "%",
    "points",
    "hours",
    "months",
    "years",
    "days",
    "count",
    "per month",
    "per year",
]
Form = Literal["sum", "ratio", "share", "median", "survival", "transformed", "derived"]


@dataclass(frozen=True)
class Metric:
    """What a metric means and how a group's value comes about.

    Attributes
    ----------
    window : quarter, year (the trailing twelve months) or as of (the as-of date).
    higher_is_better : None where neither direction is good in itself.
    level : whether it exists per account, per segment or both.
    form : how the value of a group of customers is made from its customers:

        * sum: Σ numerator.
        * ratio: scale × Σ numerator ÷ Σ denominator (a mean where the denominator counts).
        * share: a ratio in which each customer is counted once and either is or is not.
        * median: of all observations of all customers of the group.
        * survival: Kaplan–Meier median of the time as a customer.
        * transformed: a rising or falling function of one other metric (``parts``, ``function``).
        * derived: a function of several other metrics of the group.
    rows : the denominator counts raw rows (tickets, responses): it is the number of observations.
        Otherwise a customer is one observation.
    table : canonical tables that it needs, any one of them where several are named.
    """

    name: str
    label: str
    unit: Unit
    window: Literal["quarter", "year", "as of"]
    higher_is_better: bool | None
    definition: str
    form: Form
    level: Literal["account", "segment", "both"] = "both"
    scale: float = 1.0
    rows: bool = False
    table: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    function: Callable[..., np.ndarray] | None = None


_CONTRACTS, _ORDERS, _TICKETS, _SURVEYS = ("contracts",), ("orders",), ("tickets",), ("surveys",)
_BRIDGE = {"unit": "currency per month", "window": "quarter", "form": "sum", "table": _CONTRACTS}
_SERVICE = {"window": "quarter", "table": _TICKETS}

_METRICS = (
    # ── recurring revenue ────────────────────────────────────────────────────────────────────────
    Metric(
        "arr", "ARR", "currency", "as of", True,
        "12 × MRR of the contracts in force on the as-of date, added up.",
        "sum", table=_CONTRACTS,
    ),
    Metric(
        "arr_per_customer", "ARR per customer", "currency", "as of", True,
        "12 × MRR in force on the as-of date ÷ current customers.",
        "ratio", "segment", table=_CONTRACTS,
    ),
    Metric(
        "acv", "Annual contract value", "currency", "as of", True,
        "12 × MRR in force on the as-of date, for former customers on their last active day; "
        "mean per customer.",
        "ratio", table=_CONTRACTS,
    ),
    Metric(
        "mrr_new", "New MRR", definition="MRR of accounts in the first month in which they are "
        "active, added up over the quarter's months.", higher_is_better=True, **_BRIDGE,
    ),
    Metric(
        "mrr_expansion", "Expansion MRR", definition="Rises in MRR of active accounts from one "
        "month to the next, added up over the quarter's months.", higher_is_better=True, **_BRIDGE,
    ),
    Metric(
        "mrr_contraction", "Contraction MRR", definition="Falls in MRR of accounts that stay "
        "active, as a negative amount, added up over the quarter's months.",
        higher_is_better=True, **_BRIDGE,
    ),
    Metric(
        "mrr_churned", "Churned MRR", definition="MRR of accounts that fall to zero, as a negative "
        "amount, added up over the quarter's months.", higher_is_better=True, **_BRIDGE,
    ),
    Metric(
        "mrr_reactivated", "Reactivated MRR", definition="MRR of accounts that are active again "
        "after at least one month without, added up over the quarter's months.",
        higher_is_better=True, **_BRIDGE,
    ),
    Metric(
        "nrr", "Net revenue retention", "ratio", "year", True,
        "MRR now ÷ MRR a year ago, of the accounts active a year ago: (opening + expansion − "
        "contraction − churned) ÷ opening.",
        "ratio", table=_CONTRACTS,
    ),
    Metric(
        "grr", "Gross revenue retention", "ratio", "year", True,
        "Σ min(MRR now, MRR a year ago) ÷ Σ MRR a year ago, of the accounts active a year ago; "
        "never above 1.",
        "ratio", table=_CONTRACTS,
    ),
    # ── staying ──────────────────────────────────────────────────────────────────────────────────
    Metric(
        "logo_churn_rate", "Customer churn (quarter)", "ratio", "quarter", False,
        "Customers active on the day before the quarter and not on its last day ÷ customers "
        "active on the day before.",
        "share", "segment", table=("contracts", "orders"),
    ),
    Metric(
        "logo_churn_rate_monthly", "Customer churn (monthly)", "ratio", "quarter", False,
        "The quarter's churn rate c as a monthly rate: 1 − (1 − c)^(1/3).",
        "transformed", "segment", parts=("logo_churn_rate",), function=retention.monthly_rate,
        table=("contracts", "orders"),
    ),
    Metric(
        "logo_churn_rate_annual", "Customer churn (annual)", "ratio", "quarter", False,
        "The quarter's churn rate c as an annual rate: 1 − (1 − c)^4.",
        "transformed", "segment", parts=("logo_churn_rate",), function=retention.annual_rate,
        table=("contracts", "orders"),
    ),
    Metric(
        "lifetime_months", "Expected lifetime", "months", "quarter", True,
        "1 ÷ monthly churn rate; blank when nobody churned.",
        "transformed", "segment", parts=("logo_churn_rate",),
        function=lambda churn: retention.lifetime_months(retention.monthly_rate(churn)),
        table=("contracts", "orders"),
    ),
    Metric(
        "lifetime_median_months", "Median lifetime (Kaplan–Meier)", "months", "as of", True,
        "Kaplan–Meier median of the time from becoming a customer to leaving, customers who have "
        "not left censored at the as-of date; blank while at least half remain.",
        "survival", "segment",
    ),
    Metric(
        "tenure_months", "Tenure", "months", "as of", None,
        "Days from becoming a customer to leaving or to the as-of date ÷ 30.44; mean per customer.",
        "ratio",
    ),
    # ── value ────────────────────────────────────────────────────────────────────────────────────
    Metric(
        "gross_margin", "Gross margin", "ratio", "year", True,
        "As given in the study file; else 1 − costs other than acquisition ÷ revenue.",
        "ratio", "segment", table=("costs",),
    ),
    Metric(
        "lifespan_years", "Observed lifespan", "years", "as of", True,
        "Years from becoming a customer to the last positive order; mean per customer that "
        "ordered. A lower bound, as current customers may order again.",
        "ratio", "segment", table=_ORDERS,
    ),
    Metric(
        "clv", "Customer lifetime value", "currency", "as of", True,
        "Subscription: ARR per customer × gross margin × expected lifetime in years. "
        "Transactional: average order value × purchase frequency × observed lifespan in years. "
        "Not discounted.",
        "derived", "segment", table=("contracts", "orders"),
    ),
    Metric(
        "revenue_12m", "Revenue, 12 months", "currency", "year", True,
        "MRR of the twelve month-ends added up, plus order value net of returns; mean per "
        "customer.",
        "ratio", table=("contracts", "orders"),
    ),
    Metric(
        "aov", "Average order value", "currency", "year", True,
        "Order value net of returns ÷ positive orders.",
        "ratio", rows=True, table=_ORDERS,
    ),
    Metric(
        "purchase_frequency", "Purchase frequency", "per year", "year", True,
        "Positive orders ÷ customers (customers at any time in the twelve months).",
        "ratio", table=_ORDERS,
    ),
    Metric(
        "recency_days", "Days since last order", "days", "as of", False,
        "Days from the last positive order to the as-of date; mean per customer that ordered.",
        "ratio", table=_ORDERS,
    ),
    Metric(
        "cost_to_serve", "Cost to serve", "currency", "quarter", False,
        "Costs of all kinds booked in the quarter; mean per customer.",
        "ratio", table=("costs",),
    ),
    Metric(
        "margin", "Margin", "currency", "quarter", True,
        "Revenue of the quarter (MRR of its three month-ends plus order value) − costs booked in "
        "it; mean per customer.",
        "ratio", table=("costs",),
    ),
    # ── service ──────────────────────────────────────────────────────────────────────────────────
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
    # ── voice of the customer ────────────────────────────────────────────────────────────────────
    Metric(
        "nps", "NPS", "points", "quarter", True,
        "100 × (promoters 9–10 − detractors 0–6) ÷ responses; the latest response of each "
        "respondent in the quarter (contact where given, else the account).",
        "ratio", scale=100.0, rows=True, table=_SURVEYS,
    ),
    Metric(
        "nps_response_rate", "NPS response rate", "ratio", "quarter", None,
        "NPS surveys answered by the as-of date ÷ NPS surveys sent in the quarter.",
        "ratio", rows=True, table=_SURVEYS,
    ),
    Metric(
        "csat", "CSAT", "%", "quarter", True,
        "100 × ratings of 4 or 5 ÷ ratings, surveys answered in the quarter.",
        "ratio", scale=100.0, rows=True, table=_SURVEYS,
    ),
    Metric(
        "csat_response_rate", "CSAT response rate", "ratio", "quarter", None,
        "CSAT surveys answered by the as-of date ÷ CSAT surveys sent in the quarter.",
        "ratio", rows=True, table=_SURVEYS,
    ),
    Metric(
        "referrals_per_customer", "Referrals per customer", "per year", "year", True,
        "Referrals made in the twelve months ÷ customers (at any time in the twelve months).",
        "ratio", table=("referrals",),
    ),
    Metric(
        "referral_win_rate", "Referrals won", "ratio", "year", True,
        "Referrals whose account became a customer ÷ referrals of the twelve months whose outcome "
        "is known.",
        "ratio", rows=True, table=("referrals",),
    ),
    # ── usage ────────────────────────────────────────────────────────────────────────────────────
    Metric(
        "active_share", "Active customers", "ratio", "quarter", True,
        "Customers that used anything in the quarter ÷ customers at any time in the quarter.",
        "share", table=("usage",),
    ),
)  # fmt: skip

METRICS: dict[str, Metric] = {metric.name: metric for metric in _METRICS}

# Customer lifetime value by business model: the metrics it is made of, and how.
CLV: dict[str, tuple[tuple[str, ...], Callable[..., np.ndarray]]] = {
    "subscription": (
        ("arr_per_customer", "gross_margin", "lifetime_months"),
        retention.subscription_clv,
    ),
    "transactional": (
        ("aov", "purchase_frequency", "lifespan_years"),
        retention.transactional_clv,
    ),
}


def feature_metric(name: str, *, feature: str = "") -> Metric:
    """The definition of one ``feature_activation_<feature>``."""
    feature = feature or name.removeprefix(ACTIVATION).replace("_", " ")
    return Metric(
        name,
        f"Uses {feature}",
        "ratio",
        "quarter",
        None,
        f"Customers that used {feature} in the quarter ÷ customers at any time in the quarter.",
        "share",
        table=("usage",),
    )


def metric(name: str) -> Metric:
    """The definition of a metric, feature activations included; StudyError for unknown names."""
    if name.startswith(ACTIVATION):
        return feature_metric(name)
    if name not in METRICS:
        raise StudyError(
            f"There is no metric `{name}`.",
            expected=f"one of {listed(METRICS, most=60)}, or {ACTIVATION}<feature>",
        )
    return METRICS[name]


def at_account_level(names: Iterable[str]) -> list[str]:
    """Those of the metrics that have a value per account, in their order."""
    return [name for name in names if metric(name).level != "segment"]
