"""A figure that one customer makes is told with and without it."""

import numpy as np
import pandas as pd
import pytest

from helpers.metrics.components import Components
from helpers.metrics.influence import of_one_customer


def parts(**columns: list[float]) -> Components:
    count = len(next(iter(columns.values())))
    table = pd.DataFrame({"account_id": [f"K{k}" for k in range(count)], **columns})
    return Components(table, pd.DataFrame())


def test_a_sum_and_a_ratio_without_their_largest_customer():
    """Forty customers of 10 a year, and one of 400; its orders are 50 of 90."""
    amounts = [10.0] * 40 + [400.0]
    orders = [1.0] * 40 + [50.0]
    found = of_one_customer(
        parts(
            arr__numerator=amounts,
            arr__denominator=[1.0] * 41,
            aov__numerator=amounts,
            aov__denominator=orders,
        )
    ).set_index("metric")
    assert found.loc["arr", ["account_id", "value", "without"]].tolist() == ["K40", 800, 400]
    assert found.loc["aov", ["value", "without"]].tolist() == pytest.approx([800 / 90, 10])


def test_customers_that_differ_as_customers_do_are_none_of_these():
    rng = np.random.default_rng(3)
    for _ in range(50):
        amounts = rng.lognormal(7, 0.8, 200)
        found = of_one_customer(parts(arr__numerator=list(amounts), arr__denominator=[1.0] * 200))
        assert found.empty


@pytest.mark.parametrize("amounts", [[5.0] * 12, [1.0, 900.0], [0.0] * 30])
def test_few_alike_and_nothing_at_all_tell_of_nobody(amounts):
    ones = [1.0] * len(amounts)
    assert of_one_customer(parts(arr__numerator=amounts, arr__denominator=ones)).empty
