"""The customer list: reconciled, rolled up, valued, and excluded for the first reason."""

from datetime import date

import pandas as pd
import pytest

from helpers.collect.customer_tables import customer_rows, numbered_rows
from helpers.collect.customers import build_customer_list
from helpers.collect.sources import collect, rejected
from helpers.errors import StudyError

HEAD = "account_id,starts_on,ends_on,mrr\n"


def listed(ws):
    collect(ws)
    found = build_customer_list(ws)
    ws.save("customer_list", found.accounts)
    return found


def by_id(frame: pd.DataFrame, column: str) -> dict:
    return dict(zip(frame.account_id, frame[column], strict=True))


# ── value and status ─────────────────────────────────────────────────────────────────────────────
def test_subscription_status_and_revenue(study):
    accounts = (
        "account_id,won_on,churned_on\n"
        "open,2024-01-01,\nlast_day,2024-01-01,\nended,2024-01-01,\nfreed,2024-01-01,\n"
        "left,2024-01-01,2024-06-30\nleaving,2024-01-01,2025-03-31\n"
    )
    contracts = HEAD + (
        "open,2024-01-01,,100\nopen,2024-06-01,,50\nopen,2025-01-01,,999\n"
        "last_day,2024-01-01,2024-12-31,70\n"
        "ended,2024-01-01,2024-06-30,10\nended,2024-03-01,2024-11-30,30\n"
        "ended,2024-02-01,2024-11-30,5\n"
        "freed,2024-01-01,2024-03-31,40\nfreed,2024-04-01,2024-10-31,0\n"
        "left,2024-01-01,,60\n"
        "leaving,2024-01-01,2025-03-31,80\n"
    )
    found = listed(study(tables={"accounts": accounts, "contracts": contracts}))
    assert by_id(found.customers, "status") == {
        "open": "current",
        "last_day": "current",
        "ended": "former",
        "freed": "former",
        "left": "former",
        "leaving": "current",
    }
    assert by_id(found.customers, "monthly_revenue") == {
        "open": 150.0,
        "last_day": 70.0,
        "ended": 35.0,
        "freed": 40.0,
        "left": 60.0,
        "leaving": 80.0,
    }
    customers = found.customers.set_index("account_id")
    assert customers.left_on["left"] == pd.Timestamp("2024-06-30")
    assert customers.left_on["ended"] == pd.Timestamp("2024-11-30")
    assert customers.left_on.isna()["open"]
    assert customers.tenure_days["open"] == 365  # 2024 is a leap year: 31 December is day 366
    assert customers.tenure_days["left"] == 181
    contradiction = found.reconciliation.set_index("account_id").note
    assert contradiction.to_dict() == {"left": "churned in the CRM, but a contract is in force"}


def test_transactional_status_and_revenue(study):
    accounts = "account_id,won_on\nbuyer,2023-01-01\nold,2023-01-01\nreturns,2023-01-01\n"
    orders = (
        "order_id,account_id,ordered_on,amount\n"
        "1,buyer,2024-01-01,1000\n2,buyer,2024-12-31,400\n3,buyer,2024-06-01,-200\n"
        "4,buyer,2023-12-31,5000\n5,old,2023-12-31,600\n6,returns,2024-05-01,-30\n"
        "7,returns,2023-05-01,30\n"
    )
    ws = study(
        tables={"accounts": accounts, "contracts": None, "orders": orders},
        business_model="transactional",
    )
    found = listed(ws)
    assert by_id(found.customers, "monthly_revenue") == {
        "buyer": 100.0,
        "old": 0.0,
        "returns": -2.5,
    }
    assert by_id(found.customers, "status") == {
        "buyer": "current",
        "old": "former",
        "returns": "former",
    }
    assert found.customers.set_index("account_id").left_on["old"] == pd.Timestamp("2023-12-31")


# ── CRM and billing ──────────────────────────────────────────────────────────────────────────────
def test_accounts_in_one_and_not_in_the_other_are_listed(study):
    found = listed(
        study(
            tables={
                "accounts": "account_id,won_on,name\nA,2024-01-01,Alpha\nB,2024-01-01,Beta\n"
                "C,2024-01-01,Gamma\n",
                "contracts": HEAD + "A,2024-01-01,,10\nX,2024-01-01,,7\nC,2024-01-01,,0\n",
            }
        )
    )
    rows = found.reconciliation.to_dict("records")
    assert [(row["account_id"], row["note"], row["monthly_revenue"]) for row in rows] == [
        ("B", "in the CRM, not in billing", 0.0),
        ("X", "in billing, not in the CRM", 7.0),
    ]
    accounts = found.accounts.set_index("account_id")
    assert accounts.exclusion_rule.fillna("").to_dict() == {
        "A": "",
        "B": "never_billed",
        "C": "never_billed",
        "X": "not_in_crm",
    }
    assert accounts.included.to_dict() == {"A": True, "B": False, "C": False, "X": False}
    assert found.customers.account_id.tolist() == ["A"]


