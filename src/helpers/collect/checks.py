"""Which rows and cells of a canonical table may be used: limits, order of dates, references.

The rules are pandera checks on Ibis tables, one schema per canonical table. ``schema.validate``
itself runs one query per check and drops invalid rows without keeping them; here the same checks
are taken as columns of one lazy query, so that rejected rows keep their first reason. The finished
table is then validated against its schema as a whole.

Nearly all rows of a table are used, so that only the others are written down: what came later or
broke a rule (`judged`). A value of a column that may be empty costs its cell, not its row
(`without_cells`), unless an empty cell would say something else (`helpers.tables.Column.blank`).
"""

import functools
import operator
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandera.ibis as pa
from pandera.config import ValidationDepth, config_context

from helpers.collect.casting import GIVEN, UNREADABLE, ibis_type
from helpers.collect.placeholders import (
    EPOCH,
    FIRST_DAY,
    NEVER,
    OPEN_FROM,
    USUAL,
    YEAR_2,
    YEAR_100,
)
from helpers.collect.refusals import NO_VALUE, UNKNOWN_ACCOUNT
from helpers.errors import listed
from helpers.tables import LARGEST, Column, Kind, Table
from helpers.words import lists as words
from helpers.words import say

KNOWN, SOON, BACK = "known_", "won_later", "back_after_leaving"
TWO_DIGITS = words.YEAR_OF_TWO_DIGITS
PLACEHOLDER = words.PLACEHOLDER_NOT_DAY_ON_WHICH
NO_DATE = words.HAS_NO_DAY_ANSWER
NO_ANSWER = words.WITHOUT_DAY_ANSWER_TAKEN_AS
A_CENTURY = timedelta(days=36525)
WORKED_OUT = {"replied"}  # where the query does not give it: `replied`
# What Excel and others write where a formula failed, in the languages that they speak: #N/A, #REF!,
# #NV, #WERT!, #¿NOMBRE?, #ДЕЛ/0!; a text of the CRM does not look like that.
FAILED = r"^#(N/A|NV|N/D|N/B|Н/Д|[¡¿]?[A-ZА-Я/0]{3,}[!?])$"
SCALES = {"nps": (0, 10), "csat": (1, 5)}


@dataclass(frozen=True)
class Rule:
    """One reason to reject a row, or one of its cells: ``broken`` is true where it is broken.

    Cells of a rule that does not count are listed, and left out of the share that may be rejected.
    """

    column: str
    reason: str
    broken: ir.BooleanColumn
    cell: bool = False
    counts: bool = True


def beyond_reason() -> str:
    """Why a day beyond every calendar is rejected."""
    return say(words.IN_YEAR_OR_LATER, year=str(OPEN_FROM.year))


# ── the as-of rule ───────────────────────────────────────────────────────────────────────────────
def after(column: ir.Column, as_of: date) -> ir.BooleanColumn:
    """Whether a date or timestamp lies after the end of the as-of date; null counts as no."""
    next_day = as_of + timedelta(days=1)
    if column.type().is_date():
        return (column >= ibis.date(next_day)).fill_null(False)
    later = column.cast("timestamp(6)") >= ibis.timestamp(next_day.isoformat())
    return later.fill_null(False)


