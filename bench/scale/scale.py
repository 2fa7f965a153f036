"""Time and memory from raw rows to numbers per account, beside hand-written SQL and pandas.

Each tool reads the same generated Parquet files in a process of its own, in turn, in one run, and
leaves the same numbers per account; the bench stops where they differ.

* ours: collect (files fingerprinted, every rule checked, rejected rows listed, canonical tables
  kept), the customer list, components and account metrics, as the notebooks call them.
* SQL: `by_hand.sql`, DuckDB with its defaults on all cores: the same rules and the same numbers, no
  fingerprints, no list of rejected rows, no canonical tables kept.
* pandas: `with_pandas.py`, the same as the SQL, up to the size that memory holds.

Wall time depends on what else the machine does; CPU time much less. Peak memory is that of the
process. The exit code is 1 where numbers differ; whether the aims are met is printed.

    python bench/scale/scale.py [--rows N ...] [--hundred-million] [--pandas-most N] [--folder F]
"""

import argparse
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from generate import generate
from with_pandas import OUT_OF_MEMORY

HERE = Path(__file__).resolve().parent
SQL_AIM, PANDAS_AIM, MEMORY_AIM = 1.3, 10.0, 0.2
TOOLS = {"ours": "ours", "SQL": "by_hand", "pandas": "with_pandas"}
CLOSE = 1e-6  # our data files hold six decimals


def measured(tool: str, folder: Path) -> dict | None:
    """Wall and CPU seconds and peak memory (GB) of one tool in a fresh process.

    None where pandas cannot hold the tables.
    """
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, HERE / f"{TOOLS[tool]}.py", folder], stdout=subprocess.PIPE, text=True
    )
    told = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if tool == "pandas" and child.returncode in (OUT_OF_MEMORY, -signal.SIGKILL):
        return None
    if child.returncode:
        sys.exit(f"{tool} failed on {folder} (exit code {child.returncode})")
    return {
        "wall s": time.perf_counter() - begun,
        "CPU s": used.ru_utime + used.ru_stime,
        "peak GB": used.ru_maxrss / 1024**2,
        "told": told.strip(),
    }


def differing(folder: Path, tool: str) -> list[str]:
    """Columns and tables in which another tool's numbers are not ours."""
    ours = pd.read_parquet(folder / "ours.parquet").set_index("account_id")
    path = folder / f"account_metrics_{TOOLS[tool]}.parquet"
    theirs = pd.read_parquet(path).set_index("account_id")
    if not ours.index.equals(theirs.index):
        return ["account_id"]
    found = []
    for name in theirs.columns:
        one, other = ours[name].to_numpy(float), theirs[name].to_numpy(float)
        near = np.abs(one - other) <= CLOSE * np.maximum(1, np.abs(one))
        if not (near | (np.isnan(one) & np.isnan(other))).all():
            found.append(name)
    rows = pd.read_parquet(folder / f"rows_used_{TOOLS[tool]}.parquet").set_index("table_name")
    used = pd.read_parquet(folder / "ours_rows.parquet").set_index("table")["rows_used"]
    return found + [f"rows of {t}" for t, n in rows["rows_used"].items() if used[t] != n]


def beyond(folder: Path) -> list[str]:
    """Our metrics with values that the SQL does not compute."""
    ours = pd.read_parquet(folder / "ours.parquet")
    theirs = pd.read_parquet(folder / "account_metrics_by_hand.parquet").columns
    return [name for name in ours.columns if name not in theirs and ours[name].notna().any()]


def compared(folder: Path, rows: int, *, pandas: bool) -> tuple[list[dict], list[str]]:
    """One line per tool, and what differs."""
    generate(folder, rows)
    lines, wrong = [], []
    base = None
    for tool in TOOLS if pandas else list(TOOLS)[:2]:
        found = measured(tool, folder)
        if found is None:
            print(f"{rows:,} rows are more than {tool} can hold here")
            continue
        if base is None:
            base = found
            print(f"{rows:,} rows, stages: {found['told']}", flush=True)
        else:
            wrong += [f"{tool} at {rows:,}: {name}" for name in differing(folder, tool)]
        line = {"raw rows": f"{rows:,}", "tool": tool}
        line |= {name: round(found[name], 2) for name in ("wall s", "CPU s", "peak GB")}
        line |= {
            f"ours ÷ theirs, {name}": round(base[name] / found[name], 2)
            for name in ("wall s", "CPU s", "peak GB")
        }
        lines.append(line)
    print(f"metrics that ours computes beyond the SQL: {', '.join(beyond(folder)) or 'none'}")
    return lines, wrong


def machine() -> str:
    """What the numbers were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB, "
        f"load before the run {load}, Python {platform.python_version()}"
    )


def main() -> int:
    """Print the table; 1 where numbers differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--hundred-million", action="store_true", help="100 million rows as well")
    parser.add_argument("--pandas-most", type=int, default=10_000_000, help="rows pandas may get")
    parser.add_argument("--folder", type=Path, help="where to keep the generated files")
    options = parser.parse_args()
    sizes = [*options.rows, *([100_000_000] if options.hundred_million else [])]
    print(machine())
    place = options.folder or Path(tempfile.mkdtemp(prefix="scale-"))
    lines, wrong = [], []
    try:
        for rows in sizes:
            found = compared(place / str(rows), rows, pandas=rows <= options.pandas_most)
            lines, wrong = lines + found[0], wrong + found[1]
            print(pd.DataFrame(lines).to_string(index=False), flush=True)
    finally:
        if options.folder is None:
            shutil.rmtree(place)
    print(
        f"aims: at most {SQL_AIM} times the SQL's time; pandas at least {PANDAS_AIM:g} times ours "
        f"and ours at most {MEMORY_AIM:g} of its memory"
    )
    print("numbers differ: " + ("; ".join(wrong) or "none"))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
