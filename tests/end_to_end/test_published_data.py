"""Two studies on published data, against the facts that are known of it."""

import json

import pandas as pd
import pytest
from scipy import stats

from .conftest import run


@pytest.fixture(scope="module")
def ravenstack(datasets, root, tmp_path_factory):
    reports = tmp_path_factory.mktemp("ravenstack")
    return run(root / "studies/ravenstack", reports, "2024Q4", datasets / "ravenstack")


@pytest.fixture(scope="module")
def online_retail(datasets, root, tmp_path_factory):
    reports = tmp_path_factory.mktemp("online_retail")
    return run(root / "studies/online_retail", reports, "2011Q4", datasets / "online_retail")


def table(report, name: str) -> pd.DataFrame:
    return pd.read_parquet(report / "data" / f"{name}.parquet")


def document(report) -> str:
    return (report / "supporting_analysis.html").read_text(encoding="utf-8")


def test_ravenstack_recurring_revenue(ravenstack):
    text = document(ravenstack)
    assert "10,159,608" in text
    assert "74\N{NO-BREAK SPACE}%" in text


def test_ravenstack_has_nobody_who_left(ravenstack):
    """All 500 accounts keep a subscription in force; the churn flag is an attribute."""
    accounts = table(ravenstack, "customer_list")
    assert len(accounts) == 500
    assert (accounts["status"] == "current").all()


def test_ravenstack_churn_differences_are_no_findings(ravenstack, datasets):
    tested = table(ravenstack, "hypotheses")
    churn = tested[tested["hypothesis_id"] == "H4"].set_index("variables")
    assert set(churn.index) == {"industry", "referral_source", "plan_tier"}
    assert (churn["verdict"] == "not supported").all()
    assert (churn["p_adjusted"] > 0.05).all()

    # The p-value against scipy, on the customers that the report kept.
    raw = pd.read_csv(datasets / "ravenstack" / "ravenstack_accounts.csv")
    listed = table(ravenstack, "customer_list").query("included")
    kept = raw[raw["account_id"].isin(listed["account_id"])]
    for name in ("industry", "referral_source", "plan_tier"):
        counts = pd.crosstab(kept[name], kept["churn_flag"])
        expected = stats.chi2_contingency(counts, correction=False).pvalue
        assert churn.loc[name, "p_value"] == pytest.approx(expected, rel=1e-9)


def test_ravenstack_industry_source_and_country_are_not_validated(ravenstack):
    segments = table(ravenstack, "segments")
    found = segments[segments["verdict"] == "validated"]
    assert not found["rule"].str.contains("industry|referral_source|country").any()
    assert table(ravenstack, "priorities").shape[0] == len(found)


def test_ravenstack_size_is_flagged_as_part_of_the_score(ravenstack):
    tested = table(ravenstack, "hypotheses").set_index("hypothesis_id")
    for name in ("variable-seats", "variable-plan_tier"):
        assert "base" in tested.loc[name, "shares_score_inputs"]
    segments = table(ravenstack, "segments")
    by_size = segments[segments["rule"].str.contains("seats|plan_tier")]
    assert len(by_size) > 3
    assert by_size["verdict"].isin(["descriptive", "too_small"]).all()


def test_nothing_stands_out_is_said_with_what_could_have_been_seen(ravenstack):
    assert not (table(ravenstack, "segments")["verdict"] == "validated").any()
    index = (ravenstack / "index.html").read_text(encoding="utf-8")
    assert "would have" in index


def test_online_retail_totals_over_the_whole_history(online_retail):
    """The usual cleaning: 4,338 customers, 8,911,407.90, customer 14646 with 280,206.02."""
    text = document(online_retail)
    for fact in ("4,338", "8,911,408", "14646", "280,206"):
        assert fact in text, fact


def test_online_retail_returns_reduce_value(online_retail):
    """Customer 16446 bought for 168,472.50 and returned all but 2.90 of it."""
    scores = table(online_retail, "quality_scores").set_index("account_id")
    assert scores.loc["16446", "base"] == pytest.approx(2.90)
    metrics = table(online_retail, "account_metrics").set_index("account_id")
    assert metrics.loc["16446", "revenue_12m"] == pytest.approx(2.90)


def test_online_retail_needs_no_crm(online_retail):
    accounts = table(online_retail, "customer_list")
    assert len(accounts) == 4372
    counts = accounts["exclusion_rule"].value_counts()
    # Nobody bought of these: 33 have returns alone, one an order of nothing.
    assert counts["returns_only"] + counts["never_billed"] == 4372 - 4338
    assert counts["never_billed"] == 1
    rows = json.loads((online_retail / "manifest.json").read_text(encoding="utf-8"))["rows"]
    assert rows["orders"]["rows_rejected"] == 0
