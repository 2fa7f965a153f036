"""Steps of the quarter before: done, at the target, and treated customers beside like ones."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from claimed import past_of, study_of

from helpers.history.claims import claims
from helpers.history.followed import steps_followed
from helpers.history.foretold import foretold
from helpers.history.published import claims_of
from helpers.history.scoreboard import scoreboard
from helpers.quarter import Quarter

NOW = Quarter.parse("2026Q1")
METRIC = "tickets_per_customer_month"  # fewer are better


def step(**more) -> dict:
    row = {
        "segment_id": "g", "definition": "Group", "kind": "step", "action": "call", "owner": "CS",
        "by": pd.NaT, "metric": METRIC, "unit": "per month", "baseline": 4.0, "target": 2.0,
        "rule": "x = 1", "play": "playbook.1",
    }  # fmt: skip
    return row | more


def measured(value: float) -> pd.DataFrame:
    return pd.DataFrame(
        [{"segment_id": "g", "metric": METRIC, "value": value, "low": value - 1, "high": value + 1,
          "customers": 30}]
    )  # fmt: skip


def parts(values: dict[str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"metric": METRIC, "account_id": list(values), "numerator": list(values.values()),
         "denominator": 1.0}
    )  # fmt: skip


def named(*accounts: str) -> pd.DataFrame:
    return pd.DataFrame({"account_id": accounts, "segment_id": "g", "play": "playbook.1"})


def followed(
    plan=(), *, then=None, now=None, value=1.5, listed=(), not_now=None, held=None,
    quarter="2025Q4", **more
):  # fmt: skip
    """``held`` are the members of the step's group; left out, everybody.

    ``not_now``: what speaks against each of ``listed``; left out, the lists do not say.
    """
    study = study_of(work_plan=list(plan))
    members = pd.DataFrame({"account_id": list(then or {}) if held is None else held})
    lists = named(*listed) if not_now is None else named(*listed).assign(not_now=not_now)
    tables = {"next_steps": pd.DataFrame([step(**more)]), "customers_to_act_on": lists,
              "metric_parts": parts(then or {}),
              "segment_members": members.assign(segment_id="g")}  # fmt: skip
    past = [past_of(study, quarter, tables)]
    return steps_followed(study, past, NOW, measured(value), parts(now or {}))


def task(**more) -> dict:
    return {"step": 5, "task": "Do it", "play": "call"} | more


@pytest.mark.parametrize(
    ("plan", "told"),
    [([], "not planned"), ([task()], "not done"), ([task(done=True)], "done"),
     ([task(play="other", done=True)], "not planned"),
     ([task(play=" CALL. ", done=True)], "done"),
     ([task(done=True), task()], "done"), ([task(), task(done=True)], "done")],
)  # fmt: skip
def test_whether_it_was_done_is_what_the_work_plan_says(plan, told):
    assert followed(plan)["done"].tolist() == [told]


def test_a_task_names_a_play_as_it_is_written_though_the_report_fills_it_in():
    place = "playbook[0] (Call about {top_reason})"
    filled = {"action": "Call about invoices", "play": place}
    for play in ("Call about {top_reason}", "call about invoices"):
        assert followed([task(play=play, done=True)], **filled)["done"].tolist() == ["done"]


def test_another_spelling_is_asked_about_and_not_taken():
    said = {"action": "Call the customer before renewal"}
    row = followed([task(play="Call the custmer before renewal", done=True)], **said).iloc[0]
    assert row["done"] == "not planned"
    assert "Call the custmer before renewal" in row["note"]
    assert followed([task(play="Offer a review", done=True)], **said)["note"].tolist() == [""]


def test_nothing_is_reached_before_its_day():
    row = followed(by=pd.Timestamp("2026-04-01")).iloc[0]
    assert (row["reached"], row["value"]) == ("", 1.5)
    assert "too early" in row["note"]
    assert followed(by=pd.Timestamp("2026-03-31"))["reached"].tolist() == ["yes"]


@pytest.mark.parametrize(
    ("value", "told"), [(1.5, "yes"), (2.0, "yes"), (2.5, "open"), (3.5, "no")]
)
def test_fewer_are_better_and_the_target_is_reached_below_it(value, told):
    row = followed(value=value).iloc[0]
    assert (row["reached"], row["value"], row["target"]) == (told, value, 2.0)


def test_treated_customers_stand_beside_others_of_like_baseline():
    """All values come half of the way back to 2, treated or not: nothing is left of the effect."""
    rng = np.random.default_rng(0)
    then = {f"c{i}": value for i, value in enumerate(rng.uniform(0, 4, 400))}
    treated = [name for name, value in then.items() if value > 2.5][::2]
    now = {name: 2 + (value - 2) / 2 + rng.normal(0, 0.1) for name, value in then.items()}
    row = followed([task(done=True)], then=then, now=now, listed=treated).iloc[0]
    assert row["treated_change"] < -0.4  # as if it had helped
    most, least = (end(then[name] for name in treated) for end in (max, min))
    like = [name for name in then if name not in treated and least <= then[name] <= most]
    assert row["others"] == len(like)
    assert row["others_change"] == pytest.approx(np.mean([now[name] - then[name] for name in like]))
    assert row["others_change"] < -0.4  # like customers came down as much
    assert row["difference_low"] < 0 < row["difference_high"]
    assert abs(row["difference"]) < 0.06
    assert row["assigned"] == "observed"
    helped = {name: value - 0.5 * (name in treated) for name, value in now.items()}
    row = followed([task(done=True)], then=then, now=helped, listed=treated).iloc[0]
    assert row["difference"] == pytest.approx(-0.5, abs=0.06)


def test_who_was_treated_may_be_said_and_who_left_is_counted():
    then = {f"c{i}": float(i % 5) for i in range(60)}
    now = {name: value for name, value in then.items() if name not in ("c0", "c1")}
    drawn = [f"c{i}" for i in range(20)]
    plan = [task(done=True, treated=drawn, at_random=True)]
    row = followed(plan, then=then, now=now, listed=["c50"]).iloc[0]
    assert (row["treated"], row["treated_lost"], row["others"]) == (20, 2, 40)
    assert (row["assigned"], row["difference"]) == ("at random", 0)


def test_who_was_not_to_be_asked_now_was_not_treated_unless_a_task_says_so():
    """Of 20 customers on the list 8 were not to be asked, and came down by 1; nobody else moved."""
    then = {f"c{i}": float(i % 5) for i in range(60)}
    on_list, waiting = [f"c{i}" for i in range(20)], {f"c{i}" for i in range(8)}
    now = {name: value - (name in waiting) for name, value in then.items()}
    withheld = ["its NPS is -50" if name in waiting else "" for name in on_list]
    for said in (withheld, [text or np.nan for text in withheld]):  # as read back from a file
        row = followed([task(done=True)], then=then, now=now, listed=on_list, not_now=said).iloc[0]
        assert (row["treated"], row["treated_change"]) == (12, 0)
        assert row["others"] == 48
    named_by_hand = [task(done=True, treated=on_list)]
    row = followed(named_by_hand, then=then, now=now, listed=on_list, not_now=withheld).iloc[0]
    assert row["treated"] == 20


def test_who_was_treated_elsewhere_is_neither_treated_here_nor_an_other():
    """Of 60 customers 30 are of the group; tasks treated 10 of them and 10 elsewhere."""
    then = {f"c{i}": float(i % 5) for i in range(60)}
    plan = [task(done=True, treated=[f"c{i}" for i in range(5)], at_random=True),
            task(done=True, treated=[f"c{i}" for i in range(5, 10)], at_random=True),
            task(done=True, treated=[f"c{i}" for i in range(40, 50)])]  # fmt: skip
    row = followed(plan, then=then, now=then, held=[f"c{i}" for i in range(30)]).iloc[0]
    assert (row["treated"], row["others"], row["difference"]) == (10, 40, 0)
    assert row["assigned"] == "at random"  # how others were chosen says nothing of these
    row = followed(plan[2:], then=then, now=then, held=["c1"], by=pd.Timestamp("2026-06-30")).iloc[
        0
    ]
    assert (row["treated"], np.isnan(row["difference"])) == (0, True)
    assert "still to come" in row["note"]  # both notes are told
    assert "nobody of this group" in row["note"]
    mixed = [plan[0], task(done=True, treated=["c7"])]
    assert followed(mixed, then=then, now=then)["assigned"].tolist() == ["observed"]


def test_few_are_not_compared():
    then = {f"c{i}": 1.0 for i in range(30)}
    row = followed([task(done=True)], then=then, now=then, listed=["c1", "c2"]).iloc[0]
    assert np.isnan(row["difference"])
    assert "fewer than 5" in row["note"]


def test_only_the_report_of_the_quarter_before_counts():
    assert followed(quarter="2025Q3").empty


class TestForetold:
    history = pd.DataFrame(
        {"quarter_end": pd.to_datetime(["2025-09-30", "2025-12-31"]), "renewals": [20, 30],
         "lost": [90.0, np.nan], "expected": [100.0, 120.0], "low": [50.0, 60.0],
         "high": [200.0, 240.0]}
    )  # fmt: skip

    def claims(self, **tables) -> pd.DataFrame:
        segments = pd.DataFrame({"segment_id": [], "verdict": [], "source": [], "definition": [],
                                 "rule": []})  # fmt: skip
        return claims_of("2025Q4", {"segments": segments, **tables}, currency="EUR")

    def today(self, lost: float, value: float = 1.5):
        history = self.history.assign(lost=[90.0, lost])
        segments = pd.DataFrame({"segment_id": [], "rule": []})
        more = {"renewal_history": history, "group_metrics": measured(value)}
        return SimpleNamespace(more=more, quarter=NOW, day=pd.Timestamp(NOW.as_of),
                               segments=segments, study=study_of())  # fmt: skip

    def test_a_forecast_is_the_open_row_with_a_range(self):
        made = self.claims(renewal_history=self.history)
        assert made[["kind", "value", "low", "high"]].to_numpy().tolist() == [
            ["forecast", 120.0, 60.0, 240.0]
        ]
        known = self.history.assign(lost=[90.0, 80.0])
        assert self.claims(renewal_history=known).empty
        assert self.claims(renewal_history=self.history.assign(low=np.nan)).empty

    @pytest.mark.parametrize(
        ("lost", "fate"), [(60.0, "held up"), (250.0, "missed"), (np.nan, "too early")]
    )
    def test_a_forecast_holds_where_what_came_lies_within_its_range(self, lost, fate):
        claim = self.claims(renewal_history=self.history).iloc[0].to_dict()
        then = past_of(study_of(), "2025Q4", {})
        found = foretold(claim, {}, then, self.today(lost))
        assert found["fate"] == fate
        if fate != "too early":
            assert found["realised"] == lost
            later = foretold(claim, found, then, self.today(1e6))
            assert (later["fate"], later["realised"]) == (fate, lost)

    @pytest.mark.parametrize(
        ("quarter", "fate"), [("2026Q1", "too early"), ("2026Q2", "not comparable")]
    )
    def test_a_window_that_is_not_over_is_too_early_and_one_that_is_cannot_be_compared(
        self, quarter, fate
    ):
        """Losses of 90 days after 31 December are measured on 1 April, a quarter later."""
        claim = self.claims(renewal_history=self.history).iloc[0].to_dict()
        now = Quarter.parse(quarter)
        today = self.today(np.nan)
        today.quarter, today.day = now, pd.Timestamp(now.as_of)
        today.more["renewal_history"] = self.history.head(1)  # no row of the old window
        found = foretold(claim, {}, past_of(study_of(), "2025Q4", {}), today)
        assert found["fate"] == fate

    def test_a_target_that_was_decided_may_be_set_anew_and_an_open_one_not(self):
        study, segments = study_of(), pd.DataFrame(columns=["segment_id", "verdict", "source",
                                                            "definition", "rule"])  # fmt: skip
        told = {}
        for value in (1.5, 2.5):
            made, past = [], []
            for quarter in ("2025Q4", "2026Q1", "2026Q2"):
                steps = pd.DataFrame([step(by=pd.NaT)])
                tables = dict.fromkeys(("hypotheses", "profiles", "alerts", "charts"))
                now = Quarter.parse(quarter)
                today = SimpleNamespace(
                    more={"next_steps": steps, "group_metrics": measured(value)}, study=study,
                    quarter=now, day=pd.Timestamp(now.as_of), segments=segments, **tables,
                )  # fmt: skip
                made.append(claims(past, today))
                more = {"next_steps": steps, "segments": segments, "claims": made[-1]}
                past.append(past_of(study, quarter, more))
            told[value] = [list(zip(one["quarter"], one["fate"], strict=True)) for one in made]
        first, second, third = "2025Q4", "2026Q1", "2026Q2"
        assert told[1.5] == [
            [(first, "new")], [(first, "held up"), (second, "new")],
            [(first, "held up"), (second, "held up"), (third, "new")],
        ]  # fmt: skip
        assert told[2.5] == [[(first, "new")], [(first, "too early")], [(first, "too early")]]

    @pytest.mark.parametrize(
        ("value", "fate"), [(1.9, "held up"), (2.1, "too early"), (3.1, "missed")]
    )
    def test_a_target_is_looked_at_on_its_day(self, value, fate):
        table = pd.DataFrame([step(by=pd.Timestamp("2026-03-31"))])
        claim = self.claims(next_steps=table).iloc[0].to_dict()
        assert (claim["kind"], claim["value"], claim["compared_with"]) == ("step", 2.0, "call")
        then = past_of(study_of(), "2025Q4", {"next_steps": table})
        assert foretold(claim, {}, then, self.today(0.0, value))["fate"] == fate
        later = table.assign(by=pd.Timestamp("2026-06-30"))
        then = past_of(study_of(), "2025Q4", {"next_steps": later})
        assert foretold(claim, {}, then, self.today(0.0, value))["fate"] == "too early"

    def test_the_scoreboard_promises_each_kind_what_it_promised(self):
        rows = [("lift", "yes", "held up"), ("lift", "no", "faded"), ("forecast", "no", "missed"),
                ("step", "", "missed")]  # fmt: skip
        told = pd.DataFrame(rows, columns=["kind", "inside", "fate"])
        board = scoreboard(told).set_index("kind")
        assert board.loc["all", ["claims", "looked_at", "inside", "missed"]].tolist() == [
            4,
            2,
            1,
            2,
        ]
        assert board.loc["forecast", "promised"] == 0.8
        assert np.isnan(board.loc["step", "promised"])
        assert board.loc["all", "promised"] == 0.95
