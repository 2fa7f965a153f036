"""Charts of hypotheses, groups and their order."""

from collections.abc import Callable, Mapping

import pandas as pd

from helpers.declared import PROPOSED
from helpers.report import privacy
from helpers.report.charts import parts
from helpers.report.charts.axes import axis
from helpers.report.charts.model import (
    Band,
    Bar,
    Chart,
    Mark,
    Panel,
    Row,
    Rows,
    Span,
    Tone,
    nothing,
)
from helpers.segments import verdicts
from helpers.words import charts as words
from helpers.words import numbers as fmt
from helpers.words import say

COARSE = 10.0  # times the usual detectable effect from which on a row would squeeze all others


def lift_plot(
    segments: pd.DataFrame, *, currency: str, most: int = 12, least: int = parts.LEAST
) -> Chart:
    """What each group is worth more than all others, with its interval, by what is shown of it.

    Parameters
    ----------
    segments : segment_id, definition, customers, lift, lift_low, lift_high, verdict and, where
        known, confounding. What is not drawn is counted below the chart.
    currency : of the quality score.
    most : rows to draw at most, by verdict, then by lift; of each other verdict at least one.
    least : the smallest number of customers whose values may be shown.
    """
    columns = ("segment_id", "definition", "customers", "lift", "lift_low", "lift_high", "verdict")
    parts.require(segments, columns, chart="lift_plot")
    large = segments[segments["customers"] >= least]
    if large["lift"].isna().all():
        return nothing(say(words.NO_LIFT))
    beside = large.get("confounding", pd.Series("", index=large.index))
    leads = verdicts.leads(large["verdict"], beside)
    may_be = verdicts.may_be(large["verdict"], large["lift"], beside)
    kinds: dict[str, pd.Series] = {
        words.SHOWN: leads,
        words.CONFOUNDED: verdicts.is_ranked(large["verdict"]) & ~leads,
        words.TYPICAL: verdicts.is_typical(large["verdict"]),
        words.MAY_BE: may_be,
        words.NOT_BETTER: verdicts.is_open(large["verdict"]) & ~may_be,
        words.CANNOT_BE: verdicts.is_not_judgeable(large["verdict"]),
        words.NO_EVIDENCE: verdicts.is_descriptive(large["verdict"]),
    }
    known = large["lift"].notna()
    drawn = _shared_out({name: large[mask & known] for name, mask in kinds.items()}, most)
    if not drawn:  # groups too small to be judged, and no others
        return nothing(say(words.NO_LIFT))
    rows: list[Row] = []
    marks: list[tuple[Mark, ...]] = []
    for heading, table in drawn.items():
        first = heading == words.SHOWN
        every = int(kinds[heading].sum())
        tone: Tone = "shown" if first else "open"
        rows.append(Row(say(heading), heading=True, tone=tone, every=every))
        marks.append(())
        for one in table.itertuples():
            rows.append(parts.row(one.definition, one.customers, strong=first))
            amount = first and verdicts.has_amount(one.lift, one.lift_low)
            told = fmt.short_money(one.lift, currency, signed=True) if amount else ""
            marks.append((parts.span(one.lift, one.lift_low, one.lift_high, tone, text=told),))
    ends = pd.concat(list(drawn.values()))[["lift", "lift_low", "lift_high"]].to_numpy().ravel()
    panel = Panel(axis(ends, "signed_axis_money", currency=currency), tuple(marks))
    shown = int(kinds[words.SHOWN].sum())
    shown_sizes = ~privacy.small_groups(segments, least=least)
    judged = int((verdicts.is_judged(segments["verdict"]) & shown_sizes).sum())
    left, small = judged - sum(map(len, drawn.values())), len(segments) - judged
    unknown = int((verdicts.is_open(large["verdict"]) & ~known).sum())
    remarks = (
        say(words.TOO_SMALL_GROUPS, small=small) if small else "",
        say(words.WITHOUT_A_LIFT, unknown=unknown) if unknown else "",
    )
    return Chart(
        Rows(tuple(rows), (panel,), left, "segments"),
        title=say(words.GROUPS_SHOWN, shown=shown, judged=judged)
        if shown
        else say(words.NO_GROUP_SHOWN, judged=judged),
        unit=say(words.WORTH_UNIT),
        remark=" ".join(filter(None, remarks)),
    )


def _shared_out(kinds: dict[str, pd.DataFrame], most: int) -> dict[str, pd.DataFrame]:
    """The first rows of each kind: a place for one of each, the others from the first kind on."""
    ordered = {
        name: table.sort_values(["lift", "segment_id"], ascending=[False, True])
        for name, table in kinds.items()
        if len(table)
    }
    spare = max(most - len(ordered), 0)
    kept = {}
    for name, table in ordered.items():
        count = min(len(table), 1 + spare)
        spare -= count - 1
        kept[name] = table.head(count)
    return dict(list(kept.items())[: max(most, 1)])


