"""How long does reading the past take, and how much memory, with 10 and with 20 quarters?

python bench/history/past.py [--customers N]

Published quarters of 5,000 customers, each with a segment that later quarters follow, and
with eight main metrics. Timed is what the last notebook does with them: claims, mix and rate,
drift, control charts, segments over all quarters and where each stands. Twice the quarters may
take 2.2 times as long.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

METRICS = ("arr_per_customer", "logo_churn_rate", "nps", "csat", "first_reply_hours_mean",
           "tickets_per_customer_month", "reopen_rate", "one_touch_rate")  # fmt: skip
STUDY = {
    "study": "bench",
    "title": "Bench",
    "business_model": "subscription",
    "default_quarter": "2026Q4",
    "attributes": {"industry": {}, "region": {}},
    "sources": {
        "accounts": {"files": {"x": "x.csv"}, "query": "SELECT * FROM x"},
        "contracts": {"files": {"x": "x.csv"}, "query": "SELECT * FROM x"},
    },
}


def customers(n: int) -> pd.DataFrame:
    """All customers that will ever be won, with attributes and score."""
    rng = np.random.default_rng(0)
    won = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 4380, n), "D")
    table = pd.DataFrame(
        {
            "account_id": [f"C{i:05d}" for i in range(n)],
            "name": "x",
            "won_on": won,
            "industry": rng.choice([f"I{i}" for i in range(30)], n),
            "region": rng.choice(["North", "South"], n),
            "status": "current",
            "base": rng.lognormal(8, 1, n),
            "imputed": "",
        }
    )
    return table.assign(quality_score=table["base"]).sort_values("account_id", ignore_index=True)


def tables_of(known: pd.DataFrame, number: int) -> dict[str, pd.DataFrame]:
    """The data files of one quarter that later ones read."""
    rng = np.random.default_rng(number)
    rule = f"industry = 'I{number}'"
    inside = known["industry"] == f"I{number}"
    score = known["quality_score"]
    lift = score[inside].mean() - score[~inside].mean()
    segment = {
        "segment_id": f"s{number}", "definition": rule, "rule": rule, "source": "",
        "verdict": "validated", "lift": abs(lift), "lift_low": 0.0, "lift_high": 2 * abs(lift),
        "shares_score_inputs": "", "customers": int(inside.sum()),
        "customer_share": float(inside.mean()),
    }  # fmt: skip
    parts = [
        pd.DataFrame(
            {"metric": name, "account_id": known["account_id"],
             "numerator": rng.random(len(known)), "denominator": 1.0}
        )
        for name in METRICS
    ]  # fmt: skip
    return {
        "segments": pd.DataFrame([segment]),
        "segment_members": pd.DataFrame(
            {"segment_id": f"s{number}", "account_id": known.loc[inside, "account_id"]}
        ),
        "quality_scores": known[
            ["account_id", "name", "status", "base", "quality_score", "imputed"]
        ],
        "customer_list": known[["account_id", "won_on"]],
        "attributes": known[["account_id", "industry", "region"]],
        "metric_parts": pd.concat(parts, ignore_index=True),
        "priorities": pd.DataFrame({"segment_id": [f"s{number}"], "rank": 1, "rank_low": 1,
                                    "rank_high": 1}),
        "drift": pd.DataFrame({"field": ["industry"], "kind": "attribute", "psi": [0.01]}),
    }  # fmt: skip


def publish(folder: Path, quarters: int, n: int) -> None:
    """Reports of so many quarters before the last, with what later ones read of them."""
    from helpers.method import recorded
    from helpers.quarter import Quarter
    from helpers.study.file import load_study

    (folder / "study").mkdir()
    (folder / "study" / "study.yml").write_text(yaml.safe_dump(STUDY), encoding="utf-8")
    manifest = recorded(load_study(folder / "study"))
    known, quarter = customers(n), Quarter.parse("2026Q4")
    for number in range(quarters):
        quarter = quarter.previous
        home = folder / "reports" / "bench" / str(quarter)
        (home / "data").mkdir(parents=True)
        (home / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        then = known[known["won_on"] <= pd.Timestamp(quarter.as_of)].reset_index(drop=True)
        for name, table in tables_of(then, number).items():
            table.to_parquet(home / "data" / f"{name}.parquet", index=False)


def read(folder: Path, n: int) -> None:
    """What the last notebook does with the past; prints seconds of the processor and megabytes."""
    from helpers.history.claims import claims
    from helpers.history.control import NO_LIMITS, control_charts
    from helpers.history.drift import drift
    from helpers.history.lineage import lineage
    from helpers.history.mix import since_the_quarter_before
    from helpers.history.past import past_quarters
    from helpers.history.series import segment_series
    from helpers.history.today import Today
    from helpers.workspace import Workspace

    ws = Workspace.open(study=str(folder / "study"), reports=str(folder / "reports"))
    frame = customers(n)
    tables = tables_of(frame, 0)
    none = pd.DataFrame(
        columns=["segment_id", "metric", "value", "low", "high", "customers", "better",
                 "shares_score_inputs"]
    )  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    past = past_quarters(ws)
    split = since_the_quarter_before(
        past, ws.quarter, tables["metric_parts"], tables["attributes"], ["industry", "region"]
    )
    moved = drift(past, ws.quarter, tables["attributes"], tables["metric_parts"], ["industry"])
    lasting = segment_series(past, ws.quarter, tables["segments"], none, currency="EUR")
    standing = lineage(ws.study, past, ws.quarter, frame, tables)
    charts = control_charts(past, ws.quarter, none, tables["metric_parts"])
    made = claims(
        past,
        Today(
            study=ws.study, quarter=ws.quarter, frame=frame, scores=tables["quality_scores"],
            segments=tables["segments"], members=tables["segment_members"], profiles=none,
            hypotheses=pd.DataFrame({"declared": [], "verdict": []}),
            alerts=pd.DataFrame(columns=["segment_id"]), charts=charts,
            outcomes=pd.DataFrame({"account_id": []}), measure=lambda _: none,
        ),
    )  # fmt: skip
    seconds = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(split)
    assert moved["quarters"].max() == len(past)
    assert lasting["quarter"].nunique() == len(past) + 1
    assert len(standing) >= len(past)
    assert (charts["signal"] != NO_LIMITS).sum() == len(METRICS) - 1  # ARR is a state of the day
    assert (made["looks"] > 0).sum() >= len(past) - 2
    print(json.dumps({"seconds": seconds, "megabytes": (peak - before) / 1024}))


def measured(quarters: int, n: int) -> dict[str, float]:
    """Best of three, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        publish(Path(folder), quarters, n)
        runs = [
            json.loads(
                subprocess.run(
                    [sys.executable, __file__, "--read", folder, "--customers", str(n)],
                    stdout=subprocess.PIPE, text=True, check=True,
                ).stdout
            )
            for _ in range(3)
        ]  # fmt: skip
    return min(runs, key=lambda run: run["seconds"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=5000)
    parser.add_argument("--read", default="")
    given = parser.parse_args()
    if given.read:
        read(Path(given.read), given.customers)
        return 0
    found = {quarters: measured(quarters, given.customers) for quarters in (10, 20)}
    print(pd.DataFrame(found).T.rename_axis("quarters").round(2).to_string())
    times = found[20]["seconds"] / found[10]["seconds"]
    print(f"20 quarters take {times:.2f} times as long as 10 (at most 2.2)")
    return times > 2.2


if __name__ == "__main__":
    sys.exit(main())