def as_known(
    form: ir.Table,
    table: Table,
    as_of: date,
    *,
    usual: Collection[str] = (),
    blank: Collection[str] = (),
) -> ir.Table:
    """Mark the rows that came later (column ``later``) and empty what was not known yet.

    Of a ticket that was resolved after the as-of date, resolution, resolution type and rating are
    unknown, whatever the extract says today. The values of such columns are not judged either. A
    day a century or more ahead (9999-12-31, and what a query makes of it) stands for an open end:
    it is unknown, too. A reply or an answer beyond every calendar is judged: see `rules`.

    Parameters
    ----------
    usual : columns without a day that stands for none (`helpers.collect.placeholders.USUAL`).
    blank : columns that are empty anyway.
    """
    known_on = table.known_on
    later = ibis.literal(False)
    if known_on:
        # A day beyond every calendar is a slip of the pen, and no matter of a later run.
        # So is the last day of many calendars: nobody knows today of what begins on it.
        later = after(form[known_on], as_of)
        if known_on not in usual:
            later = later & ~_beyond(form[known_on]) & ~_never(form[known_on])
    hidden: dict[str, ir.BooleanColumn] = {}
    for when, names in table.hidden_until.items():
        unknown = after(form[when], as_of)
        if when not in table.ends and when not in usual:
            unknown = unknown & ~_beyond(form[when])
        for name in names:
            hidden[name] = hidden[name] | unknown if name in hidden else unknown
    for column in table.columns:
        far = column.name in usual and as_of + A_CENTURY >= USUAL[1]  # no day is as far
        if (
            column.kind == "date"
            and not column.required
            and not far
            and column.name in form.columns
        ):
            hidden.setdefault(column.name, after(form[column.name], as_of + A_CENTURY))
    emptied = {
        column: unknown.ifelse(_before_then(form, column), form[column])
        for name, unknown in hidden.items()
        for column in (name, GIVEN + name, table.instants.get(name))
        if column is not None and column in form.columns and column not in blank
    }
    return form.mutate(later=later, **emptied)


def _before_then(form: ir.Table, name: str) -> ir.Value:
    """What was known before a value came: of an answer that it had not come, of others nothing.

    Asked and not answered yet is no survey of which it is unknown whether it was answered: that one
    is left out of the response rate, which then is of those alone who had answered.
    """
    return ibis.literal(False) if name == "replied" else ibis.null(form[name].type())


def _beyond(column: ir.Column) -> ir.BooleanColumn:
    """Whether a day or moment lies beyond every calendar; null counts as no."""
    return (column >= ibis.timestamp(OPEN_FROM.isoformat()).cast(column.type())).fill_null(False)


def _day(column: ir.Column) -> ir.Column:
    return column.date() if column.type().is_timestamp() else column


def _never(column: ir.Column) -> ir.BooleanColumn:
    """Whether a day is the last one of many calendars; null counts as no."""
    day = _day(column)
    return (day == ibis.date(NEVER)).fill_null(False)


def _two_digits(column: ir.Column) -> ir.BooleanColumn:
    """Whether a day lies in the years 2 to 99, where 25 was read as it stands; null counts as no.

    The year 1 is the zero of programming languages, and stands for no day.
    """
    day = _day(column)
    return ((day >= ibis.date(YEAR_2)) & (day < ibis.date(YEAR_100))).fill_null(False)


def _placeholder(column: ir.Column) -> ir.BooleanColumn:
    """Whether a day is one that systems write where they know none; null counts as no."""
    day = _day(column)
    early = (day < ibis.date(FIRST_DAY)) | (day == ibis.date(EPOCH))
    return early.fill_null(False) | _never(column)


def replied(form: ir.Table, table: Table, given: Collection[str]) -> ir.Table:
    """Whether a survey was answered, usably or not, where the query does not say so itself.

    Null where it cannot be told: a score without the day of the answer that the export has.
    """
    if table.name != "surveys" or "replied" in given:
        return form
    if "score" not in given:
        known = "responded_on" in given
        return form.mutate(replied=form.responded_on.notnull()) if known else form
    score = GIVEN + "score"
    told = form[score] if score in form.columns else form.score.notnull()
    if "responded_on" not in given:
        return form.mutate(replied=told)
    # A score without a day: an answer to nobody knows which quarter. 0 is what is filled in.
    undated = form.score.notnull() & form.responded_on.isnull() & (form.score != 0)
    replied = told & form.responded_on.notnull()
    return form.mutate(replied=undated.fill_null(False).ifelse(ibis.null("boolean"), replied))


