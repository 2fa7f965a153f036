"""The three criteria, measure by measure, each with its interval: the data file ``criteria``."""

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.metrics.catalog import metric
from helpers.metrics.intervals import wilson_limits
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say

VALUE, TARGETABILITY, SIZE = "value", "targetability", "size"
# Margin, retention and expansion by what a business model knows.
METRICS: dict[str, tuple[str, ...]] = {
    "subscription": ("gross_margin", "contribution_12m", "grr", "logo_churn_rate_12m", "nrr",
                     "arr_per_customer", "arr"),
    "transactional": ("gross_margin", "contribution_12m", "repeat_rate", "purchase_frequency",
                      "aov", "revenue_12m"),
}  # fmt: skip


def measured(
    study: Study,
    ranked: pd.DataFrame,
    segments: pd.DataFrame,
    profiles: pd.DataFrame,
    frame: pd.DataFrame,
    masks: pd.DataFrame,
    worth: pd.DataFrame | None,
    rules: pd.DataFrame,
) -> pd.DataFrame:
    """Every measure of every ranked segment; what is not known is a row that says why.

    Parameters
    ----------
    ranked, segments, profiles, rules : data files ``priorities``, ``segments``,
        ``segment_metrics`` and ``prospect_rules``.
    frame : customer frame.
    masks : booleans, one row per customer of ``frame`` and one column per segment.
    worth : account_id, arr (currency per year); None = not known.

    Notes
    -----
    Shares have Wilson's interval; metrics that of ``segment_metrics``; counts and sums of today
    have none, for they are no sample. The level that a concentration is told of is the most
    frequent one of the segment, so that its lower limit is somewhat too high.
    """
    at = segments.set_index("segment_id")
    cells = profiles.set_index(["segment_id", "metric"])
    filters = rules.set_index("segment_id")
    current = (frame["status"] == "current").to_numpy(bool)
    paid = None if worth is None or "arr" not in worth else _paid(frame, worth)
    rows: list[dict] = []
    for one in ranked.to_dict("records"):
        name = one["segment_id"]
        inside = masks[name].to_numpy(bool)
        told = _Told(one, rows)
        lift = at.loc[name]
        told.row(VALUE, words.LIFT, lift["lift"], lift.get("lift_low"), lift.get("lift_high"),
                 unit="currency per year")  # fmt: skip
        score = frame["quality_score"].to_numpy(float)
        told.row(VALUE, words.LEVEL, score[inside].mean(), *_mean_limits(score[inside]),
                 rest=score[~inside].mean(), unit="currency per year")  # fmt: skip
        for each in METRICS[study.business_model]:
            entry = metric(each)
            if (name, each) in cells.index:
                cell = cells.loc[(name, each)]
                told.row(VALUE, entry.label, cell["value"], cell["low"], cell["high"],
                         rest=cell["rest_value"], unit=cell["unit"])  # fmt: skip
            else:
                told.row(VALUE, entry.label, np.nan, unit=entry.unit, why=say(words.NOT_MEASURED))
        told.row(
            TARGETABILITY, words.FOUND_RIGHTLY, one["precision_outside"], one["precision_low"],
            one["precision_high"], rest=one["customer_share"],
            why=say(words.NOBODY_PICKED) if one["recall_outside"] == 0 else "",
        )  # fmt: skip
        told.row(TARGETABILITY, words.FOUND_AT_ALL, one["recall_outside"], one["recall_low"],
                 one["recall_high"])  # fmt: skip
        told.row(TARGETABILITY, words.COVERED, one["coverage"])
        for column in study.priorities.found_by:
            if column in study.attributes and column in frame:
                told.concentration(study.label(column), frame[column], inside)
        share = wilson_limits(np.array([inside.sum()]), np.array([len(inside)]))
        told.row(SIZE, words.CUSTOMERS_NOW, float((inside & current).sum()), unit="count")
        told.row(SIZE, words.SHARE_OF_CUSTOMERS, inside.mean(), float(share[0][0]),
                 float(share[1][0]))  # fmt: skip
        if paid is None or not np.nansum(paid[current]) > 0:
            told.row(SIZE, words.SHARE_OF_ARR, np.nan, why=say(words.NO_ARR))
        else:
            of_arr = np.nansum(paid[inside & current]) / np.nansum(paid[current])
            told.row(SIZE, words.SHARE_OF_ARR, of_arr)
        told.row(SIZE, words.SHARE_OF_MARKET, one["market_share"], why=say(words.NO_MARKET))
        told.row(SIZE, words.MARKET_UNKNOWN, one["market_unknown"], why=say(words.NO_MARKET))
        told.row(SIZE, words.WON, filters.loc[name, "won_share"], why=say(words.NO_MARKET))
    return outputs.shaped("criteria", rows)


class _Told:
    """Rows of one segment."""

    def __init__(self, one: dict, rows: list[dict]) -> None:
        self.named = {"segment_id": one["segment_id"], "definition": one["definition"]}
        self.rows = rows

    def row(
        self,
        criterion: str,
        measure: str,
        value: float,
        low: float | None = None,
        high: float | None = None,
        *,
        rest: float = np.nan,
        unit: str = "ratio",
        level: str = "",
        why: str = "",
    ) -> None:
        """One measure; ``why`` is told where the value is blank."""
        ends = [np.nan if end is None else end for end in (low, high)]
        if pd.notna(value):
            why = ""
        elif not why:
            why = say(words.VALUE_OPEN)
        self.rows.append(
            self.named
            | {"criterion": criterion, "measure": say(measure), "level": level, "value": value,
               "low": ends[0], "high": ends[1], "rest_value": rest, "unit": unit, "why": why}
        )  # fmt: skip

    def concentration(self, label: str, column: pd.Series, inside: np.ndarray) -> None:
        """The most frequent level of an attribute within the segment, against all others."""
        values = column.astype("object")
        known = values.notna().to_numpy(bool)
        here, others = values[inside & known], values[~inside & known]
        measure = say(words.CONCENTRATED, attribute=label)
        if here.empty:
            self.row(TARGETABILITY, measure, np.nan, why=say(words.LEVEL_UNKNOWN))
            return
        counts = here.astype(str).value_counts()
        top = min(counts.index[counts == counts.max()])
        low, high = wilson_limits(np.array([counts[top]]), np.array([len(here)]))
        rest = (others.astype(str) == top).mean() if len(others) else np.nan
        self.row(TARGETABILITY, measure, counts[top] / len(here), float(low[0]), float(high[0]),
                 rest=rest, level=top)  # fmt: skip


def _paid(frame: pd.DataFrame, worth: pd.DataFrame) -> np.ndarray:
    return frame["account_id"].map(worth.set_index("account_id")["arr"]).to_numpy(float)


def _mean_limits(values: np.ndarray) -> tuple[float, float]:
    """95 % limits of a mean by Student's t; NaN for fewer than two values."""
    from scipy import stats

    if len(values) < 2:
        return float("nan"), float("nan")
    half = stats.t.isf(0.025, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)
