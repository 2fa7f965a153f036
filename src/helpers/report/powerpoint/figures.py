"""Charts of customers and revenue as native charts: the same rows, order, colours, words."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.report import styling as st
from helpers.report.content import Content
from helpers.report.figures.parts import with_n
from helpers.report.figures.revenue import visible_from
from helpers.report.powerpoint.dots import DOT, GUTTER
from helpers.report.powerpoint.models import (
    Axis,
    Bars,
    Point,
    Scatter,
    Series,
    money_axis,
    nice,
    short_code,
)
from helpers.report.powerpoint.natives import Drawing, Mark
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say

MOST_POINTS = 1500  # marks of one chart: more make a file that nobody can edit


def exclusions(content: Content, data: pd.DataFrame) -> Drawing:
    """What each exclusion rule takes out, in accounts and in monthly revenue."""
    rows = data.reset_index(drop=True)
    told = rows["reason"] if "reason" in rows else rows["rule"]
    named = told.fillna("").astype(str).where(lambda text: text.str.strip().ne(""), rows["rule"])
    names = tuple(st.short(str(name).replace("_", " "), 38) for name in named)
    edge = (0, len(rows) - 1)

    def panel(column: str, heading: str, codes: list[str], gutter: float) -> Bars:
        values = [abs(float(value)) for value in rows[column].fillna(0)]
        kept = tuple(v if place in edge else None for place, v in enumerate(values))
        out = tuple(None if place in edge else v for place, v in enumerate(values))
        return Bars(
            names,
            ((words.KNOWN_INCLUDED, kept), ("left out", out)),
            (st.INK, st.WARM),
            Axis(0, max([*values, 1.0]) * 1.3),
            (tuple(codes), tuple(removed(code) for code in codes)),
            gutter=gutter,
            gap=75,
            heading=heading,
        )

    def removed(code: str) -> str:
        """What a rule takes out is told with a minus, unless it is nothing."""
        return f'"{fmt.MINUS}"{code};;{code}'

    counts = ["#,##0"] * len(rows)
    money = [short_code(value, content.currency) for value in rows["monthly_revenue"].fillna(0)]
    left = panel("accounts", words.ACCOUNTS, counts, 0.58)
    right = panel("monthly_revenue", words.MONTHLY_REVENUE, money, 0.03)
    return Drawing(
        charts=((0.66, left), (0.34, right)),
        key=(Mark("■", st.INK, words.KNOWN_INCLUDED), Mark("■", st.WARM, "left out")),
    )


def strip(content: Content, data: pd.DataFrame) -> Drawing:
    """Every customer's quality score from best to worst, coloured by band."""
    ranked = data.sort_values("quality_score", ascending=False, kind="stable")
    ranked = ranked.assign(place=np.arange(1, len(ranked) + 1), band=ranked["band"].astype(str))
    n = len(ranked)
    every = max(1, -(-n // MOST_POINTS))
    counts = ranked["band"].value_counts()
    bands = [band for band in ("excellent", "average", "poor") if band in counts.index]
    shown = ranked[(ranked["place"] - 1) % every == 0]
    series = []
    for band in bands:
        part = shown[shown["band"].eq(band)]
        pairs = zip(part["place"], part["quality_score"], strict=True)
        points = tuple(Point(int(x), float(y)) for x, y in pairs)
        series.append(Series(band, points, st.BANDS[band], size=4))
    score = ranked["quality_score"]
    low, high = min(0.0, float(score.min())), max(0.0, float(score.max()))
    y = money_axis(low, high, content.currency, grid=True, title=words.SCORE)
    step = nice(0, n)[2]
    x = Axis(0, n, step, "#,##0", words.best_to_worst(n), line=True)
    remark = say(words.ONE_MARK_FOR_EVERY_CUSTOMERS, number=fmt.number(every)) if every > 1 else ""
    key = tuple(Mark(DOT, st.BANDS[b], words.with_n(b, counts[b])) for b in bands)
    kept = tuple(entry for entry in series if entry.points)
    return Drawing(charts=((1.0, Scatter(kept, x, y)),), key=key, remark=remark)


def concentration(content: Content, data: pd.DataFrame) -> Drawing:
    """Share of the total held by the largest customers, as a curve (Pareto, Lorenz)."""
    if {"customer_share", "value_share"} <= set(data.columns):
        x, y = (data[name].to_numpy(float) for name in ("customer_share", "value_share"))
    else:
        values = np.sort(data.select_dtypes("number").iloc[:, -1].dropna().to_numpy(float))[::-1]
        y = np.concatenate([[0.0], np.cumsum(values) / values.sum()])
        x = np.linspace(0, 1, len(y))
    n = len(x) - 1
    if not n or np.isnan(y).all():
        return Drawing(remark=words.NOTHING_SHARED)
    kept = np.unique(np.linspace(0, n, min(n + 1, 400)).round().astype(int))
    kept = kept[~np.isnan(y[kept])]  # of the first few customers no value is shown
    top = max(1, round(0.2 * n))
    series = (
        Series(
            words.EQUAL_SHARES, (Point(0, 0), Point(1, 1)), st.FAINT, "none", line=1, dashed=True
        ),
        Series(
            "share held",
            tuple(Point(float(x[k]), float(y[k])) for k in kept),
            st.ACCENT,
            "none",
            line=2.25,
        ),
    )
    if not np.isnan(y[top]):  # else they are too few to be shown
        told = words.top_share(top, n, y[top])
        mark = Point(float(x[top]), float(y[top]), label=f"\u00a0\u00a0{told}")
        series += (Series("largest fifth", (mark,), st.ACCENT, labels="r"),)
    share = Axis(0, 1, 0.2, r"0\ %", words.share_of("revenue"), grid=True)
    across = Axis(0, 1, 0.2, r"0\ %", words.largest_first(n), line=True)
    return Drawing(charts=((1.0, Scatter(series, across, share)),))


def survival(content: Content, data: pd.DataFrame) -> Drawing:
    """Share of customers that stay, by time since they were won, with the limits of 95 %."""
    if data.empty:
        return Drawing(remark=words.NO_HISTORY)
    if not data["time"].max() > 0:
        return Drawing(remark=words.NOBODY_LEFT)
    grouped = "group" in data.columns
    groups = list(data["group"].drop_duplicates()) if grouped else [words.EVERYBODY]
    hues = [st.SEGMENT_HUES[place % len(st.SEGMENT_HUES)] for place in range(len(groups))]
    series, key = [], []
    for group, colour in zip(groups, hues, strict=True):
        part = (data[data["group"].eq(group)] if grouped else data).sort_values("time")
        for column, name, line in (
            ("survival", str(group), 2.25),
            ("low", f"{group}: lower limit", 0.75),
            ("high", f"{group}: upper limit", 0.75),
        ):
            points = _stairs(part["time"].to_numpy(float), part[column].to_numpy(float))
            series.append(Series(name, points, colour, "none", line=line, faint=line < 1))
        told = words.with_n(st.short(group, 28), int(part["at_risk"].iloc[0]))
        key.append(Mark("■", colour, told))
    longest = float(data["time"].max())
    step = math.ceil(nice(0, longest)[2])  # whole months
    last = step * math.ceil(longest / step)
    across = Axis(0, last, step, "0", words.since_won(), line=True)
    stayed = Axis(0, 1, 0.25, r"0\ %", words.STAYED, grid=True)
    return Drawing(charts=((1.0, Scatter(tuple(series), across, stayed)),), key=tuple(key))


def _stairs(x: np.ndarray, y: np.ndarray) -> tuple[Point, ...]:
    """A curve that keeps its height until the next step."""
    known = ~np.isnan(y)
    x, y = x[known], y[known]
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), 300)).round().astype(int))
    corners = [Point(float(x[k]), float(y[k])) for k in kept[:1]]
    for before, now in pairwise(kept):
        corners.append(Point(float(x[now]), float(y[before])))
        corners.append(Point(float(x[now]), float(y[now])))
    return tuple(corners)


