"""Would it pay to cut off extreme scores before the test? Power gained against the claim changed.

python bench/segments/winsorising.py [--companies N] [--sizes ...]

Scores beyond a quantile are set to it (Tukey's winsorising), then everything runs as usual. On
planted companies: how often a planted segment is reported. On companies in which no segment's mean
differs but spread and tail do: how often something is, which should be 5 % if the claim is to be
about the mean.
"""

from __future__ import annotations

import argparse
import dataclasses

import common
import companies
import numpy as np

CUTS = (1.0, 0.99, 0.975, 0.95)  # upper quantile at which scores are cut; 1 = not at all
MATCH = 0.5


def cut(company, quantile: float):
    """The company with its scores cut off above a quantile."""
    score = company.customers["score"]
    customers = company.customers.assign(score=score.clip(upper=score.quantile(quantile)))
    return dataclasses.replace(company, customers=customers)


def reported(company, seed: int) -> bool:
    """Whether a planted segment is among the validated ones."""
    found = common.candidates_of(company)
    steps = common.select(company, found, seed=seed, most=3).steps
    masks = [found.mask(step.candidate) for step in steps]
    return any(common.overlap(m, truth) >= MATCH for m in masks for truth in company.planted)


def main() -> None:
    """Print the share of companies with a planted segment, and with a false one, per cut."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=300)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000])
    options = parser.parse_args()
    rows = []
    count = options.companies
    for n in options.sizes:
        for quantile in CUTS:
            row = {"n": n, "cut at quantile": quantile if quantile < 1 else "none"}
            for effect in ("additive", "multiplicative"):
                hits = 0
                for number in range(count):
                    rng = np.random.default_rng([6, n, number])
                    company = companies.planted_company(n, rng, effect)
                    hits += reported(cut(company, quantile), number)
                row[f"planted found, {effect} %"] = common.share(hits, count)
            for kind in companies.HARDER_NULLS:
                claimed = 0
                for number in range(count):
                    rng = np.random.default_rng([7, n, number])
                    company = companies.null_company(kind, n, rng)
                    claimed += common.claims(cut(company, quantile), seed=number)
                row[f"claimed, {kind} %"] = common.share(claimed, count)
            rows.append(row)
            print(row, flush=True)
    common.show(f"Winsorised scores ({count} companies per figure; ± simulation error)", rows)


if __name__ == "__main__":
    main()