def returned(form: ir.Table, table: Table) -> ir.Table:
    """Accounts with a day of leaving before the day of being won: they left, and came back."""
    ((later, earlier),) = table.not_before
    early = (form[later] < form[earlier]) & ~_placeholder(form[later])
    early = early.fill_null(False)
    blank = {later: early.ifelse(ibis.null(form[later].type()), form[later])}
    if GIVEN + later in form.columns:
        blank[GIVEN + later] = form[GIVEN + later] & ~early
    return form.mutate(**blank, **{BACK: early})


def referring(known: ir.Table, table: Table, accounts: ir.Table | None) -> ir.Table:
    """Add ``known_<column>`` for each column that must hold a known account; null where it is none.

    A join, because not every engine compares with a subquery outside of a filter.

    Parameters
    ----------
    accounts : one column ``account_id``, each known account once.
    """
    for name in table.references:
        assert accounts is not None
        listing = accounts.select(**{KNOWN + name: accounts.account_id})
        known = known.left_join(listing, known[name] == listing[KNOWN + name])
    return known


def of_later_accounts(known: ir.Table, table: Table, accounts: ir.Table) -> ir.Table:
    """Mark rows of accounts that were won after the as-of date as later, too.

    Trials and first tickets come before the contract. As of the date such an account is nobody's
    customer, and not one that the CRM does not know. What became of a row with that account later,
    such as that a referral was won, is not known yet either.
    """
    soon = accounts.select(**{SOON: accounts.account_id})
    for name in table.references:
        joined = known.left_join(soon, known[name] == soon[SOON])
        known = joined.mutate(later=joined.later | joined[SOON].notnull()).drop(SOON)
    for name, hidden in table.hidden_before_won.items():
        joined = known.left_join(soon, known[name] == soon[SOON])
        unknown = joined[SOON].notnull()
        emptied = {
            column: unknown.ifelse(ibis.null(joined[column].type()), joined[column])
            for column in hidden
        }
        emptied |= {
            given: joined[given] & ~unknown
            for given in (GIVEN + column for column in hidden)
            if given in joined.columns
        }
        known = joined.mutate(**emptied).drop(SOON)
    return known


def bounded(
    table: Table,
    bounds: Mapping[str, tuple[float | None, float | None]],
    extras: Mapping[str, Kind | None],
) -> Table:
    """A table with limits of a study's own, and limits of its numbers that are not canonical."""
    numbers = [name for name, kind in extras.items() if kind == "number"]
    return replace(
        table,
        extra_bounds={name: bounds.get(name, (-LARGEST, LARGEST)) for name in numbers},
        columns=tuple(
            replace(column, minimum=bounds[column.name][0], maximum=bounds[column.name][1])
            if column.name in bounds
            else column
            for column in table.columns
        ),
    )


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


def _below(limit: float) -> str:
    return say(words.BELOW, value=f"{limit:,.10g}")


def _above(limit: float) -> str:
    return say(words.ABOVE, value=f"{limit:,.10g}")


def _limits(column: Column) -> list[pa.Check]:
    checks = []
    if column.minimum is not None:
        checks.append(
            pa.Check(
                lambda data, low=column.minimum: data.table[data.key] >= low,
                error=_below(column.minimum),
            )
        )
    if column.maximum is not None:
        checks.append(
            pa.Check(
                lambda data, high=column.maximum: data.table[data.key] <= high,
                error=_above(column.maximum),
            )
        )
    if column.allowed:
        checks.append(
            pa.Check(
                lambda data, allowed=column.allowed: data.table[data.key].isin(allowed),
                error=say(words.NOT_ONE, listed=listed(column.allowed)),
            )
        )
    return checks


def _orders(table: Table) -> list[pa.Check]:
    return [
        pa.Check(
            lambda data, later=later, earlier=earlier: _in_order(data.table, table, later, earlier),
            name=later,
            error=say(words.BEFORE, earlier=earlier),
        )
        for later, earlier in table.not_before
    ]


