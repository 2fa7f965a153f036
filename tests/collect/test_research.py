"""Research fills gaps and nothing else."""

import pandas as pd
import pytest

from helpers.collect.attributes import band_attributes
from helpers.collect.research import (
    banded_market,
    market_comparison,
    merge_research,
    written_otherwise,
)
from helpers.errors import StudyError
from helpers.study import Study


def research(*rows: tuple) -> pd.DataFrame:
    names = ["account_id", "field", "value", "checked_value"]
    return pd.DataFrame([(*row, None)[:4] for row in rows], columns=names, dtype="str")


def test_only_empty_fields_are_filled_and_everything_is_counted():
    customers = pd.DataFrame(
        {
            "account_id": ["A", "B", "C"],
            "employees": [10.0, None, None],
            "region": pd.Series(["north", None, None], dtype="str"),
            "partner": pd.Series([True, None, False], dtype="object"),
        }
    )
    filled, counts = merge_research(
        customers,
        research(
            ("A", "employees", "99"),
            ("B", "employees", " 120 "),
            ("C", "employees", "many"),
            ("X", "employees", "5"),
            ("B", "region", "south"),
            ("C", "region", None),
            ("B", "partner", "Yes"),
            ("C", "website", "example.org"),
        ),
    )
    assert filled.employees.fillna(-1).tolist() == [10.0, 120.0, -1.0]
    assert filled.region.fillna("").tolist() == ["north", "south", ""]
    assert filled.partner.tolist() == [True, True, False]
    assert filled.website.fillna("").tolist() == ["", "", "example.org"]
    assert counts.set_index("field").to_dict("index") == {
        "employees": {
            "researched": 4,
            "filled": 1,
            "already_known": 1,
            "unreadable": 1,
            "not_a_customer": 1,
            "kept_out": 0,
        },
        "partner": {
            "researched": 1,
            "filled": 1,
            "already_known": 0,
            "unreadable": 0,
            "not_a_customer": 0,
            "kept_out": 0,
        },
        "region": {
            "researched": 1,
            "filled": 1,
            "already_known": 0,
            "unreadable": 0,
            "not_a_customer": 0,
            "kept_out": 0,
        },
        "website": {
            "researched": 1,
            "filled": 1,
            "already_known": 0,
            "unreadable": 0,
            "not_a_customer": 0,
            "kept_out": 0,
        },
    }
    assert pd.isna(customers.employees[1])  # the argument is left alone


def test_the_first_of_several_values_for_a_family_stands():
    customers = pd.DataFrame({"account_id": ["A"], "region": pd.Series([None], dtype="str")})
    filled, counts = merge_research(
        customers, research(("A", "region", "north"), ("A", "region", "south"))
    )
    assert filled.region.tolist() == ["north"]
    assert counts.iloc[0, 1:].tolist() == [2, 1, 1, 0, 0, 0]


def test_fields_that_two_people_find_differently_fill_nothing():
    customers = pd.DataFrame(
        {"account_id": ["A", "B"], "region": pd.Series(["north", None], dtype="str")}
    )
    filled, counts = merge_research(
        customers,
        research(("A", "region", "south"), ("B", "region", "south"), ("B", "website", "b.org")),
        keep_out={"region"},
    )
    assert filled.region.fillna("").tolist() == ["north", ""]
    assert filled.website.fillna("").tolist() == ["", "b.org"]
    assert counts.set_index("field").loc["region"].tolist() == [2, 0, 1, 0, 0, 1]


@pytest.fixture
def banded(minimal, tmp_path) -> Study:
    attributes = {
        "region": {},
        "employees": {"type": "number", "bands": [50]},
        "partner": {"type": "boolean"},
        "plan": {},
    }
    return Study(**{**minimal, "attributes": attributes}, path=tmp_path / "study.yml")


CUSTOMERS = pd.DataFrame(
    {
        "account_id": list("ABCD"),
        "region": ["north", "north", "south", None],
        "employees": [10, 50, 60, 70],
        "partner": [True, False, False, False],
        "plan": list("xxyy"),
    }
)


def test_market_comparison_by_hand(banded):
    prospects = pd.DataFrame(
        {
            "region": ["north", "south", "west"],
            "employees": [49, 50, None],
            "partner": [True, False, False],
            "weight": [100.0, 200.0, 100.0],
        }
    )
    market = banded_market(banded, CUSTOMERS, prospects)
    assert market.employees_raw.tolist()[:2] == [49.0, 50.0]
    found = market_comparison(banded, band_attributes(banded, CUSTOMERS), market)
    assert found.attribute.unique().tolist() == ["region", "employees", "partner"]
    rows = found.set_index(["attribute", "level"])
    north = rows.loc[("region", "north")]
    assert (north.customers, north.market, north.penetration) == (2, 100.0, 0.02)
    assert north["index"] == pytest.approx((2 / 3) / (100 / 400))
    west = rows.loc[("region", "west")]
    assert (west.customers, west["index"]) == (0, 0.0)
    large = rows.loc[("employees", "≥ 50")]
    assert (large.customers, large.market, large.market_share) == (3, 200.0, pytest.approx(2 / 3))
    assert rows.loc[("partner", "yes")].penetration == 0.01


def test_levels_that_the_market_writes_otherwise_are_named_and_count_for_no_difference(banded):
    # Region as codes: nobody of the market would be like a customer, by the spelling alone.
    prospects = pd.DataFrame(
        {
            "region": ["N", "S", "S", None],
            "plan": ["x", "z", "z", "z"],
            "weight": [5.0, 2.0, 1.0, 9.0],
        }
    )
    market = banded_market(banded, CUSTOMERS, prospects)
    found = written_otherwise(banded, CUSTOMERS, market)
    assert found == {"region": {"market": ["N", "S"], "customers": ["north", "south"]}}


def test_prospects_that_are_no_numbers(banded):
    prospects = pd.DataFrame({"employees": ["10", "lots"], "weight": [1.0, 1.0]})
    with pytest.raises(StudyError, match="employees holds values that are no numbers"):
        banded_market(banded, CUSTOMERS, prospects)
