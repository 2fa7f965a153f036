"""How healthy current customers are: consumption, activation and outcomes in one number.

Each input is a metric of the catalog, put on a scale from 0 to 100. An input that is not known of a
customer is left out and the weights of the others grow; it is never scored as if it were average.
A customer of whom too little is known is *unproven*, whatever its score would be.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from helpers.errors import StudyError
from helpers.lookup import places
from helpers.metrics.catalog.health import GROUPS
from helpers.metrics.components import Components
from helpers.metrics.pairs import aligned
from helpers.study import Study
from helpers.study.health import HealthInput
from helpers.workspace import Workspace

PARTS = ("consumption", "activation", "outcomes")
NO_VALUES = "no values"  # of an input that is collected, and is known of nobody
COLUMNS = (
    "account_id", *PARTS, "evidence", "health_score", "value", "value_cut", "health_group",
)  # fmt: skip


def health(study: Study, parts: Components, customers: pd.DataFrame) -> pd.DataFrame:
    """Health of every current customer: the data file ``health``.

    Parameters
    ----------
    parts : components of all included customers.
    customers : account_id, status, and what the study's ``health.value`` names: monthly_revenue or
        quality_score.

    Returns
    -------
    One row per current customer, sorted: account_id; the three parts (0 to 100, blank where none of
    a part's inputs is known); evidence (known share of the weights, 0 to 1); health_score (blank
    below the study's ``min_evidence``); value and value_cut (currency per month, or per year for
    the quality score); health_group. Without any input that the study collects, no rows.

    Notes
    -----
    A part is the weighted mean of its known inputs, the score the weighted mean of the known parts.
    Evidence counts inputs that the study collects; what nobody was asked is no gap of a customer.

    Value at or above the cut is high, a score at or above ``health.cut`` is healthy: *key* is high
    and healthy, *at_risk* high and not healthy, *high_potential* low and healthy, *low_potential*
    low and not healthy; *unproven* are those with too little evidence or of unknown value.
    """
    current = customers.loc[customers["status"] == "current"]
    current = current.sort_values("account_id").reset_index(drop=True)
    table = health_scores(study, parts, current["account_id"])
    if table.empty:
        return table.reindex(columns=list(COLUMNS)).astype({"health_group": "str"})
    value = _value(study, current)
    given = study.health.value_cut
    cut = float(np.nanmedian(value)) if given is None else given
    groups = _groups(value >= cut, (table["health_score"] >= study.health.cut).to_numpy())
    groups[table["health_score"].isna() | np.isnan(value)] = "unproven"
    return table.assign(value=value, value_cut=cut, health_group=groups.astype(str))


def health_scores(study: Study, parts: Components, accounts: pd.Series) -> pd.DataFrame:
    """Parts, evidence and score of the customers given, who are measured against one another.

    Returns
    -------
    The first columns of `health`, in the order of ``accounts``; no rows where nothing is collected.
    """
    inputs = _collected(study, parts)
    if inputs.empty or not len(accounts):
        kinds = dict.fromkeys(COLUMNS[:6], float) | {"account_id": "str"}
        return pd.DataFrame(columns=list(kinds)).astype(kinds)
    at = places(accounts, parts.table["account_id"])
    points = np.column_stack(
        [_points(_values(parts, row.metric).to_numpy()[at], row) for row in inputs.itertuples()]
    )
    score, weights, evidence = (np.zeros(len(at)) for _ in range(3))
    table, whole = {"account_id": accounts.to_numpy()}, 0.0
    for part in PARTS:
        chosen = (inputs["part"] == part).to_numpy()
        mean, known = _weighted(points[:, chosen], inputs["weight"].to_numpy(float)[chosen])
        weight = getattr(study.health.weights, part)
        score += weight * np.nan_to_num(mean)
        weights += weight * ~np.isnan(mean)
        evidence += weight * known
        whole += weight * chosen.any()
        table[part] = mean.round(6)
    table["evidence"] = (evidence / whole).round(6)
    with np.errstate(invalid="ignore"):
        enough = (table["evidence"] >= study.health.min_evidence) & (weights > 0)
        table["health_score"] = np.where(enough, score / weights, np.nan).round(6)
    return pd.DataFrame(table).astype({"account_id": "str"})


def with_value(ws: Workspace, customers: pd.DataFrame) -> pd.DataFrame:
    """The customers with the column that the study measures value by."""
    if ws.study.health.value == "revenue":
        return customers
    scores = ws.load("quality_scores")[["account_id", "quality_score"]]
    return customers.merge(scores, on="account_id", how="left", validate="1:1")


def health_inputs(study: Study, parts: Components) -> pd.DataFrame:
    """What the score is made of, as an exhibit.

    Returns
    -------
    One row per input of the study: part, metric, label, weight (share of the whole score when all
    is known; 0 where not collected), poor, good, scale (``absolute``; ``relative`` where the study
    gives no cut-offs and customers are measured against one another; ``no values``, of nobody;
    ``not collected``).
    """
    from helpers.metrics.catalog import metric

    rows = _rows(study)
    held = rows["metric"].isin(parts.ratios)
    within = rows["weight"].where(held, 0.0)
    totals = within.groupby(rows["part"]).transform("sum")
    of_part = rows["part"].map(study.health.weights.model_dump())
    whole = sum(getattr(study.health.weights, part) for part in rows.loc[held, "part"].unique())
    share = (within / totals * of_part / whole).where(held, 0.0) if whole else within
    empty = [
        held[at] and not parts.denominator(one).gt(0).any() for at, one in rows["metric"].items()
    ]
    scale = np.select(
        [~held, empty, rows["poor"].isna()], ["not collected", NO_VALUES, "relative"], "absolute"
    )
    labels = [metric(name).label for name in rows["metric"]]
    return rows.assign(weight=share, label=labels, scale=scale)[
        ["part", "metric", "label", "weight", "poor", "good", "scale"]
    ]


def with_health(study: Study, parts: Components, customers: pd.DataFrame) -> Components:
    """The components with those of health_score and of each group's share among them.

    Unchanged where the study collects none of its inputs.
    """
    table = health(study, parts, customers)
    if table.empty:
        return parts
    placed = aligned(table, parts.table["account_id"])
    score = placed["health_score"].to_numpy(float)
    current = placed["health_group"].notna().to_numpy()
    added = {
        "health_score__numerator": np.nan_to_num(score),
        "health_score__denominator": (~np.isnan(score)).astype(float),
    }
    for group in GROUPS:
        inside = (placed["health_group"] == group).to_numpy()
        added[f"health_{group}__numerator"] = inside.astype(float)
        added[f"health_{group}__denominator"] = current.astype(float)
    # All at once: one after the other, pandas warns of a table in too many pieces.
    table = pd.concat([parts.table, pd.DataFrame(added, index=parts.table.index)], axis=1)
    return replace(parts, table=table)


def health_group(parts: Components) -> pd.Series:
    """Each customer's group; null for former customers and where health is not collected."""
    found = pd.Series(None, index=parts.table.index, dtype="object")
    for group in GROUPS:
        if f"health_{group}" in parts.ratios:
            found = found.mask(parts.numerator(f"health_{group}") > 0, group)
    return found.astype("str").where(found.notna())


