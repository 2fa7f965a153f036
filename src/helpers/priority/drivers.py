"""What an alert is made of: by contact reason, product area and customers, mix and rate apart.

A group escalates more because it asks about other things (mix), or because the same things go worse
(rate). The parts add up to the difference; they are arithmetic and prove no cause.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.metrics.business_hours import clock
from helpers.metrics.catalog import metric
from helpers.metrics.components import Components
from helpers.metrics.service import MEANS, RATES, tickets_by_customer
from helpers.priority.alerts import PAST
from helpers.priority.rising import DIMENSIONS
from helpers.quarter import Quarter
from helpers.workspace import Workspace

CUSTOMERS, KEPT, NEW, LOST, UNKNOWN = "customers", "kept", "new", "lost", "unknown"
PER_MONTH = "tickets_per_customer_month"
# Numerator and denominator of each metric among the sums over tickets, and what it is scaled by.
SUMS: dict[str, tuple[str, str, float]] = {
    **{name: (top, bottom, 1 / 3600) for name, (top, bottom) in MEANS.items()},
    **{name: (top, bottom, metric(name).scale) for name, (top, bottom) in RATES.items()},
}


def drivers(
    ws: Workspace,
    raised: pd.DataFrame,
    members: pd.DataFrame,
    parts: Components,
    tickets,
    *,
    then: pd.DataFrame | None = None,
    past_parts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every alert split into parts: the data file ``alert_drivers``.

    Parameters
    ----------
    raised : data file ``alerts``.
    members : segment_id, account_id of the groups that are watched.
    parts : components of all included customers.
    tickets : their canonical table, lazily; None = not collected.
    then : the members of a quarter ago, by the report of that quarter; None = there is none.
    past_parts : its data file ``metric_parts``.

    Returns
    -------
    Per alert, dimension and level: shares of the denominator (tickets), values, and what they add
    to the difference: rate = mean share × change of the level's value, mix = change of share ×
    (mean value of the level − mean value of all) (Kitagawa 1955, JASA 50). A level that only one
    side has counts as mix. Metrics that are no sum over tickets (medians, say) have no parts by
    reason; those against the past are split by customers kept, new and lost as well.
    """
    counts: dict[tuple[str, Quarter], pd.DataFrame] = {}

    def counted(dimension: str, quarter: Quarter) -> pd.DataFrame:
        if (dimension, quarter) not in counts:
            rows = tickets.mutate(complexity=tickets[dimension])
            counts[dimension, quarter] = tickets_by_customer(
                rows, quarter=quarter, clock=clock(ws.study, quarter), zone=ws.study.timezone
            )
        return counts[dimension, quarter]

    rows: list[dict] = []
    for one in raised.itertuples():
        past = one.compared_with == PAST
        here = set(members.loc[members["segment_id"] == one.segment_id, "account_id"])
        before = set() if then is None else set(
            then.loc[then["segment_id"] == one.segment_id, "account_id"]
        )  # fmt: skip
        named = {"segment_id": one.segment_id, "metric": one.metric,
                 "compared_with": one.compared_with, "unit": one.unit}  # fmt: skip
        if tickets is not None and (one.metric in SUMS or one.metric == PER_MONTH):
            for dimension in DIMENSIONS:
                now = counted(dimension, ws.quarter)
                other = counted(dimension, ws.quarter.previous) if past else now
                sides = [_of(now, here), _of(other, before) if past else _of(now, here, out=True)]
                if not any(side["complexity"].notna().any() for side in sides):
                    continue
                if one.metric == PER_MONTH:
                    split = _per_month(sides, [one.value, one.reference])
                else:
                    top, bottom, scale = SUMS[one.metric]
                    split = by_levels(*(_summed(side, top, bottom, scale) for side in sides))
                rows += [named | {"dimension": dimension} | row for row in split]
        if past and past_parts is not None and one.metric in set(past_parts["metric"]):
            rows += [
                named | {"dimension": CUSTOMERS} | row
                for row in _by_customers(one.metric, parts, past_parts, here, before)
            ]
    return outputs.shaped("alert_drivers", rows)


def _of(counts: pd.DataFrame, accounts: Iterable[str], *, out: bool = False) -> pd.DataFrame:
    inside = counts["account_id"].isin(list(accounts))
    return counts[~inside if out else inside]


def _summed(side: pd.DataFrame, top: str, bottom: str, scale: float) -> pd.DataFrame:
    """numerator and denominator by level."""
    level = side["complexity"].astype("object").where(side["complexity"].notna(), UNKNOWN)
    found = side.groupby(level)[list(dict.fromkeys((top, bottom)))].sum().astype(float)
    return pd.DataFrame({"numerator": scale * found[top], "denominator": found[bottom]})


