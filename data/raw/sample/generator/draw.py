"""Dates and seeded random numbers shared by every part of the generator."""

from __future__ import annotations

import datetime as dt
import math
import zlib
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

import numpy as np

Item = TypeVar("Item")

SEED = 20260930
AS_OF = dt.date(2026, 9, 30)  # last day of the latest quarter
EXTRACTED = dt.date(2026, 10, 20)  # the exports were pulled later: a run has to ignore the rest
HISTORY_FROM = dt.date(2023, 7, 1)  # a year before the end of the first quarter, 2024Q2
# The quarters whose reports tell the story; truth.json says what is right in each.
TOLD = {"2025Q2": dt.date(2025, 6, 30), "2025Q3": dt.date(2025, 9, 30),
        "2025Q4": dt.date(2025, 12, 31), "2026Q1": dt.date(2026, 3, 31),
        "2026Q2": dt.date(2026, 6, 30), "2026Q3": AS_OF}  # fmt: skip
DAY = dt.timedelta(days=1)


def stream(part: str, number: int = 0) -> np.random.Generator:
    """A generator of its own for one part of one account.

    Separate streams keep the world stable: turning an effect off, or changing how tickets are
    drawn, leaves every other number as it was.
    """
    return np.random.default_rng([SEED, zlib.crc32(part.encode()), number])


def pick(rng: np.random.Generator, shares: dict[str, float]) -> str:
    """One level, with the given shares (which need not add up to one)."""
    edges = list(accumulate(shares.values()))
    return list(shares)[bisect_right(edges, rng.random() * edges[-1])]


def choose(rng: np.random.Generator, items: Sequence[Item]) -> Item:
    """One of the items, all equally likely."""
    return items[int(rng.integers(len(items)))]


def lognormal(rng: np.random.Generator, median: float, sigma: float) -> float:
    """A positive, right-skewed number, rounded at once so that no platform differs in the tail."""
    return round(median * math.exp(sigma * rng.standard_normal()), 4)


def day_between(rng: np.random.Generator, first: dt.date, last: dt.date) -> dt.date:
    """A day from first to last, both included."""
    return first + DAY * int(rng.integers((last - first).days + 1))


def likely(rng: np.random.Generator, mean: float, spread: float, low: int, high: int) -> int:
    """A whole number around a mean, on a scale with two ends."""
    return min(high, max(low, round(mean + spread * rng.standard_normal())))


def years_later(day: dt.date, years: int = 1) -> dt.date:
    """The same day of a later year; 29 February becomes the 28th."""
    leap_day = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)
