"""The slide of alerts: which groups fare worse, and what is behind it."""

from collections.abc import Iterator

import pandas as pd

from helpers.priority.rising import risen
from helpers.report.acting import counted_group
from helpers.report.deck.blocks import Block, Bullets, Grid, Slide
from helpers.report.deck.places import Places
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
    if len(raised):
        first = raised.head(ROWS)
        known = first["behind_it"].fillna("").ne("").any()  # else a column of dashes
        rows = tuple(
            (
                at.name(row["definition"]),
                at.content.metric(row["metric"])[0],
                at.compact(row["value"], row["unit"]),
                say(
                    words.AGAINST, against=row["compared_with"],
                    value=at.compact(row["reference"], row["unit"]),
                ),
                *((row["behind_it"] or fmt.MISSING,) if known else ()),
            )
            for row in first.to_dict("records")
        )  # fmt: skip
        left = len(raised) - len(rows)
        note = say(words.MORE_ALERTS, number=left) if left else ""
        heads = (words.GROUP, words.METRIC, words.NOW, words.COMPARED_WITH, words.BEHIND)
        numeric = (False, False, True, False, False)
        shown = len(rows[0])
        blocks.append(Grid(heads[:shown], rows, numeric[:shown], note=note))
    if len(more):
        blocks.append(
            Bullets(
                tuple(
                    say(
                        words.RISEN, group=at.name(row.definition), level=row.level,
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
    title = (
        say(
            words.ALERTS_TITLE, alerts=len(raised), groups=raised["segment_id"].nunique()
        )
        if len(raised)
        else say(words.RISEN_TITLE, group=at.name(more.iloc[0]["definition"]),
                 level=more.iloc[0]["level"])
    )  # fmt: skip
    yield Slide(
        "alerts", title, tuple(blocks), notes=words.ALERT_NOTES,
        proofs=at.proofs("alerts", "reason_changes", "alert_drivers"),
    )  # fmt: skip
