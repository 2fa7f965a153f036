"""Charts of hypotheses, segments and priorities."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.report import styling as st
from helpers.report.figures import parts
from helpers.segments import verdicts
from helpers.words import charts as words
from helpers.words import numbers as fmt

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAST = 5  # customers, where a study says nothing else
COARSE = 10.0  # times the usual detectable effect from which on a row would squeeze all others


@st.styled
def lift_plot(
    segments: pd.DataFrame, *, currency: str, most: int = 12, least: int = LEAST
) -> "Figure":
    """Lift of each segment with its interval.

    Validated segments are filled and blue; all others hollow and grey. The naive lift is a light
    upright mark.

    Parameters
    ----------
    segments : segment_id, definition, customers, lift, lift_low, lift_high, verdict and, where
        known, naive_lift. What is not drawn is counted below the chart.
    currency : of the quality score.
    most : rows to draw at most, by verdict, then by lift.
    least : the smallest number of customers whose values may be shown.
    """
    columns = ("segment_id", "definition", "customers", "lift", "lift_low", "lift_high", "verdict")
    parts.require(segments, columns, chart="lift_plot")
    known = segments[segments["lift"].notna() & (segments["customers"] >= least)]
    if known.empty:
        return parts.nothing(words.NO_LIFT)
    drawn = known.assign(_proof=verdicts.firmness(known["verdict"])).sort_values(
        ["_proof", "lift", "segment_id"], ascending=[True, False, True]
    )
    left = len(segments) - len(drawn.head(most))
    drawn = drawn.head(most).reset_index(drop=True)
    labels = [
        parts.with_n(d, n) for d, n in zip(drawn["definition"], drawn["customers"], strict=True)
    ]
    figure, axes = parts.rows_figure(labels)
    parts.zero_line(axes)
    for row in drawn.itertuples():
        validated = verdicts.is_ranked(row.verdict)
        colour = st.ACCENT if validated else st.MUTED
        if pd.notna(row.lift_low) and pd.notna(row.lift_high):
            axes.plot(
                [row.lift_low, row.lift_high],
                [row.Index] * 2,
                color=colour,
                linewidth=2 if validated else 1.2,
                solid_capstyle="butt",
            )
        naive = getattr(row, "naive_lift", np.nan)
        if pd.notna(naive):
            axes.plot(
                naive, row.Index, marker="|", color=st.FAINT, markersize=11, markeredgewidth=2
            )
        axes.plot(
            row.lift,
            row.Index,
            marker="o",
            markersize=7,
            markerfacecolor=colour if validated else "white",
            markeredgecolor=colour,
            markeredgewidth=1.5,
            zorder=3,
        )
    parts.row_labels(axes, labels)
    parts.axis_format(axes.xaxis, "signed_axis_money", currency)
    axes.set_xlabel(f"{words.LIFT}{words.more(left, 'segments')}", loc="right")
    axes.grid(axis="x")
    entries = [
        (words.VALIDATED, parts.mark(st.ACCENT)),
        (words.NOT_PROVEN, parts.mark(st.MUTED, filled=False)),
    ]
    if "naive_lift" in drawn and drawn["naive_lift"].notna().any():
        entries.append((words.NAIVE, parts.mark(st.FAINT, marker="|", size=10)))
    parts.key(figure, entries)
    return figure


def effects_drawn(hypotheses: pd.DataFrame, *, most: int = 14) -> pd.DataFrame:
    """The rows of `hypothesis_effects`, from top to bottom, with a ``label`` each.

    Declared hypotheses first, then by size of effect; those in the most common unit alone, and no
    explored variable whose detectable effect is ``COARSE`` times the median or more: it compares
    such small groups that nothing else could be read beside it.
    """
    known = hypotheses[hypotheses["effect"].notna()]
    if known.empty:
        return known
    known = known[known["unit"].eq(known["unit"].mode().iloc[0])]
    late = ~known["declared"].astype(bool)
    coarse = known["detectable_effect"] >= COARSE * known["detectable_effect"].median()
    # A variable is known by its name: all are tested for a relation to the same score.
    name = known["statement"].str.partition(words.RELATED)[0].where(late, known["statement"])
    label = name.where(late, known["hypothesis_id"] + "  " + name)
    told = known.assign(label=label, _size=known["effect"].abs(), _late=late)[~(late & coarse)]
    order = told.sort_values(["_late", "_size", "hypothesis_id"], ascending=[True, False, True])
    return order.drop(columns=["_late", "_size"]).head(most).reset_index(drop=True)


@st.styled
def hypothesis_effects(hypotheses: pd.DataFrame, *, most: int = 14) -> "Figure":
    """Effect of each hypothesis or variable with its interval, against what could be detected.

    Parameters
    ----------
    hypotheses : hypothesis_id, statement, customers, effect, effect_low, effect_high, unit,
        detectable_effect, declared, verdict. Rows that are not drawn (`effects_drawn`) are counted
        below the chart. Filled = supported; a descriptive effect is part of the score itself; the
        grey bar is what this many customers cannot show.
    most : rows at most.
    """
    columns = ("hypothesis_id", "statement", "customers", "effect", "effect_low", "effect_high")
    columns += ("unit", "detectable_effect", "declared", "verdict")
    parts.require(hypotheses, columns, chart="hypothesis_effects")
    drawn = effects_drawn(hypotheses, most=most)
    if drawn.empty:
        return parts.nothing(words.NO_HYPOTHESIS)
    unit = drawn["unit"].iloc[0]
    hues = {verdicts.SUPPORTED: st.ACCENT, verdicts.IN_SCORE: st.INK}
    left = len(hypotheses) - len(drawn)

    labels = [parts.with_n(a, n) for a, n in zip(drawn["label"], drawn["customers"], strict=True)]
    figure, axes = parts.rows_figure(labels)
    parts.zero_line(axes)
    for row in drawn.itertuples():
        colour = hues.get(row.verdict, st.MUTED)
        if pd.notna(row.detectable_effect):
            axes.barh(
                row.Index,
                2 * row.detectable_effect,
                left=-row.detectable_effect,
                height=0.5,
                color=st.HAIR,
                zorder=0,
            )
        if pd.notna(row.effect_low) and pd.notna(row.effect_high):
            axes.plot(
                [row.effect_low, row.effect_high], [row.Index] * 2, color=colour, linewidth=1.4
            )
        axes.plot(
            row.effect,
            row.Index,
            marker="o" if row.declared else "D",
            markersize=7 if row.declared else 5.5,
            markerfacecolor=colour if verdicts.is_supported(row.verdict) else "white",
            markeredgecolor=colour,
            markeredgewidth=1.5,
            zorder=3,
        )
    parts.row_labels(axes, labels)
    is_money = len(str(unit)) == 3 and str(unit).isupper()
    parts.axis_format(axes.xaxis, "signed_axis_money" if is_money else "signed", str(unit))
    in_unit = words.DIFFERENCE if is_money else f"{words.DIFFERENCE}, {unit}"
    axes.set_xlabel(in_unit + words.more(left, "hypotheses"), loc="right")
    axes.grid(axis="x")
    entries = [
        (words.SUPPORTED, parts.mark(st.ACCENT)),
        (words.NOT_SUPPORTED, parts.mark(st.MUTED, filled=False)),
    ]
    if verdicts.is_of_score(drawn["verdict"]).any():
        entries.append((words.IN_SCORE, parts.mark(st.INK, filled=False)))
    if not drawn["declared"].astype(bool).all():
        entries.append(
            (words.EXPLORATORY, parts.mark(st.MUTED, filled=False, marker="D", size=5.5))
        )
    if drawn["detectable_effect"].notna().any():
        entries.append((words.UNSEEN, parts.mark(st.HAIR, marker="s", size=8)))
    parts.key(figure, entries)
    return figure


@st.styled
def segment_heatmap(
    segment_metrics: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    metrics: Mapping[str, str],
    currency: str,
    most: int = 26,
    least: int = LEAST,
) -> "Figure":
    """Metrics by segment against the rest, coloured only where the difference is shown.

    What shares a line with the score differs by construction, and is never coloured.

    Parameters
    ----------
    segment_metrics : segment_id, metric, value, rest_value, unit, customers, shares_score_inputs,
        and better ('better', 'worse' or anything else; blank where nothing can be compared, as for
        sums).
    labels : segment_id → label, in the order of the columns.
    metrics : metric → label, in the order of the rows; those without any value are left out.
    currency : for metrics in money.
    most : rows at most; those with a shown difference stay.
    least : the smallest number of customers whose values may be shown.
    """
    import seaborn as sns
    from matplotlib.colors import ListedColormap

    columns = ("segment_id", "metric", "value", "rest_value", "unit", "customers", "better")
    columns += ("shares_score_inputs",)
    table = parts.require(segment_metrics, columns, chart="segment_heatmap")
    table = table[table["segment_id"].isin(list(labels)) & table["metric"].isin(list(metrics))]
    table = table[table["value"].notna() & table["better"].fillna("").ne("")]
    table = table[table["customers"] >= least]
    if table.empty:
        return parts.nothing(words.NO_METRIC_HAS_VALUE_FOR)
    marks = map(verdicts.shown_direction, table["better"], table["shares_score_inputs"])
    table = table.assign(mark=list(marks))
    telling = set(table.loc[table["mark"].ne(""), "metric"])
    there = [name for name in metrics if name in set(table["metric"])]
    kept = set(sorted(there, key=lambda name: name not in telling)[:most])
    shown = [name for name in there if name in kept]
    ids = [name for name in labels if name in set(table["segment_id"])]
    at = table.set_index(["metric", "segment_id"])
    codes = np.zeros((len(shown), len(ids)))
    texts = np.full(codes.shape, "", dtype=object)
    for i, metric in enumerate(shown):
        for j, segment in enumerate(ids):
            if (metric, segment) not in at.index:
                texts[i, j] = fmt.MISSING
                continue
            row = at.loc[(metric, segment)]
            codes[i, j] = {"better": 1, "worse": -1}.get(row["mark"], 0)
            value, rest = (
                _compact(row[name], row["unit"], currency) for name in ("value", "rest_value")
            )
            arrow = {1: "▲ ", -1: "▼ "}.get(int(codes[i, j]), "")
            texts[i, j] = f"{arrow}{value}\nrest {rest}"

    figure = st.canvas(len(shown) * 0.46 + 1.15)
    axes = figure.subplots()
    sns.heatmap(
        codes,
        ax=axes,
        cmap=ListedColormap(["#f3dccb", "#f6f7f8", "#d3e4f3"]),
        vmin=-1,
        vmax=1,
        cbar=False,
        annot=texts,
        fmt="",
        annot_kws={"fontsize": 9.5, "color": st.INK},
        linewidths=2,
        linecolor="white",
    )
    for text in axes.texts:
        text.set_in_layout(False)  # they lie inside the cells: no need to measure them
    customers = table.groupby("segment_id")["customers"].max()  # some metrics miss customers
    width = max(12, int(68 / len(ids)))
    axes.set_xticklabels(
        [
            f"{st.short(labels[name], width)}\nn = {fmt.formatted(customers[name], 'count')}"
            for name in ids
        ],
        rotation=0,
        color=st.INK,
    )
    axes.set_yticklabels([st.short(metrics[name], 34) for name in shown], rotation=0)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    parts.key(
        figure,
        [
            (f"▲ {words.BETTER}", parts.mark("#9cc3e4", marker="s", size=8)),
            (f"▼ {words.WORSE}", parts.mark("#e0a983", marker="s", size=8)),
            (words.NO_DIFFERENCE_SHOWN, parts.mark("#d9dde2", marker="s", size=8)),
        ],
    )
    return figure


def _compact(value: float, unit: str, currency: str) -> str:
    if unit == "currency" and pd.notna(value):
        return fmt.short_money(float(value), currency)
    return fmt.in_unit(value, unit, currency=currency)


@st.styled
def priority_chart(priorities: pd.DataFrame, *, labels: Mapping[str, str]) -> "Figure":
    """Priority score of each validated segment, and how far its rank may move.

    Parameters
    ----------
    priorities : segment_id, priority_score, rank, rank_low, rank_high, and
        customers where known.
    labels : segment_id → label.
    """
    columns = ("segment_id", "priority_score", "rank", "rank_low", "rank_high")
    parts.require(priorities, columns, chart="priority_chart")
    if priorities.empty:
        return parts.nothing(words.NO_ORDER)
    drawn = priorities.sort_values(["rank", "segment_id"]).reset_index(drop=True)
    names = [labels.get(name, name) for name in drawn["segment_id"]]
    if "customers" in drawn:
        names = [parts.with_n(n, c) for n, c in zip(names, drawn["customers"], strict=True)]
    names = [parts.broken(name) for name in names]
    figure, (score, rank) = parts.rows_figure(names, extra=1.0, columns=2)
    colour = st.ACCENT
    for row in drawn.itertuples():
        score.barh(row.Index, row.priority_score, height=0.5, color=colour, alpha=0.85)
        score.annotate(
            fmt.figures(row.priority_score),
            (row.priority_score, row.Index),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=10,
        )
        rank.plot([row.rank_low, row.rank_high], [row.Index] * 2, color=colour, linewidth=2)
        rank.plot(row.rank, row.Index, marker="o", markersize=7, color=colour)
        if pd.notna(row.rank_low):
            rank.annotate(
                words.places(row.rank_low, row.rank_high),
                (max(row.rank_high, row.rank), row.Index),
                xytext=(8, 0),
                textcoords="offset points",
                va="center",
                fontsize=10,
                color=st.MUTED,
            )
    parts.row_labels(score, names)
    rank.spines["left"].set_visible(False)
    score.set_xlabel(words.PRIORITY)
    score.margins(x=0.16)
    last = int(max(drawn["rank_high"].max(), drawn["rank"].max(), 2))
    rank.set_xlim(0.7, last + 1.3)
    rank.set_xticks(range(1, last + 1))
    rank.set_xlabel(words.RANK)
    rank.grid(axis="x")
    return figure
