"""Nothing is recommended on a difference that is not shown: simulation on whole companies.

Customers are few and unequal: tickets are skewed, answers few, and some customers bring most rows.
"""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from small_company import study_of

from helpers.metrics.components import Components
from helpers.metrics.profiles import segment_metrics
from helpers.priority.groups import Groups
from helpers.priority.playbook import next_steps

# bench/priority/plays.py draws 2,000 companies; with 200, a share of 10 % is noticed four times in
# five.
COMPANIES, CUSTOMERS = 200, 80
METRICS = ["escalation_rate", "reopen_rate", "nps_response_rate"]
PLAYS = [
    {"groups": ["size-*"], "when": "escalation_rate > rest_escalation_rate", "do": "a"},
    {"groups": ["size-*"], "when": "not reopen_rate <= rest_reopen_rate", "do": "b"},
    {"groups": ["size-*"], "when": "nps_response_rate < rest_nps_response_rate", "do": "c"},
    {"groups": ["size-*"], "when": "escalation_rate > 0.25 or reopen_rate > 0.25", "do": "d"},
]
STUDY = study_of(playbook=PLAYS, built_in_plays=False)
RANKED = pd.DataFrame({"segment_id": [], "customers": [], "rank": []})


def company(rng: np.random.Generator, *, planted: float = 0.0) -> Components:
    """80 customers; the first 25 escalate ``planted`` more often than the others' 25 %."""
    rows = rng.geometric(0.15, CUSTOMERS).astype(float)
    own = rng.beta(2, 6, CUSTOMERS)  # a mean of 25 %, and customers that differ
    often = np.clip(own + planted * (np.arange(CUSTOMERS) < 25), 0, 1)
    table = pd.DataFrame(
        {
            "account_id": [f"A{at:02d}" for at in range(CUSTOMERS)],
            "tenure_months": 24.0,
            "left": False,
            "escalation_rate__numerator": rng.binomial(rows.astype(int), often).astype(float),
            "escalation_rate__denominator": rows,
            "reopen_rate__numerator": rng.binomial(rows.astype(int), own).astype(float),
            "reopen_rate__denominator": rows,
            "nps_response_rate__numerator": rng.binomial(1, 0.3, CUSTOMERS).astype(float),
            "nps_response_rate__denominator": 1.0,
        }
    )
    return Components(table, pd.DataFrame(columns=["account_id", "metric", "value", "tickets"]))


def groups_of(sizes: dict[str, range]) -> Groups:
    table = pd.DataFrame(
        {
            "segment_id": list(sizes),
            "kind": "size",
            "definition": list(sizes),
            "rule": "",
            "customers": [len(held) for held in sizes.values()],
            "worked_with": [len(held) for held in sizes.values()],
            "arr": np.nan,
            "judged": True,
        }
    )
    members = [
        pd.DataFrame({"segment_id": name, "account_id": [f"A{at:02d}" for at in held]})
        for name, held in sizes.items()
    ]
    return Groups(table, pd.concat(members, ignore_index=True))


SIZES = groups_of({"size-a": range(25), "size-b": range(25, 50), "size-c": range(20, 60)})


def steps(parts: Components, groups: Groups = SIZES):
    metrics = segment_metrics(STUDY, groups.members, parts, metrics=METRICS)
    return next_steps(STUDY, RANKED, metrics, groups=groups)


def test_without_signal_at_most_one_company_in_twenty_gets_a_play():
    rng = np.random.default_rng(14)
    told = sum(len(steps(company(rng)).table) > 0 for _ in range(COMPANIES))
    assert binomtest(told, COMPANIES).proportion_ci(0.9).low <= 0.05, told


def test_a_planted_difference_gets_its_play_for_its_customers():
    rng = np.random.default_rng(15)
    found = [steps(company(rng, planted=0.35)).table for _ in range(20)]
    hits = [("size-a", "a") in set(zip(t["segment_id"], t["action"], strict=True)) for t in found]
    assert sum(hits) >= 17
    wrong = sum(len(t[t["segment_id"].eq("size-b") & t["action"].eq("a")]) for t in found)
    assert wrong == 0


def test_a_group_is_no_finding_on_the_facts_that_make_it():
    parts = company(np.random.default_rng(16), planted=0.5)
    assert "size-a" in set(steps(parts).table["segment_id"])
    served = Groups(SIZES.table.assign(kind="served"), SIZES.members)
    refused = steps(parts, served)
    assert refused.table[refused.table["action"].isin(["a", "b", "d"])].empty
    why = refused.unclear.set_index(["segment_id", "action"]).loc[("size-a", "a"), "why"]
    assert why.startswith("what Escalated tickets is made of also makes the group")


def test_small_groups_carry_no_statistics():
    parts = company(np.random.default_rng(16), planted=0.5)
    small = Groups(SIZES.table.assign(judged=False), SIZES.members)
    refused = steps(parts, small)
    assert refused.table.empty
    assert set(refused.unclear["why"]) == {"too few customers for statistics"}


@pytest.mark.parametrize("name", ["size-*", "size-z", "segments"])
def test_groups_of_known_families_may_be_empty(name):
    assert isinstance(SIZES.matching((name,), place="p"), list)
