"""Value, targetability and size."""

import numpy as np
import pandas as pd
import pytest
from small_company import segments_of, study_of

from helpers.priority import criteria as module

RULES = {
    "fin": "industry = 'FinTech'",
    "eu_pro": "region = 'EU' AND plan = 'Pro'",
    "large": "seats_raw >= 200",
}


def measured(frame, rules=RULES, **more):
    return module.criteria(study_of(), *segments_of(frame, rules), frame, **more)


def test_criteria_by_hand(frame):
    table = measured(frame).table.set_index("segment_id")
    fin, eu_pro = table.loc["fin"], table.loc["eu_pro"]
    excellent = frame["band"] == "excellent"
    means = frame["quality_score"].groupby(excellent).mean()
    assert fin["value"] == pytest.approx(fin["lift"] / (means[True] - means[False]))
    assert fin["extra_score"] == pytest.approx(fin["lift"] * fin["customers"])
    assert fin["targetability"] == 1.0
    known = (frame["region"].notna().mean() + 1) / 2
    assert eu_pro["targetability"] == pytest.approx(0.5 * known)
    assert (eu_pro["conditions"], eu_pro["external_conditions"]) == (2, 1)
    share = (frame["industry"] == "FinTech").mean()
    assert fin["size"] == pytest.approx(1 - np.log(share) / np.log(10 / 400))
    assert table.loc["large", "targetability"] == 1.0  # raw numbers belong to their attribute


@pytest.mark.parametrize("confounding", ["turned", "explained"])
def test_what_another_attribute_explains_has_no_place_in_the_order(frame, confounding):
    segments, members = segments_of(frame, RULES)
    segments.loc[segments["segment_id"].eq("fin"), "confounding"] = confounding
    table = module.criteria(study_of(), segments, members, frame).table
    assert set(table["segment_id"]) == set(RULES) - {"fin"}


def test_scales_lie_between_zero_and_one(frame):
    table = measured(frame, RULES | {"all": "seats_raw > 0", "few": "seats_raw < 5"}).table
    scales = table[["value", "targetability", "size"]]
    assert ((scales >= 0) & (scales <= 1)).all(axis=None)
    assert table.set_index("segment_id").loc["all", "size"] == 1.0
    assert table.set_index("segment_id").loc["few", "size"] == 0.0


def test_dropping_a_segment_changes_no_other(frame):
    one = measured(frame).table.set_index("segment_id").drop("fin")
    other = measured(frame, {name: RULES[name] for name in ("eu_pro", "large")}).table
    pd.testing.assert_frame_equal(one, other.set_index("segment_id"))


def test_market_counts_where_the_rule_can_be_applied(frame):
    prospects = pd.DataFrame(
        {"industry": ["FinTech", "Retail"], "region": ["EU", "EU"], "weight": [300.0, 100.0]}
    )
    table = measured(frame, prospects=prospects).table.set_index("segment_id")
    assert table.loc["fin", "market_share"] == 0.75
    own = module.size_of(table.loc["fin", "customer_share"], 10 / 400)
    market = module.size_of(0.75, 10 / 400)
    assert table.loc["fin", "size"] == pytest.approx((own + market) / 2)
    assert np.isnan(table.loc["eu_pro", "market_share"])  # the market has no plan
    assert table.loc["fin", "market_unknown"] == 0


def test_a_company_whose_industry_nobody_knows_is_not_one_of_another_industry():
    """300 of 400 that are known; 100 of another region are out, whatever their industry."""
    market = pd.DataFrame(
        {
            "industry": ["FinTech", "Retail", None, None],
            "region": ["EU", "EU", "EU", "US"],
            "weight": [300.0, 100.0, 500.0, 100.0],
        }
    )
    assert module.market_share(market, "industry = 'FinTech'") == (0.75, 0.6)
    both = "industry = 'FinTech' AND region = 'EU' -- and no other"
    assert module.market_share(market, both) == (0.6, 0.5)
    assert module.in_market(market, both) == (300.0, 200.0)
    assert module.market_share(market, "industry IS NULL") == (0.6, 0.0)
    share, unknown = module.market_share(market.tail(2), "industry = 'FinTech'")
    assert np.isnan(share) and unknown == 1


def test_nothing_validated(frame):
    segments, members = segments_of(frame, RULES)
    found = module.criteria(study_of(), segments.assign(verdict="candidate"), members, frame)
    assert found.table.empty
    assert found.reason == "no segment is validated, so there is nothing to put in order"


def test_value_without_a_lead():
    assert module.value_of(5.0, 0.0) == 1.0
    assert module.value_of(5.0, np.nan) == 0.0
    assert module.value_of(-5.0, 10.0) == 0.0
