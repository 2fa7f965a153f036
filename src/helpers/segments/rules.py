"""Rules: SQL conditions over the customer frame, evaluated, read and put into words.

The customer frame has one row per included customer: ``account_id``, banded attributes under
their names, raw numbers as ``<name>_raw``, ``status``, ``tenure_days``, ``band``, and so on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, SupportsFloat

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.sandbox.closed import SECONDS, bounded, closed_database
from helpers.sandbox.reading import condition_problem
from helpers.study import Study
from helpers.words import groups as words
from helpers.words import name as put

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

WHOLE_SCORE = frozenset({"quality_score", "band", "rank"})
REVENUE = frozenset({"monthly_revenue", "acv", "arr", "mrr", "revenue_12m"})
# Who has left or joined within the year has a change in revenue for that reason alone.
GROWTH = REVENUE | {"status", "churned_on", "tenure_days", "won_on"}
HEALTH = frozenset({"health_score", "health_group"})
SAME_FACT = (frozenset({"status", "churned_on"}), frozenset({"tenure_days", "won_on"}))
# Who has left, and who had how long to leave.
LEAVING = frozenset({"status", "churned_on", "left_on", "tenure_days", "won_on", "renews_on"})
LEAVING |= HEALTH  # only who is still there has a health, or a renewal to come
# Of the revenue of the past year, who was won within it has brought that of fewer months.
BEGUN = frozenset({"tenure_days", "won_on"})
Compared = tuple[str, str]  # a sentence of COMPARISONS and the value
COMPARISONS = {
    "COMPARE_EQUAL": "",
    "COMPARE_NOTEQUAL": words.NOT,
    "COMPARE_GREATERTHAN": words.MORE_THAN,
    "COMPARE_GREATERTHANOREQUALTO": words.AT_LEAST,
    "COMPARE_LESSTHAN": words.LESS_THAN,
    "COMPARE_LESSTHANOREQUALTO": words.AT_MOST,
}


def evaluate_rules(
    frame: pd.DataFrame, rules: Mapping[str, str], *, place: str = "segment `{}`"
) -> pd.DataFrame:
    """Members of every rule: booleans, one row per customer of ``frame``, one column per rule.

    A condition that is null for a customer (an attribute is not known) does not make it a member.

    Parameters
    ----------
    frame : customer frame.
    rules : SQL condition by name.
    place : where a rule was written, for the error message; ``{}`` stands for its name.

    Raises
    ------
    StudyError
        With the rule's place, DuckDB's message and the columns there are.
    """
    found = _query(frame, rules)
    if not isinstance(found, str):
        return found
    for name, sql in rules.items():
        problem = _query(frame, {name: sql})
        if isinstance(problem, str):
            found = problem
            break
    raise StudyError(
        f"{place.format(name)}: its SQL condition cannot be evaluated.",
        found=f"{sql}\n            {found}",
        expected="a condition that is true or false for one customer, over the columns "
        + listed(frame.columns, most=60),
    )


def evaluate_rule(frame: pd.DataFrame, sql: str, *, place: str = "the rule") -> pd.Series:
    """Members of one rule as booleans, aligned with ``frame``."""
    return evaluate_rules(frame, {"rule": sql}, place=place)["rule"]


def _query(frame: pd.DataFrame, rules: Mapping[str, str]) -> pd.DataFrame | str:
    """The answer of DuckDB, or the first line of its complaint."""
    import duckdb

    if not rules:
        return pd.DataFrame(index=frame.index)
    for sql in rules.values():
        problem = condition_problem(sql)
        if problem is not None:
            return problem
    terms = [f"CAST(({sql}\n) AS BOOLEAN) AS c{i}" for i, sql in enumerate(rules.values())]
    connection = _connection()
    connection.register("frame", _plain(frame))
    try:
        with bounded(connection, SECONDS, place="a condition over the customers"):
            answer = connection.execute(f"SELECT {', '.join(terms)} FROM frame").df()
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        return str(error).strip().splitlines()[0]
    finally:
        connection.unregister("frame")
    if len(answer) != len(frame):
        return f"gives {len(answer)} answers for {len(frame)} customers"
    answer = answer.astype("boolean").fillna(False).astype(bool)
    answer.index, answer.columns = frame.index, list(rules)
    return answer


@lru_cache(maxsize=1)
def _connection() -> duckdb.DuckDBPyConnection:
    """A database in memory that reaches no file: a rule sees its customers and nothing else."""
    return closed_database()


def _plain(frame: pd.DataFrame) -> pa.Table:
    """Categories as text: an ENUM refuses to be compared with a level that it does not have."""
    import pyarrow as pa

    texts = {
        name: frame[name].astype("object").where(frame[name].notna(), None).astype("str")
        for name in frame.columns
        if isinstance(frame[name].dtype, pd.CategoricalDtype)
    }
    # By way of Arrow: DuckDB does not read pandas columns that run backwards in memory.
    return pa.Table.from_pandas(frame.assign(**texts), preserve_index=False)


@lru_cache(maxsize=4096)
def parsed(sql: str) -> dict | None:
    """A condition as DuckDB's tree of expressions; None for SQL that cannot be parsed."""
    query = f"SELECT * FROM frame WHERE ({sql}\n)"
    row = _connection().execute("SELECT json_serialize_sql(?)", [query]).fetchone()
    assert row is not None  # a selection without a table has one row
    tree = json.loads(row[0])
    return None if tree.get("error") else tree["statements"][0]["node"]["where_clause"]


