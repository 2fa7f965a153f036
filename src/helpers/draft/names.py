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
    ),
    "won_on": (
        *("signup", "signed", "won", "since", "created", "onboarded", "start", "joined", "since"),
        *("seit", "anlage", "angelegt", "alta", "desde", "inicio", "creation", "depuis", "sinds"),
        *("registered", "registration", "acquired", "first", "closed", "activation"),
    ),
    "churned_on": (
        *("churn", "churned", "cancelled", "canceled", "left", "terminated", "kuendigung"),
        *("gekuendigt", "baja", "resiliation", "opgezegd", "lost", "closed"),
    ),
    "name": ("name", "nombre", "nom", "nome", "naam", "bezeichnung", "title", "namn"),
    "starts_on": (
        *("start", "starts", "begin", "begins", "from", "von", "ab", "beginn", "inicio", "debut"),
        *("valid", "period", "effective", "activated", "gueltig", "vertragsbeginn", "desde"),
    ),
    "ends_on": (
        *("end", "ends", "until", "to", "bis", "ende", "fin", "expiry", "expires", "expired"),
        *("termination", "vertragsende", "hasta", "einde", "stop", "ended", "cancel"),
    ),
    "mrr": (
        *("mrr", "monthly", "recurring", "monat", "monatlich", "mensual", "mensuel", "fee"),
        *("maandelijks", "mensal", "monatsbeitrag"),
    ),
    "arr": ("arr", "acv", "annual", "yearly", "jahr", "jaehrlich", "anual", "annuel"),
    "ordered_on": (
        *("order", "ordered", "invoice", "date", "datum", "fecha", "data", "booking", "booked"),
        *("rechnung", "rechnungsdatum", "factura", "facture", "purchase", "transaction", "bestell"),
    ),
    "order_id": (
        *("order", "invoice", "rechnung", "factura", "facture", "bestellung", "transaction"),
        *("beleg", "pedido", "commande", "document", "receipt", "fatura"),
    ),
    "amount": (
        *("amount", "sales", "revenue", "net", "total", "value", "betrag", "netto", "umsatz"),
        *("importe", "montant", "importo", "valor", "bedrag", "turnover", "price", "subtotal"),
    ),
    "quantity": ("quantity", "qty", "units", "menge", "anzahl", "cantidad", "quantite", "count"),
    "unit_price": ("unitprice", "price", "preis", "precio", "prix", "einzelpreis", "rate"),
    "ticket_id": ("ticket", "case", "incident", "request", "vorgang", "anfrage"),
    "opened_at": ("submitted", "opened", "created", "received", "erstellt", "eroeffnet"),
    "resolved_at": ("closed", "resolved", "solved", "geschlossen", "geloest"),
    "csat": ("csat", "satisfaction", "rating", "zufriedenheit"),
    "used_on": ("usage", "used", "event", "activity", "date", "day", "tag", "session"),
    "feature": ("feature", "event", "module", "action", "funktion", "function"),
    "product": ("product", "plan", "tier", "sku", "produkt", "tarif", "package", "producto"),
    "currency": ("currency", "waehrung", "moneda", "devise", "valuta"),
}
IDENTIFIER = frozenset(("id", "no", "nr", "num", "number", "nummer", "key", "code", "uuid", "guid"))
# Names of persons, and how to reach them: never proposed.
PERSONAL = frozenset(
    (
        *("email", "mail", "phone", "telephone", "telefon", "mobile", "fax", "contact", "kontakt"),
        *("firstname", "lastname", "surname", "vorname", "nachname", "apellido", "prenom"),
        *("person", "address", "adresse", "street", "strasse", "zip", "postal", "postcode", "plz"),
        *("birth", "birthday", "geburt", "gender", "iban", "bic", "vat", "tax", "passport", "ssn"),
        *("salary", "religion", "ip", "latitude", "longitude", "lat", "lon", "comment", "note"),
        *("notes", "description", "feedback", "text", "user", "owner", "manager", "rep", "agent"),
        *("telefono", "telefone", "correo", "courriel", "indirizzo", "direccion", "endereco"),
        *("apellidos", "cognome", "achternaam", "voornaam", "mobil", "handy", "ansprechpartner"),
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
    name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(re.findall(r"[a-z]+|\d+", parts.lower()))


def likeness(name: str, role: str) -> float:
    """How much a name sounds like a role: the earlier a word stands in its list, the more."""
    told = WORDS[role]
    found = words(name)
    if not found:
        return 0.0
    best = 0.0
    for word in found:
        for at, known in enumerate(told):
            if word == known or (len(known) > 4 and word.startswith(known)):
                best = max(best, 1.0 - 0.3 * at / len(told))
    if role == "account_id" and best and set(found) & IDENTIFIER:
        best += 0.5
    return best


def is_personal(name: str) -> bool:
    """Whether a name says that a column tells of persons, or is free text."""
    return bool(set(words(name)) & PERSONAL)
