"""Who counts as a customer: CRM and billing reconciled, subsidiaries rolled up, rules applied."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.collect.billing import billed_accounts, fetched, payments
from helpers.collect.exclusions import excluded, reason
from helpers.collect.observed import revenue_of
from helpers.collect.reconciling import lost, reconciliation
from helpers.collect.refusals import is_void
from helpers.collect.rollup import top_parents
from helpers.collect.sources import (
    canonical,
    refused_accounts,
    rejected_customers,
    rejected_revenue,
    won_later,
)
from helpers.errors import StudyError, listed
from helpers.lookup import places
from helpers.quarter import Quarter
from helpers.study import Rule
from helpers.tables import TABLES
from helpers.words import lists as words
from helpers.words import say
from helpers.workspace import Workspace

# Columns of this module alone: a CRM may have columns of these names, which stay what they are.
INNER = (
    "customer_id",
    "customer_row",
    "won_first",
    "left_crm",
    "in_crm",
    "in_billing",
    "ever_paid",
    "returned",
    "active",
    "refused",
    "in_force",
)
OF_THE_CRM = "crm: "
BUILT_IN = {
    "account_rejected": words.BILLED_BUT_ACCOUNT_REJECTED,
    "won_later": words.BILLED_BUT_WON_LATER,
    "not_in_crm": words.BILLED_BUT_NOT_IN_CRM,
    "revenue_rejected": words.BILLED_BUT_EVERY_ROW_ITS,
    "returns_only": words.BILLED_RETURNS_ONLY,
    "never_billed": words.IN_CRM_BUT_NEVER_BILLED,
}


@dataclass(frozen=True)
class CustomerList:
    """The customer list of one quarter.

    accounts
        One row per account known to CRM or billing, by account_id: account_id, name, included,
        exclusion_rule, exclusion_reason, status (current, former), customer_id (top parent),
        in_crm, in_billing, won_on, churned_on, monthly_revenue. The revenue of an account that was
        rolled up stands with its parent and is blank here.
    customers
        One row per included customer: account_id, name, status, won_on, churned_on, left_on,
        monthly_revenue, tenure_days, then the other columns of ``accounts`` as collected.
    effects
        One row per rule in order, between "known accounts" and "included": order, rule, reason,
        accounts, monthly_revenue, share_of_revenue. Monthly revenue is what is earned on the as-of
        date, so that the first row is the company's: what former customers last paid is no part.
    reconciliation
        Accounts in CRM and not in billing or the reverse, contradictions between the two, unknown
        parents: account_id, name, in_crm, in_billing, monthly_revenue, note.
    offered
        Everybody whom the study's own rules were asked about, with the columns of ``customers``.
    """

    accounts: pd.DataFrame
    customers: pd.DataFrame
    effects: pd.DataFrame
    reconciliation: pd.DataFrame
    offered: pd.DataFrame


# ── the list ─────────────────────────────────────────────────────────────────────────────────────
def build_customer_list(ws: Workspace) -> CustomerList:
    """CRM and billing → the customer list of the quarter.

    Needs the canonical tables accounts and contracts (subscription) or orders (transactional).

    * **Roll-up.** An account with a parent counts for the top of its chain. The customer is the
      parent's row; it was won when the first of its accounts was, and has churned only when all of
      them have (on the last such day). A family whose parent has a row that was rejected stays one:
      its accounts are no customers by themselves, and are left out with it, with what they pay.
    * **Monthly revenue.** Subscription: MRR in force on the as-of date; of former customers the
      last MRR above zero. Transactional: order value of the trailing twelve months ÷ 12.
    * **Status.** Former with a churn date; else current while a contract is in force, or a positive
      order lies in the trailing twelve months.
    * **Exclusions.** Rolled up, not in the CRM (or there with a row that was rejected, or as won
      after the quarter), never billed (or with rejected rows or returns alone), then the study's
      rules in order. The first that fits is the reason.

    Raises
    ------
    StudyError
        Circles of parents, rules that name absent columns, SQL that fails, an empty list.
    """
    accounts = _known_accounts(ws)
    customers = _customers(ws, accounts)
    effects = _Effects(ws, len(accounts), customers.in_force.sum())
    verdict = np.full(len(accounts), -1)
    left_in = customers
    effects.add("rolled_up", words.COUNTED_WITH_PARENT_ACCOUNT, len(accounts) - len(customers), 0.0)
    steps: list[tuple[str, Callable[[pd.DataFrame], Any], str]] = []
    refused = refused_accounts(ws)
    if left_in.account_id[~left_in.in_crm].isin(refused).any():
        gone = BUILT_IN["account_rejected"]
        steps.append(
            ("account_rejected", lambda frame: ~frame.in_crm & frame.account_id.isin(refused), gone)
        )
    later = won_later(ws)
    if left_in.account_id[~left_in.in_crm].isin(later).any():
        gone = BUILT_IN["won_later"]
        steps.append(
            ("won_later", lambda frame: ~frame.in_crm & frame.account_id.isin(later), gone)
        )
    steps.append(("not_in_crm", lambda frame: ~frame.in_crm, BUILT_IN["not_in_crm"]))
    if (customers.refused & ~customers.ever_paid).any():
        gone = BUILT_IN["revenue_rejected"]
        steps.append(("revenue_rejected", lambda frame: frame.refused & ~frame.ever_paid, gone))
    if (customers.returned & ~customers.ever_paid).any():
        gone = BUILT_IN["returns_only"]
        steps.append(("returns_only", lambda frame: frame.returned & ~frame.ever_paid, gone))
    steps.append(("never_billed", lambda frame: ~frame.ever_paid, BUILT_IN["never_billed"]))
    columns = tuple(ws.recorded("collection/accounts", {}).get("columns", accounts.columns))
    steps += [
        (
            rule.rule,
            partial(_left_out, rule=rule, quarter=ws.quarter, columns=columns),
            reason(rule, quarter=ws.quarter, currency=ws.study.currency),
        )
        for rule in ws.study.customer_list.exclude
    ]
    built_in = len(steps) - len(ws.study.customer_list.exclude)
    asked = left_in
    for number, (name, fits, told) in enumerate(steps):
        if number == built_in:
            asked = left_in
        out = fits(left_in).fillna(False).astype(bool)
        verdict[left_in.index[out]] = number
        effects.add(name, told, int(out.sum()), left_in.in_force[out].sum())
        left_in = left_in[~out] if out.any() else left_in
    effects.add("included", "", len(left_in), left_in.in_force.sum())
    if left_in.empty:
        raise _nobody_left(effects.table())
    return CustomerList(
        accounts=_account_rows(
            accounts, customers, verdict, [(name, told) for name, _, told in steps]
        ),
        customers=_offered(left_in).reset_index(drop=True),
        effects=effects.table(),
        reconciliation=reconciliation(ws, accounts, customers, won_later=later),
        offered=_offered(asked if ws.study.customer_list.exclude else left_in).reset_index(
            drop=True
        ),
    )


# ── steps ────────────────────────────────────────────────────────────────────────────────────────
def _known_accounts(ws: Workspace) -> pd.DataFrame:
    """CRM and billing side by side, one row per account, with its customer and that one's row."""
    crm, billed = fetched(canonical(ws, "accounts")), billed_accounts(ws)
    crm = crm.rename(columns={name: OF_THE_CRM + name for name in INNER})
    at = places(billed, crm.account_id)
    everyone = pd.concat([crm.account_id, billed[at < 0]], ignore_index=True)
    in_billing = np.arange(len(everyone)) >= len(crm)
    in_billing[at[at >= 0]] = True
    refused = rejected_customers(ws)
    above = pd.Series(sorted({*crm.parent_id.dropna()} & {*refused}), dtype=everyone.dtype)
    above = above[places(above, everyone) < 0]
    everyone = pd.concat([everyone, above], ignore_index=True)
    in_billing = np.append(in_billing, np.zeros(len(above), dtype=bool))
    frame = crm.reindex(everyone.index).assign(
        account_id=everyone, in_crm=everyone.index < len(crm), in_billing=in_billing
    )
    frame = frame.sort_values("account_id", kind="stable", ignore_index=True)
    frame = frame.assign(
        customer_id=frame.account_id,
        customer_row=np.arange(len(frame)),
        won_first=frame.won_on,
        left_crm=frame.churned_on,
    )
    frame["name"] = frame["name"].fillna(frame["account_id"])  # nobody is called "nan"
    held = ~frame.in_crm & frame.account_id.isin(refused)
    frame.loc[held, "account_type"] = frame.account_id[held].map(refused)
    return _rolled_up(frame, frame.in_crm | held, _types_left_out(ws))


