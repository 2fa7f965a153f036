"""All data files as one workbook, with the answer in front.

Text is written as text: nothing becomes a formula or a link. The file holds no time of writing, so
that the same tables give the same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.outputs import Column
from helpers.report.content import Content
from helpers.report.overview import DICTIONARY, Overview
from helpers.report.readers import by_reader
from helpers.report.retelling import told_in
from helpers.words import local, say, value
from helpers.words import numbers as fmt
from helpers.words import pages as words
from helpers.words.numbers import is_missing

TABS = ("#0F62A6", "#00664C", "#84458F", "#8A95A1")  # colours of sheets, by who opens them
# An identifier, what it is called, and the data files that say so.
NAMED = (
    ("segment_id", "definition", ("segments", "groups")),
    ("account_id", "name", ("customer_list",)),
)
ROWS = 1_048_575  # a sheet's rows without the heading
# How a sheet shows what a document shows in a format of `helpers.words.numbers`.
NUMBER_FORMATS = {
    "percent": "0.0%",
    "p": "0.0000",
    "count": "#,##0",
    "money": "#,##0.00",
    "points": "0.0",
}

IN_MEMORY = 100_000  # rows


def write(content: Content, numbers: dict[str, str]) -> Path:
    """Write ``data/workbook.xlsx``: an overview, then one sheet per data file by who opens it.

    Parameters
    ----------
    content : the quarter.
    numbers : what the document calls each exhibit, as `numbering.numbered` gives it.

    Notes
    -----
    Rows and characters beyond what a sheet holds are left out; the overview counts the rows. What
    a data file names by an identifier alone stands in words beside it.
    """
    import xlsxwriter

    ws = content.ws
    path = ws.folder("data") / "workbook.xlsx"
    tables = content.tables
    # Else its parts lie in four hundred files that are removed again.
    small = sum(map(len, tables.values())) <= IN_MEMORY
    held = BytesIO()
    options = {
        "in_memory": small,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(held if small else path, options)
    book.set_properties(
        {
            "title": ws.study.title,
            "subject": say(words.AS_OF, quarter=fmt.quarter(ws.quarter), day=content.day),
            "created": datetime.combine(ws.as_of, datetime.min.time()),
        }
    )
    styles = _Styles(book)
    first = book.add_worksheet(say(words.OVERVIEW))
    first.set_paper(9)  # A4, as wide as a page: no line of the summary is torn in two
    first.set_landscape()
    first.fit_to_pages(1, 0)
    Overview(first, styles, content, ROWS).write(tables, numbers)
    identified = named_in(tables)
    for colour, names in zip(TABS, by_reader(tables).values(), strict=False):
        for name in names:
            table, named = in_words(tables[name], identified)
            known = {at: outputs.column(ws.study, named.get(at, name), at) for at in table.columns}
            table = told_in(table, known)
            _sheet(book, name, table, known, styles, currency=ws.study.currency, tab=colour)
    _sheet(book, DICTIONARY, content.described, {}, styles)
    book.close()
    if small:
        path.write_bytes(held.getvalue())
    return path


@dataclass(frozen=True)
class Named:
    """What an identifier is called: a column of a data file, by the identifier."""

    key: str
    file: str
    names: pd.Series


def named_in(tables: Mapping[str, pd.DataFrame]) -> list[Named]:
    """Every identifier that some data file gives a name."""
    found = []
    for key, column, files in NAMED:
        known = [tables[file].set_index(key)[column] for file in files if file in tables]
        if known:
            names = pd.concat(known)
            found.append(Named(key, files[0], names[~names.index.duplicated()].rename(column)))
    return found


def in_words(table: pd.DataFrame, known: Sequence[Named]) -> tuple[pd.DataFrame, dict[str, str]]:
    """A table with what it names by an identifier alone told in words beside it.

    Returns
    -------
    The table, and for each column that was added the data file that it comes from.
    """
    added = {}
    for one in known:
        column = str(one.names.name)
        if one.key in table and column not in table:
            told = table[one.key].map(one.names)
            table = table.copy()
            table.insert(table.columns.get_loc(one.key) + 1, column, told)
            added[column] = one.file
    return table, added


# Characters across one sheet of paper at which print can still be read: 130 at full size, halved.
READABLE = 260.0


class _Styles:
    """Cell formats, made once per workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        told = {"text_wrap": True, "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 16, **told})
        blue = {"font_color": "#0F62A6"}
        self.heading = book.add_format({"bold": True, "font_size": 12, **blue, **told})
        self.strong = book.add_format({"bold": True, **told})
        self.indented = book.add_format({"indent": 1})
        self.wrapped = book.add_format(told)
        self.count = book.add_format({"num_format": "#,##0"})
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#F6F7F8"}
        )
        self.head_number = book.add_format(
            {"bold": True, "bottom": 1, "align": "right", "valign": "top", "bg_color": "#F6F7F8"}
        )
        self.text = book.add_format({"num_format": "@"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.link = book.add_format({"font_color": "#0F62A6", "underline": 1})
        self._numbers: dict[str, Any] = {}

    def number(self, pattern: str) -> Any:
        if pattern not in self._numbers:
            self._numbers[pattern] = self.book.add_format({"num_format": pattern})
        return self._numbers[pattern]


def _sheet(
    book: Any,
    name: str,
    table: pd.DataFrame,
    known: Mapping[str, Column | None],
    styles: _Styles,
    *,
    currency: str = "",
    tab: str = "",
) -> None:
    """One table: heading with its meaning as a note, cells by type, filter and frozen head.

    ``known`` holds the declaration of each column that is declared.
    """
    from helpers.report.rows import TableSheet

    sheet = book.add_worksheet(name[:31], worksheet_class=TableSheet)
    if tab:
        sheet.set_tab_color(tab)
    if table.empty:  # the overview says so; half of the tabs would show headings alone
        sheet.hide()
    shown = table.head(ROWS)
    kinds, across = [], 0.0
    for place, (column, cells) in enumerate(shown.items()):
        sheet.write_string(0, place, str(column), styles.head)
        entry = known.get(column)
        if entry is not None:
            unit = value(entry.unit).replace(value("currency"), currency)
            note = f"{entry.heading(column)}: {entry.meaning}" + (f" ({unit})" if unit else "")
            sheet.write_comment(0, place, note, {"author": "", "x_scale": 2})
        style, width = _look(cells, entry, styles, currency)
        kinds.append(style)
        width = min(max(width, len(str(column)) * 0.9, 8) + 2, 60)
        sheet.set_column(place, place, width)
        across += width
    sheet.fill(shown, kinds)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)
    if across <= READABLE:
        sheet.fit_to_pages(1, 0)
    else:  # several pages side by side: each says whose row it is
        sheet.repeat_columns(0)
    if len(shown.columns):
        sheet.autofilter(0, 0, max(len(shown), 1), len(shown.columns) - 1)


def _look(
    column: pd.Series, entry: Column | None, styles: _Styles, currency: str
) -> tuple[Any, float]:
    """The format of one column's cells, and the width that they ask for."""
    types = pd.api.types
    if types.is_bool_dtype(column):
        return styles.text, 8
    if types.is_datetime64_any_dtype(column):
        return styles.date, 11
    if types.is_numeric_dtype(column):
        shown_as = entry.shown_as if entry else ""
        pattern = _pattern(shown_as, currency, whole=types.is_integer_dtype(column))
        return styles.number(pattern), max(12, _characters(column, pattern))
    texts = (str(cell) for cell in column.head(500).tolist() if not is_missing(cell))
    return styles.text, min(max(map(len, texts), default=8), 60)


def _pattern(shown_as: str, currency: str, *, whole: bool) -> str:
    """The number format of a column; sums in yen have no decimals."""
    if shown_as == "money" and local.without_hundredths(currency):
        shown_as = "count"
    return NUMBER_FORMATS.get(shown_as, "0" if whole else "#,##0.###")


def _characters(column: pd.Series, pattern: str) -> int:
    """How long the largest number is: a narrower column would show #### in its place."""
    known = column[np.isfinite(column.to_numpy(dtype=float, na_value=np.nan))]
    places = len(pattern.partition(".")[2].removesuffix("%"))
    ends = [float(known.min()), float(known.max())] if len(known) else [0.0]
    if "%" in pattern:
        ends = [100 * end for end in ends]
    return max(len(f"{end:,.{places}f}") for end in ends)
