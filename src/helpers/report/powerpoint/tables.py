"""Native tables: measured, shared out over columns, and cut with a note where too long."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from helpers.report import measure
from helpers.report import styling as st
from helpers.report.powerpoint.master import NS, Box, east_asian, hex6
from helpers.words import local

PAD_X, PAD_Y, TIGHT = 5.0, 4.5, 2.5  # points inside a cell, on each side; beside a chart
SLACK = measure.WIDER
FAVOURS = (1.0, 1.5, 2.0, 0.5)  # how much more of the room long texts get than short ones
PLAIN = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # PowerPoint's style without lines and fills


@dataclass(frozen=True)
class Table:
    """Rows of text with the size they are set in; ``fills`` colour cells, "" leaves them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    size: float = 12.0
    fills: tuple[tuple[str, ...], ...] = ()
    left_out: int = 0

    def widths(self, room: float) -> list[float]:
        """Width of each column: as its text needs; where texts break, so that rows are low."""
        return [*_widths(self, room)]

    def _widths(self, room: float, favour: float) -> list[float]:
        """Widths that break the longest texts first, and the less the more they are favoured."""
        needed, least = [], []
        for place in range(len(self.columns)):
            texts = [(self.columns[place], True), *((row[place], False) for row in self.rows)]
            sizes = [SLACK * measure.width(t, self.size, bold=b) / measure.ROOM for t, b in texts]
            whole = self.numeric[place]  # figures are not broken, what stands above them is
            words = [
                SLACK * measure.width(word, self.size, bold=head) / measure.ROOM
                for t, head in texts
                for word in ([t] if whole and not head else measure.words(t))
            ]
            pad = 2 * PAD_X + 2
            needed.append(max(sizes, default=0) + pad)
            longest = max(words, default=0)
            least.append(min(longest, room * (0.5 if place == 0 else 0.34)) + pad)
        if sum(needed) <= room:
            # Text keeps close to its row: what is over goes to the first column, in part.
            spare = room - sum(needed)
            even = 0.5 * spare / len(needed)
            return [w + even + (0.5 * spare if k == 0 else 0) for k, w in enumerate(needed)]
        if sum(least) >= room:
            return [w * room / sum(least) for w in least]
        excess = [max(n - m, 0.0) ** favour for n, m in zip(needed, least, strict=True)]
        share = (room - sum(least)) / sum(excess)
        return [m + share * e for m, e in zip(least, excess, strict=True)]

    def heights(self, room: float) -> list[float]:
        """Height of the heading and of each row."""
        return self._heights(self.widths(room))

    def _heights(self, widths: list[float]) -> list[float]:
        def tallest(cells: tuple[str, ...], bold: bool) -> float:
            tall = (
                measure.height(text, self.size, (wide - 2 * PAD_X) / SLACK, bold=bold)
                for text, wide in zip(cells, widths, strict=True)
            )
            return max(tall, default=0.0) + 2 * PAD_Y

        return [tallest(self.columns, True), *(tallest(row, False) for row in self.rows)]

    def height(self, room: float) -> float:
        return sum(self.heights(room))

    def shortened(self, room: float, high: float) -> "Table":
        """Fewer rows, and at last cells of fewer lines, until the table fits.

        What is left out is told below the table; a cell that is cut says nothing.
        """
        table = self
        while len(table.rows) > 1 and table.height(room) > high:
            table = replace(
                table,
                rows=table.rows[:-1],
                fills=table.fills[:-1],
                left_out=table.left_out + 1,
            )
        for most in (3, 2, 1):
            if table.height(room) > high:
                table = table.clipped(room, most)
        return table

    def clipped(self, room: float, most: int) -> "Table":
        """No cell of more than ``most`` lines."""
        widths = self.widths(room)

        def cut(cells: tuple[str, ...], bold: bool) -> tuple[str, ...]:
            return tuple(
                measure.cut(text, self.size, wide - 2 * PAD_X, most, bold=bold)
                for text, wide in zip(cells, widths, strict=True)
            )

        return replace(
            self,
            columns=cut(self.columns, True),
            rows=tuple(cut(row, False) for row in self.rows),
        )


@lru_cache(maxsize=1_000)
def _widths(table: Table, room: float) -> tuple[float, ...]:
    """`Table.widths`, which whoever lays a slide out asks for several times."""
    every = (tuple(table._widths(room, favour)) for favour in FAVOURS)
    return min(every, key=lambda widths: round(sum(table._heights([*widths])), 3))


def cleaned(columns, rows, numeric, **options) -> Table:
    """A table of texts that the file can hold."""
    return Table(
        tuple(measure.clean(name) for name in columns),
        tuple(tuple(measure.clean(cell) for cell in row) for row in rows),
        tuple(numeric),
        **options,
    )


