"""Time and memory of the segment metrics of a generated company, with all their intervals.

Customers are put into segments by their industry, each customer into one. What `ours.py` collected
in the folder is used; where there is nothing yet, it runs first.

    python bench/scale/segments.py FOLDER
"""

import resource
import sys
import time
from pathlib import Path

from ours import run

from helpers.metrics.accounts import components
from helpers.metrics.profiles import segment_metrics
from helpers.workspace import Workspace


def used() -> tuple[float, float, float]:
    """Wall and CPU seconds so far, and the peak of memory (GB)."""
    of_process = resource.getrusage(resource.RUSAGE_SELF)
    cpu = of_process.ru_utime + of_process.ru_stime
    return time.perf_counter(), cpu, of_process.ru_maxrss / 1024**2


def main(folder: Path) -> None:
    """Print what components and segment metrics take."""
    ws = Workspace.open(study=str(folder), reports=str(folder / "reports"))
    if not ws.has("customer_list"):
        run(folder)
    customers = ws.kept("customers")
    members = customers.rename(columns={"industry": "segment_id"})[["segment_id", "account_id"]]
    moments = [used()]
    parts = components(ws, customers)
    moments.append(used())
    found = segment_metrics(ws.study, members, parts)
    moments.append(used())
    print(
        f"{len(customers):,} customers, {members['segment_id'].nunique()} segments, "
        f"{len(found)} values, {found['low'].notna().sum()} with an interval"
    )
    for name, before, after in zip(
        ("components", "segment metrics"), moments, moments[1:], strict=False
    ):
        wall, cpu = after[0] - before[0], after[1] - before[1]
        print(f"{name}: {wall:.1f} s wall, {cpu:.1f} s CPU, peak so far {after[2]:.2f} GB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
