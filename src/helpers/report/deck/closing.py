"""The last slides: limits, next steps, changes and method."""

from collections.abc import Iterator

from helpers.report import wording
from helpers.report.deck.blocks import Block, Bullets, Grid, Slide, Text
from helpers.report.deck.places import ROWS, Places
from helpers.report.styling import short
from helpers.words import numbers as fmt

CHANGES = 6  # sentences that the slide of changes has room for


def limits(at: Places) -> Slide:
    content = at.content
    cautions = content.warnings or ["No warning was raised."]
    if not _has_changes(at):  # what its slide would say alone
        cautions = [*cautions, *content.changes]
    if len(cautions) > 6:
        cautions = [*cautions[:5], f"{fmt.number(len(cautions) - 5)} more on the index page"]
    absent = content.not_collected
    room = 7
    shown = absent[:room]
    if len(absent) > room:
        shown = [*absent[: room - 1], f"{fmt.number(len(absent) - room + 1)} more"]
    missing = Bullets(tuple(shown) or ("Every kind of table was collected.",), "Not collected")
    return Slide(
        "limits",
        "What could be wrong, and what was not looked at",
        (Bullets(tuple(cautions), "Cautions"),),
        (missing, *_weakest(at, most=max(3, 8 - len(shown)))),
        notes="Differences are associations among customers, not effects of what we do.",
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
            ("Customers with a value", "All", *(wording.capital(band) for band in bands)),
            rows,
            (False, True, True, True, True),
            heading="Weakly or unevenly filled",
            note=f"{fmt.number(left)} more in coverage." if left else "",
        ),
    )


def next_steps(at: Places) -> Slide:
    content = at.content
    table = content.tables["next_steps"]
    room = 84 if len(table) > ROWS // 2 else 140
    rows = tuple(
        (
            short(row["action"], room),
            short(content.labels.get(row["segment_id"], row["segment_id"] or "all"), 56),
            short(row["owner"], 24) if row["owner"] else "–",
            at.goal(row),
        )
        for row in table.head(ROWS).to_dict("records")
    )
    if rows:
        count = wording.counted(len(table), "next step")
        told = table["owner"].astype(str).ne("").all() and table["metric"].notna().all()
        each = "" if len(table) == 1 else ", each"
        tail = f"{each} with an owner and a number to watch" if told else " from the playbook"
        title = f"{wording.capital(count)}{tail}"
        note = f"{fmt.number(len(table) - ROWS)} more in next_steps." if len(table) > ROWS else ""
        blocks: tuple[Block, ...] = (
            Grid(
                ("Action", "Segment", "Owner", "Target"),
                rows,
                (False, False, False, False),
                note=note,
            ),
        )
    else:
        title = "No next step follows from the playbook this quarter"
        why = (
            "No play of the playbook has a condition that a validated segment meets."
            if content.segments
            else "Next steps are for validated segments, and there is none."
        )
        blocks = (Text(why), *_would_show_more(at))
    return Slide(
        "next-steps",
        title,
        blocks,
        notes="Agree on owner and date for each; the metric is recomputed next quarter.",
        proofs=at.proofs("next_steps"),
    )


def _would_show_more(at: Places) -> tuple[Bullets, ...]:
    """What next quarter's run could stand on, where this one leads to no step."""
    content = at.content
    told = [f"Collect {name}" for name in content.not_collected[:4]]
    weak = wording.weak_fields(content.tables["coverage"])["label"].head(4)
    told += [f"Fill {wording.joined(weak)} for more customers"] if len(weak) else []
    return (Bullets(tuple(told), "What would show more"),) if told else ()


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
        more = f"{fmt.number(len(told) - CHANGES + 1)} more on the index page"
        told = [*told[: CHANGES - 1], more]
    bridge, bands = at.placed("mrr_bridge"), at.placed("movement_bands")
    said = Bullets(tuple(told))
    yield Slide(
        "changes",
        f"What changed since {content.ws.quarter.previous}",
        (*bridge, said) if bands else (said,),
        bands or bridge,
        notes="The data file movement lists each customer and segment.",
        proofs=at.proofs("mrr_bridge", "movement", "movement_bands"),
    )


def method(at: Places) -> Slide:
    study = at.content.study
    strata = study.scope.strata
    within = f" within {wording.inside(study.label(strata))}" if strata else ""
    steps = (
        "Scoping: decision, limits and hypotheses are fixed before anyone looks at data.",
        f"Customer list: CRM and billing are reconciled; each customer gets a score in "
        f"{study.currency} per year: revenue minus costs, plus bonuses, minus penalties.",
        "Data collection: attributes and measurements are checked and their coverage shown.",
        f"Segment analysis: each segment is compared with all other customers{within}; p-values "
        "are corrected for everything that was tried.",
        "Prioritization: validated segments are ordered by value, targetability and size, "
        "with the uncertainty of that order.",
    )
    return Slide(
        "method",
        "How this was done, in five steps",
        (Bullets(steps),),
        at.placed("score_example"),
        notes="The chart adds up the score of one customer in the middle of the ranking. "
        "The appendix of the supporting analysis gives formulas, tests and versions.",
        proofs=(
            *((f"Section {k}", f"step-{k}") for k in range(1, 6)),
            *at.proofs("score_example"),
            ("Definitions", "appendix-metrics"),
        ),
        kind="even",
    )
