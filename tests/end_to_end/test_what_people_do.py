"""A study of accounts, contracts and ten lines of charter: what people did not do is told as that.

The same run has a formula that was changed after somebody signed it and after a report was out.
"""

import json

import pytest

from helpers.method import recorded
from helpers.metrics.agreement import formula_hash
from helpers.report.wording import NOT_COLLECTED
from helpers.study.file import load_study
from helpers.words import say
from helpers.words import scoping as words
from tests.end_to_end.stepping import step_through
from tests.end_to_end.test_few_customers import company, read

PAGES = ("index.html", "presentation.html", "supporting_analysis.html")
CHARTER = {
    "objective": "Know whom to win more of.",
    "decision": "Whom sales calls first.",
    "company_goal": "Fewer that leave.",
    "sponsor": "CFO",
    "stakeholders": [{"name": "CFO", "department": "Finance"}, {"name": "Sales lead"}],
    "deliverables": ["presentation", "workshop with sales"],
}
TABLES = [name for name in NOT_COLLECTED if name not in ("contracts", "orders")]
PARTS = [getattr(words, f"PART_{name}") for name in
         ("PLAN", "TOLD", "HYPOTHESES", "RESEARCH", "QUESTIONS")]  # fmt: skip


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """What the pages say, by name."""
    base = tmp_path_factory.mktemp("people")
    folder = base / "acme"
    study = {"study": "acme", "title": "Acme", "default_quarter": "2026Q3", "charter": CHARTER}
    study = company(folder, study, 40)
    path = folder / "study.yml"

    def write(**more):
        path.write_text(json.dumps(study | more), encoding="utf-8")  # JSON is YAML, too
        return load_study(path)

    then = write()
    place = base / "reports" / "acme" / "2026Q2"
    place.mkdir(parents=True)
    (place / "manifest.json").write_text(json.dumps(recorded(then)), encoding="utf-8")
    signed = {"who": "CFO", "date": "2026-06-30", "formula": formula_hash(then)}
    write(agreement={"sign_off": [signed]}, quality_score={"bands": [0.1, 0.9]})
    ws = step_through(path, base / "reports")
    return {name: read(ws.draft / name) for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_a_formula_changed_after_its_signature_marks_every_page(pages, name):
    assert "The formula of the score changed since it was signed off by CFO" in pages[name]


@pytest.mark.parametrize("name", PAGES)
def test_a_formula_changed_without_an_entry_marks_every_page(pages, name):
    assert "No entry of the change log names quality_score" in pages[name]


@pytest.mark.parametrize("table", TABLES)
def test_each_table_that_is_not_there_is_listed(pages, table):
    listed = pages["index.html"].split("Not collected, and so unknown")[1]
    assert say(NOT_COLLECTED[table]) in listed


@pytest.mark.parametrize("part", PARTS)
def test_each_part_that_people_do_is_listed(pages, part):
    listed = pages["index.html"].split("Not collected, and so unknown")[1]
    assert say(part) in listed
    told = pages["supporting_analysis.html"]
    assert say(part) in told[told.index("What people do beside the exports") :][:600]


def test_what_is_there_is_not_listed_as_missing(pages):
    listed = pages["index.html"].split("Of what people do beside the exports:")[1][:300]
    for part in (words.PART_SIGN_OFF, words.PART_STAKEHOLDERS, words.PART_DELIVERABLES):
        assert say(part) not in listed


def test_the_charter_is_held_against_what_the_run_made(pages):
    told = pages["index.html"].split("What the charter promised")[1]
    assert "presentation presentation.html presentation.pptx" in told[:120]
    assert "workshop with sales not made by a run" in told[:200]
