"""How many companies a simulation makes: a quarter in `make test`, all of them in `make bench`.

A quarter is judged by the lower 99 % bound, the whole by that of 95 %. With 500 companies a level
of 10 % is told from 5 % in 97 of 100 runs; what is nearer to the claim takes all of them
(`bench/simulations.py`).
"""

import os

from scipy import stats

FULL = os.environ.get("BEST_CUSTOMERS_SIMULATIONS") == "full"


def companies(every: int) -> int:
    """Of a simulation that makes ``every`` company in `make bench`."""
    return every if FULL else every // 4


def at_least(found: int, of: int) -> float:
    """Lower bound (Clopper and Pearson) of the share of which ``found`` cases were seen."""
    return float(stats.beta.ppf(0.05 if FULL else 0.01, found, of - found + 1)) if found else 0.0
