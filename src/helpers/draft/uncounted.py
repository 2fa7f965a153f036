"""Which rows of a file of orders bill nothing, take money back, or add up others."""

from collections.abc import Iterator
from dataclasses import replace

from helpers.collect.quoting import identifier, literal
from helpers.draft.looking import Column, Export
from helpers.draft.names import PARTLY, UNCOLLECTED, VOID, words
from helpers.draft.values import among, having, values_of
from helpers.errors import listed

# What the kind of a document is called, and what it says: money that goes back, or comes in for
# what another row has billed, or is only offered.
TYPES = frozenset(
    (
        *("type", "kind", "typ", "art", "belegart", "dokumentart", "rechnungsart", "vorgangsart"),
        *("doctype", "tipo", "nature", "class", "document", "transaction", "movement", "entry"),
        *("类型", "種別"),
    )
) | {"soort", "buchungsart", "vorgang"}
CREDIT = frozenset(
    (
        *("credit", "credits", "creditnote", "creditmemo", "refund", "refunds", "refunded"),
        *("return", "returns", "returned", "chargeback", "reversal", "reversed", "cancellation"),
        *("gutschrift", "gutschriften", "storno", "stornorechnung", "rechnungskorrektur"),
        *("erstattung", "rueckerstattung", "retoure", "ruecksendung", "avoir", "remboursement"),
        *("abono", "devolucion", "reembolso", "credito", "rimborso", "reso", "creditnota"),
        *("terugbetaling", "retour", "kreditnota", "kreditfaktura", "kredit", "cn", "cm"),
        *("退款", "退货", "红字", "返金", "返品"),
    )
)
BILLS = frozenset(
    ("invoice", "invoices", "rechnung", "facture", "factura", "fattura", "factuur", "bill", "发票")
)
NO_BILLS = frozenset(
    (
        *("payment", "payments", "zahlung", "paiement", "pago", "pagamento", "betaling", "receipt"),
        *("payout", "transfer", "quote", "quotation", "proforma", "estimate", "angebot", "devis"),
        *("oferta", "presupuesto", "preventivo", "offerte", "draft", "order", "forma"),
    )
)
CARDS = frozenset(("card", "karte", "carte", "tarjeta", "carta", "kreditkarte", "transfer"))
# Words of columns that tell of paying or of a customer, whatever their type.
NO_TYPES = frozenset(
    (
        "payment",
        "zahlung",
        "zahlungsart",
        "method",
        "card",
        "customer",
        "account",
        "product",
        "plan",
    )
)
# What a stage says of a deal that was sold; the others of its column were not.
WON = frozenset(
    (
        *("won", "closedwon", "gewonnen", "ganado", "ganada", "gagne", "gagnee", "vinto", "vinta"),
        *("ganho", "gewonnene", "赢单", "成交", "受注"),
    )
)
NOT_WON = frozenset(("not", "back", "lost", "nicht", "non", "no", "reason", "date"))
LIKELY = frozenset(("probability", "wahrscheinlichkeit", "likelihood", "probabilidad"))
LIKELY |= {"probabilite", "probabilita", "kans"}
# What tells rows of what happened from those of what was planned, and what it says of each.
SCENARIOS = TYPES | {"scenario", "szenario", "version", "ledger", "data", "figures", "measure"}
ACTUAL = frozenset(("actual", "actuals", "ist", "real", "realized", "reel", "effettivo", "booked"))
AHEAD_OF = frozenset(("budget", "forecast", "plan", "planned", "target", "prognose", "soll"))
AHEAD_OF |= {"outlook", "projection", "projected", "estimate", "presupuesto", "prevision"}
PLANNED = ", which was planned beside what is actual"
BACK = 0.1  # of the rows that came to nothing, from which on amounts below zero take them back
DRAFTS = frozenset(("draft", "entwurf", "brouillon", "borrador", "bozza", "concept", "草稿"))
UNISSUED = ", which was never issued"
UNWON = ", which is no sale (yet) beside those that were won"
# What stands in place of the number of an order where a row adds up others.
SUMS = (
    r"^(sub-? ?totals?|grand total|page total|totals?|zwischensumme|gesamtsumme|gesamt|summe|"
    r"sous-total|total g[eé]n[eé]ral|subtotaal|totaal|somma|totale|合计|小计|小計|合計)"
    r"([\s:.,/–-].*)?$"
)