def by_levels(now: pd.DataFrame, reference: pd.DataFrame) -> list[dict]:
    """Mix and rate of every level, the largest part first; numerator and denominator by level.

    >>> now = pd.DataFrame({"numerator": [6.0, 1.0], "denominator": [20, 10]}, index=["a", "b"])
    >>> then = pd.DataFrame({"numerator": [2.0, 2.0], "denominator": [10, 20]}, index=["a", "b"])
    >>> [(row["level"], float(round(row["mix"], 4)), float(round(row["rate"], 4)))
    ...  for row in by_levels(now, then)]
    [('a', 0.0222, 0.05), ('b', 0.0278, 0.0)]
    """
    sides = [side[side["denominator"] > 0] for side in (now, reference)]
    totals = [side["denominator"].sum() for side in sides]
    if not all(total > 0 for total in totals):
        return []
    middle = sum(side["numerator"].sum() / total
                 for side, total in zip(sides, totals, strict=True)) / 2  # fmt: skip
    rows = []
    for level in sorted(set(sides[0].index) | set(sides[1].index)):
        share, value = [], []
        for side, total in zip(sides, totals, strict=True):
            known = level in side.index
            share.append(side.loc[level, "denominator"] / total if known else 0.0)
            value.append(
                side.loc[level, "numerator"] / side.loc[level, "denominator"] if known else np.nan
            )
        used = [one if np.isfinite(one) else other
                for one, other in zip(value, value[::-1], strict=True)]  # fmt: skip
        rows.append(
            {"level": level, "share": share[0], "reference_share": share[1], "value": value[0],
             "reference": value[1], "rate": sum(share) / 2 * (used[0] - used[1]),
             "mix": (share[0] - share[1]) * (sum(used) / 2 - middle)}
        )  # fmt: skip
    return sorted(rows, key=lambda row: (-abs(row["mix"] + row["rate"]), row["level"]))


def _per_month(sides: list[pd.DataFrame], values: list[float]) -> list[dict]:
    """Tickets per customer and month by level: all of them share the months, so all is rate."""
    level = [_summed(side, "tickets", "tickets", 1.0)["denominator"] for side in sides]
    totals = [one.sum() for one in level]
    rows = []
    for name in sorted(set(level[0].index) | set(level[1].index)):
        share = [one.get(name, 0.0) / total if total > 0 else 0.0
                 for one, total in zip(level, totals, strict=True)]  # fmt: skip
        value = [part * whole for part, whole in zip(share, values, strict=True)]
        if any(share):
            rows.append({"level": name, "share": share[0], "reference_share": share[1],
                         "value": value[0], "reference": value[1], "rate": value[0] - value[1],
                         "mix": 0.0})  # fmt: skip
    return sorted(rows, key=lambda row: (-abs(row["rate"]), row["level"]))


def _by_customers(
    name: str, parts: Components, past: pd.DataFrame, here: set[str], before: set[str]
) -> list[dict]:
    """Customers kept (rate), new and lost (mix): parts of the change since the quarter before."""
    scale = parts.definition(name).scale
    now = pd.DataFrame(
        {
            "account_id": parts.table["account_id"],
            "numerator": scale * parts.numerator(name),
            "denominator": parts.denominator(name),
        }
    )
    then = past[past["metric"] == name]
    then = then.assign(numerator=scale * then["numerator"])
    now = now[now["account_id"].isin(here) & (now["denominator"] > 0)].set_index("account_id")
    then = then[then["account_id"].isin(before) & (then["denominator"] > 0)]
    then = then.set_index("account_id")
    kept = now.index.intersection(then.index)
    if not len(kept):
        return []
    came, gone = now.drop(kept), then.drop(kept)
    k1, k0 = _value(now.loc[kept]), _value(then.loc[kept])
    shares = [len_of(came) / len_of(now), len_of(gone) / len_of(then)]
    new, lost = _value(came), _value(gone)
    return [
        {"level": KEPT, "share": 1 - shares[0], "reference_share": 1 - shares[1], "value": k1,
         "reference": k0, "rate": k1 - k0, "mix": 0.0},
        {"level": NEW, "share": shares[0], "reference_share": 0.0, "value": new,
         "reference": np.nan, "rate": 0.0, "mix": shares[0] * (new - k1) if len(came) else 0.0},
        {"level": LOST, "share": 0.0, "reference_share": shares[1], "value": np.nan,
         "reference": lost, "rate": 0.0, "mix": -shares[1] * (lost - k0) if len(gone) else 0.0},
    ]  # fmt: skip


def len_of(side: pd.DataFrame) -> float:
    """How much of the denominator a side holds."""
    return float(side["denominator"].sum())


def _value(side: pd.DataFrame) -> float:
    return float(side["numerator"].sum() / len_of(side)) if len(side) else float("nan")
