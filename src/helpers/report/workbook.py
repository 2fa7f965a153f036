"""All data files as one workbook.

Text is written as text: nothing becomes a formula or a link. The file holds no time of writing, so
that the same tables give the same bytes.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import outputs
from helpers.outputs import Column
from helpers.words import story as words
from helpers.words.numbers import is_missing
from helpers.workspace import Workspace

ROWS = 1_048_575  # a sheet's rows without the heading
# How a sheet shows what a document shows in a format of `helpers.words.numbers`.
NUMBER_FORMATS = {
    "percent": "0.0%",
    "p": "0.0000",
    "count": "#,##0",
    "money": "#,##0.00",
    "points": "0.0",
}


def write(
    ws: Workspace,
    described: pd.DataFrame,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Path:
    """Write ``data/workbook.xlsx``: a contents sheet, then one sheet per data file.

    Parameters
    ----------
    ws : the workspace.
    described : the data dictionary, as of `outputs.describe`.
    tables : the data files, where they are loaded already.

    Notes
    -----
    Rows and characters beyond what a sheet holds are left out; the contents sheet counts the rows.
    """
    import xlsxwriter

    path = ws.folder("data") / "workbook.xlsx"
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    book = xlsxwriter.Workbook(path, options)
    book.set_properties(
        {
            "title": ws.study.title,
            "subject": f"{ws.quarter}, as of {ws.as_of.isoformat()}",
            "created": datetime.combine(ws.as_of, datetime.min.time()),
        }
    )
    styles = _Styles(book)
    sheet = book.add_worksheet("contents")
    tables = tables or {name: ws.load(name) for name in ws.data_files}
    _contents(sheet, ws, tables, styles)
    for name, table in tables.items():
        known = {at: outputs.column(ws.study, name, at) for at in table.columns}
        _sheet(book, name, table, known, styles, currency=ws.study.currency)
    _sheet(book, "data_dictionary", described, {}, styles)
    book.close()
    return path


class _Styles:
    """Cell formats, made once per workbook."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#F6F7F8"}
        )
        self.text = book.add_format({"num_format": "@"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.link = book.add_format({"font_color": "#0F62A6", "underline": 1})
        self._numbers: dict[str, Any] = {}

    def number(self, shown_as: str, *, whole: bool) -> Any:
        pattern = NUMBER_FORMATS.get(shown_as, "0" if whole else "#,##0.###")
        if pattern not in self._numbers:
            self._numbers[pattern] = self.book.add_format({"num_format": pattern})
        return self._numbers[pattern]


def _contents(
    sheet: Any, ws: Workspace, tables: Mapping[str, pd.DataFrame], styles: _Styles
) -> None:
    synthetic = words.SYNTHETIC_DATA if ws.study.synthetic else ""
    sheet.write_string(0, 0, _cut(ws.study.title), styles.title)
    sheet.write_string(1, 0, f"{ws.quarter}, as of {ws.as_of.isoformat()}.{synthetic}")
    for column, head in enumerate(("Sheet", "Rows", "Rows shown", words.WHAT_ONE_ROW)):
        sheet.write_string(3, column, head, styles.head)
    for row, (name, table) in enumerate(tables.items(), 4):
        sheet.write_url(row, 0, f"internal:'{name[:31]}'!A1", styles.link, name)
        sheet.write_number(row, 1, len(table))
        sheet.write_number(row, 2, min(len(table), ROWS))
        sheet.write_string(row, 3, outputs.about(name))
    sheet.write_url(
        4 + len(tables), 0, "internal:'data_dictionary'!A1", styles.link, "data_dictionary"
    )
    sheet.write_string(4 + len(tables), 3, words.ONE_ROW_PER_COLUMN_EVERY)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 2, 11)
    sheet.set_column(3, 3, 80)
    sheet.freeze_panes(4, 0)


def _cut(text: str) -> str:
    """A text for a cell that xlsxwriter writes, which takes <r>…</r> as markup."""
    from helpers.report.rows import cut

    return cut(f"\u200b{text}" if text.startswith("<r>") else text)


def _sheet(
    book: Any,
    name: str,
    table: pd.DataFrame,
    known: Mapping[str, Column],
    styles: _Styles,
    *,
    currency: str = "",
) -> None:
    """One table: heading with its meaning as a note, cells by type, filter and frozen head.

    ``known`` holds the declaration of each column that is declared.
    """
    from helpers.report.rows import TableSheet

    sheet = book.add_worksheet(name[:31], worksheet_class=TableSheet)
    shown = table.head(ROWS)
    kinds = []
    for place, (column, cells) in enumerate(shown.items()):
        sheet.write_string(0, place, str(column), styles.head)
        if column in known:
            entry = known[column]
            unit = entry.unit.replace("currency", currency)
            note = f"{entry.heading(column)}: {entry.meaning}" + (f" ({unit})" if unit else "")
            sheet.write_comment(0, place, note, {"author": "", "x_scale": 2})
        style, width = _look(cells, known.get(column), styles)
        kinds.append(style)
        sheet.set_column(place, place, min(max(width, len(str(column)) * 0.9, 8) + 2, 60))
    sheet.fill(shown, kinds)
    sheet.freeze_panes(1, 1)
    if len(shown.columns):
        sheet.autofilter(0, 0, max(len(shown), 1), len(shown.columns) - 1)


def _look(column: pd.Series, entry: Column | None, styles: _Styles) -> tuple[Any, float]:
    """The format of one column's cells, and the width that they ask for."""
    types = pd.api.types
    if types.is_bool_dtype(column):
        return styles.text, 8
    if types.is_datetime64_any_dtype(column):
        return styles.date, 11
    if types.is_numeric_dtype(column):
        shown_as = entry.shown_as if entry else ""
        return styles.number(shown_as, whole=types.is_integer_dtype(column)), 12
    texts = (str(cell) for cell in column.head(500).tolist() if not is_missing(cell))
    return styles.text, min(max(map(len, texts), default=8), 60)
