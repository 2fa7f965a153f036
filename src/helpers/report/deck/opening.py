"""The first slides: decision, answer, who was analysed, what makes a good customer."""

from collections.abc import Iterator

import pandas as pd

from helpers.report import wording
from helpers.report.deck.blocks import Block, Bullets, Grid, Numbers, Slide, Text
from helpers.report.deck.places import ROWS, Places
from helpers.report.styling import short
from helpers.segments import verdicts
from helpers.words import deck as words
from helpers.words import numbers as fmt
from helpers.words import say

LONG = 24  # months of history from which its end is worth a sentence
HYPOTHESES = 5  # that the slide of the decision has room for


def cover(at: Places) -> Slide:
    content = at.content
    return Slide(
        "cover",
        content.study.title,
        (
            Text(f"{content.ws.quarter}, as of {content.day}"),
            Text(content.headline, lead=True),
        ),
        notes=words.ANSWER_IN_ONE_SENTENCE_EVERYTHING,
        kind="cover",
    )


def decision(at: Places) -> Slide:
    charter, scope = at.content.study.charter, at.content.study.scope
    left: list[Block] = [
        Text(charter.decision or charter.objective or at.content.study.title, lead=True)
    ]
    if charter.decision and charter.objective:
        left.append(Text(charter.objective))
    facts = []
    if charter.company_goal:
        facts.append(f"Company goal: {charter.company_goal}")
    if charter.sponsor:
        facts.append(f"Sponsor: {charter.sponsor}")
    people = [
        f"{person.name}: {person.interest}" if person.interest else person.name
        for person in charter.stakeholders[:5]
    ]
    declared = len(at.content.study.hypotheses)
    fixed = [
        say(
            words.NO_MORE_THAN_WERE_ALLOWED,
            capital=wording.capital(wording.counted(declared, "hypothesis", "hypotheses")),
            number=fmt.number(scope.max_hypotheses),
        ),
        say(words.AT_MOST_CARRIED_FORWARD, counted=wording.counted(scope.max_segments, "segment")),
        say(words.CHANCE_BEING_WRONG_ACCEPTED_OVER, percent=fmt.percent(scope.alpha)),
    ]
    if facts:
        left.append(Bullets(tuple(facts)))
    if people:
        left.append(Bullets(tuple(people), "For whom"))
    right = (Bullets(tuple(fixed), words.FIXED_BEFORE_ANYONE_LOOKED_AT), *_declared(at))
    return Slide(
        "decision",
        words.WHAT_DECIDED_WITH_THIS_STUDY,
        tuple(left),
        right,
        notes=words.SAY_WHAT_WILL_BE_DECIDED,
        proofs=(("Section 1", "step-1"),),
    )


def _declared(at: Places) -> tuple[Bullets, ...]:
    """The hypotheses, as far as there is room."""
    stated = [short(one.statement.rstrip("."), 70) for one in at.content.study.hypotheses]
    shown = stated if len(stated) <= HYPOTHESES else stated[: HYPOTHESES - 1]
    left = len(stated) - len(shown)
    more = (
        (say(words.MORE_IN_SECTION, capital=wording.capital(wording.number_word(left))),)
        if left
        else ()
    )
    return (Bullets((*shown, *more), "The hypotheses"),) if shown else ()


def answer(at: Places) -> Slide:
    content = at.content
    rows = tuple(
        (
            f"{short(segment.name, 60)} ({fmt.number(segment.row['customers'])} customers)",
            at.lift(segment.row),
            wording.certainty(segment.row["p_adjusted"]),
        )
        for segment in content.segments[:ROWS]
    )
    left: list[Block] = []
    if rows:
        left.append(
            Grid(
                ("Segment", words.LIFT_INTERVAL_2, "Certainty"),
                rows,
                (False, False, False),
                note=words.LIFT_MEAN_QUALITY_SCORE_MINUS,
            )
        )
    else:
        left.append(Text(words.NO_SEGMENT_MAY_BE_CALLED))
        left += at.told("segments_told", "search_told")
        left += _detectable(at)
    return Slide(
        "answer",
        content.headline,
        tuple(left),
        at.placed("lifts"),
        notes=words.NAME_SEGMENTS_WITH_THEIR_INTERVALS,
        proofs=at.proofs("lifts", "segments"),
    )


