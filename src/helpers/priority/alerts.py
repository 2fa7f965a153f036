"""Where a group is served or fares worse than it should, and who and what is behind it.

An alert is a metric of a group that is worked with that is worse than that of all other customers,
or than the group's own past, by more than chance explains after correction for all comparisons
made. What stands behind it is arithmetic on the same rows and proves no cause.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.families import false_discovery
from helpers.metrics.catalog import Metric
from helpers.metrics.components import Components
from helpers.metrics.intervals import difference_limits
from helpers.metrics.mix import OTHER, UNKNOWN
from helpers.metrics.permutations import implied_p_values
from helpers.priority.groups import FIRST, GONE, is_made_of
from helpers.priority.rising import DIMENSIONS, risen
from helpers.segments import verdicts
from helpers.study import Study
from helpers.words import priorities as words
from helpers.words import say
from helpers.words.numbers import spaced

FALSE_ALERTS = 0.05
REST, PAST = words.OTHER_CUSTOMERS, words.QUARTER_BEFORE
# Segments of good customers by definition, beside those that the analysis validated.
VALUED = ("band-excellent", "revenue-a", "health-key")
# Sums follow from size. Metrics made of others, or of a part of the tickets (``Metric.of``), would
# raise the same alarm twice.
FORMS = ("ratio", "share", "median")
TICKETS = "tickets"
HIGHER = "higher"  # what `profiles.segment_metrics` calls a difference that is shown
COLUMNS = (
    "segment_id", "definition", "metric", "compared_with", "customers", "value", "reference",
    "difference", "difference_low", "difference_high", "p_adjusted", "unit", "behind_it",
)  # fmt: skip
CUSTOMER_COLUMNS = (
    "segment_id", "metric", "compared_with", "place", "account_id", "name", "value", "excess_share",
)  # fmt: skip


@dataclass(frozen=True)
class Alerts:
    """``table`` is the data file ``alerts``, ``customers`` the data file ``alert_customers``.

    ``compared`` counts the comparisons that were corrected for; ``reason`` says why the table is
    empty, ``past`` why nothing was compared with the quarter before ("" where it was).
    """

    table: pd.DataFrame
    customers: pd.DataFrame
    compared: int
    reason: str = ""
    past: str = ""


def alerts(
    study: Study,
    watched: pd.DataFrame,
    members: pd.DataFrame,
    profiles: pd.DataFrame,
    parts: Components,
    names: pd.DataFrame,
    *,
    earlier: pd.DataFrame | None = None,
    service_mix: pd.DataFrame | None = None,
    rising: pd.DataFrame | None = None,
    alpha: float = FALSE_ALERTS,
    least: float = 0.05,
    most: int = 5,
) -> Alerts:
    """Metrics of groups that are worse than the rest's or than a quarter ago.

    Parameters
    ----------
    watched : the groups (`watched`): segment_id, definition, kind.
    members : segment_id, account_id.
    profiles : data file ``group_metrics``. What makes a group raises no alert against the rest
        (`groups.is_made_of`), but for groups of good customers (`VALUED` and the segments): being
        worse in spite of it is news. Former customers raise none.
    parts : components of all included customers, to say who stands behind an alert.
    names : account_id, name.
    earlier : ``group_metrics`` of the quarter before, None where there is no report of it.
        Groups are the same where their ids are.
    service_mix : data file ``group_mix``, where tickets are collected.
    rising : data file ``reason_changes``: what stands behind alerts against the past.
    alpha : false discovery rate of what is worse, over all comparisons (Benjamini and Hochberg
        1995, on one-sided p-values: what is better can make nothing look worse).
    least : differences below this share of the reference raise no alert, however certain.
    most : customers listed per alert.

    Returns
    -------
    Alerts. ``table`` has one row per alert, the smallest ``p_adjusted`` first; difference = value −
    reference, with its 95 % interval (not adjusted); ``behind_it`` names contact reasons and
    product areas whose share of the group's tickets is above that of others, or has risen since
    the quarter before: as the alert compares. ``customers`` has
    up to ``most`` members per alert: ``excess_share`` is a customer's share of what its segment has
    too much (or too little) of, added up over the members that are worse than the reference.

    Notes
    -----
    The p-value against other customers is that of `profiles.segment_metrics`, by permutations.
    Against the quarter before it is the one that the 95 % interval of the difference implies, taken
    from the limit on the side of 0 (Altman and Bland 2011, How to obtain the P value from a
    confidence interval). The two quarters are compared as if separate
    (`intervals.difference_limits`): customers of both make the interval too wide rather than too
    narrow.
    """
    past = ""
    if earlier is None:
        past = words.THERE_NO_REPORT_QUARTER_BEFORE
    elif not set(earlier["segment_id"]) & set(watched["segment_id"]):
        past = words.REPORT_QUARTER_BEFORE_HAS_NONE
    pieces = [_with_rest(profiles), _with_past(profiles, earlier)]
    rows = pd.concat([piece for piece in pieces if len(piece)] or pieces[:1], ignore_index=True)
    compared = _judged(_news(study, rows, watched), watched["segment_id"], parts)
    matters = compared["difference"].abs() >= least * compared["reference"].abs()
    raised = compared[compared["worse"] & matters & (compared["p_adjusted"] <= alpha)]
    raised = raised.sort_values(["p_adjusted", "segment_id", "metric"], kind="stable")
    raised = raised.assign(
        definition=raised["segment_id"].map(watched.set_index("segment_id")["definition"]),
        behind_it=[
            _behind(row, parts.definition(row.metric), service_mix, rising)
            for row in raised.itertuples()
        ],
    )
    table = raised[list(COLUMNS)].reset_index(drop=True)
    people = [_customers(row, members, parts, names, most) for row in raised.itertuples()]
    reason = ""
    if not len(compared):
        reason = words.NO_VALUED_SEGMENT_HAS_METRIC
    elif not len(table):
        reason = words.NOTHING_WORSE_THAN_CHANCE_EXPLAINS
    return Alerts(
        _typed(table, COLUMNS), _typed(_stacked(people), CUSTOMER_COLUMNS), len(compared),
        reason, past,
    )  # fmt: skip


def watched(groups: pd.DataFrame, segments: pd.DataFrame) -> pd.DataFrame:
    """The groups that alerts watch: those worked with, and every segment that is a finding.

    Parameters
    ----------
    groups, segments : data files ``groups`` and ``segments``.

    Returns
    -------
    segment_id, definition, kind.
    """
    columns = ["segment_id", "definition", "kind"]
    found = segments[verdicts.is_finding(segments["verdict"])].assign(kind=FIRST)
    both = pd.concat([groups.loc[~groups["kind"].isin(GONE), columns], found[columns]])
    return both.drop_duplicates("segment_id").reset_index(drop=True)


# ── comparisons ──────────────────────────────────────────────────────────────────────────────────
def _with_rest(profiles: pd.DataFrame) -> pd.DataFrame:
    return profiles.assign(compared_with=REST, reference=profiles["rest_value"])


def _with_past(profiles: pd.DataFrame, earlier: pd.DataFrame | None) -> pd.DataFrame:
    """Each segment against itself a quarter ago; no rows without an earlier report."""
    if earlier is None:
        return profiles.head(0)
    then = earlier[["segment_id", "metric", "value", "low", "high"]]
    both = profiles.merge(then, on=["segment_id", "metric"], suffixes=("", "_then"))
    low, high = difference_limits(
        *(both[name].to_numpy(float) for name in ("value", "low", "high")),
        *(both[f"{name}_then"].to_numpy(float) for name in ("value", "low", "high")),
    )
    gap = (both["value"] - both["value_then"]).to_numpy(float)
    return both.assign(
        compared_with=PAST,
        reference=both["value_then"],
        difference=gap,
        difference_low=low,
        difference_high=high,
        p_value=implied_p_values(gap, low, high),
    )


def _news(study: Study, rows: pd.DataFrame, watched: pd.DataFrame) -> pd.DataFrame:
    """Rows whose difference can be news: not what makes the group."""
    kinds = dict(zip(watched["segment_id"], watched["kind"], strict=True))
    keep = []
    for row in rows[["segment_id", "metric", "compared_with", "shares_score_inputs"]].itertuples():
        kind = kinds.get(row.segment_id, "")
        good = kind == FIRST or row.segment_id in VALUED
        made = is_made_of(study, kind, row.metric, row.shares_score_inputs)
        keep.append(row.compared_with == PAST or good or not made)
    return rows[np.array(keep, dtype=bool)].reset_index(drop=True)


def _judged(rows: pd.DataFrame, valued: pd.Series, parts: Components) -> pd.DataFrame:
    """Comparisons that can raise an alert, with ``worse`` and ``p_adjusted``."""
    directions = {name: _direction(parts.definition(name)) for name in rows["metric"].unique()}
    direction = rows["metric"].map(directions).fillna(0)
    known = rows[["difference", "p_value"]].notna().all(axis=1)
    rows = rows[rows["segment_id"].isin(valued) & (direction != 0) & known]
    gap, p_value = rows["difference"].to_numpy(float), rows["p_value"].to_numpy(float)
    worse = gap * direction[rows.index].to_numpy(float) < 0
    one_sided = np.where(worse, p_value / 2, 1 - p_value / 2)
    adjusted = false_discovery(one_sided) if len(rows) else p_value
    return rows.assign(p_adjusted=adjusted, worse=worse)


def _direction(entry: Metric) -> int:
    """+1 where higher is better, −1 where lower is, 0 where the metric raises no alert."""
    if entry.form not in FORMS or entry.of or entry.higher_is_better is None:
        return 0
    return 1 if entry.higher_is_better else -1


# ── what stands behind an alert ──────────────────────────────────────────────────────────────────
def _behind(
    row, entry: Metric, service_mix: pd.DataFrame | None, rising: pd.DataFrame | None
) -> str:
    """Reasons and product areas of more of the group's tickets than of others', or than before."""
    if row.compared_with == PAST:
        if rising is None or entry.table != (TICKETS,):
            return ""
        return "; ".join(
            say(
                words.TICKETS_BEFORE,
                level=spaced(level.level),
                value=f"{level.value:.0f}",
                past_value=f"{level.past_value:.0f}",
            )
            for level in risen(rising, [row.segment_id]).head(3).itertuples()
        )
    if service_mix is None or entry.table != (TICKETS,):
        return ""
    here = service_mix[
        (service_mix["segment_id"] == row.segment_id)
        & service_mix["dimension"].isin(DIMENSIONS)
        & ~service_mix["level"].isin([OTHER, UNKNOWN])
        & (service_mix["better"] == HIGHER)
    ].sort_values("difference", ascending=False, kind="stable")
    return "; ".join(
        say(
            words.TICKETS_OTHERS,
            level=spaced(level.level),
            value=f"{level.value:.0f}",
            rest_value=f"{level.rest_value:.0f}",
        )
        for level in here.head(3).itertuples()
    )


def _customers(
    row, members: pd.DataFrame, parts: Components, names: pd.DataFrame, most: int
) -> pd.DataFrame:
    """The members that are worse than the reference, by how much each of them adds."""
    held = members.loc[members["segment_id"] == row.segment_id, "account_id"]
    own = _excess(parts.definition(row.metric), parts, row.reference)
    own = own[own["account_id"].isin(held) & (own["excess"] > 0)]
    share = own["excess"] / own["excess"].sum()
    first = own.assign(excess_share=share.round(6)).nlargest(most, "excess_share", keep="first")
    return first.assign(
        segment_id=row.segment_id,
        metric=row.metric,
        compared_with=row.compared_with,
        place=np.arange(1, len(first) + 1),
        name=first["account_id"].map(names.set_index("account_id")["name"]),
    )


def _excess(entry: Metric, parts: Components, reference: float) -> pd.DataFrame:
    """How far each customer lies on the worse side: account_id, value, excess.

    Of a ratio that is what the customer adds to the numerator beyond what the reference gives for
    its denominator; of a median, its observations beyond the reference less those within.
    """
    sign = -1.0 if entry.higher_is_better else 1.0
    if entry.form == "median":
        rows = parts.observations[parts.observations["metric"] == entry.name]
        beyond = np.sign(rows["value"] - reference) * rows["tickets"] * sign
        repeated = rows.loc[rows.index.repeat(rows["tickets"]), ["account_id", "value"]]
        found = repeated.groupby("account_id")["value"].median().to_frame()
        found["excess"] = beyond.groupby(rows["account_id"]).sum()
        return found.reset_index()
    numerator, denominator = parts.numerator(entry.name), parts.denominator(entry.name)
    known = denominator > 0
    own = (entry.scale * numerator / denominator.where(known)).round(6)
    excess = sign * (entry.scale * numerator - reference * denominator)
    table = {"account_id": parts.table["account_id"], "value": own, "excess": excess}
    return pd.DataFrame(table)[known]


def _stacked(pieces: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [piece for piece in pieces if len(piece)]
    return pd.concat(filled) if filled else pd.DataFrame(columns=list(CUSTOMER_COLUMNS))


def _typed(table: pd.DataFrame, columns: tuple[str, ...]) -> pd.DataFrame:
    """The columns in order, numbers as numbers even where there are no rows."""
    counts = ("customers", "place")
    texts = ("segment_id", "definition", "metric", "compared_with", "unit", "behind_it",
             "account_id", "name")  # fmt: skip
    kinds = {
        name: "int64" if name in counts else "str" if name in texts else float for name in columns
    }
    return table[list(columns)].astype(kinds).reset_index(drop=True)
