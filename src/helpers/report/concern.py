"""What the first steps of a quarter concern: customers or companies, money, and by when."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from helpers.report import listing, wording
from helpers.report.content import Content
from helpers.report.today import Base, current, share_of
from helpers.words import deck as words
from helpers.words import numbers as fmt
from helpers.words import say

STEPS = 5  # things to do at once
PROSPECTS = "prospects"  # of steps about companies that are no customers
RULES = "prospect_rules"  # the data file that says how to find such companies

Step = Mapping[str, Any]


def first_steps(content: Content, most: int = STEPS) -> list[dict[str, Any]]:
    """The first steps: each action once, the groups in the order of priority taking turns.

    Segments shown to be better come first, then the groups that are worked with anyway, such as
    customers at risk. Each stands for all groups that its action is recommended for
    (`for_groups`), as the first of them. Trials, whose reason is not shown, are not among them.
    """
    taken: list[dict[str, Any]] = []
    every = content.steps
    first = [segment.id for segment in content.segments]
    turns = [[step for step in every if step["segment_id"] == name] for name in first]
    turns += [_widest(step for step in every if step["segment_id"] not in first)]
    for turn in range(max(map(len, turns), default=0)):
        for steps in turns:
            known = {step["action"] for step in taken}
            if turn < len(steps) and steps[turn]["action"] not in known:
                taken.append(for_groups(content, steps[turn])[0])
    return taken[:most]


def for_groups(content: Content, step: Step) -> list[dict[str, Any]]:
    """The rows of a step's action, one per group that it is recommended for.

    Groups shown to be better come in the order of priority, the others by their customers.
    """
    first = [segment.id for segment in content.segments]
    same = [row for row in content.steps if row["action"] == step["action"]]
    best = [row for row in same if row["segment_id"] in first]
    best.sort(key=lambda row: first.index(row["segment_id"]))
    others = [row for row in same if row["segment_id"] not in first]
    return best + sorted(others, key=lambda row: -row.get("customers", 0))


def _widest(steps: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each action once, where it first stands, for the group of it with most customers.

    >>> told = (("write", 3), ("call", 9), ("write", 7))
    >>> [s["customers"] for s in _widest({"action": a, "customers": n} for a, n in told)]
    [7, 9]
    """
    found: dict[str, dict[str, Any]] = {}
    for step in steps:
        known = found.get(step["action"])
        if known is None or step["customers"] > known["customers"]:
            found[step["action"]] = step
    return list(found.values())


# ── all of them together ─────────────────────────────────────────────────────────────────────────
def together(content: Content, steps: list[dict[str, Any]]) -> str:
    """How many steps, which customers and how much money they concern, and by when."""
    return f"{_whom(content, steps)}; {_when(content, steps)}"


def _whom(content: Content, steps: list[dict[str, Any]]) -> str:
    base = current(content.tables)
    told = wording.capital(wording.counted(len(steps), "step"))
    every = [row for step in steps for row in for_groups(content, step)]
    groups = [row["segment_id"] for row in every if row.get("about") != PROSPECTS]
    share = share_of(base, _members(content.tables), groups)
    if not share.count:
        gone = {who for step in steps for who in listed(content, step)["account_id"]}
        sentence = words.STEPS_FORMER if gone else words.STEPS_ONLY
        return say(sentence, steps=told, n=len(steps), count=len(gone))
    values: dict[str, Any] = {"steps": told, "n": len(steps), "count": share.count}
    if share.amount is None or base.money is None:
        return say(words.STEPS_CUSTOMERS, **values)
    amount = fmt.short_money(share.amount, content.currency)
    return say(words.STEPS_MONEY, amount=amount, share=share.money, what=base.label, **values)


