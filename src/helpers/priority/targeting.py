"""How well a segment can be found by what is visible before a sale.

The best rule that external attributes alone give is searched on some customers and judged on
others, so that it does not flatter itself.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.metrics.intervals import wilson_limits

FOLDS = 5
# Whether a segment can be told before a sale.
VISIBLE, LOOKALIKE, HIDDEN, OPEN = "its definition", "other attributes", "no", "unknown"


def limits(precision: float, recall: float, members: int) -> tuple[float, float, float, float]:
    """95 % limits of precision and recall (Wilson): low and high of each; NaN where blank.

    Parameters
    ----------
    members : customers of the segment, of which the rule picks ``recall``.
    """
    hits = recall * members
    picked = hits / precision if precision > 0 else 0.0
    ends = [
        wilson_limits(np.array([hits]), np.array([trials if known == known else 0.0]))
        for known, trials in ((precision, picked), (recall, float(members)))
    ]
    (low, high), (recall_low, recall_high) = ((float(a[0]), float(b[0])) for a, b in ends)
    return low, high, recall_low, recall_high


def told_before_a_sale(
    *,
    conditions: int,
    external: int,
    precision: float,
    precision_low: float,
    recall: float,
    share: float,
) -> str:
    """What tells a segment's companies before a sale: `VISIBLE`, `LOOKALIKE`, `HIDDEN` or `OPEN`.

    Other attributes tell it where those that their best rule picks belong to it more often than
    customers at large do (``share``), even at the lower limit.
    """
    if conditions and external == conditions:
        return VISIBLE
    if np.isnan(recall):
        return OPEN
    return LOOKALIKE if not np.isnan(precision) and precision_low > share else HIDDEN


def found_outside(
    frame: pd.DataFrame,
    inside: np.ndarray,
    external: Sequence[str],
    *,
    conditions: int,
    seed: int,
) -> tuple[float, float]:
    """Precision and recall of the best external rule, cross-validated on the customers.

    Parameters
    ----------
    frame : customer frame, one row per customer.
    inside : booleans, who belongs to the segment.
    external : names of attributes that are visible before a sale.
    conditions : most attributes that a rule may join.

    Returns
    -------
    precision : share of the customers that the rule picks that belong to the segment; NaN where it
        picks nobody.
    recall : share of the segment that it picks; NaN for a segment with fewer members than folds.

    Notes
    -----
    A rule joins levels of attributes, one after the other, as long as recall minus the share of the
    others that it picks grows (Youden 1950, Index for rating diagnostic tests, Cancer 3). Each of
    five folds, with as many members each as can be, is judged by the rule of the other four.
    """
    inside = np.asarray(inside, dtype=bool)
    if min(inside.sum(), (~inside).sum()) < FOLDS:
        return float("nan"), float("nan")
    levels = _levels(frame, external)
    fold = np.empty(len(inside), dtype=int)
    rng = np.random.default_rng(seed)
    for side in (inside, ~inside):
        places = rng.permutation(np.flatnonzero(side))
        fold[places] = np.arange(len(places)) % FOLDS
    picked = np.zeros(len(inside), dtype=bool)
    for one in range(FOLDS):
        rule = _rule(levels[fold != one], inside[fold != one], conditions)
        held = levels[fold == one]
        picked[fold == one] = held[:, rule].all(axis=1) if rule else False
    hits = int((picked & inside).sum())
    precision = hits / picked.sum() if picked.any() else float("nan")
    return float(precision), hits / int(inside.sum())


def best_rule(
    frame: pd.DataFrame, inside: np.ndarray, external: Sequence[str], *, conditions: int
) -> list[tuple[str, str]]:
    """The rule that `found_outside` judges, made on all customers: attribute and level of each.

    Its own precision and recall on these customers flatter it; those of `found_outside` do not.
    """
    names = [
        (name, level)
        for name in external
        for level in sorted(frame[name].astype("object").dropna().unique())
    ]
    rule = _rule(_levels(frame, external), np.asarray(inside, dtype=bool), conditions)
    return [names[at] for at in sorted(rule)]


def _levels(frame: pd.DataFrame, external: Sequence[str]) -> np.ndarray:
    """Booleans (customers × levels of all external attributes)."""
    columns = []
    for name in external:
        values = frame[name].astype("object")
        columns += [(values == level).to_numpy(bool) for level in sorted(values.dropna().unique())]
    return np.array(columns, dtype=bool).reshape(len(columns), len(frame)).T


def _rule(levels: np.ndarray, inside: np.ndarray, conditions: int) -> list[int]:
    """Columns whose conjunction tells the segment best; none where nothing tells it."""
    rule: list[int] = []
    picked, best = np.ones(len(inside), dtype=bool), 0.0
    for _ in range(conditions):
        joined = levels & picked[:, None]
        if not joined.shape[1]:
            break
        gain = joined[inside].mean(axis=0) - joined[~inside].mean(axis=0)
        at = int(gain.argmax())
        if gain[at] <= best + 1e-12:
            break
        rule.append(at)
        picked, best = joined[:, at], float(gain[at])
    return rule
