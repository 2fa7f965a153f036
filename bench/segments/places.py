"""Where typical members rank: are the percentiles that are told right on average, and held?

python bench/segments/places.py [--companies N] [--sizes ...] [--effects ...]

The truth of a group found by its ranks comes from redrawing the noise of the same customers.
"""

from __future__ import annotations

import argparse
from math import ceil
from types import SimpleNamespace

import common
import companies
import numpy as np

from helpers.search import typical
from helpers.search.select import forward_select, normal_scores_of

EACH = 0.025  # of 5 %, where no hypothesis is declared
DRAWS = 100  # of the noise, per company


def truth_of(company, effect: str, inside: np.ndarray, rng: np.random.Generator) -> float:
    """Share of the others, in per cent, below the median member: over many draws of the noise."""
    sd = np.sqrt(np.exp(companies.SKEW**2) - 1)
    noise = companies._lognormal(rng, DRAWS * inside.size).reshape(DRAWS, inside.size) / sd
    if effect == "additive":
        drawn = noise + company.expected - 1 / sd
    else:
        drawn = noise * company.expected * sd
    others = np.sort(drawn[:, ~inside].ravel())
    return 100 * np.searchsorted(others, np.median(drawn[:, inside])) / others.size


def found(n: int, effect: str, count: int) -> np.ndarray:
    """One row per group: truth; value, low and high as measured and as told; whether claimed."""
    rows = []
    for number in range(count):
        company = companies.planted_company(n, np.random.default_rng([6, n, number]), effect)
        candidates = common.candidates_of(company)
        raw = company.customers["score"].to_numpy()
        score = normal_scores_of(raw)
        score = (score - score.mean()) / score.std()
        steps = forward_select(
            candidates, score, minimum=max(10, ceil(0.02 * n)), permutations=199, seed=number,
            alpha=EACH, balanced=True, threads=1,
        ).steps  # fmt: skip
        rng = np.random.default_rng([7, n, number])
        for step in steps:
            inside = candidates.mask(step.candidate)
            seen = typical.placed(raw, inside, None)
            told = typical.honest(seen, step, score)
            truth = truth_of(company, effect, inside, rng)
            given = SimpleNamespace(score=raw, strata=None)
            shown = typical.is_above(given, inside, EACH, len(steps))
            ends = seen.value, seen.low, seen.high, told.value, told.low, told.high
            rows.append([truth, *ends, shown])
    return np.array(rows).reshape(-1, 8)


def main() -> None:
    """Print mean errors and coverage of the percentiles, as measured and as told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=400)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000])
    parser.add_argument("--effects", nargs="+", default=["additive", "multiplicative"])
    options = parser.parse_args()
    rows = []
    for n in options.sizes:
        for effect in options.effects:
            table = found(n, effect, options.companies)
            truth, row = table[:, 0], {"lifts": effect, "n": n, "groups": len(table)}
            for name, part in (("measured", table[:, 1:4]), ("told", table[:, 4:7])):
                held = (part[:, 1] <= truth) & (truth <= part[:, 2])
                row[f"{name}: error"] = common.mean(part[:, 0] - truth)
                row[f"{name}: holds %"] = common.share(held.sum(), len(held))
            row["claimed %"] = common.share(table[:, 7].sum(), len(table))
            rows.append(row)
            print(row, flush=True)
    common.show("Percentile of the median member of groups that the search of ranks found", rows)


if __name__ == "__main__":
    main()
