"""Groups that success, sales and support work with, beside the segments that come first.

A group needs no proof to be worked with: who renews, who is at risk, who left. Differences of its
metrics need one, and never from the facts that make the group.
"""

import hashlib
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.errors import StudyError, listed
from helpers.metrics.catalog import is_defined, metric
from helpers.metrics.catalog.ingredients import (
    COST,
    FACTS,
    GROWTH,
    LEAVING,
    REVENUE,
    TICKETS,
    TOUCHES,
)
from helpers.metrics.catalog.service import PROMISE
from helpers.segments.definitions import CURRENT, members_of
from helpers.segments.rules import literal, quoted, slug
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say, spoken

FIRST = "segments"
# Kinds of groups that are defined before step 4 looks at scores.
WORKED = ("lifecycle", "health", "value", "needs")
FAMILIES = (
    FIRST, "lifecycle-*", "health-*", "band-*", "revenue-*", "needs-*", "size-*", "over-served",
    "over-served-healthy", "under-served", "win-back", "win-back-*", "ceased-*", "tier-*",
)  # fmt: skip
COLUMNS = (
    "segment_id", "kind", "definition", "rule", "customers", "worked_with", "arr", "judged",
)  # fmt: skip
# What a kind of group is made by: facts of the score and canonical tables.
MADE_OF: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "lifecycle": (frozenset({LEAVING, GROWTH}), frozenset()),
    "value": (frozenset({REVENUE, GROWTH, COST, TICKETS, TOUCHES, LEAVING}), frozenset()),
    "size": (frozenset({REVENUE, GROWTH}), frozenset()),
    "served": (frozenset({REVENUE, COST, TICKETS, TOUCHES}), frozenset({"tickets", "costs"})),
    "tier": (
        frozenset({REVENUE, GROWTH, COST, TICKETS, TOUCHES, LEAVING}),
        frozenset({"tickets", "surveys", "usage"}),
    ),
    "win-back": (frozenset({REVENUE, GROWTH, COST, TICKETS, TOUCHES, LEAVING}), frozenset()),
    "ceased": (frozenset({REVENUE, GROWTH, COST, TICKETS, TOUCHES, LEAVING}), frozenset()),
}
OF_TENURE = frozenset({"lifespan_years"})  # how long ago somebody was won, in other words
HEALTHY = ("key", "high_potential")
GONE = ("win-back", "ceased")  # kinds of groups of former customers


@dataclass(frozen=True)
class Groups:
    """``table`` is the data file ``groups``, ``members`` the data file ``group_members``.

    ``notes`` says which groups could not be made, and why.
    """

    table: pd.DataFrame
    members: pd.DataFrame
    notes: tuple[str, ...] = field(default=())

    def matching(self, patterns: tuple[str, ...], *, place: str) -> list[str]:
        """Identifiers of the groups that a play names; StudyError for a name of no family."""
        from fnmatch import fnmatchcase

        found: dict[str, None] = {}
        for pattern in patterns:
            known = any(fnmatchcase(pattern, f) or fnmatchcase(f, pattern) for f in FAMILIES)
            here = [
                row.segment_id
                for row in self.table.itertuples()
                if fnmatchcase(row.segment_id, pattern) or (pattern == FIRST and row.kind == FIRST)
            ]
            if not here and not known:
                raise StudyError(
                    f"{place}: there is no group `{pattern}`.",
                    expected="a group, * standing for any letters: "
                    + listed([*FAMILIES, *self.table["segment_id"]], most=60),
                )
            found |= dict.fromkeys(here)
        return list(found)


