"""A company's quarters as tables: what the claims room reads, without a run."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from helpers.history.past import Past
from helpers.history.today import Today
from helpers.method import recorded
from helpers.quarter import Quarter
from helpers.study import Study

ATTRIBUTES = ("industry", "region")


def study_of(**sections) -> Study:
    source = {"files": {"x": "x.csv"}, "query": "SELECT * FROM x"}
    content = {
        "study": "tiny",
        "title": "Tiny",
        "business_model": "subscription",
        "sources": {"accounts": source, "contracts": source},
        "attributes": {name: {"external": True} for name in ATTRIBUTES},
        "path": "study.yml",
    }
    return Study(**(content | sections))


def customers_of(n: int, won: pd.Series, rng: np.random.Generator, lift) -> pd.DataFrame:
    """Customers with attributes and a base; ``lift`` adds to it, from the table so far."""
    table = pd.DataFrame(
        {
            "account_id": [f"{int(rng.integers(1e15)):x}" for _ in range(n)],
            "won_on": won,
            "industry": rng.choice(["FinTech", "Retail", "Media"], n, p=[0.3, 0.4, 0.3]),
            "region": rng.choice(["North", "South"], n),
            "status": "current",
        }
    )
    return table.assign(base=rng.lognormal(0, 0.7, n) * 1000 + lift(table))


def frame_of(known: pd.DataFrame, day: pd.Timestamp) -> pd.DataFrame:
    frame = known[known["won_on"] <= day].sort_values("account_id", ignore_index=True)
    return frame.assign(quality_score=frame["base"], name="", imputed="")


def scores_of(frame: pd.DataFrame) -> pd.DataFrame:
    names = ["account_id", "name", "status", "base", "quality_score", "imputed"]
    return frame[names].copy()


def segments_of(frame: pd.DataFrame, rules: dict[str, str], **more) -> dict[str, pd.DataFrame]:
    """Data files of validated segments, with the lifts that these customers show."""
    rows, members = [], []
    for name, rule in rules.items():
        inside = frame.query(rule.replace(" = ", " == ").replace("AND", "and")).index
        score = frame["quality_score"]
        lift = score[inside].mean() - score.drop(inside).mean()
        rows.append(
            {
                "segment_id": name,
                "definition": name,
                "rule": rule,
                "source": "",
                "verdict": "validated",
                "lift": lift,
                "lift_low": lift / 2,
                "lift_high": lift * 1.5,
                "shares_score_inputs": "",
            }
            | more
        )
        members.append(
            pd.DataFrame({"segment_id": name, "account_id": frame.loc[inside, "account_id"]})
        )
    return {"segments": pd.DataFrame(rows), "segment_members": pd.concat(members)}


NOTHING = SimpleNamespace(published_tables=lambda quarter, names: {})


def past_of(study: Study, quarter: str, tables: dict, *changed: str) -> Past:
    """A published quarter; the sections ``changed`` differ from the study's."""
    manifest = recorded(study)
    other = dict.fromkeys(changed, "another hash")
    manifest |= {name: manifest[name] | other for name in ("method", "method_said")}
    return Past(NOTHING, Quarter.parse(quarter), manifest, dict(tables))


def today_of(study: Study, quarter: str, frame: pd.DataFrame, tables: dict) -> Today:
    hypotheses = tables.get("hypotheses")
    if hypotheses is None:
        hypotheses = pd.DataFrame({"declared": [], "verdict": []})
    blank = ["segment_id", "metric", "better", "shares_score_inputs"]
    profiles = tables.get("segment_metrics", pd.DataFrame(columns=blank))
    return Today(
        study=study,
        quarter=Quarter.parse(quarter),
        frame=frame,
        scores=scores_of(frame),
        segments=tables["segments"],
        members=tables["segment_members"],
        profiles=profiles,
        hypotheses=hypotheses,
        alerts=pd.DataFrame(columns=["segment_id"]),
        charts=tables.get("control_charts", pd.DataFrame(columns=["signal"])),
        outcomes=tables.get("outcomes", pd.DataFrame({"account_id": []})),
        measure=lambda members: profiles.iloc[:0],
    )


def report_of(frame: pd.DataFrame, tables: dict, made: pd.DataFrame) -> dict:
    """The data files that a later quarter reads."""
    return tables | {
        "quality_scores": scores_of(frame),
        "customer_list": frame[["account_id", "won_on"]],
        "claims": made,
    }
