"""Published data sets arrive whole; their numbers are known from elsewhere (see their README)."""

import ibis
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


def test_ravenstack_revenue_in_force(open_study):
    accounts = "SELECT account_id, account_name AS name, signup_date AS won_on FROM crm"
    # end_date is the first day without service.
    contracts = (
        "SELECT subscription_id, account_id, start_date AS starts_on, mrr_amount AS mrr, "
        "plan_tier AS product, end_date - 1 AS ends_on FROM billing"
    )
    ws = open_study(
        "ravenstack",
        "2024Q4",
        business_model="subscription",
        sources={
            "accounts": {"files": {"crm": "ravenstack_accounts.csv"}, "query": accounts},
            "contracts": {"files": {"billing": "ravenstack_subscriptions.csv"}, "query": contracts},
        },
    )
    report = collect(ws).set_index("table")
    assert report.rows_used["accounts"] == 500
    # 13 subscriptions end on the day on which they start: they were never in force.
    assert (report.rows_used["contracts"], report.rows_rejected["contracts"]) == (4987, 13)
    contracts = canonical(ws, "contracts").mutate(left_on=ibis.null("date"))
    mrr = recurring_revenue(contracts, on=ws.as_of).mrr
    assert mrr.sum().execute() == 10_159_608


def test_online_retail_customers(open_study):
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
    ws = open_study(
        "online_retail",
        "2011Q4",
        business_model="transactional",
        sources={
            "accounts": {"files": files, "query": accounts},
            "orders": {"files": files, "query": orders},
        },
    )
    report = collect(ws).set_index("table")
    assert report.rows_rejected.sum() == 0
    customers = build_customer_list(ws).customers.set_index("account_id")
    assert len(customers) == 4338
    assert customers.gross.sum() == pytest.approx(8_911_407.90, abs=0.01)
    assert customers.gross["14646"] == pytest.approx(280_206.02, abs=0.01)
    bought = canonical(ws, "orders")
    net = bought.filter(bought.account_id == "16446").amount.sum().execute()
    assert net == pytest.approx(2.90, abs=0.005)
