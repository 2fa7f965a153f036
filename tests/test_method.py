"""A change of method between quarters is noticed, and is fine when it was agreed."""

import json

import pytest

from helpers.method import method_change, method_hashes
from helpers.study.file import load_study
from helpers.workspace import Workspace


@pytest.fixture
def reports(tmp_path):
    return tmp_path / "reports"


def publish_previous(folder, reports) -> None:
    place = reports / "acme" / "2026Q2"
    place.mkdir(parents=True)
    manifest = {"method": method_hashes(load_study(folder))}
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def compare(folder, reports):
    return method_change(Workspace.open(study=str(folder), reports=str(reports)))


def test_nothing_to_compare_with(minimal, write_study, reports):
    change = compare(write_study(minimal), reports)
    assert change.previous is None
    assert not change.unlogged


def test_same_method_though_the_charter_changed(minimal, write_study, reports):
    publish_previous(write_study(minimal), reports)
    minimal |= {"title": "Acme again", "charter": {"sponsor": "someone else"}}
    change = compare(write_study(minimal), reports)
    assert change.sections == ()
    assert change.sentence == "The method is the one of 2026Q2."


@pytest.mark.parametrize(
    ("logged_on", "unlogged"), [(None, True), ("2026-06-30", True), ("2026-07-01", False)]
)
def test_a_change_needs_an_entry_after_the_previous_quarter(
    minimal, write_study, reports, logged_on, unlogged
):
    publish_previous(write_study(minimal), reports)
    minimal["quality_score"] = {"bands": [0.1, 0.9]}
    if logged_on:
        minimal["change_log"] = [{"date": logged_on, "change": "narrower bands"}]
    change = compare(write_study(minimal), reports)
    assert change.sections == ("quality_score",)
    assert change.unlogged is unlogged