def place(slide, table: Table, box: Box, *, name: str, about: str):
    """Put a table on a slide, as high as its rows."""
    from pptx.util import Pt

    widths, heights = table.widths(box.w), table.heights(box.w)
    frame = slide.shapes.add_table(
        len(table.rows) + 1, len(table.columns), *replace(box, h=sum(heights)).emu()
    )
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", measure.clean(about))
    native = frame.table
    native._tbl.tblPr.find(_a("tableStyleId")).text = PLAIN
    native.horz_banding = False
    for column, wide in zip(native.columns, widths, strict=True):
        column.width = Pt(wide)
    for row, high in zip(native.rows, heights, strict=True):
        row.height = Pt(high)
    for i, (row, texts) in enumerate(zip(native.rows, (table.columns, *table.rows), strict=True)):
        for j, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            fill = table.fills[i - 1][j] if table.fills and i else ""
            _cell(cell, text, table, head=i == 0, right=table.numeric[j], fill=fill)
    return frame


def plain(
    slide: Any,
    rows: list[list[list["Run"]]],
    widths: list[float],
    heights: list[float],
    box: Box,
    *,
    size: float,
    tight: float = TIGHT,
) -> Any:
    """A table without heading and lines, such as the labels beside a chart; texts keep right."""
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Pt

    frame = slide.shapes.add_table(len(rows), len(widths), *replace(box, h=sum(heights)).emu())
    native = frame.table
    native._tbl.tblPr.find(_a("tableStyleId")).text = PLAIN
    native.horz_banding = native.first_row = False
    for column, wide in zip(native.columns, widths, strict=True):
        column.width = Pt(wide)
    for row, high, cells in zip(native.rows, heights, rows, strict=True):
        row.height = Pt(high)
        for place_, (cell, runs) in enumerate(zip(row.cells, cells, strict=True)):
            _runs(cell, [runs], size, right=place_ > 0)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            _edges(cell, tight, 0, st.HAIR, "")
    return frame


@dataclass(frozen=True)
class Run:
    """A piece of a cell's text; without a colour it has that of the text."""

    text: str
    colour: str = ""
    bold: bool = False


def _cell(cell: Any, text: str, table: Table, *, head: bool, right: bool, fill: str) -> None:
    from pptx.enum.text import MSO_ANCHOR

    colour = st.MUTED if head else ""
    _runs(cell, [[Run(part, colour, head)] for part in text.split("\n")], table.size, right=right)
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    width, line = (9525, st.FAINT) if head else (6350, st.HAIR)
    _edges(cell, PAD_Y, width, line, fill)


def _runs(cell: Any, paragraphs: list[list[Run]], size: float, *, right: bool) -> None:
    """Write a cell, a paragraph for each list of runs."""
    from pptx.oxml import parse_xml

    align = ' algn="r"' if right else ""
    body = cell._tc.get_or_add_txBody()
    for old in list(body)[2:]:
        body.remove(old)
    for runs in paragraphs:
        node = parse_xml(f'<a:p {NS}><a:pPr marL="0" indent="0"{align}/></a:p>')
        for run in runs:
            fill = (
                f'<a:srgbClr val="{hex6(run.colour)}"/>'
                if run.colour
                else '<a:schemeClr val="tx1"/>'
            )
            made = parse_xml(
                f'<a:r {NS}><a:rPr lang="{local.tag()}" sz="{round(size * 100)}" '
                f'b="{int(run.bold)}">'
                f'<a:solidFill>{fill}</a:solidFill><a:latin typeface="+mn-lt"/>'
                f'{east_asian("+mn-ea")}<a:cs typeface="+mn-cs"/></a:rPr><a:t/></a:r>'
            )
            made.find(_a("t")).text = run.text
            node.append(made)
        if not runs:  # an empty cell must not be taller than the others
            node.append(parse_xml(f'<a:endParaRPr {NS} sz="{round(size * 100)}"/>'))
        body.append(node)


def _edges(cell: Any, pad: float, width: int, line: str, fill: str) -> None:
    """Room inside a cell, the line below it (0: none), and the colour behind it."""
    from pptx.oxml import parse_xml

    properties = cell._tc.get_or_add_tcPr()
    for side, room in (("L", PAD_X), ("R", PAD_X), ("T", pad), ("B", pad)):
        properties.set(f"mar{side}", str(round(room * 12700)))
    for side in ("lnL", "lnR", "lnT", *(() if width else ("lnB",))):
        properties.append(parse_xml(f'<a:{side} {NS} w="0"><a:noFill/></a:{side}>'))
    if width:
        properties.append(
            parse_xml(
                f'<a:lnB {NS} w="{width}"><a:solidFill><a:srgbClr val="{hex6(line)}"/>'
                "</a:solidFill></a:lnB>"
            )
        )
    shade = f'<a:srgbClr val="{hex6(fill)}"/>' if fill else ""
    properties.append(
        parse_xml(f"<a:solidFill {NS}>{shade}</a:solidFill>" if shade else f"<a:noFill {NS}/>")
    )


def _a(tag: str) -> str:
    from pptx.oxml.ns import qn

    return qn(f"a:{tag}")
