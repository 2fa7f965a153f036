"""All data files as one workbook.

Text is written as text: nothing becomes a formula or a link. The file holds no time of writing, so
that the same tables give the same bytes.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.report import dictionary
from helpers.words.numbers import is_missing
from helpers.workspace import Workspace

ROWS = 1_048_575  # a sheet's rows without the heading
NUMBER_FORMATS = {
    "ratio": "0.0%",
    "probability": "0.0000",
    "count": "#,##0",
    "0 to 1": "0.00",
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
    described : the data dictionary, as of ``dictionary.describe``.
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
    styles = _Styles(book, ws.study.currency)
    sheet = book.add_worksheet("contents")
    tables = tables or {name: ws.load(name) for name in ws.data_files}
    _contents(sheet, ws, tables, styles)
    entries: dict[str, dict[str, tuple[str, str]]] = {name: {} for name in tables}
    for entry in described.itertuples():
        entries[entry.file][entry.column] = entry.unit, entry.description
    for name, table in tables.items():
        _sheet(book, name, table, entries[name], styles)
    _sheet(book, "data_dictionary", described, {}, styles)
    book.close()
    return path


class _Styles:
    """Cell formats, made once per workbook."""

    def __init__(self, book: Any, currency: str) -> None:
        self.book, self.currency = book, currency
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#F6F7F8"}
        )
        self.text = book.add_format({"num_format": "@"})
        self.date = book.add_format({"num_format": "yyyy-mm-dd"})
        self.link = book.add_format({"font_color": "#0F62A6", "underline": 1})
        self._numbers: dict[str, Any] = {}

    def number(self, unit: str, *, whole: bool) -> Any:
        pattern = NUMBER_FORMATS.get(unit)
        if pattern is None:
            money = unit.startswith(self.currency)
            pattern = "#,##0.00" if money else "0" if whole else "#,##0.###"
        if pattern not in self._numbers:
            self._numbers[pattern] = self.book.add_format({"num_format": pattern})
        return self._numbers[pattern]


def _contents(
    sheet: Any, ws: Workspace, tables: Mapping[str, pd.DataFrame], styles: _Styles
) -> None:
    synthetic = " Synthetic data." if ws.study.synthetic else ""
    sheet.write_string(0, 0, _cut(ws.study.title), styles.title)
    sheet.write_string(1, 0, f"{ws.quarter}, as of {ws.as_of.isoformat()}.{synthetic}")
    for column, head in enumerate(("Sheet", "Rows", "Rows shown", "What one row is")):
        sheet.write_string(3, column, head, styles.head)
    for row, (name, table) in enumerate(tables.items(), 4):
        sheet.write_url(row, 0, f"internal:'{name[:31]}'!A1", styles.link, name)
        sheet.write_number(row, 1, len(table))
        sheet.write_number(row, 2, min(len(table), ROWS))
        sheet.write_string(row, 3, dictionary.about(name))
    sheet.write_url(
        4 + len(tables), 0, "internal:'data_dictionary'!A1", styles.link, "data_dictionary"
    )
    sheet.write_string(4 + len(tables), 3, "One row per column of every sheet.")
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
    entries: Mapping[str, tuple[str, str]],
    styles: _Styles,
) -> None:
    """One table: heading with its description as a note, cells by type, filter and frozen head.

    ``entries`` holds unit and description of each column that is described.
    """
    from helpers.report.rows import TableSheet

    sheet = book.add_worksheet(name[:31], worksheet_class=TableSheet)
    shown = table.head(ROWS)
    kinds = []
    for place, (column, cells) in enumerate(shown.items()):
        sheet.write_string(0, place, str(column), styles.head)
        unit = ""
        if column in entries:
            unit, described = entries[column]
            note = f"{described} ({unit})" if unit else described
            sheet.write_comment(0, place, note, {"author": "", "x_scale": 2})
        style, width = _look(cells, unit, styles)
        kinds.append(style)
        sheet.set_column(place, place, min(max(width, len(str(column)) * 0.9, 8) + 2, 60))
    sheet.fill(shown, kinds)
    sheet.freeze_panes(1, 1)
    if len(shown.columns):
        sheet.autofilter(0, 0, max(len(shown), 1), len(shown.columns) - 1)


def _look(column: pd.Series, unit: str, styles: _Styles) -> tuple[Any, float]:
    """The format of one column's cells, and the width that they ask for."""
    types = pd.api.types
    if types.is_bool_dtype(column):
        return styles.text, 8
    if types.is_datetime64_any_dtype(column):
        return styles.date, 11
    if types.is_numeric_dtype(column):
        return styles.number(unit, whole=types.is_integer_dtype(column)), 12
    texts = (str(cell) for cell in column.head(500).tolist() if not is_missing(cell))
    return styles.text, min(max(map(len, texts), default=8), 60)
