"""A filled sheet back, cell by cell: what can be used is used, each mistake is told once.

Excel's files and LibreOffice's (.xlsx, .xlsm, .ods) are read. Nothing that somebody typed is lost:
what cannot be used stands with its place in the table of mistakes.
"""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
from xlsxwriter.utility import xl_cell_to_rowcol, xl_rowcol_to_cell

from helpers.errors import listed
from helpers.sheets.cells import as_text, read_cell
from helpers.sheets.form import MARK, Column, Form, restored
from helpers.words import people as words
from helpers.words import say

SUFFIXES = (".xlsx", ".xlsm", ".ods")
MISTAKES = ("file", "place", "row", "column", "found", "told", "used")
LOOKED_AT = 60  # rows in which the headings are looked for
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
Grid = list[list[Any]]


@dataclass
class Filled:
    """What one file says.

    ``answers`` maps (row identifier, column key) to a value; an open cell is absent. ``mistakes``
    has one entry per mistake: file, place (cell, or sheet), row, column, found, told, used.
    ``sheet`` is the worksheet, where the file holds several forms.
    """

    file: str
    form: Form | None = None
    sheet: str = ""
    answers: dict[tuple[str, str], Any] = field(default_factory=dict)
    mistakes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def own_form(self) -> Form:
        """The form of a file that holds one: of another file there are mistakes alone."""
        assert self.form is not None
        return self.form

    def note(
        self,
        told: str,
        *,
        place: str = "",
        row: str = "",
        column: str = "",
        found: str = "",
        used: bool = False,
    ) -> None:
        """Note a mistake."""
        place = "!".join(filter(None, (self.sheet, place)))
        values = (self.file, place, row, column, found, told, used)
        self.mistakes.append(dict(zip(MISTAKES, values, strict=True)))

    @property
    def open_cells(self) -> int:
        """How many cells that were asked are open."""
        if self.form is None:
            return 0
        asked = len(self.form.rows) * len(self.form.asked) - len(self.form.closed)
        return asked - len(self.answers)


def read(path: Path, *, study: str = "") -> Filled:
    """The first form of one filled workbook; see `read_book`."""
    return read_book(path, study=study)[0]


def read_book(path: Path, *, study: str = "") -> list[Filled]:
    """Read all forms of one filled workbook; one entry at least, which says what is wrong with it.

    Parameters
    ----------
    study : whose sheets are wanted; those of others are not used.
    """
    whole = Filled(path.name)
    try:
        names, grids, formulas = _opened(path)
    except Exception as error:  # whatever a broken file makes its readers raise
        whole.note(say(words.UNREADABLE, reason=type(error).__name__))
        return [whole]
    forms = _forms(grids)
    if not forms:
        whole.note(say(words.NOT_OURS))
        return [whole]
    if study and forms[0].study != study:
        whole.note(say(words.OTHER_STUDY, study=forms[0].study, quarter=forms[0].quarter))
        return [whole]
    shown = {name: grids[name] for name in names if not _marked(grids[name])}
    places = _places(forms, shown)
    return [
        _read_form(
            Filled(path.name, form), places.get(number), grids, formulas, many=len(forms) > 1
        )
        for number, form in enumerate(forms)
    ]


def _read_form(
    filled: Filled,
    name: str | None,
    grids: dict[str, Grid],
    formulas: dict[str, set[tuple[int, int]]],
    *,
    many: bool,
) -> Filled:
    """What the worksheet of a form says."""
    form = filled.own_form
    if name is None:
        gone = say(words.SHEET_GONE, sheet=form.sheet, rows=len(form.rows))
        filled.note(gone if many else say(words.HEADINGS_GONE))
        return filled
    filled.sheet = name if many else ""
    at, _ = _best_row(grids[name], form)
    _answers(filled, form, grids[name], at, formulas.get(name, set()))
    return filled


