"""DuckDB in this process: the default engine, and the bridge over which files reach any other."""

import hashlib
import os
import tempfile
from functools import cache
from typing import TYPE_CHECKING

from helpers.collect.casting import TRY_CAST
from helpers.collect.engines import JUDGED, RESULT
from helpers.collect.quoting import identifier, literal
from helpers.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


@cache
def _backend() -> "Backend":
    import ibis

    backend = ibis.duckdb.connect()
    # One thread: parallel sums of floating-point numbers differ in the last digits from run to
    # run, and so does the order of grouped rows.
    backend.raw_sql("SET threads = 1")
    # Made only when memory runs short; by default it would lie in the folder one happens to be in.
    spill = f"{tempfile.gettempdir()}/best-customers-{os.getpid()}"
    backend.raw_sql(f"SET temp_directory = {literal(spill)}")
    return backend


def connect(ws: Workspace) -> "Backend":
    """The DuckDB of this process, in memory, in the study's time zone.

    Queries may ask for ``getvariable('as_of')``, the last day that the run may know.
    """
    backend = _backend()
    backend.raw_sql(
        f"SET TimeZone = {literal(ws.study.timezone)}; "
        f"SET VARIABLE as_of = DATE {literal(ws.as_of)}"
    )
    return backend


class Embedded:
    """The engine of studies on one machine; canonical tables are Parquet files of the draft."""

    reading = TRY_CAST
    place = "duckdb"

    @property
    def backend(self) -> "Backend":
        return _backend()

    def open(self, ws: Workspace) -> None:
        connect(ws)

    def is_home_of(self, database: str, *, where: str) -> bool:
        return False

    def run(self, query: str, *, table: str) -> "ir.Table":
        raise AssertionError("no source names DuckDB as its database")

    def take(self, bridge: "duckdb.DuckDBPyConnection", ws: Workspace) -> "ir.Table":
        return _backend().table(RESULT)  # it is there already

    def materialise(self, name: str, rows: "ir.Table") -> "ir.Table":
        backend = _backend()
        sql = backend.compile(rows)
        backend.con.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} AS {sql}")
        return backend.table(name)

    def store(self, ws: Workspace, name: str, rows: "ir.Table", order: list[str]) -> None:
        sorting = ", ".join(map(identifier, order))
        _backend().con.execute(
            f"COPY (SELECT * FROM ({_backend().compile(rows)}) ORDER BY {sorting}) "
            f"TO {literal(self._path(ws, name))} (FORMAT parquet)"
        )

    def stored(self, ws: Workspace, name: str) -> "ir.Table | None":
        path = self._path(ws, name)
        if not path.is_file():
            return None
        view = f"{name}_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
        return _backend().read_parquet(path, table_name=view)

    def forget(self) -> None:
        for name in (RESULT, JUDGED):
            _backend().con.execute(f"DROP TABLE IF EXISTS {name}")

    def discard(self, ws: Workspace) -> None:
        """Nothing lies outside the draft."""

    def _path(self, ws: Workspace, name: str) -> "Path":
        return ws.canonical_path(name)
