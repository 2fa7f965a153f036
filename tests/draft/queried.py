"""What a drafted query gives over its files, without a whole collection."""

import duckdb

from helpers.collect.rawfiles import relation
from helpers.study import RawFile


def rows_of(tmp_path, found, table: str, cells: str) -> list[tuple]:
    """Rows of some cells over a drafted query, in their order."""
    drafted = found.tables[table]
    with duckdb.connect() as con:
        for alias, entry in drafted.files.items():
            raw = RawFile(**({"path": entry} if isinstance(entry, str) else entry))
            read = relation(
                con, raw, where=alias, folder=tmp_path / "exports", quarter="", scratch=tmp_path
            )
            con.execute(f"CREATE TABLE {alias} AS {read.sql}")
        return con.execute(f"SELECT {cells} FROM ({drafted.query}) ORDER BY 1").fetchall()


def sum_of(tmp_path, found, table: str, column: str) -> float:
    """The sum of a column of a drafted query."""
    return float(rows_of(tmp_path, found, table, f"sum({column})")[0][0])
