"""Companies, deals and tickets from a HubSpot export; expected values are derived beside it."""
# ruff: noqa: E501 — tables are easier to check when their rows are lines

from typing import ClassVar

import pandas as pd
import pytest
from exports import cautions, collected, export, told

from helpers.collect.cautions import data_cautions
from helpers.collect.presets import preset_choices
from helpers.collect.sources import collect
from helpers.errors import StudyError
from helpers.words import say

EXPORT = {
    "company": """
        id | property_name | property_createdate | property_industry | property_left | property_type | is_deleted | property_hs_parent_company_id | property_crm_id
        1  | Alder         | 2023-12-01 10:00:00 | Steel             |               | CUSTOMER      | false      |                               | A
        2  | Birch         | 2023-12-02 23:30:00 | Glass             | 2024-09-30    | PARTNER       | false      | 1                             | B
        10 | Cedar         | 2023-12-03 10:00:00 | Paper             |               | PROSPECT      | false      |                               | C
        4  | Gone          | 2023-12-04 10:00:00 | Paper             |               | CUSTOMER      | true       |                               | G""",
    "deal": """
        deal_id | deal_pipeline_stage_id | property_closedate  | property_amount | property_dealtype | property_go_live | property_until | property_hs_mrr | is_deleted | property_line | property_deal_currency_code
        d1      | won                    | 2024-01-10 15:00:00 | 12000           | newbusiness       | 2024-02-01       | 2024-06-30     | 900             | false      | Core          | eur
        d2      | won                    | 2024-07-01 00:00:00 | 24000           | existingbusiness  | 2024-07-01       |                | 1800            | false      | Core          |
        d3      | won                    | 2024-03-15 15:00:00 | 6000            | newbusiness       | 2024-04-01       |                | 450             | false      | Lite          |
        d4      | lost                   | 2024-03-15 15:00:00 | 6000            | newbusiness       | 2024-04-01       |                | 450             | false      | Lite          |
        d5      | won                    | 2024-03-15 15:00:00 | 6000            | newbusiness       | 2024-04-01       |                | 450             | true       | Lite          |""",
    "deal_company": """
        deal_id | company_id | type_id
        d1      | 1          | 5
        d1      | 2          | 341
        d2      | 1          | 5
        d3      | 10         | 341
        d3      | 2          | 341
        d4      | 10         | 5
        d5      | 4          | 5""",
    "deal_pipeline_stage": """
        stage_id | closed_won
        won      | true
        lost     | false""",
    "ticket": """
        id | property_createdate | property_closed_date | property_hs_pipeline_stage | property_first_agent_reply_date | property_hs_ticket_category | is_deleted
        t1 | 2024-10-01 08:00:00 | 2024-10-02 08:00:00  | 4                          | 2024-10-01 09:00:00             | BUG                         | false
        t2 | 2024-11-01 08:00:00 | 2024-11-02 08:00:00  | 1                          |                                 | HOW                         | false
        t3 | 2024-11-01 08:00:00 |                      | 1                          |                                 | HOW                         | true""",
    "ticket_company": """
        ticket_id | company_id | type_id
        t1        | 1          | 26
        t2        | 2          | 339""",
    "ticket_pipeline_stage": """
        stage_id | is_closed
        1        | false
        4        | true""",
}
STAGES = """
    ticket_id | name              | value | timestamp_instant
    t1        | hs_pipeline_stage | 1     | 2024-10-01 08:00:00
    t1        | hs_pipeline_stage | 4     | 2024-10-02 08:00:00
    t1        | hs_pipeline_stage | 1     | 2024-10-03 08:00:00
    t1        | hs_pipeline_stage | 4     | 2024-10-04 08:00:00
    t1        | hs_pipeline_stage | 1     | 2025-01-04 08:00:00
    t2        | hs_pipeline_stage | 1     | 2024-11-01 08:00:00
    t2        | hs_pipeline_stage | 4     | 2024-11-02 08:00:00
    t2        | hs_pipeline_stage | 1     | 2024-11-03 08:00:00"""


@pytest.fixture
def hubspot(study):
    def build(table, *, files=None, timezone="UTC", **options):
        options = {"account_id": "crm_id", **options}
        entry = {"preset": "hubspot", "folder": "export", "options": options}
        content = export({**EXPORT, **(files or {})})
        return study(tables={table: entry}, files=content, timezone=timezone)

    return build


