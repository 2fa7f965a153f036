"""Which of several amounts is what was billed, and whether tax is in it."""

from dataclasses import dataclass, field

from helpers.collect.quoting import identifier
from helpers.draft.amounts import whole
from helpers.draft.looking import Column, Export
from helpers.draft.names import is_identifier, likeness, says, words
from helpers.errors import listed

# Words of amounts before tax, with tax, and of the tax itself.
NET: tuple[str, ...] = ("net", "netto", "neto", "netta", "excl", "excluding", "exkl", "excludes")
NET += ("excluded", "ex", "ht", "hors", "subtotal", "untaxed", "pretax", "imponible")
NET += ("imponibile", "nettobetrag", "ohne", "zzgl", "sin", "senza", "exclusive", "before")
NET += ("不含税", "未税", "税抜")
GROSS: tuple[str, ...] = ("gross", "brutto", "bruto", "ttc", "incl", "including", "inkl")
GROSS += ("includes", "inclusive", "inc", "included", "inklusive", "lordo", "bruttobetrag")
GROSS += ("含税", "价税", "税込")
TAX: tuple[str, ...] = ("tax", "taxes", "vat", "mwst", "ust", "umsatzsteuer", "mehrwertsteuer")
TAX += ("steuer", "iva", "tva", "gst", "hst", "btw", "moms", "impuesto", "impuestos", "imposta")
TAX += ("taxe", "税额")
# Of amounts that are a part of what was billed, or something else altogether.
PAID: tuple[str, ...] = ("paid", "bezahlt", "gezahlt", "paye", "payee", "pagado", "pagato")
PAID += ("betaald", "received", "collected", "已付")
OPEN: tuple[str, ...] = ("due", "open", "outstanding", "balance", "remaining", "offen", "unpaid")
OPEN += ("saldo", "restant", "payable", "pendiente", "reste", "openstaand", "未付")
BACK = ("refunded", "refund", "refunds", "erstattet", "rembourse", "reembolsado", "credited")
LESS = ("discount", "discounts", "rabatt", "skonto", "remise", "descuento", "sconto", "korting")
MORE = ("shipping", "versand", "freight", "fracht", "postage", "livraison", "envio", "handling")
OTHER: tuple[str, ...] = ("tip", "cost", "costs", "kosten", "cogs", "margin", "profit", "gewinn")
OTHER += ("commission", "deposit", "limit", "average", "avg", "target", "budget", "forecast")
OTHER += ("quota", "weight", "gewicht", "exchange", "percent", "pct", "lifetime", "cumulative")
OTHER += ("ytd", "running", "previous", "score", "days", "terms", "rate", "list", "items")
OTHER += ("units", "orders", "count")
PERCENT = frozenset(("percent", "pct", "percentage", "rate", "prozent", "satz", "pourcentage"))
PRICE = ("price", "preis", "precio", "prix", "unitprice", "einzelpreis", "each", "单价", "単価")
# Of one line of an order, and of all its lines.
LINE = ("line", "item", "position", "article", "zeile", "ligne", "linea", "lines", "row")
ALL: tuple[str, ...] = ("total", "order", "invoice", "summe", "gesamt", "grand", "gesamtbetrag")
ALL += ("rechnungsbetrag", "bestellwert", "auftragswert", "basket", "订单")

FEES = ("fee", "fees", "gebuehr", "gebuehren", "commission", "provision", "frais", "comision")

CENT = 0.015  # within which amounts are the same, of whole units
MOST = 0.95  # of the rows from which on a sum of columns is one


@dataclass
class Billed:
    """A choice among amounts: the column, the amount in SQL, what it is called and what to say."""

    column: Column
    sql: str
    told: str
    why: list[str] = field(default_factory=list)
    once: bool = False  # of the whole order, and on each of its rows
    parted: bool = False  # of rows that are billed on days of their own


def _has(name: str, known: tuple[str, ...]) -> bool:
    told = {*words(name), *words(name.lower())}  # MwSt is one word
    return any(says(word, k) for word in told for k in known)


