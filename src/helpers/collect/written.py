"""How a file writes numbers, by those that could not be read as they stand."""

import re
from collections import Counter
from collections.abc import Iterable

from helpers.collect.quoting import literal
from helpers.words import lists as words

_BETWEEN = re.compile(r"(?<=\d)[.,'’\s](?=\d)")
_SIGNS = re.compile(r"[^\d.,'’\s+\-()]+")
_NUMBER = re.compile(r"\(?[^\d()]{0,4}\d[\d.,'’\s]*[^\d()]{0,4}\)?")
_PLAIN = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " "})


def how_to_read(values: list[str], *, column: str) -> tuple[str, dict[str, str]] | None:
    """A sentence that says how most of these values are read, and what fills it; else None.

    >>> how_to_read(["$1,200.00", "$300.00"], column="mrr")[1]
    {'signs': '$', 'sql': "replace(replace(mrr, '$', ''), ',', '')"}
    >>> how_to_read(["1,200.00", "2,300.00"], column="mrr")[1]
    {'thousands': ','}
    """
    found = [text for text in (v.strip().translate(_PLAIN) for v in values) if _is_number(text)]
    if 2 * len(found) <= len(values):
        return None
    parts = [_parts(text) for text in found]
    decimal = _commonest(point for _, point in parts)
    thousands = _commonest(part for part, _ in parts if part != decimal)
    signs = sorted({sign for text in found for sign in _SIGNS.findall(text)})
    bracketed = any(text.startswith("(") for text in found)
    if signs or bracketed:
        told = [*signs, *(["( )"] if bracketed else [])]
        sql = _plain(column, [*signs, *([thousands] if thousands else [])], decimal, bracketed)
        return words.NUMBERS_WITH_SIGNS, {"signs": " ".join(told), "sql": sql}
    if decimal == ",":
        return words.SAY_HOW_FILE_WRITES_NUMBERS, {}
    if thousands == "," and decimal is None:
        return words.NUMBERS_EITHER_WAY, {}
    return (words.NUMBERS_IN_THOUSANDS, {"thousands": thousands}) if thousands else None


def _is_number(text: str) -> bool:
    return _NUMBER.fullmatch(text) is not None


def _parts(text: str) -> tuple[str | None, str | None]:
    """What parts the thousands of a number, and what its decimals, as far as it shows.

    A comma before three digits may be either: it counts as the former, unless others say more.
    """
    signs = _BETWEEN.findall(text)
    if not signs:
        return None, None
    last = signs[-1]
    if len(set(signs)) > 1:
        return signs[0], last
    digits = re.split(re.escape(last), text)[-1]
    grouped = len(signs) > 1 or last in "' " or len(re.findall(r"\d", digits)) == 3
    return (last, None) if grouped else (None, last)


def _commonest(signs: Iterable[str | None]) -> str | None:
    counts = Counter(sign for sign in signs if sign is not None)
    return counts.most_common(1)[0][0] if counts else None


def _plain(column: str, gone: list[str], decimal: str | None, bracketed: bool) -> str:
    """SQL for the number without what is none of it."""
    sql = column
    for sign in [*gone, *([")"] if bracketed else [])]:
        sql = f"replace({sql}, {literal(sign)}, '')"
    if decimal == ",":
        sql = f"replace({sql}, ',', '.')"
    return f"replace({sql}, '(', '-')" if bracketed else sql
