"""Orders of a file: one row or several each, some of them credit notes, some there twice."""

from dataclasses import replace

from helpers.collect.quoting import identifier
from helpers.draft.amounts import whole
from helpers.draft.billing import (
    ALL,
    LINE,
    Billed,
    after_fees,
    amounts_of,
    billed,
    fallback,
    is_price,
    kind_of,
    rates_off,
)
from helpers.draft.looking import Column, Export
from helpers.draft.names import is_identifier, likeness, says, words
from helpers.draft.parts import Guess, Table, best, kinds
from helpers.draft.uncounted import signed, sums_of, uncollected, unpaid_of
from helpers.draft.values import MIXED, currencies, two_ways

AGAIN = 0.2  # of the rows, from which on rows alike in customer, day and amount are asked about
PARTED = 0.5  # of the orders with several rows, from which on rows on several days are parts


def orders(con, export: Export, key: Column, found: Guess) -> bool:
    """Draft orders from a file, where it has a day and an amount."""
    day, told_day = _day(export)
    numbers = [c for c in export.of_kind("number") if c is not key]
    if day is None:
        return False
    plain, repeated = _unrepeated(con, export)
    number = _number(export, key)
    chosen = _amount(con, plain, number, numbers, day)
    if chosen is None:
        return False
    why = [f"orders: {export.path} has days ({day.name}) and amounts ({chosen.told})"]
    why += [told_day] if told_day else []
    why += chosen.why
    why += rates_off(numbers, chosen.sql) if kind_of(chosen.column.name) != "net" else []
    text, where, said = signed(con, plain, chosen.sql, best(numbers, "quantity"))
    unbilled, unpaid = unpaid_of(con, plain, text, key)
    added, summed = sums_of(con, plain, number, key, text)
    where = " AND ".join(filter(None, (where, unbilled, added)))
    mixed = currencies(export, text)
    source = identifier(export.alias)
    source = f"(SELECT DISTINCT * FROM {source})" if repeated else source
    if repeated:
        (money,) = con.execute(
            f"SELECT coalesce((SELECT sum({text}) FROM {identifier(export.alias)}) - "
            f"(SELECT sum({text}) FROM {identifier(plain.alias)}), 0)"
        ).fetchone()
        why.append(
            f"DECISION: {repeated:,} of {export.rows:,} rows, of {float(money):,.2f} together, are "
            "equal in all columns to another one: taken for rows exported twice, they count once; "
            f"where they are sales of their own, write FROM {identifier(export.alias)}"
        )
        # The order of rows that are told apart is not fixed, and sums of floats follow it.
        text = f"CAST({text} AS DECIMAL(18, 4))"
    sold = kinds(export, "product", key)
    if number is None:
        turn = f"row_number() OVER (ORDER BY {day.sql}, {key.as_id}, {text})"
        cells = [
            f"CAST({turn} AS VARCHAR) AS order_id",
            f"{key.as_id} AS account_id",
            f"CAST({day.sql} AS DATE) AS ordered_on",
            f"{text} AS amount",
        ]
        cells += [f"{mixed.sql} AS currency"] if mixed else []
        cells += [f"{identifier(sold.name)} AS product"] if sold else []
        query = "SELECT " + ",\n       ".join(cells) + f"\nFROM {source}"
        query += f"\nWHERE {where}" if where else ""
        why.append("order_id: no column numbers the orders; every row counts as one")
        alike = _listed_again(con, plain, key, day, text)
        why += [alike] if alike else []
    else:
        (shared,) = con.execute(
            f"SELECT count(*) FROM (SELECT {number.as_id} FROM {identifier(export.alias)} WHERE "
            f"{key.sql} IS NOT NULL GROUP BY 1 HAVING count(DISTINCT {key.as_id}) > 1)"
        ).fetchone()
        order_id = number.as_id + (f" || '/' || {key.as_id}" if shared else "")
        group = f"{number.as_id}, {key.as_id}"
        if chosen.parted:
            order_id += f" || '/' || CAST(CAST({day.sql} AS DATE) AS VARCHAR)"
            group += f", CAST({day.sql} AS DATE)"
        alone = f", min({mixed.sql}) AS currency" if mixed else ""
        if sold and _of_one(con, export, number, sold):
            alone += f",\n       min({identifier(sold.name)}) AS product"
        total = f"{'max' if chosen.once else 'sum'}({text})"
        query = (
            f"SELECT {order_id} AS order_id, {key.as_id} AS account_id,\n"
            f"       min(CAST({day.sql} AS DATE)) AS ordered_on, {total} AS amount{alone}\n"
            f"FROM {source}\nWHERE {key.sql} IS NOT NULL"
            + (f"\n  AND {where}\n" if where else "\n")
            + f"GROUP BY {group}"
        )
        why.append(
            f"order_id: {number.name}, {number.distinct:,} different on {export.rows:,} rows"
        )
        if shared:
            why.append(
                f"{shared:,} numbers belong to several customers: the customer tells them apart"
            )
    if mixed:
        why.append(MIXED.format(column=mixed.name, count=mixed.distinct))
    why += [*said, *unpaid, *filter(None, [summed, uncollected(con, plain, text)])]
    if day.also:
        why.append(two_ways(day))
    missing = export.rows - key.filled
    if missing:
        why.append(f"{missing:,} of {export.rows:,} rows name no customer and are left out")
    found.model, found.last_day, found.day = "transactional", day.high, day
    found.first_day = day.low
    found.tables["orders"] = Table("orders", {export.alias: export.entry}, query, why)
    return True


