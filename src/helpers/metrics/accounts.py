"""From one row per customer to every metric's numerator and denominator.

`components` holds, for each metric, what a customer adds to the numerator and to the denominator.
A customer's own value and the value of any group of customers are both a ratio of sums of these,
so that the two can never follow different definitions.
"""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.metrics.catalog import METRICS, at_account_level, metric
from helpers.metrics.components import Components
from helpers.metrics.orders import orders_by_account, recency_days
from helpers.metrics.revenue import MOVEMENTS, recurring_by_account
from helpers.metrics.service import costs_by_customer, ticket_times, tickets_by_customer
from helpers.metrics.spans import active_on, customer_spans
from helpers.metrics.surveys import referrals_by_customer, surveys_by_customer
from helpers.metrics.usage import activation_names, known_features, usage_by_customer
from helpers.quarter import Quarter
from helpers.study import Study
from helpers.workspace import Workspace

TABLES_USED = ("contracts", "orders", "costs", "tickets", "surveys", "usage", "referrals")


def components(ws: Workspace, customers: pd.DataFrame) -> Components:
    """Numerators and denominators of all metrics for the workspace's study and quarter.

    Parameters
    ----------
    customers : included customers: account_id, status, won_on, churned_on, monthly_revenue.
    """
    from helpers.collect.customers import customer_rows

    rows = {name: customer_rows(ws, name) for name in TABLES_USED}
    return components_of(ws.study, ws.quarter, customers, **rows)


def account_metrics(parts: Components) -> pd.DataFrame:
    """Every metric of every customer: the data file ``account_metrics``.

    Returns
    -------
    One row per customer, sorted: account_id and one column per metric that exists per account;
    blank where the customer has no data, never 0 in place of it.
    """
    names = list(dict.fromkeys([*METRICS, *parts.ratios]))
    medians = _account_medians(parts.observations)
    table = {"account_id": parts.table["account_id"]}
    for name in at_account_level(names):
        entry = metric(name)
        if entry.form == "median":
            values = parts.table["account_id"].map(medians.get(name, pd.Series(dtype=float)))
        elif name in parts.ratios:
            known = parts.denominator(name) > 0
            values = entry.scale * parts.numerator(name)
            if entry.form != "sum":
                values = values / parts.denominator(name).where(known)
            values = values.where(known)
        else:
            values = pd.Series(np.nan, index=parts.table.index)
        table[name] = values.astype(float).round(6)
    return pd.DataFrame(table)


def components_of(
    study: Study,
    quarter: Quarter,
    customers: pd.DataFrame,
    *,
    contracts: ir.Table | None = None,
    orders: ir.Table | None = None,
    costs: ir.Table | None = None,
    tickets: ir.Table | None = None,
    surveys: ir.Table | None = None,
    usage: ir.Table | None = None,
    referrals: ir.Table | None = None,
) -> Components:
    """`components` from tables given by hand; None = not collected."""
    customers = customers.sort_values("account_id").reset_index(drop=True)
    collected = _Collected(customers["account_id"])
    if contracts is not None:
        collected.add("contracts", recurring_by_account(contracts, quarter=quarter))
    if orders is not None:
        collected.add("orders", orders_by_account(orders, quarter=quarter))
    if costs is not None:
        collected.add("costs", costs_by_customer(costs, quarter=quarter))
    if tickets is not None:
        collected.add("tickets", tickets_by_customer(tickets, quarter=quarter))
    if surveys is not None:
        collected.add("surveys", surveys_by_customer(surveys, quarter=quarter))
    if referrals is not None:
        collected.add("referrals", referrals_by_customer(referrals, quarter=quarter))
    subscription = study.business_model == "subscription"
    spans = customer_spans(
        customers,
        quarter=quarter,
        last_in_force=collected.dates("contracts", "last_in_force") if subscription else None,
        last_ordered_on=None if subscription else collected.dates("orders", "last_ordered_on"),
    )
    made = _Pairs(len(customers))
    _staying(made, collected, customers, spans, quarter, subscription=subscription)
    _recurring(made, collected, customers)
    _one_off(made, collected, spans, quarter)
    _value(made, collected, spans, study)
    _service(made, collected, spans)
    _voice(made, collected, spans)
    features: dict[str, str] = {}
    if usage is not None:
        features = _usage(made, usage, customers["account_id"], spans, quarter)
    head = {
        "account_id": customers["account_id"],
        "tenure_months": spans["tenure_months"].round(6),
        "left": spans["left"],
    }
    order = [*(name for name in METRICS if name in made.pairs), *features]
    columns = {column: made.columns[column] for name in order for column in made.pairs[name]}
    observations = (
        ticket_times(tickets, quarter=quarter)
        if tickets is not None
        else pd.DataFrame({"account_id": [], "metric": [], "value": [], "tickets": []}).astype(
            {"account_id": "str", "metric": "str", "value": float, "tickets": "int64"}
        )
    )
    observations = observations[observations["account_id"].isin(customers["account_id"])]
    return Components(
        pd.DataFrame({**head, **columns}), observations.reset_index(drop=True), features
    )


