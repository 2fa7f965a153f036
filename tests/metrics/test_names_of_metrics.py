"""What the catalog says of its metrics."""

import pytest

from helpers.metrics.catalog import METRICS

MONEY = [
    one
    for one in METRICS.values()
    if one.unit == "currency" and "mean per customer" in one.definition
]


@pytest.mark.parametrize("metric", MONEY, ids=lambda one: one.name)
def test_a_mean_of_money_is_no_total_by_its_name(metric):
    # "ARR is €846k … Revenue, 12 months, is €10k" was read on a landing page.
    assert " per customer" in metric.label or metric.label == "Annual contract value"


def test_there_are_such_means():
    assert {"revenue_12m", "margin", "contribution_12m"} <= {one.name for one in MONEY}
