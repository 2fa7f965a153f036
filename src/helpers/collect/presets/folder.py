"""The files of an export: which of them a folder holds, and which columns they have."""

import csv
import glob
import io
import os
from dataclasses import dataclass
from pathlib import Path

import duckdb

from helpers.collect.presets.description import Offer, Preset
from helpers.collect.quoting import literal
from helpers.collect.rawfiles import DELIMITERS, SEPARATOR
from helpers.collect.rawplaces import SUFFIXES
from helpers.errors import StudyError, listed
from helpers.sandbox.places import declared, found_in
from helpers.study import RawFile

FORMATS = ("csv", "jsonl", "parquet")


@dataclass(frozen=True)
class Found:
    """One file of an export: its entry in ``files``, and the columns that it has."""

    raw_file: RawFile
    columns: tuple[str, ...]
    prefix: str = ""

    def column(self, name: str) -> str | None:
        """The spelling of a column in the file; None where the file does not have it.

        Capitals and underscores do not count, so that ``CloseDate`` is ``close_date``; nor does
        the vendor's prefix, so that ``amount`` is ``property_amount``.
        """
        exact = {column.lower(): column for column in reversed(self.columns)}
        loose = {self._plain(column): column for column in reversed(self.columns)}
        return exact.get(name.lower()) or loose.get(self._plain(name))

    def place(self, column: str) -> str:
        """File and column, as a message names them."""
        return f"{Path(self.raw_file.path).name}, column {column}"

    def without_prefix(self, name: str) -> str:
        """A column's name without the vendor's prefix, in small letters."""
        return name.lower().removeprefix(self.prefix)

    def _plain(self, name: str) -> str:
        return self.without_prefix(name).replace("_", "")


def export_files(
    preset: Preset,
    offer: Offer,
    *,
    where: str,
    place: Path,
    given: dict[str, RawFile],
    quarter: str,
) -> dict[str, Found]:
    """The files that a table takes from an export, by the vendor's table names.

    Parameters
    ----------
    where : key path of the source, for messages.
    place : the export's folder.
    given : files that the study names itself, relative to the folder.
    quarter : text that replaces ``{quarter}`` in their paths.

    Raises
    ------
    StudyError
        No such folder; two files that could be the same table; a name that is no table of the
        export; a file that cannot be looked into.
    """
    if any(len(os.fsencode(part)) > 255 for part in place.parts) or not place.is_dir():
        raise StudyError(
            f"{where}: the folder of the preset {preset.name} does not exist.",
            found=f"no {place}",
            expected=f"the folder of the {preset.title} export, relative to the study's `data`",
        )
    unknown = [name for name in given if name not in preset.files]
    if unknown:
        raise StudyError(
            f"{where}.files: the preset {preset.name} knows no file {listed(unknown)}.",
            expected=f"some of {listed(preset.files, most=30)}",
        )
    found = {}
    histories = (h.file for name in offer.files for h in preset.files[name].histories)
    for name in dict.fromkeys((*offer.files, *histories)):
        raw_file = given.get(name) or _named(preset, name, place, where=where)
        if raw_file is None:
            continue
        found[name] = one_file(
            raw_file,
            place,
            where=f"{where}.files.{name}",
            quarter=quarter,
            prefix=preset.column_prefix,
        )
    return {**found, **_own_histories(preset, found)}


def _own_histories(preset: Preset, found: dict[str, Found]) -> dict[str, Found]:
    """Files that keep the earlier versions of their rows themselves, the history mode."""
    return {
        history.file: file
        for name, file in found.items()
        if (history := preset.files[name].history)
        and history.form == "versions"
        and history.file not in found
        and all(file.column(column) for column in preset.files[history.file].columns)
    }


def one_file(
    raw_file: RawFile, place: Path, *, where: str, quarter: str, prefix: str = ""
) -> Found:
    """A file of a folder with its columns; StudyError where it cannot be looked into."""
    # What is no pattern is looked at before its columns are read; a pattern's files in turn.
    path = place / raw_file.path.replace("{quarter}", quarter)
    if path.exists() or not glob.has_magic(str(path)):
        path = declared(str(path.relative_to(place)), place, where=where)
    raw_file = raw_file.model_copy(update={"path": str(path)})
    return Found(raw_file, _columns(raw_file, place, where=where), prefix)


def _named(preset: Preset, name: str, place: Path, *, where: str) -> RawFile | None:
    """The file of a folder whose name says that it is this table of the export."""
    prefixes = ("", *(f"{prefix}_" for prefix in preset.file_prefixes))
    stems = {f"{p}{name}{s}" for p in prefixes for s in ("", "s", "_data")}
    stems |= {stem.replace("_", "") for stem in stems}  # OpportunityFieldHistory
    files = [
        path.name
        for path in sorted(place.iterdir())
        if path.is_file()
        and path.stem.lower() in stems
        and SUFFIXES.get(path.suffix.lower()) in FORMATS
    ]
    if len(files) > 1:
        raise StudyError(
            f"{where}: several files of the folder could be {name} of the {preset.title} export.",
            found=listed(files),
            remedy=f"remove the others, or say which one: files: {{{name}: {files[0]}}}",
        )
    return RawFile(path=files[0]) if files else None


def _columns(raw_file: RawFile, place: Path, *, where: str) -> tuple[str, ...]:
    """The columns of all files that an entry means, each once."""
    names: dict[str, None] = {}
    pattern = raw_file.path
    # Path.glob refuses absolute patterns.
    paths = [pattern] if Path(pattern).is_file() else sorted(glob.glob(pattern))  # noqa: PTH207
    for path in map(Path, paths):
        found_in(path, place, where=where)
        kind = raw_file.format or SUFFIXES.get(path.suffix.lower())
        if kind not in FORMATS:
            raise StudyError(
                f"{where}: a preset cannot read {path.name}.", expected="csv, jsonl or parquet"
            )
        try:
            header = _csv_header(path, raw_file) if kind == "csv" else _described(path, kind)
        except (duckdb.Error, UnicodeError, LookupError, csv.Error) as error:
            raise StudyError(
                f"{where} ({path.name}) cannot be read as {kind}.",
                found=str(error).splitlines()[0],
                remedy="check the file, or say its `format`, `encoding` or `delimiter`",
            ) from None
        names.update(dict.fromkeys(header))
    if not paths:
        raise StudyError(f"{where}: there is no file {pattern}.")
    return tuple(names)


def _csv_header(path: Path, raw_file: RawFile) -> list[str]:
    with path.open(encoding=raw_file.encoding or "utf-8-sig", newline="") as stream:
        for _ in range(raw_file.skip_lines):
            stream.readline()
        first = stream.readline()
        if told := SEPARATOR.match(first):
            first = stream.readline()
    delimiter = raw_file.delimiter or (told[1] if told else "") or max(DELIMITERS, key=first.count)
    return [name.strip() for name in next(csv.reader(io.StringIO(first), delimiter=delimiter), [])]


def _described(path: Path, kind: str) -> list[str]:
    place = literal(glob.escape(str(path)))
    read = (
        f"read_json([{place}], sample_size = -1)" if kind == "jsonl" else f"read_parquet([{place}])"
    )
    with duckdb.connect() as con:
        rows = con.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()
    return [row[0] for row in rows]