def is_price(name: str) -> bool:
    """Whether an amount is for one of what was sold, by its name.

    >>> [is_price(n) for n in ("UnitAmount", "Unit price", "LineAmount", "business_unit")]
    [True, True, False, False]
    """
    return _has(name, PRICE) or ("unit" in words(name) and likeness(name, "amount") >= 0.3)


def kind_of(name: str) -> str:
    """What an amount is by its name: net, gross, tax, paid, open, back, less, more, other, price.

    >>> [kind_of(n) for n in ("Montant HT", "total_incl_vat", "VAT", "amount_due", "total")]
    ['net', 'gross', 'tax', 'open', '']
    """
    for kind, known in (("back", BACK), ("more", MORE), ("other", OTHER)):
        if _has(name, known):
            return kind
    if set(words(name)) & {*LESS}:  # what is discounted is what is left
        return "less"
    if _has(name, GROSS) and "不含税" not in name:
        return "gross"
    if _has(name, NET):
        return "net"
    for kind, known in (("tax", TAX), ("paid", PAID), ("open", OPEN)):
        if _has(name, known):
            return kind
    return ""


def amounts_of(numbers: list[Column]) -> list[Column]:
    """Columns that may hold what was billed, likeliest first: before tax, then as it is named."""
    rank = {"net": 2, "": 1, "gross": 0}
    found = []
    for column in numbers:
        kind = kind_of(column.name)
        like = likeness(column.name, "amount")
        alone = kind in ("net", "gross") and all(
            _has(word, NET + GROSS + TAX) or len(word) == 3 for word in words(column.name)
        )
        if is_identifier(column.name) or not column.filled or kind not in rank:
            continue
        if like >= 0.3 or alone:
            found.append((not is_price(column.name), rank[kind], like, column))
    found.sort(key=lambda entry: entry[:3], reverse=True)
    return [column for *_, column in found]


def after_fees(con, export: Export, numbers: list[Column], amounts: list[Column]) -> str:
    """Put the amount first of which a net one is what is left after fees, and say so.

    A provider of payments keeps its fee: what it pays out is less than what was billed.
    """
    if not amounts or kind_of(amounts[0].name) != "net":
        return ""
    net = amounts[0]
    for fee in (c for c in numbers if c.filled and c is not net and _has(c.name, FEES)):
        for whole_ in amounts[1:]:
            left = f"abs({_sql(whole_)} - abs({_sql(fee)}) - {_sql(net)}) <= {CENT}"
            held, known = _share(con, export, left, f"{fee.sql} <> 0")
            if known and held >= MOST * known:
                amounts.remove(whole_)
                amounts.insert(0, whole_)
                amounts.remove(net)
                return (
                    f"{net.name} is {whole_.name} less {fee.name} on {held:,} of {known:,} rows: "
                    f"what is left after fees, not what was billed, which is {whole_.name}"
                )
    return ""


def fallback(numbers: list[Column]) -> Column | None:
    """Where no column is what was billed: what was paid, else what was still open."""
    for kind in ("paid", "open"):
        for column in numbers:
            if column.filled and kind_of(column.name) == kind and not is_identifier(column.name):
                return column
    return None


def billed(
    con, export: Export, numbers: list[Column], chosen: Column, others: list[Column]
) -> Billed:
    """What was billed by a column, before tax where a column tells it; what else was there.

    Parameters
    ----------
    chosen, others : of `amounts_of`, without those that are of another kind (of the whole order).
    """
    sql, unit = whole(chosen)
    result = Billed(chosen, sql, chosen.name, [unit] if unit else [])
    of = {kind: [c for c in numbers if kind_of(c.name) == kind and c.filled and _money(c)]
          for kind in ("tax", "less", "more", "back")}  # fmt: skip
    kind, tax = kind_of(chosen.name), next(iter(of["tax"]), None)
    if kind == "net":
        _before_tax(con, export, result, others, tax)
    elif tax is not None:
        _tax(con, export, result, tax, gross=kind == "gross")
    elif kind == "gross":
        result.why.append(
            f"DECISION: {chosen.name} is with tax by its name, and no column holds amounts before "
            "tax: all money of this study is with tax; divide it where one rate holds for all"
        )
    if kind != "net":
        _differing(con, export, result, [c for c in others if kind_of(c.name) == kind])
    for less in of["less"]:
        _discount(con, export, result, less, others, of["more"] + of["tax"])
    for back in of["back"]:
        _given_back(con, export, result, back)
    return result


