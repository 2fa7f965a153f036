from datetime import date

import ibis
import pandas as pd

from helpers.metrics.overview import (
    bridge_steps,
    mrr_by_product,
    order_history,
    two_bridges,
)


def test_mrr_by_product_counts_what_is_in_force():
    contracts = ibis.memtable(
        pd.DataFrame(
            {
                "account_id": ["a", "a", "b", "c", "d"],
                "starts_on": pd.to_datetime(["2026-01-01"] * 4 + ["2026-02-01"]),
                "ends_on": pd.to_datetime([None, "2026-01-30", None, "2026-01-31", None]),
                "mrr": [100.0, 50.0, 300.0, 100.0, 70.0],
                "product": ["Basic", "Basic", "Pro", "Basic", "Pro"],
            }
        ),
        schema={
            "account_id": "string", "starts_on": "date", "ends_on": "date",
            "mrr": "float64", "product": "string",
        },
    )  # fmt: skip
    table = mrr_by_product(contracts, date(2026, 1, 31))
    # Basic: a (open) and c (last day); a's second contract ended the day before. Pro: b.
    assert table["product"].tolist() == ["Pro", "Basic"]
    assert table["accounts"].tolist() == [1, 2]
    assert table["mrr"].tolist() == [300.0, 200.0]
    assert table["share"].tolist() == [0.6, 0.4]


def test_order_history_keeps_returns_apart():
    orders = ibis.memtable(
        pd.DataFrame(
            {"account_id": ["a", "a", "b", "c"], "amount": [168472.50, -168469.60, 10.0, -5.0]}
        )
    )
    table = order_history(orders).set_index("account_id")
    assert table.index.tolist() == ["a", "b", "c"]
    assert table.loc["a"].tolist() == [1, 168472.50, -168469.60, 2.90]
    assert table.loc["c"].tolist() == [0, 0.0, -5.0, -5.0]


def test_bridge_steps_run_from_opening_to_closing():
    row = pd.Series(
        {"quarter": "q", "opening": 100, "new": 20, "reactivated": 5, "expansion": 10,
         "contraction": -5, "churned": -30, "closing": 100}
    )  # fmt: skip
    steps = bridge_steps(row)
    assert steps["step"].iloc[[0, -1]].tolist() == ["opening", "closing"]
    assert steps["amount"][:-1].sum() == 100


def test_the_customers_bridge_stands_beside_the_company_s():
    row = pd.Series(
        {"quarter": "q", "opening": 100, "new": 20, "reactivated": 5, "expansion": 10,
         "contraction": -5, "churned": -30, "closing": 100}
    )  # fmt: skip
    values = {"arr": 12 * 70.0, "mrr_new": 0.0, "mrr_reactivated": 5.0, "mrr_expansion": 10.0,
              "mrr_contraction": -5.0, "mrr_churned": -30.0}  # fmt: skip
    overall = pd.DataFrame({"metric": list(values), "value": list(values.values())})
    both = two_bridges(row, overall).set_index("step")
    assert both.loc["opening"].tolist() == [100, 90, 10]  # 70 + 30 + 5 − 10 − 5
    assert both.loc["new"].tolist() == [20, 0, 20]
    assert both.loc["churned"].tolist() == [-30, -30, 0]
    assert both.loc["closing"].tolist() == [100, 70, 30]
    assert two_bridges(row, overall[overall["metric"] != "mrr_new"]).empty
