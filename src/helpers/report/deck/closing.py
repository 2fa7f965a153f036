"""The last slides before the appendix: who is at risk, what moved, what to do."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.metrics.health import NO_VALUES
from helpers.metrics.voice import HAPPIER, UNHAPPIER
from helpers.priority.fitting import AT_RISK, UNPROVEN
from helpers.report import wording
from helpers.report.content import SILENT, Content
from helpers.report.deck.blocks import Block, Bullets, Grid, Numbers, Slide, Text
from helpers.report.deck.places import Places
from helpers.report.health import doubt
from helpers.report.styling import width
from helpers.report.summary import renewals
from helpers.words import deck as words
from helpers.words import numbers as fmt
from helpers.words import say, translated

BRIDGES = "two_bridges"  # revenue of all accounts beside that of the customers analysed
FIXES = 2  # of which the slide of changes says what NPS did
CHANGES = 6  # sentences that the slide of changes has room for
GROUPS = 5  # that stand beside a chart
LONG_NAME, FEWER = 60, 3  # characters of a name from which on fewer of them do
INPUTS = 3  # of health, that are named on its slide


# ── who is at risk ───────────────────────────────────────────────────────────────────────────────
def at_risk(at: Places) -> Iterator[Slide]:
    """Customers at risk by their use of the product, with the money at stake; where both are known.

    Groups with fewer of them than may be shown are counted, not named.
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
    names = max((width(segment.name) for segment in content.segments[:GROUPS]), default=0)
    for segment in content.segments:
        inside = set(members.loc[members["segment_id"].eq(segment.id), "account_id"])
        inside &= set(money.index)
        if len(ids & inside) >= least:
            amount = fmt.short_money(_sum(money, ids & inside), content.currency)
            counts: dict[str, Any] = {"count": len(ids & inside), "every": len(inside)}
            told.append(say(words.OF_GROUP, name=at.name(segment.name), amount=amount, **counts))
    groups, room = len(told), GROUPS if names <= LONG_NAME else FEWER
    if len(told) > room:
        told = [*told[: room - 1], say(words.AND_MORE, count=fmt.number(len(told) - room + 1))]
    if few := len(content.segments) - groups:
        told.append(say(words.FEW_AT_RISK, groups=few, least=least))
    stake = _sum(money, ids)
    amount, share = fmt.short_money(stake, content.currency), stake / float(money.sum())
    what = at.base.label
    figures = (
        (fmt.number(len(ids)), _rated(health, len(money))),
        (amount, say(words.AT_STAKE, what=what)),
    )
    unsure, coming = doubt(content.tables), renewals(content)
    yield Slide(
        "at-risk",
        say(words.AT_RISK, count=len(ids), amount=amount, share=share, what=what),
        (
            Numbers(figures),
            *((Bullets(tuple(told), words.AMONG_THE_BEST),) if told else ()),
            Text(say(words.AT_RISK_NOTE, what=what, inputs=_measured_by(at))),
            *((Text(unsure),) if unsure else ()),
        ),
        (*at.placed("health_map"), *((Text(coming),) if coming else ())),
        notes=words.AT_RISK_NOTES,
        proofs=at.proofs("health_map", "health_groups", "renewal_history"),
    )


def _sum(money: pd.Series, ids: set[str]) -> float:
    return float(money[money.index.isin(ids)].sum())


def _rated(health: pd.DataFrame, every: int) -> str:
    """Of how many customers some are at risk: of those whose health is known, where not all are."""
    rated = int(health["health_group"].ne(UNPROVEN).sum())
    if rated == len(health):
        return say(words.CUSTOMERS_AT_RISK, every=every)
    return say(words.RATED_AT_RISK, rated=rated, every=every)


def _measured_by(at: Places) -> str:
    """What health is measured by here, the heaviest inputs first."""
    inputs = at.content.data("health_inputs").sort_values("weight", ascending=False, kind="stable")
    known = inputs["weight"].gt(0) & inputs["scale"].ne(NO_VALUES)
    labels = [translated(str(label)) for label in inputs.loc[known, "label"]]
    named = labels[:INPUTS]
    if len(labels) > INPUTS:
        named.append(say(words.MORE_INPUTS, count=len(labels) - INPUTS))
    return wording.joined(named)


# ── what moved ───────────────────────────────────────────────────────────────────────────────────
def has_changes(at: Places) -> bool:
    """Whether there is more to say of changes than that no earlier report exists."""
    content = at.content
    known = content.ws.earlier(content.ws.quarter.previous) is not None
    if known or len(_after_fixes(at)) or len(content.changes) > 1 or at.placed("movement_bands"):
        return True
    drawn = bool(at.placed("mrr_bridge")) and content.exhibit(SILENT) is None
    return drawn and not fmt.is_missing(_levels(content).get("opening", 0.0))


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
    fixed = [_fixed(row) for row in _after_fixes(at).head(FIXES).to_dict("records")]
    fixes = ["nps_fixes"] if fixed else []
    said: tuple[Block, ...] = (*_of_whom(at), *fixed, Bullets(tuple(told)))
    if not content.is_first:
        said = (*at.told("claims_told", "mix_and_rate_told"), *said)
    yield Slide(
        "changes",
        _moved(at),
        (*bridge, *said) if bands else said,
        bands or bridge,
        notes=words.DATA_FILE_MOVEMENT_LISTS_EACH,
        proofs=at.proofs(
            "mrr_bridge", "two_bridges", "movement", "movement_bands", "claims", *fixes
        ),
    )


