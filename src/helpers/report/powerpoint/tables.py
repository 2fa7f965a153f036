"""Native tables: measured, shared out over columns, and cut with a note where too long."""

from dataclasses import dataclass, replace

from helpers.report import styling as st
from helpers.report.powerpoint import measure
from helpers.report.powerpoint.master import NS, Box, hex6

PAD_X, PAD_Y = 5.0, 4.5  # points inside a cell, on each side
SLACK = 1.08  # other applications and typefaces set text wider than it is measured
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
        """Width of each column: as its text needs, the longest texts broken first."""
        needed, least = [], []
        for place in range(len(self.columns)):
            texts = [(self.columns[place], True), *((row[place], False) for row in self.rows)]
            sizes = [SLACK * measure.width(t, self.size, bold=b) / measure.ROOM for t, b in texts]
            words = [
                measure.width(word, self.size, bold=b) / measure.ROOM
                for t, b in texts
                for word in t.split()
            ]
            pad = 2 * PAD_X + 2
            needed.append(max(sizes, default=0) + pad)
            longest = max(sizes if self.numeric[place] else words, default=0)
            least.append(min(longest, room * (0.5 if place == 0 else 0.34)) + pad)
        if sum(needed) <= room:
            # Text keeps close to its row: what is over goes to the first column, in part.
            spare = room - sum(needed)
            even = 0.5 * spare / len(needed)
            return [w + even + (0.5 * spare if k == 0 else 0) for k, w in enumerate(needed)]
        if sum(least) >= room:
            return [w * room / sum(least) for w in least]
        excess = [max(n - m, 0.0) for n, m in zip(needed, least, strict=True)]
        share = (room - sum(least)) / sum(excess)
        return [m + share * e for m, e in zip(least, excess, strict=True)]

    def heights(self, room: float) -> list[float]:
        """Height of the heading and of each row."""
        widths = self.widths(room)

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
        """Fewer rows, and cells of at most three, two, one lines, until the table fits."""
        table = self
        for most in (3, 2):
            if table.height(room) > high:
                table = table.clipped(room, most)
        while len(table.rows) > 1 and table.height(room) > high:
            table = replace(
                table,
                rows=table.rows[:-1],
                fills=table.fills[:-1],
                left_out=table.left_out + 1,
            )
        return table.clipped(room, 1) if table.height(room) > high else table

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


def _cell(cell, text: str, table: Table, *, head: bool, right: bool, fill: str) -> None:
    from pptx.enum.text import MSO_ANCHOR
    from pptx.oxml import parse_xml

    align = ' algn="r"' if right else ""
    bold, colour = (1, "tx2") if head else (0, "tx1")
    body = cell._tc.get_or_add_txBody()
    for old in list(body)[2:]:
        body.remove(old)
    for part in text.split("\n"):
        body.append(
            parse_xml(
                f'<a:p {NS}><a:pPr marL="0" indent="0"{align}/><a:r>'
                f'<a:rPr lang="en-GB" sz="{round(table.size * 100)}" b="{bold}"><a:solidFill>'
                f'<a:schemeClr val="{colour}"/></a:solidFill><a:latin typeface="+mn-lt"/>'
                '<a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:rPr><a:t/></a:r></a:p>'
            )
        )
        body[-1].find(_a("r")).find(_a("t")).text = part
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.TOP
    properties = cell._tc.get_or_add_tcPr()
    for side, pad in (("L", PAD_X), ("R", PAD_X), ("T", PAD_Y), ("B", PAD_Y)):
        properties.set(f"mar{side}", str(round(pad * 12700)))
    width, line = (9525, st.FAINT) if head else (6350, st.HAIR)
    for side in ("lnL", "lnR", "lnT"):
        properties.append(parse_xml(f'<a:{side} {NS} w="0"><a:noFill/></a:{side}>'))
    properties.append(
        parse_xml(
            f'<a:lnB {NS} w="{width}"><a:solidFill><a:srgbClr val="{hex6(line)}"/></a:solidFill>'
            "</a:lnB>"
        )
    )
    shade = f'<a:srgbClr val="{hex6(fill)}"/>' if fill else ""
    properties.append(
        parse_xml(f"<a:solidFill {NS}>{shade}</a:solidFill>" if shade else f"<a:noFill {NS}/>")
    )


def _a(tag: str) -> str:
    from pptx.oxml.ns import qn

    return qn(f"a:{tag}")
