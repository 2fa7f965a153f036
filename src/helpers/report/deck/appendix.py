"""Of the appendix: charter, hypotheses, all groups side by side, limits and method."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from helpers.report import goals, wording
from helpers.report.deck import telling
from helpers.report.deck.blocks import Block, Bullets, Grid, Slide, Text
from helpers.report.deck.closing import has_changes
from helpers.report.deck.opening import NAMED, brief
from helpers.report.deck.places import Places
from helpers.report.styling import width
from helpers.segments import verdicts
from helpers.words import charts, counting, pages, say
from helpers.words import deck as words
from helpers.words import numbers as fmt

HYPOTHESES = 5  # that the slide of the decision has room for
SHOWN = 2  # metrics shown to differ that lead a table of others
METRICS = 8  # rows of the table that sets all groups side by side
LINES, CHARACTERS = 20, 62  # of the cautions: what a column has room for
WHOLE = 400  # characters of a caution that has room
ABSENT = 7  # kinds of data that are not collected, above a table
GOALS = 3  # groups whose standing on the company's goal is told
OPEN = 9  # groups without proof
LONG, FEWER = 44, 3  # characters from which on a name leaves room for fewer groups side by side


def decision(at: Places) -> Slide:
    charter, scope = at.content.study.charter, at.content.study.scope
    decided = (charter.decision or charter.objective).rstrip(".")
    left: list[Block] = []
    if charter.decision and charter.objective:
        left.append(Text(charter.objective, lead=True))
    facts = []
    if charter.company_goal:
        facts.append(say(words.COMPANY_GOAL, goal=charter.company_goal))
        facts += _goal_today(at)
    if charter.sponsor:
        facts.append(say(words.SPONSOR, sponsor=charter.sponsor))
    people = [
        f"{person.name}: {person.interest}" if person.interest else person.name
        for person in charter.stakeholders[:5]
    ]
    declared = len(at.content.study.hypotheses)
    fixed = [
        say(
            words.NO_MORE_THAN_WERE_ALLOWED,
            capital=wording.capital(wording.counted(declared, "hypothesis")),
            number=fmt.number(scope.max_hypotheses),
        ),
        say(words.AT_MOST_CARRIED_FORWARD, counted=wording.counted(scope.max_segments, "segment")),
        say(words.CHANCE_BEING_WRONG_ACCEPTED_OVER, percent=fmt.percent(scope.alpha)),
    ]
    if facts:
        left.append(Bullets(tuple(facts)))
    if people:
        left.append(Bullets(tuple(people), words.FOR_WHOM_MADE))
    families = at.content.tables["hypotheses"]["family"]
    heading = words.RULES_ON_RECORD if families.eq("declared").any() else words.RULES
    if families.eq("proposed").any():
        heading = words.WRITTEN_DOWN
    right = (Bullets(tuple(fixed), heading), *_declared(at))
    return Slide(
        "decision",
        say(words.TO_BE_DECIDED, decision=decided[:1].lower() + decided[1:])
        if decided
        else say(words.NO_DECISION_WRITTEN),
        tuple(left) or right,
        right if left else (),
        notes=words.SAY_WHAT_WILL_BE_DECIDED,
        proofs=((say(words.SECTION_ONE), "step-1"),),
    )


def _goal_today(at: Places) -> list[str]:
    """Where the goal's metric stands, for the company and the first groups."""
    content = at.content
    goal = goals.of_company(content)
    if goal is None:
        return []
    label = content.metric(goal["metric"])[0]
    told = [say(words.GOAL_TODAY, metric=label, **goals.told(content, goal))]
    for segment in content.segments[:GOALS]:
        row = goals.of_group(content, segment, goal)
        if row is not None:
            name = at.name(segment.name)
            told.append(say(words.OF_GOAL, name=name, **goals.told(content, row)))
    return told


def _declared(at: Places) -> tuple[Bullets, ...]:
    """The hypotheses, as far as there is room."""
    stated = [one.statement.rstrip(".") for one in at.content.study.hypotheses]
    shown = stated if len(stated) <= HYPOTHESES else stated[: HYPOTHESES - 1]
    left = len(stated) - len(shown)
    more = (
        (say(words.MORE_IN_SECTION, capital=wording.capital(wording.number_word(left))),)
        if left
        else ()
    )
    return (Bullets((*shown, *more), words.THE_HYPOTHESES),) if shown else ()