def test_billed_before_it_is_won_by_the_crm_is_no_stranger(study):
    """The CRM knows it, and says that it comes later."""
    accounts = "account_id,won_on\nA,2024-01-01\nsoon,2025-02-03\n"
    bills = HEAD + "A,2024-01-01,,10\nsoon,2024-12-01,,5\nX,2024-01-01,,7\n"
    found = listed(study(tables={"accounts": accounts, "contracts": bills}))
    assert by_id(found.reconciliation, "note") == {
        "X": "in billing, not in the CRM",
        "soon": "in billing, won on 2025-02-03 by the CRM, after the quarter",
    }
    rules = found.accounts.dropna(subset="exclusion_rule")
    assert by_id(rules, "exclusion_rule") == {"X": "not_in_crm", "soon": "won_later"}
    assert (
        by_id(rules, "exclusion_reason")["soon"] == "billed, but won after the quarter by the CRM"
    )


def test_returns_alone_are_told_as_such(study):
    """What was returned was bought, only not in this export: "never billed" is said of nobody."""
    orders = (
        "order_id,account_id,ordered_on,amount\n1,A,2024-05-01,100\n2,back,2024-05-20,-50\n"
        "3,nothing,2024-05-20,0\n"
    )
    accounts = "account_id,won_on\nA,2024-01-01\nback,2024-01-01\nnothing,2024-01-01\n"
    found = listed(
        study(business_model="transactional", tables={"accounts": accounts, "orders": orders})
    )
    assert by_id(found.accounts.dropna(subset="exclusion_rule"), "exclusion_rule") == {
        "back": "returns_only",
        "nothing": "never_billed",
    }


# ── roll-up ──────────────────────────────────────────────────────────────────────────────────────
FAMILY = (
    "account_id,won_on,churned_on,parent_id,region\n"
    "top,2024-03-01,,,north\nmid,2024-02-01,2024-10-01,top,south\nlow,2024-01-01,,mid,west\n"
    "lone,2024-05-01,,gone,east\n"
)


def test_subsidiaries_count_for_the_top_of_their_chain(study):
    contracts = HEAD + "low,2024-01-01,,30\nmid,2024-02-01,,20\nlone,2024-05-01,,5\n"
    ws = study(tables={"accounts": FAMILY, "contracts": contracts})
    found = listed(ws)
    top = found.customers.set_index("account_id").loc["top"]
    assert (top.monthly_revenue, top.status, top.region) == (50.0, "current", "north")
    assert top.won_on == pd.Timestamp("2024-01-01")
    assert pd.isna(top.churned_on)
    accounts = found.accounts.set_index("account_id")
    assert accounts.customer_id.to_dict() == {
        "top": "top",
        "mid": "top",
        "low": "top",
        "lone": "lone",
    }
    assert accounts.exclusion_reason["low"] == "counted with top"
    assert accounts.monthly_revenue.sum() == 55.0
    assert found.reconciliation.note.tolist() == ["parent gone is not in the CRM"]
    rows = customer_rows(ws, "contracts").order_by(["account_id", "mrr"]).to_pandas()
    assert rows[["account_id", "mrr"]].to_numpy().tolist() == [
        ["lone", 5.0],
        ["top", 20.0],
        ["top", 30.0],
    ]


def test_a_family_is_one_customer_that_signed_all_contracts_itself(study):
    """The same company with its families already merged by hand."""
    contracts = HEAD + "{},2024-01-01,,30\n{},2024-02-01,2024-09-30,20\nlone,2024-05-01,,5\n"
    merged = "account_id,won_on,region\ntop,2024-01-01,north\nlone,2024-05-01,east\n"
    apart = listed(study(tables={"accounts": FAMILY, "contracts": contracts.format("low", "mid")}))
    whole = listed(
        study(
            tables={"accounts": merged, "contracts": contracts.format("top", "top")}, name="merged"
        )
    )
    pd.testing.assert_frame_equal(
        apart.customers.drop(columns="parent_id"), whole.customers.drop(columns="parent_id")
    )


