"""The workbook made in a second process: the same files, the same errors, and made in any case."""

import os
import time

import pytest

from helpers import alongside
from helpers.errors import StudyError
from helpers.kernels import kernels
from helpers.report import powerpoint, workbook
from helpers.report import render as rendering
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.numbering import numbered
from helpers.report.render import render
from helpers.run import BESIDE

FILES = ("presentation.pptx", "data/workbook.xlsx")


@pytest.fixture
def alone(draft, factory):
    """What is made without a second process, and the files' bytes."""
    made = render(draft, factory.notebooks(draft))
    return made, {name: (draft.draft / name).read_bytes() for name in FILES}


def test_it_makes_the_same_files(draft, factory, alone, monkeypatch):
    for name in FILES:
        (draft.draft / name).unlink()

    def here(*given):
        raise AssertionError("made in this process")

    monkeypatch.setattr(workbook, "write", here)
    monkeypatch.setattr(rendering.powerpoint, "_built", _once_the_workbook_is_there(draft))
    with kernels((), beside=BESIDE):
        assert render(draft, factory.notebooks(draft)) == alone[0]
    assert {name: (draft.draft / name).read_bytes() for name in FILES} == alone[1]


def test_the_slides_made_there_are_those_made_here(draft, factory, alone):
    content = Content(draft)
    slides = deck(content, numbered(draft, factory.notebooks(draft)))
    with kernels((), beside=BESIDE):
        made = powerpoint.begun(content, slides)
        until = time.monotonic() + 60
        while made.waits() and time.monotonic() < until:
            time.sleep(0.05)
        assert not made.waits()
        assert made.result() == alone[1]["presentation.pptx"]


def test_it_tells_the_same_errors(draft, factory):
    needed = draft.draft / "data" / "priorities.parquet"
    kept = needed.read_bytes()
    needed.unlink()
    try:
        told = r"lacks data files\.\n  found: +p"
        with kernels((), beside=BESIDE), pytest.raises(StudyError, match=told):
            alongside.begin(rendering._workbook, draft, {}).result()
    finally:
        needed.write_bytes(kept)


def test_where_somebody_ends_it_the_workbook_is_made_here(draft, factory, alone):
    (draft.draft / "data/workbook.xlsx").unlink()
    with kernels((), beside=BESIDE):
        alongside.begin(os._exit, 3)
        render(draft, factory.notebooks(draft))
    assert (draft.draft / "data/workbook.xlsx").read_bytes() == alone[1]["data/workbook.xlsx"]


def _once_the_workbook_is_there(ws):
    """Slides that wait for the other process, as it may be slow to begin on a busy machine."""
    build = rendering.powerpoint._built

    def waits(*given):
        until = time.monotonic() + 60
        while not (ws.draft / "data/workbook.xlsx").exists() and time.monotonic() < until:
            time.sleep(0.05)
        return build(*given)

    return waits
