"""When a hypothesis was fixed is what the record shows, whatever the study file types."""

import json
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from helpers import declared
from helpers.declared import declarations, declare, fingerprint, for_manifest, read_register
from helpers.errors import StudyError
from helpers.method import recorded
from helpers.study.file import load_study
from helpers.workspace import Workspace

EARLY, FIRST, LATE = (f"2026-0{month}-15T10:00:00+00:00" for month in (1, 4, 6))
ONE = {"id": "H1", "statement": "Web leaves", "variables": ["channel"], "where": "channel = 'Web'"}


@pytest.fixture
def study(minimal, write_study):
    """Writes a study with one hypothesis; returns its folder."""
    minimal["attributes"] = {"channel": {}}

    def written(**changed):
        return write_study(minimal | {"hypotheses": [ONE | changed]})

    return written


@pytest.fixture
def publish(tmp_path):
    """Publishes a report of a quarter, made at a moment."""

    def published(folder, quarter, moment):
        home = tmp_path / "reports" / "acme" / quarter
        home.mkdir(parents=True, exist_ok=True)
        path = home / "manifest.json"
        before = json.loads(path.read_text("utf-8")) if path.exists() else {}
        loaded = load_study(folder)
        content = recorded(loaded) | for_manifest(loaded, before, moment) | {"started": moment}
        path.write_text(json.dumps(content), encoding="utf-8")

    return published


def status(folder, tmp_path, quarter="2026Q3"):
    ws = Workspace.open(study=str(folder), quarter=quarter, reports=str(tmp_path / "reports"))
    return declarations(ws)["H1"]


def register(folder, moment):
    return declare(load_study(folder), now=datetime.fromisoformat(moment))


def test_registered_before_the_first_report(study, publish, tmp_path):
    folder = study()
    register(folder, EARLY)
    assert status(folder, tmp_path).status == "beforehand"
    publish(folder, "2026Q1", FIRST)
    found = status(folder, tmp_path)
    assert (found.status, found.on, found.since) == ("beforehand", date(2026, 1, 15), None)


def test_registered_after_a_report_is_tested_on_what_came_later(study, publish, tmp_path):
    folder = study()
    publish(folder, "2026Q1", FIRST)
    register(folder, LATE)
    found = status(folder, tmp_path, "2026Q1")
    assert (found.status, found.since) == ("later", date(2026, 6, 15))


def test_a_typed_date_proves_nothing(study, publish, tmp_path):
    folder = study(declared_on="2020-01-01")
    assert status(folder, tmp_path).status == "proposed"
    publish(folder, "2026Q1", FIRST)
    assert status(folder, tmp_path).since == date(2026, 4, 15)  # the day of the report that had it


def test_making_a_quarter_again_says_the_same(study, publish, tmp_path):
    """Its own manifest holds the hypothesis by then; that it was not registered has not changed."""
    folder = study()
    publish(folder, "2026Q1", FIRST)
    assert status(folder, tmp_path, "2026Q1").status == "proposed"
    publish(folder, "2026Q1", LATE)
    assert status(folder, tmp_path).since == date(2026, 4, 15)


def test_an_older_quarter_made_later_is_not_the_first_report(study, publish, tmp_path):
    folder = study()
    publish(folder, "2026Q2", FIRST)
    register(folder, "2026-05-01T00:00:00+00:00")
    publish(folder, "2025Q1", LATE)
    assert status(folder, tmp_path).status == "later"


def test_a_changed_condition_is_another_hypothesis(study):
    folder = study()
    register(folder, EARLY)
    assert register(study(statement="said better", owner="me"), LATE) == []
    changed = register(study(where="channel IN ('Web', 'Fair')"), LATE)
    assert [one.id for one in changed] == ["H1"]
    lines = (folder / declared.REGISTER).read_text("utf-8").splitlines()
    assert len(lines) == 2
    digest = fingerprint(load_study(study()).hypotheses[0])
    assert read_register(load_study(folder))[digest] == EARLY


@pytest.mark.parametrize(
    "line",
    ["{", '{"sha256": "x"}', '{"sha256": "x", "declared_at": "2026-01-01"}', "[1]", "declared"],
)
def test_a_register_that_was_edited_is_told_with_its_line(study, line):
    folder = study()
    register(folder, EARLY)
    with (folder / declared.REGISTER).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(StudyError, match=r"declared\.jsonl, line 2"):
        read_register(load_study(folder))


def test_the_samples_hypotheses_are_registered(root):
    loaded = load_study(root / "data" / "raw" / "sample")
    known = read_register(loaded)
    assert all(fingerprint(one) in known for one in loaded.hypotheses)
    assert all(datetime.fromisoformat(moment) < datetime.now(UTC) for moment in known.values())
    assert pd.notna(min(known.values()))