def test_a_family_has_churned_when_all_of_it_has(study):
    accounts = (
        "account_id,won_on,churned_on,parent_id\n"
        "top,2024-03-01,2024-05-01,\nlow,2024-01-01,2024-10-01,top\n"
    )
    contracts = HEAD + "top,2024-03-01,2024-05-01,7\nlow,2024-01-01,2024-10-01,30\n"
    found = listed(study(tables={"accounts": accounts, "contracts": contracts}))
    top = found.customers.iloc[0]
    assert (top.status, top.churned_on, top.monthly_revenue) == (
        "former",
        pd.Timestamp("2024-10-01"),
        30.0,
    )


@pytest.mark.parametrize("day", ["1900-01-01", "2099-12-31", "9999-12-31", "2024-02-30"])
def test_a_placeholder_of_one_account_moves_no_other(study, day):
    """`top` has no usable day of being won; whether it is billed itself makes no difference."""
    accounts = (
        "account_id,won_on,account_type,parent_id\ntop,{day},,\nlow,2024-01-01,,top\n"
        "lone,2024-05-01,,\nnone,{none},partner,\nkid,2024-02-01,,none\n"
    )
    for billed, money in (("top,2024-01-01,,20\n", 20.0), ("", 0.0)):
        contracts = HEAD + "low,2024-01-01,,30\nlone,2024-05-01,,5\nkid,2024-02-01,,7\n" + billed
        ran = []
        for written, none in (("2024-03-01", "2024-01-05"), (day, "")):
            ws = study(
                tables={
                    "accounts": accounts.format(day=written, none=none),
                    "contracts": contracts,
                },
                customer_list={"exclude": [{"rule": "account_type", "is": ["partner"]}]},
            )
            ran.append(listed(ws))
        whole, found = ran
        assert by_id(whole.customers, "monthly_revenue") == {
            "top": 30.0 + money, "lone": 5.0, "kid": 7.0
        }  # fmt: skip
        assert by_id(found.customers, "monthly_revenue") == {"lone": 5.0, "kid": 7.0}
        one, other = (
            frame.accounts.set_index("account_id").drop(["top", "none"], errors="ignore")
            for frame in (whole, found)
        )
        pd.testing.assert_frame_equal(one, other)
        effects = found.effects.set_index("rule")
        assert effects.accounts["account_rejected"] == 1
        assert effects.monthly_revenue["account_rejected"] == 30.0 + money
        told = rejected(ws)
        assert told[["column", "value"]].to_numpy().tolist()[0] == ["won_on", day]
        assert ws.recorded("collection/accounts")["rows_after_as_of"] == 0
        assert ws.recorded("collection/accounts")["span"]["last_day"] == "2024-05-01"


def test_circles_of_parents(study):
    accounts = "account_id,won_on,parent_id\nA,2024-01-01,B\nB,2024-01-01,A\n"
    with pytest.raises(StudyError, match="runs in a circle"):
        listed(study(tables={"accounts": accounts}))


# ── exclusions ───────────────────────────────────────────────────────────────────────────────────
ACCOUNTS = (
    "account_id,won_on,account_type\n"
    "giant,2024-01-01,customer\nlarge,2024-01-01,customer\nsmall,2024-01-01,customer\n"
    "trial,2024-12-01,test\nfresh,2024-12-02,customer\n"
)
CONTRACTS = HEAD + (
    "giant,2024-01-01,,1000\nlarge,2024-01-01,,200\nsmall,2024-01-01,,9\n"
    "trial,2024-12-01,,600\nfresh,2024-12-02,,100\n"
)
TYPE = {"rule": "account_type", "is": ["test"]}
OUTLIER = {"rule": "revenue_outlier", "times_second": 4}
NEW = {"rule": "won_after", "date": date(2024, 11, 30)}
SMALL = {"rule": "revenue_below", "monthly": 10}


def excluding(study, *rules: dict, **options):
    tables = {"accounts": ACCOUNTS, "contracts": CONTRACTS}
    return listed(study(tables=tables, customer_list={"exclude": list(rules)}, **options))


def test_each_account_keeps_its_first_reason_and_the_effects_add_up(study):
    found = excluding(study, TYPE, OUTLIER, NEW, SMALL)
    assert by_id(found.accounts, "exclusion_rule") | {"large": None} == {
        "fresh": "won_after",
        "giant": "revenue_outlier",
        "large": None,
        "small": "revenue_below",
        "trial": "account_type",
    }
    effects = found.effects.set_index("rule")
    assert effects.monthly_revenue.to_dict() == {
        "known accounts": 1909.0,
        "rolled_up": 0.0,
        "not_in_crm": 0.0,
        "never_billed": 0.0,
        "account_type": 600.0,
        "revenue_outlier": 1000.0,
        "won_after": 100.0,
        "revenue_below": 9.0,
        "included": 200.0,
    }
    inner = found.effects.iloc[1:]
    assert inner.accounts.sum() == found.effects.accounts[0] == 5
    assert inner.share_of_revenue.sum() == pytest.approx(1.0)


