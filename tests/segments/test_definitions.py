"""Segments that are defined beforehand, and their rules."""

from datetime import date

import pandas as pd
import pytest
from company import SOURCES, frame_of, study_of
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import StudyError
from helpers.segments import definitions, lifecycle, needs, rules

AS_OF = date(2026, 9, 30)


def members_of(segments: definitions.Segments, segment_id: str) -> list[str]:
    held = segments.members
    return held.loc[held["segment_id"] == segment_id, "account_id"].tolist()


def everything() -> tuple[pd.DataFrame, definitions.Segments]:
    frame = frame_of()
    frame["renews_on"] = pd.Timestamp("2026-10-15")
    frame["required_outcome"] = ["faster month end", "fewer tools", None] * 100
    study = study_of(
        scope={"pairs": [["industry", "region"]]},
        hypotheses=[
            {
                "id": "H1",
                "statement": "FinTech in the EU is better",
                "variables": ["industry"],
                "where": "industry = 'FinTech' AND region = 'EU'",
            }
        ],
    )
    lists = pd.DataFrame({"list_name": "VIP", "account_id": ["A0003", "A0001", "gone"]})
    return frame, definitions.combine(
        definitions.a_priori(study, frame),
        definitions.value_segments(frame),
        lifecycle.lifecycle(study, frame, as_of=AS_OF),
        definitions.from_hypotheses(study, frame),
        definitions.from_candidates(frame, lists),
        needs.needs_groups(frame),
    )


def test_every_rule_reproduces_its_members():
    frame, segments = everything()
    sql = dict(zip(segments.table["segment_id"], segments.table["rule"], strict=True))
    again = rules.evaluate_rules(frame, sql)
    pd.testing.assert_frame_equal(again, segments.masks(frame))
    assert again.to_numpy().sum() == len(segments.members) > 0


def test_ids_are_unique_and_readable():
    _, segments = everything()
    ids = segments.table["segment_id"].tolist()
    assert len(ids) == len(set(ids))
    assert {
        "industry-fintech",
        "industry-o-neil",
        "seats-under-50",
        "seats-from-1000",
        "industry-fintech+region-eu",
        "band-excellent",
        "revenue-a",
        "lifecycle-renewal",
        "hypothesis-h1",
        "list-vip",
        "needs-fewer-tools",
    } <= set(ids)


def test_a_priori_has_every_level_and_pair():
    frame, segments = everything()
    counted = segments.members.groupby("segment_id").size()
    for name in ("industry", "region", "seats", "marquee"):
        for level, count in frame[name].value_counts().items():
            assert counted[f"{name}-{rules.slug(level)}"] == count
    both = ((frame["industry"] == "Retail") & (frame["region"] == "US")).sum()
    assert counted["industry-retail+region-us"] == both


def test_levels_that_differ_in_punctuation_keep_apart_whatever_their_order():
    frame = frame_of(40)
    frame["industry"] = pd.Categorical(["A & B", "A / B"] * 20)
    study = study_of()
    one = definitions.a_priori(study, frame).table.set_index("rule")["segment_id"]
    other = definitions.a_priori(study, frame.iloc[::-1]).table.set_index("rule")["segment_id"]
    assert one.is_unique
    assert one.to_dict() == other.to_dict()


def test_definitions_carry_the_labels_of_the_study():
    _, segments = everything()
    told = segments.table.set_index("segment_id")["definition"]
    assert told["seats-50-199"] == "Seats: 50–199"
    assert told["industry-fintech+region-eu"] == "Industry: FinTech and Region: EU"
    assert told["hypothesis-h1"] == "Industry: FinTech and Region: EU"


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("seats_raw >= 1200", "Seats: at least 1,200"),
        ("seats_raw BETWEEN 50 AND 199.5", "Seats: 50 to 199.5"),
        ("region IN ('EU', 'US') AND marquee <> 'no'", "Region: EU or US and Marquee: not no"),
        (
            "plan = 'Pro' AND (seats_raw >= 200 AND seats_raw < 1000)",
            "Plan: Pro and Seats: 200 to under 1,000",
        ),
        ("lower(region) = 'eu'", None),
        ("region = 'EU' OR marquee = 'yes'", None),
    ],
)
def test_rules_in_words(sql, words):
    assert rules.in_words(study_of(), sql) == words


# ── SQL conditions ───────────────────────────────────────────────────────────────────────────────
def test_a_condition_that_is_null_makes_no_member():
    frame = pd.DataFrame(
        {"account_id": ["1", "2", "3"], "region": pd.Categorical(["EU", None, "US"])}
    )
    assert rules.evaluate_rule(frame, "region <> 'EU'").tolist() == [False, False, True]
    assert rules.evaluate_rule(frame, "NOT (region = 'EU')").tolist() == [False, False, True]
    assert rules.evaluate_rule(frame, "region IS NULL").tolist() == [False, True, False]


