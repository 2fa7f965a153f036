"""What SQL a study may write: one SELECT over its own tables, of functions that only compute.

DuckDB's own parser is the judge, so that what is looked at is what will run. Tables must be those
that the study declares, or be made within the query; functions must be on the list in
``functions.txt``, where nothing stands that reads files, settings or variables, opens connections,
sleeps or writes. A function that a later DuckDB brings is refused until somebody has looked at it.
"""

import json
from collections.abc import Collection, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from helpers.errors import StudyError, listed
from helpers.sandbox.closed import closed_database

TABLE_FUNCTIONS = frozenset({"unnest", "generate_series", "range", "json_each", "json_tree"})
VARIABLES = frozenset({"as_of"})  # what a query may ask for with getvariable('…')
LONGEST = 200_000  # letters of one query
# Parts of a query that are neither expressions (these have a class) nor values.
_PARTS = frozenset(
    {
        *("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"),
        *("BASE_TABLE", "TABLE_FUNCTION", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST", "PIVOT"),
    }
)
_ENDS = ("_MODIFIER", "_TYPE_INFO")
_CONDITION = "SELECT (\n{}\n) AS condition FROM frame"


class _Refused(Exception):
    """Why a query may not run."""


def check_query(sql: str, *, tables: Collection[str], place: str) -> bool:
    """Refuse a query that is more than one SELECT over these tables.

    Returns
    -------
    Whether the query calls itself (``WITH RECURSIVE``), and so might never end.

    Raises
    ------
    StudyError
        With ``place`` (as in *the query of sources.accounts*), what was found and what is allowed.
    """
    try:
        return _look(_statement(sql), {name.lower() for name in tables})
    except _Refused as refusal:
        raise StudyError(
            f"{place[0].upper()}{place[1:]} failed.",
            found=str(refusal),
            expected=f"one SELECT (DuckDB) over {listed(sorted(tables), most=40)}, of functions "
            "that only compute",
        ) from None


def condition_problem(sql: str, *, tables: Collection[str] = ()) -> str | None:
    """Why a text is not one harmless condition; None where it is one."""
    try:
        found = _statement(_CONDITION.format(sql))
        # Nothing but the one expression may differ from a condition that says nothing.
        if _frame_of(found) != _frame_of(_statement(_CONDITION.format("true"))):
            return "More than one condition."
        _look(found, {"frame", *(name.lower() for name in tables)})
    except _Refused as refusal:
        return str(refusal)
    return None


def functions_of(sql: str) -> set[str]:
    """Functions that a query calls, in small letters; empty where it cannot be parsed."""
    try:
        return set(_functions(_statement(sql)))
    except _Refused:
        return set()


def parts_of(sql: str) -> list[dict]:
    """All nodes of a query as DuckDB's parser sees it; empty where it cannot be parsed."""
    try:
        todo, found = [_statement(sql)], []
    except _Refused:
        return []
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            found.append(part)
            todo += part.values()
        elif isinstance(part, list):
            todo += part
    return found


# ── the parser ───────────────────────────────────────────────────────────────────────────────────
def _statement(sql: str) -> dict:
    """The one SELECT that a text is, as DuckDB's parser sees it."""
    if len(sql) > LONGEST:
        raise _Refused(f"SQL of {len(sql):,} letters; at most {LONGEST:,} are read.")
    if "\0" in sql:
        raise _Refused("A NUL character (0x00) in the SQL.")
    tree = json.loads(_serialized(sql))
    if tree["error"]:
        if tree["error_type"] == "not implemented":
            raise _Refused(
                "Not a SELECT, a syntax error here. (A PIVOT needs its values: ON column IN (…).)"
            )
        told = tree["error_message"].strip()
        raise _Refused(f"{tree['error_type'].capitalize()} Error: {told}")
    if len(tree["statements"]) != 1:
        raise _Refused(f"{len(tree['statements'])} statements.")
    return tree["statements"][0]["node"]


@lru_cache(maxsize=1024)
def _serialized(sql: str) -> str:
    return _parser().execute("SELECT json_serialize_sql(?)", [sql]).fetchone()[0]


@cache
def _parser() -> Any:
    return closed_database()


def _frame_of(select: dict) -> str:
    """A SELECT without what stands in its list; one name, and it must be ours."""
    entries = [entry.get("alias") for entry in select.get("select_list", ())]
    rest = {key: value for key, value in select.items() if key != "select_list"}
    return json.dumps([entries, _unplaced(rest)], sort_keys=True)


def _unplaced(part: Any) -> Any:
    """A tree without the places of its parts in the text."""
    if isinstance(part, dict):
        return {k: _unplaced(v) for k, v in part.items() if k != "query_location"}
    return [_unplaced(inner) for inner in part] if isinstance(part, list) else part


# ── the judgement ────────────────────────────────────────────────────────────────────────────────
@cache
def allowed_functions() -> frozenset[str]:
    """Functions and operators that a study may call, in small letters."""
    return frozenset((files(__package__) / "functions.txt").read_text(encoding="utf-8").split())


def _look(statement: dict, tables: set[str]) -> bool:
    """Go through a tree, with the tables that each part of it can see; whether it is recursive."""
    recursive = False
    todo: list[tuple[Any, frozenset[str]]] = [(statement, frozenset(tables))]
    while todo:
        part, seen = todo.pop()
        if isinstance(part, list):
            todo += [(inner, seen) for inner in part]
            continue
        if not isinstance(part, dict):
            continue
        if part.get("type") == "RECURSIVE_CTE_NODE":
            recursive = True
            seen = seen | {part["cte_name"].lower()}
        _judge(part, seen)
        inside = seen
        for entry in part.get("cte_map", {}).get("map", ()):
            name = entry["key"].lower()
            if not name.isidentifier():
                raise _Refused(f"A table within the query is called {entry['key']!r}.")
            todo.append((entry["value"], inside))
            inside = inside | {name}
        todo += [(inner, inside) for key, inner in part.items() if key != "cte_map"]
    return recursive


def _judge(part: dict, seen: frozenset[str]) -> None:
    kind, expression = part.get("type"), part.get("class")
    if "function_name" in part:
        _judge_call(part, seen_as_table=False)
    if expression is not None or not isinstance(kind, str):
        if expression == "PARAMETER":
            raise _Refused("A parameter (?, $1) without a value.")
        return
    if kind == "BASE_TABLE":
        name = part["table_name"]
        place = ".".join(filter(None, (part["catalog_name"], part["schema_name"], name)))
        schema = part["schema_name"].lower()
        if schema not in ("", "recurring"):  # a database file has schemas; files have none
            name = f"{schema}.{name}"
        if name.lower() not in seen or part["catalog_name"]:
            raise _Refused(
                f"A table that the source does not declare: {place!r}"
                + (". Files are named under `files`." if "." in name or "/" in name else "")
            )
        if part.get("at_clause"):
            raise _Refused("AT (…) of a table.")
    elif kind == "TABLE_FUNCTION":
        _judge_call(part["function"], seen_as_table=True)
    elif not (kind in _PARTS or "null_order" in part or kind.endswith(_ENDS)):
        raise _Refused(f"{kind.replace('_', ' ').capitalize()} is not part of a plain SELECT.")


def _judge_call(call: dict, *, seen_as_table: bool) -> None:
    name = call["function_name"].lower()
    if name in TABLE_FUNCTIONS if seen_as_table else name in allowed_functions() | TABLE_FUNCTIONS:
        return
    if name == "getvariable" and not seen_as_table and _variable(call) in VARIABLES:
        return
    raise _Refused(f"The function {call['function_name']}() is not one that only computes.")


def _variable(call: dict) -> str | None:
    if len(call["children"]) == 1 and call["children"][0].get("class") == "CONSTANT":
        return call["children"][0]["value"].get("value")
    return None


def _functions(part: Any) -> Iterator[str]:
    todo = [part]
    while todo:
        part = todo.pop()
        if isinstance(part, dict):
            if "function_name" in part:
                yield part["function_name"].lower()
            todo += part.values()
        elif isinstance(part, list):
            todo += part
