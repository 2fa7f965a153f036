"""How often anything is validated in companies where no segment differs. Should be 5 %.

python bench/segments/level.py [--companies N] [--sizes 150 300 ...] [--kinds ...]
"""

from __future__ import annotations

import argparse
import time

import common
import companies
import numpy as np

HEAVY = " (harder than required)"


def main() -> None:
    """Print the share of null companies with a validated segment, per kind and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=1000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[40, 80, 150, 300, 1000, 3000])
    kinds = [
        *companies.NULLS,
        *companies.HARDER_NULLS,
        *companies.UNEVEN,
        *companies.CLUSTERED,
    ]
    parser.add_argument("--kinds", nargs="+", default=kinds, choices=kinds)
    options = parser.parse_args()
    rows = []
    for kind in options.kinds:
        row = {"scores": kind + HEAVY * (kind in companies.HARDER_NULLS)}
        started = time.perf_counter()
        for n in options.sizes:
            claimed = 0
            for number in range(options.companies):
                rng = np.random.default_rng([1, n, number])
                claimed += common.claims(companies.null_company(kind, n, rng), seed=number)
            row[f"n={n}"] = common.share(claimed, options.companies)
        row["seconds"] = round(time.perf_counter() - started)
        rows.append(row)
        print(row, flush=True)
    common.show(
        f"Companies with any validated segment, % ± simulation error "
        f"({options.companies} null companies per cell, 12 attributes, 3 conditions, 199 "
        "permutations; nominal 5 %)",
        rows,
    )


if __name__ == "__main__":
    main()
