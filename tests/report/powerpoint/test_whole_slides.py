"""Rows, charts and links of slides: what gives way first where room is short."""

from powerpoint_tools import BOTTOM, opened, overfull, tables_of, texts_of
from pptx.util import Emu

from helpers.report import exhibits, powerpoint
from helpers.report.charts.axes import axis
from helpers.report.charts.model import Bar, Chart, Panel, Row, Rows
from helpers.report.content import Content
from helpers.report.deck.blocks import Link, Placed, Slide, Text
from helpers.report.powerpoint import column, tables
from helpers.report.powerpoint.text import SMALLEST, paragraph

LONG = "internal sandbox or test account, which was recognised by its name"
TABLE = tables.cleaned(
    ("Who", "Customers"), [(f"Group {k}", "12, 5 % of ARR") for k in range(8)], (False, False)
)


def built(rendered, slide: Slide):
    return opened(powerpoint.build(Content(rendered.ws), [slide]))


def bars(count: int, *, whole: bool = False) -> Chart:
    rows = tuple(Row(f"{LONG} {k}") for k in range(count))
    panels = tuple(
        Panel(axis([0, 9], "count"), ((Bar(0, 5, text="5"),),) * count, heading=name)
        for name in ("accounts", "revenue")
    )
    return Chart(Rows(rows, panels, whole=whole), "Bars", "A unit")


def placed(chart: Chart) -> Placed:
    return Placed(exhibits.Exhibit("bars", "figure", chart.title, chart=chart), "Figure 1")


def test_a_table_takes_the_smallest_letters_before_it_loses_a_row():
    piece = column.TablePiece(TABLE, note=[paragraph("note", "A note.")]).scaled(0.7)
    room = piece.smallest().height(400.0)
    assert piece.height(400.0) > room
    kept = piece.shortened(400.0, room)
    assert len(kept.table.rows) == 8 and kept.table.size == SMALLEST
    assert len(piece.shortened(400.0, room - 20).table.rows) < 8


def test_words_are_smaller_before_a_chart_loses_rows(rendered):
    told = Text("Of these kinds our share of customers is as large as that of the market. " * 5)
    chart = bars(6)
    slide = Slide("x", "T", (Text("beside"),), (placed(chart), told), kind="even")
    made = built(rendered, slide)
    assert not [text for text in texts_of(made.slides[0]) if "more in" in text]
    labels = [row.cells[0].text for row in tables_of(made.slides[0])[0].rows]
    assert len([text for text in labels if text.startswith("internal")]) == 6
    assert not overfull(made)


def test_bars_that_are_never_left_out_stand_above_the_footer(rendered):
    made = built(rendered, Slide("x", "T", (Text("beside " * 90),), (placed(bars(9, whole=True)),)))
    for shape in made.slides[0].shapes:
        if not shape.is_placeholder:
            assert Emu(shape.top + shape.height).pt <= BOTTOM + 1, shape.name


def test_a_long_link_has_a_run_for_each_word(rendered):
    text = "138 of them on the lists, 20 of these have left; with owner and what to do"
    made = built(rendered, Slide("x", "T", (Link(text, "lists.html"),)))
    runs = next(
        paragraph.runs
        for shape in made.slides[0].shapes
        if shape.has_text_frame
        for paragraph in shape.text_frame.paragraphs
        if paragraph.text == text
    )
    assert len(runs) > 12
    assert all(" " not in run.text.strip() for run in runs)
    assert {run.hyperlink.address for run in runs} == {"lists.html"}


def test_links_to_what_proves_a_slide_stand_on_one_line(rendered):
    names = (
        "Summary",
        "Table 4.4",
        "Figure 5.2",
        "Table 3.11",
        "Figure 5.1",
        "Figure 4.3",
        "Lists",
    )
    proofs = tuple((name, "anchor") for name in names)
    made = built(rendered, Slide("x", "T", (Text("text"),), proofs=proofs))
    assert not overfull(made)
    shown = {shape.text_frame.text: shape for shape in made.slides[0].shapes}
    links = next(shape for text, shape in shown.items() if "Table 3.11" in text)
    foot = next(shape for text, shape in shown.items() if "2026Q3" in text)
    assert links.left > foot.left and Emu(links.left + links.width).pt <= 881
