"""Of which day the state of accounts is: the quarter's last one, or that of the export.

Plan, size or owner of an account change without a trace where the CRM keeps only today's. In a run
for an earlier quarter they tell of later: a plan that was left because the customer left seems to
have driven it away. A history (``sources.accounts.history``) gives the state of the as-of date;
columns that the query makes of ``{as_of}`` have it, too; all others are named.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from helpers.collect.observed import EVENTS, told_until
from helpers.collect.queries import AS_OF
from helpers.collect.rhythm import MONTH
from helpers.errors import StudyError, listed
from helpers.study import Source
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

QUARTER, EXPORT = "quarter", "export"
# Canonical columns of accounts without a day of their own.
UNDATED = ("account_type", "parent_id", "owner")
KEPT = ("row_number", "account_id", "won_on", "name", "churned_on", "churn_reason")
A_YEAR = timedelta(days=366)
SENTINEL = "DATE '1987-06-05'"


def exported_on(ws: Workspace) -> date | None:
    """The day of the accounts' export: as declared, else the last day that any event speaks of.

    Contracts are left out, as they are signed for later days; leaving may be announced for later
    days, and counts only where no table of events is collected.
    """
    declared = ws.study.sources["accounts"].extracted_on
    if declared:
        return declared
    tables = [
        name
        for name in ("accounts", *EVENTS)
        if name in ws.study.sources and ws.recorded(f"collection/{name}")
    ]
    ends = [told_until(ws, name) for name in tables]
    if tables == ["accounts"]:
        told = (ws.recorded("collection/accounts").get("span") or {}).get("last_left")
        ends.append(date.fromisoformat(told) if told else None)
    days = [day for day in ends if day]
    # A day of winning a year after everything else is a slip of the pen.
    others = [day for day in [*ends[1:], *_last_contracts(ws)] if day]
    if others and days and max(days) > max(others) + A_YEAR:
        days = others
    return max(days, default=None)


def _last_contracts(ws: Workspace) -> list[date]:
    """The last day on which a contract is known to have started or ended, where there are any."""
    if "contracts" not in ws.study.sources:
        return []
    declared = ws.study.sources["contracts"].extracted_on
    span = ws.recorded("collection/contracts", {}).get("span") or {}
    told = [span.get("last_day"), span.get("last_left")]
    return [declared] if declared else [date.fromisoformat(day) for day in told if day]


def is_later(ws: Workspace) -> bool:
    """Whether accounts were exported a month or more after the quarter ended."""
    day = exported_on(ws)
    return day is not None and (day - ws.as_of).days >= MONTH


def states(ws: Workspace) -> dict[str, str]:
    """Of which day each column of accounts is: ``quarter`` or ``export``.

    Returns
    -------
    Attributes of the study, outcomes of hypotheses, columns of the score, and canonical columns
    without a day of their own, those that the export has, by name.
    """
    study, source = ws.study, ws.study.sources["accounts"]
    given = set(ws.recorded("collection/accounts", {}).get("columns") or ())
    lines = study.quality_score.lines.values()
    named = [*study.attributes, *(one.outcome for one in study.hypotheses)]
    named += [line.column for _, line in lines if line.column]
    named += UNDATED
    names = [name for name in dict.fromkeys(named) if name in given]
    if not is_later(ws) or source.history or _read_from_history(ws):
        return dict.fromkeys(names, QUARTER)
    dated = made_of_as_of(source.query or "")
    return {name: QUARTER if name.lower() in dated else EXPORT for name in names}


def _read_from_history(ws: Workspace) -> bool:
    """Whether a preset read the accounts from the vendor's own history."""
    from helpers.collect.presets import preset_choices

    if ws.study.sources["accounts"].preset is None:
        return False
    made = preset_choices(ws)
    here = (made["table"] == "accounts") & (made["choice"] == "history")
    return bool((here & (made["value"] == "use")).any())


def made_of_as_of(query: str) -> set[str]:
    """Columns of a query's result that are made of ``{as_of}``, in lower case.

    >>> made_of_as_of('SELECT id, "left" <= {as_of} AS gone, plan FROM c')
    {'gone'}
    """
    import ibis.backends.sql.dialects  # noqa: F401 - before sqlglot writes: helpers.sandbox.foreign
    import sqlglot
    from sqlglot.errors import SqlglotError

    text = query.replace("getvariable('as_of')", AS_OF)
    if AS_OF not in text:
        return set()
    text = text.replace(AS_OF, SENTINEL).replace("{quarter}", "''")
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except SqlglotError:
        return set()
    mark = SENTINEL.split("'")[1]
    return {
        item.alias_or_name.lower()
        for item in getattr(tree, "selects", [])
        if any(mark in literal.name for literal in item.find_all(sqlglot.exp.Literal))
    }


def of_the_day(
    rows: "ir.Table", source: Source, as_of: date, *, table: str
) -> "tuple[ir.Table, int]":
    """The state of each account on the as-of date, where the source gives a history.

    Of the rows of an account the one that became valid last, by the as-of date, counts; one without
    a day is valid from the beginning. Where all of them came later, the account is known, and what
    it was is not: the first row stays, without its columns beside identifier and days.

    Returns
    -------
    The rows, without the column ``valid_from``; and how many are left out as earlier or later.
    """
    import ibis

    if not source.history:
        return rows, 0
    by_name = {name.lower(): name for name in rows.columns}
    column, key = by_name.get(source.history.lower()), by_name.get("account_id")
    if column is None or key is None:
        raise StudyError(
            f"sources.{table}.history names a column that the query does not return.",
            found=source.history,
            expected=f"one of {listed(rows.columns, most=40)}",
        )
    since = rows[column].cast("string").try_cast("date")
    strange = int((rows[column].notnull() & since.isnull()).ifelse(1, 0).sum().execute() or 0)
    if strange:
        raise StudyError(
            f"sources.{table}.history: {strange} values of `{column}` are no days.",
            expected="days such as 2025-03-31, or nothing: valid from the beginning",
        )
    whole = rows.mutate(_since=since, _later=(since > ibis.date(as_of)).fill_null(False))
    mine = ibis.window(
        group_by=key,
        order_by=[
            whole._later.asc(),
            # The last of those that were valid; of later ones the first.
            ibis.ifelse(whole._later, whole._since, ibis.null("date")).asc(nulls_first=True),
            whole._since.desc(nulls_first=False),
            whole.row_number.desc(),
        ],
    )
    placed = whole.mutate(_place=ibis.row_number().over(mine))
    first = placed.filter(placed._place == 0)
    kept = first.mutate(
        **{
            name: ibis.ifelse(first._later, ibis.null(first[name].type()), first[name])
            for name in rows.columns
            if name.lower() not in KEPT and name != column
        }
    )
    kept = kept.drop("_since", "_later", "_place", column)
    left_out = int(rows.count().execute()) - int(kept.count().execute())
    return kept, left_out
