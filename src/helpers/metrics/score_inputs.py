"""What each customer brings to each line of the quality score, before unknowns are filled.

All lines are in currency per year. NaN means unknown:

* ``cost_kind``: no cost of that kind was ever booked on the customer. Where some were, but none in
  the window, the cost is a known 0.
* ``count``: known for every customer, as a ticket that was not opened is none; touches are unknown
  where tickets were opened in the year and none records its touches.
* ``growth``: the customer was none yet on the earlier day, or, for a rate, paid nothing then.
  Former customers grew until their last active day where their base is their last contract; where
  it is what they pay now, they lost what they paid.
* ``where``: the condition is null. ``column``: the cell is empty.
"""

import datetime as dt
from collections.abc import Collection

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.collect.history import WHOLE, History
from helpers.collect.rhythm import MONTH
from helpers.errors import StudyError, listed
from helpers.metrics.exact import fetch, total, within
from helpers.metrics.orders import orders_by_account, value_in_two_years
from helpers.metrics.revenue import contract_state, movements_by_account, mrr_on_two_days
from helpers.metrics.service import touches_in_year
from helpers.quarter import Quarter, add_months
from helpers.sandbox.closed import SECONDS, bounded, closed_database
from helpers.sandbox.reading import condition_problem
from helpers.study import ScoreLine, Study
from helpers.study.customers import PAYS_NOW

DAY = pd.Timedelta(days=1)


def score_inputs(
    study: Study,
    quarter: Quarter,
    customers: pd.DataFrame,
    *,
    contracts: ir.Table | None = None,
    orders: ir.Table | None = None,
    costs: ir.Table | None = None,
    tickets: ir.Table | None = None,
    known: History = WHOLE,
    silent: Collection[str] = (),
) -> pd.DataFrame:
    """Base and lines of every customer, unsigned and not clipped, unknown = NaN.

    Parameters
    ----------
    customers : included customers: account_id, status, won_on, churned_on, monthly_revenue, and
        the columns that ``where`` and ``column`` lines name.
    contracts, orders, costs, tickets : rows of these customers; None = not collected.
    known : how much of the trailing twelve months they cover. What is counted over the twelve
        months is brought to a year; growth from a year that is not recorded is unknown.
    silent : tables that the study gives and that tell nothing of the quarter; lines that need them
        are unknown for every customer.

    Returns
    -------
    One row per customer, sorted: account_id, base, one column per line of the study.

    Raises
    ------
    StudyError
        Where a line needs a table that is not collected, a column that accounts lack or that holds
        no numbers, or a condition that DuckDB cannot read.
    """
    customers = customers.sort_values("account_id").reset_index(drop=True)
    tables = {"contracts": contracts, "orders": orders, "costs": costs, "tickets": tickets}
    revenue = "contracts" if study.business_model == "subscription" else "orders"
    inputs = {"account_id": customers["account_id"]}
    gone = study.quality_score.base_of_former == PAYS_NOW
    inputs["base"] = _base(
        study, quarter, customers, contracts=contracts, orders=orders, known=known
    )
    if gone:
        inputs["base"] = inputs["base"].mask(customers["status"] == "former", 0.0)
    growth: pd.DataFrame | None = None
    for name, (_, line) in study.quality_score.lines.items():
        if needs(line) in silent:
            inputs[name] = np.full(len(customers), np.nan)
        elif line.cost_kind is not None:
            rows = _needed(tables, "costs", name)
            found = cost_of_kind(rows, line, quarter=quarter)
            if line.spread_months is None and line.window != "history":
                found = known.to_a_year("costs") * found
            inputs[name] = line.weight * customers["account_id"].map(found)
        elif line.count is not None:
            rows = _needed(tables, "tickets", name)
            found = touches_in_year(rows, quarter=quarter).set_index("account_id")[line.count]
            number = found.reindex(customers["account_id"])
            # A customer without tickets needed no touch; null among the found is not known.
            number = number.mask(~number.index.isin(found.index), 0.0)
            year = known.to_a_year("tickets") * number.to_numpy(float)
            inputs[name] = line.weight * line.of_each * year
        elif line.growth is not None:
            if growth is None:
                rows = _needed(tables, revenue, name)
                growth = yearly_change(
                    rows,
                    customers,
                    quarter=quarter,
                    kind=revenue,
                    until_left=not gone,
                    begins=known.begins,
                )
            per_unit = line.weight * (line.amount if line.amount is not None else 1.0)
            inputs[name] = per_unit * growth[line.growth]
        elif line.where is not None:
            met = condition(customers, line.where, place=f"quality_score … {name}")
            inputs[name] = line.weight * line.of_each * met
        else:
            assert line.column is not None  # the study file's lines have exactly one source
            inputs[name] = line.weight * _number(customers, line.column, name)
    return pd.DataFrame({key: np.asarray(column) for key, column in inputs.items()}).astype(
        {"account_id": "str"}
    )


