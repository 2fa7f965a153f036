"""Is 1.200 one and a fifth, or one thousand two hundred? Nobody can tell, so the study says it."""

from typing import TYPE_CHECKING

from helpers.errors import StudyError
from helpers.study import Source
from helpers.tables import Kind, Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

LOOK = 1000  # rows that are looked at first: one number like 12.5 settles it
_THREE = r"^[-+]?[1-9][0-9]{0,2}\.[0-9]{3}$"
# No decimals: 1.234.567, and a comma after the last point.
_POINTS = r"^[-+]?[1-9][0-9]{0,2}(\.[0-9]{3})*(\.[0-9]{3}\.[0-9]{3}|,[0-9]+)$"
_WHOLE = r"^[-+]?[0-9]+(\.0)?$"
_ZERO = r"^[-+]?[1-9][0-9]{0,2}\.[0-9]{2}0$"  # as no number of a workbook ends


def check_thousands(
    result: "ir.Table",
    table: Table,
    source: Source,
    *,
    given: dict[str, str],
    extras: dict[str, Kind | None],
) -> None:
    """Stop at columns of numbers that may be thousands written with a point.

    That is so where some numbers have exactly three digits after a point and all others are whole,
    or have several points, or a comma after a point: decimals come with one digit or two as well.
    Only text is in doubt, and only where neither ``decimal`` nor ``thousands`` is declared. Numbers
    of a workbook or of Parquet are no text; a text in a workbook shows where it ends in a zero.

    Raises
    ------
    StudyError
        With the column and some of its numbers.
    """
    files = source.files.values()
    told = [file for file in files if file.decimal or file.thousands]
    if source.preset or source.database or len(told) == len(files):
        return
    columns = {
        c.name: given[c.name] for c in table.columns if c.name in given and c.kind == "number"
    }
    columns |= {name: name for name, kind in extras.items() if kind == "number"}
    typed = all(file in told or _typed(file) for file in files)
    sheets = any(_typed(file, ("xlsx",)) for file in files)
    columns = {
        name: column
        for name, column in columns.items()
        if result[column].type().is_string()
        or (_doubtful(result[column]) if not typed else sheets and _scaled(result[column]))
    }
    for rows in (result.limit(LOOK), result):
        if not columns:
            return
        tests = [_looks_like_thousands(rows[column]) for column in columns.values()]
        numbers = {f"n{k}": test for k, test in enumerate(tests)}
        found = rows.aggregate(**numbers).to_pandas().loc[0]
        columns = {name: columns[name] for name, fits in zip(columns, found, strict=True) if fits}
    for name, column in columns.items():
        text = _text(result[column])
        shape = text.re_search(_ZERO) if typed else text.re_search(_THREE)
        rows = result.filter(shape | text.re_search(_POINTS)).limit(3)
        shown = rows.select(text=_text(rows[column])).to_pandas()["text"]
        if shown.empty or not shown.str.contains(".", regex=False).any():
            continue
        raise StudyError(
            f"sources.{table.name}: the numbers of {name} may be thousands, or decimals.",
            found=f"{', '.join(shown)}, and no number that would settle it",
            expected=f"how the file writes numbers, in sources.{table.name}: decimal: '.' where "
            "1.200 is a little more than one, decimal: ',' where it is one thousand two hundred",
        )


def _typed(file, kinds: tuple[str, ...] = ("parquet", "pq", "xlsx")) -> bool:
    return (file.format or file.path.lower().rpartition(".")[2]) in kinds


def _doubtful(column: "ir.Column") -> bool:
    return column.type().is_floating() or _scaled(column)


def _scaled(column: "ir.Column") -> bool:
    """Whether all numbers of a text have three decimals, zeros at the end among them."""
    kind = column.type()
    return kind.is_decimal() and kind.scale == 3


def _looks_like_thousands(column: "ir.Column") -> "ir.BooleanScalar":
    """Whether nothing in a column speaks against thousands written with a point."""
    text = _text(column)
    fits = text.re_search(_THREE) | text.re_search(_WHOLE) | text.re_search(_POINTS)
    # What is no number at all is no evidence either: n/a, a blank, a sign of a currency.
    return (fits | ~text.re_search(r"[0-9]")).all()


def _text(column: "ir.Column") -> "ir.StringColumn":
    return column.strip() if column.type().is_string() else column.cast("string")