class _Collected:
    """Reduced tables, aligned with the customers; a table that is absent was not collected."""

    def __init__(self, accounts: pd.Series) -> None:
        self.accounts = accounts
        self.tables: dict[str, pd.DataFrame] = {}

    def add(self, name: str, table: pd.DataFrame) -> None:
        self.tables[name] = table.set_index("account_id").reindex(self.accounts)

    def __contains__(self, name: str) -> bool:
        return name in self.tables

    def amounts(self, table: str, column: str) -> np.ndarray:
        """One column per customer; 0 for customers without rows in a table that was collected."""
        return self.tables[table][column].fillna(0).to_numpy(float)

    def flags(self, table: str, column: str) -> np.ndarray:
        return self.tables[table][column].eq(True).fillna(False).to_numpy(bool)

    def dates(self, table: str, column: str) -> pd.Series | None:
        return self.tables[table][column] if table in self.tables else None


class _Pairs:
    """Numerator and denominator of each metric, collected one after the other."""

    def __init__(self, customers: int) -> None:
        self.ones = np.ones(customers)
        self.pairs: dict[str, tuple[str, str]] = {}
        self.columns: dict[str, np.ndarray] = {}

    def add(
        self,
        name: str,
        numerator: np.ndarray,
        denominator: np.ndarray,
        *,
        everywhere: bool = False,
    ) -> None:
        """One metric. Numerators of customers with denominator 0 count only ``everywhere``."""
        names = (f"{name}__numerator", f"{name}__denominator")
        denominator, numerator = np.asarray(denominator, float), np.asarray(numerator, float)
        if not everywhere:
            numerator = np.where(denominator > 0, numerator, 0.0)
        self.pairs[name] = names
        self.columns |= dict(zip(names, (numerator, denominator), strict=True))


def _staying(
    made: _Pairs,
    collected: _Collected,
    customers: pd.DataFrame,
    spans: pd.DataFrame,
    quarter: Quarter,
    *,
    subscription: bool,
) -> None:
    before = active_on(spans, quarter.start - pd.Timedelta(days=1).to_pytimedelta()).to_numpy()
    if subscription and "contracts" in collected:
        before = before & collected.flags("contracts", "in_force_before")
    elif not subscription and "orders" in collected:
        before = before & collected.flags("orders", "ordered_before")
    gone = before & (customers["status"] == "former").to_numpy()
    made.add("logo_churn_rate", gone, before)
    made.add("tenure_months", spans["tenure_months"], made.ones)


def _recurring(made: _Pairs, collected: _Collected, customers: pd.DataFrame) -> None:
    if "contracts" not in collected:
        return
    current = (customers["status"] == "current").to_numpy()
    mrr = collected.amounts("contracts", "mrr")
    then = collected.amounts("contracts", "mrr_year_ago")
    last = pd.to_numeric(customers["monthly_revenue"]).to_numpy(float)
    made.add("arr", 12 * mrr, made.ones)
    made.add("arr_per_customer", 12 * mrr * current, current)
    made.add("acv", np.round(12 * np.nan_to_num(last), 2), ~np.isnan(last))
    for name in MOVEMENTS:
        made.add(f"mrr_{name}", collected.amounts("contracts", f"mrr_{name}"), made.ones)
    made.add("nrr", mrr, then)
    made.add("grr", np.minimum(mrr, then), then)


def _one_off(made: _Pairs, collected: _Collected, spans: pd.DataFrame, quarter: Quarter) -> None:
    if "orders" not in collected:
        return
    orders = collected.tables["orders"]
    last = orders["last_ordered_on"].reset_index(drop=True)
    ordered = last.notna()
    count = collected.amounts("orders", "orders_12m")
    # Returns of customers that ordered nothing else in the year reduce a group's value too.
    made.add("aov", collected.amounts("orders", "order_value_12m"), count, everywhere=True)
    made.add("purchase_frequency", count, (spans["exposure_year"] > 0) | (count > 0))
    made.add("recency_days", recency_days(last, quarter=quarter).fillna(0), ordered)
    years = ((last - spans["won_on"]).dt.days / 365.25).clip(lower=0).fillna(0)
    made.add("lifespan_years", years, ordered)


