"""The collect and metrics stages, as the notebooks run them, on a generated company.

python bench/scale/ours.py FOLDER
"""

import json
import sys
import time
from pathlib import Path

STAGES: dict[str, float] = {}


def timed(stage: str, function, *arguments, **options):
    """Call a function and add its seconds to a stage."""
    begun = time.perf_counter()
    result = function(*arguments, **options)
    STAGES[stage] = STAGES.get(stage, 0.0) + time.perf_counter() - begun
    return result


def run(folder: Path) -> None:
    """Collect every table, list the customers, and leave their metrics in ``folder``."""
    from helpers.collect.customers import build_customer_list
    from helpers.collect.sources import collect, collection_report
    from helpers.metrics.accounts import account_metrics, components
    from helpers.workspace import Workspace

    ws = Workspace.open(study=str(folder), reports=str(folder / "reports"))
    ws.clear()
    for name in ("accounts", "contracts", "tickets"):
        timed(f"collect {name}", collect, ws, [name])
    listed = timed("customer list", build_customer_list, ws)
    timed("save", ws.save, "customer_list", listed.accounts)
    customers = timed("save", ws.keep, "customers", listed.customers)
    timed("collect usage", collect, ws, ["usage"])
    parts = timed("components", components, ws, customers)
    measured = timed("account metrics", account_metrics, parts)
    measured.to_parquet(folder / "ours.parquet", index=False)
    collection_report(ws).to_parquet(folder / "ours_rows.parquet", index=False)


if __name__ == "__main__":
    begun = time.perf_counter()
    run(Path(sys.argv[1]))
    print(json.dumps({"seconds": time.perf_counter() - begun, "stages": STAGES}))
