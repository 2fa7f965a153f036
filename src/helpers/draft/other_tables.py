"""Tables beside customers and revenue: tickets, surveys, usage, costs."""

from dataclasses import replace

from helpers.collect.quoting import identifier, literal
from helpers.draft.billing import amounts_of
from helpers.draft.looking import Column, Export
from helpers.draft.names import is_identifier, likeness, words
from helpers.draft.parts import Guess, Table, best, join, kinds, select

SURVEYS = {"survey", "surveys", "nps", "csat", "umfrage", "umfragen", "encuesta", "encuestas"}
SURVEYS |= {"enquete", "enquetes", "sondage", "satisfaction", "zufriedenheit", "promoter"}
COSTS = {"cost", "costs", "kosten", "expense", "expenses", "coste", "costes", "cout", "couts"}
COSTS |= {"aufwand", "spend", "costi", "custos"}
REPLIES = {"reply", "replied", "response", "responded", "answer", "answered", "antwort"}
REPLIES |= {"reponse", "respuesta", "risposta", "touch"}
SCORES = {*SURVEYS, "score", "rating", "note", "punkte", "value", "answer"}
SCORES |= {"recommend", "likelihood", "empfehlen", "weiterempfehlen", "weiterempfehlung"}
SCORES |= {"recommander", "recomendar", "recomendarias", "consigliare", "aanbevelen"}
USED = {"usage", "events", "activity", "nutzung"}
COUNTS = {"quantity", "qty", "logins", "sessions", "events", "actions", "uses", "hits", "calls"}
COUNTS |= {"requests", "visits", "views", "clicks", "minutes", "hours", "seats", "anzahl"}
COUNTS |= {"anmeldungen", "sitzungen", "nutzungen", "aufrufe", "sesiones", "connexions", "次数"}
TYPES = ("type", "kind", "category", "art", "kategorie", "kostenart", "tipo", "categoria", "nature")


def _surveys(con, exports, export: Export, keys, found: Guess) -> bool:
    """One answer a row: a score, of 0 to 10 (nps) or 1 to 5 (csat), and the day of asking."""
    named = set(words(export.alias)) | {w for c in export.columns for w in words(c.name)}
    if "surveys" in found.tables or export.alias not in keys or not named & SURVEYS:
        return False
    days = export.of_kind("date")
    asked = best(days, "opened_at", 0.1) or next(iter(days), None)
    scores = [
        c for c in export.of_kind("number")
        if c.filled and c.whole and c is not keys[export.alias]
        and {*words(c.name)} & SCORES
    ]  # fmt: skip
    if asked is None or not scores:
        if set(words(export.alias)) & SURVEYS:
            found.left_out[export.path] = "surveys by its name, but " + (
                "no column holds days"
                if asked is None
                else "no column of whole numbers is a "
                "score: bring texts, shares and stars to 0 to 10 (nps) or 1 to 5 (csat) in a "
                "query"
            )
        return False
    score = max(scores, key=lambda c: (c.low >= 0 and c.high <= 10, c.filled))
    kind, scale = _scale(score, named)
    if not kind:
        found.left_out[export.path] = f"surveys by its names, but {scale}"
        return True
    cells = [f"{keys[export.alias].as_id} AS account_id", f"{literal(kind)} AS kind",
             f"{score.sql} AS score",
             f"CAST({asked.sql} AS DATE) AS asked_on"]  # fmt: skip
    answered = next((c for c in days if c is not asked), None)
    if answered:
        cells.append(f"CAST({answered.sql} AS DATE) AS responded_on")
    number = next(
        (
            c
            for c in export.columns
            if c.distinct == export.rows and c.kind == "text" and c.name != keys[export.alias].name
        ),
        None,
    )
    if number:
        cells.append(f"{number.as_id} AS survey_id")
    why = [f"surveys: {export.path}; asked_on: {asked.name}", scale]
    if answered is None:
        why.append("only answers are there: what was sent and not answered is not known")
    found.tables["surveys"] = Table(
        "surveys", {export.alias: export.entry}, select(cells, export), why
    )
    return True


