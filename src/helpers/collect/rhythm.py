"""How often rows come, and whether a while without any is more than that lets expect.

Two rules, because two mistakes are not equally bad. The *weak* one says that something is unusual:
a while counts as not observed where it is longer than any other of the two years before (by half),
and where rows would have come on at least `EXPECTED` days at the slower of two paces, that of a
year and that of a quarter. A Poisson number of that mean is zero once in 22,000 times. The *strong*
one refuses a run, and asks for more: a company that was active in most weeks and did not fade.

`bench/metrics/refusals.py` measures the strong one. From a year on record on (two where there are
seasons) it refuses less than one whole export in 1,000: Poisson, bursty, in campaigns, declining,
in batches. Of exports that end two months early it refuses nineteen of twenty where rows come on
every second day, and about half with one day in five; the weak rule tells the others. What none
can know: a business that stops from one day to the next for a season, in its first two years on
record, looks like an export that ends; one that skips months at random, like batches that are due.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import numpy as np

EXPECTED = 10
MONTH = 31  # days at the end of a quarter from which on it is not told at all
LONGER = 1.5
# The strong rule: weeks with rows, as a share; weeks or days that would have had rows (and days
# that had some in the last quarter); how many times the longest gap; standard errors that the last
# four weeks may lie below the pace before.
ACTIVE, WEEKS, DAYS, TWICE, FADED = 0.8, 6.0, 20.0, 2.0, 2.0
REGULAR = 11  # gaps of which none is half as long again as the middle one
FEWEST_DAYS = 4  # with rows, from which on they have a pace
BATCH = 3  # days with rows in a month, at most, where they are batches
FEWEST = 6  # batches, from which on the next one is due
SPREAD = 6  # days by which batches may wander in the month


def rhythm(rows: Mapping[date, int], as_of: date) -> dict[str, Any]:
    """What the days with rows say of those without.

    Parameters
    ----------
    rows : day → number of rows.
    as_of : what came later is no part of the rhythm.

    Returns
    -------
    gap : most days between two days with rows, in the two years before the last known one.
    pace : days with rows, per day; the lower of a year's and a quarter's.
    overdue : batches that are due by the as-of date and have not come.
    ended : whether the silence before the as-of date is one that refuses a run.
    hole : first and last day without rows of an unusual silence within twelve months; None.
    later : days with rows after the as-of date.
    steady : batches of the same size from the first on.
    """
    days = np.array(sorted(day.toordinal() for day in rows), dtype="int64")
    counts = np.array([rows[date.fromordinal(int(day))] for day in days], dtype=float)
    today = as_of.toordinal()
    known = days <= today
    later = int((~known).sum())
    blank = {"gap": 0, "pace": 0.0, "overdue": 0, "ended": False, "hole": None, "steady": False}
    if not known.any():
        return blank | {"later": later}
    all_days, days, counts = days, days[known], counts[known]
    recent = days > days[-1] - 730
    days, counts = days[recent], counts[recent]
    gap = int(np.diff(days).max(initial=0))
    # Days with rows, not rows: what is booked in batches comes less often than it is large.
    pace = min(_share(days, 365, 1), _share(days, 91, 1)) if len(days) >= FEWEST_DAYS else 0.0
    monthly = _monthly(days)
    overdue = _overdue(monthly, as_of)
    hole = _hole(all_days, today, pace)
    return {
        "gap": gap,
        "pace": pace,
        "overdue": overdue,
        "ended": overdue >= 2 or _ended(days, counts, today - int(days[-1]), gap),
        "hole": [date.fromordinal(day).isoformat() for day in hole] if hole else None,
        "later": later,
        "steady": _steady(days, counts),
    }


def unusual(days: int, span: Mapping[str, Any]) -> bool:
    """The weak rule: whether so many days without rows are more than the rhythm lets expect."""
    return days * span.get("pace", 0.0) >= EXPECTED and days > LONGER * span.get("gap", 0)


def _share(days: np.ndarray, window: int, block: int) -> float:
    """Share of blocks of days with rows, of a window to the last day; of a quarter at least.

    A few days in a row are no pace to go by.
    """
    last = days[-1]
    window = max(min(window, last - days[0] + 1), 91)
    return len(np.unique((last - days[days > last - window]) // block)) / (window / block)


def _ended(days: np.ndarray, counts: np.ndarray, silence: int, gap: int) -> bool:
    """The strong rule."""
    if silence < MONTH or silence <= TWICE * gap:
        return False
    gaps = np.diff(days)
    if len(gaps) >= REGULAR and gaps.max() <= LONGER * np.median(gaps) and silence >= 5 * gap:
        return True
    by_week = min(_share(days, 365, 7), _share(days, 91, 7))
    by_day = min(_share(days, 365, 1), _share(days, 91, 1))
    if by_week < ACTIVE or (days > days[-1] - 91).sum() < DAYS:
        return False
    if (by_week * silence / 7 < WEEKS) and by_day * silence < DAYS:
        return False
    span = days[-1] - days[0] + 1

    def rate(window: int) -> float:
        return counts[days > days[-1] - window].sum() / min(window, span)

    usual = 28 * max(rate(91), rate(365))
    return bool(28 * rate(28) >= usual - FADED * np.sqrt(usual))


# ── batches ──────────────────────────────────────────────────────────────────────────────────────
def _monthly(days: np.ndarray) -> list[list[date]]:
    """Days with rows by month, of the year to the last one."""
    found: dict[str, list[date]] = {}
    for day in map(date.fromordinal, map(int, days[days > days[-1] - 366])):
        found.setdefault(f"{day:%Y-%m}", []).append(day)
    return list(found.values())


def _overdue(months: Sequence[Sequence[date]], as_of: date) -> int:
    """Batches that came in every month, on about the same day of it, and have not come since."""
    if len(months) < FEWEST or max(map(len, months)) > BATCH:
        return 0
    places = [_month_number(of[0]) for of in months]
    if {b - a for a, b in pairwise(places)} != {1}:
        return 0
    ends = [of[-1] for of in months]
    from_first = [day.day for day in ends]
    from_last = [(_last_of(day) - day).days for day in ends]
    missed, month = 0, _last_of(ends[-1]) + timedelta(days=1)
    if max(from_last) - min(from_last) <= SPREAD:
        wander = max(from_last) - min(from_last)
        due = lambda of: _last_of(of) - timedelta(days=min(from_last) - wander)  # noqa: E731
    elif max(from_first) - min(from_first) <= SPREAD:
        wander = max(from_first) - min(from_first)
        due = lambda of: of + timedelta(days=max(from_first) - 1 + wander)  # noqa: E731
    else:
        return 0
    while due(month) <= as_of and missed < 24:
        missed += 1
        month = _last_of(month) + timedelta(days=1)
    return missed


def _month_number(day: date) -> int:
    return 12 * day.year + day.month


def _last_of(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _steady(days: np.ndarray, counts: np.ndarray) -> bool:
    """Whether rows come in batches of one size at regular times, the first one as large as others.

    What began so had begun before: a new tool or habit is taken up by one after the other.
    """
    gaps = np.diff(days)
    return bool(
        len(gaps) >= 2
        and np.median(gaps) >= 6
        and gaps.max() <= LONGER * np.median(gaps)
        and counts[0] >= 10
        and counts[0] >= np.median(counts) / 2
    )


# ── holes ────────────────────────────────────────────────────────────────────────────────────────
def _hole(days: np.ndarray, today: int, pace: float) -> tuple[int, int] | None:
    """The longest silence between days with rows that ends within twelve months, if unusual."""
    recent = days[(days > today - 730)]
    gaps = np.diff(recent)
    inside = (recent[1:] > today - 365) & (recent[:-1] <= today)
    if not inside.any():
        return None
    k = int(np.flatnonzero(inside)[np.argmax(gaps[inside])])
    others = int(np.delete(gaps, k).max(initial=0))
    long = gaps[k] >= MONTH - 3 and gaps[k] > TWICE * others
    regular = len(gaps) >= FEWEST and others <= LONGER * np.median(gaps) and others < gaps[k] / 1.9
    enough = pace * gaps[k] >= EXPECTED or (regular and gaps[k] >= MONTH)
    if not (enough and (long or regular)):
        return None
    return int(recent[k]) + 1, int(recent[k + 1]) - 1
