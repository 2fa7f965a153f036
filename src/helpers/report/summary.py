"""The first page of the document: answer, evidence, cautions, and what was read."""

from typing import Any

import pandas as pd

from helpers.report import concern, wording
from helpers.report.content import Content, Segment
from helpers.report.figures import figures
from helpers.report.today import Base, all_of, current, share_of
from helpers.segments import verdicts
from helpers.words import deck, say
from helpers.words import numbers as fmt
from helpers.words import pages as words


def summary(content: Content) -> dict[str, Any]:
    """What the template of the summary places, by name."""
    said = set(content.short_of_history)
    base = current(content.tables)
    heads = (
        *(words.GROUP, words.HOW_MANY, words.OF_TODAY),
        *((say(words.THEIR_MONEY, what=base.label),) if base.money is not None else ()),
        *(words.WORTH, words.RANGE, words.ALL_OF_TODAY, words.ADJUSTED),
    )
    return {
        "headline": content.headline,
        "short_of_history": content.short_of_history,
        "figures": figures(content),
        "today": of_today(content, base),
        "heads": [say(head) for head in heads],
        "evidence": [_evidence(segment, base, content) for segment in content.segments],
        "drifting": _drifting(content),
        "confounded": content.confounded,
        "typical_ones": content.typical,
        "fixed": _fixed(content),
        "steps": _steps(content),
        "renewals": renewals(content),
        "cautions": [caution for caution in content.cautions if caution.text not in said],
        "read": content.read,
        "not_collected": content.not_collected,
    }


def _drifting(content: Content) -> list[tuple[str, str]]:
    """Groups whose lift is shown to differ between customers won early and late."""
    told = [
        (one.name, wording.drift(one.row, content.currency, alpha=content.study.scope.alpha))
        for one in content.segments
    ]
    return [(name, f"{wording.capital(drift)}.") for name, drift in told if drift]


def _steps(content: Content) -> str:
    """What the first steps concern, as the slides say it; "" where none follows."""
    steps = concern.first_steps(content)
    return f"{concern.together(content, steps)}." if steps else ""


RENEWALS = ("told", "lost", "trend", "open", "last", "all")


def renewals(content: Content) -> str:
    """Which renewals come up, what of them is likely lost and what is not known of others, and what
    was lost lately; "" = none."""
    if content.exhibit("renewals_lost") is None:  # none are listed: the first says why
        return ""
    found = [content.exhibit(f"renewals_{name}") for name in RENEWALS]
    return " ".join(one.text for one in found if one is not None)


def of_today(content: Content, base: Base) -> str:
    """How many customers there are today and what they bring; of that, the best groups' part."""
    money = base.money
    values: dict[str, Any] = {"every": len(base.customers), "day": content.day}
    if money is not None:
        total = float(money.sum())
        values |= {"total": fmt.short_money(total, content.currency), "what": base.label}
    if not content.segments:
        return say(deck.TODAY if money is None else deck.TODAY_MONEY, **values)
    ids = [segment.id for segment in content.segments]
    share = share_of(base, content.tables["segment_members"], ids)
    values |= {"count": share.count, "customers": share.customers}
    several = _in_several(base, content.tables["segment_members"], ids)
    if share.amount is None or share.money is None:
        return say(deck.TODAY_OF, **values) + several
    amount = fmt.short_money(share.amount, content.currency, beside=total)
    told = say(deck.TODAY_OF_MONEY, amount=amount, money=share.money, **values)
    return told + several


def _in_several(base: Base, members: pd.DataFrame, ids: list[str]) -> str:
    """How many of these are in more than one group, so that sizes add up to more."""
    mine = members[members["segment_id"].isin(ids)]
    mine = mine[mine["account_id"].isin(base.customers)]
    several = int((mine.groupby("account_id").size() > 1).sum())
    return f" {say(deck.IN_SEVERAL, several=several)}" if several else ""


def _evidence(segment: Segment, base: Base, content: Content) -> tuple[str, ...]:
    """One group shown to be better, as exact as the data file is read."""
    row, members = segment.row, content.tables["segment_members"]
    today = share_of(base, members, [segment.id])
    count = fmt.number(today.count)
    money: tuple[str, ...] = ()
    if today.amount is not None and today.money is not None:
        told = fmt.short_money(today.amount, content.currency)
        money = (say(words.PART_OF_ALL, amount=told, share=today.money),)
    else:
        count = say(words.PART_OF_ALL, amount=count, share=today.customers)
    amount = verdicts.has_amount(row["lift"], row["lift_low"])
    limits = not (fmt.is_missing(row["lift_low"]) or fmt.is_missing(row["lift_high"]))
    return (
        segment.name,
        fmt.number(row["customers"]),
        count,
        *money,
        fmt.short_money(row["lift"], content.currency, signed=True, beside=row["lift_high"])
        if amount
        else fmt.MISSING,
        wording.interval(row["lift_low"], row["lift_high"], content.currency)
        if limits
        else fmt.MISSING,
        all_of(row, today.count, content.currency),
        fmt.formatted(row["p_adjusted"], "p"),
    )


def _fixed(content: Content) -> str:
    """What became of the hypotheses that were fixed beforehand; one may have several variables."""
    tested = content.tables["hypotheses"]
    declared = tested[tested["declared"].astype(bool)]
    if declared.empty:
        return say(words.NONE_FIXED)
    supported = declared[verdicts.is_supported(declared["verdict"])]
    return say(
        words.FIXED if len(supported) else words.FIXED_UNSUPPORTED,
        tested=declared["hypothesis_id"].nunique(),
        supported=supported["hypothesis_id"].nunique(),
    )
