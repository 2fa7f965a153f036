from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import StudyError
from helpers.quarter import Quarter

QUARTERS = st.builds(Quarter, st.integers(1990, 2100), st.integers(1, 4), st.integers(1, 12))


def test_calendar_quarter():
    quarter = Quarter.parse("2026Q3")
    assert (quarter.start, quarter.end) == (date(2026, 7, 1), date(2026, 9, 30))
    assert quarter.year_start == date(2025, 10, 1)
    assert quarter.month_ends == (date(2026, 7, 31), date(2026, 8, 31), date(2026, 9, 30))


def test_fiscal_year_is_named_after_the_year_it_ends_in():
    quarter = Quarter.parse("2026Q1", fiscal_year_starts=10)
    assert (quarter.start, quarter.end) == (date(2025, 10, 1), date(2025, 12, 31))


def test_leap_day_ends_the_quarter():
    assert Quarter.parse("2024Q1", fiscal_year_starts=12).end == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["2026", "2026Q5", "2026Q0", "Q3 2026", "26Q3", "2026q3", ""])
def test_other_spellings_are_refused(text):
    with pytest.raises(StudyError, match="such as 2026Q3"):
        Quarter.parse(text)


@given(QUARTERS)
def test_quarters_tile_the_calendar(quarter):
    assert quarter.previous.end + timedelta(days=1) == quarter.start
    assert quarter.month_ends[-1] == quarter.end
    assert Quarter.parse(str(quarter), fiscal_year_starts=quarter.fiscal_year_starts) == quarter
    assert quarter.year_start == quarter.previous.previous.previous.start