def rows(ws, table, *columns) -> list[list]:
    frame = collected(ws, table).reset_index()
    order = [name for name in columns if name in ("account_id", "starts_on", "order_id")]
    return told(frame.sort_values(order), *columns)


class TestAccounts:
    def test_customers_are_won_with_their_first_won_deal(self, hubspot):
        # d3 has no primary company: the lowest identifier, 2, is taken (not 10).
        assert rows(hubspot("accounts"), "accounts", "account_id", "won_on", "parent_id") == [
            ["A", "2024-01-10", None],
            ["B", "2024-03-15", "A"],
        ]

    def test_columns_of_the_analyst(self, hubspot):
        ws = hubspot(
            "accounts",
            account_id="id",
            won_on="createdate",
            churned_on="property_left",
            account_type="type",
            deleted="keep",
            keep=["property_industry"],
        )
        columns = ("account_id", "won_on", "churned_on", "account_type", "property_industry")
        assert rows(ws, "accounts", *columns) == [
            ["1", "2023-12-01", None, "CUSTOMER", "Steel"],
            ["10", "2023-12-03", None, "PROSPECT", "Paper"],
            ["2", "2023-12-02", "2024-09-30", "PARTNER", "Glass"],
            ["4", "2023-12-04", None, "CUSTOMER", "Paper"],
        ]

    def test_a_moment_is_a_day_in_the_time_zone_of_the_study(self, hubspot):
        # 23:30 in UTC is the next day in Berlin; a date (midnight in UTC) stays the day it is.
        ws = hubspot(
            "accounts", won_on="createdate", churned_on="left", timezone="America/New_York"
        )
        assert rows(ws, "accounts", "account_id", "churned_on")[1] == ["B", "2024-09-30"]
        ws = hubspot("accounts", won_on="createdate", timezone="Europe/Berlin")
        assert rows(ws, "accounts", "account_id", "won_on")[1] == ["B", "2023-12-03"]

    def test_properties_are_those_of_the_as_of_date(self, hubspot):
        history = """
            company_id | name     | value | timestamp
            1          | industry | Wood  | 2024-01-01 00:00:00
            1          | industry | Iron  | 2024-12-01 00:00:00
            1          | industry | Steel | 2025-02-01 00:00:00
            10         | industry | Paper | 2025-02-01 00:00:00"""
        files = {"company_property_history": history}
        choices = {"won_on": "createdate", "keep": {"industry": "industry"}}
        ws = hubspot("accounts", files=files, **choices)
        # Birch has no history of it and keeps its value; Cedar had none before February.
        assert rows(ws, "accounts", "account_id", "industry") == [
            ["A", "Iron"],
            ["B", "Glass"],
            ["C", None],
        ]
        ws = hubspot("accounts", files=files, history="ignore", **choices)
        assert rows(ws, "accounts", "account_id", "industry")[0] == ["A", "Steel"]


