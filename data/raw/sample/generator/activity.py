"""How accounts are served and what they use: helpdesk tickets and monthly usage."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from generator.billing import DEMANDS, active_span, is_demanding, is_leaving, leaving
from generator.company import ALL, Account, effects_on
from generator.draw import DAY, EXTRACTED, choose, day_between, lognormal, pick, stream

Row = dict[str, Any]
TICKETS_PER_YEAR = 5.0
EXTRACT_TIME = dt.datetime.combine(EXTRACTED, dt.time(18, 0))
USAGE_FROM = dt.date(2024, 4, 1)
FEATURES = {"work_orders": (0.97, 140), "scheduling": (0.80, 60), "mobile_app": (0.62, 90),
            "spare_parts": (0.45, 35), "reporting": (0.55, 18), "api": (0.25, 400)}  # fmt: skip
# By the day of a foreseeable departure this share of the use of a feature is lost, and one feature
# after the other is given up.
LEAVING_USE = 0.8
DIFFICULTY = {"low": 50, "medium": 36, "high": 14}
HOURS = {"low": 6.0, "medium": 26.0, "high": 90.0}  # median time to resolve
OUTCOME = {"answered": 45, "fixed": 30, "workaround": 15, "not reproducible": 10}
CATEGORY = {"how to": 30, "bug": 26, "configuration": 18, "integration": 12, "billing": 8,
            "access": 6}  # fmt: skip


PRODUCT = {"mobile_app": "Velderon Field", "api": "Velderon Connect"}  # the rest: Velderon Plan
# An update of the mobile app kept the newest customers from logging in.
LOGIN_FAILURE = (dt.date(2026, 8, 3), dt.date(2026, 9, 11))
NEW_FOR = dt.timedelta(days=365)
LOGIN_TICKETS = 0.9  # per new customer, on average
LEAVING_TICKETS = 0.9  # more tickets in the months before a departure, on average
# A new queue kept the tickets of the machine builders of middle size waiting for a first reply.
SLOW_SINCE, SLOW_FOR, SLOWER = dt.date(2026, 7, 6), "mid_size_machinery", 4.0


def draw_tickets(accounts: list[Account], effects: frozenset[str] = ALL) -> list[Row]:
    """All tickets in the order in which they came in."""
    rows: list[Row] = []
    for account in accounts:
        span = active_span(account)
        if span is None:
            continue
        rng = stream("tickets", account.number)
        rate = TICKETS_PER_YEAR * lognormal(rng, 0.85, 0.55)
        if is_demanding(account):
            rate = TICKETS_PER_YEAR * DEMANDS
        held = effects_on(account.attributes, effects)
        for _ in range(int(rng.poisson(rate * (span[1] - span[0]).days / 365))):
            row = ticket(rng, account, day_between(rng, *span), late=kept_waiting(account))
            fewer = math.prod(e.tickets for e in held if e.in_force(row["created"].date()))
            if rng.random() < fewer:
                rows.append(row)
        rows += login_failures(account, span) + parting_tickets(account, span)
    rows.sort(key=lambda r: (r["created"], r["account"]))
    return [{"ticket_no": 100_001 + i} | row for i, row in enumerate(rows)]


def kept_waiting(account: Account) -> bool:
    """Whether the tickets of an account go to the slow queue once it is there."""
    return SLOW_FOR in {e.id for e in effects_on(account.attributes, ALL)}


def login_failures(account: Account, span: tuple[dt.date, dt.date]) -> list[Row]:
    """What a customer in its first year wrote when the mobile app did not let it in."""
    rng, (first, last) = stream("login", account.number), LOGIN_FAILURE
    new = account.won_on + NEW_FOR > last and span[0] <= first and span[1] >= last
    if not new or account.role in {"trial", "hidden_trial"}:
        return []
    fault = {"category": "access", "component": "mobile_app", "product": PRODUCT["mobile_app"],
             "mood": "negative"}  # fmt: skip
    return [ticket(rng, account, day_between(rng, first, last)) | fault
            for _ in range(int(rng.poisson(LOGIN_TICKETS)))]  # fmt: skip


def parting_tickets(account: Account, span: tuple[dt.date, dt.date]) -> list[Row]:
    """What a customer that will leave writes in the months before."""
    rng = stream("parting", account.number)
    count, days = int(rng.poisson(LEAVING_TICKETS)), rng.random(9)
    days = [span[1] - DAY * int(170 * at) for at in days[:count]]
    return [ticket(rng, account, day) | {"mood": "negative"} for day in days
            if day >= span[0] and is_leaving(account, day)]  # fmt: skip


def ticket(rng: Any, account: Account, day: dt.date, *, late: bool = False) -> Row:
    """One ticket; what would happen after the export has not happened yet."""
    difficulty = pick(rng, DIFFICULTY)
    minutes = int(rng.integers(7 * 60, 18 * 60))
    created = dt.datetime.combine(day, dt.time(0, 0)) + dt.timedelta(minutes=minutes)
    slower = SLOWER if late and day >= SLOW_SINCE else 1.0
    replied = created + dt.timedelta(minutes=int(slower * lognormal(rng, 110, 1.0)) + 1)
    hours = lognormal(rng, HOURS[difficulty], 0.9)
    solved = replied + dt.timedelta(minutes=int(60 * hours))
    waiting = round(hours * 0.6 * rng.random(), 1) if rng.random() < 0.45 else 0.0
    replies = 1 + int(rng.poisson({"low": 0.8, "medium": 2.0, "high": 4.5}[difficulty]))
    rating = pick(rng, {"5": 34, "4": 30, "3": 18, "2": 10, "1": 8}) if rng.random() < 0.3 else None
    component = choose(rng, list(FEATURES))
    row = {
        "account": account.id, "created": created, "first_response": replied, "solved": solved,
        "replies": replies, "reopened": int(rng.random() < 0.08), "category": pick(rng, CATEGORY),
        "product": PRODUCT.get(component, "Velderon Plan"), "component": component,
        "difficulty": difficulty, "escalated": "Y" if rng.random() < 0.06 else "N",
        "mood": pick(rng, {"neutral": 55, "positive": 25, "negative": 20}),
        "outcome": pick(rng, OUTCOME), "customer_wait_h": waiting, "rating": rating,
    }  # fmt: skip
    if solved > EXTRACT_TIME:
        row |= {"solved": None, "outcome": None, "rating": None, "customer_wait_h": None}
    if replied > EXTRACT_TIME:
        row |= {"first_response": None, "replies": 0}
    return row


def draw_usage(accounts: list[Account]) -> list[Row]:
    """Events per account, feature and month, dated the month's last day (or the export's)."""
    rows: list[Row] = []
    for account in accounts:
        span = active_span(account)
        if span is None or account.role == "trial":
            continue
        rng = stream("usage", account.number)
        appetite = lognormal(rng, 1, 0.5) * max(account.seats, 1) / 40
        adopted = [name for name, (share, _) in FEATURES.items() if rng.random() < share]
        given_up = stream("given up", account.number).random(len(adopted))
        for month_end in month_ends(max(span[0], USAGE_FROM), span[1]):
            gone = leaving(account, month_end)
            for name, until in zip(adopted, given_up, strict=True):
                events = int(lognormal(rng, FEATURES[name][1] * appetite, 0.35))
                events = int(events * (1 - LEAVING_USE * gone))
                if rng.random() > 0.08 and events > 0 and until >= gone:
                    rows.append({"account_no": account.id, "period_end": month_end,
                                 "feature_key": name, "events": events})  # fmt: skip
    return rows


def month_ends(first: dt.date, last: dt.date) -> list[dt.date]:
    """The last days of the months from first on; a month still running ends with the export."""
    ends, day = [], first.replace(day=1)
    while day <= last:
        following = (day + 32 * DAY).replace(day=1)
        ends.append(min(following - DAY, EXTRACTED))
        day = following
    return ends
