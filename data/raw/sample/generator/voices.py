"""What accounts say, what colleagues say about them, and what is known of the market."""

from __future__ import annotations

import datetime as dt
from typing import Any

from generator.billing import active_span
from generator.company import SHARES, Account, draw_attributes
from generator.draw import (
    AS_OF,
    DAY,
    EXTRACTED,
    choose,
    day_between,
    lognormal,
    pick,
    stream,
)  # fmt: skip

Row = dict[str, Any]
WAVES = [dt.date(2023, 9, 12)] + [dt.date(y, m, 12) for y in (2024, 2025, 2026) for m in (3, 9)]
QUARTER_MONTHS = (2, 5, 8, 11)  # the pulse survey goes out in the middle of each quarter
EXTERNAL = ("industry", "region", "employees", "erp_system", "founded_year", "funding_stage")
PEOPLE = ("a.lind", "j.costa", "m.weber", "s.novak", "t.okafor", "y.sato")
REASONS = ("ease of use", "support", "price", "reliability", "missing features")
OUTCOMES = {"less downtime": 16, "pass audits": 10, "plan field staff": 8, "lower stock": 6}
EXPERIENCE = {"Setup": ("do it for us", "guide us", "leave us alone"),
              "Support": ("named person", "shared desk", "self-service"),
              "Reporting": ("board pack", "team dashboards", "raw data"),
              "Commercial": ("fixed yearly", "pay per use")}  # fmt: skip
REVIEWERS = {"Head of Sales": 0.25, "Head of Customer Success": 0.35, "CFO": 1.2}  # noise


def served(accounts: list[Account]) -> list[Account]:
    """Accounts that people would survey or interview."""
    return [a for a in accounts if active_span(a) and a.role not in {"trial", "hidden_trial"}]


def draw_nps(accounts: list[Account]) -> list[Row]:
    """Two waves a year to one to three contacts each; fewer than half answer, some late."""
    rows: list[Row] = []
    for account in served(accounts):
        rng, span = stream("nps", account.number), active_span(account)
        liking = 7.9 + 1.2 * rng.standard_normal()
        people = [f"{p}@{account.id.lower()}.example" for p in PEOPLE[: int(rng.integers(1, 4))]]
        for wave in WAVES:
            for person in people:
                asked = span[0] <= wave <= span[1] and rng.random() < 0.75
                replied = wave + DAY * int(lognormal(rng, 4, 1.0))
                score = round(min(10, max(0, liking + 1.6 * rng.standard_normal())))
                answered = rng.random() < 0.45 and replied <= EXTRACTED
                if asked:
                    rows.append({
                        "wave": f"{wave:%Y-%m}", "customer_no": account.id, "respondent": person,
                        "sent": f"{wave:%d.%m.%Y}",
                        "answered": f"{replied:%d.%m.%Y}" if answered else None,
                        "likelihood": score if answered else None,
                        "main_reason": choose(rng, REASONS) if answered else None,
                    })  # fmt: skip
    return sorted(rows, key=lambda r: (r["wave"], r["customer_no"], r["respondent"]))


def draw_csat(accounts: list[Account]) -> list[Row]:
    """A short pulse survey, one account in four each quarter."""
    rows: list[Row] = []
    for account in served(accounts):
        rng, span = stream("csat", account.number), active_span(account)
        for year in (2023, 2024, 2025, 2026):
            for month in QUARTER_MONTHS:
                day = dt.date(year, month, int(rng.integers(3, 26)))
                asked = rng.random() < 0.25 and span[0] <= day <= min(span[1], EXTRACTED)
                rating = int(pick(rng, {"5": 30, "4": 36, "3": 18, "2": 10, "1": 6}))
                replied = day + DAY * int(rng.integers(0, 9)) if rng.random() < 0.6 else None
                if asked:
                    rows.append({"account": account.id, "asked": day.isoformat(),
                                 "replied": replied.isoformat() if replied else None,
                                 "rating": rating if replied else None})  # fmt: skip
    return sorted(rows, key=lambda r: (r["asked"], r["account"]))


def draw_referrals(accounts: list[Account]) -> list[Row]:
    """Who recommended us to whom; a third of the recommended companies became customers."""
    rng, rows = stream("referrals"), []
    everyone = served(accounts)
    for _ in range(150):
        giver = choose(rng, everyone)
        span = active_span(giver)
        later = [a for a in everyone if a.won_on > span[0] and a.id != giver.id]
        won = rng.random() < 0.35 and bool(later)
        friend = choose(rng, later) if won else None
        day = max(span[0], friend.won_on - 45 * DAY) if friend else day_between(rng, *span)
        rows.append({"referred_by": giver.id, "date": min(day, span[1]),
                     "referred_company": friend.id if friend else None,
                     "became_customer": "Y" if won else "N"})  # fmt: skip
    return sorted(rows, key=lambda r: (r["date"], r["referred_by"], r["referred_company"] or ""))


