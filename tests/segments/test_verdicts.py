"""One module decides verdicts, and no other spells one."""

import ast
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from helpers.outputs import allowed
from helpers.segments import verdicts

ROOT = Path(__file__).parents[2]
VALUES = {*verdicts.SEGMENT, *verdicts.HYPOTHESIS}
# The declaration of the values, and the places that hold nothing but prose.
HOLDS = ("segments/verdicts.py", "outputs/", "words/")
# The engine below this room says what it found in its own words, until assess judges it.
ENGINE = ("search/", "segments/discovery.py", "segments/findings.py")


def strings_of(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "src" / "helpers").rglob("*.py")), ids=lambda path: path.name
)
def test_no_module_spells_a_verdict_of_its_own(path):
    place = path.relative_to(ROOT / "src" / "helpers").as_posix()
    if place.startswith((*HOLDS, *ENGINE)):
        pytest.skip("holds values or prose")
    spelled = VALUES & set(strings_of(path))
    assert not spelled, f"{place} spells {sorted(spelled)}; ask helpers.segments.verdicts"


@pytest.mark.parametrize(
    "path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda path: path.stem
)
def test_no_notebook_spells_a_verdict(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    quoted = set(re.findall(r"""["']([a-z_ ]+)["']""", code))
    assert not quoted & VALUES


def test_the_data_files_declare_the_same_values():
    assert list(allowed.SEGMENT_VERDICTS.items()) == list(verdicts.SEGMENT.items())
    assert list(allowed.HYPOTHESIS_VERDICTS.items()) == list(verdicts.HYPOTHESIS.items())


def test_each_value_has_a_meaning_of_its_own():
    for values in (verdicts.SEGMENT, verdicts.HYPOTHESIS):
        assert all(meaning.strip() for meaning in values.values())
        assert len(set(values.values())) == len(values)


def test_predicates_answer_for_a_value_and_for_a_column_alike():
    column = pd.Series(list(verdicts.SEGMENT))
    for ask in (
        verdicts.is_finding,
        verdicts.is_ranked,
        verdicts.is_open,
        verdicts.is_followed,
        verdicts.is_judged,
    ):
        assert ask(column).tolist() == [ask(value) for value in column]


def test_only_what_was_shown_is_a_finding_and_only_a_mean_is_ranked():
    findings = {value for value in verdicts.SEGMENT if verdicts.is_finding(value)}
    assert findings == {verdicts.VALIDATED, verdicts.TYPICAL}
    assert {value for value in verdicts.SEGMENT if verdicts.is_ranked(value)} == {
        verdicts.VALIDATED
    }
    # what is within another group, or was picked by people who knew, is no open idea either
    opened = {value for value in verdicts.SEGMENT if verdicts.is_open(value)}
    assert not opened & (findings | {verdicts.WITHIN, verdicts.NOT_JUDGEABLE})