def _detectable(at: Places) -> list[Grid]:
    """What could have been seen: the smallest lift by size of the segment."""
    content = at.content
    if content.exhibit("detectable_lifts") is None:
        return []
    table = content.data("detectable_lifts").dropna(subset=["detectable_lift"])
    rows = tuple(
        (
            f"{fmt.number(row['customers'])} customers",
            fmt.formatted(row["detectable_lift"], "short_money", currency=content.currency),
        )
        for row in table.head(ROWS).to_dict("records")
    )
    heads = ("A segment of", words.WOULD_HAVE_SHOWN_FROM_LIFT)
    return [Grid(heads, rows, (False, True))] if rows else []


def customers(at: Places) -> Slide:
    content = at.content
    known = content.tables["customer_list"]
    kept = known[known["included"]]
    former = int(kept["status"].eq("former").sum())
    figures = (
        (fmt.number(len(known)), "accounts known"),
        (fmt.number(len(known) - len(kept)), "left out"),
        (fmt.number(len(kept) - former), "current customers"),
        (fmt.number(former), "former customers"),
    )
    return Slide(
        "customers",
        wording.left_out(known),
        (Numbers(figures),),
        at.placed("exclusions"),
        notes=words.EVERY_ACCOUNT_LEFT_OUT_KEEPS,
        proofs=at.proofs("exclusions", "reconciliation"),
    )


def revenue(at: Places) -> Iterator[Slide]:
    """How much hangs on how few customers, and how long customers stay."""
    held, stayed = at.placed("concentration"), at.placed("survival")
    said = at.content.exhibit("concentration_told")
    told = []
    if held and said is not None:
        share = fmt.percent(vars(said)["values"]["share"])
        told.append(say(words.LARGEST_FIFTH_CUSTOMERS_BRING_REVENUE, share=share))
    if stayed:
        staying = wording.stay(at.content.data("survival"))
        stayed = stayed if staying else ()  # nobody has left: there is no curve to look at
        told += [staying] if staying else []
    if not (held or stayed):
        return
    left = (*held, *at.told("concentration_told"))
    right = (*stayed, *_half(at)) if stayed else ()
    yield Slide(
        "revenue",
        wording.capital("; ".join(told)) or (held or stayed)[0].exhibit.title,
        left if held and stayed else at.told("concentration_told"),
        right or held,
        notes=words.SAY_HOW_MANY_CUSTOMERS_REVENUE,
        proofs=at.proofs("concentration", "survival"),
    )


def _half(at: Places) -> tuple[Text, ...]:
    """When half of the customers are gone, or how many are left as far as is known."""
    curve = at.content.data("survival").dropna(subset=["survival"]).sort_values("time")
    gone = curve[curve["survival"].le(0.5)]
    if len(gone):
        return (
            Text(say(words.HALF_THEM_GONE_AFTER_MONTHS, number=fmt.number(gone["time"].iloc[0]))),
        )
    month, share = curve[["time", "survival"]].iloc[-1]
    if month < LONG:
        return ()
    told = say(
        words.AFTER_MONTHS_LONGEST_KNOWN, number=fmt.number(month), percent=fmt.percent(share)
    )
    return (Text(say(words.STILL_THERE, told=told)),)