def tested(at: Places) -> Slide:
    table = at.content.tables["hypotheses"]
    declared = table[table["declared"].astype(bool)]
    held = verdicts.is_supported(declared["verdict"])
    names = declared.assign(_held=held).groupby("hypothesis_id")["_held"].any()
    shown, every = int(names.sum()), len(names)
    title = (
        say(
            words.FIXED_BEFOREHAND_SUPPORTED_BY_DATA,
            capital=wording.capital(wording.number_word(shown)) if shown else say(words.NONE),
            counted=wording.counted(every, "hypothesis"),
            n=shown,
        )
        if every
        else words.NO_HYPOTHESIS_WAS_FIXED_BEFOREHAND
    )
    waiting = declared.assign(_waits=verdicts.is_untested(declared["verdict"]))
    waiting = int(waiting.groupby("hypothesis_id")["_waits"].all().sum())
    if waiting:
        title += say(words.NOT_TESTED_YET, n=waiting, every=every)
    others = declared[held & verdicts.is_confounded(declared["confounding"])]
    title += wording.of_which_confounded(others["hypothesis_id"].nunique())
    mechanical = table["shares_score_inputs"].map(_is_flag)
    explored = table[table["family"].eq("exploratory")]
    more, related = len(explored), verdicts.is_supported(explored["verdict"]).any()
    proposed = int(table["family"].eq("proposed").sum())
    left: list[Block] = []
    if proposed:
        counted = wording.capital(wording.counted(proposed, "test"))
        left.append(Text(say(words.ONLY_PROPOSED, capital=counted)))
    left.append(
        Text(
            say(
                words.EXPLORATORY_WITH_CORRECTION_THEIR_OWN
                if related
                else words.EXPLORATORY_NONE_RELATED,
                capital=wording.capital(
                    wording.counted(more, "further test" if every or proposed else "test")
                ),
                n=more,
                rate=at.content.study.scope.alpha,
            )
            if more
            else words.ONLY_WHAT_WAS_DECLARED_WAS
        )
    )
    opposed = verdicts.ranks_oppose(declared, alpha=at.content.study.scope.alpha)
    if opposed.any() or not verdicts.is_unquestioned(declared["confounding"]).all():
        left.append(Text(wording.confounded(declared, at.content.study)))
    if mechanical.any():
        left.append(Text(_of_score(at, table[mechanical])))
    return Slide(
        "tested",
        title,
        tuple(left),
        at.placed("hypothesis_effects"),
        notes=words.GREY_BAR_RANGE_EFFECTS_THIS,
        proofs=at.proofs("hypothesis_effects", "hypotheses", "explored_variables"),
    )


def _of_score(at: Places, rows: pd.DataFrame) -> str:
    """What is part of the score by construction, and whether it is shown without that part."""

    def named(some: pd.DataFrame) -> list[str]:
        return list(dict.fromkeys(at.name(_claim(at, row)) for row in some.to_dict("records")))

    every, held = named(rows), named(rows[verdicts.is_supported(rows["verdict"])])
    again = words.AGAIN_SOME if held else words.AGAIN_NONE
    if len(held) == len(every):
        again = words.AGAIN_ALL
    elif rows["effect_retest"].isna().all():
        again = words.AGAIN_NOT
    n = len(held) if held and len(held) < len(every) else len(every)
    told = say(words.PART_SCORE_BY_CONSTRUCTION_SO, names=wording.joined(every))
    return f"{told} {say(again, names=wording.joined(held), n=n)}"


def _claim(at: Places, row: dict[str, Any]) -> str:
    """A declared statement as it was written; of a variable that was explored, its name."""
    if row["declared"]:
        return str(row["statement"]).rstrip(".")
    return ", ".join(map(at.content.study.label, str(row["variables"]).split(", ")))


def _is_flag(value: object) -> bool:
    """Whether a flag is up: true, or a text that names something."""
    if isinstance(value, str):
        return bool(value.strip())
    return not pd.isna(value) and bool(value)


