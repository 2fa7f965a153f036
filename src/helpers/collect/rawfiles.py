"""Raw files as relations of DuckDB: every format becomes one SELECT that loses nothing.

Text formats (CSV, JSON lines, XLSX) pass through one rule of typing: all values are read as text,
and a column gets a type only where every value of the whole file survives the way there and back.
``00123`` stays text, and so does a column of dates with one malformed value.
"""

import codecs
import csv
import glob
import hashlib
import io
import os
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from helpers.collect import partitions
from helpers.collect.columntypes import column_types, common_type, with_points
from helpers.collect.headers import ambiguous, column_names
from helpers.collect.nesting import check_nesting
from helpers.collect.quoting import identifier, literal
from helpers.collect.rawplaces import SUFFIXES, Placed, found_files
from helpers.collect.workbooks import sheet_of
from helpers.errors import StudyError, listed
from helpers.study import RawFile
from helpers.workspace import checksum

DELIMITERS = ",;\t|"
CHUNK = 1 << 20
# DuckDB would make columns of every folder on the way that has a `=` in its name.
_AS_IT_IS = "hive_partitioning = false"
_NO_FILES = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape")
SEPARATOR = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
HEAD = 1 << 16  # characters looked at to find the delimiter
MOST_TYPED = 1000  # files of which this process remembers the types
_typed: "OrderedDict[tuple, tuple[int, dict[str, str]]]" = OrderedDict()


@dataclass(frozen=True)
class Relation:
    """What one name of a study's query stands for.

    ``sql`` is the SELECT, ``files`` has one dict per file: path (within the folder of raw files),
    sha256, rows, bytes; of an object store the address and when it was written, of a data lake's
    table the snapshot. ``ambiguous`` are names that a file has more than once, with the names that
    tell them apart.
    """

    sql: str
    files: list[dict] = field(default_factory=list)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)


def relation(
    con: duckdb.DuckDBPyConnection,
    raw_file: RawFile,
    *,
    where: str,
    folder: Path,
    quarter: str,
    scratch: Path,
    most: int | None = None,
) -> Relation:
    """Look through raw files and say how to read them.

    Parameters
    ----------
    con : connection that will run the SELECT.
    raw_file : entry of the study file.
    where : key path of the entry, for messages.
    folder : folder that relative paths start from.
    quarter : text that replaces ``{quarter}`` in the path.
    scratch : folder for UTF-8 copies of files in other encodings.
    most : rows of text whose types are looked at, where a first impression will do; None = all.

    Raises
    ------
    StudyError
        Missing, undecodable or malformed files; unknown sheets, encodings or text columns.
    """
    parts = []
    placed = found_files(raw_file, where=where, folder=folder, quarter=quarter, scratch=scratch)
    named = partitions.types_of(con, [one.values for one in placed])
    for one in placed:
        path = one.path
        kind = raw_file.format or SUFFIXES.get(path.suffix.lower())
        if kind is None:
            raise StudyError(
                f"{where}: the format of {path.name} cannot be told from its name.",
                expected=f"one of {listed(SUFFIXES)}, or the key `format`",
            )
        place = f"{where} ({path.name})"
        if raw_file.skip_lines and kind not in ("csv", "xlsx"):
            raise StudyError(f"{place}: `skip_lines` is for csv and xlsx.", found=kind)
        try:
            reader = _READERS[kind]
            part = reader(
                con, path, raw_file, place=place, folder=folder, scratch=scratch, most=most
            )
            parts.append(_with_place(part, one, named))
        except duckdb.OutOfMemoryException:
            raise  # no fault of the file
        except duckdb.Error as error:
            raise StudyError(
                f"{place} cannot be read as {kind}.",
                found=_first_lines(error),
                expected="a file that is complete and in the format that its name (or the key "
                "`format`, `delimiter`) says",
            ) from None
    return _together(con, parts, raw_file, where=where)


# ── files ────────────────────────────────────────────────────────────────────────────────────────
def fingerprint(path: Path, folder: Path) -> dict:
    """Path within the folder of raw files (elsewhere the name), checksum and size of a file."""
    real = Path(os.path.realpath(folder))
    shown = path.relative_to(real).as_posix() if path.is_relative_to(real) else path.name
    return {"path": shown, "sha256": checksum(path), "bytes": path.stat().st_size}