class TestContracts:
    COLUMNS = ("account_id", "starts_on", "ends_on", "mrr", "renews_on")

    def test_a_year_from_the_close_date(self, hubspot):
        assert rows(hubspot("contracts"), "contracts", *self.COLUMNS) == [
            ["A", "2024-01-10", None, 1000.0, "2025-01-10"],
            ["A", "2024-07-01", None, 2000.0, "2025-07-01"],
            ["B", "2024-03-15", None, 500.0, "2025-03-15"],
        ]

    def test_every_choice(self, hubspot):
        ws = hubspot(
            "contracts",
            starts_on="go_live",
            ends_on="until",
            term_months=6,
            amount="hs_mrr",
            amount_period="month",
            types=["newbusiness"],
            product="property_line",
        )
        assert rows(ws, "contracts", *self.COLUMNS, "product", "currency") == [
            ["A", "2024-02-01", "2024-06-30", 900.0, "2024-07-01", "Core", "EUR"],
            ["B", "2024-04-01", "2024-09-30", 450.0, "2024-10-01", "Lite", "EUR"],
        ]

    def test_a_later_deal_may_replace_the_earlier_one(self, hubspot):
        ws = hubspot("contracts", ends_on="open", successive="replace")
        assert rows(ws, "contracts", *self.COLUMNS)[:2] == [
            ["A", "2024-01-10", "2024-06-30", 1000.0, None],
            ["A", "2024-07-01", None, 2000.0, None],
        ]

    def test_several_companies_without_a_primary_one_may_be_rejected(self, hubspot):
        ws = hubspot("contracts", several_companies="reject")
        # d1 names two companies too.
        assert rows(ws, "contracts", "account_id", "mrr") == [["A", 2000.0]]
        assert ws.recorded("collection/contracts")["rows_rejected"] == 2

    def test_the_stage_and_the_amount_are_those_of_the_as_of_date(self, hubspot):
        history = """
            deal_id | name      | value         | timestamp
            d2      | dealstage | lost          | 2024-07-01 00:00:00
            d2      | dealstage | won           | 2025-01-05 00:00:00
            d3      | amount    | 4800          | 2024-03-15 00:00:00
            d3      | amount    | 6000          | 2025-01-05 00:00:00
            d3      | closedate | 1710460800000 | 2024-03-15 00:00:00"""
        ws = hubspot("contracts", files={"deal_property_history": history})
        # 1,710,460,800,000 ms are midnight of 2024-03-15 in UTC.
        assert rows(ws, "contracts", "account_id", "starts_on", "mrr") == [
            ["A", "2024-01-10", 1000.0],
            ["B", "2024-03-15", 400.0],
        ]


class TestOrders:
    COLUMNS = ("order_id", "account_id", "ordered_on", "amount")

    def test_won_deals(self, hubspot):
        assert rows(hubspot("orders"), "orders", *self.COLUMNS) == [
            ["d1", "A", "2024-01-10", 12000.0],
            ["d2", "A", "2024-07-01", 24000.0],
            ["d3", "B", "2024-03-15", 6000.0],
        ]

    def test_day_amount_and_types(self, hubspot):
        ws = hubspot("orders", ordered_on="go_live", amount="hs_mrr", types=["existingbusiness"])
        assert rows(ws, "orders", *self.COLUMNS) == [["d2", "A", "2024-07-01", 1800.0]]


class TestTickets:
    def test_without_history(self, hubspot):
        tickets = collected(hubspot("tickets", reason="hs_ticket_category"), "tickets")
        assert tickets.index.tolist() == ["t1", "t2"]
        one, two = tickets.loc["t1"], tickets.loc["t2"]
        assert (one["account_id"], two["account_id"]) == ("A", "B")
        assert one["first_replied_at"] == pd.Timestamp("2024-10-01 09:00")
        assert one["resolved_at"] == pd.Timestamp("2024-10-02 08:00")
        assert pd.isna(two["resolved_at"])  # its stage is open again
        assert pd.isna(one["reopens"])
        assert tickets["reason"].tolist() == ["BUG", "HOW"]

    EMAILS: ClassVar[dict[str, str]] = {
        "ticket_engagement": """
            ticket_id | engagement_id
            t1        | 1
            t1        | 2
            t1        | 3
            t2        | 4
            t2        | 5""",
        # In, out, out; on t2 out before the ticket was made, and after the as-of date.
        "engagement_email": """
            engagement_id | type           | property_hs_timestamp
            1             | INCOMING_EMAIL | 2024-10-01 08:10:00
            2             | EMAIL          | 2024-10-01 08:30:00
            3             | EMAIL          | 2024-10-01 10:00:00
            4             | EMAIL          | 2024-10-31 10:00:00
            5             | EMAIL          | 2025-01-05 10:00:00""",
    }

    def test_replies_are_emails_that_went_out(self, hubspot):
        tickets = collected(hubspot("tickets", files=self.EMAILS), "tickets")
        assert tickets.loc["t1", "first_replied_at"] == pd.Timestamp("2024-10-01 09:00")
        assert tickets["agent_touches"].tolist() == [2, 1]
        ws = hubspot("tickets", files=self.EMAILS, first_replied_at="emails")
        tickets = collected(ws, "tickets")
        assert tickets.loc["t1", "first_replied_at"] == pd.Timestamp("2024-10-01 08:30")
        assert pd.isna(tickets.loc["t2", "first_replied_at"])

    def test_an_export_that_says_nothing_of_replies_has_none(self, hubspot):
        plain = "\n".join(
            "|".join(cell for k, cell in enumerate(line.split("|")) if k != 4)
            for line in EXPORT["ticket"].splitlines()
        )
        ws = hubspot("tickets", files={"ticket": plain})
        collected(ws, "tickets")
        columns = ws.recorded("collection/tickets")["columns"]
        assert "first_replied_at" not in columns
        assert "agent_touches" not in columns

    def test_the_last_resolution_may_be_kept(self, hubspot):
        tickets = collected(hubspot("tickets", reopened_open="last_resolved"), "tickets")
        assert tickets.loc["t2", "resolved_at"] == pd.Timestamp("2024-11-02 08:00")

    def test_history_tells_reopenings_by_their_time(self, hubspot):
        files = {"ticket_property_history": STAGES}
        tickets = collected(hubspot("tickets", files=files), "tickets")
        # Reopened in January, after the as-of date: resolved on the fourth, once reopened.
        assert tickets.loc["t1", "resolved_at"] == pd.Timestamp("2024-10-04 08:00")
        assert tickets["reopens"].tolist() == [1, 1]
        assert pd.isna(tickets.loc["t2", "resolved_at"])
        kept = hubspot("tickets", files=files, reopened_open="last_resolved")
        assert collected(kept, "tickets").loc["t2", "resolved_at"] == pd.Timestamp(
            "2024-11-02 08:00"
        )

    def test_history_may_be_ignored(self, hubspot):
        ws = hubspot("tickets", files={"ticket_property_history": STAGES}, history="ignore")
        tickets = collected(ws, "tickets")
        assert tickets.loc["t1", "resolved_at"] == pd.Timestamp("2024-10-02 08:00")
        assert tickets["reopens"].isna().all()


