"""Time and memory of the search and of the whole `discover`, beside exact peers; growth.

python bench/segments/speed.py [--peers PYTHON] [--largest N] [--rows N] [--threads T]

PYTHON (or the environment variable PEERS_PYTHON) is the interpreter of an environment with
bench/requirements-peers.txt; without it the peers' columns are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from math import ceil, comb
from pathlib import Path

import common
import companies
import numpy as np
import pandas as pd

from helpers.segments import discover, scan, search
from helpers.segments.kernels import compiled


def table_of(n: int, count: int, seed: int = 0) -> pd.DataFrame:
    """`count` attributes of four equally frequent levels and a skewed score."""
    rng = np.random.default_rng(seed)
    levels = pd.CategoricalDtype(list("abcd"))
    columns = {
        f"a{k:02d}": pd.Categorical.from_codes(rng.integers(0, 4, n).astype(np.int8), dtype=levels)
        for k in range(count)
    }
    return pd.DataFrame({**columns, "score": rng.exponential(size=n)})


def scan_seconds(table: pd.DataFrame, threads: int, repeats: int = 3) -> tuple[float, float]:
    """Best time of the encoding and of the scan itself."""
    names = list(table.columns.drop("score"))
    score = table["score"].to_numpy()
    encoding, scanning = [], []
    for _ in range(repeats):
        started = time.perf_counter()
        encoded = search.encode(table, names)
        encoding.append(time.perf_counter() - started)
        started = time.perf_counter()
        scan.scan(encoded, score, minimum=max(10, ceil(0.02 * len(table))), threads=threads)
        scanning.append(time.perf_counter() - started)
    return min(encoding), min(scanning)


def peer_seconds(table: pd.DataFrame, python: str, tool: str, limit: float) -> float:
    """Seconds that another tool takes for one search of this table; NaN beyond the limit."""
    with tempfile.TemporaryDirectory() as folder:
        table.to_csv(Path(folder) / "0.csv", index=False)
        script = Path(__file__).with_name("peers.py")
        try:
            subprocess.run(
                [python, str(script), folder, tool], check=True, capture_output=True, timeout=limit
            )
        except subprocess.TimeoutExpired:
            return np.nan
        return json.loads((Path(folder) / f"0.{tool}.json").read_text())["seconds"]


def peak_mb() -> float:
    """Largest resident memory of this process so far."""
    status = Path("/proc/self/status")  # unlike getrusage, not inherited from the parent
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_scan(n: int, count: int, threads: int) -> None:
    """Child process: one scan, its time and the memory it needed, as JSON."""
    table = table_of(n, count)
    scan_seconds(table_of(500, 4), threads, 1)  # compiled code is loaded before the clock starts
    before = peak_mb()
    encoding, scanning = scan_seconds(table, threads, 1)
    after = peak_mb()
    print(
        json.dumps(
            {"encode": encoding, "scan": scanning, "extra_mb": after - before, "peak_mb": after}
        )
    )


def measured(n: int, count: int, threads: int) -> dict[str, object]:
    """`one_scan` in a process of its own, so that memory is this scan's alone."""
    code = f"import speed; speed.one_scan({n}, {count}, {threads})"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    answer = json.loads(run.stdout)
    adds = n * comb(count, 3)
    return {
        "accounts": n,
        "attributes": count,
        "threads": threads,
        "encode s": round(answer["encode"], 3),
        "scan s": round(answer["scan"], 3),
        "extra MB": round(answer["extra_mb"]),
        "peak MB": round(answer["peak_mb"]),
        "cell updates": f"{adds:.2e}",
        "ns per update": round(1e9 * answer["scan"] / adds, 2),
    }


@compiled
def add_in_cache(rounds, table):
    """Three additions per update, as in the scan, to cells whose addresses need no look-up."""
    for at in range(rounds):
        cell = 3 * (at & 63)
        table[cell] += 1.0
        table[cell + 1] += 0.5
        table[cell + 2] += 0.25


