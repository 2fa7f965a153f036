"""Which file holds what customers pay, as contracts or as orders."""

import unicodedata
from collections.abc import Iterator
from datetime import date

from helpers.collect.quoting import identifier, literal
from helpers.draft.amounts import are_last_days, months_named, whole
from helpers.draft.looking import Column, Export
from helpers.draft.names import (
    AHEAD,
    CONTRACTS,
    GOING_ON,
    MONTHS,
    OVER,
    PARTLY,
    PASSING,
    STATUS,
    TURNS,
    UNBEGUN,
    VOID,
    WORDS,
    is_identifier,
    likeness,
    words,
)
from helpers.draft.parts import Guess, Table, best, select
from helpers.errors import listed


def revenue_of(con, exports, keys, found: Guess) -> tuple[Export, Column] | None:
    """Contracts where something is paid per month, else orders; file and day of revenue."""
    # What is called contracts comes first: a list of customers holds their own revenue, too.
    by_name = sorted(exports, key=lambda e: (not set(words(e.alias)) & CONTRACTS, -e.rows))
    for export in by_name:
        if export.alias not in keys:
            continue
        numbers = export.of_kind("number")
        dates = [c for c in export.of_kind("date") if not set(words(c.name)) & PASSING]
        start = best(dates, "starts_on")
        mrr = best([c for c in numbers if not c.name.lower().endswith("id")], "mrr")
        arr = None if mrr else best(numbers, "arr")
        if (mrr or arr) and start is None and len(dates) == 1:
            start = dates[0]  # the only day of the file
        if start and (mrr or arr):
            _contracts(con, exports, export, keys[export.alias], start, _monthly(mrr, arr), found)
            return export, start
    for named in (True, False):
        for export in sorted(exports, key=lambda e: -e.rows):
            if export.alias in keys and bool(set(words(export.alias)) & CONTRACTS) is named:
                start = _agreed(con, exports, export, keys[export.alias], found, surely=named)
                if start is not None:
                    return export, start
        if named and (ordered := _ordered(con, exports, keys, found)):
            return ordered
    return None


def _monthly(mrr: Column | None, arr: Column | None) -> tuple[str, str]:
    """A recurring amount by month, and what it is."""
    column = mrr or arr
    months = months_named(column) or (1 if mrr else 12)
    amount, unit = whole(column)
    told = f"; {unit}" if unit else ""
    if months == 1:
        return amount, f"a monthly amount ({column.name}){told}"
    kind = "a yearly amount" if months == 12 else f"an amount for {months} months"
    return f"{amount} / {months}.0", f"{kind} ({column.name}), by {months}{told}"


def _ordered(con, exports, keys, found: Guess) -> tuple[Export, Column] | None:
    for export in sorted(exports, key=lambda e: -e.rows):
        if export.alias in keys and _orders(con, export, keys[export.alias], found):
            return export, found.day
    return None


def _agreed(con, exports, export, key, found: Guess, *, surely: bool) -> Column | None:
    """Contracts with an amount whose name tells no period: a column does, or it is a decision."""
    dates = [c for c in export.of_kind("date") if not set(words(c.name)) & PASSING]
    start = best(dates, "starts_on") or (best(dates, "won_on") if surely else None)
    money = best([c for c in export.of_kind("number") if c is not key], "amount")
    end = best([c for c in dates if c is not start], "ends_on")
    if start is None or money is None or not (surely or end):
        return None
    amount, unit = whole(money)
    why = [unit] if unit else []
    turn, months = _turn(con, export), months_named(money)
    if turn is None and months:
        amount = f"{amount} / {months}.0" if months > 1 else amount
        told = (
            f"{money.name} is for {'a month' if months == 1 else f'{months} months'}, by its name"
        )
    elif turn is None:
        told = (
            f"DECISION: {money.name} of {export.path} names no period; it is taken for a monthly "
            f"amount. Where it is a yearly one, write {amount} / 12.0 AS mrr"
        )
    else:
        column, months = turn
        told = f"{money.name} for the period that {column.name} tells"
        if set(months.values()) != {1}:
            cases = " ".join(f"WHEN {literal(v)} THEN {m}" for v, m in months.items())
            amount = f"{amount} / CASE {identifier(column.name)} {cases} END"
    quantity = best([c for c in export.of_kind("number") if c not in (key, money)], "quantity")
    if quantity and quantity.distinct > 1:
        why.append(
            f"DECISION: {money.name} is taken for the whole amount; where it is the price of one "
            f"unit, write {quantity.sql} * in front of it"
        )
    _contracts(con, exports, export, key, start, (amount, f"an amount ({money.name})"), found)
    found.tables["contracts"].why += [told, *why]
    return start