def test_a_level_that_nobody_has_is_no_error():
    frame = frame_of(20)
    assert not rules.evaluate_rule(frame, "industry = 'Space' -- none").any()


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("industy = 'FinTech'", "industy"),
        ("industry = = 'FinTech'", "syntax"),
        ("industry", "Could not convert string"),
        ("max(seats_raw) > 1", "answers"),
        ("unnest([true, false])", "answers"),
    ],
)
def test_bad_sql_is_told_with_hypothesis_and_columns(sql, says):
    study = study_of(
        hypotheses=[
            {"id": "OK", "statement": "s", "variables": ["plan"], "where": "plan = 'Pro'"},
            {"id": "H7", "statement": "s", "variables": ["plan"], "where": sql},
        ]
    )
    with pytest.raises(StudyError, match=says) as error:
        definitions.from_hypotheses(study, frame_of(20))
    assert "hypotheses, H7" in str(error.value)
    assert "seats_raw" in str(error.value).split("expected:")[1]


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=20))
def test_any_text_survives_as_a_literal(text):
    frame = pd.DataFrame({"account_id": ["1", "2"], "x": [text, text + "!"]})
    if "\x00" not in text:
        assert rules.evaluate_rule(frame, f"x = {rules.literal(text)}").tolist() == [True, False]


@settings(max_examples=50, deadline=None)
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_survives_as_a_literal(number):
    frame = pd.DataFrame({"account_id": ["1"], "x": [number]})
    assert rules.evaluate_rule(frame, f"x = {rules.literal(number)}").tolist() == [True]


def test_columns_are_read_from_the_syntax_not_from_the_text():
    sql = "\"plan\" = 'region' AND (coalesce(seats_raw, 0) > 1 OR plan IS NULL) -- industry"
    assert rules.columns_of(sql) == ("plan", "seats_raw")


# ── score lines that a definition shares ─────────────────────────────────────────────────────────
def test_shared_lines():
    study = study_of(
        quality_score={
            "costs": {"service": {"cost_kind": "service"}},
            "bonuses": {
                "growth": {"growth": "magnitude"},
                "known": {"where": "marquee = 'yes'", "amount": 10},
                "size": {"column": "seats", "weight": 2},
            },
            "penalties": {"left": {"where": "churned_on IS NOT NULL", "amount": 5}},
        }
    )
    assert rules.shared_lines(study, ["industry"]) == ()
    assert rules.shared_lines(study, ["plan"]) == ("base", "growth")
    assert rules.shared_lines(study, ["marquee"]) == ("known",)
    assert rules.shared_lines(study, ["seats_raw"]) == ("size",)
    assert rules.shared_lines(study, ["status"]) == ("growth", "left")
    # Who was won lately had less time to leave, and so to pay the penalty for it.
    assert rules.shared_lines(study, ["tenure_days"]) == ("growth", "left")
    assert rules.shared_lines(study, ["monthly_revenue"]) == ("base", "growth")
    assert rules.shared_lines(study, ["band"]) == (
        "base", "service", "growth", "known", "size", "left",
    )  # fmt: skip


# ── value ────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("revenue", "expected"),
    [
        ([50, 30, 15, 5], "AABC"),  # 50, 80, 95, 100 %: both limits reached to the dot
        ([79, 2, 14, 5], "ACAB"),  # sorted 79, 93, 98, 100 %: the one that crosses belongs to it
        ([100, 0, -5, None], "ACCC"),
        ([10, 10, 10, 10], "AAAA"),  # one revenue: kept together in the better class
        ([60, 20, 20], "AAA"),
    ],
)
def test_abc(revenue, expected):
    frame = frame_of(len(revenue)).assign(status="current", monthly_revenue=revenue)
    segments = definitions.value_segments(frame)
    found = {
        account: name.removeprefix("revenue-").upper()
        for name, account in segments.members.itertuples(index=False)
        if name.startswith("revenue-")
    }
    assert "".join(found[account] for account in frame["account_id"]) == expected


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 1e9), min_size=1, max_size=40))
def test_abc_class_a_is_the_fewest_that_make_80_percent(revenue):
    low = definitions.abc_limits(pd.Series(revenue))["A"]
    taken = sorted(revenue, reverse=True)
    needed = next(
        n for n in range(1, len(taken) + 1) if sum(taken[:n]) >= (0.8 - 1e-8) * sum(taken)
    )
    assert low == pytest.approx(taken[needed - 1])


