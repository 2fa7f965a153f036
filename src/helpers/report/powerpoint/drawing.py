"""A chart model on a slide: native charts, and native tables for its labels and cells."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from helpers.report import measure
from helpers.report.charts import svg_grid, svg_plane, svg_rows
from helpers.report.charts.canvas import TEXT
from helpers.report.charts.model import (
    Axis,
    Band,
    Chart,
    Grid,
    Mark,
    Nothing,
    Panel,
    Plane,
    Row,
    Rows,
    Span,
    Tick,
)
from helpers.report.powerpoint import charts, tables
from helpers.report.powerpoint.charts import Series
from helpers.report.powerpoint.master import Box
from helpers.report.styling import MUTED, text_colour
from helpers.report.styling import colour as coloured
from helpers.words import charts as words
from helpers.words import say

SIZES = (11.0, 10.5, 10.0, 9.5)  # points: of labels
SLACK = measure.WIDER
GAP, EDGE, REMARK = 10.0, 12.0, 20.0
LABELS = (0.36, 0.46)  # share of the width that labels may take, where rows are too high
WIDEST, CLOSE = 0.8, 0.5  # the same, and points around labels, before rows would leave the slide
MARKS = 0.3  # share of the width that labels and figures leave to the marks even then
LEAST_ROWS = 3
PLANE_HEIGHT, PLANE_LEAST = 0.55, 0.36  # of the width at most, and where there is room at least


@dataclass(frozen=True)
class Place:
    """Where a chart goes: a slide, what fills its placeholder, and how shapes are described."""

    slide: Any
    placeholder: Callable[[], Any]
    name: str
    about: str

    def described(self, frame: Any) -> Any:
        frame.name = self.name
        told = measure.clean(self.about)
        frame._element.nvGraphicFramePr.cNvPr.set("descr", told)
        return frame


def draw(place: Place, chart: Chart, box: Box) -> float:
    """Put a chart on a slide; gives the height that it takes."""
    match chart.body:
        case Rows():
            return _rows(place, chart.body, box)
        case Plane():
            return _plane(place, chart.body, box)
        case Grid():
            return _grid(place, chart.body, box)
    return 0.0


def needed(chart: Chart, width: float, *, close: bool = False) -> float:
    """The height in which nothing of a chart is left out; ``close``, however small its marks."""
    match chart.body:
        case Rows() as body:
            shares = (LABELS[-1], WIDEST) if close else (LABELS[-1],)
            heights = [_layout(body, width, SIZES[-1], share).height for share in shares]
            return min(heights) + _below(body)
        case Plane():
            return PLANE_LEAST * width
        case Grid() as body:
            return _table(body, SIZES[-1]).height(width)
    return 0.0


def least(chart: Chart, width: float) -> float:
    """The height below which not even the first rows of a chart fit."""
    match chart.body:
        case Rows(whole=False) as body:
            return needed(replace(chart, body=body.first(LEAST_ROWS)), width, close=True)
        case Rows():
            return needed(chart, width, close=True)
    return 0.0


def said(chart: Chart) -> str:
    """What stands in the place of a chart that has nothing to draw."""
    return chart.body.text if isinstance(chart.body, Nothing) else ""


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _Layout:
    """Widths of label and text columns, and heights of the rows, at one size of text."""

    size: float
    label: float
    texts: tuple[float, ...]
    head: float
    heights: tuple[float, ...]
    tight: float  # above and below a label

    @property
    def height(self) -> float:
        return self.head + sum(self.heights)


def _rows(place: Place, body: Rows, box: Box) -> float:
    kept = body
    below = _below(body)
    axis = below - (REMARK if body.left_out else 0)
    # A label of two lines makes every row of bars as high: at last, labels may take more width.
    for size, share in (*product(SIZES, LABELS), (SIZES[-1], WIDEST)):
        layout = _layout(body, box.w, size, share)
        if layout.height + below <= box.h:
            break
    count = len(body.rows)
    bars = any(panel.of_bars for panel in body.panels)  # which a long label makes high, all of them
    usual = WIDEST if bars else LABELS[-1]
    for share, least in ((usual, LEAST_ROWS), (WIDEST, 1)):  # at last, hardly any row
        while layout.height + below > box.h and count > least and not body.whole:
            count, below = count - 1, axis + REMARK
            kept = body.first(count)
            layout = _layout(kept, box.w, SIZES[-1], share)
    _labels(place, kept, layout, Box(box.x, box.y, layout.label + sum(layout.texts), layout.height))
    left = layout.label + sum(layout.texts) + GAP
    every = sum(panel.share for panel in kept.panels)
    x = box.x + left
    top = box.y + layout.head
    for panel in kept.panels:
        wide = (box.w - left) * panel.share / every
        depth = charts.BELOW + (charts.TICKS if panel.axis.ticks else 0)
        high = sum(layout.heights) + charts.ABOVE + depth
        at = Box(x, top - charts.ABOVE, wide, high)
        _panel(place, kept, panel, layout.heights, at)
        x += wide
    used = layout.height + axis
    told = words.more(kept.left_out, kept.table)
    if told:
        _remark(place, told, Box(box.x, box.y + used, box.w, REMARK))
        used += REMARK
    return used


def _below(body: Rows) -> float:
    """Points below the rows: the axis, and what is said of rows that are left out."""
    ticks = charts.TICKS if any(panel.axis.ticks for panel in body.panels) else 0
    return charts.BELOW + ticks + (REMARK if body.left_out else 0)


def _layout(body: Rows, room: float, size: float, share: float) -> _Layout:
    def wide(text: str, bold: bool = False) -> float:
        # Bold letters of wider typefaces are wider still: a figure must not part.
        slack = SLACK * (1.1 if bold else 1.0)
        return slack * measure.width(text, size, bold=bold) / measure.ROOM

    pad = 2 * tables.PAD_X + 1
    # A heading takes more lines rather than room from the marks.
    texts = tuple(
        max((wide(t, True) + pad for t in (*panel.texts(), *panel.heading.split()) if t), default=0)
        for panel in body.panels
    )
    pairs = list(zip(body.rows, body.notes(), strict=True))
    longest = max((wide(_label(row, note), row.strong or row.heading) for row, note in pairs))
    # Beside two charts, labels take more lines and leave them more room.
    most = share * room * (1.0 if len(body.panels) == 1 else 0.7)
    if share > max(LABELS):
        most = max(min(most, (1 - MARKS) * room - sum(texts) - GAP), max(LABELS) * room)
    label = min(longest + pad + 2, most)
    inside = (label - pad) / SLACK
    tight = CLOSE if share == WIDEST else tables.TIGHT
    pair = 2 * tight
    heights = [
        measure.height(_label(row, note), size, inside, bold=row.strong or row.heading) + pair
        for row, note in pairs
    ]
    if any(panel.of_bars for panel in body.panels):  # bars share their room evenly
        heights = [max(heights)] * len(heights)
    heads = [
        measure.height(panel.heading, size, (given - pad) / SLACK) + pair
        for panel, given in zip(body.panels, texts, strict=True)
        if panel.heading
    ]
    return _Layout(size, label, texts, max(heads, default=0.0), tuple(heights), tight)


def _label(row: Row, note: str) -> str:
    return measure.clean(f"{row.label}  {note}" if note else row.label)


def _labels(place: Place, body: Rows, layout: _Layout, box: Box) -> None:
    """Labels and figures as a table, a row at the height of its marks."""
    texts = [panel.texts() for panel in body.panels]
    shown = [k for k, wide in enumerate(layout.texts) if wide > 0]
    rows: list[list[list[tables.Run]]] = []
    if layout.head:
        heads = [
            [tables.Run(body.panels[k].heading, MUTED)] if body.panels[k].heading else []
            for k in shown
        ]
        rows.append([[], *heads])
    for at, (row, note) in enumerate(zip(body.rows, body.notes(), strict=True)):
        bold = row.strong or row.heading
        colour = text_colour(row.tone) if row.heading else ""
        told = [tables.Run(measure.clean(row.label), colour, bold)]
        if note:
            told.append(tables.Run(f"  {measure.clean(note)}", MUTED))
        figures = [
            [tables.Run(texts[k][at], bold=row.strong)] if texts[k][at] else [] for k in shown
        ]
        rows.append([told, *figures])
    widths = [layout.label, *(layout.texts[k] for k in shown)]
    heights = [*([layout.head] if layout.head else []), *layout.heights]
    frame = tables.plain(
        place.slide, rows, widths, heights, box, size=layout.size, tight=layout.tight
    )
    frame.name = f"{place.name}: labels"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", measure.clean(place.about))


def _panel(place: Place, body: Rows, panel: Panel, heights: Sequence[float], box: Box) -> None:
    holder = place.placeholder()
    room = (box.w - 1.5 * EDGE) * TEXT / charts.SIZE
    shown = [Tick(value, text) for value, text in svg_rows.shown_ticks(panel.axis, room)]
    panel = replace(panel, axis=replace(panel.axis, ticks=tuple(shown)))
    if panel.of_bars:
        frame = charts.bars(place.slide, body.rows, panel, box, holder, left=EDGE / 2, right=EDGE)
    else:
        frame = spans(place.slide, panel, heights, box, holder)
    place.described(frame)


def spans(
    slide: Any,
    panel: Panel,
    heights: Sequence[float],
    box: Box,
    placeholder: Any = None,
) -> Any:
    """Values with their intervals, one for each row of such heights."""
    whole = float(sum(heights))
    series: list[Series] = []
    bands: list[tuple[float | None, float | None]] = []
    marks: dict[tuple[str, bool], list[tuple[Mark, float]]] = {}
    below = whole
    for row, high in zip(panel.marks, heights, strict=True):
        y = round(below - high / 2, 2)
        below -= high
        for mark in row:
            if isinstance(mark, Band):
                bands += [*([(None, None)] if bands else []), (mark.low, y), (mark.high, y)]
            else:
                marks.setdefault((mark.tone, getattr(mark, "late", False)), []).append((mark, y))
    if panel.zero and panel.axis.low <= 0 <= panel.axis.high:
        line = ((0.0, 0.0), (0.0, whole))
        series.append(Series("zero", line, "open", "none", line=0.75))
    if bands:
        band = Series("unseen", tuple(bands), marker="none", line=9, colour=MUTED)
        series.append(replace(band, seen_through=True))
    for (tone, late), found in marks.items():
        series += _spans(found, tone, late=late)
    upright = Axis(0.0, whole)
    across, _ = charts.whole_steps(panel.axis)
    return charts.scatter(
        slide, series or [Series("none", ((across.low, 0.0),), marker="none")],
        panel.axis, upright, box, placeholder, left=EDGE, right=EDGE, rows=True,
    )  # fmt: skip


def _spans(found: list[tuple[Mark, float]], tone: str, *, late: bool) -> list[Series]:
    """Marks of one look, and their intervals as lines of their own.

    LibreOffice drops custom error bars along x; lines between the limits show in every application
    and can be edited as cells of the workbook.
    """
    filled = tone != "open"
    ends: list[tuple[float | None, float | None]] = []
    points = []
    for mark, y in found:
        assert isinstance(mark, Span)
        points.append((mark.value, y))
        if mark.low is not None and mark.high is not None:
            ends += [*([(None, None)] if ends else []), (mark.low, y), (mark.high, y)]
    name = say(words.LATE, name=tone) if late else tone
    shape = "diamond" if late else "circle"
    drawn = [Series(name, tuple(points), tone, shape, filled, size=8 if filled else 7)]
    if ends:
        thick = 2.25 if filled else 1.25
        interval = Series(f"{name}: interval", tuple(ends), tone, "none", line=thick)
        drawn.insert(0, interval)
    return drawn


def _remark(place: Place, text: str, box: Box) -> None:
    run = tables.Run(measure.clean(text), MUTED)
    frame = tables.plain(place.slide, [[[run]]], [box.w], [box.h], box, size=SIZES[-1])
    frame.name = f"{place.name}: remark"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", measure.clean(text))


# ── plane ────────────────────────────────────────────────────────────────────────────────────────
def _plane(place: Place, body: Plane, box: Box) -> float:
    high = min(box.h, PLANE_HEIGHT * box.w + 60)
    at = Box(box.x, box.y, box.w, high)
    series: list[Series] = []
    for guide in body.guides:
        ends = (body.y.low, body.y.high) if guide.axis == "x" else (body.x.low, body.x.high)
        pairs = [(guide.value, end) if guide.axis == "x" else (end, guide.value) for end in ends]
        name = f"line at {guide.value:g}"
        series.append(Series(name, tuple(pairs), "open", "none", line=0.75, dashed=guide.dashed))
    for line in body.lines:
        points = tuple(zip(line.x, line.y, strict=True))
        for name, limit in (("lower limit", line.low), ("upper limit", line.high)):
            if limit:
                bounds = tuple(zip(line.x, limit, strict=True))
                light = charts.lighter(coloured(line.tone))
                told = f"{line.name}: {name}"
                series.append(Series(told, bounds, marker="none", line=0.75, colour=light))
        thick = 1.0 if line.dashed else 2.25
        series.append(Series(line.name, points, line.tone, "none", line=thick, dashed=line.dashed))
    for group in body.points:
        points = tuple(zip(group.x, group.y, strict=True))
        size = 8 if group.large else 4
        series.append(Series(group.name, points, group.tone, size=size))
    tail = max(
        (SLACK * measure.width(line.label, charts.SIZE) for line in body.lines if line.label),
        default=0.0,
    )
    ticks = max((measure.width(tick.text, charts.SIZE) for tick in body.y.ticks), default=0.0)
    left, right = SLACK * ticks + 10, max(tail + 6, EDGE)
    series += _noted(body, at, left, right)
    frame = charts.scatter(
        place.slide, series, body.x, body.y, at, place.placeholder(), left=left, right=right
    )
    place.described(frame)
    return high


def _noted(body: Plane, box: Box, left: float, right: float) -> list[Series]:
    """Words of the plane as labels of invisible marks, clear of its edges."""
    found = []
    for line in body.lines:
        if line.label:
            end = ((line.x[-1], line.y[-1]),)
            told = (f"\u00a0\u00a0{line.label}",)
            found.append(Series(f"label of {line.name}", end, line.tone, "none", texts=told))
    for place, note in enumerate(body.notes, 1):
        wide = SLACK * measure.width(note.text, charts.SIZE) / box.w
        inside = (box.w - left - right) * svg_plane.share(body.x, note.x)
        across = (left + inside) / box.w
        side = {"right": "r", "left": "l", "middle": "t"}[note.side]
        if side == "t" and across < wide / 2 + 0.02:
            side = "r"
        if side == "t" and across > 0.98 - wide / 2:
            side = "l"
        y = _inside(body.y, note.y)
        text = f"\u00a0\u00a0{note.text}" if side == "r" else f"{note.text}\u00a0\u00a0"
        point = ((note.x, y),)
        found.append(Series(f"note {place}", point, note.tone, "none", texts=(text,), labels=side))
    return found


def _inside(axis: Axis, value: float) -> float:
    """A value no nearer to the ends of an axis than a line of text is high."""
    at = min(max(svg_plane.share(axis, value), 0.04), 0.96)
    if axis.log:
        return axis.low * (axis.high / axis.low) ** at
    return axis.low + (axis.high - axis.low) * at


# ── grid ─────────────────────────────────────────────────────────────────────────────────────────
def _grid(place: Place, body: Grid, box: Box) -> float:
    kept = body
    for size in SIZES:
        table = _table(body, size)
        if table.height(box.w) <= box.h:
            break
    count = len(body.rows)
    while table.height(box.w) + REMARK > box.h and count > LEAST_ROWS:
        count -= 1
        kept = body.first(count)
        table = _table(kept, SIZES[-1])
    frame = tables.place(place.slide, table, box, name=place.name, about=place.about)
    place.described(frame)
    used = table.height(box.w)
    told = words.more(kept.left_out, kept.table)
    if told:
        _remark(place, told, Box(box.x, box.y + used, box.w, REMARK))
        used += REMARK
    return used


def _table(body: Grid, size: float) -> tables.Table:
    rows, fills = [], []
    for row, cells in zip(body.rows, body.cells, strict=True):
        texts = [f"{cell.text} ({cell.beside})" if cell.beside else cell.text for cell in cells]
        rows.append((row.label, *texts))
        fills.append(("", *(svg_grid.fill(cell) for cell in cells)))
    heads = (f"{one.label} ({one.note})" if one.note else one.label for one in body.columns)
    numeric = (False, *(not cells.beside for cells in body.cells[0])) if body.cells else (False,)
    return tables.cleaned((body.head, *heads), rows, numeric, fills=tuple(fills), size=size)
