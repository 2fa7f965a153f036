"""The section of the customer list."""

import pandas as pd

from helpers.report.sections.customers import near_the_middle


def test_the_customer_who_shows_how_a_score_adds_up():
    """Of forty, those from 19 to 23 are near the middle (21); one further away has most lines."""
    scored = pd.DataFrame({"account_id": [f"A{k:02}" for k in range(1, 41)], "rank": range(1, 41)})
    scored["cost"] = [-5.0 if k in (15, 19, 22, 23) else 0.0 for k in range(1, 41)]
    scored["bonus"] = [1.0 if k in (15, 22, 23) else 0.0 for k in range(1, 41)]
    lines = ["cost", "bonus"]
    assert near_the_middle(scored.sample(frac=1, random_state=1), lines)["account_id"] == "A22"
    assert near_the_middle(scored.assign(cost=0.0, bonus=0.0), lines)["account_id"] == "A21"
    assert near_the_middle(scored.head(1), lines)["account_id"] == "A01"
