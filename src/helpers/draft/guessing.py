"""Which file is which table, and which column is what: guesses with their evidence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb

from helpers.collect.quoting import identifier
from helpers.draft.looking import Column, Export
from helpers.draft.names import IDENTIFIER, WORDS, is_personal, likeness, words

# A value by which a person is reached: a mail address, a telephone number.
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.\w+|^\+\d[\d /()-]{6,}$")

LEVELS = 20  # levels of a category that is proposed, at least; more where there are many customers


def levels_allowed(rows: int) -> int:
    """Most levels of a category among so many customers: forty each, up to sixty levels.

    >>> levels_allowed(100), levels_allowed(2000), levels_allowed(1_000_000)
    (20, 50, 60)
    """
    return min(60, max(LEVELS, rows // 40))


@dataclass
class Table:
    """One canonical table of a draft: its query, and what led to it."""

    name: str
    files: dict[str, str]
    query: str
    why: list[str] = field(default_factory=list)
    preset: dict[str, str] = field(default_factory=dict)


@dataclass
class Guess:
    """What a folder seems to hold."""

    model: str = ""
    tables: dict[str, Table] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)  # name → entry of the study file
    left_out: dict[str, str] = field(default_factory=dict)
    last_day: object = None
    day: object = None  # the column of revenue's day
    currency: str = ""
    decision: str = ""  # the one thing that only a person can say


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
        if found.tables and export.path in {
            p for t in found.tables.values() for p in t.files.values()
        }:
            continue
        if not _tickets(export, keys, found) and not _usage(con, exports, export, keys, found):
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
        and (likeness(c.name, "account_id") > 0.5 or set(words(c.name)) & IDENTIFIER)
    ]  # fmt: skip
    unique = [entry for entry in unique if entry[0] >= 0.8]
    found: list[tuple[Export | None, dict[str, Column]]] = []
    for _, _, listing, own in sorted(unique, key=lambda entry: entry[:2], reverse=True)[:3]:
        keys = {listing.alias: own}
        for other in exports:
            if other is not listing:
                match = _join(con, listing, own, other)
                if match is not None:
                    keys[other.alias] = match
        found.append((listing, keys))
    best = {
        e.alias: max(e.columns, key=lambda c: scores.get((e.alias, c.name), 0.0))
        for e in exports
        if any(scores.get((e.alias, c.name), 0) > 0.4 for c in e.columns)
    }
    return [*found, (None, best)] if best else found


def _named_like(export: Export, role: str) -> float:
    return 0.5 if likeness(export.alias, role) else 0.0


def _referred(con, exports: list[Export], export: Export, column: Column) -> int:
    return sum(
        _join(con, export, column, other) is not None for other in exports if other is not export
    )


def _join(con, listing: Export, own: Column, other: Export) -> Column | None:
    """The column of another file whose values are those of a key, mostly."""
    best, share = None, 0.5
    for column in other.columns:
        if column.kind not in ("text", "number") or column.distinct < 2 or column.kind != own.kind:
            continue
        if column.kind == "number" and not (
            likeness(column.name, "account_id") or column.name.lower() == own.name.lower()
        ):
            continue  # small whole numbers are found in any other
        (held,) = con.execute(
            f"SELECT avg(({own.as_id} IS NOT NULL)::INT) FROM (SELECT DISTINCT {column.as_id} AS v "
            f"FROM {identifier(other.alias)} WHERE {identifier(column.name)} IS NOT NULL) AS a "
            f"LEFT JOIN {identifier(listing.alias)} AS b ON a.v = {own.as_id}"
        ).fetchone()
        if held and held > share:
            best, share = column, held
    return best


# ── revenue ──────────────────────────────────────────────────────────────────────────────────────
def _best(columns: list[Column], role: str, least: float = 0.3) -> Column | None:
    fitting = [c for c in columns if c.filled and likeness(c.name, role) >= least]
    return max(fitting, key=lambda c: likeness(c.name, role), default=None)


def _revenue(con, exports, keys, found: Guess) -> tuple[Export, Column] | None:
    """Contracts where something is paid per month, else orders; file and day of revenue."""
    for export in sorted(exports, key=lambda e: -e.rows):
        if export.alias not in keys:
            continue
        numbers, dates = export.of_kind("number"), export.of_kind("date")
        start = _best(dates, "starts_on")
        mrr = _best([c for c in numbers if not c.name.lower().endswith("id")], "mrr")
        arr = None if mrr else _best(numbers, "arr")
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
    end = _best([c for c in export.of_kind("date") if c is not start], "ends_on")
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
    own = next((c for c in export.columns if c.distinct == export.rows and c.kind == "text"), None)
    if own:
        cells.append(f"{own.as_id} AS contract_id")
    if start.also:
        why.append(_two_ways(start))
    product = _best(export.of_kind("text"), "product", 0.7)
    if product and product is not key:
        cells.append(f"{identifier(product.name)} AS product")
    found.model, found.last_day = "subscription", start.high
    found.tables["contracts"] = Table(
        "contracts", {export.alias: export.path}, _select(cells, export), why
    )


def _orders(con, export: Export, key: Column, found: Guess) -> bool:
    day = _best(export.of_kind("date"), "ordered_on", 0.1)
    numbers = [c for c in export.of_kind("number") if c is not key]
    amount = _best(numbers, "amount")
    price, quantity = _best(numbers, "unit_price"), _best(numbers, "quantity")
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
        and (set(words(c.name)) & IDENTIFIER or c.distinct > export.rows / 20)
        and not (c.kind == "number" and not c.whole)
    ]  # fmt: skip
    number = max(orders, key=lambda c: (likeness(c.name, "order_id"), c.distinct), default=None)
    table = identifier(export.alias)
    why = [f"orders: {export.path} has days ({day.name}) and amounts ({told})"]
    if number is None:
        cells = ["CAST(row_number() OVER () AS VARCHAR) AS order_id", f"{key.as_id} AS account_id",
                 f"CAST({day.sql} AS DATE) AS ordered_on", f"{text} AS amount"]  # fmt: skip
        query = _select(cells, export)
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
    found.tables["orders"] = Table("orders", {export.alias: export.path}, query, why)
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
    won = _best(dates, "won_on") or next(iter(dates), None)
    table = identifier(listing.alias)
    cells, files = [f"{key.as_id} AS account_id"], {listing.alias: listing.path}
    why = [
        f"accounts: {listing.path}, where {key.name} is different in each of {listing.rows:,} rows"
    ]
    why += [
        f"{export.path} joins by {keys[export.alias].name}"
        for export in exports
        if export is not listing and export.alias in keys
    ]
    join = ""
    if won is not None:
        cells.append(f"CAST({won.sql} AS DATE) AS won_on")
        others = [c.name for c in dates if c is not won]
        why.append(f"won_on: {won.name}" + (f"; else: {', '.join(others)}" if others else ""))
        if won.also:
            why.append(_two_ways(won))
    elif revenue is not None and revenue[0] is not listing:
        export, day = revenue
        files[export.alias] = export.path
        cells.append("won_on")
        join = (
            f" LEFT JOIN (SELECT {keys[export.alias].as_id} AS paying_id, "
            f"min(CAST({day.sql} AS DATE)) AS won_on FROM {identifier(export.alias)} GROUP BY 1) "
            f"ON paying_id = {key.as_id}"
        )
        why.append(f"won_on: no day in {listing.path}; the first of {export.path} instead")
    else:
        found.decision = f"No column of {listing.path} says when a customer was won."
    name = next((c for c in listing.of_kind("text") if _names_a_company(c)), None)
    if name:
        cells.append(f"{identifier(name.name)} AS name")
    left = _best([c for c in dates if c is not won], "churned_on", 0.75)
    if left:
        cells.append(f"CAST({left.sql} AS DATE) AS churned_on")
        why.append(f"churned_on: {left.name}")
    for column, entry, named in _proposed(con, listing, {key, won, name, left}, found):
        cells.append(f"{identifier(column.name)} AS {identifier(named)}")
        found.attributes[named] = entry
    query = "SELECT " + ",\n       ".join(cells) + f"\nFROM {table}{join}"
    found.tables["accounts"] = Table("accounts", files, query, why)
    if revenue is None:
        money = _best(listing.of_kind("number"), "amount") or _best(
            listing.of_kind("number"), "mrr"
        )
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
            "contracts", {listing.alias: listing.path},
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
    return ends and not set(parts) & persons


def _derived(con, export: Export, key: Column, day: Column, found: Guess) -> None:
    """Accounts made of the lines of orders or contracts: won with the first, as the latest says."""
    cells = [f"{key.as_id} AS account_id", f"min(CAST({day.sql} AS DATE)) AS won_on"]
    table, one = identifier(export.alias), []
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
    name = next(
        (
            c
            for c in one
            if c.kind == "text" and c.distinct > LEVELS and likeness(c.name, "account_id")
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
    found.tables["accounts"] = Table("accounts", {export.alias: export.path}, query, why)


def _proposed(con, export: Export, used: set, found: Guess) -> Iterator[tuple[Column, str, str]]:
    """Columns that may be attributes, each with its entry of the study file and its name there."""
    taken = {"account_id", "won_on", "name", "churned_on", "account_type", "parent_id", "owner"}
    taken |= {"status", "band", "rank", "quality_score", "row_number", "later", "rule", "base"}
    for column in export.columns:
        if column in used or column.kind in ("date", "other"):
            continue
        parts = set(words(column.name))
        named = _plain(column.name)
        named = f"{named}_given" if named in taken else named
        reason = ""
        if is_personal(column.name) or any(_ADDRESS.search(str(v)) for v in column.samples):
            reason = "tells of persons, or is free text"
        elif parts & {"churn", "churned", "lost", "cancelled", "left"}:
            reason = "says who left: no property of a customer, but what is to be explained"
        elif parts & IDENTIFIER and column.distinct > levels_allowed(export.rows):
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
        yield column, entry, named


def _plain(name: str) -> str:
    text = "_".join(words(name)) or "column"
    return text if text[0].isalpha() else f"a_{text}"


# ── other tables ─────────────────────────────────────────────────────────────────────────────────
def _tickets(export: Export, keys, found: Guess) -> bool:
    if (
        "tickets" in found.tables
        or not likeness(export.alias, "ticket_id")
        or export.alias not in keys
    ):
        return False
    dates = export.of_kind("date")
    opened = _best(dates, "opened_at") or next(iter(dates), None)
    number = next((c for c in export.columns if c.distinct == export.rows), None)
    if opened is None or number is None:
        return False
    cells = [f"{number.as_id} AS ticket_id", f"{keys[export.alias].as_id} AS account_id",
             f"{opened.sql} AS opened_at"]  # fmt: skip
    closed = _best([c for c in dates if c is not opened], "resolved_at")
    if closed:
        cells.append(f"{closed.sql} AS resolved_at")
    rating = _best(export.of_kind("number"), "csat")
    if rating and rating.whole and rating.low >= 1 and rating.high <= 5:
        cells.append(f"{identifier(rating.name)} AS csat")
    found.tables["tickets"] = Table(
        "tickets", {export.alias: export.path}, _select(cells, export),
        [f"tickets: {export.path}, by its name; opened_at: {opened.name}"],
    )  # fmt: skip
    return True


def _usage(con, exports, export: Export, keys, found: Guess) -> bool:
    if "usage" in found.tables or not {"usage", "events", "activity", "nutzung"} & set(
        words(export.alias)
    ):
        return False
    if {"churn", "cancel"} & set(words(export.alias)):
        return False
    day, feature = (
        _best(export.of_kind("date"), "used_on"),
        _best(export.of_kind("text"), "feature"),
    )
    if day is None:
        return False
    files, join = {export.alias: export.path}, ""
    key = keys.get(export.alias)
    account = f"a.{identifier(key.name)}" if key else ""
    if key is None:  # by way of another file, whose own key stands in this one
        for other in exports:
            if other is export or other.alias not in keys:
                continue
            for own in other.columns:
                match = own.distinct == other.rows and _join(con, other, own, export)
                if match:
                    files[other.alias] = other.path
                    account = f"b.{identifier(keys[other.alias].name)}"
                    join = (
                        f" JOIN {identifier(other.alias)} AS b "
                        f"ON a.{identifier(match.name)} = b.{identifier(own.name)}"
                    )
                    break
            if join:
                break
    if not account:
        return False
    cells = [f"CAST({account} AS VARCHAR) AS account_id", f"CAST(a.{day.sql} AS DATE) AS used_on"]
    if feature:
        cells.append(f"a.{identifier(feature.name)} AS feature")
    count = next((c for c in export.of_kind("number") if "count" in words(c.name)), None)
    if count:
        cells.append(f"a.{identifier(count.name)} AS quantity")
    query = "SELECT " + ",\n       ".join(cells) + f"\nFROM {identifier(export.alias)} AS a{join}"
    why = [
        f"usage: {export.path}, by its name"
        + (f", by way of {list(files.values())[1]}" if join else "")
    ]
    found.tables["usage"] = Table("usage", files, query, why)
    return True


def _select(cells: list[str], export: Export) -> str:
    return "SELECT " + ",\n       ".join(cells) + f"\nFROM {identifier(export.alias)}"