def good_customer(at: Places) -> Slide:
    content = at.content
    scores = content.tables["quality_scores"]
    lines = ["base", *(n for n in content.study.quality_score.lines if n in scores)]
    means = scores.groupby(scores["band"].astype(str))[[*lines, "quality_score"]].mean()
    bands = [band for band in ("excellent", "average", "poor") if band in means.index]
    most = float(means.abs().max(axis=None))
    names = {"base": content.metric(content.study.score_base)[0]} | {
        name: line.label or name.replace("_", " ").capitalize()
        for name, (_, line) in content.study.quality_score.lines.items()
    }
    rows = [
        (names[line], *(at.money(means.loc[band, line], most) for band in bands)) for line in lines
    ]
    rows.append(
        (
            "Quality score",
            *(at.money(means.loc[band, "quality_score"], most) for band in bands),
        )
    )
    grid = Grid(
        (words.MEAN_PER_CUSTOMER_YEAR, *bands),
        tuple(rows),
        (False, *(True for _ in bands)),
        note=(words.COSTS_PENALTIES_NEGATIVE if len(lines) > 1 else "")
        + words.BANDS_BY_RANK
        + ", ".join(f"{band} {fmt.number(int((scores['band'] == band).sum()))}" for band in bands)
        + ".",
    )
    finding = content.exhibit("good_customer")
    title = wording.joined(
        f"{band} customers score {at.money(means.loc[band, 'quality_score'], most)}"
        for band in bands
    )
    return Slide(
        "good-customer",
        finding.text if finding else say(words.YEAR_ON_AVERAGE, capital=wording.capital(title)),
        (grid,),
        (*at.placed("score_strip"), *at.told("score_former", "score_agreement_told")),
        notes=words.SCORE_ONLY_HAS_TELL_POOR,
        proofs=at.proofs("score_strip", "score_example"),
    )


def tested(at: Places) -> Slide:
    table = at.content.tables["hypotheses"]
    declared = table[table["declared"].astype(bool)]
    held = verdicts.is_supported(declared["verdict"])
    names = declared.assign(_held=held).groupby("hypothesis_id")["_held"].any()
    shown, every = int(names.sum()), len(names)
    title = (
        say(
            words.FIXED_BEFOREHAND_SUPPORTED_BY_DATA,
            capital=wording.capital(wording.number_word(shown)) if shown else "None",
            counted=wording.counted(every, "hypothesis", "hypotheses"),
            verb="is" if shown == 1 else "are",
        )
        if every
        else words.NO_HYPOTHESIS_WAS_FIXED_BEFOREHAND
    )
    others = declared[held & verdicts.is_confounded(declared["confounding"])]
    title += wording.of_which_confounded(others["hypothesis_id"].nunique())
    mechanical = table["shares_score_inputs"].map(_is_flag)
    more = len(table) - len(declared)
    left: list[Block] = [
        Text(
            say(
                words.EXPLORATORY_WITH_CORRECTION_THEIR_OWN,
                capital=wording.capital(wording.counted(more, "further test")),
                plural=wording.plural(more, "is", "are"),
            )
            if more
            else words.ONLY_WHAT_WAS_DECLARED_WAS
        )
    ]
    if not verdicts.is_unquestioned(declared["confounding"]).all():
        left.append(Text(wording.confounded(declared, at.content.study)))
    if mechanical.any():
        names = wording.joined(
            dict.fromkeys(
                short(str(text).partition(words.RELATED)[0].rstrip("."), 60)
                for text in table.loc[mechanical, "statement"]
            )
        )
        left.append(Text(say(words.PART_SCORE_BY_CONSTRUCTION_SO, names=names)))
    return Slide(
        "tested",
        title,
        tuple(left),
        at.placed("hypothesis_effects"),
        notes=words.GREY_BAR_RANGE_EFFECTS_THIS,
        proofs=at.proofs("hypothesis_effects", "hypotheses", "explored_variables"),
    )


def _is_flag(value: object) -> bool:
    """Whether a flag is up: true, or a text that names something."""
    if isinstance(value, str):
        return bool(value.strip())
    return not pd.isna(value) and bool(value)
