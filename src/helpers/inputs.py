"""What a report was made from, kept beside it: fingerprints of all rows, and the raw files.

The fingerprints say which rows were rewritten since; the raw files, where ``report.archive`` asks
for them, are what a method calls the data on record.
"""

import gzip
import hashlib
import shutil
from pathlib import Path

import pandas as pd

from helpers.tables import TABLES
from helpers.workspace import Workspace

ROWS = "run/rows.parquet"
ARCHIVE = "raw"
MOST = 5_000_000  # rows of a table beyond which only their number is kept


def keep_rows(ws: Workspace) -> None:
    """Write the fingerprint of every canonical row that a run used, into the draft.

    One row per canonical row: table, row (its key as text), fingerprint (the first half of the MD5
    of all its values: no secret, a checksum). The same rows give the same bytes, in any order.
    """
    fingerprints(ws).to_parquet(ws.draft / ROWS, index=False)


def fingerprints(ws: Workspace) -> pd.DataFrame:
    """Table, row and fingerprint of every canonical row of a draft."""
    import duckdb

    pieces = [pd.DataFrame({"table": [], "row": [], "fingerprint": []}, dtype="str")]
    with duckdb.connect() as connection:
        for path in sorted((ws.draft / "work" / "tables").glob("*.parquet")):
            known = connection.read_parquet(str(path)).limit(0).df().columns.tolist()
            (count,) = connection.read_parquet(str(path)).count("*").fetchall()[0]
            if path.stem not in TABLES or count > MOST:
                continue
            named = [f'"{name}"' for name in _key(path.stem, known)]
            told = " || ' ' || ".join(f"coalesce(CAST({name} AS VARCHAR), '')" for name in named)
            columns = ", ".join(f'"{name}"' for name in sorted(known))
            pieces.append(
                connection.execute(
                    f'SELECT ? AS "table", {told or chr(39) * 2} AS row, '
                    f"left(md5(CAST(row({columns}) AS VARCHAR)), 16) AS fingerprint "
                    f"FROM read_parquet(?) ORDER BY ALL",
                    [path.stem, str(path)],
                ).df()
            )
    return pd.concat(pieces, ignore_index=True)


def rewritten(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Rows that differ between two runs: table, row, what (changed, gone or added).

    Parameters
    ----------
    then, now : as `fingerprints` gives them; rows may repeat.
    """
    keys = ["table", "row", "fingerprint"]
    counts = [table.groupby(keys).size().rename(name)
              for name, table in (("then", then), ("now", now))]  # fmt: skip
    both = pd.concat(counts, axis=1).fillna(0).reset_index()
    both = both[both["then"] != both["now"]]
    each = both.groupby(["table", "row"])[["then", "now"]].sum().reset_index()
    what = pd.Series("changed", each.index).mask(each["now"] == 0, "gone")
    each["what"] = what.mask(each["then"] == 0, "added")
    return each[["table", "row", "what"]].sort_values(["table", "row"], ignore_index=True)


def archive(ws: Workspace) -> dict[str, str]:
    """Copy the raw files that a run read into the draft, compressed; SHA-256 by place in it.

    Compression leaves out names and times, so that equal files give equal bytes. A file that more
    than one source reads is kept once.
    """
    kept: dict[str, str] = {}
    for record in sorted((ws.draft / "work" / "records" / "raw_files").glob("*.json")):
        source = ws.study.sources.get(record.stem)
        folder = ws.raw / source.folder if source and source.folder else ws.raw
        for one in ws.recorded(f"raw_files/{record.stem}"):
            path = folder / one["path"]
            place = f"{ARCHIVE}/{_inside(one['path'])}.gz"
            if place in kept or not path.is_file():
                continue
            target = ws.draft / place
            target.parent.mkdir(parents=True, exist_ok=True)
            with (
                path.open("rb") as raw,
                target.open("wb") as out,
                gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed,
            ):
                shutil.copyfileobj(raw, packed)
            kept[place] = one["sha256"]
    return kept


def is_as_recorded(path: Path, sha256: str) -> bool:
    """Whether a raw file is there with the content of then."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


def _inside(path: str) -> str:
    """A raw file's path as one below the archive, wherever it lies."""
    return "/".join(part for part in Path(path).parts if part not in ("..", "/", "."))


def _key(table: str, known: list[str]) -> list[str]:
    """The columns that name a row for people: its account, and its key or else its day."""
    entry = TABLES[table]
    key = [name for name in entry.key_of(known) if name in known]
    day = [] if entry.known_on is None else [entry.known_on]
    usual = [*entry.references, "account_id", *(key or day)]
    return list(dict.fromkeys(name for name in usual if name in known))