def signed(con, export: Export, amount: str, quantity: Column | None) -> tuple[str, str, list[str]]:
    """An amount with credit notes below zero, the condition that leaves out what bills nothing,
    and what is said of both.
    """
    table, why, where = identifier(export.alias), [], ""
    credit = [
        (among(column, values), f"the {column.name} {listed(values, most=6)}")
        for column, values in having(con, export, CREDIT, CARDS, TYPES)
        if not set(words(column.name)) & NO_TYPES
    ]
    credit += [
        (column.sql, column.name)
        for column in export.of_kind("boolean")
        if set(words(column.name)) & CREDIT and not set(words(column.name)) & CARDS
    ]
    if quantity is not None and quantity.low is not None and quantity.low < 0:
        credit.append((f"{quantity.sql} < 0", f"a {quantity.name} below zero"))
    for column, values in having(con, export, NO_BILLS, CREDIT, TYPES):
        bills = next(having(con, replace(export, columns=(column,)), BILLS, CREDIT, TYPES), None)
        if set(words(column.name)) & NO_TYPES or bills is None:
            continue
        values = [value for value in values if value not in bills[1]]
        if not values:
            continue
        out = among(column, values)
        rows, money = con.execute(
            f"SELECT count(*), coalesce(sum({amount}), 0) FROM {table} WHERE {out}"
        ).fetchone()
        where = f"({out}) IS NOT TRUE"
        why.append(
            f"DECISION: {rows:,} of {export.rows:,} rows, of {float(money):,.2f} together, have "
            f"the {column.name} {listed(values, most=6)}: they bill nothing beside "
            f"{listed(bills[1])} and are left out by the WHERE of the query"
        )
        break
    for condition, told in credit:
        rows, above, money = con.execute(
            f"SELECT count(*), count(*) FILTER ({amount} > 0), coalesce(sum(abs({amount})), 0) "
            f"FROM {table} WHERE {condition}"
        ).fetchone()
        if not above:
            continue
        amount = f"CASE WHEN {condition} THEN -abs({amount}) ELSE {amount} END"
        why.append(
            f"DECISION: {rows:,} of {export.rows:,} rows, of {float(money):,.2f} together, have "
            f"{told}, with amounts above zero: they are taken off, not added; "
            "where they are sales, write the amount alone"
        )
    return amount, where, why


def uncollected(con, export: Export, amount: str) -> str:
    """What is said of orders that were billed and never paid; they count."""
    for column, values in having(con, export, UNCOLLECTED, PARTLY):
        out = among(column, values)
        rows, money = con.execute(
            f"SELECT count(*), coalesce(sum({amount}), 0) FROM {identifier(export.alias)} "
            f"WHERE {out}"
        ).fetchone()
        return (
            f"DECISION: {rows:,} of {export.rows:,} rows, of {float(money):,.2f} together, have "
            f"the {column.name} {listed(values)}: billed and never paid, they count; where they "
            f"should not, add AND NOT {out} to the query"
        )
    return ""


def unpaid_of(con, export: Export, amount: str, key: Column) -> tuple[str, list[str]]:
    """The condition that leaves out orders that came to nothing, and what it says of them.

    Where amounts below zero of the same customers take them back, they count: a cancelled order
    and its return are two lines. What was never issued is taken back by nothing.
    """
    where, why = [], []
    for in_, named in (*_not_won(con, export), *_void(con, export)):
        rows, money, returns = con.execute(
            f"SELECT count(*) FILTER ({in_}), coalesce(sum({amount}) FILTER ({in_}), 0), "
            f"count(*) FILTER ({amount} < 0) FROM {identifier(export.alias)}"
        ).fetchone()
        if not 0 < rows < export.rows:
            continue
        told = f"DECISION: {rows:,} of {export.rows:,} rows, of {float(money):,.2f} together, have "
        told += named
        sold = named.endswith((UNWON, PLANNED, UNISSUED)) or not returns
        back = 0 if sold else _taken_back(con, export, amount, key, in_)
        if back < BACK * rows or sold:
            where.append(f"({in_}) IS NOT TRUE")
            told += ": they are left out by the WHERE of the query"
            told += "" if sold else f"; {back:,} of them are taken back by an amount below zero"
        else:
            told += f"; they count, since {back:,} of them are taken back by amounts below zero of "
            told += "the same customer"
        why.append(told)
        if not named.endswith(UNISSUED):
            break
    return " AND ".join(where), why


