"""What columns are called in exports, in many languages and conventions."""

import re
import unicodedata

# Words by what a column is; a name is split into words first, so that CustomerNo, customer_no and
# KUNDEN-NR are looked up alike. Whole names first, single words after.
WORDS: dict[str, tuple[str, ...]] = {
    "account_id": (
        *("account", "customer", "client", "company", "organization", "organisation", "org"),
        *("tenant", "workspace", "debtor", "kunde", "kunden", "debitor", "mandant", "firma"),
        *("cliente", "clientes", "empresa", "cuenta", "conta", "compte", "societe", "klant"),
        *("kund", "asiakas", "klient", "zakaznik", "musteri", "buyer", "seller", "merchant"),
        *("客户", "顾客", "客戶", "顧客", "取引先", "公司", "会社"),
    ),
    "won_on": (
        *(
            "signup",
            "signed",
            "won",
            "since",
            "became",
            "created",
            "onboarded",
            "start",
            "joined",
            "create",
        ),
        *("seit", "anlage", "angelegt", "alta", "desde", "inicio", "creation", "depuis", "sinds"),
        *("registered", "registration", "acquired", "first", "closed", "activation"),
        *("签约", "注册", "创建", "成立", "登録", "獲得", "開始"),
    ),
    "churned_on": (
        *("churn", "churned", "cancelled", "canceled", "left", "terminated", "kuendigung"),
        *("gekuendigt", "baja", "resiliation", "opgezegd", "lost", "closed"),
        *("流失", "解约", "解約", "退会"),
    ),
    "name": (
        *("name", "nombre", "nom", "nome", "naam", "bezeichnung", "title", "namn"),
        *("名称", "名字", "名", "社名", "raison"),
    ),
    "starts_on": (
        *("start", "starts", "begin", "begins", "from", "von", "ab", "beginn", "inicio", "debut"),
        *("valid", "period", "effective", "activated", "gueltig", "vertragsbeginn", "desde"),
        *("开始", "生效", "起始", "開始"),
    ),
    "ends_on": (
        *("end", "ends", "until", "to", "bis", "ende", "fin", "expiry", "expires", "expired"),
        *("termination", "vertragsende", "hasta", "einde", "stop", "ended", "cancel"),
        *("结束", "到期", "终止", "終了", "満了"),
    ),
    "mrr": (
        *("mrr", "monthly", "recurring", "monat", "monatlich", "mensual", "mensuel", "fee"),
        *("maandelijks", "mensal", "monats", "monatl", "mtl"),
        *("月费", "月租", "月额", "月額", "每月"),
    ),
    "arr": (
        *("arr", "acv", "annual", "yearly", "jahr", "jaehrlich", "anual", "annuel"),
        *("jahres", "jaarlijks"),
        *("年费", "年额", "年額"),
    ),
    "ordered_on": (
        *("order", "ordered", "invoice", "date", "datum", "fecha", "data", "booking", "booked"),
        *("rechnung", "rechnungsdatum", "factura", "facture", "purchase", "transaction", "bestell"),
        *("日期", "订单", "发票", "注文", "請求"),
    ),
    "order_id": (
        *("order", "invoice", "rechnung", "factura", "facture", "bestellung", "transaction"),
        *("beleg", "pedido", "commande", "document", "receipt", "fatura"),
        *("订单", "发票", "注文", "請求", "单号"),
    ),
    "amount": (
        *("amount", "sales", "revenue", "net", "total", "value", "betrag", "netto", "umsatz"),
        *("importe", "montant", "importo", "valor", "bedrag", "turnover", "price", "subtotal"),
        *("wert", "vertragswert", "auftragswert", "beitrag", "tcv", "vertragssumme"),
        *("金额", "金額", "总额", "销售额", "売上", "价税"),
    ),
    "quantity": (
        *("quantity", "qty", "units", "menge", "anzahl", "cantidad", "quantite", "count"),
        *("数量"),
    ),
    "unit_price": (
        *("unitprice", "price", "preis", "precio", "prix", "einzelpreis", "rate"),
        *("单价", "単価"),
    ),
    "ticket_id": (
        *("ticket", "case", "incident", "request", "vorgang", "anfrage", "issue", "conversation"),
        "helpdesk",
    ),
    "opened_at": ("submitted", "opened", "created", "received", "erstellt", "eroeffnet"),
    # Tickets are closed by the tool days after they were solved.
    "resolved_at": ("resolved", "solved", "geloest", "closed", "geschlossen"),
    "csat": ("csat", "satisfaction", "rating", "zufriedenheit"),
    "used_on": ("usage", "used", "event", "activity", "date", "day", "tag", "session"),
    "feature": ("feature", "event", "module", "action", "funktion", "function"),
    "product": (
        *("product", "plan", "tier", "sku", "produkt", "tarif", "package", "producto"),
        *(
            "prodotto",
            "produit",
            "service",
            "warengruppe",
            "artikelgruppe",
            "category",
            "kategorie",
        ),
        *("产品", "套餐", "製品", "プラン"),
    ),
    "reason": (
        *("reason", "topic", "category", "issue", "grund", "anliegen", "thema", "kategorie"),
        *("motivo", "motif", "type", "typ", "tipo", "原因", "类别"),
    ),
    "currency": ("currency", "waehrung", "moneda", "devise", "valuta"),
}
# Words of the day on which a record was made, which need not be that of the sale.
CREATED = frozenset(
    (
        *("created", "create", "creation", "anlage", "angelegt", "erstellt", "creado", "creacion"),
        *("cree", "aangemaakt", "创建", "作成"),
    )
)
# What a status is called, and what it says of an order that nobody paid for in the end.
STATUS = frozenset(
    ("status", "state", "stage", "lifecycle", "phase", "zustand", "estado", "statut", "stato")
) | {"状态", "状態"}
VOID = frozenset(
    (
        *("cancelled", "canceled", "void", "voided", "failed", "declined", "rejected", "draft"),
        *("deleted", "refunded", "storniert", "storno", "erstattet", "abgelehnt", "entwurf"),
        *("annule", "annulee", "rembourse", "remboursee", "cancelado", "cancelada", "anulado"),
        *("reembolsado", "annullato", "rimborsato", "geannuleerd", "terugbetaald"),
        *("已取消", "已退款", "キャンセル", "返金済"),
    )
)
# What it says of one that was billed and never paid.
UNCOLLECTED = frozenset(
    ("written", "uncollectible", "writeoff", "irrecoverable", "ausgebucht", "uneinbringlich")
)
# What a status says of a contract that nobody pays for yet, and of one that is over.
UNBEGUN = frozenset(
    (
        *(
            "draft",
            "lost",
            "trial",
            "trialing",
            "proposal",
            "proposed",
            "quote",
            "quoted",
            "pending",
        ),
        *("declined", "rejected", "unsigned", "entwurf", "angebot", "verloren", "abgelehnt"),
        *("borrador", "perdido", "perdida", "brouillon", "perdu", "bozza", "perso", "concept"),
    )
)
OVER = frozenset(
    (
        *("cancelled", "canceled", "terminated", "expired", "ended", "churned", "inactive", "void"),
        *("gekuendigt", "beendet", "abgelaufen", "inaktiv", "storniert", "resilie", "cancelado"),
        *("cancelada", "terminado", "annullato", "beeindigd", "opgezegd"),
    )
)
GOING_ON = frozenset(("cancellation", "renewal", "kuendigung", "verlaengerung", "payment"))
PARTLY = frozenset(("partially", "partial", "partly", "teilweise", "partiel", "parcial"))
# What the words of contracts' files are, and of the column that says for how long an amount is.
CONTRACTS = frozenset(
    (
        *("contract", "contracts", "subscription", "subscriptions", "vertrag", "vertraege", "abo"),
        *("abos", "abonnement", "abonnements", "contrato", "contratos", "contrat", "contrats"),
        *("suscripciones", "contratti", "contracten", "agreement", "agreements", "合同", "订阅"),
    )
)
TURNS = frozenset(
    (
        *("interval", "period", "billing", "frequency", "cycle", "term", "turnus", "intervall"),
        *("zahlweise", "zahlungsweise", "abrechnung", "periodicidad", "periodicite", "周期"),
    )
)
MONTHS = {
    1: ("month", "monthly", "monat", "monatlich", "mensual", "mensuel", "mensile", "maandelijks"),
    3: ("quarter", "quarterly", "quartal", "vierteljaehrlich", "trimestral", "trimestriel"),
    6: ("halbjaehrlich", "semiannual", "semestral", "semestriel"),
    12: ("year", "yearly", "annual", "annually", "jahr", "jaehrlich", "anual", "annuel", "年"),
}
# Days that end nothing: of the period that runs, of a trial, of what comes next.
PASSING = frozenset(("current", "trial", "next", "renewal", "renews", "latest", "last", "aktuelle"))
# Days that are no sign of something having happened by then.
AHEAD = frozenset(
    (
        *("end", "ends", "cancel", "due", "expires", "expiration", "expected", "renewal", "next"),
        *("fivetran", "synced", "updated", "until", "trial"),
    )
)
IDENTIFIER = frozenset(
    ("id", "no", "nr", "num", "number", "nummer", "key", "code", "uuid", "guid", "codigo")
)
NUMBERED = ("nr", "nummer", "编号", "号码", "代码", "单号", "番号")  # ends of words run together
# Names of persons, and how to reach them: never proposed.
PERSONAL = frozenset(
    (
        *("email", "mail", "phone", "telephone", "telefon", "mobile", "fax", "contact", "kontakt"),
        *("firstname", "lastname", "surname", "vorname", "nachname", "apellido", "prenom"),
        *("person", "address", "adresse", "street", "strasse", "zip", "postal", "postcode", "plz"),
        *("birth", "birthday", "geburt", "gender", "iban", "bic", "vat", "tax", "passport", "ssn"),
        *("salary", "religion", "ip", "latitude", "longitude", "lat", "lon", "comment", "note"),
        *("notes", "description", "feedback", "text", "user", "owner", "manager", "rep", "agent"),
        *("betreuer", "kundenbetreuer", "verkaeufer", "vertriebler", "sachbearbeiter", "inhaber"),
        *("vendeur", "vendedor", "gestor", "salesperson", "csm", "responsable", "referent"),
        *("telefono", "telefone", "correo", "courriel", "indirizzo", "direccion", "endereco"),
        *("apellidos", "cognome", "achternaam", "voornaam", "mobil", "handy", "ansprechpartner"),
        *("联系人", "电话", "手机", "邮箱", "姓名", "地址", "备注", "邮件", "微信"),
        *("担当者", "電話", "住所", "氏名", "メール", "备考"),
        *("nombre", "nom", "name", "sdr", "employee", "url", "website", "iban", "card", "token"),
    )
)


