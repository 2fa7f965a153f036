"""Orders of a file: one row or several each, some of them credit notes, some there twice."""

from dataclasses import replace

from helpers.collect.quoting import identifier
from helpers.draft.amounts import whole
from helpers.draft.billing import ALL, LINE, Billed, after_fees, amounts_of, billed, fallback
from helpers.draft.looking import Column, Export
from helpers.draft.names import PARTLY, UNCOLLECTED, VOID, is_identifier, likeness, says, words
from helpers.draft.parts import Guess, Table, best, kinds
from helpers.draft.values import MIXED, among, currencies, having, two_ways
from helpers.errors import listed

# What the kind of a document is called, and what it says: money that goes back, or comes in for
# what another row has billed, or is only offered.
TYPES = frozenset(
    (
        *("type", "kind", "typ", "art", "belegart", "dokumentart", "rechnungsart", "vorgangsart"),
        *("doctype", "tipo", "nature", "class", "document", "transaction", "movement", "entry"),
        *("类型", "種別"),
    )
) | {"soort", "buchungsart", "vorgang"}
CREDIT = frozenset(
    (
        *("credit", "credits", "creditnote", "creditmemo", "refund", "refunds", "refunded"),
        *("return", "returns", "returned", "chargeback", "reversal", "reversed", "cancellation"),
        *("gutschrift", "gutschriften", "storno", "stornorechnung", "rechnungskorrektur"),
        *("erstattung", "rueckerstattung", "retoure", "ruecksendung", "avoir", "remboursement"),
        *("abono", "devolucion", "reembolso", "credito", "rimborso", "reso", "creditnota"),
        *("terugbetaling", "retour", "kreditnota", "kreditfaktura", "kredit", "cn", "cm"),
        *("退款", "退货", "红字", "返金", "返品"),
    )
)
BILLS = frozenset(
    ("invoice", "invoices", "rechnung", "facture", "factura", "fattura", "factuur", "bill", "发票")
)
NO_BILLS = frozenset(
    (
        *("payment", "payments", "zahlung", "paiement", "pago", "pagamento", "betaling", "receipt"),
        *("payout", "transfer", "quote", "quotation", "proforma", "estimate", "angebot", "devis"),
        *("oferta", "presupuesto", "preventivo", "offerte", "draft", "order"),
    )
)
CARDS = frozenset(("card", "karte", "carte", "tarjeta", "carta", "kreditkarte", "transfer"))
# Words of columns that tell of paying or of a customer, whatever their type.
NO_TYPES = frozenset(
    (
        "payment",
        "zahlung",
        "zahlungsart",
        "method",
        "card",
        "customer",
        "account",
        "product",
        "plan",
    )
)