def _in_order(rows: ir.Table, table: Table, later: str, earlier: str) -> ir.BooleanColumn:
    """Whether one moment is not before another; where the hour repeats, their instants decide."""
    local = (rows[later] >= rows[earlier]).fill_null(True)
    if later not in table.instants:
        return local
    return (rows[table.instants[later]] >= rows[table.instants[earlier]]).fill_null(local)


def _scales(table: Table) -> list[pa.Check]:
    if table.name != "surveys":
        return []

    def on_scale(data) -> ir.BooleanColumn:
        score, kind = data.table.score, data.table.kind
        fits = [(kind == name) & score.between(*limits) for name, limits in SCALES.items()]
        return (fits[0] | fits[1] | ~kind.isin(list(SCALES))).fill_null(True)

    told = ", ".join(f"{name} {low} to {high}" for name, (low, high) in SCALES.items())
    return [pa.Check(on_scale, name="score", error=say(words.OUTSIDE_SCALE_ITS_KIND, told=told))]


# ── rules, in the order in which a row's first reason is looked for ──────────────────────────────
def rules(
    known: ir.Table,
    table: Table,
    *,
    given: Collection[str],
    extras: Mapping[str, Kind | None] | None = None,
    usual: Collection[str] = (),
) -> list[Rule]:
    """Every rule of a table that can be broken, as a column of ``known``.

    Parameters
    ----------
    known : rows from ``as_known`` and ``referring``.
    given : the canonical columns that the query gives; the others are null and break nothing.
    extras : extra columns that are kept, with the kind that the study declares for them.
    usual : columns without a day that stands for none; such a day needs not be looked for.
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
        Rule(name, UNREADABLE[kind], known[GIVEN + name] & known[name].isnull())
        for name, kind in (extras or {}).items()
        if kind and GIVEN + name in known.columns
    ]
    for name in extras or {}:
        low, high = table.extra_bounds.get(name, (None, None))
        if low is not None:
            found.append(Rule(name, _below(low), known[name] < low))
        if high is not None:
            found.append(Rule(name, _above(high), known[name] > high))
    found += _failed_formulas(known, table, {*given, *(extras or {})})
    found += [
        Rule(name, NO_VALUE, known[name].isnull())
        for name, column in contract.columns.items()
        if not column.nullable
    ]
    found += [
        Rule(name, str(check.error), ~check(known, name).check_output)
        for name, column in contract.columns.items()
        for check in column.checks
        if name in given
    ]
    dated = {later for later, _ in table.not_before}
    for check in contract.checks:
        if check.name in given:
            broken = ~check(known).check_output
            if check.name in dated and check.name not in usual:
                broken = broken & ~_placeholder(known[check.name])  # no day is before no other
            found.append(Rule(check.name, str(check.error), broken))
    for column in table.columns:
        if (
            column.kind in ("date", "timestamp")
            and column.name in given
            and column.name not in usual
        ):
            found.append(Rule(column.name, TWO_DIGITS, _two_digits(known[column.name])))
            found.append(Rule(column.name, PLACEHOLDER, _placeholder(known[column.name])))
            if column.required or column.name in table.hidden_until:
                # An end beyond every calendar is open, and was emptied; others say nothing.
                beyond = _beyond(known[column.name])
                found.append(Rule(column.name, beyond_reason(), beyond, counts=column.required))
    if table.name == "surveys" and "responded_on" in given:
        day = known.responded_on
        undated = known.score.notnull() & (day.isnull() | _placeholder(day) | _beyond(day))
        found.append(Rule("score", NO_ANSWER, undated & (known.score == 0), counts=False))
        found.append(Rule("score", NO_DATE, undated & (known.score != 0)))
    found += [
        Rule(name, UNKNOWN_ACCOUNT, known[KNOWN + name].isnull()) for name in table.references
    ]
    return [replace(rule, cell=_may_be_blank(table, rule)) for rule in found]


def _failed_formulas(known: ir.Table, table: Table, given: Collection[str]) -> list[Rule]:
    """Texts of accounts that are what a spreadsheet writes where a formula failed: else customers
    of whom a look-up found nothing are a group of their own."""
    if table.name != "accounts":
        return []
    texts = [
        name
        for name in known.columns
        if name in given and known[name].type().is_string() and not _is_id(table, name)
    ]
    return [
        Rule(
            name,
            words.ERROR_OF_A_SPREADSHEET,
            (known[name].startswith("#") & known[name].re_search(FAILED)).fill_null(False),
            counts=False,
        )
        for name in texts
    ]


def _is_id(table: Table, name: str) -> bool:
    column = table.column(name)
    return column is not None and column.kind == "id"


def _may_be_blank(table: Table, rule: Rule) -> bool:
    """Whether a value that cannot be used costs its cell alone."""
    name, column = rule.column, table.column(rule.column)
    if column is None:
        return True  # an extra column
    # A placeholder says what a blank says; of a moment before the first, only the time is wrong.
    says_so = (
        column.blank
        and rule.reason not in (PLACEHOLDER, beyond_reason())
        and not _untimed(table, rule)
    )
    whole = column.required or says_so or column.kind == "id"
    return not whole and name not in (*table.key, *table.identifier)


def _untimed(table: Table, rule: Rule) -> bool:
    """Whether a moment of a ticket lies before the ticket's first."""
    orders = {(later, say(words.BEFORE, earlier=earlier)) for later, earlier in table.not_before}
    return rule.column in table.instants and (rule.column, rule.reason) in orders


