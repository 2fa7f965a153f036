"""Names of columns that mean something else than they seem to: misspelt, or taken."""

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from helpers.errors import StudyError, listed
from helpers.study import Study
from helpers.tables import TABLES, Table
from helpers.words import lists as words

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from helpers.collect.casting import Reading

CHECKS = frozenset({"row_number", "later", "rule", "cells"})
# What the program says of a customer under these names (`helpers.collect.customers`).
TAKEN = {
    "status": words.CURRENT_OR_FORMER,
    "left_on": words.DAY_ON_WHICH_CUSTOMER_LEFT,
    "monthly_revenue": words.WHAT_CUSTOMER_PAYS_PER_MONTH,
    "tenure_days": words.HOW_LONG_CUSTOMER_HAS_STAYED,
}


def check_names(study: Study, table: Table, *, given: dict[str, str], extra: list[str]) -> None:
    """Stop at columns that a reader would take for something that the program does not.

    Parameters
    ----------
    given : canonical column → column of the query.
    extra : the other columns of the query.

    Raises
    ------
    StudyError
        A column nearly called as a canonical one that is not there; a name of the program.
    """
    reserved = sorted(CHECKS & {name.lower() for name in extra})
    if reserved and table.open_columns:
        raise StudyError(
            f"sources.{table.name}: {listed(reserved)} is a name of the checks.",
            remedy="give the column another name in the query",
        )
    if table.name == "accounts":
        taken = [name for name in extra if name.lower() in TAKEN]
        if taken:
            raise StudyError(
                f"sources.accounts: the name {listed(taken)} is taken.",
                found=f"a column {taken[0]} of the query; here {taken[0].lower()} is "
                f"{TAKEN[taken[0].lower()]}, for every rule and segment",
                remedy=f"give it another name in the query, such as {taken[0]} AS "
                f"crm_{taken[0].lower()}, or leave it out",
            )
    meant = {name.lower() for name in study.attributes}
    meant |= {line.column.lower() for _, line in study.quality_score.lines.values() if line.column}
    absent = [column.name for column in table.columns if column.name not in given]
    for name in extra:
        near = nearest(name, absent)
        if near and name.lower() not in meant and name.lower() not in _ELSEWHERE - {near}:
            raise StudyError(
                f"sources.{table.name}: the query returns {name}, nearly the name of {near}.",
                found=f"{name}, which is not one of the table's columns, and no {near}",
                expected=listed([column.name for column in table.columns], most=30),
                remedy=f"call it {near} if it is that, or anything less like it if it is not",
            )


# Ways in which companies call what a canonical column holds, where the query gives no such column.
_ALSO = {
    ("contracts", "ends_on"): r"(ends?|ended|(valid|active)_(to|until|through)|to|until"
    r"|(expir|cancel|terminat|stop)[a-z]*)",
    ("accounts", "churned_on"): r"((churn|cancel|terminat)[a-z]*|lost|left|inactive|closed|ends?)",
    ("tickets", "first_replied_at"): r"first_?(re|answer)[a-z]*",
    ("tickets", "resolved_at"): r"(solved|closed|(resol|complet)[a-z]*)",
    ("surveys", "responded_on"): r"(answer|respon|repl|complet|submit)[a-z]*",
    ("surveys", "score"): r"(rating|nps|csat|answer|value|likelihood|grade)",
    ("accounts", "parent_id"): r"(ultimate_|global_)?parent",
    ("usage", "quantity"): r"(count|events|value|sessions|hits|times|units|number|qty)",
    ("tickets", "csat"): r"(rating|satisfaction|score)",
    ("tickets", "agent_touches"): r"(agent_)?(touches|replies|responses)",
    ("referrals", "won"): r"(convert|became|success|closed_won)",
} | {
    (table, "currency"): r"(\w*_)?(currency|ccy|curr)" for table in ("contracts", "orders", "costs")
}
_DAY = r"(_?(date|day|on|at|time|to|until|till))?$"
_NO_DAY = ("score", "parent_id", "quantity", "csat", "agent_touches", "won", "currency")


def may_be_meant(table: Table, *, given: Collection[str], extra: Sequence[str]) -> dict[str, str]:
    """Columns that are not used, by the canonical one that they may be, where the query lacks it.

    Their names say so (end_date, cancelled_at, closed_on). That is no slip of the pen and stops
    nothing: the query may have returned them with all others.

    Parameters
    ----------
    given : canonical columns that the query gives.
    extra : its other columns.
    """
    found = {}
    for (name, column), names in _ALSO.items():
        if name != table.name or column in given:
            continue
        ending = r"\w*$" if column in _NO_DAY else _DAY
        pattern = re.compile(f"^(contract_|customer_|ticket_|subscription_)?{names}{ending}")
        like = [other for other in extra if pattern.match(other.lower().replace(" ", "_"))]
        if like:
            found[column] = like[0]
    return found


def check_kinds(study: Study, kinds: "ir.Column", reading: "Reading") -> None:
    """Stop where a line of the score asks for a kind of cost that was never booked.

    Parameters
    ----------
    kinds : the kinds of all costs of the query, those after the as-of date too: a kind that is yet
        to come is no slip of the pen.
    reading : how the engine reads written values.
    """
    from helpers.collect.casting import as_text

    asked = {
        name: line.cost_kind
        for name, (_, line) in study.quality_score.lines.items()
        if line.cost_kind is not None
    }
    if not asked:
        return
    booked = as_text(kinds, reading).name("kind").as_table().distinct().to_pandas()["kind"].dropna()
    for name, kind in asked.items():
        if len(booked) and kind not in set(booked):
            near = nearest(kind, sorted(booked))
            raise StudyError(
                f"quality_score: the line {name} asks for costs of the kind {kind}, and there are "
                "none.",
                found=f"cost_kind: {kind}",
                expected=f"a kind of the table costs: {listed(sorted(booked), most=30)}",
                remedy=f"write {near}, if that is what is meant" if near else None,
            )


# Columns of other tables, and what holds them, are no misspelling of one here.
_ELSEWHERE = frozenset(column.name for table in TABLES.values() for column in table.columns) | {
    name[: -1 if name.endswith("s") else None] for name in TABLES
}


def nearest(name: str, names: list[str]) -> str | None:
    """The name that another one may be a misspelling of, None where it is like none of them.

    Names are alike that differ in capitals, ``_``, spaces and hyphens alone, in one letter (from
    four letters on), or in two (from seven letters on); two letters that changed places count once.

    >>> nearest("ends_onn", ["ends_on", "product"]), nearest("Contract ID", ["contract_id"])
    ('ends_on', 'contract_id')
    >>> nearest("region", ["reason", "product"])
    """
    plain = {other: _plain(other) for other in names}
    mine = _plain(name)
    for other, letters in plain.items():
        longest = max(len(mine), len(letters))
        allowed = 0 if longest < 4 else 1 if longest < 7 else 2
        if abs(len(mine) - len(letters)) <= allowed and _distance(mine, letters) <= allowed:
            return other
    return None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter not in "_- ")


def _distance(one: str, other: str) -> int:
    """Letters inserted, left out, replaced or swapped with their neighbour (Damerau 1964)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        last, row, earlier = row, [i], before
        for j, b in enumerate(other, start=1):
            steps = [last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b)]
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                steps.append(earlier[j - 2] + 1)
            row.append(min(steps))
        before = last
    return row[-1]
