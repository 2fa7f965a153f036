"""What an export covers in time: its first and last day, and whether that reaches the quarter.

An export that ends before the quarter does, or begins after the quarter began, looks like a company
to which nothing happened. It is told from one to which little happens by its own rhythm
(`helpers.collect.rhythm`). A day that the study declares needs no such test.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.collect.placeholders import real_days
from helpers.collect.rhythm import MONTH, rhythm, unusual
from helpers.errors import StudyError
from helpers.tables import TABLES, Table
from helpers.words import lists, say
from helpers.words import observed as words
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

# What a table without rows in the quarter is withheld for; the others hold states, or no days.
EVENTS = ("orders", "costs", "tickets", "surveys", "usage", "referrals")
# Days with rows after the quarter, from which on the export is not held to end before it.
LATER = 3
LONGEST_BATCH = 45  # days before the first of monthly batches, which is one of them too few
UNRECORDED = 20  # rows without a reply, an end or an answer, before the first that has one
PARTS = ("repeated", "duplicates", "conflicts", "overlaps", "unmatched", "after_leaving")
ENDED = 3  # contracts that ended in the silence, from which on it moves numbers


# The day on which what a row speaks of ended.
LEFT = {"accounts": "churned_on", "contracts": "ends_on"}


def days_of(table: Table) -> Table:
    """A table with the columns alone that `observe` looks at."""
    names = (table.known_on, LEFT.get(table.name))
    columns = tuple(column for column in table.columns if column.name in names)
    return replace(table, columns=columns, instants={})


def observe(form: "ir.Table", table: Table, as_of: date) -> dict[str, Any]:
    """The days that a table speaks of, of all rows that were read, used or not.

    Parameters
    ----------
    form : canonical, with the columns of `days_of` at least.

    Returns
    -------
    first_day and last_day (ISO, "" without any), last_known (the last up to the as-of date: what
    came later is no part of the quarter), months (rows by month), what `rhythm` says, and left: the
    rhythm of the days on which accounts left or contracts ended, with the last of them. last_left:
    the last day on which one left or ended, known by the as-of date or not ("" without any). Empty
    for a table whose rows have no day.
    """
    if not table.known_on:
        return {}
    rows, told = _by_day(form, table.known_on), _by_day(form, LEFT.get(table.name))
    left = {day: number for day, number in told.items() if day <= as_of}
    if table.name == "accounts":
        rows = {day: rows.get(day, 0) + left.get(day, 0) for day in {**rows, **left}}
    ends = dict.fromkeys(("first_day", "last_day", "last_known"), "")
    last = {"last_left": f"{max(told)}" if told else ""}
    if not rows:
        return ends | last | {"months": {}} | rhythm({}, as_of)
    days = sorted(rows)
    months: dict[str, int] = {}
    for day in days:
        months[f"{day:%Y-%m}"] = months.get(f"{day:%Y-%m}", 0) + rows[day]
    return {
        **last,
        "first_day": days[0].isoformat(),
        "last_day": days[-1].isoformat(),
        "last_known": max((f"{day}" for day in days if day <= as_of), default=""),
        "months": months,
        **rhythm(rows, as_of),
        "left": {"last": max(left).isoformat(), **rhythm(left, as_of)} if left else {},
    }


def _by_day(form: "ir.Table", name: str | None) -> dict[date, int]:
    """Rows by the day of a column; placeholders are no days."""
    if name is None:
        return {}
    counts = form.group_by(day=form[name].cast("date")).agg(rows=form.count()).to_pandas()
    counts = counts.dropna(subset="day")
    stamps = pd.to_datetime(counts["day"])
    return real_days(
        {stamp.date(): int(number) for stamp, number in zip(stamps, counts["rows"], strict=True)}
    )


def before_won(rows: "ir.Table", table: Table, accounts: "ir.Table", *, begins: str) -> int:
    """How many rows of a table are of a day before their account was won.

    They count where tickets or use are counted, but not as time as a customer.

    Parameters
    ----------
    begins : first day of the table (ISO); no row is before an account that was won by then.
    """
    import ibis

    if not table.known_on or not table.references or not begins:
        return 0
    name = table.references[0]
    day = accounts.won_on.cast("date")
    won = accounts.filter(day > ibis.date(begins)).select(
        won_account=accounts.account_id, won_day=accounts.won_on
    )
    joined = rows.inner_join(
        won, [rows[name] == won.won_account, rows[table.known_on].cast("date") < won.won_day]
    )
    return int(joined.count().execute())


def reaches(ws: Workspace, name: str) -> tuple[date | None, date | None]:
    """First and last day that a collected table speaks of, as declared or as found."""
    span = ws.recorded(f"collection/{name}", {}).get("span") or {}
    first, last = (
        date.fromisoformat(span[end]) if span.get(end) else None
        for end in ("first_day", "last_day")
    )
    source = ws.study.sources[name]
    begin = source.records_begin or ws.study.records_begin
    return begin or first, source.extracted_on or last


def told_until(ws: Workspace, name: str) -> date | None:
    """The last day that a table speaks of, without a few later ones that are slips of the pen."""
    span = _span(ws, name)
    declared = ws.study.sources[name].extracted_on
    known = _last_known(span)
    if declared or known is None or span["later"] >= LATER or name == "accounts":
        return reaches(ws, name)[1]
    return known


def silent_from(ws: Workspace, name: str) -> date | None:
    """The last day of an export that ends before the quarter does; None where it does not."""
    declared = ws.study.sources[name].extracted_on
    if declared:
        return declared if declared < ws.as_of else None
    span = _span(ws, name)
    last = _last_known(span)
    # A few later days are slips of the pen; contracts are signed for days to come, and say nothing.
    goes_on = span.get("later", 0) >= LATER and name != "contracts"
    if last is None or last >= ws.as_of or goes_on:
        return None
    return last if span.get("overdue") or unusual((ws.as_of - last).days, span) else None


def _span(ws: Workspace, name: str) -> dict:
    return ws.recorded(f"collection/{name}", {}).get("span") or {}


def _last_known(span: dict) -> date | None:
    return date.fromisoformat(span["last_known"]) if span.get("last_known") else None


def _ended(ws: Workspace, name: str) -> date | None:
    """The last day of an export that ends a month or more before the quarter does.

    Of batches two are missing; with one of them missing the last month is not whole.
    """
    last = silent_from(ws, name)
    if last is None or (ws.as_of - last).days < MONTH:
        return None
    span = _span(ws, name)
    if ws.study.sources[name].extracted_on or unusual((ws.as_of - last).days, span):
        return last
    return last if span["overdue"] >= 2 else None


def begins_late(ws: Workspace, name: str) -> date | None:
    """The first day of an export that begins after the quarter did; None where it does not."""
    source = ws.study.sources[name]
    first, _ = reaches(ws, name)
    days = (first - ws.quarter.start).days if first else 0
    if days <= 0:
        return None
    declared = source.records_begin or ws.study.records_begin
    return first if declared or silent_before(ws, name, days) else None


def withheld(ws: Workspace, name: str) -> str:
    """Why nothing is told of a table for this quarter, as a part of a sentence; "" where it is."""
    record = ws.recorded(f"collection/{name}", {})
    if name not in EVENTS or not record or name == revenue_of(ws):
        return ""
    if not record["rows_in"]:
        return say(words.EMPTY)
    if not record["rows_used"] and record["rows_rejected"]:
        return say(words.ALL_REJECTED)
    first, _ = reaches(ws, name)
    if first is not None and first > ws.as_of:
        return say(words.LATER, first=first)
    late = begins_late(ws, name)
    if late is not None:
        return say(words.LATE, first=late)
    last = _ended(ws, name)
    return say(words.ENDED, last=last) if last is not None else ""


def silent_before(ws: Workspace, name: str, days: int) -> bool:
    """Whether so many days before the first row are more than the rhythm lets expect."""
    span = _span(ws, name)
    return unusual(days, span) or bool(span.get("steady") and days > LONGEST_BATCH)


def quiet(ws: Workspace) -> dict[str, object]:
    """table, last and expected: since when no revenue began, and on how many days it would have.

    Empty where it did, or where the silence is one that refuses the run.
    """
    name = revenue_of(ws)
    if name not in ws.study.sources or ws.study.sources[name].extracted_on:
        return {}
    last = _ended(ws, name)
    if last is None:
        return {}
    expected = round(_span(ws, name)["pace"] * (ws.as_of - last).days)
    return {"table": name, "last": last, "expected": expected}


def unfinished(ws: Workspace) -> list[dict[str, object]]:
    """table, last and days, of each table whose last month is not whole.

    Its export ends less than a month before the quarter, or one of its batches is missing: what is
    counted is too little.
    """
    found = []
    for name in (*EVENTS, "contracts"):
        if not ws.recorded(f"collection/{name}") or name not in ws.study.sources:
            continue
        last = silent_from(ws, name)
        if last is not None and _ended(ws, name) is None:
            found.append({"table": name, "last": last, "days": (ws.as_of - last).days})
    return found


def nobody_left(ws: Workspace) -> dict[str, object]:
    """last and expected: since when nobody is recorded as having left, and on how many days some
    would have; empty where some did.

    Of the CRM where it has such days, else of contracts that ended.
    """
    for name in ("accounts", "contracts"):
        left = _span(ws, name).get("left") if name in ws.study.sources else None
        if not left:
            continue
        last = date.fromisoformat(left["last"])
        days = (ws.as_of - last).days
        if not unusual(days, left):
            return {}
        return {"table": name, "last": last, "expected": round(left["pace"] * days)}
    return {}


def moments(
    rows: "ir.Table", table: Table, given: Collection[str], *, blank: Collection[str] = ()
) -> tuple[dict[str, dict[str, object]], dict[str, int]]:
    """What is not whole about the moments of an export's rows.

    Parameters
    ----------
    rows : canonical, without rows after the as-of date.
    given : the columns that the query gives.
    blank : columns that are empty for want of anything to fill them from.

    Returns
    -------
    Of moments that are not recorded from the beginning, column → begins (ISO; "" = no row has one)
    and rows (before, all without one); only where these are at least `UNRECORDED`, too many to be
    waiting all of them. Of pairs of moments of which one says its offset and the other does not,
    so that two clocks tell them, the later column → rows.
    """
    import ibis

    later = [one for one, earlier in table.not_before if earlier == table.known_on]
    later = [name for name in later if name in given and table.name in EVENTS]
    pairs = [pair for pair in table.not_before if {*pair} <= {*table.instants} & {*given}]
    pairs = [pair for pair in pairs if not {table.instants[name] for name in pair} <= {*blank}]
    if not later and not pairs:
        return {}, {}
    when = rows[table.known_on].cast("date")
    asked = {f"begins_{name}": when.min(where=rows[name].notnull()) for name in later}
    asked |= {
        f"apart_{one}": _two_clocks(rows, table, one, other).ifelse(1, 0).sum()
        for one, other in pairs
    }
    told = rows.aggregate(first=when.min(), **asked).to_pandas().loc[0]
    apart = {one: told[f"apart_{one}"] for one, _ in pairs}
    begins = {
        name: "" if pd.isna(day) else pd.Timestamp(day).date().isoformat()
        for name in later
        if pd.isna(day := told[f"begins_{name}"]) or day > told["first"]
    }
    found = {}
    if begins:
        before = {
            name: rows.count(where=when < ibis.date(day)) if day else rows.count()
            for name, day in begins.items()
        }
        numbers = rows.aggregate(**before).to_pandas().loc[0]
        found = {
            name: {"begins": day, "rows": int(numbers[name])}
            for name, day in begins.items()
            if numbers[name] >= UNRECORDED
        }
    # The sum of no rows is none.
    counted = {name: 0 if pd.isna(number) else int(number) for name, number in apart.items()}
    return found, {name: number for name, number in counted.items() if number}


def _two_clocks(rows: "ir.Table", table: Table, one: str, other: str) -> "ir.BooleanValue":
    """Whether one of two moments says its offset from UTC and the other does not."""
    both = rows[one].notnull() & rows[other].notnull()
    return both & (rows[table.instants[one]].notnull() != rows[table.instants[other]].notnull())


def unrecorded(ws: Workspace, name: str) -> dict[str, dict]:
    """Columns of a table that the quarter does not record from its first day on."""
    found = ws.recorded(f"collection/{name}", {}).get("recorded_from") or {}
    start = ws.quarter.start.isoformat()
    return {k: told for k, told in found.items() if not told["begins"] or told["begins"] > start}


def holes(ws: Workspace) -> list[dict[str, object]]:
    """table, first and last, of each table with an unusual silence between two days with rows."""
    found = []
    for name in EVENTS:
        hole = _span(ws, name).get("hole") if name in ws.study.sources else None
        if hole and not withheld(ws, name):
            first, last = map(date.fromisoformat, hole)
            found.append({"table": name, "first": first, "last": last})
    return found


def revenue_of(ws: Workspace) -> str:
    """The table that a study's revenue comes from."""
    return {"subscription": "contracts", "transactional": "orders"}[ws.study.business_model]