def _taken_back(con, export: Export, amount: str, key: Column, void: str) -> int:
    """Rows that came to nothing of which the same customer has the amount below zero, too."""
    (back,) = con.execute(
        f"WITH a AS (SELECT {key.as_id} AS id, round({amount}, 2) AS paid, {void} AS void "
        f"FROM {identifier(export.alias)}) SELECT count(*) FROM a WHERE void AND paid > 0 "
        "AND (id, -paid) IN (SELECT (id, paid) FROM a WHERE paid < 0)"
    ).fetchone()
    return int(back)


def _not_won(con, export: Export) -> Iterator[tuple[str, str]]:
    """Conditions of deals that are lost or still open beside those won, and of rows of a budget.

    By a stage of which one value says won, by a mark, or by a probability below its highest; by a
    scenario that is none of what happened.
    """
    for column, won in having(con, export, WON, NOT_WON):
        others = [value for value in values_of(con, export, column) if value not in won]
        if others:
            yield among(column, others), f"the {column.name} {listed(others, most=6)}{UNWON}"
    for column, planned in having(con, export, AHEAD_OF, ACTUAL, SCENARIOS):
        if any(set(words(value)) & ACTUAL for value in values_of(con, export, column)):
            yield among(column, planned), f"the {column.name} {listed(planned, most=6)}{PLANNED}"
    for column in export.of_kind("boolean", "number"):
        told = set(words(column.name))
        if column.kind == "boolean" and told & WON and not told & NOT_WON:
            yield f"NOT {column.sql}", f"a false {column.name}{UNWON}"
        likely = column.kind == "number" and told & LIKELY and column.filled
        if likely and column.low >= 0 and column.high in (1, 100):
            yield f"{column.sql} < {column.high:g}", f"a lower {column.name}{UNWON}"


def _void(con, export: Export) -> Iterator[tuple[str, str]]:
    """Conditions of orders that came to nothing, with what they have: a status, a day, a mark."""
    for column, void in having(con, export, VOID, PARTLY):
        drafts = [value for value in void if set(words(value)) & DRAFTS]
        others = [value for value in void if value not in drafts]
        for values, more in ((drafts, UNISSUED), (others, "")):
            if values:
                yield among(column, values), f"the {column.name} {listed(values, most=6)}{more}"
    for column in export.of_kind("date", "boolean"):
        told = set(words(column.name))
        if not told & (VOID - CREDIT) or told & PARTLY:
            continue
        if column.kind == "boolean":
            yield column.sql, f"a true {column.name}"
        elif column.filled < export.rows:
            yield f"{column.sql} IS NOT NULL", f"a day of {column.name}"


def sums_of(
    con, export: Export, number: Column | None, key: Column, amount: str
) -> tuple[str, str]:
    """The condition that leaves out rows that add up others, and what is said of them.

    A report has them where the number of an order stands, or that of the customer.
    """
    for column in (number, key):
        if column is None or column.kind != "text":
            continue
        is_sum = f"regexp_matches(lower(trim({identifier(column.name)})), {literal(SUMS)})"
        rows, money = con.execute(
            f"SELECT count(*) FILTER ({is_sum}), coalesce(sum({amount}) FILTER ({is_sum}), 0) "
            f"FROM {identifier(export.alias)} WHERE {key.sql} IS NOT NULL"
        ).fetchone()
        if 0 < 2 * rows < export.rows:
            return f"({is_sum}) IS NOT TRUE", (
                f"DECISION: {rows:,} of {export.rows:,} rows, of {float(money):,.2f} together, "
                f"have a sum for their {column.name} by its name: they are left out by the WHERE "
                "of the query"
            )
    return "", ""
