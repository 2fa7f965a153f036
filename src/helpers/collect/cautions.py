"""What a reader must know of the raw data, although the study could be run on them."""

from datetime import date
from typing import TYPE_CHECKING, Any

from helpers.collect.observed import revenue_of
from helpers.errors import listed
from helpers.tables import TABLES
from helpers.words import Sentence, say
from helpers.words import cautions as words
from helpers.words.numbers import NO_CURRENCY
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

FEWEST = 20  # orders of which a single amount is no accident
LOST = 0.0005  # of all money, from which on rounding to hundredths is told

Caution = tuple[str, Sentence, dict[str, Any]]


def constant_amount(orders: "ir.Table") -> float | None:
    """The amount of all orders, where they have one and the same; None elsewhere."""
    told = orders.aggregate(
        rows=orders.count(), least=orders.amount.min(), most=orders.amount.max()
    )
    found = told.to_pandas().loc[0]
    alike = found["rows"] >= FEWEST and found["least"] == found["most"]
    return float(found["least"]) if alike else None


def lost_by_rounding(rows: "ir.Table", amount: str) -> dict[str, float]:
    """share: of all money, what rounding to hundredths changes; or nothing, where it is little.

    Sums of money are told to the hundredth, which is too coarse for amounts in thousands.
    """
    paid = rows[amount]
    told = rows.aggregate(off=(paid - paid.round(2)).abs().sum(), all=paid.abs().sum()).to_pandas()
    off, every = (float(told[name].fillna(0.0).iloc[0]) for name in ("off", "all"))
    return {"share": round(off / every, 5)} if off > LOST * every else {}


def asked_twice(needs: "ir.Table") -> dict[str, int]:
    """accounts and interviews, of accounts with more interviews than days of asking; or nothing.

    They are copies of a sheet rather than interviews, and only one of a day counts
    (`helpers.segments.needs.required_outcomes`).
    """
    by_account = needs.group_by("account_id").agg(
        interviews=needs.count(), days=needs.interviewed_on.nunique()
    )
    more = (by_account.interviews > 1) & (by_account.interviews > by_account.days)
    several = by_account.filter(more)
    told = several.aggregate(
        accounts=several.count(), interviews=several.interviews.sum().fill_null(0)
    )
    accounts, interviews = (int(number) for number in told.to_pandas().loc[0])
    return {"accounts": accounts, "interviews": interviews} if accounts else {}


def data_cautions(ws: Workspace) -> list[Caution]:
    """What was counted while the tables were collected, and stays below every limit.

    Returns
    -------
    For each caution the id of its exhibit, its sentence and the values of its placeholders.
    """
    told: list[Caution | None] = []
    if ws.study.currency == NO_CURRENCY:
        told.append(("no_currency", words.NO_CURRENCY, {}))
    elif _is_assumed(ws):
        values = {"code": ws.study.currency, "none": NO_CURRENCY}
        told.append(("currency_assumed", words.CURRENCY_ASSUMED, values))
    for name in TABLES:
        record = ws.recorded(f"collection/{name}")
        if name in ws.study.sources and record:
            told += [_unmatched(name, record), _overlaps(record), _repeated(name, record)]
            told += [*_meant(name, record), _undated(record), *_half_dated(name, record)]
            told += [_conflicts(name, record), _constant(name, record), *_unreadable(ws, record)]
            told += [_void(name, record), _left_before_won(ws, record), _paid_early(record)]
            told += [
                *_pages(name, record),
                _after_leaving(record),
                *_nobody_good(record),
                _alike(ws, record),
                *_spelled(ws, record),
                _asked_twice(record),
                _cumulated(name, record),
                _rounded(name, record),
                _rates_of_start(record),
                _costs_lost(record),
                _also_contracts(record),
                _ended_at_zero(record),
            ]
    return [caution for caution in told if caution]


def _rates_of_start(record: dict) -> Caution | None:
    found = record.get("rates_of_start")
    return ("rates_of_start", words.RATES_OF_START, found) if found else None


def _also_contracts(record: dict) -> Caution | None:
    found = record.get("also_contracts")
    return ("also_contracts", words.ALSO_CONTRACTS, found) if found else None


