"""Tickets and ratings from a Zendesk export; every expected value is derived beside it."""
# ruff: noqa: E501 — tables are easier to check when their rows are lines

import pandas as pd
import pytest
from exports import cautions, collected, export, refused, told

from helpers.collect.presets import preset_choices

# Agents: 1 and 3 (an administrator); 2 and 4 are customers; 9 is in no user file.
EXPORT = {
    "user": """
        id | role
        1  | agent
        2  | end-user
        3  | admin
        4  | end-user""",
    "ticket": """
        id | organization_id | requester_id | created_at          | updated_at          | status  | priority
        1  | A               | 2            | 2024-10-01 08:00:00 | 2025-02-01 08:00:00 | closed  | urgent
        2  | B               | 4            | 2024-10-05 09:00:00 | 2024-10-06 09:00:00 | open    | low
        3  | A               | 2            | 2024-11-01 08:00:00 | 2024-11-05 08:00:00 | open    |
        4  | C               | 2            | 2024-12-20 08:00:00 | 2025-01-03 08:00:00 | closed  | high
        5  | C               | 2            | 2024-11-20 08:00:00 | 2024-12-01 08:00:00 | deleted |
        6  | C               | 2            | 2024-11-21 08:00:00 | 2025-01-05 08:00:00 | deleted |
        7  | C               | 2            | 2024-12-01 08:00:00 | 2024-12-15 10:00:00 | closed  |""",
    "ticket_comment": """
        id | ticket_id | user_id | created             | public
        11 | 1         | 2       | 2024-10-01 08:00:00 | true
        12 | 1         | 1       | 2024-10-01 09:00:00 | false
        13 | 1         | 1       | 2024-10-01 10:00:00 | true
        21 | 2         | 3       | 2024-10-05 09:00:00 | true
        22 | 2         | 3       | 2024-10-05 10:00:00 | true
        23 | 2         | 4       | 2024-10-05 11:00:00 | true
        24 | 2         | 1       | 2024-10-05 12:00:00 | true
        25 | 2         | 1       | 2024-10-05 13:00:00 | false
        31 | 3         | 2       | 2024-11-01 08:00:00 | true
        32 | 3         | 9       | 2024-11-01 08:30:00 | true
        41 | 4         | 2       | 2024-12-20 08:00:00 | true
        42 | 4         | 1       | 2025-01-02 08:00:00 | true""",
    "ticket_field_history": """
        ticket_id | field_name           | value   | updated
        1         | status               | new     | 2024-10-01 08:00:00
        1         | priority             | normal  | 2024-10-01 08:00:00
        1         | status               | solved  | 2024-10-02 08:00:00
        1         | satisfaction_score   | offered | 2024-10-02 09:00:00
        1         | satisfaction_score   | good    | 2024-10-03 09:00:00
        1         | satisfaction_comment | thanks  | 2024-10-03 09:00:00
        1         | status               | closed  | 2024-10-06 08:00:00
        1         | satisfaction_score   | bad     | 2025-01-10 09:00:00
        1         | priority             | urgent  | 2025-02-01 08:00:00
        2         | status               | open    | 2024-10-05 09:00:00
        2         | satisfaction_score   | offered | 2024-10-07 09:00:00
        3         | status               | open    | 2024-11-01 08:00:00
        3         | status               | solved  | 2024-11-02 08:00:00
        3         | status               | open    | 2024-11-03 08:00:00
        3         | status               | solved  | 2024-11-04 08:00:00
        3         | satisfaction_score   | bad     | 2024-11-04 09:00:00
        3         | status               | open    | 2024-11-05 08:00:00
        4         | status               | new     | 2024-12-20 08:00:00
        4         | status               | solved  | 2025-01-03 08:00:00
        5         | status               | new     | 2024-11-20 08:00:00
        5         | status               | deleted | 2024-12-01 08:00:00
        6         | status               | new     | 2024-11-21 08:00:00
        6         | status               | deleted | 2025-01-05 08:00:00""",
}