def _turn(con, export: Export) -> tuple[Column, dict[str, int]] | None:
    """The column that says what period an amount is for, and the months of each of its values."""
    for column in export.of_kind("text"):
        if not set(words(column.name)) & TURNS or not 0 < column.distinct <= 6:
            continue
        values = values_of(con, export, column)
        months = {
            value: count
            for value in values
            for count, known in MONTHS.items()
            if set(words(value)) & {*known}
        }
        if len(months) == len(values) and column.filled == export.rows:
            return column, months
    return None


def values_of(con, export: Export, column: Column) -> list[str]:
    quoted = identifier(column.name)
    rows = con.execute(
        f"SELECT DISTINCT {quoted} FROM {identifier(export.alias)} WHERE {quoted} IS NOT NULL "
        "ORDER BY 1"
    ).fetchall()
    return [str(value) for (value,) in rows]


def _contracts(con, exports, export, key, start, amount: tuple[str, str], found: Guess) -> None:
    dates = [c for c in export.of_kind("date") if not set(words(c.name)) & PASSING]
    end = best([c for c in dates if c is not start], "ends_on")
    cells = [f"{key.as_id} AS account_id", f"CAST({start.sql} AS DATE) AS starts_on"]
    why = [
        f"contracts: {export.path} has a start ({start.name}) and {amount[1]}",
    ]
    paid, every = are_last_days(con, export, start, end) if end else (0, 0)
    if paid:
        cells.append(f"CAST({end.sql} AS DATE) AS ends_on")
        why.append(
            f"ends_on: {end.name} taken for the last day that is paid for: {paid:,} of {every:,} "
            "periods end a day before the day of the month on which they began"
        )
    elif end:
        cells.append(f"CAST({end.sql} AS DATE) - 1 AS ends_on")
        why.append(
            f"ends_on: {end.name} taken for the first day that is no longer paid for; where it is "
            "the last paid day, remove the “- 1”"
        )
    cells.append(f"{amount[0]} AS mrr")
    mixed = _currencies(export)
    if mixed:
        cells.append(f"{identifier(mixed.name)} AS currency")
        why.append(_MIXED.format(column=mixed.name, count=mixed.distinct))
    own = next(
        (
            c
            for c in export.columns
            if c.distinct == export.rows and c.kind == "text" and c.name != key.name
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


def _orders(con, export: Export, key: Column, found: Guess) -> bool:
    day = best(export.of_kind("date"), "ordered_on", 0.1)
    numbers = [c for c in export.of_kind("number") if c is not key]
    amount = best(numbers, "amount")
    price, quantity = best(numbers, "unit_price"), best(numbers, "quantity")
    text, unit = whole(amount) if amount else ("", "")
    told = amount.name if amount else ""
    if price and quantity and price is not quantity and (amount in (None, price)):
        each, unit = whole(price)
        text = f"{quantity.sql} * CAST({each} AS DECIMAL(18, 4))"
        told = f"{quantity.name} × {price.name}"
    if day is None or not text:
        return False
    orders = [
        c for c in export.of_kind("text", "number")
        if c is not key and c.distinct > 1 and likeness(c.name, "order_id") > 0
        and (is_identifier(c.name) or c.distinct > export.rows / 20)
        and not (c.kind == "number" and not c.whole)
    ]  # fmt: skip
    number = max(orders, key=lambda c: (likeness(c.name, "order_id"), c.distinct), default=None)
    table = identifier(export.alias)
    where, unpaid = _unpaid(con, export, text)
    mixed = _currencies(export)
    why = [f"orders: {export.path} has days ({day.name}) and amounts ({told})"]
    why += [unit] if unit else []
    if number is None:
        cells = ["CAST(row_number() OVER () AS VARCHAR) AS order_id", f"{key.as_id} AS account_id",
                 f"CAST({day.sql} AS DATE) AS ordered_on", f"{text} AS amount"]  # fmt: skip
        cells += [f"{identifier(mixed.name)} AS currency"] if mixed else []
        query = select(cells, export) + (f"\nWHERE {where}" if where else "")
        why.append("order_id: no column numbers the orders; every row counts as one")
    else:
        (shared,) = con.execute(
            f"SELECT count(*) FROM (SELECT {number.as_id} FROM {table} WHERE "
            f"{key.sql} IS NOT NULL GROUP BY 1 HAVING count(DISTINCT {key.as_id}) > 1)"
        ).fetchone()
        order_id = number.as_id + (f" || '/' || {key.as_id}" if shared else "")
        alone = f", min({identifier(mixed.name)}) AS currency" if mixed else ""
        query = (
            f"SELECT {order_id} AS order_id, {key.as_id} AS account_id,\n"
            f"       min(CAST({day.sql} AS DATE)) AS ordered_on, sum({text}) AS amount{alone}\n"
            f"FROM {table}\nWHERE {key.sql} IS NOT NULL"
            + (f"\n  AND {where}\n" if where else "\n")
            + f"GROUP BY {number.as_id}, {key.as_id}"
        )
        why.append(
            f"order_id: {number.name}, {number.distinct:,} different on {export.rows:,} rows"
        )
        if shared:
            why.append(
                f"{shared:,} numbers belong to several customers: the customer tells them apart"
            )
    if mixed:
        why.append(_MIXED.format(column=mixed.name, count=mixed.distinct))
    if unpaid:
        why.append(unpaid)
    if day.also:
        why.append(two_ways(day))
    missing = export.rows - key.filled
    if missing:
        why.append(f"{missing:,} of {export.rows:,} rows name no customer and are left out")
    found.model, found.last_day, found.day = "transactional", day.high, day
    found.first_day = day.low
    found.tables["orders"] = Table("orders", {export.alias: export.entry}, query, why)
    return True


_MIXED = (
    "DECISION: {column} holds {count:,} currencies: amounts are converted by sources.rates, which "
    "is to be added (docs/reference.md), and never summed as they are"
)


def _currencies(export: Export) -> Column | None:
    """The column that says in which of several currencies an amount is."""
    named = best([c for c in export.of_kind("text") if c.distinct > 1], "currency")
    return named if named and all(map(_is_currency, named.samples)) else None


def _is_currency(value: object) -> bool:
    """Whether a text is a code of three letters or holds a sign of a currency.

    >>> _is_currency("EUR"), _is_currency("US$"), _is_currency("Hardware")
    (True, True, False)
    """
    text = str(value).strip()
    return len(text) == 3 or any(unicodedata.category(letter) == "Sc" for letter in text)


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


def _unpaid(con, export: Export, amount: str) -> tuple[str, str]:
    """The condition that leaves out orders that came to nothing, and what it says of them.

    Where amounts below zero stand in the file, returns are lines of their own: all rows count.
    """
    table = identifier(export.alias)
    for column, void in _having(con, export, VOID, PARTLY):
        quoted, among = identifier(column.name), _among(column, void)
        rows, money, returns = con.execute(
            f"SELECT count(*) FILTER ({among}), coalesce(sum({amount}) FILTER ({among}), 0), "
            f"count(*) FILTER ({amount} < 0) FROM {table}"
        ).fetchone()
        told = (
            f"{rows:,} of {export.rows:,} rows, of {float(money):,.2f} together, have the "
            f"{column.name} {listed(void, most=6)}"
        )
        if returns:
            return "", (
                f"DECISION: {told}; they count, since {returns:,} amounts below zero are in the "
                "file and may take them back"
            )
        return f"({quoted} IS NULL OR NOT {among})", (
            f"DECISION: {told}: they are left out by the WHERE of the query"
        )
    return "", ""


def _not_in_force(con, export: Export, amount: str, end: Column | None) -> tuple[str, str]:
    """The condition that leaves out contracts that never began, or ended on a day nobody wrote.

    Others that ended count until their last day. The second is what is said of it.
    """
    parts = [
        *(_among(column, values) for column, values in _having(con, export, UNBEGUN, GOING_ON)),
        *(
            _among(column, values) + (f" AND {end.sql} IS NULL" if end else "")
            for column, values in _having(con, export, OVER, GOING_ON)
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


def _having(con, export: Export, known, but) -> Iterator[tuple[Column, list[str]]]:
    """Columns of a status with those of their values that have a known word, and none of others."""
    for column in export.of_kind("text"):
        if set(words(column.name)) & STATUS and 1 < column.distinct <= 20:
            values = [
                value
                for value in values_of(con, export, column)
                if set(words(value)) & known and not set(words(value)) & but
            ]
            if values:
                yield column, values


def _among(column: Column, values: list[str]) -> str:
    return f"{identifier(column.name)} IN ({', '.join(map(literal, values))})"


def two_ways(column: Column) -> str:
    return (
        f"DECISION: the days of {column.name} can be read in two ways, {column.day} (taken) and "
        f"{column.also}: nothing in the file tells which"
    )
