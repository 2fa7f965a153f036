"""The last slides: limits, next steps, changes and method."""

from collections.abc import Iterator

from helpers.report import wording
from helpers.report.deck.blocks import Block, Bullets, Grid, Slide, Text
from helpers.report.deck.places import ROWS, Places
from helpers.report.styling import short
from helpers.words import deck as words
from helpers.words import numbers as fmt
from helpers.words import say

CHANGES = 6  # sentences that the slide of changes has room for


def limits(at: Places) -> Slide:
    content = at.content
    cautions = content.warnings or [words.NO_WARNING_WAS_RAISED]
    if not _has_changes(at):  # what its slide would say alone
        cautions = [*cautions, *content.changes]
    if len(cautions) > 6:
        cautions = [
            *cautions[:5],
            say(words.MORE_ON_INDEX_PAGE, number=fmt.number(len(cautions) - 5)),
        ]
    absent = content.not_collected
    room = 7
    shown = absent[:room]
    if len(absent) > room:
        shown = [*absent[: room - 1], f"{fmt.number(len(absent) - room + 1)} more"]
    missing = Bullets(tuple(shown) or (words.EVERY_KIND_TABLE_WAS_COLLECTED,), "Not collected")
    return Slide(
        "limits",
        words.WHAT_COULD_BE_WRONG_WHAT,
        (Bullets(tuple(cautions), "Cautions"),),
        (missing, *_weakest(at, most=max(3, 8 - len(shown)))),
        notes=words.DIFFERENCES_ASSOCIATIONS_AMONG_CUSTOMERS_NOT,
        proofs=at.proofs("coverage"),
    )


def _weakest(at: Places, *, most: int) -> tuple[Grid, ...]:
    """The fields that are filled too rarely or too unevenly to lean on."""
    weak = wording.weak_fields(at.content.tables["coverage"]).sort_values(
        ["filled_share", "field"], kind="stable"
    )
    if weak.empty:
        return ()
    bands = ("poor", "average", "excellent")
    rows = tuple(
        (
            short(row["label"], 38),
            *(
                fmt.formatted(row[name], "percent")
                for name in ("filled_share", *(f"filled_share_{band}" for band in bands))
            ),
        )
        for row in weak.head(most).to_dict("records")
    )
    left = len(weak) - len(rows)
    return (
        Grid(
            (words.CUSTOMERS_WITH_VALUE, "All", *(wording.capital(band) for band in bands)),
            rows,
            (False, True, True, True, True),
            heading=words.WEAKLY_OR_UNEVENLY_FILLED,
            note=say(words.MORE_IN_COVERAGE, number=fmt.number(left)) if left else "",
        ),
    )


def next_steps(at: Places) -> Slide:
    content = at.content
    table = content.tables["next_steps"]
    room = 84 if len(table) > ROWS // 2 else 140
    rows = tuple(
        (
            short(row["action"], room),
            short(content.labels.get(row["segment_id"], row.get("definition") or "all"), 56),
            short(row["owner"], 24) if row["owner"] else "–",
            at.goal(row),
        )
        for row in table.head(ROWS).to_dict("records")
    )
    if rows:
        count = wording.counted(len(table), "next step")
        told = table["owner"].astype(str).ne("").all() and table["metric"].astype(str).ne("").all()
        each = "" if len(table) == 1 else ", each"
        tail = say(words.WITH_OWNER_NUMBER_WATCH, each=each) if told else words.FROM_PLAYBOOK
        title = f"{wording.capital(count)}{tail}"
        note = (
            say(words.MORE_IN_NEXT_STEPS, number=fmt.number(len(table) - ROWS))
            if len(table) > ROWS
            else ""
        )
        blocks: tuple[Block, ...] = (
            Grid(
                ("Action", "Segment", "Owner", "Target"),
                rows,
                (False, False, False, False),
                note=note,
            ),
        )
    else:
        title = words.NO_NEXT_STEP_FOLLOWS_FROM
        why = (
            words.NO_PLAY_PLAYBOOK_HAS_CONDITION
            if content.segments
            else words.NEXT_STEPS_FOR_VALIDATED_SEGMENTS
        )
        blocks = (Text(why), *_would_show_more(at))
    return Slide(
        "next-steps",
        title,
        blocks,
        notes=words.AGREE_ON_OWNER_DATE_FOR,
        proofs=at.proofs("next_steps"),
    )


def _would_show_more(at: Places) -> tuple[Bullets, ...]:
    """What next quarter's run could stand on, where this one leads to no step."""
    content = at.content
    told = [f"Collect {name}" for name in content.not_collected[:4]]
    weak = wording.weak_fields(content.tables["coverage"])["label"].head(4)
    told += [say(words.FILL_FOR_MORE_CUSTOMERS, joined=wording.joined(weak))] if len(weak) else []
    return (Bullets(tuple(told), words.WHAT_WOULD_SHOW_MORE),) if told else ()


def _has_changes(at: Places) -> bool:
    """Whether there is more to say of changes than that no earlier report exists."""
    content = at.content
    known = content.ws.earlier(content.ws.quarter.previous) is not None
    return known or len(content.changes) > 1 or bool(at.placed("mrr_bridge", "movement_bands"))


def changes(at: Places) -> Iterator[Slide]:
    if not _has_changes(at):
        return
    content = at.content
    told = content.changes
    if len(told) > CHANGES:
        more = say(words.MORE_ON_INDEX_PAGE, number=fmt.number(len(told) - CHANGES + 1))
        told = [*told[: CHANGES - 1], more]
    bridge, bands = at.placed("mrr_bridge"), at.placed("movement_bands")
    said = Bullets(tuple(told))
    yield Slide(
        "changes",
        say(words.WHAT_CHANGED_SINCE, previous=content.ws.quarter.previous),
        (*bridge, said) if bands else (said,),
        bands or bridge,
        notes=words.DATA_FILE_MOVEMENT_LISTS_EACH,
        proofs=at.proofs("mrr_bridge", "movement", "movement_bands"),
    )


def method(at: Places) -> Slide:
    study = at.content.study
    strata = study.scope.strata
    within = f" within {wording.inside(study.label(strata))}" if strata else ""
    steps = (
        words.SCOPING_DECISION_LIMITS_HYPOTHESES_FIXED,
        say(words.CUSTOMER_LIST_CRM_BILLING_RECONCILED, value=study.currency),
        words.DATA_COLLECTION_ATTRIBUTES_MEASUREMENTS_CHECKED,
        say(words.SEGMENT_ANALYSIS_EACH_SEGMENT_COMPARED, within=within),
        words.PRIORITIZATION_VALIDATED_SEGMENTS_ORDERED_BY,
    )
    return Slide(
        "method",
        words.HOW_THIS_WAS_DONE_IN,
        (Bullets(steps),),
        at.placed("score_example"),
        notes=words.CHART_ADDS_UP_SCORE_ONE,
        proofs=(
            *((f"Section {k}", f"step-{k}") for k in range(1, 6)),
            *at.proofs("score_example"),
            ("Definitions", "appendix-metrics"),
        ),
        kind="even",
    )
