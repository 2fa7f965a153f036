"""Which metrics are made of the same facts as the quality score, and which matter most.

A difference in what made the score is no finding: segments are searched by that score.
"""

from helpers.metrics.catalog.metric import Metric
from helpers.study import ScoreLine, Study

REVENUE, GROWTH, COST, TICKETS, TOUCHES, LEAVING = (
    "revenue", "growth", "cost", "tickets", "touches", "leaving",
)  # fmt: skip

FACTS: dict[str, frozenset[str]] = {
    name: frozenset(facts)
    for names, facts in (
        (("arr", "arr_per_customer", "acv", "revenue_12m", "revenue_gini", "revenue_top20_share",
          "aov", "orders", "purchase_frequency", "returned_value", "return_rate", "repeat_rate",
          "recency_days", "lifespan_years", "expected_orders_12m", "active_probability",
          "clv_bgnbd"), (REVENUE,)),
        (("nrr", "grr", "mrr_new", "mrr_expansion", "mrr_contraction", "mrr_churned",
          "mrr_reactivated"), (REVENUE, GROWTH, LEAVING)),
        (("logo_churn_rate", "logo_churn_rate_monthly", "logo_churn_rate_annual",
          "logo_churn_rate_12m", "lifetime_months", "lifetime_60_months",
          "lifetime_median_months", "tenure_months"), (LEAVING,)),
        (("clv", "clv_discounted", "clv_60_months", "ltv_to_cac",
          "cac_payback_months"), (REVENUE, COST, LEAVING)),
        (("margin", "contribution_12m", "gross_margin"), (REVENUE, COST)),
        (("cost_to_serve", "service_cost_12m", "cac"), (COST,)),
        (("tickets", "tickets_per_customer_month"), (TICKETS, TOUCHES)),
        (("agent_touches_mean", "one_touch_rate"), (TOUCHES,)),
        (("health_key", "health_high_potential", "health_low_potential", "health_at_risk"),
         (REVENUE, TICKETS)),
        (("health_score", "health_unproven"), (TICKETS,)),
    )
    for name in names
}  # fmt: skip

# Always told, whether or not they differ: what a segment's praise must not hide.
ALWAYS = ("logo_churn_rate", "nps", "csat", "ticket_csat")
# Churn of one quarter, taken to go on for ever: decades that nobody has seen. Slides tell the
# lifetime and value of five years instead; the document and the data files hold both.
UNBOUNDED = ("lifetime_months", "clv", "clv_discounted")
# Then these, in this order, and then all others in the order of the catalog.
IMPORTANT = (
    "nrr", "grr", "logo_churn_rate_annual", "lifetime_60_months", "lifetime_median_months",
    "health_score",
    "active_share", "active_days_per_month", "features_used_share", "tickets_per_customer_month",
    "resolution_hours_median", "first_reply_hours_median", "escalation_rate", "reopen_rate",
    "one_touch_rate", "backlog_per_customer", "referrals_per_customer", "referral_win_rate",
    "nps_response_rate", "repeat_rate", "purchase_frequency", "clv_60_months", "contribution_12m",
    "gross_margin", "cost_to_serve",
)  # fmt: skip


def lines_shared(study: Study, entry: Metric) -> tuple[str, ...]:
    """Lines of the study's quality score that are made of the same facts as a metric."""
    facts = FACTS.get(entry.name, frozenset())
    found = {"base"} if REVENUE in facts else set()
    found |= {name for name, (_, line) in study.quality_score.lines.items() if facts & _of(line)}
    if LEAVING in facts:
        found |= set(study.quality_score.leaving_lines)
    return tuple(name for name in ("base", *study.quality_score.lines) if name in found)


def importance(name: str) -> int:
    """Place of a metric among all, the most important first; 0 = always told."""
    if name in ALWAYS:
        return 0
    return 1 + IMPORTANT.index(name) if name in IMPORTANT else 1 + len(IMPORTANT)


def _of(line: ScoreLine) -> set[str]:
    """The facts that a line of the score is made of."""
    if line.cost_kind is not None:
        return {COST}
    if line.count is not None:
        return {TOUCHES if line.count == "agent_touches" else TICKETS}
    return {GROWTH} if line.growth is not None else set()
