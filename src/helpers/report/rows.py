"""The rows of a worksheet, written as XML column by column.

xlsxwriter takes each cell through several calls, and writes a text that begins with ``<r>`` and
ends with ``</r>`` as markup of its own. Here a column becomes text in one go, and every text is
escaped. The sheet around the rows (heading, notes, filter, widths) stays xlsxwriter's.
"""

import re
from html import escape
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from helpers.words.numbers import is_missing

CHARACTERS = 32_767  # a cell's characters
CHUNK = 5_000  # rows held as text at a time
EPOCH = pd.Timestamp("1899-12-30")  # day 0 of a sheet's calendar
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class TableSheet(Worksheet):
    """A worksheet whose heading is written as usual and whose other rows come from a table."""

    def fill(self, table: pd.DataFrame, styles: list[Any]) -> None:
        """Set the rows below the heading; one cell format per column."""
        self.table_rows = table
        self.column_styles = [style._get_xf_index() for style in styles]
        self.dim_rowmax = len(table)

    def _write_rows(self) -> None:
        super()._write_rows()
        names = [xl_col_to_name(place) for place in range(len(self.table_rows.columns))]
        for start in range(0, len(self.table_rows), CHUNK):
            part = self.table_rows.iloc[start : start + CHUNK]
            columns = [
                column_cells(column, name, style, start + 2)
                for (_, column), name, style in zip(
                    part.items(), names, self.column_styles, strict=True
                )
            ]
            rows = (
                f'<row r="{row}">{"".join(cells)}</row>'
                for row, cells in enumerate(zip(*columns, strict=True), start + 2)
            )
            self.fh.write("".join(rows))


def column_cells(column: pd.Series, name: str, style: int, first: int) -> list[str]:
    """One column's cells as XML; a missing value is no cell.

    Parameters
    ----------
    column : the values.
    name : the column's letters, such as ``"AB"``.
    style : index of the cell format.
    first : row number of the first value.
    """
    types = pd.api.types
    if types.is_bool_dtype(column):
        return [
            "" if is_missing(cell) else f'<c r="{name}{row}" t="b"><v>{int(cell)}</v></c>'
            for row, cell in enumerate(column.tolist(), first)
        ]
    if types.is_datetime64_any_dtype(column):
        column = (column - EPOCH) / pd.Timedelta(days=1)
    if types.is_numeric_dtype(column):
        return _number_cells(column, name, style, first)
    # Few texts are new in their column: each is escaped once.
    texts = [str(cell) for cell in column.tolist()]
    endings = {text: _text_ending(text, style) for text in set(texts)}
    return [
        f'<c r="{name}{row}"{endings[text]}' if present else ""
        for row, (text, present) in enumerate(zip(texts, column.notna(), strict=True), first)
    ]


def _number_cells(column: pd.Series, name: str, style: int, first: int) -> list[str]:
    """Numbers; an infinite one, which no sheet holds, as text."""
    finite = np.isfinite(column.to_numpy(dtype=float, na_value=np.nan)).tolist()
    start, middle = f'<c r="{name}', f'" s="{style}"><v>'
    return [
        f"{start}{row}{middle}{value!r}</v></c>"
        if plain
        else ("" if is_missing(value) else text_cell(str(value), f"{name}{row}", style))
        for row, (value, plain) in enumerate(zip(column.tolist(), finite, strict=True), first)
    ]


def text_cell(text: str, place: str, style: int) -> str:
    """A text, escaped; what XML cannot hold is written the way spreadsheets read it back.

    >>> text_cell("=1+1 <b>", "A2", 3)
    '<c r="A2" s="3" t="inlineStr"><is><t>=1+1 &lt;b&gt;</t></is></c>'
    """
    return f'<c r="{place}"{_text_ending(text, style)}'


def _text_ending(text: str, style: int) -> str:
    """The cell of a text from behind its place on."""
    plain = cut(text)
    if "_x" in plain:
        plain = LOOKS_ESCAPED.sub("_x005F_", plain)
    if CONTROL.search(plain):
        plain = CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", plain)
    space = ' xml:space="preserve"' if plain != plain.strip() or "\n" in plain else ""
    inner = escape(plain, quote=False)
    return f' s="{style}" t="inlineStr"><is><t{space}>{inner}</t></is></c>'


def cut(text: str) -> str:
    """A text of at most the characters of a cell."""
    return text if len(text) <= CHARACTERS else text[: CHARACTERS - 1] + "…"