def _types_left_out(ws: Workspace) -> set[str]:
    """The account types that rules of the study leave out."""
    rules = ws.study.customer_list.exclude
    return {kind for rule in rules if rule.rule == "account_type" for kind in rule.is_}


def _rolled_up(accounts: pd.DataFrame, known: pd.Series, left_out: set[str]) -> pd.DataFrame:
    """The accounts, those of a family with its top parent as customer.

    ``known`` are those that the CRM knows, with a row that was used or rejected: parents are looked
    for among them, since accounts known to billing alone have no relations there.
    Accounts of a type that is left out belong to nobody and nobody to them: a reseller does not
    take its customers along, and a test account does not hide behind a customer.
    """
    parent = accounts.parent_id.dropna()
    parent = parent[~lost(parent, accounts.account_id[known])]
    outside = accounts.account_type.str.lower().isin({kind.lower() for kind in left_out})
    if outside.any():
        above = places(parent, accounts.account_id)
        parent = parent[~(outside.to_numpy()[above] | outside[parent.index].to_numpy())]
    if parent.empty:  # nearly every account stands for itself; families are looked at together
        return accounts
    named = parent.tolist()
    parents = dict(zip(accounts.account_id[parent.index].tolist(), named, strict=True))
    tops = top_parents(parents | {top: None for top in named if top not in parents})
    member, top = (
        places(pd.Series(list(ids)), accounts.account_id) for ids in (tops, tops.values())
    )
    family = pd.Series(top, index=member).sort_index()
    accounts.loc[family.index, "customer_row"] = family
    accounts.loc[family.index, "customer_id"] = accounts.account_id[family].array
    group = accounts.loc[family.index].groupby("customer_row")
    everyone_left = group.churned_on.transform("count") == group.churned_on.transform("size")
    accounts.loc[family.index, "won_first"] = group.won_on.transform("min")
    accounts.loc[family.index, "left_crm"] = group.churned_on.transform("max").where(everyone_left)
    return accounts


