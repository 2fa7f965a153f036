"""Facts of published data sets that the metrics must find (skipped where the sets are absent)."""

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest
from tiny import canonical

from helpers.metrics.bgnbd import BgNbd
from helpers.metrics.concentration import concentration
from helpers.metrics.orders import orders_by_account
from helpers.metrics.revenue import contract_state, month_ends, monthly_bridge
from helpers.quarter import Quarter


@pytest.fixture(scope="module")
def ravenstack(datasets) -> ibis.Table:
    raw = pd.read_csv(datasets / "ravenstack" / "ravenstack_subscriptions.csv")
    frame = pd.DataFrame(
        {
            "account_id": raw["account_id"],
            "starts_on": pd.to_datetime(raw["start_date"]),
            "ends_on": pd.to_datetime(raw["end_date"]) - pd.Timedelta(days=1),
            "mrr": raw["mrr_amount"].astype(float),
        }
    )
    table = ibis.memtable(frame)
    return table.mutate(starts_on=table.starts_on.date(), ends_on=table.ends_on.date())


def test_ravenstack_active_mrr(ravenstack):
    quarter = Quarter.parse("2024Q4")
    state = contract_state(ravenstack, quarter=quarter)
    assert state["mrr"].sum() == 10_159_608
    months = month_ends(quarter.year_start, quarter.as_of)
    assert monthly_bridge(ravenstack, months=months)["closing"].iloc[-1] == 10_159_608
    # No account has all of its subscriptions ended.
    assert state["in_force"].all()


@pytest.fixture(scope="module")
def retail(datasets) -> pd.DataFrame:
    path = datasets / "online_retail" / "online_retail.parquet"
    columns = {c.lower(): c for c in duckdb.sql(f"SELECT * FROM '{path}' LIMIT 0").columns}
    pick = {n: columns[n] for n in ("invoiceno", "quantity", "unitprice", "customerid")}
    day = columns["invoicedate"]
    return duckdb.sql(
        f"""SELECT CAST({pick["customerid"]} AS BIGINT)::VARCHAR AS account_id,
                   {pick["invoiceno"]} AS order_id,
                   CAST(min({day}) AS DATE) AS ordered_on,
                   sum(CAST({pick["quantity"]} * {pick["unitprice"]} AS DECIMAL(18, 4))) AS net,
                   sum(CAST({pick["quantity"]} * {pick["unitprice"]} AS DECIMAL(18, 4)))
                     FILTER ({pick["quantity"]} > 0 AND {pick["unitprice"]} > 0) AS gross
            FROM '{path}' WHERE {pick["customerid"]} IS NOT NULL GROUP BY ALL"""
    ).df()


def orders_of(retail: pd.DataFrame, column: str) -> ibis.Table:
    rows = retail.dropna(subset=column).assign(amount=lambda frame: frame[column].astype(float))
    return canonical(
        "orders", *rows[["order_id", "account_id", "ordered_on", "amount"]].to_dict("records")
    )


def test_online_retail_gross_value_and_concentration(retail):
    # Two windows of twelve months cover the whole history, which starts in December 2010.
    found = pd.concat(
        orders_by_account(orders_of(retail, "gross"), quarter=Quarter.parse(quarter))[
            ["account_id", "order_value_12m", "orders_12m"]
        ]
        for quarter in ("2010Q4", "2011Q4")
    )
    value = found.groupby("account_id")["order_value_12m"].sum().round(2)
    assert len(value) == 4_338
    assert round(value.sum(), 2) == 8_911_407.90
    assert (value.idxmax(), value.max()) == ("14646", 280_206.02)
    assert round(concentration(value).top20_share, 3) == 0.746
    orders = found.groupby("account_id")["orders_12m"].sum()
    assert round((orders > 1).mean(), 3) == 0.656


def test_online_retail_returns_reduce_value(retail):
    net = orders_by_account(orders_of(retail, "net"), quarter=Quarter.parse("2011Q4"))
    big_return = net.set_index("account_id").loc["16446"]
    assert big_return["order_value_12m"] == 2.90
    assert big_return["orders_12m"] == 2


def test_online_retail_expected_orders_against_what_came(retail):
    """Seven months foretell the five that follow, better than each buyer's own rate so far.

    The model knows no seasons: it lies below a wholesaler's autumn.
    """
    cut, end = pd.Timestamp("2011-06-30"), pd.Timestamp("2011-12-09")
    orders = retail.dropna(subset="gross").drop_duplicates(["account_id", "ordered_on"])
    orders["ordered_on"] = pd.to_datetime(orders["ordered_on"])
    by = orders[orders["ordered_on"] <= cut].groupby("account_id")["ordered_on"]
    days, first = by.nunique(), by.min()
    age = (cut - first).dt.days.to_numpy(float)
    known = days.to_numpy(float) - 1, (by.max() - first).dt.days.to_numpy(float), age
    ahead = (end - cut).days
    expected = BgNbd.fit(*known).expected(*known, ahead=ahead)
    later = orders[orders["ordered_on"] > cut].groupby("account_id").size()
    came = later.reindex(days.index).fillna(0).to_numpy(float)
    assert expected.sum() == pytest.approx(came.sum(), rel=0.2)
    assert np.corrcoef(expected, came)[0, 1] > 0.8
    own_rate = days.to_numpy(float) / (age + 1) * ahead
    assert np.abs(expected - came).mean() < np.abs(own_rate - came).mean() / 2