def _value(made: _Pairs, collected: _Collected, spans: pd.DataFrame, study: Study) -> None:
    revenue, year = np.zeros_like(made.ones), np.zeros_like(made.ones)
    if "contracts" in collected:
        revenue = revenue + collected.amounts("contracts", "revenue")
        year = year + collected.amounts("contracts", "revenue_12m")
    if "orders" in collected:
        revenue = revenue + collected.amounts("orders", "order_value")
        year = year + collected.amounts("orders", "order_value_12m")
    revenue, year = revenue.round(2), year.round(2)
    if "contracts" in collected or "orders" in collected:
        made.add("revenue_12m", year, made.ones)
    given = study.metrics.gross_margin
    if given is not None:
        made.add("gross_margin", given * made.ones, made.ones)
    if "costs" not in collected:
        return
    cost = collected.amounts("costs", "cost")
    if given is None:
        made.add("gross_margin", year - collected.amounts("costs", "direct_cost_12m"), year)
    here = (spans["exposure_quarter"] > 0).to_numpy() | (cost != 0)
    made.add("cost_to_serve", cost, here)
    made.add("margin", revenue - cost, here)


def _service(made: _Pairs, collected: _Collected, spans: pd.DataFrame) -> None:
    if "tickets" not in collected:
        return
    per = {
        "first_reply_hours_mean": ("reply_hours", "replied"),
        "resolution_hours_mean": ("resolution_hours", "resolved"),
        "agent_touches_mean": ("touches", "touched"),
        "one_touch_rate": ("one_touch", "resolved_touched"),
        "reopen_rate": ("reopened", "reopens_known"),
        "escalation_rate": ("escalated", "escalation_known"),
        "ticket_csat": ("satisfied", "rated"),
    }
    number = collected.amounts("tickets", "tickets")
    exposure = spans["exposure_quarter"].to_numpy()
    here = (exposure > 0) | (number > 0)
    made.add("tickets", number, here)
    made.add("unanswered_tickets", collected.amounts("tickets", "unanswered"), here)
    made.add("open_tickets", collected.amounts("tickets", "open"), here)
    made.add("tickets_per_customer_month", number, exposure)
    for name, (numerator, denominator) in per.items():
        made.add(
            name,
            collected.amounts("tickets", numerator),
            collected.amounts("tickets", denominator),
        )


def _voice(made: _Pairs, collected: _Collected, spans: pd.DataFrame) -> None:
    if "surveys" in collected:
        amount = {c: collected.amounts("surveys", c) for c in collected.tables["surveys"].columns}
        made.add("nps", amount["promoters"] - amount["detractors"], amount["nps_responses"])
        made.add("nps_response_rate", amount["nps_answered"], amount["nps_asked"])
        made.add("csat", amount["satisfied"], amount["csat_ratings"])
        made.add("csat_response_rate", amount["csat_answered"], amount["csat_asked"])
    if "referrals" in collected:
        number = collected.amounts("referrals", "referrals")
        here = (spans["exposure_year"] > 0) | (number > 0)
        made.add("referrals_per_customer", number, here)
        made.add(
            "referral_win_rate",
            collected.amounts("referrals", "won"),
            collected.amounts("referrals", "decided"),
        )


def _usage(
    made: _Pairs, usage: ir.Table, accounts: pd.Series, spans: pd.DataFrame, quarter: Quarter
) -> dict[str, str]:
    used = usage_by_customer(usage, quarter=quarter)
    present = (spans["exposure_quarter"] > 0).to_numpy()
    made.add("active_share", accounts.isin(used["account_id"]), present)
    names = activation_names(known_features(usage, quarter=quarter))
    for feature, name in names.items():
        by = used.loc[used["feature"] == feature, "account_id"]
        made.add(name, accounts.isin(by), present)
    return {name: feature for feature, name in names.items()}


def _account_medians(observations: pd.DataFrame) -> dict[str, pd.Series]:
    """Median of each customer's observations, by metric."""
    repeated = observations.loc[observations.index.repeat(observations["tickets"])]
    medians = repeated.groupby(["metric", "account_id"])["value"].median()
    return {name: medians.loc[name] for name in medians.index.get_level_values(0).unique()}