def _sql(column: Column) -> str:
    return whole(column)[0]


def _money(column: Column) -> bool:
    """Whether a number may be money and not a share or a rate of it."""
    told = words(column.name)
    if {"rate", "percent", "pct", "satz", "code", "id", "no", "number"} & set(told):
        return False
    return isinstance(column.high, (int, float)) or hasattr(column.high, "as_tuple")


def _share(con, export: Export, condition: str, among: str = "TRUE") -> tuple[int, int]:
    """Rows for which a condition holds, of those for which it is known."""
    held, known = con.execute(
        f"SELECT count(*) FILTER ({condition}), count(*) FILTER (({condition}) IS NOT NULL) "
        f"FROM {identifier(export.alias)} WHERE {among}"
    ).fetchone()
    return held, known


def _sums(con, export: Export, *cells: str) -> list[float]:
    asked = ", ".join(f"coalesce(sum({cell}), 0)" for cell in cells)
    found = con.execute(f"SELECT {asked} FROM {identifier(export.alias)}").fetchone()
    return [float(value) for value in found]


def _before_tax(con, export: Export, result: Billed, others: list[Column], tax) -> None:
    """Say of an amount before tax what stands beside it, and how it is known to be with tax."""
    net = result.column
    if not others:
        return
    parts = []
    for other in others:
        if kind_of(other.name) == "net":
            continue
        one, more = _sums(con, export, _sql(net), _sql(other))
        if abs(more - one) <= 0.001 * abs(one):
            continue
        text = f"{other.name} is {more:,.2f} in all"
        if tax is not None:
            held, known = _share(
                con,
                export,
                f"abs({_sql(other)} - {_sql(net)} - coalesce({_sql(tax)}, 0)) <= {CENT}",
            )
            if held >= MOST * known:
                text = f"{other.name} is it and {tax.name} together on {held:,} of {known:,} rows"
        parts.append(text)
    if parts:
        (one,) = _sums(con, export, _sql(net))
        result.why.append(
            f"{net.name} is taken, {one:,.2f} in all, before tax by its name; {'; '.join(parts)}"
        )


def _tax(con, export: Export, result: Billed, tax: Column, *, gross: bool) -> None:
    """Take tax off an amount that holds it: by its name, or as whole rates of percent tell."""
    amount = result.column
    off = f"({result.sql} - coalesce({_sql(tax)}, 0))"
    inside, outside = _as_rates(con, export, amount, tax)
    told = f"{tax.name} stands beside {amount.name}"
    (all_tax,) = _sums(con, export, _sql(tax))
    if not all_tax:
        return
    if gross or inside > max(0.9, outside):
        how = "by its name" if gross else f"{tax.name} is a usual rate of the rest of it"
        result.sql, result.told = off, f"{amount.name} without {tax.name}"
        mark = "" if gross else "DECISION: "
        result.why.append(
            f"{mark}{told}: {amount.name} holds it ({how}), so it is taken off, {all_tax:,.2f} in "
            f"all; where {amount.name} is before tax, write {_sql(amount)} alone"
        )
    elif outside > max(0.9, inside):
        result.why.append(
            f"{told}, {all_tax:,.2f} in all, and is a usual rate of all of it: {amount.name} is "
            "before tax"
        )
    else:
        result.why.append(
            f"DECISION: {told}, {all_tax:,.2f} in all, and nothing tells whether {amount.name} "
            f"holds it; it is taken as it is. Where it does, write {off}"
        )


def _as_rates(con, export: Export, amount: Column, tax: Column) -> tuple[float, float]:
    """On which share of the rows tax is a rate in halves of percent of the rest, or of the whole.

    Of amounts from 20 on: cents of smaller ones hide the rate. Where all are whole, tax may be
    rounded to whole yen: of amounts from 2,000 on that hides no rate.
    """
    cent, whole = f"{CENT / 2}", amount.whole and tax.whole

    def near(base: str) -> str:
        rate = f"(200.0 * {_sql(tax)} / nullif({base}, 0))"
        unit = f"CASE WHEN abs({base}) >= 2000 THEN 1.0 ELSE {cent} END" if whole else cent
        return f"abs({rate} - round({rate})) <= 200.0 * {unit} / abs({base}) + 0.001"

    among = f"{_sql(tax)} > 0 AND {_sql(amount)} >= 20"
    shares = []
    for base in (f"({_sql(amount)} - {_sql(tax)})", _sql(amount)):
        held, known = _share(con, export, near(base), among)
        shares.append(held / known if known >= 10 else 0.0)
    return shares[0], shares[1]


