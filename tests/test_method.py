"""A change of method between quarters is noticed, section by section, and fine when agreed."""

import json
from pathlib import Path

import pytest

from helpers import method
from helpers.errors import StudyError
from helpers.method import changed_sections, method_change, method_hashes, recorded
from helpers.study.file import load_study
from helpers.words import method as versions
from helpers.workspace import Workspace


@pytest.fixture
def reports(tmp_path):
    return tmp_path / "reports"


def publish(folder, reports, quarter="2026Q2", **changed) -> None:
    place = reports / "acme" / quarter
    place.mkdir(parents=True)
    manifest = recorded(load_study(folder)) | changed
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def compare(folder, reports):
    return method_change(Workspace.open(study=str(folder), reports=str(reports)))


def test_nothing_to_compare_with(minimal, write_study, reports):
    change = compare(write_study(minimal), reports)
    assert change.previous is None
    assert not change.unlogged


def test_same_method_though_the_charter_changed(minimal, write_study, reports):
    publish(write_study(minimal), reports)
    minimal |= {"title": "Acme again", "charter": {"sponsor": "someone else"}}
    change = compare(write_study(minimal), reports)
    assert change.sections == ()
    assert change.sentence == "The method is the one of 2026Q2."


@pytest.mark.parametrize(
    ("entry", "unlogged"),
    [
        (None, True),
        ({"date": "2026-06-30", "sections": ["quality_score"]}, True),
        ({"date": "2026-07-01", "sections": ["quality_score"]}, False),
        ({"date": "2026-07-01", "sections": ["health"]}, True),
        ({"date": "2026-07-01"}, True),
    ],
)
def test_a_change_needs_an_entry_that_names_it_after_the_quarter_before(
    minimal, write_study, reports, entry, unlogged
):
    publish(write_study(minimal), reports)
    minimal["quality_score"] = {"bands": [0.1, 0.9]}
    if entry:
        minimal["change_log"] = [entry | {"change": "narrower bands"}]
    change = compare(write_study(minimal), reports)
    assert change.sections == ("quality_score",)
    assert change.unlogged is unlogged
    assert ("No entry of the change log names quality_score" in change.sentence) is unlogged


def test_an_entry_covers_what_it_names_and_no_more(minimal, write_study, reports):
    publish(write_study(minimal), reports)
    minimal["quality_score"] = {"bands": [0.1, 0.9]}
    minimal["currency"] = "USD"
    minimal["change_log"] = [
        {"date": "2026-07-02", "change": "narrower bands", "sections": ["quality_score"]}
    ]
    change = compare(write_study(minimal), reports)
    assert (change.sections, change.unnamed) == (("currency", "quality_score"), ("currency",))


RULES = {
    "agreement": ({"vary": 0.3}, {"sign_off": [
        {"who": "CFO", "date": "2026-07-01", "formula": "fea804ddb2be"}]}),
    "research": ({"twice": 0.5}, {"collectors": ["Ines"], "begins": "2026-07-01"}),
    "interviews": ({"least": 30}, {"touches": [{"touch": "call"}]}),
    "engagement": ({"complex": ["hard"]}, {}),
    "books": ({"managers": {"Ana": {}}, "accounts": 20}, {"managers": {"Ben": {}}}),
    "sizes": ({"from": {"small": 0, "large": 900}}, {}),
}  # fmt: skip


@pytest.mark.parametrize("section", RULES)
def test_what_people_do_by_rules_is_method_and_its_records_are_not(
    minimal, write_study, reports, section
):
    rule, record = RULES[section]
    start = {"managers": {"Ana": {}}} if section == "books" else None
    base = minimal | ({section: start} if start else {})
    publish(write_study(base), reports)
    if record:
        kept = compare(write_study(base | {section: record}), reports)
        assert (kept.sections, kept.unlogged) == ((), False)
    changed = compare(write_study(base | {section: rule}), reports)
    assert (changed.sections, changed.unlogged) == ((section,), True)


def test_a_section_that_is_none_is_an_error(minimal, write_study):
    minimal["change_log"] = [{"date": "2026-07-02", "change": "x", "sections": ["bands"]}]
    with pytest.raises(StudyError, match="bands"):
        load_study(write_study(minimal))


def test_the_latest_earlier_report_is_compared_with_not_a_later_one(minimal, write_study, reports):
    folder = write_study(minimal)
    publish(folder, reports, "2025Q4")
    publish(folder, reports, "2026Q4", method={})
    assert compare(folder, reports).previous == "2025Q4"


class TestProgram:
    def test_a_report_of_an_older_program(self, minimal, write_study, reports):
        folder = write_study(minimal)
        publish(folder, reports, method_version=method.VERSION - 1)
        change = compare(folder, reports)
        assert change.sections == ("program",)
        assert change.unlogged
        assert change.program == (versions.CHANGES[method.VERSION],)
        minimal["change_log"] = [{"date": "2026-07-02", "change": "x", "sections": ["program"]}]
        assert not compare(write_study(minimal), reports).unlogged

    def test_a_changed_default_is_the_programs(self, minimal, write_study):
        """The study file says what it said, and means something else."""
        study = load_study(write_study(minimal))
        then = recorded(study)
        then["method"] = then["method"] | {"health": "another hash"}
        assert changed_sections(study, then) == ("program",)
        then["method_said"] = then["method_said"] | {"health": "another hash"}
        assert changed_sections(study, then) == ("health",)

    def test_a_default_that_is_written_out_changes_nothing(self, minimal, write_study):
        then = recorded(load_study(write_study(minimal)))
        assert changed_sections(load_study(write_study(minimal | {"seed": 0})), then) == ()

    def test_a_section_that_older_reports_did_not_keep(self, minimal, write_study):
        study = load_study(write_study(minimal))
        then = recorded(study)
        then["method"] = {k: v for k, v in method_hashes(study).items() if k != "records_begin"}
        assert changed_sections(study, then) == ()
        dated = load_study(write_study(minimal | {"records_begin": "2024-01-01"}))
        assert changed_sections(dated, then) == ("records_begin",)

    def test_versions_are_told_in_the_words_of_the_changelog(self, root):
        changelog = " ".join((Path(root) / "CHANGELOG.md").read_text("utf-8").split())
        assert len(versions.CHANGES) == method.VERSION
        for version, told in versions.CHANGES.items():
            assert version == 1 or told in changelog


def test_a_broken_manifest_is_told_with_its_path(minimal, write_study, reports):
    folder = write_study(minimal)
    publish(folder, reports)
    path = reports / "acme" / "2026Q2" / "manifest.json"
    path.write_text("{", encoding="utf-8")
    with pytest.raises(StudyError, match=r"manifest of the published report of 2026Q2"):
        compare(folder, reports)
