"""How often a segment with the lift that is told as detectable is found: it says about 80 %.

python bench/segments/detectable.py [--companies N] [--sizes ...]

A tenth of the customers, in an attribute of its own, get the lift that the search of the same
company without it tells: added to each score, or as a factor. Found is what passes the search.
"""

from __future__ import annotations

import argparse

import common
import companies
import numpy as np

from helpers.search import discover

LAWS = {
    "normal": lambda z: 3 + z,
    "log-normal, skewness 3.7": lambda z: np.exp(companies.SKEW * z),
}


def found(law: str, n: int, number: int) -> list[float]:
    """Whether the group is found with the lift added, and multiplied; NaN where none is told."""
    rng = np.random.default_rng([5, n, number])
    columns = companies.attributes(n, 8, rng)
    columns["group"] = np.where(rng.permutation(n) < n // 10, "in", "out")
    inside = columns["group"] == "in"
    score, names = LAWS[law](rng.normal(size=n)), list(columns)
    table = companies._table(columns, score)
    options = {"permutations": 199, "seed": number, "threads": 1, "max_segments": 1}
    told = discover(table, "score", names, max_conditions=2, **options).summary
    added, multiplied = told["detectable_lift"], told["detectable_lift_multiplied"]
    hits = []
    for raised in (score + added * inside, score * (1 + multiplied / score.mean() * inside)):
        if np.isnan(raised).any():
            hits.append(np.nan)
            continue
        again = discover(table.assign(score=raised), "score", names, max_conditions=2, **options)
        group = again.evidence.candidates.find(np.flatnonzero(inside))
        hits.append(float(again.evidence.selection.p_values[group] <= 0.05))
    return hits


def main() -> None:
    """Print one row per law of the scores and number of customers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=400)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000])
    options = parser.parse_args()
    rows = []
    for n in options.sizes:
        for law in LAWS:
            hits = np.array([found(law, n, number) for number in range(options.companies)])
            row = {"scores": law, "n": n}
            for name, column in zip(("added", "multiplied"), hits.T, strict=True):
                known = column[~np.isnan(column)]
                row[name] = f"{common.share(known.sum(), known.size)} ({known.size})"
            rows.append(row)
            print(row, flush=True)
    common.show("Groups with the lift told as detectable that are found, % (companies)", rows)


if __name__ == "__main__":
    main()
