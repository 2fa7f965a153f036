"""The presentation as one HTML file, on the reveal.js that the package sphinx_revealjs brings."""

from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from markupsafe import Markup

from helpers.report import measure
from helpers.report.charts import svg, svg_rows
from helpers.report.content import Content
from helpers.report.deck import blocks as parts
from helpers.report.page import asset, environment, whole_page
from helpers.report.styling import beginning, width
from helpers.words import deck as words
from helpers.words import numbers as fmt
from helpers.words import say

# What reveal.js adds as style sheets when it lays out pages for printing (1280 × 720, margin 4 %).
PRINT_STYLES = (
    "@page{size:1331px 748px; margin: 0px;}",
    ".reveal section>img, .reveal section>video, .reveal section>iframe"
    "{max-width: 1280px; max-height:720px}",
)

SPAN_WIDTH, WIDE_SPAN = 130, 260  # pixels
FEW = 4  # columns, the first one apart of figures, that a phone has room for side by side
UNPARTED, WORD = 12, 14  # characters of a cell, such as a day, and of a word that no line ends in
ROOMY = 6  # columns up to which a table has room for whole words
LINE_OF_TITLE = 60  # characters
# Pixels: down to the foot; caption and source of a chart; a chart at most beside another, at least.
BODY, CAPTION, MOST, LEAST = 674, 118, 330, 170
ROOMY_LISTS = 0.66  # of the slide, beside a chart
MAGNIFY = 1.4  # how many times as large a short chart is drawn
BESIDE = 377  # pixels: what stands beside a chart
FULL = 0.86  # of the room below the title: from then on rows and paragraphs stand closer
SPARSE = 0.44  # of the slide: what words and tables of the usual size fill at most to be set larger


def build(content: Content, slides: list[parts.Slide]) -> str:
    """The page with all slides."""
    template = environment().overlay()
    template.filters = {
        **template.filters,
        "href": parts.href,
        "as_html": _block,
        "room": room,
        "width": width,
        "is_sparse": is_sparse,
        "is_full": is_full,
        "is_roomy": is_roomy,
    }
    body = template.get_template("slides.html.j2").render(
        slides=slides,
        short_title=beginning(content.study.title, 60),
        appendix=say(words.APPENDIX),
        foot=say(
            words.SLIDE_FOOT,
            title=beginning(content.study.title, 60),
            quarter=fmt.quarter(content.ws.quarter),
            day=content.day,
        ),
        words=words,
        synthetic=content.study.synthetic,
    )
    return whole_page(
        title=f"{content.study.title} — {fmt.quarter(content.ws.quarter)}",
        body=body,
        styles=[_reveal("dist/reveal.css"), asset("base.css"), asset("slides.css")],
        scripts=[_reveal("dist/reveal.js"), asset("slides.js")],
        runtime_styles=PRINT_STYLES,
    )


