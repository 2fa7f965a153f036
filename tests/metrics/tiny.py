"""Tiny canonical tables and studies for the metrics."""

from pathlib import Path

import ibis
import pandas as pd

from helpers.metrics.catalog import metric
from helpers.metrics.components import Components
from helpers.study import Study
from helpers.tables import TABLES, Column

TYPES = {
    "id": "string",
    "text": "string",
    "date": "date",
    "timestamp": "timestamp",
    "number": "float64",
    "integer": "int64",
    "boolean": "boolean",
}


def canonical(name: str, *rows: dict) -> ibis.Table:
    """A canonical table with all of its columns; what a row does not give is null."""
    if name == "surveys":  # as collecting fills it
        rows = tuple({"replied": row.get("score") is not None, **row} for row in rows)
    columns = [*TABLES[name].columns]
    columns += [Column(instant, "timestamp", "") for instant in TABLES[name].instants.values()]
    frame = pd.DataFrame(
        {column.name: pd.Series([row.get(column.name) for row in rows], dtype=object)
         for column in columns}
    )  # fmt: skip
    for column in columns:
        if column.kind in {"date", "timestamp"}:
            frame[column.name] = pd.to_datetime(frame[column.name], format="ISO8601")
    schema = {column.name: TYPES[column.kind].replace("date", "timestamp") for column in columns}
    schema = {name: "timestamp" if "timestamp" in kind else kind for name, kind in schema.items()}
    table = ibis.memtable(frame, schema=schema)
    dates = [column.name for column in columns if column.kind == "date"]
    return table.mutate(**{name: table[name].date() for name in dates})


def contract(account: str, starts_on: str, ends_on: str | None, mrr: float) -> dict:
    """One subscription period."""
    return {"account_id": account, "starts_on": starts_on, "ends_on": ends_on, "mrr": mrr}


def customer_frame(*rows: dict) -> pd.DataFrame:
    """Included customers; won long ago, current and without revenue where a row does not say."""
    defaults = {
        "name": None,
        "status": "current",
        "won_on": "2015-01-01",
        "churned_on": None,
        "monthly_revenue": 0.0,
    }
    frame = pd.DataFrame([{**defaults, **row} for row in rows])
    for column in ("won_on", "churned_on"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def make_study(business_model: str = "subscription", **sections: object) -> Study:
    """A study with only the sections that a test is about."""
    source = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw"}
    needed = {"subscription": "contracts", "transactional": "orders"}[business_model]
    return Study(
        study="acme",
        title="Acme",
        business_model=business_model,
        sources={"accounts": source, needed: source},
        path=Path("study.yml"),
        **sections,
    )


def parts_of(accounts: list[str], **values: list[float | None]) -> Components:
    """Components in which every customer has each metric's value itself; None = no data."""
    columns = {"account_id": accounts, "tenure_months": 24.0, "left": False}
    for name, given in values.items():
        known = pd.Series(given, dtype=float)
        columns[f"{name}__numerator"] = known.fillna(0) / metric(name).scale
        columns[f"{name}__denominator"] = known.notna().astype(float)
    return Components(pd.DataFrame(columns), pd.DataFrame({"account_id": [], "metric": []}))
