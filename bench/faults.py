"""SIGKILL and SIGTERM at thirty points of a run: what is published stays complete, always.

    python bench/faults.py [POINTS]

Runs a small company once, then again and again, each time ended at a later point; after each, the
published report must hold every file of its manifest by its hash, and what was said must be in
words. The run after the last one goes on and leaves no temporary folder behind.
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

STUDY = """study: acme
title: Acme
business_model: subscription
default_quarter: 2026Q3
sources:
  accounts: {files: {crm: accounts.csv}, query: SELECT * FROM crm}
  contracts: {files: {billing: contracts.csv}, query: SELECT * FROM billing}
attributes: {industry: {}}
"""


def company(folder: Path) -> Path:
    """Forty accounts with a contract each."""
    accounts, contracts = ["account_id,won_on,name,industry"], ["account_id,starts_on,mrr"]
    for k in range(40):
        won = date(2024, 1, 1) + timedelta(days=10 * k)
        accounts.append(f"A{k:02d},{won},Company {k},{'north' if k % 2 else 'south'}")
        contracts.append(f"A{k:02d},{won},{100 + 7 * k}")
    folder.mkdir()
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    (folder / "contracts.csv").write_text("\n".join(contracts) + "\n", encoding="utf-8")
    (folder / "study.yml").write_text(STUDY, encoding="utf-8")
    return folder


def complete(report: Path) -> bool:
    """Whether every data file of a report is there and as its manifest says."""
    manifest = json.loads((report / "manifest.json").read_text(encoding="utf-8"))
    return (
        all(
            hashlib.sha256((report / "data" / name).read_bytes()).hexdigest() == digest
            for name, digest in manifest["data_files"].items()
        )
        and (report / "index.html").exists()
    )


def left(processes: list[int]) -> list[str]:
    """Temporary folders of runs that were ended."""
    names = [path.name for path in Path(tempfile.gettempdir()).glob("best-customers-*")]
    return [name for name in names if {str(p) for p in processes} & set(name.split("-"))]


def main() -> int:
    """Print a row for each point; 1 where a report was not complete or a traceback was shown."""
    points = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    bad = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = company(Path(scratch) / "acme")
        reports = Path(scratch) / "reports"
        report = reports / "acme" / "2026Q3"
        command = [sys.executable, "-m", "helpers", "run", "--quiet"]
        command += ["--study", str(folder), "--reports", str(reports)]
        begun = time.monotonic()
        subprocess.run(command, check=True, capture_output=True)
        whole, ended = time.monotonic() - begun, []
        print(f"a whole run: {whole:.1f} s\n{'after':>8} {'signal':8} {'exit':>5} report   said")
        for point in range(points):
            kind = (signal.SIGKILL, signal.SIGTERM)[point % 2]
            after = whole * (point + 0.5) / points
            process = subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                env=os.environ,
            )  # fmt: skip
            time.sleep(after)
            process.send_signal(kind)
            told = process.communicate()[1].strip()
            ended.append(process.pid)
            sound = complete(report) and "Traceback" not in told
            sound = sound and "fault of the project" not in told
            bad += not sound
            first = told.splitlines()[0] if told else "–"
            print(f"{after:7.1f}s {kind.name:8} {process.returncode:5} "
                  f"{'complete' if sound else 'BROKEN':8} {first}", flush=True)  # fmt: skip
        subprocess.run(command, check=True, capture_output=True)
        remaining = left(ended)
        print(f"left behind after the next run: {', '.join(remaining) or 'nothing'}")
    return int(bool(bad or remaining))


if __name__ == "__main__":
    sys.exit(main())
