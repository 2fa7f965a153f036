"""Business hours, against a count of every single minute."""

import datetime as dt

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import make_study

from helpers.errors import StudyError
from helpers.metrics.business_hours import business_seconds, clock
from helpers.quarter import Quarter
from helpers.study.service import WEEKDAYS, BusinessHours

NINE_TO_FIVE = {"from": "09:00", "to": "17:00"}


def elapsed(hours: BusinessHours, *pairs: tuple[str, str]) -> list[float]:
    """Seconds between pairs of (earlier, later)."""
    frame = pd.DataFrame(pairs, columns=["earlier", "later"]).apply(pd.to_datetime)
    table = ibis.memtable(frame, schema={"earlier": "timestamp", "later": "timestamp"})
    wanted = table.mutate(found=business_seconds(table.later, table.earlier, hours=hours))
    return wanted.to_pandas()["found"].tolist()


def minutes_one_by_one(hours: BusinessHours, earlier: dt.datetime, later: dt.datetime) -> int:
    """Every minute that begins in business hours, counted."""
    opens, closes = (
        24 * 60 if text == "24:00" else int(text[:2]) * 60 + int(text[3:])
        for text in (hours.from_, hours.to)
    )
    count, minute = 0, earlier
    while minute < later:
        works = WEEKDAYS[minute.weekday()] in hours.days and minute.date() not in hours.holidays
        count += works and opens <= minute.hour * 60 + minute.minute < closes
        minute += dt.timedelta(minutes=1)
    return count


def test_by_hand():
    # 2026-07-01 is a Wednesday.
    hours = BusinessHours(**NINE_TO_FIVE, holidays=[dt.date(2026, 7, 6), dt.date(2026, 7, 11)])
    found = elapsed(
        hours,
        ("2026-07-01 10:00:00", "2026-07-01 10:00:30"),
        ("2026-07-01 16:00:00", "2026-07-02 10:00:00"),  # an hour on each day
        ("2026-07-03 16:00:00", "2026-07-07 09:30:00"),  # weekend and a Monday off: 1.5 hours
        ("2026-07-04 08:00:00", "2026-07-05 20:00:00"),  # a weekend
        ("2026-07-06 08:00:00", "2026-07-06 20:00:00"),  # a holiday
        ("2026-07-08 20:00:00", "2026-07-15 20:00:00"),  # a week; a holiday on Saturday is none
    )
    assert found == [30, 7_200, 5_400, 0, 0, 40 * 3600]


def test_an_open_end_stays_unknown():
    frame = pd.DataFrame({"at": pd.to_datetime(["2026-07-01 10:00", None])})
    table = ibis.memtable(frame, schema={"at": "timestamp"})
    hours = BusinessHours(**NINE_TO_FIVE)
    found = table.mutate(s=business_seconds(table.at, ibis.timestamp("2026-07-01"), hours=hours))
    assert found.to_pandas()["s"].isna().tolist() == [False, True]


@st.composite
def schedules(draw) -> BusinessHours:
    days = draw(st.sets(st.sampled_from(WEEKDAYS), min_size=1))
    opens, closes = sorted(draw(st.sets(st.integers(0, 96), min_size=2, max_size=2)))
    holidays = draw(st.sets(st.dates(dt.date(2026, 6, 28), dt.date(2026, 7, 25)), max_size=6))
    first, last = (f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in (opens, closes))
    times = {"from": first, "to": last}
    return BusinessHours(days=tuple(days), holidays=tuple(holidays), **times)


MOMENTS = st.datetimes(dt.datetime(2026, 7, 1), dt.datetime(2026, 7, 20)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@settings(max_examples=40, deadline=None)
@given(schedules(), st.lists(st.tuples(MOMENTS, MOMENTS), min_size=1, max_size=4))
def test_every_minute_is_counted_once(hours, pairs):
    pairs = [tuple(sorted(pair)) for pair in pairs]
    found = elapsed(hours, *pairs)
    assert found == [60 * minutes_one_by_one(hours, *pair) for pair in pairs]


@settings(max_examples=25, deadline=None)
@given(schedules(), st.tuples(MOMENTS, MOMENTS, MOMENTS))
def test_parts_add_up_to_the_whole(hours, moments):
    first, middle, last = sorted(moments)
    parts = elapsed(hours, (first, middle), (middle, last), (first, last))
    assert parts[0] + parts[1] == parts[2]


class TestOfAStudy:
    def test_around_the_clock_by_default(self, quarter):
        table = ibis.memtable({"a": [dt.datetime(2026, 7, 4)], "b": [dt.datetime(2026, 7, 5)]})
        found = table.mutate(s=clock(make_study(), quarter)(table.b, table.a)).to_pandas()
        assert found["s"].tolist() == [86_400]
        assert make_study().service.clock == "Hours around the clock."

    def test_only_holidays_of_the_quarter_are_looked_at(self, quarter: Quarter):
        days = [quarter.start, quarter.as_of, quarter.start - dt.timedelta(days=1)]
        study = make_study(service={"business_hours": NINE_TO_FIVE | {"holidays": days}})
        assert clock(study, quarter).keywords["hours"].holidays == (quarter.start, quarter.as_of)

    def test_told(self):
        hours = BusinessHours(days=["tue", "mon"], holidays=[dt.date(2026, 1, 1)], **NINE_TO_FIVE)
        assert hours.told == (
            "Hours of business only: Mon, Tue, 09:00 to 17:00; holidays left out: 1."
        )


class TestStudyFile:
    @pytest.mark.parametrize(
        ("given", "message"),
        [
            ({"from": "17:00", "to": "09:00"}, "earlier"),
            ({"from": "09:00", "to": 1020}, "should be text"),  # YAML: 17:00
            ({"from": "9:00", "to": "17:00"}, "from"),
            ({**NINE_TO_FIVE, "days": ["mon", "mon"]}, "twice"),
            ({**NINE_TO_FIVE, "days": ["monday"]}, "mon"),
        ],
    )
    def test_mistakes(self, given, message, write_study, minimal):
        from helpers.study.file import load_study

        with pytest.raises(StudyError, match=message):
            load_study(write_study(minimal | {"service": {"business_hours": given}}))
