"""The slides of groups: one per validated segment, and their order."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.metrics.intervals import LEVEL
from helpers.report import listing, wording
from helpers.report.charts.parts import readable
from helpers.report.content import Segment
from helpers.report.deck import doing, telling
from helpers.report.deck.blocks import Block, Bullets, Grid, Link, Slide, Text
from helpers.report.deck.places import Places
from helpers.report.styling import width
from helpers.segments import verdicts
from helpers.segments.needs import OUTCOME
from helpers.words import charts, deck, say
from helpers.words import numbers as fmt

TOP = 3  # groups with a slide of their own before the appendix
METRICS = 8  # rows of a table of metrics that a slide has room for
NEEDS, STEPS, PEOPLE = 1, 2, 4
TICKETS = 2  # dimensions of its tickets, that in which it differs most first
CRITERIA = ("value", "targetability", "size")  # that the order weighs
# Groups beside the chart of the order; characters of a name from which on there are fewer.
RANKED, LONG_NAME, FEWER = 5, 44, 3

Marked = dict[str, dict[str, Any]]  # better or worse → the metric that the title names


def segments(at: Places, *, appendix: bool = False) -> Iterator[Slide]:
    """One slide per group in the order of priority: the top ones, or in the appendix the others."""
    most = at.content.study.scope.max_segments
    for place, segment in enumerate(at.content.segments[:most], 1):
        if (place > TOP) == appendix:
            yield _segment(at, segment, place)


def _segment(at: Places, segment: Segment, place: int) -> Slide:
    right: list[Block] = []
    if len(segment.representatives):
        people = tuple(at.name(name) for name in segment.representatives["name"].head(PEOPLE))
        right.append(Bullets(people, deck.WHO_THEY_ARE))
    right.append(_list_of(at, segment))
    right += _needs(at, segment)
    steps = segment.steps.head(STEPS).to_dict("records")
    if steps:
        right.append(Bullets(tuple(map(at.step, steps)), deck.WHAT_WE_DO))
        right += doing.filters(at, steps, deck.FILTER)
    right += _unknown(at, segment)
    row, marked, tickets = segment.row, _marked(at, segment), _tickets(at, segment)
    return Slide(
        f"segment-{place}",
        _title(at, segment, marked),
        (
            Text(segment.sentence),
            _against_rest(at, segment, marked),
            *_stays(at, segment),
            *tickets,
        ),
        tuple(right),
        notes=say(deck.RULE_PROOF_SEGMENTS_SEGMENT_METRICS, row_rule=row["rule"], id=segment.id),
        proofs=at.proofs(
            *("profiles", "profile_metrics", "needs", "representatives"),
            *(("contact_reasons",) if tickets else ()),
        ),
        kind="segment",
    )


def _list_of(at: Places, segment: Segment) -> Link:
    """The file that lists its customers: those to act on, with owner and action, else all."""
    acts = listing.of_quarter(at.content.tables)
    if acts is not None:
        members = at.content.tables["segment_members"]
        mine = set(members.loc[members["segment_id"].eq(segment.id), "account_id"])
        acts = acts[acts["account_id"].isin(mine)]
        if len(acts):
            count, gone = acts["account_id"].nunique(), listing.former(acts)
            sentence = deck.TO_ACT_ON_FORMER if gone else deck.TO_ACT_ON
            told = deck.TO_ACT_ON_GONE if gone == count else sentence
            return Link(say(told, count=count, gone=gone), listing.found(segment.name))
    count = int(segment.row["customers"])
    return Link(say(deck.ALL_OF_THEM, count=count, id=segment.id), "data/segment_members.csv")


def _title(at: Places, segment: Segment, marked: Marked) -> str:
    """What the group is worth, and what it is shown to be better and worse in."""
    row = segment.row
    lift = wording.shown_by(row["lift"], row["lift_low"], at.content.currency)
    told = [say(deck.GROUP_IS, name=at.name(segment.name), lift=lift)]
    for direction, found in marked.items():
        sentence = deck.BETTER_IN if direction == "better" else deck.WORSE_IN
        told.append(say(sentence, metric=at.metric(found)))
    return "".join(told)


def _marked(at: Places, segment: Segment) -> Marked:
    """What the group is shown to be better and worse in, as far as the title says it."""
    found = {direction: at.marked(segment, direction) for direction in ("better", "worse")}
    return {direction: row for direction, row in found.items() if row is not None}


def _needs(at: Places, segment: Segment) -> tuple[Bullets, ...]:
    """What its interviewed customers want to achieve; nothing where too few were interviewed."""
    least = at.content.study.min_group_size
    outcomes = segment.needs
    if len(outcomes):
        outcomes = outcomes[outcomes["dimension"].eq(OUTCOME)]
    asked = outcomes["customers"].max() if len(outcomes) else 0
    if asked < least:
        return ()
    told = tuple(
        say(
            deck.ANSWERED,
            answer=wording.capital(row["answer"]),
            share=row["share"],
            rest=row["rest_share"],
        )
        for row in outcomes.head(NEEDS).to_dict("records")
    )
    return (Bullets(told, say(deck.WHAT_THEY_NEED_INTERVIEWED, number=fmt.number(asked))),)


def _stays(at: Places, segment: Segment) -> tuple[Bullets, ...]:
    """Who stays, and whether that is shown to differ; of every group in the same place."""
    row = at.staying(segment)
    if row is None:
        return ()
    worse = _worse(row) if at.leaning(segment) is not None else deck.IN_SCORE
    label = at.content.metric(row["metric"])[0]
    return (Bullets((say(worse, metric=label, told=at.against(row)),), deck.WHO_STAYS),)


def _tickets(at: Places, segment: Segment) -> tuple[Bullets, ...]:
    """In what its tickets are shown to differ from those of others: one level per dimension."""
    mix = at.content.tables.get("service_mix")
    if mix is None:
        return ()
    mine = mix[mix["segment_id"].eq(segment.id) & mix["better"].map(verdicts.is_apart)]
    mine = mine[mine["customers"].ge(at.content.study.min_group_size)]
    # As the chart of these shares tells them.
    mine = mine.assign(value=mine["value"] / 100, rest_value=mine["rest_value"] / 100, unit="ratio")
    first = mine.sort_values("difference", key=abs, ascending=False, kind="stable")
    rows = first.drop_duplicates("dimension").head(TICKETS).to_dict("records")
    if not rows:
        return ()
    told = wording.joined(
        say(
            deck.TICKETS[row["dimension"]],
            level=readable(row["level"]),
            told=at.against(row),
        )
        for row in rows
    )
    return (Bullets((f"{wording.capital(told)}.",), deck.THEIR_TICKETS),)


def _unknown(at: Places, segment: Segment) -> tuple[Bullets, ...]:
    """What nobody declared and nobody asked; the table says what is not shown."""
    content = at.content
    least = content.study.min_group_size
    told = [_by_search(at, segment)] if at.searched(segment) else []
    if len(content.tables["segment_needs"]) and not _needs(at, segment):
        told.append(say(deck.FEWER_THAN_WERE_INTERVIEWED, number=fmt.number(least)))
    return (Bullets(tuple(told), deck.WHAT_WE_DO_NOT_KNOW),) if told else ()


def _worse(row: dict) -> str:
    """How sure it is that fewer stay: by its mark, else by the p-value of this comparison alone."""
    if row["better"] == "worse":
        return deck.LOOKS_WORSE_IN_SCORE
    return deck.LOOKS_WORSE if row["p_value"] <= 1 - LEVEL else deck.MAY_BE_LUCK


def _by_search(at: Places, segment: Segment) -> str:
    """That nobody declared a group before, and how often the search finds it again."""
    share = at.found_again(segment)
    if fmt.is_missing(share):
        return say(deck.BY_SEARCH)
    return say(deck.FOUND_AGAIN, times=round(100 * share))


def _against_rest(at: Places, segment: Segment, marked: Marked) -> Grid:
    """The metrics that tell most, with their differences drawn; what made the score set apart."""
    content = at.content
    least = content.study.min_group_size
    table, hidden = telling.comparable(segment.metrics, least=least)
    of_score = table["shares_score_inputs"].ne("")
    independent = table[~of_score]
    # What the title says stands in the table, whatever else would tell more.
    titled = {row["metric"] for row in marked.values()} & {*independent["metric"]}
    others = [name for name in telling.chosen(independent, most=METRICS) if name not in titled]
    names = [*sorted(titled, key=[*independent["metric"]].index), *others][:METRICS]
    told = [row for _, row in independent.set_index("metric", drop=False).loc[names].iterrows()]
    rows = tuple(
        (
            content.metric(row["metric"])[0],
            fmt.in_unit(row["value"], row["unit"], currency=content.currency),
            fmt.in_unit(row["rest_value"], row["unit"], currency=content.currency),
            telling.SIGNS.get(row["better"], row["better"]),
        )
        for row in told
    )
    return Grid(
        (deck.AGAINST_REST, deck.THEIRS, deck.OTHERS, deck.DIFFERENCE),
        rows,
        (False, True, True, False),
        note=_made_of(at, segment, hidden),
        panel=telling.differences(told),
    )


def _made_of(at: Places, segment: Segment, hidden: int) -> str:
    """The thin line below: what made the score, and what too few are known of."""
    least = at.content.study.min_group_size
    table, _ = telling.comparable(segment.metrics, least=least)
    stays = at.staying(segment)
    parts = table[table["shares_score_inputs"].ne("")]
    if stays:  # told below, and what is a function of it
        parts = parts[parts["metric"].map(telling.origin).ne(stays["metric"])]
    rows = parts.set_index("metric", drop=False)
    names = telling.chosen(parts, most=3)
    told = wording.joined(
        f"{at.metric(row)} {at.against(row)}"
        for row in (rows.loc[name].to_dict() for name in names)
    )
    note = [say(deck.MADE_THE_SCORE, told=told)] if names else []
    if hidden:
        note.append(
            say(
                deck.KNOWN_FOR_FEWER_THAN_CUSTOMERS,
                capital=wording.capital(wording.counted(hidden, "metric")),
                number=fmt.number(least),
                n=hidden,
            )
        )
    return " ".join(note)


# ── how firm the order is ────────────────────────────────────────────────────────────────────────
def order(at: Places) -> Iterator[Slide]:
    """How firm the order of the groups is, and what it is made of."""
    content = at.content
    if len(content.segments) < 2:
        return
    names = {segment.id: at.name(segment.name) for segment in content.segments}
    priorities = content.tables["priorities"].sort_values("rank")
    priorities = priorities[priorities["segment_id"].isin(list(names))]
    best = _worth_most(content.tables["segments"], priorities)
    worth = say(deck.WORTH_MOST, name=names[best]) if best else say(deck.NONE_WORTH_MOST)
    yield Slide(
        "order",
        wording.order_sentence(priorities, names),
        (_criteria(at, priorities, names),),
        (*at.placed("priority_order"), Text(worth), *_other_weights(at)),
        notes=" ".join(
            (deck.RANGE_OF_ORDER, deck.WHERE_RANGES_OVERLAP_ORDER_MAY, deck.CRITERIA_NOTES)
        ),
        proofs=at.proofs("priority_order", "criteria", "priorities_by"),
    )


def _other_weights(at: Places) -> tuple[Text, ...]:
    """Who of the stakeholders would have the same group come first, and who another one."""
    viewed = at.content.tables.get("priorities_by")
    if viewed is None or viewed.empty:
        return ()
    first = viewed[viewed["rank"] == 1].drop_duplicates("who")  # the study's own weights lead
    same = first["segment_id"].eq(first["segment_id"].iloc[0])
    people = {deck.ALSO_FIRST: first[same].iloc[1:], deck.OTHER_FIRST: first[~same]}
    return tuple(
        Text(say(sentence, names=wording.joined(rows["who"])))
        for sentence, rows in people.items()
        if len(rows)
    )


def _criteria(at: Places, ranked: pd.DataFrame, names: dict[str, str]) -> Grid:
    """What the order is made of: as many groups as there is room for."""
    room = RANKED if max(map(width, names.values())) <= LONG_NAME else FEWER
    rows = tuple(
        (
            names[row["segment_id"]],
            *(fmt.formatted(row[name], "number") for name in CRITERIA),
        )
        for row in ranked.head(room).to_dict("records")
    )
    left = len(ranked) - len(rows)
    heads = (deck.EACH_CRITERION_FROM, *_weighed(at))
    note = f"{say(charts.MORE, left=left, table='priorities')}." if left else ""
    return Grid(heads, rows, (False, True, True, True), note=note)


def _weighed(at: Places) -> tuple[str, ...]:
    """The criteria with the weight that the study gives each."""
    names = (deck.WORTH, deck.RECOGNISED, deck.SIZE_HEAD)
    told = zip(names, at.content.study.priorities.shares, strict=True)
    return tuple(say(deck.WEIGHED, criterion=say(name), share=share) for name, share in told)


def _worth_most(segments: pd.DataFrame, ranked: pd.DataFrame) -> str:
    """The segment whose lift lies above that of all other ranked ones, interval by interval.

    "" where no interval lies above all others: which lift is largest can then be luck.
    """
    rows = segments.set_index("segment_id").loc[ranked["segment_id"]]
    best = rows["lift"].idxmax()
    others = rows.drop(index=best)
    apart = rows.loc[best, "lift_low"] > others["lift_high"].max()
    return str(best) if apart else ""
