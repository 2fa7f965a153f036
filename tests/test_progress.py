"""What a run tells a terminal, and the log of a schedule."""

import doctest
import io
import re
import time

import nbformat
import papermill
import pytest

from helpers import progress
from helpers.progress import Progress, telling_engine


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_examples():
    assert doctest.testmod(progress).failed == 0


def test_a_schedule_s_log_has_one_line_per_step_with_its_time():
    told = io.StringIO()
    telling = Progress(stream=told, usual={"a": 3.0})
    with telling.step("a", "1/2 scoping"):
        telling.doing("What is decided?")
        time.sleep(0.1)
    with pytest.raises(ValueError), telling.step("b", "2/2 customer list"):
        raise ValueError
    first, second = told.getvalue().splitlines()
    assert re.fullmatch(r"1/2 scoping +0\.\d s", first)
    assert re.fullmatch(r"2/2 customer list +0\.0 s \(not completed\)", second)


def test_a_step_that_failed_without_an_error_says_so():
    told = io.StringIO()
    telling = Progress(stream=told)
    with telling.step("a", "1/2 scoping"):
        telling.failed()
    with telling.step("b", "2/2 customer list"):
        pass
    assert ["not completed" in line for line in told.getvalue().splitlines()] == [True, False]


def test_who_looks_on_sees_what_is_being_done_and_how_long_it_takes():
    told = Terminal()
    telling = Progress(stream=told, usual={"a": 40.0})
    with telling.step("a", "3/5 data collection"):
        telling.doing("Who left?")
        time.sleep(1.2)
    moves = told.getvalue().split("\r\x1b[K")
    assert any(re.search(r"\d s of about 40 s: Who left\?$", line) for line in moves)
    assert re.fullmatch(r"3/5 data collection +1\.\d s\n", moves[-1])


def test_a_quiet_run_says_nothing():
    told = Terminal()
    telling = Progress(shown=False, stream=told)
    telling.say("begun")
    with telling.step("a", "1/2 scoping"):
        pass
    assert told.getvalue() == ""


def test_the_question_told_is_the_heading_before_the_cell(tmp_path):
    """The engine runs a notebook as papermill's own does, and tells its headings in order."""
    cells = [
        nbformat.v4.new_markdown_cell("# Step\n\nText"),
        nbformat.v4.new_markdown_cell("## Who left?\nWhy it matters."),
        nbformat.v4.new_code_cell("1 + 1"),
        nbformat.v4.new_markdown_cell("## Limits"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, tmp_path / "in.ipynb")
    told = []
    done = papermill.execute_notebook(
        tmp_path / "in.ipynb",
        tmp_path / "out.ipynb",
        engine_name=telling_engine(told.append),
        progress_bar=False,
    )
    assert told == ["Who left?", "Limits"]
    assert done.cells[2].outputs[0]["data"]["text/plain"] == "2"
