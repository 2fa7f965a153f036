"""What the search costs, and what is built on it, on a made-up company; growth with customers.

python bench/segments/speed.py [--sizes 25000 100000] [--attributes 9] [--repeats 3]

Everything in one process, after a warm-up, so that no row pays for the compiler. `x search` sets
each part beside the search of the same company.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import common
import companies
import numpy as np

from helpers.search import discover, robustness


def seconds(work: Callable[[], object], repeats: int) -> tuple[float, object]:
    """Best time of several, and the answer."""
    times, answer = [], None
    for _ in range(repeats):
        started = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - started)
    return min(times), answer


def row_of(n: int, count: int, repeats: int) -> dict[str, object]:
    """Times of one company."""
    company = companies.planted_company(n, np.random.default_rng([8, n]), count=count)
    table = company.customers.assign(
        won_on=np.datetime64("2024-01-01") + np.arange(n) % 700 * np.timedelta64(1, "D")
    )
    search, found = seconds(lambda: discover(table, "score", company.attributes), repeats)
    firm, _ = seconds(
        lambda: robustness.check(
            found, strata=company.attributes[:2], won_on="won_on", date="2025-01-01"
        ),
        repeats,
    )
    return {
        "customers": n,
        "candidates": found.summary["candidates_searched"],
        "validated": found.summary["segments_validated"],
        "search s": round(search, 2),
        "robustness s": round(firm, 2),
        "x search": round(firm / search, 2),
    }


def main() -> None:
    """Print one row per size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[25_000, 100_000])
    parser.add_argument("--attributes", type=int, default=9)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    row_of(1000, 5, 1)
    rows = [row_of(n, options.attributes, options.repeats) for n in options.sizes]
    common.show(f"Seconds, {options.attributes} attributes, 1,000 permutations", rows)


if __name__ == "__main__":
    main()