@pytest.fixture
def zendesk(study):
    def build(table="tickets", *, files=None, **options):
        entry = {"preset": "zendesk", "folder": "export", "options": options}
        return study(tables={table: entry}, files=export({**EXPORT, **(files or {})}))

    return build


def moment(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


class TestTickets:
    def test_as_of_the_end_of_the_quarter(self, zendesk):
        tickets = collected(zendesk(), "tickets")
        # 5 was deleted before the as-of date, 6 only after it.
        assert tickets.index.tolist() == ["1", "2", "3", "4", "6", "7"]
        one = tickets.loc["1"]
        assert one["opened_at"] == moment("2024-10-01 08:00")
        assert one["first_replied_at"] == moment("2024-10-01 10:00")  # the note of 9:00 is internal
        assert one["resolved_at"] == moment("2024-10-02 08:00")  # solved; closing is no new time
        assert (one["agent_touches"], one["reopens"]) == (1, 0)
        assert one["csat"] == 5  # "bad" came in January

    def test_what_happened_later_is_unknown(self, zendesk):
        later = collected(zendesk(), "tickets").loc["4"]
        assert pd.isna(later["first_replied_at"])
        assert pd.isna(later["resolved_at"])
        assert (later["agent_touches"], later["reopens"]) == (0, 0)

    def test_reopened_and_still_open(self, zendesk):
        three = collected(zendesk(), "tickets").loc["3"]
        assert pd.isna(three["resolved_at"])
        assert three["reopens"] == 2
        assert three["csat"] == 1

    def test_the_last_resolution_may_be_kept(self, zendesk):
        three = collected(zendesk(reopened_open="last_resolved"), "tickets").loc["3"]
        assert three["resolved_at"] == moment("2024-11-04 08:00")

    @pytest.mark.parametrize(
        ("first_reply", "expected", "touches"),
        [
            # The agent opened it at 9:00 in public, wrote at 10:00, the customer at 11:00, the
            # agent again at 12:00.
            ("next_public", "2024-10-05 10:00", 2),
            ("after_customer", "2024-10-05 12:00", 2),
            ("opening_counts", "2024-10-05 09:00", 3),
        ],
    )
    def test_first_reply_on_a_ticket_that_an_agent_opened(
        self, zendesk, first_reply, expected, touches
    ):
        two = collected(zendesk(first_reply=first_reply), "tickets").loc["2"]
        assert two["first_replied_at"] == moment(expected)
        assert two["agent_touches"] == touches

    def test_internal_notes_may_be_touches(self, zendesk):
        tickets = collected(zendesk(touches="all_comments"), "tickets")
        assert tickets.loc[["1", "2"], "agent_touches"].tolist() == [2, 3]

    def test_an_unknown_author_may_be_an_agent(self, zendesk):
        assert pd.isna(collected(zendesk(), "tickets").loc["3", "first_replied_at"])
        three = collected(zendesk(unknown_author="agent"), "tickets").loc["3"]
        assert three["first_replied_at"] == moment("2024-11-01 08:30")

    def test_resolved_only_by_closing(self, zendesk):
        tickets = collected(zendesk(resolved_by="closed"), "tickets")
        assert tickets.loc["1", "resolved_at"] == moment("2024-10-06 08:00")
        assert tickets.loc["3", "reopens"] == 2  # reopening is still counted from solved

    def test_without_history_the_last_update_is_the_resolution(self, zendesk):
        seven = collected(zendesk(), "tickets").loc["7"]
        assert seven["resolved_at"] == moment("2024-12-15 10:00")
        assert pd.isna(seven["reopens"])
        assert pd.isna(seven["agent_touches"])  # it has no comments in the export

    def test_without_history_it_may_count_as_open(self, zendesk):
        seven = collected(zendesk(no_history="unresolved"), "tickets").loc["7"]
        assert pd.isna(seven["resolved_at"])

    def test_deleted_tickets_may_be_kept(self, zendesk):
        assert "5" in collected(zendesk(deleted="keep"), "tickets").index

    def test_fields_as_of_the_date_of_the_run(self, zendesk):
        tickets = collected(zendesk(complexity="priority"), "tickets")
        # Urgent since February; ticket 2 has no history of the field and keeps its value.
        assert tickets.loc[["1", "2"], "complexity"].tolist() == ["normal", "low"]

    def test_columns_that_no_field_answers_are_not_collected(self, zendesk):
        ws = zendesk(complexity="priority")
        collected(ws, "tickets")
        given = ws.recorded("collection/tickets")["columns"]
        assert "complexity" in given
        assert not {"reason", "sentiment", "product_area", "escalated"} & set(given)

    def test_the_account_may_be_another_column_of_the_organization(self, zendesk):
        organization = "id | external_id\n A | C \n B | A \n C | B"
        ws = zendesk(files={"organization": organization}, account_id="external_id")
        assert collected(ws, "tickets").loc[["1", "2", "4"], "account_id"].tolist() == list("CAB")

    def test_times_are_utc_and_shown_in_the_time_zone_of_the_study(self, study):
        entry = {"preset": "zendesk", "folder": "export"}
        ws = study(tables={"tickets": entry}, files=export(EXPORT), timezone="Europe/Berlin")
        assert collected(ws, "tickets").loc["1", "opened_at"] == moment("2024-10-01 10:00")

    def test_a_newer_export_gives_the_same_quarter(self, zendesk):
        # The export of the as-of date: later rows are not there, tickets have the state of the day.
        def until(text: str) -> str:
            return "\n".join(line for line in text.splitlines() if "2025-" not in line)

        then = {name: until(EXPORT[name]) for name in ("ticket_comment", "ticket_field_history")}
        then["ticket"] = """
            id | organization_id | requester_id | created_at          | updated_at          | status | priority
            1  | A               | 2            | 2024-10-01 08:00:00 | 2024-10-06 08:00:00 | closed | normal
            2  | B               | 4            | 2024-10-05 09:00:00 | 2024-10-06 09:00:00 | open   | low
            3  | A               | 2            | 2024-11-01 08:00:00 | 2024-11-05 08:00:00 | open   |
            4  | C               | 2            | 2024-12-20 08:00:00 | 2024-12-20 08:00:00 | new    | high
            6  | C               | 2            | 2024-11-21 08:00:00 | 2024-11-21 08:00:00 | new    |
            7  | C               | 2            | 2024-12-01 08:00:00 | 2024-12-15 10:00:00 | closed |"""
        now = collected(zendesk(complexity="priority"), "tickets")
        before = collected(zendesk(files=then, complexity="priority"), "tickets")
        pd.testing.assert_frame_equal(now, before)


class TestWhoAnswered:
    """Ticket 1 of customer 2: a comment of user 5 at 8:20, one of agent 1 at 10:00."""

    def first(self, zendesk, *, user="5 | end-user", comment="true", assignee="", **options):
        files = {
            "user": f"{EXPORT['user']}\n        {user}",
            "ticket": "id | organization_id | requester_id | assignee_id | created_at | status\n"
            f"1 | A | 2 | {assignee} | 2024-10-01 08:00:00 | closed\n"
            "8 | A | 2 | | 2024-10-02 08:00:00 | closed",
            "ticket_comment": f"{EXPORT['ticket_comment']}\n"
            f"        14 | 1 | 5 | 2024-10-01 08:20:00 | {comment}\n"
            "        81 | 8 | 5 | 2024-10-02 09:00:00 | true",
        }
        ws = zendesk(files=files, **options)
        return collected(ws, "tickets").loc["1", "first_replied_at"], ws

    @pytest.mark.parametrize(
        ("options", "expected"),
        [
            ({}, "10:00"),
            # Only agents are assigned a ticket.
            ({"assignee": "5"}, "08:20"),
            ({"assignee": "5", "former_agents": "customers"}, "10:00"),
            ({"automatic_authors": ["-1", "1"]}, None),
        ],
    )
    def test_former_agents(self, zendesk, options, expected):
        first, _ = self.first(zendesk, **options)
        assert pd.isna(first) if expected is None else first == moment(f"2024-10-01 {expected}")

    def test_an_internal_note_is_written_by_agents(self, zendesk):
        files = {
            "ticket_comment": f"{EXPORT['ticket_comment']}\n        26 | 2 | 9 | 2024-10-05 14:00:00 | false"
        }
        ws = zendesk(files=files)
        # User 9, whom no file names, wrote a note on ticket 2, and the reply on ticket 3.
        assert collected(ws, "tickets").loc["3", "first_replied_at"] == moment("2024-11-01 08:30")
        # Customer 4 answered a mail in private: who asks for something is no agent.
        own = f"{EXPORT['ticket_comment']}\n        26 | 3 | 4 | 2024-11-01 08:10:00 | false\n        27 | 3 | 4 | 2024-11-01 08:20:00 | true"
        three = collected(zendesk(files={"ticket_comment": own}), "tickets").loc["3"]
        assert pd.isna(three["first_replied_at"])

    def test_the_domain_of_agents_may_count(self, zendesk):
        user = """
            id | role     | email
            1  | agent    | kim@firm.example
            3  | admin    | lee@firm.example
            2  | end-user | ann@alder.example
            4  | end-user | bo@birch.example
            9  | end-user | max@firm.example"""
        ws = zendesk(files={"user": user}, former_agents="domain")
        assert collected(ws, "tickets").loc["3", "first_replied_at"] == moment("2024-11-01 08:30")
        told_by = preset_choices(ws).set_index("value").loc["domain"]
        assert (told_by["choice"], told_by["rows"]) == ("former_agents", 1)


class TestImported:
    """Ticket 3 was created in Zendesk at 12:00, after the comments of 8:00 and 8:30."""

    TICKET = """
        id | organization_id | requester_id | created_at          | status
        3  | A               | 2            | 2024-11-01 12:00:00 | open"""
    USER = EXPORT["user"] + "\n        9  | agent"

    @pytest.mark.parametrize(
        ("imported", "opened", "replied"),
        [
            ("unknown", "12:00", None),
            ("at_opening", "12:00", "12:00"),
            ("first_comment", "08:00", "08:30"),
        ],
    )
    def test_a_reply_from_before_the_ticket(self, zendesk, imported, opened, replied):
        ws = zendesk(files={"ticket": self.TICKET, "user": self.USER}, imported=imported)
        three = collected(ws, "tickets").loc["3"]
        assert three["opened_at"] == moment(f"2024-11-01 {opened}")
        first = three["first_replied_at"]
        assert pd.isna(first) if replied is None else first == moment(f"2024-11-01 {replied}")
        assert three["agent_touches"] == 1
        assert any("before the ticket was created" in text for text in cautions(ws))

    def test_a_comment_of_the_same_second_is_none_from_before(self, zendesk):
        ticket = self.TICKET.replace("12:00:00", "08:30:00.700")
        ws = zendesk(files={"ticket": ticket, "user": self.USER})
        three = collected(ws, "tickets").loc["3"]
        assert three["first_replied_at"] == three["opened_at"]


class TestNoRequests:
    def test_merged_tickets_are_one_request(self, zendesk):
        files = {"ticket_tag": "ticket_id | tag \n 1 | closed_by_merge \n 2 | closed_by_merge"}
        ws = zendesk(files=files)
        # Ticket 2 was open at the as-of date: it was merged later.
        assert collected(ws, "tickets").index.tolist() == ["2", "3", "4", "6", "7"]
        assert preset_choices(ws).set_index("choice").loc["merged", "rows"] == 1
        assert "1" in collected(zendesk(files=files, merged="keep"), "tickets").index

    def test_the_ticket_that_goes_on_names_the_merged_ones(self, zendesk):
        ticket = """
            id | organization_id | requester_id | created_at          | status | merged_ticket_ids
            1  | A               | 2            | 2024-10-01 08:00:00 | closed | []
            3  | A               | 2            | 2024-11-01 08:00:00 | open   | [1]"""
        ws = zendesk(files={"ticket": ticket})
        assert collected(ws, "tickets").index.tolist() == ["3"]

    def test_without_either_that_is_said(self, zendesk):
        ws = zendesk()
        collected(ws, "tickets")
        assert any("merged into others cannot be told" in text for text in cautions(ws))

    def test_side_conversations_suspended_requesters_and_spam(self, zendesk):
        ticket = """
            id | organization_id | requester_id | created_at          | updated_at          | status    | via_channel
            1  | A               | 2            | 2024-10-01 08:00:00 | 2024-10-09 08:00:00 | closed    | email
            21 | A               | 1            | 2024-10-01 08:00:00 | 2024-10-09 08:00:00 | closed    | side_conversation
            22 | A               | 4            | 2024-10-01 08:00:00 | 2024-10-09 08:00:00 | closed    | email
            23 | A               | 2            | 2024-10-01 08:00:00 | 2024-10-09 08:00:00 | suspended | email"""
        user = "id | role | suspended \n 1 | agent | false \n 2 | end-user | false \n 4 | end-user | true"
        files = {"ticket": ticket, "user": user}
        assert collected(zendesk(files=files), "tickets").index.tolist() == ["1", "22"]
        options = {"suspended_requesters": "leave_out", "side_conversations": "keep"}
        ws = zendesk(files=files, **options)
        assert collected(ws, "tickets").index.tolist() == ["1", "21"]
        rows = preset_choices(ws).set_index("choice")["rows"]
        assert rows[["side_conversations", "suspended_requesters", "deleted"]].tolist() == [1, 1, 1]

    def test_hours_of_waiting_for_the_customer(self, zendesk):
        history = f"""{EXPORT["ticket_field_history"]}
        1         | status               | pending | 2024-10-01 09:00:00
        1         | status               | open    | 2024-10-01 12:00:00"""
        tickets = collected(zendesk(files={"ticket_field_history": history}), "tickets")
        assert tickets.loc["1", "waiting_hours"] == 3.0
        assert pd.isna(tickets.loc["3", "waiting_hours"])  # it is open


class TestRatings:
    def test_several_of_one_day_are_several(self, zendesk):
        ticket = (
            EXPORT["ticket"]
            + "\n        8  | A | 2 | 2024-10-01 09:00:00 | 2024-10-09 08:00:00 | closed |"
        )
        history = (
            EXPORT["ticket_field_history"]
            + """
        8         | satisfaction_score   | offered | 2024-10-02 09:10:00
        8         | satisfaction_score   | good    | 2024-10-03 09:10:00
        8         | satisfaction_comment | thanks  | 2024-10-03 09:10:00"""
        )
        ws = zendesk("surveys", files={"ticket": ticket, "ticket_field_history": history})
        surveys = collected(ws, "surveys")
        assert sorted(surveys["survey_id"]) == ["1", "2", "3", "8"]
        assert set(surveys["moment"]) == {"after a ticket"}

    def test_five_points_are_taken_as_they_are(self, zendesk):
        history = EXPORT["ticket_field_history"].replace("good   ", "4      ")
        ws = zendesk(files={"ticket_field_history": history}, csat_scale="five_point")
        assert collected(ws, "tickets").loc["1", "csat"] == 4
        # "bad" is no number from one to five.
        assert told(refused(ws, "tickets"), "key", "value") == [["ticket_id=3", "bad"]]

    def test_a_rating_off_the_declared_scale_is_a_rejected_cell(self, zendesk):
        history = EXPORT["ticket_field_history"].replace("good   ", "4      ")
        ws = zendesk(files={"ticket_field_history": history})
        assert pd.isna(collected(ws, "tickets").csat["1"])
        assert refused(ws, "tickets")["value"].tolist() == ["not good or bad: 4"]

    def test_surveys_asked_and_answered(self, zendesk):
        surveys = collected(zendesk("surveys"), "surveys").sort_values("asked_on")
        columns = ("account_id", "contact", "score", "asked_on", "responded_on", "comment")
        # The rating of January is not known yet; the second customer was asked and is silent.
        assert told(surveys, *columns) == [
            ["A", "2", 5, "2024-10-02", "2024-10-03", "thanks"],
            ["B", "4", None, "2024-10-07", None, None],
            ["A", "2", 1, "2024-11-04", "2024-11-04", None],
        ]
        assert set(surveys["kind"]) == {"csat"}