def _customers(ws: Workspace, accounts: pd.DataFrame) -> pd.DataFrame:
    """One row per customer, included or not, with revenue and status; its row among accounts."""
    frame = accounts[accounts.customer_row == accounts.index]
    paid = payments(ws, accounts)
    paid = paid.set_index(places(paid.account_id, accounts.account_id)).reindex(frame.index)
    active = paid.active.astype("boolean").fillna(False).astype(bool)
    former = frame.left_crm.notna() | ~active
    billed = np.zeros(len(accounts), dtype=bool)
    billed[accounts.customer_row[accounts.in_billing]] = True
    refused = np.zeros(len(accounts), dtype=bool)
    rows = rejected_revenue(ws)
    rows = rows[~is_void(rows, TABLES[revenue_of(ws)])]
    at = places(rows.account_id, accounts.account_id)
    refused[accounts.customer_row[at[at >= 0]]] = True
    left_on = frame.left_crm.fillna(paid.paid_until.astype(frame.left_crm.dtype)).where(former)
    frame = frame.assign(
        in_billing=billed[frame.index],
        refused=refused[frame.index],
        ever_paid=paid.paid_until.notna(),
        returned=paid.returned.astype("boolean").fillna(False).astype(bool),
        active=active,
        status=pd.array(["current", "former"], dtype="str").take(former.astype(int)),
        won_on=frame.won_first,
        churned_on=frame.left_crm,
        left_on=left_on,
        monthly_revenue=paid.revenue.where(~former, paid.last_revenue).fillna(0.0).astype(float),
        in_force=paid.revenue.fillna(0.0).astype(float),
    )
    days = (frame.left_on.fillna(pd.Timestamp(ws.as_of)) - frame.won_on).dt.days.clip(lower=0)
    return frame.assign(tenure_days=days.astype("Int64"))


