"""Is a quarter that is made again the same, and does a backfill survive its end at any point?

python bench/history/again.py [--quarters N] [--kills N]

Whole runs of a small company in processes of their own, each ended by ``kill -9`` with all that
it started where that is said. Per case: whether all data files are, byte for byte, those of a
backfill that nobody disturbed.

* killed: a backfill ended at points spread over its time, then called again;
* two at once: two runs of one quarter begun together; one publishes, the other waits or gives way;
* check: `make publish-check` passes on what was just made, names a row that was rewritten, and says
  that the method changed without an entry;
* cores: seconds of a backfill with one worker and with as many as there are cores.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

SOURCE = Path(__file__).resolve().parents[2] / "src"
STUDY = {
    "study": "again",
    "title": "Again",
    "business_model": "subscription",
    "default_quarter": "2026Q2",
    "scope": {"permutations": 199, "max_conditions": 1},
    "attributes": {"industry": {"external": True}, "region": {}},
    "sources": {
        "accounts": {"files": {"a": "accounts.csv"}, "query": "SELECT * FROM a"},
        "contracts": {"files": {"c": "contracts.csv"}, "query": "SELECT * FROM c"},
    },
}
LAST = 2026 * 4 + 1  # 2026Q2, in quarters


def company(folder: Path, n: int = 120) -> None:
    """A study folder."""
    rng = np.random.default_rng(0)
    won = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 1600, n), "D")
    accounts = pd.DataFrame(
        {
            "account_id": [f"A{i:03d}" for i in range(n)],
            "won_on": won,
            "name": [f"Company {i}" for i in range(n)],
            "industry": rng.choice(["Retail", "Media", "Health"], n),
            "region": rng.choice(["North", "South"], n),
        }
    )
    better = 1.8 * (accounts["industry"] == "Health") + 1
    contracts = pd.DataFrame(
        {"account_id": accounts["account_id"], "starts_on": won, "ends_on": "",
         "mrr": (rng.lognormal(6, 0.4, n) * better).round(2)}
    )  # fmt: skip
    folder.mkdir()
    accounts.to_csv(folder / "accounts.csv", index=False)
    contracts.to_csv(folder / "contracts.csv", index=False)
    (folder / "study.yml").write_text(yaml.safe_dump(STUDY, sort_keys=False), encoding="utf-8")


def command(what: str, study: Path, reports: Path, *more: str) -> list[str]:
    given = [sys.executable, "-m", "helpers", what, "--study", str(study)]
    return [*given, "--reports", str(reports), *more]


def started(told: list[str]) -> subprocess.Popen:
    """A process in a group of its own, so that all it starts can be ended with it."""
    return subprocess.Popen(
        told, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )  # fmt: skip


def spans(quarters: int) -> list[str]:
    first = LAST - quarters + 1
    return ["--from", f"{first // 4}Q{first % 4 + 1}", "--to", f"{LAST // 4}Q{LAST % 4 + 1}"]


def backfilled(study: Path, reports: Path, quarters: int, *more: str) -> float:
    """Seconds that a backfill takes; it has to succeed."""
    begun = time.perf_counter()
    process = started(command("backfill", study, reports, *spans(quarters), *more))
    assert process.wait() == 0, "the backfill failed"
    return time.perf_counter() - begun


def data_files(reports: Path) -> dict[str, bytes]:
    """Every data file of every published quarter."""
    home = reports / "again"
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.glob("20*/data/*.parquet"))
    }


def killed(study: Path, reports: Path, quarters: int, after: float) -> str:
    """A backfill that is ended with all it started, and called again: how far it was."""
    process = started(command("backfill", study, reports, *spans(quarters)))
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    published = len(list((reports / "again").glob("20*/manifest.json")))
    drafts = len(list((reports / "again" / ".draft").glob("20*")))
    backfilled(study, reports, quarters)
    return f"after {after:.0f} s: {published} published, {drafts} begun"


def checked(study: Path, reports: Path) -> tuple[int, str]:
    done = subprocess.run(
        command("publish-check", study, reports, "--quarter", "2026Q2"),
        capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(SOURCE)},
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quarters", type=int, default=3)
    parser.add_argument("--kills", type=int, default=6)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="again-"))
    rows: list[tuple[str, bool, str]] = []
    try:
        study = folder / "again"
        company(study)
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
        one = backfilled(study, folder / "one", given.quarters, "--workers", "1")
        many = backfilled(study, folder / "many", given.quarters, "--workers", str(cores))
        whole = data_files(folder / "one")
        assert whole, "nothing was published"
        told = f"{one:.0f} s with 1 worker, {many:.0f} s with {cores} ({one / many:.2f} times)"
        rows.append(("cores", data_files(folder / "many") == whole, told))
        for at in range(given.kills):
            reports = folder / f"killed-{at}"
            point = killed(study, reports, given.quarters, many * (at + 0.5) / given.kills)
            rows.append(("killed", data_files(reports) == whole, point))
            shutil.rmtree(reports)
        reports = folder / "twice"
        both = [started(command("run", study, reports, "--quarter", "2026Q2")) for _ in range(2)]
        codes = sorted(process.wait() for process in both)
        alone = folder / "alone"
        assert started(command("run", study, alone, "--quarter", "2026Q2")).wait() == 0
        same = data_files(reports) == data_files(alone)
        rows.append(("two at once", same and codes in ([0, 0], [0, 75]), f"exit codes {codes}"))
        code, told = checked(study, folder / "one")
        rows.append(("check, as it was", code == 0 and "reproduced" in told, ""))
        text = (study / "contracts.csv").read_text(encoding="utf-8")
        first = text.splitlines()[1]
        account, day, _, mrr = first.split(",")
        changed = ",".join([account, day, "", f"{float(mrr) + 500}"])
        (study / "contracts.csv").write_text(text.replace(first, changed), encoding="utf-8")
        code, told = checked(study, folder / "one")
        named = "history was rewritten: 1 row of contracts changed" in told and account in told
        rows.append(("check, a row rewritten", code != 0 and named, account))
        (study / "contracts.csv").write_text(text, encoding="utf-8")
        other = STUDY | {"quality_score": {"bands": [0.25, 0.75]}}
        (study / "study.yml").write_text(yaml.safe_dump(other, sort_keys=False), encoding="utf-8")
        code, told = checked(study, folder / "one")
        unnamed = "method changed without an entry" in told and "quality_score" in told
        rows.append(("check, method changed", code != 0 and unnamed, ""))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    table = pd.DataFrame(rows, columns=["case", "as it should be", "how"])
    print(table.to_string(index=False))
    return int(not table["as it should be"].all())


if __name__ == "__main__":
    sys.exit(main())
