"""What stands beside the praise of a segment, by hand."""

import numpy as np
import pandas as pd

from helpers.metrics.beside import beside_praise, left_beside

ROWS = [
    # segment, metric, customers, observations, value, rest, better, unit
    ("good", "logo_churn_rate_12m", 25, 25, 0.24, 0.11, "worse", "ratio"),
    ("good", "nps", 12, 14, 50.0, 20.0, "no difference shown", "points"),
    ("good", "ticket_csat", 8, 13, 100 * 4 / 13, 67.0, "", "%"),
    ("good", "csat", 0, 0, np.nan, 70.0, "", "%"),
    ("good", "arr", 25, 25, 9.0, 9.0, "", "currency"),
    ("tiny", "logo_churn_rate", 4, 4, 0.25, 0.1, "", "ratio"),
    ("tiny", "ticket_csat", 3, 9, 0.0, 67.0, "", "%"),
]
PROFILES = pd.DataFrame(
    ROWS,
    columns=["segment_id", "metric", "customers", "observations", "value", "rest_value", "better",
             "unit"],
)  # fmt: skip


def test_counts_stand_even_where_nothing_can_be_shown():
    table = beside_praise(PROFILES, ["good"], least=10, withheld=5).set_index("metric")
    assert table.index.tolist() == ["logo_churn_rate_12m", "nps", "csat", "ticket_csat"]
    assert table["counted"].to_dict() == {
        "logo_churn_rate_12m": "6 of 25",
        "nps": "14 answers",
        "csat": "",
        "ticket_csat": "4 of 13",
    }
    assert table["shown"].to_dict() == {
        "logo_churn_rate_12m": "worse",
        "nps": "not shown",
        "csat": "no data",
        "ticket_csat": "fewer than 10 customers: left out",
    }


def test_counts_of_very_few_are_withheld():
    table = beside_praise(PROFILES, ["tiny"], least=10, withheld=5)
    assert table["counted"].tolist() == ["", ""]
    assert left_beside(PROFILES, "tiny", withheld=5) is None


def test_who_left_is_counted_over_the_longest_time_that_is_known():
    found = left_beside(PROFILES, "good", withheld=5)
    assert found == {"left": 6, "customers": 25, "months": 12, "share": 0.24, "rest": 0.11}
    assert left_beside(PROFILES, "tiny", withheld=1)["months"] == 3
    assert left_beside(PROFILES, "nobody", withheld=1) is None
