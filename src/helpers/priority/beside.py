"""Facts of groups that plays may ask for, beside the metrics that every customer has.

The contact reason that a group has more often than others, and how well its tier's promise was
kept: rows of the data file ``group_metrics`` like all others.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from helpers.metrics.catalog.service import OF_GROUPS, PROMISE, TOP_REASON
from helpers.metrics.mix import ALL, OTHER, UNKNOWN
from helpers.metrics.service_mix import service_mix_of
from helpers.priority.groups import Groups, in_order
from helpers.segments.rules import slug
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

REASON, HIGHER = "reason", "higher"


def group_mix(
    ws: Workspace, groups: Groups, frame: pd.DataFrame, tickets: "ir.Table | None"
) -> pd.DataFrame:
    """What the tickets of every group that is large enough are about: the data file ``group_mix``.

    Parameters
    ----------
    frame : customer frame.
    tickets : the customers' canonical table, lazily; None = not collected.

    Notes
    -----
    Segments of the data file ``service_mix`` keep the rows that step 4 made; the others are
    compared here, as a family of their own.
    """
    known = ws.load("service_mix")
    judged = groups.table.loc[groups.table["judged"], "segment_id"].tolist()
    own = known[known["segment_id"].isin(judged)]
    missing = [name for name in judged if name not in set(own["segment_id"])]
    if tickets is None or not missing:
        return own.reset_index(drop=True)
    more = service_mix_of(
        ws.study, ws.quarter, frame["account_id"], groups.members, tickets, segments=missing
    )
    return in_order(judged, [own, more[more["segment_id"] != ALL]])


def top_reasons(mix: pd.DataFrame) -> pd.DataFrame:
    """Of the contact reasons that a group is shown to have more often, the one most ahead.

    Parameters
    ----------
    mix : data file ``group_mix``.

    Returns
    -------
    One row per group that has one: the columns of ``mix``.
    """
    shown = mix[
        (mix["dimension"] == REASON)
        & (mix["better"] == HIGHER)
        & ~mix["level"].isin([OTHER, UNKNOWN])
    ]
    first = shown.sort_values(["difference", "level"], ascending=[False, True], kind="stable")
    return first.drop_duplicates("segment_id").sort_index()


def beside(groups: Groups, mix: pd.DataFrame, tiers: pd.DataFrame | None) -> pd.DataFrame:
    """Rows of ``group_metrics``: `TOP_REASON` and `PROMISE`.

    Parameters
    ----------
    mix : data file ``group_mix``. Its p-values are corrected for all reasons of all groups, so
        that the choice of a reason needs no correction of its own.
    tiers : data file ``engagement``; None = there are no tiers.
    """
    rows = []
    reasons = top_reasons(mix)
    for one in reasons.to_dict("records"):
        rows.append(
            {name: one[name] for name in ("segment_id", "customers", "observations", "value",
             "low", "high", "rest_value", "difference", "difference_low", "difference_high",
             "p_adjusted", "better", "method")}
            | {"metric": TOP_REASON, "unit": OF_GROUPS[TOP_REASON].unit,
               "p_value": one["p_adjusted"]}
        )  # fmt: skip
    if tiers is not None:
        large = set(groups.table.loc[groups.table["judged"], "segment_id"])
        for one in tiers.to_dict("records"):
            name = f"tier-{slug(one['tier'].replace('_', ' '))}"
            if name in large and pd.notna(one["kept_share"]):
                rows.append(
                    {"segment_id": name, "metric": PROMISE, "unit": OF_GROUPS[PROMISE].unit,
                     "customers": one["customers"], "observations": one["kept"] + one["late"],
                     "value": one["kept_share"], "low": one["kept_low"], "high": one["kept_high"],
                     "better": "", "method": ""}
                )  # fmt: skip
    return pd.DataFrame(rows)


def named(mix: pd.DataFrame) -> Mapping[str, str]:
    """By group, the reason of `top_reasons`."""
    found = top_reasons(mix)
    return dict(zip(found["segment_id"], found["level"], strict=True))
