"""What an export covers in time: its first and last day, and whether that reaches the quarter.

An export that ends before the quarter does, or begins after the quarter began, looks like a company
to which nothing happened. It is told from one to which little happens by its own rhythm: a while
without rows counts as not observed where it is longer than any other of the two years before (by
half), and where rows would have come on at least `EXPECTED` days at the pace of a year. A Poisson
number of that mean is zero once in 22,000 times.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import StudyError
from helpers.tables import TABLES, Table
from helpers.words import lists, say
from helpers.words import observed as words
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

EARLIEST, LATEST = pd.Timestamp(1900, 1, 2), pd.Timestamp(2900, 1, 1)  # placeholders lie outside
EXPECTED = 10
MONTH = 31  # days at the end of a quarter from which on it is not told at all, but refused
LONGER = 1.5
# What a table without rows in the quarter is withheld for; the others hold states, or no days.
EVENTS = ("orders", "costs", "tickets", "surveys", "usage", "referrals")
ENDED = 3  # contracts that ended in the silence, from which on it moves numbers


def observe(form: "ir.Table", table: Table, as_of: date) -> dict[str, object]:
    """The days that a table speaks of, of all rows that were read, used or not.

    Returns
    -------
    first_day and last_day (ISO, "" without any), last_known (the last up to the as-of date: what
    came later is no part of the quarter), months (rows by month), and, for the test of what is
    silent: gap (most days between two days with rows, in the two years before the last) and pace
    (days with rows, per day of the year to the last). Empty for a table whose rows have no day.
    """
    if not table.known_on:
        return {}
    when = form[table.known_on].cast("date")
    counts = form.group_by(day=when).agg(rows=form.count()).to_pandas().dropna(subset="day")
    if table.name == "accounts":
        left = form.group_by(day=form.churned_on.cast("date")).agg(rows=form.count()).to_pandas()
        counts = pd.concat([counts, left.dropna(subset="day")], ignore_index=True)
    rows: dict[date, int] = {}
    for stamp, number in zip(pd.to_datetime(counts["day"]), counts["rows"], strict=True):
        if EARLIEST <= stamp < LATEST:
            rows[stamp.date()] = rows.get(stamp.date(), 0) + int(number)
    if not rows:
        ends = dict.fromkeys(("first_day", "last_day", "last_known"), "")
        return ends | {"months": {}, "gap": 0, "pace": 0.0}
    days = sorted(rows)
    last, months = days[-1], {}
    for day in days:
        months[f"{day:%Y-%m}"] = months.get(f"{day:%Y-%m}", 0) + rows[day]
    recent = [day for day in days if day > last - timedelta(days=730)]
    # Days with rows, not rows: what is booked in batches comes less often than it is large.
    year = sum(day > last - timedelta(days=365) for day in recent)
    return {
        "first_day": days[0].isoformat(),
        "last_day": last.isoformat(),
        "last_known": max((f"{day}" for day in days if day <= as_of), default=""),
        "months": months,
        "gap": max(((b - a).days for a, b in pairwise(recent)), default=0),
        # A few days in a row are no pace to go by: it is taken over a quarter at least.
        "pace": year / min(365, max(92, (last - days[0]).days + 1)),
    }


def last_left(form: "ir.Table") -> str:
    """The last day on which an account is told to have left, known by the as-of date or not."""
    import ibis

    days = form.churned_on.cast("timestamp(6)")
    told = days.max(where=days < ibis.timestamp(LATEST.isoformat())).execute()
    return "" if pd.isna(told) else pd.Timestamp(told).date().isoformat()


def before_won(rows: "ir.Table", table: Table, accounts: "ir.Table") -> int:
    """How many rows of a table are of a day before their account was won.

    They count where tickets or use are counted, but not as time as a customer.
    """
    if not table.known_on or not table.references:
        return 0
    name = table.references[0]
    won = accounts.select(won_account=accounts.account_id, won_day=accounts.won_on)
    joined = rows.join(won, rows[name] == won.won_account)
    early = joined[table.known_on].cast("date") < joined.won_day.cast("date")
    return int(early.ifelse(1, 0).sum().execute() or 0)


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


def silent_from(ws: Workspace, name: str) -> date | None:
    """The last day of an export that ends before the quarter does; None where it does not."""
    _, last = reaches(ws, name)
    if last is None or last >= ws.as_of:
        return None
    if ws.study.sources[name].extracted_on:
        return last
    return last if silent_before(ws, name, (ws.as_of - last).days) else None


def withheld(ws: Workspace, name: str) -> str:
    """Why nothing is told of a table for this quarter, as a part of a sentence; "" where it is."""
    record = ws.recorded(f"collection/{name}", {})
    if name not in EVENTS or not record or name == revenue_of(ws):
        return ""
    if not record["rows_in"]:
        return say(words.EMPTY)
    first, _ = reaches(ws, name)
    if first is not None and first > ws.as_of:
        return say(words.LATER, first=first)
    if first is not None and silent_before(ws, name, (first - ws.quarter.start).days):
        return say(words.LATE, first=first)
    last = silent_from(ws, name)
    if last is not None and (ws.as_of - last).days < MONTH:
        return ""
    return say(words.ENDED, last=last) if last is not None else ""


def silent_before(ws: Workspace, name: str, days: int) -> bool:
    """Whether so many days without rows are more than the rhythm of a table lets expect."""
    span = ws.recorded(f"collection/{name}", {}).get("span") or {}
    return days * span.get("pace", 0.0) >= EXPECTED and days > LONGER * span.get("gap", 0)


def quiet_contracts(ws: Workspace) -> dict[str, object]:
    """last and expected: since when no contract began, and how many would have; {} without."""
    if revenue_of(ws) != "contracts" or ws.study.sources["contracts"].extracted_on:
        return {}
    last = silent_from(ws, "contracts")
    if last is None or (ws.as_of - last).days < MONTH:
        return {}
    pace = ws.recorded("collection/contracts")["span"]["pace"]
    return {"last": last, "expected": round(pace * (ws.as_of - last).days)}


def unfinished(ws: Workspace) -> list[dict[str, object]]:
    """table, last and days, of each table whose export ends less than a month before the quarter.

    Its last month is not whole: what is counted in it is too little.
    """
    found = []
    for name in (*EVENTS, "contracts"):
        if not ws.recorded(f"collection/{name}") or name not in ws.study.sources:
            continue
        last = silent_from(ws, name)
        if last is not None and (ws.as_of - last).days < MONTH:
            found.append({"table": name, "last": last, "days": (ws.as_of - last).days})
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
    since = silent_from(ws, name)
    if since is not None and (ws.as_of - since).days < MONTH:
        since = None
    if since is not None and name == "contracts" and not ws.study.sources[name].extracted_on:
        _, left = reaches(ws, "accounts")
        since = max(since, left) if left else since
        lost = rows.filter((rows.ends_on > since) & (rows.ends_on <= ws.as_of))
        if since >= ws.as_of or int(lost.count().execute()) < ENDED:
            since = None
    declared = say(lists.OR_DECLARE_DAY_EXPORT_SOURCES, name=name)
    if since is not None:
        raise StudyError(
            f"sources.{name} ends on {since}, before {ws.quarter} does ({ws.as_of}).",
            found=f"{TABLES[name].known_on} from {first} to {last}",
            expected=f"an export made on {ws.as_of} or later",
            remedy=f"export again, or run an earlier quarter, {declared}",
        )
    late = first is not None and (first - ws.quarter.start).days
    if name == "orders" and late and silent_before(ws, name, late):
        raise StudyError(
            f"sources.{name} begins on {first}, after {ws.quarter} did ({ws.quarter.start}).",
            found=f"ordered_on from {first} to {last}",
            expected=f"orders from {ws.quarter.start} on",
            remedy="export from the first day of the quarter on, or run a later quarter",
        )


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
    without days), extracted_on (where declared), rows, rejected, conflicts, repeated, overlaps,
    unmatched (rows), before_won (rows of a day before their account
    was won), money (what repeated or unmatched rows amount to; blank where the table has no
    amount), choices (what the study declares or leaves at its default), covers ("" or why nothing
    is told of the table for this quarter).
    """
    made = []
    for name in TABLES:
        record = ws.recorded(f"collection/{name}")
        if name not in ws.study.sources or not record:
            continue
        span, source = record.get("span") or {}, ws.study.sources[name]
        parts = {
            part: record.get(part) or {}
            for part in ("repeated", "duplicates", "conflicts", "overlaps", "unmatched")
        }
        twice = parts["repeated"] or parts["duplicates"]
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
                "overlaps": parts["overlaps"].get("rows", 0),
                "unmatched": parts["unmatched"].get("rows", 0),
                "before_won": record.get("before_won", 0),
                "money": sum(money) if money else float("nan"),
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
