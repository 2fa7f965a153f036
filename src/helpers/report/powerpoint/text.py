"""Blocks of a deck as paragraphs, measured and fitted into boxes."""

from dataclasses import dataclass, replace

from helpers.report import measure
from helpers.report.powerpoint.master import INDENT, KINDS, Box

SCALES = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
SMALLEST = 9.0  # points: 13.5 pixels of 1440


@dataclass(frozen=True)
class Run:
    """A piece of a paragraph with a colour or a link of its own."""

    text: str
    colour: str = ""
    link: str = ""
    bold: bool | None = None


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of one of the master's kinds; ``size`` is 0 where the master's size holds."""

    kind: str
    runs: tuple[Run, ...]
    scale: float = 1.0
    size: float = 0.0
    before: float | None = None

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def points(self) -> float:
        """Size of the text."""
        size = round((self.size or KINDS[self.kind][1]) * self.scale * 2) / 2
        return max(size, SMALLEST)

    @property
    def space(self) -> float:
        """Points above it."""
        return KINDS[self.kind][4] * self.scale if self.before is None else self.before

    @property
    def bold(self) -> bool:
        return KINDS[self.kind][3]

    def room(self, width: float) -> float:
        return (width - (INDENT if self.kind == "bullet" else 0)) / measure.WIDER

    def lines(self, width: float) -> int:
        return len(measure.lines(self.text, self.points, self.room(width), bold=self.bold))

    def height(self, width: float) -> float:
        return self.lines(width) * self.points * measure.line(self.text)

    def cut(self, width: float, most: int) -> "Paragraph":
        """At most ``most`` lines; a paragraph of several runs keeps the look of its first."""
        if self.lines(width) <= most:
            return self
        text = measure.cut(self.text, self.points, self.room(width), most, bold=self.bold)
        return replace(self, runs=(replace(self.runs[0], text=text),))


def paragraph(kind: str, text: str, **options: float) -> Paragraph:
    """A paragraph of one run."""
    return Paragraph(kind, (Run(measure.clean(text)),), **options)


def height(paragraphs: list[Paragraph], width: float) -> float:
    """Height of paragraphs one below the other; the first has no space above it."""
    spaces = sum(entry.space for entry in paragraphs[1:])
    return spaces + sum(entry.height(width) for entry in paragraphs)


def scaled(paragraphs: list[Paragraph], scale: float) -> list[Paragraph]:
    return [replace(entry, scale=scale) for entry in paragraphs]


def fitted(
    paragraphs: list[Paragraph], box: Box, scales: tuple[float, ...] = SCALES
) -> list[Paragraph]:
    """Paragraphs that fit a box: smaller first, then cut."""
    for scale in scales:
        tried = scaled(paragraphs, scale)
        if height(tried, box.w) <= box.h:
            return tried
    return shortened(scaled(paragraphs, scales[-1]), box.w, box.h)


def shortened(paragraphs: list[Paragraph], width: float, room: float) -> list[Paragraph]:
    """Paragraphs cut with an ellipsis, longest first, and dropped from the end, until they fit."""
    kept = list(paragraphs)
    while height(kept, width) > room:
        longest = max(range(len(kept)), key=lambda k: kept[k].lines(width))
        most = kept[longest].lines(width) - 1
        if most:
            kept[longest] = kept[longest].cut(width, most)
        elif len(kept) > 1:
            kept.pop()
            last = kept[-1].runs[-1]
            if not last.text.endswith("…"):
                runs = (*kept[-1].runs[:-1], replace(last, text=f"{last.text} …"))
                kept[-1] = replace(kept[-1], runs=runs).cut(width, kept[-1].lines(width))
        else:
            break
    return kept
