"""Spoil the extracts the way real ones are spoilt, and keep count.

Faulty rows are added beside the good ones, so that setting them aside gives the truth back.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from generator.billing import subscription
from generator.company import Account
from generator.draw import AS_OF, DAY, stream

Row = dict[str, Any]
Tables = dict[str, list[Row]]
# Faults after the quarter's end would be left out as "later" instead of being rejected.
DATED = {"crm_accounts": "WonDate", "billing_subscriptions": "valid_from",
         "helpdesk_tickets": "created", "csat": "asked", "usage": "period_end",
         "invoices_services": "invoice_date", "costs": "Booked",
         "referrals": "date"}  # fmt: skip
BILLING_ONLY = ("AC-00901", "AC-00902", "AC-00903")


class Spoiler:
    """Adds faulty copies of rows and counts them per table and reason."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.clean = {name: list(rows) for name, rows in tables.items()}
        self.rng = stream("faults")
        self.counts: dict[str, Counter[str]] = {}

    def add(self, table: str, reason: str, rows: list[Row]) -> None:
        """Put each row at a random place of the table."""
        for row in rows:
            self.tables[table].insert(int(self.rng.integers(len(self.tables[table]) + 1)), row)
        self.counts.setdefault(table, Counter())[reason] += len(rows)

    def restate(self, table: str, count: int, **earlier: Any) -> None:
        """Give rows in a version of earlier too, which stands before the one that counts."""
        for row in self.copies(table, count):
            at = self.tables[table].index(row)
            self.tables[table].insert(int(self.rng.integers(at + 1)), row | earlier)
        self.counts.setdefault(table, Counter())["superseded"] += count

    def copies(self, table: str, count: int, **changes: Any) -> list[Row]:
        """Copies of random good rows from before the quarter's end, with some values changed."""
        when = DATED.get(table)
        rows = [row for row in self.clean[table]
                if when is None or str(row[when])[:10] <= AS_OF.isoformat()]  # fmt: skip
        return [rows[k] | changes for k in sorted(self.rng.permutation(len(rows))[:count])]


def new_numbers(rows: list[Row], column: str, prefix: str, first: int) -> list[Row]:
    """The same rows under keys of their own, so that the key is not the fault."""
    return [row | {column: f"{prefix}{first + i}" if prefix else first + i}
            for i, row in enumerate(rows)]  # fmt: skip


def spoil_accounts(s: Spoiler) -> None:
    """Doubles, old versions, and rows that no reader can use."""
    s.add("crm_accounts", "exact_duplicate", s.copies("crm_accounts", 5))
    old = s.copies("crm_accounts", 4, LastModified=dt.date(2025, 3, 3), Seats=1)
    s.add("crm_accounts", "stale_version", old)
    bad = s.copies("crm_accounts", 2, ParentAccountNo=None, RecordType="customer")
    dates = ("2024-13-05", "unknown")
    bad = [row | {"AccountNo": f"AC-0095{i}", "WonDate": dates[i], "ChurnDate": None}
           for i, row in enumerate(bad)]  # fmt: skip
    s.add("crm_accounts", "won_on_unparseable", bad)
    s.add("crm_accounts", "account_id_missing", s.copies("crm_accounts", 1, AccountNo=None))


def spoil_subscriptions(s: Spoiler) -> None:
    """Fees that are no fees, dates that are no dates, and customers that the CRM lost."""
    table = "billing_subscriptions"
    faults = (("mrr_negative", 3, {"monthly_fee_eur": -120.0}),
              ("mrr_zero", 3, {"monthly_fee_eur": 0.0}),
              ("starts_on_unparseable", 3, {"valid_from": "2025-02-30"}),
              ("ends_before_start", 4, {"valid_to": dt.date(2018, 12, 31)}))  # fmt: skip
    for i, (reason, count, changes) in enumerate(faults):
        rows = new_numbers(s.copies(table, count, **changes), "subscription_no", "SUB-9", 100 * i)
        s.add(table, reason, rows)
    for i, account_id in enumerate(BILLING_ONLY):
        lost = Account(0, "regular", dt.date(2023, 5, 1), {}, 0, marquee=False)
        row = subscription(lost, "Essential", dt.date(2023, 5, 1), None, 840.0 + 35 * i, 24 + i)
        row |= {"subscription_no": f"SUB-990{i}", "customer_no": account_id}
        s.tables[table].append(row)  # not rejected: reconciled against the CRM


