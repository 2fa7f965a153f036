"""The first two slides: answer and decision; what is shown, what may be, what cannot be judged."""

import re
from typing import Any

from helpers.report import concern, goals, listing, wording
from helpers.report.charts.model import Axis, Panel, Span
from helpers.report.content import Caution, Segment
from helpers.report.deck.blocks import Block, Bullets, Grid, Slide, Text
from helpers.report.deck.places import ROWS, Places
from helpers.report.styling import width
from helpers.report.summary import of_today
from helpers.segments import verdicts
from helpers.words import charts, pages, say, segments
from helpers.words import deck as words
from helpers.words import numbers as fmt

TOLD, FEWER = 4, 3  # groups that the first slide has room for, and with long names
NAMED = 3  # groups of a kind that the second slide names
FEW_SIZES = 4  # of groups, beside names of groups
LONG_NAME = 44  # characters up to which a name fits into a title
# Characters of a caution on the first slide, and of a sentence that is told up to its colon.
CAUTION, LONG_FIRST = 170, 120
SENTENCES = re.compile(r"(?<=\.) (?=\S)|(?<=。)")
TWO_LINES = 60  # characters of a name beside which the groups of the first slide leave room
GOAL_ROOM = 90  # characters of the company's goal, as it was written
LONGER = 125  # characters from which on only two groups fit into the first slides


# ── answer and decision ──────────────────────────────────────────────────────────────────────────
def answer(at: Places) -> Slide:
    content = at.content
    told = [of_today(content, at.base)]
    if not content.segments:
        told.append(words.NO_AMOUNT if content.typical else words.NO_SEGMENT_MAY_BE_CALLED)
    elif content.confounded or content.typical:  # beside those of the title
        told.append(content.headline)
    told += filter(None, [_goal(at)])
    warned = [Text(say(words.GRAVEST, caution=brief(one))) for one in content.cautions[:1]]
    few = FEW_SIZES if content.typical else ROWS  # the names of groups stand above
    table = [_groups(at)] if content.segments else _detectable(at, few)
    left = [Text(" ".join(told)), *_typical(at), *warned, *table]
    return Slide(
        "answer",
        _title(at),
        (*left, Bullets(tuple(asked(at)), pages.DECIDE, ask=True)),
        notes=f"{content.headline} {say(words.ANSWER_IN_ONE_SENTENCE_EVERYTHING)}",
        proofs=(
            (say(pages.SUMMARY), "summary"),
            *at.proofs(*_proving(at)),
            *(
                ((say(words.LISTS), listing.FILE),)
                if listing.of_quarter(content.tables) is not None
                else ()
            ),
        ),
        kind="answer",
    )


def _typical(at: Places) -> list[Block]:
    """Which groups' typical members rank higher, where no group is shown to be worth more."""
    rows = at.content.verdicts(verdicts.is_typical)
    if at.content.segments or rows.empty:
        return []
    told = [
        f"{at.name(row['definition'])}: {wording.typical_place(row)}"
        for row in rows.head(NAMED - 1).to_dict("records")
    ]
    return [_list(told, len(rows), "")]


def _goal(at: Places) -> str:
    """The company's goal as it was written, where its metric stands, and in the slide's groups.

    A goal too long for the slide is told by its metric alone.
    """
    goal = goals.of_company(at.content)
    if goal is None:
        return ""
    written = at.content.study.charter.company_goal.rstrip(".。")
    long = width(written) > GOAL_ROOM
    told = goals.told(at.content, goal) | {"goal": written, "metric": at.metric(goal)}
    found = _placed(at)
    groups = [row for segment in found if (row := goals.of_group(at.content, segment, goal))]
    if not groups or len(groups) < len(found):
        return say(words.LONG_GOAL if long else words.GOAL, **told)
    values = wording.joined(goals.told(at.content, row)["value"] for row in groups)
    return say(words.LONG_GOAL_GROUPS if long else words.GOAL_GROUPS, groups=values, **told)


def _proving(at: Places) -> list[str]:
    """Exhibits that hold what the summary of the document does not."""
    found = at.content.segments
    if not found:
        return ["segments", "detectable_lifts"]
    market = any(not fmt.is_missing(one.priority.get("market_share")) for one in found)
    worse = any(at.marked(one, "worse") or at.leaning(one) for one in found)
    goal = ["company_metrics"] if goals.of_company(at.content) else []
    more = [*goal, *(["market_shares"] if market else []), *(["profile_metrics"] if worse else [])]
    return ["segments", "priority_order", *more]


