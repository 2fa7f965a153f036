"""A new chart is one function: pages and PowerPoint draw it without another line."""

from powerpoint_tools import charts_of, opened, tables_of, texts_of, xs_of

from helpers.report import exhibits, powerpoint
from helpers.report.charts.axes import axis
from helpers.report.charts.model import Chart, Panel, Row, Rows, Span
from helpers.report.content import Content
from helpers.report.deck.blocks import Placed, Slide, Text

LONG = "Машиностроительные предприятия северо-западного региона с партнёрским внедрением"


def a_new_chart() -> Chart:
    """All that it takes."""
    rows = (Row("Shown", heading=True, tone="shown"), Row(LONG, "n = 72"), Row("东京" * 40))
    spans = ((), (Span(3.0, 1.0, 5.0, text="+3"),), (Span(-1.0, -2.0, 1.0, "open"),))
    return Chart(Rows(rows, (Panel(axis([-2, 5], "signed"), spans),)), "Two rows", "A unit")


def test_both_renderers_draw_it(rendered):
    chart = a_new_chart()
    exhibit = exhibits.Exhibit("novelty", "figure", chart.title, chart=chart, source="s")
    page = exhibit.html()
    assert page.count("<svg") == 2
    assert "A unit" in page
    slide = Slide("x", "T", (Text("text"),), (Placed(exhibit, "Figure 1"),))
    made = opened(powerpoint.build(Content(rendered.ws), [slide])).slides[0]
    (native,) = charts_of(made)
    assert 3.0 in [x for series in native.plots[0].series for x in xs_of(series)]
    cells = [cell.text for table in tables_of(made) for row in table.rows for cell in row.cells]
    assert LONG in " ".join(cells)
    assert any("A unit" in text for text in texts_of(made))