def _members(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Who is worked with in each group; of segments alone where groups were not computed."""
    groups = tables.get("group_members")
    if groups is None or groups.empty:
        return tables["segment_members"]
    return groups[groups["worked_with"].astype(bool)]


def _when(content: Content, steps: list[dict[str, Any]]) -> str:
    """The last day of all; steps without any are counted, not passed over."""
    last = [max(days) for days in (_days(content, step) for step in steps) if days]
    if not last:
        return say(words.NO_DAY)
    left = len(steps) - len(last)
    if left:
        return say(words.DAY_OF_OTHERS, open=wording.number_word(left), day=max(last))
    return say(words.LAST_DAY, n=len(steps), day=max(last))


def _days(content: Content, step: Step) -> list[Any]:
    """The step's own day, and those of the customers that it names."""
    own = listed(content, step)["by"].dropna()
    agreed: Any = step.get("by")
    return [*([] if fmt.is_missing(agreed) else [agreed.date()]), *own.dt.date.unique()]


# ── one of them ──────────────────────────────────────────────────────────────────────────────────
def listed(content: Content, step: Step) -> pd.DataFrame:
    """The customers that a step names, in all groups that it is for: rows of the lists."""
    acts = content.tables.get(listing.LISTS)
    if acts is None or not {"play", "by"} <= set(acts):
        return pd.DataFrame({"account_id": [], "by": pd.to_datetime([]), "value_at_stake": []})
    plays = {(row["segment_id"], row.get("play")) for row in for_groups(content, step)}
    named = [pair in plays for pair in zip(acts["segment_id"], acts["play"], strict=True)]
    return acts[named]


def by_when(content: Content, step: Step) -> str:
    """By when: the day, or each customer's own; that none is agreed is told."""
    days = _days(content, step)
    agreed: Any = step.get("by")
    if not days:
        return say(words.NO_DAY)
    if fmt.is_missing(agreed):
        return say(words.EACH_RENEWAL, day=max(days))
    if min(days) < agreed.date():
        return say(words.OR_RENEWAL, day=agreed.date())
    return fmt.day(agreed.date())


def concerned(content: Content, step: Step, base: Base) -> str:
    """Whom a step concerns, and with how much money; what is not known is told, never zero."""
    more = len(for_groups(content, step)) - 1
    if step.get("about") == PROSPECTS:
        told = _companies(rule_of(content, step))
        return say(words.SAME_FOR_MORE, told=told, more=more) if more else told
    rows = listed(content, step)
    if more:
        step = _all_groups(content, step, rows, base)
    count: Any = step.get("customers")
    if fmt.is_missing(count):
        return ""
    gone = "status" in rows and len(rows) > 0 and rows["status"].eq("former").all()
    if gone:
        amount = listing.at_stake(rows).money
        sentence = words.GONE_UNKNOWN if fmt.is_missing(amount) else words.GONE_MONEY
    else:
        amount = _paid(step, rows)
        sentence = words.CONCERNED_UNKNOWN if fmt.is_missing(amount) else words.CONCERNED
    told = "" if fmt.is_missing(amount) else fmt.short_money(amount, content.currency)
    return say(sentence, count=int(count), amount=told, what=base.label or say(words.REVENUE))


def _all_groups(content: Content, step: Step, rows: pd.DataFrame, base: Base) -> Step:
    """A step with the customers of all its groups, each counted once, and with what they bring."""
    groups = [row["segment_id"] for row in for_groups(content, step)]
    share = share_of(base, _members(content.tables), groups)
    count = share.count or rows["account_id"].nunique()
    return {**step, "customers": count, "arr": float("nan") if not share.count else share.amount}


def _companies(rule: Mapping[str, Any]) -> str:
    """How many companies of the market a filter picks; of one that is not the definition, how many
    are expected to be of the kind."""
    companies, rightly = rule.get("companies"), rule.get("precision_outside")
    if fmt.is_missing(companies):
        return say(words.COMPANIES_UNKNOWN)
    if fmt.is_missing(rightly):
        return say(words.COMPANIES, companies=companies)
    return say(words.COMPANIES_ALIKE, companies=companies, rightly=rightly)


def _paid(step: Step, rows: pd.DataFrame) -> float:
    """What the customers of a step bring a year: of contracts, else as their list has it."""
    arr: Any = step.get("arr")
    if not fmt.is_missing(arr) and arr > 0:
        return float(arr)
    return listing.at_stake(rows).money if len(rows) else float("nan")


def rule_of(content: Content, group: Mapping[str, Any]) -> dict[str, Any]:
    """How companies like those of a group are found; empty where it is not told."""
    rules = content.tables.get(RULES)
    if rules is None or rules.empty:
        return {}
    mine = rules[rules["segment_id"].eq(group["segment_id"])]
    return mine.iloc[0].to_dict() if len(mine) else {}