def judged(known: ir.Table, found: list[Rule]) -> ir.Table:
    """Rows that came later or broke a rule: row_number, later, rule, cells.

    ``rule`` is the index of the first rule that costs the row, null where none does; ``cells``
    names, for each cell that cannot be used, the index of its first rule (``,3,17,``), and is empty
    where there is none. Rows that came later are not judged. Few rows break a rule: what they broke
    is worked out for these alone.
    """
    broken = [known.later, *(rule.broken for rule in found)]
    few = known.filter(functools.reduce(operator.or_, broken))
    return _broken(few, found)


def _broken(known: ir.Table, found: list[Rule]) -> ir.Table:
    order = [(rule.broken, k) for k, rule in enumerate(found) if not rule.cell]
    first = ibis.cases(*order, else_=ibis.null("int64")) if order else ibis.null("int64")
    cells = ibis.literal("")
    for name in dict.fromkeys(rule.column for rule in found if rule.cell):
        mine = [(r.broken, f",{k},") for k, r in enumerate(found) if r.cell and r.column == name]
        cells = cells + ibis.cases(*mine, else_="")
    return known.select(
        "row_number",
        "later",
        rule=ibis.ifelse(known.later, ibis.null("int64"), first).cast("int64"),
        cells=ibis.ifelse(known.later, "", cells),
    )


def without_cells(
    known: ir.Table, table: Table, found: list[Rule], columns: Collection[str]
) -> ir.Table:
    """The rows with the cells blanked that break a rule, in some columns."""
    blanked = {}
    for name in columns:
        instant = table.instants.get(name)
        broken = [(r.broken, True) for r in found if r.cell and r.column == name]
        gone = ibis.cases(*broken, else_=False)
        for cell in [name, instant] if instant else [name]:
            blanked[cell] = gone.ifelse(ibis.null(known[cell].type()), known[cell])
    return known.mutate(**blanked) if blanked else known


def validate(finished: ir.Table, table: Table) -> None:
    """Fail unless a finished table has the columns and types of its schema.

    Values need no second look: every row that broke a rule has been taken out by the same checks.
    """
    with config_context(validation_depth=ValidationDepth.SCHEMA_ONLY):
        schema(table).validate(finished, lazy=True)
