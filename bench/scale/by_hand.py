"""The same numbers from hand-written SQL (`by_hand.sql`), on a generated company.

python bench/scale/by_hand.py FOLDER
"""

import json
import sys
import time
from pathlib import Path

import duckdb
from generate import FEATURES


def run(folder: Path) -> None:
    """Leave the numbers per account, and the rows used per table, in ``folder``."""
    con = duckdb.connect()
    con.execute(f"SET temp_directory = '{folder / 'spill'}'")
    con.execute("SET VARIABLE folder = ?", [str(folder)])
    activation = ",\n".join(
        f"CASE WHEN exposure > 0 THEN coalesce(list_contains(named, 'feature {k}'), false)::INTEGER"
        f" END AS feature_activation_feature_{k}"
        for k in range(FEATURES)
    )
    script = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    con.execute(script.replace("{activation}", activation))
    for table in ("account_metrics", "rows_used"):
        con.execute(f"COPY {table} TO '{folder / table}_by_hand.parquet' (FORMAT parquet)")


if __name__ == "__main__":
    begun = time.perf_counter()
    run(Path(sys.argv[1]))
    print(json.dumps({"seconds": time.perf_counter() - begun}))
