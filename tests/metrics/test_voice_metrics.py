"""Every survey and referral metric by hand, from answers to the values of a segment."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import canonical, customer_frame, make_study

from helpers.metrics.accounts import account_metrics, components_of
from helpers.metrics.catalog import METRICS
from helpers.metrics.components import Components
from helpers.metrics.profiles import company_metrics, segment_metrics
from helpers.metrics.survey_reasons import commonest, survey_reasons_of
from helpers.quarter import Quarter

QUARTER = Quarter.parse("2026Q3")
CUSTOMERS = customer_frame(
    {"account_id": "a"},
    {"account_id": "b"},
    {"account_id": "c"},
    {"account_id": "gone", "status": "former", "churned_on": "2024-01-01"},
)


def answer(account: str, score: int | None, contact: str | None = None, **columns: object) -> dict:
    row = {"account_id": account, "kind": "nps", "asked_on": "2026-08-01", "score": score}
    return row | {"contact": contact} | columns


def parts_of(*rows: dict, **tables: object) -> Components:
    return components_of(
        make_study(), QUARTER, CUSTOMERS, surveys=canonical("surveys", *rows), **tables
    )


def values(parts: Components, accounts: str = "abc") -> dict[str, float]:
    members = pd.DataFrame({"segment_id": "s", "account_id": list(accounts)})
    return segment_metrics(make_study(), members, parts).set_index("metric")["value"].to_dict()


REFERRALS = [
    ("a", "2025-10-01", True), ("a", "2026-09-30", None), ("b", "2026-01-01", False),
    ("a", "2025-09-30", True), ("a", "2026-10-01", True),  # outside the twelve months
]  # fmt: skip
# 60 % promoters, 30 % passives and 10 % detractors answer, 25 more people do not; of five asked
# for a rating four give one; three customers refer three companies, the outcome of two is known.
EXPECTED = {
    "nps": 100 * (60 - 10) / 100,
    "nps_promoters_share": 60,
    "nps_passives_share": 30,
    "nps_detractors_share": 10,
    "nps_worst_case": 100 * (60 - 10 - 25) / 125,
    "nps_best_case": 100 * (60 + 25 - 10) / 125,
    "nps_response_rate": 100 / 125,
    "csat": 100 * 2 / 4,
    "csat_worst_case": 100 * 2 / 5,
    "csat_best_case": 100 * 3 / 5,
    "csat_response_rate": 4 / 5,
    "referrals_per_customer": 3 / 3,
    "referral_win_rate": 1 / 2,
    "promoter_referral_rate": 2 / 3,  # a and b referred, c did not
}


def test_every_metric_by_hand():
    scores = [9, 10] * 30 + [7, 8] * 15 + [0, 1, 2, 3, 4, 5, 6, 0, 3, 6] + [None] * 25
    rows = [answer("abc"[i % 3], score, f"p{i}") for i, score in enumerate(scores)]
    rows += [answer("a", score, kind="csat") for score in (5, 4, 3, 1, None)]
    referrals = canonical(
        "referrals",
        *[{"referrer_account_id": w, "referred_on": day, "won": won} for w, day, won in REFERRALS],
    )
    found = values(parts_of(*rows, referrals=referrals))
    assert found["nps"] == 50
    assert {name: found[name] for name in EXPECTED} == pytest.approx(EXPECTED)


def test_every_metric_has_an_expected_value():
    voice = [n for n, entry in METRICS.items() if entry.table in {("surveys",), ("referrals",)}]
    assert set(EXPECTED) == set(voice)


class TestNps:
    def test_who_is_silent(self):
        """Three people asked in the quarter speak, one does not, one spoke about another asking."""
        rows = [
            answer("a", 9, "x"), answer("a", None, "x"),  # asked twice, answered once
            answer("a", 2, "y"),
            answer("a", None, "z"),
            answer("b", 9, "v", asked_on="2026-06-25", responded_on="2026-07-01"),
            answer("b", None, "v"),  # spoke in the quarter, though not to this
            answer("b", 9, "w", asked_on="2026-06-01", responded_on="2026-06-02"),
            answer("b", None, "w"),  # an answer before the quarter is none in it
        ]  # fmt: skip
        found = values(parts_of(*rows))
        # responses x, y, v: two promoters and a detractor; z and w are silent.
        assert found["nps"] == pytest.approx(100 / 3)
        assert found["nps_worst_case"] == pytest.approx(100 * (1 - 2) / 5)
        assert found["nps_best_case"] == pytest.approx(100 * (1 + 2) / 5)
        assert found["nps_response_rate"] == pytest.approx(2 / 6)

    def test_latest_answer_of_a_respondent(self):
        rows = [
            answer("a", 0, "x", responded_on="2026-08-02"),
            answer("a", 10, "x", asked_on="2026-09-01", responded_on="2026-09-02"),
        ]
        parts = parts_of(*rows)
        assert values(parts)["nps"] == 100
        assert account_metrics(parts).set_index("account_id").loc["a", "nps"] == 100

    def test_bounds_hold_whatever_the_silent_would_say(self):
        rng = np.random.default_rng(1)
        scores = rng.integers(0, 11, 60)
        spoke = rng.random(60) < 0.5
        told = [answer("abc"[i % 3], int(s) if heard else None, f"p{i}")
                for i, (s, heard) in enumerate(zip(scores, spoke, strict=True))]  # fmt: skip
        truth = 100 * ((scores >= 9).mean() - (scores <= 6).mean())
        found = values(parts_of(*told))
        assert found["nps_worst_case"] <= truth <= found["nps_best_case"]

    def test_everybody_answered(self):
        found = values(parts_of(answer("a", 9), answer("b", 3)))
        assert found["nps"] == found["nps_worst_case"] == found["nps_best_case"] == 0


def test_csat_and_rated_tickets_are_kept_apart():
    ticket = {"ticket_id": "1", "account_id": "a", "opened_at": "2026-07-01 00:00:00", "csat": 1}
    found = values(parts_of(answer("a", 5, kind="csat"), tickets=canonical("tickets", ticket)))
    assert found["csat"] == 100
    assert found["ticket_csat"] == 0
    assert np.isnan(found["nps"])


def test_referrals_of_accounts():
    table = canonical(
        "referrals",
        *[{"referrer_account_id": w, "referred_on": day, "won": won} for w, day, won in REFERRALS],
    )
    parts = components_of(make_study(), QUARTER, CUSTOMERS, referrals=table)
    accounts = account_metrics(parts).set_index("account_id")
    assert accounts["referrals_per_customer"].tolist()[:3] == [2, 1, 0]
    assert accounts["referral_win_rate"].tolist()[:2] == [1, 0]
    assert np.isnan(accounts.loc["gone", "referrals_per_customer"])  # no customer in the year


class TestReasons:
    rows = (
        answer("a", 9, "1", reason="support"), answer("a", 10, "2", reason="support"),
        answer("b", 9, "3", reason="support"), answer("c", 10, "4", reason="price"),
        answer("c", 9, "5"), answer("a", 7, "6", reason="price"),
        answer("b", 0, "7", reason="price"), answer("b", 3, "8", reason=" "),
        answer("a", 2, "9", reason="bugs", responded_on="2026-08-01"),
        answer("a", 9, "9", reason="support", responded_on="2026-09-01"),  # changed her mind
    )  # fmt: skip

    def found(self, **options: object) -> pd.DataFrame:
        members = pd.DataFrame({"segment_id": "s", "account_id": ["a", "b"]})
        surveys = canonical("surveys", *self.rows)
        accounts = CUSTOMERS["account_id"]
        return survey_reasons_of(make_study(), QUARTER, accounts, members, surveys, **options)

    def test_of_everybody(self):
        table = self.found().query("segment_id == 'all'")
        told = table[["group", "reason", "customers", "responses", "value"]]
        assert told.to_numpy().tolist() == [
            ["promoters", "support", 3, 5, pytest.approx(80)],
            ["promoters", "price", 3, 5, pytest.approx(20)],
            ["promoters", "unknown", 3, 6, pytest.approx(100 / 6)],
            ["passives", "price", 1, 1, 100],
            ["detractors", "price", 1, 1, 100],
            ["detractors", "unknown", 1, 2, 50],
        ]
        assert table["rest_value"].isna().all()

    def test_commonest_counts_answers_that_name_it(self):
        # 4 of 7 answers with a reason say support; price is named by more groups, in 3.
        assert commonest(self.found()) == ("support", 4, 7)

    def test_commonest_is_none_of_those_taken_together(self):
        rows = [answer("a", 9, f"r{n}", reason=f"only {n}") for n in range(6)]
        rows += [answer("b", 9, f"s{n}", reason="price") for n in range(2)]
        members = pd.DataFrame({"segment_id": "s", "account_id": ["a"]})
        table = survey_reasons_of(
            make_study(), QUARTER, CUSTOMERS["account_id"], members,
            canonical("surveys", *rows), top=1,
        )  # fmt: skip
        assert commonest(table) == ("price", 2, 8)

    def test_of_a_segment(self):
        table = self.found().query("segment_id == 's' and group == 'promoters'")
        by = table.set_index("reason")
        assert by.loc["support", ["value", "rest_value", "difference"]].tolist() == [100, 0, 100]
        assert by.loc["unknown", ["value", "rest_value"]].tolist() == [0, 50]

    def test_without_any_reason(self):
        members = pd.DataFrame({"segment_id": "s", "account_id": ["a"]})
        surveys = canonical("surveys", answer("a", 9))
        table = survey_reasons_of(make_study(), QUARTER, CUSTOMERS["account_id"], members, surveys)
        assert table.empty
        assert commonest(table) is None
        assert {"group", "reason", "responses"} <= set(table.columns)


def test_response_rate_has_an_interval_by_customers():
    names = [f"c{i:02}" for i in range(30)]
    customers = customer_frame(*[{"account_id": name} for name in names])
    rows = [answer(name, None if i % 3 else 9) for i, name in enumerate(names)]
    parts = components_of(make_study(), QUARTER, customers, surveys=canonical("surveys", *rows))
    row = company_metrics(make_study(), parts).set_index("metric").loc["nps_response_rate"]
    assert row["low"] < row["value"] < row["high"]
    assert row["method"] == "Wilson at the effective number of rows"


DAYS = st.dates(pd.Timestamp("2026-06-01").date(), pd.Timestamp("2026-09-30").date())


@settings(max_examples=5, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"), st.sampled_from(["x", "y", None]),
            st.sampled_from(["nps", "csat"]), st.none() | st.integers(1, 5), DAYS,
        ),
        min_size=2, max_size=12,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
def test_neither_order_nor_files_nor_later_rows_matter(drawn, random):
    rows = [answer(account, score, contact, kind=kind, asked_on=str(day), reason=f"r{score}")
            for account, contact, kind, score, day in drawn]  # fmt: skip
    later = [row | {"asked_on": "2026-10-01"} for row in rows]
    shuffled = random.sample(rows + later, k=2 * len(rows))
    middle = random.randint(1, len(shuffled) - 1)
    split = canonical("surveys", *shuffled[:middle]).union(canonical("surveys", *shuffled[middle:]))
    first = parts_of(*rows)
    again = components_of(make_study(), QUARTER, CUSTOMERS, surveys=split)
    pd.testing.assert_frame_equal(first.table, again.table, check_exact=True)


def test_promoters_that_refer():
    referrals = canonical(
        "referrals",
        {"referrer_account_id": "a", "referred_on": "2026-01-01"},
        {"referrer_account_id": "c", "referred_on": "2026-01-01"},
    )
    parts = parts_of(answer("a", 10), answer("b", 9), answer("c", 3), referrals=referrals)
    assert values(parts)["promoter_referral_rate"] == 1 / 2


def test_csat_by_moment_adds_up_to_the_whole():
    rows = [
        {"account_id": account, "kind": "csat", "asked_on": "2026-08-01",
         "responded_on": "2026-08-02", "score": score, "moment": moment, "contact": f"{at}"}
        for at, (account, score, moment) in enumerate(
            [("a", 5, "onboarding"), ("a", 2, "onboarding"), ("b", 4, "Renewal"),
             ("b", 3, None), ("c", 1, "Renewal"), ("c", 4, "Renewal")]
        )
    ]  # fmt: skip
    parts = parts_of(*rows)
    found = values(parts)
    assert found["csat_moment_onboarding"] == pytest.approx(100 * 1 / 2)
    assert found["csat_moment_renewal"] == pytest.approx(100 * 2 / 3)
    assert found["csat"] == pytest.approx(100 * 3 / 6)  # the one without a moment is in the whole
    assert parts.definition("csat_moment_renewal").label == "CSAT, Renewal"
    assert values(parts, "a")["csat_moment_onboarding"] == 50.0
    assert np.isnan(values(parts, "a")["csat_moment_renewal"])