def brief(caution: Caution, most: int = CAUTION) -> str:
    """The first sentences of a caution, and what it means; the index has all of it.

    Parameters
    ----------
    most : characters that the sentences after the first leave room for.
    """
    first, *others = SENTENCES.split(caution.text)
    said, colon, _ = first.replace("：", ": ").partition(": ")
    told = f"{said}." if colon and width(first) > LONG_FIRST else first
    for other in others:
        if width(f"{told} {other}") > most:
            break
        told += f" {other}"
    return f"{told} {caution.then}".strip()


def _title(at: Places) -> str:
    """Who, how many of all and how much of the revenue; the headline where nothing is shown."""
    content = at.content
    found = content.segments
    if not found:
        return content.headline
    share = at.share(found)
    one = len(found) == 1
    kinds = wording.capital(wording.counted(len(found), "kind"))
    if share.money is None:
        sentence = words.ONE_KIND if one else words.KINDS
        told = say(sentence, kinds=kinds, customers=share.customers)
    else:
        sentence = words.ONE_KIND_BRINGS if one else words.KINDS_BRING
        told = say(
            sentence,
            kinds=kinds,
            customers=share.customers,
            money=share.money,
            what=at.base.label,
        )
    first = found[0].name
    if width(first) > LONG_NAME:
        return told
    if not one and found[0].priority["rank_high"] > 1:
        high = int(found[0].priority["rank_high"])
        return say(words.HIGHEST_PRIORITY, told=told, first=first, high=high)
    return say(words.ONLY_ONE if one else words.COMES_FIRST, told=told, first=first)


def _groups(at: Places) -> Grid:
    """One row per group: size today, market, what to watch, worth with its range, each and all."""
    content = at.content
    shown = _placed(at)
    rows = [
        (
            f"{place}\u2002{at.name(segment.name)}",
            _size(at, segment),
            _watch(at, segment),
            _ranged(at.lift(segment.row)),
            _ranged(at.together(segment)),
        )
        for place, segment in enumerate(shown, 1)
    ]
    heads = (words.WHO, words.SIZE_TODAY, words.MARKET_AND_WATCH, words.WORTH_MORE, words.WORTH_ALL)
    # No market is known and nothing is worse: no column of dashes.
    kept = [k for k in range(len(heads)) if k == 0 or any(row[k] != fmt.MISSING for row in rows)]
    spans = [_worth(segment) for segment in shown]
    top = max((span.high for span in spans if span and span.high is not None), default=0.0)
    marks = tuple((span,) if span else () for span in spans)
    left = len(content.segments) - len(shown)
    note = [say(words.WORTH_NOTE, luck=_luck(shown))] if _luck(shown) else []
    if any(row[-1] != fmt.MISSING for row in rows):
        note.append(say(words.NOT_ADDED if at.overlap(shown) else words.ALREADY))
    note += _analysed(at, shown)
    note += (
        [wording.capital(say(words.MORE_GROUPS, groups=wording.counted(left, "more group")))]
        if left
        else []
    )
    return Grid(
        tuple(heads[k] for k in kept),
        tuple(tuple(row[k] for k in kept) for row in rows),
        (False,) * len(kept),
        note=" ".join(note),
        panel=Panel(Axis(-0.06 * top, 1.06 * top), marks, say(words.FROM_ZERO)) if top else None,
    )


def _analysed(at: Places, shown: list[Segment]) -> list[str]:
    """Of whom shares beside the market's are, where past customers are among them."""
    listed = at.content.tables["customer_list"]
    status = listed.loc[listed["included"].astype(bool), "status"]
    if not any(map(_market, shown)) or not status.eq("former").any():
        return []
    return [say(words.ANALYSED, customers=len(status))]


def _placed(at: Places) -> list[Segment]:
    """The groups of the first slide: one less where what is to be watched makes rows tall."""
    warned = bool(at.content.cautions)
    shown = at.content.segments[: _room(at, warned=warned)]
    tall = sum(at.leaning(segment) is not None for segment in shown)
    return shown[:-1] if warned and tall > 1 and len(shown) > FEWER - 1 else shown


def _ranged(told: str) -> str:
    """An amount with its range, which no line ends within."""
    amount, opened, interval = told.partition(" (")
    return amount + opened + interval.replace(" ", "\N{NO-BREAK SPACE}")


def _room(at: Places, *, warned: bool = False) -> int:
    """Groups that the first slides name: fewer where names are long, or a caution stands there."""
    longest = max((width(segment.name) for segment in at.content.segments[:TOLD]), default=0)
    if warned:
        return FEWER if longest <= TWO_LINES else FEWER - 1
    return TOLD if longest <= LONG_NAME else FEWER if longest <= LONGER else FEWER - 1


