"""The last slides before the appendix: who is at risk, what moved, what to do."""

from collections.abc import Iterator

import pandas as pd

from helpers.report import listing, wording
from helpers.report.content import SILENT
from helpers.report.deck.blocks import Block, Bullets, Grid, Link, Numbers, Slide, Text
from helpers.report.deck.places import Places
from helpers.report.styling import width
from helpers.words import counting, say, translated
from helpers.words import deck as words
from helpers.words import numbers as fmt

CHANGES = 6  # sentences that the slide of changes has room for
STEPS = 5  # things to do at once
LONG_NAME, FEWER = 60, 3  # characters of a name from which on fewer groups stand beside a chart
AT_RISK = "at_risk"  # the value of the column health_group
INPUTS = 3  # of health, that are named on its slide


# ── who is at risk ───────────────────────────────────────────────────────────────────────────────
def at_risk(at: Places) -> Iterator[Slide]:
    """Customers at risk by their use of the product, with the money at stake; where both are known.

    Groups with fewer of them than may be shown are left out.
    """
    content, money = at.content, at.base.money
    health = content.tables.get("health")
    if health is None or money is None or not health["health_group"].eq(AT_RISK).any():
        return
    ids = set(health.loc[health["health_group"].eq(AT_RISK), "account_id"]) & set(money.index)
    least = content.study.min_group_size
    if len(ids) < least:
        return
    members = content.tables["segment_members"]
    told = []
    names = max((width(segment.name) for segment in content.segments[:STEPS]), default=0)
    for segment in content.segments[: STEPS if names <= LONG_NAME else FEWER]:
        inside = set(members.loc[members["segment_id"].eq(segment.id), "account_id"])
        inside &= set(money.index)
        if len(ids & inside) >= least:
            amount = fmt.short_money(_sum(money, ids & inside), content.currency)
            counts = {"count": len(ids & inside), "every": len(inside)}
            told.append(say(words.OF_GROUP, name=at.name(segment.name), amount=amount, **counts))
    stake = _sum(money, ids)
    amount, share = fmt.short_money(stake, content.currency), stake / float(money.sum())
    what = at.base.label
    figures = (
        (fmt.number(len(ids)), say(words.CUSTOMERS_AT_RISK, every=len(money))),
        (amount, say(words.AT_STAKE, what=what)),
    )
    yield Slide(
        "at-risk",
        say(words.AT_RISK, count=len(ids), amount=amount, share=share, what=what),
        (
            Numbers(figures),
            *((Bullets(tuple(told), words.AMONG_THE_BEST),) if told else ()),
            Text(say(words.AT_RISK_NOTE, what=what, inputs=_measured_by(at))),
        ),
        at.placed("health_map"),
        notes=words.AT_RISK_NOTES,
        proofs=at.proofs("health_map", "health_groups"),
    )


def _sum(money: pd.Series, ids: set[str]) -> float:
    return float(money[money.index.isin(ids)].sum())


def _measured_by(at: Places) -> str:
    """What health is measured by here, the heaviest inputs first."""
    inputs = at.content.data("health_inputs").sort_values("weight", ascending=False, kind="stable")
    labels = [translated(str(label)) for label in inputs.loc[inputs["weight"] > 0, "label"]]
    named = labels[:INPUTS]
    if len(labels) > INPUTS:
        named.append(say(words.MORE_INPUTS, count=len(labels) - INPUTS))
    return wording.joined(named)


# ── what to do ───────────────────────────────────────────────────────────────────────────────────
def next_steps(at: Places) -> Slide:
    """At most five things, on evidence only: the steps of validated segments."""
    content = at.content
    steps = at.steps(STEPS)
    rows = tuple(
        (
            str(step["action"]),
            at.name(content.labels.get(step["segment_id"], step.get("definition") or fmt.MISSING)),
            step["owner"] or fmt.MISSING,
            at.goal(step),
        )
        for step in steps
    )
    if rows:
        told = all(step["owner"] and str(step["metric"] or "") for step in steps)
        count = wording.capital(wording.counted(len(steps), "thing"))
        title = say(words.THINGS_WITH_OWNER if told else words.THINGS, count=count)
        left = len(content.tables["next_steps"]) - len(steps)
        note = say(words.MORE_IN_NEXT_STEPS, number=fmt.number(left)) if left else ""
        heads = (words.ACTION, words.FOR_WHOM, words.OWNER, words.WATCHED)
        blocks: tuple[Block, ...] = (Grid(heads, rows, (False,) * 4, note=note),)
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
        (*blocks, *_lists(at)),
        notes=words.AGREE_ON_OWNER_DATE_FOR,
        proofs=at.proofs("next_steps", "prospect_rules") if rows else at.proofs("next_steps"),
    )


