"""Shares of levels: what part of a group's tickets, or answers, is of which kind.

Every level becomes a metric of its own, a ratio of sums over customers, so that its intervals come
about as those of all other shares of rows: it is customers who vary, never their tickets alone. The
intervals are 95 % each and not adjusted for the number of levels; whether a difference is *shown*
is, by the false discovery rate of `profiles.segment_metrics` over all segments and levels.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.errors import StudyError
from helpers.metrics.catalog import Metric
from helpers.metrics.components import Components
from helpers.metrics.pairs import Pairs
from helpers.metrics.profiles import company_metrics, segment_metrics
from helpers.metrics.times import NO_TIMES
from helpers.study import Study
from helpers.words import measures as words

ALL, OTHER, UNKNOWN = "all", "other", "unknown"
TOP = 8  # levels of a dimension; the others are taken together
COLUMNS = (
    "segment_id", "dimension", "level", "customers", "observations", "value", "low", "high",
    "rest_value", "difference", "difference_low", "difference_high", "p_adjusted", "better",
    "unit", "method",
)  # fmt: skip


def shares(
    study: Study,
    accounts: pd.Series,
    counts: pd.DataFrame,
    members: pd.DataFrame,
    *,
    segments: Iterable[str] | None = None,
    top: int = TOP,
) -> pd.DataFrame:
    """Share of every level in each segment, and the difference from all other customers.

    Parameters
    ----------
    accounts : all included customers.
    counts : account_id, dimension, level (null = unknown), number.
    members : segment_id, account_id.
    segments : the segments to compute, in this order; all of ``members`` by default.
    top : most frequent levels of each dimension to name; the others count as ``other``.

    Returns
    -------
    One row per segment, dimension and level, after rows of the segment ``all``: all customers,
    which have no rest. The largest level comes first, ``other`` and ``unknown`` last; dimensions
    stay in the order of ``counts``. ``value`` is 100 × rows of the level ÷ rows whose level is
    known; for ``unknown`` it is 100 × rows without a level ÷ all rows. ``customers`` and
    ``observations`` are those of the divisor.
    """
    if (members["segment_id"] == ALL).any():
        raise StudyError(f"A segment cannot be called `{ALL}`: that is all customers together.")
    accounts = accounts.sort_values(ignore_index=True)
    counts = _lumped(counts[counts["account_id"].isin(accounts)], top)
    parts, placed = _components(accounts, counts)
    if not placed:
        return pd.DataFrame({name: [] for name in COLUMNS})
    whole = company_metrics(study, parts, metrics=placed).assign(segment_id=ALL)
    table = segment_metrics(study, members, parts, segments=segments, metrics=placed)
    table = pd.concat([whole, table], ignore_index=True)
    for at, name in enumerate(("dimension", "level")):
        table[name] = pd.Series([placed[metric][at] for metric in table["metric"]], dtype="str")
    table["better"] = table["better"].fillna("")
    return table.reindex(columns=list(COLUMNS))


def _lumped(counts: pd.DataFrame, top: int) -> pd.DataFrame:
    """Levels beyond the most frequent ones taken together, and unknown ones named."""
    level = counts["level"].astype("str").str.strip().replace("", np.nan)
    counts = counts.assign(level=level.fillna(UNKNOWN))
    known = counts[counts["level"] != UNKNOWN]
    sizes = known.groupby(["dimension", "level"])["number"].sum().reset_index()
    sizes = sizes.sort_values(["number", "level"], ascending=[False, True], kind="stable")
    named = sizes[sizes.groupby("dimension").cumcount() < top]
    kept = pd.MultiIndex.from_frame(named[["dimension", "level"]])
    pairs = pd.MultiIndex.from_frame(counts[["dimension", "level"]])
    keep = pairs.isin(kept) | (counts["level"] == UNKNOWN)
    return counts.assign(level=counts["level"].where(keep, OTHER))


def _components(
    accounts: pd.Series, counts: pd.DataFrame
) -> tuple[Components, dict[str, tuple[str, str]]]:
    """One ratio per dimension and level, and what each metric stands for."""
    made, placed, definitions = Pairs(len(accounts)), {}, {}
    for dimension, rows in counts.groupby("dimension", sort=False):
        per = rows.pivot_table(
            index="account_id", columns="level", values="number", aggfunc="sum", fill_value=0
        ).reindex(accounts, fill_value=0)
        everything = per.sum(axis=1).to_numpy(float)
        known = everything - per.get(UNKNOWN, pd.Series(0, index=per.index)).to_numpy(float)
        last = [level for level in (OTHER, UNKNOWN) if level in per]
        levels = per.drop(columns=last).sum().sort_values(ascending=False, kind="stable").index
        for level in [*levels, *last]:
            name = f"{dimension}: {level}"
            divisor = everything if level == UNKNOWN else known
            made.add(name, per[level], divisor)
            placed[name] = (dimension, level)
            definitions[name] = Metric(
                name,
                name,
                "%",
                "quarter",
                None,
                words.ROWS_LEVEL_ROWS_WHOSE_LEVEL,
                "ratio",
                scale=100.0,
                rows=True,
                interval="rows",
                of=level,
            )
    table = pd.DataFrame(
        {"account_id": accounts, "tenure_months": 0.0, "left": False} | made.columns
    )
    return Components(table, NO_TIMES, definitions), placed
