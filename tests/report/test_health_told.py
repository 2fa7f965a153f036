"""What is said of health and who left follows from its check, and says no more than that."""

import pandas as pd
import pytest

from helpers.metrics.health_check import SEPARATES
from helpers.report.health import told
from helpers.words import collection as words
from helpers.words import measures


def check(verdict, low, high):
    row = {"outcome": "churn", "predictor": "health", "customers": 620, "events": 21}
    given = {"low": low, "high": high, "verdict": f"{verdict}, better than revenue rank"}
    return pd.DataFrame([row | {"predictor": "revenue", "verdict": ""}, row | given])


@pytest.mark.parametrize(
    ("verdict", "low", "high", "sentence"),
    [
        (SEPARATES, 0.60, 0.90, words.HEALTH_TELLS),
        (measures.SEPARATES_WRONG_WAY_ROUND, 0.10, 0.40, words.HEALTH_MISLEADS),
        (measures.DOES_NOT_SEPARATE, 0.54, 0.87, words.HEALTH_LEANS),
        (measures.DOES_NOT_SEPARATE, 0.13, 0.46, words.HEALTH_LEANS_AWAY),
        (measures.DOES_NOT_SEPARATE, 0.41, 0.66, words.HEALTH_IS_OPEN),
        ("cannot be judged", float("nan"), float("nan"), words.HEALTH_IS_OPEN),
    ],
)
def test_luck_is_named_only_where_the_range_itself_holds_a_guess(verdict, low, high, sentence):
    assert told(check(verdict, low, high)) == (sentence, {"customers": 620, "events": 21})
