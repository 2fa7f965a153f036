"""Tags of current customers, ready to load back into CRM and helpdesk."""

import numpy as np
import pandas as pd

from helpers.priority.groups import size_column, size_tiers
from helpers.quarter import Quarter
from helpers.segments import verdicts
from helpers.segments.definitions import abc_limits
from helpers.segments.lifecycle import stage_of
from helpers.study import Study
from helpers.words import groups as words

SERVICE_RULE = words.PRIORITY_EXCELLENT_QUALITY_SCORE_OR
COLUMNS = (
    "account_id", "size_tier", "tenure", "quality_band", "segment", "segments", "health_group",
    "service_tier", "size", "need", "segment_name", "renewal_quarter",
)  # fmt: skip


def tags(
    study: Study,
    frame: pd.DataFrame,
    segments: pd.DataFrame,
    members: pd.DataFrame,
    *,
    ranked: pd.DataFrame | None = None,
    quarter: Quarter | None = None,
) -> pd.DataFrame:
    """One row per current customer, one column per tag.

    Parameters
    ----------
    frame : customer frame; its ``health_group`` is passed on where it was computed.
    segments, members : data files ``segments`` and ``segment_members``.
    ranked : data file ``priorities``; orders the validated segments (else by lift).
    quarter : the quarter of the run, whose fiscal year names the quarter of the next renewal.

    Returns
    -------
    Data file ``tags``: account_id; ``size_tier`` A, B or C by revenue (`definitions.abc_limits`;
    without revenue C); ``tenure`` (the stage of `lifecycle.stages`, blank where the start is not
    known); ``quality_band``; ``segment`` (the first validated segment of the
    customer, blank for none) and ``segments`` (all of them, ``;`` between); ``health_group``
    (blank = not computed); ``service_tier`` by `SERVICE_RULE`; ``size`` the declared tier (blank =
    none declared, or below the lowest); ``need`` the required outcome (blank = not interviewed);
    ``segment_name`` the first segment in words; ``renewal_quarter`` (blank = no renewal known).
    """
    current = frame[frame["status"] == "current"].sort_values("account_id").reset_index(drop=True)
    validated = segments[verdicts.leads(segments["verdict"], segments["confounding"])]
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
    health = current.get("health_group")
    at_risk = np.zeros(len(current), dtype=bool)
    if health is not None:
        at_risk = (health.astype("object") == "at_risk").to_numpy(bool)
    service = np.select(
        [
            (band == "excellent") | ((size == "A") & (member | at_risk)),
            (size == "C") & (band == "poor"),
        ],
        ["priority", "self_service"],
        "standard",
    )
    told = segments.get("definition", segments["segment_id"])
    definitions = dict(zip(segments["segment_id"], told, strict=True))
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
            "size": _size(study, current),
            "need": _texts(current, "required_outcome"),
            "segment_name": [definitions.get(names[0], "") if names else "" for names in lists],
            "renewal_quarter": _renewal_quarter(current, quarter),
        },
        columns=list(COLUMNS),
    )
    return table.astype("str")


def to_load(study: Study, tags: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """The data file ``crm_tags``: tags under the names that the study gives them.

    Parameters
    ----------
    tags : data file ``tags`` with the tier of the engagement model.
    frame : customer frame, for the attributes that the study asks for.
    """
    at = frame.set_index("account_id").reindex(tags["account_id"])
    found = {}
    for tag, heading in study.tags.headings.items():
        if tag in tags:
            values = tags[tag]
        else:
            values = at[tag].astype("object").where(at[tag].notna().to_numpy(), "").reset_index(
                drop=True
            )  # fmt: skip
        found[heading] = values.astype("str").replace(study.tags.named(tag)).to_numpy()
    return pd.DataFrame(found, dtype="str")


def _size(study: Study, current: pd.DataFrame) -> pd.Series:
    """The declared size tier of each customer."""
    found = pd.Series("", index=current.index, dtype="str")
    for tier, low, high in size_tiers(study):
        column = size_column(study, current)
        found = found.mask((column >= low) & (column < high), tier)
    return found


def _texts(current: pd.DataFrame, name: str) -> pd.Series:
    if name not in current:
        return pd.Series("", index=current.index, dtype="str")
    return current[name].astype("object").where(current[name].notna(), "")


def _renewal_quarter(current: pd.DataFrame, quarter: Quarter | None) -> pd.Series:
    """The fiscal quarter of each customer's next renewal."""
    if quarter is None or "renews_on" not in current:
        return pd.Series("", index=current.index, dtype="str")
    starts = quarter.fiscal_year_starts
    return current["renews_on"].map(
        lambda day: "" if pd.isna(day) else str(Quarter.of(day.date(), fiscal_year_starts=starts))
    )


def changed(now: pd.DataFrame, then: pd.DataFrame | None) -> pd.DataFrame:
    """What to write where the tags of the quarter before are loaded already.

    Parameters
    ----------
    now, then : data file ``tags`` of two quarters; None = there is no report of it.

    Returns
    -------
    Data file ``tag_changes``: account_id, tag, before, after, one row per customer and tag that
    differs; a customer that is new, or gone, has a blank on the other side. Tags that the earlier
    report did not have are left out.
    """
    columns = ["account_id", "tag", "before", "after"]
    if then is None:
        return pd.DataFrame(columns=columns, dtype="str")
    names = [name for name in now if name in then and name != "account_id"]
    sides = [
        table.melt("account_id", names, "tag", side).fillna("")
        for table, side in ((then, "before"), (now, "after"))
    ]
    both = sides[0].merge(sides[1], on=["account_id", "tag"], how="outer")
    both = both.assign(before=both["before"].fillna(""), after=both["after"].fillna(""))
    both = both[both["before"] != both["after"]].sort_values(["account_id", "tag"])
    return both[columns].astype("str").reset_index(drop=True)