def draw_needs(accounts: list[Account]) -> list[Row]:
    """Forty interviews: the outcome a customer needs, and the experience it finds appropriate."""
    rng, rows = stream("needs"), []
    current = [a for a in served(accounts) if a.churned_on is None and a.won_on < AS_OF]
    for k in sorted(rng.permutation(len(current))[:40]):
        day = day_between(rng, dt.date(2026, 5, 4), dt.date(2026, 9, 18))
        row = {"Account": current[k].id, "Interviewed": day, "Needed outcome": pick(rng, OUTCOMES)}
        rows.append(row | {name: choose(rng, levels) for name, levels in EXPERIENCE.items()})
    return rows


def draw_prospects(count: int = 1500) -> list[Row]:
    """The reachable market, one row per stratum with the number of companies it stands for."""
    rng, rows = stream("prospects"), []
    for i in range(count):
        attributes = draw_attributes(i + 1, salt="market")
        row = {name: attributes[name] for name in EXTERNAL}
        if rng.random() < 0.10:
            row["erp_system"] = None
        rows.append(row | {"companies": max(1, round(lognormal(rng, 6, 0.8)))})
    return rows


def draw_team_lists(scores: dict[str, float], accounts: list[Account]) -> list[Row]:
    """Sales lists large accounts, customer success the ones it likes: partly the best ones."""
    rng, rows = stream("lists"), []
    owner = {a.id: a for a in accounts}
    ranked = sorted(scores, key=lambda c: -scores[c])
    strategic = ranked[:20] + [c for c in ranked[20:200] if rng.random() < 0.18]
    champions = [c for c in ranked if owner[c].churned_on is None and rng.random() < 0.11]
    for name, ids, note in (
        ("Strategic accounts", strategic, "Zielkunde – Potenzial > 50 k€"),
        ("Champions", champions, "spricht gern für uns, «référence»"),
    ):
        rows += [{"list": name, "account": c, "note": note if rng.random() < 0.3 else None}
                 for c in sorted(ids)]  # fmt: skip
    return rows


def draw_reviews(scores: dict[str, float]) -> list[Row]:
    """Three stakeholders place forty accounts; one of them sees the order rather differently."""
    rng, rows = stream("reviews"), []
    ranked = sorted(scores, key=lambda c: -scores[c])
    chosen = ranked[:: len(ranked) // 40][:40]
    for reviewer, noise in REVIEWERS.items():
        felt = {c: -i / 12 + noise * rng.standard_normal() for i, c in enumerate(chosen)}
        order = sorted(chosen, key=lambda c: -round(felt[c], 6))
        for position, c in enumerate(order, 1):
            band = "excellent" if position <= 8 else "average" if position <= 32 else "poor"
            by_rank = reviewer != "Head of Customer Success"  # who gave bands only
            rows.append({"reviewer": reviewer, "account": c,
                         "position": position if by_rank else None,
                         "band": None if by_rank else band})  # fmt: skip
    return sorted(rows, key=lambda r: (r["reviewer"], r["account"]))


def draw_research(accounts: list[Account]) -> list[Row]:
    """Gaps filled by hand, and two in five values looked up again by a colleague."""
    rng, rows = stream("research"), []
    for account in served(accounts):
        for name in ("employees", "erp_system", "industry"):
            gap = name in account.hidden and rng.random() < 0.75
            if not gap and rng.random() > 0.06:
                continue
            value = account.attributes[name]
            checked = value
            if rng.random() < 0.08:
                checked = value * 2 if name == "employees" else pick(rng, SHARES[name])
            double = rng.random() < 0.4
            rows.append({
                "account": account.id, "field": name, "found": value,
                "by": choose(rng, ("Ines", "Paolo")), "second_look": checked if double else None,
                "second_by": "Maud" if double else None,
            })  # fmt: skip
    return sorted(rows, key=lambda r: (r["account"], r["field"]))


def crm_row(account: Account) -> Row:
    """An account as the CRM exports it."""
    known = account.known()
    rng = stream("crm", account.number)
    size = known["employees"]
    return {
        "AccountNo": account.id, "AccountName": account.name, "RecordType": account.account_type,
        "ParentAccountNo": account.parent_id, "WonDate": account.won_on,
        "ChurnDate": account.churned_on, "Industry": known["industry"],
        "SalesRegion": known["region"], "Headcount": size, "Founded": known["founded_year"],
        "LeadSource": known["acquisition_channel"], "ERP": known["erp_system"],
        "Ownership": known["funding_stage"], "HasITTeam": known["it_team"],
        "PartnerManaged": known["partner_managed"], "Plan": known["plan_tier"],
        "Seats": account.seats or None, "Onboarding": known["onboarding_package"],
        "SalesClass": known["crm_segment"], "Lighthouse": "Y" if account.marquee else "N",
        "Contact": f"{choose(rng, PEOPLE)}@{account.id.lower()}.example",
        "LastModified": day_between(rng, dt.date(2026, 1, 5), EXTRACTED),
    }  # fmt: skip
