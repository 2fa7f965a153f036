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
