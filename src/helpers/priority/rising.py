"""What a group's contacts are about now and a quarter ago, and counts of groups that are small.

Reasons are compared with the past by the tickets of both quarters: who was in the group then, as
the report of that quarter says, against who is in it now.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.families import false_discovery
from helpers.metrics.components import Components
from helpers.metrics.intervals import difference_limits, wilson_limits
from helpers.metrics.mix import ALL, OTHER, UNKNOWN
from helpers.metrics.permutations import implied_p_values
from helpers.metrics.service_mix import service_mix_of
from helpers.metrics.times import opened_in
from helpers.priority.groups import GONE, Groups
from helpers.study import Study
from helpers.workspace import Workspace

DIMENSIONS = ("reason", "product_area")
ESCALATED = "escalation_rate"
EVERY = 10_000  # levels named one by one: a reason that is new has no rank in the past
AT = ("segment_id", "dimension", "level")


def rising_reasons(
    ws: Workspace,
    groups: Groups,
    mix: pd.DataFrame,
    frame: pd.DataFrame,
    tickets,
    then: pd.DataFrame | None,
) -> pd.DataFrame:
    """Shares of contact reasons and product areas now and a quarter ago: ``reason_changes``.

    Parameters
    ----------
    mix : data file ``group_mix``.
    frame : customer frame.
    tickets : the customers' canonical table, lazily; None = not collected.
    then : data file ``group_members`` of the quarter before; None = there is no report of it.

    Returns
    -------
    One row per group that is large enough, dimension and level of today: value and past_value (%
    of the tickets whose level is known), their difference with a 95 % interval that is not
    adjusted, p_adjusted (Benjamini and Hochberg over all rows) and rises (shown to have become
    more). Empty where nothing can be compared.
    """
    judged = groups.table[groups.table["judged"] & ~groups.table["kind"].isin(GONE)]
    names = judged["segment_id"].tolist()
    if tickets is None or then is None or mix.empty or not set(names) & set(then["segment_id"]):
        return outputs.shaped("reason_changes", [])
    now = mix[mix["segment_id"].isin(names) & mix["dimension"].isin(DIMENSIONS)]
    now = now[~now["level"].isin([OTHER, UNKNOWN])]
    asked = [name for name in names if name in set(then["segment_id"])]
    members = then[then["segment_id"].isin(asked)][["segment_id", "account_id"]]
    past = service_mix_of(
        ws.study, ws.quarter.previous, frame["account_id"], members, tickets, segments=asked,
        top=EVERY,
    )  # fmt: skip
    return changes(now[now["segment_id"].isin(asked)], past[past["segment_id"] != ALL], groups)


def changes(now: pd.DataFrame, past: pd.DataFrame, groups: Groups) -> pd.DataFrame:
    """`rising_reasons` from the shares of both quarters.

    Notes
    -----
    A level without a ticket in the past has the share 0, with Wilson's upper limit for the
    customers that had tickets then. The two quarters are compared as if separate
    (`intervals.difference_limits`): customers of both make the interval too wide.
    """
    held = past.groupby(["segment_id", "dimension"])["customers"].max()
    columns = ["value", "low", "high"]
    both = now[[*AT, "customers", "observations", *columns]].merge(
        past[[*AT, *columns]], on=list(AT), how="left", suffixes=("", "_then")
    )
    known = pd.MultiIndex.from_frame(both[["segment_id", "dimension"]])
    customers = held.reindex(known).fillna(0).to_numpy(float)
    new = both["value_then"].isna().to_numpy() & (customers > 0)
    ceiling = 100 * wilson_limits(np.zeros(len(both)), customers)[1]
    both.loc[new, ["value_then", "low_then"]] = 0.0
    both.loc[new, "high_then"] = ceiling[new]
    sides = [both[f"{name}{end}"].to_numpy(float) for end in ("", "_then") for name in columns]
    low, high = difference_limits(*sides)
    gap = sides[0] - sides[3]
    p_value = implied_p_values(gap, low, high)
    adjusted = np.full(len(both), np.nan)
    asked = np.isfinite(p_value)
    if asked.any():
        adjusted[asked] = false_discovery(p_value[asked])
    names = dict(zip(groups.table["segment_id"], groups.table["definition"], strict=True))
    table = both.assign(
        definition=both["segment_id"].map(names),
        past_value=both["value_then"],
        difference=gap,
        difference_low=low,
        difference_high=high,
        p_adjusted=adjusted,
        rises=(gap > 0) & (adjusted <= 0.05),
    )
    return outputs.shaped("reason_changes", table)


def small_groups(
    study: Study,
    groups: Groups,
    frame: pd.DataFrame,
    parts: Components,
    tickets: pd.DataFrame | None,
    then: pd.DataFrame | None,
) -> pd.DataFrame:
    """Groups that are too small for statistics, in counts: the data file ``alert_counts``.

    What customers contacted the company about is told of ``min_group_size`` customers and more.

    Parameters
    ----------
    frame : customer frame; ``health_group`` where it is computed.
    tickets : account_id, reason, number, past_number: tickets of this quarter and of the one
        before (`tickets_of_both`); None = not collected.
    then : data file ``group_members`` of the quarter before; None = there is no report of it.
        Who was worked with then is counted, as today; a group that it does not name was not made
        then, or had nobody: which of the two is not known, so that nothing is told of the past.
    """
    table = groups.table
    small = table[~table["judged"] & ~table["kind"].isin(GONE) & (table["worked_with"] > 0)]
    held = groups.members[groups.members["worked_with"]]
    health = frame.set_index("account_id").get("health_group")
    escalated: set[str] | None = None
    if ESCALATED in parts.ratios:
        escalated = set(parts.table.loc[parts.numerator(ESCALATED) > 0, "account_id"])
    rows = []
    for one in small.to_dict("records"):
        name = one["segment_id"]
        here = set(held.loc[held["segment_id"] == name, "account_id"])
        row = {"segment_id": name, "definition": one["definition"], "customers": len(here),
               "arr": one["arr"]}  # fmt: skip
        if then is not None and (named := then["segment_id"] == name).any():
            before = set(then.loc[named & then["worked_with"], "account_id"])
            row |= {"before": len(before), "joined": len(here - before)}
        if health is not None:
            own = health.reindex(sorted(here)).dropna()
            # Where nothing of a customer's health is known, nobody is told to be free of risk.
            if own.ne("unproven").any():
                row["at_risk"] = int(own.eq("at_risk").sum())
        if escalated is not None and len(here) >= study.min_group_size:
            row["escalated"] = len(here & escalated)
        if tickets is not None and len(here) >= study.min_group_size:
            row |= _commonest(tickets[tickets["account_id"].isin(here)])
        rows.append(row)
    return outputs.shaped("alert_counts", rows)


def _commonest(rows: pd.DataFrame) -> dict:
    """Tickets of a group, and of the commonest reason now and a quarter ago."""
    found = {"tickets": int(rows["number"].sum()), "reason": ""}
    known = (
        rows[rows["reason"].notna()].groupby("reason")[["number", "past_number"]].sum(min_count=1)
    )
    if found["tickets"] and len(known):
        order = known.reset_index().sort_values(["number", "reason"], ascending=[False, True])
        first = order.iloc[0]
        found |= {"reason": first["reason"], "of_reason": int(first["number"]),
                  "past_of_reason": first["past_number"]}  # fmt: skip
    return found


def tickets_of_both(ws: Workspace, tickets) -> pd.DataFrame | None:
    """Tickets of this quarter and the one before: account_id, reason, number, past_number."""
    if tickets is None:
        return None
    sides = [
        _counted(opened_in(tickets, quarter), name)
        for quarter, name in ((ws.quarter, "number"), (ws.quarter.previous, "past_number"))
    ]
    both = sides[0].merge(sides[1], on=["account_id", "reason"], how="outer")
    both["number"] = both["number"].fillna(0)
    # Without a single ticket the quarter before was not collected: no zero.
    return both if sides[1].empty else both.fillna({"past_number": 0})


def _counted(opened, name: str) -> pd.DataFrame:
    from helpers.metrics.exact import fetch

    found = fetch(opened.group_by("account_id", "reason").agg(number=opened.count()))
    return found.rename(columns={"number": name})


def risen(rising: pd.DataFrame, names: Iterable[str] = ()) -> pd.DataFrame:
    """The rows that are shown to rise, the largest rise of each group first."""
    rows = rising[rising["rises"]]
    if names:
        rows = rows[rows["segment_id"].isin(list(names))]
    return rows.sort_values(["difference"], ascending=False, kind="stable")
