"""A whole run of a made-up company, step by step: time, and the most memory of all its processes.

    python bench/steps.py [--customers 25000 100000] [--attributes 9] [--keep FOLDER]

Accounts with so many attributes, two contracts each, three tickets each; 14 declared hypotheses.
`python -m helpers run` goes through all five notebooks and writes the deliverables. The last
columns set step 4 beside the steps that collect (2 and 3), and tell how large slides and document
are. The exit code is 1 where step 4 takes more than twice as long as they do.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import duckdb
import pandas as pd
import yaml

BENCH = Path(__file__).resolve().parent
sys.path[:0] = [str(BENCH), str(BENCH / "scale")]

from generate import PICK  # noqa: E402
from timing import memory  # noqa: E402

ROOT = BENCH.parent
LEVELS, HYPOTHESES, AIM, EVERY = 6, 14, 2.0, 0.2
TICKETS = 3
QUARTER = "2026Q3"

# The first two attributes carry revenue, so that there is something to find.
ACCOUNTS = """
    SELECT printf('a%07d', i) AS account_id, printf('Company %d', i) AS name,
           DATE '2019-01-01' + pick(i, 1, 2700) AS won_on,
           CASE WHEN pick(i, 2, 12) = 0 AND pick(i, 1, 2700) < 2000
                THEN DATE '2024-08-01' + pick(i, 3, 780) END AS churned_on,
           {attributes}
    FROM range({n}) AS r(i)"""
CONTRACTS = """
    SELECT printf('a%07d', i // 2) AS account_id, printf('c%08d', i) AS contract_id,
           begins + (i % 2)::INTEGER * 365 AS starts_on,
           CASE WHEN i % 2 = 0 THEN begins + 364 END AS ends_on,
           (100 + exp(pick(i // 2, 5, 3000) / 500.0)
            * (1 + 0.8 * (pick(i // 2, 20, {levels}) = 0)::INTEGER
                 + 0.5 * (pick(i // 2, 21, {levels}) = 1)::INTEGER)
            * (1 + (i % 2) * pick(i, 6, 30) / 100.0))::DECIMAL(12, 2) AS mrr
    FROM (SELECT i, DATE '2019-01-01' + pick(i // 2, 1, 2700) AS begins
          FROM range(2 * {n}) AS r(i))"""
TICKETS_OF = """
    SELECT printf('t%09d', i) AS ticket_id, printf('a%07d', pick(i, 30, {n})) AS account_id,
           opened_at, opened_at + to_seconds(60 + pick(i, 31, 90000)) AS first_replied_at,
           opened_at + to_seconds(90060 + pick(i, 32, 400000)) AS resolved_at,
           printf('reason %d', pick(i, 33, 9)) AS reason,
           CASE WHEN pick(i, 34, 3) = 0 THEN 1 + pick(i, 35, 5) END AS csat
    FROM (SELECT i, TIMESTAMP '2024-10-01' + to_seconds(pick(i, 36, 730 * 86400)) AS opened_at
          FROM range({tickets} * {n}) AS r(i))"""


def generate(folder: Path, customers: int, attributes: int) -> Path:
    """Raw files and a study of so many accounts; the folder of the study."""
    names = [f"trait_{k:02d}" for k in range(attributes)]
    columns = ", ".join(
        f"printf('level %d', pick(i, {20 + k}, {LEVELS})) AS {name}" for k, name in enumerate(names)
    )
    queries = {"accounts": ACCOUNTS, "contracts": CONTRACTS, "tickets": TICKETS_OF}
    folder.mkdir(parents=True)
    con = duckdb.connect()
    con.execute(PICK)
    for name, query in queries.items():
        text = query.format(n=customers, attributes=columns, levels=LEVELS, tickets=TICKETS)
        con.execute(f"COPY ({text}) TO '{folder / name}.parquet' (FORMAT parquet)")
    declared = []
    for number in range(HYPOTHESES):
        name = names[number % len(names)]
        one = {"id": f"H{number + 1}", "variables": [name], "source": "sales",
               "statement": f"Customers differ by {name}, question {number + 1}.",
               "declared_on": "2025-01-01"}  # fmt: skip
        declared.append(one | ({"where": f"{name} = 'level 0'"} if number % 2 else {}))
    study = {
        "study": "steps", "title": "A made-up company", "business_model": "subscription",
        "default_quarter": QUARTER, "currency": "EUR",
        "scope": {"max_hypotheses": HYPOTHESES},
        "quality_score": {
            "base": "acv",
            "costs": {"support": {"label": "Support", "count": "tickets", "amount": 20}},
        },
        "attributes": {name: {} for name in names},
        "hypotheses": declared,
        "sources": {
            name: {"files": {"raw": f"{name}.parquet"}, "query": "SELECT * FROM raw"}
            for name in queries
        },
    }  # fmt: skip
    (folder / "study.yml").write_text(yaml.safe_dump(study, sort_keys=False), encoding="utf-8")
    return folder


def run(study: Path, reports: Path) -> list[dict[str, object]]:
    """Seconds and peak of memory of each step of one run."""
    command = [sys.executable, "-u", "-m", "helpers", "run", "--study", study, "--reports", reports]
    started = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            peak[0] = max(peak[0], memory(started.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    steps: list[dict[str, object]] = []
    begun = time.perf_counter()
    assert started.stdout is not None
    told = []
    for line in started.stdout:
        told.append(line)
        words = line.split()
        if len(words) > 2 and words[-1] == "s" and words[-2].replace(".", "").isdigit():
            steps.append(
                {"step": " ".join(words[:-2]), "seconds": float(words[-2]),
                 "peak GB": round(peak[0], 2)}
            )  # fmt: skip
            peak[0] = 0.0
    over.set()
    watching.join()
    if started.wait():
        sys.exit("".join(told))
    steps.append({"step": "all", "seconds": round(time.perf_counter() - begun, 1), "peak GB": ""})
    return steps


def show(title: str, rows: list[dict[str, object]]) -> None:
    """A table with its heading."""
    print(f"\n{title}\n{pd.DataFrame(rows).to_string(index=False)}", flush=True)


def main() -> int:
    """Print one table per size, and one that sets them side by side; 1 where the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, nargs="+", default=[25_000, 100_000])
    parser.add_argument("--attributes", type=int, default=9)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    rows, missed = [], False
    with tempfile.TemporaryDirectory() as temporary:
        for customers in options.customers:
            folder = (options.keep or Path(temporary)) / str(customers)
            study = generate(folder / "study", customers, options.attributes)
            steps = run(study, folder / "reports")
            show(f"{customers:,} accounts, {options.attributes} attributes", steps)
            taken = {str(one["step"])[:3]: float(str(one["seconds"])) for one in steps}
            ratio = taken["4/5"] / (taken["2/5"] + taken["3/5"])
            missed |= ratio > AIM
            sizes = {
                page: round(next((folder / "reports").rglob(page)).stat().st_size / 1024**2, 2)
                for page in ("presentation.html", "supporting_analysis.html", "presentation.pptx")
            }
            rows.append({"accounts": customers, "all s": taken["all"], "step 4 s": taken["4/5"],
                         "step 4 / (2 + 3)": round(ratio, 2), **sizes})  # fmt: skip
        show("Step 4 beside the steps that collect; pages in MB", rows)
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
