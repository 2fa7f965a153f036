"""The three figures that a quarter begins with, each beside what it was in the quarter before."""

from collections.abc import Mapping

import pandas as pd

from helpers.report import privacy
from helpers.report.content import Content, Figure
from helpers.report.today import current
from helpers.segments import verdicts
from helpers.words import numbers as fmt
from helpers.words import pages as words
from helpers.words import say

READ = ("quality_scores", "customer_list", "account_metrics", "segments")


def figures(content: Content) -> list[Figure]:
    """Customers analysed, what the current ones bring, groups shown to be better.

    Each is compared with the published report of the quarter before, where there is one and it
    tells the same thing; nothing is recomputed.
    """
    quarter = content.ws.quarter.previous
    past = content.ws.published_tables(quarter, READ) or {}

    def before(value: str | None) -> str:
        return say(words.BEFORE, value=value, quarter=str(quarter)) if value else ""

    base = current(content.tables)
    accounts = len(content.tables["customer_list"])
    judged = content.judged
    told = [
        Figure(
            fmt.number(content.scored),
            say(words.CUSTOMERS, accounts=accounts),
            before(fmt.number(len(past["quality_scores"])) if "quality_scores" in past else None),
        )
    ]
    if base.money is None:
        told.append(Figure(fmt.MISSING, say(words.UNKNOWN_MONEY), ""))
    else:
        then = current(past) if {"customer_list", "account_metrics"} <= past.keys() else None
        same = then if then is not None and then.label == base.label else None
        paid = None if same is None else same.money
        total = float(base.money.sum())
        was = None if paid is None else _money(float(paid.sum()), content, total)
        told.append(Figure(_money(total, content), say(words.MONEY, what=base.label), before(was)))
    told.append(
        Figure(
            fmt.number(len(content.segments)),
            say(words.GROUPS, judged=judged, shown=len(content.segments)),
            before(_shown(past, least=content.study.min_group_size)),
        )
    )
    return told


def _money(value: float, content: Content, beside: float | None = None) -> str:
    return fmt.short_money(value, content.currency, beside=beside)


def _shown(past: Mapping[str, pd.DataFrame], *, least: int) -> str | None:
    """How many groups an earlier report called better; None where its table does not tell."""
    table = past.get("segments")
    if table is None or not {"verdict", "confounding", "customers"} <= set(table.columns):
        return None
    shown = verdicts.leads(table["verdict"], table["confounding"])
    return fmt.number(int((shown & ~privacy.small_groups(table, least=least)).sum()))
