"""Rates of currencies among the exports: which file holds them, and which way it writes them."""

from dataclasses import dataclass
from itertools import pairwise

import duckdb

from helpers.collect.quoting import identifier, literal
from helpers.draft.looking import Column, Export
from helpers.draft.names import words
from helpers.draft.parts import Guess, Table
from helpers.draft.values import CURRENCIES, MIXED_UNMET, currency_of, values_of
from helpers.errors import listed

RATES = frozenset(
    (
        *("rate", "rates", "fx", "exchange", "kurs", "kurse", "wechselkurs", "devisenkurs"),
        *("cours", "taux", "change", "cambio", "tasso", "koers", "汇率", "為替"),
    )
)
MOSTLY = 0.8  # of the codes of a column that are known ones, where all have three capitals


@dataclass(frozen=True)
class _Found:
    """A file of rates: its day, and the column of the rate of each currency.

    ``code`` is the column that names the currency; without one, columns are called by theirs.
    """

    export: Export
    day: Column
    code: Column | None
    rates: dict[str, Column]


def with_rates(con: duckdb.DuckDBPyConnection, exports: list[Export], found: Guess) -> str:
    """Draft ``rates`` where amounts are in several currencies, and a file holds rates of them.

    Returns
    -------
    The currency of the study: the one of the amounts that has no rate, else what names tell.
    """
    paid = [found.tables[t] for t in ("contracts", "orders", "costs") if t in found.tables]
    used = {alias for table in found.tables.values() for alias in table.files}
    tried = (_rates_of(con, export) for export in exports if export.alias not in used)
    files = [one for one in tried if one]
    # A file of rates is called by the other currencies, and none of them is the study's.
    apart = {one.export.alias for one in files}
    told = currency_of(
        [export for export in exports if export.alias not in apart],
        " ".join(table.query for table in paid),
    )
    amounts = {code for table in paid for code in _codes(con, table)}
    for one in files:
        asked = sorted(amounts & {*one.rates})
        without = sorted(amounts - {*one.rates})
        if not asked:
            continue
        own = without[0] if len(without) == 1 else told
        _draft(con, one, [code for code in asked if code != own], own, found)
        for code in [code for code in without if code != own]:
            found.tables["rates"].why.append(f"DECISION: {one.export.path} has no rate of {code}")
        for table in paid:
            table.why = [_met(line, one.export.path) for line in table.why]
        return own
    return told


def _met(line: str, path: str) -> str:
    """What was said of several currencies, where their rates are there."""
    if MIXED_UNMET not in line:
        return line
    return line.removeprefix("DECISION: ").replace(MIXED_UNMET, f", drafted from {path},")


def _codes(con, table: Table) -> set[str]:
    """The currencies of a table's amounts."""
    if " AS currency" not in table.query:
        return set()
    money = "mrr" if table.name == "contracts" else "amount"
    codes = f"SELECT DISTINCT upper(trim(currency)) FROM ({table.query}) WHERE {money} <> 0"
    try:
        rows = con.execute(codes).fetchall()
    except duckdb.Error:  # several files as one are not tables here
        return set()
    return {str(code) for (code,) in rows if code}


def _rates_of(con, export: Export) -> _Found | None:
    days = [column for column in export.of_kind("date") if column.filled]
    numbers = [column for column in export.of_kind("number") if column.filled]
    if not days or not numbers:
        return None
    named = {c.name.strip().upper(): c for c in numbers if c.name.strip().upper() in CURRENCIES}
    others = [c for c in numbers if not (len(c.name.strip()) == 3 and c.name.strip().isupper())]
    if named and not others:
        return _Found(export, days[0], None, named)
    rates = [c for c in numbers if set(words(c.name)) & RATES]
    rate = rates[0] if rates else numbers[0] if len(numbers) == 1 else None
    if rate is None or not (rates or set(words(export.alias)) & RATES):
        return None
    for column in export.of_kind("text"):
        if not 0 < column.distinct <= 200 or column.distinct == export.rows:
            continue
        codes = [value.strip().upper() for value in values_of(con, export, column)]
        known = [code for code in codes if code in CURRENCIES]
        if all(len(code) == 3 for code in codes) and len(known) >= MOSTLY * len(codes):
            return _Found(export, days[0], column, dict.fromkeys(codes, rate))
    return None


def _draft(con, one: _Found, codes: list[str], own: str, found: Guess) -> None:
    """Add the table: one row per currency and month, in units of the study's currency."""
    export, table = one.export, identifier(one.export.alias)
    month = f"CAST(date_trunc('month', {one.day.sql}) AS DATE)"
    if one.code is None:
        inverse, sure = True, False
        query = "\nUNION ALL ".join(
            f"SELECT {literal(code)} AS currency, {month} AS month, "
            f"1 / avg({one.rates[code].sql}) AS rate\nFROM {table} "
            f"WHERE {one.rates[code].sql} > 0 GROUP BY 2"
            for code in codes
        )
    else:
        column = one.rates[codes[0]]
        inverse, sure = _way(column, own)
        rate = f"avg({column.sql})"
        query = (
            f"SELECT upper(trim({one.code.sql})) AS currency, {month} AS month,\n"
            f"       {'1 / ' if inverse else ''}{rate} AS rate\n"
            f"FROM {table}\nWHERE {column.sql} > 0 GROUP BY 1, 2"
        )
    example = con.execute(
        f"SELECT currency, rate, month FROM ({query}) WHERE currency = {literal(codes[0])} "
        "ORDER BY month DESC LIMIT 1"
    ).fetchone()
    held = (
        f"1 {example[0]} is {float(example[1]):,.4g} {own or 'of the study'} in {example[2]:%Y-%m}"
    )
    how = (
        f"one of the study's currency is so many of {listed(codes)}"
        if inverse
        else "one of the other currency is so many of the study's"
    )
    told = f"rates: {export.path}, read as: {how}, so that {held}"
    if not sure:
        turned = "the rate itself" if inverse else "1 / the rate"
        told = f"DECISION: {told}; where it is the other way round, write {turned}"
    why = [told, f"month: that of {one.day.name}; of several days of a month the mean is taken"]
    found.left_out.pop(export.path, None)
    found.tables["rates"] = Table("rates", {export.alias: export.entry}, query, why)


def _way(column: Column, own: str) -> tuple[bool, bool]:
    """Whether a rate says how many of its currency one of the study's is, and if its name tells.

    >>> _way(Column("Rate to EUR", "number", 9, 9), "EUR")
    (False, True)
    >>> _way(Column("units_per_EUR", "number", 9, 9), "EUR"), _way(Column("fx", "number", 9, 9), "")
    ((True, True), (False, False))
    """
    told = words(column.name)
    pairs = {*pairwise(told)}
    code = own.lower()
    if any((word, code) in pairs for word in ("per", "pro", "par", "por", "je")):
        return True, True
    towards = ("to", "in", "into", "zu", "nach", "en", "vers", "a")
    return False, any((word, code) in pairs for word in towards) or (code, "per") in pairs
