"""How often do control charts raise an alarm where nothing changes?

python bench/history/charts.py [--companies N]

Companies of twenty charts each that are followed over 28 quarters of noise, the last twenty with
limits: rates of few and of many customers, skewed means, medians, and rates that vary from quarter
to quarter by more than their counts say. At most one alarm per twenty quarters is promised, over
all charts of a company.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pandas as pd
from scipy.stats import norm

from helpers.history.control import FEWEST, Point, _limits
from helpers.quarter import Quarter

CHARTS, QUARTERS = 20, 20
ANY = Quarter.parse("2026Q1")


Drawn = tuple[float, float, int]


def rate(rng: np.random.Generator, n: int, share: float, spread: float = 0.0) -> Drawn:
    """A rate of n customers and the standard error of Wilson's interval, as profiles have it.

    The number of customers grows and shrinks from window to window.
    """
    n = int(n * rng.uniform(0.7, 1.4))
    p = np.clip(rng.normal(share, spread), 0.001, 0.999)
    hits, z = rng.binomial(n, p), norm.isf(0.025)
    found = hits / n
    reach = z * np.sqrt(found * (1 - found) / n + z**2 / 4 / n**2) / (1 + z**2 / n)
    return found, reach / z, n


def mean(rng: np.random.Generator, n: int) -> Drawn:
    values = rng.lognormal(2, 1, n)
    return values.mean(), values.std(ddof=1) / np.sqrt(n), n


def median(rng: np.random.Generator, n: int) -> Drawn:
    values = np.sort(rng.lognormal(2, 1, n))
    low, high = values[int(n / 2 - np.sqrt(n))], values[int(n / 2 + np.sqrt(n))]
    return float(np.median(values)), (high - low) / 4, n


POPULATIONS = {
    "rate, 40 customers, 5 %": lambda rng: rate(rng, 40, 0.05),
    "rate, 400 customers, 5 %": lambda rng: rate(rng, 400, 0.05),
    "rate that varies": lambda rng: rate(rng, 400, 0.2, 0.04),
    "mean, 30 customers": lambda rng: mean(rng, 30),
    "mean, 300 customers": lambda rng: mean(rng, 300),
    "median, 200 tickets": lambda rng: median(rng, 200),
}


def alarms(draw, rng: np.random.Generator) -> int:
    """Alarms of one company over twenty quarters."""
    found = 0
    for _ in range(CHARTS):
        points = [Point(ANY, *draw(rng)) for _ in range(FEWEST + QUARTERS)]
        for last in range(FEWEST, FEWEST + QUARTERS):
            limits = _limits(points[: last + 1], CHARTS)
            found += not limits["limit_low"] <= points[last].value <= limits["limit_high"]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=100)
    given = parser.parse_args()
    rows = []
    for number, (name, draw) in enumerate(POPULATIONS.items()):
        found = [alarms(draw, np.random.default_rng([number, company]))
                 for company in range(given.companies)]  # fmt: skip
        error = np.std(found) / np.sqrt(len(found))
        rows.append({"charts of": name, "alarms per 20 quarters": f"{np.mean(found):.2f}",
                     "±": f"{error:.2f}", "promised": "at most 1"})  # fmt: skip
    print(pd.DataFrame(rows).to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