def _scale(score: Column, named: set[str]) -> tuple[str, str]:
    """What kind of answers a column holds by its name and its scale, and what is said of it.

    The kind is empty where the scale is that of neither: numbers of another one would be read
    as answers that nobody gave.
    """
    runs = f"{score.name} runs from {score.low:g} to {score.high:g}"
    low, high = float(score.low), float(score.high)
    called = named & {"nps", "promoter"}
    if low < 0 or high > 10:
        return "", (
            f"{runs}: answers are 0 to 10 (nps) or 1 to 5 (csat). Where it is another scale, write "
            "sources.surveys with a query that turns it into one of these; a score that is "
            "computed already is none of single answers"
        )
    if low >= 1 and high <= 5:
        if not called:
            return "csat", f"{runs}, so it is taken for csat"
        return "csat", (
            f"DECISION: {runs}, and is called nps: answers to that question are 0 to 10, so they "
            "are taken for csat, and no NPS is computed; where they are answers of 0 to 10 of "
            "which none is higher, write 'nps' AS kind"
        )
    if named & {"csat", "ces"} and not called:
        return "", (
            f"{runs} and is called csat, of which answers are 1 to 5: write sources.surveys with a "
            "query that turns it into these, or into 'nps' where the question was that of NPS"
        )
    if high < 9:
        return "nps", (
            f"DECISION: {runs}: taken for nps, answers of 0 to 10 of which none is higher than "
            f"{score.high:g}. Where the scale ends there, remove sources.surveys"
        )
    return "nps", f"{runs}, so it is taken for nps"


def _costs(con, exports, export: Export, keys, found: Guess) -> bool:
    """One booking a row, on an account: a day, an amount and, where there is one, its kind."""
    named = set(words(export.alias)) | {w for c in export.columns for w in words(c.name)}
    if "costs" in found.tables or export.alias not in keys or not named & COSTS:
        return False
    numbers = [c for c in export.of_kind("number") if c is not keys[export.alias]]
    amount = next((c for c in numbers if {*words(c.name)} & COSTS), None) or next(
        iter(amounts_of(numbers)), None
    )
    day = best(export.of_kind("date"), "ordered_on", 0.1) or next(
        iter(export.of_kind("date")), None
    )
    if amount is None or day is None:
        return False
    kind = next((c for c in export.of_kind("text") if {*words(c.name)} & {*TYPES}), None)
    cells = [f"{keys[export.alias].as_id} AS account_id", f"CAST({day.sql} AS DATE) AS incurred_on",
             (identifier(kind.name) if kind else "'service'") + " AS kind",
             f"{amount.sql} AS amount"]  # fmt: skip
    why = [
        f"costs: {export.path} has days ({day.name}) and amounts ({amount.name}); kind: "
        + (kind.name if kind else "no column tells it, all are taken for service"),
        "no line of quality_score uses them yet: which costs make a customer worse is a choice",
    ]
    found.tables["costs"] = Table("costs", {export.alias: export.entry}, select(cells, export), why)
    return True


def _tickets(con, exports, export: Export, keys, found: Guess) -> bool:
    if "tickets" in found.tables or export.alias not in keys:
        return False
    own = keys[export.alias].name
    numbers = [c for c in export.columns if c.distinct == export.rows and c.name != own]
    called = best([c for c in numbers if is_identifier(c.name)], "ticket_id")
    number = called or next(iter(numbers), None)
    by = "its name" if likeness(export.alias, "ticket_id") else called and f"its {called.name}"
    dates = export.of_kind("date")
    opened = best(dates, "opened_at") or next(iter(dates), None)
    if not by or opened is None or number is None:
        return False
    cells = [f"{number.as_id} AS ticket_id", f"{keys[export.alias].as_id} AS account_id",
             f"{opened.sql} AS opened_at"]  # fmt: skip
    replied = next((c for c in dates if c is not opened and _first_reply(c)), None)
    closed = best([c for c in dates if c not in (opened, replied)], "resolved_at")
    for column, role in ((replied, "first_replied_at"), (closed, "resolved_at")):
        if column is None:
            continue
        if _has_offset(con, export, column) == _has_offset(con, export, opened):
            cells.append(f"{column.sql} AS {role}")
        else:
            found.left_out[f"{column.name} of {export.path}"] = (
                f"one of {column.name} and {opened.name} is written with an offset from UTC, and "
                "the other without: two clocks, between which no time can be measured until it is "
                "known where the second one stands"
            )
    reason = kinds(export, "reason", keys[export.alias])
    if reason and reason is not number:
        cells.append(f"{identifier(reason.name)} AS reason")
    rating = best(export.of_kind("number"), "csat")
    if rating and rating.whole and rating.low >= 1 and rating.high <= 5:
        cells.append(f"{rating.sql} AS csat")
    found.tables["tickets"] = Table(
        "tickets", {export.alias: export.entry}, select(cells, export),
        [
            f"tickets: {export.path}, by {by}; opened_at: {opened.name}"
            + (f"; reason: {reason.name}" if reason else "")
        ],
    )  # fmt: skip
    return True


