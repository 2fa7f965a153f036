"""Columns of days and of names of people are as wide as these: no line ends within one."""

import pytest

from helpers.report import measure, slides
from helpers.report.content import Content
from helpers.report.deck.blocks import Grid, Slide
from helpers.report.powerpoint import tables

HEADS = ("Do this", "For whom", "Who", "By when", "How we will know")
LONG = "Ask why they left, and write to those whose reason no longer holds; first to the largest."
ROWS = ((LONG, f"Former customers: {LONG}", "Sales", "2012-03-30", LONG),)
LINES = """() => [...document.querySelectorAll('#steps td')].map(cell => {
    const range = document.createRange();
    range.selectNodeContents(cell);
    return new Set([...range.getClientRects()].map(box => Math.round(box.top))).size;
})"""


def test_a_slide_parts_no_day_and_no_name(rendered, browser, tmp_path):
    slide = Slide("steps", "One step", (Grid(HEADS, ROWS, (False,) * 5),))
    path = tmp_path / "presentation.html"
    path.write_text(slides.build(Content(rendered.ws), [slide]), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1440, "height": 810})
    page.goto(path.as_uri())
    page.wait_for_function("window.Reveal && Reveal.isReady()")
    lines = page.evaluate(LINES)
    page.close()
    assert lines[0] > 1, "the long text has no room on one line"
    assert lines[2:4] == [1, 1]


@pytest.mark.parametrize("times", [1, 3])
def test_a_native_table_parts_neither_in_a_wider_typeface(times):
    """However much the other cells hold."""
    rows = tuple(tuple(cell * times if len(cell) > 20 else cell for cell in row) for row in ROWS)
    table = tables.cleaned(HEADS, rows, (False,) * 5)
    for place, wide in enumerate(table.widths(850.0)):
        for word in (*HEADS[place].split(), *rows[0][place].split()):
            assert wide - 2 * tables.PAD_X >= measure.WIDER * measure.width(word, table.size), word