def _lists(at: Places) -> tuple[Link, ...]:
    """Where the customers stand, each with what to do; where anybody is on a list."""
    acts = listing.of_quarter(at.content.tables)
    if acts is None:
        return ()
    count, gone = acts["account_id"].nunique(), listing.former(acts)
    sentence = words.ALL_LISTS_FORMER if gone else words.ALL_LISTS
    return (Link(say(sentence, count=count, gone=gone), listing.FILE),)


def _would_show_more(at: Places) -> tuple[Bullets, ...]:
    """What next quarter's run could stand on, where this one leads to no step."""
    content = at.content
    told = [say(counting.COLLECT, what=name) for name in content.not_collected[:4]]
    weak = wording.weak_fields(content.tables["coverage"])["label"].head(4)
    told += [say(words.FILL_FOR_MORE_CUSTOMERS, joined=wording.joined(weak))] if len(weak) else []
    return (Bullets(tuple(told), words.WHAT_WOULD_SHOW_MORE),) if told else ()


# ── what moved ───────────────────────────────────────────────────────────────────────────────────
def has_changes(at: Places) -> bool:
    """Whether there is more to say of changes than that no earlier report exists."""
    content = at.content
    known = content.ws.earlier(content.ws.quarter.previous) is not None
    if known or len(content.changes) > 1 or at.placed("movement_bands"):
        return True
    return bool(at.placed("mrr_bridge")) and content.exhibit(SILENT) is None


def changes(at: Places) -> Iterator[Slide]:
    """What moved since the quarter before, and whether last quarter's claims were kept."""
    if not has_changes(at):
        return
    content = at.content
    told = content.changes
    if len(told) > CHANGES:
        more = say(words.MORE_ON_INDEX_PAGE, number=fmt.number(len(told) - CHANGES + 1))
        told = [*told[: CHANGES - 1], more]
    bridge, bands = at.placed("mrr_bridge"), at.placed("movement_bands")
    said = (Bullets(tuple(told)),)
    if not content.is_first:
        said = (*at.told("claims_told", "mix_and_rate_told"), *said)
    yield Slide(
        "changes",
        _moved(at),
        (*bridge, *said) if bands else said,
        bands or bridge,
        notes=words.DATA_FILE_MOVEMENT_LISTS_EACH,
        proofs=at.proofs("mrr_bridge", "movement", "movement_bands", "claims"),
    )


def claims(at: Places) -> Iterator[Slide]:
    """The score of all earlier claims; where any of them has met news."""
    board, chart = at.content.tables.get("scoreboard"), at.placed("claims_chart")
    if board is None or board.empty or not chart or not board.iloc[0]["looked_at"]:
        return
    row = board.iloc[0]
    heads = (words.CLAIMS_ABOUT, words.CLAIMS, words.HELD_UP, words.FADED, words.TOO_EARLY)
    rows = tuple(
        (say(words.CLAIM_KINDS.get(one.kind, one.kind)),
         *(fmt.number(int(n)) for n in (one.claims, one.held_up, one.faded + one.missed,
                                        one.too_early)))
        for one in board.itertuples()
    )  # fmt: skip
    yield Slide(
        "claims",
        say(words.CLAIMS_KEPT, held=int(row["held_up"]), claims=int(row["claims"])),
        (
            *at.told("claims_inside", "claims_below", "claims_power", "steps_followed_told"),
            Grid(heads, rows, (False, True, True, True, True)),
        ),
        chart,
        notes=words.CLAIMS_NOTES,
        proofs=at.proofs("claims_chart", "claims", "scoreboard"),
    )


def _moved(at: Places) -> str:
    """What recurring revenue did, else what the quarter before is compared in."""
    content = at.content
    if content.exhibit("mrr_bridge") is not None:
        data = content.data("mrr_bridge")  # one row per step, or one per quarter
        steps = data.set_index("step")["amount"] if "step" in data else data.iloc[-1]
        if {"opening", "closing"} <= set(steps.index):
            before, now = float(steps["opening"]), float(steps["closing"])
            told = [at.money(value, max(before, now)) for value in (before, now)]
            if content.exhibit(SILENT) is not None:
                return say(words.NO_CHANGE_KNOWN)
            if told[0] == told[1]:
                return say(words.KEPT, now=told[1])
            sentence = words.GREW if now > before else words.SHRANK
            return say(sentence, before=told[0], now=told[1])
    return say(words.WHAT_CHANGED_SINCE, previous=content.ws.quarter.previous)
