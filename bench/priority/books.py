"""How long a coverage plan takes, and how much better than a greedy one it is.

    python bench/priority/books.py 5000 50

Skewed revenue, six segments, capacities 15 % above what is due, every customer with a manager of
chance or none.
"""

import sys
import time

import numpy as np

from helpers.priority.assigning import NOBODY, Task, assigned, greedy

LIMIT = 60.0  # seconds


def main(customers: int, managers: int) -> int:
    rng = np.random.default_rng(2026)
    arr = rng.lognormal(10, 1, customers).round(2)
    task = Task(
        arr=arr,
        alike=rng.integers(0, 6, customers),
        owner=rng.integers(NOBODY, managers, customers),
        most=np.full(managers, np.ceil(1.15 * customers / managers)),
        most_arr=np.full(managers, 1.15 * arr.sum() / managers),
        weights=(0.5, 0.2, 0.3),
    )
    start = time.perf_counter()
    plan = assigned(task)
    took = time.perf_counter() - start
    before = min(task.cost(greedy(task)), task.cost(greedy(task, keep=True)))
    print(
        f"{customers:,} customers, {managers} managers: {took:.1f} s; greedy {before:.4f}, "
        f"plan {task.cost(plan):.4f}, beyond capacity {task.overload(plan):g}"
    )
    return int(took > LIMIT or task.overload(plan) > 0 or task.cost(plan) >= before)


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    sys.exit(main(*(given or [5000, 50])))
