"""Which file holds what customers pay, as contracts or as orders."""

from datetime import date

from helpers.collect.quoting import identifier
from helpers.draft.amounts import (
    COUNTED,
    COUNTED_ALL,
    is_total_of_a_contract,
    last_days,
    months_named,
    months_of,
    per_what,
    usual_term,
    whole,
)
from helpers.draft.billing import amounts_of, billed, kind_of, rates_off
from helpers.draft.looking import Column, Export
from helpers.draft.names import (
    AHEAD,
    CONTRACTS,
    GOING_ON,
    OVER,
    PASSING,
    TURNS,
    UNBEGUN,
    WORDS,
    is_identifier,
    likeness,
    words,
)
from helpers.draft.ordering import orders
from helpers.draft.other_tables import COSTS, USED
from helpers.draft.parts import Guess, Table, best, select
from helpers.draft.periods import by_month, how_many, kept_amount, turn_of
from helpers.draft.renewing import renewed, stacked
from helpers.draft.values import MIXED, among, currencies, having, two_ways

RECURRING = frozenset(("mrr", "arr", "acv", "recurring"))
# Of whom a contract may be listed once each: they number no contracts.
PEOPLE = frozenset(("email", "mail", "contact", "kontakt", "user", "phone", "telefon", "contacto"))
# Files whose amounts nobody paid, or paid to others.
NO_REVENUE = (COSTS - {"spend"}) | {"budget", "budgets", "forecast", "forecasts", "targets"}


def revenue_of(
    con, exports, keys, found: Guess, listing: Export | None = None
) -> tuple[Export, Column] | None:
    """Contracts where something is paid per month, else orders; file and day of revenue.

    The list of customers comes last where it does not name recurring revenue: what it says of
    revenue a year may be what the customer earns.
    """
    paying = [e for e in exports if e.alias in keys and not set(words(e.alias)) & NO_REVENUE]
    # What is called contracts comes first: a list of customers holds their own revenue, too.
    by_name = sorted(paying, key=lambda e: (not set(words(e.alias)) & CONTRACTS, -e.rows))
    for export in by_name:
        sure = bool(set(words(export.alias)) & CONTRACTS) or export is not listing
        start = _paid_by_month(con, exports, export, keys[export.alias], found, surely=sure)
        if start is not None:
            return export, start
    for named in (True, False):
        for export in sorted(paying, key=lambda e: -e.rows):
            if bool(set(words(export.alias)) & CONTRACTS) is named:
                start = _agreed(con, exports, export, keys[export.alias], found, surely=named)
                if start is not None:
                    return export, start
        if named and (
            ordered := _ordered(con, [e for e in paying if e is not listing], keys, found)
        ):
            return ordered
    if listing is not None and listing in paying:
        start = _paid_by_month(con, exports, listing, keys[listing.alias], found, surely=True)
        if start is not None:
            return listing, start
        return _ordered(con, [listing], keys, found)
    return None


def _paid_by_month(con, exports, export, key, found: Guess, *, surely: bool) -> Column | None:
    """Contracts of a file with a start and an amount by month or year; the start."""
    numbers = [c for c in export.of_kind("number") if c is not key]
    dates = [c for c in export.of_kind("date") if not set(words(c.name)) & PASSING]
    start = best(dates, "starts_on")
    mrr = _recurring([c for c in numbers if not c.name.lower().endswith("id")], "mrr")
    arr = None if mrr else _recurring(numbers, "arr")
    column = mrr or arr
    if column is None or not (surely or set(words(column.name)) & RECURRING):
        return None
    if start is None and len(dates) == 1:
        start = dates[0]  # the only day of the file
    if start is None:
        return None
    others = [c for c in numbers if c is not column]
    said, by = times(export, column, others)
    amount, told = _monthly(mrr, arr)
    if not said and likeness(column.name, "unit_price") >= 0.3:
        said = _of_one_unit(column, others)
    amount = f"{by}{amount}"
    end = best([c for c in dates if c is not start], "ends_on")
    if end and (emptied := kept_amount(con, export, amount, column, others, end)):
        amount, said = emptied[0] or amount, [*said, emptied[1]]
    _contracts(con, exports, export, key, start, (amount, told), found)
    found.tables["contracts"].why += said
    return start


def _recurring(numbers: list[Column], role: str) -> Column | None:
    """The column of a recurring amount: before tax where one is, and none of tax or discount."""
    rank = {"net": 2, "": 1, "gross": 0}
    fitting = [c for c in numbers if c.filled and kind_of(c.name) in rank]
    fitting = [c for c in fitting if likeness(c.name, role) >= 0.3]
    # A fee beside an amount is that of who collects it.
    if amounts_of([c for c in numbers if c not in fitting]):
        fitting = [c for c in fitting if not {*words(c.name)} <= {"fee", "fees", "amount"}]
    return max(fitting, key=lambda c: (rank[kind_of(c.name)], likeness(c.name, role)), default=None)


