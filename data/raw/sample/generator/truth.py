"""What is true of the company, for tests to compare the study's answers with."""

from __future__ import annotations

from typing import Any

import numpy as np

from generator import scoring
from generator.activity import draw_tickets
from generator.billing import draw_subscriptions, revenue_on
from generator.company import NO_EFFECT, PLANTED, SALT, Account, Planted
from generator.draw import AS_OF, EXTRACTED, SEED
from generator.faults import BILLING_ONLY

Row = dict[str, Any]
Tables = dict[str, list[Row]]


def effect_of_planting(accounts: list[Account], tables: Tables,
                       scores: dict[str, float]) -> dict[str, float]:  # fmt: skip
    """Per customer, the score minus the score in the same world without the planted effects.

    The noise is the same in both worlds and cancels, apart from the number of tickets.
    """
    left = {a.number: a.churned_on for a in accounts}
    seats = {a.number: a.seats for a in accounts}
    subscriptions = draw_subscriptions(accounts, effects=False)
    tickets = draw_tickets(accounts, effects=False)
    plain = scoring.quality_scores(accounts, subscriptions, tickets, tables["costs"], AS_OF)
    for account in accounts:  # drawing bills sets both; the true world is the one to keep
        account.churned_on, account.seats = left[account.number], seats[account.number]
    return {c: scores[c] - plain[c] for c in scores}


def planted_facts(segment: Planted, accounts: list[Account], scores: dict[str, float],
                  effect: dict[str, float], status: dict[str, str]) -> Row:  # fmt: skip
    """Rule, size and lift of one planted segment among the included customers."""
    people = [a for a in accounts if a.id in status]
    kept = {a.id: scores[a.id] for a in people}
    spread = float(np.std(list(kept.values()), ddof=1))
    truly = [a.id for a in people if segment.holds(a.attributes)]
    seen = [a.id for a in people if segment.holds(a.known())]
    planted = scoring.lift({c: effect[c] for c in kept}, truly)
    realised = scoring.lift(kept, seen)
    conditions: list[Row] = [{"attribute": k, "is": v} for k, v in segment.levels.items()]
    if segment.employees:
        conditions.append({"attribute": "employees", "from": segment.employees[0],
                           "below": segment.employees[1]})  # fmt: skip
    return {
        "id": segment.id, "statement": segment.statement, "where": segment.where,
        "conditions": conditions,
        "channels": {"price_per_seat": segment.price, "seat_growth_per_year": segment.expansion,
                     "tickets": segment.tickets},
        "customers": len(seen),
        "current_customers": sum(status[c] == "current" for c in seen),
        "customers_with_true_attributes": len(truly),
        "lift_noise_free": round(planted, 2), "lift_noise_free_sd": round(planted / spread, 3),
        "lift_realised": round(realised, 2), "lift_realised_sd": round(realised / spread, 3),
    }  # fmt: skip


def billed_and_known(accounts: list[Account], tables: Tables) -> Row:
    """How the CRM and billing fail to match on the as-of date."""
    billed = {row["customer_no"] for row in tables["billing_subscriptions"]
              if row["valid_from"] <= AS_OF}  # fmt: skip
    crm_only = [a.id for a in accounts if a.id not in billed and a.won_on <= AS_OF]
    return {"billing_only": list(BILLING_ONLY), "crm_only": crm_only}


def score_facts(scores: dict[str, float], status: dict[str, str]) -> Row:
    """The definition in words of numbers, and what it gives."""
    values = np.array([scores[c] for c in status])
    return {
        "touch_cost": scoring.TOUCH_COST, "acquisition_years": scoring.ACQUISITION_YEARS,
        "growth_bonus": scoring.GROWTH_BONUS, "marquee_bonus": scoring.MARQUEE_BONUS,
        "cancellation_penalty": scoring.CANCELLATION_PENALTY,
        "mean": round(float(values.mean()), 2), "sd": round(float(values.std(ddof=1)), 2),
    }  # fmt: skip


def describe(accounts: list[Account], tables: Tables, scores: dict[str, float],
             rejected: dict[str, dict[str, int]]) -> Row:  # fmt: skip
    """Everything a test may rely on."""
    status = scoring.included(accounts, tables["billing_subscriptions"], AS_OF)
    effect = effect_of_planting(accounts, tables, scores)
    revenue = revenue_on(tables["billing_subscriptions"], accounts, AS_OF)
    by_role: dict[str, list[str]] = {}
    for account in accounts:
        by_role.setdefault(account.role, []).append(account.id)
    return {
        "synthetic": True, "seed": SEED, "as_of": AS_OF.isoformat(),
        "extracted_on": EXTRACTED.isoformat(),
        "crm_accounts": len(accounts),
        "customers_after_exclusions": {k: list(status.values()).count(k)
                                       for k in ("current", "former")},
        "lapsed_but_not_left": sorted(c for c, s in status.items()
                                      if s == "current" and c not in revenue),
        "mrr_of_current_customers": round(sum(revenue.get(c, 0.0) for c in status), 2),
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
        "reconciliation": billed_and_known(accounts, tables),
        "score": score_facts(scores, status),
        "planted": [planted_facts(s, accounts, scores, effect, status) for s in PLANTED],
        "chance_attributes": list(NO_EFFECT),
        "chance_attribute_that_looks_real": next(iter(SALT)),
        "mechanical_attributes": ["plan_tier", "seats"],
        "faulty_rows": rejected,
    }  # fmt: skip
