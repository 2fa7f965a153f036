"""Spark as the engine: a session in this process, a cluster (spark://…) or Spark Connect (sc://…).

The session's clock is UTC throughout, so that a time of day is never shifted: tables hold local
times of the study. Only what knows its time zone is converted, and once.

Canonical tables are Parquet folders of the draft, which the workers of a cluster must see under the
same path; with ``?schema=`` they are tables of the session's catalog instead.
"""

import hashlib
import math
import os
import platform
import re
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa
from ibis.backends.pyspark import Backend
from ibis.backends.pyspark.datatypes import PySparkSchema
from ibis.formats.pandas import PandasData
from py4j.protocol import Py4JError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F
from pyspark.sql.types import StructType, TimestampType

from helpers.collect.casting import NUMBER, Reading
from helpers.collect.engines import JUDGEMENT, KNOWN, OFTEN, RESULT, marks, more_than_once
from helpers.collect.engines.clusters import check_cluster, place_of
from helpers.collect.engines.failures import first_lines, not_handed_over, stopped, telling
from helpers.collect.engines.sessions import CLOCK, said_by_the_user, schema_of, session
from helpers.collect.engines.tuning import SETTINGS, Tuning
from helpers.collect.engines.watching import Watch
from helpers.collect.quoting import identifier, literal
from helpers.errors import StudyError
from helpers.sandbox.foreign import check_foreign
from helpers.study.addresses import expanded, without_secrets
from helpers.tables import TABLES
from helpers.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Types of DuckDB that Spark reads from Parquet as they are; others cross the bridge as text.
PLAIN = (
    *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"),
    *("VARCHAR", "DATE", "TIMESTAMP"),
)
WIDENED = {
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER"), "BIGINT"),
    "UBIGINT": "DECIMAL(20)",
    **dict.fromkeys(("HUGEINT", "UHUGEINT"), "DOUBLE"),
}
# Days and moments of canonical tables: they cross the bridge with their offset, in which Spark's
# own timestamps would lose it.
MOMENTS = frozenset(
    column.name
    for table in TABLES.values()
    for column in table.columns
    if column.kind in ("date", "timestamp")
)


# The cluster's own errors, and those of the way to it: of the Java machine, of a connection.
in_words = telling(PySparkException, Py4JError, ConnectionError)


class _Spark(Backend):
    """Ibis on Spark, with Arrow on the way in and out: typed, and without a row-by-row detour."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url = url
        self.watch: Watch | None = None

    def failure(self, error: Exception) -> StudyError:
        filled = expanded(self.url, where="engine")
        if filled.startswith("sc://"):
            try:
                check_cluster(self.url)
            except StudyError:
                return StudyError(
                    f"The Spark Connect server at {place_of(filled)} stopped during this step.",
                    found=self.told(error),
                    remedy="start it again, look into its log, and run again",
                )
        return stopped(f"Spark at {place_of(filled)}", self.told(error))

    def told(self, error: Exception) -> str:
        filled = expanded(self.url, where="engine")
        return without_secrets(first_lines(error.__cause__ or error), filled, self.url)

    def over(self, seconds: float | None = None, *, place: str = "a statement of this step"):
        """Within it, Spark is looked after; what ends by itself is given its time."""
        bounded = self.url.startswith("sc:")  # of its workers, nobody here hears anything
        limit = seconds or (self.seconds if bounded else math.inf)
        assert self.watch is not None  # it is there from the first step on
        return self.watch.over(limit, place=place)

    table = in_words(Backend.table)

    def _register_in_memory_table(self, op) -> None:
        rows = op.data.to_pyarrow(op.schema)
        # Of a table without rows, Spark Connect cannot tell the columns.
        columns = PySparkSchema.from_ibis(op.schema)
        self._session.createDataFrame(rows, columns).createOrReplaceTempView(op.name)

    def frame(self, expr: ir.Expr) -> DataFrame:
        self._run_pre_execute_hooks(expr)
        return self._session.sql(self.compile(expr.as_table()))

    @in_words
    def to_pyarrow(self, expr: ir.Expr, /, **_: object) -> pa.Table:
        with self.over():
            found = self.frame(expr).toArrow()
        return expr.__pyarrow_result__(found)

    @in_words
    def execute(self, expr: ir.Expr, /, **_: object) -> pd.DataFrame:
        with self.over():
            found = self.frame(expr).toArrow().to_pandas()
        return expr.__pandas_result__(PandasData.convert_table(found, expr.as_table().schema()))


# ── reading written values ───────────────────────────────────────────────────────────────────────
if TYPE_CHECKING:  # Ibis reads the type of a function of the database from what is annotated
    MOMENT: TypeAlias = Any
else:
    MOMENT = ibis.dtype("timestamp")


@ibis.udf.scalar.builtin
def from_utc_timestamp(moment: MOMENT, zone: str) -> MOMENT:
    """Spark's conversion of a moment to the time of day in a zone."""


