"""Is 1.200 one and a fifth, or one thousand two hundred? Nobody can tell, so the study says it."""

from typing import TYPE_CHECKING

from helpers.errors import StudyError
from helpers.study import Source
from helpers.tables import Kind, Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

LOOK = 1000  # rows that are looked at first: one number like 12.5 or 1200 settles it
_THREE = r"^[-+]?[1-9][0-9]{0,2}\.[0-9]{3}$"
_PLAIN = r"^[-+]?[0-9]{1,3}(\.0)?$"


def check_thousands(
    result: "ir.Table",
    table: Table,
    source: Source,
    *,
    given: dict[str, str],
    extras: dict[str, Kind | None],
) -> None:
    """Stop at columns of numbers that may be thousands written with a point.

    That is so where some numbers have exactly three digits after a point and all others are whole
    and below a thousand: amounts of money are hardly ever written like this by chance. Only text
    files are in doubt, and only where neither ``decimal`` nor ``thousands`` is declared.

    Raises
    ------
    StudyError
        With the column and some of its numbers.
    """
    files = source.files.values()
    told = [file for file in files if file.decimal or file.thousands or _typed(file)]
    if source.preset or source.database or len(told) == len(files):
        return
    columns = {
        c.name: given[c.name] for c in table.columns if c.name in given and c.kind == "number"
    }
    columns |= {name: name for name, kind in extras.items() if kind == "number"}
    columns = {name: column for name, column in columns.items() if _doubtful(result[column])}
    for rows in (result.limit(LOOK), result):
        if not columns:
            return
        tests = [_looks_like_thousands(rows[column]) for column in columns.values()]
        numbers = {f"n{k}": test for k, test in enumerate(tests)}
        found = rows.aggregate(**numbers).to_pandas().loc[0]
        columns = {name: columns[name] for name, fits in zip(columns, found, strict=True) if fits}
    for name, column in columns.items():
        text = _text(result[column])
        rows = result.filter(text.re_search(_THREE)).limit(3)
        shown = rows.select(text=_text(rows[column])).to_pandas()["text"]
        if shown.empty:
            continue
        raise StudyError(
            f"sources.{table.name}: the numbers of {name} may be thousands, or decimals.",
            found=f"{', '.join(shown)}, and no number that would settle it",
            expected=f"how the file writes numbers, in sources.{table.name}: decimal: '.' where "
            "1.200 is a little more than one, decimal: ',' where it is one thousand two hundred",
        )


def _typed(file) -> bool:
    name = file.path.lower()
    return (file.format or "") == "parquet" or name.endswith((".parquet", ".pq", ".xlsx"))


def _doubtful(column: "ir.Column") -> bool:
    kind = column.type()
    return kind.is_string() or kind.is_floating() or (kind.is_decimal() and kind.scale == 3)


def _looks_like_thousands(column: "ir.Column") -> "ir.BooleanScalar":
    """Whether nothing in a column speaks against thousands written with a point."""
    text = _text(column)
    return (text.re_search(_THREE) | text.re_search(_PLAIN)).all()


def _text(column: "ir.Column") -> "ir.StringColumn":
    return column if column.type().is_string() else column.cast("string")
