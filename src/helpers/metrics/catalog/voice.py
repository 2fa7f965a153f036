"""Definitions: what customers say, and whom they refer."""

from helpers.metrics.catalog.metric import Metric

_SURVEYS = ("surveys",)

VOICE = (
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
)  # fmt: skip
