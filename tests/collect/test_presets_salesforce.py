"""Accounts, contracts and orders from a Salesforce export; expected values are derived beside."""
# ruff: noqa: E501 — tables are easier to check when their rows are lines

import pytest
from exports import collected, export, refused, told

from helpers.errors import StudyError

EXPORT = {
    "account": """
        id | name  | parent_id | is_deleted | account_number | type     | industry | left_on__c | signed_on__c
        A  | Alder |           | false      | N-1            | Customer | Steel    |            | 2023-12-01
        B  | Birch | A         | false      | N-2            | Partner  | Glass    | 2024-09-30 | 2023-12-02
        C  | Cedar |           | true       | N-3            | Customer | Steel    |            | 2023-12-03
        P  | Prosp |           | false      | N-4            | Prospect | Paper    |            | 2023-12-04""",
    "opportunity": """
        id | account_id | is_won | close_date | amount | type    | is_deleted | go_live__c | until__c   | currency_iso_code | line__c
        o1 | A          | true   | 2024-01-10 | 12000  | New     | false      | 2024-02-01 | 2024-06-30 |                   | Core
        o2 | A          | true   | 2024-07-01 | 24000  | Renewal | false      | 2024-07-01 |            |                   | Core
        o3 | B          | true   | 2024-03-15 | 6000   | New     | false      | 2024-04-01 |            |                   | Lite
        o4 | B          | true   | 2024-05-15 | 900    | Service | false      | 2024-05-15 |            |                   | Help
        o5 | P          | false  | 2024-03-15 | 6000   | New     | false      | 2024-04-01 |            |                   | Lite
        o6 | C          | true   | 2024-03-15 | 3000   | New     | true       | 2024-04-01 |            |                   | Lite""",
}
COLUMNS = ("account_id", "starts_on", "ends_on", "mrr", "renews_on")


@pytest.fixture
def salesforce(study):
    def build(table="contracts", *, files=None, **options):
        entry = {"preset": "salesforce", "folder": "export", "options": options}
        return study(tables={table: entry}, files=export({**EXPORT, **(files or {})}))

    return build


def rows(ws, table="contracts", columns=COLUMNS) -> list[list]:
    frame = collected(ws, table).reset_index()
    order = [name for name in columns if name in ("account_id", "starts_on", "order_id", "mrr")]
    return told(frame.sort_values(order), *columns)


class TestAccounts:
    def test_customers_are_won_with_their_first_won_opportunity(self, salesforce):
        # Cedar is deleted, Prosp has won nothing.
        columns = ("account_id", "name", "won_on", "parent_id")
        assert rows(salesforce("accounts"), "accounts", columns) == [
            ["A", "Alder", "2024-01-10", None],
            ["B", "Birch", "2024-03-15", "A"],
        ]

    def test_columns_of_the_analyst(self, salesforce):
        ws = salesforce(
            "accounts",
            won_on="signed_on__c",
            churned_on="left_on__c",
            account_type="type",
            deleted="keep",
            keep={"sector": "industry"},
        )
        columns = ("account_id", "won_on", "churned_on", "account_type", "sector")
        assert rows(ws, "accounts", columns) == [
            ["A", "2023-12-01", None, "Customer", "Steel"],
            ["B", "2023-12-02", "2024-09-30", "Partner", "Glass"],
            ["C", "2023-12-03", None, "Customer", "Steel"],
            ["P", "2023-12-04", None, "Prospect", "Paper"],
        ]

    def test_another_identifier_also_names_the_parent(self, salesforce):
        ws = salesforce("accounts", account_id="account_number")
        columns = ("account_id", "parent_id")
        assert rows(ws, "accounts", columns) == [["N-1", None], ["N-2", "N-1"]]

    def test_names_of_the_programming_interface(self, salesforce):
        account = "Id | Name | AccountNumber | Industry__c \n A | Alder | N-1 | Steel"
        opportunity = "Id | AccountId | IsWon | CloseDate \n o | A | true | 2024-01-10"
        files = {"account": account, "opportunity": opportunity}
        ws = salesforce("accounts", files=files, keep=["industry__c"])
        columns = ("account_id", "won_on", "industry__c")
        assert rows(ws, "accounts", columns) == [["A", "2024-01-10", "Steel"]]

    def test_attributes_are_those_of_the_as_of_date(self, salesforce):
        history = """
            id | name  | industry | is_deleted | _fivetran_start     | _fivetran_end
            A  | Alder | Wood     | false      | 2024-01-01 00:00:00 | 2024-11-30 23:59:59
            A  | Alder | Iron     | false      | 2024-12-01 00:00:00 | 2025-01-31 23:59:59
            A  | Alder | Steel    | false      | 2025-02-01 00:00:00 | 9999-12-31 23:59:59
            C  | Cedar | Bronze   | false      | 2025-03-01 00:00:00 | 2025-03-31 23:59:59
            C  | Cedar | Steel    | true       | 2025-04-01 00:00:00 | 9999-12-31 23:59:59
            D  | Dill  | Paper    | false      | 2024-01-01 00:00:00 | 2024-10-31 23:59:59"""
        files = {"account_history": history}
        columns = ("account_id", "won_on", "industry")
        choices = {"won_on": "signed_on__c", "keep": ["industry"]}
        # A is Steel since February only; the history of C begins after the as-of date, so that its
        # first version is the nearest; B and P have none; D was gone in November. The history has
        # no signed_on__c: that is as of today.
        assert rows(salesforce("accounts", files=files, **choices), "accounts", columns) == [
            ["A", "2023-12-01", "Iron"],
            ["B", "2023-12-02", "Glass"],
            ["C", "2023-12-03", "Bronze"],
            ["P", "2023-12-04", "Paper"],
        ]
        ws = salesforce("accounts", files=files, history="ignore", **choices)
        assert rows(ws, "accounts", columns)[0] == ["A", "2023-12-01", "Steel"]


