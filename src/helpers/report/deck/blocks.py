"""What a slide is made of. Nothing here knows HTML; another writer can place the same slides."""

from dataclasses import dataclass
from typing import Literal

from helpers.report.charts.model import Panel
from helpers.report.exhibits import Exhibit

ANALYSIS = "supporting_analysis.html"


@dataclass(frozen=True)
class Text:
    """A paragraph; ``lead`` is set larger."""

    text: str
    lead: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of short sentences; ``ask`` sets it apart as what is to be decided."""

    items: tuple[str, ...]
    heading: str = ""
    ask: bool = False


@dataclass(frozen=True)
class Numbers:
    """A few figures, each with its label."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Link:
    """A sentence that leads to a file beside the slides."""

    text: str
    href: str


Tone = Literal["better", "worse", ""]


@dataclass(frozen=True)
class Grid:
    """A small table.

    ``tones`` colour cells, row by row. ``panel`` draws marks at the end of each row, on one axis,
    under its heading; ``wide`` gives the drawing twice the room.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    heading: str = ""
    note: str = ""
    tones: tuple[tuple[Tone, ...], ...] = ()
    panel: Panel | None = None
    wide: bool = False


@dataclass(frozen=True)
class Placed:
    """An exhibit with what the document calls it."""

    exhibit: Exhibit
    number: str


def href(anchor: str) -> str:
    """Where a proof leads: a place of the document, or a page beside it.

    >>> href("segments"), href("lists.html")
    ('supporting_analysis.html#segments', 'lists.html')
    """
    return anchor if anchor.endswith(".html") else f"{ANALYSIS}#{anchor}"


Block = Text | Bullets | Link | Numbers | Grid | Placed


@dataclass(frozen=True)
class Slide:
    """One slide: a sentence as title, blocks in one or two columns, notes and proofs.

    ``proofs`` are pairs (what, anchor in the document or page beside it); ``appendix`` says that it
    stands behind the slides that decide.
    """

    id: str
    title: str
    left: tuple[Block, ...]
    right: tuple[Block, ...] = ()
    notes: str = ""
    proofs: tuple[tuple[str, str], ...] = ()
    kind: str = "content"
    appendix: bool = False

    @property
    def has_figure(self) -> bool:
        """Whether a chart stands on the right, which needs more room than text."""
        return any(isinstance(block, Placed) for block in self.right)

    @property
    def is_pair(self) -> bool:
        """Whether both columns hold a chart."""
        return self.has_figure and any(isinstance(block, Placed) for block in self.left)
