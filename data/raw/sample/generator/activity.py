"""How accounts are served and what they use: helpdesk tickets and monthly usage."""

from __future__ import annotations

import datetime as dt
from typing import Any

from generator.billing import active_span
from generator.company import PLANTED, Account
from generator.draw import DAY, EXTRACTED, choose, day_between, lognormal, pick, stream

Row = dict[str, Any]
TICKETS_PER_YEAR = 5.0
EXTRACT_TIME = dt.datetime.combine(EXTRACTED, dt.time(18, 0))
USAGE_FROM = dt.date(2024, 4, 1)
FEATURES = {"work_orders": (0.97, 140), "scheduling": (0.80, 60), "mobile_app": (0.62, 90),
            "spare_parts": (0.45, 35), "reporting": (0.55, 18), "api": (0.25, 400)}  # fmt: skip
DIFFICULTY = {"low": 50, "medium": 36, "high": 14}
HOURS = {"low": 6.0, "medium": 26.0, "high": 90.0}  # median time to resolve
OUTCOME = {"answered": 45, "fixed": 30, "workaround": 15, "not reproducible": 10}
CATEGORY = {"how to": 30, "bug": 26, "configuration": 18, "integration": 12, "billing": 8,
            "access": 6}  # fmt: skip


def draw_tickets(accounts: list[Account], *, effects: bool = True) -> list[Row]:
    """All tickets in the order in which they came in."""
    rows: list[Row] = []
    for account in accounts:
        span = active_span(account)
        if span is None:
            continue
        rng = stream("tickets", account.number)
        rate = TICKETS_PER_YEAR * lognormal(rng, 0.85, 0.55)
        for segment in PLANTED:
            rate *= segment.tickets if effects and segment.holds(account.attributes) else 1
        for _ in range(int(rng.poisson(rate * (span[1] - span[0]).days / 365))):
            rows.append(ticket(rng, account, day_between(rng, *span)))
    rows.sort(key=lambda r: (r["created"], r["account"]))
    return [{"ticket_no": 100_001 + i} | row for i, row in enumerate(rows)]


def ticket(rng: Any, account: Account, day: dt.date) -> Row:
    """One ticket; what would happen after the export has not happened yet."""
    difficulty = pick(rng, DIFFICULTY)
    minutes = int(rng.integers(7 * 60, 18 * 60))
    created = dt.datetime.combine(day, dt.time(0, 0)) + dt.timedelta(minutes=minutes)
    replied = created + dt.timedelta(minutes=int(lognormal(rng, 110, 1.0)) + 1)
    solved = replied + dt.timedelta(minutes=int(60 * lognormal(rng, HOURS[difficulty], 0.9)))
    replies = 1 + int(rng.poisson({"low": 0.8, "medium": 2.0, "high": 4.5}[difficulty]))
    rating = pick(rng, {"5": 34, "4": 30, "3": 18, "2": 10, "1": 8}) if rng.random() < 0.3 else None
    row = {
        "account": account.id, "created": created, "first_response": replied, "solved": solved,
        "replies": replies, "reopened": int(rng.random() < 0.08), "category": pick(rng, CATEGORY),
        "component": choose(rng, list(FEATURES)), "difficulty": difficulty,
        "escalated": "Y" if rng.random() < 0.06 else "N",
        "mood": pick(rng, {"neutral": 55, "positive": 25, "negative": 20}),
        "outcome": pick(rng, OUTCOME),
        "rating": rating,
    }  # fmt: skip
    if solved > EXTRACT_TIME:
        row |= {"solved": None, "outcome": None, "rating": None}
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
        for month_end in month_ends(max(span[0], USAGE_FROM), span[1]):
            for name in adopted:
                events = int(lognormal(rng, FEATURES[name][1] * appetite, 0.35))
                if rng.random() > 0.08 and events > 0:
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
