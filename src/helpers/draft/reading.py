"""How a file nobody has described is written: encoding, sheets, decimal comma, thousands."""

import csv
import hashlib
import re
from collections import Counter
from pathlib import Path

ABOVE = 60  # lines looked at to find the names of columns
HEAD = 1 << 20  # bytes looked at to tell an encoding

_COMMA = re.compile(r"-?(?:\d+|\d{1,3}(?:[. '\u00a0]\d{3})+),\d+")
_POINT = re.compile(r"-?\d{1,3}(?:[,']\d{3})+(?:\.\d+)?")
_WHOLE = re.compile(r"-?\d+")
_THREE = re.compile(r"-?\d{1,3}(?:([.,])\d{3})+")


def encoding_of(path: Path) -> str:
    """The encoding of a text file that is not UTF-8; empty where it is.

    Letters of Chinese take two bytes above ASCII side by side; those of Western European words
    stand alone between plain letters.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    for cut in range(4):  # the last letter may be cut off
        try:
            head[: len(head) - cut].decode("utf-8")
            return ""
        except UnicodeDecodeError as error:
            if error.start < len(head) - 4:
                break
    runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", head)]
    together = sum(size for size in runs if size > 1)
    return "gb18030" if together > 0.6 * sum(runs) else "cp1252"


def copies_of(paths: list[Path]) -> dict[str, str]:
    """Files that are another one to the byte → the name of that one, the shortest."""
    ordered = sorted(paths, key=lambda path: (len(path.name), path.name))
    sizes = Counter(path.stat().st_size for path in ordered)
    first: dict[bytes, str] = {}
    copies = {}
    for path in ordered:
        if sizes[path.stat().st_size] == 1:
            continue
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").digest()
        if digest in first:
            copies[path.name] = first[digest]
        first.setdefault(digest, path.name)
    return copies


def above_names(lines: list[list[str]]) -> int:
    """How many lines stand above the column names: a title, a day of export, a blank one.

    Names are the first line that has a text in as many cells as lines of the table mostly have
    columns; lines above it have less than half of them. None where the first line is it.

    >>> above_names([["Customers"], [], ["id", "name", "since"], ["1", "x", "2024-01-01"]])
    2
    >>> above_names([["id", "name"], ["1", "x"]])
    0
    """
    filled = [sum(bool(str(cell).strip()) for cell in line) for line in lines]
    widest = max(filled, default=0)
    for place, count in enumerate(filled):
        if count > max(1, 0.8 * widest):
            above = filled[:place]
            return place if place and all(2 * n <= count for n in above) else 0
    return 0


def title_lines(path: Path, encoding: str) -> int:
    """How many lines of a text file stand above its column names."""
    with path.open(encoding=encoding or "utf-8-sig", errors="replace", newline="") as stream:
        head = [stream.readline() for _ in range(ABOVE)]
    if head[0].lower().startswith("sep=") or "\x00" in "".join(head):
        return 0
    most, found = (0.0, 1), 0
    for split in ",;\t|":
        rows, begun = _rows(head, split)
        # What most rows have is the width: a text may hold the sign that parts cells elsewhere.
        widths = Counter(len(row) for row in rows if row)
        width = max(widths, key=lambda cells: (widths[cells], cells), default=0)
        # Decimal commas part all rows alike but the names: the sign that parts these, too, is it.
        alike = widths[width] / widths.total() if width > 1 else 0.0
        if (alike, width) > most:
            most, found = (alike, width), begun[above_names(rows)]
    return found


def _rows(head: list[str], split: str) -> tuple[list[list[str]], list[int]]:
    """Rows of lines, and how many lines stand above each: a cell in quotes may hold several."""
    reader = csv.reader(head, delimiter=split)
    rows, begun = [], [0]
    for row in reader:
        rows.append(row)
        begun.append(reader.line_num)
    return rows, begun


def sheets_of(path: Path) -> dict[str, int]:
    """The sheets of a workbook that hold a table: names of columns and another line below them.

    Returns
    -------
    Sheet ("" for the only one of a workbook) → lines above its column names.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        found = {}
        for name in workbook.sheet_names:
            lines = workbook.get_sheet_by_name(name).to_python()
            above = above_names([[str(cell) for cell in line] for line in lines[:ABOVE]])
            if len(lines) > above + 1 and sum(cell != "" for cell in lines[above]) > 1:
                found[name if len(workbook.sheet_names) > 1 else ""] = above
        return found
    except CalamineError:
        return {}


def numbers_of(columns: list[list[str]]) -> tuple[dict[str, str], bool]:
    """How numbers are written in columns of texts, as the keys of a study file say it.

    Parameters
    ----------
    columns : values of each text column, some of them.

    Returns
    -------
    ``decimal`` and ``thousands`` where they are not the usual ones, and whether that is unsure:
    1.200 alone may be a thousand and two hundred, or one and a fifth.

    >>> numbers_of([["1.200,50", "3,5"], ["north"]])
    ({'decimal': ',', 'thousands': '.'}, False)
    >>> numbers_of([["1,200.50", "300"]])
    ({'decimal': '.', 'thousands': ','}, False)
    >>> numbers_of([["0,5", "12,25"]])
    ({'decimal': ','}, False)
    """
    for values in columns:
        if not values:
            continue
        if all(_COMMA.fullmatch(v) or _WHOLE.fullmatch(v) or _THREE.fullmatch(v) for v in values):
            commas = [v for v in values if _COMMA.fullmatch(v)]
            if any(not _THREE.fullmatch(v) for v in commas):
                signs = {sign for v in values for sign in ".'" if sign in v}
                signs |= {" "} if any(" " in v or "\u00a0" in v for v in values) else set()
                return {"decimal": ","} | ({"thousands": signs.pop()} if signs else {}), False
    for values in columns:
        if values and all(_POINT.fullmatch(v) or re.fullmatch(r"-?\d+(\.\d+)?", v) for v in values):
            grouped = [v for v in values if _POINT.fullmatch(v)]
            if grouped:
                sign = "'" if any("'" in v for v in grouped) else ","
                return {"decimal": ".", "thousands": sign}, all("." not in v for v in values)
    return {}, False
