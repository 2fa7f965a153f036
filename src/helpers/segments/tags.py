"""Tags of current customers, ready to load back into CRM and helpdesk."""

import numpy as np
import pandas as pd

from helpers.segments import verdicts
from helpers.segments.definitions import abc_limits
from helpers.segments.lifecycle import stage_of
from helpers.study import Study
from helpers.words import groups as words

SERVICE_RULE = words.PRIORITY_EXCELLENT_QUALITY_SCORE_OR
COLUMNS = (
    "account_id", "size_tier", "tenure", "quality_band", "segment", "segments", "health_group",
    "service_tier",
)  # fmt: skip


def tags(
    study: Study,
    frame: pd.DataFrame,
    segments: pd.DataFrame,
    members: pd.DataFrame,
    *,
    ranked: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per current customer, one column per tag.

    Parameters
    ----------
    frame : customer frame; its ``health_group`` is passed on where it was computed.
    segments, members : data files ``segments`` and ``segment_members``.
    ranked : data file ``priorities``; orders the validated segments (else by lift).

    Returns
    -------
    Data file ``tags``: account_id; ``size_tier`` A, B or C by revenue (`definitions.abc_limits`;
    without revenue C); ``tenure`` (the stage of `lifecycle.stages`, blank where the start is not
    known); ``quality_band``; ``segment`` (the first validated segment of the
    customer, blank for none) and ``segments`` (all of them, ``;`` between); ``health_group``
    (blank = not computed); ``service_tier`` by `SERVICE_RULE`.
    """
    current = frame[frame["status"] == "current"].sort_values("account_id").reset_index(drop=True)
    validated = segments[verdicts.is_ranked(segments["verdict"])]
    if ranked is not None and len(ranked):
        order = ranked["segment_id"].tolist()
    else:
        order = validated.sort_values(["lift", "segment_id"], ascending=[False, True])
        order = order["segment_id"].tolist()
    place = {name: at for at, name in enumerate(order) if name in set(validated["segment_id"])}
    held = members[members["segment_id"].isin(place)]
    held = held.assign(place=held["segment_id"].map(place)).sort_values(["account_id", "place"])
    by_account = held.groupby("account_id")["segment_id"].agg(list)
    lists = [by_account.get(account, []) for account in current["account_id"]]

    revenue, limits = current["monthly_revenue"], abc_limits(current["monthly_revenue"])
    size = np.full(len(current), "C", dtype=object)
    if limits:
        size[(revenue >= limits["B"]).to_numpy(dtype=bool, na_value=False)] = "B"
        size[(revenue >= limits["A"]).to_numpy(dtype=bool, na_value=False)] = "A"
    band = current["band"].astype("object")
    member = np.array([bool(names) for names in lists], dtype=bool)
    service = np.select(
        [(band == "excellent") | ((size == "A") & member), (size == "C") & (band == "poor")],
        ["priority", "self_service"],
        "standard",
    )
    health = current.get("health_group")
    table = pd.DataFrame(
        {
            "account_id": current["account_id"],
            "size_tier": size,
            "tenure": stage_of(study, current),
            "quality_band": band,
            "segment": [names[0] if names else "" for names in lists],
            "segments": [";".join(names) for names in lists],
            "health_group": "" if health is None else health.astype("object").fillna(""),
            "service_tier": service,
        },
        columns=list(COLUMNS),
    )
    return table.astype("str")