def coverage(content: Content, data: pd.DataFrame, most: int = 16) -> Drawing:
    """How completely each attribute and metric is filled, worst first."""
    drawn = data.sort_values(["filled_share", "field"]).head(most)
    label = drawn["label"].fillna(drawn["field"]) if "label" in drawn else drawn["field"]
    colours = tuple(st.WARM if v in ("weak", "biased") else st.ACCENT for v in drawn["verdict"])
    shares = tuple(map(float, drawn["filled_share"]))
    bars = Bars(
        tuple(with_n(a, n, length=34) for a, n in zip(label, drawn["filled"], strict=True)),
        (("share filled", shares),),
        (colours,),
        Axis(0, 1.1, 0.25),
        (r"0\ %",),
        gutter=GUTTER,
    )
    key = (Mark("■", st.ACCENT, words.GOOD_OR_USABLE), Mark("■", st.WARM, words.WEAK_OR_BIASED))
    left = len(data) - len(drawn)
    return Drawing(charts=((1.0, bars),), key=key, remark=words.more(left, "coverage").strip(" ·"))


def waterfall(content: Content, data: pd.DataFrame) -> Drawing:
    """One customer's score as a sum, line by line."""
    rows = [(str(row.line), float(row.amount), row.Index == 0) for row in data.itertuples()]
    rows.append((words.TOTAL, float(data["amount"].sum()), True))
    return Drawing(charts=((1.0, _steps(rows, content.currency, upright=False)),))


