"""The slides of segments: one per validated segment, their order, and what is not proven."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.report import wording
from helpers.report.content import Segment
from helpers.report.deck import telling
from helpers.report.deck.blocks import Block, Bullets, Grid, Slide, Text
from helpers.report.deck.places import Places
from helpers.report.styling import short
from helpers.segments.needs import OUTCOME
from helpers.words import deck, say
from helpers.words import numbers as fmt
from helpers.words import profiles as words

METRICS = 10  # rows of a table of metrics that a slide has room for
NEEDS, STEPS = 2, 1  # what a segment needs, and what is done first; all steps have their own slide
OPEN = 10  # segments without proof


def segments(at: Places) -> Iterator[Slide]:
    most = at.content.study.scope.max_segments
    for place, segment in enumerate(at.content.segments[:most], 1):
        yield _segment(at, segment, place)


def _segment(at: Places, segment: Segment, place: int) -> Slide:
    content, row = at.content, segment.row
    left: list[Block] = [Text(segment.sentence), _against_rest(at, segment)]
    right: list[Block] = [*_needs(at, segment)]
    if len(segment.representatives):
        people = tuple(short(name, 48) for name in segment.representatives["name"].head(4))
        right.append(Bullets(people, "Representative customers"))
    if len(segment.steps):
        steps = tuple(at.step(step) for step in segment.steps.head(STEPS).to_dict("records"))
        right.append(Bullets(steps, "Next step"))
    lift = wording.shown_by(row["lift"], row["lift_low"], content.currency)
    return Slide(
        f"segment-{place}",
        f"{short(segment.name, 70)} — {lift}",
        tuple(left),
        tuple(right),
        notes=say(deck.RULE_PROOF_SEGMENTS_SEGMENT_METRICS, row_rule=row["rule"], id=segment.id),
        proofs=at.proofs("profiles", "needs", "representatives"),
        colour=segment.colour,
        kind="segment",
    )


def _needs(at: Places, segment: Segment) -> tuple[Bullets, ...]:
    """What its interviewed customers want to achieve; nothing where nobody was interviewed."""
    if at.content.tables["segment_needs"].empty:
        return ()
    least = at.content.study.min_group_size
    outcomes = segment.needs[segment.needs["dimension"].eq(OUTCOME)]
    asked = outcomes["customers"].max() if len(outcomes) else 0
    if asked < least:
        return (
            Bullets(
                (say(deck.FEWER_THAN_WERE_INTERVIEWED, number=fmt.number(least)),),
                deck.WHAT_THEY_NEED,
            ),
        )
    told = tuple(
        f"{wording.capital(short(row['answer'], 40))}: {fmt.formatted(row['share'], 'percent')} "
        f"(rest {fmt.formatted(row['rest_share'], 'percent')})"
        for row in outcomes.head(NEEDS).to_dict("records")
    )
    return (Bullets(told, say(deck.WHAT_THEY_NEED_INTERVIEWED, number=fmt.number(asked))),)


def _against_rest(at: Places, segment: Segment) -> Grid:
    """The metrics that tell most, with their differences drawn."""
    content = at.content
    least = content.study.min_group_size
    table, hidden = telling.comparable(segment.metrics, least=least)
    names = telling.chosen(table, most=METRICS)
    told = [row for _, row in table.set_index("metric", drop=False).loc[names].iterrows()]
    rows = tuple(
        (
            short(content.metric(row["metric"])[0], 32),
            fmt.in_unit(row["value"], row["unit"], currency=content.currency),
            fmt.in_unit(row["rest_value"], row["unit"], currency=content.currency),
            words.PART_OF_SCORE
            if row["shares_score_inputs"]
            else telling.SIGNS.get(row["better"], row["better"]),
        )
        for row in told
    )
    note = say(
        deck.KNOWN_FOR_FEWER_THAN_CUSTOMERS,
        capital=wording.capital(wording.counted(hidden, "metric")),
        number=fmt.number(least),
        plural=wording.plural(hidden, "is", "are"),
    )
    return Grid(
        (deck.AGAINST_REST, "Segment", "Rest", "Difference"),
        rows,
        (False, True, True, False),
        note=note if hidden else "",
        spans=tuple(telling.span(row) for row in told),
        axis="lower – higher",
    )


def profiles(at: Places) -> Iterator[Slide]:
    """What sets the validated segments apart, side by side."""
    content = at.content
    shown = content.segments[: content.study.scope.max_segments]
    if len(shown) < 2:
        return  # the only segment has a slide of its own
    tables = [
        telling.comparable(segment.metrics, least=content.study.min_group_size)[0]
        for segment in shown
    ]
    names = telling.chosen(pd.concat(tables), most=METRICS)
    cells = [table.set_index("metric").to_dict("index") for table in tables]
    units = {name: row["unit"] for cell in cells for name, row in cell.items()}
    rows = tuple(
        (
            short(content.metric(name)[0], 34),
            *(_compared(at, cell.get(name), units[name]) for cell in cells),
        )
        for name in names
    )
    tones = tuple(
        ("", *(telling.tone(telling.mark(cell[name])) if name in cell else "" for cell in cells))
        for name in names
    )
    heads = (
        f"{short(segment.name, 100 // len(shown))} "
        f"(n\u00a0=\u00a0{fmt.number(segment.row['customers'])})"
        for segment in shown
    )
    yield Slide(
        "profiles",
        _apart(at, names, cells),
        (
            Grid(
                ("Metric", *heads),
                rows,
                (False,) * (len(shown) + 1),
                tones=tones,
                note=words.MARKS,
            ),
        ),
        notes=deck.COMPARE_ALONG_ROW_WHAT_SERVED,
        proofs=at.proofs("profiles"),
    )


def _compared(at: Places, row: dict[str, Any] | None, unit: str) -> str:
    if row is None:
        return fmt.MISSING
    value, rest = (at.compact(row[name], unit) for name in ("value", "rest_value"))
    return f"{telling.MARKS.get(telling.mark(row), '')}{value} (rest {rest})"


def _apart(at: Places, names: list[str], cells: list[dict[str, Any]]) -> str:
    """Where most of the segments differ, as a sentence."""
    counts = {
        name: sum(name in cell and telling.tone(telling.mark(cell[name])) != "" for cell in cells)
        for name in names
    }
    ranked = sorted((name for name in names if counts[name]), key=lambda name: -counts[name])
    surest = {telling.kind(name): name for name in reversed(ranked)}  # one of each kind of data
    most = [name for name in ranked if name in surest.values()][:3]
    if not most:
        return deck.NO_METRIC_SHOWS_VALIDATED_SEGMENTS
    told = wording.joined(wording.inside(at.content.metric(name)[0]) for name in most)
    return say(deck.WHAT_SETS_VALIDATED_SEGMENTS_APART, told=told)


def order(at: Places) -> Iterator[Slide]:
    content = at.content
    if len(content.segments) < 2:
        return
    priorities = content.tables["priorities"]
    yield Slide(
        "order",
        wording.order_sentence(priorities, {k: short(v, 60) for k, v in content.labels.items()}),
        (Text(deck.VALUE_TARGETABILITY_SIZE_WEIGHED_AS),),
        (*at.placed("priority_order"), _criteria(at)),
        notes=deck.WHERE_RANGES_OVERLAP_ORDER_MAY,
        proofs=at.proofs("priority_order", "criteria"),
    )


def _criteria(at: Places) -> Grid:
    """What the order is made of."""
    names = ("value", "targetability", "size", "priority_score")
    rows = tuple(
        (
            short(at.content.labels[row["segment_id"]], 58),
            *(fmt.formatted(row[name], "number") for name in names),
        )
        for row in at.content.tables["priorities"].sort_values("rank").to_dict("records")
    )
    return Grid(
        (deck.EACH_CRITERION_FROM, "Value", "Targetability", "Size", "Priority"),
        rows,
        (False, True, True, True, True),
    )


def unproven(at: Places) -> Slide:
    content = at.content
    table = content.unproven
    shared = content.shared_customers(table["segment_id"].head(OPEN))
    rows = [
        [
            short(row["definition"], 58),
            fmt.number(row["customers"]),
            at.lift(row),
            *([shared.get(row["segment_id"], fmt.MISSING)] if content.segments else []),
        ]
        for row in table.head(OPEN).to_dict("records")
    ]
    count = len(table)
    title = (
        say(
            deck.MAY_BE_BETTER_BUT_NOT,
            capital=wording.capital(wording.counted(count, "further segment")),
            plural=wording.plural(count, "is", "are"),
        )
        if count
        else deck.NO_FURTHER_SEGMENT_LOOKS_AS
    )
    heads = ["Segment", "Customers", deck.LIFT_INTERVAL]
    told = [deck.NONE_THIS_FINDING_WHAT_WAS]
    if content.segments:
        heads.append("Shared with")
        told.append(deck.SHARED_WITH_VALIDATED_SEGMENT_HOLDS)
    if count > OPEN:
        told.append(say(deck.MORE_LISTED_IN_SEGMENTS, number=fmt.number(count - OPEN)))
    numeric = (False, True, True, False)[: len(heads)]
    grid = Grid(tuple(heads), tuple(map(tuple, rows)), numeric, note=" ".join(told))
    return Slide(
        "unproven",
        title,
        (grid,) if rows else (),
        notes=deck.IDEAS_TEST_NOT_SEGMENTS_ACT,
        proofs=at.proofs("segments", "detectable_lifts"),
    )
