"""95 % intervals hold the true value about 95 times in 100, where customers differ from each other.

A small edition of bench/metrics/interval_coverage.py, which draws companies from a population whose
values are known in closed form. Its seeds are fixed, so that it gives the same counts every time.
"""

import sys

import numpy as np
import pytest

COMPANIES, CUSTOMERS = 60, 50
# Of 60 companies 57 are expected to hold the truth. An interval that covers 93 % fails to hold it
# in 51 of them once in 120 times (binomial), one that covers 80 % four times in five.
LEAST = 51


@pytest.fixture(scope="module")
def coverage(root):
    """The bench, as a module."""
    sys.path.insert(0, str(root / "bench" / "metrics"))
    try:
        import interval_coverage
    finally:
        sys.path.pop(0)
    return interval_coverage


def test_closed_forms_agree_with_a_large_draw(coverage):
    """The truth that everything is measured against, on many customers."""
    population = coverage.SEGMENT
    drawn = population.draw(200_000, np.random.default_rng(1))
    truth = population.truth()
    assert 100 * drawn.answer.mean() == pytest.approx(truth["nps"], abs=1)
    assert drawn.gone.sum() / drawn.active.sum() == pytest.approx(
        truth["logo_churn_rate"], abs=0.002
    )
    assert np.median(drawn.hours) == pytest.approx(truth["resolution_hours_median"], rel=0.01)
    assert drawn.score.mean() == pytest.approx(truth["margin"], rel=0.005)


def test_intervals_that_resample_customers_hold_the_truth(coverage):
    ours, by_row = coverage.whole_companies(CUSTOMERS, COMPANIES)
    hits = dict(zip(coverage.METRICS, ours.sum(axis=0), strict=True))
    assert min(hits.values()) >= LEAST, hits
    # The same companies, tickets and answers taken for independent: the test would notice.
    by_row = dict(zip(coverage.METRICS, by_row.sum(axis=0), strict=True))
    assert by_row["nps"] < LEAST
    assert by_row["resolution_hours_median"] < LEAST


UNEQUAL_COMPANIES = 200
# Of 200 companies 186 are 93 %. An interval that covers 93 % holds the truth in 177 or fewer once
# in 70 times (binomial); one that covers 85 % in more than 177 once in 50.
LEAST_UNEQUAL = 178
# Intervals of shares are withheld where hardly anybody answered: of those that are left as many.
LEAST_SHARE = LEAST_UNEQUAL / UNEQUAL_COMPANIES


def test_closed_forms_of_unequal_customers_agree_with_a_large_draw(coverage):
    for cohort in coverage.COHORTS.values():
        parts, truth = cohort.draw(400_000, np.random.default_rng(1)), cohort.truth()
        for name in coverage.UNEQUAL:
            scale = 100 if name == "csat" else 1
            value = scale * parts.numerator(name).sum() / parts.denominator(name).sum()
            assert value == pytest.approx(truth[name], rel=0.03), name


@pytest.mark.parametrize("size", [15, 60])
@pytest.mark.parametrize("population", ["as usual", "few leave, more unequal"])
def test_ratios_over_few_unequal_customers_hold_the_truth(coverage, population, size):
    cohort = coverage.COHORTS[population]
    hits = coverage.unequal_customers(cohort, size, UNEQUAL_COMPANIES)
    known = (~np.isnan(hits)).sum(axis=0)
    share = dict(zip(coverage.UNEQUAL, np.nansum(hits, axis=0) / known, strict=True))
    assert min(share.values()) >= LEAST_SHARE, share
    always = [list(coverage.UNEQUAL).index(name) for name in ("nrr", "grr", "arr_per_customer")]
    assert (known[always] >= 0.95 * UNEQUAL_COMPANIES).all()
