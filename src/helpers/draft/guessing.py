"""Which file is which table, and which column is what: guesses with their evidence."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import duckdb

from helpers.collect.quoting import identifier
from helpers.draft.asking import families, merged_into, of_the_house, rolled_up, unread_money
from helpers.draft.looking import Column, Export
from helpers.draft.names import (
    CONTRACTS,
    CREATED,
    STATUS,
    WORDS,
    is_identifier,
    is_personal,
    likeness,
    says,
    words,
)
from helpers.draft.other_tables import OTHERS
from helpers.draft.parts import Guess, Table, best, join, readings, unknowns
from helpers.draft.paying import revenue_of, until
from helpers.draft.returns import returned
from helpers.draft.values import two_ways, values_of
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
    found = Guess(keys=keys)
    revenue = revenue_of(con, exports, keys, found, listing)
    if revenue and listing is revenue[0]:
        _of_the_list(con, listing, found)
    _accounts(con, exports, listing, keys, revenue, found)
    if listing:
        rolled_up(con, listing, keys[listing.alias], found)
    for export in exports:
        if any(export.alias in table.files for table in found.tables.values()):
            continue
        if not any(table(con, exports, export, keys, found) for table in (returned, *OTHERS)):
            found.left_out.setdefault(export.path, "no table that it clearly is")
            unread_money(con, export, keys.get(export.alias), found)
    for table in found.tables.values():
        if listing and any(alias in keys and keys[alias].by for alias in table.files):
            table.files = {**table.files, listing.alias: listing.entry}
        table.why += unknowns(table, exports) + readings(table, exports)
    for export in exports:
        queries = [t.query for t in found.tables.values() if export.alias in t.files]
        told = ", ".join(found.left_out)
        unused = [
            column.name
            for column in export.columns
            if not any(identifier(column.name) in query for query in queries)
            and column.name not in told
        ]
        if queries and unused:
            found.left_out[f"{listed(unused, most=6)} of {export.path}"] = (
                "nothing is drafted from them"
            )
    return found


def _of_the_list(con, listing: Export, found: Guess) -> None:
    """Ask where what customers pay is taken from their list: one amount from the first day on."""
    table = found.tables.get("contracts")
    if table is None or set(words(listing.alias)) & CONTRACTS:
        return
    paying, rows = con.execute(
        f"SELECT count(*) FILTER (mrr > 0), count(*) FROM ({table.query})"
    ).fetchone()
    table.why.append(
        f"DECISION: no file of contracts or orders was found; amounts are in {listing.path}, "
        f"the list of customers, above zero for {paying:,} of {rows:,}, and are what each "
        "pays from its first day on. Where it is what they earn, hope for or once declared, it is "
        "none: add the file of what they pay"
    )


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
        and c.distinct == c.filled > 1
        and (c.filled == e.rows or (2 * c.filled > e.rows and _referred(con, exports, e, c)))
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
        for export in exports:
            if export is not listing and export.alias not in keys:
                way = _by_way(con, listing, key, export)
                keys |= {export.alias: way} if way else {}
        if keys:
            return {listing.alias: key} | keys
    return {listing.alias: own}


def _by_way(con, listing: Export, key: Column, export: Export) -> Column | None:
    """The column of a file that holds another number of the customers than their key.

    A list of a CRM holds its own numbers beside those of the billing system: tickets may have one,
    and payments the other. Where only older customers have another number, a file may name them by
    it, and those who came after a change of systems by their key.
    """
    for own in listing.columns:
        if own is key or own.distinct != own.filled or 2 * own.filled < key.filled:
            continue
        match = join(con, listing, own, export) if is_identifier(own.name) else None
        if match:
            inner = (f"l.{identifier(column.name)}" for column in (key, own))
            of_key, of_own = (
                column.as_id.replace(identifier(column.name), text)
                for column, text in zip((key, own), inner, strict=True)
            )
            outer = match.as_id.replace(identifier(match.name), "{own}")
            by = (
                f"(SELECT max({of_key}) FROM {identifier(listing.alias)} AS l "
                f"WHERE {of_own} = {outer})"
            )
            if own.filled < key.filled:
                by = f"coalesce({by}, {outer})"
            return replace(match, by=by, of=identifier(export.alias))
    return None


def _named_like(export: Export, role: str) -> float:
    return 0.5 if likeness(export.alias, role) else 0.0


def _referred(con, exports: list[Export], export: Export, column: Column) -> int:
    return sum(
        join(con, export, column, other) is not None for other in exports if other is not export
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
        f"accounts: {listing.path}, where {key.name} is different in each of {key.filled:,} rows"
    ]
    if key.digits:
        why.append(
            f"DECISION: numbers are written in different ways ({key.samples[0]} here): only their "
            "digits are compared, without zeros in front; nothing else joins these files"
        )
    why += [told for told in (merged_into(con, listing, key), families(con, listing, key)) if told]
    unjoined = [e for e in exports if e.alias not in keys]
    for export in unjoined:
        found.left_out[export.path] = f"no column holds the values of {key.name} of {listing.path}"
    why += [
        f"{export.path} joins by {keys[export.alias].name}"
        + (f", another number that {listing.path} holds" if keys[export.alias].by else "")
        for export in exports
        if export is not listing and export.alias in keys
    ]
    if key.filled < listing.rows:
        why.append(_without_key(con, exports, listing, keys))
    link = ""
    if won is not None:
        made = _record_made(dates, won, key)
        day = f"coalesce({won.sql}, {made.sql})" if made else won.sql
        cells.append(f"CAST({day} AS DATE) AS won_on")
        others = [c.name for c in dates if c not in (won, made)]
        blank = f", where it is empty {made.name}" if made else ""
        why.append(
            f"won_on: {won.name}{blank}" + (f"; else: {', '.join(others)}" if others else "")
        )
        if won.also:
            why.append(two_ways(won))
        if set(words(won.name)) & CREATED:
            why.append(
                f"DECISION: {won.name} may be the day on which the record was made, as a lead long "
                "before the sale; where another column says when the customer was won, take it"
            )
        days = [day for day in (found.first_day, won.low) if day]
        found.first_day = max(days, default=None)
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
    why += of_the_house(con, listing, key, name)
    left = best([c for c in dates if c is not won], "churned_on", 0.75)
    if left:
        cells.append(f"CAST({left.sql} AS DATE) AS churned_on")
        why.append(f"churned_on: {left.name}")
    listed_ = _of_customers(con, listing, key)
    for column, entry, named in _proposed(con, listed_, {key, won, name, left}, found):
        cells.append(f"{column.sql} AS {identifier(named)}")
        found.attributes[named] = entry
    query = "SELECT " + ",\n       ".join(cells) + f"\nFROM {table}{link}"
    query += f"\nWHERE {key.sql} IS NOT NULL" if key.filled < listing.rows else ""
    found.tables["accounts"] = Table("accounts", files, query, why)
    if revenue is None:
        money = best(listing.of_kind("number"), "amount") or best(listing.of_kind("number"), "mrr")
        if money is None or won is None:
            found.decision = (
                found.decision or "No file holds what customers pay: contracts or orders."
            )
            return
        positive = f"{money.sql} > 0"
        (paying,) = con.execute(f"SELECT count(*) FROM {table} WHERE {positive}").fetchone()
        found.model = "subscription"
        found.attributes.pop(_plain(money.name), None)
        found.tables["contracts"] = Table(
            "contracts", {listing.alias: listing.entry},
            f"SELECT {key.as_id} AS account_id, CAST({won.sql} AS DATE) AS starts_on,\n"
            f"       {money.sql} AS mrr\nFROM {table}\nWHERE {positive}",
            [f"DECISION: no file holds contracts or orders. {money.name} of {listing.path} "
             f"stands in, as a monthly amount from {won.name} on; above zero for {paying:,} of "
             f"{listing.rows:,}"],
        )  # fmt: skip
        until(found, found.tables["contracts"], exports, won.high)


def _record_made(dates: list[Column], won: Column, key: Column) -> Column | None:
    """The day on which a record was made, for rows without one of the sale: leads, mostly."""
    if won.filled >= key.filled or set(words(won.name)) & CREATED:
        return None
    made = [c for c in dates if c is not won and set(words(c.name)) & CREATED]
    return best([c for c in made if c.filled > won.filled], "won_on")


def _without_key(con, exports, listing: Export, keys: dict[str, Column]) -> str:
    """What is said of rows of a list that have no key, and so are left out."""
    key = keys[listing.alias]
    said = f"{listing.rows - key.filled:,} of {listing.rows:,} rows have no {key.name} and are "
    for own in listing.columns:
        if own is key or own.distinct != own.filled or not is_identifier(own.name):
            continue
        for export in exports:
            if export is listing or export.alias not in keys:
                continue
            (named,) = con.execute(
                f"SELECT count(*) FROM {identifier(listing.alias)} WHERE {key.sql} IS NULL AND "
                f"{own.as_id} IN (SELECT CAST({identifier(keys[export.alias].name)} AS VARCHAR) "
                f"FROM {identifier(export.alias)})"
            ).fetchone()
            if named:
                return (
                    f"DECISION: {said}left out, though {export.path} names {named:,} of them by "
                    f"their {own.name}: where both are numbers of the same customers, bring them "
                    "to one in both queries"
                )
    return f"{said}left out: no file that joins names them"


def _of_customers(con, listing: Export, key: Column) -> Export:
    """A list without the rows that are nobody's: what differs among customers alone."""
    if key.filled == listing.rows:
        return listing
    columns = []
    for column in listing.columns:
        filled, distinct = con.execute(
            f"SELECT count({column.sql}), count(DISTINCT {column.sql}) "
            f"FROM {identifier(listing.alias)} WHERE {key.sql} IS NOT NULL"
        ).fetchone()
        columns.append(replace(column, filled=filled, distinct=distinct))
    return replace(listing, rows=key.filled, columns=tuple(columns))


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
            f"FROM (SELECT count(DISTINCT {column.sql}) AS n "
            f"FROM {table} WHERE {key.sql} IS NOT NULL GROUP BY {key.as_id})"
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
        cells.append(f"first({column.sql} {latest}) AS {identifier(named)}")
        found.attributes[named] = entry
    query = (
        "SELECT " + ",\n       ".join(cells) + f"\nFROM {table}\n"
        f"WHERE {key.sql} IS NOT NULL\nGROUP BY {key.as_id}"
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
        elif column.kind == "text" and parts & STATUS and (gone := _gone(con, export, column)):
            reason = (
                f"says who left ({gone}) as of the day of the export: no property of a customer, "
                "but what is to be explained"
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
        if column.kind == "number" and _is_revenue(column):
            entry = entry[:-1] + ", shares: [base]}"
        if not column.name.isascii():
            label = f"label: {json.dumps(column.name, ensure_ascii=False)}"
            entry = f"{{{label}}}" if entry == "{}" else f"{{{label}, {entry[1:]}"
        yield column, entry, named


def _is_revenue(column: Column) -> bool:
    """Whether a number is called as revenue is: groups by it are large by themselves."""
    return any(likeness(column.name, role) >= 0.3 for role in ("mrr", "arr", "amount"))


def _gone(con, export: Export, column: Column) -> str:
    """The first value of a status that says that a customer left; empty where none does."""
    known = {*WORDS["churned_on"], "inactive", "former", "ehemalig", "inaktiv", "expired", "ended"}
    return next((v for v in values_of(con, export, column) if set(words(v)) & known), "")


def _plain(name: str) -> str:
    text = "_".join(word for word in words(name) if word.isascii())
    return text if text[:1].isalpha() or not text else f"a_{text}"
