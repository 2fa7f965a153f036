"""Tasks and reviews of the plan that are late are a caution of the report."""

import pytest
import yaml

from helpers.report import exhibits
from helpers.report.content import Content
from helpers.report.sections.scoping import LATE_TOLD, _planned, plan
from helpers.workspace import Workspace


@pytest.fixture
def planned(draft):
    """The draft under a study with this plan."""

    def make(*tasks: dict) -> Workspace:
        path = draft.study.path
        content = yaml.safe_load(path.read_text(encoding="utf-8")) | {"work_plan": [*tasks]}
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        ws = Workspace.open(
            study=str(path), reports=str(path.parent / "reports"), data=str(path.parent)
        )
        _planned(ws)
        return ws

    return make


def task(name: str, due: str, **more) -> dict:
    return {"step": 2, "task": name, "due": due, **more}


def cautions(ws) -> list[str]:
    told = (f"{one.text} {one.then}".replace("\xa0", " ") for one in Content(ws).cautions)
    return [one.replace("\u2068", "").replace("\u2069", "") for one in told]


def test_what_is_late_is_a_caution_after_those_about_numbers(planned):
    ws = planned(task("Agree on the list", "2020-01-31"), task("Later", "2030-01-31"))
    told = cautions(ws)
    (late,) = [one for one in told if "of the plan" in one]
    assert late.startswith("1 task or review of the plan was late on ")
    assert ": Agree on the list (due 2020-01-31)." in late and "not agreed on, yet" in late
    kept = [one for one in exhibits.warnings(ws) if one.id != "plan_late"]
    assert told.index(late) >= len(kept)


def test_of_many_that_are_late_the_first_are_named(planned):
    names = [f"Task {letter}" for letter in "ABCDEFG"]
    ws = planned(*(task(name, "2020-01-31") for name in names))
    (late,) = [one for one in cautions(ws) if "of the plan" in one]
    assert late.startswith("7 tasks or reviews") and "; the first of them: Task A" in late
    assert sum(name in late for name in names) == LATE_TOLD


def test_the_heading_tells_what_is_late_or_planned_where_no_method_is_to_be_compared(planned):
    late = plan(planned(task("Agree on the list", "2020-01-31")))
    assert late[0].id == "plan_late"
    assert plan(planned(task("Agree on the list", "2030-01-31")))[0].id == "planned"


def test_what_is_done_is_no_caution(planned):
    ws = planned(task("Agree on the list", "2020-01-31", done=True))
    assert not [one for one in cautions(ws) if "of the plan" in one]
