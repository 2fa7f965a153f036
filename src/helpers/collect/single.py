"""What a query says that counts or adds up: one row, whatever its tables hold."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb


def one_row(con: "duckdb.DuckDBPyConnection", query: str) -> tuple[Any, ...]:
    """The row of a query that has exactly one."""
    row = con.execute(query).fetchone()
    assert row is not None
    return row
