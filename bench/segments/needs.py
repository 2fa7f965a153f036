"""Groups by experience from few interviews: how often planted ones come back, and noise gives none.

Each cell is the mean adjusted Rand index between planted groups and what is found (0 where nothing
is), over simulated sets of interviews; the last rows are the share of sets of unrelated answers of
which nothing is made. The exit code is 1 where clear groups come back by less than .6 at 60
interviews, or unrelated answers make groups in more than 5 % by twice the simulation error.

    python bench/segments/needs.py [--sets N] [--random N]
"""

import argparse
import sys
import time

import numpy as np
import pandas as pd

from helpers.raters import rand_index
from helpers.segments.experience import FOUND, find_profiles

ASKED = {"least": 25, "most": 4, "stable": 0.6}
SIZES = (30, 60, 120)
# Share of answers that are a group's own: of three answers, a third of the others are so by chance.
CLEAR = {"clear (.8)": 0.8, "plain (.65)": 0.65, "faint (.5)": 0.5}
SHARES = np.array([0.5, 0.3, 0.2])


def planted(n: int, clear: float, rng: np.random.Generator) -> tuple[pd.DataFrame, np.ndarray]:
    """Interviews of customers of three groups of unlike size, with a favourite answer each."""
    group = rng.choice(3, n, p=SHARES)
    favourite = rng.permuted(np.tile(np.arange(3), (5, 1)), axis=1).T
    answers = np.where(rng.random((n, 5)) < clear, favourite[group], rng.integers(0, 3, (n, 5)))
    return pd.DataFrame(answers, [f"A{k:03d}" for k in range(n)]).astype(str), group


def unrelated(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Interviews in which no answer tells another: skewed ones, of two to four levels."""
    columns = {}
    for place in range(5):
        levels = int(rng.integers(2, 5))
        shares = rng.dirichlet(np.full(levels, 2.0))
        columns[place] = rng.choice(list("abcd")[:levels], n, p=shares)
    return pd.DataFrame(columns, [f"A{k:03d}" for k in range(n)])


def main() -> int:
    """Print both tables; 1 where a claim does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", type=int, default=40)
    parser.add_argument("--random", type=int, default=400)
    given = parser.parse_args()
    began, rows, fails = time.perf_counter(), [], []
    for label, clear in CLEAR.items():
        row = {"groups": label}
        for n in SIZES:
            found = []
            for seed in range(given.sets):
                answers, group = planted(n, clear, np.random.default_rng([seed, n]))
                one = find_profiles(answers, seed=seed, **ASKED)
                same = one.profile.reindex(answers.index)
                found.append(rand_index(group, same) if len(one.profile) else 0.0)
            row[f"{n} interviews"] = float(np.mean(found))
        rows.append(row)
    print(pd.DataFrame(rows).round(2).to_string(index=False))
    if rows[0]["60 interviews"] < 0.6:
        fails.append("clear groups at 60 interviews")
    for n in SIZES:
        made = 0
        for seed in range(given.random):
            answers = unrelated(n, np.random.default_rng([seed, n, 7]))
            made += find_profiles(answers, seed=seed, **ASKED).verdict == FOUND
        share = made / given.random
        print(f"unrelated answers, {n} interviews: no groups in {1 - share:.1%} of {given.random}")
        if share > 0.05 + 2 * (0.05 * 0.95 / given.random) ** 0.5:
            fails.append(f"unrelated answers at {n} interviews")
    print(f"{time.perf_counter() - began:.0f} s")
    if fails:
        print(f"does not hold: {', '.join(fails)}")
    return bool(fails)


if __name__ == "__main__":
    sys.exit(main())
