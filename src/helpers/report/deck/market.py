"""The slide of the market that is left: counts of companies, won and not, by group."""

from collections.abc import Iterator
from typing import Any

from helpers.report import concern, wording
from helpers.report.charts.market import market_gap, market_left
from helpers.report.content import Segment
from helpers.report.deck.blocks import Block, Bullets, Grid, Slide, Text
from helpers.report.deck.places import Places
from helpers.report.styling import width
from helpers.words import deck as words
from helpers.words import numbers as fmt
from helpers.words import say

MOST, FEWER = 4, 2  # groups that are told in words, and with long names
ALIKE = {MOST: MOST, FEWER: 1}  # of those that only look alike, which take most words
LONG_NAME = 60  # characters
SHARES = ("market_share", "customer_share")


def market(at: Places) -> Iterator[Slide]:
    """How much of the reachable market is of these kinds; only where the market was collected."""
    every = at.content.segments
    known = [s for s in every if not fmt.is_missing(s.priority.get("market_share"))]
    if not known:
        return
    known.sort(key=_gap, reverse=True)  # as in the chart; by priority where there is no gap
    longest = max(width(segment.name) for segment in every)
    most = MOST if longest <= LONG_NAME else FEWER
    blind = [segment for segment in every if segment not in known]
    yield Slide(
        "market",
        _title(at, known[0]),
        (*_counts(at, known[:most]), *_room_left(at, known[:most])),
        (*at.placed("market_shares"), *_open(at, known, blind[: ALIKE[most]])),
        notes=words.MARKET_NOTES,
        proofs=at.proofs("market_shares", "prospect_rules"),
        kind="even",  # a table of five columns stands beside the chart
    )


def _title(at: Places, segment: Segment) -> str:
    """How many companies of a kind are not won; without counts, the shares."""
    name, rule = at.name(segment.name), _rule(at, segment)
    if not fmt.is_missing(rule.get("companies")) and rule["companies"] > 0:
        counts = {"companies": rule["companies"], "customers": int(rule["customers"])}
        return say(words.NOT_WON_YET, name=name, **counts)
    shares = (*SHARES, "market_unknown")
    return market_left(name, *(float(segment.priority[share]) for share in shares))


def _rule(at: Places, segment: Segment) -> dict:
    return concern.rule_of(at.content, {"segment_id": segment.id})


def _counts(at: Places, known: list[Segment]) -> tuple[Grid, ...]:
    """Per group: companies that are not won, customers, and the share that is won."""
    rules = [(segment, _rule(at, segment)) for segment in known]
    rows = tuple(
        (
            at.name(segment.name),
            fmt.number(rule["companies"]),
            _likely(rule),
            fmt.number(rule["customers"]),
            fmt.formatted(rule.get("won_share"), "percent"),
        )
        for segment, rule in rules
        if not fmt.is_missing(rule.get("companies"))
    )
    if not rows:
        return ()
    heads = (words.SEGMENT, words.NOT_WON, words.LIKELY, words.CUSTOMERS, words.WON)
    return (Grid(heads, rows, (False, True, True, True, True), note=words.WON_NOTE),)


def _likely(rule: dict) -> str:
    """Companies of which it is not known and that are likely of the kind, so that the share of
    those won can be added up."""
    won: Any = rule.get("won_share")
    customers = rule["customers"]
    if fmt.is_missing(won) or not won > 0:
        return fmt.MISSING
    return fmt.number(max(round(customers / won - customers - rule["companies"]), 0))


def _room_left(at: Places, known: list[Segment]) -> tuple[Block, ...]:
    """Where we hold less of the market than our share, and where nobody is left to look for."""
    rooms = [(segment, _room(segment)) for segment in known]
    told = [say(room, name=at.name(segment.name)) for segment, room in rooms if room]
    return (Bullets(tuple(told)),) if told else (Text(words.SHARE_HELD),)


def _open(at: Places, known: list[Segment], blind: list[Segment]) -> tuple[Block, ...]:
    """What is not known: of how much of the market, and of which groups."""
    hidden = max(float(segment.priority["market_unknown"]) for segment in known)
    told: list[Block] = []
    if hidden > 0:
        told.append(Text(say(words.UNKNOWN_IN_MARKET, share=hidden)))
    unseen = [s for s in blind if fmt.is_missing(_rule(at, s).get("companies"))]
    if unseen:
        names = wording.joined(at.name(segment.name) for segment in unseen)
        told.append(Text(say(words.NOT_SEEN_IN_MARKET, names=names)))
    for segment in blind:
        rule = _rule(at, segment)
        if segment not in unseen:
            told.append(
                Text(
                    say(
                        words.ALIKE_FROM_OUTSIDE,
                        name=at.name(segment.name),
                        companies=rule["companies"],
                        look_for=rule["in_words"],
                        rightly=rule["precision_outside"],
                    )
                )
            )
    return tuple(told)


def _room(segment: Segment) -> str:
    """What is said of the room to grow; "" where we hold our share or more."""
    if segment.priority["market_share"] == segment.priority["market_unknown"] == 0:
        return words.NONE_IN_MARKET
    return words.FEWER_THAN_MARKET if _gap(segment) > 0 else ""


def _gap(segment: Segment) -> int:
    return market_gap(*(float(segment.priority[name]) for name in SHARES))