def _listed_again(con, export: Export, key: Column, day: Column, amount: str) -> str:
    """What is asked of rows that tell a sale once more, for another contact or product."""
    (again,) = con.execute(
        f"SELECT count(*) - count(DISTINCT ({key.as_id}, {day.sql}, {amount})) "
        f"FROM {identifier(export.alias)} WHERE {amount} <> 0"
    ).fetchone()
    if again < AGAIN * export.rows:
        return ""
    return (
        f"DECISION: {again:,} of {export.rows:,} rows have the customer, day and amount of another "
        "one and differ elsewhere; each counts as a sale of its own. Where a sale is listed once "
        "for each contact or the like, leave that column out and write SELECT DISTINCT"
    )


def _of_one(con, export: Export, number: Column, sold: Column) -> bool:
    """Whether every order is of one product alone: of several, which one it was of is not known."""
    (several,) = con.execute(
        f"SELECT count(*) FROM (SELECT {number.as_id} FROM {identifier(export.alias)} GROUP BY 1 "
        f"HAVING count(DISTINCT {identifier(sold.name)}) > 1)"
    ).fetchone()
    return not several


def _day(export: Export) -> tuple[Column | None, str]:
    """The day of an order, and what is said where only its being alone tells."""
    days = export.of_kind("date")
    day = best(days, "ordered_on", 0.1)
    if day is None and len(days) == 1:
        return days[0], f"ordered_on: {days[0].name}, the only day of {export.path}"
    return day, ""


def _number(export: Export, key: Column) -> Column | None:
    """The column that numbers the orders."""
    numbered = [
        c for c in export.of_kind("text", "number")
        if c is not key and c.distinct > 1 and likeness(c.name, "order_id") > 0
        and (is_identifier(c.name) or c.distinct > export.rows / 20)
        and not (c.kind == "number" and not c.whole)
    ]  # fmt: skip
    return max(numbered, key=lambda c: (likeness(c.name, "order_id"), c.distinct), default=None)


def _unrepeated(con, export: Export) -> tuple[Export, int]:
    """A file without the rows that are equal to another one in everything, and how many are."""
    table, alone = identifier(export.alias), identifier(f"{export.alias} once")
    (rows,) = con.execute(f"SELECT count(*) FROM (SELECT DISTINCT * FROM {table})").fetchone()
    if rows == export.rows:
        return export, 0
    con.execute(f"CREATE OR REPLACE TEMP TABLE {alone} AS SELECT DISTINCT * FROM {table}")
    return replace(export, alias=f"{export.alias} once", rows=rows), export.rows - rows


def _amount(con, export: Export, number, numbers: list[Column], day: Column) -> Billed | None:
    """What was billed, and what is left out as fees of who collects it."""
    amounts = amounts_of(numbers)
    fees = after_fees(con, export, numbers, amounts)
    result = _of_parts(con, export, number, numbers, amounts, day) or _of_amounts(
        con, export, number, numbers, amounts
    )
    if result and fees:
        result.why.append(fees)
    return result


