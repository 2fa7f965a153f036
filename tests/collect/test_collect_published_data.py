"""Published data sets arrive whole; their numbers are known from elsewhere (see their README)."""

from datetime import date

import ibis
import pandas as pd
import pytest
import yaml

from helpers.collect.billing import recurring_revenue
from helpers.collect.customers import build_customer_list
from helpers.collect.sources import canonical, collect
from helpers.workspace import Workspace


@pytest.fixture
def open_study(tmp_path, datasets):
    def build(folder: str, quarter: str, **content) -> Workspace:
        if not (datasets / folder).is_dir():
            pytest.skip(f"the data set {folder} is not here")
        content = {"study": folder, "title": folder, "data": str(datasets / folder), **content}
        path = tmp_path / "study.yml"
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        ws = Workspace.open(study=str(path), quarter=quarter, reports=str(tmp_path / "reports"))
        ws.clear()
        return ws

    return build


def ravenstack(open_study, quarter: str) -> Workspace:
    accounts = "SELECT account_id, account_name AS name, signup_date AS won_on FROM crm"
    # end_date is the first day without service.
    contracts = (
        "SELECT subscription_id, account_id, start_date AS starts_on, mrr_amount AS mrr, "
        "plan_tier AS product, end_date - 1 AS ends_on FROM billing"
    )
    return open_study(
        "ravenstack",
        quarter,
        business_model="subscription",
        sources={
            "accounts": {"files": {"crm": "ravenstack_accounts.csv"}, "query": accounts},
            "contracts": {"files": {"billing": "ravenstack_subscriptions.csv"}, "query": contracts},
        },
    )


def in_force(ws) -> float:
    contracts = canonical(ws, "contracts").mutate(left_on=ibis.null("date"))
    return recurring_revenue(contracts, on=ws.as_of).mrr.sum().execute()


def test_ravenstack_revenue_in_force(open_study):
    ws = ravenstack(open_study, "2024Q4")
    report = collect(ws).set_index("table")
    assert report.rows_used["accounts"] == 500
    # 13 subscriptions end on the day on which they start: they were never in force.
    assert (report.rows_used["contracts"], report.rows_rejected["contracts"]) == (4987, 13)
    assert in_force(ws) == 10_159_608


@pytest.mark.parametrize("quarter", ["2023Q4", "2024Q1", "2024Q2", "2024Q3"])
def test_ravenstack_quarter_by_quarter(open_study, datasets, quarter):
    ws = ravenstack(open_study, quarter)
    report = collect(ws).set_index("table")
    raw = pd.read_csv(
        datasets / "ravenstack" / "ravenstack_subscriptions.csv",
        parse_dates=["start_date", "end_date"],
    )
    day = pd.Timestamp(ws.as_of)
    begun = raw[raw.start_date <= day]
    running = begun[begun.end_date.isna() | (begun.end_date > day)]
    assert report.rows_after_as_of["contracts"] == len(raw) - len(begun)
    assert in_force(ws) == running.mrr_amount.sum()
    listing = build_customer_list(ws).accounts
    signed = pd.read_csv(datasets / "ravenstack" / "ravenstack_accounts.csv").signup_date
    assert listing.in_crm.sum() == (pd.to_datetime(signed) <= day).sum()


