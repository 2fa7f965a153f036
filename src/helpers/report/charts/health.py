"""Charts of health, and of when customers leave."""

from typing import Literal

import pandas as pd

from helpers.metrics.catalog.health import GROUPS
from helpers.report import wording
from helpers.report.charts import parts
from helpers.report.charts.axes import axis, factors
from helpers.report.charts.customers import MOST_POINTS
from helpers.report.charts.model import (
    Chart,
    Guide,
    Note,
    Panel,
    Plane,
    Points,
    Row,
    Rows,
    Span,
    Tone,
    nothing,
)
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say

# Group of health → its tone, and whether it stands right of and above the two lines.
CORNERS: dict[str, tuple[Tone, bool, bool]] = {
    "key": ("shown", True, True),
    "high_potential": ("hue1", True, False),
    "low_potential": ("plain", False, False),
    "at_risk": ("worse", False, True),
}
OUTCOMES = {"churn": words.LEFT_IN_QUARTER, "expansion": words.EXPANDED_IN_QUARTER}


def health_map(health: pd.DataFrame, *, currency: str, cut: float, value: str) -> Chart:
    """Every current customer by value and health, with the lines between the four groups.

    Parameters
    ----------
    health : the data file: health_score, value, value_cut, health_group. Unproven customers have no
        place on the chart and are counted below it.
    currency : of the value.
    cut : of the health score.
    value : what value is, for the axis.
    """
    columns = ("health_score", "value", "value_cut", "health_group")
    parts.require(health, columns, chart="health_map")
    known = health[health["health_group"].isin(CORNERS)]
    if known.empty:
        return nothing(say(words.NO_CUSTOMER_ENOUGH_KNOWN_FOR))
    logarithmic = bool((known["value"] > 0).all())
    line = float(known["value_cut"].iloc[0])
    values = [*known["value"].astype(float), line]
    y = (
        factors(values, currency=currency)
        if logarithmic and min(values) > 0
        else axis(values, "axis_money", currency=currency)
    )
    x = axis([*known["health_score"], cut], "count", zero=False, title=say(words.HEALTH_AXIS))
    every = max(1, -(-len(known) // MOST_POINTS))
    counts = health["health_group"].value_counts()
    points, notes = [], []
    for group, (tone, right, above) in CORNERS.items():
        part = known[known["health_group"] == group].iloc[::every]
        across, along = (tuple(map(float, part[n])) for n in ("health_score", "value"))
        points.append(Points(fmt.formatted(GROUPS[group].lower(), "words"), across, along, tone))
        told = say(
            words.WITH_N,
            label=fmt.formatted(GROUPS[group].lower(), "words"),
            n=int(counts.get(group, 0)),
        )
        side: Literal["left", "right"] = "left" if right else "right"
        corner = (x.high if right else x.low, y.high if above else y.low)
        notes.append(Note(*corner, told, tone, side=side, above=not above))
    unproven = int(counts.get("unproven", 0))
    remark = say(words.UNPROVEN, count=unproven) if unproven else ""
    if every > 1:
        more = say(words.ONE_MARK_FOR_EVERY_CUSTOMERS, number=fmt.number(every))
        remark = " ".join(filter(None, (remark, more)))
    return Chart(
        Plane(
            x,
            y,
            points=tuple(p for p in points if p.x),
            guides=(Guide("x", float(cut)), Guide("y", line)),
            notes=tuple(notes),
        ),
        title=say(words.AT_RISK, count=int(counts.get("at_risk", 0)), known=len(known)),
        unit=say(words.FACTORS, value=value) if y.log else value,
        remark=remark,
    )


def hazard_chart(hazard: pd.DataFrame, *, least: int = parts.LEAST) -> Chart:
    """Customers that leave per month, by how long they have been customers, with intervals.

    Parameters
    ----------
    hazard : the data file: band, customers, left, hazard, low, high.
    least : the smallest number of customers whose values may be shown.
    """
    parts.require(hazard, ("band", "customers", "left", "hazard", "low", "high"), chart="hazard")
    drawn = hazard[hazard["customers"] >= least]
    if drawn.empty:
        return nothing(say(words.NO_HISTORY))
    rows, marks = [], []
    for one in drawn.to_dict("records"):
        rows.append(parts.row(one["band"], one["customers"]))
        told = fmt.percent(one["hazard"])
        marks.append((parts.span(one["hazard"], one["low"], one["high"], "level", text=told),))
    ends = drawn[["hazard", "low", "high"]].to_numpy().ravel()
    low, high = float(drawn["hazard"].min()), float(drawn["hazard"].max())
    return Chart(
        Rows(tuple(rows), (Panel(axis(ends, "percent"), tuple(marks)),), table="hazard"),
        title=say(words.LEAVE, low=low, high=high)
        if fmt.percent(low) != fmt.percent(high)
        else say(words.LEAVE_NOBODY, most=float(drawn["high"].max()))
        if not drawn["left"].any()
        else say(words.LEAVE_ALIKE, share=high),
        unit=say(words.LEAVE_UNIT),
    )


def health_calibration(calibration: pd.DataFrame, *, least: int = parts.LEAST) -> Chart:
    """What became of each group of customers by health, least healthy first.

    Parameters
    ----------
    calibration : the data file: outcome, score_low, score_high, customers, share, low, high.
    least : the smallest number of customers whose values may be shown.
    """
    columns = ("outcome", "score_low", "score_high", "customers", "share", "low", "high")
    parts.require(calibration, columns, chart="health_calibration")
    known = calibration[calibration["customers"] >= least]
    known = known[known["outcome"].isin(OUTCOMES)]
    if known.empty:
        return nothing(say(words.THERE_NO_HEALTH_QUARTER_BEFORE))
    rows: list[Row] = []
    marks: list[tuple[Span, ...]] = []
    told = []
    for outcome, name in OUTCOMES.items():
        part = known[known["outcome"].eq(outcome)].to_dict("records")
        if not part:
            continue
        if not any(one["share"] for one in part):  # rows of zeros
            told.append(say(words.BECAME_NONE, outcome=say(name)))
            continue
        rows.append(Row(say(name), heading=True, tone="level"))
        marks.append(())
        for one in part:
            low, high = one["score_low"], one["score_high"]
            same = fmt.number(low) == fmt.number(high)
            label = (
                say(words.HEALTH_AT, low=low)
                if same
                else say(words.HEALTH_FROM, low=low, high=high)
            )
            rows.append(parts.row(label, one["customers"]))
            share = fmt.percent(one["share"])
            marks.append((parts.span(one["share"], one["low"], one["high"], "level", text=share),))
        told.append(
            say(words.BECAME, outcome=say(name), worst=part[0]["share"], best=part[-1]["share"])
        )
    if not rows:
        return nothing(say(words.NOTHING_BECAME))
    ends = [mark.value for row in marks for mark in row] + [
        end for row in marks for mark in row for end in (mark.low, mark.high) if end is not None
    ]
    return Chart(
        Rows(tuple(rows), (Panel(axis(ends, "percent"), tuple(marks)),)),
        title=wording.capital("; ".join(told)),
        unit=say(words.BECAME_UNIT),
    )
