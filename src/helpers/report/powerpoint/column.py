"""A column of blocks: measured, made smaller or cut until it fits, then placed."""

from dataclasses import dataclass, field, replace
from itertools import product
from typing import NamedTuple

from helpers.report import measure
from helpers.report import styling as st
from helpers.report.charts.model import Chart, Panel
from helpers.report.deck import blocks as parts
from helpers.report.powerpoint import drawing, tables
from helpers.report.powerpoint.master import Box
from helpers.report.powerpoint.text import (
    SCALES,
    SMALLEST,
    Paragraph,
    Run,
    height,
    paragraph,
    scaled,
    shortened,
)
from helpers.words import charts, say, spoken

HEADING_GAP, NOTE_GAP = 6.0, 8.0  # points above a table and below it
GAP = 14.0  # points between pieces
ASK_X, ASK_Y = 14.0, 8.0  # points around what is to be decided
LEAST_FIGURE = 170.0
ROUND_CHART = 12.0  # points between a chart and the words above and below it
CUT_NOTE = charts.SUPPORTING_ANALYSIS_SHOWS_ALL_ROWS
SPAN_WIDTH, WIDE_SPAN = 110.0, 200.0
FILLS = {"better": "#dcebf7", "worse": "#f8e6da", "": ""}
GRID_SIZE, SMALL_GRID_SIZE, LEAST_SIZE = 13.0, 12.0, 10.0


@dataclass(frozen=True)
class TextPiece:
    """Paragraphs one below the other; ``ask`` sets them apart as what is to be decided."""

    paragraphs: list[Paragraph]
    ask: bool = False

    def height(self, width: float) -> float:
        if self.ask:
            return height(self.paragraphs, width - 2 * ASK_X) + 2 * ASK_Y
        return height(self.paragraphs, width)

    def scaled(self, scale: float) -> "TextPiece":
        return replace(self, paragraphs=scaled(self.paragraphs, scale))

    def shortened(self, width: float, room: float) -> "TextPiece":
        if self.ask:
            width, room = width - 2 * ASK_X, room - 2 * ASK_Y
        return replace(self, paragraphs=shortened(self.paragraphs, width, room))


@dataclass(frozen=True)
class TablePiece:
    """A table with the words above and below it, and differences drawn at its right."""

    table: tables.Table
    heading: list[Paragraph] = field(default_factory=list)
    note: list[Paragraph] = field(default_factory=list)
    about: str = ""
    panel: Panel | None = None
    wide: bool = False

    def height(self, width: float) -> float:
        return self.table.height(self.room(width)) + self.words(width)

    def room(self, width: float) -> float:
        """Width of the table itself."""
        return width - (WIDE_SPAN if self.wide else SPAN_WIDTH) if self.panel else width

    def words(self, width: float) -> float:
        """Height of heading and note."""
        above = height(self.heading, width) + HEADING_GAP if self.heading else 0.0
        return above + (height(self.note, width) + self.below if self.note else 0.0)

    @property
    def below(self) -> float:
        """Points between the table, or what is drawn beside it, and its note."""
        return NOTE_GAP if self.panel else HEADING_GAP

    def scaled(self, scale: float) -> "TablePiece":
        size = max(round(self.table.size * scale * 2) / 2, LEAST_SIZE)
        note = scaled(self.note, scale)
        return replace(self, table=replace(self.table, size=size), note=note)

    def smallest(self) -> "TablePiece":
        """The table in the smallest letters of a slide, before it loses a row."""
        return replace(self, table=replace(self.table, size=SMALLEST))

    def shortened(self, width: float, room: float) -> "TablePiece":
        if self.height(width) <= room:
            return self
        least = self.smallest()
        if least.height(width) <= room:
            return least
        if self.table.size > SMALLEST:
            return least.shortened(width, room)
        told = self.note or [paragraph("note", "")]
        text = spoken.set_in(f"{told[-1].text} {say(CUT_NOTE)}.".strip())
        noted = replace(self, note=[*told[:-1], replace(told[-1], runs=(Run(text),))])
        words = noted.words(width)
        if words > room * 0.4:
            text = spoken.set_in(f"{say(CUT_NOTE)}.")
            noted = replace(noted, note=[replace(told[-1], runs=(Run(text),))])
            words = noted.words(width)
        table = self.table.shortened(self.room(width), room - words)
        return replace(noted, table=table) if table.left_out else replace(self, table=table)


FIGURES = (30.0, 27.0, 24.0, 21.0, 18.0)  # points of figures, the largest that fit


