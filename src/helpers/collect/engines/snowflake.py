"""Snowflake, through its own driver, which gives Arrow.

Ibis' backend would make functions for itself and allow several statements at once; a source needs
none of it, nor the rights for it.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa

SESSION = {
    "PYTHON_CONNECTOR_QUERY_RESULT_FORMAT": "ARROW_FORCE",
    "STRICT_JSON_OUTPUT": True,
    "JSON_INDENT": 0,
    "TIMEZONE": "UTC",
}


def opened(
    server: dict[str, Any], path: list[str], options: dict[str, Any], *, wait: float
) -> tuple[Callable, Callable, Callable]:
    """How a query's columns and rows are read there: see `helpers.collect.engines.remote`."""
    import snowflake.connector  # an extra: what only reads this module need not have it

    account = {"account": server.pop("host")} if "host" in server else {}
    named = dict(zip(("database", "schema"), path, strict=False))
    con = snowflake.connector.connect(
        **account | server | named | options, login_timeout=int(wait), session_parameters=SESSION
    )

    def schema(query: str) -> pa.Schema:
        with con.cursor() as cursor:
            cursor.execute(f"SELECT * FROM (\n{query}\n) AS q LIMIT 0")
            return cursor.fetch_arrow_all(force_return_table=True).schema

    def rows(query: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        found = schema(query)
        cursor = con.cursor().execute(f"SELECT * FROM (\n{query}\n) AS q")
        return found, (
            batch for table in cursor.fetch_arrow_batches() for batch in table.to_batches()
        )

    return schema, rows, con.close
