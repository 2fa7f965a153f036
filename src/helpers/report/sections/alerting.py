"""The section of step 5 about alerts: what fares worse, and what is behind it."""

import pandas as pd

from helpers.metrics.catalog import metric
from helpers.priority.alerting import Looked
from helpers.priority.alerts import FALSE_ALERTS
from helpers.priority.rising import risen
from helpers.report import wording
from helpers.report.exhibit import Exhibit
from helpers.report.exhibits import Page, finding, page, table
from helpers.report.sections.priorities import metric_labels, names_of
from helpers.words import priorities as words
from helpers.words import say
from helpers.workspace import Workspace


def alerts(ws: Workspace, segments: pd.DataFrame, looked: Looked, frame: pd.DataFrame) -> Page:
    """Where a group is served or fares worse than it should."""
    raised = looked.raised
    names = names_of(segments) | names_of(raised.table)
    behind, split = raised.customers, looked.drivers
    return page(
        finding(
            ws,
            "alerts_told",
            words.RAISED,
            raised=len(raised.table),
            compared=raised.compared,
            rate=FALSE_ALERTS,
        )
        if len(raised.table)
        else finding(ws, "alerts_told", words.NOT_RAISED, compared=raised.compared),
        table(
            ws,
            "alerts",
            raised.table.assign(label=metric_labels(raised.table)),
            title=words.ALERTS,
            source="alerts",
            n=len(frame),
            note=". ".join(
                filter(None, (raised.reason or raised.past, wording.own_family(raised.table)))
            ),
        ),
        *_reasons(ws, looked.rising),
        table(
            ws,
            "alert_drivers",
            split.assign(about=_about(split, names)),
            title=words.DRIVERS,
            source="alert_drivers",
            most=40,
        )
        if len(split)
        else None,
        table(
            ws,
            "alert_customers",
            behind.assign(
                segment=behind["segment_id"].map(names),
                label=metric_labels(behind),
                unit=[metric(name).unit for name in behind["metric"]],
            ),
            title=words.BEHIND,
            source="alert_customers",
            formats={"value": "by_unit"},
            most=30,
        )
        if len(behind)
        else None,
        *_counts(ws, looked.counts),
    )


def _reasons(ws: Workspace, rising: pd.DataFrame) -> tuple[Exhibit, ...]:
    """What groups contact the company about more often than a quarter ago."""
    more = risen(rising)
    if more.empty:
        return ()
    first = "; ".join(
        say(
            words.RISEN, group=row.definition, level=row.level, value=f"{row.value:.0f}",
            past_value=f"{row.past_value:.0f}",
        )
        for row in more.head(3).itertuples()
    )  # fmt: skip
    return (
        finding(ws, "reasons_risen", words.RISING, rising=len(more), compared=len(rising),
                first=first),
        table(ws, "reason_changes", more, title=words.REASON_CHANGES, source="reason_changes",
              most=30),
    )  # fmt: skip


def _counts(ws: Workspace, counts: pd.DataFrame) -> tuple[Exhibit, ...]:
    """Groups that are counted, and nothing more."""
    if counts.empty:
        return ()
    return (
        finding(ws, "groups_counted", words.COUNTED, groups=len(counts)),
        table(ws, "alert_counts", counts, title=words.COUNTS, source="alert_counts"),
    )


def _about(split: pd.DataFrame, names: dict[str, str]) -> list[str]:
    return [
        say(
            words.DRIVEN_BY, metric=metric(row.metric).label,
            group=names.get(row.segment_id, row.segment_id), against=row.compared_with,
        )
        for row in split.itertuples()
    ]  # fmt: skip