def _utf8(path: Path, encoding: str | None, *, place: str, scratch: Path, key: str) -> Path:
    """The file itself when it is valid UTF-8, else a UTF-8 copy of the declared encoding."""
    try:
        codec = codecs.lookup(encoding or "utf-8")
        # Python's codecs include some that are no encoding of text: zlib, base64, idna.
        if not codec._is_text_encoding or codec.name in _NO_FILES:
            raise LookupError
    except LookupError:
        raise StudyError(
            f"{place}: unknown encoding.",
            found=encoding,
            expected="a name such as utf-8, cp1252, latin-1, utf-16 or shift_jis",
        ) from None
    plain = codec.name in ("utf-8", "utf-8-sig", "ascii")
    target = None if plain else scratch / f"{key[:16]}{path.suffix}"
    decoder = codec.incrementaldecoder(errors="strict")
    writer = None if target is None else target.open("w", encoding="utf-8", newline="")
    lines = 1
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK):
                text = decoder.decode(chunk)
                lines += text.count("\n")
                if writer:
                    writer.write(text)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        lines += error.object[: error.start].count(b"\n")
        raise StudyError(
            f"{place} is not {codec.name} text: about line {lines} cannot be decoded.",
            found=f"bytes {error.object[error.start : error.start + 4].hex(' ')}",
            expected="UTF-8, or the key `encoding` with the file's encoding, such as cp1252 "
            "(Windows, Western Europe) or utf-16 (Excel's “Unicode text”)",
        ) from None
    finally:
        if writer:
            writer.close()
    return target or path


# ── formats: each gives (source SQL, column names, typed, fingerprint with rows) ─────────────────
@dataclass(frozen=True)
class _Part:
    source: str
    columns: list[str]
    types: dict[str, str]
    file: dict


def _csv(
    con, path: Path, raw_file: RawFile, *, place: str, folder: Path, scratch: Path, most: int | None
) -> _Part:
    file = fingerprint(path, folder)
    plain = _utf8(path, raw_file.encoding, place=place, scratch=scratch, key=file["sha256"])
    with plain.open(encoding="utf-8-sig", newline="") as stream:
        head = stream.read(HEAD)
    if not head.strip():
        raise StudyError(f"{place} is empty.", expected="a line of column names and data below")
    skip = raw_file.skip_lines
    told = SEPARATOR.match(head)  # Excel's first line, which is no record
    skip += bool(told)
    head = _below(head, skip)
    if not head.strip():
        raise StudyError(
            f"{place} has nothing below the {skip} lines that are skipped.",
            expected="a line of column names and data below",
        )
    delimiter = raw_file.delimiter or (told[1] if told else _delimiter(head))
    header = next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    names = column_names(header)
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    # Nothing is sniffed: the dialect sniffer may skip lines or take a column's sign for a comment.
    source = (
        f"read_csv([{literal(glob.escape(str(plain)))}], auto_detect = false, header = true, "
        f"skip = {skip}, delim = {literal(delimiter)}, quote = '\"', escape = '\"', "
        f"strict_mode = true, {_AS_IT_IS}, columns = {{{columns}}})"
    )
    return _text_part(con, source, names, file, raw_file, most)


def _jsonl(
    con, path: Path, raw_file: RawFile, *, place: str, folder: Path, scratch: Path, most: int | None
) -> _Part:
    file = fingerprint(path, folder)
    plain = _utf8(path, raw_file.encoding, place=place, scratch=scratch, key=file["sha256"])
    shape = "auto" if path.suffix.lower() == ".json" else "newline_delimited"
    check_nesting(plain, place=place)
    read = f"read_json([{literal(glob.escape(str(plain)))}], format = '{shape}', {_AS_IT_IS}, {{}})"
    described = con.execute(f"DESCRIBE SELECT * FROM {read.format('sample_size = -1')}").fetchall()
    names = column_names([row[0] for row in described])
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return _text_part(con, read.format(f"columns = {{{columns}}}"), names, file, raw_file, most)


def _xlsx(
    con, path: Path, raw_file: RawFile, *, place: str, folder: Path, scratch: Path, most: int | None
) -> _Part:
    file = fingerprint(path, folder)
    sheet, table = sheet_of(path, raw_file, place=place, sha256=file["sha256"])
    name_of_view = f"{path}|{sheet}|{raw_file.skip_lines}|{file['sha256']}"
    view = f"xlsx_{hashlib.sha256(name_of_view.encode()).hexdigest()[:16]}"
    con.register(view, table)
    return _text_part(con, identifier(view), table.column_names, file, raw_file, most)


