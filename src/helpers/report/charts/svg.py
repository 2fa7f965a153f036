"""Chart models as SVG for pages: at any width, with labels above the marks where it is narrow."""

from helpers.report import styling as st
from helpers.report.charts import svg_grid, svg_plane, svg_rows
from helpers.report.charts.canvas import LINE, ON_PHONES, Canvas, lines
from helpers.report.charts.model import Chart, Grid, Nothing, Plane, Rows

WIDE, NARROW = 760.0, 350.0  # pixels: a page's column, and a phone's
LEAST_ROWS = 3


def both(chart: Chart, *, name: str, label: str, about: str = "") -> str:
    """A chart twice, for wide and for narrow screens; the page shows one of them.

    A page without our style sheet, such as a notebook's, shows the wide one.

    Parameters
    ----------
    chart : the model.
    name : id of the exhibit.
    label : what a screen reader says.
    about : what it says next: a description of what is drawn.
    """
    wide = drawn(chart, width=WIDE, name=name, label=label, about=about)
    return pair(wide, chart, name, label=label, about=about)


def pair(wide: str, chart: Chart, name: str, *, label: str, about: str = "") -> str:
    """A drawing for wide screens, and the one for narrow screens beside it."""
    small = drawn(chart, width=NARROW, name=f"{name}{ON_PHONES}", label=label, about=about)
    return f'<div class="wide">{wide}</div>\n<div class="narrow" hidden>{small}</div>\n'


def drawn(
    chart: Chart,
    *,
    width: float,
    name: str,
    label: str,
    about: str = "",
    height: float | None = None,
    magnify: float = 1.0,
) -> str:
    """A chart as an element of a page.

    Parameters
    ----------
    width : pixels.
    height : pixels at most, where there is a limit: a list of rows is then cut after those that fit
        and says how many are left out; a plane fills it.
    magnify : how many times as large rows may be drawn where all of them are there and room is
        left: a short list then fills its place, words and marks alike.
    """
    body = chart.body
    if magnify > 1 and height is not None and isinstance(body, Rows):
        told = _draw(body, width, None).words
        for tenths in range(round(10 * magnify), 10, -1):
            times = tenths / 10
            larger = _draw(body, width / times, None)
            fits = width / times >= svg_rows.NARROW and larger.height * times <= height
            if fits and larger.words == told:  # no tick is lost
                return larger.element(label=label, about=about, name=name, times=times)
    if height is not None and isinstance(body, Rows | Grid):
        body = _fitted(body, width, height)
    canvas = _draw(body, width, height)
    return canvas.element(label=label, about=about, name=name)


def _draw(body, width: float, height: float | None) -> Canvas:
    canvas = Canvas(width)
    match body:
        case Rows():
            svg_rows.draw(canvas, body)
        case Plane():
            svg_plane.draw(canvas, body, height)
        case Grid():
            svg_grid.draw(canvas, body)
        case Nothing(text):
            for k, line in enumerate(lines(text, width), 1):
                canvas.text(0, k * LINE, line, st.MUTED)
                canvas.height = k * LINE + 8
    return canvas


def _fitted(body: Rows | Grid, width: float, height: float) -> Rows | Grid:
    """As many of the first rows as fit."""
    low, high = min(LEAST_ROWS, len(body.rows)), len(body.rows)
    while low < high:
        middle = (low + high + 1) // 2
        fits = _draw(body.first(middle), width, None).height <= height
        low, high = (middle, high) if fits else (low, middle - 1)
    return body.first(low)
