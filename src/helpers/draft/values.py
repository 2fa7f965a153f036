"""What the values of columns say: statuses, kinds of documents, currencies."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from helpers.collect.quoting import identifier, literal
from helpers.draft.looking import Column, Export
from helpers.draft.names import STATUS, words
from helpers.draft.parts import best
from helpers.draft.readings import SIGNS, code_sql, codes, sign_sql

CURRENCIES = frozenset(
    ("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "JPY", "CAD", "AUD")
) | {"BRL", "INR", "CNY", "SGD", "ZAR", "MXN", "TRY", "KRW", "IDR", "VND", "THB", "TWD", "HKD"}
CURRENCIES |= {"MYR", "NZD", "ILS", "AED", "SAR", "KWD", "CLP", "COP", "ARS", "NGN", "PKR", "UAH"}
MIXED_UNMET = ", which is to be added (docs/reference.md),"
MIXED = (
    "DECISION: {column} holds {count:,} currencies: amounts are converted by sources.rates"
    f"{MIXED_UNMET} and never summed as they are"
)


def values_of(con, export: Export, column: Column) -> list[str]:
    quoted = identifier(column.name)
    rows = con.execute(
        f"SELECT DISTINCT {quoted} FROM {identifier(export.alias)} WHERE {quoted} IS NOT NULL "
        "ORDER BY 1"
    ).fetchall()
    return [str(value) for (value,) in rows]


def having(
    con, export: Export, known: frozenset, but: frozenset, called: frozenset = STATUS
) -> Iterator[tuple[Column, list[str]]]:
    """Columns of a status with those of their values that have a known word, and none of others."""
    for column in export.of_kind("text"):
        if set(words(column.name)) & called and 1 < column.distinct <= 20:
            values = [
                value
                for value in values_of(con, export, column)
                if set(words(value)) & known and not set(words(value)) & but
            ]
            if values:
                yield column, values


def among(column: Column, values: list[str]) -> str:
    return f"{identifier(column.name)} IN ({', '.join(map(literal, values))})"


def two_ways(column: Column) -> str:
    return (
        f"DECISION: the days of {column.name} can be read in two ways, {column.day} (taken) and "
        f"{column.also}: nothing in the file tells which"
    )


def currencies(export: Export, amount: str = "") -> Column | None:
    """The column that says in which of several currencies an amount is.

    Where amounts are texts with signs of several currencies, their signs are it: ``amount`` is the
    amount in SQL.
    """
    for column in export.columns:
        count = len(codes(column.signs))
        if count > 1 and column.sql in amount:
            of = f"the sign in {column.name}"
            return Column(
                of, "text", column.filled, count, reading=sign_sql(column.name, column.signs)
            )
    named = best([c for c in export.of_kind("text") if c.distinct > 1], "currency")
    if named is None or not all(map(_is_currency, named.samples)):
        return None
    told, all_seen = codes(map(str, named.samples)), len({*named.samples}) == named.distinct
    if all_seen and len(told) == 1:
        return None  # one, written in several ways: € and EUR
    if told == sorted({str(value) for value in named.samples}):
        return named
    count = len(told) if all_seen else named.distinct
    return replace(named, distinct=count, reading=code_sql("{own}"))


def _is_currency(value: object) -> bool:
    """Whether a text is a code of three letters or holds a sign of a currency.

    >>> _is_currency("EUR"), _is_currency("US$"), _is_currency("Hardware")
    (True, True, False)
    """
    text = str(value).strip()
    return len(text) == 3 or any(unicodedata.category(letter) == "Sc" for letter in text)


def currency_of(exports: list[Export], queries: str = "") -> str:
    """The currency that a column's name or its only value tells; empty where none does.

    The columns that ``queries`` take come first: amounts may stand in several currencies.
    """
    columns = [column for export in exports for column in export.columns]
    columns.sort(key=lambda column: identifier(column.name) not in queries)
    for column in columns:
        told = {word.upper() for word in words(column.name)} & CURRENCIES
        held = codes(map(str, column.samples))
        if len({*column.samples}) == column.distinct and len(held) == 1 and held[0] in CURRENCIES:
            return held[0]
        marked = codes(column.signs)
        if len(marked) == 1 and marked[0] in {*SIGNS.values(), *CURRENCIES}:
            return marked[0]
        if told and column.kind == "number":
            return told.pop()
    return ""
