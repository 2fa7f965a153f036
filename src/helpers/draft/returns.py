"""Refunds and credit notes that a file of their own holds: money that comes off the orders."""

from helpers.collect.quoting import identifier, literal
from helpers.draft.amounts import whole
from helpers.draft.billing import amounts_of, kind_of
from helpers.draft.looking import Export
from helpers.draft.names import words
from helpers.draft.parts import Guess, best
from helpers.draft.uncounted import CREDIT
from helpers.draft.values import currencies, having

NOTES = frozenset(("credit", "kredit", "credito")) | {"notes", "note", "memo", "memos"}
# Words of CREDIT that name other things as well: what was ended, and what may still be used up.
_OTHER = frozenset(("cancellation", "credit", "credits", "kredit", "credito", "cn", "cm", "reso"))


def goes_back(alias: str) -> bool:
    """Whether a file holds money given back, by its name.

    >>> [goes_back(name) for name in ("refunds", "credit_notes", "gutschriften", "credits")]
    [True, True, True, False]
    """
    told = set(words(alias))
    return bool(told & (CREDIT - _OTHER)) or len(told & NOTES) > 1


def returned(con, exports, export: Export, keys, found: Guess) -> bool:
    """Take a file of refunds or credit notes off the orders, or say that it is not.

    Not where the orders hold them already: below zero, by a kind or status, or in a column.
    """
    table = found.tables.get("orders")
    if table is None or not goes_back(export.alias):
        return False
    key = keys.get(export.alias)
    numbers = [c for c in export.of_kind("number") if c is not key]
    named = [c for c in numbers if kind_of(c.name) == "back" and c.filled]
    amount = next(iter([*amounts_of(numbers), *named]), None)
    days = export.of_kind("date")
    day = best(days, "ordered_on", 0.1) or next(iter(days), None)
    if key is None or amount is None or day is None:
        found.left_out[export.path] = (
            "DECISION: money that went back, by its name, without a customer, an amount and a day "
            "that can be read: it is NOT taken off the orders, which are before it"
        )
        return True
    back = f"abs({whole(amount)[0]})"
    (rows, money) = con.execute(
        f"SELECT count(*), coalesce(sum({back}), 0) FROM {identifier(export.alias)}"
    ).fetchone()
    told = (
        f"{rows:,} rows of {export.path}, of {float(money):,.2f} together, are money that went back"
    )
    orders = [e for e in exports if e.alias in table.files and e is not export]
    there = _there_already(con, table.query, orders)
    mixed = currencies(export, back)
    if not there and ("AS currency" in table.query) != bool(mixed):
        there = "their currencies are told in one of the files alone"
    if there:
        table.why.append(f"DECISION: {told}, by its name; not taken off, since {there}")
        return True
    turn = f"row_number() OVER (ORDER BY {day.sql}, {key.as_id}, {back})"
    cells = [
        f"{literal(export.alias + '/')} || CAST({turn} AS VARCHAR)",
        key.as_id,
        f"CAST({day.sql} AS DATE)",
        f"-{back}",
        *([mixed.sql] if mixed else []),
        *(["CAST(NULL AS VARCHAR)"] if "AS product" in table.query else []),
    ]
    table.query += "\nUNION ALL\nSELECT " + ", ".join(cells)
    table.query += f"\nFROM {identifier(export.alias)}\nWHERE {key.sql} IS NOT NULL"
    table.files = {**table.files, export.alias: export.entry}
    table.why.append(
        f"DECISION: {told}, by its name: they are taken off on their day ({day.name}), as orders "
        "below zero; where the orders are after them already, remove the part from UNION ALL on"
    )
    return True


def _there_already(con, query: str, orders: list[Export]) -> str:
    """Why money that went back may be in the orders already; empty where nothing says so."""
    (below,) = con.execute(f"SELECT count(*) FROM ({query}) WHERE amount < 0").fetchone()
    if below:
        return f"{below:,} orders are below zero and may be the same money"
    for export in orders:
        for column in export.columns:
            if kind_of(column.name) == "back" and column.filled:
                return f"{column.name} of {export.path} may be the same money"
        for column, values in having(con, export, CREDIT, frozenset()):
            return f"{column.name} of {export.path} says {values[0]}, which may be the same money"
    return ""