def overlap(s: Spoiler) -> list[str]:
    """Let terms run on beside the one that renews them, as a hasty clerk does; their numbers.

    Where the later term ends the earlier one, as the study declares, the truth is given back.
    """
    rows, clean = (of["billing_subscriptions"] for of in (s.tables, s.clean))
    begins = {(r["customer_no"], r["plan_code"], r["valid_from"]) for r in clean}
    renewed = [r for r in clean if r["valid_to"] is not None
               and (r["customer_no"], r["plan_code"], r["valid_to"] + DAY) in begins
               and dt.date(2024, 1, 1) <= r["valid_to"] < AS_OF]  # fmt: skip
    late = [r for r in renewed if r["valid_to"] >= AS_OF - 14 * DAY][:2]
    chosen = late + [renewed[k] for k in sorted(s.rng.permutation(len(renewed))[:7])]
    for row in chosen:
        longer = row["valid_to"] + DAY * int(s.rng.integers(20, 45))
        rows[rows.index(row)] = row | {"valid_to": longer}
    return sorted(row["subscription_no"] for row in chosen)


def spoil_tickets(s: Spoiler) -> None:
    """Doubles from an interrupted export, tickets of nobody, clocks that ran backwards."""
    table = "helpdesk_tickets"
    s.add(table, "exact_duplicate", s.copies(table, 12))
    unknown = [row | {"account": f"AC-99{i:03d}"} for i, row in enumerate(s.copies(table, 15))]
    s.add(table, "account_unknown", new_numbers(unknown, "ticket_no", "", 900_000))
    dates = s.copies(table, 6, created="0000-00-00 00:00", first_response=None, solved=None)
    s.add(table, "opened_at_unparseable", new_numbers(dates, "ticket_no", "", 910_000))
    early = [row | {"first_response": None, "solved": row["created"] - 3 * DAY, "replies": 0}
             for row in s.copies(table, 10)]  # fmt: skip
    s.add(table, "resolved_before_opened", new_numbers(early, "ticket_no", "", 920_000))
    rated = s.copies(table, 4, rating=6, replies=0)
    s.add(table, "csat_out_of_range", new_numbers(rated, "ticket_no", "", 930_000))
    s.restate(table, 6, solved=None, outcome=None, rating=None, customer_wait_h=None, replies=1)


def spoil_rest(s: Spoiler) -> None:
    """A few faults in each of the smaller extracts."""
    nps, csat = "nps_responses", "csat"
    eleven = {"wave": "2026-09", "sent": "12.09.2026", "answered": "20.09.2026", "likelihood": 11}
    s.add(nps, "score_out_of_range", new_numbers(s.copies(nps, 3, **eleven), "invitation", "N9", 0))
    dates = {"sent": "31.02.2026", "answered": None, "likelihood": None}
    undated = new_numbers(s.copies(nps, 2, **dates), "invitation", "N9", 10)
    s.add(nps, "asked_on_unparseable", undated)
    for rating in (0, 6):
        days = {"asked": "2026-08-20", "replied": "2026-08-25"}
        off = new_numbers(s.copies(csat, 3, rating=rating, **days), "pulse_no", "", 90_000 + rating)
        s.add(csat, "score_out_of_range", off)
    s.add("usage", "quantity_negative", s.copies("usage", 4, events=-5))
    s.add("usage", "account_unknown", s.copies("usage", 3, account_no="AC-99001"))
    s.add("invoices_services", "exact_duplicate", s.copies("invoices_services", 4))
    amount = new_numbers(s.copies("invoices_services", 2, net_eur=None), "invoice_no", "IS-9", 1000)
    s.add("invoices_services", "amount_missing", amount)
    s.restate("invoices_services", 3, net_eur=1.0)
    unknown = new_numbers(s.copies("costs", 3, Customer="AC-99002"), "Booking", "", 900_000)
    s.add("costs", "account_unknown", unknown)
    unpriced = new_numbers(s.copies("costs", 2, **{"Amount EUR": None}), "Booking", "", 910_000)
    s.add("costs", "amount_missing", unpriced)
    s.add("referrals", "referrer_unknown", s.copies("referrals", 2, referred_by="AC-99003"))
    # Late, so that in earlier quarters it is not one of a few rows and stops them.
    latest = max(row["Interviewed"] for row in s.tables["needs_interviews"])
    needs = s.copies("needs_interviews", 1, Account="AC-99004", Interviewed=latest)
    s.add("needs_interviews", "account_unknown", needs)
    s.add("prospects", "weight_not_positive", s.copies("prospects", 3, companies=-1))
    s.add("team_lists", "account_unknown", s.copies("team_lists", 2, account="AC-99005"))
    s.add("score_reviews", "account_unknown", s.copies("score_reviews", 1, account="AC-99006"))
    s.add("research", "account_unknown", s.copies("research", 2, account="AC-99007"))


def spoil(tables: Tables) -> tuple[dict[str, dict[str, int]], list[str]]:
    """Add every fault in place; counts per table and reason, and the terms that overlap."""
    spoiler = Spoiler(tables)
    overlapping = overlap(spoiler)
    for part in (spoil_accounts, spoil_subscriptions, spoil_tickets, spoil_rest):
        part(spoiler)
    counts = {table: dict(sorted(reasons.items())) for table, reasons in spoiler.counts.items()}
    return counts, overlapping