def _worth(segment: Segment) -> Span | None:
    """The worth of a group on the scale that all groups share."""
    low, middle, high = (float(segment.row[name]) for name in ("lift_low", "lift", "lift_high"))
    if not verdicts.has_amount(middle, low) or fmt.is_missing(low) or fmt.is_missing(high):
        return None
    return Span(middle, low, high)


def _size(at: Places, segment: Segment) -> str:
    share = at.share([segment])
    if share.money is None:
        return say(words.SIZE, count=share.count, customers=share.customers)
    return say(words.SIZE_MONEY, count=share.count, money=share.money, what=at.base.label)


def _watch(at: Places, segment: Segment) -> str:
    """The market still out there, and what the group is served worse in."""
    priority = segment.priority
    told = []
    market: Any = priority.get("market_share")
    own: Any = priority.get("customer_share")
    if not _market(segment) and any(map(_market, at.content.segments)):
        told.append(say(words.NUMBER_NOT_KNOWN))
    if _market(segment):
        part = priority["market_unknown"] > 0
        template = words.IN_MARKET_KNOWN if part else words.IN_MARKET
        shares = say(template, market=float(market), own=float(own))
        count = concern.rule_of(at.content, {"segment_id": segment.id}).get("companies")
        known = not fmt.is_missing(count)
        told.append(say(words.IN_MARKET_COUNT, companies=count, shares=shares) if known else shares)
    worse = at.marked(segment, "worse")
    leaves = at.leaning(segment)
    if leaves is not None:
        told.append(_leaves(at, leaves))
    if worse is not None:
        told.append(say(words.WATCH, metric=at.metric(worse), told=at.against(worse)))
    if verdicts.loses(mean := float(segment.row["mean_score"])):
        loss = fmt.short_money(-mean, at.content.currency)
        told.insert(0, say(words.LOSES, loss=loss))
    if at.searched(segment):
        told.append(say(words.BY_SEARCH))
    drifts = wording.drift(segment.row, at.content.currency, alpha=at.content.study.scope.alpha)
    if drifts:
        told.append(say(words.WORTH_DRIFTS, drifts=drifts))
    return " ".join(told) or fmt.MISSING


def _market(segment: Segment) -> bool:
    """Whether its share of the market is known, beside that of our customers."""
    known = (segment.priority.get(name) for name in ("market_share", "customer_share"))
    return not any(map(fmt.is_missing, known))


def _leaves(at: Places, row: dict) -> str:
    """That more of a group leave than of the others, and whether that is shown."""
    if row["better"] == "worse":  # shown, and part of the score
        return say(words.WATCH, metric=at.metric(row), told=at.against(row))
    value, rest = (at.compact(row[name], row["unit"]) for name in ("value", "rest_value"))
    return say(words.WATCH_OPEN, metric=at.metric(row), value=value, rest=rest)


def _luck(shown: list[Segment]) -> str:
    """How often luck alone makes a group look as good, at most, after all that was tried."""
    chances = [float(s.row["p_adjusted"]) for s in shown if not fmt.is_missing(s.row["p_adjusted"])]
    return wording.by_luck(max(chances)) if chances else ""


def asked(at: Places, *, room: int = LONG_NAME) -> list[str]:
    """What this quarter is decided: at most three questions; names of groups up to ``room``."""
    content = at.content
    charter = content.study.charter
    told = [charter.decision] if charter.decision else []
    found = content.segments
    if not found:
        return [*told, words.DECIDE_NO_AMOUNT if content.typical else words.DECIDE_NOTHING]
    if len(found) > 1:
        first = found[0]
        names = {"first": first.name, "second": found[1].name}
        low, high = (int(first.priority[name]) for name in ("rank_low", "rank_high"))
        share = float(first.priority["share_first"])
        long = max(map(width, names.values())) > room
        if high == 1:
            told.append(say(words.DECIDE_FIRST_TWO) if long else say(words.DECIDE_FIRST, **names))
        elif long:
            told.append(say(words.DECIDE_ORDER_TWO, share=share, low=low, high=high))
        else:
            told.append(say(words.DECIDE_ORDER, share=share, low=low, high=high, **names))
        unspoken = goals.against(content, first)
        if unspoken is not None:
            told[-1] += f" {say(words.GOAL_AGAINST, **unspoken)}"
    steps = at.steps(1)
    if steps:
        owner = steps[0]["owner"] or words.NOBODY_YET
        action = str(steps[0]["action"]).rstrip(".")
        group = at.name(str(steps[0]["definition"]))
        if found and steps[0]["segment_id"] == found[0].id and width(group) > LONGER:
            group = say(words.THE_FIRST)
        day = concern.by_when(content, steps[0])
        told.append(say(words.DECIDE_STEP, group=group, owner=owner, action=action, day=day))
    return told if steps or told else [words.DECIDE_WHAT]


