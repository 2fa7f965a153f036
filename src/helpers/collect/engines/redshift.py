"""Amazon Redshift, through Amazon's own driver: Ibis has no backend of its own for it.

Redshift speaks PostgreSQL's protocol of old, without what reading a PostgreSQL server here rests
on (COPY to the client, one prepared statement).
"""

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa

BATCH = 50_000  # rows

# Numbers of PostgreSQL's types → Arrow's; others cross as text.
_TYPES = {
    16: pa.bool_(),
    **dict.fromkeys((20, 21, 23), pa.int64()),
    **dict.fromkeys((700, 701, 1700), pa.float64()),
    1082: pa.date32(),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}


def opened(
    server: dict[str, Any], path: list[str], options: dict[str, Any], *, wait: float
) -> tuple[Callable, Callable, Callable]:
    """How a query's columns and rows are read there: see `helpers.collect.engines.remote`."""
    import redshift_connector  # an extra: what only reads this module need not have it

    con = redshift_connector.connect(
        database=path[0] if path else "dev", timeout=int(wait), **server, **options
    )
    con.autocommit = True  # or the driver begins transactions that may write

    def started(query: str) -> tuple[Any, pa.Schema]:
        cursor = con.cursor()
        cursor.execute("ROLLBACK")  # what an earlier failure left
        cursor.execute("BEGIN READ ONLY")
        cursor.execute(query)
        fields = [(column[0], _TYPES.get(column[1], pa.string())) for column in cursor.description]
        return cursor, pa.schema([(_name(name), kind) for name, kind in fields])

    def schema(query: str) -> pa.Schema:
        cursor, found = started(f"SELECT * FROM (\n{query}\n) AS q LIMIT 0")
        cursor.execute("ROLLBACK")
        return found

    def rows(query: str) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        cursor, found = started(f"SELECT * FROM (\n{query}\n) AS q")

        def batches() -> Iterator[pa.RecordBatch]:
            while block := cursor.fetchmany(BATCH):
                cells = zip(*block, strict=True)
                arrays = [_array(c, f.type) for c, f in zip(cells, found, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, schema=found)
            cursor.execute("ROLLBACK")

        return found, batches()

    return schema, rows, con.close


def _array(cells: tuple, kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        cells = tuple(None if cell is None else str(cell) for cell in cells)
    elif pa.types.is_floating(kind):
        cells = tuple(None if cell is None else float(cell) for cell in cells)
    return pa.array(cells, kind)


def _name(name: str | bytes) -> str:
    return name.decode() if isinstance(name, bytes) else name
