"""Engines: where the rows of a study lie and where its lazy expressions run.

* `embedded`: DuckDB in this process, canonical tables as Parquet in the draft. The default.
* `warehouse`: a PostgreSQL server, canonical tables in a scratch schema.
* `spark`: a Spark session, canonical tables as Parquet in the draft or in the session's catalog.

An engine is made when first asked for, once per process; its drivers are imported then.
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from helpers.errors import StudyError, listed
from helpers.study.addresses import expanded, kind_of
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import duckdb
    import ibis.expr.types as ir
    from ibis.backends import BaseBackend

    from helpers.collect.casting import Reading

RESULT = "query_result"  # what a source's query returned, with row_number
JUDGED = "judged"  # numbers of the rows that came later, broke a rule or hold a bad cell
OFTEN = "often"  # what more than one row has
NAMESAKES = "namesakes"  # numbers of the rows that are the same thing as another
QUARANTINED = "quarantined"  # numbers of the rows that are not used as they are, and why
ALIKE = "alike"  # rows of the query that share with another what may make them the same thing
JUDGEMENT = (JUDGED, OFTEN, ALIKE, NAMESAKES, QUARANTINED)
KNOWN = "known_accounts"  # their identifiers, while the tables are collected that refer to them
EXTRAS = {"postgresql": "postgres", "warehouse": "postgres", "spark": "spark", "tuning": "spark"}
# Warehouses that sources may lie in, each an extra of its name, with the modules that it needs.
DRIVERS = {
    "snowflake": ("snowflake", "pyarrow"),
    "bigquery": ("google.cloud.bigquery", "pydata_google_auth"),
    "databricks": ("databricks",),
    "mssql": ("pyodbc",),
    "redshift": ("redshift_connector",),
}
REMOTE = tuple(DRIVERS)


class Engine(Protocol):
    """What collecting needs of an engine. Tables named here are visible to this process alone."""

    backend: "BaseBackend"
    reading: "Reading"
    place: str  # how the manifest names it

    def open(self, ws: Workspace) -> None:
        """Get ready for a study: its time zone, its as-of date."""

    def is_home_of(self, database: str, *, where: str) -> bool:
        """Whether a source's ``database`` means this engine, so that its rows stay where they are.

        May connect, to compare places; ``where`` is the key path, for messages.
        """

    def run(self, query: str, *, table: str) -> "ir.Table":
        """Run a source's query in the engine's own language, reading only → ``query_result``."""

    def take(self, bridge: "duckdb.DuckDBPyConnection", ws: Workspace, *, table: str) -> "ir.Table":
        """Take over the table ``query_result`` of DuckDB, row by row the same."""

    def materialise(self, name: str, rows: "ir.Table") -> "ir.Table":
        """Run an expression once and keep its rows until `forget`."""

    def often(self, values: "ir.Table") -> "ir.Table":
        """What a table holds more than once, each row once; kept until `forget`.

        Where the engine's ``reading`` has a ``mark``, the table is row_number and the mark, and
        what is kept are the numbers of the rows whose mark others have as well.
        """

    def neat(self, rows: "ir.Table") -> frozenset[str]:
        """Columns that are as they should be (`helpers.collect.casting.Reading.neat`).

        None of them where the engine has no cheap way to tell.
        """

    def store(self, ws: Workspace, name: str, rows: "ir.Table", order: list[str]) -> None:
        """Keep a canonical table for the notebooks that follow, replacing an earlier one.

        ``order`` names the columns to sort by; none = any order will do.
        """

    def stored(self, ws: Workspace, name: str) -> "ir.Table | None":
        """A canonical table that was stored; None where there is none."""

    def forget(self, *, accounts: bool = False) -> None:
        """Drop what was materialised for collecting one table; ``accounts``: the known ones too."""

    def discard(self, ws: Workspace) -> None:
        """Drop what a draft left outside its folder."""

    def sweep(self) -> list[str]:
        """Drop what runs left outside of their folders that are no more; the names of it."""


def more_than_once(values: "ir.Table") -> "ir.Table":
    """What a table holds more than once. Counting is cheap, and sorting rows is not."""
    counted = values.group_by(values.columns).agg(times=values.count())
    return counted.filter(counted.times > 1).drop("times")


def engine_of(ws: Workspace) -> Engine:
    """The engine of a study, ready for this workspace."""
    key = (ws.study.engine, ws.study.limits.wait_seconds)
    if key not in _made:
        _made[key] = _engine(ws)
    _made[key].open(ws)
    return _made[key]


_made: dict[tuple[str, float], Engine] = {}


def _engine(ws: Workspace) -> Engine:
    url = ws.study.engine
    if url == "duckdb":
        return module("embedded").Embedded()
    if kind_of(expanded(url, where="engine")) == "spark":
        small = module("tuning").looks_small(ws)
        return module("spark").Spark(url, ws.study.limits.wait_seconds, small=small)
    return module("warehouse").Warehouse(url)


def module(name: str) -> ModuleType:
    """A module of this package, imported when needed: each brings its own drivers."""
    try:
        return import_module(f"helpers.collect.engines.{name}")
    except ModuleNotFoundError as error:
        if name not in EXTRAS:
            raise
        raise StudyError(
            f"The study uses {name}, and the package {error.name} is not installed.",
            remedy=f"python -m pip install '.[{EXTRAS[name]}]' in the project's folder",
        ) from None


def remote(kind: str) -> ModuleType:
    """The module that reads warehouses, where the driver for this kind is installed."""
    for name in DRIVERS[kind]:
        if not _is_installed(name):
            raise StudyError(
                f"The study reads {kind}, and the package {name} is not installed.",
                remedy=f"python -m pip install '.[{kind}]' in the project's folder",
            )
    return import_module("helpers.collect.engines.remote")


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # of a package above it
        return False


def discard(ws: Workspace) -> None:
    """Drop what a draft left outside its folder; nothing where no scratch schema is named."""
    if "schema=" in expanded(ws.study.engine, where="engine"):
        engine = engine_of(ws)
        engine.discard(ws)
        _tell(engine.sweep())


def _tell(removed: list[str]) -> None:
    """What is dropped in a database that others use too is told, by name."""
    if removed:
        print(
            f"Removed {len(removed)} tables that runs left behind: {listed(removed)}",
            file=sys.stderr,
            flush=True,
        )
