"""The file that slides are made from: ours, or a company's own with the same layouts.

A layout says where things stand, the master and the theme how they look. What a file must offer is
`OFFERED`; where its boxes are is read from it.
"""

import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from helpers.errors import StudyError, listed
from helpers.words import local, spoken

INDENT = 13.0  # points: of bullets
LEFT, RIGHT, PROOFS = 1, 2, 16
CAPTIONS, CHARTS, SOURCES = (13, 23), (14, 24), (15, 25)  # of the first and the second chart
TITLE, FOOTER, NUMBER = 0, 11, 12
TEXT, COLUMNS, SEGMENT = "Text", "Two columns", "Segment"
CHART, PAIR = "Text and chart", "Two charts"
OFFERED = {
    TEXT: (LEFT,),
    COLUMNS: (LEFT, RIGHT),
    SEGMENT: (LEFT, RIGHT),
    CHART: (LEFT, CAPTIONS[0], CHARTS[0], SOURCES[0]),
    PAIR: (LEFT, RIGHT, *CAPTIONS, *CHARTS, *SOURCES),
}
ALWAYS = (TITLE, PROOFS, FOOTER, NUMBER)
LEAST_WIDTH, SHAPE = 900.0, 16 / 9  # points, and width by height

# Kind of paragraph → (level, size, colour, bold, points before it). Our master's levels are these.
KINDS = {
    "text": (0, 16.0, "tx1", False, 9.0),
    "bullet": (1, 15.0, "tx1", False, 7.0),
    "heading": (2, 13.0, "tx2", True, 14.0),
    "lead": (3, 20.0, "tx1", False, 9.0),
    "note": (4, 11.0, "tx2", False, 4.0),
}
TITLE_SIZE = 24.0
# What PowerPoint, and what replaces it, has for languages that our typeface has no letters of.
EAST_ASIAN = {"zh": "Microsoft YaHei", "ja": "Yu Gothic", "ko": "Malgun Gothic"}

NS = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)


@dataclass(frozen=True)
class Box:
    """A rectangle in points."""

    x: float
    y: float
    w: float
    h: float

    def emu(self) -> tuple[int, int, int, int]:
        """The rectangle in the unit of the file."""
        x, y, w, h = (round(length * 12700) for length in (self.x, self.y, self.w, self.h))
        return x, y, w, h

    def beside(self, other: "Box") -> "Box":
        """The smallest rectangle that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.w, other.x + other.w)
        bottom = max(self.y + self.h, other.y + other.h)
        return Box(x, y, right - x, bottom - y)


def hex6(colour: str) -> str:
    """A colour as the file writes it.

    >>> hex6("#0f62a6")
    '0F62A6'
    """
    return colour.lstrip("#").upper()


@dataclass(frozen=True)
class Template:
    """An open file without slides: its layouts by name, and where their placeholders stand.

    ``ours`` says that its master has the levels of `KINDS`, so that text need not say how it looks.
    """

    presentation: Any
    layouts: dict[str, Any]
    boxes: dict[str, dict[int, Box]]
    ours: bool

    def column(self, layout: str, side: int) -> Box:
        """The room of the left (0) or the right (1) column of a layout."""
        boxes = self.boxes[layout]
        if layout in (CHART, PAIR):
            place = side if layout == PAIR else 0
            if layout == CHART and side == 0:
                return boxes[LEFT]
            parts = [boxes[group[place]] for group in (CAPTIONS, CHARTS, SOURCES)]
            if layout == PAIR:
                parts.append(boxes[(LEFT, RIGHT)[side]])
            whole = parts[0]
            for part in parts[1:]:
                whole = whole.beside(part)
            return whole
        return boxes[(LEFT, RIGHT)[side]]


def opened(path: Path | None = None) -> Template:
    """The file that slides are made from.

    Parameters
    ----------
    path : a company's own; None for ours.

    Raises
    ------
    StudyError
        When it cannot be read, or offers too little; what is lacking is named at once.
    """
    from pptx import Presentation

    try:
        presentation = Presentation(str(path) if path else io.BytesIO(_ours()))
    except Exception as error:  # whatever a file that is none may cause
        raise StudyError(
            "The template of the slides cannot be read.",
            found=f"{path} ({type(error).__name__})",
            expected="a presentation of PowerPoint (.pptx)",
            remedy="correct report.template in the study file",
        ) from None
    layouts = {layout.name: layout for layout in presentation.slide_layouts}
    if path:
        _check(path, presentation, layouts)
    boxes = {
        name: {
            shape.placeholder_format.idx: Box(
                shape.left.pt, shape.top.pt, shape.width.pt, shape.height.pt
            )
            for shape in layouts[name].placeholders  # type: ignore[misc]  # wrong in python-pptx
        }
        for name in OFFERED
    }
    _without_slides(presentation)
    return Template(presentation, layouts, boxes, ours=path is None)


@cache
def _ours() -> bytes:
    return (files("helpers.report.powerpoint") / "template.pptx").read_bytes()


def _check(path: Path, presentation: Any, layouts: dict[str, Any]) -> None:
    """Name everything that a file lacks."""
    lacking = [f"the layout “{name}”" for name in OFFERED if name not in layouts]
    for name, wanted in OFFERED.items():
        if name in layouts:
            found = {shape.placeholder_format.idx for shape in layouts[name].placeholders}
            lacking += [
                f"placeholder {idx} of the layout “{name}”"
                for idx in (*wanted, *ALWAYS)
                if idx not in found
            ]
    wide, high = presentation.slide_width.pt, presentation.slide_height.pt
    if wide < LEAST_WIDTH or abs(wide / high - SHAPE) > 0.01:
        lacking.append(f"slides of 33.87 × 19.05 cm (they are {wide / 28.35:.2f} cm wide)")
    if lacking:
        raise StudyError(
            f"The template of the slides, {path.name}, lacks what the slides need.",
            found=f"no {listed(lacking, most=40)}",
            expected="the layouts and placeholders of the template that the project brings",
            remedy="start from src/helpers/report/powerpoint/template.pptx: change its theme, its "
            "master and the places of boxes; keep the names of layouts and their placeholders",
        )


def _without_slides(presentation: Any) -> None:
    """Drop the slides that a company's template shows itself with."""
    entries = presentation.slides._sldIdLst
    for entry in list(entries):
        presentation.part.drop_rel(entry.rId)
        entries.remove(entry)


def east_asian(usual: str = "") -> str:
    """The typeface of East Asian characters, where the language is written in them."""
    face = EAST_ASIAN.get(spoken.language().partition("_")[0], usual)
    return f'<a:ea typeface="{face}"/>' if face else ""


def slide_number(text: str) -> str:
    """The field that shows a slide's number."""
    return (
        '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum">'
        f'<a:rPr lang="{local.tag()}"/><a:t>{text}</a:t></a:fld>'
    )