def times(export: Export, amount: Column, others: list[Column]) -> tuple[list[str], str]:
    """How often an amount for one seat or unit is paid: what is said, and the factor in SQL."""
    unit = per_what(amount)
    if not unit:
        return [], ""
    counts = [c for c in others if c.whole and set(words(c.name)) & COUNTED_ALL]
    counts = [c for c in counts if not is_identifier(c.name) and not per_what(c)]
    near = ({*unit}, COUNTED, COUNTED_ALL)
    counts.sort(key=lambda c: [not set(words(c.name)) & known for known in near])
    if not counts:
        return [
            f"DECISION: {amount.name} is for one {unit[0]} by its name, and no column of "
            f"{export.path} says how many there are; it is taken for the whole amount"
        ], ""
    said = f"{amount.name} is for one {unit[0]} by its name: it is taken times {counts[0].name}"
    return [said], f"{counts[0].sql} * "


def _of_one_unit(amount: Column, others: list[Column]) -> list[str]:
    """Ask where a quantity stands beside an amount whose name does not say that it is of one."""
    counts = [c for c in others if c.whole and c.distinct > 1 and not is_identifier(c.name)]
    counts = [c for c in counts if not set(words(c.name)) & TURNS]
    quantity = best(counts, "quantity") or next(
        (c for c in counts if set(words(c.name)) & COUNTED_ALL), None
    )
    if quantity is None:
        return []
    return [
        f"DECISION: {amount.name} is taken for the whole amount; where it is the price of one "
        f"unit, write {quantity.sql} * in front of it"
    ]


def _monthly(mrr: Column | None, arr: Column | None) -> tuple[str, str]:
    """A recurring amount by month, and what it is."""
    column = mrr or arr
    assert column is not None  # without either there is nothing to be told by month
    months = months_named(column) or (1 if mrr else 12)
    amount, unit = whole(column)
    told = f"; {unit}" if unit else ""
    if months == 1:
        return amount, f"a monthly amount ({column.name}){told}"
    kind = "a yearly amount" if months == 12 else f"an amount for {months} months"
    return f"{amount} / {months}.0", f"{kind} ({column.name}), by {months}{told}"


def _ordered(con, exports, keys, found: Guess) -> tuple[Export, Column] | None:
    # A total of a file of usage is what was used; it is what was paid where no other file has any.
    for export in sorted(exports, key=lambda e: (bool(set(words(e.alias)) & USED), -e.rows)):
        if export.alias in keys and orders(con, export, keys[export.alias], found):
            return export, found.day
    return None


def _agreed(con, exports, export, key, found: Guess, *, surely: bool) -> Column | None:
    """Contracts with an amount whose name tells no period: a column does, or it is a decision."""
    dates = [c for c in export.of_kind("date") if not set(words(c.name)) & PASSING]
    start = best(dates, "starts_on") or (best(dates, "won_on") if surely else None)
    numbers = [c for c in export.of_kind("number") if c is not key]
    amounts = amounts_of(numbers)
    money = next(iter(amounts), None)
    end = best([c for c in dates if c is not start], "ends_on")
    if start is None or money is None or not (surely or end):
        return None
    result = billed(con, export, numbers, money, amounts[1:])
    amount, why = result.sql, result.why
    said, by = times(export, money, [c for c in numbers if c is not money])
    amount, why = f"{by}{amount}", why + said
    turn, months = turn_of(con, export), months_named(money)
    last = bool(end and last_days(con, export, key, start, end)[0])
    term, held, every = usual_term(con, export, start, end, last) if end else (0, 0, 0)
    if end and is_total_of_a_contract(money):
        told = (
            f"{money.name} is for the whole term of a contract by its name: it is divided by the "
            f"months from {start.name} to {end.name}; contracts without an end have no amount"
        )
        amount = f"{amount} / {months_of(start, end, last)}"
    elif turn is None and months:
        amount = f"{amount} / {months}.0" if months > 1 else amount
        told = (
            f"{money.name} is for {'a month' if months == 1 else f'{months} months'}, by its name"
        )
    elif turn is None and term == 1:
        told = (
            f"{money.name} names no period, and {held:,} of {every:,} periods last a month: it is "
            "a monthly amount"
        )
    elif turn is None and term:
        told = (
            f"DECISION: {money.name} of {export.path} names no period, and {held:,} of {every:,} "
            f"contracts last {term} months: it is taken for the amount of all of them. Where it "
            f"is a monthly one, write {amount} AS mrr"
        )
        amount = f"{amount} / {term}.0"
    elif turn is None:
        told = (
            f"DECISION: {money.name} of {export.path} names no period; it is taken for a monthly "
            f"amount. Where it is a yearly one, write {amount} / 12.0 AS mrr"
        )
        if end:
            told += f"; where it is for the whole term, {amount} / {months_of(start, end, last)}"
    else:
        told = f"{money.name} for the period that {turn[0].name} tells"
        times_ = how_many(export, turn[0])
        amount = by_month(amount, turn, times_)
        told += f", so many of them as {times_.name}" if times_ else ""
    why += [] if said else _of_one_unit(money, [c for c in numbers if c is not money])
    _contracts(con, exports, export, key, start, (amount, f"an amount ({money.name})"), found)
    found.tables["contracts"].why += [told, *why]
    return start