def _places(forms: list[Form], shown: dict[str, Grid]) -> dict[int, str]:
    """The worksheet of each form, by its number: that with most of its headings.

    No worksheet is that of two forms; among several forms headings that all of them have say
    nothing, and the heading of what is asked first, or the worksheet's name, has to be there.
    """
    found = []
    for number, form in enumerate(forms):
        for place, (name, grid) in enumerate(shown.items()):
            at, hits = _best_row(grid, form)
            named = bool(form.sheet) and _plain(form.sheet) in _plain(name)
            asked = hits and _plain(form.asked[0].heading) in map(_plain, grid[at])
            if hits and (len(forms) == 1 or named or asked):
                found.append((-hits, not named, abs(place - number), number, name))
    taken: dict[int, str] = {}
    for *_, number, name in sorted(found):
        if number not in taken and name not in taken.values():
            taken[number] = name
    return taken


def mistakes(filled: list[Filled]) -> pd.DataFrame:
    """All mistakes of the files: file, place, row, column, found, told, used."""
    rows = [entry for one in filled for entry in one.mistakes]
    return pd.DataFrame(rows, columns=list(MISTAKES))


def messages(filled: list[Filled]) -> list[str]:
    """One line per mistake, as people are told it."""
    lines = []
    for entry in (entry for one in filled for entry in one.mistakes):
        place = " ".join(filter(None, (entry["file"], entry["place"])))
        about = ", ".join(filter(None, (entry["row"], entry["column"])))
        found = f"“{entry['found']}” – " if entry["found"] else ""
        lines.append(f"{place}{f' ({about})' if about else ''}: {found}{entry['told']}")
    return lines


