"""Bands at their edges, ties in quantiles, levels and their order."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.collect.attributes import band_attributes, band_limits, bands, cut
from helpers.errors import StudyError
from helpers.study import Study


@pytest.fixture
def with_attributes(minimal, tmp_path):
    def build(**attributes) -> Study:
        return Study(**{**minimal, "attributes": attributes}, path=tmp_path / "study.yml")

    return build


def frame(**columns) -> pd.DataFrame:
    size = len(next(iter(columns.values())))
    return pd.DataFrame({"account_id": [f"A{k}" for k in range(size)], **columns})


def texts(levels: pd.Series) -> list:
    return [None if pd.isna(level) else level for level in levels]


def test_a_value_on_a_cut_point_belongs_to_the_upper_band():
    values = pd.Series([49, 50, 199, 200, 999, 1000, None])
    found = bands(values, (50, 200, 1000))
    assert texts(cut(values, found)) == [
        "< 50",
        "50–199",
        "50–199",
        "200–999",
        "200–999",
        "≥ 1,000",
        None,
    ]


def test_labels_of_broken_numbers_say_which_side_a_limit_is_on():
    assert bands(pd.Series([0.5, 3.0]), (2.5, 4)).labels == ("< 2.5", "2.5 to < 4", "≥ 4")
    assert bands(pd.Series([2.5]), (2, 4)).labels == ("< 2", "2 to < 4", "≥ 4")


def test_years_have_no_separator_and_single_values_no_dash():
    assert bands(pd.Series([1990]), (1980, 1981, 2000), unit="year").labels == (
        "< 1980",
        "1980",
        "1981–1999",
        "≥ 2000",
    )


def test_quantiles_split_evenly_without_ties():
    values = pd.Series(np.arange(1, 101))
    found = bands(values, 4)
    assert cut(values, found).value_counts().tolist() == [25, 25, 25, 25]
    assert found.labels == ("< 26", "26–50", "51–75", "≥ 76")


def test_ties_merge_quantile_bands_and_are_never_split():
    values = pd.Series([1] * 60 + [2] * 30 + [3] * 10)
    found = bands(values, 4)
    assert found.cuts == (2.0,)
    assert found.asked == 4
    assert cut(values, found).value_counts().to_dict() == {"< 2": 60, "≥ 2": 40}


def test_one_value_and_no_value_make_one_band():
    assert bands(pd.Series([7, 7, 7]), 3).labels == ("all values",)
    assert bands(pd.Series([], dtype=float), 3).labels == ("all values",)


numbers = st.lists(
    st.none() | st.integers(-50, 50).map(float) | st.floats(-10, 10), min_size=1, max_size=40
)


@given(
    numbers, st.integers(2, 6) | st.lists(st.floats(-20, 20), min_size=1, max_size=4, unique=True)
)
def test_every_number_lies_within_the_limits_of_its_band(values, declared):
    series = pd.Series(values, dtype=float)
    found = bands(series, declared if isinstance(declared, int) else tuple(sorted(declared)))
    placed = cut(series, found)
    limits = dict(enumerate(found.limits))
    for value, code in zip(series, placed.cat.codes, strict=True):
        if pd.isna(value):
            assert code == -1
        else:
            low, high = limits[code]
            assert low <= value < high
    if isinstance(declared, int):
        assert (placed.value_counts() > 0).all() or series.notna().sum() == 0


def test_levels_by_type(with_attributes):
    study = with_attributes(
        seats={"type": "number", "bands": [10]},
        size={"order": ["S", "M", "L"]},
        region={},
        partner={"type": "boolean"},
        industry={"missing": "level"},
    )
    customers = frame(
        seats=[5, 10, None],
        size=["L", "S", None],
        region=["west", "east", "west"],
        partner=pd.Series([True, None, False], dtype="object"),
        industry=["Retail", None, "Energy"],
    )
    found = band_attributes(study, customers)
    assert found.columns.tolist() == [
        "account_id", "seats", "size", "region", "partner", "industry"
    ]  # fmt: skip
    assert texts(found.seats) == ["< 10", "≥ 10", None]
    assert found.seats.cat.ordered
    assert found["size"].cat.categories.tolist() == ["S", "M", "L"]
    assert found["size"].cat.ordered
    assert found.region.cat.categories.tolist() == ["east", "west"]
    assert not found.region.cat.ordered
    assert texts(found.partner) == ["yes", None, "no"]
    assert texts(found.industry) == ["Retail", "unknown", "Energy"]
    assert found.industry.cat.categories.tolist() == ["Energy", "Retail", "unknown"]


def test_values_outside_the_declared_order(with_attributes):
    study = with_attributes(size={"order": ["S", "M"]})
    with pytest.raises(StudyError, match="does not list every value") as error:
        band_attributes(study, frame(size=["S", "XL"]))
    assert "also XL" in str(error.value)


def test_an_attribute_that_was_not_collected(with_attributes):
    with pytest.raises(StudyError, match=r"attributes.region: no such column"):
        band_attributes(with_attributes(region={}), frame(country=["x"]))


def test_band_limits_say_where_bands_begin_and_how_many_were_asked_for(with_attributes):
    study = with_attributes(
        seats={"type": "number", "bands": [10, 20]}, age={"type": "number", "bands": 4}, region={}
    )
    customers = frame(seats=[5, 10, 25, 30], age=[1, 1, 1, 2], region=list("abcd"))
    found = band_limits(study, customers)
    assert found.to_dict("list") == {
        "attribute": ["seats"] * 3 + ["age"] * 2,
        "band": ["< 10", "10–19", "≥ 20", "< 2", "≥ 2"],
        "low": [pytest.approx(np.nan, nan_ok=True), 10, 20, pytest.approx(np.nan, nan_ok=True), 2],
        "high": [10, 20, pytest.approx(np.nan, nan_ok=True), 2, pytest.approx(np.nan, nan_ok=True)],
        "customers": [1, 1, 2, 3, 1],
        "bands_asked": [3, 3, 3, 4, 4],
    }
