"""What segments hold more often than like customers do, and who lacks it."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from small_company import study_of

from helpers import outputs
from helpers.priority.cross_sell import _compared, cross_sell, exact_p

AS_OF = date(2026, 9, 30)
RANKED = pd.DataFrame({"segment_id": ["s", "t"], "definition": ["Best", "Next"]})


def company(rng, *, customers=120, plant=0.0):
    """Everybody has a plan; an add-on goes with how much is paid, and to members where planted."""
    ids = [f"a{at:03d}" for at in range(customers)]
    inside = rng.random(customers) < 0.3
    other = rng.random(customers) < 0.4
    size = rng.lognormal(5, 1, customers)
    place = pd.Series(size).rank(pct=True).to_numpy()
    rows = [(name, "2026-01-01", None, paid, "Plan") for name, paid in zip(ids, size, strict=True)]
    adds = rng.random(customers) < 0.1 + 0.5 * place + plant * inside
    rows += [(name, "2026-01-01", None, 30.0, "Add-on") for name in np.array(ids)[adds]]
    more = rng.random(customers) < 0.3
    rows += [(name, "2026-01-01", None, 20.0, "Extra") for name in np.array(ids)[more]]
    contracts = pd.DataFrame(rows, columns=["account_id", "starts_on", "ends_on", "mrr", "product"])
    frame = pd.DataFrame(
        {"account_id": ids, "status": "current", "name": [f"Company {at}" for at in ids]}
    )
    members = pd.concat(
        pd.DataFrame({"segment_id": name, "account_id": np.array(ids)[mask]})
        for name, mask in (("s", inside), ("t", other))
    )
    return frame, members, contracts


def offers(frame, members, contracts, ranked=RANKED):
    study = study_of()
    found = cross_sell(study, ranked, members, frame, contracts, as_of=AS_OF)
    outputs.held(study, "cross_sell", found.table)
    outputs.held(study, "cross_sell_customers", found.customers)
    return found


def test_one_stratum_is_fishers_exact_test():
    rng = np.random.default_rng(0)
    for _ in range(20):
        inside, holds = rng.random(40) < 0.4, rng.random(40) < 0.3
        table = [
            [(inside & holds).sum(), (inside & ~holds).sum()],
            [(~inside & holds).sum(), (~inside & ~holds).sum()],
        ]
        expected = fisher_exact(table).pvalue
        assert exact_p(inside, holds, np.zeros(40)) == pytest.approx(expected)


def test_three_strata_are_all_ways_of_dealing_members_within_them():
    rng = np.random.default_rng(1)
    like = np.repeat([0, 1, 2], 14)
    holds = rng.random(42) < 0.2 + 0.3 * like
    inside = rng.random(42) < 0.5
    seen = (inside & holds).sum()
    drawn = np.empty(20_000)
    for at in range(len(drawn)):
        drawn[at] = sum(
            holds[like == one][rng.permutation(14) < inside[like == one].sum()].sum()
            for one in range(3)
        )
    counts = np.bincount(drawn.astype(int), minlength=43) / len(drawn)
    expected = counts[counts <= counts[seen] * 1.02].sum()
    assert exact_p(inside, holds, like) == pytest.approx(expected, abs=0.02)


def test_a_plant_is_found_and_who_lacks_it_is_listed():
    frame, members, contracts = company(np.random.default_rng(2), plant=0.45)
    # Setting up has no name in the export: it is held, and is called nothing.
    nameless = contracts[contracts["product"] == "Plan"].assign(product=None, mrr=1.0)
    contracts = pd.concat([contracts, nameless], ignore_index=True)
    found = offers(frame, members, contracts)
    at = found.table.set_index(["segment_id", "product"])
    assert at["more_often"].to_dict() == {
        ("s", "Add-on"): True, ("s", "Extra"): False, ("t", "Add-on"): False, ("t", "Extra"): False,
    }  # fmt: skip
    row = at.loc[("s", "Add-on")]
    assert row["difference_low"] < row["difference"] < row["difference_high"]
    inside = set(members.loc[members["segment_id"] == "s", "account_id"])
    holding = set(contracts.loc[contracts["product"] == "Add-on", "account_id"])
    assert set(found.customers["account_id"]) == inside - holding
    assert found.customers["arr"].is_monotonic_decreasing
    assert set(found.customers["holds"]) <= {"Plan", "Extra, Plan"}


def test_who_is_at_risk_lacks_a_product_and_is_not_offered_it_now():
    frame, members, contracts = company(np.random.default_rng(2), plant=0.4)
    at_risk = frame["account_id"].isin(frame["account_id"].iloc[::2])
    groups = pd.Series("key", frame.index).where(~at_risk, "at_risk")
    listed = offers(frame.assign(health_group=groups), members, contracts).customers
    ill = listed["account_id"].isin(frame.loc[at_risk, "account_id"])
    assert ill.any() and not ill.all()
    assert set(listed.loc[ill, "not_now"]) == {
        "it is at risk: what went wrong comes before any offer"
    }
    assert set(listed.loc[~ill, "not_now"]) == {""}


def test_nothing_planted_is_rarely_found():
    """Segments have nothing to do with the add-ons: at most 5 % of companies, three errors more."""
    rng = np.random.default_rng(4)
    told = [offers(*company(rng)).table["more_often"].any() for _ in range(60)]
    assert np.mean(told) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 60)


def test_contracts_out_of_force_and_plans_that_stand_alone_are_nothing_to_add():
    frame, members, contracts = company(np.random.default_rng(5), plant=0.9)
    ended = contracts.assign(ends_on=np.where(contracts["product"] == "Plan", None, "2026-09-29"))
    found = offers(frame, members, ended)
    assert found.reason == "no product is held beside another one"
    assert found.notes == (
        "products of which a customer has one, so that there is nothing to add: Plan",
    )


def test_plans_are_chosen_between_and_not_added_however_often_something_stands_beside_them():
    frame, members, contracts = company(np.random.default_rng(5), plant=0.9)
    tier = np.where(contracts["account_id"] < "a060", "Basic", "Pro")
    contracts["product"] = contracts["product"].where(contracts["product"] != "Plan", tier)
    found = offers(frame, members, contracts)
    assert set(found.table["product"]) == {"Add-on", "Extra"}
    assert found.notes[0].endswith("nothing to add: Basic, Pro")
    # Additions of which a customer has one, too, remain additions.
    extra = contracts[contracts["product"] == "Extra"]["account_id"]
    once = contracts[~(contracts["product"].eq("Add-on") & contracts["account_id"].isin(extra))]
    assert set(offers(frame, members, once).table["product"]) == {"Add-on", "Extra"}


def test_what_was_not_collected_is_said():
    frame, members, contracts = company(np.random.default_rng(6))
    assert offers(frame, members, None).reason == "contracts.product was not collected"
    blank = contracts.assign(product=None)
    assert offers(frame, members, blank).reason == "contracts.product was not collected"
    assert offers(frame, members, contracts, RANKED.head(0)).reason == "no segment is validated"
    few = members[members["account_id"] < "a010"]
    assert offers(frame, few, contracts).reason.startswith("no validated segment has enough")


def test_members_with_nobody_like_them_are_compared_with_nobody():
    """The segment is all of the top third, and six in each other; all of the top hold the product.

    By hand, where others are like: no member holds it, and half of the others do.
    """
    like = np.repeat([0, 1, 2], 30)
    inside = (like == 2) | (np.arange(90) % 30 < 6)
    holds = np.where(like == 2, True, ~inside & (np.arange(90) % 2 == 0))
    told = _compared(inside, holds, like)
    assert told["like_share"] == pytest.approx(0.5)
    assert told["difference"] == pytest.approx(-0.5)
    assert told["difference_low"] < -0.5 < told["difference_high"] < 0
    assert told["share"] == pytest.approx(30 / 42)
    nobody = _compared(like == 2, holds, like)
    assert np.isnan(nobody["difference"])
    assert nobody["p_value"] == pytest.approx(1)