def _ended_at_zero(record: dict) -> Caution | None:
    found = record.get("ended_at_zero")
    return ("ended_at_zero", words.ENDED_AT_ZERO, found) if found else None


def _costs_lost(record: dict) -> Caution | None:
    found = record.get("costs_lost") if record["rows_used"] else None
    return ("costs_lost", words.COSTS_LOST, found) if found else None


def _rounded(name: str, record: dict) -> Caution | None:
    found = record.get("rounded")
    return (f"rounded_{name}", words.ROUNDED, {"table": name, **found}) if found else None


def _is_assumed(ws: Workspace) -> bool:
    """Whether nothing says which currency the amounts are in."""
    record = ws.recorded(f"collection/{revenue_of(ws)}", {})
    named = "currency" in ws.study.model_fields_set or record.get("currency_named")
    return bool(record) and not named


def _unmatched(name: str, record: dict) -> Caution | None:
    found = record.get("unmatched") or {}
    if not found.get("rows"):
        return None
    values = {"table": name, "per": _per(name)} | {
        key: found[key] for key in ("rows", "accounts", "money", "share_of_money")
    }
    if found.get("refused"):
        refused = {"refused": found["refused"]}
        return f"unmatched_{name}", words.UNMATCHED_REFUSED, values | refused
    if found.get("later"):
        later = found["later"]
        late = {"later": later["accounts"], "later_money": later["money"]}
        late |= {"last": date.fromisoformat(later["last"])}
        return f"unmatched_{name}", words.UNMATCHED_LATER, values | late
    if not found["near"]:
        return f"unmatched_{name}", words.UNMATCHED, values
    near = found["near"][0]
    return (
        f"unmatched_{name}",
        words.UNMATCHED_NEAR,
        {**values, **near, "number": len(found["near"])},
    )


def _overlaps(record: dict) -> Caution | None:
    found = record.get("overlaps") or {}
    if not found.get("rows"):
        return None
    sentence, names = {
        "add": (words.OVERLAPS_ADD, ("rows", "accounts", "money", "share")),
        "latest": (words.OVERLAPS_LATEST, ("rows", "accounts", "same_day")),
    }[found["choice"]]
    return "contracts_overlap", sentence, {name: found[name] for name in names}


def _repeated(name: str, record: dict) -> Caution | None:
    found = record.get("repeated") or {}
    if not found.get("rows"):
        return None
    values = {"table": name, "rows": found["rows"]}
    if "money" not in found:
        sentence = {"drop": words.REPEATED_ONCE, "keep": words.REPEATED_EACH}
    else:
        sentence = {"drop": words.REPEATED_MONEY_ONCE, "keep": words.REPEATED_MONEY_EACH}
        values["money"] = found["money"]
    return f"repeated_{name}", sentence[found["choice"]], values


def _pages(name: str, record: dict) -> list[Caution]:
    """Rows that a file holds twice, where the query adds rows up or numbers them."""
    told = []
    for number, found in enumerate(record.get("pages") or ()):
        values = {"table": name, "file": found["file"], "rows": found["rows"]}
        if found["choice"] == "drop":
            sentence, money = words.PAGES_ONCE, words.PAGES_MONEY_ONCE
        else:
            sentence, money = words.PAGES_EACH, words.PAGES_MONEY_EACH
        if found["column"] and found["choice"] == "drop":
            sentence, money = words.PAGES_KNOWN, words.PAGES_MONEY_KNOWN
            values["column"] = found["column"]
        if found["money"]:
            values["money"] = found["money"]
        told.append((f"pages_{name}_{number}", money if found["money"] else sentence, values))
    return told


def _conflicts(name: str, record: dict) -> Caution | None:
    found = record.get("conflicts") or {}
    if not found.get("rows"):
        return None
    counted = say(words.OF_CONFLICTS[found["choice"]])
    return f"conflicts_{name}", words.CONFLICTS, {"table": name, "counted": counted, **found}


def _void(name: str, record: dict) -> Caution | None:
    found = record.get("void")
    return (f"void_{name}", words.VOID, dict(found)) if found else None


