"""Charts of the customer list, the quality score and the collected data."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.report import styling as st
from helpers.report.figures import parts
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BAND_ORDER = ("poor", "average", "excellent")


@st.styled
def score_strip(scores: pd.DataFrame, *, currency: str) -> "Figure":
    """Every customer's quality score from best to worst, coloured by band.

    Parameters
    ----------
    scores : quality_score and band, one row per customer.
    currency : of the score.
    """
    import seaborn as sns

    parts.require(scores, ("quality_score", "band"), chart="score_strip")
    ranked = scores.sort_values("quality_score", ascending=False, kind="stable")
    ranked = ranked.assign(place=np.arange(1, len(ranked) + 1), band=ranked["band"].astype(str))
    figure = st.canvas(2.9)
    axes = figure.subplots()
    bands = [band for band in reversed(BAND_ORDER) if (ranked["band"] == band).any()]
    sns.scatterplot(
        data=ranked,
        x="place",
        y="quality_score",
        hue="band",
        hue_order=bands,
        palette=st.BANDS,
        s=18 if len(ranked) < 1500 else 8,
        linewidth=0,
        ax=axes,
        legend=False,
    )
    axes.axhline(0, color=st.MUTED, linewidth=0.9, zorder=0)
    counts = ranked["band"].value_counts()
    parts.key(
        figure,
        [(words.with_n(band, counts[band]), parts.mark(st.BANDS[band])) for band in bands],
    )
    parts.axis_format(axes.yaxis, "axis_money", currency)
    parts.axis_format(axes.xaxis, "count")
    axes.set_ylabel(words.SCORE)
    axes.set_xlabel(words.best_to_worst(len(ranked)))
    axes.grid(axis="y")
    axes.margins(x=0.01)
    return figure


@st.styled
def score_waterfall(lines: pd.DataFrame, *, currency: str, total: str = words.TOTAL) -> "Figure":
    """One customer's score as a sum, line by line.

    Parameters
    ----------
    lines : line (its label) and amount, signed as it enters the sum, in the order of the sum.
    currency : of the amounts.
    total : label of the closing bar.
    """
    parts.require(lines, ("line", "amount"), chart="score_waterfall")
    amounts = lines["amount"].to_numpy(dtype=float)
    ends = np.cumsum(amounts)
    starts = ends - amounts
    figure, axes = parts.rows_figure(len(lines) + 1)
    largest = float(np.abs([*amounts, *ends]).max(initial=0))
    for place, (start, amount) in enumerate(zip(starts, amounts, strict=True)):
        base = place == 0
        colour = st.INK if base else st.ACCENT if amount >= 0 else st.WARM
        axes.barh(place, amount, left=start, height=0.56, color=colour)
        told = fmt.short_money(amount, currency, signed=not base, beside=largest)
        _amount(axes, start, amount, place, told)
        axes.plot([ends[place]] * 2, [place - 0.28, place + 1.28], color=st.FAINT, linewidth=0.9)
    sum_of_all = float(ends[-1]) if len(ends) else 0.0
    axes.barh(len(lines), sum_of_all, height=0.56, color=st.INK)
    told = fmt.short_money(sum_of_all, currency, beside=largest)
    _amount(axes, 0, sum_of_all, len(lines), told)
    parts.row_labels(axes, [*(st.short(line) for line in lines["line"]), total])
    parts.zero_line(axes)
    parts.axis_format(axes.xaxis, "axis_money", currency)
    axes.margins(x=0.14)
    axes.set_xlabel("per year")
    return figure


def _amount(axes, start: float, amount: float, place: int, told: str) -> None:
    """The figure at the outer end of a bar."""
    end = start + amount
    right = end if amount >= 0 else start
    axes.annotate(
        told,
        (max(right, end), place),
        xytext=(5, 0),
        textcoords="offset points",
        va="center",
        fontsize=10,
    )


@st.styled
def exclusion_effect(effects: pd.DataFrame, *, currency: str) -> "Figure":
    """What each exclusion rule takes out: accounts on the left, monthly revenue on the right.

    Parameters
    ----------
    effects : rule, accounts, monthly_revenue, in the order in which rules apply, and reason where
        known. First row all known accounts, last row those included.
    currency : of the revenue.
    """
    parts.require(effects, ("rule", "accounts", "monthly_revenue"), chart="exclusion_effect")
    rows = effects.reset_index(drop=True)
    figure, (count, revenue) = parts.rows_figure(len(rows), extra=0.55, columns=2)
    edge = (0, len(rows) - 1)
    colours = [st.INK if place in edge else st.WARM for place in rows.index]
    for axes, column, name in (
        (count, "accounts", "count"),
        (revenue, "monthly_revenue", "short_money"),
    ):
        values = rows[column].fillna(0).to_numpy(dtype=float)
        axes.barh(rows.index, values, height=0.56, color=colours)
        for place, value in enumerate(values):
            change = value if place in edge else -value  # a rule may take negative revenue out
            text = fmt.formatted(change or 0.0, name, currency=currency)
            axes.annotate(
                f"+{text}" if place not in edge and change > 0 else text,
                (max(value, 0), place),
                xytext=(5, 0),
                textcoords="offset points",
                va="center",
                fontsize=10,
            )
        axes.margins(x=0.22)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.spines["left"].set_visible(False)
    count.set_title(words.ACCOUNTS, fontsize=11, color=st.MUTED, loc="left")
    revenue.set_title(words.MONTHLY_REVENUE, fontsize=11, color=st.MUTED, loc="left")
    told = rows["reason"] if "reason" in rows else rows["rule"]
    named = told.fillna("").astype(str).where(lambda text: text.str.strip().ne(""), rows["rule"])
    parts.row_labels(count, [st.short(str(name).replace("_", " "), 38) for name in named])
    revenue.tick_params(axis="y", length=0)
    return figure


@st.styled
def concentration(values: pd.Series, *, currency: str, what: str = "revenue") -> "Figure":
    """Share of the total held by the largest customers, as a curve (Pareto, Lorenz).

    Parameters
    ----------
    values : one value per customer; negative values are drawn as they are.
    currency : of the values.
    what : what is shared.
    """
    ranked = np.sort(values.dropna().to_numpy(dtype=float))[::-1]
    if not len(ranked) or ranked.sum() <= 0:
        return parts.nothing(say(words.THERE_NO_SHARE_OUT, what=what))
    share = np.concatenate([[0], np.cumsum(ranked) / ranked.sum()])
    customers = np.linspace(0, 1, len(share))
    figure = st.canvas(3.1)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=st.FAINT, linewidth=1, linestyle=(0, (4, 3)))
    axes.plot(customers, share, color=st.ACCENT, linewidth=2)
    top = max(1, round(0.2 * len(ranked)))
    axes.plot(customers[top], share[top], marker="o", color=st.ACCENT, markersize=6)
    axes.annotate(
        f"{words.top_share(top, len(ranked), share[top])} of "
        f"{fmt.short_money(ranked.sum(), currency)}",
        (customers[top], share[top]),
        xytext=(12, -12),
        textcoords="offset points",
        va="top",
        fontsize=11,
    )
    axes.annotate(words.EQUAL_SHARES, (0.86, 0.83), color=st.MUTED, fontsize=10, va="top")
    for axis in (axes.xaxis, axes.yaxis):
        parts.axis_format(axis, "percent")
    axes.set_xlim(0, 1.0)
    axes.set_ylim(0, max(1.02, share.max() * 1.02))
    axes.set_xlabel(words.largest_first(len(ranked)))
    axes.set_ylabel(words.share_of(what))
    axes.grid(axis="both")
    return figure


@st.styled
def coverage_bars(coverage: pd.DataFrame, *, most: int = 30) -> "Figure":
    """How completely each attribute and metric is filled, worst first.

    Parameters
    ----------
    coverage : field, filled, customers, filled_share, verdict, and label where known.
    most : rows at most.
    """
    columns = ("field", "filled", "customers", "filled_share", "verdict")
    parts.require(coverage, columns, chart="coverage_bars")
    if coverage.empty:
        return parts.nothing(words.NOTHING_WAS_COLLECTED_BESIDE_CUSTOMER)
    drawn = coverage.sort_values(["filled_share", "field"]).head(most).reset_index(drop=True)
    figure, axes = parts.rows_figure(len(drawn), extra=0.8)
    hollow = {"weak", "biased"}
    for row in drawn.itertuples():
        weak = row.verdict in hollow
        axes.barh(row.Index, 1, height=0.5, color=st.HAIR)
        axes.barh(row.Index, row.filled_share, height=0.5, color=st.WARM if weak else st.ACCENT)
        axes.annotate(
            f"{fmt.percent(row.filled_share, 0)}  {row.verdict}",
            (1, row.Index),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=10,
            color=st.INK if weak else st.MUTED,
        )
    label = drawn["label"] if "label" in drawn else drawn["field"]
    named = label.fillna(drawn["field"])
    parts.row_labels(
        axes, [parts.with_n(a, n, length=40) for a, n in zip(named, drawn["filled"], strict=True)]
    )
    axes.set_xlim(0, 1.22)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.spines["bottom"].set_visible(False)
    axes.set_xlabel(
        say(words.CUSTOMERS_WITH_VALUE, number=fmt.number(int(drawn["customers"].max())))
    )
    return figure
