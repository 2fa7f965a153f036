"""Which metrics a slide tells, and how their differences from the rest are drawn.

The choice is by declared importance, never by what came out: churn and satisfaction always stand,
what made the score comes last, and no kind of data crowds out the others.
"""

from functools import cache

import pandas as pd

from helpers.metrics.catalog import metric as catalog_metric
from helpers.metrics.catalog.ingredients import UNBOUNDED, importance
from helpers.report import privacy
from helpers.report.charts import model
from helpers.report.charts.model import Axis, Panel, Span
from helpers.report.deck.blocks import Tone
from helpers.segments import verdicts
from helpers.words import deck as words
from helpers.words import say

SIGNS = {
    "better": words.IS_BETTER,
    "worse": words.IS_WORSE,
    words.NO_DIFFERENCE_SHOWN: words.NONE_SHOWN,
}
MARKS = {"better": "▲ ", "worse": "▼ "}
REACH = 4.0  # half intervals from the middle to the edge of what is drawn
# Who stays: customers first, then money, then orders.
STAYING = ("logo_churn_rate", "logo_churn_rate_12m", "grr", "nrr", "repeat_rate")
FAMILY = 3  # metrics of one kind of data, while others have something to tell


def tone(verdict: object) -> Tone:
    """The colour of a mark: none where no direction is good, or nothing is shown."""
    return verdict if verdict in ("better", "worse") else ""


def comparable(metrics: pd.DataFrame, *, least: int) -> tuple[pd.DataFrame, int]:
    """Rows whose value may be shown and compared, and how many are held back as too small.

    Sums follow from a segment's size and are not compared: their ``better`` is blank.
    """
    known = metrics[metrics["value"].notna()]
    small = privacy.small_groups(known, least=least)
    nobody = known["value"].eq(0) & known["rest_value"].eq(0)  # here nor there: nothing to compare
    nobody &= known["metric"].map(importance).gt(0)
    kept = known[~small & ~nobody]
    return kept[kept["better"].fillna("").ne("")], int(small.sum())


def chosen(metrics: pd.DataFrame, *, most: int) -> list[str]:
    """Names of the metrics to tell, in the order of the table.

    Parameters
    ----------
    metrics : segment_metrics of one or more segments: metric, shares_score_inputs.
    most : metrics at most.

    Returns
    -------
    list of str
        Churn and satisfaction first, then the most important of each kind of data that shares no
        line with the score, then by importance, and what made the score last; no kind has more than
        ``FAMILY`` as long as another one can fill the place. Of a metric and another one that is a
        function of it, or a part of it by complexity, only the former is told; lifetimes without
        an end (`UNBOUNDED`) are not.
    """
    shared = metrics.groupby("metric", sort=False)["shares_score_inputs"].first().ne("")
    names = set(shared.index)
    told = [n for n in shared.index if origin(n) == n or origin(n) not in names]
    told = [name for name in told if name not in UNBOUNDED]
    ranked = sorted(told, key=lambda name: (importance(name) > 0, shared[name], importance(name)))
    kept = [name for name in ranked if importance(name) == 0][:most]
    for limit in (1, FAMILY, len(ranked)):
        for name in ranked:
            if shared[name] and limit == 1:  # what made the score crowds out nothing
                continue
            count = sum(kind(other) == kind(name) for other in kept)
            if len(kept) < most and name not in kept and count < limit:
                kept.append(name)
    return [name for name in ranked if name in kept]


def mark(row: pd.Series | dict) -> str:
    """What a row's difference is marked with: nothing where it is made of the score."""
    return verdicts.shown_direction(row["better"], row["shares_score_inputs"])


def leaning(metrics: pd.DataFrame, *, least: int) -> dict | None:
    """Who stays, where a group stands worse by the plain interval and no mark says so; else None.

    Whether it made the score or is not shown after correction: that more of them leave is what a
    group's praise must not hide.
    """
    table, _ = comparable(metrics, least=least)
    rows = table.set_index("metric", drop=False)
    for name in STAYING:
        if name in rows.index and not mark(row := rows.loc[name].to_dict()) and _looks_worse(row):
            return row
    return None


def staying(metrics: pd.DataFrame, *, least: int) -> dict | None:
    """Who stays, as it is told of every group in one place; None where the table tells it.

    Where a group looks worse, that (`leaning`); else the first of what made the score.
    """
    if row := leaning(metrics, least=least):
        return row
    table, _ = comparable(metrics, least=least)
    rows = table[table["shares_score_inputs"].ne("")].set_index("metric", drop=False)
    return next((rows.loc[name].to_dict() for name in STAYING if name in rows.index), None)


def _looks_worse(row: dict) -> bool:
    """Whether the interval of a difference, uncorrected, lies wholly on the bad side."""
    low, high = float(row["difference_low"]), float(row["difference_high"])
    return high < 0 if catalog_metric(row["metric"]).higher_is_better else low > 0


@cache
def origin(name: str) -> str:
    """The metric that a metric is a function or a part of: itself, mostly."""
    from helpers.metrics.catalog import METRICS
    from helpers.metrics.catalog.service import BY_COMPLEXITY

    for beginning, whole in BY_COMPLEXITY.items():
        if name.startswith(beginning):
            return whole.name
    known = METRICS.get(name)
    return known.parts[0] if known and known.form == "transformed" else name


@cache
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


def differences(rows: list[pd.Series]) -> Panel:
    """The differences of a table's metrics, each in halves of its interval: all equally long."""
    found = (span(row) for row in rows)
    marks = tuple(() if one is None else (one,) for one in found)
    return Panel(Axis(-1.08 * REACH, 1.08 * REACH), marks, say(words.LOWER_HIGHER))


def span(row: pd.Series) -> Span | None:
    """The difference of one metric, ready to be drawn; None where it has no interval."""
    half = (row["difference_high"] - row["difference_low"]) / 2
    if not half > 0:
        return None
    low, middle, high = (
        max(-REACH, min(REACH, round(float(row[name] / half), 3)))
        for name in ("difference_low", "difference", "difference_high")
    )
    kinds: dict[str, model.Tone] = {"better": "shown", "worse": "worse", "": "open"}
    return Span(middle, low, high, kinds[mark(row)])
