"""Labelled rows of marks as SVG."""

from dataclasses import dataclass

from helpers.report import styling as st
from helpers.report.charts.canvas import LINE, TEXT, Canvas, lines, width
from helpers.report.charts.model import Axis, Band, Bar, Mark, Panel, Row, Rows
from helpers.words import charts as words

NARROW = 480.0  # pixels below which labels stand above their marks
PAD, GAP, TRACK = 9.0, 26.0, 24.0
DOT, BAR = 5.0, 14.0


@dataclass(frozen=True)
class _Label:
    """A row's label, broken into lines; the note follows on the last line or has its own."""

    lines: tuple[str, ...]
    note: str
    own_line: bool

    @property
    def count(self) -> int:
        return len(self.lines) + self.own_line

    @property
    def reach(self) -> float:
        """How far a heading's longest line reaches to the right."""
        wide = [width(line, bold=True) for line in self.lines]
        if self.note:
            wide.append(width(self.note) if self.own_line else wide[-1] + 8 + width(self.note))
        return max(wide)


def draw(canvas: Canvas, body: Rows) -> None:
    """Put the rows on a canvas of some width."""
    above = canvas.width < NARROW
    room = canvas.width if above else _label_room(canvas, body)
    notes = body.notes()
    labels = [
        _label(row, note, canvas.width if row.heading else room)
        for row, note in zip(body.rows, notes, strict=True)
    ]
    left = 6.0 if above else room + 14
    plots = _plots(body, left, canvas.width)
    y = _panel_headings(canvas, body.panels, plots)
    tracks: list[float] = []
    clear, top = [], y  # where lines may run: not through a heading that reaches so far
    grid = len(canvas.shapes)  # lines go behind everything else
    for row, label in zip(body.rows, labels, strict=True):
        y += 8 if row.heading and tracks else 0
        high = label.count * LINE + PAD
        high += TRACK - 6 if above and not row.heading else 0
        if not above and not row.heading:
            high = max(high, TRACK + 2)
        _write(canvas, row, label, y, high, above=above)
        if row.heading and label.reach > left:
            clear.append((top, y))
            top = y + high
        tracks.append(y + high - TRACK / 2 - 2 if above else y + high / 2)
        y += high
        canvas.breaks += [] if row.heading else [y]
    spans = [(begin, end) for begin, end in (*clear, (top, y)) if end > begin]
    for panel, (x, wide) in zip(body.panels, plots, strict=True):
        reach = [(at - 11, at + 11) for at, m in zip(tracks, panel.marks, strict=True) if m]
        _gridlines(canvas, panel, x, wide, reach if above else spans, grid)
        for row, at, marks in zip(body.rows, tracks, panel.marks, strict=True):
            _marks(canvas, marks, panel.axis, x, wide, at, strong=row.strong)
        _ticks(canvas, panel.axis, x, wide, y)
    if any(panel.axis.ticks for panel in body.panels):
        y += LINE + 6
    for line in lines(words.more(body.left_out, body.table), canvas.width):
        if line:
            y += LINE
            canvas.text(0, y, line, st.MUTED)
    canvas.height = y + 6


def _label_room(canvas: Canvas, body: Rows) -> float:
    most = max(
        (
            width(row.label, bold=row.strong) + (width(row.note) + 8 if row.note else 0)
            for row in body.rows
            if not row.heading
        ),
        default=0.0,
    )
    return min(most, 0.4 * canvas.width)


def _label(row: Row, note: str, room: float) -> _Label:
    bold = row.strong or row.heading
    broken = lines(row.label, room, bold=bold)
    fits = width(broken[-1], bold=bold) + 8 + width(note) <= room
    return _Label(broken, note, bool(note) and not fits)


def _write(canvas: Canvas, row: Row, label: _Label, y: float, high: float, *, above: bool) -> None:
    bold = row.strong or row.heading
    colour = st.text_colour(row.tone) if row.heading else st.INK
    start = y + 4 if above or row.heading else y + (high - label.count * LINE) / 2
    at = start
    for k, line in enumerate(label.lines, 1):
        at += LINE
        last = k == len(label.lines) and not label.own_line
        note = label.note if last else ""
        canvas.text(0, at - 4, line, colour, bold=bold, note=note, clear=row.heading)
    if label.own_line:
        canvas.text(0, at + LINE - 4, label.note, st.MUTED)


def _panel_headings(canvas: Canvas, panels: tuple[Panel, ...], plots: list) -> float:
    if not any(panel.heading for panel in panels):
        return 0.0
    most = 0
    for panel, (x, wide) in zip(panels, plots, strict=True):
        broken = lines(panel.heading, max(wide, 90.0))
        most = max(most, len(broken))
        for k, line in enumerate(broken, 1):
            canvas.text(x, k * LINE - 4, line, st.MUTED)
    return most * LINE + 4


def _plots(body: Rows, left: float, whole: float) -> list[tuple[float, float]]:
    """Where each panel's marks begin, and how far they reach: their texts fit beside them."""
    every = sum(panel.share for panel in body.panels)
    room = whole - left - GAP * (len(body.panels) - 1)
    plots, x = [], left
    for panel in body.panels:
        wide = room * panel.share / every
        plots.append((x, _reach(panel, wide)))
        x += wide + GAP
    return plots


