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
