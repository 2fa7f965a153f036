"""Data files about customers, one by one, and how complete they are."""

from helpers.outputs.allowed import HEALTH_GROUPS, SCORE_BANDS
from helpers.outputs.column import (
    Column,
    choice,
    count,
    day,
    level,
    money,
    number,
    ratio,
    text,
    whole,
    yes_no,
)
from helpers.outputs.output import Output
from helpers.study import Study
from helpers.words import N_
from helpers.words.spoken import composed

# ── columns whose names come from the study ──────────────────────────────────────────────────────
ADDED = N_("{line}, added to the quality score; signed as it enters the sum")
SUBTRACTED = N_("{line}, subtracted from the quality score; signed as it enters the sum")
AS_IS = N_("{attribute}; blank = not known")
IN_BANDS = N_("{attribute}, in bands; blank = not known")


def _score_line(study: Study, name: str) -> Column | None:
    if name not in study.quality_score.lines:
        return None
    sign, _ = study.quality_score.lines[name]
    meaning = SUBTRACTED if sign < 0 else ADDED
    label = study.quality_score.label(name)
    return money(composed(meaning, line=label), label=label)


def _attribute(study: Study, name: str) -> Column | None:
    if name not in study.attributes:
        return None
    meaning = IN_BANDS if study.attributes[name].type == "number" else AS_IS
    label = study.label(name)
    return level(composed(meaning, attribute=label), label=label)


