"""Coverage: shares, verdicts at their thresholds, and gaps that differ between score bands."""

import pandas as pd
import pytest

from helpers.collect.coverage import coverage, hypothesis_coverage, verdict
from helpers.study import Study


@pytest.mark.parametrize(
    ("share", "bands", "expected"),
    [
        (0.9, [0.9, 0.9, 0.9], "good"),
        (0.8999, [0.9, 0.9, 0.9], "usable"),
        (0.6, [0.6, 0.6, 0.6], "usable"),
        (0.5999, [0.6, 0.6, 0.6], "weak"),
        (1.0, [1.0, 0.8, 1.0], "good"),  # a difference of exactly 20 points
        (0.95, [0.79, 1.0, 1.0], "biased"),
        (0.1, [0.0, 0.1, 0.3], "biased"),
        (0.0, [0.0, 0.0, 0.0], "not collected"),
        (0.95, [float("nan"), 1.0, 0.9], "good"),  # a band without customers says nothing
    ],
)
def test_verdicts_at_their_thresholds(share, bands, expected):
    assert verdict(share, bands) == expected


def test_coverage_of_attributes_and_metrics(minimal, tmp_path):
    study = Study(**{**minimal, "attributes": {"region": {"label": "Sales region"}}},
                  path=tmp_path / "study.yml")  # fmt: skip
    ids = ["A", "B", "C", "D"]
    customers = pd.DataFrame({"account_id": ids})
    attributes = pd.DataFrame(
        {"account_id": ids, "region": pd.Categorical(["north", None, "unknown", "south"])}
    )
    scores = pd.DataFrame(
        {"account_id": ids[::-1], "band": ["excellent", "average", "average", "poor"]}
    )
    metrics = pd.DataFrame({"account_id": ids, "nps": [50.0, None, 0.0, -10.0]})
    found = coverage(
        study,
        customers,
        attributes,
        scores,
        metrics,
        researched=pd.DataFrame({"field": ["region"], "filled": [1]}),
        labels={"nps": "NPS"},
    ).set_index("field")
    region = found.loc["region"]
    assert (region.label, region.source) == ("Sales region", "accounts and research")
    assert (region.customers, region.filled, region.filled_share) == (4, 2, 0.5)
    assert (
        region.filled_share_poor,
        region.filled_share_average,
        region.filled_share_excellent,
    ) == (1.0, 0.0, 1.0)
    assert region.verdict == "biased"
    assert (found.label["nps"], found.source["nps"], found.filled["nps"]) == ("NPS", "metrics", 3)


@pytest.mark.parametrize(
    ("model", "collected", "expected"),
    [
        # A and B ordered beside their subscription, B has an order value: 1 of 2 is weak.
        (
            "subscription",
            ["orders"],
            [("aov", 2, 1, "weak"), ("clv_bgnbd", 2, 0, "not applicable")],
        ),
        ("subscription", [], [("aov", 2, 1, "weak"), ("clv_bgnbd", 2, 0, "not collected")]),
        # Orders are the revenue: all four customers should have them, and that is told.
        (
            "transactional",
            ["orders"],
            [("aov", 4, 1, "weak"), ("clv_bgnbd", 4, 0, "not collected")],
        ),
    ],
)
def test_orders_beside_a_subscription_are_judged_among_those_who_order(
    minimal, tmp_path, model, collected, expected
):
    sources = dict.fromkeys(collected, minimal["sources"]["accounts"]) | minimal["sources"]
    if model == "transactional":
        sources.pop("contracts")
    given = minimal | {"business_model": model, "sources": sources}
    study = Study(**given, path=tmp_path / "study.yml")
    ids = ["A", "B", "C", "D"]
    measured = pd.DataFrame(
        {
            "account_id": ids,
            "orders": [2.0, 1.0, 0.0, None],
            "aov": [None, 30.0, None, None],
            "clv_bgnbd": [None] * 4,
            "revenue_12m": [10.0, None, None, None],
        }
    )
    found = coverage(
        study,
        pd.DataFrame({"account_id": ids}),
        pd.DataFrame({"account_id": ids}),
        pd.DataFrame({"account_id": ids, "band": "average"}),
        measured,
        tables={
            "orders": ("orders",),
            "aov": ("orders",),
            "clv_bgnbd": ("orders",),
            "revenue_12m": ("contracts", "orders"),
        },
    ).set_index("field")
    rows = found.loc[["aov", "clv_bgnbd"], ["customers", "filled", "verdict"]]
    assert list(rows.itertuples(name=None)) == expected
    assert found.loc["revenue_12m", "customers"] == 4  # what contracts hold as well is all's


def test_variables_of_hypotheses_without_coverage_are_blank(minimal, tmp_path):
    hypotheses = [{"id": "H1", "statement": "x", "variables": ["region", "seats"]}]
    attributes = {"region": {}, "seats": {}}
    study = Study(
        **{**minimal, "attributes": attributes, "hypotheses": hypotheses},
        path=tmp_path / "study.yml",
    )
    filled = pd.DataFrame(
        {"field": ["region"], "label": ["Region"], "filled_share": [0.5], "verdict": ["weak"]}
    )
    found = hypothesis_coverage(study, filled)
    assert found.hypothesis_id.tolist() == ["H1", "H1"]
    assert found.verdict.fillna("").tolist() == ["weak", ""]
