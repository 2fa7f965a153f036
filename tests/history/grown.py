"""A small company that wins customers every quarter, with segments of known fate.

*FinTech* pays more, whoever is won: its claim holds up. *North* paid more among the customers won
until the end of 2024 and no more since: its claim fades. *Web* customers leave much more often.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

FIRST, LAST = pd.Timestamp("2022-01-01"), pd.Timestamp("2026-06-30")
CHANGE = pd.Timestamp("2024-12-31")


def accounts(*, early: int = 200, per_quarter: int = 40, seed: int = 5) -> pd.DataFrame:
    """Accounts with won_on, churned_on, churn_reason, attributes and what they pay a month."""
    rng = np.random.default_rng(seed)
    first = FIRST + pd.to_timedelta(rng.integers(0, (CHANGE - FIRST).days, early), "D")
    quarters = int(np.ceil((LAST - CHANGE).days / 91))
    later = CHANGE + pd.to_timedelta(
        rng.integers(1, (LAST - CHANGE).days, per_quarter * quarters), "D"
    )
    won = pd.Series([*np.sort(first), *np.sort(later)])
    n = len(won)
    table = pd.DataFrame(
        {
            "account_id": [f"C{i:04d}" for i in range(n)],
            "name": [f"Company {i}" for i in range(n)],
            "won_on": won,
            "industry": rng.choice(["FinTech", "Retail", "Media", "Health"], n),
            "region": rng.choice(["North", "South", "West"], n),
            "channel": rng.choice(["Web", "Partner", "Sales"], n),
        }
    )
    mrr = rng.lognormal(6.0, 0.5, n)
    mrr *= np.where(table["industry"] == "FinTech", 1.8, 1.0)
    mrr *= np.where((table["region"] == "North") & (won <= CHANGE), 2.0, 1.0)
    table["mrr"] = mrr.round(2)
    monthly = np.where(table["channel"] == "Web", 0.03, 0.008)
    months = rng.geometric(monthly)
    left = won + pd.to_timedelta(30 * months + rng.integers(0, 28, n), "D")
    table["churned_on"] = left.where(left <= LAST)
    reasons = rng.choice(["price", "missing feature", "merged"], n, p=[0.5, 0.3, 0.2])
    table["churn_reason"] = pd.Series(reasons).where(table["churned_on"].notna())
    return table


def write(folder: Path, **options) -> Path:
    """A study folder of that company."""
    folder.mkdir(parents=True, exist_ok=True)
    table = accounts(**options)
    rng = np.random.default_rng(99)
    table.drop(columns="mrr").to_csv(folder / "crm.csv", index=False)
    contracts = pd.DataFrame(
        {
            "account_id": table["account_id"],
            "starts_on": table["won_on"],
            "ends_on": table["churned_on"] - pd.Timedelta(days=1),
            "mrr": table["mrr"],
        }
    )
    contracts.to_csv(folder / "billing.csv", index=False)
    asked = [
        (name, day)
        for name, won, left in zip(
            table["account_id"], table["won_on"], table["churned_on"].fillna(LAST), strict=True
        )
        for day in pd.date_range(won, left, freq="91D")
    ]
    surveys = pd.DataFrame(asked, columns=["account_id", "asked_on"])
    happy = surveys["account_id"].map(table.set_index("account_id")["channel"]).ne("Web")
    score = np.clip(np.round(rng.normal(np.where(happy, 8.3, 6.5), 1.5)), 0, 10)
    surveys = surveys.assign(
        kind="nps", score=score.astype(int), responded_on=surveys["asked_on"] + pd.Timedelta(days=2)
    )
    surveys.to_csv(folder / "nps.csv", index=False)
    (folder / "study.yml").write_text(yaml.safe_dump(STUDY, sort_keys=False), encoding="utf-8")
    return folder


STUDY = {
    "study": "grown",
    "title": "Grown: best customers",
    "synthetic": True,
    "business_model": "subscription",
    "default_quarter": "2026Q2",
    "seed": 7,
    "scope": {"permutations": 199, "max_conditions": 2},
    "sources": {
        "accounts": {"files": {"crm": "crm.csv"}, "query": "SELECT * FROM crm"},
        "contracts": {"files": {"billing": "billing.csv"}, "query": "SELECT * FROM billing"},
        "surveys": {"files": {"nps": "nps.csv"}, "query": "SELECT * FROM nps"},
    },
    "attributes": {
        "industry": {"label": "Industry", "external": True},
        "region": {"label": "Region", "external": True},
        "channel": {"label": "Channel"},
    },
    "hypotheses": [
        {
            "id": "H1",
            "statement": "FinTech companies are better customers",
            "variables": ["industry"],
            "where": "industry = 'FinTech'",
            "declared_on": "2024-12-01",
        },
        {
            "id": "H2",
            "statement": "Customers won over the web leave more often",
            "variables": ["channel"],
            "where": "channel = 'Web'",
            "outcome": "left",
            "direction": "higher",
            "declared_on": "2024-12-01",
        },
    ],
}