def worked_with(
    study: Study,
    frame: pd.DataFrame,
    segments: pd.DataFrame,
    members: pd.DataFrame,
    ranked: pd.DataFrame,
    *,
    service: pd.DataFrame | None = None,
    value: pd.Series | None = None,
    tiers: pd.Series | None = None,
) -> Groups:
    """Every group that is worked with and has a customer.

    Parameters
    ----------
    frame : customer frame.
    segments, members : data files ``segments`` and ``segment_members``: stages of life, health,
        value and needs are taken from there, and the segments of ``ranked``, in that order.
    ranked : data file ``priorities``.
    service : data file ``service_value``; None = not collected.
    value : annual revenue by account_id (currency per year), for the column ``arr``.
    tiers : tier of the engagement model by account_id.

    Returns
    -------
    Groups. ``table`` has segment_id, kind, definition, rule (SQL over the customer frame; blank for
    groups made by a computed level), customers, worked_with (of them current ones; of groups to
    win back, all but those that cost more than they paid), arr (currency per year; blank = not
    known) and judged (large enough for statistics: `Study.smallest_segment` and
    ``min_group_size``).
    """
    order = [*ranked["segment_id"]]
    worked = segments[segments["basis"].isin(WORKED)]
    order += [name for name in worked["segment_id"] if name not in order]
    at = segments.set_index("segment_id")
    rows = [
        (name, FIRST if name in set(ranked["segment_id"]) else at.loc[name, "basis"],
         at.loc[name, "definition"], at.loc[name, "rule"])
        for name in order
    ]  # fmt: skip
    parts = [members[members["segment_id"].isin(order)][["segment_id", "account_id"]]]
    masks, more, notes = _made(study, frame, service, tiers)
    rows += more
    parts.append(members_of(masks, frame))
    held = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    count = held["segment_id"].value_counts()
    table = pd.DataFrame(rows, columns=list(COLUMNS[:4])).astype("str")
    table["customers"] = table["segment_id"].map(count).fillna(0).astype("int64")
    # Former customers are won back where that is worth it, and belong to no other work.
    kind = held["segment_id"].map(table.set_index("segment_id")["kind"])
    costly = _cost_more_than_they_paid(service)
    back = (kind == "win-back") & ~held["account_id"].isin(costly)
    if unworthy := int(((kind == "win-back") & ~back).sum()):
        notes.append(say(words.NOT_WORTH_IT, customers=f"{unworthy:,}"))
    held["worked_with"] = back | held["account_id"].isin(
        frame.loc[frame["status"] == "current", "account_id"]
    )
    served = held.groupby("segment_id")["worked_with"].sum()
    table["worked_with"] = table["segment_id"].map(served).fillna(0).astype("int64")
    table["arr"] = np.nan
    if value is not None:
        paid = held["account_id"].map(value).groupby(held["segment_id"]).sum(min_count=1)
        table["arr"] = table["segment_id"].map(paid).astype(float)
    least = max(study.smallest_segment(len(frame)), study.min_group_size)
    table["judged"] = table["customers"] >= least
    table = table[table["customers"] > 0].reset_index(drop=True)
    place = {name: at for at, name in enumerate(table["segment_id"])}
    held = held[held["segment_id"].isin(place)]
    held = held.sort_values(
        ["segment_id", "account_id"],
        key=lambda column: column.map(place) if column.name == "segment_id" else column,
        kind="stable",
    )
    return Groups(table[list(COLUMNS)], held.reset_index(drop=True), tuple(notes))


def in_order(names: list[str], pieces: list[pd.DataFrame]) -> pd.DataFrame:
    """Tables of groups as one, the groups in this order.

    Parameters
    ----------
    names : identifiers of groups (``segment_id``).
    pieces : tables of the same columns, one at least.
    """
    table = pd.concat([piece for piece in pieces if len(piece)] or pieces[:1], ignore_index=True)
    place = {name: at for at, name in enumerate(names)}
    return table.sort_values(
        "segment_id", key=lambda ids: ids.map(place), kind="stable", ignore_index=True
    )


def is_made_of(study: Study, kind: str, name: str, shares_score_inputs: str) -> bool:
    """Whether a metric rests on the facts that make a kind of group: no difference is a finding."""
    if name == PROMISE:  # no group is made by whether promises were kept
        return False
    if kind in (FIRST, "value", *GONE) and shares_score_inputs:
        return True
    # Who was won this year has had less of it: sums over twelve months follow from that.
    if kind == "lifecycle" and is_defined(name) and metric(name).window == "year":
        return True
    if kind == "lifecycle" and name in OF_TENURE:
        return True
    facts, its_tables = MADE_OF.get(kind, (frozenset(), frozenset()))
    tables: set[str] = set(its_tables)
    own = set(metric(name).table) if is_defined(name) else set()
    if kind == "health":
        parts = (study.health.consumption, study.health.activation, study.health.outcomes)
        tables = {
            table
            for part in parts
            for one in part
            if is_defined(one.metric)
            for table in metric(one.metric).table
        }
        facts = frozenset({REVENUE, GROWTH})
    return bool(FACTS.get(name, frozenset()) & facts) or bool(own & set(tables))


