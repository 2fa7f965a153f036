"""How many companies without any signal get a play that rests on a difference.

    python bench/priority/plays.py 2000

The companies are those of tests/priority/test_evidence.py.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "priority"))
from test_evidence import company, steps


def main(companies: int) -> None:
    rng = np.random.default_rng(2026)
    told = sum(len(steps(company(rng)).table) > 0 for _ in range(companies))
    interval = binomtest(told, companies).proportion_ci(0.9)
    print(f"{told} of {companies:,}: {told / companies:.1%}, lower 95 % bound {interval.low:.1%}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
