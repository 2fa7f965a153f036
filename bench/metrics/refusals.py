"""How often a whole export of revenue is refused as ended, and how often one that ends early is.

Daily rows of companies of many kinds; what the strong rule of `helpers.collect.rhythm` says of the
whole, and of the same cut two months before its end. The exit code is 1 where more than one whole
export in 1,000 is refused among the kinds that the rule is for, or where fewer than nineteen of
twenty that end early are refused among those with rows on every second day.

    python bench/metrics/refusals.py [--number N]
"""

import argparse
import sys
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from helpers.collect.rhythm import rhythm

START = date(2020, 1, 6)
Rows = Callable[[np.random.Generator, int], np.ndarray]


def poisson(rate: float) -> Rows:
    """So many rows per day."""
    return lambda rng, days: rng.poisson(rate, days)


def bursty(rate: float) -> Rows:
    """A pace that changes every two weeks."""

    def rows(rng: np.random.Generator, days: int) -> np.ndarray:
        level = np.exp(rng.normal(0, 1, days // 14 + 1)).repeat(14)[:days]
        return rng.poisson(rate * level)

    return rows


def batches(skip: float = 0.0) -> Rows:
    """Thirty rows on about the tenth of every month, some months none."""

    def rows(rng: np.random.Generator, days: int) -> np.ndarray:
        made = np.zeros(days, int)
        for day in range(days):
            if (START + timedelta(days=day)).day == 10 and rng.random() >= skip:
                made[min(days - 1, max(0, day + int(rng.integers(-2, 3))))] += 30
        return made

    return rows


def seasonal(rate: float, depth: float) -> Rows:
    """A year's wave, so deep that some months have none."""

    def rows(rng: np.random.Generator, days: int) -> np.ndarray:
        wave = np.cos(2 * np.pi * np.arange(days) / 365 + rng.uniform(0, 2 * np.pi))
        return rng.poisson(rate * np.maximum(0.0, 1 + depth * wave))

    return rows


def closed(months: int) -> Rows:
    """Nothing at all in the same months of every year."""

    def rows(rng: np.random.Generator, days: int) -> np.ndarray:
        day = (np.arange(days) + rng.integers(0, 365)) % 365
        return rng.poisson(1.0 * (day >= 30 * months))

    return rows


def weekdays(rng: np.random.Generator, days: int) -> np.ndarray:
    """Nothing on Saturdays and Sundays."""
    return rng.poisson(1.0 * (np.arange(days) % 7 < 5))


def campaigns(rng: np.random.Generator, days: int) -> np.ndarray:
    """Ten days of rows, every two months on average."""
    made, day = np.zeros(days, int), 0
    while day < days:
        day += int(rng.exponential(60)) + 1
        made[day : day + 10] += rng.poisson(2, len(made[day : day + 10]))
    return made


def declining(rate: float, half: float) -> Rows:
    """Half as many after so many days, again and again."""
    return lambda rng, days: rng.poisson(rate * 0.5 ** (np.arange(days) / half))


def quarterly(rng: np.random.Generator, days: int) -> np.ndarray:
    """Three days of rows in every quarter."""
    made = np.zeros(days, int)
    for begin in range(0, days, 91):
        day = begin + int(rng.integers(0, 25))
        made[day : day + 3] += 5
    return made


KINDS: dict[str, Rows] = {
    **{f"Poisson, {rate} a day": poisson(rate) for rate in (0.05, 0.1, 0.2, 0.5, 5)},
    **{f"bursty, {rate} a day": bursty(rate) for rate in (0.05, 0.2, 1)},
    "monthly batches": batches(),
    "monthly batches, a fifth missing": batches(0.2),
    "quarterly": quarterly,
    "weekdays": weekdays,
    "campaigns": campaigns,
    "declining": declining(1, 200),
    "declining fast": declining(0.3, 100),
    "season of few rows": seasonal(0.3, 1.0),
    "season": seasonal(1, 1.3),
    "season of many rows": seasonal(5, 1.3),
    "closed two months a year": closed(2),
    "closed three months a year": closed(3),
}
EVERY_SECOND_DAY = ("Poisson, 0.5 a day", "Poisson, 5 a day", "weekdays")
# What stops for a season cannot be told from what ends before two seasons are on record.
SEASONS = tuple(kind for kind in KINDS if "season" in kind or "closed" in kind)
YEARS = (0.5, 1, 2, 3)  # nothing is promised of half a year
MOST, LEAST = 0.001, 0.95
# Whoever skips months at random looks regular for a year once in a while, and then skips two.
OFTEN = {"monthly batches, a fifth missing": 0.01}


def refused(counts: np.ndarray, as_of: date) -> bool:
    """Whether a run is refused for an export with so many rows a day from `START` on."""
    days = {START + timedelta(days=int(k)): int(counts[k]) for k in np.flatnonzero(counts)}
    return bool(days) and rhythm(days, as_of)["ended"]


def shares(kind: str, years: float, number: int, seed: int = 2) -> tuple[float, float]:
    """Share of whole exports that are refused, and of those that end two months early."""
    rng = np.random.default_rng([seed, list(KINDS).index(kind), int(10 * years)])
    days = int(365 * years)
    as_of = START + timedelta(days=days - 1)
    whole = early = 0
    for _ in range(number):
        counts = KINDS[kind](rng, days)
        whole += refused(counts, as_of)
        early += refused(counts[: days - 61], as_of)
    return whole / number, early / number


def main() -> int:
    """Print both shares by kind and years on record."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--number", type=int, default=1000)
    number = parser.parse_args().number
    bad = []
    print("refused of whole exports / of those two months early; years on record:", *YEARS)
    for kind in KINDS:
        found = [shares(kind, years, number) for years in YEARS]
        print(f"{kind:34}", *(f"{whole:7.4f} /{early:5.2f}" for whole, early in found), flush=True)
        for years, (whole, early) in zip(YEARS, found, strict=True):
            if whole > OFTEN.get(kind, MOST) and years >= (2 if kind in SEASONS else 1):
                bad.append(f"{kind}, {years} years: {whole:.4f} of whole exports refused")
            if kind in EVERY_SECOND_DAY and years >= 1 and early < LEAST:
                bad.append(f"{kind}, {years} years: {early:.2f} of early ends refused")
    print(*bad, sep="\n")
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
