"""From one row per customer to every metric's numerator and denominator.

`components` holds, for each metric, what a customer adds to the numerator and to the denominator.
A customer's own value and the value of any group of customers are both a ratio of sums of these,
so that the two can never follow different definitions.
"""

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.collect.history import WHOLE, History
from helpers.metrics.catalog import METRICS, Metric, at_account_level, feature_metric
from helpers.metrics.components import Components
from helpers.metrics.health import health_group, with_health, with_value
from helpers.metrics.lifetime_value import add_expected_orders, add_lifetime_value
from helpers.metrics.orders import add_one_off, orders_by_account
from helpers.metrics.pairs import Collected, Pairs
from helpers.metrics.revenue import add_recurring, recurring_by_account
from helpers.metrics.service import add_service, costs_by_customer
from helpers.metrics.spans import active_on, customer_spans
from helpers.metrics.surveys import (
    add_moments,
    add_voice,
    referrals_by_customer,
    surveys_by_customer,
)
from helpers.metrics.times import NO_TIMES, account_medians
from helpers.metrics.usage import add_usage
from helpers.quarter import Quarter, add_months
from helpers.study import Study
from helpers.workspace import Workspace

TABLES_USED = ("contracts", "orders", "costs", "tickets", "surveys", "usage", "referrals")


# Columns → beginnings of the metrics that are nothing without them: a ticket without a reply is
# unanswered only where replies are recorded. Of surveys one of the columns is enough.
NEEDS = {
    ("tickets", "first_replied_at"): ("first_reply_", "unanswered_tickets"),
    ("tickets", "resolved_at"): ("resolution_hours_", "open_ticket", "backlog_"),
    ("surveys", "score", "replied", "responded_on"): (
        "nps_response_rate",
        "csat_response_rate",
        "nps_worst_case",
        "nps_best_case",
        "csat_worst_case",
        "csat_best_case",
    ),
}


def components(ws: Workspace, customers: pd.DataFrame) -> Components:
    """Numerators and denominators of all metrics for the workspace's study and quarter.

    Parameters
    ----------
    customers : included customers: account_id, status, won_on, churned_on, monthly_revenue.
    """
    from helpers.collect.customer_tables import numbered_rows
    from helpers.collect.history import history

    ordered = customers.sort_values("account_id", ignore_index=True)
    rows = numbered_rows(ws, TABLES_USED, ordered["account_id"])
    known = history(ws, ordered)
    numbered = ordered.assign(account_id=ordered.index)
    parts = components_of(ws.study, ws.quarter, numbered, known=known, **rows)
    parts = parts.named(ordered["account_id"])
    parts = parts.without(tuple(f"{name}__" for name in known.withheld))
    parts = parts.without(_not_recorded(ws))
    return with_health(ws.study, parts, with_value(ws, customers))


def _not_recorded(ws: Workspace) -> tuple[str, ...]:
    """Beginnings of the metrics whose columns the exports do not have, or leave empty."""
    from helpers.collect.observed import unrecorded

    gone: list[str] = []
    for (table, *columns), beginnings in NEEDS.items():
        given = ws.recorded(f"collection/{table}", {}).get("columns")
        if given is not None and not (set(given) - set(unrecorded(ws, table))) & set(columns):
            gone += beginnings
    return tuple(gone)


