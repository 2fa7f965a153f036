"""Charts of revenue over time, survival, and movement between quarters."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.report import styling as st
from helpers.report.figures import parts
from helpers.words import charts as words
from helpers.words import numbers as fmt

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BANDS = ("excellent", "average", "poor")


@st.styled
def mrr_bridge(bridge: pd.DataFrame, *, currency: str) -> "Figure":
    """From opening to closing monthly recurring revenue, step by step.

    Parameters
    ----------
    bridge : step and amount; steps 'opening' and 'closing' are levels, all others changes (losses
        negative); customers, the number of customers behind a step, where known.
    currency : of the amounts.
    """
    parts.require(bridge, ("step", "amount"), chart="mrr_bridge")
    rows = bridge.reset_index(drop=True)
    figure = st.canvas(3.0)
    axes = figure.subplots()
    level = 0.0
    levels = []
    for row in rows.itertuples():
        is_level = row.step in ("opening", "closing")
        start = 0.0 if is_level else level
        level = row.amount if is_level else level + row.amount
        levels.append(level)
        colour = st.INK if is_level else st.ACCENT if row.amount >= 0 else st.WARM
        axes.bar(row.Index, level - start, bottom=start, width=0.58, color=colour)
        axes.annotate(
            fmt.short_money(row.amount, currency, signed=not is_level),
            (row.Index, max(start, level)),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=10,
        )
        if row.Index < len(rows) - 1:
            span = [row.Index + 0.29, row.Index + 0.71]
            axes.plot(span, [level, level], color=st.FAINT, linewidth=0.9)
    names = [str(step).replace("_", " ") for step in rows["step"]]
    if "customers" in rows:
        names = [
            f"{name}\nn = {fmt.formatted(n, 'count')}"
            for name, n in zip(names, rows["customers"], strict=True)
        ]
    axes.set_xticks(range(len(rows)), names, color=st.INK)
    axes.tick_params(axis="x", length=0)
    floor = min(levels, default=0.0)
    top = max(levels, default=1.0)
    bottom = visible_from(floor, top)
    if bottom:
        axes.set_ylim(bottom=bottom)
        axes.set_ylabel(f"{words.MRR}\n{words.NOT_FROM_ZERO}")
    else:
        axes.set_ylabel(words.MRR)
    parts.axis_format(axes.yaxis, "axis_money", currency)
    axes.margins(y=0.12)
    axes.grid(axis="y")
    return figure


def visible_from(least: float, most: float) -> float:
    """Where the axis of a bridge starts: at 0, unless its changes are invisible from there.

    ``least`` and ``most`` are the lowest and the highest level between two changes.

    >>> visible_from(6e6, 10e6), visible_from(98.0, 100.0)
    (0.0, 93.0)
    """
    return max(0.0, least - 2.5 * max(most - least, 0.01 * most))


@st.styled
def survival_curve(curve: pd.DataFrame, *, unit: str = "months") -> "Figure":
    """Share of customers that stay, by time since they were won, with 95 % bands.

    Parameters
    ----------
    curve : time, survival, low, high, at_risk, and group where there are several.
    unit : of the time.
    """
    parts.require(curve, ("time", "survival", "low", "high", "at_risk"), chart="survival_curve")
    if curve.empty:
        return parts.nothing(words.NO_HISTORY)
    if not curve["time"].max() > 0:
        return parts.nothing(words.NOBODY_LEFT)
    grouped = "group" in curve
    groups = list(curve["group"].drop_duplicates()) if grouped else [words.EVERYBODY]
    figure = st.canvas(3.1)
    axes = figure.subplots()
    for group, colour in zip(groups, [*st.SEGMENT_HUES] * len(groups), strict=False):
        part = (curve[curve["group"] == group] if grouped else curve).sort_values("time")
        axes.fill_between(
            part["time"], part["low"], part["high"], step="post", color=colour, alpha=0.13, lw=0
        )
        axes.step(part["time"], part["survival"], where="post", color=colour, linewidth=2)
        axes.annotate(
            words.with_n(st.short(group, 28), int(part["at_risk"].iloc[0])),
            (part["time"].iloc[-1], part["survival"].iloc[-1]),
            xytext=(5, 0),
            textcoords="offset points",
            va="center",
            fontsize=10,
            color=colour,
        )
    last = float(curve["time"].max())
    axes.set_xlim(0, last * 1.3)
    axes.set_ylim(0, 1.03)
    axes.axhline(0.5, color=st.FAINT, linewidth=0.9, linestyle=(0, (4, 3)))
    parts.axis_format(axes.yaxis, "percent")
    axes.set_xlabel(words.since_won(unit))
    axes.set_ylabel(words.STAYED)
    axes.grid(axis="y")
    return figure


@st.styled
def movement_grid(movement: pd.DataFrame, scores: pd.DataFrame) -> "Figure":
    """Customers by band in the quarter before and now.

    Parameters
    ----------
    movement : the data file: kind, id, change, before, after. It lists changes only.
    scores : the data file quality_scores of this quarter: account_id, band.
    """
    import seaborn as sns
    from matplotlib.colors import LinearSegmentedColormap

    parts.require(movement, ("kind", "id", "change", "before", "after"), chart="movement_grid")
    parts.require(scores, ("account_id", "band"), chart="movement_grid")
    if movement.empty:
        return parts.nothing(words.THERE_NO_EARLIER_QUARTER_COMPARE)
    counts = band_moves(movement[movement["kind"].eq("customer")], scores)
    figure = st.canvas(0.5 * len(counts) + 1.0, width=5.2)
    axes = figure.subplots()
    sns.heatmap(
        np.log1p(counts),
        ax=axes,
        cmap=LinearSegmentedColormap.from_list("accent", ["#f6f7f8", "#7fb0d9"]),
        cbar=False,
        annot=counts.to_numpy(),
        fmt=",d",
        annot_kws={"fontsize": 9.5, "color": st.INK},
        linewidths=2,
        linecolor="white",
    )
    axes.set_ylabel(words.BEFORE)
    axes.set_xlabel(words.with_n(words.NOW, int(counts.to_numpy().sum())))
    axes.set_yticklabels(axes.get_yticklabels(), rotation=0)
    axes.tick_params(length=0)
    return figure


def band_moves(changes: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Customers by band before and now; who is in one quarter only is outside in the other."""
    outside = "not a customer"
    now = scores.set_index("account_id")["band"].astype(str)
    moved = changes[changes["change"].eq("band")].set_index("id")["before"]
    new = changes.loc[changes["change"].eq("new"), "id"]
    before = now.copy()
    before.loc[before.index.isin(new)] = outside
    known = moved.index.intersection(before.index)
    before.loc[known] = moved.loc[known]
    gone = changes[changes["change"].eq("gone")].set_index("id")["before"]
    gone = gone.where(gone.isin(BANDS), outside)
    then = pd.concat([before, gone])
    after = pd.concat([now, pd.Series(outside, index=gone.index)])
    order = [*BANDS, outside]
    counts = pd.crosstab(then.to_numpy(), after.to_numpy())
    counts = counts.reindex(index=order, columns=order, fill_value=0)
    return counts.loc[counts.sum(axis=1) > 0, counts.sum() > 0]