class TestContracts:
    def test_a_year_from_the_close_date(self, salesforce):
        # 12,000 a year are 1,000 a month; later ends are not known yet.
        assert rows(salesforce()) == [
            ["A", "2024-01-10", None, 1000.0, "2025-01-10"],
            ["A", "2024-07-01", None, 2000.0, "2025-07-01"],
            ["B", "2024-03-15", None, 500.0, "2025-03-15"],
            ["B", "2024-05-15", None, 75.0, "2025-05-15"],
        ]

    def test_dates_term_types_and_product(self, salesforce):
        ws = salesforce(
            starts_on="go_live__c",
            ends_on="until__c",
            term_months=6,
            amount_period="term",
            types=["New", "Renewal"],
            product="line__c",
        )
        # 12,000 over the five months until June; six months where no end is given.
        assert rows(ws, columns=(*COLUMNS, "product")) == [
            ["A", "2024-02-01", "2024-06-30", 2400.0, "2024-07-01", "Core"],
            ["A", "2024-07-01", "2024-12-31", 4000.0, "2025-01-01", "Core"],
            ["B", "2024-04-01", "2024-09-30", 1000.0, "2024-10-01", "Lite"],
        ]

    def test_an_amount_may_be_monthly(self, salesforce):
        assert [row[3] for row in rows(salesforce(amount_period="month", types=["New"]))] == [
            12000.0,
            6000.0,
        ]

    def test_a_renewal_may_replace_what_is_open(self, salesforce):
        ws = salesforce(ends_on="open", successive="replace", types=["New", "Renewal"])
        assert rows(ws) == [
            ["A", "2024-01-10", "2024-06-30", 1000.0, None],
            ["A", "2024-07-01", None, 2000.0, None],
            ["B", "2024-03-15", None, 500.0, None],
        ]

    def test_an_amount_for_an_open_term_is_a_rejected_row(self, salesforce):
        # What has no term has no amount per month.
        choices = {"starts_on": "go_live__c", "ends_on": "open", "amount_period": "term"}
        opportunity = EXPORT["opportunity"].replace("o4 | B          | true ", "o4 | B | false ")
        ws = salesforce(files={"opportunity": opportunity}, **choices)
        with pytest.raises(StudyError, match="none of the 3 rows can be used"):
            collected(ws, "contracts")

    def test_another_column_for_the_amount_and_the_account(self, salesforce):
        opportunity = """
            id | account_id | is_won | close_date | amount | arr__c | currency_iso_code
            o1 | A          | true   | 2024-01-10 |        | 2400   | eur"""
        ws = salesforce(
            files={"opportunity": opportunity}, amount="arr__c", account_id="account_number"
        )
        assert rows(ws, columns=("account_id", "mrr", "currency")) == [["N-1", 200.0, "EUR"]]

    def test_a_won_opportunity_without_an_amount_is_a_rejected_row(self, salesforce):
        opportunity = EXPORT["opportunity"].replace("| 900    |", "|        |")
        ws = salesforce(files={"opportunity": opportunity})
        assert len(rows(ws)) == 3
        assert told(refused(ws, "contracts"), "column", "reason") == [["mrr", "missing"]]

    def test_won_only_after_the_as_of_date_is_not_won(self, salesforce):
        history = """
            id | account_id | is_won | close_date | amount | _fivetran_start     | _fivetran_end
            o1 | A          | false  | 2024-12-20 | 12000  | 2024-12-01 00:00:00 | 2025-01-04 23:59:59
            o1 | A          | true   | 2024-12-20 | 12000  | 2025-01-05 00:00:00 | 9999-12-31 23:59:59"""
        ws = salesforce(files={"opportunity_history": history})
        assert "2024-12-20" not in {row[1] for row in rows(ws)}
        assert len(rows(ws)) == 3


class TestOrders:
    ORDERS = """
        id | account_id | total_amount | activated_date      | effective_date | is_reduction_order | signed__c
        r1 | A          | 100          | 2024-05-01 10:00:00 | 2024-05-03     | false              | 2024-04-01
        r2 | A          | 40           | 2024-06-01 10:00:00 | 2024-06-03     | true               | 2024-05-01
        r3 | B          | 70           |                     | 2024-06-03     | false              | 2024-05-01
        r4 | B          | 80           | 2025-01-02 10:00:00 | 2024-12-30     | false              | 2024-12-01"""
    ROWS = ("order_id", "account_id", "ordered_on", "amount")

    def test_activated_orders_with_reductions_below_zero(self, salesforce):
        # r3 is a draft; r4 was one at the as-of date.
        ws = salesforce("orders", files={"order": self.ORDERS})
        assert rows(ws, "orders", self.ROWS) == [
            ["r1", "A", "2024-05-03", 100.0],
            ["r2", "A", "2024-06-03", -40.0],
        ]

    def test_the_day_and_the_sign_may_be_others(self, salesforce):
        files = {"order": self.ORDERS}
        choices = {"ordered_on": "signed__c", "reductions": "as_exported"}
        ws = salesforce("orders", files=files, account_id="account_number", **choices)
        assert rows(ws, "orders", self.ROWS) == [
            ["r1", "N-1", "2024-04-01", 100.0],
            ["r2", "N-1", "2024-05-01", 40.0],
        ]
