"""Size, lift and main metrics of followed segments over all quarters, each with its noise band."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.history.mix import MAIN
from helpers.history.past import Past
from helpers.metrics.catalog import is_defined, metric
from helpers.metrics.intervals import wilson_limits
from helpers.outputs import shaped
from helpers.quarter import Quarter
from helpers.segments import verdicts

SHARE, LIFT = "customer_share", "lift"


def segment_series(
    past: Sequence[Past],
    quarter: Quarter,
    segments: pd.DataFrame,
    profiles: pd.DataFrame,
    *,
    currency: str,
) -> pd.DataFrame:
    """The data file ``segment_series``.

    Followed is what was a finding in any report, this one included (`verdicts.is_finding`), for as
    long as its identifier goes on.

    Returns
    -------
    One row per segment, measure (customer_share, lift, main metrics) and quarter that published it,
    the oldest first: value with the 95 % interval of that quarter by itself, and ``verdict`` of the
    segment then. The share's interval is Wilson's, as if its customers had been drawn.
    """
    sides = [(one.quarter, one.table("segments"), one.table("segment_metrics")) for one in past]
    sides.append((quarter, segments, profiles))
    followed = {
        name
        for _, table, _ in sides
        if table is not None
        for name in table.loc[verdicts.is_finding(table["verdict"]), "segment_id"]
    }
    pieces = []
    for at, table, metrics in sides:
        if table is None:
            continue
        own = table[table["segment_id"].isin(followed)].set_index("segment_id", drop=False)
        told = [_sizes(own), _lifts(own, currency)]
        if metrics is not None:
            told.append(_metrics(metrics[metrics["segment_id"].isin(own.index)]))
        rows = pd.concat(told, ignore_index=True)
        verdict = rows["segment_id"].map(own["verdict"])
        named = rows["segment_id"].map(own["definition"])
        pieces.append(rows.assign(quarter=str(at), verdict=verdict, definition=named))
    whole = pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame()
    if whole.empty:
        return shaped("segment_series", [])
    order = {name: at for at, name in enumerate([SHARE, LIFT, *MAIN])}
    whole = whole.assign(_order=whole["measure"].map(order))
    whole = whole.sort_values(["segment_id", "_order", "quarter"], kind="stable")
    return shaped("segment_series", whole.drop(columns="_order").reset_index(drop=True))


def _sizes(own: pd.DataFrame) -> pd.DataFrame:
    n = own["customers"].to_numpy(float)
    share = own["customer_share"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = np.round(np.where(share > 0, n / share, np.nan))
    low, high = wilson_limits(n, whole)
    return pd.DataFrame(
        {"segment_id": own.index, "measure": SHARE, "value": share, "low": low, "high": high,
         "customers": own["customers"].to_numpy(), "unit": "ratio"}
    )  # fmt: skip


def _lifts(own: pd.DataFrame, currency: str) -> pd.DataFrame:
    known = own[own["lift"].notna()]
    return pd.DataFrame(
        {"segment_id": known.index, "measure": LIFT, "value": known["lift"].to_numpy(float),
         "low": known["lift_low"].to_numpy(float), "high": known["lift_high"].to_numpy(float),
         "customers": known["customers"].to_numpy(), "unit": currency}
    )  # fmt: skip


def _metrics(profiles: pd.DataFrame) -> pd.DataFrame:
    shown = profiles[profiles["metric"].isin([name for name in MAIN if is_defined(name)])]
    shown = shown[shown["value"].notna()]
    return pd.DataFrame(
        {
            "segment_id": shown["segment_id"].to_numpy(),
            "measure": shown["metric"].to_numpy(),
            "value": shown["value"].to_numpy(float),
            "low": shown["low"].to_numpy(float),
            "high": shown["high"].to_numpy(float),
            "customers": shown["customers"].to_numpy(),
            "unit": [metric(name).unit for name in shown["metric"]],
        }
    )
