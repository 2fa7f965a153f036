"""Claims from quarter to quarter: what is claimed once, what is news, and what became of it."""

import numpy as np
import pandas as pd
import pytest
from claimed import (
    customers_of,
    frame_of,
    past_of,
    report_of,
    segments_of,
    study_of,
    today_of,
)

from helpers.history.claims import claims
from helpers.history.published import claims_of
from helpers.history.scoreboard import scoreboard
from helpers.quarter import Quarter

QUARTERS = ["2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1"]
RULES = {
    "fintech": "industry = 'FinTech'",
    "north": "region = 'North'",
}


def company(rng) -> pd.DataFrame:
    """FinTech is better, whoever is won; the North was, and no more since."""

    def then(table):
        return 1500 * (table["industry"] == "FinTech") + 1500 * (table["region"] == "North")

    first = pd.Series(pd.date_range("2020-01-01", "2025-03-31", periods=400))
    later = pd.Series(pd.date_range("2025-04-01", "2026-03-31", periods=320))
    return pd.concat(
        [
            customers_of(400, first, rng, then),
            customers_of(320, later, rng, lambda t: 1500 * (t["industry"] == "FinTech")),
        ],
        ignore_index=True,
    )


@pytest.fixture(scope="module")
def told() -> list[pd.DataFrame]:
    """The data file ``claims`` of five quarters; the North is found in the first only."""
    study, known = study_of(), company(np.random.default_rng(0))
    past, out = [], []
    for number, quarter in enumerate(QUARTERS):
        frame = frame_of(known, pd.Timestamp(Quarter.parse(quarter).as_of))
        rules = RULES if number == 0 else {"fintech": RULES["fintech"]}
        tables = segments_of(frame, rules)
        made = claims(past, today_of(study, quarter, frame, tables))
        past.append(past_of(study, quarter, report_of(frame, tables, made)))
        out.append(made)
    return out


def test_what_is_claimed_again_is_no_new_claim(told):
    assert [len(made) for made in told] == [2, 2, 2, 2, 2]
    assert told[0]["fate"].tolist() == ["new", "new"]
    assert set(told[4]["quarter"]) == {"2025Q1"}


def test_one_holds_up_and_one_fades_though_it_is_published_no_more(told):
    last = told[-1].set_index("id")
    assert last.loc["fintech", "fate"] == "held up"
    assert last.loc["north", "fate"] == "faded"
    assert last.loc["fintech", "inside"] == "yes"
    assert last.loc["north", "inside"] == "no"
    assert last["looks"].tolist() == [4, 4]


def test_a_verdict_stays_with_the_quarter_that_said_it(told):
    for name in ("fintech", "north"):
        rows = [made.set_index("id").loc[name] for made in told[1:]]
        said = [row["decided_in"] for row in rows if row["decided_in"]]
        assert len(set(said)) == 1
        assert said[0] in QUARTERS


def test_news_are_those_won_since(told):
    rows = [made.set_index("id").loc["fintech"] for made in told[1:]]
    counts = [row["members"] + row["others"] for row in rows]
    assert counts == sorted(counts)
    assert counts[-1] == 320


def test_the_scoreboard_counts_each_claim_once(told):
    board = scoreboard(told[-1]).set_index("kind")
    assert board.loc["all", ["claims", "looked_at", "inside", "held_up", "faded"]].tolist() == [
        2, 2, 1, 1, 1,
    ]  # fmt: skip
    assert board.loc["all", "inside_low"] == pytest.approx(0.0945, abs=1e-3)  # Wilson, 1 of 2
    assert scoreboard(told[0]).set_index("kind").loc["all", "claims"] == 0


def one_later(study, *changed, rules=RULES, now=None, frame=None):
    """One earlier quarter and today, from the same company."""
    known = company(np.random.default_rng(0))
    then = frame_of(known, pd.Timestamp("2025-03-31"))
    tables = segments_of(then, rules)
    made = claims([], today_of(study, "2025Q1", then, tables))
    past = past_of(study, "2025Q1", report_of(then, tables, made), *changed)
    today = frame_of(known, pd.Timestamp("2025-06-30")) if frame is None else frame(known)
    return claims([past], today_of(study, "2025Q2", today, segments_of(today, now or rules)))


def test_a_changed_score_is_not_compared():
    made = one_later(study_of(), "quality_score")
    assert made["fate"].unique().tolist() == ["not comparable"]
    assert "quality_score" in made["note"][0]


def test_another_change_is_told_beside():
    made = one_later(study_of(), "sources")
    assert made["looks"].tolist() == [1, 1]
    assert made["note"].str.contains("sources").all()


def test_levels_that_are_gone_are_told():
    def renamed(known):
        frame = frame_of(known, pd.Timestamp("2025-06-30"))
        return frame.assign(industry=frame["industry"].replace("FinTech", "Fintech"))

    now = {"fintech": "industry = 'Fintech'", "north": RULES["north"]}
    made = one_later(study_of(), frame=renamed, now=now).set_index("claim_id")
    row = made.loc["2025Q1/lift/fintech/quality_score"]
    assert (row["fate"], "nobody" in row["note"]) == ("not comparable", True)


def test_few_news_are_too_early_and_no_look():
    def few(known):
        return frame_of(known, pd.Timestamp("2025-04-09"))

    made = one_later(study_of(), frame=few)
    assert made["fate"].unique().tolist() == ["too early"]
    assert made["looks"].tolist() == [0, 0]


