"""What a chart is, whoever draws it: rows of marks, a plane of lines and points, or a grid.

A chart function makes one of these from a table, with every order, figure, label and limit in it;
the renderers (`charts.svg` for pages, `powerpoint.charts` for slides of PowerPoint) only place what
they find. A colour is named by its meaning (`Tone`), so that it means the same everywhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from helpers.words import charts as words
from helpers.words import say

FIRST = 3  # rows of the first kind that a short chart keeps before it shows other kinds

# shown: survived correction; open: not shown, can be luck; worse: shown to be worse, or a loss;
# level: a sum or a total; plain: neither good nor bad; hue1 …: kinds that are only told apart.
Tone = Literal["shown", "open", "worse", "level", "plain", "hue1", "hue2", "hue3", "hue4"]


@dataclass(frozen=True)
class Tick:
    """A value of an axis and how it is written."""

    value: float
    text: str


@dataclass(frozen=True)
class Axis:
    """Limits and ticks; ``format`` and ``currency`` are those of `helpers.words.numbers`."""

    low: float
    high: float
    ticks: tuple[Tick, ...] = ()
    format: str = "number"
    currency: str = ""
    title: str = ""
    log: bool = False

    @property
    def step(self) -> float:
        """Between one tick and the next; the whole axis where it has none."""
        values = [tick.value for tick in self.ticks]
        return values[1] - values[0] if len(values) > 1 else self.high - self.low


# ── rows ─────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Bar:
    """A bar from ``start`` to ``end``; ``text`` is told at its outer end."""

    start: float
    end: float
    tone: Tone = "shown"
    text: str = ""
    mark: Literal["bar"] = "bar"


@dataclass(frozen=True)
class Span:
    """A value with the limits of its interval, where they are known.

    Filled unless its tone is ``open``; ``late`` draws a diamond: looked at after the fact.
    """

    value: float
    low: float | None = None
    high: float | None = None
    tone: Tone = "shown"
    text: str = ""
    late: bool = False
    mark: Literal["span"] = "span"


@dataclass(frozen=True)
class Band:
    """A range behind the marks of a row, such as what could not have been seen."""

    low: float
    high: float
    mark: Literal["band"] = "band"


Mark = Bar | Span | Band


@dataclass(frozen=True)
class Row:
    """A label and a note beside it (how many customers).

    A heading has no marks; ``every`` counts the rows of its kind, drawn or not.
    """

    label: str
    note: str = ""
    heading: bool = False
    every: int = 0
    tone: Tone = "plain"
    strong: bool = False


@dataclass(frozen=True)
class Panel:
    """One axis under the rows, with the marks of each row; ``share`` of the width beside others."""

    axis: Axis
    marks: tuple[tuple[Mark, ...], ...]
    heading: str = ""
    zero: bool = True
    share: float = 1.0

    def texts(self) -> tuple[str, ...]:
        """What is told at the marks of each row."""
        found = (next((m.text for m in row if not isinstance(m, Band)), "") for row in self.marks)
        return tuple(found)

    @property
    def of_bars(self) -> bool:
        """Whether every mark is a bar."""
        return all(isinstance(mark, Bar) for row in self.marks for mark in row)


@dataclass(frozen=True)
class Rows:
    """Labelled rows, the most important first; what was left out is counted (`left_out`).

    ``table`` is the data file that holds the others.
    """

    rows: tuple[Row, ...]
    panels: tuple[Panel, ...]
    left_out: int = 0
    table: str = ""
    # A sum needs all its rows: it is drawn smaller rather than shorter.
    whole: bool = False
    # Rows that tell one thing together, from a heading on: all of them are drawn, or none.
    block: int = 0
    body: Literal["rows"] = "rows"

    def first(self, count: int) -> "Rows":
        """At most ``count`` rows, headings included.

        Of the first kind, which is what the chart is about, at least ``FIRST``, of each other kind
        at least one, with its heading; the others of the first kinds before those of the last.
        Where there is no room for so many, the last kinds go.
        """
        if count >= len(self.rows) or self.whole:
            return self
        if self.block:
            return self.kept(range(max(count // self.block, 1) * self.block))
        starts = [k for k, row in enumerate(self.rows) if row.heading] or [0]
        starts = starts if starts[0] == 0 else [0, *starts]
        kinds = [range(a, b) for a, b in zip(starts, [*starts[1:], len(self.rows)], strict=True)]
        needs = [FIRST, *(1 for _ in kinds[1:])]
        least = [
            min(len(kind), most + self.rows[kind.start].heading)
            for kind, most in zip(kinds, needs, strict=True)
        ]
        while len(least) > 1 and sum(least) > count:
            least.pop()
        spare = count - sum(least)
        kept: list[int] = []
        for kind, needed in zip(kinds, least, strict=False):
            more = min(max(spare, 0), len(kind) - needed)
            spare -= more
            kept += kind[: needed + more]
        return self.kept(kept)

    def kept(self, places: Sequence[int]) -> "Rows":
        """The rows at some places, with their marks; the others are counted."""
        rows = tuple(self.rows[k] for k in places)
        panels = tuple(
            replace(panel, marks=tuple(panel.marks[k] for k in places)) for panel in self.panels
        )
        if self.block:
            gone = (len(self.rows) - len(rows)) // self.block
        else:
            gone = sum(not row.heading for row in self.rows) - sum(not r.heading for r in rows)
        return replace(self, rows=rows, panels=panels, left_out=self.left_out + gone)

    def notes(self) -> tuple[str, ...]:
        """What is told beside each label; of a heading, how many of its kind are drawn."""
        told = []
        for place, row in enumerate(self.rows):
            below = [*(other.heading for other in self.rows[place + 1 :]), True]
            drawn = below.index(True)
            cut = row.heading and row.every > drawn
            first = words.FIRST_ONE_OF if drawn == 1 else words.FIRST_OF
            left: dict[str, Any] = {"every": row.every} | ({} if drawn == 1 else {"drawn": drawn})
            more = say(first, **left) if cut else ""
            told.append(" ".join(filter(None, (row.note, more))))
        return tuple(told)


# ── plane ────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Line:
    """A curve through points; ``label`` stands at its last point. ``low``, ``high``: its limits."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    tone: Tone = "shown"
    label: str = ""
    dashed: bool = False
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class Points:
    """Marks of one kind."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    tone: Tone = "shown"
    large: bool = False


@dataclass(frozen=True)
class Guide:
    """A straight line across the plane, at one value of one axis."""

    axis: Literal["x", "y"]
    value: float
    dashed: bool = False


@dataclass(frozen=True)
class Note:
    """Words at a place of the plane: what a kind of marks is, or what there is to see."""

    x: float
    y: float
    text: str
    tone: Tone = "level"
    side: Literal["left", "right", "middle"] = "right"
    above: bool = False


@dataclass(frozen=True)
class Plane:
    """Lines and points over two numeric axes."""

    x: Axis
    y: Axis
    lines: tuple[Line, ...] = ()
    points: tuple[Points, ...] = ()
    guides: tuple[Guide, ...] = ()
    notes: tuple[Note, ...] = ()
    body: Literal["plane"] = "plane"


# ── grid ─────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Cell:
    """A cell's text, and what it is compared with; ``shade`` from 0 to 1 where amounts are told."""

    text: str
    beside: str = ""
    tone: Literal["better", "worse", ""] = ""
    shade: float | None = None