def profiles(at: Places) -> Iterator[Slide]:
    """What sets the validated segments apart, side by side."""
    content = at.content
    every = content.segments  # the title counts them all
    shown = every[: content.study.scope.max_segments]
    longest = max((width(segment.name) for segment in shown), default=0)
    if longest > LONG:
        shown = shown[: FEWER if longest <= 2 * LONG else FEWER - 1]
    if len(shown) < 2:
        return  # the only segment has a slide of its own
    tables = [
        telling.comparable(segment.metrics, least=content.study.min_group_size)[0]
        for segment in every
    ]
    names = telling.chosen(pd.concat(tables), most=METRICS)
    of_all = [table.set_index("metric").to_dict("index") for table in tables]
    names, cells = _with_shown(names, of_all), of_all[: len(shown)]
    units = {name: row["unit"] for cell in of_all for name, row in cell.items()}
    rows = tuple(
        (
            content.metric(name)[0],
            *(_compared(at, cell.get(name), units[name]) for cell in cells),
        )
        for name in names
    )
    tones = tuple(
        ("", *(telling.tone(telling.mark(cell[name])) if name in cell else "" for cell in cells))
        for name in names
    )
    heads = (
        f"{at.name(segment.name)} (n\u00a0=\u00a0{fmt.number(segment.row['customers'])})"
        for segment in shown
    )
    left = len(every) - len(shown)
    rest = say(words.APART_MORE_HELD, left=left) if left else say(words.APART_ALL_HELD)
    yield Slide(
        "profiles",
        _apart(at, names, of_all),
        (
            Grid(
                (say(charts.METRIC), *heads),
                rows,
                (False,) * (len(shown) + 1),
                tones=tones,
                note=f"{say(words.BETTER_WORSE_THAN_REST_WITHOUT)} {rest}",
            ),
        ),
        notes=words.COMPARE_ALONG_ROW_WHAT_SERVED,
        proofs=at.proofs("profiles"),
    )


def _with_shown(names: list[str], cells: list[dict[str, Any]]) -> list[str]:
    """The rows of the table; where none is shown to differ, the surest ones that are come first."""

    def marked(name: str) -> int:
        return sum(name in cell and telling.tone(telling.mark(cell[name])) != "" for cell in cells)

    if any(map(marked, names)):
        return names
    others = {name for cell in cells for name in cell if marked(name)}
    others = {n for n in others if telling.origin(n) == n or telling.origin(n) not in others}
    first = sorted(others, key=lambda name: (-marked(name), name))[:SHOWN]
    return [*first, *names[: METRICS - len(first)]]


def _compared(at: Places, row: dict[str, Any] | None, unit: str) -> str:
    """A value; beside that of the others where a difference is shown, and so worth a look."""
    if row is None:
        return fmt.MISSING
    value, rest = (at.compact(row[name], unit) for name in ("value", "rest_value"))
    sign = telling.MARKS.get(telling.mark(row), "")
    return f"{sign}{say(counting.OF_REST, value=value, rest=rest)}" if sign else value


def _apart(at: Places, names: list[str], cells: list[dict[str, Any]]) -> str:
    """Where most of the segments differ and to which side, as a sentence."""
    sides = {
        name: [telling.tone(telling.mark(cell[name])) for cell in cells if name in cell]
        for name in names
    }
    counts = {name: sum(side != "" for side in found) for name, found in sides.items()}
    ranked = sorted((name for name in names if counts[name]), key=lambda name: -counts[name])
    surest = {telling.kind(name): name for name in reversed(ranked)}  # one of each kind of data
    most = [name for name in ranked if name in surest.values()][:3]
    if not most:
        return words.NO_METRIC_SHOWS_VALIDATED_SEGMENTS
    told = wording.joined(_side(at, name, sides[name], len(cells)) for name in most)
    return say(words.APART, told=told)


def _side(at: Places, name: str, sides: Sequence[str], groups: int) -> str:
    """In how many of the groups a metric is shown to be better, or worse."""
    metric = wording.inside(at.content.metric(name)[0])
    better, worse = sides.count("better"), sides.count("worse")
    if better and worse:
        return say(words.APART_EITHER, metric=metric, better=better, worse=worse, groups=groups)
    sentence = words.APART_BETTER if better else words.APART_WORSE
    return say(sentence, metric=metric, number=better or worse, groups=groups)


def unproven(at: Places) -> Iterator[Slide]:
    """The groups that may be better, where they are more than the second slide names."""
    content = at.content
    table = content.unproven
    if len(table) <= NAMED:
        return
    shared = content.shared_customers(table["segment_id"].head(OPEN))
    rows = [
        [
            at.name(row["definition"]),
            fmt.number(row["customers"]),
            at.lift(row),
            *([shared.get(row["segment_id"], fmt.MISSING)] if content.segments else []),
        ]
        for row in table.head(OPEN).to_dict("records")
    ]
    count = len(table)
    title = say(
        words.MAY_BE_BETTER_BUT_NOT,
        capital=wording.capital(
            wording.counted(count, "further group" if content.segments else "group")
        ),
        n=count,
    )
    heads = [say(words.SEGMENT), say(words.CUSTOMERS), words.LIFT_INTERVAL]
    told: list[str] = [words.NONE_THIS_FINDING_WHAT_WAS]
    if content.segments:
        heads.append(say(words.SHARED_WITH))
        told.append(words.SHARED_WITH_VALIDATED_SEGMENT_HOLDS)
    if count > OPEN:
        told.append(say(words.MORE_LISTED_IN_SEGMENTS, number=fmt.number(count - OPEN)))
    numeric = (False, True, True, False)[: len(heads)]
    grid = Grid(tuple(heads), tuple(map(tuple, rows)), numeric, note=" ".join(told))
    yield Slide(
        "unproven",
        title,
        (grid,),
        notes=words.IDEAS_TEST_NOT_SEGMENTS_ACT,
        proofs=at.proofs("segments", "detectable_lifts"),
    )