class TestOutcomes:
    """A hypothesis about leaving is measured over twelve months that share no day."""

    def tables(self, frame, value, error):
        tables = segments_of(frame, {"h": "region = 'North'"}, verdict="not_proven", source="H2")
        tables["hypotheses"] = pd.DataFrame(
            [
                {
                    "hypothesis_id": "H2",
                    "statement": "The North leaves more often",
                    "variables": "region",
                    "declared": True,
                    "outcome": "left",
                    "effect": value,
                    "effect_low": value - 3 * error,
                    "effect_high": value + 3 * error,
                    "effect_error": error,
                    "shares_score_inputs": "",
                    "unit": "share",
                    "verdict": "supported",
                }
            ]
        )
        return tables

    @pytest.mark.parametrize(("quarter", "looks"), [("2025Q4", 0), ("2026Q1", 1)])
    def test_it_waits_for_its_window(self, quarter, looks):
        study, known = study_of(), company(np.random.default_rng(0))
        then = frame_of(known, pd.Timestamp("2025-03-31"))
        tables = self.tables(then, 0.3, 0.05)
        past = past_of(study, "2025Q1", report_of(then, tables, pd.DataFrame(
            {"claim_id": [], "looks": [], "fate": [], "decided_in": []})))  # fmt: skip
        now = frame_of(known, pd.Timestamp(Quarter.parse(quarter).as_of))
        rng = np.random.default_rng(1)
        left = rng.random(len(now)) < np.where(now["region"] == "North", 0.4, 0.1)
        outcomes = pd.DataFrame({"account_id": now["account_id"], "left": left})
        today = today_of(study, quarter, now, tables | {"outcomes": outcomes})
        row = claims([past], today).iloc[0]
        assert (row["kind"], row["looks"]) == ("hypothesis", looks)
        if looks:
            north = (now["region"] == "North").to_numpy()
            assert row["realised"] == pytest.approx(left[north].mean() - left[~north].mean())
            assert row["fate"] == "held up"


def test_a_segment_that_a_hypothesis_declares_is_one_claim():
    frame = frame_of(company(np.random.default_rng(0)), pd.Timestamp("2025-03-31"))
    tables = TestOutcomes().tables(frame, 100.0, 10.0)
    tables["hypotheses"]["outcome"] = "quality_score"
    assert claims_of("2025Q1", tables, currency="EUR")["kind"].tolist() == ["hypothesis"]
    tables["segments"]["verdict"] = "validated"
    assert claims_of("2025Q1", tables, currency="EUR")["kind"].tolist() == ["lift"]


def test_what_faded_is_made_anew_only_after_it_was_given_up():
    """The North is said again and again on the same customers: its claim stays faded."""
    study, known = study_of(), company(np.random.default_rng(0))
    for silent, times in ((None, 1), (3, 2)):
        past = []
        for number, quarter in enumerate(QUARTERS):
            frame = frame_of(known, pd.Timestamp(Quarter.parse(quarter).as_of))
            rules = {"fintech": RULES["fintech"]} if number == silent else RULES
            tables = segments_of(frame, rules)
            made = claims(past, today_of(study, quarter, frame, tables))
            past.append(past_of(study, quarter, report_of(frame, tables, made)))
        north = made[made["id"] == "north"]
        assert north["fate"].tolist() == ["faded", "new"][:times]


@pytest.mark.parametrize(("now", "fate"), [(0.30, "held up"), (0.10, "faded")])
def test_a_chart_that_left_its_range_is_a_claim(now, fate):
    """Churn of the company rose from 10 % to 30 %: it stays there, or it was one quarter's."""

    def chart(quarter: str, value: float, signal: str) -> dict:
        row = {"segment_id": "company", "metric": "logo_churn_rate", "quarter": quarter,
               "value": value, "error": 0.02, "customers": 300, "centre": 0.10, "signal": signal,
               "unit": "ratio"}  # fmt: skip
        return {"control_charts": pd.DataFrame([row])}

    study, known = study_of(), company(np.random.default_rng(0))
    then = frame_of(known, pd.Timestamp("2025-03-31"))
    tables = segments_of(then, RULES, verdict="not_proven")
    tables |= chart("2025Q1", 0.30, "worse")
    made = claims([], today_of(study, "2025Q1", then, tables))
    assert made[["kind", "id", "compared_with", "fate"]].to_numpy().tolist() == [
        ["alert", "company", "its own past", "new"],
    ]
    past = past_of(study, "2025Q1", report_of(then, tables, made))
    frame = frame_of(known, pd.Timestamp("2025-06-30"))
    later = segments_of(frame, RULES, verdict="not_proven") | chart("2025Q2", now, "inside")
    row = claims([past], today_of(study, "2025Q2", frame, later)).iloc[0]
    assert (row["realised"], row["fate"]) == (pytest.approx(now - 0.10), fate)


def test_a_company_whose_records_begin_late_does_not_fade():
    """Of those won before the records only who stayed is known, and the poor ones did not stay."""
    study, fates = study_of(), []
    for seed in range(12):
        known = company(np.random.default_rng(seed))
        early = known["won_on"] <= pd.Timestamp("2024-12-31")
        known = known[~early | (known["base"] > 900)].reset_index(drop=True)
        rules = {"fintech": RULES["fintech"]}
        then = frame_of(known, pd.Timestamp("2025-03-31"))
        tables = segments_of(then, rules)
        made = claims([], today_of(study, "2025Q1", then, tables))
        past = [past_of(study, "2025Q1", report_of(then, tables, made))]
        for quarter in QUARTERS[1:]:
            frame = frame_of(known, pd.Timestamp(Quarter.parse(quarter).as_of))
            tables = segments_of(frame, rules)
            made = claims(past, today_of(study, quarter, frame, tables))
            past.append(past_of(study, quarter, report_of(frame, tables, made)))
        fates += made["fate"].tolist()
    assert len(fates) == 12
    assert "faded" not in fates
    assert fates.count("held up") >= 9