def tables_needed(study: Study) -> set[str]:
    """Canonical tables that the study's inputs are computed from."""
    from helpers.metrics.catalog import metric

    return {table for name in _rows(study)["metric"] for table in metric(name).table}


def _rows(study: Study) -> pd.DataFrame:
    """The study's inputs, one row each, after a check against the catalog."""
    rows = [
        {"part": part, **entry.model_dump()}
        for part in PARTS
        for entry in getattr(study.health, part)
        if _checked(entry, f"health.{part}")
    ]
    columns = {"part": "str", "metric": "str", "weight": float, "poor": float, "good": float}
    return pd.DataFrame(rows, columns=list(columns)).astype(columns)


def _checked(entry: HealthInput, place: str) -> bool:
    """Whether an input can be measured at all; StudyError where it cannot."""
    from helpers.metrics.catalog import metric

    try:
        known = metric(entry.metric)
    except StudyError as problem:
        raise StudyError(f"{place}: {problem}") from None
    if known.level == "segment" or known.form not in ("ratio", "share", "sum"):
        raise StudyError(
            f"{place}: `{entry.metric}` has no value of its own for every customer.",
            expected="a rate, share, mean or sum per account, such as usage_trend or csat",
        )
    if entry.metric.startswith("health_"):
        raise StudyError(f"{place}: `{entry.metric}` is made of health itself.")
    better = known.higher_is_better
    if better is None and entry.poor is None:
        raise StudyError(
            f"{place}: of `{entry.metric}` neither more nor less is better in itself.",
            remedy="give `poor` and `good`, which say the direction",
        )
    if better is None or entry.poor is None or entry.good is None:
        return True
    if (entry.good > entry.poor) != better:
        raise StudyError(
            f"{place}: the cut-offs of `{entry.metric}` run the wrong way.",
            found=f"poor: {entry.poor:g}, good: {entry.good:g}",
            expected=f"`good` {'above' if better else 'below'} `poor`",
        )
    return True


def _collected(study: Study, parts: Components) -> pd.DataFrame:
    """Inputs that have components, with the direction of those measured against the others."""
    from helpers.metrics.catalog import metric

    rows = _rows(study)
    rows = rows[rows["metric"].isin(parts.ratios)].reset_index(drop=True)
    return rows.assign(higher=[metric(name).higher_is_better for name in rows["metric"]])


def _values(parts: Components, name: str) -> pd.Series:
    """One metric of every customer, as `accounts.account_metrics` gives it."""
    from helpers.metrics.catalog import metric

    entry = metric(name)
    denominator = parts.denominator(name)
    values = entry.scale * parts.numerator(name)
    if entry.form != "sum":
        values = values / denominator.where(denominator > 0)
    return values.where(denominator > 0)


def _points(values: np.ndarray, row: Any) -> np.ndarray:
    """0 to 100 between poor and good; without these, the share of the others that do worse.

    The latter counts half of those that are equal: (rank − ½) ÷ n with the mean rank of ties.
    """
    if not np.isnan(row.poor):
        return np.clip(100 * (values - row.poor) / (row.good - row.poor), 0, 100)
    ranks = pd.Series(values).rank(ascending=bool(row.higher)).to_numpy()
    return 100 * (ranks - 0.5) / max(int(np.sum(~np.isnan(values))), 1)


def _weighted(points: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted mean of each row's known points, and the share of the weights that is known."""
    known = ~np.isnan(points)
    held = known @ weights
    with np.errstate(invalid="ignore"):
        mean = np.where(held > 0, np.where(known, points, 0.0) @ weights / held, np.nan)
    return mean, held / weights.sum() if len(weights) else held


def _value(study: Study, current: pd.DataFrame) -> np.ndarray:
    column = {"revenue": "monthly_revenue"}.get(study.health.value, study.health.value)
    if column not in current:
        raise StudyError(
            "health.value names the quality score, which the customers do not have yet.",
            expected=f"a column {column}",
        )
    return pd.to_numeric(current[column]).to_numpy(float, na_value=np.nan)


def _groups(valuable: np.ndarray, healthy: np.ndarray) -> np.ndarray:
    return np.select(
        [valuable & healthy, valuable, healthy],
        ["key", "at_risk", "high_potential"],
        "low_potential",
    ).astype(object)
