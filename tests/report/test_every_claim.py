"""A sentence that says better, worse, more, less, first or only has a verdict behind it.

Every piece of text of slides and landing page that holds one of these words is taken apart into the
sentences that it was filled from. Each of them either claims nothing of a group, or names what must
hold in the data files for it to be said; a new sentence of the kind has to be entered here.
"""

import re

import pytest

from helpers.metrics.catalog import METRICS
from helpers.report import goals
from helpers.report.content import Content
from helpers.segments import verdicts
from helpers.words import charts, deck, pages, segments, story

CLAIM = re.compile(r"\b(better|worse|more|less|first|only)\b", re.IGNORECASE)
BLOCKS = "h1, h2, h3, h4, p, li, td, th, dt, dd, figcaption, summary"


def findings(ws):
    table = ws.load("segments")
    return table[verdicts.is_finding(table["verdict"])]


def leading(ws):
    table = ws.load("segments")
    return table[verdicts.leads(table["verdict"], table["confounding"])]


def some(ws):
    """A group is shown to be better, and no other attribute says why."""
    return len(leading(ws)) > 0


def one(ws):
    return len(leading(ws)) == 1


def none(ws):
    return len(leading(ws)) == 0


def confounded(ws):
    table = ws.load("segments")
    return (
        verdicts.is_ranked(table["verdict"]) & verdicts.is_confounded(table["confounding"])
    ).any()


def typical(ws):
    return verdicts.is_typical(ws.load("segments")["verdict"]).any()


def may_be(ws):
    table = ws.load("segments")
    return verdicts.may_be(table["verdict"], table["lift"], table["confounding"]).any()


def marked(direction):
    """A metric of a finding is shown to differ so, and is no ingredient of the score."""

    def holds(ws):
        table = ws.load("segment_metrics")
        table = table[table["segment_id"].isin(leading(ws)["segment_id"])]
        shown = map(verdicts.shown_direction, table["better"], table["shares_score_inputs"])
        return direction in set(shown)

    return holds


def firm(ws):
    return (ws.load("priorities")["rank_high"] == 1).any()


def not_firm(ws):
    ranked = ws.load("priorities")
    return (ranked.loc[ranked["rank"].eq(1), "rank_high"] > 1).all()


def ordered(ws):
    return len(ws.load("priorities")) > 0


def worth_most(ws):
    rows = leading(ws).sort_values("lift")
    return rows["lift_low"].iloc[-1] > rows["lift_high"].iloc[:-1].max()


def explored(ws):
    return (~ws.load("hypotheses")["declared"].astype(bool)).any()


def behind_goal(ws):
    """The group put first is no better in the metric of the company's goal."""
    content = Content(ws)
    return goals.against(content, content.segments[0]) is not None


def not_better(ws):
    """At least one group is open, and not even likely to be better."""
    return verdicts.counted(ws.load("segments"))["not_better"] > 0


def described(ws):
    return verdicts.is_descriptive(ws.load("segments")["verdict"]).any()


