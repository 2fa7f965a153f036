"""Whether a metric changed, or the customers that it is taken over: every change in mix and rate.

A company's NPS can rise while it falls among all who stayed, because the unhappy ones left. So each
change is split exactly: by customers kept, won and lost, and by the levels of every attribute.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.families import holm
from helpers.history.past import Past
from helpers.metrics.catalog import metric
from helpers.metrics.components import Components
from helpers.outputs import shaped
from helpers.quarter import Quarter
from helpers.raters import Z95

MAIN = (
    *("arr_per_customer", "nrr", "grr", "logo_churn_rate", "aov", "purchase_frequency"),
    *("nps", "csat", "first_reply_hours_mean", "tickets_per_customer_month", "escalation_rate"),
    *("reopen_rate", "one_touch_rate"),
)
CUSTOMERS, UNKNOWN, ALL = "customers", "unknown", "all"
KEPT, NEW, LOST = "kept", "new", "lost"
MIX, RATE, REVERSED, NOT_SHOWN = "mix", "rate", "reversed", ""
LEVEL = 0.05


def metric_parts(parts: Components, metrics: Iterable[str] = MAIN) -> pd.DataFrame:
    """What the main metrics are made of, customer by customer: the data file ``metric_parts``.

    A group's value is scale x sum of numerators / sum of denominators. A later quarter needs both
    to tell a change of customers from a change of what they do.

    Returns
    -------
    metric, account_id, numerator, denominator; only customers with data, by metric and customer.
    """
    known = set(parts.ratios)
    pieces = []
    for name in metrics:
        if name in known:
            rows = pd.DataFrame(
                {
                    "metric": name,
                    "account_id": parts.table["account_id"],
                    "numerator": parts.numerator(name),
                    "denominator": parts.denominator(name),
                }
            )
            pieces.append(rows[rows["denominator"] > 0].sort_values("account_id"))
    return shaped("metric_parts", pd.concat(pieces) if pieces else [])


@dataclass(frozen=True)
class _Split:
    """A change with its standard error, and the part of it that is no change of mix."""

    change: float
    change_error: float
    rate: float
    rate_error: float


def mix_and_rate(
    now: pd.DataFrame,
    then: pd.DataFrame,
    attributes: tuple[pd.DataFrame, pd.DataFrame],
    *,
    dimensions: Sequence[str],
) -> pd.DataFrame:
    """Every change of a main metric since the quarter before, split in mix and rate.

    Parameters
    ----------
    now, then : data files ``metric_parts`` of both quarters.
    attributes : data files ``attributes`` of now and then: what levels customers had.
    dimensions : attributes to split by, beside *customers* (kept, new, lost).

    Returns
    -------
    The data file ``mix_and_rate``: per metric and dimension one row of the level *all*, then one
    per level. ``mix`` and ``rate`` of the levels add up to those of *all*, and these to ``change``.

    Notes
    -----
    By levels: rate = sum of mean share x change of the level's value, mix = sum of change of share
    x (mean value of the level - mean value of all) (Kitagawa 1955, JASA 50). A level that only one
    quarter has counts as mix. By customers, with K the value of those of both quarters, N of new
    and L of lost ones: change = (K1 - K0) + share of new x (N - K1) - share of lost x (L - K0).

    Standard errors are of sums over customers (linearised; those of both quarters count once), with
    shares taken as they are. ``verdict`` says what a change is that is shown (Holm over the metrics
    at 5 %): *rate*, where the rate is shown in the same direction; *reversed*, where it is shown in
    the other one; *mix*, where the rate is not shown and mix is at least half; else blank.
    """
    rows: list[dict] = []
    for name in [one for one in MAIN if one in set(now["metric"]) & set(then["metric"])]:
        sides = [_side(table, name) for table in (then, now)]
        entry = metric(name)
        shared = sides[0].index.intersection(sides[1].index)
        rows += _rows(name, entry.unit, CUSTOMERS, entry.scale, *_by_customers(sides, shared))
        for dimension in dimensions:
            if not all(dimension in table for table in attributes):
                continue
            of = [
                _levels(side.index, table, dimension)
                for side, table in zip(sides, attributes[::-1], strict=True)
            ]
            rows += _rows(name, entry.unit, dimension, entry.scale, *_by_levels(sides, of))
    table = shaped("mix_and_rate", rows)
    return _judged(table)


def since_the_quarter_before(
    past: Sequence[Past],
    quarter: Quarter,
    now: pd.DataFrame,
    attributes: pd.DataFrame,
    dimensions: Sequence[str],
) -> pd.DataFrame:
    """`mix_and_rate` against the report of the quarter before.

    Parameters
    ----------
    past : earlier quarters that were measured as today (`control.comparable`), the oldest first.

    Returns
    -------
    Data file ``mix_and_rate``; empty where there is no such report, or it holds no parts.
    """
    known = bool(past) and past[-1].quarter == quarter.previous
    before = past[-1].tables(["metric_parts", "attributes"]) if known else {}
    if len(before) < 2:
        return shaped("mix_and_rate", [])
    return mix_and_rate(
        now,
        before["metric_parts"],
        (attributes, before["attributes"]),
        dimensions=dimensions,
    )


def _side(table: pd.DataFrame, name: str) -> pd.DataFrame:
    rows = table[table["metric"] == name].set_index("account_id")
    return rows[["numerator", "denominator"]]


def _levels(accounts: pd.Index, table: pd.DataFrame, dimension: str) -> pd.Series:
    """Level of each customer, as text."""
    values = table.set_index("account_id")[dimension].astype("string")
    # A level may have the name that the row of all customers has.
    return values.reindex(accounts).fillna(UNKNOWN).replace(ALL, f"“{ALL}”").astype(object)


def _value(side: pd.DataFrame) -> float:
    total = side["denominator"].sum()
    return float(side["numerator"].sum() / total) if total > 0 else np.nan


def _influence(side: pd.DataFrame) -> pd.Series:
    """How much each customer moves the value."""
    total = side["denominator"].sum()
    if not total > 0:
        return pd.Series(dtype=float)
    return (side["numerator"] - _value(side) * side["denominator"]) / total


def _error(later: pd.Series, earlier: pd.Series) -> float:
    moved = later.sub(earlier, fill_value=0.0)
    n = len(moved)
    return float(np.sqrt(np.square(moved).sum() * n / (n - 1))) if n > 1 else np.nan


def _by_customers(sides: list[pd.DataFrame], kept: pd.Index) -> tuple[_Split, list[dict]]:
    then, now = sides
    parts = [side.loc[kept] for side in sides]
    came, gone = now.drop(kept), then.drop(kept)
    shares = [1 - part["denominator"].sum() / side["denominator"].sum()
              for part, side in zip(parts, sides, strict=True)]  # fmt: skip
    k0, k1, new, lost = _value(parts[0]), _value(parts[1]), _value(came), _value(gone)
    rate = k1 - k0 if len(kept) else 0.0
    base = [value if np.isfinite(value) else 0.0 for value in (k0, k1)]
    levels = [
        {"level": KEPT, "share_before": 1 - shares[0], "share_now": 1 - shares[1],
         "value_before": k0, "value_now": k1, "mix": 0.0, "rate": rate, "customers": len(kept)},
        {"level": NEW, "share_before": 0.0, "share_now": shares[1], "value_now": new,
         "mix": shares[1] * (new - base[1]) if len(came) else 0.0, "rate": 0.0,
         "customers": len(came)},
        {"level": LOST, "share_before": shares[0], "share_now": 0.0, "value_before": lost,
         "mix": -shares[0] * (lost - base[0]) if len(gone) else 0.0, "rate": 0.0,
         "customers": len(gone)},
    ]  # fmt: skip
    if not len(kept):
        levels[1]["mix"], levels[2]["mix"] = new, -lost
    return (
        _Split(
            _value(now) - _value(then),
            _error(_influence(now), _influence(then)),
            rate,
            _error(_influence(parts[1]), _influence(parts[0])),
        ),
        levels,
    )


def _by_levels(sides: list[pd.DataFrame], of: list[pd.Series]) -> tuple[_Split, list[dict]]:
    then, now = sides
    totals = [side["denominator"].sum() for side in sides]
    values = [_value(side) for side in sides]
    middle = sum(values) / 2
    names = sorted(set(of[0]) | set(of[1]))
    rows: list[dict] = []
    moved: list[list[float]] = [[], []]
    for name in names:
        parts = [side[level == name] for side, level in zip(sides, of, strict=True)]
        share = [
            part["denominator"].sum() / total for part, total in zip(parts, totals, strict=True)
        ]
        value = [_value(part) for part in parts]
        both = all(np.isfinite(value))
        used = value if both else [next(one for one in value if np.isfinite(one))] * 2
        weight = sum(share) / 2
        rows.append(
            {
                "level": name,
                "share_before": share[0],
                "share_now": share[1],
                "value_before": value[0],
                "value_now": value[1],
                "mix": (share[1] - share[0]) * (sum(used) / 2 - middle),
                "rate": weight * (used[1] - used[0]),
                "customers": len(parts[1]),
            }
        )
        if both:
            for side, part in zip(moved, parts, strict=True):
                side.append(weight * _influence(part))
    rate = float(sum(row["rate"] for row in rows))
    earlier, later = (pd.concat(side) if side else pd.Series(dtype=float) for side in moved)
    return (
        _Split(
            values[1] - values[0],
            _error(_influence(now), _influence(then)),
            rate,
            _error(later, earlier),
        ),
        rows,
    )


def _rows(
    name: str, unit: str, dimension: str, scale: float, split: _Split, levels: list[dict]
) -> list[dict]:
    shared = {"metric": name, "dimension": dimension, "unit": unit, "verdict": ""}
    scaled = ("value_before", "value_now", "mix", "rate")
    told = [shared | row | {at: scale * row[at] for at in scaled if at in row} for row in levels]
    before = sum(r["share_before"] * r.get("value_before", 0.0) for r in told if r["share_before"])
    now = sum(r["share_now"] * r.get("value_now", 0.0) for r in told if r["share_now"])
    whole = shared | {
        "level": ALL,
        "share_before": 1.0,
        "share_now": 1.0,
        "value_before": before,
        "value_now": now,
        "customers": sum(
            row["customers"] for row in levels if (dimension, row["level"]) != (CUSTOMERS, LOST)
        ),
        "change": scale * split.change,
        "change_error": scale * split.change_error,
        "rate": scale * split.rate,
        "rate_error": scale * split.rate_error,
        "mix": scale * (split.change - split.rate),
    }
    return [whole, *told]


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """What each change is that is shown."""
    from scipy.special import ndtr

    whole = table["level"] == ALL
    each = table[whole].drop_duplicates("metric")
    p = 2 * ndtr(-(each["change"] / each["change_error"].where(lambda e: e > 0)).abs())
    shown = dict(zip(each["metric"], holm(pd.Series(p, each.index)) <= LEVEL, strict=True))
    verdicts = []
    for row in table.itertuples():
        verdict = NOT_SHOWN
        if row.level == ALL and shown[row.metric]:
            reach = Z95 * row.rate_error if row.rate_error > 0 else np.inf
            if abs(row.rate) > reach:
                verdict = RATE if np.sign(row.rate) == np.sign(row.change) else REVERSED
            elif abs(row.mix) >= abs(row.change) / 2:
                verdict = MIX
        verdicts.append(verdict)
    return table.assign(verdict=pd.Series(verdicts, index=table.index, dtype="str"))
