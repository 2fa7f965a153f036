"""Until when a row of contracts holds: those that renew themselves, and states month by month."""

from helpers.collect.quoting import identifier
from helpers.draft.looking import Column, Export
from helpers.draft.names import words
from helpers.draft.values import among, values_of

RENEWS = frozenset(
    ("renew", "renews", "renewal", "renewing", "evergreen", "verlaengerung", "tacite", "autorenew")
)
ITSELF = frozenset(("auto", "automatic", "automatically", "automatisch", "automatische", "self"))
ALONE = frozenset(("autorenew", "autorenewal", "evergreen"))
YES = frozenset(
    ("yes", "y", "true", "ja", "oui", "si", "auto", "automatic", "1", "evergreen", "on")
)
AGAIN = 0.05  # of the contracts that renew themselves, from which on renewals are rows of their own
STATES = 0.9  # of the rows that a month later another row of the same customer follows


def renewed(con, export: Export, key: Column, start: Column, end: Column) -> tuple[str, str] | None:
    """The condition of contracts that go on after their end by themselves, and what is said.

    Where the export writes each renewal as a row of its own, ends are ends: the condition is empty.
    ``None`` where no column tells of renewals, or none has ended.
    """
    for column in export.columns:
        told = set(words(column.name))
        if not (told & ALONE or (told & RENEWS and told & ITSELF)):
            continue
        condition = _yes(con, export, column)
        if not condition:
            continue
        table, last = identifier(export.alias), f"CAST({end.sql} AS DATE)"
        rows, again = con.execute(
            f"SELECT count(*), count(*) FILTER (following IS NOT NULL) FROM (SELECT ({condition}) "
            f"AS renews, {last} AS last, lead(CAST({start.sql} AS DATE)) OVER (PARTITION BY "
            f"{key.as_id} ORDER BY CAST({start.sql} AS DATE)) AS following FROM {table}) "
            "WHERE renews AND last < current_date"
        ).fetchone()
        if not rows:
            continue
        if again > AGAIN * rows:
            return "", (
                f"DECISION: {rows:,} contracts with a past {end.name} renew themselves "
                f"({column.name}); {again:,} of them are followed by another one of the customer, "
                "so renewals are rows of their own and ends are ends"
            )
        return condition, (
            f"DECISION: {rows:,} contracts with a past {end.name} renew themselves ({column.name}) "
            "and nothing follows them: they go on, without an end; where they ended, take the CASE "
            "out of ends_on"
        )
    return None


def _yes(con, export: Export, column: Column) -> str:
    """The condition that a column says yes; empty where it is no question."""
    if column.kind == "boolean":
        return column.sql
    if column.kind == "number" and column.whole and column.low == 0 and column.high == 1:
        return f"{column.sql} = 1"
    if column.kind == "text" and 1 <= column.distinct <= 6:
        values = [v for v in values_of(con, export, column) if set(words(v)) & YES]
        return among(column, values) if values else ""
    return ""


def stacked(con, export: Export, key: Column, start: Column) -> tuple[str, str] | None:
    """The day until which a row holds where a file has the state of every month, and what is said.

    Such a file has no ends: on the same few days about a month apart, one row for each customer.
    Added up, a customer of a year would pay twelve times.
    """
    day = f"CAST({start.sql} AS DATE)"
    rows, customers, days, pairs, monthly = con.execute(
        "SELECT count(*), count(DISTINCT id), count(DISTINCT d), count(DISTINCT (id, d)), "
        "count(*) FILTER (after - d BETWEEN 27 AND 32) "
        f"FROM (SELECT {key.as_id} AS id, {day} AS d, "
        f"lead({day}) OVER (PARTITION BY {key.as_id} ORDER BY {day}) AS after "
        f"FROM {identifier(export.alias)})"
    ).fetchone()
    follow = rows - customers
    if pairs < rows or days < 3 or follow < 2 * customers or monthly < STATES * follow:
        return None
    if days * customers > 4 * rows:
        return None
    until = f"lead({day}) OVER (PARTITION BY {key.as_id} ORDER BY {day})"
    next_ = f"CAST({day} + INTERVAL 1 MONTH AS DATE)"
    return f"least(coalesce({until}, {next_}), {day} + 32) - 1", (
        f"DECISION: {export.path} has one row for each customer and month ({days:,} days of "
        f"{start.name}), and no end: each is taken for the state until the next one, at most a "
        "month; where rows are contracts that go on beside each other, leave ends_on out"
    )
