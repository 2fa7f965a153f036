"""One slide: its layout, its placeholders filled, and everything else put on the grid."""

from dataclasses import dataclass, replace
from typing import Any

from helpers.report import measure
from helpers.report import styling as st
from helpers.report.charts.model import Panel, Rows
from helpers.report.deck.blocks import Grid, Placed, Slide, Text, href
from helpers.report.powerpoint import charts, drawing, master, tables
from helpers.report.powerpoint.column import (
    ASK_X,
    ASK_Y,
    FigurePiece,
    NumbersPiece,
    TablePiece,
    TextPiece,
    arranged,
    pieces,
)
from helpers.report.powerpoint.master import Box, Template
from helpers.report.powerpoint.text import Paragraph, Run, fitted, paragraph, shortened
from helpers.report.powerpoint.writing import Title, number_of, write
from helpers.words import charts as prose
from helpers.words import pages, say

TITLE_SCALES = (24 / 24, 22 / 24, 20 / 24, 18 / 24, 16 / 24)
SOURCE = 60.0  # points below a chart for what it rests on: it is not cut in the middle
CAPTION, CAPTION_SCALES = 84.0, (1.0, 0.9, 0.8)  # points above a chart, and how much smaller
ASKED = "EDF3F9"  # behind what is to be decided
FOOT = 9.5  # points: of the last line
PROOF_GAPS = ("    ", "  ")  # between links to what proves a slide
NARROW = 500.0  # points below which tables are set smaller


@dataclass(frozen=True)
class Foot:
    """What stands at the bottom of every slide, and of those of the appendix."""

    text: str
    synthetic: bool
    appendix: str = ""


def add(template: Template, content: Slide, foot: Foot) -> None:
    """Append one slide of the deck."""
    name = layout_of(content)
    slides = template.presentation.slides
    page = Page(slides.add_slide(template.layouts[name]), template, name)
    page.title(content)
    columns = (
        (content.left + content.right, ()) if across(content) else (content.left, content.right)
    )
    for side, blocks in enumerate(columns):
        if blocks:
            box = template.column(name, side)
            narrow = box.w < NARROW
            idx = (master.LEFT, master.RIGHT)[side]
            page.column(arranged(pieces(blocks, narrow=narrow), box), box, idx)
    page.notes(content)
    page.foot(content, foot, number=len(slides))


def layout_of(content: Slide) -> str:
    """Name of the layout that a slide needs."""
    if content.is_pair:
        return master.PAIR
    if content.has_figure and content.kind != "even":
        return master.TEXT if across(content) else master.CHART
    if content.kind == "segment":
        return master.SEGMENT
    return master.COLUMNS if content.right else master.TEXT


# Characters of text, and rows of a table, that leave a chart beside them most of a slide.
FEW, FEW_ROWS = 400, 5
ONE_LINE = 60  # characters of a name that takes one line of a table across the slide


def across(content: Slide) -> bool:
    """Whether bars and a second measure beside them stand below a few words.

    Names, figures and two charts need the whole width: in a column little is left to the bars.
    """
    others = [*content.left, *(b for b in content.right if not isinstance(b, Placed))]
    texts = [block.text for block in others if isinstance(block, Text)]
    grids = [block for block in others if isinstance(block, Grid)]
    rows = sum(len(grid.rows) for grid in grids)
    names = [row[0] for grid in grids for row in grid.rows]
    placed = [block.exhibit.chart for block in content.right if isinstance(block, Placed)]
    bodies = [chart.body for chart in placed if chart is not None]
    return (
        all(isinstance(block, Text | Grid) for block in others)
        and sum(map(len, texts)) <= FEW
        and rows <= FEW_ROWS
        and max(map(st.width, names), default=0) <= ONE_LINE
        and len(placed) == len(bodies) == 1
        and isinstance(bodies[0], Rows)
        and len(bodies[0].panels) > 1
        and any(panel.of_bars for panel in bodies[0].panels)
    )


