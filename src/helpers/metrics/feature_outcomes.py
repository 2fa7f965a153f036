"""Customers that use a feature against those of the same segment that do not: association only.

Use comes first, the outcome after it: a feature counts as activated when it was used in the quarter
*before*, and retention and expansion are those of this quarter. That rules out that leaving is the
reason for not using it, and nothing else: customers that were going to do well may have activated
it for that reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.metrics.components import Components
from helpers.metrics.intervals import LEVEL, difference_limits, wilson_limits
from helpers.metrics.outcomes import quarter_outcomes
from helpers.metrics.usage import usage_by_customer
from helpers.quarter import Quarter
from helpers.study import Study
from helpers.words import measures as words
from helpers.words import say

EVERYONE = "all-customers"
# Outcome, its unit, and whether each customer either has it or has it not.
OUTCOMES = (
    ("quality_score", "currency per year", False),
    ("retention", "ratio", True),
    ("expansion", "ratio", True),
)
COLUMNS = (
    "segment_id", "feature", "outcome", "used_customers", "other_customers", "used_value",
    "other_value", "difference", "low", "high", "p_value", "p_adjusted", "unit", "test", "verdict",
)  # fmt: skip
SHOWN = (words.HIGHER_WHERE_USED, words.LOWER_WHERE_USED)


@dataclass(frozen=True)
class FeatureOutcomes:
    """``table`` is the data file ``feature_outcomes``.

    ``left_out`` counts the comparisons with too few customers on either side; ``reason`` says why
    the table is empty.
    """

    table: pd.DataFrame
    left_out: int = 0
    reason: str = ""

    @property
    def shown(self) -> pd.Series:
        """Which comparisons show a difference after correction."""
        return self.table["verdict"].isin(SHOWN)


def feature_outcomes(
    study: Study,
    quarter: Quarter,
    customers: pd.DataFrame,
    members: pd.DataFrame,
    scores: pd.DataFrame,
    parts: Components,
    *,
    usage: ir.Table | None,
    segments: Iterable[str] | None = None,
) -> FeatureOutcomes:
    """Score, retention and expansion of users and others, for every segment and feature.

    Parameters
    ----------
    customers : included customers: account_id, won_on.
    members : segment_id, account_id; customers may belong to several segments.
    scores : data file ``quality_scores``: account_id, quality_score.
    parts : components of all included customers.
    usage : their canonical table; None = not collected.
    segments : the segments to compare within, in this order; all of ``members`` by default. All
        customers together come first, as ``all-customers``.

    Returns
    -------
    FeatureOutcomes; one row per segment, feature and outcome with enough customers on both sides
    (the study's ``metrics.interval_min_customers``): their numbers and means; difference (users −
    others) with 95 % interval; p_value; p_adjusted (Benjamini and Hochberg 1995 over the whole
    table); test; verdict (``higher where used``, ``lower where used``, ``no difference shown``).

    Notes
    -----
    Only customers throughout the quarter before and on the eve of this one count, so that everybody
    had the time to use a feature. Mean scores: Welch's test and interval. Shares: Fisher's exact
    test, interval by Newcombe 1998 from Wilson limits; the two may disagree at the margin. The
    interval is of one comparison by itself, the verdict follows the adjusted p-value.
    """
    if usage is None:
        return FeatureOutcomes(_typed([]), reason=words.USAGE_NOT_COLLECTED)
    held = _population(quarter, customers, scores, parts)
    used = usage_by_customer(usage, quarter=quarter.previous).dropna(subset="feature")
    used = used[used["account_id"].isin(held["account_id"])]
    if parts.unnamed:  # of so many features the leading ones are compared
        used = used[used["feature"].isin(parts.features.values())]
    if used.empty:
        return FeatureOutcomes(
            _typed([]), reason=say(words.NO_CUSTOMER_QUARTER_S_START, previous=quarter.previous),
        )  # fmt: skip
    features = sorted(used["feature"].unique())
    activated = _matrix(features, used["feature"], used["account_id"], held["account_id"])
    order = list(dict.fromkeys(members["segment_id"])) if segments is None else list(segments)
    inside = _matrix(order, members["segment_id"], members["account_id"], held["account_id"])
    inside = np.vstack([np.ones((1, len(held)), dtype=bool), inside])
    rows, left_out = [], 0
    for outcome, unit, is_share in OUTCOMES:
        values = held[outcome].to_numpy(float)
        if np.isnan(values).all():
            continue
        compare = _shares if is_share else _means
        found = compare(values, inside, activated, least=study.metrics.interval_min_customers)
        left_out += len(features) * (len(order) + 1) - len(found)
        named = {"outcome": outcome, "unit": unit}
        named["test"] = "Fisher, Newcombe" if is_share else "Welch"
        rows += [
            {"segment_id": [EVERYONE, *order][s], "feature": features[f], **named, **row, "at": s}
            for (s, f), row in found.items()
        ]
    rows.sort(key=lambda row: (row["at"], row["feature"]))
    return FeatureOutcomes(_adjusted(_typed(rows), study.scope.alpha), left_out)


def _population(
    quarter: Quarter, customers: pd.DataFrame, scores: pd.DataFrame, parts: Components
) -> pd.DataFrame:
    """account_id, quality_score, retention, expansion of those there since the quarter before."""
    here = pd.to_datetime(customers["won_on"]) <= pd.Timestamp(quarter.previous.start)
    table = quarter_outcomes(parts)
    table = table[table["account_id"].isin(customers.loc[here, "account_id"])]
    table = table.merge(
        scores[["account_id", "quality_score"]], on="account_id", how="left", validate="1:1"
    )
    return table.assign(retention=1 - table["left"], expansion=table["expanded"])


def _matrix(
    names: list[str], name: pd.Series, account: pd.Series, accounts: pd.Series
) -> np.ndarray:
    """Booleans (names × accounts): whether a row holds the pair."""
    filled = np.zeros((len(names), len(accounts)), dtype=bool)
    rows = pd.Index(names).get_indexer(name)
    columns = pd.Index(accounts).get_indexer(account)
    known = (rows >= 0) & (columns >= 0)
    filled[rows[known], columns[known]] = True
    return filled


def _sides(
    values: np.ndarray, inside: np.ndarray, activated: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sums of ``values`` (segments × features) of users and of the others."""
    weighted = inside * np.nan_to_num(values)
    users = weighted @ activated.T.astype(float)
    return users, weighted.sum(axis=1, keepdims=True) - users


