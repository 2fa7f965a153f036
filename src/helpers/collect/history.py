"""How much of the trailing twelve months each export covers, and what is not told without the rest.

What is counted over twelve months is brought to a year where an export begins within them: times
twelve, divided by the months observed. The months are the study's, the same for every customer: who
was won within them is not held to have bought at that pace before, so that its own time as a
customer shortens nothing, as it does not where all of the year is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from helpers.collect.observed import reaches, revenue_of, silent_before, withheld
from helpers.collect.rhythm import MONTH
from helpers.quarter import Quarter, add_months
from helpers.words import observed as words
from helpers.workspace import Workspace

YEARLY = ("orders", "costs", "tickets", "referrals")
# Transactional: who has left shows in a year without orders, and a lifespan in the years before.
OF_ORDERS = ("repeat_rate", "lifespan_years", "clv")
OF_CONTRACTS = ("nrr", "grr", "logo_churn_rate_12m")
# What adds orders to recurring revenue, where the study has both.
WITH_ORDERS = ("revenue_12m", "margin", "contribution_12m")
# Movements since the day before the quarter, where contracts begin later than that.
OF_OPENING = (
    "mrr_new", "mrr_expansion", "mrr_contraction", "mrr_churned", "mrr_reactivated",
    "logo_churn_rate",
)  # fmt: skip
# Recurring revenue of months that were not recorded, where customers were won before.
OF_EARLIER_REVENUE = ("revenue_12m", "contribution_12m")
EARLIER = 0.1  # of the customers, won before their contracts begin


@dataclass(frozen=True)
class History:
    """What is known of the trailing twelve months.

    Attributes
    ----------
    months : months observed, by table; only tables that do not cover all twelve.
    begins : the first day observed of the revenue's table; None = not known, or all of it.
    withheld : metrics that cannot be told, with the reason (a sentence of `words.observed`).
    """

    months: Mapping[str, float] = field(default_factory=dict)
    begins: date | None = None
    withheld: Mapping[str, str] = field(default_factory=dict)

    def to_a_year(self, table: str) -> float:
        """What an amount of the months observed is multiplied with; 1 where all are."""
        return 12 / self.months[table] if table in self.months else 1.0

    def reaches_back_to(self, day: date) -> bool:
        """Whether the revenue's table speaks of that day, give or take a month."""
        return self.begins is None or (self.begins - day).days < MONTH


WHOLE = History()


def history(ws: Workspace, customers: pd.DataFrame | None = None) -> History:
    """What the collected tables know of the trailing twelve months.

    Parameters
    ----------
    customers : won_on and churned_on of the included customers; without them the metrics that
        depend on these are not named among ``withheld``.
    """
    months = {}
    for name in YEARLY:
        collected = name in ws.study.sources and ws.recorded(f"collection/{name}")
        if collected and not withheld(ws, name):  # what tells nothing is not brought to a year
            begin = observed_from(ws, name)
            known = months_observed(begin, ws.quarter) if begin else 0
            if begin and known and _short(ws, name, begin, known):
                months[name] = known
    table = revenue_of(ws)
    begins = None
    if table in ws.study.sources and ws.recorded(f"collection/{table}"):
        begins = observed_from(ws, table)
    return History(months, begins, _withheld(ws, months, begins, customers))


def observed_from(ws: Workspace, name: str) -> date | None:
    """The first day that a table speaks of, or the first of its month.

    Exports are cut at months: where the days before the first row are no more than days without
    rows are elsewhere, the month counts from its beginning.
    """
    first, _ = reaches(ws, name)
    source = ws.study.sources[name]
    if first is None or source.records_begin or ws.study.records_begin:
        return first
    span = ws.recorded(f"collection/{name}", {}).get("span") or {}
    return first.replace(day=1) if first.day - 1 <= span.get("gap", 0) else first


def months_observed(begin: date, quarter: Quarter) -> float:
    """Months from a day to the end of the quarter, parts of a month by days; at most 12.

    >>> months_observed(date(2025, 7, 1), Quarter(2025, 3))
    3.0
    """
    end = quarter.as_of + timedelta(days=1)
    month = begin.replace(day=1)
    days = (add_months(month, 1) - month).days
    whole = (end.year - begin.year) * 12 + end.month - begin.month
    return float(min(12.0, round(whole - (begin.day - 1) / days, 6)))


