"""Charts of health, and of when customers leave."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.metrics.catalog.health import GROUPS
from helpers.report import styling as st
from helpers.report.figures import parts
from helpers.words import charts as words
from helpers.words import numbers as fmt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = {
    "key": st.ACCENT,
    "high_potential": "#00785a",
    "low_potential": "#8a95a1",
    "at_risk": st.WARM,
}
OUTCOMES = {"churn": words.LEFT_IN_QUARTER, "expansion": words.EXPANDED_IN_QUARTER}
LEAST = 5  # customers, where a study says nothing else


@st.styled
def health_map(health: pd.DataFrame, *, currency: str, cut: float, value: str) -> "Figure":
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
    known = health[health["health_group"].isin(COLOURS)]
    if known.empty:
        return parts.nothing(words.NO_CUSTOMER_ENOUGH_KNOWN_FOR)
    figure = st.canvas(3.4)
    axes = figure.subplots()
    for group, colour in COLOURS.items():
        part = known[known["health_group"] == group]
        axes.scatter(
            part["health_score"],
            part["value"],
            s=18 if len(known) < 1500 else 8,
            color=colour,
            linewidth=0,
            alpha=0.75,
        )
    axes.axvline(cut, color=st.MUTED, linewidth=0.9, zorder=1)
    axes.axhline(known["value_cut"].iloc[0], color=st.MUTED, linewidth=0.9, zorder=1)
    counts = health["health_group"].value_counts()
    entries = [
        (f"{GROUPS[group].lower()} (n = {fmt.number(counts.get(group, 0))})", parts.mark(colour))
        for group, colour in COLOURS.items()
    ]
    parts.key(figure, entries)
    _money_axis(axes, currency, logarithmic=bool((known["value"] > 0).all()))
    unproven = counts.get("unproven", 0)
    told = f", {fmt.number(unproven)} unproven" if unproven else ""
    axes.set_xlabel(f"health, 0 to 100 (n = {fmt.number(len(known))}{told})")
    axes.set_ylabel(value)
    axes.grid(axis="both")
    return figure


@st.styled
def hazard_chart(hazard: pd.DataFrame, *, least: int = LEAST) -> "Figure":
    """Customers that leave per month, by how long they have been customers, with intervals.

    Parameters
    ----------
    hazard : the data file: band, customers, left, hazard, low, high.
    least : the smallest number of customers whose values may be shown.
    """
    parts.require(hazard, ("band", "customers", "left", "hazard", "low", "high"), chart="hazard")
    drawn = hazard[hazard["customers"] >= least].reset_index(drop=True)
    if drawn.empty:
        return parts.nothing(words.NO_HISTORY)
    figure, axes = parts.rows_figure(len(drawn))
    for row in drawn.itertuples():
        _interval(axes, (row.low, row.high), (row.Index, row.Index), row.hazard, row.Index)
    parts.row_labels(
        axes, [parts.with_n(b, n) for b, n in zip(drawn["band"], drawn["customers"], strict=True)]
    )
    parts.axis_format(axes.xaxis, "percent")
    axes.set_xlim(left=0)
    axes.set_xlabel(words.CUSTOMERS_LEAVE_PER_MONTH_INTERVAL, loc="right")
    axes.grid(axis="x")
    return figure


@st.styled
def health_calibration(calibration: pd.DataFrame, *, least: int = LEAST) -> "Figure":
    """What became of each group of customers by health, least healthy on the left.

    Parameters
    ----------
    calibration : the data file: outcome, score_low, score_high, customers, share, low, high.
    least : the smallest number of customers whose values may be shown.
    """
    columns = ("outcome", "score_low", "score_high", "customers", "share", "low", "high")
    parts.require(calibration, columns, chart="health_calibration")
    known = calibration[calibration["customers"] >= least]
    if known.empty:
        return parts.nothing(words.THERE_NO_HEALTH_QUARTER_BEFORE)
    present = [name for name in OUTCOMES if (known["outcome"] == name).any()]
    figure = st.canvas(2.9)
    panels = figure.subplots(1, len(present), squeeze=False)[0]
    for axes, outcome in zip(panels, present, strict=True):
        part = known[known["outcome"] == outcome].reset_index(drop=True)
        for row in part.itertuples():
            _interval(axes, (row.Index, row.Index), (row.low, row.high), row.Index, row.share)
        axes.set_xticks(
            range(len(part)),
            [
                f"{row.score_low:.0f}–{row.score_high:.0f}\nn = {fmt.number(row.customers)}"
                for row in part.itertuples()
            ],
            fontsize=9,
        )
        axes.set_xlim(-0.5, len(part) - 0.5)
        axes.set_ylim(bottom=0)
        parts.axis_format(axes.yaxis, "percent")
        axes.set_title(OUTCOMES[outcome], fontsize=11, color=st.MUTED, loc="left")
        axes.set_xlabel(words.HEALTH_BEFORE_QUARTER)
        axes.grid(axis="y")
    return figure


def _money_axis(axes: "Axes", currency: str, *, logarithmic: bool) -> None:
    """Amounts on the upright axis; by factors where all are above zero, as revenue is skewed."""
    from matplotlib.ticker import LogLocator, NullLocator

    if logarithmic:  # before the labels, which a change of scale would replace
        axes.set_yscale("log")
    parts.axis_format(axes.yaxis, "axis_money", currency)
    if logarithmic:
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_minor_locator(NullLocator())


def _interval(axes: "Axes", across: tuple, along: tuple, x: float, y: float) -> None:
    """A value with its interval."""
    axes.plot(across, along, color=st.ACCENT, linewidth=2, solid_capstyle="butt")
    axes.plot(x, y, marker="o", markersize=7, color=st.ACCENT, zorder=3, clip_on=False)
