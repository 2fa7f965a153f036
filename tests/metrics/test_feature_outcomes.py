"""Users of a feature against the others: what is compared, when, and how it is corrected."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep
from tiny import canonical, contract, customer_frame, make_study

from helpers.metrics.accounts import components_of
from helpers.metrics.feature_outcomes import EVERYONE, _fisher, feature_outcomes

NAMES = [f"c{i:02d}" for i in range(40)]
USERS, LEAVERS, GROWN = NAMES[:16], NAMES[10:18], NAMES[:9]
SCORES = pd.DataFrame(
    {"account_id": NAMES, "quality_score": np.random.default_rng(0).normal(1e4, 3e3, 40).round(2)}
)


@pytest.fixture
def company(quarter):
    """40 customers since 2015; 16 used A in the quarter before, others only in the quarter."""
    rows = [
        {"account_id": name, "status": "former", "churned_on": "2026-08-01"}
        if name in LEAVERS
        else {"account_id": name}
        for name in NAMES
    ]
    contracts = [
        contract(name, "2020-01-01", "2026-07-31" if name in LEAVERS else None, 100.0)
        for name in NAMES
    ]
    contracts += [contract(name, "2026-07-10", None, 20.0) for name in GROWN]
    used = [(name, "2026-05-05", "A") for name in USERS]
    used += [(name, "2026-07-05", "A") for name in NAMES[16:]]  # too late to come before
    used += [(name, "2026-06-30", "B") for name in NAMES[:4]]
    # Won within the quarter before: it had not the same time to begin.
    rows.append({"account_id": "new", "won_on": "2026-04-02"})
    contracts.append(contract("new", "2026-04-02", None, 50.0))
    used.append(("new", "2026-06-01", "A"))
    usage = canonical(
        "usage",
        *[{"account_id": a, "used_on": day, "feature": f, "quantity": 1} for a, day, f in used],
    )
    customers = customer_frame(*rows)
    parts = components_of(
        make_study(), quarter, customers, contracts=canonical("contracts", *contracts)
    )
    return customers, parts, usage


def compare(quarter, company, members=(), *, usage="given", scores=SCORES):
    customers, parts, given = company
    held = pd.DataFrame(list(members), columns=["segment_id", "account_id"]).astype("str")
    usage = given if isinstance(usage, str) else usage
    return feature_outcomes(make_study(), quarter, customers, held, scores, parts, usage=usage)


def row_of(found, outcome, *, segment=EVERYONE, feature="A"):
    return found.table.set_index(["segment_id", "feature", "outcome"]).loc[
        (segment, feature, outcome)
    ]


def test_mean_scores_by_welch(quarter, company):
    row = row_of(compare(quarter, company), "quality_score")
    score = SCORES.set_index("account_id")["quality_score"]
    one, other = score[USERS], score[NAMES[16:]]
    test = stats.ttest_ind(one, other, equal_var=False)
    limits = test.confidence_interval(0.95)
    assert (row["used_customers"], row["other_customers"]) == (16, 24)
    assert row["p_value"] == pytest.approx(test.pvalue, abs=1e-7)
    assert (row["low"], row["high"]) == pytest.approx((limits.low, limits.high))
    assert row["difference"] == pytest.approx(one.mean() - other.mean())


def test_retention_and_expansion_after_use(quarter, company):
    found = compare(quarter, company)
    # Of 16 users 6 left (c10 to c15), of 24 others 2 (c16, c17).
    row = row_of(found, "retention")
    assert (row["used_value"], row["other_value"]) == pytest.approx((10 / 16, 22 / 24))
    assert row["p_value"] == pytest.approx(stats.fisher_exact([[10, 22], [6, 2]]).pvalue, abs=1e-7)
    low, high = confint_proportions_2indep(10, 16, 22, 24, method="newcomb")
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    row = row_of(found, "expansion")
    assert (row["used_value"], row["other_value"]) == (9 / 16, 0)
    assert row["verdict"] == "higher where used"


def test_corrected_over_the_whole_table(quarter, company):
    members = [("s", name) for name in NAMES[:36]]
    found = compare(quarter, company, members)
    expected = multipletests(found.table["p_value"], method="fdr_bh")[1]
    assert found.table["p_adjusted"].tolist() == pytest.approx(expected.tolist(), abs=1e-7)
    assert found.table["segment_id"].unique().tolist() == [EVERYONE, "s"]
    assert row_of(found, "retention", segment="s")["other_customers"] == 20


def test_small_groups_are_left_out_and_counted(quarter, company):
    members = [("s", name) for name in NAMES[:20]]  # 16 users, 4 others
    found = compare(quarter, company, members)
    assert set(found.table["segment_id"]) == {EVERYONE}
    assert set(found.table["feature"]) == {"A"}  # four customers used B
    # Two groups, two features, three outcomes; all customers and A are left.
    assert found.left_out == 2 * 2 * 3 - 3


def test_customers_dealt_out_at_random_show_no_difference(quarter, company):
    rng = np.random.default_rng(5)
    told = []
    for _ in range(20):
        dealt = SCORES.assign(quality_score=rng.permutation(SCORES["quality_score"]))
        told.append(row_of(compare(quarter, company, scores=dealt), "quality_score")["verdict"])
    assert told.count("no difference shown") >= 18


def test_nothing_to_compare_says_why(quarter, company):
    assert compare(quarter, company, usage=None).reason == "usage is not collected"
    late = canonical("usage", {"account_id": "c01", "used_on": "2026-07-05", "feature": "A"})
    found = compare(quarter, company, usage=late)
    assert found.table.empty
    assert found.reason.endswith("used a feature in 2026Q2")


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_fisher_is_scipy_s(n, m, data):
    hits, other = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    expected = stats.fisher_exact([[hits, other], [n - hits, m - other]]).pvalue
    assert _fisher(hits, n, other, m) == pytest.approx(expected)
