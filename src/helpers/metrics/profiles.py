"""What each segment looks like: every metric of its customers, and of the rest.

Intervals are 95 % and not adjusted for how many segments and metrics are compared. Whether a
difference is *shown* is: by permutations, under one false discovery rate over all segments and
metrics of the report that share no line with the score, and another one over those that do.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from helpers.errors import StudyError, listed
from helpers.families import false_discovery
from helpers.lookup import places
from helpers.metrics.catalog.ingredients import lines_shared
from helpers.metrics.comparison import Comparison
from helpers.metrics.components import Components
from helpers.study import Study
from helpers.words import measures as words
from helpers.words import say

BETTER, WORSE, SAME = "better", "worse", words.NO_DIFFERENCE_SHOWN
FALSE_DISCOVERIES = 0.05
COLUMNS = (
    "segment_id", "metric", "customers", "observations", "value", "low", "high",
    "rest_customers", "rest_value", "rest_low", "rest_high",
    "difference", "difference_low", "difference_high", "p_value", "p_adjusted", "better",
    "shares_score_inputs", "unit", "method",
)  # fmt: skip
ENDS = ("low", "high", "rest_low", "rest_high", "difference_low", "difference_high")
METHODS = {
    "sum": words.BOOTSTRAP_T_OVER_CUSTOMERS_AT,
    "mean": words.BOOTSTRAP_T_OVER_CUSTOMERS,
    "rows": words.WILSON_AT_EFFECTIVE_NUMBER_ROWS,
    "amounts": words.WILSON_AT_EFFECTIVE_NUMBER_CUSTOMERS,
    "retention": words.KEPT_GROWN_BY_THEMSELVES_SQUARE,
    "median": words.CUSTOMERS_RESAMPLED,
    "censored": words.CUSTOMERS_RESAMPLED,
    "derived": words.SQUARE_ADD_ITS_PARTS,
    "share": "Wilson",
    "transformed": words.WILSON_LIMITS_CARRIED_OVER,
    "pooled": words.DRAWN_TOWARDS_COMPANY_WILSON_LIMITS,
    "survival": words.KAPLAN_MEIER_LOG_LOG,
    "concentration": words.NO_INTERVAL,
}


def segment_metrics(
    study: Study,
    members: pd.DataFrame,
    parts: Components,
    *,
    segments: Iterable[str] | None = None,
    metrics: Iterable[str] | None = None,
) -> pd.DataFrame:
    """Every metric of every segment and of the customers outside it.

    Parameters
    ----------
    members : segment_id, account_id; customers may belong to several segments.
    parts : `accounts.components` of all included customers; the rest of a segment is all of them
        but its members.
    segments : the segments to compute, in this order; all of ``members`` by default.
    metrics : the metrics to compute; all that ``parts`` know by default.

    Returns
    -------
    One row per segment and metric, in the order of ``segments`` and of the catalog:

    * customers, observations: customers with data for the metric, and what they were measured on
      (tickets, responses, orders; else the customers themselves). rest_customers likewise.
    * value, low, high: the segment's value and interval; rest_value, rest_low, rest_high.
    * difference (value − rest_value) with difference_low and difference_high; blank for sums, which
      follow from size.
    * p_value of the difference (`permutations`), and p_adjusted: the false discovery rate at which
      it would be shown (Benjamini and Hochberg 1995), among all rows that share a line of the
      score, or among all that share none. What made the score differs between segments that the
      score picked, and must not make the others look proven.
    * better: ``better`` or ``worse`` where p_adjusted is at most 0.05, ``higher`` or ``lower``
      where neither direction is good in itself, else ``no difference shown``; empty where there is
      no p-value. The only source of marks.
    * shares_score_inputs: the lines of the score that are made of the same facts, joined by ``, ``.
    * unit; method: how the interval came about, or why there is none.

    Values without data are blank, never 0. There is no interval for fewer customers than the
    study's ``metrics.interval_min_customers``.

    Raises
    ------
    StudyError
        For members that are no included customers, and metrics that the catalog does not have.

    Notes
    -----
    Sums have the interval of the mean times the number of customers: what a group of this size
    adds up to. Shares of customers have the Wilson interval, and metrics made from one share its
    limits carried over. Ratios have the intervals of `ratios`, medians are resampled (`intervals`),
    and differences of separate groups come from their intervals by square and add.
    """
    places = _places(members, parts)
    order = list(places) if segments is None else list(segments)
    comparison = Comparison(study, parts, wanted=metrics)
    size = len(parts.table)
    groups = []
    for segment in order:
        inside = np.zeros(size, dtype=bool)
        inside[places.get(segment, [])] = True
        groups.append(inside)
    permuted = comparison.permuted(groups)
    compared = comparison.compare_together(groups)
    table = _table(comparison, compared)
    shared = {
        entry.name: ", ".join(lines_shared(study, entry))
        for entry in comparison.metrics[: comparison.wanted]
    }
    table["shares_score_inputs"] = table["metric"].map(shared).astype("str")
    table["p_value"] = comparison.p_values(groups, compared, permuted).ravel()
    table = _without_independence(study, _judged(comparison, table))
    table["segment_id"] = pd.Series(np.repeat(order, comparison.wanted), dtype="str")
    return table[list(COLUMNS)]


BOUNDS = ("nps", "nps_worst_case", "nps_best_case", "nps_response_rate")


def response_bounds(profiles: pd.DataFrame, segments: Sequence[str]) -> pd.DataFrame:
    """What NPS could be if those who did not answer had answered, one row per segment.

    Parameters
    ----------
    profiles : as `segment_metrics` gives them.
    segments : the segments to show.

    Returns
    -------
    segment_id, nps, nps_worst_case, nps_best_case (points), nps_response_rate (0 to 1), customers
    (the fewest behind any of them); blank = no data. By segment_id; segments without any of these
    metrics are left out.
    """
    of = profiles[profiles["segment_id"].isin(segments) & profiles["metric"].isin(BOUNDS)]
    wide = of.pivot_table("value", "segment_id", "metric", aggfunc="first").reindex(columns=BOUNDS)
    wide = wide.dropna(how="all")
    wide["customers"] = of.groupby("segment_id")["customers"].min()
    return wide.reset_index().rename_axis(columns=None)


def company_metrics(
    study: Study, parts: Components, *, metrics: Iterable[str] | None = None
) -> pd.DataFrame:
    """Every metric over all included customers.

    Parameters
    ----------
    metrics : the metrics to compute; all that ``parts`` know by default.

    Returns
    -------
    One row per metric: metric, customers, observations, value, low, high, unit, method.
    """
    comparison = Comparison(study, parts, wanted=metrics)
    table = _table(comparison, [comparison.compare(np.ones(len(parts.table), dtype=bool))])
    return table[["metric", "customers", "observations", "value", "low", "high", "unit", "method"]]


def _places(members: pd.DataFrame, parts: Components) -> dict[str, np.ndarray]:
    """Positions of each segment's members among the customers."""
    at = places(members["account_id"], parts.table["account_id"])
    if (at < 0).any():
        raise StudyError(
            "Segments have members that are no included customers.",
            found=listed(sorted(set(members["account_id"][at < 0]))),
        )
    groups = members["segment_id"].groupby(members["segment_id"].to_numpy(), sort=False)
    return {segment: at[rows] for segment, rows in groups.indices.items()}