def _of_whom(at: Places) -> list[Text]:
    """Whether new accounts alone make the growth, and why a year of it is not ARR of slide 1.

    ``two_bridges`` has the company's revenue, of all accounts, beside that of the customers
    analysed, of whom all other slides tell.
    """
    if at.content.exhibit(BRIDGES) is None or at.content.exhibit(SILENT) is not None:
        return []
    steps = at.content.data(BRIDGES).set_index("step")
    told, all_of_them = [], steps["company"].astype(float)
    opening, now, new = (all_of_them.get(name, 0.0) for name in ("opening", "closing", "new"))
    if fmt.is_missing(opening):  # nothing is recorded of the quarter's first day
        return []
    fall = opening - (now - new)
    if now > opening and fall > 0:
        amounts = {"new": at.signed(new), "fall": at.money(fall, new)}
        told.append(say(words.ONLY_NEW, **amounts))
    ours = steps["analysed"].astype(float)
    then, mine = float(ours["opening"]), float(ours["closing"])
    amounts = {"now": at.money(mine, mine), "before": at.money(then, mine)}
    if at.content.is_first and amounts["now"] != at.money(now, now):
        years = {"year": at.money(12 * now, 12 * now), "ours": at.money(12 * mine, 12 * mine)}
        told.append(say(words.OF_ALL_ACCOUNTS, **amounts, **years))
    return [Text(" ".join(told))] if told else []


def _after_fixes(at: Places) -> pd.DataFrame:
    """Declared fixes after which NPS is shown to have changed, those it fell after first."""
    fixes = at.content.tables.get("nps_fixes")
    if fixes is None or fixes.empty:
        return pd.DataFrame()
    shown = fixes.assign(fixes=len(fixes))[fixes["verdict"].isin([HAPPIER, UNHAPPIER])]
    return shown.sort_values("change")


def _fixed(row: dict[str, Any]) -> Text:
    """What NPS of the same customers did after a fix."""
    several = int(row["fixes"])
    after = say(words.ONE_OF_FIXES, fixes=several) if several > 1 else say(words.ONE_FIX)
    values = {name: row[name] for name in ("fix", "before", "now", "customers")}
    return Text(
        say(
            words.NPS_FELL if row["change"] < 0 else words.NPS_ROSE,
            after=after,
            on=row["on"].date(),
            **values,
        )
    )


def claims(at: Places) -> Iterator[Slide]:
    """The score of all earlier claims; where any of them has met news."""
    board, chart = at.content.tables.get("scoreboard"), at.placed("claims_chart")
    if board is None or board.empty or not chart or not board.iloc[0]["looked_at"]:
        return
    row = board.iloc[0]
    fates = pd.DataFrame(
        {
            words.CLAIMS: board["claims"],
            words.HELD_UP: board["held_up"],
            words.FADED: board["faded"] + board["missed"],
            words.TOO_EARLY: board["too_early"],
            words.NOT_COMPARABLE: board["not_comparable"],
        }
    )
    if not fates[words.NOT_COMPARABLE].any():
        fates = fates.drop(columns=words.NOT_COMPARABLE)
    rows = tuple(
        (say(words.CLAIM_KINDS.get(kind, kind)), *(fmt.number(int(n)) for n in counts))
        for kind, counts in zip(board["kind"], fates.to_numpy(), strict=True)
    )
    yield Slide(
        "claims",
        say(words.CLAIMS_KEPT, held=int(row["held_up"]), claims=int(row["claims"])),
        (
            *at.told("claims_inside", "claims_below", "claims_power", "steps_followed_told"),
            Grid((words.CLAIMS_ABOUT, *fates), rows, (False, *(True for _ in fates))),
        ),
        chart,
        notes=words.CLAIMS_NOTES,
        proofs=at.proofs("claims_chart", "claims", "scoreboard"),
    )


def _moved(at: Places) -> str:
    """What recurring revenue did, else what the quarter before is compared in."""
    content = at.content
    levels = _levels(content)
    if levels and not fmt.is_missing(levels["opening"]):
        before, now = levels["opening"], levels["closing"]
        told = [at.money(value, max(before, now)) for value in (before, now)]
        if content.exhibit(SILENT) is not None:
            return say(words.NO_CHANGE_KNOWN)
        if told[0] == told[1]:
            return say(words.KEPT, now=told[1])
        sentence = words.GREW if now > before else words.SHRANK
        return say(sentence, before=told[0], now=told[1])
    return say(words.WHAT_CHANGED_SINCE, previous=content.ws.quarter.previous)


def _levels(content: Content) -> dict[str, float]:
    """opening (missing where it is not recorded) and closing; empty where there is no bridge."""
    if content.exhibit("mrr_bridge") is None:
        return {}
    data = content.data("mrr_bridge")  # one row per step, or one per quarter
    steps = data.set_index("step")["amount"] if "step" in data else data.iloc[-1]
    names = ("opening", "closing")
    return {name: float(steps[name]) for name in names} if set(names) <= set(steps.index) else {}