def _parquet(
    con, path: Path, raw_file: RawFile, *, place: str, folder: Path, scratch: Path, most: int | None
) -> _Part:
    source = f"read_parquet([{literal(glob.escape(str(path)))}], {_AS_IT_IS})"
    described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    rows = con.execute(f"SELECT count(*) FROM {source}").fetchone()[0]
    types = {name: kind for name, kind, *_ in described}
    return _Part(source, list(types), types, {**fingerprint(path, folder), "rows": rows})


def _with_place(part: _Part, one: Placed, named: dict[str, str]) -> _Part:
    """A file with the columns that its folders name, unless it has them itself."""
    known = {name.lower() for name in part.columns}
    values = {name: value for name, value in one.values.items() if name.lower() not in known}
    return _Part(
        partitions.with_values(part.source, values, named),
        [*part.columns, *values],
        part.types | {name: named[name] for name in values},
        part.file | one.record,
    )


_READERS = {"csv": _csv, "jsonl": _jsonl, "xlsx": _xlsx, "parquet": _parquet}


# ── headers ───────────────────────────────────────────────────────────────────────────────────────
def _below(head: str, skip: int) -> str:
    """Text without its first lines."""
    at = 0
    for _ in range(skip):
        at = head.find("\n", at) + 1
        if not at:
            return ""
    return head[at:]


def _delimiter(head: str) -> str:
    """The delimiter that splits the first records into the same number of fields.

    Where several do, the one that gives most fields; where none does, the commonest in the first
    line, so that the message about a broken line speaks of the right delimiter.
    """
    complete = head if len(head) < HEAD else head[: head.rfind("\n")]
    widths = {}
    for candidate in DELIMITERS:
        reader = csv.reader(io.StringIO(complete, newline=""), delimiter=candidate)
        counts = {len(record) for record in reader if record}
        widths[candidate] = counts.pop() if len(counts) == 1 else 0
    best = max(DELIMITERS, key=lambda candidate: widths[candidate])
    if widths[best] > 1:
        return best
    first = complete.splitlines()[0]
    return max(DELIMITERS, key=first.count)


# ── typing ───────────────────────────────────────────────────────────────────────────────────────
def _text_part(
    con, source: str, names: list[str], file: dict, raw_file: RawFile, most: int | None
) -> _Part:
    if raw_file.decimal == "," or raw_file.thousands:
        source = with_points(
            con, source, names, decimal=raw_file.decimal, thousands=raw_file.thousands
        )
    # The same bytes, read in the same way, have the same types; a draft reads them many times.
    told = raw_file.model_dump_json(exclude={"path"})
    key = (file["sha256"], Path(file["path"]).suffix, told, tuple(names), most)
    if key not in _typed:
        _typed[key] = column_types(con, source, names, most=most)
        while len(_typed) > MOST_TYPED:
            _typed.popitem(last=False)
    rows, types = _typed[key]
    return _Part(source, names, dict(types), {**file, "rows": rows})


def _together(con, parts: list[_Part], raw_file: RawFile, *, where: str) -> Relation:
    """One SELECT over all files, columns matched by name, with types that fit all of them."""
    types: dict[str, str] = {}
    spelling: dict[str, str] = {}
    for part in parts:
        for name, kind in part.types.items():
            known = spelling.setdefault(name.lower(), name)
            types[known] = common_type(types.get(known, "NULL"), kind)
    unknown = [name for name in raw_file.text_columns if name.lower() not in spelling]
    if unknown:
        raise StudyError(
            f"{where}.text_columns names {listed(unknown)}, which the file does not have.",
            expected=f"columns of the file: {listed(types, most=40)}",
        )
    for name in raw_file.text_columns:
        types[spelling[name.lower()]] = "VARCHAR"
    selects = []
    for part in parts:
        mine = {name.lower(): name for name in part.columns}
        cells = [
            f"CAST({identifier(mine[name.lower()]) if name.lower() in mine else 'NULL'} "
            f"AS {'VARCHAR' if kind == 'NULL' else kind}) AS {identifier(name)}"
            for name, kind in types.items()
        ]
        selects.append(f"SELECT {', '.join(cells)} FROM {part.source}")
    several = ambiguous(list(types))
    return Relation(" UNION ALL ".join(selects), [part.file for part in parts], several)


def _first_lines(error: Exception) -> str:
    """The telling part of a DuckDB message."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("Possible", "*", "file =", "LINE"))]
    return " ".join(kept[:4])
