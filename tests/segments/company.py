"""A company made up for the tests of segments: a study file's content, customers, scores."""

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.study import Study

SOURCES = {
    name: {"files": {"x": "x.csv"}, "query": "SELECT * FROM x"}
    for name in ("accounts", "contracts")
}
ATTRIBUTES = {
    "industry": {"label": "Industry", "external": True},
    "region": {"external": True},
    "plan": {"label": "Plan", "shares": ["base"]},
    "seats": {"label": "Seats", "type": "number", "bands": [50, 200, 1000], "unit": "seats"},
    "marquee": {"type": "boolean"},
}


def study_of(**sections) -> Study:
    """A study with the attributes above; sections replace or add to it."""
    content = {
        "study": "tiny",
        "title": "Tiny",
        "business_model": "subscription",
        "sources": SOURCES,
        "attributes": ATTRIBUTES,
        "scope": {"permutations": 200},
        "path": Path("study.yml"),
    }
    return Study(**(content | sections))


def frame_of(customers: int = 300, *, seed: int = 0, lift: float = 0.0) -> pd.DataFrame:
    """Customer frame with a skewed score; ``lift`` is added to FinTech customers in the EU."""
    rng = np.random.default_rng(seed)
    seats = rng.integers(1, 3000, customers).astype(float)
    bands = ["< 50", "50–199", "200–999", "≥ 1,000"]
    frame = pd.DataFrame(
        {
            "account_id": [f"A{i:04d}" for i in range(customers)],
            "name": [f"Company {i}" for i in range(customers)],
            "status": np.where(rng.random(customers) < 0.8, "current", "former"),
            "tenure_days": rng.integers(0, 2000, customers),
            "monthly_revenue": rng.lognormal(6, 1, customers).round(2),
            "industry": pd.Categorical(rng.choice(["FinTech", "Retail", "O'Neil"], customers)),
            "region": pd.Categorical(rng.choice(["EU", "US", None], customers, p=[0.5, 0.4, 0.1])),
            "plan": pd.Categorical(rng.choice(["Basic", "Pro"], customers)),
            "seats": pd.cut(seats, [0, 49, 199, 999, 1e9], labels=bands),
            "seats_raw": seats,
            "marquee": pd.Categorical(rng.choice(["yes", "no"], customers, p=[0.2, 0.8])),
            "quality_score": (rng.lognormal(0, 1, customers) * 1000).round(2),
        }
    )
    chosen = (frame["industry"] == "FinTech") & (frame["region"] == "EU")
    frame.loc[chosen, "quality_score"] += lift
    return banded(frame)


def banded(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with bands of its score: lowest and highest fifth."""
    position = frame["quality_score"].rank(pct=True)
    band = np.select([position <= 0.2, position > 0.8], ["poor", "excellent"], "average")
    return frame.assign(band=band)


def scores_of(frame: pd.DataFrame) -> pd.DataFrame:
    """Data file quality_scores: the base is half of the score, one cost makes the other half."""
    half = frame["quality_score"] / 2
    return pd.DataFrame(
        {
            "account_id": frame["account_id"],
            "base": half,
            "service": half,
            "quality_score": frame["quality_score"],
            "band": frame["band"],
        }
    )


def score_without(scores: pd.DataFrame, lines) -> pd.Series:
    """Stand-in for the score without some of its lines."""
    return scores[[name for name in ("base", "service") if name not in lines]].sum(axis=1)