def needs(line: ScoreLine) -> str:
    """The table of events that a line of the score is counted in; "" for other lines."""
    return "costs" if line.cost_kind is not None else "tickets" if line.count is not None else ""


def cost_of_kind(costs: ir.Table, line: ScoreLine, *, quarter: Quarter) -> pd.Series:
    """Yearly cost of one kind by account_id; accounts without any booking of it are absent.

    Notes
    -----
    Without ``spread_months`` the bookings of the trailing year, or all with ``window: history``.
    With it, every booking is written off evenly over that many months from its day: a year's share
    of ``amount × 12 ÷ spread_months`` (never more than the amount) counts as long as that time has
    not passed on the as-of date, and nothing afterwards.
    """
    rows = costs.filter(
        (costs.kind == line.cost_kind) & (costs.incurred_on <= ibis.date(quarter.as_of))
    )
    share = 1.0
    if line.spread_months is not None:
        # A booking of the day after this one is the oldest whose months have not passed.
        passed = add_months(quarter.as_of + dt.timedelta(days=1), -line.spread_months)
        counted = rows.incurred_on >= ibis.date(passed)
        share = min(1.0, 12 / line.spread_months)
    elif line.window == "history":
        counted = ibis.literal(True)
    else:
        counted = within(rows.incurred_on, quarter.year_start, quarter.as_of)
    found = fetch(rows.group_by("account_id").agg(cost=total(rows.amount, counted)))
    return share * found.set_index("account_id")["cost"]


def yearly_change(
    rows: ir.Table,
    customers: pd.DataFrame,
    *,
    quarter: Quarter,
    kind: str,
    until_left: bool = True,
    begins: dt.date | None = None,
) -> pd.DataFrame:
    """Growth over the past year, for former customers over the year to their last active day.

    Parameters
    ----------
    rows : contracts or orders; ``kind`` says which.
    until_left : False measures former customers to the as-of date too, when they pay nothing.
    begins : the first day that the rows speak of. Growth since a day before it, or over a year of
        which more than a month lies before it, is unknown.

    Returns
    -------
    One row per customer, in the order given: magnitude (currency per year) and rate (ratio).
    Subscription: 12 × (MRR on the day − MRR twelve months earlier). Transactional: order value of
    the twelve months − that of the twelve months before.
    """
    ids = customers["account_id"]
    as_of = pd.Timestamp(quarter.as_of)
    contracts = kind == "contracts"
    if contracts:
        activity, column = contract_state(rows, quarter=quarter), "last_paid"
    else:
        activity, column = orders_by_account(rows, quarter=quarter), "last_ordered_on"
    last = ids.map(activity.set_index("account_id")[column]).astype("datetime64[us]")
    gone = pd.to_datetime(customers["churned_on"]).astype("datetime64[us]") - DAY
    last = last.fillna(as_of).clip(upper=gone.fillna(as_of)).clip(upper=as_of)
    former = customers["status"] == "former"
    now = last.where(former & until_left, as_of)
    then, before = (now + DAY - pd.DateOffset(months=months) - DAY for months in (12, 24))
    days = pd.DataFrame({"account_id": ids, "now": now, "then": then, "before": before})
    won = pd.to_datetime(customers["won_on"])
    if contracts:
        found = mrr_on_two_days(rows, days.drop(columns="before"))
        found = found.set_index("account_id").reindex(ids).reset_index(drop=True) * 12
        existed = (won <= then) | (found["then"] > 0)
    else:
        found = value_in_two_years(rows, days).set_index("account_id").reindex(ids)
        found = found.reset_index(drop=True)
        existed = (won <= before) | found["earlier"].eq(True)
    if begins is not None:
        first = pd.Timestamp(begins)
        if contracts:
            existed &= (then >= first) | (found["then"] > 0)
        else:
            existed &= before + pd.Timedelta(days=MONTH) >= first
    earlier, brings = found["then"].fillna(0.0), found["now"].fillna(0.0)
    if not until_left:  # whatever contract still runs
        brings = brings.mask(former, 0.0)
    change = (brings - earlier).where(existed)
    return pd.DataFrame({"magnitude": change, "rate": change / earlier.where(earlier > 0)})


