"""The search against pysubgroup's exact one, on published data, for the same quality function.

python bench/segments/exactness.py [--peers PYTHON] [--data FOLDER]

FOLDER (or the environment variable DATASETS) holds ravenstack/ravenstack_accounts.csv and
ravenstack_subscriptions.csv; without it a made-up company is used. PYTHON (or PEERS_PYTHON) is
the interpreter of an environment with bench/requirements-peers.txt; without it the comparison is
with a group-by of every conjunction.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from itertools import combinations
from pathlib import Path

import common
import companies
import numpy as np
import pandas as pd

from helpers.search.encode import encode
from helpers.search.enumerate import enumerate_segments

TOP = 10


def published(folder: str) -> pd.DataFrame:
    """RavenStack accounts with their active monthly revenue as score."""
    root = Path(folder) / "ravenstack"
    accounts = pd.read_csv(root / "ravenstack_accounts.csv").set_index("account_id")
    lines = pd.read_csv(root / "ravenstack_subscriptions.csv")
    active = lines[lines["end_date"].isna()].groupby("account_id")["mrr_amount"].sum()
    accounts["score"] = active.reindex(accounts.index).fillna(0).astype(float)
    accounts["seats"] = pd.qcut(accounts["seats"], 4, labels=["q1", "q2", "q3", "q4"]).astype(str)
    names = ["industry", "country", "referral_source", "plan_tier", "seats", "is_trial"]
    return accounts[[*names, "score"]].astype(dict.fromkeys(names, str))


def ours(table: pd.DataFrame, minimum: int) -> list[tuple[float, frozenset[int]]]:
    """Every distinct candidate with its quality √(share) · (mean − overall mean), best first."""
    names = list(table.columns.drop("score"))
    found = enumerate_segments(encode(table, names), minimum=minimum, max_conditions=3)
    score = table["score"].to_numpy()
    rows = []
    for j in range(len(found)):
        members = found.of(j)
        quality = np.sqrt(members.size / score.size) * (score[members].mean() - score.mean())
        rows.append((float(quality), frozenset(members.tolist())))
    return sorted(rows, key=lambda row: -row[0])


def grouped(table: pd.DataFrame, minimum: int) -> list[tuple[float, frozenset[int]]]:
    """The same by a pandas group-by of every combination of columns."""
    names = list(table.columns.drop("score"))
    table = table.reset_index(drop=True)
    score = table["score"].to_numpy()
    sets = {}
    for size in (1, 2, 3):
        for columns in combinations(names, size):
            for rows in table.groupby(list(columns)).indices.values():
                if minimum <= len(rows) < len(table):
                    share = len(rows) / len(table)
                    quality = np.sqrt(share) * (score[rows].mean() - score.mean())
                    sets[frozenset(rows.tolist())] = float(quality)
    return sorted(((q, members) for members, q in sets.items()), key=lambda row: -row[0])


def pysubgroup(table: pd.DataFrame, python: str) -> list[frozenset[int]]:
    """Members of pysubgroup's top ten, best first (see peers.py)."""
    with tempfile.TemporaryDirectory() as folder:
        table.to_csv(Path(folder) / "0.csv", index=False)
        script = Path(__file__).with_name("peers.py")
        subprocess.run([python, str(script), folder, "pysubgroup"], check=True, capture_output=True)
        answer = json.loads((Path(folder) / "0.pysubgroup.json").read_text())
    return [frozenset(members) for members in answer["members"]]


def main() -> None:
    """Print whether the results agree; fail if they do not."""
    parser = argparse.ArgumentParser(description=__doc__)
    peers_python = os.environ.get("PEERS_PYTHON")
    parser.add_argument("--peers", default=peers_python, help="python of the peers' environment")
    parser.add_argument("--data", default=os.environ.get("DATASETS"))
    options = parser.parse_args()
    if options.data and (Path(options.data) / "ravenstack").is_dir():
        table, name = published(options.data), "RavenStack"
    else:
        company = companies.planted_company(1000, np.random.default_rng(0))
        table, name = company.customers, "made-up company"
    minimum = max(10, int(np.ceil(0.02 * len(table))))
    mine, plain = ours(table, minimum), grouped(table, minimum)
    same = {members for _, members in mine} == {members for _, members in plain}
    close = np.allclose([q for q, _ in mine], [q for q, _ in plain])
    rows = [
        {
            "data": name,
            "against": "group-by of every conjunction",
            "compared": len(plain),
            "equal": bool(same and close),
        }
    ]
    if options.peers:
        score = table["score"].to_numpy()
        theirs = pysubgroup(table, options.peers)
        quality = [
            np.sqrt(len(m) / len(score)) * (score[list(m)].mean() - score.mean()) for m in theirs
        ]
        # pysubgroup keeps several definitions of one member set; compare distinct sets
        distinct = list(dict.fromkeys(theirs))
        mine_top = [members for _, members in mine[: len(distinct)]]
        agree = set(distinct) == set(mine_top) and np.allclose(
            sorted(set(np.round(quality, 9)), reverse=True),
            sorted({round(q, 9) for q, _ in mine[: len(distinct)]}, reverse=True),
        )
        rows.append(
            {
                "data": name,
                "against": "pysubgroup DFSNumeric, top ten",
                "compared": len(distinct),
                "equal": bool(agree),
            }
        )
    common.show("Exactness of the search (quality √share · lift over the mean, depth 3)", rows)
    if not all(row["equal"] for row in rows):
        raise SystemExit("the search differs")


if __name__ == "__main__":
    main()