class Page:
    """A slide of the file while it is filled."""

    def __init__(self, slide: Any, template: Template, layout: str) -> None:
        slide.shapes.turbo_add_enabled = True  # else all shapes are counted for each new one
        self.slide, self.layout = slide, template.layouts[layout]
        self.free = {shape.placeholder_format.idx: shape for shape in slide.placeholders}
        self.homes, self.ours = template.boxes[layout], template.ours

    def title(self, content: Slide) -> None:
        text = measure.clean(content.title)
        told: list[Paragraph] = [Title("text", (Run(text),), size=master.TITLE_SIZE)]
        kept = fitted(told, self.homes[master.TITLE], TITLE_SCALES)[0]
        write(self.free.pop(master.TITLE), [kept], sized=kept.scale < 1 or not self.ours)

    def column(self, placed: list, box: Box, idx: int) -> None:
        """Pieces at their places; the first text takes the column's placeholder."""
        alone = len(placed) == 1
        higher = 0.0  # what charts above left of their room
        for piece, room in placed:
            at = replace(room, y=room.y - higher)
            match piece:
                case TextPiece(paragraphs, ask=True):
                    self.ask(paragraphs, at)
                case TextPiece(paragraphs):
                    self.text(paragraphs, box if alone else at, idx=idx)
                case TablePiece():
                    self.table(piece, at)
                case NumbersPiece():
                    self.numbers(piece, at)
                case FigurePiece():
                    higher += at.h - self.figure(piece, at)

    def ask(self, paragraphs: list[Paragraph], box: Box) -> None:
        """What is to be decided, on a colour of its own."""
        from pptx.dml.color import RGBColor
        from pptx.util import Pt

        shape = self.text(paragraphs, box, name="Decision")
        frame = shape.text_frame
        frame.margin_left = frame.margin_right = Pt(ASK_X)
        frame.margin_top = frame.margin_bottom = Pt(ASK_Y)
        shape.fill.solid()
        shape.fill.fore_color.rgb = RGBColor.from_string(ASKED)

    def text(
        self, paragraphs: list[Paragraph], box: Box, *, idx: int | None = None, name: str = "Text"
    ) -> Any:
        """Paragraphs in a placeholder where it is free, else in a text box."""
        shape = self.free.pop(idx, None)
        explicit = shape is None
        if shape is None:
            shape = self.slide.shapes.add_textbox(*box.emu())
            shape.name = name
            frame = shape.text_frame
            frame.word_wrap = True
            frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        elif box not in self.homes.values():
            shape.left, shape.top, shape.width, shape.height = box.emu()
        write(shape, paragraphs, sized=explicit or not self.ours, styled=explicit or not self.ours)
        return shape

    def table(self, piece: TablePiece, box: Box) -> None:
        y = box.y
        if piece.heading:
            high = sum(entry.height(box.w) for entry in piece.heading)
            self.text(piece.heading, Box(box.x, y, box.w, high), name="Table heading")
            y += high + 6
        at = Box(box.x, y, piece.room(box.w), piece.table.height(piece.room(box.w)))
        about = say(prose.TABLE_ROWS, about=piece.about, rows=len(piece.table.rows))
        tables.place(self.slide, piece.table, at, name="Table", about=about)
        if piece.panel and piece.table.rows:  # a study may measure nothing that is told here
            self.spans(piece, piece.panel, at, box.w - at.w)
        if piece.note:
            high = sum(p.height(box.w) for p in piece.note)
            below = Box(box.x, y + at.h + piece.below, box.w, high)
            self.text(piece.note, below, name="Table note")

    def spans(self, piece: TablePiece, drawn: Panel, table: Box, width: float) -> None:
        """The differences of a table's rows as a chart beside it, a mark at the height of a row."""
        head, *rows = piece.table.heights(table.w)
        x = table.x + table.w
        size = min(9.5, piece.table.size)
        told = [paragraph("note", drawn.heading, size=size, before=0.0)]
        words = shortened(told, width, head)
        high = sum(entry.height(width) for entry in words)
        wide = min(measure.WIDER * measure.width(words[0].text, size) / measure.ROOM + 2, width)
        room = Box(x + max(0.0, (width - wide) / 2), table.y + head - high - 8, wide, high)
        self.text(words, room, name="Differences heading")
        panel = replace(drawn, marks=drawn.marks[: len(rows)])
        above = charts.ABOVE
        at = Box(x, table.y + head - above, width, sum(rows) + above + charts.BELOW)
        frame = drawing.spans(self.slide, panel, rows, at)
        frame.name = "Differences"
        about = say(prose.DIFFERENCES_TABLE_S_ROWS_FROM, kind="XY scatter chart")
        frame._element.nvGraphicFramePr.cNvPr.set("descr", measure.clean(about))

    def numbers(self, piece: NumbersPiece, box: Box) -> None:
        wide, high = box.w / 2, piece.row(box.w)
        for place, item in enumerate(piece.items):
            x = box.x + (place % 2) * wide
            y = box.y + (place // 2) * (high + 14)
            shown = shortened(piece.paragraphs(item, wide - 12), wide - 12, high)
            self.text(shown, Box(x, y, wide - 12, high), name=f"Figure {place + 1}")

    def figure(self, piece: FigurePiece, box: Box) -> float:
        """The finding, unit and reading; the chart; and the source below. Gives its height."""
        words = fitted(piece.caption(), replace(box, h=CAPTION), CAPTION_SCALES)
        above = sum(p.height(box.w) for p in words) + sum(p.space for p in words[1:])
        source = shortened(piece.source(), box.w, SOURCE)
        below = source[0].height(box.w) if source else 0.0
        top = Box(box.x, box.y, box.w, above)
        self.text(words, top, idx=self.first(master.CAPTIONS), name="Caption")
        middle = Box(box.x, box.y + above + 6, box.w, box.h - above - below - 12)
        told = drawing.said(piece.chart)
        if told:
            self.text([paragraph("note", told, size=12.0, before=0.0)], replace(middle, h=20))
            middle = replace(middle, h=20)
        else:
            about = f"{piece.title}. {piece.chart.kind}. {piece.footer}"
            place = drawing.Place(
                self.slide,
                lambda: self.free.pop(self.first(master.CHARTS), None),
                f"Chart {piece.id}".strip(),
                about,
            )
            middle = replace(middle, h=drawing.draw(place, piece.chart, middle))
        if piece.footer:
            foot = Box(box.x, middle.y + middle.h + 6, box.w, below)
            self.text(source, foot, idx=self.first(master.SOURCES), name="Source")
            return foot.y + foot.h - box.y
        return middle.y + middle.h - box.y

    def first(self, indexes: tuple[int, ...]) -> int:
        """The first of some placeholders that is still free; the first one where none is."""
        return next((idx for idx in indexes if idx in self.free), indexes[0])

    def notes(self, content: Slide) -> None:
        """What to say, and which exhibit proves it."""
        frame = self.slide.notes_slide.notes_text_frame
        proof = "; ".join(name for name, _ in content.proofs)
        told = [content.notes, say(prose.SUPPORTING_ANALYSIS, proof=proof) if proof else ""]
        frame.text = measure.clean("\n".join(entry for entry in told if entry))

    def foot(self, content: Slide, foot: Foot, *, number: int) -> None:
        """Links, footer and number last, so that they are read last."""
        proofs = self.free.pop(master.PROOFS)
        element = proofs._element
        element.getparent().append(element)
        said = foot.appendix if content.appendix else foot.text
        mark = f"  ·  {say(pages.SYNTHETIC)}" if foot.synthetic else ""
        if content.proofs:
            self.proofs(proofs, content, _wide(said + mark))
        else:
            element.getparent().remove(element)
        for shape in self.free.values():  # nothing to say: no empty frame that asks for text
            shape._element.getparent().remove(shape._element)
        for placeholder in self.layout.placeholders:
            if placeholder.placeholder_format.idx in (master.FOOTER, master.NUMBER):
                self.slide.shapes.clone_placeholder(placeholder)
        found = {shape.placeholder_format.idx: shape for shape in self.slide.placeholders}
        runs = [Run(said), *([Run(mark, st.WARM, bold=True)] if mark else [])]
        write(found[master.FOOTER], [Paragraph("note", tuple(runs), size=FOOT)])
        number_of(found[master.NUMBER], number)

    def proofs(self, shape: Any, content: Slide, beside: float) -> None:
        """Links to what proves a slide, on one line that takes more room where the foot leaves it.

        ``beside`` is the width of the foot's text.
        """
        from pptx.util import Pt

        home, foot = self.homes[master.PROOFS], self.homes[master.FOOTER]
        names = [measure.clean(name) for name, _ in content.proofs]
        gap, wide = PROOF_GAPS[0], _wide(PROOF_GAPS[0].join(names))
        if wide > home.w:
            gap, wide = PROOF_GAPS[1], _wide(PROOF_GAPS[1].join(names))
        more = min(wide - home.w, home.x - foot.x - beside - 8)
        if more > 0:
            shape.left, shape.width = Pt(home.x - more), Pt(home.w + more)
            shape.top, shape.height = Pt(home.y), Pt(home.h)
        runs: list[Run] = []
        for name, (_, anchor) in zip(names, content.proofs, strict=True):
            runs += [Run(gap)] if runs else []
            runs.append(Run(name, link=href(anchor)))
        write(shape, [Paragraph("note", tuple(runs), size=FOOT)])


def _wide(text: str) -> float:
    """Points that a text takes in the last line, in the widest typeface."""
    return measure.WIDER * measure.width(text, FOOT) / measure.ROOM + 1
