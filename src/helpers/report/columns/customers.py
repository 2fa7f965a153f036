"""Data files with one row per customer, and how complete they are."""

from helpers.report.columns.entry import ACCOUNT, NAME, Entry, File
from helpers.study import Study


# ── columns whose names come from elsewhere ──────────────────────────────────────────────────────
def _score_line(study: Study, name: str) -> Entry | None:
    if name not in study.quality_score.lines:
        return None
    sign, line = study.quality_score.lines[name]
    kind = {-1: "subtracted from", +1: "added to"}[sign]
    label = line.label or name.replace("_", " ")
    return "currency per year", f"{label}, {kind} the quality score; signed as it enters the sum"


def _metric(study: Study, name: str) -> Entry | None:
    from helpers.metrics.catalog import ACTIVATION, defined, is_defined

    if not is_defined(name):
        return None
    entry = defined(study, name)
    if name.startswith(ACTIVATION):
        return "ratio", f"1 where the customer used the feature {entry.of} in the window, else 0"
    return entry.unit, entry.definition


def _attribute(study: Study, name: str) -> Entry | None:
    if name not in study.attributes:
        return None
    entry = study.attributes[name]
    banded = ", in bands" if entry.type == "number" else ""
    return entry.unit, f"{study.label(name)}{banded}; blank = not known"


CUSTOMERS: dict[str, File] = {
    "customer_list": File(
        "One row per account known to CRM or billing.",
        ACCOUNT
        | NAME
        | {
            "included": ("", "whether the account is analysed as a customer"),
            "exclusion_rule": ("", "first rule of the study file that left it out; blank = none"),
            "exclusion_reason": ("", "that rule in words"),
            "status": ("", "current or former on the as-of date"),
            "customer_id": ("", "account under which it counts: its top parent, else itself"),
            "in_crm": ("", "whether the CRM knows the account"),
            "in_billing": ("", "whether billing knows the account"),
            "won_on": ("date", "day on which the account became a customer"),
            "churned_on": ("date", "day on which it left, as known on the as-of date"),
            "monthly_revenue": (
                "currency per month",
                "MRR in force on the as-of date (former: the last one paid), or a twelfth of the "
                "orders of the trailing 12 months; blank where a parent holds it",
            ),
        },
    ),
    "quality_scores": File(
        "One row per included customer: its quality score as a sum, line by line.",
        ACCOUNT
        | NAME
        | {
            "status": ("", "current or former on the as-of date"),
            "base": (
                "currency per year",
                "first line of the score: ACV, or 12 months of revenue; of former customers what "
                "quality_score.former says",
            ),
            "quality_score": ("currency per year", "base − costs + bonuses − penalties"),
            "rank": ("", "1 = best; equal scores share the better rank"),
            "band": ("", "poor, average or excellent"),
            "imputed": ("", "lines that were unknown and took the average, joined by ;"),
        },
        _score_line,
    ),
    "account_metrics": File(
        "One row per included customer, one column per metric; blank = no data.",
        ACCOUNT
        | NAME
        | {
            "status": ("", "current or former on the as-of date"),
            "health_group": ("", "group of the data file health; blank = former, or no health"),
        },
        _metric,
    ),
    "service_value": File(
        "One row per customer with revenue in the twelve months: its service against its peers'.",
        ACCOUNT
        | {
            "band": ("", "band of customers of like revenue, 1 = lowest; equal numbers of them"),
            "revenue_12m": ("currency", "revenue of the trailing twelve months"),
            "contribution_12m": ("currency", "that revenue − service cost; blank without costs"),
            "measure": ("", "what service is measured by: costs, else agent touches, else tickets"),
            "service": ("see measure", "how much service the customer took"),
            "peers": ("count", "customers of the band that took any"),
            "peers_median": ("see measure", "median of what they took"),
            "ratio": ("ratio", "service ÷ peers_median; blank = no service"),
            "deviation": (
                "standard deviations",
                "distance from the peers' median on the logarithmic scale, in robust standard "
                "deviations (median absolute deviation × 1.4826)",
            ),
            "service_level": (
                "",
                "over or under where the deviation reaches metrics.peer_deviation, else as peers; "
                "no service; too few peers; peers alike (they have no spread)",
            ),
        },
    ),
    "attributes": File(
        "One row per included customer, one column per attribute.", ACCOUNT, _attribute
    ),
    "coverage": File(
        "One row per attribute or metric: how completely it is filled.",
        {
            "field": ("", "attribute or metric"),
            "label": ("", "what it is called in front of people"),
            "source": ("", "table it comes from"),
            "customers": ("count", "customers that could have a value"),
            "filled": ("count", "customers that have one"),
            "filled_share": ("ratio", "filled ÷ customers"),
            "filled_share_poor": ("ratio", "the same among customers of the poor band"),
            "filled_share_average": ("ratio", "the same among customers of the average band"),
            "filled_share_excellent": ("ratio", "the same among customers of the excellent band"),
            "verdict": (
                "",
                "not collected, not applicable (to this kind of revenue), good (90 % or more "
                "filled), usable (60 %), weak, or biased: the bands' shares differ by more than 20 "
                "points",
            ),
        },
    ),
    "rejected_rows": File(
        "One row per raw row and fault that kept it out of the analysis.",
        {
            "table": ("", "canonical table"),
            "row": ("", "number of the row in the source's query result, 1 = first"),
            "key": ("", "key of the row, where it could be read"),
            "column": ("", "column with the fault"),
            "value": ("", "value found, as text"),
            "reason": ("", "what is wrong with it"),
        },
    ),
}