# ── files ────────────────────────────────────────────────────────────────────────────────────────
def _opened(path: Path) -> tuple[list[str], dict[str, Grid], dict[str, set[tuple[int, int]]]]:
    """Sheets in their order, the values of each from its first cell on, and where formulas are."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    grids = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }
    with zipfile.ZipFile(path) as package:
        formulas = _formulas_ods(package) if path.suffix.lower() == ".ods" else _formulas(package)
    return list(book.sheet_names), grids, formulas


def _formulas(package: zipfile.ZipFile) -> dict[str, set[tuple[int, int]]]:
    """Where a workbook of Excel holds formulas, by sheet."""
    book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    links = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    of_sheet = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    found = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets[sheet.get(of_sheet)]
        name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        cells = ElementTree.fromstring(package.read(name)).iter(f"{_MAIN}c")
        places = (cell.get("r", "") for cell in cells if cell.find(f"{_MAIN}f") is not None)
        found[sheet.get("name", "")] = {xl_cell_to_rowcol(place) for place in places if place}
    return found


def _formulas_ods(package: zipfile.ZipFile) -> dict[str, set[tuple[int, int]]]:
    """Where a workbook of LibreOffice holds formulas, by sheet."""
    content = ElementTree.fromstring(package.read("content.xml"))
    found: dict[str, set[tuple[int, int]]] = {}
    for table in content.iter(f"{_TABLE}table"):
        places = found.setdefault(table.get(f"{_TABLE}name", ""), set())
        row = 0
        for line in table.iter(f"{_TABLE}table-row"):
            column = 0
            for cell in line:
                if cell.get(f"{_TABLE}formula"):
                    places.add((row, column))
                column += int(cell.get(f"{_TABLE}number-columns-repeated", "1"))
            row += int(line.get(f"{_TABLE}number-rows-repeated", "1"))
    return found


def _marked(grid: Grid) -> bool:
    return bool(grid and grid[0] and grid[0][0] == MARK)


def _forms(grids: dict[str, Grid]) -> list[Form]:
    """The forms that hidden sheets keep."""
    kept = (
        [row[0] for row in grid[1:] if row and isinstance(row[0], str) and row[0]]
        for grid in grids.values()
        if _marked(grid)
    )
    return [restored(lines) for lines in kept if lines]


# ── what a sheet says ────────────────────────────────────────────────────────────────────────────
def _plain(value: Any) -> str:
    return " ".join(str(value).split()).casefold() if value is not None else ""


def _best_row(grid: Grid, form: Form) -> tuple[int, int]:
    """The row that holds most of the headings, and how many."""
    wanted = {_plain(column.heading) for column in form.columns}
    hits = [len(wanted & {_plain(cell) for cell in row}) for row in grid[:LOOKED_AT]]
    most = max(hits, default=0)
    return (hits.index(most), most) if most else (0, 0)


def _columns(filled: Filled, form: Form, grid: Grid, at: int) -> dict[int, Column]:
    """Which column of the sheet is which of the form."""
    heads = [_plain(cell) for cell in grid[at]]
    known = {_plain(column.heading): column for column in form.columns}
    placed = {place: known[head] for place, head in enumerate(heads) if head in known}
    missing = [column for column in form.columns if column not in placed.values()]
    for column in missing:
        place = form.columns.index(column)
        free = place < len(heads) and place not in placed
        if free and _neighbours(form, placed, place):
            filled.note(
                say(words.COLUMN_RENAMED, expected=column.heading),
                place=xl_rowcol_to_cell(at, place),
                found=as_text(grid[at][place]),
                used=True,
            )
            placed[place] = column
        elif column.asked:
            told = say(words.COLUMN_GONE, expected=column.heading, rows=len(form.rows))
            filled.note(told, column=column.heading)
    for place, head in enumerate(heads):
        if place in placed:
            continue
        cells = [row[place] for row in grid[at + 1 :] if place < len(row) and _plain(row[place])]
        if cells:
            filled.note(
                say(words.COLUMN_MORE, cells=len(cells)),
                place=xl_rowcol_to_cell(at, place),
                column=head,
                found=listed(map(as_text, cells), most=1000),
            )
    return placed


def _neighbours(form: Form, placed: dict[int, Column], place: int) -> bool:
    """Whether the columns beside a place are where the form has them."""
    sides = [side for side in (place - 1, place + 1) if 0 <= side < len(form.columns)]
    return any(placed.get(side) is form.columns[side] for side in sides)


def _answers(
    filled: Filled, form: Form, grid: Grid, at: int, formulas: set[tuple[int, int]]
) -> None:
    placed = _columns(filled, form, grid, at)
    first = next((place for place, column in placed.items() if column is form.columns[0]), None)
    if first is None:
        filled.note(say(words.COLUMN_GONE, expected=form.columns[0].heading, rows=len(form.rows)))
        return
    known = set(form.identifiers)
    given: dict[str, list[dict[str, Any]]] = {}
    for number in range(at + 1, len(grid)):
        row = grid[number]
        name = as_text(row[first]).strip() if first < len(row) and row[first] is not None else ""
        asked = {place: column for place, column in placed.items() if column.asked}
        if name not in known:
            typed = [
                as_text(row[place]) for place in asked if place < len(row) and _said(row[place])
            ]
            if name or typed:
                filled.note(
                    say(words.ROW_MORE),
                    place=xl_rowcol_to_cell(number, 0),
                    row=name,
                    found=listed(typed),
                )
            continue
        given.setdefault(name, []).append(
            dict(_read_row(filled, form, row, number, name, asked, formulas))
        )
    for name, versions in given.items():
        if any(version != versions[0] for version in versions[1:]):
            several = "; ".join(listed(map(as_text, version.values())) for version in versions)
            filled.note(say(words.ROW_TWICE), row=name, found=several)
            continue
        filled.answers |= {(name, key): value for key, value in versions[0].items()}
    gone = [name for name in form.identifiers if name not in given]
    if gone:
        filled.note(say(words.ROWS_GONE, rows=len(gone), listed=listed(gone, most=5)))


def _said(value: Any) -> bool:
    return value is not None and _plain(value) not in ("", "—")


def _read_row(
    filled: Filled,
    form: Form,
    row: list[Any],
    number: int,
    name: str,
    asked: dict[int, Column],
    formulas: set[tuple[int, int]],
) -> Iterator[tuple[str, Any]]:
    """The answers of one row."""
    for place, column in asked.items():
        value = row[place] if place < len(row) else None
        where = {"place": xl_rowcol_to_cell(number, place), "row": name, "column": column.heading}
        computed = (number, place) in formulas
        if (name, column.key) in form.closed:
            if computed or _said(value):
                filled.note(say(words.CLOSED_CELL), found=as_text(value), **where)
            continue
        found = read_cell(value, column)
        if computed:
            usable = found.value is not None and found.used
            told = found.told or say(words.FORMULA_USED if usable else words.FORMULA_OPEN)
            filled.note(told, found=f"= {as_text(value)}".strip(), used=usable, **where)
            if not usable:
                continue
        elif found.told:
            filled.note(found.told, found=as_text(value), used=found.used, **where)
        if found.value is not None and found.used:
            yield column.key, found.value