def orders(con, export: Export, key: Column, found: Guess) -> bool:
    """Draft orders from a file, where it has a day and an amount."""
    day, told_day = _day(export)
    numbers = [c for c in export.of_kind("number") if c is not key]
    if day is None:
        return False
    plain, repeated = _unrepeated(con, export)
    number = _number(export, key)
    chosen = _amount(con, plain, number, numbers)
    if chosen is None:
        return False
    why = [f"orders: {export.path} has days ({day.name}) and amounts ({chosen.told})"]
    why += [told_day] if told_day else []
    why += chosen.why
    text, where, said = _kinds(con, plain, chosen.sql)
    unbilled, unpaid = _unpaid(con, plain, text)
    where = " AND ".join(filter(None, (where, unbilled)))
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
    else:
        (shared,) = con.execute(
            f"SELECT count(*) FROM (SELECT {number.as_id} FROM {identifier(export.alias)} WHERE "
            f"{key.sql} IS NOT NULL GROUP BY 1 HAVING count(DISTINCT {key.as_id}) > 1)"
        ).fetchone()
        order_id = number.as_id + (f" || '/' || {key.as_id}" if shared else "")
        alone = f", min({mixed.sql}) AS currency" if mixed else ""
        if sold and _of_one(con, export, number, sold):
            alone += f",\n       min({identifier(sold.name)}) AS product"
        total = f"{'max' if chosen.once else 'sum'}({text})"
        query = (
            f"SELECT {order_id} AS order_id, {key.as_id} AS account_id,\n"
            f"       min(CAST({day.sql} AS DATE)) AS ordered_on, {total} AS amount{alone}\n"
            f"FROM {source}\nWHERE {key.sql} IS NOT NULL"
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
        why.append(MIXED.format(column=mixed.name, count=mixed.distinct))
    why += [*said, *filter(None, [unpaid, _uncollected(con, plain, text)])]
    if day.also:
        why.append(two_ways(day))
    missing = export.rows - key.filled
    if missing:
        why.append(f"{missing:,} of {export.rows:,} rows name no customer and are left out")
    found.model, found.last_day, found.day = "transactional", day.high, day
    found.first_day = day.low
    found.tables["orders"] = Table("orders", {export.alias: export.entry}, query, why)
    return True


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


def _amount(con, export: Export, number, numbers: list[Column]) -> Billed | None:
    """What was billed, and what is left out as fees of who collects it."""
    amounts = amounts_of(numbers)
    fees = after_fees(con, export, numbers, amounts)
    result = _of_amounts(con, export, number, numbers, amounts)
    if result and fees:
        result.why.append(fees)
    return result


def _of_amounts(con, export, number, numbers, amounts: list[Column]) -> Billed | None:
    """What was billed: an amount, or a quantity and its price; of each line, or of the order."""
    price, quantity = best(numbers, "unit_price"), best(numbers, "quantity")
    priced = price and quantity and price is not quantity
    if priced and (not amounts or amounts[0] is price):
        return _priced(con, export, numbers, price, quantity)
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
    if amounts[0] not in same:
        result = billed(con, export, numbers, lines[0], lines[1:])
        result.why += [_beside(con, export, c, result.sql) for c in same[:1]]
        return result
    total = amounts[0]
    if lines and lines[0] is not price:
        result = billed(con, export, numbers, lines[0], lines[1:])
        result.why.append(_beside(con, export, total, result.sql))
        return result
    if priced:
        result = _priced(con, export, numbers, price, quantity)
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


def _kinds(con, export: Export, amount: str) -> tuple[str, str, list[str]]:
    """An amount with credit notes below zero, the condition that leaves out what bills nothing,
    and what is said of both.
    """
    table, why, where = identifier(export.alias), [], ""
    credit = [
        (among(column, values), f"the {column.name} {listed(values, most=6)}")
        for column, values in having(con, export, CREDIT, CARDS, TYPES)
        if not set(words(column.name)) & NO_TYPES
    ]
    credit += [
        (column.sql, column.name)
        for column in export.of_kind("boolean")
        if set(words(column.name)) & CREDIT and not set(words(column.name)) & CARDS
    ]
    for column, values in having(con, export, NO_BILLS, CREDIT, TYPES):
        bills = next(having(con, replace(export, columns=(column,)), BILLS, CREDIT, TYPES), None)
        if set(words(column.name)) & NO_TYPES or bills is None:
            continue
        values = [value for value in values if value not in bills[1]]
        if not values:
            continue
        out = among(column, values)
        rows, money = con.execute(
            f"SELECT count(*), coalesce(sum({amount}), 0) FROM {table} WHERE {out}"
        ).fetchone()
        where = f"({out}) IS NOT TRUE"
        why.append(
            f"DECISION: {rows:,} of {export.rows:,} rows, of {float(money):,.2f} together, have "
            f"the {column.name} {listed(values, most=6)}: they bill nothing beside "
            f"{listed(bills[1])} and are left out by the WHERE of the query"
        )
        break
    for condition, told in credit:
        rows, above, money = con.execute(
            f"SELECT count(*), count(*) FILTER ({amount} > 0), coalesce(sum(abs({amount})), 0) "
            f"FROM {table} WHERE {condition}"
        ).fetchone()
        if not above:
            continue
        amount = f"CASE WHEN {condition} THEN -abs({amount}) ELSE {amount} END"
        why.append(
            f"DECISION: {rows:,} of {export.rows:,} rows, of {float(money):,.2f} together, have "
            f"{told}, with amounts above zero: they are taken off, not added; "
            "where they are sales, write the amount alone"
        )
    return amount, where, why


def _uncollected(con, export: Export, amount: str) -> str:
    """What is said of orders that were billed and never paid; they count."""
    for column, values in having(con, export, UNCOLLECTED, PARTLY):
        out = among(column, values)
        rows, money = con.execute(
            f"SELECT count(*), coalesce(sum({amount}), 0) FROM {identifier(export.alias)} "
            f"WHERE {out}"
        ).fetchone()
        return (
            f"DECISION: {rows:,} of {export.rows:,} rows, of {float(money):,.2f} together, have "
            f"the {column.name} {listed(values)}: billed and never paid, they count; where they "
            f"should not, add AND NOT {out} to the query"
        )
    return ""


def _unpaid(con, export: Export, amount: str) -> tuple[str, str]:
    """The condition that leaves out orders that came to nothing, and what it says of them.

    Where amounts below zero stand in the file, returns are lines of their own: all rows count.
    """
    table = identifier(export.alias)
    for column, void in having(con, export, VOID, PARTLY):
        quoted, in_ = identifier(column.name), among(column, void)
        rows, money, returns = con.execute(
            f"SELECT count(*) FILTER ({in_}), coalesce(sum({amount}) FILTER ({in_}), 0), "
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
        return f"({quoted} IS NULL OR NOT {in_})", (
            f"DECISION: {told}: they are left out by the WHERE of the query"
        )
    return "", ""
