"""Where CRM and billing disagree about who is a customer."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from helpers.collect.leaving import KEPT as AFTER_LEAVING
from helpers.collect.sources import refused_accounts, rejected_revenue
from helpers.lookup import places
from helpers.words import lists as words
from helpers.words import name as put
from helpers.words import say
from helpers.workspace import Workspace


def lost(parents: pd.Series, known: pd.Series) -> np.ndarray:
    """Which of the parents given are not among the accounts known."""
    return places(parents, known) < 0


def reconciliation(
    ws: Workspace, accounts: pd.DataFrame, customers: pd.DataFrame, *, won_later: Mapping[str, date]
) -> pd.DataFrame:
    """Where CRM and billing disagree, one row per account and note.

    ``won_later`` are accounts that the CRM says were won after the quarter, and when.
    """
    own = accounts.customer_row == accounts.index
    billed_as_group = customers.in_billing.reindex(accounts.customer_row).to_numpy()
    parents = accounts.parent_id.dropna()
    gone = parents[lost(parents, accounts.account_id[accounts.in_crm])]
    still = pd.Series(False, index=accounts.index)
    if ws.study.business_model == "subscription":
        still[customers.index[customers.left_crm.notna() & customers.active]] = True
    refused = refused_accounts(ws)
    rejected = accounts.account_id.isin(refused)
    unknown = accounts.in_billing & ~accounts.in_crm
    later = unknown & ~rejected & accounts.account_id.isin(won_later)
    notes = {
        words.IN_BILLING_REJECTED: unknown & rejected,
        words.IN_BILLING_NOT_IN_CRM: unknown & ~rejected & ~later,
        words.IN_CRM_NOT_IN_BILLING: accounts.in_crm
        & ~accounts.in_billing
        & (own & ~billed_as_group)
        & ~customers.refused.reindex(accounts.customer_row).to_numpy(bool),
        words.CHURNED_IN_CRM_BUT_CONTRACT: still | accounts.account_id.isin(_ended_by_leaving(ws)),
    }
    found = [accounts[mask].assign(note=note) for note, mask in notes.items()]
    soon = accounts[later]
    days = [say(words.IN_BILLING_WON_LATER, day=won_later[one]) for one in soon.account_id]
    found.append(soon.assign(note=days))
    why = gone.isin(refused).map({True: words.WAS_REJECTED, False: words.NOT_IN_CRM})
    parted = [
        put(words.PARENT_GONE, parent=parent, why=say(reason))
        for parent, reason in zip(gone, why, strict=True)
    ]
    found.append(accounts.loc[gone.index].assign(note=parted))
    found += _rejected_notes(ws, accounts)
    frame = pd.concat(found)
    frame["monthly_revenue"] = customers.monthly_revenue.reindex(frame.index)
    columns = ["account_id", "name", "in_crm", "in_billing", "monthly_revenue", "note"]
    return frame[columns].sort_values(["account_id", "note"], kind="stable").reset_index(drop=True)


def _ended_by_leaving(ws: Workspace) -> set[str]:
    """Accounts of which a contract ended with the day on which they left, and not in billing."""
    found = ws.recorded("collection/contracts", {}).get("after_leaving") or {}
    return {*ws.kept(AFTER_LEAVING)["account_id"]} if found.get("choice") == "end" else set()


def _rejected_notes(ws: Workspace, accounts: pd.DataFrame) -> list[pd.DataFrame]:
    """Accounts whose contracts or orders were rejected, with rows, reasons and money."""
    rows = rejected_revenue(ws)
    at = places(rows.account_id, accounts.account_id)
    rows = rows[at >= 0]
    if rows.empty:
        return []
    subscribed = ws.study.business_model == "subscription"
    sentence = words.CONTRACT_REJECTED if subscribed else words.ORDER_REJECTED
    told = [
        say(
            sentence,
            row=str(row.row),
            column=row.column,
            reason=row.reason,
            amount=say(words.AMOUNT, amount=row.amount) if isinstance(row.amount, str) else "",
        )
        for row in rows.itertuples()
    ]
    return [accounts.iloc[at[at >= 0]].assign(note=told)]