class TestWonStages:
    def rows(self, hubspot, stages, deals=None, **options) -> list[str]:
        files = {"deal_pipeline_stage": stages, **(deals or {})}
        ws = hubspot("orders", files=files, **options)
        return sorted(collected(ws, "orders").index)

    @pytest.mark.parametrize(
        "stages",
        [
            "stage_id | is_closed | probability \n won | true | 1.0 \n lost | true | 0.0",
            # The old name of the column says closed, of lost stages too.
            "stage_id | closed_won | probability \n won | true | 1 \n lost | true | 0",
            "stage_id | is_closed | probability \n won | true | 100 \n lost | true | 1",
            "stage_id | closed_won \n won | true \n lost | false",
            # Deals keep the stage that was deleted.
            "stage_id | closed_won | _fivetran_deleted \n won | true | true \n lost | false | false",
        ],
    )
    def test_what_says_that_a_deal_is_won(self, hubspot, stages):
        assert self.rows(hubspot, stages) == ["d1", "d2", "d3"]

    def test_stages_may_be_listed_by_identifier_or_label(self, hubspot):
        stages = "stage_id | label | is_closed \n won | Signed | true \n lost | Lost | true"
        for listed in (["won"], ["Signed"]):
            assert self.rows(hubspot, stages, won_stages=listed) == ["d1", "d2", "d3"]

    def test_the_property_of_the_deal_counts_where_no_stage_says(self, hubspot):
        stages = "stage_id | is_closed \n won | true \n lost | true"
        deal = """
            deal_id | deal_pipeline_stage_id | property_closedate | property_amount | property_hs_is_closed_won
            d1      | won                    | 2024-01-10         | 12000           | true
            d4      | lost                   | 2024-01-10         | 12000           | false"""
        assert self.rows(hubspot, stages, {"deal": deal}) == ["d1"]

    def test_nothing_that_says_it_is_an_error(self, hubspot):
        stages = "stage_id | is_closed \n won | true \n lost | true"
        with pytest.raises(StudyError, match="in which stages a deal is won") as error:
            self.rows(hubspot, stages)
        assert "won_stages" in str(error.value)


