"""Which metrics a slide tells, and how their differences from the rest are drawn.

The choice is by rule, so that it holds for whatever the catalog of metrics grows to: shown
differences before others, surer ones before less sure ones, and no kind of data crowds out the
others.
"""

from collections import Counter

import pandas as pd

from helpers.report import privacy
from helpers.report.deck.blocks import Span, Tone

SHOWN = ("better", "worse", "higher", "lower")
SIGNS = {"better": "▲ better", "worse": "▼ worse", "no difference shown": "none shown"}
MARKS = {"better": "▲ ", "worse": "▼ "}
REACH = 4.0  # half intervals from the middle to the edge of what is drawn
FAMILY = 3  # metrics of one kind of data, while others have something to tell


def tone(verdict: object) -> Tone:
    """The colour of a verdict: none where no direction is good, or nothing is shown."""
    return verdict if verdict in ("better", "worse") else ""


def comparable(metrics: pd.DataFrame, *, least: int) -> tuple[pd.DataFrame, int]:
    """Rows whose value may be shown and compared, and how many are held back as too small.

    Sums follow from a segment's size and are not compared: their ``better`` is blank.
    """
    known = metrics[metrics["value"].notna()]
    small = privacy.small_groups(known, least=least)
    kept = known[~small]
    return kept[kept["better"].fillna("").ne("")], int(small.sum())


def chosen(metrics: pd.DataFrame, *, most: int) -> list[str]:
    """Names of the metrics to tell, in the order of the table.

    Parameters
    ----------
    metrics : segment_metrics of one or more segments: metric, value, better, difference,
        difference_low, difference_high.
    most : metrics at most.

    Returns
    -------
    list of str
        The surest of each kind of data, then shown differences, then the surest of what is left;
        no kind has more than ``FAMILY`` as long as another one can fill the place. Of a metric
        and another one that is a function of it, or a part of it by complexity, only the former
        is told.
    """
    half = (metrics["difference_high"] - metrics["difference_low"]) / 2
    told = metrics.assign(
        _shown=metrics["better"].isin(SHOWN),
        _sure=(metrics["difference"].abs() / half).where(half > 0, 0.0).fillna(0.0),
    )
    best = told.groupby("metric", sort=False)[["_shown", "_sure"]].max()
    names = set(best.index)
    best = best.loc[[n for n in best.index if origin(n) == n or origin(n) not in names]]
    ranked = best.sort_values(["_shown", "_sure"], ascending=False, kind="stable").index
    kinds = {name: kind(name) for name in ranked}
    surest = {of: name for name, of in reversed(kinds.items())}
    kept = [name for name in ranked if surest[kinds[name]] == name][:most]
    for limit in (FAMILY, len(ranked)):
        for name in ranked:
            count = Counter(kinds[other] for other in kept)
            if len(kept) < most and name not in kept and count[kinds[name]] < limit:
                kept.append(name)
    return [name for name in best.index if name in kept]


def origin(name: str) -> str:
    """The metric that a metric is a function or a part of: itself, mostly."""
    from helpers.metrics.catalog import METRICS
    from helpers.metrics.catalog.service import BY_COMPLEXITY

    for beginning, whole in BY_COMPLEXITY.items():
        if name.startswith(beginning):
            return whole.name
    known = METRICS.get(name)
    return known.parts[0] if known and known.form == "transformed" else name


def kind(name: str) -> str:
    """The kind of data that a metric comes from."""
    from helpers.metrics.catalog import ACTIVATION, METRICS

    if name.startswith(ACTIVATION):
        return "usage"
    known = METRICS.get(origin(name))
    tables = known.table if known else ()
    if {"contracts", "orders"}.intersection(tables):
        return "revenue"
    return tables[0] if tables else ""


def span(row: pd.Series) -> Span | None:
    """The difference of one metric, ready to be drawn; None where it has no interval."""
    half = (row["difference_high"] - row["difference_low"]) / 2
    if not half > 0:
        return None
    low, middle, high = (
        max(-REACH, min(REACH, round(float(row[name] / half), 3)))
        for name in ("difference_low", "difference", "difference_high")
    )
    return Span(low, middle, high, tone(row["better"]))
