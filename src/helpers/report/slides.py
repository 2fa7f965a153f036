"""The presentation as one HTML file, on the reveal.js that the package sphinx_revealjs brings."""

from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

from helpers.report.content import Content
from helpers.report.deck import blocks as parts
from helpers.report.deck.telling import REACH
from helpers.report.page import asset, environment, whole_page
from helpers.report.styling import short
from helpers.words import deck as words
from helpers.words import say

# What reveal.js adds as style sheets when it lays out pages for printing (1280 × 720, margin 4 %).
PRINT_STYLES = (
    "@page{size:1331px 748px; margin: 0px;}",
    ".reveal section>img, .reveal section>video, .reveal section>iframe"
    "{max-width: 1280px; max-height:720px}",
)

SPAN_WIDTH, WIDE_SPAN = 130, 260  # pixels


def build(content: Content, slides: list[parts.Slide]) -> str:
    """The page with all slides."""
    template = environment().overlay()
    template.filters = {**template.filters, "as_html": _block}
    body = template.get_template("slides.html.j2").render(
        slides=slides,
        short_title=short(content.study.title, 60),
        appendix=say(words.APPENDIX),
        quarter=str(content.ws.quarter),
        day=content.day,
        synthetic=content.study.synthetic,
    )
    hues = "\n".join(
        f".hue-{place} {{ --hue: {slide.colour}; }}" for place, slide in enumerate(slides)
    )
    return whole_page(
        title=f"{content.study.title} — {content.ws.quarter}",
        body=body,
        styles=[_reveal("dist/reveal.css"), asset("base.css"), asset("slides.css"), hues],
        scripts=[_reveal("dist/reveal.js"), asset("slides.js")],
        runtime_styles=PRINT_STYLES,
    )


@cache
def _reveal(name: str) -> str:
    """One file of reveal.js (MIT licence; its notice stands at the top of the file).

    The package around it is found without importing it, which would import all of Sphinx.
    """
    package = Path(find_spec("sphinx_revealjs").submodule_search_locations[0])
    return (package / "_static" / "revealjs" / name).read_text(encoding="utf-8")


def _block(block: parts.Block) -> Markup:
    """One block as HTML, everything from data escaped."""
    match block:
        case parts.Text(text, lead):
            return Markup(f"<p{' class=lead' if lead else ''}>{escape(text)}</p>")
        case parts.Bullets(items, heading, ask):
            listed = "".join(f"<li>{escape(item)}</li>" for item in items)
            told = f"{_heading(heading)}<ul>{listed}</ul>"
            return Markup(f'<div class="ask">{told}</div>' if ask else told)
        case parts.Numbers(items):
            told = "".join(
                f"<div><dt>{escape(value)}</dt><dd>{escape(label)}</dd></div>"
                for value, label in items
            )
            return Markup(f'<dl class="numbers">{told}</dl>')
        case parts.Grid():
            return Markup(_grid(block))
        case parts.Placed(exhibit, number):
            return Markup(exhibit.html(number))
    raise TypeError(f"a slide cannot hold {type(block).__name__}")


def _heading(text: str) -> str:
    return f"<h3>{escape(text)}</h3>" if text else ""


def _grid(grid: parts.Grid) -> str:
    align = [["num"] if right else [] for right in grid.numeric]
    head = "".join(
        f'<th scope="col"{_class(kind)}>{escape(name)}</th>'
        for name, kind in zip(grid.columns, align, strict=True)
    )
    if grid.spans:
        head += f'<th scope="col" class="span">{escape(grid.axis)}</th>'
    body = []
    for place, row in enumerate(grid.rows):
        tones = grid.tones[place] if grid.tones else ("",) * len(row)
        cells = "".join(
            f"<td{_class([*kind, tone])}>{escape(cell)}</td>"
            for cell, kind, tone in zip(row, align, tones, strict=True)
        )
        if grid.spans:
            cells += f'<td class="span">{_span(grid.spans[place], grid)}</td>'
        body.append(f"<tr>{cells}</tr>")
    note = f'<p class="note">{escape(grid.note)}</p>' if grid.note else ""
    return (
        f"{_heading(grid.heading)}"
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(grid.columns[0])}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>{note}"
    )


def _class(names: list[str]) -> str:
    told = " ".join(filter(None, names))
    return f' class="{told}"' if told else ""


def _span(span: parts.Span | None, grid: parts.Grid) -> str:
    """A difference with its interval; the row's text says the same to who cannot see it."""
    if span is None:
        return ""
    wide = WIDE_SPAN if grid.wide else SPAN_WIDTH
    first, last = grid.scale or (-REACH, REACH)
    zero, low, middle, high = (
        round(wide * (0.015 + 0.97 * (value - first) / (last - first)), 1)
        for value in (0.0, span.low, span.middle, span.high)
    )
    return (
        f'<svg class="span {span.tone}" viewBox="0 0 {wide} 16" width="{wide}" aria-hidden="true">'
        f'<path class="rest" d="M{zero} 0V16"/><path d="M{low} 8H{high}"/>'
        f'<circle cx="{middle}" cy="8" r="4.5"/></svg>'
    )
