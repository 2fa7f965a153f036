"""The plan behind a study: rolled up by hand, late by the day, promises against what is made."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from helpers import planning
from helpers.quarter import Quarter
from helpers.scoping import limits
from helpers.study import Study


@pytest.fixture
def study(minimal):
    def make(**more) -> Study:
        return Study.model_validate({**minimal, **more, "path": Path("study.yml")})

    return make


def task(step: int, name: str, **more) -> dict:
    return {"step": step, "task": name, **more}


PLAN = [
    task(1, "charter", estimate_hours=8, actual_hours=12, done=True, due=dt.date(2026, 7, 10)),
    task(1, "hypotheses", estimate_hours=4, actual_hours=3, done=True, review="CEO",
         review_on=dt.date(2026, 7, 12)),
    task(2, "list", estimate_hours=16, due=dt.date(2026, 8, 1)),
    task(3, "research", estimate_hours=12, starts=dt.date(2026, 8, 2), due=dt.date(2026, 12, 1)),
]  # fmt: skip


def test_hours_become_days_and_weeks(study):
    found = planning.rolled_up(study(work_plan=PLAN)).set_index("step")
    assert found.loc["1 Scoping", ["tasks", "done", "estimate_hours", "actual_hours"]].tolist() == [
        2, 2, 12, 15,
    ]  # fmt: skip
    assert (
        found.loc["1 Scoping", "estimate_days"] == 1.5 and found.loc["1 Scoping", "drift"] == 1.25
    )
    whole = found.loc["All steps"]
    assert whole[["tasks", "done", "estimate_hours", "estimate_days"]].tolist() == [4, 2, 40, 5]
    assert whole["estimate_weeks"] == 1 and pd.isna(found.loc["2 Customer list", "drift"])
    # 15 hours spent, 28 left at 1.25 of the estimate: 50 hours.
    assert planning.forecast_weeks(study(work_plan=PLAN)) == pytest.approx(50 / 40)
    part_time = study(work_plan=PLAN, charter={"hours_per_day": 4, "days_per_week": 2})
    assert planning.rolled_up(part_time)["estimate_weeks"].iloc[-1] == 5


def test_late_is_what_should_have_been_done(study):
    plan = study(work_plan=PLAN)
    assert planning.late(plan, dt.date(2026, 7, 11)) == []
    assert planning.late(plan, dt.date(2026, 9, 30)) == [
        "hypotheses (review by CEO, 2026-07-12)",
        "list (due 2026-08-01)",
    ]


def test_without_a_plan_nothing_is_rolled_up(study):
    assert planning.rolled_up(study()).empty and pd.isna(planning.forecast_weeks(study()))
    outline = planning.outline(study())
    assert len(outline) == 5 and outline["starts"].isna().all()


def test_promises_are_held_against_what_is_made(study):
    charter = {"deliverables": ["Presentation", "data files for the CRM", "Workshop with sales"]}
    found = planning.deliverables(study(charter=charter)).set_index("deliverable")["made_as"]
    assert found["Presentation"] == "presentation.html and presentation.pptx"
    assert found["data files for the CRM"] == "data/tags; data"
    assert found["Workshop with sales"] == ""


def test_changes_need_somebody_whom_the_charter_names(study):
    changes = [
        {"date": "2026-07-01", "change": "bands", "approved_by": "Chief customer officer"},
        {"date": "2026-07-02", "change": "cost", "approved_by": "the intern"},
        {"date": "2026-07-03", "change": "rule"},
    ]
    charter = {"sponsor": "chief customer officer"}
    assert planning.unapproved(study(charter=charter, change_log=changes)) == [
        "cost (2026-07-02, by the intern)",
        "rule (2026-07-03, by nobody)",
    ]


def test_the_matrix_says_where_each_field_comes_from(study):
    found = planning.matrix(
        study(
            attributes={"industry": {"label": "Industry"}, "employees": {}},
            hypotheses=[{"id": "H1", "statement": "x", "variables": ["industry", "employees"]}],
            research={"collectors": ["Ines"], "fields": {"employees": {}}},
        )
    ).set_index("field")
    assert found.loc["Industry", ["source", "collected_by"]].tolist() == [
        "export of accounts", "whoever owns the export",
    ]  # fmt: skip
    assert found.loc["Employees", ["source", "collected_by"]].tolist() == [
        "research by hand", "collectors: Ines",
    ]  # fmt: skip


def test_the_case_tells_what_the_study_says(study):
    case = planning.executive_case(study(charter={"decision": "whom to call"}, scope={"weeks": 4}))
    text = " ".join(case["answer"]).replace("\u00a0", " ")
    assert "whom to call" in text and "4 weeks of work" in text and "5 %" in text
    assert "accounts, contracts" in text and len(case) == 5


def test_done_tasks_without_hours_took_what_the_others_pace_says(study):
    """Five of forty hours: one took forty, of four nobody wrote it down; five weeks in all."""
    plan = [task(1, "first", estimate_hours=40, actual_hours=40, done=True)]
    plan += [task(1, f"more {k}", estimate_hours=40, done=True) for k in range(4)]
    assert planning.forecast_weeks(study(work_plan=plan)) == pytest.approx(5)


@pytest.mark.parametrize(
    ("scope", "told"), [({}, "10 customers or 2 %"), ({"min_customers": 30}, "30 customers")]
)
def test_the_case_and_the_limits_tell_one_smallest_segment(study, scope, told):
    one = study(scope=scope)
    answer = planning.executive_case(one)["answer"].iloc[-1]
    limit = limits(one, quarter=Quarter.parse("2026Q3")).set_index("limit")
    assert told in answer and limit.loc["Smallest segment", "value"] == told


def test_a_name_within_another_name_approves_nothing(study):
    changes = [{"date": "2026-07-01", "change": "bands", "approved_by": "Joanna"},
               {"date": "2026-07-02", "change": "cost", "approved_by": "Ann (CFO)"}]  # fmt: skip
    charter = {"stakeholders": [{"name": "Ann"}]}
    assert planning.unapproved(study(charter=charter, change_log=changes)) == [
        "bands (2026-07-01, by Joanna)"
    ]


def test_everybody_stands_with_what_they_were_told_and_who_was_told_nothing_last(study):
    people = [
        {"name": "Ann", "department": "Finance"},
        {"name": "Ben", "told": [{"date": "2026-05-01", "what": "rules"},
                                 {"date": "2026-07-01", "what": "ranking"}]},
    ]  # fmt: skip
    found = planning.told(study(charter={"stakeholders": people}))
    assert found[["name", "what"]].to_numpy().tolist() == [
        ["Ben", "ranking"], ["Ben", "rules"], ["Ann", "nothing yet"],
    ]  # fmt: skip
    assert pd.isna(found["on"].iloc[-1])
    assert planning.told(study()).empty


def test_promises_are_kept_by_files_with_rows(study):
    charter = {"deliverables": ["Slides", "tags for the CRM", "Workshop"]}
    found = planning.kept_promises(study(charter=charter), {"presentation.html", "data"})
    assert found == [
        ("Slides", ["presentation.html"], ["presentation.pptx"]),
        ("tags for the CRM", [], ["data/tags"]),
        ("Workshop", [], []),
    ]


def test_parts_that_people_do_are_missing_where_they_are(study):
    everything = planning.not_given(study())
    assert len(everything) == 8  # of interviews and surveys nothing is asked without them
    assert "a work plan" in everything and "a test of that service" not in everything
    talks = {"needs": {"files": {"n": "n.csv"}, "query": "SELECT * FROM n"}}
    given = study(work_plan=[task(1, "x")], hypotheses=[], charter={"deliverables": ["slides"]})
    assert "a work plan" not in planning.not_given(given)
    more = study(sources={**study().model_dump(include={"sources"})["sources"], **talks})
    assert "a test of that service" in planning.not_given(more)
