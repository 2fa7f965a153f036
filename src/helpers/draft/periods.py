"""For which period an amount of a contract is, and what it was before a system emptied it."""

from helpers.collect.emptied import is_emptied
from helpers.collect.quoting import identifier, literal
from helpers.draft.billing import amounts_of
from helpers.draft.looking import Column, Export
from helpers.draft.names import MONTHS, TURNS, words
from helpers.draft.values import values_of

WEEKS = frozenset(("week", "weekly", "woche", "woechentlich", "semana", "semanal", "hebdomadaire"))
EMPTIED = 3  # contracts that ended with an amount of 0, from which on these are no accident
NEAR = 0.9  # of the rows, on which two amounts have to be the same

Turn = tuple[Column, dict[str, float]]


def how_many(export: Export, turn: Column) -> Column | None:
    """The column of how many periods an amount is for: 3 where it is for 3 months."""
    for column in export.of_kind("number"):
        told = set(words(column.name))
        counts = bool(told & TURNS and told & {"count", "anzahl", "number", "every"})
        counts = counts or {*told, "unit"} == set(words(turn.name))  # Billing Period (Unit)
        if column is turn or not counts or not column.whole or column.filled < export.rows:
            continue
        if 1 <= column.low <= column.high <= 60:
            return column
    return None


def turn_of(con, export: Export) -> tuple[Column, dict[str, float]] | None:
    """The column that says what period an amount is for, and the months of each of its values."""
    for column in export.of_kind("number"):
        told = set(words(column.name))
        named = told & (TURNS - {"term"}) and told & {"month", "months", "monate"}
        if not named or not column.whole or column.filled < export.rows:
            continue
        if 1 <= column.low <= column.high <= 60:
            return column, {}
    for column in export.of_kind("text"):
        if not set(words(column.name)) & TURNS or not 0 < column.distinct <= 6:
            continue
        values = values_of(con, export, column)
        months: dict[str, float] = {
            value: count
            for value in values
            for count, known in MONTHS.items()
            if set(words(value)) & {*known}
        }
        months |= {value: 12 / 52 for value in values if set(words(value)) & WEEKS}
        if len(months) == len(values) and column.filled == export.rows:
            return column, months
    return None


def by_month(amount: str, turn: Turn, times: Column | None) -> str:
    """An amount in SQL for the period that a column tells, as one for a month."""
    column, months = turn
    if column.kind == "number":
        amount = f"{amount} / {column.sql}"
    elif set(months.values()) != {1}:
        cases = " ".join(f"WHEN {literal(v)} THEN {m}" for v, m in months.items())
        amount = f"{amount} / CASE {identifier(column.name)} {cases} END"
    return f"{amount} / {times.sql}" if times else amount


def kept_amount(
    con, export: Export, amount: str, column: Column, others: list[Column], end: Column
) -> tuple[str, str] | None:
    """What contracts paid that have an amount of 0 since they ended: another column, or a question.

    Systems of billing say what is paid now: the recurring revenue of a cancelled subscription is
    0 there, and what a customer paid a year ago would be nothing.

    Returns
    -------
    The amount by month in SQL ("" where no column tells it) and what is said of it; None where
    amounts of ended contracts are as good as those of others.
    """
    table = identifier(export.alias)
    over = f"coalesce({end.sql} <= current_date, FALSE)"
    ended, empty, running, other = con.execute(
        f"SELECT count(*) FILTER ({over}), count(*) FILTER ({over} AND {amount} = 0), "
        f"count(*) FILTER (NOT {over}), count(*) FILTER (NOT {over} AND {amount} = 0) FROM {table}"
    ).fetchone()
    if not is_emptied(ended, empty, running, other, fewest=EMPTIED):
        return None
    said = f"{column.name} is 0 on {empty:,} of {ended:,} contracts that ended"
    turn = turn_of(con, export)
    times = how_many(export, turn[0]) if turn else None
    for instead in amounts_of(others):
        ways = [by_month(instead.sql, turn, times)] if turn else []
        for way in [*ways, instead.sql, f"{instead.sql} / 12.0"]:
            alike, known, held = con.execute(
                f"SELECT count(*) FILTER ({amount} <> 0 AND abs({way} - {amount}) <= 0.01 * "
                f"abs({amount})), count(*) FILTER ({amount} <> 0), "
                f"count(*) FILTER ({over} AND {amount} = 0 AND {way} > 0) FROM {table}"
            ).fetchone()
            if known and alike >= NEAR * known and held >= NEAR * empty:
                return way, (
                    f"DECISION: {said}, so {instead.name} is taken, by month: it is the same on "
                    f"{alike:,} of {known:,} rows where {column.name} is not 0"
                )
    return "", (
        f"DECISION: {said}, and no other column tells what they paid: retention and churn would "
        "be of those that are left; take the amount that was agreed, of invoices say"
    )