# What must hold for a sentence to be said.
CARRIED = {
    deck.KINDS: some,
    deck.ONE_KIND: one,
    deck.COMES_FIRST: firm,
    deck.HIGHEST_PRIORITY: not_firm,
    deck.DECIDE_ORDER: not_firm,
    deck.DECIDE_ORDER_TWO: not_firm,
    deck.DECIDE_FIRST: firm,
    deck.DECIDE_FIRST_TWO: firm,
    deck.GOAL_AGAINST: behind_goal,
    segments.PLAINLY["validated"]: some,
    segments.PLAINLY["may_be"]: may_be,
    segments.PLAINLY["not_better"]: not_better,
    segments.PLAINLY["descriptive"]: described,
    deck.SHOWN_ONE: one,
    deck.SHOWN_MANY: some,
    deck.SHOWN_HEADING: some,
    deck.TYPICAL_HEADING: typical,
    deck.CONFOUNDED_HEADING: confounded,
    deck.MAY_BE: may_be,
    deck.MAY_BE_ALONE: may_be,
    deck.MAY_BE_BETTER_BUT_NOT: may_be,
    deck.BETTER_IN: marked("better"),
    deck.WORSE_IN: marked("worse"),
    deck.WATCH: marked("worse"),
    deck.APART: lambda ws: marked("better")(ws) or marked("worse")(ws),
    deck.APART_BETTER: marked("better"),
    deck.APART_WORSE: marked("worse"),
    deck.APART_EITHER: lambda ws: marked("better")(ws) and marked("worse")(ws),
    "▲ better": marked("better"),
    "▼ worse": marked("worse"),
    deck.WORTH_MORE: some,
    deck.FROM_ZERO: some,
    deck.WORTH_MOST: worth_most,
    deck.DECIDE_NOTHING: none,
    deck.NO_SEGMENT_MAY_BE_CALLED: none,
    deck.SHARED_WITH_VALIDATED_SEGMENT_HOLDS: some,
    deck.ONLY_WHAT_WAS_DECLARED_WAS: lambda ws: not explored(ws),
    story.COMES_FIRST: firm,
    story.ONLY_VALIDATED_SEGMENT: one,
    segments.SCORE_BETTER: some,
    segments.BETTER_OPEN: some,
    segments.LIFT_NOT_TRIED: some,
    segments.THAN_REST: some,
    segments.THAN_REST_OPEN: some,
    segments.IS_BETTER: lambda ws: one(ws) or none(ws),
    segments.ARE_BETTER: some,
    segments.AND_CONFOUNDED: confounded,
    segments.AND_CONFOUNDED_MANY: confounded,
    segments.CONFOUNDED_ONLY: confounded,
    segments.CONFOUNDED_ONLY_MANY: confounded,
    segments.TYPICAL_ONLY: typical,
    segments.TYPICAL_RANKS: typical,
    segments.TYPICAL_RANKS_OPEN: typical,
    deck.SHOWN_NONE: none,
    segments.NONE_SEEN_FROM: none,
    pages.SHOWN: some,
    pages.CONFOUNDED: confounded,
    pages.WORTH: some,
    pages.NONE_SHOWN: none,
    charts.GROUPS_SHOWN: some,
    charts.NO_GROUP_SHOWN: none,
    charts.SHOWN: some,
    charts.TYPICAL: typical,
    charts.MAY_BE: may_be,
    charts.CONFOUNDED: confounded,
    charts.FIRST_OPEN: not_firm,
    charts.FIRST_HOLDS: firm,
}


# Claims nothing of a group: counts of rows, instructions, definitions, what is not known.
NEUTRAL = (
    charts.FIRST_OF,
    charts.LARGEST_FIRST,
    charts.MORE,
    charts.MORE_ROWS,
    charts.SCORES_APART,
    deck.AND_MORE,
    deck.BETTER_WORSE_THAN_REST_WITHOUT,
    deck.CELL_SMALL,
    deck.DECIDE_STEP,
    deck.FEW_HOLD_MUCH,
    deck.FILL_FOR_MORE_CUSTOMERS,
    deck.LIFT_INTERVAL,
    deck.MORE_IN_COVERAGE,
    deck.MORE_IN_NEXT_STEPS,
    deck.MORE_IN_SECTION,
    deck.MORE_LISTED_IN_SEGMENTS,
    deck.MORE_ON_INDEX_PAGE,
    deck.SHARE_HELD,
    deck.NONE_WORTH_MOST,
    deck.NOT_SEEN_IN_MARKET,
    deck.NO_METRIC_SHOWS_VALIDATED_SEGMENTS,
    deck.NO_MORE_THAN_WERE_ALLOWED,
    deck.SEEN_FROM,
    deck.WHAT_WE_DO,
    deck.WHAT_WOULD_SHOW_MORE,
    pages.GROUPS,  # how many, which may be none
    pages.LISTS_ABOUT,
    story.LUCK_LESS,
    story.REACHABLE_MARKET_SIZE_COUNTS_OWN,
)
# Of the frame of every report, about rows and tables; cautions on who answered; an answer.
ROWS = re.compile(
    r"Only \d+ % of customers answered a survey|Their places in the ranking are less sure|"
    r"Less downtime: |\b(one|two|three|four|five|\d+) more\b|One row per [^.]*\.",
    re.IGNORECASE,
)