def columns_of(sql: str) -> tuple[str, ...]:
    """Columns that a condition names, sorted; empty for SQL that cannot be parsed.

    >>> columns_of("industry = 'FinTech' AND (seats_raw >= 200 OR industry IS NULL)")
    ('industry', 'seats_raw')
    """
    tree = parsed(sql)
    return tuple(sorted(set(_columns(tree)))) if tree else ()


def _columns(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            yield node["column_names"][-1]
        for inner in node.values():
            yield from _columns(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _columns(inner)


def in_words(study: Study, sql: str) -> str | None:
    """A conjunction of plain comparisons in words, with the study's labels; None for other SQL.

    ``industry = 'FinTech' AND seats_raw >= 200`` reads *Industry: FinTech and Seats: at least
    200*, and with ``AND seats_raw < 1000`` *Seats: 200 to under 1,000*.
    """
    tree = parsed(sql)
    if tree is None:
        return None
    parts = _words(study, tree)
    if parts is None:
        return None
    told: dict[str, list[Compared]] = {}
    for label, compared in parts:
        told.setdefault(label, []).append(compared)
    return words.together(words.of(label, _together(some)) for label, some in told.items())


def _together(compared: list[Compared]) -> str:
    """Comparisons of one attribute; a lower and an upper end read as a range.

    >>> _together([(words.LESS_THAN, "50"), (words.AT_LEAST, "10")])
    '10 to under 50'
    >>> _together([(words.AT_LEAST, "10"), (words.NOT, "12")])
    'at least 10 and not 12'
    """
    ends = dict(compared)
    if len(compared) == 2 and set(ends) == {words.AT_LEAST, words.LESS_THAN}:
        return put(words.TO_UNDER, low=ends[words.AT_LEAST], high=ends[words.LESS_THAN])
    return words.together(
        put(sentence, value=value) if sentence else value for sentence, value in compared
    )


def _words(study: Study, node: dict) -> list[tuple[str, Compared]] | None:
    if node["type"] == "CONJUNCTION_AND":
        parts = [_words(study, inner) for inner in node["children"]]
        worded = [part for part in parts if part is not None]
        return [one for part in worded for one in part] if len(worded) == len(parts) else None
    if node["class"] == "COMPARISON" and node["type"] in COMPARISONS:
        column, values, word = node["left"], [node["right"]], COMPARISONS[node["type"]]
    elif node["type"] == "COMPARE_BETWEEN":
        column, values, word = node["input"], [node["lower"], node["upper"]], ""
    elif node["type"] == "COMPARE_IN":
        column, *values = node["children"]
        word = ""
    else:
        return None
    constants = [_constant(value) for value in values]
    told = [constant for constant in constants if constant is not None]
    if column["class"] != "COLUMN_REF" or len(told) < len(constants):
        return None
    name = column["column_names"][-1]
    attribute = attribute_of(study, name)
    if node["type"] == "COMPARE_BETWEEN":
        value = put(words.BETWEEN, low=told[0], high=told[1])
    else:
        value = reduce(_either, told)
    return [(study.label(attribute or name), (word, value))]


def _either(first: str, second: str) -> str:
    return put(words.OR, first=first, second=second)


def _constant(node: dict) -> str | None:
    if node["class"] != "CONSTANT" or node["value"]["is_null"]:
        return None
    value, kind = node["value"]["value"], node["value"]["type"]
    if kind["id"] == "DECIMAL":
        value = value / 10 ** kind["type_info"]["scale"]
    return f"{value:,}" if isinstance(value, int | float) else str(value)


def attribute_of(study: Study, column: str) -> str | None:
    """The study attribute that a column of the frame belongs to, if any."""
    if column in study.attributes:
        return column
    stem = column.removesuffix("_raw")
    return stem if stem in study.attributes else None


def shared_lines(study: Study, columns: Iterable[str], *, former: bool = True) -> tuple[str, ...]:
    """Lines of the quality score that are made of the same facts as these columns.

    A difference between groups that such a column defines may follow from the formula of the
    score alone. Lines are shared when the study says so (``attributes.<name>.shares``), when a
    line's ``where`` or ``column`` names the column, and by definition for revenue (the base), for
    status and tenure (growth, and the lines that leaving changes; where the base is revenue of the
    past year, tenure shares it, too), and for the score itself (all lines). Health shares the lines
    that count tickets, and its groups also what value is measured by. What shares the base shares
    growth too, for that is the change of the same revenue.

    Parameters
    ----------
    former : whether former customers are among those compared; else nobody has left.

    Returns
    -------
    tuple of line names in the order of the score, ``base`` first.
    """
    lines = study.quality_score.lines
    found: set[str] = set()
    columns = set(columns)
    if columns & HEALTH:
        found |= {name for name, (_, line) in lines.items() if line.count}
    if "health_group" in columns:
        columns.add({"revenue": "monthly_revenue"}.get(study.health.value, study.health.value))
    for column in columns:
        if column in WHOLE_SCORE:
            return ("base", *lines)
        attribute = attribute_of(study, column)
        names = {column}
        for fact in SAME_FACT:
            names |= fact if column in fact else set()
        if attribute:
            names |= {attribute, f"{attribute}_raw"}
            found |= set(study.attributes[attribute].shares)
        found |= {"base"} if column in REVENUE | {"base"} else set()
        for name, (_, line) in lines.items():
            named = {line.column} | set(columns_of(line.where) if line.where else ())
            if column == name or names & named or (line.growth and column in GROWTH):
                found.add(name)
    if columns & BEGUN and study.score_base == "revenue_12m":
        found.add("base")
    if former and columns & LEAVING:
        found |= set(study.quality_score.leaving_lines)
    if "base" in found:  # growth is the change of the same revenue
        found |= {name for name, (_, line) in lines.items() if line.growth}
    return tuple(name for name in ("base", *lines) if name in found)


# ── writing rules ────────────────────────────────────────────────────────────────────────────────
def quoted(name: str) -> str:
    """A column name in SQL, in quotes as the search writes it: any name may be a reserved word."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | SupportsFloat) -> str:
    """A value in SQL: text in quotes, numbers so that DuckDB reads the same double back.

    >>> literal("O'Neil"), literal(5000), literal(0.1)
    ("'O''Neil'", '5000', '0.1e0')
    """
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    number = float(value)
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    text = repr(number)
    return text if "e" in text else f"{text}e0"


def slug(text: object) -> str:
    """A readable piece of a segment id; letters of every script stay.

    >>> slug("< 50"), slug("≥ 1,000"), slug("Größe: 50–199"), slug("A & B / C")
    ('under-50', 'from-1000', 'größe-50-199', 'a-b-c')
    """
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", str(text).lower())
    for sign, word in (("<", "under "), ("≤", "up to "), (">", "over "), ("≥", "from ")):
        plain = plain.replace(sign, word)
    return re.sub(r"[^\w.]+", "-", plain).strip("-.") or "blank"
