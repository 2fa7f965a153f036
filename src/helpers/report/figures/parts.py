"""Pieces that several charts share."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.report import styling as st
from helpers.words import numbers as fmt

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW, TALL_ROW = 0.34, 0.42  # inches per row of a dot plot or bar chart; with labels of two lines


def require(table: pd.DataFrame, columns: Iterable[str], *, chart: str) -> pd.DataFrame:
    """The table itself, or a StudyError that names the columns it lacks."""
    absent = [name for name in columns if name not in table.columns]
    if absent:
        raise StudyError(
            f"The chart `{chart}` needs columns that its table does not have.",
            found=listed(table.columns, most=30),
            expected=listed(absent),
        )
    return table


def rows_figure(
    labels: int | Sequence[str], *, extra: float = 0.75, columns: int = 1
) -> tuple["Figure", Any]:
    """A figure high enough for labelled rows, with one or more axes side by side.

    ``labels`` are those of the rows, or their number where each takes one line.
    """
    rows = labels if isinstance(labels, int) else len(labels)
    tall = not isinstance(labels, int) and any("\n" in label for label in labels)
    figure = st.canvas(max(rows, 1) * (TALL_ROW if tall else ROW) + extra)
    return figure, figure.subplots(1, columns, sharey=columns > 1)


def row_labels(axes: "Axes", labels: Iterable[str]) -> None:
    """Labels from top to bottom, and nothing that frames them."""
    texts = list(labels)
    axes.set_yticks(range(len(texts)), texts)
    axes.set_ylim(len(texts) - 0.5, -0.5)
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)


def with_n(label: object, n: object, *, length: int = st.LABEL_LENGTH) -> str:
    """A row's label with its number of customers, on two lines where one is too short."""
    return broken(f"{st.short(label, 2 * length)}  (n = {fmt.formatted(n, 'count')})", length)


def broken(label: str, length: int = st.LABEL_LENGTH) -> str:
    """A label on two lines where it is longer than one; East Asian characters count twice.

    >>> broken("Machinery makers of the north with partners  (n = 9)", 30)
    'Machinery makers of the north\\nwith partners  (n = 9)'
    """
    if st.width(label) <= length + 9:
        return label
    half = min(length, -(-st.width(label) // 2) + 4)
    first, used = 0, 0
    for place, character in enumerate(label):
        used += st.width(character)
        if used > half + 1:
            break
        if character == " " or st.width(character) == 2:
            first = place + 1
    first = first or place
    return f"{label[:first].rstrip()}\n{label[first:].lstrip()}"


def axis_format(axis: Any, name: str, currency: str = "EUR") -> None:
    """Tick labels in one of the named formats; per cent as exact as their steps are."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    def told(value: float, _: object) -> str:
        if name == "percent":
            return fmt.percent(value, _decimals(axis.get_majorticklocs()))
        return fmt.formatted(float(value), name, currency=currency)

    axis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axis.set_major_formatter(FuncFormatter(told))


def _decimals(ticks: Sequence[float]) -> int:
    """Decimals of a percentage at which evenly spaced ticks can be told apart.

    >>> _decimals([0.0, 0.2, 0.4]), _decimals([0.0, 0.005, 0.01]), _decimals([0.0, 0.00025])
    (0, 1, 3)
    """
    step = 100 * (ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0
    return next((n for n in range(4) if abs(step * 10**n - round(step * 10**n)) < 1e-6), 4)


def zero_line(axes: "Axes") -> None:
    """The line of no difference."""
    axes.axvline(0, color=st.MUTED, linewidth=0.9, zorder=1)


def key(figure: "Figure", entries: Iterable[tuple[str, Callable[..., Any]]], **style: Any) -> None:
    """A legend below the chart, one entry per (label, handle)."""
    pairs = list(entries)
    figure.legend(
        [handle for _, handle in pairs],
        [label for label, _ in pairs],
        loc="outside lower left",
        ncols=len(pairs) if len(pairs) < 5 else 3,
        handletextpad=0.4,
        columnspacing=1.6,
        borderaxespad=0.2,
        **style,
    )


def mark(colour: str, *, filled: bool = True, marker: str = "o", size: float = 6.5) -> Any:
    """One legend mark."""
    from matplotlib.lines import Line2D

    face = colour if filled else "white"
    return Line2D(
        [],
        [],
        linestyle="none",
        marker=marker,
        markersize=size,
        markerfacecolor=face,
        markeredgecolor=colour,
        markeredgewidth=1.4,
    )


def nothing(message: str) -> "Figure":
    """A figure that says why there is nothing to draw."""
    figure = st.canvas(1.0)
    axes = figure.subplots()
    axes.set_axis_off()
    axes.text(0, 0.5, message, color=st.MUTED, fontsize=11, va="center")
    axes.set_xlim(0, 1)
    return figure
