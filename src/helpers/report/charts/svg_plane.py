"""Lines and points over two axes as SVG."""

import math

from helpers.report import styling as st
from helpers.report.charts.canvas import LINE, TEXT, Canvas, lines, width
from helpers.report.charts.model import Axis, Line, Note, Plane
from helpers.report.charts.svg_rows import NARROW, shown_ticks

HEIGHT = 0.42  # of the width, where there is no limit; more on a narrow screen
NARROW_HEIGHT = 0.8
LEAST = 180.0
CLEAR = 5.0  # between words in a corner and the marks


def draw(canvas: Canvas, body: Plane, height: float | None = None) -> None:
    """Put the plane on a canvas of some width, as high as it may be."""
    small = canvas.width < NARROW
    high = height or max(canvas.width * (NARROW_HEIGHT if small else HEIGHT), LEAST)
    left = max((width(tick.text) for tick in body.y.ticks), default=0.0) + 10
    ends = [width(line.label) for line in body.lines if line.label]
    right = max(ends, default=0.0) + 10 if ends and not small else 0.0
    last = width(body.x.ticks[-1].text) / 2 if body.x.ticks else 0.0
    area = _Area(
        left, 14.0, canvas.width - left - max(right, last, 8.0),
        high - 14 - LINE - 10 - (LINE if body.x.title else 0), body,
    )  # fmt: skip
    _axes(canvas, area, body)
    for line in body.lines:
        _line(canvas, area, line)
    for group in body.points:
        size = 6.0 if group.large else 3.0 if len(group.x) <= 300 else 2.2
        for x, y in zip(group.x, group.y, strict=True):
            canvas.speck(area.x(x), area.y(y), st.colour(group.tone), size)
    _labels(canvas, area, body.lines, inside=small)
    taken: list[tuple[float, float, float]] = []
    for note in body.notes:
        _note(canvas, area, note, taken)
    canvas.height = high


class _Area:
    """Where the marks go."""

    def __init__(self, left: float, top: float, wide: float, high: float, body: Plane) -> None:
        self.left, self.top, self.wide, self.high = left, top, wide, high
        self.body = body
        # Words in the corners have lines of their own, where no mark lies behind them.
        self.above = self._lines([n for n in body.notes if n.y >= body.y.high and not n.above])
        self.below = self._lines([n for n in body.notes if n.y <= body.y.low and n.above])

    def _lines(self, notes: list[Note]) -> float:
        beside = sum(width(note.text) + 14 for note in notes)
        return LINE * (1 if beside <= self.wide else len(notes)) + CLEAR if notes else 0.0

    def x(self, value: float) -> float:
        return self.left + self.wide * share(self.body.x, value)

    def y(self, value: float) -> float:
        high = self.high - self.above - self.below
        return self.top + self.above + high * (1 - share(self.body.y, value))


def share(axis: Axis, value: float) -> float:
    """How far along an axis a value lies, from 0 to 1."""
    low, high = axis.low, axis.high
    if axis.log:
        low, high, value = (math.log10(v) for v in (low, high, max(value, axis.low)))
    return min(max((value - low) / ((high - low) or 1.0), 0.0), 1.0)


def _axes(canvas: Canvas, area: _Area, body: Plane) -> None:
    bottom, right = area.top + area.high, area.left + area.wide
    for tick in body.y.ticks:
        at = area.y(tick.value)
        canvas.line(area.left, at, right, at, st.HAIR)
        canvas.text(area.left - 8, at + 0.35 * TEXT, tick.text, st.MUTED, anchor="end")
    canvas.line(area.left, bottom, right, bottom, st.FAINT)
    for value, text in shown_ticks(body.x, area.wide):
        at = area.x(value)
        canvas.line(at, bottom, at, bottom + 4, st.FAINT)
        canvas.text(at, bottom + LINE + 2, text, st.MUTED, anchor="middle")
    if body.x.title:
        told = lines(body.x.title, canvas.width)[0]
        canvas.text(right, bottom + 2 * LINE + 3, told, st.MUTED, anchor="end")
    for guide in body.guides:
        if guide.axis == "x":
            at = area.x(guide.value)
            canvas.line(at, area.top, at, bottom, st.MUTED, dashed=guide.dashed)
        else:
            at = area.y(guide.value)
            canvas.line(area.left, at, right, at, st.MUTED, dashed=guide.dashed)


def _line(canvas: Canvas, area: _Area, line: Line) -> None:
    colour = st.colour(line.tone)
    if line.low and line.high:
        up = [(area.x(x), area.y(y)) for x, y in zip(line.x, line.high, strict=True)]
        down = [(area.x(x), area.y(y)) for x, y in zip(line.x, line.low, strict=True)]
        canvas.area([*up, *reversed(down)], colour)
    points = [(area.x(x), area.y(y)) for x, y in zip(line.x, line.y, strict=True)]
    canvas.curve(points, colour, 1.2 if line.dashed else 2.2, dashed=line.dashed)


def _labels(canvas: Canvas, area: _Area, drawn: tuple[Line, ...], *, inside: bool) -> None:
    """The name of each curve at its end, one below the other where ends lie close."""
    named = sorted((line for line in drawn if line.label), key=lambda line: area.y(line.y[-1]))
    below = -math.inf
    for line in named:
        x, end = area.x(line.x[-1]), area.y(line.y[-1])
        before = [
            area.y(v)
            for at, v in zip(line.x, line.y, strict=True)
            if area.x(at) >= x - width(line.label)
        ]
        # Within the area a name stands where its own curve does not: below one that falls.
        falls = inside and end - min(before) > 2
        beside = (LINE if falls else -8.0) if inside else 0.35 * TEXT
        at = max(end + beside, below + LINE)
        colour = st.text_colour(line.tone)
        if inside:
            canvas.text(x, at, line.label, colour, anchor="end", clear=True)
        else:
            canvas.text(x + 8, at, line.label, colour)
        below = at


def _note(canvas: Canvas, area: _Area, note: Note, taken: list[tuple[float, float, float]]) -> None:
    """Words at a place, moved as far as it takes to stay inside and clear of those before."""
    wide = width(note.text)
    x, y = area.x(note.x), area.y(note.y)
    corner = 0.0
    if note.y >= area.body.y.high and not note.above:
        y, corner = y - area.above, -4.0
    elif note.y <= area.body.y.low and note.above:
        y, corner = y + area.below, 4.0
    start = {"right": x + 10, "left": x - 10 - wide, "middle": x - wide / 2}[note.side]
    start = min(max(start, area.left + 4), max(area.left + area.wide - wide, area.left + 4))
    at = (y - 8 if note.above else y + TEXT + 4) + corner
    at = min(max(at, area.top + TEXT), area.top + area.high - 4)
    step = -LINE if at > area.top + area.high / 2 else LINE
    while any(a < start + wide and start < b and abs(y - at) < LINE for a, b, y in taken):
        at += step
    taken.append((start, start + wide, at))
    canvas.text(start, at, note.text, st.text_colour(note.tone), clear=True)
