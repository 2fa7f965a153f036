"""The service clock: how much time customers waited, around the clock or in business hours only.

Business time is counted in whole seconds by arithmetic on the moments alone (full weeks, full days
of the week begun, the part of the last day, minus holidays), so that it stays one lazy expression
on every engine.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial

import ibis
import ibis.expr.types as ir

from helpers.metrics.exact import seconds
from helpers.quarter import Quarter
from helpers.study import Study
from helpers.study.service import WEEKDAYS, BusinessHours

# (later, earlier) → whole seconds between them.
Clock = Callable[[ir.TimestampValue, ir.TimestampValue], ir.IntegerValue]

DAY, WEEK = 86_400, 7 * 86_400
MONDAY = dt.datetime(2001, 1, 1)  # weeks are counted from a Monday; earlier ones are negative


def clock(study: Study, quarter: Quarter) -> Clock:
    """The clock of a study, for moments from the quarter's first day to its as-of date.

    Moments are local times of the study's zone, as in the canonical tables.
    """
    hours = study.service.business_hours
    if hours is None:
        return seconds
    # Both moments lie beyond an earlier holiday and before a later one: they cancel out.
    holidays = [day for day in hours.holidays if quarter.start <= day <= quarter.as_of]
    return partial(business_seconds, hours=hours.model_copy(update={"holidays": tuple(holidays)}))


def business_seconds(
    later: ir.TimestampValue, earlier: ir.TimestampValue, *, hours: BusinessHours
) -> ir.IntegerValue:
    """Whole seconds of business hours between two moments; null where either is null.

    Negative where ``later`` is the earlier one.
    """
    return _worked(later, hours) - _worked(earlier, hours)


def _worked(moment: ir.TimestampValue, hours: BusinessHours) -> ir.IntegerValue:
    """Seconds of business hours from the first Monday to a moment."""
    opens, closes = _seconds_of_day(hours.from_), _seconds_of_day(hours.to)
    length = closes - opens
    since = seconds(moment, ibis.timestamp(MONDAY))
    weeks = since // WEEK
    week = since - weeks * WEEK  # seconds into the week that has begun
    worked = weeks * (length * len(hours.days))  # null where the moment is, and so is every sum
    starts = [WEEKDAYS.index(day) * DAY + opens for day in hours.days]
    for start in starts:
        worked = worked + _between(week - start, length)
    for day in hours.holidays:
        if WEEKDAYS[day.weekday()] in hours.days:
            start = int((dt.datetime.combine(day, dt.time()) - MONDAY).total_seconds()) + opens
            worked = worked - _between(since - start, length)
    return worked.cast("int64")


def _between(value: ir.IntegerValue, most: int) -> ir.IntegerValue:
    """A value cut at 0 and at ``most``; what it is where null depends on the engine."""
    return ibis.greatest(ibis.least(value, most), 0)


def _seconds_of_day(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 3600 + int(minute) * 60
