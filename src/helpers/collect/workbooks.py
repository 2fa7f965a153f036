"""Sheets of workbooks as tables of texts."""

from collections import OrderedDict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from helpers.collect.headers import column_names
from helpers.collect.sheeterrors import failed_cells
from helpers.errors import StudyError, listed
from helpers.study import RawFile

if TYPE_CHECKING:
    import pyarrow as pa
    from python_calamine import CalamineSheet

KEPT = 64_000_000  # bytes of cells that this process keeps, beside the sheet that was read last
_sheets: "OrderedDict[tuple, tuple[str, pa.Table]]" = OrderedDict()


def sheet_of(path: Path, raw_file: RawFile, *, place: str, sha256: str) -> "tuple[str, pa.Table]":
    """The name of a sheet and its cells as texts; a process opens each but once."""
    import pyarrow as pa
    from python_calamine import CalamineError, CalamineWorkbook

    key = (sha256, raw_file.sheet, raw_file.skip_lines)
    if key in _sheets:
        _sheets.move_to_end(key)
        return _sheets[key]
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheets = workbook.sheet_names
        sheet = raw_file.sheet or sheets[0]
        if sheet not in sheets:
            raise StudyError(
                f"{place} has no sheet {sheet}.", expected=f"one of its sheets: {listed(sheets)}"
            )
        lines = _with_errors(workbook.get_sheet_by_name(sheet), failed_cells(path, sheet))
    except (CalamineError, BadZipFile) as error:
        raise StudyError(f"{place} cannot be read as xlsx.", found=str(error)) from None
    lines = lines[raw_file.skip_lines :]
    if not lines:
        raise StudyError(f"{place}: sheet {sheet} is empty.", expected="column names and data")
    names = column_names([_cell(cell) or "" for cell in lines[0]])
    # Blank lines between blocks are layout of the sheet, not rows.
    rows = [cells for cells in ([_cell(c) for c in line] for line in lines[1:]) if any(cells)]
    table = pa.table(
        {
            name: pa.array([cells[k] for cells in rows], type=pa.string())
            for k, name in enumerate(names)
        }
    )
    _sheets[key] = sheet, table
    while len(_sheets) > 1 and sum(kept.nbytes for _, kept in _sheets.values()) > KEPT:
        _sheets.popitem(last=False)
    return sheet, table


def _with_errors(sheet: "CalamineSheet", failed: dict[tuple[int, int], str]) -> list[list]:
    """The cells of a sheet, with what those read of which the formula failed.

    They come as blank, and nothing would say that a look-up found nothing.
    """
    lines = sheet.to_python()
    row, column = sheet.start or (0, 0)
    for (down, right), text in failed.items():
        y, x = down - row, right - column
        if 0 <= y < len(lines) and 0 <= x < len(lines[y]):
            lines[y][x] = text
    return lines


def _cell(value: object) -> str | None:
    """A cell of a workbook as text: Excel's 17850.0 is 17850, its midnights are dates."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time()
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