def _detectable(at: Places, most: int) -> list[Block]:
    """How different a group would have to be: the smallest difference seen, by its size."""
    content = at.content
    if content.exhibit("detectable_lifts") is None:
        return []
    table = content.data("detectable_lifts").dropna(subset=["detectable_lift"])
    largest = float(table["detectable_lift"].max())  # all amounts of a column in one unit
    rows = tuple(
        (
            wording.counted(int(row["customers"]), "customer", words=False),
            at.money(row["detectable_lift"], largest),
        )
        for row in table.head(most).to_dict("records")
    )
    heads = (words.GROUP_OF, words.SEEN_FROM)
    return [Grid(heads, rows, (False, True))] if len(rows) > 1 else []  # one is in the title


# ── shown, may be, cannot be judged ──────────────────────────────────────────────────────────────
def shown(at: Places) -> Slide:
    content = at.content
    found, open_ones = content.segments, content.unproven
    named = content.verdicts(verdicts.is_not_judgeable)
    typical = content.verdicts(verdicts.is_typical)
    none = words.SHOWN_NONE if content.judged else words.SHOWN_IMPOSSIBLE
    sentence = {0: none, 1: words.SHOWN_ONE}.get(len(found), words.SHOWN_MANY)
    values: dict[str, Any] = {
        "count": wording.number_word(len(found)),
        "judged": content.judged,
    }
    titles = [
        wording.capital(say(sentence, **values)),
        say(words.TYPICAL_TOO, count=wording.number_word(len(typical))) if len(typical) else "",
        say(
            words.MAY_BE if found else words.MAY_BE_ALONE, count=wording.number_word(len(open_ones))
        )
        if len(open_ones)
        else "",
        say(words.CANNOT_BE, count=wording.number_word(len(named))) if len(named) else "",
    ]
    left: list[Block] = []
    if found:
        told = [_shown_one(at, segment) for segment in found[: _room(at)]]
        left.append(_list(told, len(found), words.SHOWN_HEADING))
    if content.confounded:
        told = [at.name(name) for name, _ in content.confounded[:NAMED]]
        left.append(_list(told, len(content.confounded), words.CONFOUNDED_HEADING))
    if len(typical):
        told = [at.name(name) for name in typical["definition"].head(NAMED)]
        left.append(_list(told, len(typical), words.TYPICAL_HEADING))
    if len(open_ones):
        told = [_may_be(at, row) for row in open_ones.head(NAMED).to_dict("records")]
        left.append(_list(told, len(open_ones), charts.MAY_BE))
    if len(named):
        told = [at.name(name) for name in named["definition"].head(2)]
        left.append(_list(told, len(named), charts.CANNOT_BE))
    if left:
        left.append(Text(_every(at)))
    return Slide(
        "shown",
        "; ".join(filter(None, titles)),
        tuple(left) or _nearest(at),
        at.placed("lifts"),
        notes=words.NAME_SEGMENTS_WITH_THEIR_INTERVALS,
        proofs=at.proofs("lifts", "segments"),
    )


def _every(at: Places) -> str:
    """What became of all groups: parts that add up, those that only describe among them."""
    counts = verdicts.counted(at.content.reportable)
    parts = [
        say(sentence, count=counts[name])
        for name, sentence in segments.PLAINLY.items()
        if counts[name]
    ]
    return say(words.ALL_GROUPS, all=counts["all"], parts=wording.joined(parts))


def _shown_one(at: Places, segment: Segment) -> str:
    """A group that is shown to be better: by how much, and whether a search came upon it."""
    name = at.name(segment.name)
    told = say(words.NAME_BY_SEARCH, name=name) if at.searched(segment) else name
    return f"{told}: {at.lift(segment.row)}"


def _nearest(at: Places) -> tuple[Block, ...]:
    """Where nothing stands out, the groups that come nearest to it."""
    found = at.content.verdicts(verdicts.is_open)
    rows = found[found["lift"].ne(0)].head(NAMED).to_dict("records")
    told = tuple(_may_be(at, row) for row in rows)
    return (Bullets(told, words.NEAREST),) if told else (Text(words.NO_SEGMENT_MAY_BE_CALLED),)


def _list(told: list[str], every: int, heading: str) -> Bullets:
    left = every - len(told)
    more = [say(words.AND_MORE, count=fmt.number(left))] if left else []
    return Bullets((*told, *more), heading)


def _may_be(at: Places, row: dict) -> str:
    """A group that may be better: by how much, and how much of it is in those shown to be."""
    name, share = at.name(row["definition"]), at.inside(row["segment_id"])
    told = f"{name}: {at.lift(row)}"
    return say(words.SHARED, name=told, share=share) if share else told
