"""All that is looked at for alerts: groups, their past, their reasons, and who is too few."""

from dataclasses import dataclass

import pandas as pd

from helpers.collect.customer_tables import customer_rows
from helpers.metrics.components import Components
from helpers.priority.alerts import Alerts, alerts, watched
from helpers.priority.drivers import drivers
from helpers.priority.groups import Groups
from helpers.priority.rising import rising_reasons, small_groups, tickets_of_both
from helpers.workspace import Workspace

EARLIER = ("group_metrics", "segment_metrics", "group_members", "segment_members", "metric_parts")


@dataclass(frozen=True)
class Looked:
    """``raised`` and the data files ``alert_drivers``, ``alert_counts``, ``reason_changes``."""

    raised: Alerts
    drivers: pd.DataFrame
    counts: pd.DataFrame
    rising: pd.DataFrame

    def save(self, ws: Workspace) -> "Looked":
        """Write the five data files."""
        ws.save("alerts", self.raised.table)
        ws.save("alert_customers", self.raised.customers)
        ws.save("alert_drivers", self.drivers)
        ws.save("alert_counts", self.counts)
        ws.save("reason_changes", self.rising)
        return self


def look(
    ws: Workspace, groups: Groups, measures: pd.DataFrame, mix: pd.DataFrame, frame: pd.DataFrame
) -> Looked:
    """Alerts of every group that is worked with, and of every segment that is a finding.

    Parameters
    ----------
    measures, mix : data files ``group_metrics`` and ``group_mix``.
    frame : customer frame.
    """
    parts, tickets = Components.kept(ws), customer_rows(ws, "tickets")
    segments = ws.load("segments")
    seen = watched(groups.table, segments)
    profiles = _both(measures, ws.load("segment_metrics"))
    members = _both(groups.members[["segment_id", "account_id"]], ws.load("segment_members"))
    past = ws.published_tables(ws.quarter.previous, EARLIER) or {}
    then = _both(past.get("group_members"), past.get("segment_members"))
    rising = rising_reasons(ws, groups, mix, frame, tickets, then)
    raised = alerts(
        ws.study, seen, members, profiles, parts, frame,
        earlier=_both(past.get("group_metrics"), past.get("segment_metrics")),
        service_mix=_both(mix, ws.load("service_mix")), rising=rising,
    )  # fmt: skip
    split = drivers(
        ws, raised.table, members, parts, tickets, then=then,
        past_parts=past.get("metric_parts"),
    )  # fmt: skip
    counts = small_groups(
        ws.study, groups, frame, parts, tickets_of_both(ws, tickets), past.get("group_members")
    )
    return Looked(raised, split, counts, rising)


def _both(first: pd.DataFrame | None, second: pd.DataFrame | None) -> pd.DataFrame | None:
    """The rows of the first table, and of the second those of groups that the first lacks."""
    if first is None or second is None:
        return second if first is None else first
    left = second[~second["segment_id"].isin(set(first["segment_id"]))]
    columns = [name for name in first if name in left]
    return pd.concat([first[columns], left[columns]], ignore_index=True) if len(left) else first
