"""Drift: how far attributes and metrics are spread otherwise than a quarter ago.

The population stability index adds up (share now - share then) x ln(share now / share then) over
bands. Rules of thumb (0.1, 0.25) know neither the company nor the number of its customers; so what
is usual here is told beside it: the same index of earlier quarters.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from helpers.history.mix import MAIN, UNKNOWN
from helpers.history.past import Past
from helpers.metrics.catalog import metric
from helpers.outputs import shaped
from helpers.quarter import Quarter

BANDS = 10  # of a metric, cut at deciles of the quarter before
FEWEST = 4  # earlier quarters from which on something can be usual
USUAL, UNUSUAL, OPEN = "usual", "unusual", ""


def drift(
    past: Sequence[Past],
    quarter: Quarter,
    attributes: pd.DataFrame,
    parts: pd.DataFrame,
    dimensions: Sequence[str],
) -> pd.DataFrame:
    """The data file ``drift``: each attribute and main metric against the quarter before.

    Parameters
    ----------
    past : earlier quarters that were measured as today (`control.comparable`), the oldest first.
    attributes, parts : data files ``attributes`` and ``metric_parts`` of this quarter.
    dimensions : the attributes to compare.

    Returns
    -------
    One row per attribute and metric: field, kind, psi, largest (the level whose share changed most)
    with its shares then and now, quarters (earlier ones whose report holds an index), usual_median
    and usual_high (of these), verdict: *unusual* where it is above each of at least
    `FEWEST` earlier ones, *usual* where it is not, blank where there are fewer. Empty without a
    comparable report of the quarter before.

    Notes
    -----
    Half a customer is added to every level of both quarters, so that a level of nobody has a
    logarithm. What is unknown is a level: that a field is filled less is drift, too.
    """
    before = past[-1] if past and past[-1].quarter == quarter.previous else None
    tables = before.tables(["attributes", "metric_parts"]) if before else {}
    if len(tables) < 2:
        return shaped("drift", [])
    rows: list[dict[str, Any]] = []
    for name in dimensions:
        if all(name in table for table in (attributes, tables["attributes"])):
            then, now = (
                table[name].astype("string").fillna(UNKNOWN).value_counts()
                for table in (tables["attributes"], attributes)
            )
            rows.append({"field": name, "kind": "attribute"} | _index(then, now))
    for name in MAIN:
        values = [_values(table, name) for table in (tables["metric_parts"], parts)]
        if min(map(len, values)):
            then, now = _banded(*values)
            rows.append({"field": name, "kind": "metric"} | _index(then, now))
    usual = _earlier(past)
    return shaped("drift", [row | _beside(row, usual.get((row["kind"], row["field"]), []))
                            for row in rows])  # fmt: skip


def _index(then: pd.Series, now: pd.Series) -> dict[str, object]:
    """The index, and the level whose share changed most."""
    levels = sorted({*then.index, *now.index})
    counts = [side.reindex(levels, fill_value=0).to_numpy(float) for side in (then, now)]
    share = [(side + 0.5) / (side.sum() + 0.5 * len(levels)) for side in counts]
    plain = [side / side.sum() for side in counts]
    at = int(np.abs(plain[1] - plain[0]).argmax())
    return {
        "psi": float(((share[1] - share[0]) * np.log(share[1] / share[0])).sum()),
        "largest": str(levels[at]),
        "share_before": float(plain[0][at]),
        "share_now": float(plain[1][at]),
    }


def _values(table: pd.DataFrame, name: str) -> pd.Series:
    rows = table[table["metric"] == name]
    return metric(name).scale * rows["numerator"] / rows["denominator"]


def _banded(then: pd.Series, now: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Customers by band of their value; bands are deciles of then, equal values in one band."""
    edges = np.unique(np.quantile(then, np.linspace(0, 1, BANDS + 1)[1:-1]))
    names = [*(f"up to {edge:.6g}" for edge in edges), f"above {edges[-1]:.6g}"]
    counted = []
    for side in (then, now):
        at = np.searchsorted(edges, side.to_numpy(float), side="left")
        counted.append(pd.Series(np.bincount(at, minlength=len(names)), index=names))
    return counted[0], counted[1]


def _earlier(past: Sequence[Past]) -> dict[tuple[str, str], list[float]]:
    """The index of each field in earlier reports."""
    found: dict[tuple[str, str], list[float]] = {}
    for one in past:
        table = one.table("drift")
        if table is not None:
            for row in table.itertuples():
                found.setdefault((row.kind, row.field), []).append(float(row.psi))
    return found


def _beside(row: dict, earlier: list[float]) -> dict[str, object]:
    if not earlier:
        return {"quarters": 0, "verdict": OPEN}
    high = max(earlier)
    verdict = OPEN
    if len(earlier) >= FEWEST:
        verdict = UNUSUAL if row["psi"] > high else USUAL
    return {
        "quarters": len(earlier),
        "usual_median": float(np.median(earlier)),
        "usual_high": high,
        "verdict": verdict,
    }