def _means(
    values: np.ndarray, inside: np.ndarray, activated: np.ndarray, *, least: int
) -> dict[tuple[int, int], dict]:
    """Welch's test for every segment and feature with enough customers on both sides."""
    from scipy.special import stdtr, stdtrit

    known = ~np.isnan(values)
    centre = values[known].mean()  # sums of squares of what is left lose fewer digits
    n, m = _sides(known.astype(float), inside, activated)
    one, other = _sides(values - centre, inside, activated)
    square, other_square = _sides((values - centre) ** 2, inside, activated)
    with np.errstate(divide="ignore", invalid="ignore"):
        one, other = one / n, other / m
        a = (square / n - one**2) / (n - 1)
        b = (other_square / m - other**2) / (m - 1)
        gap, error = one - other, np.sqrt(a + b)
        freedom = (a + b) ** 2 / (a**2 / (n - 1) + b**2 / (m - 1))
        p = 2 * stdtr(freedom, -np.abs(gap / error))
        half = stdtrit(freedom, 0.5 + LEVEL / 2) * error
    found = {}
    for s, f in np.argwhere((n >= least) & (m >= least) & (error > 0)):
        found[s, f] = {
            "used_customers": n[s, f], "other_customers": m[s, f],
            "used_value": one[s, f] + centre, "other_value": other[s, f] + centre,
            "difference": gap[s, f], "low": gap[s, f] - half[s, f], "high": gap[s, f] + half[s, f],
            "p_value": p[s, f],
        }  # fmt: skip
    return found


def _shares(
    values: np.ndarray, inside: np.ndarray, activated: np.ndarray, *, least: int
) -> dict[tuple[int, int], dict]:
    """Fisher's test for every segment and feature with enough customers on both sides."""
    n, m = _sides((~np.isnan(values)).astype(float), inside, activated)
    hits, other = _sides(values, inside, activated)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, rest = hits / n, other / m
    low, high = difference_limits(share, *wilson_limits(hits, n), rest, *wilson_limits(other, m))
    found = {}
    for s, f in np.argwhere((n >= least) & (m >= least)):
        found[s, f] = {
            "used_customers": n[s, f], "other_customers": m[s, f],
            "used_value": share[s, f], "other_value": rest[s, f],
            "difference": share[s, f] - rest[s, f], "low": low[s, f], "high": high[s, f],
            "p_value": _fisher(hits[s, f], n[s, f], other[s, f], m[s, f]),
        }  # fmt: skip
    return found


def _fisher(hits: float, n: float, other: float, m: float) -> float:
    """Two-sided p-value of Fisher's exact test of ``hits`` of ``n`` against ``other`` of ``m``.

    The chance, with all totals fixed, of a table that is no more likely than the one found; as
    scipy.stats.fisher_exact, which takes some twenty times as long.
    """
    from scipy.special import betaln

    drawn = hits + other
    possible = np.arange(max(0, drawn - m), min(n, drawn) + 1)
    # Log of the binomial coefficients of n and of m; those of n + m are the same for all.
    log = -betaln(possible + 1, n - possible + 1) - betaln(
        drawn - possible + 1, m - drawn + possible + 1
    )
    chance = np.exp(log - log.max())
    found = chance[int(hits - possible[0])]
    return float(chance[chance <= found * (1 + 1e-7)].sum() / chance.sum())


def _adjusted(table: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """The table with p-values corrected over all of its rows, and what they say."""
    if table.empty:
        return table
    from scipy.stats import false_discovery_control

    adjusted = false_discovery_control(table["p_value"])
    side = np.where(table["difference"] > 0, *SHOWN)
    return table.assign(
        p_adjusted=adjusted.round(10),
        verdict=pd.Series(
            np.where(adjusted <= alpha, side, words.NO_DIFFERENCE_SHOWN), dtype="str"
        ),
    )


def _typed(rows: list[dict]) -> pd.DataFrame:
    texts = ("segment_id", "feature", "outcome", "unit", "test", "verdict")
    whole = ("used_customers", "other_customers")
    kinds = {name: "str" if name in texts else "int64" if name in whole else float
             for name in COLUMNS}  # fmt: skip
    # Rounded, which hides in which order sums were added up.
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(kinds).round(8)