def _left_out(
    frame: pd.DataFrame, *, rule: Rule, quarter: Quarter, columns: tuple[str, ...]
) -> pd.Series:
    return excluded(rule, _offered(frame), quarter=quarter, columns=columns)


def _offered(customers: pd.DataFrame) -> pd.DataFrame:
    """The columns of a customer that rules, segments and metrics may use."""
    first = ["account_id", "name", "status", "won_on", "churned_on", "left_on"]
    first += ["monthly_revenue", "tenure_days"]
    rest = [name for name in customers.columns if name not in {*first, *INNER}]
    named = {OF_THE_CRM + name: name for name in INNER}
    return customers[first + rest].rename(columns=named)


class _Effects:
    """Collects what each rule took out."""

    def __init__(self, ws: Workspace, accounts: int, revenue: float) -> None:
        self._revenue = revenue
        self._rows: list[tuple[int, str, str, int, float]] = [
            (0, words.KNOWN_ACCOUNTS, "", accounts, revenue)
        ]

    def add(self, rule: str, told: str, accounts: int, revenue: float) -> None:
        self._rows.append((len(self._rows), rule, told, accounts, float(revenue)))

    def table(self) -> pd.DataFrame:
        frame = pd.DataFrame(
            self._rows, columns=["order", "rule", "reason", "accounts", "monthly_revenue"]
        )
        whole = self._revenue if self._revenue else np.nan
        return frame.assign(share_of_revenue=frame.monthly_revenue / whole)


def _account_rows(
    accounts: pd.DataFrame,
    customers: pd.DataFrame,
    verdict: np.ndarray,
    rules: list[tuple[str, str]],
) -> pd.DataFrame:
    """The data file ``customer_list``; a verdict is the place of a customer's rule, or -1."""
    row = accounts.customer_row.to_numpy()
    rolled_up = row != accounts.index
    rule, told = (
        pd.Series(pd.array(texts, dtype="str").take(verdict[row], allow_fill=True))
        for texts in zip(*rules, strict=True)
    )
    rule[rolled_up] = "rolled_up"
    told[rolled_up] = [
        say(words.COUNTED_WITH, customer=one) for one in accounts.customer_id[rolled_up]
    ]
    frame = accounts.assign(
        exclusion_rule=rule,
        exclusion_reason=told,
        included=rule.isna(),
        status=customers.status.reindex(row).array,
        monthly_revenue=customers.monthly_revenue.reindex(accounts.index),
    )
    columns = ["account_id", "name", "included", "exclusion_rule", "exclusion_reason", "status"]
    columns += ["customer_id", "in_crm", "in_billing", "won_on", "churned_on", "monthly_revenue"]
    return frame[columns]


def _nobody_left(effects: pd.DataFrame) -> StudyError:
    told = [f"{row.rule} {row.accounts}" for row in effects.itertuples() if row.accounts]
    return StudyError(
        "The customer list is empty: every account is excluded.",
        found=listed(told, most=20),
        expected="at least one account that no rule of customer_list.exclude leaves out",
    )
