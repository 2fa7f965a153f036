"""A plain version of the quality score, to know the truth without the project's own code."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import numpy as np

from generator.billing import in_force, revenue_on
from generator.company import Account
from generator.draw import DAY, years_later

Row = dict[str, Any]
TOUCH_COST = 45.0  # EUR per reply of an agent
ACQUISITION_YEARS = 3  # acquisition cost is spread over
GROWTH_BONUS = 0.5  # of the yearly value of the growth in monthly revenue
MARQUEE_BONUS = 4000.0
CANCELLATION_PENALTY = 5000.0
LINES = ("base", "touches", "service", "acquisition", "growth", "marquee", "cancelled")
TINY_BELOW = 200.0  # EUR a month
NEW_MONTHS = 3


def last_revenue(rows: list[Row], accounts: list[Account], as_of: dt.date) -> dict[str, float]:
    """Monthly revenue on the as-of date, or on the last day in force before it."""
    parent = {a.id: a.parent_id or a.id for a in accounts}
    last: dict[str, dt.date] = {}
    for row in rows:
        if row["valid_from"] <= as_of:
            customer = parent.get(row["customer_no"], row["customer_no"])
            day = min(row["valid_to"] or as_of, as_of)
            last[customer] = max(day, last.get(customer, day))
    by_customer: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_customer[parent.get(row["customer_no"], row["customer_no"])].append(row)
    return {c: sum(r["monthly_fee_eur"] for r in by_customer[c] if in_force(r, day))
            for c, day in last.items()}  # fmt: skip


def score_lines(accounts: list[Account], subscriptions: list[Row], tickets: list[Row],
                costs: list[Row], as_of: dt.date) -> dict[str, dict[str, float]]:  # fmt: skip
    """The lines of the score of each customer that has ever paid; they add up to it.

    Yearly contract value - agent touches - service cost - a year's share of acquisition cost
    + growth bonus + marquee bonus - cancellation penalty; touches and service over 12 months;
    subsidiaries are counted with their parent.
    """
    parent = {a.id: a.parent_id or a.id for a in accounts}
    year_ago = years_later(as_of, -1)
    now, before = (revenue_on(subscriptions, accounts, day) for day in (as_of, year_ago))
    lines = {c: dict.fromkeys(LINES, 0.0) | {"base": 12 * v}
             for c, v in last_revenue(subscriptions, accounts, as_of).items()}  # fmt: skip

    def spend(account_id: str, line: str, amount: float) -> None:
        customer = parent.get(account_id, account_id)
        if customer in lines:
            lines[customer][line] -= amount

    for row in tickets:
        if year_ago < row["created"].date() <= as_of:
            spend(row["account"], "touches", TOUCH_COST * row["replies"])
    for row in costs:
        if row["Cost type"] == "Acquisition" and row["Booked"] <= as_of:
            spend(row["Customer"], "acquisition", row["Amount EUR"] / ACQUISITION_YEARS)
        elif row["Cost type"] == "Service" and year_ago < row["Booked"] <= as_of:
            spend(row["Customer"], "service", row["Amount EUR"])
    for account in accounts:
        if account.id in lines and account.parent_id is None:
            line, grown = lines[account.id], now.get(account.id, 0.0) - before.get(account.id, 0.0)
            if account.id in before:
                line["growth"] = GROWTH_BONUS * 12 * max(0.0, grown)
            line["marquee"] = MARQUEE_BONUS * account.marquee
            gone = account.churned_on is not None and account.churned_on <= as_of
            line["cancelled"] = -CANCELLATION_PENALTY * gone
    return lines


def quality_scores(accounts: list[Account], subscriptions: list[Row], tickets: list[Row],
                   costs: list[Row], as_of: dt.date) -> dict[str, float]:  # fmt: skip
    """The score of each customer that has ever paid."""
    lines = score_lines(accounts, subscriptions, tickets, costs, as_of)
    return {c: round(sum(parts.values()), 2) for c, parts in lines.items()}


def included(accounts: list[Account], subscriptions: list[Row], as_of: dt.date) -> dict[str, str]:
    """Customers after the exclusion rules proposed for the study, with their status."""
    revenue = last_revenue(subscriptions, accounts, as_of)
    newest = months_before(as_of, NEW_MONTHS)
    status = {}
    for a in accounts:
        if a.role in {"trial", "hidden_trial", "outlier"} or a.parent_id or a.id not in revenue:
            continue
        if a.won_on > newest or revenue[a.id] < TINY_BELOW:
            continue
        gone = a.churned_on is not None and a.churned_on <= as_of
        status[a.id] = "former" if gone else "current"
    return status


def months_before(quarter_end: dt.date, months: int) -> dt.date:
    """The last day of the month that many months before a quarter's end."""
    first = quarter_end.replace(day=1)
    for _ in range(months):
        first = (first - DAY).replace(day=1)
    return (first + 32 * DAY).replace(day=1) - DAY


def lift(values: dict[str, float], members: Iterable[str]) -> float:
    """Mean of the members minus mean of everybody else."""
    inside = set(members) & values.keys()
    outside = values.keys() - inside
    return float(np.mean([values[c] for c in sorted(inside)])
                 - np.mean([values[c] for c in sorted(outside)]))  # fmt: skip
