"""What is true of the company, for tests to compare the study's answers with."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from generator import scoring
from generator.activity import (
    LOGIN_FAILURE,
    NEW_FOR,
    SLOW_FOR,
    SLOW_SINCE,
    draw_tickets,
)
from generator.billing import FORESEEABLE, draw_costs, draw_subscriptions, is_demanding, revenue_on
from generator.colleagues import NEEDS_GROUPS, REVIEWERS, SAYS_SO, WRONG_BY
from generator.company import ALL, LUCKY, MIX, NO_EFFECT, PLANTED, SALT, Account, Planted
from generator.draw import AS_OF, EXTRACTED, SEED, TOLD
from generator.faults import BILLING_ONLY
from generator.voices import FIRST_YEAR, RELIABILITY_FIX, UNCLEAR_THEME

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Scores = dict[str, float]
# A segment whose lift without noise is at least this many spreads should be told as better, one
# below the second must not; between them either is right.
BETTER, NOT_BETTER = 0.5, 0.15
# The realised lift, in spreads, from which chance alone may deceive a test.
DECEIVES = 0.25


def worlds(accounts: list[Account], tables: Tables) -> dict[str, dict[str, Scores]]:
    """Scores per quarter as they are, without any planted effect, and without the mixed one's.

    The noise is the same in all of them and cancels, apart from the number of tickets.
    """
    kept = {a.number: (a.churned_on, a.churn_reason, a.seats) for a in accounts}
    found = {}
    for world, effects in (("nothing", frozenset()), ("without_mix", ALL - {MIX.id})):
        bills = draw_subscriptions(accounts, frozenset(effects))
        costs = draw_costs(accounts, frozenset(effects))
        found[world] = scores_told(accounts, bills, draw_tickets(accounts, effects), costs)
    for account in accounts:  # drawing bills sets these; the true world is the one to keep
        account.churned_on, account.churn_reason, account.seats = kept[account.number]
    truly = (tables[name] for name in ("billing_subscriptions", "helpdesk_tickets", "costs"))
    return found | {"true": scores_told(accounts, *truly)}


def scores_told(accounts: list[Account], *tables: list[Row]) -> dict[str, Scores]:
    """Scores at the end of each quarter told."""
    return {quarter: scoring.quality_scores(accounts, *tables, end)
            for quarter, end in TOLD.items()}  # fmt: skip


class Quarter:
    """The customers of one quarter with their scores, and what differs between the worlds."""

    def __init__(self, name: str, accounts: list[Account], bills: list[Row],
                 scores: dict[str, dict[str, Scores]]) -> None:  # fmt: skip
        self.status = scoring.included(accounts, bills, TOLD[name])
        self.accounts = [a for a in accounts if a.id in self.status]
        self.score = {c: scores["true"][name][c] for c in self.status}
        self.planted = {c: v - scores["nothing"][name][c] for c, v in self.score.items()}
        self.of_mix = {c: v - scores["without_mix"][name][c] for c, v in self.score.items()}
        self.spread = float(np.std(list(self.score.values()), ddof=1))

    def members(self, segment: Planted, *, known: bool = True) -> list[str]:
        """Who is in a segment, as the CRM knows it or as it truly is."""
        return [a.id for a in self.accounts
                if segment.holds(a.known() if known else a.attributes)]  # fmt: skip

    def lift(self, members: list[str], within: Callable[[Account], bool] | None = None) -> float:
        """Realised lift of the members, among those customers that the condition keeps."""
        kept = {a.id: self.score[a.id] for a in self.accounts if within is None or within(a)}
        return round(scoring.lift(kept, members), 2)

    def sizes(self, members: list[str]) -> Row:
        """How many customers, and how many of them are current."""
        current = sum(self.status[c] == "current" for c in members)
        return {"customers": len(members), "current_customers": current}


def planted_in(segment: Planted, quarter: Quarter) -> Row:
    """Size and lift of a planted segment in one quarter, and what may be said of it."""
    truly, seen = quarter.members(segment, known=False), quarter.members(segment)
    free, realised = scoring.lift(quarter.planted, truly), quarter.lift(seen)
    share = free / quarter.spread
    right = "better" if share >= BETTER else "not better" if share < NOT_BETTER else "either"
    return quarter.sizes(seen) | {
        "customers_with_true_attributes": len(truly),
        "lift_noise_free": round(free, 2), "lift_noise_free_sd": round(share, 3),
        "lift_realised": realised, "lift_realised_sd": round(realised / quarter.spread, 3),
        "right": right,
    }  # fmt: skip


def won_since(members: Callable[[Account], bool], quarters: dict[str, Quarter]) -> Row:
    """The lift in the latest quarter among customers won since the first one told."""
    latest, first = quarters[list(TOLD)[-1]], min(TOLD.values())
    inside = [a.id for a in latest.accounts if a.won_on > first and members(a)]
    lift = latest.lift(inside, lambda a: a.won_on > first)
    return {"members": len(inside), "lift": lift, "lift_sd": round(lift / latest.spread, 3)}


def conditions(segment: Planted) -> list[Row]:
    """The rule of a segment in parts."""
    parts: list[Row] = [{"attribute": k, "is": v} for k, v in segment.levels.items()]
    if segment.employees:
        low, high = segment.employees
        parts.append({"attribute": "employees", "from": low, "below": high})
    return parts


FATES = {"holds up": ["held up", "too early to say"], "fades": ["faded", "too early to say"],
         "rises": ["held up", "too early to say"]}  # fmt: skip


def planted_facts(segment: Planted, quarters: dict[str, Quarter]) -> Row:
    """A planted segment through all quarters; its latest numbers stand at the top."""
    told = {name: planted_in(segment, quarter) for name, quarter in quarters.items()}
    days = {"from": segment.since, "until": segment.until}
    return {
        "id": segment.id, "course": segment.course, "statement": segment.statement,
        "where": segment.where, "conditions": conditions(segment),
        "channels": {"price_per_seat": segment.price, "seat_growth_per_year": segment.expansion,
                     "tickets": segment.tickets, "leaving_after": segment.leaving_after}
        | {k: day.isoformat() for k, day in days.items() if day},
        "fates_of_an_early_claim": FATES[segment.course],
        "won_since_first": won_since(lambda a: segment.holds(a.known()), quarters),
    } | told[list(TOLD)[-1]] | {"quarters": told}  # fmt: skip


def mix_facts(quarters: dict[str, Quarter]) -> Row:
    """The segment that looks better because ever more of it runs Kestrel."""
    told = {}
    for name, quarter in quarters.items():
        seen, truly = quarter.members(MIX), quarter.members(MIX, known=False)
        on_kestrel = [a.id for a in quarter.accounts if a.known()["erp_system"] == "Kestrel"]
        told[name] = quarter.sizes(seen) | {
            "kestrel_share": round(len({*seen} & {*on_kestrel}) / len(seen), 3),
            "mean_score": round(float(np.mean([quarter.score[c] for c in seen])), 2),
            "lift_realised": quarter.lift(seen),
            "lift_realised_sd": round(quarter.lift(seen) / quarter.spread, 3),
            "lift_on_kestrel": quarter.lift(seen, lambda a, k={*on_kestrel}: a.id in k),
            "lift_elsewhere": quarter.lift(seen, lambda a, k={*on_kestrel}: a.id not in k),
            "lift_of_its_own": round(scoring.lift(quarter.of_mix, truly), 2),
            "right": "not better: explained by erp_system, or not shown",
        }  # fmt: skip
    return {"id": MIX.id, "course": MIX.course, "statement": MIX.statement, "where": MIX.where,
            "conditions": conditions(MIX), "explained_by": "erp_system",
            "won_since_first": won_since(lambda a: MIX.holds(a.known()), quarters),
            "quarters": told}  # fmt: skip


def chance_facts(quarters: dict[str, Quarter]) -> Row:
    """The segment that looks better early, by chance."""
    told = {}
    for name, quarter in quarters.items():
        seen = quarter.members(LUCKY)
        lift = quarter.lift(seen)
        deceives = lift >= DECEIVES * quarter.spread
        told[name] = quarter.sizes(seen) | {
            "lift_noise_free": 0.0, "lift_realised": lift,
            "lift_realised_sd": round(lift / quarter.spread, 3),
            "right": "not better" + "; a test may be deceived" * deceives,
        }  # fmt: skip
    return {"id": LUCKY.id, "course": LUCKY.course, "statement": LUCKY.statement,
            "where": LUCKY.where, "conditions": conditions(LUCKY),
            "fates_of_an_early_claim": ["faded", "too early to say"],
            "won_since_first": won_since(lambda a: LUCKY.holds(a.known()), quarters),
            "quarters": told}  # fmt: skip


def nps_facts(accounts: list[Account], answers: list[Row]) -> Row:
    """NPS by wave: it rises in the whole while it falls among new and among older customers."""
    won = {a.id: a.won_on for a in accounts}
    told: Row = {}
    for quarter, end in TOLD.items():
        wave = f"{end:%Y-%m}"
        here = [r for r in answers if r["wave"] == wave and r["answered"]]
        sent = {id(r): dt.datetime.strptime(r["sent"], "%d.%m.%Y").date() for r in here}
        new = [r["likelihood"] for r in here if won[r["customer_no"]] + FIRST_YEAR > sent[id(r)]]
        old = [r["likelihood"] for r in here if won[r["customer_no"]] + FIRST_YEAR <= sent[id(r)]]
        told[quarter] = {"answers": len(here), "in_first_year": len(new), "nps": nps(new + old),
                         "nps_in_first_year": nps(new), "nps_later": nps(old)}  # fmt: skip
    return told


def nps(scores: list[int]) -> float:
    """Promoters less detractors, in points."""
    return round(100 * float(np.mean([(s >= 9) - (s <= 6) for s in scores])), 1)


def voice_facts(accounts: list[Account], tables: Tables) -> Row:
    """What the surveys tell."""
    answers = [r for r in tables["nps_responses"] if r["answered"]]
    shares = {}
    for name, late in (("before", False), ("since", True)):
        here = [r for r in answers if (r["wave"] >= f"{RELIABILITY_FIX:%Y-%m}") == late]
        named = [r["likelihood"] for r in here if r["main_reason"] == "reliability"]
        shares[name] = {"answers": len(here), "reliability": len(named), "nps_of_these": nps(named)}
    by_moment: dict[str, list[int]] = {}
    for row in tables["csat"]:
        if row["rating"]:
            by_moment.setdefault(row["moment"], []).append(row["rating"])
    return {
        "nps_by_tenure": nps_facts(accounts, tables["nps_responses"]),
        "fix": {"reason": "reliability", "on": RELIABILITY_FIX.isoformat()} | shares,
        "themes": theme_facts(answers),
        "asked_to_refer": sum(r["asked_to_refer"] is not None for r in answers),
        "csat_by_moment": {m: {"answers": len(v), "satisfied": round(float(np.mean(
            [x >= 4 for x in v])), 3)} for m, v in sorted(by_moment.items())},
    }  # fmt: skip


def theme_facts(answers: list[Row]) -> Row:
    """What comments are coded as, and the theme on which the two who code do not agree."""
    coded = [r for r in answers if r["theme"]]
    twice = [r for r in coded if r["theme_again"]]
    named = Counter(theme for r in coded for theme in r["theme"].split("; "))
    return {"comments": len(coded), "named": dict(sorted(named.items())), "twice": len(twice),
            "of_these_different": sum(r["theme"] != r["theme_again"] for r in twice),
            "unclear": UNCLEAR_THEME}  # fmt: skip


def people_facts(accounts: list[Account], tables: Tables, needs: dict[str, list[str]]) -> Row:
    """What colleagues found out: interviews, reviews and values looked up."""
    real = {a.id: a.attributes for a in accounts}
    looked = tables["research"]
    wrong = {by: [r["found"] != real[r["account"]][r["field"]] for r in looked if r["by"] == by]
             for by in WRONG_BY}  # fmt: skip
    return {
        "needs_groups": {"answers_as_the_group_does": SAYS_SO, "groups": needs,
                         "answers": {k: list(g["says"]) for k, g in NEEDS_GROUPS.items()}},
        "reviewers": {who: {"adds_to_the_score": mind["lines"],
                            "reversed": mind.get("reversed", False)}
                      for who, mind in REVIEWERS.items()},
        "research": {by: {"values": len(hits), "wrong": int(sum(hits))}
                     for by, hits in wrong.items()}
        | {"looked_up_twice": sum(r["second_look"] is not None for r in looked),
           "of_these_different": sum(r["second_look"] not in (None, r["found"]) for r in looked)},
    }  # fmt: skip


def leaving_facts(accounts: list[Account], status: dict[str, str]) -> Row:
    """Why the former customers of the latest quarter left, as the CRM says."""
    gone = [a for a in accounts if status.get(a.id) == "former"]
    reasons = Counter(a.churn_reason or "unknown" for a in gone)
    return {"reasons": dict(sorted(reasons.items())), "foreseeable": list(FORESEEABLE)}


def login_facts(accounts: list[Account], tickets: list[Row]) -> Row:
    """The login failure: tickets about access in its weeks, of customers in their first year."""
    first, last = LOGIN_FAILURE
    new = {a.id for a in accounts if a.won_on + NEW_FOR > last}
    during = [r for r in tickets if first <= r["created"].date() <= last]
    hit = [r for r in during if r["category"] == "access" and r["component"] == "mobile_app"
           and r["account"] in new]  # fmt: skip
    return {"category": "access", "component": "mobile_app", "from": first.isoformat(),
            "to": last.isoformat(), "tickets": len(hit),
            "accounts": len({r["account"] for r in hit})}  # fmt: skip


def service_facts(quarter: Quarter) -> Row:
    """Who takes far more service than others, and who waits for it."""
    demanding = [a.id for a in quarter.accounts
                 if is_demanding(a) and quarter.status[a.id] == "current"]  # fmt: skip
    return {
        "demanding": demanding,
        "slow_first_replies": {"segment": SLOW_FOR, "since": SLOW_SINCE.isoformat()},
    }


def billed_and_known(accounts: list[Account], tables: Tables) -> Row:
    """How the CRM and billing fail to match on the as-of date."""
    billed = {row["customer_no"] for row in tables["billing_subscriptions"]
              if row["valid_from"] <= AS_OF}  # fmt: skip
    crm_only = [a.id for a in accounts if a.id not in billed and a.won_on <= AS_OF]
    return {"billing_only": list(BILLING_ONLY), "crm_only": crm_only}


def score_facts(quarter: Quarter) -> Row:
    """The definition in words of numbers, and what it gives."""
    return {
        "touch_cost": scoring.TOUCH_COST, "acquisition_years": scoring.ACQUISITION_YEARS,
        "growth_bonus": scoring.GROWTH_BONUS, "marquee_bonus": scoring.MARQUEE_BONUS,
        "cancellation_penalty": scoring.CANCELLATION_PENALTY,
        "mean": round(float(np.mean(list(quarter.score.values()))), 2),
        "sd": round(quarter.spread, 2),
    }  # fmt: skip


def quarter_facts(accounts: list[Account], bills: list[Row], name: str, quarter: Quarter) -> Row:
    """Customers and revenue of one quarter."""
    revenue, status = revenue_on(bills, accounts, TOLD[name]), quarter.status
    return {
        "as_of": TOLD[name].isoformat(),
        "customers": {k: list(status.values()).count(k) for k in ("current", "former")},
        "lapsed_but_not_left": sorted(c for c, s in status.items()
                                      if s == "current" and c not in revenue),
        "mrr_of_current_customers": round(sum(revenue.get(c, 0.0) for c in status), 2),
        "score_mean": round(float(np.mean(list(quarter.score.values()))), 2),
        "score_sd": round(quarter.spread, 2),
    }  # fmt: skip


def describe(accounts: list[Account], tables: Tables, needs: dict[str, list[str]],
             rejected: dict[str, dict[str, int]], overlapping: list[str]) -> Row:  # fmt: skip
    """Everything a test may rely on."""
    bills, scores = tables["billing_subscriptions"], worlds(accounts, tables)
    quarters = {name: Quarter(name, accounts, bills, scores) for name in TOLD}
    latest = quarters[list(TOLD)[-1]]
    told = {n: quarter_facts(accounts, bills, n, q) for n, q in quarters.items()}
    at_end = told[list(TOLD)[-1]]
    by_role: dict[str, list[str]] = {}
    for account in accounts:
        by_role.setdefault(account.role, []).append(account.id)
    looked_after = Counter(a.owner or "nobody" for a in latest.accounts
                           if latest.status[a.id] == "current")  # fmt: skip
    return {
        "synthetic": True, "seed": SEED, "as_of": AS_OF.isoformat(),
        "extracted_on": EXTRACTED.isoformat(),
        "crm_accounts": len(accounts),
        "customers_after_exclusions": at_end["customers"],
        "lapsed_but_not_left": at_end["lapsed_but_not_left"],
        "mrr_of_current_customers": at_end["mrr_of_current_customers"],
        "leave_after_as_of": [a.id for a in accounts if a.churned_on and a.churned_on > AS_OF],
        "won_after_as_of": [a.id for a in accounts if a.won_on > AS_OF],
        "test_accounts": {
            "by_type": [a.id for a in accounts if a.account_type in {"test", "poc"}],
            "by_name_only": by_role["hidden_trial"],
        },
        "prospects_in_crm": [a.id for a in accounts if a.account_type == "prospect"],
        "outlier": by_role["outlier"][0],
        "tiny_accounts": by_role["tiny"],
        "parents": {p: [a.id for a in accounts if a.parent_id == p] for p in by_role["parent"]},
        "owners": dict(sorted(looked_after.items())),
        "reconciliation": billed_and_known(accounts, tables),
        "score": score_facts(latest),
        "quarters": told,
        "planted": [planted_facts(s, quarters) for s in PLANTED],
        "mix": mix_facts(quarters),
        "chance": chance_facts(quarters),
        "chance_attributes": list(NO_EFFECT),
        "chance_attribute_that_looks_real": next(iter(SALT)),
        "mechanical_attributes": ["plan_tier", "seats"],
        "voices": voice_facts(accounts, tables),
        "leaving": leaving_facts(accounts, latest.status),
        "login_failure": login_facts(accounts, tables["helpdesk_tickets"]),
        "service": service_facts(latest),
        "people": people_facts(accounts, tables, needs),
        "faulty_rows": rejected,
        "overlapping_contracts": overlapping,
    }  # fmt: skip