@dataclass(frozen=True)
class Grid:
    """Cells by row and column; ``head`` says what the first column holds."""

    head: str
    columns: tuple[Row, ...]
    rows: tuple[Row, ...]
    cells: tuple[tuple[Cell, ...], ...]
    left_out: int = 0
    table: str = ""
    body: Literal["grid"] = "grid"

    def first(self, count: int) -> "Grid":
        """The first rows."""
        left = self.left_out + max(len(self.rows) - count, 0)
        return replace(self, rows=self.rows[:count], cells=self.cells[:count], left_out=left)


@dataclass(frozen=True)
class Nothing:
    """Why there is nothing to draw."""

    text: str
    body: Literal["nothing"] = "nothing"


Body = Rows | Plane | Grid | Nothing


@dataclass(frozen=True)
class Chart:
    """A chart with what a reader needs: the finding as its title, unit and reading below it.

    ``title`` is "" where the finding depends on words of the page. ``remark`` is told below.
    """

    body: Body
    title: str = ""
    unit: str = ""
    remark: str = ""

    @property
    def kind(self) -> str:
        """What a screen reader says."""
        match self.body:
            case Rows(panels=panels):
                bars = all(panel.of_bars for panel in panels)
                return say(words.BAR_CHART if bars else words.DOTS)
            case Plane(lines=lines):
                return say(words.LINE_CHART if lines else words.SCATTER_CHART)
            case Grid():
                return say(words.GRID)
        return say(words.EMPTY)


def nothing(text: str) -> Chart:
    """A chart that says why there is nothing to draw."""
    return Chart(Nothing(text))


@cache
def _adapter() -> Any:
    from pydantic import TypeAdapter

    return TypeAdapter(Chart)


def to_json(chart: Chart) -> str:
    """The chart as it is kept between the notebook and the pages.

    >>> kept = Chart(Nothing("none"), title="Nobody left")
    >>> from_json(to_json(kept)) == kept
    True
    """
    return _adapter().dump_json(chart, exclude_defaults=True).decode()


def from_json(text: str) -> Chart:
    """The chart that was kept."""
    return _adapter().validate_json(text)
