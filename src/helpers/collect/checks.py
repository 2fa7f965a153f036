"""Which rows of a canonical table may be used: limits, order, references, duplicates.

The rules are pandera checks on Ibis tables, one schema per canonical table. ``schema.validate``
itself runs one query per check and drops invalid rows without keeping them; here the same checks
are taken as columns of one lazy query, so that rejected rows keep their first reason. The finished
table is then validated against its schema as a whole.

Nearly all rows of a table are used, so that only the others are written down: what came later or
broke a rule (`unfit`), what occurs more than once (`Alike`), which of that repeats (`repeated`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandera.ibis as pa
from pandera.config import ValidationDepth, config_context

from helpers.collect.casting import GIVEN, UNREADABLE, Reading, cast, ibis_type
from helpers.collect.refusals import UNKNOWN_ACCOUNT
from helpers.errors import listed
from helpers.tables import Column, Kind, Table

DUPLICATE = "duplicate of another row"
KNOWN = "known_"
MARK = "mark"
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
        for column in (name, GIVEN + name)
        if column in form.columns
    }
    return form.mutate(later=later, **emptied)


def referring(known: ir.Table, table: Table, accounts: ir.Table | None) -> ir.Table:
    """Add ``known_<column>`` for each column that must hold a known account; null where it is none.

    A join, because not every engine compares with a subquery outside of a filter.

    Parameters
    ----------
    accounts : one column ``account_id``, each known account once.
    """
    for name in table.references:
        listing = accounts.select(**{KNOWN + name: accounts.account_id})
        known = known.left_join(listing, known[name] == listing[KNOWN + name])
    return known


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
def rules(known: ir.Table, table: Table, *, given: Collection[str]) -> list[Rule]:
    """Every rule of a table that can be broken, as a column of ``known``.

    Parameters
    ----------
    known : rows from ``as_known`` and ``referring``.
    given : the canonical columns that the query gives; the others are null and break nothing.
    """
    contract = schema(table)
    found = [
        Rule(
            column.name,
            UNREADABLE[column.kind],
            known[GIVEN + column.name] & known[column.name].isnull(),
        )
        for column in table.columns
        if GIVEN + column.name in known.columns
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
        Rule(name, UNKNOWN_ACCOUNT, known[KNOWN + name].isnull()) for name in table.references
    ]
    return found


def unfit(known: ir.Table, found: list[Rule]) -> ir.Table:
    """Rows that came later or broke a rule: row_number, later, rule (index of the first broken).

    Rows that came later are not judged: their rule is null.
    """
    order = [(rule.broken, k) for k, rule in enumerate(found)]
    first = ibis.cases(*order, else_=ibis.null("int64")) if order else ibis.null("int64")
    rows = known.mutate(rule=ibis.ifelse(known.later, ibis.null("int64"), first).cast("int64"))
    return rows.filter(rows.later | rows.rule.notnull()).select("row_number", "later", "rule")


@dataclass(frozen=True)
class Alike:
    """What rows share that may repeat one another.

    ``columns`` are the key, in tables without one all that the query gave, or the `Reading.mark` of
    these; of the ``filled`` ones a row that is used has a value.
    """

    columns: dict[str, ir.Column]
    filled: frozenset[str]

    @classmethod
    def of(
        cls, result: ir.Table, table: Table, *, given: Mapping[str, str], reading: Reading
    ) -> "Alike":
        """Columns of a query result; ``given`` names them by canonical name."""
        if table.key:
            keys = {
                name: _compared(result[given[name]], table.column(name).kind, reading)
                for name in table.key
            }
            return cls._marked(keys, frozenset(table.key), reading)
        names = [name for name in result.columns if name != "row_number"]
        # Lists and the like cannot be compared everywhere.
        columns = {
            name: result[name].cast("string") if result[name].type().is_nested() else result[name]
            for name in names
        }
        return cls._marked(columns, frozenset(given[name] for name in table.required), reading)

    @classmethod
    def _marked(
        cls, columns: dict[str, ir.Column], filled: frozenset[str], reading: Reading
    ) -> "Alike":
        if reading.mark is None:
            return cls(columns, filled)
        return cls({MARK: reading.mark(columns)}, frozenset({MARK}))

    def values(self, result: ir.Table) -> ir.Table:
        """What every row has of it."""
        return result.select(**self.columns)

    def rows(self, result: ir.Table, often: ir.Table) -> ir.Table:
        """The rows that have such values: only these are looked at in order, by `repeated`."""
        # A plain comparison lets any engine look the values up.
        same = [
            column == often[name] if name in self.filled else column.identical_to(often[name])
            for name, column in self.columns.items()
        ]
        return result.semi_join(often, same)


def _compared(value: ir.Column, kind: Kind, reading: Reading) -> ir.Column:
    """A key column in a form in which equal keys are equal."""
    # Numbers tell rows apart as well as the texts that they become, and faster.
    return value if value.type().is_integer() else cast(value, kind, reading)


def repeated(several: ir.Table, table: Table, *, whole_row: ir.Table) -> ir.Table:
    """Rows that repeat an earlier one: row_number.

    Of rows that share a key (in tables without one: that agree in every column of the query), the
    one that comes first in the order of its values, then of the query, is not among them.

    Parameters
    ----------
    several : rows that are `Alike`, in canonical form, without those that are unfit.
    whole_row : the query result, with ``row_number``, that tells exact duplicates.
    """
    if table.key:
        names = [column.name for column in table.columns]
        same, sorting = table.key, [several[name].asc(nulls_first=False) for name in names]
    else:
        given = [name for name in whole_row.columns if name != "row_number"]
        values = {f"whole_{k}": whole_row[name] for k, name in enumerate(given)}
        whole = whole_row.select("row_number", **values)
        several = several.select("row_number").join(whole, "row_number")
        several = several.mutate(**{name: several[name].cast("string") for name in values})
        same, sorting = list(values), []
    window = ibis.window(group_by=same, order_by=[*sorting, several.row_number])
    placed = several.select("row_number", place=ibis.row_number().over(window))
    return placed.filter(placed.place > 0).select("row_number")


def validate(finished: ir.Table, table: Table) -> None:
    """Fail unless a finished table has the columns and types of its schema.

    Values need no second look: every row that broke a rule has been taken out by the same checks.
    """
    with config_context(validation_depth=ValidationDepth.SCHEMA_ONLY):
        schema(table).validate(finished, lazy=True)