def test_former_customers_are_in_no_revenue_class_and_no_stage():
    frame, segments = everything()
    former = set(frame.loc[frame["status"] == "former", "account_id"])
    staged = segments.members["segment_id"].str.startswith(("revenue-", "lifecycle-"))
    assert former
    assert not former & set(segments.members.loc[staged, "account_id"])


def test_no_revenue_at_all_is_said():
    frame = frame_of(20).assign(monthly_revenue=0.0)
    assert definitions.value_segments(frame).notes


# ── health ───────────────────────────────────────────────────────────────────────────────────────
def test_health_groups_of_current_customers():
    frame = frame_of(4).assign(
        status=["current", "current", "current", "former"],
        health_group=["key", "at_risk", "key", None],
    )
    segments = definitions.health_segments(frame)
    assert segments.table["segment_id"].tolist() == ["health-key", "health-at-risk"]
    assert segments.table["basis"].unique().tolist() == ["health"]
    assert members_of(segments, "health-key") == ["A0000", "A0002"]


@pytest.mark.parametrize("more", [{}, {"health_group": None}])
def test_health_that_was_not_collected_is_said(more):
    segments = definitions.health_segments(frame_of(4).assign(**more))
    assert len(segments) == 0
    assert "health" in segments.notes[0]


def test_health_shares_value_and_tickets_with_the_score():
    lines = {"costs": {"tickets": {"count": "tickets", "amount": 5},
                       "service": {"cost_kind": "service"}}}  # fmt: skip
    study = study_of(quality_score=lines)
    assert rules.shared_lines(study, ["health_group"]) == ("base", "tickets")
    # Only current customers have health, so that it shares what leaving changes, too.
    assert rules.shared_lines(study, ["health_score"]) == ("base", "tickets")
    study = study_of(quality_score=lines, health={"value": "quality_score"})
    assert rules.shared_lines(study, ["health_group"]) == ("base", "tickets", "service")


# ── lifecycle ────────────────────────────────────────────────────────────────────────────────────
def test_stages_meet_without_gap_or_overlap():
    frame = frame_of(6).assign(status="current", tenure_days=[0, 89, 90, 364, 365, None])
    segments = lifecycle.lifecycle(study_of(), frame, as_of=AS_OF)
    assert members_of(segments, "lifecycle-first-90-days") == ["A0000", "A0001"]
    assert members_of(segments, "lifecycle-first-year") == ["A0002", "A0003"]
    assert members_of(segments, "lifecycle-veteran") == ["A0004"]
    assert any("renews_on" in note for note in segments.notes)


def test_trial_and_onboarding_come_first_where_the_study_knows_them():
    frame = frame_of(7).assign(
        status="current",
        tenure_days=[0, 29, 30, 89, 400, 400, 10],
        plan=["Basic", "Basic", "Basic", "Basic", "Basic", "Trial", None],
    )
    study = study_of(lifecycle={"trial": "plan = 'Trial'", "onboarding": 30})
    segments = lifecycle.lifecycle(study, frame, as_of=AS_OF)
    assert members_of(segments, "lifecycle-onboarding") == ["A0000", "A0001", "A0006"]
    assert members_of(segments, "lifecycle-first-90-days") == ["A0002", "A0003"]
    assert members_of(segments, "lifecycle-veteran") == ["A0004"]
    assert members_of(segments, "lifecycle-trial") == ["A0005"]


@settings(max_examples=30, deadline=None)
@given(
    st.none() | st.integers(1, 500),
    st.integers(1, 300),
    st.integers(2, 600),
    st.lists(st.integers(0, 700), min_size=1, max_size=20),
)
def test_every_customer_is_in_exactly_one_stage(onboarding, first90, first_year, days):
    study = study_of(
        lifecycle={"onboarding": onboarding, "first90": first90, "first_year": first_year}
    )
    frame = frame_of(len(days)).assign(tenure_days=days)
    rules_of = {stage.name: stage.rule for stage in lifecycle.stages(study)}
    assert (rules.evaluate_rules(frame, rules_of).sum(axis=1) == 1).all()


def test_a_trial_condition_that_cannot_be_evaluated_says_where():
    study = study_of(lifecycle={"trial": "plann = 'Trial'"})
    with pytest.raises(StudyError, match="lifecycle, stage `trial`"):
        lifecycle.stage_of(study, frame_of(3))


def test_renewal_window():
    days = pd.to_datetime(["2026-09-30", "2026-10-01", "2026-12-29", "2026-12-30", None])
    frame = frame_of(5).assign(status="current", renews_on=days)
    segments = lifecycle.lifecycle(study_of(), frame, as_of=AS_OF)
    assert members_of(segments, "lifecycle-renewal") == ["A0001", "A0002"]
    assert segments.notes == ()