def _differing(con, export: Export, result: Billed, others: list[Column]) -> None:
    """Ask where other columns are called as the amount is, and hold other money."""
    one, *sums = _sums(con, export, _sql(result.column), *(_sql(c) for c in others))
    told = [
        f"{other.name}, {money:,.2f}"
        for other, money in zip(others, sums, strict=True)
        if abs(money - one) > 0.001 * abs(one) and not is_price(other.name)
    ]
    if told:
        result.why.append(
            f"DECISION: {result.column.name} is taken for what was billed, {one:,.2f} in all; "
            f"else: {listed(told)}"
        )


def _discount(con, export: Export, result, less: Column, others, beside: list[Column]) -> None:
    """A discount beside an amount: taken off where a total beside them says so, else asked."""
    if float(less.low) >= -1 and float(less.high) <= 1:
        return  # a share of the amount, or none
    (money,) = _sums(con, export, f"abs({_sql(less)})")
    if not money:
        return
    off = f"({result.sql} - abs(coalesce({_sql(less)}, 0)))"
    after = f"{_sql(result.column)} - abs(coalesce({_sql(less)}, 0))"
    extra = "".join(f" + coalesce({_sql(c)}, 0)" for c in beside)
    for total in others:
        for added in ("", extra):
            without = f"abs({_sql(total)} - ({_sql(result.column)}{added})) <= {CENT}"
            plain, known = _share(con, export, without)
            held, _ = _share(con, export, f"abs({_sql(total)} - ({after}{added})) <= {CENT}")
            if plain >= MOST * known:
                return  # the amount is after the discount
            if held >= MOST * known:
                result.why.append(
                    f"{less.name} is taken off, {money:,.2f} in all: {total.name} is without it on "
                    f"{held:,} of {known:,} rows"
                )
                result.sql, result.told = off, f"{result.told} less {less.name}"
                return
    result.why.append(
        f"DECISION: {less.name} stands beside {result.column.name}, {money:,.2f} in all, and is "
        f"not taken off; where the amount is before the discount, write {off}"
    )


def _given_back(con, export: Export, result, back: Column) -> None:
    """What was given back, as a column beside the amount: taken off where it is never more."""
    (money,) = _sums(con, export, f"abs({_sql(back)})")
    if not money:
        return
    held, known = _share(con, export, f"abs({_sql(back)}) <= abs({_sql(result.column)}) + {CENT}")
    off = f"({result.sql} - abs(coalesce({_sql(back)}, 0)))"
    if held == known:
        result.sql, result.told = off, f"{result.told} less {back.name}"
        result.why.append(
            f"DECISION: {back.name}, {money:,.2f} in all, is taken off {result.column.name}, of "
            "which it is never more than all"
        )
    else:
        result.why.append(
            f"DECISION: {back.name}, {money:,.2f} in all, stands beside {result.column.name} and "
            f"is not taken off; where it was given back, write {off}"
        )


def rates_off(numbers: list[Column], amount: str) -> list[str]:
    """What is asked of discounts in percent, or as a share, that stand beside an amount in SQL."""
    asked = []
    for less in numbers:
        told = set(words(less.name))
        if not told & {*LESS} or not less.filled or float(less.low) < 0 or not float(less.high):
            continue
        share = float(less.high) <= 1
        if not share and (not told & PERCENT or float(less.high) > 100):
            continue
        of = less.sql if share else f"{less.sql} / 100.0"
        asked.append(
            f"DECISION: {less.name} of up to {float(less.high):g} stands beside the amount and is "
            "not taken off; where the amount is before it, "
            f"write {amount} * (1 - coalesce({of}, 0))"
        )
    return asked