def online_retail(open_study, quarter: str) -> Workspace:
    good = "CustomerID IS NOT NULL AND Quantity > 0 AND UnitPrice > 0"
    accounts = (
        "SELECT CustomerID AS account_id, min(InvoiceDate) AS won_on, mode(Country) AS country, "
        f"sum(Quantity * UnitPrice) AS gross FROM lines WHERE {good} GROUP BY 1 ORDER BY 1"
    )
    orders = (
        "SELECT InvoiceNo AS order_id, CustomerID AS account_id, min(InvoiceDate) AS ordered_on, "
        "sum(Quantity * UnitPrice) AS amount FROM lines WHERE CustomerID IS NOT NULL "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    files = {"lines": "online_retail.parquet"}
    return open_study(
        "online_retail",
        quarter,
        business_model="transactional",
        sources={
            "accounts": {"files": files, "query": accounts},
            "orders": {"files": files, "query": orders},
        },
    )


def test_online_retail_customers(open_study):
    ws = online_retail(open_study, "2011Q4")
    report = collect(ws).set_index("table")
    assert report.rows_rejected.sum() == 0
    customers = build_customer_list(ws).customers.set_index("account_id")
    assert len(customers) == 4338
    assert customers.gross.sum() == pytest.approx(8_911_407.90, abs=0.01)
    assert customers.gross["14646"] == pytest.approx(280_206.02, abs=0.01)
    bought = canonical(ws, "orders")
    net = bought.filter(bought.account_id == "16446").amount.sum().execute()
    assert net == pytest.approx(2.90, abs=0.005)


def test_online_retail_a_quarter_before(open_study, datasets):
    ws = online_retail(open_study, "2011Q3")
    collect(ws)
    lines = pd.read_parquet(
        datasets / "online_retail" / "online_retail.parquet",
        columns=["CustomerID", "Quantity", "UnitPrice", "InvoiceDate"],
    )
    known = lines[lines.CustomerID.notna() & (lines.InvoiceDate < "2011-10-01")]
    good = known[(known.Quantity > 0) & (known.UnitPrice > 0)]
    assert len(build_customer_list(ws).customers) == good.CustomerID.nunique()
    # An invoice is dated by its first line, and no invoice of the set spans two quarters.
    net = canonical(ws, "orders").amount.cast("decimal(18, 2)").sum().execute()
    assert float(net) == pytest.approx((known.Quantity * known.UnitPrice).sum(), abs=0.5)


def test_saas_sales_over_their_whole_history(open_study):
    day = "strptime(\"Order Date\", '%m/%d/%Y')::DATE"
    lines = {"files": {"lines": "SaaS-Sales.csv"}}
    accounts = f'SELECT "Customer ID" AS account_id, min({day}) AS won_on FROM lines GROUP BY 1'
    orders = (
        f'SELECT "Order ID" AS order_id, "Customer ID" AS account_id, min({day}) AS ordered_on, '
        'sum("Sales") AS amount FROM lines GROUP BY 1, 2'
    )
    ws = open_study(
        "aws_saas_sales",
        "2023Q4",
        business_model="transactional",
        sources={"accounts": lines | {"query": accounts}, "orders": lines | {"query": orders}},
    )
    report = collect(ws).set_index("table")
    assert (report.rows_used["orders"], report.rows_rejected.sum()) == (5009, 0)
    assert len(build_customer_list(ws).customers) == 99
    assert canonical(ws, "orders").amount.sum().execute() == pytest.approx(2_297_200.86, abs=0.01)


def test_subscription_periods_peak_where_they_do(open_study):
    """1,840 in November 2019; who is active at the edge has not left."""
    periods = {"files": {"periods": "subscription_periods.csv"}}
    accounts = "SELECT customer_id AS account_id, min(start_date) AS won_on FROM periods GROUP BY 1"
    contracts = (
        "SELECT subscription_id AS contract_id, customer_id AS account_id, start_date AS "
        "starts_on, end_date - 1 AS ends_on, monthly_amount AS mrr FROM periods"
    )
    ws = open_study(
        "mrr_playbook",
        "2019Q4",
        business_model="subscription",
        sources={
            "accounts": periods | {"query": accounts},
            "contracts": periods | {"query": contracts},
        },
    )
    collect(ws)
    contracts = canonical(ws, "contracts").mutate(left_on=ibis.null("date"))
    told = {
        month: recurring_revenue(contracts, on=date(2019, month, 1)).mrr.sum().execute()
        for month in (10, 11, 12)
    }
    assert told[11] == max(told.values()) == 1_840
