"""How the document places an exhibit: with its data, so that the page can sort, filter and save it.

What is written here works without a script: a plain table, links to definitions and to the data
files. ``document.js`` adds the rest.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any

import pandas as pd

from helpers.report import exhibits
from helpers.report.content import Content
from helpers.report.exhibit import Exhibit
from helpers.report.styling import width
from helpers.words import pages, say, spoken
from helpers.words import story as words
from helpers.words.marks import readable
from helpers.words.numbers import is_missing

FOLD, WHOLE = 12, 16  # rows of a long table that are seen at first, and up to which none is long
ROWS = 500  # rows of a table that stand in the page
CELLS = 20_000  # cells of data that the page holds for one exhibit
LONG = 24  # characters of a cell that its column must have room for
WIDE = 48  # of one for which a column takes the width of a phone: rows are as tall as it is
SHORT = 12  # characters of a column's longest cell at most, for its lines not to be broken
UNBROKEN = 16  # the same where no cell has a space: lines would end at hyphens of identifiers


def placed(content: Content, exhibit: Exhibit, number: str) -> str:
    """A chart, table or sentence as the document shows it."""
    if exhibit.kind in ("finding", "warning"):
        return exhibit.html()
    data = exhibits.data(content.ws, exhibit.id)
    body = exhibit.svg if exhibit.kind == "figure" else _table(content, exhibit, data)
    defined = _definitions(data) if exhibit.kind == "figure" else ""
    return (
        f'<figure class="exhibit {exhibit.kind}-exhibit" id="{exhibit.id}">\n'
        f'<figcaption><span class="number">{escape(number)}</span> {exhibit.caption}'
        "</figcaption>\n"
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(exhibit.title)}">'
        f"{body}</div>\n"
        f'<p class="source">{escape(_footer(exhibit))}</p>\n'
        f"{defined}{_data(content, exhibit, data)}"
        "</figure>\n"
    )


def first_rows(exhibit: Exhibit) -> int:
    """Rows of a table that a reader sees before asking for more."""
    shown = len(exhibit.rows)
    return shown if shown <= WHOLE else FOLD


def _footer(exhibit: Exhibit) -> str:
    """The line below an exhibit, with the rows that are seen at first."""
    if exhibit.kind != "table":
        return exhibit.footer
    return replace(exhibit, rows=exhibit.rows[: first_rows(exhibit)]).footer


def _table(content: Content, exhibit: Exhibit, data: pd.DataFrame) -> str:
    """All rows that the page has room for; those that a reader must ask for are hidden."""
    formats = dict(zip(exhibit.names, exhibit.formats, strict=True))
    rows = exhibits.as_text(data, formats, currency=content.study.currency, most=ROWS)
    if not rows:
        return f'<p class="muted">{escape(say(pages.NO_ROW))}</p>'
    shown = first_rows(exhibit)
    align = [
        ' class="num"' if right else _width([row[place] for row in rows])
        for place, right in enumerate(exhibit.numeric)
    ]
    head = "".join(
        f'<th scope="col" data-column="{escape(name)}"{kind}>{escape(heading)}</th>'
        for name, heading, kind in zip(exhibit.names, exhibit.columns, align, strict=True)
    )
    body = "\n".join(
        f"<tr{' hidden' if place >= shown else ''}>"
        + "".join(f"<td{kind}>{_cell(cell)}</td>" for cell, kind in zip(row, align, strict=True))
        + "</tr>"
        for place, row in enumerate(rows)
    )
    return (
        f'<table data-first="{shown}" data-every="{len(data)}">'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n"
        "</tbody></table>"
    )


def _width(texts: list[str]) -> str:
    """The class of a column of text: long texts need room, identifiers are not broken."""
    longest = max(map(len, texts), default=0)
    if max(map(width, texts), default=0) > WIDE:
        return ' class="long wide"'
    if longest > LONG:
        return ' class="long"'
    parted = any(" " in text for text in texts)
    return ' class="short"' if longest <= (SHORT if parted else UNBROKEN) else ""


def _cell(text: str) -> str:
    """A cell's text; the name of a metric leads to its definition."""
    metric = _metrics(spoken.language()).get(text)
    if metric is None:
        return escape(text)
    return f'<a class="term" href="#metric-{metric}">{escape(text)}</a>'


@cache
def _metrics(language: str) -> dict[str, str]:
    """Labels, in the ``language`` spoken, and names of metrics → the name of their definition.

    A label that several metrics share names none of them.
    """
    from helpers.metrics.catalog import METRICS

    labels = [metric.label for metric in METRICS.values()]
    known = {m.label: name for name, m in METRICS.items() if labels.count(m.label) == 1}
    return known | {name: name for name in METRICS if "_" in name or name in ("nps", "csat")}


def _definitions(data: pd.DataFrame) -> str:
    """What the metrics of a chart mean, folded away."""
    from helpers.metrics.catalog import METRICS

    if "metric" not in data:
        return ""
    named = [METRICS[name] for name in dict.fromkeys(data["metric"]) if name in METRICS]
    items = "".join(
        f'<dt><a href="#metric-{metric.name}">{escape(metric.label)}</a></dt>'
        f"<dd>{escape(metric.definition)}</dd>"
        for metric in named
    )
    summary = say(words.WHAT_METRICS_MEAN, metrics=len(named))
    return (
        f'<details class="definitions"><summary>{summary}</summary><dl>{items}</dl></details>\n'
        if named
        else ""
    )


# ── data for the script ──────────────────────────────────────────────────────────────────────────
def _data(content: Content, exhibit: Exhibit, data: pd.DataFrame) -> str:
    """The data behind an exhibit, as JSON that no browser runs; a link where it is too large.

    What a page holds of an exhibit is bounded, however many customers there are: of a large table
    the rows that stand in the page, so that they can be sorted, of a large chart nothing.
    """
    if data.size <= CELLS:
        return embedded(exhibit.id, data, whole=True)
    names = [name for name in re.findall(r"\w+", exhibit.source) if name in content.tables]
    links = " ".join(f'<a href="data/{name}.csv">data/{name}.csv</a>' for name in names)
    held = 0 if exhibit.kind == "figure" else min(ROWS, len(data))
    told = say(pages.ROWS_HERE, rows=held, every=len(data)) if held else ""
    told += f" {say(pages.ALL_ROWS)} {links}" if names else ""
    note = f'<p class="source">{told.strip()}</p>\n' if told else ""
    return note + (embedded(exhibit.id, data.head(held), whole=False) if held else "")


def embedded(id: str, data: pd.DataFrame, *, whole: bool) -> str:
    """A table as a block of JSON.

    ``whole`` says that it may be saved from the page. Every ``<`` is written as an escape, so that
    no text can end the element.
    """
    columns = [str(name) for name in data.columns]
    cells = [[_plain(cell) for cell in data[name].tolist()] for name in data.columns]
    content = {"columns": columns, "rows": list(zip(*cells, strict=True)), "whole": whole}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = text.replace("<", "\\u003c")
    return f'<script type="application/json" id="data-{id}">{text}</script>\n'


def _plain(cell: Any) -> Any:
    """A cell as JSON holds it: dates in ISO form, missing and infinite values empty."""
    if isinstance(cell, str):
        return readable(cell)
    if isinstance(cell, bool | int):
        return cell
    if is_missing(cell) or cell in (float("inf"), float("-inf")):
        return None
    if isinstance(cell, float):
        return cell
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat() if cell == cell.normalize() else cell.isoformat()
    if isinstance(cell, Iterable):
        return "; ".join(map(str, cell))
    return cell.item() if hasattr(cell, "item") else str(cell)