def limits(at: Places) -> Slide:
    content = at.content
    cautions = [brief(one) for one in content.cautions] or [say(pages.NO_CAUTION)]
    others = [] if has_changes(at) else content.changes  # what its slide would say alone
    absent = content.not_collected
    weak = _weakest(at, most=max(3, 8 - min(len(absent), ABSENT)))
    wide = CHARACTERS if absent or weak else 2 * CHARACTERS
    if _fitting([*cautions, *others], wide) == len(cautions) + len(others):
        cautions = [*cautions, *others]
    for place, one in enumerate(content.cautions):  # the gravest first, as long as all have room
        longer = [*cautions[:place], brief(one, most=WHOLE), *cautions[place + 1 :]]
        cautions = longer if _fitting(longer, wide) == len(longer) else cautions
    kept = _fitting(cautions, wide)
    if kept < len(cautions):  # of the cautions that the title counts
        more = say(words.MORE_ON_INDEX_PAGE, number=fmt.number(len(cautions) - kept))
        cautions = [*cautions[:kept], more]
    room = ABSENT if weak else 2 * ABSENT
    shown = absent[:room]
    if len(absent) > room:
        shown = [*absent[: room - 1], say(charts.MORE_ROWS, left=len(absent) - room + 1)]
    missing = (Bullets(tuple(shown), words.NOT_COLLECTED),) if shown else ()
    return Slide(
        "limits",
        _limits_title(len(content.warnings), len(content.not_collected)),
        (Bullets(tuple(cautions), words.CAUTIONS),),
        (*missing, *weak),
        notes=words.DIFFERENCES_ASSOCIATIONS_AMONG_CUSTOMERS_NOT,
        proofs=at.proofs("coverage"),
    )


def _fitting(told: list[str], characters: int) -> int:
    """How many sentences fit below one another, with a line for what is left where not all do."""
    lines = [-(-width(text) // characters) for text in told]
    if sum(lines) <= LINES:
        return len(told)
    fits = [k for k in range(1, len(told)) if sum(lines[:k]) < LINES]
    return max(fits, default=1)


def _limits_title(cautions: int, absent: int) -> str:
    told = wording.capital(wording.counted(cautions, "caution"))
    if not absent:
        return say(words.WHAT_COULD_BE_WRONG, cautions=told)
    kinds = wording.counted(absent, "kind")
    return say(words.WHAT_COULD_BE_WRONG_WHAT, cautions=told, absent=kinds)


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
            row["label"],
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
            (
                words.CUSTOMERS_WITH_VALUE,
                say(words.ALL),
                *(wording.capital(say(charts.BANDS[band])) for band in bands),
            ),
            rows,
            (False, True, True, True, True),
            heading=words.WEAKLY_OR_UNEVENLY_FILLED,
            note=say(words.MORE_IN_COVERAGE, number=fmt.number(left)) if left else "",
        ),
    )


def method(at: Places) -> Slide:
    study, example = at.content.study, at.placed("score_example")
    strata = study.scope.strata
    within = say(counting.WITHIN, name=wording.inside(study.label(strata))) if strata else ""
    whole = study.charter.decision and study.hypotheses
    steps = (
        words.SCOPING_DECISION_LIMITS_HYPOTHESES_FIXED if whole else words.SCOPING_LIMITS_FIXED,
        say(words.CUSTOMER_LIST_CRM_BILLING_RECONCILED, value=study.currency),
        words.DATA_COLLECTION_ATTRIBUTES_MEASUREMENTS_CHECKED,
        say(words.SEGMENT_ANALYSIS_EACH_SEGMENT_COMPARED, within=within),
        words.PRIORITIZATION_VALIDATED_SEGMENTS_ORDERED_BY,
    )
    return Slide(
        "method",
        say(
            words.DONE_SO,
            customers=at.content.scored,
            groups=at.content.judged,
        ),
        (Bullets(steps),),
        example,
        notes=words.CHART_ADDS_UP_SCORE_ONE if example else words.APPENDIX_HOLDS,
        proofs=(
            *at.proofs("score_example"),
            (say(words.DEFINITIONS), "appendix-metrics"),
        ),
        kind="even" if example else "content",
    )
