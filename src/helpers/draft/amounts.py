"""What the name of an amount says of its unit and period, and what ends of periods mean."""

from helpers.collect.quoting import identifier
from helpers.draft.looking import Column, Export
from helpers.draft.names import MONTHS, words

# Words of a name → how the amount becomes whole units of its currency, and what it is in.
_UNITS = (
    (("cents", "cent", "pence", "centimes", "centavos", "minor"), "/ 100.0", "hundredths"),
    (("keur", "kusd", "kgbp", "kchf", "teur", "tsd", "thousand", "thousands", "tausend", "千元",
      "千円", "ribu"), "* 1000", "thousands"),
    (("万元", "万円"), "* 10000", "ten thousands"),
    (("lakh", "lakhs"), "* 100000", "hundred thousands"),
    (("meur", "musd", "mgbp", "mio", "million", "millions", "mln", "juta", "百万元", "百万円"),
     "* 1000000", "millions"),
    (("crore", "crores"), "* 10000000", "ten millions"),
    (("亿元", "億円"), "* 100000000", "hundred millions"),
    (("billion", "billions", "mrd", "miliar"), "* 1000000000", "billions"),
)  # fmt: skip
NEARLY_ALL = 0.9  # of the periods, which say how long one is
FOLLOWED = 3  # periods that another one of the customer follows at once, which say what an end is
USUAL = 0.5  # of the periods, from which on their ends are read by how they end


def whole(column: Column) -> tuple[str, str]:
    """An amount in whole units of its currency, and what is to be said of it ("" for most).

    >>> whole(Column("amount_cents", "number", 9, 9))
    ('"amount_cents" / 100.0', 'amount_cents is read as hundredths of the currency, by its name')
    >>> whole(Column("amount", "number", 9, 9))
    ('"amount"', '')
    """
    told = set(words(column.name))
    for known, change, unit in _UNITS:
        if told & {*known} and "per" not in told:
            said = f"{column.name} is read as {unit} of the currency, by its name"
            return f"{column.sql} {change}", said
    return column.sql, ""


def months_named(column: Column) -> int | None:
    """For how many months an amount is by its name; None where it does not say.

    >>> [months_named(Column(n, "number", 9, 9)) for n in ("quarterly_fee", "mrr_year_end", "fee")]
    [3, 1, None]
    """
    told = set(words(column.name))
    if "mrr" in told:
        return 1
    return next((count for count, known in MONTHS.items() if told & {*known}), None)


# What prices are for one of, each with the words of the columns that count them.
_EACH = (
    ("seat", "seats", "platz", "plaetze", "sitz", "asiento", "asientos", "poste", "postes"),
    ("user", "users", "nutzer", "benutzer", "anwender", "usuario", "usuarios", "utilisateurs"),
    ("licence", "license", "licences", "licenses", "lizenz", "lizenzen", "licencia", "licencias"),
    ("employee", "employees", "mitarbeiter", "head", "heads", "headcount"),
    ("device", "devices", "geraet", "geraete"),
    ("location", "locations", "site", "sites", "standort", "standorte"),
    ("unit", "units", "einheit", "einheiten", "stueck", "piece", "pieces", "unidad", "item"),
)
COUNTED = frozenset(
    ("quantity", "qty", "menge", "anzahl", "cantidad", "quantite", "quantita", "aantal")
)
COUNTED_ALL = COUNTED | {word for known in _EACH for word in known}
_PER = frozenset(("per", "pro", "je", "par", "por", "each", "unit"))


def per_what(column: Column) -> tuple[str, ...]:
    """What an amount is for one of, by its name: words of it; none where it is a whole amount.

    >>> per_what(Column("price_per_seat", "number", 9, 9))[0]
    'seat'
    >>> [per_what(Column(n, "number", 9, 9)) for n in ("price_per_month", "seats")]
    [(), ()]
    """
    told = words(column.name)
    if not set(told) & _PER and "unitprice" not in told:
        return ()
    for known in _EACH:
        if set(told) & {*known}:
            return known
    return ("unit", "units") if {"each", "unitprice"} & set(told) else ()


def is_total_of_a_contract(column: Column) -> bool:
    """Whether an amount is for the whole term of a contract by its name.

    >>> [is_total_of_a_contract(Column(n, "number", 9, 9)) for n in ("TCV", "contract_value")]
    [True, False]
    """
    told = set(words(column.name))
    whole_ = told & {"total", "gesamt", "totale"} and told & {"contract", "vertrag", "contrato"}
    return bool("tcv" in told or whole_ or told & {"gesamtvertragswert", "vertragssumme"})


def months_of(start: Column, end: Column, last: bool) -> str:
    """The months from a start to an end in SQL, at least one; ``last`` = the end is in it."""
    first = f"CAST({start.sql} AS DATE)"
    after = f"CAST({end.sql} AS DATE)" + (" + 1" if last else "")
    return f"greatest(round(datediff('day', {first}, {after}) / 30.4375), 1)"


def usual_term(con, export: Export, start: Column, end: Column, last: bool) -> tuple[int, int, int]:
    """The months that nearly all periods last, with how many of how many; 0 where they differ."""
    months = months_of(start, end, last)
    found = con.execute(
        f"SELECT {months} AS m, count(*), sum(count(*)) OVER () FROM {identifier(export.alias)} "
        f"WHERE CAST({end.sql} AS DATE) > CAST({start.sql} AS DATE) GROUP BY 1 "
        "ORDER BY 2 DESC, 1 LIMIT 1"
    ).fetchone()
    if not found or found[0] not in (1, 3, 6, 12, 24, 36) or found[1] < NEARLY_ALL * export.rows:
        return 0, 0, 0
    return int(found[0]), int(found[1]), export.rows


def last_days(
    con, export: Export, key: Column, start: Column, end: Column
) -> tuple[bool | None, str]:
    """Whether periods end on the last day that is paid for, and how it shows.

    Where a customer's next period begins the day after, the end is part of the period; where it
    begins on the same day, it is not. Else from the first of a month to its last, or from the 5th
    of one to the 4th of another, the end is part of it, and so it is on the last of a month.
    None where nothing tells.
    """
    first, last = f"CAST({start.sql} AS DATE)", f"CAST({end.sql} AS DATE)"
    after, same, within, beyond, closing, opening, every = con.execute(
        "SELECT count(*) FILTER (following = until + 1), count(*) FILTER (following = until), "
        "count(*) FILTER (day(until + 1) = day(since)), count(*) FILTER (day(until) = day(since)), "
        "count(*) FILTER (day(until + 1) = 1), count(*) FILTER (day(until) = 1), count(*) "
        "FROM (SELECT since, until, lead(since) OVER (PARTITION BY id ORDER BY since, until) AS "
        f"following FROM (SELECT {key.as_id} AS id, {first} AS since, {last} AS until "
        f"FROM {identifier(export.alias)})) WHERE until > since"
    ).fetchone()
    most, of = USUAL * every, f"of {every:,} periods"
    if after + same >= FOLLOWED:
        if after > same:
            return True, f"on {after:,} {of} another one of the customer begins the day after"
        return False, f"on {same:,} {of} another one of the customer begins on that day"
    if within > max(beyond, most):
        told = "periods end a day before the day of the month on which they began"
        return True, f"{within:,} of {every:,} {told}"
    if closing > max(opening, most):
        return True, f"{closing:,} {of} end on the last of a month"
    if max(beyond, opening) > most:
        told = "end on the day of the month on which they began, or on the first of one"
        return False, f"{max(beyond, opening):,} {of} {told}"
    return None, ""