def _reach(panel: Panel, wide: float) -> float:
    last = panel.axis.ticks[-1].text if panel.axis.ticks else ""
    kept = wide - max(width(last) / 2, DOT + 2)
    for row in panel.marks:
        for mark in row:
            if isinstance(mark, Band) or not mark.text:
                continue
            share = _share(panel.axis, _end(mark))
            told = width(mark.text, bold=True) + 10
            if share > 0:
                kept = min(kept, (wide - told) / share)
    return max(kept, 0.3 * wide)


def _end(mark: Mark) -> float:
    """The right end of a mark."""
    if isinstance(mark, Bar):
        return max(mark.start, mark.end)
    if isinstance(mark, Band):
        return mark.high
    return max(mark.value, mark.value if mark.high is None else mark.high)


def _share(axis: Axis, value: float) -> float:
    return (value - axis.low) / ((axis.high - axis.low) or 1.0)


def _marks(
    canvas: Canvas, marks: tuple[Mark, ...], axis: Axis, x: float, wide: float, y: float,
    *, strong: bool,
) -> None:  # fmt: skip
    def at(value: float) -> float:
        return x + wide * min(max(_share(axis, value), 0.0), 1.0)

    for mark in marks:
        if isinstance(mark, Band):
            canvas.box(at(mark.low), y - 8, at(mark.high) - at(mark.low), 16, st.HAIR)
            continue
        colour = st.colour(mark.tone)
        if isinstance(mark, Bar):
            low, high = sorted((at(mark.start), at(mark.end)))
            canvas.box(low, y - BAR / 2, max(high - low, 1.0), BAR, colour)
        else:
            filled = mark.tone != "open"
            if mark.low is not None and mark.high is not None:
                thick = 3.0 if filled else 1.6
                canvas.line(at(mark.low), y, at(mark.high), y, colour, thick)
            canvas.dot(at(mark.value), y, colour, DOT, filled=filled, diamond=mark.late)
        gap = 6.0 if isinstance(mark, Bar) else DOT + 5
        told = st.text_colour(mark.tone)
        canvas.text(at(_end(mark)) + gap, y + 0.35 * TEXT, mark.text, told, bold=strong)


def strip(panel: Panel, row: int, wide: float) -> str:
    """One row's marks as a small drawing in a cell; the row's text says the same."""
    canvas = Canvas(wide)
    canvas.height = TRACK
    if panel.zero and panel.axis.low <= 0 <= panel.axis.high:
        at = wide * _share(panel.axis, 0.0)
        canvas.line(at, 0, at, TRACK, st.FAINT)
    _marks(canvas, panel.marks[row], panel.axis, 0.0, wide, TRACK / 2, strong=False)
    shapes = "".join(canvas.shapes)
    return (
        f'<svg class="strip" viewBox="0 0 {wide:g} {TRACK:g}" width="{wide:g}" '
        f'height="{TRACK:g}" aria-hidden="true">{shapes}</svg>'
    )


def _gridlines(
    canvas: Canvas,
    panel: Panel,
    x: float,
    wide: float,
    spans: list[tuple[float, float]],
    place: int,
) -> None:
    """Lines at the ticks and at zero, behind everything; on narrow screens clear of the labels."""
    own = Canvas(canvas.width)
    bars = panel.of_bars
    for tick in panel.axis.ticks:
        at = x + wide * _share(panel.axis, tick.value)
        for top, bottom in spans:
            own.line(at, top, at, bottom, st.HAIR)
    if panel.zero and panel.axis.low <= 0 <= panel.axis.high:
        at = x + wide * _share(panel.axis, 0.0)
        for top, bottom in spans:
            own.line(at, top, at, bottom, st.FAINT if bars else st.MUTED)
    canvas.shapes[place:place] = own.shapes


def _ticks(canvas: Canvas, axis: Axis, x: float, wide: float, y: float) -> None:
    told = [
        (max(x + wide * _share(axis, value), width(text) / 2), text)
        for value, text in shown_ticks(axis, wide)
    ]
    if len(told) > 1 and told[1][0] - told[0][0] < (width(told[0][1]) + width(told[1][1])) / 2:
        told = told[1:]  # the edge has pushed the first one into the second
    for at, text in told:
        canvas.text(at, y + LINE - 1, text, st.MUTED, anchor="middle")


def shown_ticks(axis: Axis, wide: float) -> list[tuple[float, str]]:
    """As many ticks as can be told apart, 0 among them."""
    zero = next((k for k, tick in enumerate(axis.ticks) if tick.value == 0), 0)
    most = max((width(tick.text) for tick in axis.ticks), default=0.0) + 12
    for stride in range(1, len(axis.ticks) + 1):
        kept = [t for k, t in enumerate(axis.ticks) if (k - zero) % stride == 0]
        if (
            len(kept) < 2
            or wide * (kept[1].value - kept[0].value) / ((axis.high - axis.low) or 1.0) >= most
        ):
            return [(tick.value, tick.text) for tick in kept]
    return []
