"""Does the sample's story come out right, quarter by quarter? Held against its ``truth.json``.

python bench/history/sample.py [--reports FOLDER]

Backfills the six quarters that the sample tells, or reads them from a folder where they are
published. Per quarter and planted segment: its verdict, what the truth calls right there, and the
fate of the earliest claim about it. A segment is known by its customers, whatever its rule is
called: at least 80 % of both sides.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "raw" / "sample"
COLUMNS = {"industry": "Industry", "region": "SalesRegion", "erp_system": "ERP",
           "acquisition_channel": "LeadSource", "employees": "Headcount",
           "funding_stage": "Ownership", "onboarding_package": "Onboarding"}  # fmt: skip
SAME = 0.8
FINDINGS = ("validated", "typical")


def customers() -> pd.DataFrame:
    """The newest version of each account in the CRM."""
    crm = pd.read_csv(SAMPLE / "crm_accounts.csv", sep=";", encoding="utf-8-sig")
    newest = crm.sort_values("LastModified").dropna(subset="AccountNo")
    return newest.drop_duplicates("AccountNo", keep="last").set_index("AccountNo")


def members(crm: pd.DataFrame, conditions: list[dict]) -> set[str]:
    """Accounts that the truth's conditions hold for."""
    inside = pd.Series(True, index=crm.index)
    for one in conditions:
        values = crm[COLUMNS[one["attribute"]]]
        if "is" in one:
            inside &= values == one["is"]
        else:
            number = pd.to_numeric(values, errors="coerce")
            inside &= (number >= one["from"]) & (number < one["below"])
    return set(crm.index[inside])


def verdict(data: Path, wanted: set[str]) -> tuple[str, bool]:
    """Best verdict of a segment with these customers, and whether something explains it."""
    segments = pd.read_parquet(data / "segments.parquet").set_index("segment_id")
    held = pd.read_parquet(data / "segment_members.parquet")
    scored = set(pd.read_parquet(data / "quality_scores.parquet")["account_id"])
    found = []
    for name, of in held.groupby("segment_id")["account_id"]:
        own = set(of)
        if len(own & wanted) >= SAME * len(own | (wanted & scored)) and name in segments.index:
            row = segments.loc[name]
            found.append((row["verdict"], bool(row.get("confounding") or "")))
    told = [one for one in found if one[0] in FINDINGS]
    return (told or found or [("not looked at", False)])[0]


def fates(data: Path, crm: pd.DataFrame, wanted: set[str]) -> str:
    """Fate of the earliest claim about these customers' worth; blank = none was made."""
    made = pd.read_parquet(data / "claims.parquet")
    made = made[made["kind"].isin(("lift", "rank"))].sort_values("quarter")
    lineage = pd.read_parquet(data / "segment_members.parquet")
    for row in made.itertuples():
        own = set(lineage.loc[lineage["segment_id"] == row.id, "account_id"])
        if own and len(own & wanted) >= SAME * len(own):
            power = "" if pd.isna(row.power) else f" (power {row.power:.2f})"
            return f"{row.fate}{power}"
    return ""


def right(told: str, explained: bool, said: str) -> bool:
    """Whether a verdict is what the truth calls right."""
    if said == "better":
        return told in FINDINGS
    if said.startswith("not better: explained"):
        return told not in FINDINGS or explained
    if said == "not better":
        return told not in FINDINGS
    return True  # either, or a test that may be deceived


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", default="")
    given = parser.parse_args()
    truth = json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))
    folder = Path(given.reports or tempfile.mkdtemp(prefix="sample-"))
    quarters = list(truth["quarters"])
    try:
        if not given.reports:
            subprocess.run(
                [sys.executable, "-m", "helpers", "backfill", "--study", str(SAMPLE), "--reports",
                 str(folder), "--from", quarters[0], "--to", quarters[-1], "--quiet"],
                check=True, env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, cwd=ROOT,
            )  # fmt: skip
        crm, rows = customers(), []
        for planted in (*truth["planted"], truth["mix"], truth["chance"]):
            wanted = members(crm, planted["conditions"])
            allowed = planted.get("fates_of_an_early_claim")
            for quarter in quarters:
                data = folder / "sample" / quarter / "data"
                said = planted["quarters"][quarter]["right"]
                told, explained = verdict(data, wanted)
                fate = fates(data, crm, wanted)
                known = fate.split(" (")[0]
                well = right(told, explained, said)
                if allowed and known not in ("", "new"):
                    well &= any(one.startswith(known) for one in allowed)
                rows.append((planted["id"], planted["course"], quarter, said, told, fate, well))
    finally:
        if not given.reports:
            shutil.rmtree(folder, ignore_errors=True)
    names = ["segment", "course", "quarter", "right", "verdict", "first claim", "as it should be"]
    table = pd.DataFrame(rows, columns=names)
    print(table.to_string(index=False))
    return int(not table["as it should be"].all())


if __name__ == "__main__":
    sys.exit(main())
