"""What accounts say about us: two surveys and their recommendations."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np

from generator.billing import active_span, is_leaving
from generator.company import Account
from generator.draw import (
    DAY,
    EXTRACTED,
    choose,
    day_between,
    likely,
    lognormal,
    pick,
    stream,
    years_later,
)  # fmt: skip

Row = dict[str, Any]
WAVES = [dt.date(y, m, 12) for y in (2023, 2024, 2025, 2026) for m in (3, 6, 9, 12)
         if (2023, 9) <= (y, m) <= (2026, 9)]  # fmt: skip
PEOPLE = ("a.lind", "j.costa", "m.weber", "s.novak", "t.okafor", "y.sato")
REASONS = {"ease of use": 24, "support": 22, "price": 18, "reliability": 20, "missing features": 16}
# Answers get worse for new and for long-standing customers alike; more and more of those asked are
# new, and these answer higher, so that the score of the whole company rises.
FIRST_YEAR = dt.timedelta(days=365)
NEW_LIKE_MORE = 2.0
WORSE_PER_WAVE, WORSE_FROM = 0.07, dt.date(2025, 3, 12)
ASKED_NEW = {dt.date(2025, 6, 12): 0.14, dt.date(2025, 9, 12): 0.30, dt.date(2025, 12, 12): 0.50,
             dt.date(2026, 3, 12): 0.70, dt.date(2026, 6, 12): 0.90,
             dt.date(2026, 9, 12): 0.97}  # fmt: skip
ASKED_BEFORE, ASKED = 0.14, 0.36  # of new customers before that, of long-standing ones always
# The mobile app kept losing work orders until a version of this day mended it.
RELIABILITY_FIX, UNRELIABLE = dt.date(2026, 2, 2), 1.2
LEAVING_DISLIKE = 2.0

# What comments are about, as somebody codes them; a second person codes a part of them again, and
# means something else by one theme.
THEME_OF = {"ease of use": "interface", "support": "helpdesk", "price": "invoices",
            "reliability": "mobile app", "missing features": "reports"}  # fmt: skip
CODED_FROM, TWICE_FROM = dt.date(2024, 9, 12), dt.date(2025, 9, 12)
CODED, OTHER_THEME, TWO_THEMES, TWICE, SAME_CODE = 0.6, 0.15, 0.15, 0.3, 0.93
UNCLEAR_THEME, SAME_UNCLEAR = "reports", 0.45
# Half of the promoters are asked to refer somebody, a few days after their answer.
ASKING_FROM, ASKS, PROMOTER = dt.date(2025, 9, 12), 0.5, 9

# The pulse survey: when it is sent, and how customers feel about it (mean on the scale of 1 to 5).
MOMENTS = {"onboarding": 4.05, "launch": 3.85, "after a ticket": 3.35, "renewal": 3.60}
RENEWAL_WORSE_FROM, RENEWAL_WORSE = dt.date(2026, 1, 1), 0.80  # since prices rise at renewals
REFERRALS = 210


def served(accounts: list[Account]) -> list[Account]:
    """Accounts that people would survey or interview."""
    return [a for a in accounts if active_span(a) and a.role not in {"trial", "hidden_trial"}]


def liking(account: Account) -> float:
    """How much an account likes us at heart, in spreads from the average."""
    return float(stream("liking", account.number).standard_normal())


def draw_nps(accounts: list[Account]) -> list[Row]:
    """A wave a quarter to one to three contacts each; fewer than half answer, some late."""
    rows: list[Row] = []
    for account in served(accounts):
        rng, span = stream("nps", account.number), active_span(account)
        people = [f"{p}@{account.id.lower()}.example" for p in PEOPLE[: int(rng.integers(1, 4))]]
        for wave in WAVES:
            new = account.won_on + FIRST_YEAR > wave
            share = ASKED_NEW.get(wave, ASKED_BEFORE) if new else ASKED
            waves = max(0, (wave - WORSE_FROM).days // 91)
            mean = 7.6 + 1.1 * liking(account) + NEW_LIKE_MORE * new - WORSE_PER_WAVE * waves
            mean -= LEAVING_DISLIKE * is_leaving(account, wave)
            for person in people:
                asked = span[0] <= wave <= span[1] and rng.random() < share
                replied = wave + DAY * int(lognormal(rng, 4, 1.0))
                shares = dict(REASONS)
                if wave >= RELIABILITY_FIX:
                    shares["reliability"] *= 0.3
                reason = pick(rng, shares)
                spoilt = reason == "reliability" and wave < RELIABILITY_FIX
                score = likely(rng, mean - UNRELIABLE * spoilt, 1.5, 0, 10)
                answered = rng.random() < 0.45 and replied <= EXTRACTED
                if asked:
                    rows.append({
                        "wave": f"{wave:%Y-%m}", "customer_no": account.id, "respondent": person,
                        "sent": f"{wave:%d.%m.%Y}",
                        "answered": f"{replied:%d.%m.%Y}" if answered else None,
                        "likelihood": score if answered else None,
                        "main_reason": reason if answered else None,
                    })  # fmt: skip
    rows.sort(key=lambda r: (r["wave"], r["customer_no"], r["respondent"]))
    return [
        {"invitation": f"N{i:05d}"} | row | followed_up(i, row) for i, row in enumerate(rows, 1)
    ]


def followed_up(number: int, row: Row) -> Row:
    """What came after an answer: the theme of its comment as coded, and whether to refer was asked.

    A stream of its own: nothing else of the company changes with it.
    """
    told: Row = {"theme": None, "theme_again": None, "asked_to_refer": None}
    if row["answered"] is None:
        return told
    rng, wave = stream("followed up", number), dt.date.fromisoformat(f"{row['wave']}-12")
    themes = list(THEME_OF.values())
    if wave >= CODED_FROM and rng.random() < CODED:
        own = THEME_OF[row["main_reason"]]
        own = choose(rng, themes) if rng.random() < OTHER_THEME else own
        more = choose(rng, themes) if rng.random() < TWO_THEMES else own
        told["theme"] = own if more == own else f"{own}; {more}"
        if wave >= TWICE_FROM and rng.random() < TWICE:
            same = SAME_UNCLEAR if own == UNCLEAR_THEME else SAME_CODE
            told["theme_again"] = told["theme"] if rng.random() < same else choose(rng, themes)
    if wave >= ASKING_FROM and row["likelihood"] >= PROMOTER and rng.random() < ASKS:
        asked = dt.datetime.strptime(row["answered"], "%d.%m.%Y").date()
        asked += DAY * int(rng.integers(2, 15))
        told["asked_to_refer"] = f"{asked:%d.%m.%Y}" if asked <= EXTRACTED else None
    return told


def moments(account: Account, rng: Any) -> list[tuple[str, dt.date]]:
    """The days on which the pulse survey would go to an account, and why."""
    span = active_span(account)
    won, days = account.won_on, [("onboarding", account.won_on + 45 * DAY)]
    days.append(("launch", won + 120 * DAY))
    for year in range(1, 9):
        days.append(("renewal", years_later(won, year) - 20 * DAY))
    for _ in range(int(rng.poisson(0.8 * (span[1] - span[0]).days / 365))):
        days.append(("after a ticket", day_between(rng, *span)))
    return [(moment, day) for moment, day in days if span[0] <= day <= min(span[1], EXTRACTED)]


def draw_csat(accounts: list[Account]) -> list[Row]:
    """A short pulse survey at four moments, to every other customer."""
    rows: list[Row] = []
    for account in served(accounts):
        rng = stream("csat", account.number)
        for moment, day in moments(account, rng):
            mean = MOMENTS[moment] + 0.45 * liking(account)
            mean -= RENEWAL_WORSE * (moment == "renewal" and day >= RENEWAL_WORSE_FROM)
            mean -= 0.8 * is_leaving(account, day)
            rating, delay = likely(rng, mean, 0.9, 1, 5), int(rng.integers(0, 9))
            asked, answers = rng.random() < 0.5, rng.random() < 0.6
            replied = day + DAY * delay if answers and day + DAY * delay <= EXTRACTED else None
            about = choose(rng, ("Velderon Plan", "Velderon Plan", "Velderon Field"))
            if asked:
                rows.append({"account": account.id, "moment": moment, "product": about,
                             "asked": day.isoformat(),
                             "replied": replied.isoformat() if replied else None,
                             "rating": rating if replied else None})  # fmt: skip
    rows.sort(key=lambda r: (r["asked"], r["account"], r["moment"]))
    return [{"pulse_no": 50_001 + i} | row for i, row in enumerate(rows)]


def draw_referrals(accounts: list[Account]) -> list[Row]:
    """Who recommended us to whom: the more an account likes us, the more often.

    A third of the recommended companies became customers.
    """
    rng, rows = stream("referrals"), []
    everyone = served(accounts)
    keen = np.cumsum([math.exp(0.8 * liking(a)) for a in everyone])
    for _ in range(REFERRALS):
        giver = everyone[int(np.searchsorted(keen, rng.random() * keen[-1]))]
        span = active_span(giver)
        later = [a for a in everyone if a.won_on > span[0] and a.id != giver.id]
        won = rng.random() < 0.35 and bool(later)
        friend = choose(rng, later) if won else None
        day = max(span[0], friend.won_on - 45 * DAY) if friend else day_between(rng, *span)
        rows.append({"referred_by": giver.id, "date": min(day, span[1]),
                     "referred_company": friend.id if friend else None,
                     "became_customer": "Y" if won else "N"})  # fmt: skip
    return sorted(rows, key=lambda r: (r["date"], r["referred_by"], r["referred_company"] or ""))
