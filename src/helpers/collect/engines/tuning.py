"""Settings of a cluster's session for few rows: Spark's own are made for many.

A study asks hundreds of questions. Over few rows what counts is how soon an answer begins: Spark
splits whatever it sorts or groups into 200 parts, plans anew after each of them, and compiles each
plan. Over many rows all of that pays. So the settings follow the rows of a study, and none is
touched that whoever runs it, or the administrator of a server, has set.
"""

from collections.abc import Collection
from contextlib import suppress
from typing import TYPE_CHECKING

from pyspark.errors import PySparkException

from helpers.collect.buckets import is_remote
from helpers.collect.rawplaces import SMALL, size_of
from helpers.workspace import Workspace

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FEW = 1_000_000  # rows of a table
# Setting → Spark's own value, and the one for few rows.
SETTINGS = {
    "spark.sql.shuffle.partitions": ("200", "8"),
    "spark.sql.adaptive.enabled": ("true", "false"),
    "spark.sql.codegen.wholeStage": ("true", "false"),
    "spark.sql.codegen.factoryMode": ("FALLBACK", "NO_CODEGEN"),
}


def looks_small(ws: Workspace) -> bool:
    """Whether all that is known before a session speaks of few rows.

    Known are the rows of tables that were collected, and the bytes of files on this machine; what
    lies in a database or a store may be of any size.
    """
    size = 0
    for name, source in ws.study.sources.items():
        record = ws.recorded(f"collection/{name}", {})
        if record:
            if record.get("rows_in", 0) >= FEW:
                return False
            continue
        if source.database or any(is_remote(file.path) for file in source.files.values()):
            return False
        size += size_of(source, raw=ws.raw, quarter=str(ws.quarter))
    return size <= SMALL


class Tuning:
    """Keeps a session's settings in step with the rows that it is about.

    Parameters
    ----------
    said : settings that the user names, which are left alone.
    """

    def __init__(self, session: "SparkSession", said: Collection[str]) -> None:
        self._conf = session.conf
        self._ours = [
            name
            for name, (usual, _) in SETTINGS.items()
            if name not in said and self._conf.get(name, usual) == usual
        ]
        self._few: bool | None = None
        self._most = 0

    def of(self, rows: int) -> None:
        """Set what suits a study of which one more table has so many rows."""
        self._most = max(self._most, rows)
        self._set(self._most < FEW)

    def unknown(self) -> None:
        """Set what suits any number of rows: for a query that nobody knows anything of."""
        self._set(False)

    def _set(self, few: bool) -> None:
        if few == self._few:
            return
        for name in self._ours:
            with suppress(PySparkException):  # a server may forbid it: then it is as it was
                self._conf.set(name, SETTINGS[name][few])
        self._few = few