def _of_parts(con, export, number, numbers, amounts: list[Column], day) -> Billed | None:
    """What was billed in instalments or month by month, under one number on days of their own.

    Such parts are often equal, as the total of an order on each of its lines is; but lines of an
    order have its day.
    """
    if number is None:
        return None
    many, several = con.execute(
        f"SELECT count(*), count(*) FILTER (days > 1) FROM (SELECT "
        f"count(DISTINCT CAST({day.sql} AS DATE)) AS days FROM {identifier(export.alias)} "
        f"WHERE {number.sql} IS NOT NULL GROUP BY {number.as_id} HAVING count(*) > 1)"
    ).fetchone()
    same = [c for c in amounts if _once(con, export, number, c)]
    whole_ = {c.name for c in same for w in words(c.name) if any(says(w, known) for known in ALL)}
    parts = [c for c in same if c.name not in whole_ and likeness(c.name, "unit_price") < 0.3]
    if many < 3 or several < PARTED * many or not parts or len(same) < len(amounts):
        return None
    result = billed(con, export, numbers, parts[0], [c for c in amounts if c is not parts[0]])
    result.parted = True
    result.why.append(
        f"DECISION: {parts[0].name} is the same on all rows of each {number.name}, and {several:,} "
        f"of {many:,} with several rows have them on several days ({day.name}): each is taken for "
        "a part that is billed on its day; where it is that of the whole order, write max in place "
        f"of sum and leave {day.name} out of GROUP BY"
    )
    return result


def _of_amounts(con, export, number, numbers, amounts: list[Column]) -> Billed | None:
    """What was billed: an amount, or a quantity and its price; of each line, or of the order."""
    price, quantity = best(numbers, "unit_price"), best(numbers, "quantity")
    price = price or next((c for c in numbers if is_price(c.name)), None)  # UnitAmount
    pair = (price, quantity) if price and quantity and price is not quantity else None
    if pair and (not amounts or amounts[0] is price):
        return _priced(con, export, numbers, *pair)
    if not amounts:
        last = fallback(numbers)
        if last is None:
            return None
        result = billed(con, export, [last], last, [])
        result.why.append(
            f"DECISION: {last.name} is the only amount of {export.path}, and may be a part of what "
            "was billed: where another file holds the whole, take it"
        )
        return result
    same = [c for c in amounts if number and _once(con, export, number, c)]
    lines = [c for c in amounts if c not in same]
    # What is the same on all rows of an order, its tax say, is none of a single row.
    own = [c for c in numbers if c in lines or not (number and _once(con, export, number, c))]
    if amounts[0] not in same:
        result = billed(con, export, own, lines[0], lines[1:])
        result.why += [_beside(con, export, c, result.sql) for c in same[:1]]
        return result
    total = amounts[0]
    if lines and lines[0] is not price:
        result = billed(con, export, own, lines[0], lines[1:])
        result.why.append(_beside(con, export, total, result.sql))
        return result
    if pair:
        result = _priced(con, export, numbers, *pair)
        result.why.append(_beside(con, export, total, result.sql))
        return result
    rows = [c for c in numbers if c not in amounts and not _once(con, export, number, c)]
    result = billed(con, export, [c for c in numbers if c not in rows], total, same[1:])
    named = any(says(word, known) for word in words(total.name) for known in ALL)
    several = total.distinct > max(5, number.distinct / 50)
    result.once = named or several
    mark = "" if named and several else "DECISION: "
    counts = (
        "it is that of the whole order and counts once"
        if result.once
        else "it is taken for that of each row; where it is that of the whole order, write max in "
        "place of sum"
    )
    result.why.append(
        f"{mark}{total.name} is the same on all rows of each {number.name} that has several: "
        + counts
    )
    return result


def _priced(con, export, numbers, price: Column, quantity: Column) -> Billed:
    prices = [c for c in amounts_of(numbers) if likeness(c.name, "unit_price") >= 0.3]
    price = prices[0] if prices else price
    each, unit = whole(price)
    result = Billed(price, f"{quantity.sql} * CAST({each} AS DECIMAL(18, 4))",
                    f"{quantity.name} × {price.name}")  # fmt: skip
    result.why += [unit] if unit else []
    return result


def _once(con, export: Export, number: Column, column: Column) -> bool:
    """Whether a number is the same on all rows of every order that has several of them."""
    if any(says(word, known) for word in words(column.name) for known in LINE):
        return False
    many, same = con.execute(
        f"SELECT count(*), count(*) FILTER (low = high) FROM (SELECT min({column.sql}) AS low, "
        f"max({column.sql}) AS high FROM {identifier(export.alias)} WHERE {number.sql} IS NOT NULL "
        f"GROUP BY {number.as_id} HAVING count({column.sql}) > 1)"
    ).fetchone()
    return many >= 3 and same == many


def _beside(con, export: Export, total: Column, lines: str) -> str:
    """What is said of an amount of the whole order that stands on each of its rows."""
    (money,) = con.execute(f"SELECT sum({lines}) FROM {identifier(export.alias)}").fetchone()
    return (
        f"{total.name} is the same on all rows of an order; the rows' own amounts are taken, "
        f"{float(money or 0):,.2f} in all"
    )