def test_next_renewal_is_of_contracts_in_force():
    contracts = pd.DataFrame(
        [
            ("a", "2026-01-01", None, "2026-12-31"),
            ("a", "2026-02-01", None, "2026-11-30"),
            ("a", "2025-01-01", "2026-06-30", "2026-10-31"),  # ended
            ("b", "2026-10-05", None, "2027-01-01"),  # not begun
            ("c", "2026-01-01", None, "2026-09-30"),  # not after the as-of date
        ],
        columns=["account_id", "starts_on", "ends_on", "renews_on"],
    )
    dated = ["starts_on", "ends_on", "renews_on"]
    contracts[dated] = contracts[dated].apply(pd.to_datetime)
    found = lifecycle.next_renewal(contracts, as_of=AS_OF)
    assert found.to_dict("list") == {
        "account_id": ["a"],
        "renews_on": [pd.Timestamp("2026-11-30")],
    }


# ── lists and needs ──────────────────────────────────────────────────────────────────────────────
def test_accounts_of_a_list_that_are_no_customers_are_counted():
    _, segments = everything()
    assert members_of(segments, "list-vip") == ["A0001", "A0003"]
    row = segments.table.set_index("segment_id").loc["list-vip"]
    assert row["note"].startswith("1 accounts of the list")


def test_needs_are_of_interviewed_customers_with_their_share():
    frame, segments = everything()
    row = segments.table.set_index("segment_id").loc["needs-fewer-tools"]
    assert row["population"] == "interviewed"
    assert row["note"] == "200 of 300 customers were interviewed (67\u00a0%)"
    none = needs.needs_groups(frame.drop(columns="required_outcome"))
    assert len(none) == 0
    assert none.notes == ("needs: no interviews were collected",)


def test_the_latest_interview_counts():
    told = pd.DataFrame(
        {
            "account_id": ["a", "a", "b", "c"],
            "required_outcome": ["old", "new", None, "x"],
            "interviewed_on": pd.to_datetime(["2026-01-01", "2026-05-01", "2026-05-01", None]),
            "channel": ["phone", "mail", "mail", "phone"],
        }
    )
    found = needs.required_outcomes(told)
    assert found.to_dict("list") == {"account_id": ["a", "c"], "required_outcome": ["new", "x"]}


def test_an_interview_without_a_day_does_not_take_the_place_of_one_with_a_day():
    told = pd.DataFrame(
        {
            "account_id": ["a", "a"],
            "required_outcome": ["grow", "grow"],
            "interviewed_on": pd.to_datetime(["2026-05-01", None]),
            "channel": ["mail", "phone"],
        }
    )
    found = needs.latest_interviews(told, pd.DataFrame({"account_id": ["a"]}))
    assert found["channel"].tolist() == ["mail"]


def test_needs_of_a_segment_against_the_other_interviewed_customers():
    told = pd.DataFrame(
        {
            "account_id": ["a", "a", "b", "c", "d", "e"],
            "required_outcome": ["old", "new", "new", "x", None, "x"],
            "interviewed_on": pd.to_datetime(["2026-01-01", *["2026-05-01"] * 5]),
            "channel": ["phone", "mail", None, "phone", "mail", "mail"],
        }
    )
    # d told no outcome, e is no customer; the first interview of a no longer counts.
    frame = pd.DataFrame({"account_id": list("abcd")})
    members = pd.DataFrame({"segment_id": ["s", "s", "s", "t"], "account_id": ["a", "b", "d", "d"]})
    found = needs.needs_by_segment(told, members, frame)
    assert list(found.itertuples(index=False, name=None)) == [
        ("s", "required_outcome", "new", 2, 2, 1.0, 1, 0.0),
        ("s", "channel", "mail", 1, 1, 1.0, 1, 0.0),
    ]
    whole = pd.DataFrame({"segment_id": "all", "account_id": list("abc")})
    everyone = needs.needs_by_segment(told, whole, frame)
    assert everyone["mentions"].tolist() == [2, 1, 1, 1]
    assert everyone["rest_share"].isna().all()  # nobody else was asked
    assert needs.needs_by_segment(None, members, frame).empty


def test_tenure_shares_revenue_of_the_past_year_and_no_contract_value():
    """Who was won within the year has brought the revenue of fewer months, current or former."""
    bought = study_of(
        business_model="transactional", sources=SOURCES | {"orders": SOURCES["accounts"]}
    )
    assert bought.score_base == "revenue_12m"
    for column in ("tenure_days", "won_on"):
        assert "base" in rules.shared_lines(bought, [column], former=False)
        assert "base" not in rules.shared_lines(study_of(), [column], former=False)
