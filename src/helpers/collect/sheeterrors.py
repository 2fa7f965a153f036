"""Errors of formulas in a sheet: cells that the reader of workbooks gives as blank."""

import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

PIECE, LONGEST = 4_000_000, 100_000  # bytes at a time; of a cell with its formula, at most
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r"([\w:]+)\s*=\s*[\"']([^\"']*)[\"']")
_FAILED = re.compile(
    rb"<(?:\w+:)?c\s([^>]*\bt=\"e\"[^>]*(?<!/))>.*?<(?:\w+:)?v>([^<]*)</", re.DOTALL
)
_PLACE = re.compile(rb"\br=\"([A-Z]{1,3})(\d+)\"")


def failed_cells(path: Path, sheet: str) -> dict[tuple[int, int], str]:
    """Row and column, from 0, of the cells of a sheet that hold an error → what it reads, #N/A.

    Nothing of files that are no workbooks in Office Open XML.
    """
    if not zipfile.is_zipfile(path):
        return {}
    found = {}
    with zipfile.ZipFile(path) as parts:
        name = _part_of(parts, sheet)
        for cells in _pieces(parts, name) if name in parts.namelist() else ():
            for attributes, text in _FAILED.findall(cells) if b't="e"' in cells else ():
                place = _PLACE.search(attributes)
                if place:
                    row = int(place[2]) - 1
                    found[row, _column(place[1].decode())] = unescape(text.decode()).strip()
    return found


def _pieces(parts: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A part piece by piece, as it may be many times as large as the file; no cell is cut in all.

    Each begins with the end of the one before: a cell there is found twice, which changes nothing.
    """
    end = b""
    with parts.open(name) as part:
        while more := part.read(PIECE):
            yield end + more
            end = (end + more)[-LONGEST:]


def _part_of(parts: zipfile.ZipFile, sheet: str) -> str:
    """The part of the file that holds a sheet."""
    named = {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"}
    if not named <= {*parts.namelist()}:
        return ""
    book, relations = (parts.read(name).decode("utf-8", "replace") for name in sorted(named)[::-1])
    tags = [_attributes(tag) for tag in _SHEET.findall(book)]
    ids = {one.get("name"): one.get("r:id") or _other_id(one) for one in tags}
    targets = [_attributes(tag) for tag in _RELATION.findall(relations)]
    at = next((one.get("Target", "") for one in targets if one.get("Id") == ids.get(sheet)), "")
    return at.removeprefix("/") if at.startswith("/") else f"xl/{at}"


def _attributes(tag: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}


def _other_id(tag: dict[str, str]) -> str | None:
    return next((value for name, value in tag.items() if name.endswith(":id")), None)


def _column(letters: str) -> int:
    """A to 0, Z to 25, AA to 26."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1
