"""Every service metric by hand, from tickets to the values of a segment."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import canonical, customer_frame, make_study

from helpers.errors import StudyError
from helpers.metrics.accounts import account_metrics, components_of
from helpers.metrics.catalog import METRICS, defined
from helpers.metrics.components import Components
from helpers.metrics.profiles import company_metrics, segment_metrics
from helpers.quarter import Quarter

CUSTOMERS = customer_frame(
    {"account_id": "a"},
    {"account_id": "b", "won_on": "2026-09-01"},  # 30 of the quarter's 92 days
    {"account_id": "c", "status": "former", "churned_on": "2025-01-01"},
)
TICKETS = (
    {"ticket_id": "1", "account_id": "a", "complexity": "low", "opened_at": "2026-07-01 00:00:00",
     "first_replied_at": "2026-07-01 01:00:00", "resolved_at": "2026-07-01 10:00:00",
     "agent_touches": 1, "reopens": 0, "escalated": False, "csat": 5},
    {"ticket_id": "2", "account_id": "a", "complexity": "low", "opened_at": "2026-07-02 00:00:00",
     "first_replied_at": "2026-07-02 03:00:00", "resolved_at": "2026-07-03 06:00:00",
     "agent_touches": 3, "reopens": 1, "escalated": True, "csat": 4},
    {"ticket_id": "3", "account_id": "a", "complexity": "high", "opened_at": "2026-09-30 12:00:00"},
    {"ticket_id": "4", "account_id": "b", "complexity": "high", "opened_at": "2026-09-10 00:00:00",
     "first_replied_at": "2026-09-10 08:00:00", "resolved_at": "2026-09-12 02:00:00",
     "agent_touches": 1, "csat": 2},
    {"ticket_id": "5", "account_id": "b", "opened_at": "2026-09-28 00:00:00",
     "first_replied_at": "2026-09-28 02:00:00", "agent_touches": 2, "reopens": 0,
     "escalated": False},
    # Open since June: backlog, and nothing else of the quarter.
    {"ticket_id": "6", "account_id": "a", "complexity": "low", "opened_at": "2026-06-01 00:00:00",
     "agent_touches": 7},
    {"ticket_id": "7", "account_id": "a", "opened_at": "2026-06-15 00:00:00",
     "resolved_at": "2026-07-10 00:00:00", "agent_touches": 7},
    {"ticket_id": "8", "account_id": "b", "opened_at": "2026-10-01 00:00:00"},
)  # fmt: skip
MONTHS = 3 + 3 * 30 / 92


def parts_of(*rows: dict, customers: pd.DataFrame = CUSTOMERS, **study: object) -> Components:
    return components_of(
        make_study(**study), Quarter.parse("2026Q3"), customers, tickets=canonical("tickets", *rows)
    )


def values(parts: Components) -> dict[str, float]:
    """What a segment of the customers a and b comes to."""
    members = pd.DataFrame({"segment_id": "s", "account_id": ["a", "b"]})
    table = segment_metrics(make_study(), members, parts)
    return table.set_index("metric")["value"].to_dict()


# metric → (segment of a and b, a alone); None = no such metric of an account.
EXPECTED = {
    "tickets": (5, 3),
    "tickets_per_customer_month": (5 / MONTHS, 1),
    "first_reply_hours_mean": ((1 + 3 + 8 + 2) / 4, 2),
    "first_reply_hours_median": ((2 + 3) / 2, 2),
    "unanswered_tickets": (1, 1),
    "resolution_hours_mean": ((10 + 30 + 50) / 3, 20),
    "resolution_hours_median": (30, 20),
    # Hours 10, 12+, 30, 50, 72+ (+ = still open): 4/5 left after 10, 4/5 · 2/3 = 0.53 after 30,
    # and 0.27 after 50: half are solved after 50.
    "resolution_hours_median_censored": (50, None),
    "open_tickets": (2, 1),
    "open_ticket_hours_median": ((12 + 72) / 2, 12),
    "backlog_tickets": (3, 2),
    "backlog_per_customer": (3 / 2, None),
    "backlog_age_days": ((0.5 + 3 + 122) / 3, (0.5 + 122) / 2),
    "agent_touches_mean": ((1 + 3 + 1 + 2) / 4, 2),
    "one_touch_rate": (2 / 3, 1 / 2),
    "reopen_rate": (1 / 3, 1 / 2),
    "escalation_rate": (1 / 3, 1 / 2),
    "ticket_csat": (100 * 2 / 3, 100),
    "complexity_share_low": (2 / 4, 2 / 3),
    "complexity_share_high": (2 / 4, 1 / 3),
    "first_reply_hours_mean_complexity_low": ((1 + 3) / 2, 2),
    "first_reply_hours_median_complexity_low": (2, 2),
    "first_reply_hours_mean_complexity_high": (8, np.nan),
    "first_reply_hours_median_complexity_high": (8, np.nan),
    "resolution_hours_mean_complexity_low": ((10 + 30) / 2, 20),
    "resolution_hours_median_complexity_low": (20, 20),
    "resolution_hours_mean_complexity_high": (50, np.nan),
    "resolution_hours_median_complexity_high": (50, np.nan),
}


@pytest.fixture(scope="module")
def parts() -> Components:
    return parts_of(*TICKETS)


class TestByHand:
    def test_every_service_metric_has_an_expected_value(self, parts):
        service = [n for n in parts.metrics if parts.definition(n).table == ("tickets",)]
        assert set(EXPECTED) == set(service)

    def test_of_a_segment(self, parts):
        found = values(parts)
        expected = {name: pair[0] for name, pair in EXPECTED.items()}
        assert {name: found[name] for name in expected} == pytest.approx(expected)

    def test_of_an_account(self, parts):
        found = account_metrics(parts).set_index("account_id").loc["a"]
        expected = {name: pair[1] for name, pair in EXPECTED.items() if pair[1] is not None}
        measured = {name: found[name] for name in expected}
        assert measured == pytest.approx(expected, abs=1e-6, nan_ok=True)
        assert not {n for n, pair in EXPECTED.items() if pair[1] is None} & set(found.index)

    def test_no_tickets_is_blank_but_no_backlog_is_none(self, parts):
        found = account_metrics(parts).set_index("account_id")
        assert found.loc["c", ["tickets", "first_reply_hours_mean", "backlog_tickets"]].isna().all()
        nothing = account_metrics(parts_of(TICKETS[0])).set_index("account_id")
        assert nothing.loc["b", ["tickets", "open_tickets", "backlog_tickets"]].tolist() == [0] * 3

    def test_levels_keep_their_own_words(self, parts):
        entry = parts.definitions["resolution_hours_mean_complexity_low"]
        assert (entry.of, entry.label) == ("low", "Resolution (mean), complexity low")

    def test_kept_and_read_again(self, parts, write_study, minimal, tmp_path):
        from helpers.workspace import Workspace

        ws = Workspace.open(
            study=str(write_study(minimal)), quarter="2026Q3", reports=str(tmp_path / "reports")
        )
        parts.keep(ws)
        again = Components.kept(ws)
        assert again.definitions == parts.definitions
        assert values(again) == pytest.approx(values(parts), nan_ok=True)

    def test_too_many_levels_are_no_classes(self):
        rows = [TICKETS[0] | {"ticket_id": str(i), "complexity": f"story {i}"} for i in range(13)]
        with pytest.raises(StudyError, match="13 levels"):
            parts_of(*rows)


FRIDAY = {
    "ticket_id": "1", "account_id": "a", "opened_at": "2026-07-03 16:00:00",
    "first_replied_at": "2026-07-06 10:00:00", "resolved_at": "2026-07-07 17:30:00",
}  # fmt: skip
OFFICE = {"from": "09:00", "to": "17:00"}


class TestClock:
    @pytest.mark.parametrize(
        ("hours", "reply", "resolution"),
        [
            (None, 66, 97.5),
            (OFFICE, 2, 1 + 8 + 8),
            (OFFICE | {"holidays": ["2026-07-06"]}, 1, 1 + 8),
        ],
    )
    def test_hours_of_the_study(self, hours, reply, resolution):
        parts = parts_of(FRIDAY, service={"business_hours": hours})
        found = values(parts)
        assert found["first_reply_hours_mean"] == found["first_reply_hours_median"] == reply
        assert found["resolution_hours_mean"] == found["resolution_hours_median"] == resolution

    def test_definitions_name_it(self):
        plain = make_study()
        office = make_study(service={"business_hours": OFFICE})
        for name in ("resolution_hours_mean", "first_reply_hours_median_complexity_low"):
            assert defined(plain, name).definition.endswith("Hours around the clock.")
            assert "Mon, Tue, Wed, Thu, Fri, 09:00 to 17:00" in defined(office, name).definition
        assert defined(office, "backlog_age_days").definition == METRICS[
            "backlog_age_days"
        ].definition  # fmt: skip


def test_intervals_name_their_method_and_need_enough_customers():
    rng = np.random.default_rng(3)
    ids = [f"c{i:02}" for i in range(40)]
    rows = [
        {"ticket_id": f"{i}", "account_id": ids[i % 40], "opened_at": "2026-09-20 00:00:00",
         "resolved_at": None if i % 8 == 3 else
         str(pd.Timestamp("2026-09-20") + pd.Timedelta(minutes=int(rng.integers(30, 9000))))}
        for i in range(120)
    ]  # fmt: skip
    parts = parts_of(*rows, customers=customer_frame(*[{"account_id": name} for name in ids]))
    whole = company_metrics(make_study(), parts).set_index("metric")
    for name, method in (
        ("resolution_hours_median_censored", "customers resampled"),
        ("resolution_hours_median", "customers resampled"),
        ("open_tickets", "bootstrap-t over customers, at this number of customers"),
    ):
        assert whole.loc[name, "low"] < whole.loc[name, "value"] < whole.loc[name, "high"]
        assert whole.loc[name, "method"].startswith(method)
    censored, plain = (
        whole.loc[f"resolution_hours_median{end}", "value"] for end in ("_censored", "")
    )
    assert censored > plain  # what is still open took longer than most
    members = pd.DataFrame({"segment_id": "s", "account_id": ids[:9]})
    few = segment_metrics(make_study(), members, parts).set_index("metric")
    assert few.loc["resolution_hours_median_censored", "method"] == "fewer than 10 customers"
    assert np.isnan(few.loc["resolution_hours_median_censored", "low"])


HOURS = st.none() | st.integers(0, 400)


@settings(max_examples=5, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.integers(0, 2200), HOURS, HOURS,
            st.sampled_from(["low", "high", None]), st.none() | st.integers(0, 4),
        ),
        min_size=2, max_size=14,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_neither_order_nor_files_nor_later_rows_matter(drawn, random):
    rows = [
        {"ticket_id": str(i), "account_id": account, "complexity": level, "agent_touches": touches,
         "opened_at": str(pd.Timestamp("2026-07-01") + pd.Timedelta(hours=start)),
         "first_replied_at": None if reply is None else
         str(pd.Timestamp("2026-07-01") + pd.Timedelta(hours=start + reply)),
         "resolved_at": None if solved is None else
         str(pd.Timestamp("2026-07-01") + pd.Timedelta(hours=start + solved))}
        for i, (account, start, reply, solved, level, touches) in enumerate(drawn)
    ]  # fmt: skip
    later = [row | {"ticket_id": "x" + row["ticket_id"], "opened_at": "2026-10-01 00:00:00"}
             for row in rows]  # fmt: skip
    shuffled = random.sample(rows + later, k=2 * len(rows))
    middle = random.randint(1, len(shuffled) - 1)
    split = canonical("tickets", *shuffled[:middle]).union(canonical("tickets", *shuffled[middle:]))
    study, quarter = make_study(), Quarter.parse("2026Q3")
    first = parts_of(*rows)
    again = components_of(study, quarter, CUSTOMERS, tickets=split)
    pd.testing.assert_frame_equal(first.table, again.table, check_exact=True)
    pd.testing.assert_frame_equal(first.observations, again.observations, check_exact=True)
    assert first.definitions == again.definitions
