"""What the search costs, and what is built on it, on a made-up company; growth with customers.

python bench/segments/speed.py [--sizes 25000 100000] [--attributes 9] [--repeats 3]

Of what is built on it: robustness; the tests of 78 groups as one family; 14 declared hypotheses,
seven of them trends that are there, so that no test may stop early; 9,999 permutations each.
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
from helpers.search.discovery import Discovery
from helpers.segments import effects
from helpers.segments.strata import cells_of
from helpers.segments.studentised import trend

JUDGED, DECLARED, DRAWS = 78, 14, 9999


def seconds(work: Callable[[], object], repeats: int) -> tuple[float, object]:
    """Best time of several, and the answer."""
    times, answer = [], None
    for _ in range(repeats):
        started = time.perf_counter()
        answer = work()
        times.append(time.perf_counter() - started)
    return min(times), answer


def judging(company: companies.Company, found: Discovery, groups: int) -> None:
    """The family's test of so many groups, as `segments.assess` runs it."""
    inside = found.evidence.candidates
    picked = np.linspace(0, len(inside) - 1, groups).astype(int)
    masks = np.column_stack([inside.mask(j) for j in picked])
    score = company.customers["score"].to_numpy()
    effects.permutation_tests(score, masks, draws=DRAWS, seed=1)


def hypotheses(company: companies.Company, count: int) -> None:
    """So many declared hypotheses, one half conditions, one half variables with a real effect."""
    score, everyone = (
        company.customers["score"].to_numpy(),
        cells_of(np.zeros(len(company.customers))),
    )
    for number in range(count):
        levels = company.customers[company.attributes[number % len(company.attributes)]]
        if number % 2:
            mask = (levels == "l0").to_numpy()[:, None]
            effects.permutation_tests(score, mask, draws=DRAWS, seed=1)
        else:
            ranks = levels.str[1:].to_numpy(float) + 0.2 * score
            trend(score, ranks, everyone, draws=DRAWS, seed=1)


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
    judged, _ = seconds(lambda: judging(company, found, JUDGED), 1)
    declared, _ = seconds(lambda: hypotheses(company, DECLARED), 1)
    return {
        "customers": n,
        "candidates": found.summary["candidates_searched"],
        "validated": found.summary["segments_validated"],
        "search s": round(search, 2),
        "robustness s": round(firm, 2),
        f"{JUDGED} groups s": round(judged, 2),
        f"{DECLARED} hypotheses s": round(declared, 2),
        "all x search": round((firm + judged + declared) / search, 2),
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