def _short(ws: Workspace, name: str, begin: date, known: float) -> bool:
    """Whether a month or more is missing, of what would have had rows in that time."""
    if known <= 0 or known > 11:
        return False
    source = ws.study.sources[name]
    if source.records_begin or ws.study.records_begin:
        return True
    if silent_before(ws, name, (begin - ws.quarter.year_start).days):
        return True
    return name == "orders" == revenue_of(ws) and _bought_again(ws)


def _bought_again(ws: Workspace) -> bool:
    """Whether at least half of those who ordered did so on several days of the time observed.

    Only then is there a pace that earlier months may be held to have had: who ordered once may
    order once a year.
    """
    from helpers.collect.sources import required  # brings DuckDB, which no kernel is forked with

    orders = required(ws, "orders")
    bought = orders.filter((orders.amount > 0) & (orders.ordered_on <= ws.as_of))
    days = bought.group_by("account_id").agg(days=bought.ordered_on.nunique())
    several = days.aggregate(share=(days.days > 1).mean()).execute()["share"][0]
    return bool(several >= 0.5)


def open_history(ws: Workspace) -> date | None:
    """The first day of orders that begin within the twelve months without a pace to go by.

    Whether there were any before cannot be told from them: they count as all that there were.
    """
    if revenue_of(ws) != "orders" or not ws.recorded("collection/orders"):
        return None
    begin = observed_from(ws, "orders")
    known = months_observed(begin, ws.quarter) if begin else 0
    if not begin or not known or known > 11 or _short(ws, "orders", begin, known):
        return None
    return begin


def opening_known(ws: Workspace) -> bool:
    """Whether contracts speak of the day before the quarter, by the accounts that were collected.

    Where they begin within it and a part of the accounts was won long before, revenue did not
    begin with them.
    """
    from helpers.collect.sources import required  # brings DuckDB, which no kernel is forked with

    begins = observed_from(ws, "contracts")
    if begins is None or begins < ws.quarter.start:
        return True
    accounts = required(ws, "accounts").select("won_on", "churned_on").to_pandas()
    return not set(OF_OPENING) & set(history(ws, accounts).withheld)


def _withheld(
    ws: Workspace,
    months: Mapping[str, float],
    begins: date | None,
    customers: pd.DataFrame | None,
) -> dict[str, str]:
    table, quarter = revenue_of(ws), ws.quarter
    found: dict[str, str] = {}
    if table == "contracts" and "orders" in ws.study.sources and withheld(ws, "orders"):
        found |= dict.fromkeys(WITH_ORDERS, words.NO_ORDERS)
        if ws.study.metrics.gross_margin is None:
            found["gross_margin"] = words.NO_ORDERS
    if begins is None:
        return found
    if table == "orders":
        if months_observed(begins, quarter) <= 11:
            found |= dict.fromkeys(OF_ORDERS, words.NO_YEAR)
        # Without dates in the CRM, a customer has left after twelve months without an order.
        if customers is None or customers["churned_on"].notna().any():
            return found
        for name, start in (
            ("logo_churn_rate", quarter.start),
            ("logo_churn_rate_12m", quarter.year_start),
        ):
            if (begins - add_months(start, -12)).days >= MONTH:
                found[name] = words.NO_YEAR_BEFORE
        return found
    if begins >= quarter.year_start:
        found |= dict.fromkeys(OF_CONTRACTS, words.NO_CONTRACTS_BEFORE)
        given = ws.study.metrics.gross_margin is not None
        earlier = OF_EARLIER_REVENUE if given else (*OF_EARLIER_REVENUE, "gross_margin")
        if customers is not None and months_observed(begins, quarter) <= 11:
            before = pd.Timestamp(begins) - pd.Timedelta(days=MONTH)
            if (pd.to_datetime(customers["won_on"]) < before).mean() >= EARLIER:
                found |= dict.fromkeys(earlier, words.NO_CONTRACTS_BEFORE)
                if begins >= quarter.start:
                    found |= dict.fromkeys(OF_OPENING, words.NO_OPENING)
    return found