def bridge(content: Content, data: pd.DataFrame) -> Drawing:
    """From opening to closing monthly recurring revenue, step by step."""
    if "step" not in data.columns:  # one row per quarter: the last one is this quarter's
        steps = ("opening", "new", "reactivated", "expansion", "contraction", "churned", "closing")
        last = data.iloc[-1]
        data = pd.DataFrame({"step": steps, "amount": [float(last[name]) for name in steps]})
    rows = [
        (str(row.step).replace("_", " "), float(row.amount), row.step in ("opening", "closing"))
        for row in data.itertuples()
    ]
    chart = _steps(rows, content.currency, upright=True)
    return Drawing(charts=((1.0, chart),), remark=words.NOT_FROM_ZERO if chart.axis.low else "")


def _steps(rows: list[tuple[str, float, bool]], currency: str, *, upright: bool) -> Bars:
    """Floating bars: an invisible base, and the part above and below zero."""
    level = 0.0
    largest = None if upright else max((abs(amount) for _, amount, _ in rows), default=0.0)
    names, base, above, below, colours, levels = [], [], [], [], [], []
    for name, amount, is_level in rows:
        start = 0.0 if is_level else level
        level = amount if is_level else level + amount
        levels.append(level)
        low, high = min(start, level), max(start, level)
        base.append(low if low > 0 else high if high < 0 else 0.0)
        above.append(max(high, 0.0) - max(low, 0.0))
        below.append(min(low, 0.0) - min(high, 0.0))
        colours.append(st.INK if is_level else st.ACCENT if amount >= 0 else st.WARM)
        told = fmt.short_money(amount, currency, signed=not is_level, beside=largest)
        names.append(f"{st.short(name, 24)}{chr(10) if upright else '   '}{told}")
    low, high = min(*levels, 0.0), max(*levels, 0.0)
    if upright:
        low = min(low, 0.0) or visible_from(min(levels), high)
    axis = money_axis(low, high, currency, grid=True, title=words.MRR if upright else "")
    return Bars(
        tuple(names),
        (("base", tuple(base)), ("amount", tuple(above)), ("below zero", tuple(below))),
        ((None,) * len(rows), tuple(colours), tuple(colours)),
        axis,
        stacked=True,
        upright=upright,
        gutter=0.06 if upright else GUTTER,
        gap=60,
        tail=0.04,
    )
