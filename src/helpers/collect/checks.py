"""Which rows of a canonical table may be used: limits, order, references, duplicates.

The rules are pandera checks on Ibis tables, one schema per canonical table. ``schema.validate``
itself runs one query per check and drops invalid rows without keeping them; here the same checks
are taken as columns of one lazy query, so that rejected rows keep their first reason. The finished
table is then validated against its schema as a whole.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandera.ibis as pa
from pandera.config import ValidationDepth, config_context

from helpers.collect.casting import RAW, UNREADABLE, ibis_type
from helpers.collect.refusals import UNKNOWN_ACCOUNT
from helpers.errors import listed
from helpers.tables import Column, Table

DUPLICATE = "duplicate of another row"
SCALES = {"nps": (0, 10), "csat": (1, 5)}


@dataclass(frozen=True)
class Rule:
    """One reason to reject a row: ``broken`` is true for the rows that break it."""

    column: str
    reason: str
    broken: ir.BooleanColumn


# ── the as-of rule ───────────────────────────────────────────────────────────────────────────────
def after(column: ir.Column, as_of: date) -> ir.BooleanColumn:
    """Whether a date or timestamp lies after the end of the as-of date; null counts as no."""
    later = column.cast("timestamp(6)") >= ibis.timestamp((as_of + timedelta(days=1)).isoformat())
    return later.fill_null(False)


def as_known(form: ir.Table, table: Table, as_of: date) -> ir.Table:
    """Mark the rows that came later (column ``later``) and empty what was not known yet.

    Of a ticket that was resolved after the as-of date, resolution, resolution type and rating are
    unknown, whatever the extract says today. The values of such columns are not judged either.
    """
    known_on = table.known_on
    later = after(form[known_on], as_of) if known_on else ibis.literal(False)
    hidden: dict[str, ir.BooleanColumn] = {}
    for when, names in table.hidden_until.items():
        for name in names:
            unknown = after(form[when], as_of)
            hidden[name] = hidden[name] | unknown if name in hidden else unknown
    emptied = {
        column: unknown.ifelse(ibis.null(form[column].type()), form[column])
        for name, unknown in hidden.items()
        for column in (name, RAW + name)
        if column in form.columns
    }
    return form.mutate(later=later, **emptied)


# ── the schema of a canonical table ──────────────────────────────────────────────────────────────
def schema(table: Table) -> pa.DataFrameSchema:
    """The pandera schema of a canonical table: types, required values, limits, order of dates."""
    return pa.DataFrameSchema(
        {
            column.name: pa.Column(
                dt.dtype(ibis_type(column.kind)),
                nullable=not column.required,
                checks=_limits(column),
            )
            for column in table.columns
        },
        checks=[*_orders(table), *_scales(table)],
        name=table.name,
    )


def _limits(column: Column) -> list[pa.Check]:
    checks = []
    if column.minimum is not None:
        checks.append(
            pa.Check(
                lambda data, low=column.minimum: data.table[data.key] >= low,
                error=f"below {column.minimum:g}",
            )
        )
    if column.maximum is not None:
        checks.append(
            pa.Check(
                lambda data, high=column.maximum: data.table[data.key] <= high,
                error=f"above {column.maximum:g}",
            )
        )
    if column.allowed:
        checks.append(
            pa.Check(
                lambda data, allowed=column.allowed: data.table[data.key].isin(allowed),
                error=f"not one of {listed(column.allowed)}",
            )
        )
    return checks


def _orders(table: Table) -> list[pa.Check]:
    return [
        pa.Check(
            lambda data, later=later, earlier=earlier: (
                data.table[later] >= data.table[earlier]
            ).fill_null(True),
            name=later,
            error=f"before {earlier}",
        )
        for later, earlier in table.not_before
    ]


def _scales(table: Table) -> list[pa.Check]:
    if table.name != "surveys":
        return []

    def on_scale(data) -> ir.BooleanColumn:
        score, kind = data.table.score, data.table.kind
        fits = [(kind == name) & score.between(*limits) for name, limits in SCALES.items()]
        return (fits[0] | fits[1] | ~kind.isin(list(SCALES))).fill_null(True)

    told = ", ".join(f"{name} {low} to {high}" for name, (low, high) in SCALES.items())
    return [pa.Check(on_scale, name="score", error=f"outside the scale of its kind ({told})")]


# ── rules, in the order in which a row's first reason is looked for ──────────────────────────────
def rules(
    known: ir.Table, table: Table, accounts: ir.Table | None, *, given: Collection[str]
) -> list[Rule]:
    """Every rule of a table that can be broken, as a column of ``known`` (from ``as_known``).

    Parameters
    ----------
    accounts : one column ``account_id`` with the known accounts, for tables that refer to them.
    given : the canonical columns that the query gives; the others are null and break nothing.
    """
    contract = schema(table)
    found = [
        Rule(
            column.name,
            UNREADABLE[column.kind],
            known[RAW + column.name].notnull() & known[column.name].isnull(),
        )
        for column in table.columns
        if RAW + column.name in known.columns
    ]
    found += [
        Rule(name, "missing", known[name].isnull())
        for name, column in contract.columns.items()
        if not column.nullable
    ]
    found += [
        Rule(name, str(check.error), ~check(known, name).check_output)
        for name, column in contract.columns.items()
        for check in column.checks
        if name in given
    ]
    found += [
        Rule(check.name, str(check.error), ~check(known).check_output)
        for check in contract.checks
        if check.name in given
    ]
    found += [
        Rule(name, UNKNOWN_ACCOUNT, ~known[name].isin(accounts.account_id))
        for name in table.references
    ]
    return found


def judged(known: ir.Table, table: Table, found: list[Rule], *, whole_row: ir.Table) -> ir.Table:
    """Add ``rule``: the index of the first broken rule, ``len(found)`` for duplicates, else null.

    Of rows that share a key (in tables without one: that agree in every column of the query), the
    one that comes first in the order of its values, then of the query, is kept. Rows that came
    later or broke another rule do not count.

    Parameters
    ----------
    whole_row : the query result, with ``row_number``, that tells exact duplicates.
    """
    order = [(rule.broken, k) for k, rule in enumerate(found)]
    first = ibis.cases(*order, else_=ibis.null("int64")) if order else ibis.null("int64")
    rows = known.mutate(rule=ibis.ifelse(known.later, ibis.null("int64"), first).cast("int64"))
    fit = (~rows.later) & rows.rule.isnull()
    if table.key:
        same = [rows[name] for name in table.key]
        sorting = [rows[column.name].asc(nulls_first=False) for column in table.columns]
    else:
        names = [name for name in whole_row.columns if name != "row_number"]
        texts = {f"whole_{k}": whole_row[name].cast("string") for k, name in enumerate(names)}
        whole = whole_row.select(whole_number=whole_row.row_number, **texts)
        rows = rows.join(whole, rows.row_number == whole.whole_number)
        fit = (~rows.later) & rows.rule.isnull()
        same = [rows[name] for name in texts]
        sorting = []
    window = ibis.window(group_by=[fit, *same], order_by=[*sorting, rows.row_number])
    repeated = fit & (ibis.row_number().over(window) > 0)
    return rows.mutate(rule=repeated.ifelse(len(found), rows.rule)).select(*known.columns, "rule")


def validate(finished: ir.Table, table: Table) -> None:
    """Fail unless a finished table has the columns and types of its schema.

    Values need no second look: every row that broke a rule has been taken out by the same checks.
    """
    with config_context(validation_depth=ValidationDepth.SCHEMA_ONLY):
        schema(table).validate(finished, lazy=True)
