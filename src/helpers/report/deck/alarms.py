"""The slide of alerts: which groups fare worse, and what is behind it."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from helpers.priority.rising import risen
from helpers.report import wording
from helpers.report.acting import behind, counted_group, facts
from helpers.report.deck.blocks import Block, Bullets, Grid, Slide
from helpers.report.deck.opening import LONG_NAME
from helpers.report.deck.places import Places
from helpers.report.styling import width
from helpers.words import action as words
from helpers.words import numbers as fmt
from helpers.words import say

ROWS, REASONS, COUNTS = 5, 3, 2  # what the slide has room for


def alerts(at: Places) -> Iterator[Slide]:
    """Alerts, reasons that have risen, and groups that are only counted; none where there is none.

    Groups with fewer customers than may be shown are left to the data file.
    """
    tables = at.content.tables
    raised = tables.get("alerts", pd.DataFrame())
    rising = tables.get("reason_changes", pd.DataFrame())
    more = risen(rising).head(REASONS) if len(rising) else rising
    if raised.empty and more.empty:
        return
    blocks: list[Block] = []
    told = facts(raised)
    if told:
        blocks.append(_raised(at, told, len(raised)))
    if len(more):
        blocks.append(
            Bullets(
                tuple(
                    say(
                        words.RISEN, group=at.name(row.definition), level=fmt.spaced(row.level),
                        value=f"{row.value:.0f}", past_value=f"{row.past_value:.0f}",
                    )
                    for row in more.itertuples()
                ),
                words.MORE_THAN_BEFORE,
            )
        )  # fmt: skip
    counts = tables.get("alert_counts")
    if counts is not None and len(counts):
        large = counts[counts["customers"] >= at.content.study.min_group_size]
        lines = tuple(counted_group(row) for row in large.head(COUNTS).to_dict("records"))
        blocks.append(Bullets(lines, words.ONLY_COUNTED)) if lines else None
    title = _title(at, told) if told else say(
        words.RISEN_TITLE, group=at.name(more.iloc[0]["definition"]),
        level=fmt.spaced(more.iloc[0]["level"]),
    )  # fmt: skip
    yield Slide(
        "alerts", title, tuple(blocks), notes=words.ALERT_NOTES,
        proofs=at.proofs("alerts", "reason_changes", "alert_drivers"),
    )  # fmt: skip


def _title(at: Places, told: list[list[dict[str, Any]]]) -> str:
    """How much is worse in how many groups, and what is among it."""
    first = told[0][0]
    count = wording.capital(wording.number_word(len(told)))
    several = len({rows[0]["segment_id"] for rows in told})
    groups = wording.number_word(several)
    if width(str(first["definition"])) > LONG_NAME:
        return say(words.ALERTS_TITLE, count=count, n=len(told), groups=groups, several=several)
    name, metric = at.name(first["definition"]), at.metric(first)
    if len(told) == 1:
        return say(words.ALERTS_ONE, metric=metric, group=name)
    if several == 1:
        return say(words.ALERTS_ONE_GROUP, count=count, group=name)
    return say(words.ALERTS_AMONG, count=count, groups=groups, metric=metric, group=name)


def _raised(at: Places, told: list[list[dict[str, Any]]], alerts: int) -> Grid:
    """One row per fact; what else says the same, and what stands behind it, in its last cell."""
    causes = [behind(rows, currency=at.content.currency) for rows in told[:ROWS]]
    known = any(causes)  # else a column that says nothing
    rows = tuple(
        (
            at.name(row["definition"]),
            at.content.metric(row["metric"])[0],
            at.compact(row["value"], row["unit"]),
            _against(at, row),
            *((why or say(words.NOTHING_BEHIND),) if known else ()),
        )
        for (row, *_), why in zip(told, causes, strict=False)
    )
    left = len(told) - len(rows)
    note = [say(words.MORE_ALERTS, number=left)] if left else []
    note += [say(words.ONE_FACT, alerts=alerts)] if alerts > len(told) else []
    heads = (words.GROUP, words.METRIC, words.NOW, words.COMPARED_WITH, words.BEHIND)
    numeric = (False, False, True, False, False)
    shown = len(heads) if known else len(heads) - 1
    return Grid(heads[:shown], rows, numeric[:shown], note=" ".join(note))


def _against(at: Places, row: dict[str, Any]) -> str:
    value = at.compact(row["reference"], row["unit"])
    return say(words.AGAINST, against=row["compared_with"], value=value)
