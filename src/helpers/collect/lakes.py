"""Tables of data lakes in files: Delta Lake and Apache Iceberg, as of their newest snapshot.

Their folders also hold files that are no longer part of the table, so that what counts is what the
table's own log names. It may come from anybody: nothing that it names outside of the folder of raw
files is opened.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from helpers.errors import StudyError
from helpers.sandbox.places import found_in

BATCH = 50_000  # rows
# What a reader of a Delta table must know, and a reader of its files alone does not.
_BEYOND_FILES = ("deletionVectors", "columnMapping", "v2Checkpoint", "variantType")


@dataclass(frozen=True)
class Lake:
    """A table as of a snapshot.

    ``files`` are its Parquet files, with the columns that its log gives them in place of the files
    themselves; or, where the table is more than its files, ``write`` writes its rows into one.
    ``record`` goes to the manifest.
    """

    record: dict
    files: tuple[tuple[Path, dict[str, str | None]], ...] = ()
    write: Callable[[Path], None] | None = None


def kind_of(folder: Path) -> str | None:
    """``delta`` or ``iceberg``; None for a folder of plain files."""
    if (folder / "_delta_log").is_dir():
        return "delta"
    return "iceberg" if any((folder / "metadata").glob("*.metadata.json")) else None


def table(folder: Path, raw: Path, *, where: str) -> Lake:
    """The newest snapshot of the table in a folder.

    Raises
    ------
    StudyError
        The table cannot be read, needs more than its files, or names files elsewhere.
    """
    kind = kind_of(folder)
    failure = None
    try:
        return (_delta if kind == "delta" else _iceberg)(folder, raw, where)
    except StudyError:
        raise
    except ModuleNotFoundError as error:
        raise StudyError(
            f"{where} is a table of a data lake, and the package {error.name} is not installed.",
            remedy="python -m pip install '.[lake]' in the project's folder",
        ) from None
    except Exception as error:  # each library has its own
        failure = str(error).strip().splitlines()[0][:300] if str(error).strip() else repr(error)
    raise StudyError(
        f"{where}: the {kind} table in {folder.name} cannot be read.",
        found=failure,
        expected="a table that is complete and lies where its log says",
    )


def _inside(named: str, folder: Path, raw: Path, *, where: str) -> Path:
    """The file that a log names, which must lie in the folder of raw files."""
    parts = urlsplit(named)
    if parts.scheme not in ("", "file") or parts.netloc:
        raise StudyError(
            f"{where} names a file that is not on this machine.",
            found=named,
            expected=f"files in {folder}",
        )
    path = Path(unquote(parts.path) if parts.scheme else named)
    return found_in(path if path.is_absolute() else folder / path, raw, where=where)


# ── Delta ────────────────────────────────────────────────────────────────────────────────────────
def _delta(folder: Path, raw: Path, where: str) -> Lake:
    from deltalake import DeltaTable

    found = DeltaTable(str(folder))
    needed = [f for f in found.protocol().reader_features or () if f in _BEYOND_FILES]
    if needed or found.metadata().configuration.get("delta.columnMapping.mode", "none") != "none":
        raise StudyError(
            f"{where}: the Delta table in {folder.name} is more than its files.",
            found=", ".join(needed) or "column mapping",
            expected="a table without deletion vectors and column mapping",
            remedy="have it written anew (REORG TABLE … APPLY (PURGE)), export it, or read it "
            "where it lives: database: databricks://…",
        )
    columns = found.metadata().partition_columns
    actions = found.get_add_actions(flatten=True)
    rows = _rows_of(actions)
    files = sorted(
        (
            _inside(str(row["path"]), folder, raw, where=where),
            {name: _written(row.get(f"partition.{name}")) for name in columns},
        )
        for row in rows
    )
    if not files:
        raise StudyError(f"{where}: the Delta table in {folder.name} has no rows yet.")
    version = found.version()
    return Lake({"snapshot": f"delta version {version}"}, tuple(files))


def _rows_of(actions: object) -> list[dict]:
    import pyarrow as pa

    return pa.table(actions).to_pylist()


def _written(value: object) -> str | None:
    return None if value is None else str(value)


# ── Iceberg ──────────────────────────────────────────────────────────────────────────────────────
def _iceberg(folder: Path, raw: Path, where: str) -> Lake:
    import pyarrow.parquet as pq
    from pyiceberg.table import StaticTable

    newest = _newest(folder)
    found = StaticTable.from_metadata(str(newest))
    snapshot = found.current_snapshot()
    if snapshot is None:
        raise StudyError(f"{where}: the Iceberg table in {folder.name} has no rows yet.")
    _inside(snapshot.manifest_list, folder, raw, where=where)
    for manifest in snapshot.manifests(found.io):
        _inside(manifest.manifest_path, folder, raw, where=where)
    scan = found.scan(snapshot_id=snapshot.snapshot_id)
    for task in scan.plan_files():
        for file in (task.file, *task.delete_files):
            _inside(file.file_path, folder, raw, where=where)

    def write(target: Path) -> None:
        reader = scan.to_arrow_batch_reader()
        with pq.ParquetWriter(target, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)

    digest = hashlib.sha256(newest.read_bytes()).hexdigest()
    record = {
        "path": folder.relative_to(raw).as_posix() if folder.is_relative_to(raw) else folder.name,
        "sha256": digest,  # of the metadata, which name every file of the snapshot
        "bytes": newest.stat().st_size,
        "snapshot": f"iceberg {snapshot.snapshot_id}",
    }
    return Lake(record, write=write)


def _newest(folder: Path) -> Path:
    """The metadata of the newest snapshot: what the hint says, else the highest number."""
    files = sorted((folder / "metadata").glob("*.metadata.json"))
    hint = folder / "metadata" / "version-hint.text"
    if hint.is_file():
        wanted = hint.read_text(encoding="utf-8").strip()
        for path in files:
            if path.name in (f"v{wanted}.metadata.json", wanted, f"{wanted}.metadata.json"):
                return path

    def number(path: Path) -> int:
        found = re.match(r"v?(\d+)", path.name)
        return int(found[1]) if found else -1

    return max(files, key=lambda path: (number(path), path.name))
