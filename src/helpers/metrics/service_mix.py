"""What customers contact the company about: reasons, product areas, sentiment, resolutions."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.exact import fetch
from helpers.metrics.mix import COLUMNS, OTHER, TOP, shares
from helpers.metrics.times import opened_in
from helpers.quarter import Quarter
from helpers.study import Study
from helpers.workspace import Workspace

DIMENSIONS = ("reason", "product_area", "sentiment", "resolution_type")


def service_mix(
    ws: Workspace,
    customers: pd.DataFrame,
    members: pd.DataFrame,
    *,
    segments: Iterable[str] | None = None,
) -> pd.DataFrame:
    """The data file ``service_mix``: shares of the quarter's tickets by segment.

    Parameters
    ----------
    customers : included customers: account_id.
    members, segments : as in `profiles.segment_metrics`.

    Returns
    -------
    As `mix.shares`; dimension is one of `DIMENSIONS`. Without rows where tickets are not collected
    or none was opened.
    """
    from helpers.collect.customer_tables import customer_rows

    tickets = customer_rows(ws, "tickets")
    if tickets is None:
        return pd.DataFrame({name: [] for name in COLUMNS})
    return service_mix_of(
        ws.study, ws.quarter, customers["account_id"], members, tickets, segments=segments
    )


def service_mix_of(
    study: Study,
    quarter: Quarter,
    accounts: pd.Series,
    members: pd.DataFrame,
    tickets: ir.Table,
    *,
    segments: Iterable[str] | None = None,
    top: int = TOP,
) -> pd.DataFrame:
    """`service_mix` from tables given by hand."""
    counts = tickets_by_level(tickets, quarter=quarter, top=top)
    return shares(study, accounts, counts, members, segments=segments, top=top)


def tickets_by_level(tickets: ir.Table, *, quarter: Quarter, top: int = TOP) -> pd.DataFrame:
    """Tickets opened in the quarter per account and level.

    Returns
    -------
    One row per account, dimension and level with tickets: account_id, dimension (see `DIMENSIONS`,
    without those that no ticket fills), level (null = unknown; beyond the ``top`` most frequent
    ones ``other``), number.
    """
    opened = opened_in(tickets, quarter)
    rows = ibis.union(
        *[
            opened.select("account_id", dimension=ibis.literal(name), level=opened[name])
            for name in DIMENSIONS
        ]
    )
    sizes = fetch(rows.group_by("dimension", "level").agg(number=rows.count()))
    sizes = sizes.dropna(subset="level").sort_values(["number", "level"], ascending=[False, True])
    kept = {name: list(part["level"].head(top)) for name, part in sizes.groupby("dimension")}
    if not kept:
        return pd.DataFrame({"account_id": [], "dimension": [], "level": [], "number": []})
    named = rows.level.isnull()
    for name, levels in kept.items():
        named = named | ((rows.dimension == name) & rows.level.isin(levels))
    lumped = rows.filter(rows.dimension.isin(list(kept))).mutate(
        level=ibis.ifelse(named, rows.level, OTHER)
    )
    counts = fetch(lumped.group_by("account_id", "dimension", "level").agg(number=lumped.count()))
    order = counts["dimension"].map({name: at for at, name in enumerate(DIMENSIONS)})
    counts = counts.assign(order=order).sort_values(["order", "account_id", "level"])
    return counts.drop(columns="order").reset_index(drop=True)
