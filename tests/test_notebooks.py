"""The notebooks keep to their pattern: thin, in order, without outputs, nothing typed."""

import ast
import json
import re

import papermill
import pytest

from helpers.run import PARAMETERS
from helpers.workspace import STEPS, project_root

FOLDER = project_root() / "notebooks"
NOTEBOOKS = [FOLDER / f"{step}.ipynb" for step in STEPS]
CELLS, LINES = 30, 10  # of a notebook; of a code cell, without imports
IMPORT = re.compile(r"(from [\w.]+ )?import |$")
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
    assert len(code) + len(cells(path, "markdown")) <= CELLS
    for cell in code:
        lines = [line for line in cell.splitlines() if not IMPORT.match(line)]
        assert len(lines) <= LINES, cell
        assert not re.search(r"^\s*(def|class) |plt\.|^%|!pip|filterwarnings", cell, re.MULTILINE)
        assert not re.search(r"""["']/(home|work|root|Users|tmp)""", cell), cell


def test_all_five_together_are_short():
    code = [cell for path in NOTEBOOKS for cell in cells(path, "code")]
    assert sum(len(cell.splitlines()) for cell in code) <= 480


@each
def test_nothing_is_decided_or_laid_out_in_a_notebook(path):
    """Branches, loops, headings, formats and sentences have a place that tests cover."""
    branches = 0
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(cell)):
            branches += isinstance(node, ast.If | ast.IfExp | ast.For | ast.While | ast.Try)
            if isinstance(node, ast.keyword):
                assert node.arg not in ("columns", "formats", "title", "note"), cell
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not re.search(r"\w \w", node.value), f"a sentence: {node.value}"
    assert branches <= 1


@each
def test_every_section_shows_something(path):
    """A heading, a sentence of reasoning, one cell; the last section says where it ends."""
    notebook = json.loads(path.read_text(encoding="utf-8"))["cells"]
    kinds = [cell["cell_type"] for cell in notebook]
    for at, cell in enumerate(notebook[:-1]):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown" and source.startswith("## "):
            assert kinds[at + 1] == "code", source
            assert len(source.split("\n\n")) > 1, source


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