class TestTwoDoors:
    """A won deal is a contract or an order: as both its money would count twice without a word."""

    @pytest.mark.parametrize(("options", "told_of"), [
        ({}, "**3 orders are contracts as well** (of 2 accounts"),
        ({"types": ["existingbusiness"]}, "**1 order is a contract as well** (of 1 account"),
        (None, ""),
    ])  # fmt: skip
    def test_deals_that_are_both_are_told(self, study, options, told_of):
        entry = {"preset": "hubspot", "folder": "export", "options": {"account_id": "crm_id"}}
        orders = {**entry, "options": entry["options"] | (options or {})}
        tables = {"accounts": entry, "contracts": entry}
        if options is None:  # the training day alone
            tables["contracts"] = {
                **entry,
                "options": orders["options"] | {"types": ["newbusiness"]},
            }
            orders = {**entry, "options": orders["options"] | {"types": ["existingbusiness"]}}
        ws = study(tables={**tables, "orders": orders}, files=export(EXPORT))
        collect(ws)
        told_now = [say(t, **v) for id, t, v in data_cautions(ws) if id == "also_contracts"]
        assert [t.replace("\xa0", " ").startswith(told_of) for t in told_now] == [True] * bool(
            told_of
        )


class TestMerged:
    def test_a_merged_deal_is_the_other_one(self, hubspot):
        files = {"merged_deal": "deal_id | merged_deal_id \n d2 | d1"}
        ws = hubspot("orders", files=files)
        assert sorted(collected(ws, "orders").index) == ["d2", "d3"]
        row = preset_choices(ws).set_index("choice").loc["merged"]
        assert (row["rows"], row["amount"]) == (1, "12,000.00 EUR")
        assert len(collected(hubspot("orders", files=files, merged="keep"), "orders")) == 3

    def test_a_merged_company_is_the_other_one(self, hubspot):
        head, *lines = EXPORT["company"].strip().splitlines()
        lines = [line + (" | 2;77" if "Alder" in line else " |") for line in lines]
        company = "\n".join([head + " | property_hs_merged_object_ids", *lines])
        files = {"company": company}
        # The deal of 2 is one of 1, and so is one that still names 77.
        links = EXPORT["deal_company"].replace("d2      | 1 ", "d2      | 77")
        ws = hubspot("contracts", files={**files, "deal_company": links})
        assert {row[0] for row in rows(ws, "contracts", "account_id", "starts_on")} == {"A"}
        accounts = rows(hubspot("accounts", files=files), "accounts", "account_id", "won_on")
        assert accounts == [["A", "2024-01-10"]]

    def test_a_company_that_was_merged_twice_is_the_last_one(self, hubspot):
        # 77 went into 2, and 2 into 1; the export flags 2 as gone or still has it as it was.
        head, *lines = EXPORT["company"].strip().splitlines()
        lists = {"Alder": "2", "Birch": "77"}
        lines = [f"{x} | {next((i for n, i in lists.items() if n in x), '')}" for x in lines]
        links = EXPORT["deal_company"].replace("d2      | 1 ", "d2      | 77")
        for gone in ("true ", "false"):
            mine = [x.replace("false", gone) if "Birch" in x else x for x in lines]
            company = "\n".join([head + " | property_hs_merged_object_ids", *mine])
            ws = hubspot("contracts", files={"company": company, "deal_company": links})
            found = rows(ws, "contracts", "account_id", "starts_on")
            assert found == [["A", "2024-01-10"], ["A", "2024-03-15"], ["A", "2024-07-01"]]

    def test_archived_is_deleted(self, hubspot):
        deal = (
            "deal_id | deal_pipeline_stage_id | property_closedate | property_amount | archived\n"
        )
        deal += "d1 | won | 2024-01-10 | 12000 | true \n d2 | won | 2024-07-01 | 24000 | false"
        ws = hubspot("orders", files={"deal": deal})
        assert collected(ws, "orders").index.tolist() == ["d2"]
        row = preset_choices(ws).set_index("choice").loc["deleted_deals"]
        assert (row["rows"], row["amount"]) == (1, "12,000.00")

    def test_an_association_of_the_users_is_not_the_primary_one(self, hubspot):
        links = """
            deal_id | company_id | type_id | category
            d1      | 2          | 5       | USER_DEFINED
            d1      | 10         | 5       | HUBSPOT_DEFINED"""
        ws = hubspot("orders", files={"deal_company": links})
        assert collected(ws, "orders").loc["d1", "account_id"] == "C"
        assert any("associated with several" in text for text in cautions(ws))
