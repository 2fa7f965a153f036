"""Charts of what segments are made of: reasons of tickets, reasons behind scores."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from helpers.report import styling as st
from helpers.report.figures import parts
from helpers.words import charts as words
from helpers.words import numbers as fmt

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAST = 5  # customers, where a study says nothing else
COLUMNS = (
    "segment_id", "customers", "value", "rest_value",
    "difference", "difference_low", "difference_high",
)  # fmt: skip


@st.styled
def share_differences(
    shares: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    level: str = "level",
    most: int = 6,
    least: int = LEAST,
) -> "Figure":
    """How far the shares of levels in each segment lie from those of all other customers.

    A mark is filled where the interval of the difference leaves out 0. Segments stand below one
    another, each with its levels in the order of the table.

    Parameters
    ----------
    shares : rows of one dimension: segment_id, customers, value and rest_value (%), difference with
        difference_low and difference_high (points), and ``level``.
    labels : segment_id → label, in the order of the chart; other segments are left out.
    level : column that names the level.
    most : levels per segment at most: those that differ most.
    least : the smallest number of customers whose values may be shown.
    """
    table = parts.require(shares, (*COLUMNS, level), chart="share_differences")
    table = table[table["segment_id"].isin(list(labels)) & table["difference"].notna()]
    table = table[table["customers"] >= least]
    if table.empty:
        return parts.nothing(words.NO_SEGMENT_HAS_ENOUGH_CUSTOMERS)
    rows: list[tuple[str, pd.Series | None]] = []
    for segment, label in labels.items():
        own = table[table["segment_id"] == segment]
        if own.empty:
            continue
        rows.append((parts.with_n(label, own["customers"].max()), None))
        kept = own["difference"].abs().nlargest(most).index
        rows += [(_label(row, level), row) for _, row in own[own.index.isin(kept)].iterrows()]

    hues = st.segment_colours(labels)
    figure, axes = parts.rows_figure(len(rows))
    parts.zero_line(axes)
    for at, (_, row) in enumerate(rows):
        if row is None:
            continue
        colour = hues[str(row["segment_id"])]
        low, high = row["difference_low"], row["difference_high"]
        known = pd.notna(low) and pd.notna(high)
        if known:
            axes.plot([low, high], [at, at], color=colour, linewidth=1.6, solid_capstyle="butt")
        shown = known and (low > 0 or high < 0)
        axes.plot(
            row["difference"],
            at,
            marker="o",
            markersize=6.5,
            markerfacecolor=colour if shown else "white",
            markeredgecolor=colour,
            markeredgewidth=1.4,
            zorder=3,
        )
    parts.row_labels(axes, [label for label, _ in rows])
    for tick, (_, row) in zip(axes.get_yticklabels(), rows, strict=True):
        tick.set_fontweight("bold" if row is None else "normal")
    parts.axis_format(axes.xaxis, "signed_count")
    axes.set_xlabel(words.DIFFERENCE_FROM_ALL_OTHER_CUSTOMERS, loc="right")
    axes.grid(axis="x")
    parts.key(
        figure,
        [
            (words.INTERVAL_LEAVES_OUT, parts.mark(st.MUTED)),
            (words.NO_DIFFERENCE_SHOWN, parts.mark(st.MUTED, filled=False)),
        ],
    )
    return figure


def _label(row: pd.Series, level: str) -> str:
    """A level with its share and that of the rest."""
    value, rest = (fmt.percent(row[name] / 100) for name in ("value", "rest_value"))
    return f"{st.short(str(row[level]).replace('_', ' '), 26)}  {value}, rest {rest}"