AMOUNT = re.compile(r"\S+ a year better\b")  # `wording.better_by`, of sentences that are `CARRIED`


def pattern(sentence):
    """A sentence as it reads once it is filled, without values at its ends."""
    text = " ".join(sentence.replace("**", "").split()).rstrip(".")
    parts = re.split(r"\{[^{}]*\}", text)
    return re.compile(".*?".join(map(re.escape, parts)).strip(".*?"), re.IGNORECASE)


def chunks(page):
    """Pieces of text of a page that hold one of the words, innermost blocks only."""
    for block in page.select(BLOCKS):
        if block.find_parent(class_=re.compile("notes|foot")) or block.select(BLOCKS):
            continue
        text = " ".join(block.get_text(" ").replace("\xa0", " ").split())
        if CLAIM.search(text):
            yield text


def own(rendered):
    """What the study itself says: statements, plays, names, labels; longest first."""
    ws = rendered.ws
    said = [one.statement.rstrip(".") for one in ws.study.hypotheses]
    said += list(ws.load("segments")["definition"])
    said += [str(text).rstrip(".") for text in ws.load("next_steps")["action"]]
    said += [f"{one.name}: {one.interest}" for one in ws.study.charter.stakeholders]
    said += [metric.label for metric in METRICS.values()]
    said += [ws.study.label(name) for name in ws.study.attributes]
    said += [str(text) for text in vars(ws.study.charter).values() if isinstance(text, str)]
    return sorted(filter(None, said), key=len, reverse=True)


def taken_apart(text, own_words):
    """The sentences of `CARRIED` that a piece of text is made of, and what is left of it."""
    for words in own_words:
        text = re.sub(re.escape(words), "", text, flags=re.IGNORECASE)
    text = AMOUNT.sub("", text)
    known = sorted([*CARRIED, *NEUTRAL], key=lambda one: -len(pattern(one).pattern))
    found = []
    for sentence in known:
        text, times = pattern(sentence).subn("", text)
        if times and sentence in CARRIED:
            found.append(sentence)
    return found, ROWS.sub("", text)


@pytest.mark.parametrize("case", ["validated", "none"])
@pytest.mark.parametrize("page", ["presentation.html", "index.html"])
def test_every_claim_has_a_verdict_behind_it(rendered_cases, case, page):
    rendered = rendered_cases(case)
    own_words, told, unknown, wrong = own(rendered), 0, [], []
    for text in chunks(rendered.soup(page)):
        found, left = taken_apart(text, own_words)
        told += len(found)
        if CLAIM.search(left):
            unknown.append((text, left))
        wrong += [(sentence, text) for sentence in found if not CARRIED[sentence](rendered.ws)]
    print(*unknown, sep="\n")
    assert not unknown, "sentences that nobody entered here"
    assert not wrong, "sentences without their verdict"
    assert told > 1


def test_a_claim_without_a_verdict_is_not_missed(rendered, rendered_cases):
    found, left = taken_apart("Two groups are shown to be better; worse in first reply", [])
    assert set(found) == {deck.SHOWN_MANY, deck.WORSE_IN} and not CLAIM.search(left)
    assert CARRIED[deck.SHOWN_MANY](rendered.ws)
    assert not CARRIED[deck.SHOWN_MANY](rendered_cases("none").ws)
    for unheard in (
        "Partners are better than all others",
        "Chemicals come first",
        "Only they stay",
    ):
        assert CLAIM.search(taken_apart(unheard, [])[1])
