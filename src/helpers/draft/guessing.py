"""Which file is which table, and which column is what: guesses with their evidence."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import duckdb

from helpers.collect.quoting import identifier
from helpers.draft.looking import Column, Export
from helpers.draft.names import WORDS, is_identifier, is_personal, likeness, says, words
from helpers.draft.other_tables import OTHERS
from helpers.draft.parts import Guess, Table, best, join, select
from helpers.errors import listed

# A value by which a person is reached: a mail address, a telephone number.
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.\w+|^\+\d[\d /()-]{6,}$")

NAMES = ("raison", "名称", "社名")  # of companies, in words that stand in front or run together
LEVELS = 20  # levels of a category that is proposed, at least; more where there are many customers


def levels_allowed(rows: int) -> int:
    """Most levels of a category among so many customers: forty each, up to sixty levels.

    >>> levels_allowed(100), levels_allowed(2000), levels_allowed(1_000_000)
    (20, 50, 60)
    """
    return min(60, max(LEVELS, rows // 40))


def guess(con: duckdb.DuckDBPyConnection, exports: list[Export]) -> Guess:
    """Look for accounts, revenue, tickets and usage among exports."""
    candidates = _account_keys(con, exports)
    tried = [_with_listing(con, exports, listing, keys) for listing, keys in candidates]
    if tried:
        return next((one for one in tried if not one.decision), tried[0])
    return Guess(
        decision="No column names the customer in any file. Say which one does: "
        "sources.accounts.query must return account_id and won_on."
    )


def _with_listing(con, exports: list[Export], listing: Export | None, keys: dict) -> Guess:
    """The guess where one file, or none, lists the customers."""
    found = Guess()
    revenue = _revenue(con, exports, keys, found)
    _accounts(con, exports, listing, keys, revenue, found)
    for export in exports:
        if any(export.alias in table.files for table in found.tables.values()):
            continue
        if not any(table(con, exports, export, keys, found) for table in OTHERS):
            found.left_out.setdefault(export.path, "no table that it clearly is")
    return found


# ── customers ────────────────────────────────────────────────────────────────────────────────────
def _account_keys(con, exports: list[Export]) -> list[tuple[Export | None, dict[str, Column]]]:
    """Files that may list customers, best first, each with the column of every file that names
    them; last, that none does.
    """
    scores = {
        (e.alias, c.name): likeness(c.name, "account_id")
        for e in exports
        for c in e.columns
        if c.kind in ("text", "number") and c.filled and (c.kind == "text" or c.whole)
    }
    unique = [
        (scores[e.alias, c.name] + _named_like(e, "account_id")
         + 0.4 * bool(e.of_kind("date")) + 0.02 * _referred(con, exports, e, c),
         len(e.columns), e, c)
        for e in exports
        for c in e.columns
        if (e.alias, c.name) in scores
        and c.distinct == e.rows > 1
        and (scores[e.alias, c.name] > 0 or _referred(con, exports, e, c))
        and (likeness(c.name, "account_id") > 0.5 or is_identifier(c.name))
    ]  # fmt: skip
    unique = [entry for entry in unique if entry[0] >= 0.8]
    found: list[tuple[Export | None, dict[str, Column]]] = []
    for _, _, listing, own in sorted(unique, key=lambda entry: entry[:2], reverse=True)[:3]:
        found.append((listing, _joined(con, exports, listing, own)))
    named = {
        e.alias: max(e.columns, key=lambda c: scores.get((e.alias, c.name), 0.0))
        for e in exports
        if any(scores.get((e.alias, c.name), 0) > 0.4 for c in e.columns)
    }
    return [*found, (None, named)] if named else found


def _joined(con, exports: list[Export], listing: Export, own: Column) -> dict[str, Column]:
    """The column of every file that names the customers of a list.

    Where no other file does as they are written, digits alone are compared: CUST-00042 is 42, if
    that leaves all customers apart.
    """
    for key in (own, replace(own, digits=True)):
        others = {e.alias: join(con, listing, key, e) for e in exports if e is not listing}
        keys = {alias: column for alias, column in others.items() if column is not None}
        if keys:
            return {listing.alias: key} | keys
    return {listing.alias: own}


def _named_like(export: Export, role: str) -> float:
    return 0.5 if likeness(export.alias, role) else 0.0


def _referred(con, exports: list[Export], export: Export, column: Column) -> int:
    return sum(
        join(con, export, column, other) is not None for other in exports if other is not export
    )


# ── revenue ──────────────────────────────────────────────────────────────────────────────────────
def _revenue(con, exports, keys, found: Guess) -> tuple[Export, Column] | None:
    """Contracts where something is paid per month, else orders; file and day of revenue."""
    for export in sorted(exports, key=lambda e: -e.rows):
        if export.alias not in keys:
            continue
        numbers, dates = export.of_kind("number"), export.of_kind("date")
        start = best(dates, "starts_on")
        mrr = best([c for c in numbers if not c.name.lower().endswith("id")], "mrr")
        arr = None if mrr else best(numbers, "arr")
        if (mrr or arr) and start is None and len(dates) == 1:
            start = dates[0]  # the only day of the file
        if start and (mrr or arr):
            _contracts(export, keys[export.alias], start, mrr, arr, found)
            return export, start
    for export in sorted(exports, key=lambda e: -e.rows):
        if export.alias in keys and _orders(con, export, keys[export.alias], found):
            return export, found.day
    return None


def _contracts(export, key, start, mrr, arr, found: Guess) -> None:
    amount = f"{identifier(mrr.name)}" if mrr else f"{identifier(arr.name)} / 12.0"
    end = best([c for c in export.of_kind("date") if c is not start], "ends_on")
    cells = [f"{key.as_id} AS account_id", f"CAST({start.sql} AS DATE) AS starts_on"]
    why = [
        f"contracts: {export.path} has a start ({start.name}) and "
        + (f"a monthly amount ({mrr.name})" if mrr else f"a yearly amount ({arr.name}), by 12"),
    ]
    if end:
        cells.append(f"CAST({end.sql} AS DATE) - 1 AS ends_on")
        why.append(
            f"ends_on: {end.name} taken for the first day that is no longer paid for; where it is "
            "the last paid day, remove the “- 1”"
        )
    cells.append(f"{amount} AS mrr")
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
        why.append(_two_ways(start))
    product = best(export.of_kind("text"), "product", 0.7)
    if product and product is not key:
        cells.append(f"{identifier(product.name)} AS product")
    found.model, found.last_day = "subscription", start.high
    found.tables["contracts"] = Table(
        "contracts", {export.alias: export.entry}, select(cells, export), why
    )


def _orders(con, export: Export, key: Column, found: Guess) -> bool:
    day = best(export.of_kind("date"), "ordered_on", 0.1)
    numbers = [c for c in export.of_kind("number") if c is not key]
    amount = best(numbers, "amount")
    price, quantity = best(numbers, "unit_price"), best(numbers, "quantity")
    text = identifier(amount.name) if amount else ""
    told = amount.name if amount else ""
    if price and quantity and price is not quantity and (amount in (None, price)):
        text = f"{identifier(quantity.name)} * CAST({identifier(price.name)} AS DECIMAL(18, 4))"
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
    why = [f"orders: {export.path} has days ({day.name}) and amounts ({told})"]
    if number is None:
        cells = ["CAST(row_number() OVER () AS VARCHAR) AS order_id", f"{key.as_id} AS account_id",
                 f"CAST({day.sql} AS DATE) AS ordered_on", f"{text} AS amount"]  # fmt: skip
        query = select(cells, export)
        why.append("order_id: no column numbers the orders; every row counts as one")
    else:
        (shared,) = con.execute(
            f"SELECT count(*) FROM (SELECT {number.as_id} FROM {table} WHERE "
            f"{identifier(key.name)} IS NOT NULL GROUP BY 1 HAVING count(DISTINCT {key.as_id}) > 1)"
        ).fetchone()
        order_id = number.as_id + (f" || '/' || {key.as_id}" if shared else "")
        query = (
            f"SELECT {order_id} AS order_id, {key.as_id} AS account_id,\n"
            f"       min(CAST({day.sql} AS DATE)) AS ordered_on, sum({text}) AS amount\n"
            f"FROM {table}\nWHERE {identifier(key.name)} IS NOT NULL\n"
            f"GROUP BY {number.as_id}, {key.as_id}"
        )
        why.append(
            f"order_id: {number.name}, {number.distinct:,} different on {export.rows:,} rows"
        )
        if shared:
            why.append(
                f"{shared:,} numbers belong to several customers: the customer tells them apart"
            )
    if day.also:
        why.append(_two_ways(day))
    missing = export.rows - key.filled
    if missing:
        why.append(f"{missing:,} of {export.rows:,} rows name no customer and are left out")
    found.model, found.last_day, found.day = "transactional", day.high, day
    found.tables["orders"] = Table("orders", {export.alias: export.entry}, query, why)
    return True


def _two_ways(column: Column) -> str:
    return (
        f"DECISION: the days of {column.name} can be read in two ways, {column.day} (taken) and "
        f"{column.also}: nothing in the file tells which"
    )


# ── the accounts table and its attributes ────────────────────────────────────────────────────────
def _accounts(con, exports, listing, keys, revenue, found: Guess) -> None:
    if listing is None:
        if revenue is None:
            found.decision = "No file lists customers, and none holds what they pay."
            return
        _derived(con, revenue[0], keys[revenue[0].alias], revenue[1], found)
        return
    key = keys[listing.alias]
    dates = listing.of_kind("date")
    won = best(dates, "won_on") or next(iter(dates), None)
    table = identifier(listing.alias)
    cells, files = [f"{key.as_id} AS account_id"], {listing.alias: listing.entry}
    why = [
        f"accounts: {listing.path}, where {key.name} is different in each of {listing.rows:,} rows"
    ]
    if key.digits:
        why.append(
            f"DECISION: numbers are written in different ways ({key.samples[0]} here): only their "
            "digits are compared, without zeros in front; nothing else joins these files"
        )
    unjoined = [e for e in exports if e.alias not in keys]
    for export in unjoined:
        found.left_out[export.path] = f"no column holds the values of {key.name} of {listing.path}"
    why += [
        f"{export.path} joins by {keys[export.alias].name}"
        for export in exports
        if export is not listing and export.alias in keys
    ]
    link = ""
    if won is not None:
        cells.append(f"CAST({won.sql} AS DATE) AS won_on")
        others = [c.name for c in dates if c is not won]
        why.append(f"won_on: {won.name}" + (f"; else: {', '.join(others)}" if others else ""))
        if won.also:
            why.append(_two_ways(won))
    elif revenue is not None and revenue[0] is not listing:
        export, day = revenue
        files[export.alias] = export.entry
        cells.append("won_on")
        link = (
            f" LEFT JOIN (SELECT {keys[export.alias].as_id} AS paying_id, "
            f"min(CAST({day.sql} AS DATE)) AS won_on FROM {identifier(export.alias)} GROUP BY 1) "
            f"ON paying_id = {key.as_id}"
        )
        why.append(f"won_on: no day in {listing.path}; the first of {export.path} instead")
    else:
        found.decision = f"No column of {listing.path} says when a customer was won."
    texts = [c for c in listing.of_kind("text") if c.name != key.name and not c.day]
    name = next((c for c in texts if _names_a_company(c) and c.distinct > listing.rows / 2), None)
    if name:
        cells.append(f"{identifier(name.name)} AS name")
    left = best([c for c in dates if c is not won], "churned_on", 0.75)
    if left:
        cells.append(f"CAST({left.sql} AS DATE) AS churned_on")
        why.append(f"churned_on: {left.name}")
    for column, entry, named in _proposed(con, listing, {key, won, name, left}, found):
        cells.append(f"{identifier(column.name)} AS {identifier(named)}")
        found.attributes[named] = entry
    query = "SELECT " + ",\n       ".join(cells) + f"\nFROM {table}{link}"
    found.tables["accounts"] = Table("accounts", files, query, why)
    if revenue is None:
        money = best(listing.of_kind("number"), "amount") or best(listing.of_kind("number"), "mrr")
        if money is None or won is None:
            found.decision = (
                found.decision or "No file holds what customers pay: contracts or orders."
            )
            return
        positive = f"{identifier(money.name)} > 0"
        (paying,) = con.execute(f"SELECT count(*) FROM {table} WHERE {positive}").fetchone()
        found.model, found.last_day = "subscription", won.high
        found.attributes.pop(_plain(money.name), None)
        found.tables["contracts"] = Table(
            "contracts", {listing.alias: listing.entry},
            f"SELECT {key.as_id} AS account_id, CAST({won.sql} AS DATE) AS starts_on,\n"
            f"       {identifier(money.name)} AS mrr\nFROM {table}\nWHERE {positive}",
            [f"DECISION: no file holds contracts or orders. {money.name} of {listing.path} "
             f"stands in, as a monthly amount from {won.name} on; above zero for {paying:,} of "
             f"{listing.rows:,}"],
        )  # fmt: skip


def _names_a_company(column: Column) -> bool:
    """Whether a column holds the names of companies, and not of persons."""
    parts = words(column.name)
    persons = {
        "first",
        "last",
        "contact",
        "user",
        "owner",
        "vorname",
        "nachname",
        "ansprechpartner",
    }
    ends = bool(parts) and (parts[-1] in WORDS["name"] or parts[-1].endswith(("name", "naam")))
    ends = ends or any(says(part, known) for part in parts for known in NAMES)
    alone = len(parts) == 1 and likeness(column.name, "account_id") > 0
    return (ends or alone) and not set(parts) & persons and not is_identifier(column.name)


def _derived(con, export: Export, key: Column, day: Column, found: Guess) -> None:
    """Accounts made of the lines of orders or contracts: won with the first, as the latest says."""
    cells = [f"{key.as_id} AS account_id", f"min(CAST({day.sql} AS DATE)) AS won_on"]
    table, one, many = identifier(export.alias), [], []
    for column in export.columns:
        if column is key or column is day or column.kind == "other":
            continue
        (share,) = con.execute(
            f"SELECT avg((n <= 1)::INT) "
            f"FROM (SELECT count(DISTINCT {identifier(column.name)}) AS n "
            f"FROM {table} WHERE {identifier(key.name)} IS NOT NULL GROUP BY {key.as_id})"
        ).fetchone()
        if share is not None and share >= 0.95:
            one.append(column)
        elif column.kind == "text" and column.distinct <= LEVELS:
            found.left_out[column.name] = (
                f"differs within a customer ({1 - share:.0%} of them): it tells of the order"
            )
        else:
            many.append(column.name)
    if many:
        found.left_out[listed(many, most=6)] = "differ within a customer, and take many values"
    name = next(
        (
            c
            for c in one
            if c.kind == "text"
            and c.distinct > LEVELS
            and (likeness(c.name, "account_id") or _names_a_company(c))
        ),
        None,
    )
    latest = f"ORDER BY {day.sql} DESC"
    if name:
        cells.append(f"first({identifier(name.name)} {latest}) AS name")
    narrow = Export(export.alias, export.path, key.distinct, tuple(one))
    for column, entry, named in _proposed(con, narrow, {name}, found):
        cells.append(f"first({identifier(column.name)} {latest}) AS {identifier(named)}")
        found.attributes[named] = entry
    query = (
        "SELECT " + ",\n       ".join(cells) + f"\nFROM {table}\n"
        f"WHERE {identifier(key.name)} IS NOT NULL\nGROUP BY {key.as_id}"
    )
    why = [
        f"accounts: no file lists customers; they are those of {export.path} ({key.name}), "
        f"{key.distinct:,} of them",
        f"won_on: the first {day.name}",
        "attributes: columns that are the same on nearly all rows of a customer; the latest counts",
    ]
    found.tables["accounts"] = Table("accounts", {export.alias: export.entry}, query, why)


def _proposed(con, export: Export, used: set, found: Guess) -> Iterator[tuple[Column, str, str]]:
    """Columns that may be attributes, each with its entry of the study file and its name there."""
    taken = {"account_id", "won_on", "name", "churned_on", "account_type", "parent_id", "owner"}
    taken |= {"status", "band", "rank", "quality_score", "row_number", "later", "rule", "base"}
    known = {column.name for column in used if column}
    for number, column in enumerate(export.columns, start=1):
        if column.name in known or column.kind in ("date", "other"):
            continue
        parts = set(words(column.name))
        named = _plain(column.name) or f"column_{number}"
        named = f"{named}_given" if named in taken else named
        while named in taken:
            named += "_2"
        reason = ""
        if is_personal(column.name) or any(_ADDRESS.search(str(v)) for v in column.samples):
            reason = "tells of persons, or is free text"
        elif parts & {*WORDS["churned_on"], "inactive", "kuendiger"} - {"closed"}:
            reason = (
                "says who left, not when: no property of a customer, but what is to be explained; "
                "with a day, it is churned_on of accounts"
            )
        elif is_identifier(column.name) and column.distinct > levels_allowed(export.rows):
            reason = "an identifier"
        elif column.distinct < 2:
            reason = "one value only"
        elif column.filled < 0.3 * export.rows:
            reason = f"filled for {column.filled:,} of {export.rows:,}"
        elif column.kind == "text" and column.distinct > levels_allowed(export.rows):
            reason = f"{column.distinct:,} different texts: too many for groups"
        if reason:
            found.left_out[column.name] = reason
            continue
        taken.add(named)
        if column.kind == "boolean":
            entry = "{type: boolean}"
        elif column.kind == "number" and column.distinct > 6:
            entry = "{type: number, bands: 4}"
        elif column.kind == "number":
            entry = "{type: number, bands: 2}"
        else:
            entry = "{}"
        if not column.name.isascii():
            label = f"label: {json.dumps(column.name, ensure_ascii=False)}"
            entry = f"{{{label}}}" if entry == "{}" else f"{{{label}, {entry[1:]}"
        yield column, entry, named


def _plain(name: str) -> str:
    text = "_".join(word for word in words(name) if word.isascii())
    return text if text[:1].isalpha() or not text else f"a_{text}"
