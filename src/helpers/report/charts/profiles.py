"""The chart that sets groups side by side, metric by metric."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.report.charts import parts
from helpers.report.charts.model import Cell, Chart, Grid, Row, nothing
from helpers.segments import verdicts
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say

SIGNS = {"better": "▲ ", "worse": "▼ ", "": ""}


def segment_heatmap(
    segment_metrics: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    metrics: Mapping[str, str],
    currency: str,
    most: int = 26,
    least: int = parts.LEAST,
) -> Chart:
    """Metrics by group against the rest, coloured only where the difference is shown.

    What shares a line with the score differs by construction, and is never coloured.

    Parameters
    ----------
    segment_metrics : segment_id, metric, value, rest_value, unit, customers, shares_score_inputs,
        and better ('better', 'worse' or anything else; blank where nothing can be compared, as for
        sums).
        With p_value, what was tested is counted; else what has a value.
    labels : segment_id → label, in the order of the columns.
    metrics : metric → label, in the order of the rows; those without any value are left out.
    currency : for metrics in money.
    most : rows at most; those with a shown difference stay.
    least : the smallest number of customers whose values may be shown.
    """
    columns: tuple[str, ...] = ("segment_id", "metric", "value", "rest_value", "unit")
    columns += ("customers", "better", "shares_score_inputs")
    table = parts.require(segment_metrics, columns, chart="segment_heatmap")
    table = table[table["segment_id"].isin(list(labels)) & table["metric"].isin(list(metrics))]
    table = table[table["value"].notna() & table["better"].fillna("").ne("")]
    table = table[table["customers"] >= least]
    if table.empty:
        return nothing(say(words.NO_METRIC_HAS_VALUE_FOR))
    marks = map(verdicts.shown_direction, table["better"], table["shares_score_inputs"])
    table = table.assign(mark=list(marks))
    telling = set(table.loc[table["mark"].ne(""), "metric"])
    there = [name for name in metrics if name in set(table["metric"])]
    kept = set(sorted(there, key=lambda name: name not in telling)[:most])
    shown = [name for name in there if name in kept]
    ids = [name for name in labels if name in set(table["segment_id"])]
    at = {(row["metric"], row["segment_id"]): row for row in table.to_dict("records")}
    customers = table.groupby("segment_id")["customers"].max()  # some metrics miss customers
    news = table[~table["shares_score_inputs"].fillna("").astype(bool)]
    counts = news["mark"].value_counts()
    values: dict[str, Any] = {
        "better": int(counts.get("better", 0)),
        "worse": int(counts.get("worse", 0)),
        "every": int(news.get("p_value", news["value"]).notna().sum()),
    }
    none = not (values["better"] or values["worse"])
    return Chart(
        Grid(
            say(words.METRIC),
            tuple(parts.row(labels[name], customers[name]) for name in ids),
            tuple(Row(metrics[name]) for name in shown),
            tuple(tuple(_cell(at.get((metric, one)), currency) for one in ids) for metric in shown),
            len(there) - len(shown),
            "segment_metrics",
        ),
        title=say(words.NOTHING_APART, every=values["every"])
        if none
        else say(words.APART, **values),
        unit=say(words.APART_UNIT),
    )


def _cell(row: dict | None, currency: str) -> Cell:
    if row is None:
        return Cell(fmt.MISSING)
    value, rest = _beside(row["value"], row["rest_value"], row["unit"], currency)
    return Cell(f"{SIGNS[row['mark']]}{value}", say(words.REST, rest=rest), row["mark"])


def _beside(value: float, rest: float, unit: str, currency: str) -> list[str]:
    """A group's value and that of the others, as exactly as each other; money short.

    >>> _beside(0.04, 0.091, "ratio", "EUR")
    ['4.0\\xa0%', '9.1\\xa0%']
    """
    if unit != "currency":
        return fmt.alike_in_unit([value, rest], unit, currency=currency)
    known = (fmt.MISSING if fmt.is_missing(v) else fmt.short_money(float(v), currency)
             for v in (value, rest))  # fmt: skip
    return [*known]