def condition(customers: pd.DataFrame, sql: str, *, place: str) -> np.ndarray:
    """1 where a customer meets a SQL condition, 0 where not, NaN where that is unknown.

    The condition is DuckDB SQL over the columns of ``customers``.
    """
    import duckdb

    known = f"DuckDB SQL over {listed(customers.columns, most=40)}"
    named = f"the condition of {place}"
    if problem := condition_problem(sql, tables=["customers"]):
        raise StudyError(
            f"The condition of {place} cannot be evaluated: {problem}",
            found=sql if len(sql) < 500 else f"{sql[:500]} …",
            expected=known,
        )
    with closed_database() as connection, bounded(connection, SECONDS, place=named):
        connection.register("customers", customers)
        try:
            met = connection.sql(
                f"SELECT account_id, CAST(({sql}\n) AS BOOLEAN) AS met FROM customers"
            ).df()
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            raise StudyError(
                f"The condition of {place} cannot be evaluated: {str(error).splitlines()[0]}",
                found=sql,
                expected=known,
            ) from None
    found = met.set_index("account_id")["met"].reindex(customers["account_id"])
    return found.astype("boolean").astype("Float64").to_numpy(float, na_value=np.nan)


def _base(
    study: Study,
    quarter: Quarter,
    customers: pd.DataFrame,
    *,
    contracts: ir.Table | None,
    orders: ir.Table | None,
    known: History,
) -> pd.Series:
    if study.score_base == "acv":
        return 12 * pd.to_numeric(customers["monthly_revenue"]).astype(float)
    parts = []
    if contracts is not None:
        parts.append(
            movements_by_account(contracts, quarter=quarter)[["account_id", "revenue_12m"]]
        )
    if orders is not None:
        found = orders_by_account(orders, quarter=quarter)
        year = (known.to_a_year("orders") * found["order_value_12m"]).round(2)
        parts.append(found[["account_id"]].assign(order_value_12m=year))
    added = [customers["account_id"].map(p.set_index("account_id").iloc[:, 0]) for p in parts]
    return sum(part.fillna(0.0) for part in added)


def _needed(tables: dict[str, ir.Table | None], table: str, line: str) -> ir.Table:
    if tables[table] is None:
        raise StudyError(
            f"The line `{line}` of quality_score needs {table}, which sources does not give.",
            remedy=f"add sources.{table}, or take the line out",
        )
    return tables[table]


def _number(customers: pd.DataFrame, column: str, line: str) -> np.ndarray:
    if column not in customers.columns:
        raise StudyError(
            f"The line `{line}` of quality_score names a column that accounts does not have.",
            found=column,
            expected=listed(customers.columns, most=40),
        )
    values = customers[column]
    if not (pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values)):
        raise StudyError(
            f"The line `{line}` of quality_score names a column that does not hold numbers.",
            found=f"{column} ({values.dtype})",
            expected="a numeric column",
            remedy=f"cast it in sources.accounts, such as CAST({column} AS DOUBLE)",
        )
    return values.astype("Float64").to_numpy(float, na_value=np.nan)
