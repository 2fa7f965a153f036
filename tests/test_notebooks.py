"""The notebooks keep to their pattern: thin, in order, without outputs, nothing typed."""

import json
import re

import papermill
import pytest

from helpers.run import PARAMETERS
from helpers.workspace import STEPS, project_root

FOLDER = project_root() / "notebooks"
NOTEBOOKS = [FOLDER / f"{step}.ipynb" for step in STEPS]
IMPORT = re.compile(r"from helpers\.[\w.]+ import ")
each = pytest.mark.parametrize("path", NOTEBOOKS, ids=STEPS)


def cells(path, kind: str) -> list[str]:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == kind]


def test_there_are_five_and_no_others():
    assert sorted(FOLDER.glob("*.ipynb")) == NOTEBOOKS


@each
def test_no_outputs_are_stored(path):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@each
def test_code_is_thin(path):
    code = cells(path, "code")
    assert len(code) + len(cells(path, "markdown")) <= 45
    for cell in code:
        assert len([line for line in cell.splitlines() if not IMPORT.match(line)]) <= 16, cell
        assert not re.search(r"^\s*(def|class) |plt\.|^%|!pip|filterwarnings", cell, re.MULTILINE)
        assert not re.search(r"""["']/(home|work|root|Users|tmp)""", cell), cell
    lengths = sorted(len(cell.splitlines()) for cell in code)
    assert lengths[len(lengths) // 2] <= 10


@each
def test_prose_types_no_numbers(path):
    for text in cells(path, "markdown"):
        assert not re.search(r"\d", re.sub(r"`[^`]*`", "", text)), text


@each
def test_parameters_are_those_that_the_run_passes(path):
    declared = papermill.inspect_notebook(str(path))
    assert tuple(declared) == PARAMETERS
    assert declared["study"]["default"] == '"data/raw/sample"'


@each
def test_it_says_what_it_asks_and_where_it_ends(path):
    prose = cells(path, "markdown")
    assert prose[0].startswith("# ")
    assert re.search(r"\*\*[^*]+\?\*\*", prose[0])
    assert prose[-1].startswith("## Limits")
