"""Days that systems write where they know none: no row happened on them.

0001-01-01 and 1899-12-30 are the zeros of programming languages and spreadsheets, 1970-01-01 is
that of Unix, 2099-12-31 the last day of many calendars. No business date lies in 2200 or later.
"""

from collections.abc import Mapping
from datetime import date, timedelta

FIRST_DAY = date(1900, 1, 2)
EPOCH, NEVER = date(1970, 1, 1), date(2099, 12, 31)
OPEN_FROM = date(2200, 1, 1)
# No day of these stands for none, nor needs a look at its year.
USUAL = (EPOCH + timedelta(days=1), NEVER - timedelta(days=1))
# Years written with two digits and read as they stand: a day of 2025, and none that is unknown.
YEAR_2, YEAR_100 = date(2, 1, 1), date(100, 1, 1)


def real_days(rows: Mapping[date, int]) -> dict[date, int]:
    """Rows by day, without the days that are none.

    >>> real_days({date(1970, 1, 1): 3, date(2024, 5, 2): 1, date(2099, 12, 31): 4})
    {datetime.date(2024, 5, 2): 1}
    """
    return {
        day: count
        for day, count in rows.items()
        if FIRST_DAY <= day < OPEN_FROM and day not in (EPOCH, NEVER)
    }