def check_revenue(ws: Workspace, rows: "ir.Table") -> None:
    """Refuse a run for a quarter that the revenue does not reach, or that began before it does.

    Contracts are silent where nobody was won, too; they are refused where contracts ended in the
    meantime, so that customers would count as lost for want of newer rows.
    """
    name = revenue_of(ws)
    first, last = reaches(ws, name)
    since = _ended(ws, name)
    last = _last_known(_span(ws, name)) or last
    source = ws.study.sources[name]
    if since is not None and not source.extracted_on:
        if name == "contracts":
            _, left = reaches(ws, "accounts")
            since = max(since, left) if left else since
            lost = rows.filter((rows.ends_on > since) & (rows.ends_on <= ws.as_of))
            if since >= ws.as_of or int(lost.count().execute()) < ENDED:
                since = None
        elif not _span(ws, name)["ended"]:
            since = None
    declared = say(lists.OR_DECLARE_DAY_EXPORT_SOURCES, name=name)
    if since is not None:
        raise StudyError(
            f"sources.{name} ends on {since}, before {ws.quarter} does ({ws.as_of}).",
            found=f"{TABLES[name].known_on} from {first} to {last}",
            expected=f"an export made on {ws.as_of} or later",
            remedy=f"export again, or run an earlier quarter, {declared}",
        )
    if name == "orders" and begins_late(ws, name) is not None:
        raise StudyError(
            f"sources.{name} begins on {first}, after {ws.quarter} did ({ws.quarter.start}).",
            found=f"ordered_on from {first} to {last}",
            expected=f"orders from {ws.quarter.start} on",
            remedy="export from the first day of the quarter on, or run a later quarter",
        )


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _chosen(part: str, given: dict) -> str:
    """A choice of the study, with what it concerns and what would be otherwise."""
    choice, rows = given["choice"], given.get("rows", 0)
    if not rows or choice not in words.OTHERWISE:
        return f"{part}: {choice}"
    otherwise = say(words.OTHERWISE[choice])
    return say(words.CHOSEN, part=part, choice=choice, rows=rows, otherwise=otherwise)


