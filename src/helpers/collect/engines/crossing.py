"""How values of other databases' types become those that every engine holds.

Numbers of any precision are double, as everywhere in a study; what is made of parts (lists,
structures, maps) and what has no type of ours (clocks, bytes, intervals) is text.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from helpers.collect.quoting import identifier

if TYPE_CHECKING:
    import duckdb

_KEPT = (
    *("BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
    *("FLOAT", "DOUBLE", "VARCHAR", "DATE"),
)


def plain_cells(con: "duckdb.DuckDBPyConnection", source: str, names: Mapping[str, str]) -> str:
    """The columns of a relation of DuckDB as they are taken over, renamed.

    Parameters
    ----------
    source : what stands after FROM.
    names : name there → name here.
    """
    described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    return ", ".join(
        f"{plain_cell(identifier(name), kind)} AS {identifier(names[name])}"
        for name, kind, *_ in described
        if name in names
    )


def plain_cell(cell: str, kind: str) -> str:
    """An expression of DuckDB's type ``kind`` as one that every engine holds.

    >>> plain_cell("a", "DECIMAL(38,9)"), plain_cell("a", "INTEGER[]"), plain_cell("a", "DATE")
    ('a::DOUBLE', 'to_json(a)::VARCHAR', 'a')
    """
    plain = kind.partition("(")[0]
    if kind.endswith("]") or plain in ("STRUCT", "MAP", "UNION"):
        return f"to_json({cell})::VARCHAR"
    if plain in _KEPT:
        return cell
    if plain in ("DECIMAL", "HUGEINT", "UHUGEINT", "UBIGINT"):
        return f"{cell}::DOUBLE"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return cell
    if plain.startswith("TIMESTAMP"):
        return f"{cell}::TIMESTAMP"
    if plain == "BLOB":
        return f"'\\x' || lower(hex({cell}))"
    return f"{cell}::VARCHAR"
