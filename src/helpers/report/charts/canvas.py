"""Shapes and words of a drawing in SVG: text stays text, and no style sheet is needed."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from helpers.report import measure
from helpers.report import styling as st

TEXT = 13.0  # pixels of every text: at 1440 × 810 and on phones nothing is smaller
LINE = 17.0  # from one line to the next
SLACK = 1.15  # browsers' own typefaces are up to so much wider than what is measured


def width(text: str, *, bold: bool = False) -> float:
    """Pixels that a text takes at most."""
    return SLACK * measure.width(text, TEXT, bold=bold)


def lines(text: str, room: float, *, bold: bool = False) -> tuple[str, ...]:
    """A text broken into lines of at most ``room`` pixels; nothing is cut."""
    return measure.lines(text, TEXT, max(room, 40.0) / SLACK / measure.ROOM + 0.01, bold=bold)


def number(value: float) -> str:
    """A coordinate: a tenth of a pixel is as exact as anyone sees.

    >>> number(12.0), number(-0.04), number(3.14159)
    ('12', '0', '3.1')
    """
    told = f"{value:.1f}".removesuffix(".0")
    return "0" if told == "-0" else told


# Pixels: a higher drawing is printed in parts, none lower than the other one, so that no page stays
# half empty before it. A lower one is made to fit (document.css).
TALL, PART = 600.0, 120.0

ON_PHONES = "-narrow"  # how the name of a drawing for phones ends


class Canvas:
    """A drawing that grows downwards; ``width`` is fixed."""

    def __init__(self, wide: float) -> None:
        self.width, self.height = wide, 0.0
        self.shapes: list[str] = []
        self.breaks: list[float] = []  # heights between rows, where a page may end
        self.written: list[str] = []

    @property
    def words(self) -> str:
        """All that is written, without spaces: the same however lines are broken."""
        return "".join("".join(self.written).split())

    def line(
        self, x: float, y: float, x2: float, y2: float, colour: str, thick: float = 1.0,
        *, dashed: bool = False,
    ) -> None:  # fmt: skip
        dashes = ' stroke-dasharray="4 3"' if dashed else ""
        self.shapes.append(
            f'<path d="M{number(x)} {number(y)}L{number(x2)} {number(y2)}" stroke="{colour}" '
            f'stroke-width="{number(thick)}"{dashes}/>'
        )

    def curve(
        self, points: Sequence[tuple[float, float]], colour: str, thick: float = 2.0,
        *, dashed: bool = False,
    ) -> None:  # fmt: skip
        dashes = ' stroke-dasharray="4 3"' if dashed else ""
        self.shapes.append(
            f'<path d="{_path(points)}" fill="none" stroke="{colour}" '
            f'stroke-width="{number(thick)}"{dashes}/>'
        )

    def area(self, points: Sequence[tuple[float, float]], colour: str) -> None:
        self.shapes.append(f'<path d="{_path(points)}Z" fill="{colour}" fill-opacity="0.14"/>')

    def box(self, x: float, y: float, wide: float, high: float, colour: str) -> None:
        self.shapes.append(
            f'<rect x="{number(x)}" y="{number(y)}" width="{number(max(wide, 0.0))}" '
            f'height="{number(high)}" fill="{colour}"/>'
        )

    def dot(
        self, x: float, y: float, colour: str, size: float = 5.0, *, filled: bool = True,
        diamond: bool = False,
    ) -> None:  # fmt: skip
        look = f'fill="{colour if filled else "#ffffff"}" stroke="{colour}" stroke-width="1.6"'
        if diamond:
            corners = ((x, y - size - 0.5), (x + size + 0.5, y), (x, y + size + 0.5))
            points = (*corners, (x - size - 0.5, y))
            self.shapes.append(f'<path d="{_path(points)}Z" {look}/>')
        else:
            self.shapes.append(
                f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(size)}" {look}/>'
            )

    def speck(self, x: float, y: float, colour: str, size: float) -> None:
        """One of many marks, without a border."""
        self.shapes.append(
            f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(size)}" fill="{colour}"/>'
        )

    def text(
        self, x: float, y: float, text: str, colour: str = st.INK, *, anchor: str = "start",
        bold: bool = False, clear: bool = False, note: str = "",
    ) -> None:  # fmt: skip
        """A line of text, and a muted note behind it.

        ``clear`` keeps what lies behind it away from the letters.
        """
        if not text:
            return
        self.written += [text, note]
        look = f' text-anchor="{anchor}"' if anchor != "start" else ""
        look += ' font-weight="600"' if bold else ""
        look += ' stroke="#ffffff" stroke-width="3" paint-order="stroke"' if clear else ""
        more = (
            f'<tspan dx="7" fill="{st.MUTED}" font-weight="400">{escape(note)}</tspan>'
            if note
            else ""
        )
        self.shapes.append(
            f'<text x="{number(x)}" y="{number(y)}" fill="{colour}"{look}>{escape(text)}{more}'
            "</text>"
        )

    def element(self, *, label: str, about: str = "", name: str = "", times: float = 1.0) -> str:
        """The drawing as an element that may stand in a page.

        Parameters
        ----------
        label : what a screen reader says.
        about : what it says next.
        name : what ids start with.
        times : how many times as large it is placed as it was drawn.
        """
        placed = f'width="{number(times * self.width)}" height="{number(times * self.height)}"'
        wide, high = number(self.width), number(self.height)
        tail = f' aria-describedby="{name}-about"' if about else ""
        told = f'<desc id="{name}-about">{escape(about)}</desc>\n' if about else ""
        shapes = "\n".join(self.shapes)
        parts = self._parts(name) if name and not name.endswith(ON_PHONES) else ""
        if parts:
            shapes = f'<g id="{name}-drawn">\n{shapes}\n</g>'
        return (
            f'<svg class="chart{" tall" if parts else ""}" role="img" '
            f'aria-label="{escape(label, quote=True)}"{tail} {placed} '
            f'viewBox="0 0 {wide} {high}" font-family="{st.FONT_STACK}" '
            f'font-size="{number(TEXT)}" xmlns="http://www.w3.org/2000/svg">\n{told}{shapes}\n'
            f"</svg>\n{parts}"
        )

    def _parts(self, name: str) -> str:
        """A tall drawing once more, cut between its rows, for print alone; "" for another one."""
        if self.height <= TALL or not self.breaks:
            return ""
        cuts = [0.0]
        for at in self.breaks:
            if at - cuts[-1] >= PART and self.height - at >= PART / 2:
                cuts.append(at)
        wide = number(self.width)
        drawn = "".join(
            f'<svg class="part" width="{wide}" height="{number(end - start)}" '
            f'viewBox="0 {number(start)} {wide} {number(end - start)}" '
            f'font-family="{st.FONT_STACK}" font-size="{number(TEXT)}">'
            f'<use href="#{name}-drawn"/></svg>\n'
            for start, end in pairwise([*cuts, self.height])
        )
        return f'<div class="parts" aria-hidden="true" hidden>\n{drawn}</div>\n'


def _path(points: Sequence[tuple[float, float]]) -> str:
    first, *others = (f"{number(x)} {number(y)}" for x, y in points)
    return f"M{first}" + "".join(f"L{point}" for point in others)