@cache
def _reveal(name: str) -> str:
    """One file of reveal.js (MIT licence; its notice stands at the top of the file).

    The package around it is found without importing it, which would import all of Sphinx.
    """
    found_at = find_spec("sphinx_revealjs")
    assert found_at is not None and found_at.submodule_search_locations  # it is a package
    package = Path(found_at.submodule_search_locations[0])
    return (package / "_static" / "revealjs" / name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Room:
    """What a chart of a slide may take: pixels of the slide, which is 1280 × 720."""

    width: float
    height: float


def room(slide: parts.Slide) -> Room:
    """The room of each chart: what the words above, beside and below it leave."""
    wide = 562 if slide.is_pair or slide.kind == "even" else 755
    above = 100 + 38 * (width(slide.title) // LINE_OF_TITLE)
    column = slide.right if slide.has_figure else slide.left
    columns = (column, slide.left) if slide.is_pair else (column,)
    said = max(sum(_lines(block, wide) for block in blocks) for blocks in columns)
    left = BODY - above - CAPTION - said
    return Room(wide, max(min(left, MOST if slide.is_pair else left), LEAST))


def _lines(block: parts.Block, wide: float) -> float:
    """Pixels that words below a chart take, about."""
    match block:
        case parts.Text(text):
            told = [text]
        case parts.Bullets(items):
            told = [*items]
        case _:
            return 0.0
    return 14 + sum(26 * -(-8.2 * width(text) // wide) for text in told)


def is_sparse(slide: parts.Slide) -> bool:
    """Whether a slide without a chart says so little that its words may be set larger."""
    if any(isinstance(block, parts.Placed) for block in (*slide.left, *slide.right)):
        return False
    wide = 562 if slide.right else 1168
    filled = max(sum(_height(block, wide) for block in side) for side in (slide.left, slide.right))
    return slide.kind in ("content", "answer") and filled < SPARSE * BODY


def is_full(slide: parts.Slide) -> bool:
    """Whether words and tables take so much of the room that they must stand closer."""
    wide = 562 if slide.right else 1168
    filled = max(sum(_height(block, wide) for block in side) for side in (slide.left, slide.right))
    room = BODY - 60 - 38 * (1 + width(slide.title) // LINE_OF_TITLE)
    return slide.kind == "content" and not slide.has_figure and filled > FULL * room


def is_roomy(slide: parts.Slide) -> bool:
    """Whether lists beside a chart have room for letters of the size of texts."""
    return sum(_height(block, BESIDE) for block in slide.left) < ROOMY_LISTS * BODY


def _height(block: parts.Block, wide: float) -> float:
    """Pixels that words, or rows of a table, take, about."""
    match block:
        case parts.Grid(rows=rows):
            cell = wide / max(len(block.columns), 1)
            lines = [max(-(-7.5 * width(told) // cell) for told in row) for row in rows]
            return 60 + sum(14 + 20 * count for count in lines)
        case parts.Bullets(heading=heading):
            return _lines(block, wide) + (26 if heading else 0)
        case parts.Link():
            return 34.0
        case _:
            return _lines(block, wide)


def _placed(placed: parts.Placed, given: Room) -> str:
    """A chart as large as it may be, and a narrow one for a phone."""
    exhibit = placed.exhibit
    if exhibit.chart is None:
        return exhibit.html(placed.number)
    told: dict[str, Any] = {"label": exhibit.title, "about": exhibit.about}
    place: dict[str, Any] = {"width": given.width, "height": given.height, "magnify": MAGNIFY}
    wide = svg.drawn(exhibit.chart, name=exhibit.id, **place, **told)
    return exhibit.html(placed.number, drawn=svg.pair(wide, exhibit.chart, exhibit.id, **told))


def _block(block: parts.Block, given: Room) -> Markup:
    """One block as HTML, everything from data escaped."""
    match block:
        case parts.Text(text, lead):
            return Markup(f"<p{' class=lead' if lead else ''}>{escape(text)}</p>")
        case parts.Bullets(items, heading, ask):
            listed = "".join(f"<li>{escape(item)}</li>" for item in items)
            told = f"{_heading(heading)}<ul>{listed}</ul>"
            return Markup(f'<div class="ask">{told}</div>' if ask else told)
        case parts.Link(text, href):
            told = f'<a href="{escape(href, quote=True)}">{escape(text)}</a>'
            return Markup(f'<p class="to">{told}</p>')
        case parts.Numbers(items):
            told = "".join(
                f"<div><dt>{escape(value)}</dt><dd>{escape(label)}</dd></div>"
                for value, label in items
            )
            return Markup(f'<dl class="numbers">{told}</dl>')
        case parts.Grid():
            return Markup(_grid(block))
        case parts.Placed():
            return Markup(_placed(block, given))
    raise TypeError(f"a slide cannot hold {type(block).__name__}")


def _heading(text: str) -> str:
    return f"<h3>{escape(text)}</h3>" if text else ""


def _grid(grid: parts.Grid) -> str:
    align = [["num"] if right else [] for right in grid.numeric]
    head = "".join(
        f'<th scope="col"{_class(kind)}>{escape(name)}</th>'
        for name, kind in zip(grid.columns, align, strict=True)
    )
    if grid.panel:
        head += f'<th scope="col" class="span">{escape(grid.panel.heading)}</th>'
    body = []
    keeps = [_whole(grid, k) for k in range(len(grid.columns))]
    for place, row in enumerate(grid.rows):
        tones = grid.tones[place] if grid.tones else ("",) * len(row)
        cells = "".join(
            f'<td{_class([*kind, tone])}{keep} data-head="{escape(head, quote=True)}">'
            f"{escape(cell)}</td>"
            for cell, kind, tone, keep, head in zip(
                row, align, tones, keeps, grid.columns, strict=True
            )
        )
        if grid.panel:
            wide = WIDE_SPAN if grid.wide else SPAN_WIDTH
            cells += f'<td class="span">{svg_rows.strip(grid.panel, place, wide)}</td>'
        body.append(f"<tr>{cells}</tr>")
    note = f'<p class="note">{escape(grid.note)}</p>' if grid.note else ""
    few = not grid.panel and len(grid.columns) <= FEW and all(grid.numeric[1:])
    table = f"<table{_class(['few'] if few else [])}><thead><tr>{head}</tr></thead>"
    return (
        f"{_heading(grid.heading)}"
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(grid.columns[0])}">'
        f"{table}<tbody>{''.join(body)}</tbody></table></div>{note}"
    )


def _whole(grid: parts.Grid, column: int) -> str:
    """Whether a column is as wide as what it holds (days, names of people), or as its words."""
    texts = [row[column] for row in grid.rows]
    if grid.numeric[column] or not column or len(grid.columns) > ROOMY:
        return ""
    if max(map(width, texts), default=0) <= UNPARTED:
        return ' data-keep="all"'
    words = (word for text in texts for word in measure.words(text))
    return ' data-keep="words"' if max(map(width, words), default=0) <= WORD else ""


def _class(names: list[str]) -> str:
    told = " ".join(filter(None, names))
    return f' class="{told}"' if told else ""
