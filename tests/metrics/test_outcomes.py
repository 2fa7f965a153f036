"""Outcomes as of the date, by hand: who left, who expanded, among those who were there."""

import pandas as pd
from tiny import canonical, contract, customer_frame, make_study

from helpers.metrics.accounts import components_of
from helpers.metrics.outcomes import measured_outcomes
from helpers.quarter import Quarter

QUARTER = Quarter(2024, 4)  # the twelve months are 2024


def test_left_and_expanded_are_of_the_customers_of_the_day_before_the_twelve_months():
    customers = customer_frame(
        {"account_id": "gone", "status": "former", "churned_on": "2024-05-01"},
        {"account_id": "grew"},
        {"account_id": "kept"},
        {"account_id": "new", "won_on": "2024-02-01"},
        {"account_id": "past", "status": "former", "churned_on": "2023-05-01"},
    )
    contracts = canonical(
        "contracts",
        contract("gone", "2020-01-01", "2024-04-30", 10),
        contract("grew", "2020-01-01", "2024-06-30", 10),
        contract("grew", "2024-07-01", None, 15),
        contract("kept", "2020-01-01", None, 10),
        contract("new", "2024-02-01", None, 10),
        contract("past", "2020-01-01", "2023-04-30", 10),
    )
    surveys = canonical(
        "surveys",
        {"account_id": "kept", "kind": "nps", "score": 9, "asked_on": "2024-11-01"},
        {"account_id": "grew", "kind": "nps", "score": 3, "asked_on": "2024-11-01"},
    )
    parts = components_of(make_study(), QUARTER, customers, contracts=contracts, surveys=surveys)
    found = measured_outcomes(parts).set_index("account_id")
    assert found["left"].dropna().to_dict() == {"gone": True, "grew": False, "kept": False}
    assert found["expanded"].dropna().to_dict() == {"gone": False, "grew": True, "kept": False}
    assert found["nps"].dropna().to_dict() == {"grew": -100.0, "kept": 100.0}
    assert found["csat"].isna().all() and pd.api.types.is_bool_dtype(found["left"])


def test_without_contracts_and_surveys_nothing_is_made_up():
    customers = customer_frame({"account_id": "a"}, {"account_id": "b"})
    found = measured_outcomes(components_of(make_study(), QUARTER, customers))
    assert found[["expanded", "nps", "csat"]].isna().all(axis=None)
