"""Addresses and rights of all that a study reads from or writes to, tried before the first step.

Nothing is read yet: a source's query is only asked for its columns.
"""

from importlib.util import find_spec
from typing import Any

from helpers.collect import buckets
from helpers.collect.engines import REMOTE, attached, engine_of, module, remote
from helpers.collect.engines.clusters import check_cluster
from helpers.collect.queries import filled_query
from helpers.collect.rawplaces import SUFFIXES
from helpers.errors import StudyError
from helpers.study import Source
from helpers.study.addresses import expanded, kind_of
from helpers.workspace import Workspace


def check_places(ws: Workspace) -> None:
    """Try the engine and every database that a source names.

    Raises
    ------
    StudyError
        All that cannot be reached, or lacks a right, at once.
    """
    problems: list[str] = []
    for name in ("", *ws.study.sources):
        try:
            if name:
                _check_source(ws, name, ws.study.sources[name])
            else:
                _check_engine(ws)
        except StudyError as error:
            problems.append(str(error))
    if problems:
        raise StudyError("\n\n".join(dict.fromkeys(problems)))


def _check_engine(ws: Workspace) -> None:
    kind = kind_of(expanded(ws.study.engine, where="engine"))
    if kind == "spark":
        if find_spec("pyspark") is None:
            module("spark")  # says what to install
        check_cluster(ws.study.engine)
    elif kind != "duckdb":
        engine_of(ws)


def _check_source(ws: Workspace, name: str, source: Source) -> None:
    where = f"sources.{name}.database"
    for alias, file in source.files.items():
        if buckets.is_remote(file.path):
            path = file.path.replace("{quarter}", str(ws.quarter))
            place = f"sources.{name}.files.{alias}"
            buckets.listed_in(path, tuple(SUFFIXES), where=place)
    if not source.database:
        return
    kind = kind_of(expanded(source.database, where=where))
    asked: dict[str, Any] = {"table": name, "seconds": ws.study.limits.seconds}
    if kind == "file":
        held = attached.place_of(ws, source.database, where=where)
        attached.check(held, filled_query(ws, source), table=name, ws=ws)
    elif kind == "postgresql":
        database = module("postgresql")
        server = database.connect(source.database, where)
        database.columns_of(server, filled_query(ws, source), **asked)
    elif kind in REMOTE:
        warehouses = remote(kind)
        place = warehouses.connect(source.database, where)
        warehouses.columns_of(place, filled_query(ws, source), kind=kind, **asked)