@dataclass(frozen=True)
class NumbersPiece:
    """A few figures in two columns."""

    items: tuple[tuple[str, str], ...]
    scale: float = 1.0

    def height(self, width: float) -> float:
        rows = -(-len(self.items) // 2)
        return rows * self.row(width) + (rows - 1) * GAP

    def row(self, width: float) -> float:
        wide = width / 2 - 12
        return max(height(self.paragraphs(item, wide), wide) for item in self.items) + 2

    def paragraphs(self, item: tuple[str, str], wide: float) -> list[Paragraph]:
        """A figure and what it is: all figures at the largest size at which none parts."""

        def told(value: str, size: float) -> Paragraph:
            return paragraph("text", value, size=size, scale=self.scale)

        whole = (
            size for size in FIGURES if all(told(v, size).lines(wide) == 1 for v, _ in self.items)
        )
        figure = told(item[0], next(whole, FIGURES[-1]))
        return [figure, paragraph("note", item[1], size=12.0, scale=self.scale, before=0.0)]

    def scaled(self, scale: float) -> "NumbersPiece":
        return replace(self, scale=scale)

    def shortened(self, width: float, room: float) -> "NumbersPiece":
        return self


class Wish(NamedTuple):
    """How much a chart is given at least of the height in which it leaves nothing out.

    ``close``: of that in which its marks are as small as they may be.
    """

    share: float
    close: bool


NO_WISH = Wish(0.0, True)
WISHES = (Wish(1.0, False), Wish(1.0, True), Wish(0.85, True), NO_WISH)


@dataclass(frozen=True)
class FigurePiece:
    """An exhibit drawn natively; it takes the room that is left."""

    title: str
    footer: str
    chart: Chart
    id: str = ""
    wish: Wish = NO_WISH

    def height(self, width: float) -> float:
        """What it takes at least."""
        around = height(self.caption(), width) + height(self.source(), width) + ROUND_CHART
        least = max(LEAST_FIGURE, around + drawing.least(self.chart, width))
        chart = drawing.needed(self.chart, width, close=self.wish.close)
        return max(least, self.wish.share * (around + chart))

    def caption(self) -> list[Paragraph]:
        """The finding, its unit and how it is read."""
        told = [Paragraph("heading", (Run(self.title, st.INK),), size=12.0, before=0.0)]
        if self.chart.unit:
            unit = Run(measure.clean(self.chart.unit), bold=False)
            told.append(Paragraph("note", (unit,), size=10.0, before=2.0))
        return told

    def source(self) -> list[Paragraph]:
        """What it rests on."""
        return [Paragraph("note", (Run(self.footer),), size=9.0, before=0.0)] if self.footer else []

    def scaled(self, scale: float) -> "FigurePiece":
        return self

    def shortened(self, width: float, room: float) -> "FigurePiece":
        return self


Piece = TextPiece | TablePiece | NumbersPiece | FigurePiece


def pieces(blocks: tuple[parts.Block, ...], *, narrow: bool) -> list[Piece]:
    """Blocks as pieces; texts that follow one another stay together."""
    found: list[Piece] = []
    for block in blocks:
        match block:
            case parts.Text() | parts.Bullets() | parts.Link():
                told = _paragraphs(block)
                ask = isinstance(block, parts.Bullets) and block.ask
                last = found[-1] if found else None
                if not ask and isinstance(last, TextPiece) and not last.ask:
                    told = last.paragraphs + told
                    found.pop()
                found.append(TextPiece(told, ask))
            case parts.Numbers(items):
                cleaned = tuple((measure.clean(a), measure.clean(b)) for a, b in items)
                found.append(NumbersPiece(cleaned))
            case parts.Grid():
                found.append(_table(block, narrow=narrow))
            case parts.Placed(exhibit, number):
                title = f"{number}  {exhibit.title}" if number else exhibit.title
                assert exhibit.chart is not None  # what is placed on a slide is drawn
                footer = measure.clean(exhibit.footer)
                found.append(FigurePiece(measure.clean(title), footer, exhibit.chart, exhibit.id))
            case _:
                raise TypeError(f"a slide cannot hold {type(block).__name__}")
    return found


def _paragraphs(block: parts.Text | parts.Bullets | parts.Link) -> list[Paragraph]:
    if isinstance(block, parts.Link):
        run = Run(measure.clean(block.text), link=block.href)
        return [Paragraph("note", (run,), size=12.0)]
    if isinstance(block, parts.Text):
        return [paragraph("lead" if block.lead else "text", block.text)]
    heading = [paragraph("heading", block.heading)] if block.heading else []
    return heading + [paragraph("bullet", item) for item in block.items]


def _table(grid: parts.Grid, *, narrow: bool) -> TablePiece:
    return TablePiece(
        tables.cleaned(
            grid.columns,
            grid.rows,
            grid.numeric,
            size=SMALL_GRID_SIZE if narrow else GRID_SIZE,
            fills=tuple(tuple(FILLS[tone] for tone in row) for row in grid.tones),
        ),
        [paragraph("heading", grid.heading)] if grid.heading else [],
        [paragraph("note", grid.note)] if grid.note else [],
        about=grid.heading or ", ".join(grid.columns),
        panel=grid.panel,
        wide=grid.wide,
    )


def arranged(found: list[Piece], box: Box) -> list[tuple[Piece, Box]]:
    """Where each piece goes: as large as the column allows, from the top."""
    if not found:
        return []
    # Texts give way to a chart of which something would be left out, before that is.
    for wish, scale in product(WISHES, SCALES):
        gap = GAP * scale
        gaps = gap * (len(found) - 1)
        tried = [
            replace(piece, wish=wish) if isinstance(piece, FigurePiece) else piece.scaled(scale)
            for piece in found
        ]
        if sum(piece.height(box.w) for piece in tried) + gaps <= box.h:
            break
    else:
        tried = _cut(tried, box, gaps)
    figures = sum(isinstance(piece, FigurePiece) for piece in tried)
    used = sum(p.height(box.w) for p in tried if not isinstance(p, FigurePiece)) + gaps
    share = (box.h - used) / figures if figures else 0.0
    placed, y = [], box.y
    for piece in tried:
        high = share if isinstance(piece, FigurePiece) else piece.height(box.w)
        placed.append((piece, Box(box.x, y, box.w, high)))
        y += high + gap
    return placed


def _cut(tried: list[Piece], box: Box, gaps: float) -> list[Piece]:
    """Pieces with less in them: tables give way first, then texts, each to a fair share."""
    kept = list(tried)
    for kind in (TablePiece, TextPiece):
        for place, piece in enumerate(kept):
            others = sum(p.height(box.w) for k, p in enumerate(kept) if k != place)
            if isinstance(piece, kind) and others + piece.height(box.w) + gaps > box.h:
                fair = max(box.h - gaps - others, (box.h - gaps) / len(kept))
                kept[place] = piece.shortened(box.w, fair)
    return kept