CUSTOMERS: dict[str, Output] = {
    "customer_list": Output(
        "One row per account known to CRM or billing.",
        {
            "account_id": text("account identifier, as text"),
            "name": text("name of the account"),
            "included": yes_no("whether the account is analysed as a customer"),
            "exclusion_rule": text("first rule of the study file that left it out; blank = none"),
            "exclusion_reason": text("that rule in words"),
            "status": choice("current or former on the as-of date", "current", "former"),
            "customer_id": text("account under which it counts: its top parent, else itself"),
            "in_crm": yes_no("whether the CRM knows the account"),
            "in_billing": yes_no("whether billing knows the account"),
            "won_on": day("day on which the account became a customer"),
            "churned_on": day("day on which it left, as known on the as-of date"),
            "monthly_revenue": money(
                "MRR in force on the as-of date (former: the last one paid), or a twelfth of the "
                "orders of the trailing 12 months; blank where a parent holds it",
                "currency per month",
            ),
        },
        key=("account_id",),
    ),
    "quality_scores": Output(
        "One row per included customer: its quality score as a sum, line by line.",
        {
            "account_id": text("account identifier, as text"),
            "name": text("name of the account"),
            "status": choice("current or former on the as-of date", "current", "former"),
            "base": money(
                "first line of the score: ACV, or 12 months of revenue; of former customers what "
                "quality_score.former says"
            ),
            "quality_score": money("base − costs + bonuses − penalties"),
            "rank": whole("1 = best; equal scores share the better rank"),
            "band": choice("poor, average or excellent", *SCORE_BANDS),
            "imputed": text("lines that were unknown and took the average, joined by ;"),
        },
        key=("account_id",),
        open_columns=_score_line,
    ),
    "account_metrics": Output(
        "One row per included customer, one column per metric; blank = no data.",
        {
            "account_id": text("account identifier, as text"),
            "health_group": choice(
                "group of the data file health; blank = former, or no health", *HEALTH_GROUPS
            ),
        },
        key=("account_id",),
    ),
    "service_value": Output(
        "One row per customer with revenue in the twelve months: its service against its peers'.",
        {
            "account_id": text("account identifier, as text"),
            "band": whole("band of customers of like revenue, 1 = lowest; equal numbers of them"),
            "revenue_12m": money("revenue of the trailing twelve months", "currency"),
            "contribution_12m": money(
                "that revenue − service cost; blank without costs", "currency"
            ),
            "measure": text("what service is measured by: costs, else agent touches, else tickets"),
            "service": number("how much service the customer took", "see measure"),
            "peers": count("customers of the band that took any"),
            "peers_median": number("median of what they took", "see measure"),
            "ratio": ratio("service ÷ peers_median; blank = no service"),
            "deviation": number(
                "distance from the peers' median on the logarithmic scale, in robust standard "
                "deviations (median absolute deviation × 1.4826)",
                "standard deviations",
            ),
            "service_level": choice(
                "over or under where the deviation reaches metrics.peer_deviation, else as peers; "
                "no service; too few peers; peers alike (they have no spread)",
                "over",
                "under",
                "as peers",
                "no service",
                "too few peers",
                "peers alike",
            ),
        },
        key=("account_id",),
    ),
    "attributes": Output(
        "One row per included customer, one column per attribute.",
        {
            "account_id": text("account identifier, as text"),
        },
        key=("account_id",),
        open_columns=_attribute,
    ),
    "coverage": Output(
        "One row per attribute or metric: how completely it is filled.",
        {
            "field": text("attribute or metric"),
            "label": text("what it is called in front of people"),
            "source": text("table it comes from"),
            "customers": count("customers that could have a value"),
            "filled": count("customers that have one"),
            "filled_share": ratio("filled ÷ customers", label="Filled"),
            "filled_share_poor": ratio("the same among customers of the poor band"),
            "filled_share_average": ratio("the same among customers of the average band"),
            "filled_share_excellent": ratio("the same among customers of the excellent band"),
            "verdict": choice(
                "not collected, not applicable (to this kind of revenue), good (90 % or more "
                "filled), usable (60 %), weak, or biased: the bands' shares differ by more than "
                "20 points",
                "not collected",
                "not applicable",
                "good",
                "usable",
                "weak",
                "biased",
            ),
            "state": choice(
                "of which day it is: the quarter's last one, or that of the export, made later, "
                "where accounts have no history",
                "quarter",
                "export",
                label="State of",
            ),
            "unreadable": count(
                "customers whose value was in the export and could not be read; blank for metrics",
                label="Could not be read",
            ),
        },
        key=("field", "source"),
    ),
    "collected": Output(
        "One row per collected table: what its export covers in time, and what became of its rows.",
        {
            "table": text("canonical table", label="Table"),
            "first_day": day("first day that its rows speak of; blank = rows without a day"),
            "last_day": day("last day that its rows known at the as-of date speak of"),
            "extracted_on": day("day on which the export was made, where the study declares it"),
            "rows": count("rows read that were known at the as-of date", label="Rows known"),
            "rejected": count("rows that were set aside"),
            "conflicts": count("rows that share a key with another and differ from it"),
            "repeated": count("rows that are equal to another"),
            "repeated_in_files": count(
                "rows of raw files that are equal to another, where the query adds rows up or "
                "numbers them"
            ),
            "overlaps": count("contracts in force together with another of account and product"),
            "unmatched": count("rows of accounts that the CRM does not know"),
            "before_won": count("rows of a day before their account was won"),
            "after_leaving": count("contracts in force of accounts that have left, by the CRM"),
            "alike": count(
                "accounts whose identifier differs from another's by capitals, white space or "
                "zeros in front alone"
            ),
            "money": money("amount of repeated and unmatched rows", "currency"),
            "rejected_money": money(
                "amount of rejected rows, in their own currencies, as far as it can be read",
                "currency",
            ),
            "choices": text("what the study chose, or left at its default, for these rows"),
            "covers": text(
                "why nothing is told of the table for this quarter; blank = it covers it"
            ),
        },
        key=("table",),
    ),
    "rejected_rows": Output(
        "One row per raw row, or cell of a row that is used otherwise, that could not be used.",
        {
            "table": text("canonical table"),
            "row": whole("number of the row in the source's query result, 1 = first"),
            "key": text("key of the row, where it could be read"),
            "column": text("column with the fault"),
            "value": text("value found, as text"),
            "reason": text("what is wrong with it"),
            "rejected": choice(
                "what is not used: the row, or its value in this column", "row", "cell"
            ),
        },
    ),
}
