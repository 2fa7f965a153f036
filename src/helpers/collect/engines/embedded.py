"""DuckDB in this process: the default engine, and the bridge over which files reach any other.

It works in one thread unless told otherwise, because with several the order of joined and grouped
rows, and with it the last digits of floating-point sums, may differ from run to run. What cannot
depend on any order gets every core: rows taken over as they lie in their files, the checks, and the
exact sums of metrics (`all_cores`). A study's own SQL does not, where it joins or groups.
"""

import hashlib
import json
import os
import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.collect.casting import TRY_CAST
from helpers.collect.engines import JUDGEMENT, KNOWN, OFTEN, RESULT
from helpers.collect.quoting import identifier, literal
from helpers.sandbox.closed import close
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend


_ROWS = "query_rows"  # what lies under the view RESULT
# Parts of a plan that hand every row on by itself, in the order of the files, in however many
# threads.
_ORDERLY = {"PROJECTION", "FILTER", "UNION", "READ_PARQUET", "READ_CSV", "READ_JSON", "ARROW_SCAN"}


# The databases of this process by the places that they reach, the one in use last. A notebook has
# one; who opens several studies gets a database for each, closed to the files of the others.
_open: "OrderedDict[tuple, Backend]" = OrderedDict()
_few: set[tuple] = set()  # those of studies of few rows
KEPT = 8
LOOKED_AT = 500_000  # rows of texts that are in memory at a time


def _backend() -> "Backend":
    """The database in use."""
    return next(reversed(_open.values())) if _open else _made(())


def _made(
    folders: tuple[str, ...], files: tuple[str, ...] = (), memory: str | None = None
) -> "Backend":
    """The database that reaches these places, and nothing else; from now on the one in use.

    Without folders it is not closed: for work that knows no study.
    """
    key = (folders, files, memory)
    if key not in _open:
        import duckdb
        import ibis

        made = ibis.duckdb.connect()
        made.raw_sql("SET threads = 1")
        # In a notebook, a bar of a slow query would stay in the page, and in no two runs the same.
        # Where what draws it there is not installed, DuckDB has none and refuses to be told so.
        with suppress(duckdb.InvalidInputException):
            made.raw_sql("SET enable_progress_bar = false")
        # Made only when memory runs short; by default it would lie in the folder one is in.
        spill = f"{tempfile.gettempdir()}/best-customers-{os.getpid()}"
        made.raw_sql(f"SET temp_directory = {literal(spill)}")
        if folders:
            close(made.con, folders=folders, files=files, memory=memory)
        _open[key] = made
        while len(_open) > KEPT:
            _open.popitem(last=False)
    _open.move_to_end(key)
    return _open[key]


def connect(ws: Workspace) -> "Backend":
    """The DuckDB of this process for a study, in memory, in the study's time zone.

    It reaches the folder of raw files and the draft, and is closed to everything else
    (`helpers.sandbox.closed`). Queries may ask for ``getvariable('as_of')``, the last day that the
    run may know.
    """
    from helpers.collect.rawplaces import are_small  # it imports DuckDB: not in `helpers.ahead`

    key = (*_places(ws), ws.study.limits.memory)
    if key not in _open and are_small(ws.study, raw=ws.raw, quarter=str(ws.quarter)):
        _few.add(key)
    backend = _made(*key)
    backend.raw_sql(
        f"SET TimeZone = {literal(ws.study.timezone)}; "
        f"SET VARIABLE as_of = DATE {literal(ws.as_of)}"
    )
    return backend


def _places(ws: Workspace) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Folders and files that a study's raw data and its draft lie in."""
    folders, files = [ws.raw, ws.draft], []
    for source in ws.study.sources.values():
        if source.folder:
            folders.append(Path(source.folder).expanduser())
        files += [Path(file.path).expanduser() for file in source.files.values()]
    kept = [
        dict.fromkeys(
            form.rstrip(os.sep) + end
            for place in places
            if place.is_absolute()
            for form in (str(place), os.path.realpath(place))
        )
        for places, end in ((folders, os.sep), (files, ""))
    ]
    return tuple(kept[0]), tuple(kept[1])


