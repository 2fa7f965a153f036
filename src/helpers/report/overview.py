"""The first sheet of the workbook: what the landing page says, and the way to every sheet."""

from collections.abc import Mapping
from math import ceil
from typing import Any

import pandas as pd

from helpers import outputs
from helpers.report import acting
from helpers.report.content import Content, Figure
from helpers.report.deck import opening
from helpers.report.deck.places import Places
from helpers.report.readers import by_reader
from helpers.report.rows import cut
from helpers.report.styling import width
from helpers.report.summary import summary
from helpers.words import numbers as fmt
from helpers.words import pages as words
from helpers.words import say
from helpers.words.marks import readable

NAME = 400  # as on the landing page: room for a name
WIDTHS = (36, 11, 13, 18, 18, 18, 22, 12)  # of the columns, in characters
NORMAL, LINE, HEIGHT = 11, 1.08, 1.4  # font of a cell; letters to a digit; line height
DICTIONARY = "data_dictionary"


class Overview:
    """The sheet while it is written, line by line."""

    def __init__(self, sheet: Any, styles: Any, content: Content, most: int) -> None:
        self.sheet, self.styles, self.content, self.most = sheet, styles, content, most
        self.row = 0

    def write(self, tables: Mapping[str, pd.DataFrame], numbers: dict[str, str]) -> None:
        """Everything; ``most`` is how many rows a sheet holds."""
        content, at = self.content, Places(self.content, numbers)
        told = summary(content)
        when = say(words.AS_OF, quarter=fmt.quarter(content.ws.quarter), day=content.day)
        synthetic = f" · {say(words.SYNTHETIC)}" if content.study.synthetic else ""
        self._line(f"{content.study.title} · {when}{synthetic}")
        self._line(told["headline"], self.styles.title)
        for text in told["short_of_history"]:
            self._line(text, self.styles.strong)
        self.row += 1
        for figure in told["figures"]:
            self._figure(figure)
        self._part(words.DECIDE, opening.asked(at, room=NAME))
        self._part(words.DO, [at.step_of_group(step) for step in at.steps()])
        self._evidence(told)
        self._part(
            words.ACT,
            [p["text"] for p in acting.points(content.tables, currency=content.currency)],
        )
        self._part(words.CHANGED, content.changes)
        cautions = [f"{one.text} {one.then}".strip() for one in told["cautions"]]
        self._part(words.CAUTIONS, cautions or [say(words.NO_CAUTION)])
        self._part(words.NOT_COLLECTED, content.not_collected or [say(words.EVERY_KIND)])
        self._part(words.WHAT_WAS_READ, [told["read"]] if told["read"] else [])
        self._sheets(tables)
        for place, wide in enumerate(WIDTHS):
            self.sheet.set_column(place, place, wide)
        self.sheet.hide_gridlines(2)

    def _figure(self, figure: Figure) -> None:
        """A figure, and what it is: that runs on over the empty cells beside it."""
        label = f"{figure.label}; {figure.before}" if figure.before else figure.label
        self.sheet.write_string(self.row, 0, safe(figure.value), self.styles.strong)
        self.sheet.write_string(self.row, 1, safe(label))
        self.row += 1

    def _evidence(self, told: dict[str, Any]) -> None:
        self._heading(words.SHOWN)
        self._line(told["today"])
        if not told["evidence"]:
            self._line(say(words.NONE_SHOWN))
            return
        self._cells(told["heads"], self.styles.head)
        for row in told["evidence"]:
            self._cells(row, self.styles.wrapped)

    def _sheets(self, tables: Mapping[str, pd.DataFrame]) -> None:
        """Every sheet by who opens it."""
        for reader, names in by_reader(tables).items():
            self._heading(reader)
            heads = (words.SHEET, words.ROWS, words.ROWS_SHOWN, words.HOLDS)
            for place, head in enumerate(heads):
                style = self.styles.head_number if place in (1, 2) else self.styles.head
                self.sheet.write_string(self.row, place, say(head), style)
            self.row += 1
            for name in names:
                self._sheet(name, outputs.about(name), len(tables[name]))
        self._heading(words.FOR_RECORD)
        self._sheet(DICTIONARY, say(words.DICTIONARY))

    def _sheet(self, name: str, about: str, rows: int | None = None) -> None:
        if rows == 0:  # its sheet is hidden
            self.sheet.write_string(self.row, 0, name)
        else:
            link = f"internal:'{name[:31]}'!A1"
            self.sheet.write_url(self.row, 0, link, self.styles.link, name)
        if rows is not None:
            self.sheet.write_number(self.row, 1, rows, self.styles.count)
            self.sheet.write_number(self.row, 2, min(rows, self.most), self.styles.count)
        self.sheet.write_string(self.row, 3, about, self.styles.indented)
        self.row += 1

    # ── lines ────────────────────────────────────────────────────────────────────────────────────
    def _heading(self, text: str) -> None:
        self.row += 1
        self._line(say(text), self.styles.heading)

    def _part(self, heading: str, lines: list[str]) -> None:
        """A heading with its lines; nothing where there is none."""
        if lines:
            self._heading(heading)
            for text in lines:
                self._line(f"• {text}")

    def _line(self, text: str, style: Any = None) -> None:
        """A text over all columns, as high as its lines; sheets do not grow by themselves."""
        style = style or self.styles.wrapped
        size = style.font_size
        lines = ceil(width(text) * size / NORMAL / (LINE * sum(WIDTHS)))
        self.sheet.set_row(self.row, max(lines, 1) * size * HEIGHT)
        self.sheet.merge_range(self.row, 0, self.row, len(WIDTHS) - 1, "", style)
        self.sheet.write_string(self.row, 0, safe(text), style)
        self.row += 1

    def _cells(self, texts: Any, style: Any) -> None:
        """Texts side by side, the row as high as the highest."""
        lines = max(ceil(width(t) / (LINE * wide)) for t, wide in zip(texts, WIDTHS, strict=False))
        if lines > 1:
            self.sheet.set_row(self.row, lines * NORMAL * HEIGHT)
        for place, text in enumerate(texts):
            self.sheet.write_string(self.row, place, safe(text), style)
        self.row += 1


def safe(text: str) -> str:
    """A text for a cell that xlsxwriter writes, which takes <r>…</r> as markup."""
    text = readable(text)
    return cut(f"\u200b{text}" if text.startswith("<r>") else text)
