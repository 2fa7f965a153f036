"""Definitions: recurring revenue, staying, value."""

from typing import Any

from helpers.metrics import retention
from helpers.metrics.catalog.metric import Metric
from helpers.metrics.concentration import gini, top_share

_CONTRACTS, _ORDERS = ("contracts",), ("orders",)
_BRIDGE: dict[str, Any] = {
    "unit": "currency per month",
    "window": "quarter",
    "form": "sum",
    "table": _CONTRACTS,
}

VALUE = (
    # ── recurring revenue ─────────────────────────────────────────────────────────────────────────
    Metric(
        "arr", "ARR", "currency", "as of", True,
        "12 × MRR of the contracts in force on the as-of date, added up. Contracts in other "
        "currencies count at the rate of the month in which they start.",
        "sum", table=_CONTRACTS,
    ),
    Metric(
        "arr_per_customer", "ARR per customer", "currency", "as of", True,
        "12 × MRR in force on the as-of date ÷ current customers.",
        "ratio", table=_CONTRACTS,
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
        "ratio", table=_CONTRACTS, interval="retention",
    ),
    Metric(
        "grr", "Gross revenue retention", "ratio", "year", True,
        "Σ min(MRR now, MRR a year ago) ÷ Σ MRR a year ago, of the accounts active a year ago; "
        "never above 1.",
        "ratio", table=_CONTRACTS, interval="amounts",
    ),
    # ── staying ───────────────────────────────────────────────────────────────────────────────────
    Metric(
        "logo_churn_rate", "Customer churn (quarter)", "ratio", "quarter", False,
        "Customers active on the day before the quarter and not on its last day ÷ customers "
        "active on the day before; who was on a free trial or away on that day was none.",
        "share", table=("contracts", "orders"),
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
        "logo_churn_rate_12m", "Customer churn (12 months)", "ratio", "year", False,
        "Customers active on the day before the twelve months and not on their last day ÷ "
        "customers active on the day before; who was on a free trial or away on that day was none.",
        "share", table=("contracts", "orders"),
    ),
    Metric(
        "lifetime_60_months", "Lifetime within five years", "months", "year", True,
        "Months of the next 60 that a customer stays on average, at the churn of the twelve "
        "months; a group's churn is drawn towards the company's as if 20 of all its customers "
        "were in the group, so that it is known where nobody left, and never above 60.",
        "pooled", "segment", parts=("logo_churn_rate_12m",), function=retention.months_within,
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
    # ── value ─────────────────────────────────────────────────────────────────────────────────────
    Metric(
        "gross_margin", "Gross margin", "ratio", "year", True,
        "As given in the study file; else 1 − costs other than acquisition ÷ revenue.",
        "ratio", table=("costs",),
    ),
    Metric(
        "lifespan_years", "Observed lifespan", "years", "as of", True,
        "Years from becoming a customer to the last positive order; mean per customer that "
        "ordered. A lower bound, as current customers may order again.",
        "ratio", table=_ORDERS,
    ),
    Metric(
        "clv", "Customer lifetime value", "currency", "as of", True,
        "Subscription: ARR per customer × gross margin × expected lifetime in years. "
        "Transactional: average order value × purchase frequency × observed lifespan in years. "
        "Not discounted. Of one customer with a subscription: its own ARR, with the margin and the "
        "expected lifetime of all customers.",
        "derived", table=("contracts", "orders"),
    ),
    Metric(
        "clv_60_months", "Customer value, five years", "currency", "as of", True,
        "Subscription: ARR per customer × gross margin × lifetime within five years; "
        "transactional: order value × orders per year × lifetime within five years, before costs. "
        "Not discounted; known where nobody left.",
        "derived", "segment", table=("contracts", "orders"),
    ),
    Metric(
        "cac", "Acquisition cost per customer won", "currency", "year", False,
        "Acquisition costs booked by the as-of date for customers won in the twelve months ÷ these "
        "customers.",
        "ratio", table=("costs",),
    ),
    Metric(
        "ltv_to_cac", "Value to acquisition cost", "ratio", "as of", True,
        "Customer value of five years ÷ acquisition cost per customer won.",
        "derived", "segment", table=("costs",),
    ),
    Metric(
        "cac_payback_months", "Payback of acquisition", "months", "as of", False,
        "Acquisition cost per customer won ÷ (ARR per customer × gross margin ÷ 12).",
        "derived", "segment", table=("costs",),
    ),
    Metric(
        "clv_discounted", "Customer lifetime value, discounted", "currency", "as of", True,
        "Customer lifetime value at metrics.discount_rate of the study file: at a constant churn, "
        "with months paid in advance, or with orders spread evenly over the observed lifespan. "
        "Blank without a rate.",
        "derived", "segment", table=("contracts", "orders"),
    ),
    Metric(
        "expected_orders_12m", "Expected orders, next 12 months", "per year", "as of", True,
        "Days with an order that the BG/NBD model (Fader, Hardie and Lee 2005) expects in the 365 "
        "days after the as-of date; fitted to the order days of all customers since their first "
        "one; 0 after a churn date in the CRM; mean per customer that ordered.",
        "ratio", table=_ORDERS,
    ),
    Metric(
        "active_probability", "Probability of being active", "ratio", "as of", True,
        "Probability by the BG/NBD model that a customer has not stopped ordering for good; 0 "
        "after a churn date in the CRM; mean per customer that ordered.",
        "ratio", table=_ORDERS,
    ),
    Metric(
        "clv_bgnbd", "Expected order value per customer, next 12 months", "currency", "as of", True,
        "Expected orders of the next twelve months × the value per order day, net of returns, that "
        "the Gamma-Gamma model (Fader and Hardie 2013) expects; mean per customer whose orders add "
        "up to more than 0. Neither discounted nor reduced to a margin.",
        "ratio", table=_ORDERS,
    ),
    Metric(
        "revenue_12m", "Revenue per customer, 12 months", "currency", "year", True,
        "MRR of the twelve month-ends added up, plus order value net of returns; mean per "
        "customer. Orders in other currencies count at the rate of their month.",
        "ratio", table=("contracts", "orders"),
    ),
    Metric(
        "revenue_gini", "Gini of revenue", "ratio", "as of", None,
        "Gini coefficient of monthly revenue over current customers: 0 = all bring the same, near "
        "1 = one brings everything; it depends on how many customers there are. Without interval: "
        "resamples of few customers with skewed revenue miss the truth too often.",
        "concentration", "segment", table=("contracts", "orders"),
        function=gini,
    ),
    Metric(
        "revenue_top20_share", "Revenue of the top fifth", "ratio", "as of", None,
        "Share of the monthly revenue of current customers that the largest fifth of them brings, "
        "rounded to whole customers and at least one. Without interval, as the Gini coefficient.",
        "concentration", "segment", table=("contracts", "orders"),
        function=top_share,
    ),
    Metric(
        "aov", "Average order value", "currency", "year", True,
        "Order value net of returns ÷ positive orders.",
        "ratio", rows=True, table=_ORDERS,
    ),
    Metric(
        "orders", "Orders, 12 months", "count", "year", True,
        "Positive orders of the twelve months.",
        "sum", table=_ORDERS,
    ),
    Metric(
        "repeat_rate", "Repeat customers", "ratio", "year", True,
        "Customers with two or more positive orders in the twelve months ÷ customers with one or "
        "more.",
        "share", table=_ORDERS,
    ),
    Metric(
        "returned_value", "Returns, 12 months", "currency", "year", True,
        "Returns and credits booked in the twelve months, as a negative amount, added up.",
        "sum", table=_ORDERS,
    ),
    Metric(
        "return_rate", "Return rate", "ratio", "year", False,
        "Value of returns and credits ÷ value of positive orders, both booked in the twelve "
        "months.",
        "ratio", table=_ORDERS,
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
        "cost_to_serve", "Cost to serve per customer", "currency", "quarter", False,
        "Costs of all kinds booked in the quarter; mean per customer.",
        "ratio", table=("costs",),
    ),
    Metric(
        "margin", "Margin per customer", "currency", "quarter", True,
        "Revenue of the quarter (MRR of its three month-ends plus order value) − costs booked in "
        "it; mean per customer.",
        "ratio", table=("costs",),
    ),
    Metric(
        "service_cost_12m", "Service cost per customer, 12 months", "currency", "year", False,
        "Costs of all kinds but acquisition booked in the twelve months; mean per customer.",
        "ratio", table=("costs",),
    ),
    Metric(
        "contribution_12m", "Contribution per customer, 12 months", "currency", "year", True,
        "Revenue of the twelve months − service cost of the twelve months; mean per customer.",
        "ratio", table=("costs",),
    ),
)  # fmt: skip
