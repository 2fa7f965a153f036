"""Amounts and exclusions varied: what the ranking and the findings hang on."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tiny import make_study

from helpers.metrics.quality import scores_from_inputs
from helpers.metrics.sensitivity import (
    ALL,
    LEFT_OUT,
    Candidates,
    drawn_together,
    included,
    line_range,
    rank_stability,
    scored,
    tried,
)
from helpers.quarter import Quarter
from helpers.segments.assessment import Assessment
from helpers.segments.survival import findings_survive

FORMULA = {
    "costs": {
        "touches": {"count": "agent_touches", "amount": 40},
        "service": {"cost_kind": "service", "at_most": 900},
    },
    "bonuses": {"growth": {"growth": "magnitude", "weight": 0.5, "at_least": 0}},
}


def workspace(**more) -> SimpleNamespace:
    study = make_study("subscription", seed=4, quality_score=FORMULA, **more)
    return SimpleNamespace(study=study, quarter=Quarter(2026, 3))


def people(n: int = 60) -> Candidates:
    rng = np.random.default_rng(7)
    names = [f"c{k:02d}" for k in range(n)]
    customers = pd.DataFrame(
        {
            "account_id": names,
            "name": names,
            "status": "current",
            "account_type": ["test" if k % 10 == 0 else "customer" for k in range(n)],
            "monthly_revenue": rng.uniform(100, 2000, n),
            "won_on": pd.Timestamp("2024-01-01"),
            "kind": ["shop" if k % 2 else "plant" for k in range(n)],
        }
    )
    inputs = pd.DataFrame(
        {
            "account_id": names,
            "base": 12 * customers["monthly_revenue"],
            "touches": rng.uniform(0, 8000, n),
            "service": np.where(rng.random(n) < 0.2, np.nan, rng.uniform(0, 2000, n)),
            "growth": rng.normal(0, 1500, n),
        }
    )
    return Candidates(customers, inputs, tuple(customers.columns))


RULES = [{"rule": "account_type", "is": ["test"]}, {"rule": "revenue_below", "monthly": 400}]
EXCLUDE = {"customer_list": {"exclude": RULES}}


def test_drawn_scores_are_those_of_the_formula():
    ws, everybody = workspace(), people()
    draws = list(drawn_together(ws, everybody))
    assert len(draws) == 200
    rng = np.random.default_rng([4, 16])
    ends = np.array([line_range(ws.study, name) for name in ("touches", "service", "growth")])
    factors = rng.uniform(ends[:, 0], ends[:, 1]) / np.array([40, 1, 0.5])
    slow = scored(everybody, ws.study.quality_score, everybody.inputs["account_id"],
                  dict(zip(("touches", "service", "growth"), factors, strict=True)))  # fmt: skip
    for name in ("account_id", "quality_score", "rank", "band"):
        assert draws[0][name].tolist() == slow[name].tolist()


def test_the_same_seed_gives_the_same_draws():
    everybody = people()
    one, other = (list(drawn_together(workspace(), everybody)) for _ in range(2))
    assert all(a.equals(b) for a, b in zip(one, other, strict=True))


def test_without_a_change_the_scores_are_the_adopted_ones():
    ws, everybody = workspace(**EXCLUDE), people()
    left = included(ws, everybody, ws.study.customer_list.exclude)
    inputs = everybody.inputs[everybody.inputs["account_id"].isin(left)]
    expected = scores_from_inputs(ws.study.quality_score, everybody.customers, inputs)
    pd.testing.assert_frame_equal(scored(everybody, ws.study.quality_score, left, {}), expected)
    kept = everybody.customers.set_index("account_id").loc[left]
    assert (kept["account_type"] != "test").all() and (kept["monthly_revenue"] > 399).all()


def adopted(ws, everybody) -> pd.DataFrame:
    left = included(ws, everybody, ws.study.customer_list.exclude)
    return scored(everybody, ws.study.quality_score, left, {})


def test_every_amount_and_every_exclusion_is_varied():
    ws, everybody = workspace(**EXCLUDE), people()
    found = tried(ws, everybody, adopted(ws, everybody))
    table = found.table.set_index(["item", "changed"])
    assert set(found.table["item"]) == {
        "touches", "service", "growth", "exclude[0]", "exclude[1]", ALL
    }  # fmt: skip
    assert {changed for item, changed in table.index if item == "touches"} == {"30", "50"}
    assert {changed for item, changed in table.index if item == "exclude[1]"} == {
        LEFT_OUT, "300", "500",
    }  # fmt: skip
    assert table.loc[("exclude[0]", LEFT_OUT), "added"] == 6
    assert table.loc[("exclude[1]", "500"), "removed"] > 0
    assert table.loc[("exclude[1]", "500"), "added"] == 0
    # Touches make up most of the differences between customers, growth next to none.
    assert table.loc[("touches", "50"), "tau"] < table.loc[("growth", "0.625"), "tau"] <= 1


def test_declared_ranges_are_used_in_place_of_the_share():
    ws = workspace(agreement={"ranges": {"touches": [10, 160]}, "vary": 0.1})
    assert line_range(ws.study, "touches") == (10, 160)
    assert line_range(ws.study, "growth") == pytest.approx((0.45, 0.55))
    with pytest.raises(ValueError, match=r"agreement\.ranges names nothing_like_it"):
        workspace(agreement={"ranges": {"nothing_like_it": [1, 2]}})


def test_a_ranking_that_one_amount_turns_is_not_firm():
    ws, everybody = workspace(agreement={"ranges": {"touches": [0, 160]}}), people()
    scores = adopted(ws, everybody)
    loose = tried(ws, everybody, scores)
    tight = tried(workspace(agreement={"vary": 0.01}), everybody, scores)
    spans = [(t.stability["rank_high"] - t.stability["rank_low"]).mean() for t in (loose, tight)]
    assert spans[0] > 10 * max(spans[1], 0.1)
    assert loose.stability["same_band_share"].min() < 0.9
    at = loose.table.set_index(["item", "changed"])["tau"]
    assert at["touches", "0"] < 0.8 < 0.97 < tight.table["tau"].min()


def test_nothing_to_vary():
    ws = SimpleNamespace(study=make_study("subscription"), quarter=Quarter(2026, 3))
    everybody = people()
    scores = adopted(ws, everybody)
    found = tried(ws, everybody, scores)
    assert found.table.empty and found.scores.empty
    assert (found.stability["rank_low"] == found.stability["rank"]).all()
    assert rank_stability(scores, [])["same_band_share"].eq(1).all()


# ── findings ─────────────────────────────────────────────────────────────────────────────────────
def judged(members: list[str], verdict: str = "validated") -> Assessment:
    segments = pd.DataFrame(
        {"segment_id": ["s"], "definition": ["Shops"], "rule": ["kind = 'shop'"],
         "verdict": [verdict]}
    )  # fmt: skip
    return Assessment(segments, pd.DataFrame({"segment_id": "s", "account_id": members}), ())


def survived(ws, everybody, verdict="validated") -> pd.DataFrame:
    scores = adopted(ws, everybody)
    found = tried(ws, everybody, scores)
    shops = everybody.customers.loc[everybody.customers["kind"] == "shop", "account_id"]
    members = [name for name in shops if name in set(scores["account_id"])]
    return findings_survive(
        ws.study, judged(members, verdict), found.table, found.scores, everybody.customers,
        scores["account_id"],
    ).set_index(["item", "changed"])  # fmt: skip


def order_of_shops(touches: float) -> Candidates:
    """Shops pay 3,000 more and make so many more touches worth 40 each."""
    everybody = people()
    shop = everybody.customers["kind"].eq("shop").to_numpy()
    rng = np.random.default_rng(1)
    inputs = everybody.inputs.assign(
        base=np.where(shop, 13000.0, 10000.0) + rng.normal(0, 300, len(shop)),
        touches=np.where(shop, touches, 0.0),
        service=0.0,
        growth=0.0,
    )
    return Candidates(everybody.customers, inputs, everybody.columns)


@pytest.mark.parametrize("verdict", ["validated", "typical"])
def test_a_formula_under_which_the_order_of_segments_turns_is_found(verdict):
    # Shops lead by 3,000 − 2,500 as adopted; at 1.25 times the amount they trail.
    found = survived(workspace(), order_of_shops(2500.0), verdict)
    assert found.loc[("touches", "50"), "findings_lost"] == "Shops"
    assert found.loc[("touches", "30"), "findings_held"] == 1
    assert found.loc[("growth", "0.625"), "findings_lost"] == ""
    # A lead of 3,000 − 500 no amount undoes.
    firm = survived(workspace(), order_of_shops(500.0), verdict)
    assert (firm["findings_lost"] == "").all()


def test_the_exclusion_that_a_finding_hangs_on_is_named():
    everybody = order_of_shops(500.0)
    # Every shop that pays little is left out: with these shops, the lead is gone.
    shop = everybody.customers["kind"].eq("shop").to_numpy()
    small = shop & (np.arange(60) < 50)
    customers = everybody.customers.assign(
        monthly_revenue=np.where(small, 100.0, 1000.0), account_type="customer"
    )
    inputs = everybody.inputs.assign(base=np.where(small, 1000.0, everybody.inputs["base"]))
    found = survived(workspace(**EXCLUDE), Candidates(customers, inputs, everybody.columns))
    assert found.loc[("exclude[1]", LEFT_OUT), "findings_lost"] == "Shops"
    assert found.loc[("exclude[0]", LEFT_OUT), "findings_lost"] == ""
    assert found.loc[(ALL), "findings_held"].isna().all()


def test_a_proposed_formula_that_undoes_a_finding_says_so_before_it_is_adopted():
    """Touches at three times the amount: shops, who lead by 3,000 − 500, then trail."""
    dear = {"costs": {"touches": {"count": "agent_touches", "amount": 280}}}
    mild = {"costs": {"touches": {"count": "agent_touches", "amount": 60}}}
    for proposal, factor, lost in ((dear, 7.0, "Shops"), (mild, 1.5, "")):
        ws, everybody = workspace(agreement={"proposal": proposal}), order_of_shops(500.0)
        own = everybody.inputs[["account_id", "base", "touches"]]
        everybody = replace(everybody, proposed=own.assign(touches=own["touches"] * factor))
        found = survived(ws, everybody).loc["proposal"]
        assert found["findings_lost"].tolist() == [lost]
        assert (found["kind"] == "formula").all() and found.index[0].startswith("f")
    assert "proposal" not in survived(workspace(), order_of_shops(500.0)).index
