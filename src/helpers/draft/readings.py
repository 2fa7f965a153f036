"""Days and amounts that are written as something else: serial numbers, names of months, signs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.collect.quoting import identifier, literal
from helpers.draft.names import is_identifier, is_personal, likeness, says, words

# Words of columns that hold days; others that are numbers are never read as days.
DAYLIKE = frozenset(
    (
        *("date", "dates", "day", "datum", "fecha", "giorno", "tag", "on", "at", "since", "seit"),
        *("desde", "depuis", "sinds", "start", "starts", "end", "ends", "begin", "beginn", "ende"),
        *("inicio", "fin", "debut", "einde", "signup", "created", "closed", "until", "bis"),
        *("timestamp", "ts", "expires", "expiry", "updated", "opened", "resolved"),
        *("日期", "日時", "时间"),
    )
)
# What is counted or measured, though a word of days stands beside it.
COUNTS = frozenset(
    (
        *("seconds", "minutes", "hours", "days", "count", "number", "volume", "size", "total"),
        *("amount", "revenue", "value", "price", "mrr", "arr", "tickets", "users", "orders", "gb"),
        *("mb", "score", "rate", "share", "sales", "umsatz", "betrag", "anzahl", "tage", "stunden"),
    )
)
ENDS = ("datum", "date", "beginn", "ende")  # of words run together

SERIAL = "CAST(TIMESTAMP '1899-12-30' + to_seconds(CAST(round({n} * 86400) AS BIGINT)) AS {t})"
MOMENT = "make_timestamp(CAST({n} * 1000000 / {per} AS BIGINT))"
_EVER = 0.2e9, 4.5e9  # seconds since 1970 of 1976 to 2112

MONTHS = (
    ("jan", "ene", "gen", "janv", "january", "januar", "janvier", "enero", "gennaio", "januari"),
    ("feb", "fev", "fevr", "february", "februar", "fevrier", "febrero", "febbraio", "februari"),
    ("mar", "maer", "mrz", "mars", "mrt", "march", "maerz", "marzo", "maart", "marz"),
    ("apr", "abr", "avr", "april", "avril", "abril", "aprile"),
    ("may", "mai", "mag", "mei", "mayo", "maggio"),
    ("jun", "juin", "giu", "june", "juni", "junio", "giugno"),
    ("jul", "juil", "lug", "july", "juli", "juillet", "julio", "luglio"),
    ("aug", "ago", "aout", "august", "agosto", "augustus"),
    ("sep", "sept", "set", "september", "septembre", "septiembre", "settembre"),
    ("oct", "okt", "ott", "october", "oktober", "octobre", "octubre", "ottobre"),
    ("nov", "november", "novembre", "noviembre"),
    ("dec", "dez", "dic", "december", "dezember", "decembre", "diciembre", "dicembre"),
)
_LINK = r"[.\s/-]+(?:de\s+|of\s+)?"
_DAY_FIRST = rf"(\d{{1,2}})(?:st|nd|rd|th)?{_LINK}(\p{{L}}+)\.?,?(?:{_LINK})(\d{{4}}|\d{{2}})"
_MONTH_FIRST = r"(\p{L}+)\.?[\s-]+(\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(\d{4}|\d{2})"
# The time of day that may stand behind: 09:15, 3:04 PM, at 16:20:00.5.
_CLOCK = r"(?:,?\s+(?:at\s+)?(\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?(?:\s?([AaPp])\.?[Mm]\.?)?)"
# How days with English names of months are written as one form, which a person can check.
_ENGLISH = tuple(
    day.replace("%b", month).replace("%Y", year) + (time and between + time)
    for day in ("%d-%b-%Y", "%d/%b/%Y", "%d %b %Y", "%d.%b.%Y", "%b %d, %Y", "%b %d %Y")
    for month in ("%b", "%B")
    for year in ("%Y", "%y")
    for between in (" ", ", ")
    for time in ("", "%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p")
)
_CLOCKS = ("%I:%M:%S %p", "%I:%M %p", "%H:%M:%S", "%H:%M")

_CODES = "EUR|USD|GBP|CHF|SEK|NOK|DKK|PLN|CZK|HUF|JPY|CAD|AUD|BRL|INR|CNY|SGD|ZAR|MXN|TRY"
_SIGN = rf"(?:(?:US|CA|AU|NZ|HK|R|A|C|S)?\p{{Sc}}|{_CODES}|Fr\.?|SFr\.?|kr\.?|zł|Kč|Ft|Euro)"
_GAP = r"[\s\x{a0}\x{202f}]*"
_DIGITS = r"\d[\d.,'’\s\x{a0}\x{202f}]*"
_MINUS = "[-+−–]?"
_AMOUNT = (
    rf"{_GAP}\(?{_GAP}{_MINUS}{_GAP}{_SIGN}?{_GAP}{_MINUS}{_GAP}{_DIGITS}(?:-|—)?"
    rf"{_GAP}{_SIGN}?{_GAP}{_MINUS}{_GAP}{_SIGN}?{_GAP}\)?{_GAP}(?:CR|Cr)?"
)
_NEGATIVE = r"^[^0-9]*[(−–-]|[0-9][^0-9,.]*[−–-][^0-9]*$|C[Rr]$"
SIGNS = {"€": "EUR", "Euro": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "zł": "PLN", "Kč": "CZK",
         "Ft": "HUF", "CA$": "CAD", "C$": "CAD", "AU$": "AUD", "A$": "AUD", "R$": "BRL",
         "₹": "INR", "Fr": "CHF", "Fr.": "CHF", "SFr": "CHF", "SFr.": "CHF"}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """How a column is read: its kind, the SQL with ``{own}`` for the column, and what is said."""

    kind: str
    sql: str
    told: str
    signs: tuple[str, ...] = ()


def named_like_a_day(name: str) -> bool:
    """Whether a column is called as days are.

    >>> named_like_a_day("start_date"), named_like_a_day("Kaufdatum"), named_like_a_day("order no")
    (True, True, False)
    """
    found = words(name)
    if set(found) & COUNTS:
        return False
    told = (
        found == ("data",)
        or any(w in DAYLIKE or w.endswith(ENDS) for w in found)
        or any(says(w, k) for w in found if not w.isascii() for k in DAYLIKE if not k.isascii())
    )
    return told and not is_identifier(name)


def named_like_money(name: str) -> bool:
    """Whether a column is called as amounts are."""
    like = max(likeness(name, role) for role in ("amount", "mrr", "arr", "unit_price"))
    plain = " ".join(w for w in words(name) if w not in ("vat", "tax"))  # of what it is without
    return like >= 0.3 and not is_identifier(name) and not is_personal(plain)


def number_of_days(con, table: str, name: str) -> Reading | None:
    """A number that counts days or seconds, or is written year, month, day without a sign."""
    if not named_like_a_day(name):
        return None
    own = identifier(name)
    some = f"nullif({own}, 0)"
    low, high, none = con.execute(
        f"SELECT min({some}), max({some}), count(*) FILTER ({own} = 0) FROM {table}"
    ).fetchone()
    if low is None:
        return None
    zero = f"; {none:,} rows of 0 are no day" if none else ""
    asked = "nullif({own}, 0)"
    if low >= 19000101 and high <= 99991231:
        sql = f"try_strptime(CAST({asked} AS VARCHAR), '%Y%m%d')"
        (lost,) = con.execute(
            f"SELECT count(*) FROM {table} WHERE {some} IS NOT NULL "
            f"AND {sql.replace('{own}', own)} IS NULL"
        ).fetchone()
        return None if lost else Reading("date", sql, f"numbers read as year, month, day{zero}")
    if low >= 20000 and high <= 80000:
        whole = con.execute(f"SELECT bool_and({own} = floor({own})) FROM {table}").fetchone()[0]
        sql = SERIAL.replace("{n}", asked).replace("{t}", "DATE" if whole else "TIMESTAMP")
        told = f"numbers read as a workbook counts days, 1 being 1900-01-01{zero}"
        return Reading("date", sql, told)
    for per, unit in ((1, "seconds"), (1000, "thousandths of a second"), (1000000, "millionths")):
        if _EVER[0] * per <= low and high <= _EVER[1] * per:
            sql = MOMENT.replace("{n}", asked).replace("{per}", str(per))
            return Reading("date", sql, f"numbers read as {unit} since 1970 in UTC{zero}")
    return None


def names_of_months(con, table: str, name: str, filled: int) -> Reading | None:
    """A text of day, month in letters, and year, in one of several languages, and its time."""
    own = identifier(name)
    for pattern, day, month in ((_DAY_FIRST, 1, 2), (_MONTH_FIRST, 2, 1)):
        full, timed = rf"\s*{pattern}{_CLOCK}?\s*", rf"\s*{pattern}{_CLOCK}\s*"
        fits, clocks = con.execute(
            f"SELECT count(*), count(*) FILTER (regexp_full_match({own}, {literal(timed)})) "
            f"FROM {table} WHERE regexp_full_match({own}, {literal(full)})"
        ).fetchone()
        if not filled or fits < 0.98 * filled:
            continue
        part = f"regexp_extract({{own}}, {literal(pattern)}, {{}})"
        if form := _in_english(con, table, own, fits):
            sql = f"try_strptime({{own}}, {literal(form)})"
            return Reading("date", sql, "the names of months are read as months")
        letters = part.replace("{}", str(month))
        found = con.execute(
            f"SELECT DISTINCT {letters.replace('{own}', own)} FROM {table} "
            f"WHERE regexp_full_match({own}, {literal(full)}) ORDER BY 1"
        ).fetchall()
        numbers = {text: _month("".join(words(text.lower()))) for (text,) in found}
        if not all(numbers.values()):
            continue
        cases = " ".join(f"WHEN {literal(text)} THEN {n}" for text, n in numbers.items())
        year = f"TRY_CAST({part.replace('{}', '3')} AS INTEGER)"
        written = (
            f"CASE WHEN {year} < 69 THEN 2000 + {year} WHEN {year} < 100 THEN "
            f"1900 + {year} ELSE {year} END || '-' || CASE {letters} {cases} END || '-' || "
            f"{part.replace('{}', str(day))}"
        )
        sql = _with_clock(written, timed) if clocks else f"try_strptime({written}, '%Y-%m-%d')"
        return Reading("date", sql, "the names of months are read as months")
    return None


def _in_english(con, table: str, own: str, fits: int) -> str:
    """The one form of all days whose months have English names; empty where there is none."""
    counts = con.execute(
        "SELECT "
        + ", ".join(
            f"count(*) FILTER (year(try_strptime({own}, {literal(form)})) >= 1900)"
            for form in _ENGLISH
        )
        + f" FROM {table}"
    ).fetchone()
    fitting = [form for form, count in zip(_ENGLISH, counts, strict=True) if count >= fits]
    return fitting[0] if fitting else ""


def _with_clock(day: str, timed: str) -> str:
    """A day in SQL with the time of day that stands behind it in {own}; a row may have none."""
    clock, half = (f"regexp_extract({{own}}, {literal(timed)}, {group})" for group in (4, 5))
    text = f"{day} || rtrim(' ' || {clock} || CASE {half} WHEN '' THEN '' ELSE ' ' || "
    text += f"upper({half}) || 'M' END)"
    forms = ", ".join(literal(f"%Y-%m-%d {form}") for form in _CLOCKS)
    return f"try_strptime({text}, [{forms}, '%Y-%m-%d'])"


def _month(word: str) -> int:
    return next((k for k, known in enumerate(MONTHS, start=1) if word in known), 0)


def written_amount(con, table: str, name: str) -> tuple[Reading | None, str]:
    """A text that is an amount with a sign of its currency, parentheses or a minus behind it.

    Returns
    -------
    The reading, or why the texts cannot be read ("" where they are none of amounts).
    """
    if not named_like_money(name):
        return None, ""
    own = identifier(name)
    whole = f"regexp_full_match({own}, {literal(_AMOUNT)})"
    rows = con.execute(
        f"SELECT {own}, {whole}, count(*) FROM {table} WHERE {own} IS NOT NULL GROUP BY 1, 2 "
        "ORDER BY 1 LIMIT 20000"
    ).fetchall()
    held = [value for value, fits, _ in rows if fits]
    odd = [(value, count) for value, fits, count in rows if not fits]
    if odd and 2 * len(held) >= len(rows):
        return None, (
            f"{sum(count for _, count in odd):,} rows hold texts that are no numbers, such as "
            f"{odd[0][0]!r}"
        )
    if not held or odd:
        return None, ""
    decimal, unsure = decimal_of(held)
    if not decimal:
        return None, (
            f"numbers are written in two ways: {unsure}; nothing tells which sign parts decimals"
        )
    digits = f"regexp_replace(regexp_extract({{own}}, {literal(_DIGITS)}), '[^0-9.,]', '', 'g')"
    other = "," if decimal == "." else "."
    plain = f"rtrim(replace(replace({digits}, '{other}', ''), '{decimal}', '.'), '.')"
    sql = (
        f"(CASE WHEN regexp_matches({{own}}, {literal(_NEGATIVE)}) THEN -1 ELSE 1 END * "
        f"TRY_CAST({plain} AS DECIMAL(18, 4)))"
    )
    sign = f"regexp_extract({own}, {literal(_SIGN)})"
    signs = con.execute(
        f"SELECT {sign} AS s, count(*) FROM {table} WHERE {own} IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    below, example = con.execute(
        f"SELECT count(*) FILTER (regexp_matches({own}, {literal(_NEGATIVE)})), "
        f"coalesce(min({own}) FILTER (regexp_matches({own}, {literal(_NEGATIVE)})), min({own})) "
        f"FROM {table}"
    ).fetchone()
    told = f"texts such as {example!r} are read as numbers, {decimal!r} parting decimals"
    told += f"; {below:,} of them below zero" if below else ""
    bare = dict(signs).get("", 0)
    marked = tuple(text for text, _ in signs if text)
    told += "; $ is taken for USD" if "$" in marked else ""
    mark = ""
    if unsure:
        mark, told = "DECISION: ", told + f"; {unsure}"
    if marked and bare:
        mark = "DECISION: "
        told += f"; {bare:,} rows have no sign of a currency, and are taken for the study's"
    return Reading("number", sql, mark + told, marked), ""


def sign_sql(name: str, signs: tuple[str, ...]) -> str:
    """The currency that stands in the texts of amounts, as SQL: a code where a sign has one."""
    text = f"nullif(regexp_extract({identifier(name)}, {literal(_SIGN)}), '')"
    cases = " ".join(f"WHEN {literal(s)} THEN {literal(SIGNS[s])}" for s in signs if s in SIGNS)
    return f"CASE {text} {cases} ELSE {text} END" if cases else text


def codes(signs: Iterable[str]) -> list[str]:
    """The currencies that signs and codes stand for, each once.

    >>> codes(["€", "EUR", "Euro", "US$"]), codes(["eur", "EUR "])
    (['EUR', 'USD'], ['EUR'])
    """
    plain = (sign.strip() for sign in signs)
    return sorted({SIGNS.get(sign, sign.upper()) for sign in plain})


def code_sql(column: str) -> str:
    """The code of a currency that a column of codes and signs holds, as SQL."""
    text = f"trim({column})"
    cases = " ".join(f"WHEN {literal(s)} THEN {literal(code)}" for s, code in SIGNS.items())
    return f"CASE {text} {cases} ELSE upper({text}) END"


def decimal_of(texts: list[str]) -> tuple[str, str]:
    """Which sign parts decimals in texts of amounts, and what leaves that open.

    Empty with two examples where texts are written in both ways.

    >>> decimal_of(["€ 1,047.49", "€ 12"]), decimal_of(["1.047,49 €", "12 €"])
    (('.', ''), (',', ''))
    >>> decimal_of(["$1,200", "$12"])[0], decimal_of(["1.200,5", "1,200.5"])[0]
    ('.', '')
    """
    told: dict[str, str] = {}
    open_: dict[str, str] = {}
    for text in texts:
        found = re.search(r"\d[\d.,'’\s]*", text)
        number = re.sub(r"[^\d.,]", "", found.group()).rstrip(".,") if found else ""
        signs = [letter for letter in number if letter in ".,"]
        if not signs:
            continue
        last, after = signs[-1], number.rsplit(signs[-1], 1)[1]
        other = "," if last == "." else "."
        if len({*signs}) == 2:
            told.setdefault(last, text)
        elif len(signs) > 1:
            told.setdefault(other, text)
        elif len(after) != 3 or number.startswith("0"):
            told.setdefault(last, text)
        else:
            open_.setdefault(other, text)  # 1,200 is a thousand, where nothing else tells
    if len(told) == 2:
        return "", " and ".join(repr(text) for text in told.values())
    if told:
        return next(iter(told)), ""
    if len(open_) == 2:
        return "", " and ".join(repr(text) for text in open_.values())
    if open_:
        decimal, text = next(iter(open_.items()))
        return decimal, f"nothing but thousands tells that of {text!r}"
    return ".", ""
