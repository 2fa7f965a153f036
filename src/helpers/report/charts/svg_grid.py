"""A grid of cells as SVG."""

from math import ceil

from helpers.report import styling as st
from helpers.report.charts.canvas import LINE, TEXT, Canvas, lines, width
from helpers.report.charts.model import Cell, Grid
from helpers.report.charts.svg_rows import NARROW
from helpers.report.measure import words as words_of
from helpers.words import charts as words

SIDE_BY_SIDE, LEAST = 3, 92.0  # columns on a narrow screen, and pixels of one elsewhere
FEWER = 2  # columns where three would break the words of their headings
GAP, PAD = 3.0, 6.0
FILLS = {"better": "#d3e4f3", "worse": "#f3dccb", "": "#f6f7f8"}
BRIGHT, DARK = (0xF6, 0xF7, 0xF8), (0x7F, 0xB0, 0xD9)


def draw(canvas: Canvas, body: Grid) -> None:
    """Put the grid on a canvas of some width; columns that have no room follow below."""
    small = canvas.width < NARROW
    every = len(body.columns)
    word = _longest_word(body)
    if small:
        step = SIDE_BY_SIDE if word <= canvas.width / SIDE_BY_SIDE else FEWER
    else:
        least = max(_least(body), min(word, canvas.width))
        step = max(int(0.7 * canvas.width / least), FEWER if word > LEAST else SIDE_BY_SIDE)
    if not small:  # blocks of like size: no single column stands below all others
        step = ceil(every / ceil(every / step)) if every else step
    for first in range(0, every, step):
        canvas.height += 14 if first else 0
        _block(canvas, body, range(first, min(first + step, every)), step, small=small)
    for line in lines(words.more(body.left_out, body.table), canvas.width):
        if line:
            canvas.height += LINE
            canvas.text(0, canvas.height, line, st.MUTED)
    canvas.height += 6


def _least(body: Grid) -> float:
    """Room that a column needs: less where all its texts are a few figures."""
    texts = [row.label for row in body.columns]
    texts += [text for cells in body.cells for cell in cells for text in (cell.text, cell.beside)]
    longest = max((width(text, bold=True) for text in texts), default=LEAST)
    return min(LEAST, longest + 2 * PAD + GAP)


def _longest_word(body: Grid) -> float:
    """Room that a column needs for no word of its heading to be broken."""
    parts = (word for column in body.columns for word in words_of(column.label))
    return max((width(word, bold=True) for word in parts), default=0.0) + GAP + 2


def _block(canvas: Canvas, body: Grid, chosen: range, step: int, *, small: bool) -> None:
    """Some of the columns, with every row; as wide as in a block of ``step`` columns."""
    room = canvas.width
    label = 0.0
    if not small:
        longest = max((width(row.label) for row in body.rows), default=0.0)
        label = min(longest + 12, 0.3 * room)
    wide = (room - label) / step - GAP
    y = canvas.height
    heads = [lines(body.columns[k].label, wide - 2, bold=True) for k in chosen]
    most = max(map(len, heads), default=1)
    notes = any(body.columns[k].note for k in chosen)
    for place, (k, head) in enumerate(zip(chosen, heads, strict=True)):
        x = label + place * (wide + GAP)
        start = y + (most - len(head)) * LINE
        for n, line in enumerate(head, 1):
            canvas.text(x, start + n * LINE - 4, line, bold=True)
        canvas.text(x, y + (most + 1) * LINE - 4, body.columns[k].note, st.MUTED)
    if label:
        canvas.text(0, y + (most + notes) * LINE - 4, body.head, st.MUTED)
    y += (most + notes) * LINE + 4
    for row, cells in zip(body.rows, body.cells, strict=True):
        if chosen.start and not any(cells[k].text or cells[k].beside for k in chosen):
            continue  # a row that ended in a block above
        told = lines(row.label, room if small else label - 8)
        texts = [_texts(cells[k], wide - 2 * PAD) for k in chosen]
        count = max(max(map(len, texts), default=1), 1 if small else len(told))
        if small:
            for n, line in enumerate(told, 1):
                canvas.text(0, y + n * LINE - 2, line)
            y += len(told) * LINE + 4
        high = count * LINE + 2 * PAD - 4
        if not small:
            start = y + (high - len(told) * LINE) / 2
            for n, line in enumerate(told, 1):
                canvas.text(0, start + n * LINE - 4, line)
        for place, (k, own) in enumerate(zip(chosen, texts, strict=True)):
            x = label + place * (wide + GAP)
            canvas.box(x, y, wide, high, fill(cells[k]))
            start = y + (high - len(own) * LINE) / 2
            for n, (line, muted) in enumerate(own, 1):
                bold = bool(cells[k].tone) and not muted
                colour = st.MUTED if muted else st.INK
                canvas.text(x + PAD, start + n * LINE - 0.3 * TEXT, line, colour, bold=bold)
        y += high + GAP + (6 if small else 0)
        canvas.breaks.append(y - GAP / 2)
    canvas.height = y


def _texts(cell: Cell, room: float) -> list[tuple[str, bool]]:
    """Lines of a cell, and whether each is only what it is compared with."""
    told = [(line, False) for line in lines(cell.text, room, bold=bool(cell.tone))]
    return told + [(line, True) for line in lines(cell.beside, room) if cell.beside]


def fill(cell: Cell) -> str:
    """The colour behind a cell."""
    if cell.shade is None:
        return FILLS[cell.tone]
    mixed = (round(a + (b - a) * cell.shade) for a, b in zip(BRIGHT, DARK, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)
