"""Write the extracts so that the same rows give the same bytes on every machine."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

Row = dict[str, Any]
CREATED = dt.datetime(2026, 10, 20, 18, 0)


def text(value: Any) -> str:
    """A cell as text: money with two decimals, minutes without seconds, nothing for unknown."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value)


def write_csv(path: Path, rows: list[Row], *, encoding: str = "utf-8",
              delimiter: str = ",") -> None:  # fmt: skip
    """A CSV file with LF line ends."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([text(row[name]) for name in rows[0]] for row in rows)


def write_jsonl(path: Path, rows: list[Row]) -> None:
    """One JSON object per line."""
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


def write_parquet(path: Path, rows: list[Row]) -> None:
    """Uncompressed: the dictionaries make it small, and no codec's version changes the bytes."""
    first = next(row for row in rows if None not in row.values())
    types = {str: pa.string(), int: pa.int32(), dt.date: pa.date32()}
    schema = pa.schema([(name, types[type(value)]) for name, value in first.items()])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, compression="none")


def write_xlsx(path: Path, rows: list[Row], sheet: str) -> None:
    """A workbook with a fixed creation date, stored rather than deflated: zlib versions differ."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, list(rows[0]))
        for i, row in enumerate(rows, 1):
            for j, value in enumerate(row[name] for name in rows[0]):
                if isinstance(value, dt.date):
                    page.write_datetime(i, j, value, day)
                elif value is not None:
                    page.write(i, j, value)
    with zipfile.ZipFile(buffer) as packed, zipfile.ZipFile(path, "w") as stored:
        for name in packed.namelist():
            stored.writestr(zipfile.ZipInfo(name), packed.read(name))


def write_json(path: Path, content: Row) -> None:
    """Indented JSON for people to read."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n",
                    encoding="utf-8", newline="\n")  # fmt: skip
