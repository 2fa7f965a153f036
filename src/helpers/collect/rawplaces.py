"""Which files an entry of a study means: a file, a pattern, a folder, a lake's table, a bucket."""

import glob
import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from helpers.collect import buckets, lakes
from helpers.collect.partitions import files_below, values_in
from helpers.errors import StudyError, listed
from helpers.sandbox.places import declared, found_in
from helpers.study import RawFile, Source, Study

SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".xlsx": "xlsx",
}
SMALL = 20_000_000  # bytes, which hold few rows, however they are packed


@dataclass(frozen=True)
class Placed:
    """A file to read: where, the columns that its folders name, and what is recorded beside."""

    path: Path
    values: dict[str, str | None] = field(default_factory=dict)
    record: dict = field(default_factory=dict)


def found_files(
    raw_file: RawFile, *, where: str, folder: Path, quarter: str, scratch: Path
) -> list[Placed]:
    """The files that an entry means, sorted by path; those elsewhere as copies in ``scratch``.

    Raises
    ------
    StudyError
        There is none, or it may not be read.
    """
    named = raw_file.path.replace("{quarter}", quarter)
    if buckets.is_remote(named):
        addresses = buckets.listed_in(named, tuple(SUFFIXES), where=where)
        return [
            Placed(
                copy.path, values_in(copy.address), {"path": copy.address, "written": copy.written}
            )
            for copy in buckets.fetched(addresses, scratch, where=where)
        ]
    short(named, where=where)
    place = folder / Path(named).expanduser()
    if place.is_dir() and lakes.kind_of(place):
        real = declared(named, folder, where=where)
        table = lakes.table(real, Path(os.path.realpath(folder)), where=where)
        if table.write is None:
            return [Placed(path, values, table.record) for path, values in table.files]
        told = hashlib.sha256(os.fsencode(real)).hexdigest()[:16]
        copy = scratch / f"{place.name}-{told}.parquet"
        table.write(copy)
        return [Placed(copy, record=table.record)]
    real = Path(os.path.realpath(folder))
    return [
        Placed(
            path, values_in(path.relative_to(real).as_posix() if path.is_relative_to(real) else "")
        )
        for path in matching(raw_file, where=where, folder=folder, quarter=quarter)
    ]


def short(path: str, *, where: str) -> None:
    """StudyError for a name that no file system takes, before one is asked."""
    if any(len(os.fsencode(part)) > 255 for part in Path(path).parts):
        raise StudyError(f"{where}: a name of more than 255 bytes is no file's.", found=path)


def files_of(source: Source, *, raw: Path, quarter: str) -> list[Path]:
    """All files on this machine that a source reads; none where they are not there.

    That one is missing is told when it is read.

    Parameters
    ----------
    raw : folder of the raw files.
    """
    folder = raw / Path(source.folder).expanduser() if source.folder else raw
    paths = _below(folder) if source.preset else []
    for raw_file in source.files.values():
        place = folder / Path(raw_file.path.replace("{quarter}", quarter)).expanduser()
        with suppress(StudyError, OSError):
            if place.is_dir():  # with the log of a lake's table, if it has one
                paths += _below(place)
            elif not buckets.is_remote(raw_file.path):
                paths += matching(raw_file, where="", folder=folder, quarter=quarter)
    return paths


def are_small(study: Study, names: Iterable[str] | None = None, *, raw: Path, quarter: str) -> bool:
    """Whether tables (all by default) come from files of this machine that are small altogether.

    Then most of the time goes into telling DuckDB what to do: two processes can, threads cannot.
    """
    sources = [study.sources[name] for name in (study.sources if names is None else names)]
    away = study.engine != "duckdb" or any(
        source.database
        or source.preset
        or any(buckets.is_remote(file.path) for file in source.files.values())
        for source in sources
    )
    return not away and sum(size_of(one, raw=raw, quarter=quarter) for one in sources) <= SMALL


def size_of(source: Source, *, raw: Path, quarter: str) -> int:
    """Bytes of the files on this machine that a source reads."""
    return sum(path.stat().st_size for path in files_of(source, raw=raw, quarter=quarter))


def _below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def matching(raw_file: RawFile, *, where: str, folder: Path, quarter: str) -> list[Path]:
    """The files that an entry means, sorted by name."""
    pattern = str(Path(raw_file.path.replace("{quarter}", quarter)).expanduser())
    short(pattern, where=where)
    if (folder / pattern).is_file():
        return [declared(pattern, folder, where=where)]
    if (folder / pattern).is_dir():
        table = declared(pattern, folder, where=where)
        below = files_below(table, tuple(SUFFIXES))
        if below:
            return [found_in(path, folder, where=where) for path in below]
    # Path.glob refuses absolute patterns.
    found = sorted(glob.glob(pattern, root_dir=folder, recursive=True))  # noqa: PTH207
    paths = [folder / name for name in found if (folder / name).is_file()]
    if paths:
        return [found_in(path, folder, where=where) for path in paths]
    declared(pattern, folder, where=where)  # nothing is told of what lies elsewhere
    here = sorted(p.name for p in folder.iterdir() if p.is_file()) if folder.is_dir() else []
    raise StudyError(
        f"{where}: there is no file {pattern}.",
        found=f"in {folder}: {listed(here) or 'no files'}"
        if folder.is_dir()
        else f"no folder {folder}",
        expected="the path of a file or a pattern such as tickets_*.csv, relative to the study's "
        "`data` folder",
    )
