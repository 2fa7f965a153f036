"""The files of an export as typed views, in the state of the as-of date.

Each view is one common table expression under the vendor's table name: the columns that the
description lists, in their kinds, and for every choice of a column ``chosen_<choice>``. Moments
are in UTC where a file says nothing else, as vendors export them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from helpers.collect.presets.description import ExportFile, History
from helpers.collect.presets.folder import Found
from helpers.collect.quoting import identifier, literal
from helpers.tables import Kind

TYPES: dict[Kind, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "number": "DOUBLE",
    "integer": "BIGINT",
    "boolean": "BOOLEAN",
}
_KINDS: dict[Kind, str] = {
    "date": "a date",
    "timestamp": "a date and time",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}
_OFFSET = r":\d\d(\.\d+)? ?(Z|[+-]\d\d(:?\d\d)?)$"


@dataclass(frozen=True)
class View:
    """What one view is made of.

    ``columns`` maps its column names to (column of the file, kind); a file that lacks the column
    has null there. A name with a dot, such as ``metadata.crm_id``, is a key of a column's JSON.
    """

    name: str
    file: ExportFile
    columns: dict[str, tuple[str, Kind]] = field(default_factory=dict)


def typed(cell: str, kind: Kind, *, place: str) -> str:
    """SQL that reads a cell of any type as a kind; one that cannot be read stops the query.

    ``place`` names file and column in the message.
    """
    text = f"nullif(trim(CAST({cell} AS VARCHAR)), '')"
    if kind == "text":
        return text
    if kind == "id":
        return rf"regexp_replace({text}, '\.0+$', '')"
    if kind == "boolean":
        read = f"TRY_CAST({text} AS BOOLEAN)"
    elif kind in ("number", "integer"):
        read = f"CAST(TRY_CAST({text} AS DOUBLE) AS {TYPES[kind]})"
    else:
        read = _moment(text)
        if kind == "date":
            # Midnight in UTC is how vendors write a day; it is no moment of the evening before.
            utc = f"({read}) AT TIME ZONE 'UTC'"
            read = (
                f"CASE WHEN CAST({utc} AS TIME) = TIME '00:00:00' THEN CAST({utc} AS DATE) "
                f"ELSE CAST({read} AS DATE) END"
            )
    told = f"{literal(place + ': ')} || {text} || {literal(' is not ' + _KINDS[kind])}"
    return f"coalesce({read}, CASE WHEN {text} IS NOT NULL THEN error({told}) END)"


def _moment(text: str) -> str:
    """A moment with an offset, in UTC without one, or as (milli)seconds since 1970."""
    return (
        rf"CASE WHEN regexp_full_match({text}, '\d{{9,10}}') "
        f"THEN to_timestamp(TRY_CAST({text} AS BIGINT)) "
        rf"WHEN regexp_full_match({text}, '\d{{12,13}}') "
        f"THEN make_timestamp_ms(TRY_CAST({text} AS BIGINT)) AT TIME ZONE 'UTC' "
        f"WHEN regexp_matches({text}, '{_OFFSET}') THEN TRY_CAST({text} AS TIMESTAMPTZ) "
        f"ELSE TRY_CAST({text} AS TIMESTAMP) AT TIME ZONE 'UTC' END"
    )


def record_key(value: str) -> str:
    """SQL for a record identifier of Salesforce in its form of 15 characters; others as they are.

    The last three of 18 characters say which of the others are capitals, five for each: bit i is
    set where the i-th is one, and 26 + 6 letters and figures stand for the 32 numbers. Only where
    they say so is the identifier cut, so that others of 18 characters stay what they are.
    """
    check = " || ".join(
        "substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + "
        + " + ".join(
            f"CAST(regexp_matches(substr({value}, {5 * chunk + bit + 1}, 1), '[A-Z]') AS INTEGER)"
            f" * {2**bit}"
            for bit in range(5)
        )
        + ", 1)"
        for chunk in range(3)
    )
    whole = f"regexp_full_match({value}, '[A-Za-z0-9]{{18}}')"
    return (
        f"CASE WHEN {whole} AND upper(substr({value}, 16, 3)) = {check} "
        f"THEN substr({value}, 1, 15) ELSE {value} END"
    )


def timeline_sql(view: View, found: Mapping[str, Found], *, past: bool) -> str:
    """Every version of a file's records, without the history an empty relation.

    Returns
    -------
    SELECT of the view's columns with version_start and version_end: the start of the next version,
    else the end of a record that was deleted, else null.
    """
    history = view.file.history
    if not past or history is None or history.form != "versions":
        nulls = (
            f"CAST(NULL AS {TYPES[k]}) AS {identifier(n)}" for n, (_, k) in view.columns.items()
        )
        edges = "CAST(NULL AS TIMESTAMPTZ) AS version_start, NULL::TIMESTAMPTZ AS version_end"
        return f"SELECT {', '.join(nulls)}, {edges} WHERE false"
    file = found[history.file]
    start, end = _edges(file)
    key = identifier(history.key)
    return (
        "SELECT * EXCLUDE (ended), coalesce("
        f"lead(version_start) OVER (PARTITION BY {key} ORDER BY version_start), "
        # The last moment of a version is up to a second before the one from which it is none.
        "CASE WHEN ended < TIMESTAMPTZ '2100-01-01 00:00:00+00' THEN ended + INTERVAL 1 SECOND END"
        f") AS version_end FROM (SELECT DISTINCT {_cells(view.columns, file)}, "
        f"{start} AS version_start, {end} AS ended FROM {raw(history.file)})"
    )


def view_sql(view: View, found: Mapping[str, Found], *, past: bool) -> str:
    """The SELECT of a view; without its file, an empty relation of the same columns.

    Parameters
    ----------
    past : whether the file's history says what its rows held at the as-of date.
    """
    file = found.get(view.name)
    if file is None:
        nulls = (
            f"CAST(NULL AS {TYPES[k]}) AS {identifier(n)}" for n, (_, k) in view.columns.items()
        )
        return f"SELECT {', '.join(nulls)} WHERE false"
    current = _current(file, deleted_rows=view.file.deleted_rows)
    sql = f"SELECT {_cells(view.columns, file)} FROM {raw(view.name)}{current}"
    history = view.file.history
    if past and history and history.form == "versions":
        sql = _versions(view, history, file, found[history.file], sql)
    elif past and history:
        sql = _properties(view, history, file, found[history.file], sql)
    return sql


def with_keys(view: View, sql: str) -> str:
    """The SELECT of a view with the further columns that hold `record_key`."""
    if not view.file.keys:
        return sql
    keys = ", ".join(
        f"{record_key('v.' + identifier(c))} AS {identifier(n)}" for n, c in view.file.keys.items()
    )
    return f"SELECT v.*, {keys} FROM ({sql}) AS v"


def raw(name: str) -> str:
    """The name under which a query of a source sees a file of the export."""
    return identifier(f"raw_{name}")


def _cells(columns: Mapping[str, tuple[str, Kind]], file: Found) -> str:
    return ", ".join(
        f"{typed(held, kind, place=file.place(column))} AS {identifier(name)}"
        if (held := cell(file, column))
        else f"CAST(NULL AS {TYPES[kind]}) AS {identifier(name)}"
        for name, (column, kind) in columns.items()
    )


def sure_cell(file: Found, column: str) -> str:
    """SQL for a column without which a history is none."""
    held = cell(file, column)
    assert held is not None
    return held


def cell(file: Found, column: str) -> str | None:
    """SQL for a column of a file, or for a key of a column that holds JSON; None without it."""
    whole = file.column(column)
    if whole:
        return identifier(whole)
    name, _, key = column.partition(".")
    holder = file.column(name) if key else None
    path = literal(f'$."{key}"')
    return f"json_extract_string({identifier(holder)}, {path})" if holder else None


def _current(file: Found, *, deleted_rows: bool) -> str:
    """Rows that the connector marked as deleted, or as older versions, are no rows."""
    conditions = [
        f"{otherwise} coalesce("
        f"{typed(identifier(column), 'boolean', place=file.place(name))}, {default})"
        for name, otherwise, default in (
            ("_fivetran_deleted", "NOT", "false"),
            ("_fivetran_active", "", "true"),
        )
        if (column := file.column(name)) and not (deleted_rows and name == "_fivetran_deleted")
    ]
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _edges(past: Found) -> list[str]:
    """SQL for start and end of a version."""
    edges = ("_fivetran_start", "_fivetran_end")
    return [typed(sure_cell(past, edge), "timestamp", place=past.place(edge)) for edge in edges]


def _of_today(history: History, file: Found, past: Found) -> set[str]:
    """The columns, as the file spells them, that are read as of today beside their history."""
    lacks = [c for c in history.state if file.column(c) and not past.column(c)]
    if history.form == "versions" and history.state and not lacks:
        return set()
    return {spelt for column in history.today if (spelt := file.column(column))}


def _versions(view: View, history: History, file: Found, past: Found, base: str) -> str:
    """Each record as it was at the as-of date, or as first known where its history is younger.

    Columns that the history does not hold, and records that it does not know, are as of today.
    """
    key = identifier(history.key)
    today = _of_today(history, file, past)
    kept = {
        name: source
        for name, source in view.columns.items()
        if cell(past, source[0]) and file.column(source[0]) not in today
    }
    start, end = _edges(past)
    names = ", ".join(f"{'h' if name in kept else 'b'}.{identifier(name)}" for name in view.columns)
    return (
        f"WITH base AS ({base}), versions AS ("
        f"SELECT {_cells(kept, past)}, {start} AS version_start, {end} AS version_end, "
        f"moment.next_day FROM {raw(history.file)} CROSS JOIN moment), "
        "picked AS (SELECT * FROM versions QUALIFY row_number() OVER ("
        f"PARTITION BY {key} ORDER BY version_start < next_day DESC, "
        "CASE WHEN version_start < next_day THEN version_start END DESC, version_start) = 1) "
        f"SELECT {names} FROM picked AS h LEFT JOIN base AS b ON b.{key} = h.{key} "
        # A version that ended before, with none after it: the record was deleted by then.
        "WHERE coalesce(h.version_end, h.next_day) >= h.next_day OR h.version_start >= h.next_day "
        f"UNION ALL BY NAME SELECT * FROM base WHERE {key} NOT IN (SELECT {key} FROM versions)"
    )


def _properties(view: View, history: History, file: Found, past: Found, base: str) -> str:
    """Each property as of the date: at its last change up to it, or, where changes hold the old
    value, before its first change after it. Without such a change, as of today."""
    record = next(iter(view.file.columns))
    today = _of_today(history, file, past)
    changing = {
        name: _property(history, past, column)
        for name, (column, _) in view.columns.items()
        if column and name != record and file.column(column) not in today
    }
    old = history.form == "changes"
    pick, side = ("arg_min_null", ">=") if old else ("arg_max_null", "<")
    counted = f"AND changed_at {side} next_day"
    latest = ", ".join(
        f"coalesce(bool_or(property = {literal(prop)}{' ' + counted if old else ''}), false) "
        f"AS {identifier('has_' + name)}, "
        f"{pick}(value, changed_at) FILTER (property = {literal(prop)} "
        f"{counted}) AS {identifier('past_' + name)}"
        for name, prop in changing.items()
    )
    cells = ", ".join(
        f"CASE WHEN l.{identifier('has_' + name)} "
        f"THEN {typed('l.' + identifier('past_' + name), kind, place=past.place(prop))} "
        f"ELSE b.{identifier(name)} END AS {identifier(name)}"
        if (prop := changing.get(name))
        else f"b.{identifier(name)}"
        for name, (_, kind) in view.columns.items()
    )
    changes: dict[str, tuple[str, Kind]] = {
        "record": (history.key, "id"),
        "property": (history.name, "text"),
        "value": (history.value, "text"),
        "changed_at": (history.at, "timestamp"),
    }
    named = "* REPLACE (lower(replace(property, '_', '')) AS property)" if old else "*"
    return (
        f"WITH base AS ({base}), changes AS (SELECT {named} FROM ("
        f"SELECT {_cells(changes, past)}, moment.next_day "
        f"FROM {raw(history.file)} CROSS JOIN moment)), "
        f"latest AS (SELECT record, {latest} FROM changes GROUP BY record) "
        f"SELECT {cells} FROM base AS b LEFT JOIN latest AS l ON l.record = b.{identifier(record)}"
    )


def past_values(history: History, past: Found, column: str) -> str | None:
    """SELECT of the values that a column had in earlier states; None where no history has it."""
    if history.form == "versions":
        held, condition = cell(past, column), ""
    else:
        name = typed(sure_cell(past, history.name), "text", place=past.place(history.name))
        if history.form == "changes":
            name = f"lower(replace({name}, '_', ''))"
        held = cell(past, history.value)
        condition = f" WHERE {name} = {literal(_property(history, past, column))}"
    text = f"SELECT trim(CAST({held} AS VARCHAR)) AS value FROM {raw(history.file)}"
    return text + condition if held else None


def _property(history: History, past: Found, column: str) -> str:
    """What the history calls a column; of fields with old values, capitals and _ do not count."""
    name = history.renamed.get(column, past.without_prefix(column))
    return name.lower().replace("_", "") if history.form == "changes" else name