def _made(
    study: Study,
    frame: pd.DataFrame,
    service: pd.DataFrame | None,
    tiers: pd.Series | None,
) -> tuple[pd.DataFrame, list[tuple], list[str]]:
    """Groups that no segment is made of: masks, rows of the table, and what could not be made."""
    masks: dict[str, np.ndarray] = {}
    rows: list[tuple] = []
    notes: list[str] = []
    told: str

    def add(name: str, kind: str, definition: str, rule: str, inside: pd.Series) -> None:
        if name in masks:  # two reasons that differ only in their punctuation
            name = f"{name}-{hashlib.sha256(definition.encode()).hexdigest()[:6]}"
        masks[name] = inside.fillna(False).to_numpy(dtype=bool)
        rows.append((name, kind, definition, rule))

    current = frame["status"] == "current"
    if service is None:
        notes.append(words.NO_SERVICE_VALUE)
    else:
        level = frame["account_id"].map(service.set_index("account_id")["service_level"])
        add("under-served", "served", words.UNDER_SERVED, "", current & (level == "under"))
        add("over-served", "served", words.OVER_SERVED, "", current & (level == "over"))
        if "health_group" in frame:
            healthy = frame["health_group"].isin(HEALTHY)
            told = words.OVER_SERVED_HEALTHY
            add("over-served-healthy", "served", told, "", current & (level == "over") & healthy)
    if tiers is not None:
        tier = frame["account_id"].map(tiers)
        for name in study.engagement.tiers:
            told = say(words.TIER, tier=spoken.value(name.replace("_", " ")))
            add(f"tier-{slug(name.replace('_', ' '))}", "tier", told, "", current & (tier == name))
    gone = ~current
    if "churn_reason" in frame and frame["churn_reason"].notna().any():
        reasons = frame["churn_reason"].astype("object").where(frame["churn_reason"].notna(), None)
        for reason in sorted({one for one in reasons[gone] if one}):
            told = say(words.WON_BACK_REASON, reason=reason)
            rule = f"status = 'former' AND churn_reason = {literal(str(reason))}"
            inside = gone & (reasons == reason)
            if study.win_back.is_ceased(str(reason)):
                told = say(words.CEASED, reason=reason)
                add(f"ceased-{slug(reason)}", "ceased", told, rule, inside)
                notes.append(say(words.NOBODY_LEFT, customers=f"{inside.sum():,}", reason=reason))
            else:
                add(f"win-back-{slug(reason)}", "win-back", told, rule, inside)
        told = say(words.WON_BACK_REASON, reason=words.REASON_UNKNOWN)
        rule = "status = 'former' AND churn_reason IS NULL"
        add("win-back-reason-unknown", "win-back", told, rule, gone & reasons.isna())
    else:
        add("win-back", "win-back", words.WON_BACK, "status = 'former'", gone)
        notes.append(words.NO_CHURN_REASON)
    if study.sizes is None:
        notes.append(words.NO_SIZES)
    else:
        for tier, low, high in size_tiers(study):
            column = size_column(study, frame)
            rule = f"{CURRENT} AND {quoted(study.sizes.by)} >= {low:g}"
            rule += "" if high == np.inf else f" AND {quoted(study.sizes.by)} < {high:g}"
            inside = current & (column >= low) & (column < high)
            add(f"size-{slug(tier)}", "size", say(words.SIZE, tier=tier), rule, inside)
    return pd.DataFrame(masks, index=frame.index), rows, notes


def _cost_more_than_they_paid(service: pd.DataFrame | None) -> set[str]:
    """Customers whose contribution in the twelve months is known and below zero."""
    if service is None or "contribution_12m" not in service:
        return set()
    return set(service.loc[service["contribution_12m"] < 0, "account_id"])


def size_tiers(study: Study) -> list[tuple[str, float, float]]:
    """Each declared tier with its lowest value and the one below which it ends."""
    cuts = study.sizes.cuts if study.sizes else {}
    ends = [*list(cuts.values())[1:], np.inf][: len(cuts)]
    return list(zip(cuts, cuts.values(), ends, strict=True))


def size_column(study: Study, frame: pd.DataFrame) -> pd.Series:
    """The numbers that size tiers are cut by; StudyError where there are none."""
    assert study.sizes is not None  # tiers have a section `sizes`
    name = study.sizes.by
    if name not in frame or not pd.api.types.is_numeric_dtype(frame[name]):
        numbers = [at for at in frame if pd.api.types.is_numeric_dtype(frame[at])]
        raise StudyError(
            f"{study.path}: sizes.by names `{name}`, which is no number of the customers.",
            expected=listed(numbers, most=40),
        )
    return frame[name].astype(float)