def effects_drawn(hypotheses: pd.DataFrame, *, most: int = 14) -> pd.DataFrame:
    """The rows of `hypothesis_effects`, from top to bottom.

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
    told = known.assign(_size=known["effect"].abs(), _late=late)[~(late & coarse)]
    order = told.sort_values(["_late", "_size", "hypothesis_id"], ascending=[True, False, True])
    return order.drop(columns=["_late", "_size"]).head(most).reset_index(drop=True)


def hypothesis_effects(
    hypotheses: pd.DataFrame,
    *,
    label: Callable[[str], str],
    most: int = 14,
    least: int = parts.LEAST,
) -> Chart:
    """Effect of each hypothesis or variable with its interval, against what could be detected.

    Parameters
    ----------
    hypotheses : hypothesis_id, statement, variables, customers, effect, effect_low, effect_high,
        unit, detectable_effect, declared, family, verdict. Rows that are not drawn
        (`effects_drawn`) are counted below the chart. Filled = supported, unless nothing shows when
        the hypothesis was fixed: on these customers it proves nothing. The grey band is what this
        many customers cannot show.
    label : what an attribute is called; an explored variable is known by it.
    most : rows at most.
    least : the smallest number of customers whose values may be shown.
    """
    columns: tuple[str, ...] = ("hypothesis_id", "statement", "variables", "customers", "effect")
    columns += (
        "effect_low",
        "effect_high",
        "unit",
        "detectable_effect",
        "declared",
        "family",
        "verdict",
    )
    parts.require(hypotheses, columns, chart="hypothesis_effects")
    drawn = effects_drawn(hypotheses[hypotheses["customers"].ge(least)], most=most)
    if drawn.empty:
        return nothing(say(words.NO_HYPOTHESIS))
    unit = str(drawn["unit"].iloc[0])
    money = len(unit) == 3 and unit.isupper()
    rows: list[Row] = []
    marks: list[tuple[Mark, ...]] = []
    limits: list[float] = []
    late = None
    for one in drawn.itertuples():
        if bool(one.declared) == (late is None or late):  # the first of its kind
            late = not one.declared
            heading = words.EXPLORED if late else words.FIXED
            rows.append(Row(say(heading), heading=True, tone="open" if late else "level"))
            marks.append(())
        name = one.statement
        if late:
            name = ", ".join(map(label, str(one.variables).split(", ")))
        supported = verdicts.is_supported(one.verdict) and one.family != PROPOSED
        made_of = bool(verdicts.is_of_score(one.verdict))
        row = parts.row(name, one.customers, strong=supported)
        if made_of:
            row = Row(row.label, f"{row.note}, {say(words.IN_SCORE)}")
        rows.append(row)
        told = ""
        if supported:
            name = "signed_short_money" if money else "signed"
            told = fmt.formatted(float(one.effect), name, currency=unit)
        tone: Tone = "shown" if supported else "open"
        point = parts.span(
            one.effect, one.effect_low, one.effect_high, tone, text=told, late=bool(late)
        )
        seen = one.detectable_effect
        bands = () if fmt.is_missing(seen) else (Band(-float(seen), float(seen)),)
        limits += [v for band in bands for v in (band.low, band.high)]
        limits += [v for v in (point.low, point.value, point.high) if v is not None]
        marks.append((*bands, point))
    ticks = axis(limits, "signed_axis_money" if money else "signed", currency=unit)
    declared = hypotheses[hypotheses["declared"].astype(bool)]
    held = declared.assign(_held=verdicts.is_supported(declared["verdict"]))
    names = held.groupby("hypothesis_id")["_held"].any()
    told_unit = say(words.PER_YEAR, money=unit) if money else unit
    return Chart(
        Rows(
            tuple(rows),
            (Panel(ticks, tuple(marks)),),
            len(hypotheses) - len(drawn),
            "hypotheses",
        ),
        title=say(words.HELD, held=int(names.sum()), every=len(names))
        if len(names)
        else say(words.NONE_FIXED),
        unit=say(words.EFFECT_UNIT, unit=told_unit),
    )


def priority_chart(priorities: pd.DataFrame, *, labels: Mapping[str, str], most: int = 12) -> Chart:
    """Priority of each group shown to be better, and how far its place may move.

    Parameters
    ----------
    priorities : segment_id, priority_score, rank, rank_low, rank_high, and
        customers where known.
    labels : segment_id → label.
    most : rows at most.
    """
    columns = ("segment_id", "priority_score", "rank", "rank_low", "rank_high")
    parts.require(priorities, columns, chart="priority_chart")
    if priorities.empty:
        return nothing(say(words.NO_ORDER))
    drawn = priorities.sort_values(["rank", "segment_id"]).head(most)
    rows, scores, ranks = [], [], []
    for one in drawn.to_dict("records"):
        label = labels.get(one["segment_id"], one["segment_id"])
        rows.append(parts.row(label, one.get("customers"), strong=True))
        score = float(one["priority_score"])
        scores.append((Bar(0.0, score, "shown", fmt.number(score, 3)),))
        low, high = one["rank_low"], one["rank_high"]
        told = words.places(low, high)
        ranks.append((parts.span(one["rank"], low, high, "shown", text=told),))
    last = int(max(drawn["rank_high"].max(), drawn["rank"].max(), 2))
    best = drawn.iloc[0]
    first = parts.name(labels.get(best["segment_id"], best["segment_id"]))
    sentence = words.FIRST_OPEN if best["rank_high"] > 1 else words.FIRST_HOLDS
    places = axis([0.5, last + 0.5], "count", zero=False, parts=last)
    ticks = tuple(tick for tick in places.ticks if tick.value in range(1, last + 1))
    ranked = Panel(
        axis=type(places)(0.5, last + 0.5, ticks, "count"),
        marks=tuple(ranks),
        heading=say(words.RANK),
        zero=False,
    )
    return Chart(
        Rows(
            tuple(rows),
            (
                Panel(axis([1.0], "number"), tuple(scores), say(words.PRIORITY), share=1.0),
                ranked,
            ),
            len(priorities) - len(drawn),
            "priorities",
        ),
        title=say(sentence, first=first),
        unit=say(words.PRIORITY_UNIT),
    )


def share_differences(
    shares: pd.DataFrame,
    *,
    labels: Mapping[str, str],
    level: str = "level",
    most: int = 6,
    least: int = parts.LEAST,
) -> Chart:
    """How far the shares of levels in each group lie from those of all other customers.

    A mark is filled where the difference is shown after everything that was compared. Groups stand
    below one another, each with its levels in the order of the table.

    Parameters
    ----------
    shares : rows of one dimension: segment_id, customers, value and rest_value (%), difference with
        difference_low and difference_high (points), better (higher, lower, or neither), and
        ``level``.
    labels : segment_id → label, in the order of the chart; other segments are left out.
    level : column that names the level.
    most : levels per segment at most: those that differ most.
    least : the smallest number of customers whose values may be shown.
    """
    columns: tuple[str, ...] = ("segment_id", "customers", "value", "rest_value", "difference")
    columns += ("difference_low", "difference_high", "better", level)
    table = parts.require(shares, columns, chart="share_differences")
    table = table[table["segment_id"].isin(list(labels)) & table["difference"].notna()]
    table = table[table["customers"] >= least]
    if table.empty:
        return nothing(say(words.NO_SEGMENT_HAS_ENOUGH_CUSTOMERS))
    rows: list[Row] = []
    marks: list[tuple[Mark, ...]] = []
    shown = 0
    for segment, label in labels.items():
        own = table[table["segment_id"] == segment]
        if own.empty:
            continue
        rows.append(parts.row(label, own["customers"].max(), heading=True, tone="level"))
        marks.append(())
        kept = own["difference"].abs().nlargest(most).index
        for one in own[own.index.isin(kept)].to_dict("records"):
            value, rest = (fmt.percent(one[name] / 100) for name in ("value", "rest_value"))
            note = say(words.AGAINST_REST, value=value, rest=rest)
            apart = verdicts.is_apart(one["better"])
            shown += apart
            rows.append(Row(parts.readable(one[level]), note))
            low, high = one["difference_low"], one["difference_high"]
            tone: Tone = "shown" if apart else "open"
            marks.append((parts.span(one["difference"], low, high, tone),))
    points = [v for row in marks for m in row for v in _ends(m)]
    panel = Panel(axis(points, "signed_count"), tuple(marks))
    every = sum(len(row) for row in marks)
    return Chart(
        Rows(tuple(rows), (panel,), len(table) - every, "service_mix"),
        title=say(words.SHARES_APART, shown=shown, every=every)
        if shown
        else say(words.NO_SHARE_APART, every=every),
        unit=say(words.SHARES_UNIT),
    )


def _ends(mark: Mark) -> list[float]:
    assert isinstance(mark, Span)
    return [v for v in (mark.low, mark.value, mark.high) if v is not None]