def rows_by_month(ws: Workspace) -> pd.DataFrame:
    """Rows of each collected table in the last thirteen months to the quarter's end.

    Returns
    -------
    month (such as 2025-03) and one column per table, blank before its first and after its last row.
    """
    months = {
        name: span["months"]
        for name in TABLES
        if name in ws.study.sources
        and (span := (ws.recorded(f"collection/{name}") or {}).get("span") or {}).get("months")
    }
    named = sorted({month for of in months.values() for month in of})
    shown = [month for month in named if month <= f"{ws.as_of:%Y-%m}"][-13:]
    return pd.DataFrame(
        {"month": shown}
        | {
            name: pd.array(
                [of.get(m, 0) if min(of) <= m <= max(of) else None for m in shown], dtype="Int64"
            )
            for name, of in months.items()
        }
    )


def collected_tables(ws: Workspace) -> pd.DataFrame:
    """What each table covers and what became of its rows: the data file ``collected``.

    Returns
    -------
    One row per collected table: table, first_day, last_day (of rows known; blank for tables
    without days), extracted_on (where declared), rows, rejected, conflicts, repeated,
    repeated_in_files (rows of raw files, where the query adds rows up or numbers them), overlaps,
    unmatched (rows), before_won (rows of a day before their account
    was won), after_leaving (contracts in force of accounts that have left), alike (accounts that
    differ from another by capitals, white space or zeros in front alone), money (what repeated or
    unmatched rows amount to; blank where the table has no amount), rejected_money (what rejected
    rows amount to, in their own currencies, as far as it can be read; blank as well), choices (what
    the study declares or leaves at its default), covers (""
    or why nothing is told of the table for this quarter).
    """
    made = []
    for name in TABLES:
        record = ws.recorded(f"collection/{name}")
        if name not in ws.study.sources or not record:
            continue
        span, source = record.get("span") or {}, ws.study.sources[name]
        parts = {part: record.get(part) or {} for part in PARTS}
        twice = parts["repeated"] or parts["duplicates"]
        pages = record.get("pages") or []
        for one in pages:
            choice = {"choice": one["choice"], "rows": one["rows"]}
            parts[f"repeated in {one['file']}"] = choice
        money = [part["money"] for part in (twice, parts["unmatched"]) if "money" in part]
        made.append(
            {
                "table": name,
                "first_day": span.get("first_day") or None,
                "last_day": span.get("last_known") or None,
                "extracted_on": source.extracted_on and source.extracted_on.isoformat(),
                "rows": record["rows_in"] - record["rows_after_as_of"],
                "rejected": record["rows_rejected"],
                "conflicts": parts["conflicts"].get("rows", 0),
                "repeated": twice.get("rows", 0),
                "repeated_in_files": sum(one["rows"] for one in pages),
                "overlaps": parts["overlaps"].get("rows", 0),
                "unmatched": parts["unmatched"].get("rows", 0),
                "before_won": record.get("before_won", 0),
                "after_leaving": parts["after_leaving"].get("rows", 0),
                "alike": (record.get("alike") or {}).get("accounts", 0),
                "money": sum(money) if money else float("nan"),
                "rejected_money": _or_nan(record.get("money_rejected")),
                "choices": "; ".join(
                    _chosen(part, given)
                    for part, given in parts.items()
                    if "choice" in given and given.get("rows")
                ),
                "covers": withheld(ws, name),
            }
        )
    table = pd.DataFrame(made)
    for end in ("first_day", "last_day", "extracted_on"):
        table[end] = pd.to_datetime(table[end]).astype("datetime64[us]")
    return table
