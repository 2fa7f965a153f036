"""Lifts, effects and priorities as native charts: the same rows, order, colours and words."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from helpers.report import styling as st
from helpers.report.content import Content
from helpers.report.deck.blocks import Span
from helpers.report.deck.telling import REACH
from helpers.report.figures.parts import with_n
from helpers.report.figures.segments import effects_drawn
from helpers.report.powerpoint.models import (
    Axis,
    Bars,
    Point,
    Scatter,
    Series,
    lighter,
    money_axis,
    nice,
)
from helpers.report.powerpoint.natives import WIDE, Drawing, Mark
from helpers.segments import verdicts
from helpers.words import charts as words
from helpers.words import numbers as fmt

GUTTER = 0.44
DOT, RING, CROSS = "●", "●", "×"


def _rows(count: int) -> Axis:
    """The hidden axis of rows, the first row on top."""
    return Axis(0.4, count + 0.6, 1, line=True)


def _reach(row: Any, value: float, low: str, high: str) -> dict[str, float]:
    first, last = getattr(row, low), getattr(row, high)
    if fmt.is_missing(first) or fmt.is_missing(last):
        return {}
    return {"minus": float(value - first), "plus": float(last - value)}


def _names(labels: list[str], left: float) -> Series:
    """Row labels: invisible marks at the left edge with a text beside each."""
    count = len(labels)
    points = tuple(Point(left, count - place, label=text) for place, text in enumerate(labels))
    return Series("rows", points, marker="none", labels="l")


def _dots(
    labels: list[str], series: list[Series], axis: Axis, *, key: tuple[Mark, ...], remark: str = ""
) -> Drawing:
    kept = [entry for entry in series if entry.points]
    names = _names(labels, axis.low)
    scatter = Scatter((names, *kept), axis, _rows(len(labels)), gutter=GUTTER, tail=0.04)
    return Drawing(charts=((1.0, scatter),), key=key, remark=remark)


def _nothing(text: str) -> Drawing:
    return Drawing(remark=text)


def lifts(content: Content, data: pd.DataFrame, most: int = 12) -> Drawing:
    """Lift of each segment with its interval; filled where validated."""
    known = data[data["lift"].notna()]
    if known.empty:
        return _nothing(words.NO_LIFT)
    drawn = known.assign(_proof=verdicts.firmness(known["verdict"])).sort_values(
        ["_proof", "lift", "segment_id"], ascending=[True, False, True]
    )
    left, drawn = max(len(data) - most, len(data) - len(drawn)), drawn.head(most)
    drawn = drawn.reset_index(drop=True)
    limits = drawn[["lift", "lift_low", "lift_high"]]
    told = drawn["naive_lift"] if "naive_lift" in drawn else drawn["lift"]
    apart = told.sub(drawn["lift"]).abs().gt(0.01 * float(limits.max(axis=None)))
    limits = limits.assign(naive=told.where(apart))
    axis = money_axis(
        min(0.0, float(limits.min(axis=None))),
        max(0.0, float(limits.max(axis=None))),
        content.currency,
        signed=True,
        grid=True,
        title=words.LIFT + words.more(left, "segments"),
    )
    count = len(drawn)
    series: list[Series] = []
    open_ones = []
    for row in drawn.itertuples():
        reach = _reach(row, row.lift, "lift_low", "lift_high")
        point = Point(float(row.lift), count - row.Index, **reach)
        if verdicts.is_ranked(row.verdict):
            series.append(Series(row.definition, (point,), st.ACCENT, size=8, bar=2.25))
        else:
            open_ones.append(point)
    series.append(Series(words.NOT_PROVEN, tuple(open_ones), st.MUTED, filled=False, bar=1.25))
    key = [
        Mark(DOT, st.ACCENT, words.VALIDATED),
        Mark(RING, lighter(st.MUTED), words.NOT_PROVEN),
    ]
    if apart.any():
        pairs = told[apart].items()
        marks = tuple(Point(float(value), count - place) for place, value in pairs)
        series.insert(0, Series(words.NAIVE, marks, st.FAINT, marker="x", size=7))
        key.append(Mark(CROSS, st.FAINT, words.NAIVE))
    labels = _labelled(drawn["definition"], drawn["customers"])
    return _dots(labels, series, axis, key=tuple(key))


def _labelled(names: pd.Series, counts: pd.Series) -> list[str]:
    return [with_n(n, c, length=WIDE // 2 + 4) for n, c in zip(names, counts, strict=True)]


def effects(content: Content, data: pd.DataFrame, most: int = 14) -> Drawing:
    """Effect of each hypothesis or variable with its interval, against what could be detected."""
    drawn = effects_drawn(data, most=most)
    if drawn.empty:
        return _nothing(words.NO_HYPOTHESIS)
    unit = str(drawn["unit"].iloc[0])
    count = len(drawn)
    ends = drawn[["effect", "effect_low", "effect_high"]].assign(
        seen=drawn["detectable_effect"], unseen=-drawn["detectable_effect"]
    )
    low, high = min(0.0, float(ends.min(axis=None))), max(0.0, float(ends.max(axis=None)))
    is_money = len(unit) == 3 and unit.isupper()
    tail = words.more(len(data) - count, "hypotheses")
    if is_money:
        axis = money_axis(low, high, unit, signed=True, grid=True, title=words.DIFFERENCE + tail)
    else:
        first, last, step = nice(low, high)
        axis = Axis(
            first, last, step, "+0.##;−0.##;0", f"{words.DIFFERENCE}, {unit}{tail}", grid=True
        )
    looks = {
        (verdicts.SUPPORTED, True): (verdicts.SUPPORTED, st.ACCENT, True, "circle"),
        (verdicts.SUPPORTED, False): (
            f"{verdicts.SUPPORTED}, {words.EXPLORATORY}",
            st.ACCENT,
            True,
            "diamond",
        ),
        (verdicts.IN_SCORE, True): (words.IN_SCORE, st.INK, False, "circle"),
        (verdicts.IN_SCORE, False): (
            f"{words.IN_SCORE}, {words.EXPLORATORY}",
            st.INK,
            False,
            "diamond",
        ),
        ("", True): (words.NOT_SUPPORTED, st.MUTED, False, "circle"),
        ("", False): (f"{words.NOT_SUPPORTED}, {words.EXPLORATORY}", st.MUTED, False, "diamond"),
    }
    groups: dict[tuple, list[Point]] = {look: [] for look in looks.values()}
    unseen = []
    for row in drawn.itertuples():
        verdict = row.verdict if (row.verdict, True) in looks else ""
        reach = _reach(row, row.effect, "effect_low", "effect_high")
        place = count - row.Index
        groups[looks[verdict, bool(row.declared)]].append(Point(float(row.effect), place, **reach))
        if not fmt.is_missing(row.detectable_effect):
            size = float(row.detectable_effect)
            unseen.append(Point(0.0, place, size, size))
    bands = Series(words.UNSEEN, tuple(unseen), st.FAINT, "none", bar=9, faint=True)
    series = [bands] + [
        Series(name, tuple(points), colour, marker, filled, bar=1.5)
        for (name, colour, filled, marker), points in groups.items()
    ]
    labels = _labelled(drawn["label"], drawn["customers"])
    key = [
        Mark(DOT, st.ACCENT, words.SUPPORTED),
        Mark(RING, lighter(st.MUTED), words.NOT_SUPPORTED),
    ]
    if verdicts.is_of_score(drawn["verdict"]).any():
        key.append(Mark(RING, lighter(st.INK), words.IN_SCORE))
    if not drawn["declared"].astype(bool).all():
        key.append(Mark("◆", lighter(st.MUTED), words.EXPLORATORY))
    if unseen:
        key.append(Mark("■", st.FAINT, words.UNSEEN))
    return _dots(labels, series, axis, key=tuple(key))


def priorities(content: Content, data: pd.DataFrame) -> Drawing:
    """Priority score of each validated segment, and how far its rank may move."""
    if data.empty:
        return _nothing(words.NO_ORDER)
    drawn = data.sort_values(["rank", "segment_id"]).reset_index(drop=True)
    colours = (st.ACCENT,) * len(drawn)
    names = [content.labels.get(name, name) for name in drawn["segment_id"]]
    if "customers" in drawn:
        names = [with_n(n, c, length=WIDE) for n, c in zip(names, drawn["customers"], strict=True)]
    most = float(drawn["priority_score"].max())
    scores = Bars(
        tuple(names),
        ((words.PRIORITY, tuple(map(float, drawn["priority_score"]))),),
        (colours,),
        Axis(0, most * 1.2, title=words.PRIORITY),
        ("0.000",),
        gutter=0.46,
        gap=90,
    )
    count = len(drawn)
    last = int(max(drawn["rank_high"].max(), drawn["rank"].max(), 2))
    series = []
    for row in drawn.itertuples():
        told = f"\u00a0\u00a0{words.places(row.rank_low, row.rank_high)}"
        reach = _reach(row, row.rank, "rank_low", "rank_high")
        point = Point(float(row.rank), count - row.Index, **reach)
        series.append(Series(names[row.Index], (point,), colours[row.Index], size=8, bar=2.25))
        end = Point(float(max(row.rank_high, row.rank)), point.y, label=told)
        series.append(Series(f"share, {row.Index + 1}", (end,), marker="none", labels="r"))
    places = f'[=0]"";[={last + 1}]"";0'  # ticks start at the axis' end: 0 is no rank
    rank = Scatter(
        tuple(series),
        Axis(0, last + 1, 1, places, words.RANK, grid=True),
        Axis(0.5, count + 0.5, 1),
        gutter=0.04,
        tail=0.3,
    )
    return Drawing(charts=((0.62, scores), (0.38, rank)))


def spans(
    drawn: Sequence[Span | None],
    heights: Sequence[float],
    scale: tuple[float, float] | None = None,
) -> Scatter:
    """Differences with their intervals, one for each row of a table of such row heights.

    ``scale`` holds the ends of what is drawn; left out, differences are told in half intervals.
    """
    whole = float(sum(heights))
    series = []
    names = {"better": "better", "worse": "worse", "": words.NO_DIRECTION_OR_NOT_SHOWN}
    colours = {"better": st.ACCENT, "worse": st.WARM, "": st.MUTED}
    for tone, name in names.items():
        points, below = [], whole
        for span, high in zip(drawn, heights, strict=True):
            if span is not None and span.tone == tone:
                reach = {"minus": span.middle - span.low, "plus": span.high - span.middle}
                points.append(Point(span.middle, round(below - high / 2, 2), **reach))
            below -= high
        if points:
            filled = bool(tone)
            series.append(Series(name, tuple(points), colours[tone], filled=filled, size=6))
    low, high = scale or (-1.08 * REACH, 1.08 * REACH)
    reach = Axis(low, high, high if scale else REACH)
    return Scatter(tuple(series), reach, Axis(0, whole, whole, line=True), gutter=0.03)