def _number(text: ir.StringColumn) -> ir.FloatingColumn:
    # Spark's own cast takes Java's 1.5d for a number.
    return text.re_search(NUMBER).ifelse(text.replace("_", ""), None).try_cast("float64")


def _moment(text: ir.StringColumn) -> ir.TimestampColumn:
    return text.replace("/", "-").try_cast("timestamp")


# ── the engine ───────────────────────────────────────────────────────────────────────────────────
class Spark:
    """A Spark session as the engine: rows stay there from query result to canonical table."""

    place = "spark"

    def __init__(self, url: str, wait: float, *, small: bool = False) -> None:
        self.url = url
        self.session = session(url, wait, small=small)
        self.backend = _Spark(url)
        self.failure = self.backend.failure
        self.backend.register_options()
        self.backend.do_connect(self.session)  # sets the clock to UTC
        self.schema = schema_of(expanded(url, where="engine"))
        self._seen: dict[str, ir.Table] = {}  # stored tables, by place
        # A session in this process is for trying out: its settings are for few rows throughout.
        alone = expanded(url, where="engine").partition("?")[0] == "spark"
        self._tuning = Tuning(self.session, SETTINGS if alone else said_by_the_user())

    def open(self, ws: Workspace) -> None:
        self.ws = ws
        self.backend.seconds = ws.study.limits.seconds
        patience = ws.study.limits.wait_seconds
        self.backend.watch = Watch(self._workers, self._cancel, patience, self._alone)
        for name in TABLES:
            self._tuning.of(ws.recorded(f"collection/{name}", {}).get("rows_in", 0))

    @property
    def reading(self) -> Reading:
        zone = self.ws.study.timezone
        return Reading(
            number=_number,
            moment=_moment,
            instant=lambda column: from_utc_timestamp(column.try_cast("timestamp"), zone),
            utc=lambda column: column.try_cast("timestamp"),
        )

    def is_home_of(self, database: str, *, where: str) -> bool:
        return database in ("spark", self.url)

    def run(self, query: str, *, table: str) -> ir.Table:
        place = f"the query of sources.{table}"
        check_foreign(query, dialect="spark", place=place)
        failure = None
        self._tuning.unknown()
        try:
            seconds = self.ws.study.limits.seconds
            with self.backend.over(seconds, place=place), self._clock(self.ws.study.timezone):
                found = self.session.sql(f"SELECT * FROM (\n{query}\n) AS q")
                local = [
                    F.col(f"`{field.name}`").cast("timestamp_ntz").alias(field.name)
                    if isinstance(field.dataType, TimestampType)
                    else F.col(f"`{field.name}`")
                    for field in found.schema.fields
                ]
                number = (F.monotonically_increasing_id() + 1).alias("row_number")
                kept = self._keep(found.select(number, *local), RESULT)
            self._tuning.of(int(kept.count().execute()))
            return kept
        except PySparkException as error:
            failure = self.backend.told(error)
        raise StudyError(
            f"The query of sources.{table} failed in Spark.",
            found=failure,
            expected=f"one SELECT, in Spark SQL, that returns the columns of {table}",
        )

    @in_words
    def take(self, bridge: duckdb.DuckDBPyConnection, ws: Workspace, *, table: str) -> ir.Table:
        failure = None
        try:
            return self._copied(bridge, ws)
        except duckdb.Error as error:
            failure = first_lines(error)
        raise not_handed_over(table, self.place, failure)

    def _copied(self, bridge: duckdb.DuckDBPyConnection, ws: Workspace) -> ir.Table:
        cells = ", ".join(
            f"{_crossing(name, kind)} AS {identifier(name)}"
            for name, kind, *_ in bridge.execute(f"DESCRIBE {RESULT}").fetchall()
        )
        ((count,),) = bridge.execute(f"SELECT count(*) FROM {RESULT}").fetchall()
        self._tuning.of(count)
        rows = f"SELECT {cells} FROM {RESULT} ORDER BY row_number"
        if self.schema:
            frame = self.session.createDataFrame(bridge.execute(rows).to_arrow_table())
            return self._keep(frame, RESULT)
        path = ws.folder(f"work/engine/{RESULT}") / "rows.parquet"
        bridge.execute(f"COPY ({rows}) TO {literal(path)} (FORMAT parquet)")
        return self._view(self.session.read.parquet(str(path)), RESULT)

    @in_words
    def materialise(self, name: str, rows: ir.Table) -> ir.Table:
        return self._keep(self.backend.frame(rows), name)

    def often(self, values: ir.Table) -> ir.Table:
        return self.materialise(OFTEN, more_than_once(values))

    def neat(self, rows: ir.Table) -> frozenset[str]:
        return frozenset()

    @in_words
    def store(self, ws: Workspace, name: str, rows: ir.Table, order: list[str]) -> None:
        by = [F.col(f"`{column}`").asc_nulls_last() for column in order]
        place = self._place(ws, name)
        frame = self.backend.frame(rows)
        self._write(frame.orderBy(*by) if by else frame, place)
        self._seen.pop(place, None)

    @in_words
    def stored(self, ws: Workspace, name: str) -> ir.Table | None:
        place = self._place(ws, name)
        if self.schema:
            known = self.session.catalog.tableExists(place)
        else:
            known = (ws.folder("work/tables") / name / "_SUCCESS").is_file()
        if not known:
            return None
        if place not in self._seen:
            self._seen[place] = self._view(self._read(place), _digest(place, name))
        return self._seen[place]

    @in_words
    def forget(self, *, accounts: bool = False) -> None:
        for name in (RESULT, *JUDGEMENT, *([KNOWN] if accounts else [])):
            self.session.catalog.dropTempView(name)
            if self.schema:
                self.session.sql(f"DROP TABLE IF EXISTS {self._temporary(name)}")
            else:
                shutil.rmtree(self._temporary(name), ignore_errors=True)

    @in_words
    def discard(self, ws: Workspace) -> None:
        if self.schema:
            for name in TABLES:
                self.session.sql(f"DROP TABLE IF EXISTS {self._place(ws, name)}")
            mine = marks.mine(ws.draft)
            self._drop(name for name, mark in self._marked() if mark == mine)

    @in_words
    def sweep(self) -> list[str]:
        return self._drop(name for name, mark in self._marked() if mark.is_over())

    # ── parts ────────────────────────────────────────────────────────────────────────────────────
    def _workers(self) -> int | None:
        """How many executors work for this session; None where nobody can tell."""
        if not self.url.startswith("spark://"):
            return None
        with suppress(Py4JError, ConnectionError):
            # The driver is one of them.
            return self.session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1
        return None

    def _cancel(self) -> None:
        if self.url.startswith("sc:"):
            self.session.interruptAll()
        else:
            self.session.sparkContext.cancelAllJobs()

    def _alone(self) -> StudyError:
        place = place_of(expanded(self.url, where="engine"))
        seconds = self.ws.study.limits.wait_seconds
        return StudyError(
            f"The Spark cluster at {place} has no worker left for this run.",
            found=f"no executor for {seconds:g} seconds",
            remedy="start a worker, or wait until other work leaves it cores and memory; where "
            "starting takes longer, raise limits.wait_seconds of the study file",
        )

    def _marked(self) -> list[tuple[str, marks.Mark]]:
        """Tables of the schema that bear a mark."""
        if self.schema is None or not self.session.catalog.databaseExists(self.schema):
            return []
        found = self.session.catalog.listTables(self.schema)
        read = ((t.name, marks.read(t.description)) for t in found if not t.isTemporary)
        return [(name, mark) for name, mark in read if mark is not None]

    def _drop(self, names: "Iterable[str]") -> list[str]:
        dropped = list(names)
        for name in dropped:
            self.session.sql(f"DROP TABLE IF EXISTS {self.schema}.{name}")
        return dropped

    @contextmanager
    def _clock(self, zone: str) -> "Iterator[None]":
        self.session.conf.set(CLOCK, zone)
        try:
            yield
        finally:
            self.session.conf.set(CLOCK, "UTC")

    def _keep(self, frame: DataFrame, name: str) -> ir.Table:
        """Rows written out once and seen under a name."""
        place = self._temporary(name)
        self._write(frame, place)
        return self._view(self._read(place, frame.schema), name)

    def _write(self, frame: DataFrame, place: str) -> None:
        with self.backend.over():
            if not self.schema:
                frame.write.mode("overwrite").parquet(place)
                return
            # With its mark from the first moment on: a writer of frames would give it afterwards.
            view = f"best_customers_{_digest(place, 'rows')}"
            frame.createOrReplaceTempView(view)
            self.session.sql(f"DROP TABLE IF EXISTS {place}")
            mark = literal(marks.mine(self.ws.draft)).replace("\\", "\\\\")
            self.session.sql(f"CREATE TABLE {place} COMMENT {mark} AS SELECT * FROM {view}")
            self.session.catalog.dropTempView(view)

    def _read(self, place: str, schema: StructType | None = None) -> DataFrame:
        if self.schema:
            return self.session.table(place)
        reader = self.session.read if schema is None else self.session.read.schema(schema)
        return reader.parquet(place)

    def _view(self, frame: DataFrame, name: str) -> ir.Table:
        frame.createOrReplaceTempView(name)
        return self.backend.table(name)

    def _temporary(self, name: str) -> str:
        if self.schema:
            return f"{self.schema}.{_digest(f'{platform.node()} {os.getpid()}', name)}"
        return str(self.ws.folder("work/engine") / name)

    def _place(self, ws: Workspace, name: str) -> str:
        if not self.schema:
            return str(ws.folder("work/tables") / name)
        study = re.sub(r"[^a-z0-9]+", "_", ws.study.study.lower())
        draft = f"{platform.node()}:{ws.draft.resolve()}"
        return f"{self.schema}.{study}_{str(ws.quarter).lower()}_{_digest(draft, name)}"


def _digest(text: str, name: str) -> str:
    return f"{name}_{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _crossing(name: str, kind: str) -> str:
    """A column of DuckDB as it crosses the bridge."""
    column = identifier(name)
    if kind == "TIMESTAMP WITH TIME ZONE" and name.lower() in MOMENTS:
        return f"strftime({column} AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S.%fZ')"
    if kind.partition("(")[0] in PLAIN:
        return f"{column}::{kind}"
    other = "TIMESTAMP" if kind.startswith("TIMESTAMP") else "VARCHAR"
    return f"{column}::{WIDENED.get(kind, other)}"
