"""A small company whose validated segments are put in order."""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.study import Study

ATTRIBUTES = {
    "industry": {"label": "Industry", "external": True},
    "region": {"label": "Region", "external": True},
    "plan": {"label": "Plan"},
    "seats": {"label": "Seats", "type": "number", "bands": [50, 200], "external": True},
}


def study_of(**sections) -> Study:
    """A study with the attributes above."""
    source = {"files": {"x": "x.csv"}, "query": "SELECT * FROM x"}
    content = {
        "study": "tiny",
        "title": "Tiny",
        "business_model": "subscription",
        "sources": {"accounts": source, "contracts": source},
        "attributes": ATTRIBUTES,
        "path": Path("study.yml"),
    }
    return Study(**(content | sections))


def segments_of(frame: pd.DataFrame, rules: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Data files ``segments`` and ``segment_members``; lifts as observed, all validated."""
    rows, members = [], []
    for name, rule in rules.items():
        held = frame.query(rule.replace(" = ", " == ").replace("AND", "and"))
        others = frame.drop(held.index)
        gap = held["quality_score"].mean() - others["quality_score"].mean()
        rows.append((name, f"Segment {name}", rule, len(held), gap, "validated", ""))
        members.append(pd.DataFrame({"segment_id": name, "account_id": held["account_id"]}))
    names = ["segment_id", "definition", "rule", "customers", "lift", "verdict", "confounding"]
    table = pd.DataFrame(rows, columns=names)
    empty = pd.DataFrame({"segment_id": [], "account_id": []}, dtype="str")
    return table, pd.concat([empty, *members], ignore_index=True)


def frame_of() -> pd.DataFrame:
    """400 customers; FinTech is much better, the EU a little."""
    rng = np.random.default_rng(0)
    seats = rng.integers(1, 500, 400).astype(float)
    frame = pd.DataFrame(
        {
            "account_id": [f"A{i:04d}" for i in range(400)],
            "name": [f"Company {i}" for i in range(400)],
            "status": np.where(np.arange(400) % 5 > 0, "current", "former"),
            "industry": pd.Categorical(rng.choice(["FinTech", "Retail", "Media"], 400)),
            "region": pd.Categorical(rng.choice(["EU", "US", None], 400, p=[0.5, 0.3, 0.2])),
            "plan": pd.Categorical(rng.choice(["Basic", "Pro"], 400)),
            "seats": pd.cut(seats, [0, 49, 199, 1e9], labels=["< 50", "50–199", "≥ 200"]),
            "seats_raw": seats,
        }
    )
    score = rng.lognormal(0, 0.5, 400) * 1000
    score += 2000 * (frame["industry"] == "FinTech") + 300 * (frame["region"] == "EU")
    place = score.rank(pct=True)
    band = np.select([place <= 0.2, place > 0.8], ["poor", "excellent"], "average")
    return frame.assign(quality_score=score, band=band)
