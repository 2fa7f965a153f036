"""What colleagues find out and think: interviews, the market, lists, reviews, looked-up values."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from generator.company import SHARES, Account, draw_attributes
from generator.draw import AS_OF, DAY, EXTRACTED, choose, day_between, lognormal, stream
from generator.voices import PEOPLE, served

Row = dict[str, Any]
EXTERNAL = ("industry", "region", "employees", "erp_system", "founded_year", "funding_stage")
OUTCOMES = ("less downtime", "pass audits", "plan field staff")
EXPERIENCE = {"Setup": ("do it for us", "guide us", "leave us alone"),
              "Training": ("on site", "live online", "recorded"),
              "Support": ("named person", "shared desk", "self-service"),
              "Reporting": ("board pack", "team dashboards", "raw data"),
              "Updates": ("tested for us", "announced", "at once"),
              "Commercial": ("fixed yearly", "by the site", "pay per use")}  # fmt: skip
# Three groups by the experience that fits: how many per required outcome, and what they would say.
# Within "less downtime" two experiences stand against each other.
NEEDS_GROUPS: dict[str, dict[str, Any]] = {
    "looked after": {"interviews": (30, 8, 0), "says": (0, 0, 0, 0, 0, 0)},
    "self-reliant": {"interviews": (26, 0, 8), "says": (2, 2, 2, 2, 2, 2)},
    "by the book": {"interviews": (2, 18, 4), "says": (1, 1, 1, 0, 0, 1)},
}  # fmt: skip
SAYS_SO = 0.80  # chance that a customer gives the answer of its group

# What each reviewer has in mind when ranking customers: the quality score, and how many times more
# than in it each line counts. The last one ranks the other way round.
REVIEWERS: dict[str, dict[str, Any]] = {
    "Head of sales": {"lines": {"touches": -1.0, "service": -1.0}, "noise": 0.15},
    "Head of customer success": {"lines": {}, "noise": 0.25},
    "Finance partner": {"lines": {"touches": 2.5, "acquisition": 2.5}, "noise": 0.30},
    "Head of product": {"lines": {}, "noise": 0.60, "reversed": True},
}
# Share of values that are wrong, by collector and by field.
WRONG_BY = {"Ines": 0.03, "Paolo": 0.20}
FIELDS = {"employees": 1.5, "erp_system": 1.0, "industry": 0.5}  # factor on it
LOOKED_UP = 0.09  # share of known values that are looked up again, to check the CRM


def draw_needs(accounts: list[Account]) -> tuple[list[Row], dict[str, list[str]]]:
    """Interviews about the outcome a customer needs and the experience it finds appropriate.

    Who belongs to which group is drawn by lot among the current customers; the second value says
    who does.
    """
    rng, rows = stream("needs"), []
    current = [
        a
        for a in served(accounts)
        if a.role == "regular" and a.churned_on is None and a.won_on < dt.date(2025, 1, 1)
    ]
    count = sum(sum(group["interviews"]) for group in NEEDS_GROUPS.values())
    asked = iter(current[k] for k in rng.permutation(len(current))[:count])
    groups: dict[str, list[str]] = {name: [] for name in NEEDS_GROUPS}
    for name, group in NEEDS_GROUPS.items():
        for outcome, number in zip(OUTCOMES, group["interviews"], strict=True):
            for _ in range(number):
                account = next(asked)
                groups[name].append(account.id)
                row = {"Account": account.id, "Needed outcome": outcome,
                       "Interviewed": day_between(rng, dt.date(2025, 2, 3), dt.date(2026, 9, 18)),
                       "Interviewer": choose(rng, ("Ines", "Maud"))}  # fmt: skip
                for (dimension, answers), usual in zip(EXPERIENCE.items(), group["says"],
                                                       strict=True):  # fmt: skip
                    others = [a for i, a in enumerate(answers) if i != usual]
                    as_usual = rng.random() < SAYS_SO
                    row[dimension] = answers[usual] if as_usual else choose(rng, others)
                rows.append(row)
    rows.sort(key=lambda r: (r["Interviewed"], r["Account"]))
    return rows, {name: sorted(ids) for name, ids in groups.items()}


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
    """Sales lists large accounts, customer success the ones it likes: partly the best ones.

    Who was a guest of the trade fair was drawn by lot; nobody looked at the revenue.
    """
    rng, rows = stream("lists"), []
    owner = {a.id: a for a in accounts}
    ranked = sorted(scores, key=lambda c: -scores[c])
    strategic = ranked[:20] + [c for c in ranked[20:200] if rng.random() < 0.18]
    champions = [c for c in ranked if owner[c].churned_on is None and rng.random() < 0.11]
    guests = [c for c in sorted(scores) if rng.random() < 0.09]
    for name, ids, note in (
        ("Strategic accounts", strategic, "Zielkunde – Potenzial > 50 k€"),
        ("Champions", champions, "spricht gern für uns, «référence»"),
        ("Trade fair guests", guests, "ausgelost – Messe 2026"),
    ):
        rows += [{"list": name, "account": c, "note": note if rng.random() < 0.3 else None}
                 for c in sorted(ids)]  # fmt: skip
    return rows


def draw_reviews(lines: dict[str, dict[str, float]]) -> list[Row]:
    """Four stakeholders place forty accounts, each with something else in mind (`REVIEWERS`).

    ``lines`` are the lines of the score per customer.
    """
    rng, rows = stream("reviews"), []
    total = {c: sum(parts.values()) for c, parts in lines.items()}
    ranked = sorted(total, key=lambda c: -total[c])
    chosen = ranked[:: len(ranked) // 40][:40]
    spread = float(np.std([total[c] for c in chosen]))
    for reviewer, mind in REVIEWERS.items():
        sign = -1 if mind.get("reversed") else 1
        felt = {}
        for c in chosen:
            more = sum(factor * lines[c][line] for line, factor in mind["lines"].items())
            felt[c] = sign * (total[c] + more) + mind["noise"] * spread * rng.standard_normal()
        order = sorted(chosen, key=lambda c: -round(felt[c], 2))
        for position, c in enumerate(order, 1):
            band = "excellent" if position <= 8 else "average" if position <= 32 else "poor"
            by_rank = reviewer != "Head of customer success"  # who gave bands only
            rows.append({"reviewer": reviewer, "account": c,
                         "position": position if by_rank else None,
                         "band": None if by_rank else band})  # fmt: skip
    return sorted(rows, key=lambda r: (r["reviewer"], r["account"]))


def draw_research(accounts: list[Account]) -> list[Row]:
    """Gaps filled by hand, and two in five values looked up again by a colleague, who is right.

    One of the two collectors is careless, and the number of employees is the hardest to find.
    """
    rng, rows = stream("research"), []
    for account in served(accounts):
        begun = max(account.won_on, dt.date(2025, 4, 1))
        for name, hard in FIELDS.items():
            gap = name in account.hidden and rng.random() < 0.75
            if not gap and rng.random() > LOOKED_UP:
                continue
            truth, by = account.attributes[name], choose(rng, tuple(WRONG_BY))
            wrong = rng.random() < WRONG_BY[by] * hard
            others = [v for v in SHARES.get(name, ()) if v != truth]
            mistaken = truth * choose(rng, (2, 3, 10)) if name == "employees" else None
            found = (mistaken or choose(rng, others)) if wrong else truth
            double = rng.random() < 0.4
            if account.won_on > AS_OF:  # nobody looks up who is not a customer yet
                continue
            rows.append({
                "account": account.id, "field": name, "found": found, "by": by,
                "looked_up": min(EXTRACTED, begun + DAY * int(rng.integers(70))),
                "second_look": truth if double else None, "second_by": "Maud" if double else None,
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
        "ChurnDate": account.churned_on, "ChurnReason": account.churn_reason,
        "AccountManager": account.owner, "Industry": known["industry"],
        "SalesRegion": known["region"], "Headcount": size, "Founded": known["founded_year"],
        "LeadSource": known["acquisition_channel"], "ERP": known["erp_system"],
        "Ownership": known["funding_stage"], "HasITTeam": known["it_team"],
        "PartnerManaged": known["partner_managed"], "Plan": known["plan_tier"],
        "Seats": account.seats or None, "Onboarding": known["onboarding_package"],
        "SalesClass": known["crm_segment"], "Lighthouse": "Y" if account.marquee else "N",
        "Contact": f"{choose(rng, PEOPLE)}@{account.id.lower()}.example",
        "LastModified": day_between(rng, dt.date(2026, 1, 5), EXTRACTED),
    }  # fmt: skip