def test_what_former_customers_last_paid_is_no_revenue_of_the_company(study):
    accounts = "account_id,won_on,churned_on\na,2024-01-01,\nb,2024-01-01,2024-06-30\n"
    contracts = HEAD + "a,2024-01-01,,200\nb,2024-01-01,2024-06-30,900\n"
    found = listed(study(tables={"accounts": accounts, "contracts": contracts}))
    assert by_id(found.accounts, "monthly_revenue") == {"a": 200.0, "b": 900.0}
    effects = found.effects.set_index("rule").monthly_revenue
    assert effects["known accounts"] == effects["included"] == 200.0


def test_the_order_of_rules_matters(study):
    """Beside the test account, the giant is not four times the second-largest."""
    found = excluding(study, OUTLIER, TYPE)
    assert by_id(found.accounts, "included")["giant"]
    assert (
        by_id(found.effects.rename(columns={"rule": "account_id"}), "accounts")["revenue_outlier"]
        == 0
    )


def test_where_may_use_what_was_computed(study):
    sql = {"rule": "where", "sql": "status = 'current' AND tenure_days < 31", "reason": "too new"}
    found = excluding(study, sql)
    assert by_id(found.accounts, "exclusion_reason")["fresh"] == "too new"
    assert found.customers.account_id.tolist() == ["giant", "large", "small"]


def test_rules_of_one_kind_each_give_their_own_reason(study):
    rules = [
        {"rule": "where", "sql": f"account_id = '{account}'", "reason": f"about {account}"}
        for account in ("giant", "small")
    ]
    found = excluding(study, *rules)
    assert by_id(found.accounts[~found.accounts.included], "exclusion_reason") == {
        "giant": "about giant",
        "small": "about small",
    }
    assert found.effects.accounts.tolist() == [5, 0, 0, 0, 1, 1, 3]


def test_rules_that_name_absent_columns(study):
    with pytest.raises(StudyError, match="SQL of a rule `where` failed"):
        excluding(study, {"rule": "where", "sql": "contry = 'x'"})
    ws = study(customer_list={"exclude": [TYPE]})
    with pytest.raises(StudyError, match="needs the column account_type"):
        listed(ws)


def test_an_empty_list(study):
    with pytest.raises(StudyError, match="The customer list is empty") as error:
        excluding(study, TYPE, {"rule": "revenue_below", "monthly": 1e9})
    assert "account_type 1, revenue_below 4" in str(error.value)


# ── rows of customers ────────────────────────────────────────────────────────────────────────────
def test_rows_of_excluded_customers_are_left_out(study):
    tables = {
        "accounts": ACCOUNTS,
        "contracts": CONTRACTS,
        "referrals": "referrer_account_id,referred_on,won\ntrial,2024-12-05,yes\n"
        "large,2024-12-05,no\n",
    }
    ws = study(tables=tables, customer_list={"exclude": [TYPE]})
    listed(ws)
    assert customer_rows(ws, "referrals").to_pandas().referrer_account_id.tolist() == ["large"]
    assert customer_rows(ws, "tickets") is None


def test_numbered_rows_are_the_rows_of_customers_under_their_numbers(study):
    contracts = HEAD + "low,2024-01-01,,30\nmid,2024-02-01,,20\nlone,2024-05-01,,5\n"
    referrals = "referrer_account_id,referred_on,won\nlow,2024-12-05,yes\nlone,2024-12-06,no\n"
    tables = {"accounts": FAMILY, "contracts": contracts, "referrals": referrals}
    ws = study(tables=tables)
    listed(ws)
    customers = pd.Series(["lone", "top"])
    found = numbered_rows(ws, ["contracts", "referrals", "tickets"], customers)
    rows = found["contracts"].order_by("mrr").to_pandas()
    assert rows[["account_id", "mrr"]].to_numpy().tolist() == [[0, 5.0], [1, 20.0], [1, 30.0]]
    referring = found["referrals"].order_by("referred_on").to_pandas().referrer_account_id
    assert referring.tolist() == [1, 0]
    assert found["tickets"] is None
    only = numbered_rows(ws, ["contracts"], customers[1:])["contracts"]
    assert sorted(only.to_pandas().mrr) == [20, 30]


def test_customer_rows_need_the_list(study):
    ws = study()
    collect(ws)
    with pytest.raises(StudyError, match="customer_list"):
        customer_rows(ws, "contracts")
