"""Whole runs of small companies whose exports are spoilt and half of whose tables are missing.

Each is cut out of the sample (3 to 40 % of its accounts), loses tables and sections of its study
file, and has columns in which every row says the same, or something of its own, or nothing, or one
row something unheard of. The numbers need not make sense: a run must end in a report or in a
message, in little time and memory. ``mutations.py`` asks whether numbers move in silence.

    python bench/damaged.py [--companies N] [--from K] [--folder F]

The exit code is 1 where a run ends otherwise. A company is drawn from its number: it is the same
for ever.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests" / "collect"), str(ROOT / "bench")]

from mutations import DAYS, KEYS, cells_of, written  # noqa: E402
from timing import Failed, timed  # noqa: E402

SAMPLE = ROOT / "data" / "raw" / "sample"
ACCOUNTS = "crm_accounts.csv"
# The column of the account in every file that has one.
OWN = {
    "crm_accounts.csv": "AccountNo", "billing_subscriptions.csv": "customer_no",
    "costs.xlsx": "Customer", "csat.jsonl": "account", "helpdesk_tickets.csv": "account",
    "invoices_services.csv": "client", "needs_interviews.xlsx": "Account",
    "nps_responses.csv": "customer_no", "referrals.csv": "referred_by", "research.csv": "account",
    "score_reviews.csv": "account", "usage.parquet": "account_no",
    "prospects.csv": "",
}  # fmt: skip
TABLES = (
    "costs", "tickets", "surveys", "usage", "referrals", "needs", "prospects", "candidates",
    "score_reviews", "research", "orders",
)  # fmt: skip
SECTIONS = (
    "agreement", "voice", "candidates", "hypotheses", "lifecycle", "health", "priorities", "sizes",
    "engagement", "books", "playbook", "work_plan", "change_log", "charter",
)  # fmt: skip
LINES = {"tickets": ("touches",), "costs": ("service", "acquisition")}  # of the score
SECONDS, MEMORY = 300.0, 4.0  # a run of so few customers takes neither

Spoil = Callable[[pd.Series, np.random.Generator], pd.Series]


def _with_one(cells: pd.Series, rng: np.random.Generator) -> pd.Series:
    cells = cells.copy()
    cells.iloc[rng.integers(len(cells))] = 'Sonstiges <&> "x"'
    return cells


SPOILS: dict[str, Spoil] = {
    "all alike": lambda cells, rng: pd.Series(cells.iloc[0], cells.index),
    "one of its own": _with_one,
    "nothing": lambda cells, rng: pd.Series("", cells.index),
    "hardly anything": lambda cells, rng: cells.where(rng.random(len(cells)) > 0.95, ""),
    "each its own": lambda cells, rng: pd.Series([f"L{k}" for k in range(len(cells))], cells.index),
    "shuffled": lambda cells, rng: pd.Series(rng.permutation(cells.to_numpy()), cells.index),
    "zero": lambda cells, rng: pd.Series("0", cells.index),
}


def company(number: int, folder: Path) -> list[str]:
    """Write company ``number`` into a folder; what was done to it."""
    rng = np.random.default_rng([77, number])
    folder.mkdir(parents=True)
    ids = cells_of(SAMPLE / ACCOUNTS)[OWN[ACCOUNTS]].replace("", pd.NA).dropna().unique()
    share = rng.choice([0.03, 0.06, 0.1, 0.2, 0.4])
    kept = rng.choice(ids, max(3, int(len(ids) * share)), replace=False)
    done = [f"{len(kept)} accounts"]
    hit = set(rng.choice(list(OWN), rng.integers(1, 5), replace=False))
    for name, own in OWN.items():
        cells = cells_of(SAMPLE / name)
        if own:
            cells = cells[cells[own].isin(kept)].reset_index(drop=True)
        for _ in range(2 if name in hit and len(cells) else 0):
            # Without days and keys nothing could be read: that is what mutations.py is about.
            needed = {own, KEYS.get(name), *DAYS.get(name, ())}
            column = rng.choice([one for one in cells if one not in needed])
            kind = rng.choice(list(SPOILS))
            cells[column] = SPOILS[kind](cells[column], rng)
            done.append(f"{name} {column}: {kind}")
        written(cells, folder / name, SAMPLE / name)
    shutil.copy(SAMPLE / "team_lists.csv", folder)  # of accounts that are no longer there, too
    study = yaml.safe_load((SAMPLE / "study.yml").read_text(encoding="utf-8"))
    gone = set(rng.choice(TABLES, rng.integers(0, 5), replace=False))
    gone |= {name for name in SECTIONS if rng.random() < 0.12}
    (folder / "study.yml").write_text(
        yaml.safe_dump(without(study, gone), sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    return [*done, *(f"without {name}" for name in sorted(gone))]


def without(study: dict, gone: set[str]) -> dict:
    """The study without some tables and sections, and without what hangs on them."""
    study["sources"] = {name: one for name, one in study["sources"].items() if name not in gone}
    study = {name: part for name, part in study.items() if name not in gone}
    for score in (study["quality_score"], study.get("agreement", {}).get("proposal", {})):
        for line in (line for table in gone & set(LINES) for line in LINES[table]):
            score.get("costs", {}).pop(line, None)
    if "agreement" in study:
        study["agreement"].pop("sign_off", None)
        if "tickets" in gone:
            study["agreement"].pop("ranges", None)
    if "research" in gone:
        study.pop("research", None)
    # Whatever can be read is to be read: here it is not asked whether that is wise.
    limits = {"max_rejected_share": 0.95, "max_unmatched_share": 0.95}
    for source in study["sources"].values():
        source |= {"conflicts": "first", "left_before_won": "returned"}
    study.setdefault("scope", {})["permutations"] = 199
    return study | limits


def outcome(folder: Path) -> tuple[str, float, float]:
    """How a run ends (report, message, or fault and why), its seconds and peak memory."""
    command = ["-m", "helpers", "run", "--quiet", "--study", str(folder)]
    try:
        seconds, memory = timed([*command, "--reports", str(folder / "reports")])
    except Failed as failure:
        told = failure.said.strip()
        known = failure.code == 2 and "Traceback" not in told and "fault of the project" not in told
        return ("message: " if known else "fault: ") + told.splitlines()[0], failure.seconds, 0.0
    slow = seconds > SECONDS or memory > MEMORY
    return "fault: it takes too much" if slow else "report", seconds, memory


def main() -> int:
    """Print a row per company; 1 where one ended in anything but a report or a message."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--companies", type=int, default=40)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where to keep the companies and their reports")
    asked = parser.parse_args()
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="damaged-") as scratch:
        place = asked.folder or Path(scratch)
        for number in range(asked.first, asked.first + asked.companies):
            done = company(number, place / str(number))
            ended, seconds, memory = outcome(place / str(number))
            print(f"{number:>4} {seconds:>6.0f} s {memory:>5.1f} GB  {ended}", flush=True)
            if ended.startswith("fault"):
                wrong += 1
                print("      " + "; ".join(done), flush=True)
    print(f"{asked.companies} companies, {wrong} that end in neither report nor message")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