def _contracts(con, exports, export, key, start, amount: tuple[str, str], found: Guess) -> None:
    dates = [c for c in export.of_kind("date") if not set(words(c.name)) & PASSING]
    end = best([c for c in dates if c is not start], "ends_on")
    cells = [f"{key.as_id} AS account_id", f"CAST({start.sql} AS DATE) AS starts_on"]
    why = [
        f"contracts: {export.path} has a start ({start.name}) and {amount[1]}",
    ]
    if end:
        paid, told = last_days(con, export, key, start, end)
        cells.append(f"CAST({end.sql} AS DATE){'' if paid else ' - 1'} AS ends_on")
        why.append(_what_ends_are(end.name, paid, told))
    if end and (renewing := renewed(con, export, key, start, end)):
        condition, told = renewing
        if condition:
            ends = cells[-1].removesuffix(" AS ends_on")
            cells[-1] = f"CASE WHEN NOT coalesce({condition}, FALSE) THEN {ends} END AS ends_on"
        why.append(told)
    if not end and (until_next := stacked(con, export, key, start)):
        cells.append(f"{until_next[0]} AS ends_on")
        why.append(until_next[1])
    cells.append(f"{amount[0]} AS mrr")
    why += rates_off([c for c in export.of_kind("number") if c is not key], amount[0])
    mixed = currencies(export, amount[0])
    if mixed:
        cells.append(f"{mixed.sql} AS currency")
        why.append(MIXED.format(column=mixed.name, count=mixed.distinct))
    own = next(
        (
            c
            for c in export.columns
            if c.distinct == export.rows
            and c.kind == "text"
            and c.name != key.name
            and not set(words(c.name)) & PEOPLE
        ),
        None,
    )
    if own:
        cells.append(f"{own.as_id} AS contract_id")
    if start.also:
        why.append(two_ways(start))
    product = best(export.of_kind("text"), "product", 0.7)
    if product and product is not key:
        cells.append(f"{identifier(product.name)} AS product")
    where, told = _not_in_force(con, export, amount[0], end)
    why += [told] if told else []
    query = select(cells, export) + (f"\nWHERE {where}" if where else "")
    found.model = "subscription"
    found.tables["contracts"] = entry = Table("contracts", {export.alias: export.entry}, query, why)
    found.first_day = start.low
    until(found, entry, exports, start.high)


def _what_ends_are(name: str, paid: bool | None, told: str) -> str:
    """What is said of the ends of contracts."""
    if paid:
        return f"ends_on: {name} taken for the last day that is paid for: {told}"
    taken = f"ends_on: {name} taken for the first day that is no longer paid for"
    if told:
        return f"{taken}: {told}"
    return f"{taken}; where it is the last paid day, remove the “- 1”"


def last_day_of(exports: list[Export]) -> date | None:
    """The last day, until today, that a file speaks of as past: contracts run on after they began.

    ``None`` where no column holds such days.
    """
    days = [
        column.high
        for export in exports
        for column in export.of_kind("date")
        if not _planned(column) and column.high and column.high <= date.today()
    ]
    return max(days, default=None)


def until(found: Guess, entry: Table, exports: list[Export], newest: date) -> None:
    """Say until when contracts are known: after the newest began, other days of the files tell."""
    known = last_day_of(exports)
    found.last_day = known if known and known > newest else newest
    entry.extracted_on = known if known and known > newest else None


def _planned(column: Column) -> bool:
    """Whether a day may lie ahead of the export: an end agreed, a renewal, what is due."""
    told = set(words(column.name))
    ends = likeness(column.name, "ends_on") >= 0.3 and not told & {*WORDS["churned_on"], "ended"}
    return ends or bool(told & AHEAD)


def _not_in_force(con, export: Export, amount: str, end: Column | None) -> tuple[str, str]:
    """The condition that leaves out contracts that never began, or ended on a day nobody wrote.

    Others that ended count until their last day. The second is what is said of it.
    """
    parts = [
        *(among(column, values) for column, values in having(con, export, UNBEGUN, GOING_ON)),
        *(
            among(column, values) + (f" AND {end.sql} IS NULL" if end else "")
            for column, values in having(con, export, OVER, GOING_ON)
        ),
    ]
    if not parts:
        return "", ""
    out = " OR ".join(f"({part})" for part in parts)
    rows, money = con.execute(
        f"SELECT count(*), coalesce(sum({amount}), 0) FROM {identifier(export.alias)} WHERE {out}"
    ).fetchone()
    if not rows:
        return "", ""
    return f"({out}) IS NOT TRUE", (
        f"DECISION: {rows:,} of {export.rows:,} contracts, of {float(money):,.2f} a month, "
        "never began by their status, or ended on a day that is not known: they are left out by "
        "the WHERE of the query"
    )