def _first_reply(column: Column) -> bool:
    told = {*words(column.name)}
    return bool(told & {"first", "initial", "erste", "premiere", "primera"} and told & REPLIES)


def _has_offset(con, export: Export, column: Column) -> bool:
    kinds = con.execute(
        f"SELECT typeof({column.sql}) FROM {identifier(export.alias)} LIMIT 1"
    ).fetchone()
    return bool(kinds) and kinds[0] == "TIMESTAMP WITH TIME ZONE"


def _usage(con, exports, export: Export, keys, found: Guess) -> bool:
    if "usage" in found.tables or not USED & set(words(export.alias)):
        return False
    if {"churn", "cancel"} & set(words(export.alias)):
        return False
    day, feature = (
        best(export.of_kind("date"), "used_on"),
        best(export.of_kind("text"), "feature"),
    )
    if day is None:
        return False
    files, link = {export.alias: export.entry}, ""
    key = keys.get(export.alias)
    account = _of("a", key) if key else ""
    if key is None:  # by way of another file, whose own key stands in this one
        for other in exports:
            if other is export or other.alias not in keys:
                continue
            for own in other.columns:
                match = own.distinct == other.rows and join(con, other, own, export)
                if match:
                    files[other.alias] = other.entry
                    account = _of("b", keys[other.alias])
                    link = (
                        f" JOIN {identifier(other.alias)} AS b "
                        f"ON a.{identifier(match.name)} = b.{identifier(own.name)}"
                    )
                    break
            if link:
                break
    if not account:
        return False
    cells = [f"{account} AS account_id", f"CAST({_in('a', day)} AS DATE) AS used_on"]
    if feature:
        cells.append(f"a.{identifier(feature.name)} AS feature")
    count, told = _how_often(export, key)
    if count:
        cells.append(f"{_in('a', count)} AS quantity")
    query = "SELECT " + ",\n       ".join(cells) + f"\nFROM {identifier(export.alias)} AS a{link}"
    why = [f"usage: {export.path}, by its name" + (f", by way of {list(files)[1]}" if link else "")]
    why += [told] if told else []
    found.tables["usage"] = Table("usage", files, query, why)
    return True


def _how_often(export: Export, key: Column | None) -> tuple[Column | None, str]:
    """The column that counts the uses of a row, and what is asked: a row of none is no use."""
    numbers = [
        c for c in export.of_kind("number")
        if c is not key and c.filled and not is_identifier(c.name) and float(c.low) >= 0
    ]  # fmt: skip
    told = [c for c in numbers if "count" in words(c.name)]
    told += [c for c in numbers if set(words(c.name)) & COUNTS and c not in told]
    if len(told) == 1 or (told and "count" in words(told[0].name)):
        return told[0], ""
    if not numbers:
        return None, ""
    if len(told or numbers) == 1:
        only = (told or numbers)[0]
        return only, (
            f"DECISION: {only.name} is taken for how often: rows where it is 0 are no use; where "
            "it is something else, take it out of the query"
        )
    return None, (
        f"DECISION: which column counts the uses of a row is not known ("
        f"{', '.join(c.name for c in told or numbers)}): every row is one use, also where nothing "
        "was done; add the one that does AS quantity"
    )


def _in(alias: str, column: Column) -> str:
    """A column of one of two files, as what it is."""
    quoted = identifier(column.name)
    return column.sql.replace(quoted, f"{alias}.{quoted}")


def _of(alias: str, key: Column) -> str:
    """A key of one of two files."""
    if key.by:
        return replace(key, of=alias).as_id
    quoted = identifier(key.name)
    return key.as_id.replace(quoted, f"{alias}.{quoted}")


OTHERS = (_tickets, _surveys, _usage, _costs)
