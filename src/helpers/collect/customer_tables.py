"""Canonical tables by customer: what a rolled-up account did counts for the customer above it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from helpers.collect.observed import withheld
from helpers.collect.sources import canonical
from helpers.lookup import places
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir


def covering(ws: Workspace, name: str) -> "ir.Table | None":
    """A canonical table that speaks of the quarter; None where it is not collected.

    An export that does not cover the quarter counts as not collected (`helpers.collect.observed`).
    """
    return None if withheld(ws, name) else canonical(ws, name)


def customer_rows(ws: Workspace, name: str) -> "ir.Table | None":
    """A canonical table of the included customers, lazily; None where it is not collected.

    An export that does not cover the quarter counts as not collected (`helpers.collect.observed`).

    The rows of rolled-up accounts carry their customer's id: in ``account_id``, or in
    ``referrer_account_id`` of referrals. Needs the data file ``customer_list``.
    """
    table = covering(ws, name)
    if table is None:
        return None
    listing = _listing(ws)
    here = places(listing["customer_id"], listing["account_id"][listing["included"]]) >= 0
    return by_owner(table, owners_table(listing[here]))


def customer_frames(ws: Workspace, *names: str) -> dict[str, pd.DataFrame | None]:
    """`customer_rows` of several small tables, as pandas."""
    tables = {name: customer_rows(ws, name) for name in names}
    return {name: None if rows is None else rows.to_pandas() for name, rows in tables.items()}


def numbered_rows(
    ws: Workspace, names: Sequence[str], customers: pd.Series
) -> "dict[str, ir.Table | None]":
    """`customer_rows` by name, with each customer's place among ``customers`` for its id.

    Numbers are grouped, sorted and handed over in a fraction of the time that texts take.

    Parameters
    ----------
    customers : account_ids of included customers, each once, numbered from 0; the rows of all
        others are left out.
    """
    listing = _listing(ws)
    number = places(listing["customer_id"], customers)
    numbered = owners_table(listing.assign(customer_id=number)[number >= 0])
    tables = {name: covering(ws, name) for name in names}
    return {n: None if table is None else by_owner(table, numbered) for n, table in tables.items()}


def owners_table(owners: pd.DataFrame) -> "ir.Table":
    """account_id, customer_id (text or number) → a table for `by_owner`."""
    import ibis

    kind = "int64" if pd.api.types.is_integer_dtype(owners["customer_id"]) else "string"
    return ibis.memtable(
        owners[["account_id", "customer_id"]].rename(columns={"account_id": "owned_id"}),
        schema={"owned_id": "string", "customer_id": kind},
    )


def by_owner(table: "ir.Table", owners: "ir.Table") -> "ir.Table":
    """A table with accounts replaced by the customers that they count for; no rows of others."""
    column = "account_id" if "account_id" in table.columns else "referrer_account_id"
    joined = table.inner_join(owners, table[column] == owners.owned_id)
    return joined.mutate(**{column: joined.customer_id}).select(*table.columns)


def _listing(ws: Workspace) -> pd.DataFrame:
    return ws.load("customer_list", columns=["account_id", "customer_id", "included"])
