"""One exhibit as it is kept and placed: a chart, a table or a sentence."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from html import escape
from typing import Any, Literal

from helpers.report import pictures
from helpers.report.charts import svg
from helpers.report.charts.model import Chart
from helpers.words import counting, say, spoken
from helpers.words import numbers as fmt
from helpers.words import story as words
from helpers.words.marks import readable


@dataclass(frozen=True)
class Exhibit:
    """One chart, table or sentence with what a reader needs to judge it.

    ``rows`` and ``columns`` hold a table as text, ready to be escaped and placed; ``numeric`` says
    which columns align right, ``names`` and ``formats`` say what stands behind each column in the
    data, so that more rows can be told the same way. ``chart`` is a figure's model, or ``picture``
    its drawing (SVG) where an analyst drew it, and ``about`` what it shows in words. ``text`` is a
    finding's sentence; ``parts`` its pieces, every second one emphasised. ``values`` are what the
    sentence was computed from. ``personal`` marks personal data: such an exhibit may stand in the
    document alone.
    """

    id: str
    kind: Literal["figure", "table", "finding", "warning"]
    title: str = ""
    source: str = ""
    n: int | None = None
    note: str = ""
    as_of: str = ""
    chart: Chart | None = None
    picture: str = ""
    about: str = ""
    columns: tuple[str, ...] = ()
    numeric: tuple[bool, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    rows_in_all: int = 0
    text: str = ""
    parts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    personal: bool = False
    values: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def svg(self) -> str:
        """A figure's drawing, for wide and for narrow screens."""
        if self.picture:
            return pictures.element(self.picture, f"{self.title.rstrip('.')}. {self.about}")
        if self.chart is None:
            return ""
        return svg.both(self.chart, name=self.id, label=self.title, about=self.about)

    @property
    def caption(self) -> str:
        """The title as HTML, and below it the unit and how to read the chart."""
        unit = self.chart.unit if self.chart is not None else ""
        told = f'<span class="unit">{escape(unit)}</span>' if unit else ""
        return f"{escape(self.title)}{told}"

    @property
    def footer(self) -> str:
        """Source, number of observations, day and note, as plain text."""
        told = [say(counting.SOURCE, source=self.source)] if self.source else []
        told += [f"n = {fmt.number(self.n)}"] if self.n is not None else []
        told += [say(counting.AS_OF, day=date.fromisoformat(self.as_of))] if self.as_of else []
        if self.kind == "table" and self.rows_in_all > len(self.rows):
            shown, every = fmt.number(len(self.rows)), fmt.number(self.rows_in_all)
            told += [say(words.FIRST_ROWS_DATA_FILES_HOLD, shown=shown, every=every)]
        line = " · ".join(told)
        if not self.note:
            return line
        # "n = …" says what n is; any other note is a sentence.
        note = self.note if self.note.startswith("n = ") else self.note[0].upper() + self.note[1:]
        return spoken.set_in(f"{line}. {note}")

    def html(self, number: str = "", drawn: str = "") -> str:
        """The exhibit as an HTML element.

        Parameters
        ----------
        number : what the document calls it.
        drawn : its chart in another size than the usual one.
        """
        if self.kind in ("finding", "warning"):
            return f'<p class="{self.kind}" id="{self.id}">{self.sentence()}</p>\n'
        label = f'<span class="number">{escape(number)}</span> ' if number else ""
        body = (drawn or self.svg) if self.kind == "figure" else self.table_html()
        return (
            f'<figure class="exhibit {self.kind}-exhibit" id="{self.id}">\n'
            f"<figcaption>{label}{self.caption}</figcaption>\n"
            f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(self.title)}">'
            f"{body}</div>\n"
            f'<p class="source">{escape(self.footer)}</p>\n</figure>\n'
        )

    def sentence(self) -> str:
        """A finding's sentence as escaped HTML."""
        return "".join(
            f"<strong>{escape(part)}</strong>" if place % 2 else escape(part)
            for place, part in enumerate(self.parts)
        )

    def table_html(self, most: int | None = None) -> str:
        """The rows as an HTML table."""

        def cells(row: tuple[str, ...], tag: str, extra: str = "") -> str:
            align = {True: ' class="num"', False: ""}
            return "".join(
                f"<{tag}{extra}{align[right]}>{escape(cell)}</{tag}>"
                for cell, right in zip(row, self.numeric, strict=True)
            )

        body = "\n".join(f"<tr>{cells(row, 'td')}</tr>" for row in self.rows[:most])
        head = cells(self.columns, "th", ' scope="col"')
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"

    def _repr_html_(self) -> str:
        return f'<div style="max-width:60rem">{_in_a_notebook(readable(self.html()))}</div>'

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, str], dict[str, str]]:
        """What the notebook shows, marked so that the document can number and place it."""
        data = {"text/html": self._repr_html_(), "text/plain": repr(self)}
        return data, {"exhibit": self.id}

    def __repr__(self) -> str:
        return f"<{self.kind} {self.id}: {self.text or self.title}>"


# JupyterLab aligns every cell right and makes all columns equally wide.
_STYLES = {
    "<table>": "table-layout:auto;margin:0;width:100%",
    '<th scope="col">': "text-align:left;vertical-align:bottom",
    '<th scope="col" class="num">': "text-align:right;vertical-align:bottom",
    "<td>": "text-align:left;vertical-align:top;max-width:26rem",
    '<td class="num">': "text-align:right;vertical-align:top;white-space:nowrap",
}


def _in_a_notebook(html: str) -> str:
    """Our own HTML with the document's alignment and widths written into its tables.

    A notebook's page has no style sheet of ours. Texts of cells are escaped, so that what is
    replaced can only be an element of ours.

    >>> _in_a_notebook('<td class="num">1</td>')
    '<td class="num" style="text-align:right;vertical-align:top;white-space:nowrap">1</td>'
    """
    for tag, style in _STYLES.items():
        html = html.replace(tag, f'{tag[:-1]} style="{style}">')
    return html
