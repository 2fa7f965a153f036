"""Accounts, contracts and orders from a Salesforce export; expected values are derived beside."""
# ruff: noqa: E501 — tables are easier to check when their rows are lines

from typing import ClassVar

import pytest
from exports import cautions, collected, export, refused, told

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
        # 12,000 a year are 1,000 a month; later ends are not known yet. With renewals added, both
        # contracts of A count; without, the renewal of July begins in January.
        assert rows(salesforce(renewals="add")) == [
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
        ws = salesforce(files={"opportunity": opportunity}, renewals="add")
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


HEAD = "id | account_id | is_won | close_date | amount | type"


class TestTerms:
    """Opportunities of account A, each for a year of twelve times what it pays a month."""

    def rows(self, salesforce, *lines, head=HEAD, **options) -> list[list]:
        return rows(salesforce(files={"opportunity": "\n".join([head, *lines])}, **options))

    def test_a_renewal_signed_early_goes_on_from_the_end(self, salesforce):
        lines = [
            "o1 | A | true | 2022-12-01 | 12000 | New",
            "o2 | A | true | 2023-11-10 | 13200 | Early Renewal",
            # The second is early for the first renewal, whose year ends on 2024-11-30.
            "o3 | A | true | 2024-10-15 | 14400 | renewal",
        ]
        assert self.rows(salesforce, *lines) == [
            # What has ended keeps the day on which it came up: past renewals are counted by it.
            ["A", "2022-12-01", "2023-11-30", 1000.0, "2023-12-01"],
            ["A", "2023-12-01", "2024-11-30", 1100.0, "2024-12-01"],
            ["A", "2024-12-01", None, 1200.0, "2025-12-01"],
        ]

    def test_a_renewal_may_take_the_place_at_once(self, salesforce):
        lines = [
            "o1 | A | true | 2023-12-01 | 12000 | New",
            "o2 | A | true | 2024-11-10 | 13200 | Renewal",
        ]
        assert [row[1:4] for row in self.rows(salesforce, *lines, renewals="replace")] == [
            ["2023-12-01", "2024-11-09", 1000.0],
            ["2024-11-10", None, 1100.0],
        ]

    def test_the_one_whose_end_comes_next_is_renewed(self, salesforce):
        head = "id | account_id | is_won | close_date | amount | type | line__c"
        lines = [
            "o1 | A | true | 2023-12-01 | 12000 | New | Core",
            "o2 | A | true | 2024-06-01 | 2400 | New | Lite",
            "o3 | A | true | 2024-11-10 | 13200 | Renewal | Core",
            "o4 | A | true | 2024-11-11 | 3600 | Renewal | Lite",
        ]
        found = self.rows(salesforce, *lines, head=head, product="line__c")
        # The renewal of Lite goes on from its own year, not from that of Core.
        assert [row[1:4] for row in found] == [
            ["2023-12-01", "2024-11-30", 1000.0],
            ["2024-06-01", None, 200.0],
            ["2024-12-01", None, 1100.0],
        ]

    def test_a_renewal_after_the_end_begins_when_it_is_signed(self, salesforce):
        lines = [
            "o1 | A | true | 2023-06-01 | 12000 | New",
            "o2 | A | true | 2024-07-10 | 13200 | Renewal",
        ]
        assert [row[1:4] for row in self.rows(salesforce, *lines)] == [
            ["2023-06-01", "2024-05-31", 1000.0],
            ["2024-07-10", None, 1100.0],
        ]

    def test_a_contract_beside_another_is_told_with_its_money(self, salesforce):
        head = "id | account_id | is_won | close_date | amount"
        lines = ["o1 | A | true | 2024-02-01 | 12000", "o2 | A | true | 2024-11-10 | 13200"]
        ws = salesforce(files={"opportunity": "\n".join([head, *lines])})
        assert [row[3] for row in rows(ws)] == [1000.0, 1100.0]
        texts = cautions(ws)
        assert any("renewals cannot be told" in text for text in texts)
        assert any("concerns: 1; 1,100.00 a month" in text for text in texts)

    @pytest.mark.parametrize(
        ("close", "months", "last"),
        [
            ("2024-07-31", 1, "2024-08-30"),
            ("2024-08-31", 1, "2024-09-30"),  # September has no 31st: the month is all of it
            ("2024-01-31", 1, "2024-02-29"),
            ("2023-01-30", 1, "2023-02-28"),
            ("2024-02-29", 6, "2024-08-28"),
            ("2023-11-30", 3, "2024-02-29"),
            ("2023-12-15", 12, "2024-12-14"),
        ],
    )
    def test_months_from_the_end_of_a_month(self, salesforce, close, months, last):
        line = f"o1 | A | true | {close} | 100 | New"
        found = self.rows(salesforce, line, term_months=months, amount_period="month")
        assert [row[1:3] for row in found] == [[close, last]]

    def test_a_negative_amount_takes_from_the_contract(self, salesforce):
        lines = [
            "o1 | A | true | 2024-01-20 | 24000 | New",
            "o2 | A | true | 2024-03-01 | 12000 | New",
            "o3 | A | true | 2024-07-15 | -6000 | Downsell",
            "o4 | A | true | 2024-09-15 | -3000 | Downsell",
        ]
        # From the larger: 2,000, less 500, less 250.
        assert [row[1:4] for row in self.rows(salesforce, *lines)] == [
            ["2024-01-20", "2024-07-14", 2000.0],
            ["2024-03-01", None, 1000.0],
            ["2024-07-15", "2024-09-14", 1500.0],
            ["2024-09-15", None, 1250.0],
        ]

    def test_what_no_contract_holds_is_a_rejected_row(self, salesforce):
        lines = [
            "o1 | A | true | 2024-01-20 | 12000 | New",
            "o2 | A | true | 2024-07-15 | -8400 | Downsell",
            "o3 | A | true | 2024-08-15 | -6000 | Downsell",
            "o4 | B | true | 2024-08-15 | -1200 | Downsell",
        ]
        ws = salesforce(files={"opportunity": "\n".join([HEAD, *lines])})
        assert [row[3] for row in rows(ws)] == [1000.0, 300.0]
        assert told(refused(ws, "contracts"), "column", "reason") == [["mrr", "below 0"]] * 2
        ws = salesforce(files={"opportunity": "\n".join([HEAD, *lines])}, negative_amounts="reject")
        assert [row[3] for row in rows(ws)] == [1000.0]
        assert len(refused(ws, "contracts")) == 3

    def test_contracts_are_told_apart_by_their_opportunity(self, salesforce):
        lines = [
            "o1 | A | true | 2024-01-20 | 12000 | New",
            "o2 | A | true | 2024-01-20 | 12000 | New",
        ]
        ws = salesforce(files={"opportunity": "\n".join([HEAD, *lines])})
        frame = collected(ws, "contracts")
        assert sorted(frame["contract_id"]) == ["o1", "o2"]


class TestIdentifiers:
    """An identifier of 18 characters is one of 15 and three that say which letters are capitals."""

    # Capitals of 001Qy | 00000 | aBcDe: Q is the fourth of five, 8 -> I; none, 0 -> A; B and D are
    # the second and the fourth, 2 + 8 -> K.
    SHORT, LONG = "001Qy00000aBcDe", "001Qy00000aBcDeIAK"

    def test_both_forms_are_one_account(self, salesforce):
        account = f"id | name | parent_id \n {self.LONG} | Alder | \n P | Birch | {self.SHORT}"
        opportunity = f"{HEAD}\no1 | {self.SHORT} | true | 2024-01-10 | 1200 | New\no2 | P | true | 2024-01-11 | 1200 | New"
        files = {"account": account, "opportunity": opportunity}
        assert [row[0] for row in rows(salesforce(files=files))] == [self.LONG, "P"]
        accounts = rows(
            salesforce("accounts", files=files), "accounts", ("account_id", "parent_id")
        )
        assert accounts == [[self.LONG, None], ["P", self.LONG]]

    def test_other_texts_of_18_characters_stay_apart(self, salesforce):
        one, two = "customer0000000001", "customer0000000002"
        account = f"id | name \n {one} | Alder \n {two} | Birch"
        opportunity = f"{HEAD}\no1 | {one} | true | 2024-01-10 | 1200 | New\no2 | {two} | true | 2024-01-11 | 2400 | New"
        ws = salesforce(files={"account": account, "opportunity": opportunity})
        assert [[row[0], row[3]] for row in rows(ws)] == [[one, 100.0], [two, 200.0]]

    def test_what_was_merged_belongs_to_the_account_that_goes_on(self, salesforce):
        account = "id | name | is_deleted | master_record_id \n A | Alder | false | \n Z | Alder Ltd | true | A"
        opportunity = f"{HEAD}\no1 | Z | true | 2024-01-10 | 1200 | New"
        files = {"account": account, "opportunity": opportunity}
        assert [row[0] for row in rows(salesforce(files=files))] == ["A"]
        accounts = rows(salesforce("accounts", files=files), "accounts", ("account_id", "won_on"))
        assert accounts == [["A", "2024-01-10"]]

    def test_what_was_merged_twice_belongs_to_the_last_account(self, salesforce):
        account = """
            id | name      | parent_id | is_deleted | master_record_id
            A  | Alder     | Y         | false      |
            B  | Birch     | Z         | false      |
            Y  | Alder Ltd |           | true       | A
            Z  | Alder Inc |           | true       | Y
            V  | Void      |           | true       | W
            W  | Void      |           | true       | V"""
        opportunity = f"""{HEAD}
            o1 | Z | true | 2024-01-10 | 1200 | New
            o2 | B | true | 2024-01-10 | 2400 | New"""
        files = {"account": account, "opportunity": opportunity}
        assert [row[0] for row in rows(salesforce(files=files))] == ["A", "B"]
        # The parent of Birch is Alder, too; Alder is not its own, and V and W are nobody's.
        columns = ("account_id", "won_on", "parent_id")
        accounts = rows(salesforce("accounts", files=files), "accounts", columns)
        assert accounts == [["A", "2024-01-10", None], ["B", "2024-01-10", "A"]]

    def test_a_file_that_keeps_its_own_versions(self, salesforce):
        opportunity = """
            id | account_id | is_won | close_date | amount | type | _fivetran_start     | _fivetran_end       | _fivetran_active
            o1 | A          | true   | 2024-01-10 | 12000  | New  | 2024-01-10 00:00:00 | 2025-01-31 23:59:59 | false
            o1 | A          | true   | 2024-01-10 | 99000  | New  | 2025-02-01 00:00:00 | 9999-12-31 23:59:59 | true"""
        assert [row[3] for row in rows(salesforce(files={"opportunity": opportunity}))] == [1000.0]


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

    def test_beside_contracts_it_is_told_that_both_count(self, study):
        entry = {"preset": "salesforce", "folder": "export"}
        files = export({**EXPORT, "order": self.ORDERS})
        both = study(tables={"contracts": entry, "orders": entry}, files=files)
        collected(both, "orders")
        assert any("count beside its contract" in text for text in cautions(both))
        alone = study(tables={"contracts": None, "orders": entry}, files=files, name="alone",
                      business_model="transactional")  # fmt: skip
        collected(alone, "orders")
        assert not any("count beside its contract" in text for text in cautions(alone))

    def test_the_day_and_the_sign_may_be_others(self, salesforce):
        files = {"order": self.ORDERS}
        choices = {"ordered_on": "signed__c", "reductions": "as_exported"}
        ws = salesforce("orders", files=files, account_id="account_number", **choices)
        assert rows(ws, "orders", self.ROWS) == [
            ["r1", "N-1", "2024-04-01", 100.0],
            ["r2", "N-1", "2024-05-01", 40.0],
        ]


class TestWonStages:
    """An export without IsWon: the study says which stages are won."""

    STAGED: ClassVar[dict[str, str]] = {
        "opportunity": """
            id | account_id | stage_name | close_date | amount | type
            o1 | A          | Signed     | 2024-01-10 | 12000  | New
            o2 | B          | Lost       | 2024-02-10 | 24000  | New
            o3 | B          | Live       | 2024-03-10 | 6000   | New"""
    }

    def test_stages_that_the_study_names(self, salesforce):
        ws = salesforce(files=self.STAGED, won_stages=["Signed", "Live"])
        assert [row[::3] for row in rows(ws)] == [["A", 1000.0], ["B", 500.0]]
        ws = salesforce("accounts", files=self.STAGED, won_stages=["Signed", "Live"])
        assert rows(ws, "accounts", ("account_id", "won_on")) == [
            ["A", "2024-01-10"],
            ["B", "2024-03-10"],
        ]

    def test_nothing_says_what_is_won(self, salesforce):
        with pytest.raises(StudyError, match="nothing says in which stages a deal is won"):
            collected(salesforce(files=self.STAGED), "contracts")

    def test_a_stage_that_no_opportunity_has(self, salesforce):
        with pytest.raises(StudyError, match="nothing in the export is Signd") as error:
            collected(salesforce(files=self.STAGED, won_stages=["Signd", "Live"]), "contracts")
        assert "Signd may be Signed" in str(error.value)

    def test_a_type_that_no_opportunity_has(self, salesforce):
        with pytest.raises(StudyError, match="nothing in the export is Renewl"):
            collected(salesforce(types=["New", "Renewl"]), "contracts")

    def test_stages_need_their_column(self, salesforce):
        with pytest.raises(StudyError, match="won_stages needs the column stage_name"):
            collected(salesforce(won_stages=["Signed"]), "contracts")


class TestFieldHistory:
    """Salesforce's own history of fields: what a field was before each change."""

    def test_an_amount_that_was_raised_later_is_the_one_of_the_day(self, salesforce):
        # o1: raised in November (counts) and in January (not yet); o3 was renamed long ago.
        history = """
            OpportunityId | Field     | OldValue | NewValue | CreatedDate
            o1            | Amount    | 10000    | 11400    | 2024-11-05 10:00:00
            o1            | Amount    | 11400    | 12000    | 2025-01-10 10:00:00
            o1            | Amount    | 12000    | 12000    | 2025-02-10 10:00:00
            o3            | StageName | Proposal | Signed   | 2024-03-15 10:00:00"""
        ws = salesforce(files={"OpportunityFieldHistory": history})
        assert ["A", 950.0] in [row[::3] for row in rows(ws)]
        ws = salesforce(files={"OpportunityFieldHistory": history}, history="ignore")
        assert ["A", 1000.0] in [row[::3] for row in rows(ws)]

    def test_a_stage_that_came_later_is_not_won_yet(self, salesforce):
        files = TestWonStages.STAGED | {
            "opportunity_field_history": """
                opportunity_id | field     | old_value   | new_value | created_date
                o3             | StageName | Negotiation | Live      | 2025-01-02 10:00:00
                o1             | StageName | Proposal    | Signed    | 2024-01-10 10:00:00"""
        }
        ws = salesforce(files=files, won_stages=["Signed", "Live"])
        assert [row[0] for row in rows(ws)] == ["A"]

    @pytest.mark.parametrize("starts_on", ["close_date", "go_live__c"])
    def test_a_deal_that_was_open_is_not_won_by_the_close_date_it_then_had(
        self, salesforce, starts_on
    ):
        # o3 was to close in December and did in January: IsWon, which no history tracks, is of now.
        files = {
            "opportunity": EXPORT["opportunity"].replace("2024-03-15 | 6000   | New     | false      | 2024-04-01 |            |                   | Lite\n        o4", "2025-01-20 | 6000   | New     | false      | 2024-12-01 |            |                   | Lite\n        o4"),
            "OpportunityFieldHistory": """
                OpportunityId | Field     | OldValue   | NewValue   | CreatedDate
                o3            | CloseDate | 2024-12-10 | 2025-01-20 | 2025-01-20 10:00:00
                o1            | CloseDate | 2024-01-05 | 2024-01-10 | 2024-01-10 10:00:00""",
        }  # fmt: skip
        assert files["opportunity"] != EXPORT["opportunity"]
        ws = salesforce(files=files, starts_on=starts_on)
        assert [row[0] for row in rows(ws) if row[3] == 500.0] == []
        ws = salesforce("accounts", files=files)
        won = dict(rows(ws, "accounts", ("account_id", "won_on")))
        assert won == {"A": "2024-01-10", "B": "2024-05-15"}

    def test_a_stage_that_was_won_on_the_day_counts_whenever_the_deal_closes(self, salesforce):
        # Versions hold the state: won in December, though its close date lies in January.
        files = {
            "opportunity_history": """
                id | account_id | is_won | close_date | amount | go_live__c | _fivetran_start     | _fivetran_end
                o3 | B          | true   | 2025-01-20 | 6000   | 2024-12-01 | 2024-11-01 00:00:00 | 9999-12-31 23:59:59"""
        }
        ws = salesforce(files=files, starts_on="go_live__c")
        assert [row[1] for row in rows(ws) if row[3] == 500.0] == ["2024-12-01"]

    def test_a_stage_that_only_the_history_has_may_be_listed(self, salesforce):
        files = TestWonStages.STAGED | {
            "opportunity_field_history": """
                opportunity_id | field      | old_value | new_value | created_date
                o2             | Stage_Name | Agreed    | Lost      | 2025-01-02 10:00:00
                o2             | Next_Step  | Agred     | Agred     | 2025-01-02 10:00:00"""
        }
        ws = salesforce(files=files, won_stages=["Signed", "Agreed"])
        assert [row[::3] for row in rows(ws)] == [["A", 1000.0], ["B", 2000.0]]
        with pytest.raises(StudyError, match="nothing in the export is Agred"):
            collected(salesforce(files=files, won_stages=["Agred"]), "contracts")

    def test_a_deal_that_was_opened_again_was_won_by_the_stage_of_the_day(self, salesforce):
        # IsWon is of now: o2 was won until January, o3 only since then, and o4 in a stage that no
        # opportunity has today.
        files = {
            "opportunity": """
                id | account_id | is_won | stage_name  | close_date | amount | type
                o1 | A          | true   | Closed Won  | 2024-01-10 | 12000  | New
                o2 | A          | false  | Closed Lost | 2024-02-10 | 24000  | New
                o3 | B          | true   | Closed Won  | 2024-03-15 | 6000   | New
                o4 | B          | true   | Closed Won  | 2024-04-15 | 1200   | New
                o5 | B          | false  | Negotiation | 2024-12-15 | 9600   | New""",
            "OpportunityFieldHistory": """
                OpportunityId | Field     | OldValue    | NewValue    | CreatedDate
                o2            | StageName | Closed Won  | Closed Lost | 2025-01-20 10:00:00
                o3            | StageName | Negotiation | Closed Won  | 2025-01-02 10:00:00
                o4            | StageName | Verbal      | Closed Won  | 2025-01-02 10:00:00""",
        }
        found = [row[::3] for row in rows(salesforce(files=files))]
        assert found == [["A", 1000.0], ["A", 2000.0], ["B", 100.0]]
        won = rows(salesforce("accounts", files=files), "accounts", ("account_id", "won_on"))
        assert won == [["A", "2024-01-10"], ["B", "2024-04-15"]]
        today = [row[::3] for row in rows(salesforce(files=files, history="ignore"))]
        assert today == [["A", 1000.0], ["B", 500.0], ["B", 100.0]]

    def test_attributes_are_those_of_the_day(self, salesforce):
        files = {
            "AccountHistory": """
                AccountId | Field    | OldValue | NewValue | CreatedDate
                A         | Industry | Paper    | Steel    | 2025-02-01 10:00:00
                B         | Industry | Sand     | Glass    | 2024-02-01 10:00:00
                B         | Industry |          | Sand     | 2024-01-01 10:00:00"""
        }
        ws = salesforce("accounts", files=files, keep={"sector": "industry"})
        assert rows(ws, "accounts", ("account_id", "sector")) == [["A", "Paper"], ["B", "Glass"]]