def account_metrics(parts: Components) -> pd.DataFrame:
    """Every metric of every customer: the data file ``account_metrics``.

    Returns
    -------
    One row per customer, sorted: account_id, one column per metric that exists per account, and
    health_group; blank where the customer has no data, never 0 in place of it.
    """
    accounts, ratios = parts.table["account_id"], set(parts.ratios)
    medians = account_medians(parts.observations, accounts)
    names = at_account_level(parts.metrics)
    # One block of memory from the start: pandas would copy columns of their own into one.
    values = np.full((len(names), len(accounts)), np.nan)
    for row, name in zip(values, names, strict=True):
        entry = parts.definition(name)
        if entry.form == "median":
            row[:] = medians.get(name, np.nan)
        elif name in ratios:
            numerator = entry.scale * parts.numerator(name).to_numpy()
            denominator = parts.denominator(name).to_numpy()
            known = denominator > 0
            if entry.form == "sum":
                row[known] = numerator[known]
            else:
                np.divide(numerator, denominator, out=row, where=known)
    table = pd.DataFrame(values.round(6, out=values).T, columns=names, copy=False)
    table.insert(0, "account_id", accounts)
    return table.assign(health_group=health_group(parts))


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
    known: History = WHOLE,
) -> Components:
    """`components` from tables given by hand; None = not collected.

    ``known`` says how much of the trailing twelve months the tables cover.
    """
    customers = customers.sort_values("account_id").reset_index(drop=True)
    collected = Collected(customers["account_id"])
    if contracts is not None:
        collected.add("contracts", recurring_by_account(contracts, quarter=quarter))
    if orders is not None:
        collected.add("orders", orders_by_account(orders, quarter=quarter))
    if costs is not None:
        collected.add("costs", costs_by_customer(costs, quarter=quarter))
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
        records_begin=study.records_begin or study.sources["accounts"].records_begin,
    )
    made = Pairs(len(customers))
    _staying(made, collected, customers, spans, quarter, known, subscription=subscription)
    add_recurring(made, collected, customers)
    add_one_off(made, collected, spans, quarter, to_a_year=known.to_a_year("orders"))
    _value(made, collected, customers, spans, study, known)
    if "costs" in collected:
        won = spans["won_on"].between(pd.Timestamp(quarter.year_start), pd.Timestamp(quarter.as_of))
        made.add("cac", collected.amounts("costs", "acquisition"), won)
    add_lifetime_value(made, subscription=subscription)
    if not subscription:
        add_expected_orders(made, collected, customers, quarter)
    definitions: dict[str, Metric] = {}
    observations, unnamed = NO_TIMES, 0
    if tickets is not None:
        observations, definitions = add_service(
            made, tickets, customers["account_id"], spans, study=study, quarter=quarter
        )
    add_voice(made, collected, spans, to_a_year=known.to_a_year("referrals"))
    if surveys is not None:
        definitions |= add_moments(made, surveys, customers["account_id"], quarter=quarter)
    if usage is not None:
        features, unnamed = add_usage(
            made, usage, customers["account_id"], spans, quarter, most=study.metrics.features
        )
        definitions |= {name: feature_metric(name, feature=of) for name, of in features.items()}
    head = {
        "account_id": customers["account_id"],
        "tenure_months": spans["tenure_months"].round(6),
        "entry_months": spans["entry_months"].round(6),
        "left": spans["left"],
    }
    order = [name for name in dict.fromkeys([*METRICS, *definitions]) if name in made.pairs]
    columns = {column: made.columns[column] for name in order for column in made.pairs[name]}
    # Not copied into one block: a hundred columns of a million customers are most of a gigabyte.
    table = pd.DataFrame({**head, **columns}, copy=False)
    return Components(table, observations, definitions, unnamed)


def _staying(
    made: Pairs,
    collected: Collected,
    customers: pd.DataFrame,
    spans: pd.DataFrame,
    quarter: Quarter,
    known: History,
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
    ago = active_on(spans, quarter.year_start - pd.Timedelta(days=1).to_pytimedelta()).to_numpy()
    # Who was away on that day and came back was no customer on it.
    if subscription and "contracts" in collected:
        ago = ago & collected.flags("contracts", "in_force_year_ago")
    elif "orders" in collected and known.reaches_back_to(add_months(quarter.year_start, -12)):
        ago = ago & collected.flags("orders", "ordered_year_before")
    made.add("logo_churn_rate_12m", ago & (customers["status"] == "former").to_numpy(), ago)
    made.add("tenure_months", spans["tenure_months"], made.ones)


def _value(
    made: Pairs,
    collected: Collected,
    customers: pd.DataFrame,
    spans: pd.DataFrame,
    study: Study,
    known: History,
) -> None:
    # What was booked stays what was booked; only what is told per year is brought to a year.
    revenue, booked, year = (np.zeros_like(made.ones) for _ in range(3))
    if "contracts" in collected:
        recurring = collected.amounts("contracts", "revenue_12m")
        revenue = revenue + collected.amounts("contracts", "revenue")
        booked, year = booked + recurring, year + recurring
    if "orders" in collected:
        ordered = collected.amounts("orders", "order_value_12m")
        revenue = revenue + collected.amounts("orders", "order_value")
        booked, year = booked + ordered, year + known.to_a_year("orders") * ordered
    revenue, booked, year = revenue.round(2), booked.round(2), year.round(2)
    if "contracts" in collected or "orders" in collected:
        made.add("revenue_12m", booked, made.ones)
        held = pd.to_numeric(customers["monthly_revenue"]).to_numpy(float)
        counted = (customers["status"] == "current").to_numpy() & (held >= 0)
        for name in ("revenue_gini", "revenue_top20_share"):
            made.add(name, held, counted)
    given = study.metrics.gross_margin
    if given is not None:
        made.add("gross_margin", given * made.ones, made.ones)
    if "costs" not in collected:
        return
    cost, direct = (collected.amounts("costs", name) for name in ("cost", "direct_cost_12m"))
    spent, direct = direct, (known.to_a_year("costs") * direct).round(2)
    if given is None:
        # What customers without revenue cost lowers a group's margin too.
        made.add("gross_margin", year - direct, year, everywhere=True)
    here = (spans["exposure_quarter"] > 0).to_numpy() | (cost != 0)
    made.add("cost_to_serve", cost, here)
    made.add("margin", revenue - cost, here)
    here = (spans["exposure_year"] > 0).to_numpy() | (direct != 0)
    made.add("service_cost_12m", spent, here)
    made.add("contribution_12m", year - direct, here)
