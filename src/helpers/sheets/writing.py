"""A form as an XLSX workbook: instructions, locked headings, drop-downs, cells to fill.

The file holds no time of writing, so that the same form gives the same bytes. What the form asks
stands once more on a hidden sheet: whoever sorts, renames or deletes can be told what changed.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from textwrap import wrap
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from helpers.errors import StudyError
from helpers.sheets.form import HIDDEN, MARK, Column, Form
from helpers.tables import LARGEST
from helpers.words import people as words
from helpers.words import say

PLAIN = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
MAY = {  # what a protected sheet still lets people do
    "sort": True,
    "autofilter": True,
    "format_columns": True,
    "format_rows": True,
    "select_locked_cells": True,
    "select_unlocked_cells": True,
}
YES_NO = (words.YES, words.NO)
LINE = 15  # points
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']+")  # of worksheets


def write(form: Form, path: Path, *, as_of: date) -> Path:
    """Write a form; see `write_book`."""
    return write_book([form], path, as_of=as_of)


def write_book(forms: Sequence[Form], path: Path, *, as_of: date) -> Path:
    """Write forms of one person into one workbook, a worksheet each.

    Parameters
    ----------
    as_of : the day that the file's properties name.

    Raises
    ------
    StudyError
        Where a form has no rows: nothing would be asked.
    """
    import xlsxwriter

    for form in forms:
        if not form.rows:
            raise StudyError(
                f"The sheet `{form.kind}` of {form.who} would ask nothing.",
                expected="at least one row to fill",
            )
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path, PLAIN)
    first = forms[0]
    book.set_properties(
        {
            "title": first.title,
            "subject": f"{first.study} {first.quarter}",
            "created": datetime.combine(as_of, datetime.min.time()),
        }
    )
    styles = _styles(book)
    names = sheet_names(forms)
    shown = [book.add_worksheet(name) for name in names]
    for number, (form, sheet) in enumerate(zip(forms, shown, strict=True), 1):
        hidden = book.add_worksheet(HIDDEN if number == 1 else f"{HIDDEN}{number}")
        _fill(sheet, hidden, form, styles)
    shown[0].activate()
    book.close()
    return path


def sheet_names(forms: Sequence[Form]) -> list[str]:
    """What the worksheets of forms are called: at most 31 characters, and no two alike."""
    if len(forms) == 1:
        return [say(words.SHEET)]
    names = [NOT_IN_NAMES.sub(" ", form.sheet or form.kind).strip() for form in forms]
    return [f"{number} {name}"[:31].rstrip() for number, name in enumerate(names, 1)]


def _fill(sheet: Any, hidden: Any, form: Form, styles: dict[str, Any]) -> None:
    """One worksheet, and the hidden one that remembers it."""
    first = _head(sheet, form, styles)
    lists = _memory(hidden, form)
    for number, row in enumerate(form.rows):
        for place, column in enumerate(form.columns):
            _cell(sheet, first + number, place, row, column, form, styles)
        lines = max(_lines(row.get(column.key), column.width) for column in form.columns)
        if lines > 1:  # no program makes room for wrapped text by itself
            sheet.set_row(first + number, LINE * lines)
    for place, column in enumerate(form.columns):
        sheet.set_column(place, place, column.width)
        rule = _rule(column, lists.get(column.key))
        if rule:
            sheet.data_validation(first, place, first + len(form.rows) - 1, place, rule)
    sheet.autofilter(first - 1, 0, first + len(form.rows) - 1, len(form.columns) - 1)
    sheet.freeze_panes(first, 2 if len(form.columns) > 2 else 1)
    sheet.protect("", MAY)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first - 1)
    hidden.protect("")
    hidden.hide()


def _styles(book: Any) -> dict[str, Any]:
    line = {"border": 1, "border_color": "#C9CED3", "valign": "top", "text_wrap": True}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "told": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({**line, "bold": True, "bg_color": "#DCE6F0"}),
        "given": book.add_format({**line, "bg_color": "#F2F3F4"}),
        "text": book.add_format({**line, "locked": False, "num_format": "@"}),
        "number": book.add_format({**line, "locked": False, "num_format": "General"}),
        "date": book.add_format({**line, "locked": False, "num_format": "yyyy-mm-dd"}),
    }


def _lines(text: Any, width: int) -> int:
    """Lines that a text takes in a column of so many characters; words break where they may."""
    return len(wrap(str(text), max(width, 8))) or 1 if isinstance(text, str) else 1


def _head(sheet: Any, form: Form, styles: dict[str, Any]) -> int:
    """Title, instructions and headings; the number of the first row below."""
    last = max(len(form.columns) - 1, 1)
    sheet.merge_range(0, 0, 0, last, form.title, styles["title"])
    row = 1
    width = sum(column.width for column in form.columns)
    for text in form.instructions:
        sheet.merge_range(row, 0, row, last, text, styles["told"])
        sheet.set_row(row, LINE * _lines(text, max(width, 20)))
        row += 1
    row += 1
    for place, column in enumerate(form.columns):
        sheet.write_string(row, place, column.heading, styles["head"])
    return row + 1


def _memory(hidden: Any, form: Form) -> dict[str, str]:
    """Keep the form on the hidden sheet; where the options of each choice stand."""
    hidden.write_string(0, 0, MARK)
    for row, text in enumerate(form.kept(), 1):
        hidden.write_string(row, 0, text)
    places = {}
    choices = [column for column in form.columns if _options(column)]
    for place, column in enumerate(choices, 1):
        options = _options(column)
        for row, option in enumerate(options):
            hidden.write_string(row, place, option)
        letter = xl_col_to_name(place)
        places[column.key] = f"='{hidden.get_name()}'!${letter}$1:${letter}${len(options)}"
    return places


def _options(column: Column) -> tuple[str, ...]:
    return YES_NO if column.kind == "yes_no" else column.options


def _cell(
    sheet: Any,
    row: int,
    place: int,
    values: dict[str, Any],
    column: Column,
    form: Form,
    styles: dict[str, Any],
) -> None:
    if not column.asked:
        value = values["row"] if place == 0 else values.get(column.key, "")
        if isinstance(value, int | float) and not isinstance(value, bool):
            sheet.write_number(row, place, value, styles["given"])
        else:
            sheet.write_string(row, place, "" if value is None else str(value), styles["given"])
        return
    if (str(values["row"]), column.key) in form.closed:
        sheet.write_string(row, place, "—", styles["given"])
        return
    style = {"number": "number", "date": "date"}.get(column.kind, "text")
    sheet.write_blank(row, place, None, styles[style])


def _rule(column: Column, options: str | None) -> dict[str, Any] | None:
    """The validation of a column's cells, with what is shown beside a selected one."""
    shown = {
        "input_title": column.heading[:32],
        "input_message": column.help[:255],
        "error_title": column.heading[:32],
    }
    if not column.help:
        shown = {"error_title": column.heading[:32]}
    if options:
        told = say(words.ONE_OF_THE_LIST)
        return {"validate": "list", "source": options, "error_message": told, **shown}
    if column.kind == "number":
        kind = "integer" if column.whole else "decimal"
        least = column.least if column.least is not None else -LARGEST
        most = column.most if column.most is not None else LARGEST
        told = say(words.A_NUMBER, unit=f" ({column.unit})" if column.unit else "")
        bounds = {"criteria": "between", "minimum": least, "maximum": most}
        return {"validate": kind, **bounds, "error_message": told, **shown}
    if column.kind == "date":
        bounds = {"criteria": ">=", "value": date(2000, 1, 1)}
        return {"validate": "date", **bounds, "error_message": say(words.A_DAY), **shown}
    if column.asked and column.help:
        return {"validate": "any", **shown}
    return None
