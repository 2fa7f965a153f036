"""What a draft leaves as it is, and only a person can say: customers merged, money not read."""

from helpers.collect.quoting import identifier, literal
from helpers.draft.amounts import whole
from helpers.draft.billing import amounts_of
from helpers.draft.looking import Column, Export
from helpers.draft.names import words
from helpers.draft.parts import Guess
from helpers.draft.paying import NO_REVENUE
from helpers.draft.values import among, values_of

TESTS = frozenset(("test", "tests", "testing", "demo", "internal", "intern", "interno", "interne"))
TESTS |= {"sandbox", "dummy", "staging", "testkunde", "testfirma", "测试", "テスト"}
PARENTS = frozenset(("parent", "mutter", "konzern", "padre", "ultimate", "holding"))
CENTS = 0.005  # of an amount, within which a parent pays what its children do together
MERGED = frozenset(("merged", "master", "survivor", "surviving", "duplicate", "zusammengefuehrt"))


def unread_money(con, export: Export, key: Column | None, found: Guess) -> None:
    """Ask where a file that is left out has customers, days and amounts as that of revenue has."""
    table = found.tables.get("orders") or found.tables.get("contracts")
    numbers = [c for c in export.of_kind("number") if c is not key]
    amount = next(iter(amounts_of(numbers)), None)
    apart = set(words(export.alias)) & NO_REVENUE or not export.of_kind("date")
    if table is None or key is None or amount is None or apart:
        return
    (money,) = con.execute(
        f"SELECT coalesce(sum({whole(amount)[0]}), 0) FROM {identifier(export.alias)}"
    ).fetchone()
    table.why.append(
        f"DECISION: {export.path} has customers, days and amounts as well ({amount.name}, "
        f"{float(money):,.2f} in all), and is not read; where it is money of its own and not the "
        f"same as here, add its rows to {table.name} (UNION ALL in the query)"
    )


def merged_into(con, listing: Export, key: Column) -> str:
    """What is said of customers that were merged into another one of the list."""
    found = _naming_another(con, listing, key, MERGED)
    if found is None:
        return ""
    name, held = found
    return (
        f"DECISION: {held:,} customers were merged into another one ({name}), and count as "
        "customers of their own, with what they paid; where they are one, write "
        f"coalesce(the {name} of the account, account_id) AS account_id in the tables that refer "
        "to it, and leave them out here"
    )


def families(con, listing: Export, key: Column) -> str:
    """What is said of customers that belong to another one of the list."""
    found = _naming_another(con, listing, key, PARENTS)
    if found is None:
        return ""
    name, held = found
    return (
        f"DECISION: {held:,} of {listing.rows:,} accounts belong to another one ({name}), and each "
        "is a customer of its own; where a family is one customer, add "
        f"CAST({identifier(name)} AS VARCHAR) AS parent_id"
    )


def _naming_another(
    con, listing: Export, key: Column, called: frozenset[str]
) -> tuple[str, int] | None:
    """The column, among those so called, that mostly names other customers of the list, and how
    many rows do."""
    for column in listing.columns:
        if column is key or not {*words(column.name)} & called or not column.filled:
            continue
        (held,) = con.execute(
            f"SELECT count(*) FROM (SELECT {key.as_id} AS own, {column.as_id} AS other "
            f"FROM {identifier(listing.alias)}) WHERE other IS DISTINCT FROM own AND other IN "
            f"(SELECT {key.as_id} FROM {identifier(listing.alias)})"
        ).fetchone()
        if held and 2 * held > column.filled:
            return column.name, held
    return None


def of_the_house(con, listing: Export, key: Column, name: Column | None) -> list[str]:
    """What is said of customers that are marked, or called, as tests or as those of the house."""
    asked = []
    for column in listing.of_kind("boolean", "text"):
        if column is key:
            continue
        if column.kind == "boolean":
            condition = column.sql if set(words(column.name)) & TESTS else ""
        elif column is name:
            first = f"regexp_extract(lower(trim({identifier(column.name)})), '^[^ _-]+')"
            condition = f"{first} IN ({', '.join(literal(word) for word in sorted(TESTS))})"
        else:
            few = column.distinct <= 20
            values = values_of(con, listing, column) if few else []
            marked = [v for v in values if len(words(v)) < 3 and set(words(v)) & TESTS]
            condition = among(column, marked) if marked else ""
        if not condition:
            continue
        (rows,) = con.execute(
            f"SELECT count(*) FROM {identifier(listing.alias)} WHERE {condition}"
        ).fetchone()
        if 0 < 2 * rows < listing.rows:
            asked.append(
                f"DECISION: {rows:,} of {listing.rows:,} customers are tests, or of the house, by "
                f"their {column.name}; they count with what they pay. Where they are no customers, "
                "leave them out by a rule of exclude (docs/reference.md)"
            )
    return asked


def rolled_up(con, listing: Export, key: Column, found: Guess) -> None:
    """Ask where parents pay what their children pay together: the same money, twice."""
    for name, amount in (("contracts", "mrr"), ("orders", "amount")):
        table = found.tables.get(name)
        if table is None:
            continue
        for column in listing.columns:
            if column is key or not set(words(column.name)) & PARENTS or not column.filled:
                continue
            parents, alike, money = con.execute(
                f"WITH paid AS (SELECT account_id, sum({amount}) AS paid FROM ({table.query}) "
                f"GROUP BY 1), tree AS (SELECT {key.as_id} AS own, {column.as_id} "
                f"AS parent FROM {identifier(listing.alias)}), up AS (SELECT parent, sum(paid) AS "
                "below FROM tree JOIN paid ON account_id = own WHERE parent <> own GROUP BY 1) "
                "SELECT count(*), count(*) FILTER (same), coalesce(sum(paid) FILTER (same), 0) "
                f"FROM (SELECT paid, below <> 0 AND abs(paid - below) <= {CENTS} * abs(below) "
                "AS same FROM up JOIN paid ON account_id = parent)"
            ).fetchone()
            if alike >= 3 and 2 * alike > parents:
                table.why.append(
                    f"DECISION: {alike:,} of {parents:,} parents ({column.name}) pay exactly what "
                    f"their children pay together, {float(money):,.2f} in all: it seems to be the "
                    "same money, and counts twice; leave out the rows of one of the two"
                )
                return