def _table(comparison: Comparison, found: list[dict[str, np.ndarray]]) -> pd.DataFrame:
    """One row per comparison and metric, without the segments' names."""
    entries = comparison.metrics[: comparison.wanted]
    times = len(found)
    arrays = {
        name: np.concatenate([one[name] for one in found]) if found else np.empty(0)
        for name in (
            *("customers", "observations", "value", "low", "high", "rest_customers"),
            *("rest_value", "rest_low", "rest_high"),
            *("difference", "difference_low", "difference_high"),
        )
    }
    counts = ("customers", "observations", "rest_customers")
    table = pd.DataFrame(
        {
            "metric": pd.Series([entry.name for entry in entries] * times, dtype="str"),
            **{
                name: array.astype("int64") if name in counts else _significant(array)
                for name, array in arrays.items()
            },
        }
    )
    table["unit"] = pd.Series([entry.unit for entry in entries] * times, dtype="str")
    told = [
        "; ".join(filter(None, (METHODS[e.interval if e.form == "ratio" else e.form], e.note)))
        for e in entries
    ]
    methods = np.array(told * times, dtype=object)
    known = table[["low", "high"]].notna().any(axis=1)
    without = np.array([entry.form == "concentration" for entry in entries] * times, dtype=bool)
    table["method"] = pd.Series(
        np.select(
            [
                known,
                table["customers"] == 0,
                table["value"].isna() & without,
                without,
                table["customers"] < comparison.least,
                table["value"].isna(),
            ],
            [
                *(methods, words.NO_DATA, words.NOT_DEFINED, methods),
                *(say(words.FEWER_THAN_CUSTOMERS, least=comparison.least), words.NOT_DEFINED),
            ],
            words.NO_SPREAD_BETWEEN_CUSTOMERS,
        ),
        dtype="str",
    )
    return table


def _judged(comparison: Comparison, table: pd.DataFrame) -> pd.DataFrame:
    """The table with p_adjusted and better."""
    p = table["p_value"].to_numpy(float)
    adjusted = np.full(len(p), np.nan)
    ingredient = table["shares_score_inputs"].ne("").to_numpy(bool)
    for family in (ingredient, ~ingredient):
        tested = family & ~np.isnan(p)
        if tested.any():
            adjusted[tested] = false_discovery(p[tested])
    entries = comparison.metrics[: comparison.wanted]
    good = np.array([{True: 1, False: -1, None: 0}[entry.higher_is_better] for entry in entries])
    good = np.tile(good, len(table) // max(len(entries), 1))
    side = np.sign(table["difference"].to_numpy(float))
    words = np.select(
        [
            np.isnan(adjusted),
            (adjusted > FALSE_DISCOVERIES) | (side == 0),
            (good == 0) & (side > 0),
            good == 0,
            good == side,
        ],
        ["", SAME, "higher", "lower", BETTER],
        WORSE,
    )
    return table.assign(
        p_value=_significant(p),
        p_adjusted=_significant(adjusted),
        better=pd.Series(words, index=table.index, dtype="str"),
    )


def _without_independence(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """The table as it may be told: intervals and marks take customers for independent.

    Where the study names clusters they are not, and there is neither.
    """
    if study.cluster is None:
        return table
    ends = [name for name in table if name in ENDS]
    measured = table[ends].notna().any(axis=1)
    told = table.assign(**dict.fromkeys([*ends, "p_value", "p_adjusted"], np.nan), better="")
    method = table["method"].where(~measured, words.CLUSTERED)
    return told.assign(better=told["better"].astype("str"), method=method)


def _significant(values: np.ndarray, *, digits: int = 10) -> np.ndarray:
    """Numbers rounded to significant digits, which hides how a sum was ordered."""
    with np.errstate(divide="ignore", invalid="ignore"):
        places = digits - 1 - np.floor(np.log10(np.abs(values)))
        factor = 10.0 ** np.where(np.isfinite(places), np.minimum(places, 300), 0)
        return np.round(values * factor) / factor + 0.0