def _left_before_won(ws: Workspace, record: dict) -> Caution | None:
    found = record.get("left_before_won")
    if not found:
        return None
    values = {"rows": found["rows"]}
    if found["choice"] == "returned":
        return "left_before_won", words.RETURNED, values
    bills = ws.recorded(f"collection/{revenue_of(ws)}", {}).get("unmatched") or {}
    by = (bills.get("refused_by") or {}).get("churned_on", {})
    return "left_before_won", words.LEFT_BEFORE_WON, values | {"money": by.get("money", 0.0)}


def _paid_early(record: dict) -> Caution | None:
    found = record.get("paid_early")
    if not found:
        return None
    if "day" not in found:
        return "paid_early", words.PAID_EARLY, found
    values = {**found, "day": date.fromisoformat(found["day"])}
    return "paid_early", words.PAID_EARLY_ONE_DAY, values


def _after_leaving(record: dict) -> Caution | None:
    found = record.get("after_leaving")
    if not found or "whole" not in found:  # not yet held against what counts
        return None
    sentence = {"end": words.AFTER_LEAVING_END, "count": words.AFTER_LEAVING_COUNT}
    values = {key: found[key] for key in ("rows", "accounts", "money", "whole")}
    return "after_leaving", sentence[found["choice"]], values


def _nobody_good(record: dict) -> list[Caution]:
    return [
        (f"nobody_good_{one['kind']}", words.NOBODY_GOOD, one) for one in record.get("scales") or []
    ]


def _alike(ws: Workspace, record: dict) -> Caution | None:
    found = record.get("alike")
    if not found:
        return None
    name = revenue_of(ws)
    paid = ws.recorded(f"collection/{name}", {}).get("alike_paid") or {}
    if not paid.get("accounts"):
        return "accounts_alike", words.ALIKE, found
    more = {"paying": paid["accounts"], "money": paid["money"], "per": _per(name)}
    return "accounts_alike", words.ALIKE_PAID, found | more


def _spelled(ws: Workspace, record: dict) -> list[Caution]:
    told: list[Caution] = []
    for one in record.get("spelled") or []:
        values = {name: value for name, value in one.items() if name != "attribute"}
        values["label"] = ws.study.label(one["attribute"])
        told.append((f"spelled_{one['attribute']}", words.SPELLED, values))
    return told


def _per(name: str) -> str:
    """What the amounts of a table are for: a month of contracts, else the year."""
    return say(words.PER_MONTH if name == "contracts" else words.PER_YEAR)


def _cumulated(name: str, record: dict) -> Caution | None:
    found = record.get("cumulated")
    if not found:
        return None
    sentence = {"usage": words.CUMULATED_USAGE, "orders": words.CUMULATED_ORDERS}
    return f"cumulated_{name}", sentence[name], dict(found)


def _asked_twice(record: dict) -> Caution | None:
    found = record.get("asked_twice")
    return ("asked_twice", words.ASKED_TWICE, dict(found)) if found else None


def _meant(name: str, record: dict) -> list[Caution]:
    blank = {column.name: column.blank or "unknown" for column in TABLES[name].columns}
    return [
        (
            f"meant_{name}_{column}",
            words.MAY_BE_MEANT,
            {
                "other": other,
                "table": name,
                "column": column,
                "blank": blank[column],
            },
        )
        for column, other in (record.get("may_be_meant") or {}).items()
    ]


def _half_dated(name: str, record: dict) -> list[Caution]:
    return [
        (f"half_dated_{name}_{column}", words.HALF_DATED, {"column": column, "rows": rows})
        for column, rows in (record.get("half_dated") or {}).items()
    ]


def _undated(record: dict) -> Caution | None:
    rows = record.get("undated")
    return ("replies_undated", words.UNDATED, {"rows": rows}) if rows else None


def _constant(name: str, record: dict) -> Caution | None:
    if record.get("constant_amount") is None:
        return None
    return f"constant_{name}", words.CONSTANT, {"amount": record["constant_amount"]}


def _unreadable(ws: Workspace, record: dict) -> list[Caution]:
    return [
        (
            f"unreadable_{column}",
            words.UNREADABLE,
            {
                "column": ws.study.label(column) if column in ws.study.attributes else column,
                "number": found["values"],
                "examples": listed(found["examples"], most=3),
            },
        )
        for column, found in (record.get("unreadable") or {}).items()
    ]
