"""The last slide before the appendix: what to do, who, by when, and what it concerns."""

from typing import Any

from helpers.report import concern, listing, wording
from helpers.report.deck.blocks import Block, Bullets, Grid, Link, Slide, Text
from helpers.report.deck.places import Places
from helpers.words import action, counting, pages, say
from helpers.words import deck as words
from helpers.words import numbers as fmt

RULES = f"data/{concern.RULES}.csv"


def next_steps(at: Places) -> Slide:
    """At most five things, on evidence only: the steps of validated segments."""
    content = at.content
    steps = at.steps()
    if not steps:
        why = (
            words.NO_PLAY_PLAYBOOK_HAS_CONDITION
            if content.segments
            else words.NEXT_STEPS_FOR_VALIDATED_SEGMENTS
        )
        return Slide(
            "next-steps",
            words.NO_NEXT_STEP_FOLLOWS_FROM,
            (Text(why), *_would_show_more(at), *_lists(at)),
            notes=words.AGREE_ON_OWNER_DATE_FOR,
            proofs=at.proofs("next_steps"),
        )
    every = [row for step in steps for row in concern.for_groups(content, step)]
    left = len(content.tables["next_steps"]) - len(every)
    note = say(words.MORE_IN_NEXT_STEPS, number=fmt.number(left)) if left else ""
    heads = (words.ACTION, words.FOR_WHOM, words.OWNER, words.BY_WHEN, words.WATCHED)
    rows = tuple(_row(at, step) for step in steps)
    return Slide(
        "next-steps",
        concern.together(content, steps),
        (
            Grid(heads, rows, (False,) * len(heads), note=note),
            *_lists(at),
            *filters(at, every),
            *_of_lists(at),
        ),
        notes=words.AGREE_ON_OWNER_DATE_FOR,
        proofs=(
            (say(pages.SUMMARY), "summary"),
            *at.proofs("next_steps", "prospect_rules"),
        ),
    )


def _row(at: Places, step: dict[str, Any]) -> tuple[str, ...]:
    """One step: what, for whom and how much, who, by when, and how it is judged.

    Of several groups the first is named; what is to move is the first one's alone.
    """
    content = at.content
    name = step.get("definition") or fmt.MISSING
    first = group = at.name(content.labels.get(step["segment_id"], name))
    more = len(concern.for_groups(content, step)) - 1
    if more and step.get("about") != concern.PROSPECTS:
        group = say(words.WITH_MORE_GROUPS, first=first, more=more)
    how_much = concern.concerned(content, step, at.base)
    whom = say(action.BECAUSE, group=group, reason=how_much) if how_much else group
    who = step["owner"] or say(words.NOBODY_YET)
    watched = wording.capital(at.goal(step))
    if more and watched not in (fmt.MISSING, wording.capital(str(step.get("check")))):
        watched = say(action.BECAUSE, group=first, reason=at.goal(step))
    return (str(step["action"]), whom, who, concern.by_when(content, step), watched)


def _lists(at: Places) -> tuple[Link, ...]:
    """Where the customers stand, each with what to do; where anybody is on a list."""
    acts = listing.of_quarter(at.content.tables)
    if acts is None:
        return ()
    count, gone = acts["account_id"].nunique(), listing.former(acts)
    sentence = words.ALL_LISTS_FORMER if gone else words.ALL_LISTS
    told = words.ALL_LISTS_GONE if gone == count else sentence
    return (Link(say(told, count=count, gone=gone), listing.FILE),)


def _of_lists(at: Places) -> tuple[Text, ...]:
    """Who on the lists is not asked now, and what to do about those whom nobody looks after."""
    acts = listing.of_quarter(at.content.tables)
    if acts is None:
        return ()
    told = [listing.waiting(acts), listing.owners(at.content.tables)]
    return (Text(" ".join(filter(None, told))),) if any(told) else ()


def filters(
    at: Places, steps: list[dict[str, Any]], told: str = words.FILTERS
) -> tuple[Block, ...]:
    """Where steps about companies find these, and of which groups nothing finds them, and why."""
    wanted = [step for step in steps if step.get("about") == concern.PROSPECTS]
    rules = {step["segment_id"]: concern.rule_of(at.content, step) for step in wanted}
    found = any(rule.get("sql") for rule in rules.values())
    lacking: dict[str, list[str]] = {}
    for step in wanted:
        rule = rules[step["segment_id"]]
        if not rule.get("sql"):
            why = rule.get("why") or say(words.NO_RULE)
            lacking.setdefault(why, []).append(at.name(str(step["definition"])))
    return (
        *((Link(say(told), RULES),) if found else ()),
        *(
            Text(say(words.NO_LIST, names=wording.joined(names), why=why))
            for why, names in lacking.items()
        ),
    )


def _would_show_more(at: Places) -> tuple[Bullets, ...]:
    """What next quarter's run could stand on, where this one leads to no step."""
    content = at.content
    told = [say(counting.COLLECT, what=name) for name in content.not_collected[:4]]
    weak = wording.weak_fields(content.tables["coverage"])["label"].head(4)
    told += [say(words.FILL_FOR_MORE_CUSTOMERS, joined=wording.joined(weak))] if len(weak) else []
    return (Bullets(tuple(told), words.WHAT_WOULD_SHOW_MORE),) if told else ()