def limit_ns(rounds: int = 50_000_000) -> float:
    """Nanoseconds per update that one core of this machine needs for the additions alone."""
    table = np.zeros(192)
    add_in_cache(64, table)
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        add_in_cache(rounds, table)
        seconds.append(time.perf_counter() - started)
    return 1e9 * min(seconds) / rounds


def read_gb_per_s(megabytes: int = 256) -> float:
    """Bytes per second that one core of this machine reads from memory, in 10⁹."""
    block = np.ones(megabytes * 2**17)
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        block.sum()
        seconds.append(time.perf_counter() - started)
    return block.nbytes / min(seconds) / 1e9


def beside(theirs: float, mine: float, limit: float) -> dict[str, object]:
    """Columns that set another tool's time beside ours; beyond the limit, what is known of it."""
    if np.isnan(theirs):
        return {"pysubgroup s": f"> {limit:.0f}", "times faster": f"> {limit / mine:.0f}"}
    return {"pysubgroup s": round(theirs, 1), "times faster": round(theirs / mine, 1)}


def slope(rows: list[dict], key: str) -> float:
    """Log-log slope of the scan's time."""
    x, y = np.log([r[key] for r in rows]), np.log([r["scan s"] for r in rows])
    return float(np.polyfit(x, y, 1)[0])


def main() -> None:
    """Print the paired table, the whole run, and growth."""
    parser = argparse.ArgumentParser(description=__doc__)
    peers_python = os.environ.get("PEERS_PYTHON")
    parser.add_argument("--peers", default=peers_python, help="python of the peers' environment")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--limit", type=float, default=600)
    options = parser.parse_args()

    rows = []
    for n in (2_000, options.rows):
        table = table_of(n, 30)
        _, once = scan_seconds(table, 1)
        row = {"accounts": n, "attributes": 30, "this project s": round(once, 3)}
        if options.peers:
            theirs = peer_seconds(table, options.peers, "pysubgroup", options.limit)
            row |= beside(theirs, once, options.limit)
        rows.append(row)
    common.show("Search alone, depth 3, one thread, paired in one run", rows)

    company = companies.planted_company(3000, np.random.default_rng(0), count=30)
    started = time.perf_counter()
    found = discover(company.customers, "score", company.attributes, threads=options.threads)
    whole = time.perf_counter() - started
    row = {
        "accounts": 3000,
        "attributes": 30,
        "candidates": found.summary["candidates_searched"],
        "accepted": found.summary["segments_accepted"],
        "discover s": round(whole, 1),
    }
    if options.peers:
        theirs = peer_seconds(company.customers, options.peers, "pysubgroup", options.limit)
        row |= beside(theirs, whole, options.limit)
    common.show(
        f"Whole discover (1,000 permutations, forward selection, honest lifts, "
        f"{options.threads} threads) beside one search of pysubgroup",
        [row],
    )

    sizes = [n for n in (10_000, 30_000, 100_000, 300_000, 1_000_000) if n <= options.largest]
    rows = [measured(n, 30, 1) for n in sizes]
    rows.append(measured(sizes[-1], 30, options.threads))
    common.show(f"Growth with accounts (log-log slope {slope(rows[:-1], 'accounts'):.2f})", rows)
    add, read = limit_ns(), read_gb_per_s()
    last = rows[-2]  # the largest table on one thread
    seconds = last["accounts"] * 30 * 2 / read / 1e9
    print(
        f"Limits on this machine, one thread. Additions: an update is three (count, sum, sum of "
        f"squares), {add:.2f} ns when nothing has to be looked up; the scan takes "
        f"{last['ns per update']:.2f} ns, {last['ns per update'] / add:.1f} times that, the rest "
        "being the reads that say which cell (13 bytes: score, pair, code, from the second-level "
        f"cache). Bytes: reading all codes once from memory at {read:.0f} GB/s takes "
        f"{seconds:.3f} s of the {last['scan s']} s: the scan is bound by additions, not by memory."
    )
    rows = [measured(100_000, count, 1) for count in (8, 12, 20, 30)]
    common.show(
        f"Growth with attributes (log-log slope {slope(rows, 'attributes'):.2f}; the number of "
        "triples grows with slope 3)",
        rows,
    )


if __name__ == "__main__":
    main()
