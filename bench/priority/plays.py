"""Plays that rest on a difference: how many companies without one get any, and whom planted ones
name.

    python bench/priority/plays.py 2000

The companies are those of tests/priority/test_evidence.py. Without signal, at most 5 % may get a
play (lower 95 % bound). Planted, the play must name the group of the plant, and no group that has
nothing of it.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "priority"))
from test_evidence import company, steps

PLANTED, FREE, ACTION = "size-a", "size-b", "a"
MOST, LEAST = 0.05, 0.9


def without(companies: int) -> bool:
    """Companies in which nothing differs."""
    rng = np.random.default_rng(2026)
    told = sum(len(steps(company(rng)).table) > 0 for _ in range(companies))
    interval = binomtest(told, companies).proportion_ci(0.9)
    print(f"{told} of {companies:,}: {told / companies:.1%}, lower 95 % bound {interval.low:.1%}")
    return interval.low <= MOST


def planted(companies: int) -> bool:
    """Companies whose first 25 customers escalate far more often."""
    rng = np.random.default_rng(2027)
    found = wrong = 0
    for _ in range(companies):
        table = steps(company(rng, planted=0.35)).table
        named = set(table.loc[table["action"] == ACTION, "segment_id"])
        found += PLANTED in named
        wrong += FREE in named
    interval = binomtest(found, companies).proportion_ci(0.9)
    print(
        f"planted: the play names the plant's customers in {found} of {companies:,} companies "
        f"({found / companies:.1%}, at least {interval.low:.1%}), a group without any of them in "
        f"{wrong} ({wrong / companies:.1%})"
    )
    return interval.low >= LEAST and binomtest(wrong, companies).proportion_ci(0.9).low <= MOST


def main(companies: int) -> int:
    results = [without(companies), planted(max(companies // 4, 1))]
    return int(not all(results))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000))
