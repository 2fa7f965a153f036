"""Definitions: what customers say, and whom they refer."""

from dataclasses import replace
from typing import Any

from helpers.metrics.catalog.metric import Metric
from helpers.words import measures as words
from helpers.words import name as put

_SURVEYS = ("surveys",)
_SHARE: dict[str, Any] = {
    "unit": "%", "window": "quarter", "form": "ratio", "scale": 100.0, "rows": True,
    "interval": "rows", "table": _SURVEYS,
}  # fmt: skip
# Limits of what is known: how far they lie apart says nothing good or bad about a customer.
_BOUND = _SHARE | {"higher_is_better": None, "level": "segment"}

VOICE = (
    Metric(
        "nps", "NPS", "points", "quarter", True,
        "100 × (promoters 9–10 − detractors 0–6) ÷ responses; the latest response of each "
        "respondent in the quarter (contact where given, else the account).",
        "ratio", scale=100.0, rows=True, interval="rows", floor=-1.0, table=_SURVEYS,
    ),
    Metric(
        "nps_promoters_share", "Promoters", higher_is_better=True,
        definition="100 × responses of 9 or 10 ÷ NPS responses.", **_SHARE,
    ),
    Metric(
        "nps_passives_share", "Passives", higher_is_better=None,
        definition="100 × responses of 7 or 8 ÷ NPS responses.", **_SHARE,
    ),
    Metric(
        "nps_detractors_share", "Detractors", higher_is_better=False,
        definition="100 × responses of 0 to 6 ÷ NPS responses.", **_SHARE,
    ),
    Metric(
        "nps_worst_case", "NPS if all others were detractors",
        definition="Lowest NPS that the answers allow (Manski 1989): 100 × (promoters − "
        "detractors − silent) ÷ (responses + silent), where silent are those asked in the quarter "
        "who had not answered by the as-of date, or by no score that can be used.",
        **_BOUND | {"unit": "points", "floor": -1.0},
    ),
    Metric(
        "nps_best_case", "NPS if all others were promoters",
        definition="Highest NPS that the answers allow (Manski 1989): 100 × (promoters + silent − "
        "detractors) ÷ (responses + silent), where silent are those asked in the quarter who had "
        "not answered by the as-of date, or by no score that can be used.",
        **_BOUND | {"unit": "points", "floor": -1.0},
    ),
    Metric(
        "nps_response_rate", "NPS response rate", "ratio", "quarter", None,
        "NPS surveys answered by the as-of date, by a score that can be used or not ÷ NPS surveys "
        "sent in the quarter.",
        "ratio", rows=True, interval="rows", table=_SURVEYS,
    ),
    Metric(
        "csat", "CSAT", "%", "quarter", True,
        "100 × ratings of 4 or 5 ÷ ratings, surveys answered in the quarter.",
        "ratio", scale=100.0, rows=True, interval="rows", table=_SURVEYS,
    ),
    Metric(
        "csat_worst_case", "CSAT if all others were dissatisfied",
        definition="Lowest CSAT that the answers allow (Manski 1989): 100 × ratings of 4 or 5 ÷ "
        "(ratings + CSAT surveys sent in the quarter and not answered by the as-of date, or by no "
        "score that can be used).",
        **_BOUND,
    ),
    Metric(
        "csat_best_case", "CSAT if all others were satisfied",
        definition="Highest CSAT that the answers allow (Manski 1989): 100 × (ratings of 4 or 5 + "
        "unanswered) ÷ (ratings + unanswered), where unanswered are CSAT surveys sent in the "
        "quarter and not answered by the as-of date, or by no score that can be used.",
        **_BOUND,
    ),
    Metric(
        "csat_response_rate", "CSAT response rate", "ratio", "quarter", None,
        "CSAT surveys answered by the as-of date, by a score that can be used or not ÷ CSAT "
        "surveys sent in the quarter.",
        "ratio", rows=True, interval="rows", table=_SURVEYS,
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
        "ratio", rows=True, interval="rows", table=("referrals",),
    ),
    Metric(
        "promoter_referral_rate", "Promoters that refer", "ratio", "year", True,
        "Customers with a promoter among the quarter's NPS answers that made a referral in the "
        "twelve months ÷ customers with a promoter among the quarter's NPS answers.",
        "share", table=("referrals",),
    ),
)  # fmt: skip

# What the names of CSAT of one moment begin with.
CSAT_AT = "csat_moment_"


def moment_metric(name: str, *, moment: str = "") -> Metric:
    """The definition of CSAT of one moment of the customer's journey.

    Parameters
    ----------
    name : ``csat_moment_<moment>``.
    moment : in the data's words; read from the name by default.
    """
    whole = next(entry for entry in VOICE if entry.name == "csat")
    moment = moment or name.removeprefix(CSAT_AT).replace("_", " ")
    return replace(
        whole,
        name=name,
        label=put(words.AT_MOMENT, label=whole.label, moment=moment),
        definition=put(
            words.DEFINED_AT_MOMENT, definition=whole.definition.rstrip(".。"), moment=moment
        ),
        of=moment,
    )