def words(name: str) -> tuple[str, ...]:
    """A column's name as words.

    >>> words("CustomerNo"), words("Kündigungs-Datum"), words("MRR_amount")
    (('customer', 'no'), ('kuendigungs', 'datum'), ('mrr', 'amount'))
    """
    for letter, plain in zip("äöüßÄÖÜ", ("ae", "oe", "ue", "ss", "Ae", "Oe", "Ue"), strict=True):
        name = name.replace(letter, plain)
    far = re.findall(r"[\u3040-\u30ff\u3400-\u9fff]+", name)  # no blanks between these words
    name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return (*far, *re.findall(r"[a-z]+|\d+", parts.lower()))


def says(word: str, known: str) -> bool:
    """Whether a word of a name is a known one: its beginning, or a part where words run together.

    >>> says("kundennr", "kunden"), says("客户编号", "编号"), says("totals", "to")
    (True, True, False)
    """
    if known.isascii():
        if known.endswith("y") and word == f"{known[:-1]}ies":  # companies
            return True
        return word == known or (len(known) > 4 and word.startswith(known))
    return known in word


def is_identifier(name: str) -> bool:
    """Whether a name says that a column numbers things: a word for it, or a compound's end.

    >>> is_identifier("Account Number"), is_identifier("Number of Employees")
    (True, False)
    """
    found = words(name)
    first, second = (*found, "", "")[:2]
    if first in ("number", "num", "no", "nr", "nombre") and (
        second in ("of", "de", "von", "der") or (first == "num" and second.endswith("s"))
    ):
        return False  # a count
    return any(word in IDENTIFIER or (word.endswith(NUMBERED) and len(word) > 2) for word in found)


def likeness(name: str, role: str) -> float:
    """How much a name sounds like a role: the earlier a word stands in its list, the more."""
    told = WORDS[role]
    found = words(name)
    if not found:
        return 0.0
    best = 0.0
    for word in found:
        for at, known in enumerate(told):
            if says(word, known):
                best = max(best, 1.0 - 0.3 * at / len(told))
    if role == "account_id" and best and is_identifier(name):
        best += 0.5
    return best


def is_personal(name: str) -> bool:
    """Whether a name says that a column tells of persons, or is free text."""
    found = words(name)
    return bool(set(found) & PERSONAL) or any(
        says(word, known) for word in found if not word.isascii() for known in PERSONAL
    )