@contextmanager
def all_cores() -> Iterator[None]:
    """Every core, for statements whose result does not depend on the order of rows.

    Of a study of few rows one is enough: beginning and ending threads would take longer.
    """
    if _open and next(reversed(_open)) in _few:
        yield
        return
    con = _backend().con
    con.execute("RESET threads")
    try:
        yield
    finally:
        con.execute("SET threads = 1")


def keep_result(con: "duckdb.DuckDBPyConnection", query: str) -> None:
    """Run a query once; its rows become ``query_result``, numbered as it returned them."""
    statement = f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS {query}"
    if _orderly(con, query):
        with all_cores():
            con.execute(statement)
    else:
        con.execute(statement)
    names = [name.lower() for name, *_ in con.execute(f"DESCRIBE {_ROWS}").fetchall()]
    # A table's own numbering costs nothing, unless a column of the query bears its name.
    number = "row_number() OVER ()" if "rowid" in names else "rowid + 1"
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {RESULT} AS SELECT {number} AS row_number, * FROM {_ROWS}"
    )


def _orderly(con: "duckdb.DuckDBPyConnection", query: str) -> bool:
    """Whether a query only looks at its files row by row."""
    (_, told), *_ = con.execute(f"EXPLAIN (FORMAT json) {query}").fetchall()
    parts = json.loads(told)
    while parts:
        part = parts.pop()
        if part["name"].strip() not in _ORDERLY:
            return False
        parts += part["children"]
    return True


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

    def take(self, bridge: "duckdb.DuckDBPyConnection", ws: Workspace, *, table: str) -> "ir.Table":
        return _backend().table(RESULT)  # it is there already

    def materialise(self, name: str, rows: "ir.Table") -> "ir.Table":
        backend = _backend()
        sql = backend.compile(rows)
        with all_cores():
            backend.con.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} AS {sql}")
        return backend.table(name)

    def often(self, values: "ir.Table") -> "ir.Table":
        import pyarrow as pa

        from helpers.collect.engines.neat import twice

        number, mark = values.columns
        backend = _backend()
        with all_cores():
            found = backend.con.execute(backend.compile(values)).fetchnumpy()
        rows = found[number][twice(found[mark])]
        backend.con.register("marked_twice", pa.table({number: rows}))
        backend.con.execute(f"CREATE OR REPLACE TEMP TABLE {OFTEN} AS FROM marked_twice")
        backend.con.unregister("marked_twice")
        return backend.table(OFTEN)

    def neat(self, rows: "ir.Table") -> frozenset[str]:
        from helpers.collect.engines.neat import neat, usual

        backend, kinds = _backend(), rows.schema().items()
        texts = [name for name, kind in kinds if kind.is_string()]
        days = [
            name
            for name, kind in kinds
            if kind.is_date() or (kind.is_timestamp() and not kind.timezone)
        ]
        found: set[str] = set()
        with all_cores():
            if days:
                found |= usual(rows, days)
            if texts:
                sql = backend.compile(rows.select(*texts))
                found |= neat(backend.con.execute(sql).to_arrow_reader(LOOKED_AT))
        return frozenset(found)

    def store(self, ws: Workspace, name: str, rows: "ir.Table", order: list[str]) -> None:
        sorting = f" ORDER BY {', '.join(map(identifier, order))}" if order else ""
        sql = _backend().compile(rows)
        # A join in several threads hands its rows on in an order of its own: what is not sorted is
        # written by one, and the same rows give the same file.
        with all_cores() if order else nullcontext():
            _backend().con.execute(
                f"COPY (SELECT * FROM ({sql}){sorting}) "
                f"TO {literal(self._path(ws, name))} (FORMAT parquet)"
            )

    def stored(self, ws: Workspace, name: str) -> "ir.Table | None":
        path = self._path(ws, name)
        if not path.is_file():
            return None
        view = f"{name}_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
        return _backend().read_parquet(path, table_name=view)

    def forget(self, *, accounts: bool = False) -> None:
        con = _backend().con
        con.execute(f"DROP VIEW IF EXISTS {RESULT}")
        for name in (_ROWS, *JUDGEMENT, *([KNOWN] if accounts else [])):
            con.execute(f"DROP TABLE IF EXISTS {name}")

    def discard(self, ws: Workspace) -> None:
        """Nothing lies outside the draft."""

    def sweep(self) -> list[str]:
        return []

    def _path(self, ws: Workspace, name: str) -> "Path":
        return ws.canonical_path(name)
