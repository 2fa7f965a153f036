"""Who counts as a customer: CRM and billing reconciled, subsidiaries rolled up, rules applied."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.collect.exclusions import excluded, reason
from helpers.collect.rollup import top_parents
from helpers.collect.sources import canonical
from helpers.errors import StudyError, listed
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

BUILT_IN = {
    "not_in_crm": "billed, but not in the CRM",
    "never_billed": "in the CRM, but never billed",
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
        accounts, monthly_revenue, share_of_revenue.
    reconciliation
        Accounts in CRM and not in billing or the reverse, contradictions between the two, unknown
        parents: account_id, name, in_crm, in_billing, monthly_revenue, note.
    """

    accounts: pd.DataFrame
    customers: pd.DataFrame
    effects: pd.DataFrame
    reconciliation: pd.DataFrame


# ── revenue, in the engine ───────────────────────────────────────────────────────────────────────
def active_mrr(contracts: "ir.Table", on: date) -> "ir.Table":
    """Contracts → account_id, mrr: monthly recurring revenue in force on a day (last day included).

    Accounts without a contract in force on that day have no row.
    """
    import ibis

    in_force = (contracts.starts_on <= on) & (contracts.ends_on.fill_null(ibis.date(on)) >= on)
    return contracts.filter(in_force).group_by("account_id").aggregate(mrr=_sum(contracts.mrr))


def _sum(amount: "ir.NumericColumn", where: "ir.BooleanColumn | None" = None) -> "ir.Scalar":
    # As decimals: a sum of floating-point numbers depends on the order of the rows.
    return amount.cast("decimal(28, 6)").sum(where=where).cast("float64")


def last_mrr(contracts: "ir.Table", left: "ir.Table", on: date) -> "ir.Table":
    """Contracts → account_id, paid_until, last_mrr: the last paid day up to ``on``, its MRR.

    Contracts count up to the day on which the account left. Free periods (MRR 0) do not count, so
    that a customer that ends on a free plan is valued at what it last paid.

    Parameters
    ----------
    left : account_id, churned_on (may be null).
    """
    import ibis

    ends = contracts.left_join(left, "account_id").select(
        "account_id",
        "starts_on",
        "mrr",
        until=ibis.least(
            contracts.ends_on.fill_null(ibis.date(on)), left.churned_on.fill_null(ibis.date(on))
        ),
    )
    paid = ends.filter((ends.mrr > 0) & (ends.starts_on <= ends.until))
    last = paid.group_by("account_id").aggregate(paid_until=paid.until.max())
    ending = paid.join(last, "account_id")
    ending = ending.filter(ending.until == ending.paid_until)
    return ending.group_by(["account_id", "paid_until"]).aggregate(last_mrr=_sum(ending.mrr))


def _subscription(ws: Workspace, accounts: pd.DataFrame) -> pd.DataFrame:
    """account → in_billing, active, paid_until, revenue of an active and of a former account."""
    import ibis

    contracts = canonical(ws, "contracts")
    owners = accounts[["account_id", "customer_id"]]
    mapped = _renamed(contracts, owners)
    left = ibis.memtable(
        accounts.loc[accounts.account_id == accounts.customer_id, ["account_id", "left_crm"]]
        .rename(columns={"left_crm": "churned_on"})
        .assign(churned_on=lambda frame: frame.churned_on.astype("datetime64[us]")),
        schema={"account_id": "string", "churned_on": "timestamp(6)"},
    )
    left = left.mutate(churned_on=left.churned_on.date())
    now = active_mrr(mapped, ws.as_of).to_pandas().set_index("account_id").mrr
    last = last_mrr(mapped, left, ws.as_of).to_pandas().set_index("account_id")
    frame = pd.DataFrame({"active": True}, index=now.index).join(last, how="outer")
    frame["revenue"] = now.reindex(frame.index)
    frame["active"] = frame.active.fillna(False).astype(bool)
    return frame


def _transactional(ws: Workspace, accounts: pd.DataFrame) -> pd.DataFrame:
    orders = _renamed(canonical(ws, "orders"), accounts[["account_id", "customer_id"]])
    recent = orders.ordered_on >= ws.quarter.year_start
    frame = (
        orders.group_by("account_id")
        .aggregate(
            revenue=_sum(orders.amount, recent),
            active=((orders.amount > 0) & recent).any(),
            paid_until=orders.ordered_on.max(where=orders.amount > 0),
        )
        .to_pandas()
        .set_index("account_id")
    )
    frame["revenue"] = frame.revenue.fillna(0.0) / 12
    frame["last_mrr"] = frame.revenue
    return frame.assign(active=frame.active.astype(bool))


def _billed_accounts(ws: Workspace) -> list[str]:
    table = canonical(ws, "contracts" if ws.study.business_model == "subscription" else "orders")
    return table.select("account_id").distinct().order_by("account_id").to_pandas().account_id


def _renamed(table: "ir.Table", owners: pd.DataFrame, *, column: str = "account_id") -> "ir.Table":
    """A table with accounts replaced by the customers that they count for."""
    import ibis

    own = ibis.memtable(
        owners.rename(columns={"account_id": "owned_id"}),
        schema={"owned_id": "string", "customer_id": "string"},
    )
    joined = table.inner_join(own, table[column] == own.owned_id)
    return joined.mutate(**{column: joined.customer_id}).select(*table.columns)


# ── the list ─────────────────────────────────────────────────────────────────────────────────────
def build_customer_list(ws: Workspace) -> CustomerList:
    """CRM and billing → the customer list of the quarter.

    Needs the canonical tables accounts and contracts (subscription) or orders (transactional).

    * **Roll-up.** An account with a parent counts for the top of its chain. The customer is the
      parent's row; it was won when the first of its accounts was, and has churned only when all of
      them have (on the last such day).
    * **Monthly revenue.** Subscription: MRR in force on the as-of date; of former customers the
      last MRR above zero. Transactional: order value of the trailing twelve months ÷ 12.
    * **Status.** Former with a churn date; else current while a contract is in force, or a positive
      order lies in the trailing twelve months.
    * **Exclusions.** Rolled up, not in the CRM, never billed, then the study's rules in order.
      The first that fits is the reason.

    Raises
    ------
    StudyError
        Circles of parents, rules that name absent columns, SQL that fails, an empty list.
    """
    accounts = _known_accounts(ws)
    customers = _customers(ws, accounts)
    effects = _Effects(ws, len(accounts), customers.monthly_revenue.sum())
    verdicts = pd.DataFrame(
        {"exclusion_rule": None, "exclusion_reason": None}, index=customers.index, dtype="object"
    )
    left_in = customers
    effects.add("rolled_up", "counted with the parent account", len(accounts) - len(customers), 0.0)
    steps = [
        (name, lambda frame, column=column: ~frame[column], told)
        for (name, told), column in zip(BUILT_IN.items(), ("in_crm", "ever_paid"), strict=True)
    ]
    columns = tuple(ws.recorded("collection/accounts", {}).get("columns", accounts.columns))
    steps += [
        (
            rule.rule,
            lambda frame, rule=rule: excluded(
                rule, _offered(frame), quarter=ws.quarter, columns=columns
            ),
            reason(rule, quarter=ws.quarter, currency=ws.study.currency),
        )
        for rule in ws.study.customer_list.exclude
    ]
    for name, fits, told in steps:
        out = fits(left_in).fillna(False).astype(bool)
        verdicts.loc[left_in.index[out], :] = [name, told]
        effects.add(name, told, int(out.sum()), left_in.monthly_revenue[out].sum())
        left_in = left_in[~out]
    effects.add("included", "", len(left_in), left_in.monthly_revenue.sum())
    if left_in.empty:
        raise _nobody_left(effects.table())
    return CustomerList(
        accounts=_account_rows(accounts, customers, verdicts),
        customers=_offered(left_in).reset_index(drop=True),
        effects=effects.table(),
        reconciliation=_reconciliation(ws, accounts, customers),
    )


def customer_rows(ws: Workspace, name: str) -> "ir.Table | None":
    """A canonical table of the included customers, lazily; None where it is not collected.

    The rows of rolled-up accounts carry their customer's id: in ``account_id``, or in
    ``referrer_account_id`` of referrals. Needs the data file ``customer_list``.
    """
    table = canonical(ws, name)
    if table is None:
        return None
    listing = ws.load("customer_list")
    included = pd.Index(listing.account_id[listing.included])
    here = included.get_indexer(listing.customer_id) >= 0  # isin looks at texts one by one
    owners = listing.loc[here, ["account_id", "customer_id"]]
    column = "account_id" if "account_id" in table.columns else "referrer_account_id"
    return _renamed(table, owners, column=column)


# ── steps ────────────────────────────────────────────────────────────────────────────────────────
def _known_accounts(ws: Workspace) -> pd.DataFrame:
    """CRM and billing side by side, one row per account, with its customer."""
    crm = canonical(ws, "accounts").to_pandas()
    billed = _billed_accounts(ws)
    frame = crm.assign(in_crm=True).merge(
        pd.DataFrame({"account_id": billed, "in_billing": True}), on="account_id", how="outer"
    )
    for column in ("in_crm", "in_billing"):
        frame[column] = frame[column].astype("boolean").fillna(False).astype(bool)
    frame = frame.sort_values("account_id", kind="stable").reset_index(drop=True)
    # Parents are looked for in the CRM: an account known to billing alone has no relations there.
    parent = frame.parent_id[frame.in_crm]
    parent = parent[_among(parent, frame[frame.in_crm])]
    frame["customer_id"] = frame.account_id
    frame["won_first"], frame["left_crm"] = frame.won_on, frame.churned_on
    if len(parent):  # nearly every account stands for itself; families are looked at together
        children = frame.account_id[parent.index]
        parents = dict(zip(children, parent, strict=True))
        tops = top_parents(parents | {top: None for top in parent if top not in parents})
        frame.loc[parent.index, "customer_id"] = [tops[account] for account in children]
        family = frame[_among(frame.account_id, pd.DataFrame({"account_id": list(tops)}))]
        group = family.groupby("customer_id")
        everyone_left = group.churned_on.transform("count") == group.churned_on.transform("size")
        frame.loc[family.index, "won_first"] = group.won_on.transform("min")
        frame.loc[family.index, "left_crm"] = group.churned_on.transform("max").where(everyone_left)
    return frame


def _among(ids: pd.Series, accounts: pd.DataFrame) -> np.ndarray:
    """Which identifiers are those of accounts; none is where one is missing."""
    # Series.isin looks at texts one by one.
    return (pd.Index(accounts.account_id).get_indexer(ids) >= 0) & ids.notna().to_numpy()


def _customers(ws: Workspace, accounts: pd.DataFrame) -> pd.DataFrame:
    """One row per customer, included or not, with revenue and status."""
    own = accounts.account_id == accounts.customer_id
    frame = accounts[own].set_index("account_id", drop=False).rename_axis(None)
    if ws.study.business_model == "subscription":
        money = _subscription(ws, accounts)
    else:
        money = _transactional(ws, accounts)
    money = money.reindex(frame.index)
    active = money.active.astype("boolean").fillna(False).astype(bool)
    former = frame.left_crm.notna() | ~active
    as_of = pd.Timestamp(ws.as_of)
    billed = accounts.customer_id[accounts.in_billing].drop_duplicates().rename("account_id")
    left_on = frame.left_crm.fillna(money.paid_until.astype(frame.left_crm.dtype)).where(former)
    frame = frame.assign(
        in_billing=_among(frame.account_id, billed.to_frame()),
        ever_paid=money.paid_until.notna(),
        active=active,
        status=np.where(former, "former", "current"),
        won_on=frame.won_first,
        churned_on=frame.left_crm,
        left_on=left_on,
        monthly_revenue=money.revenue.where(~former, money.last_mrr).fillna(0.0).astype(float),
    )
    days = (frame.left_on.fillna(as_of) - frame.won_on).dt.days.clip(lower=0)
    return frame.assign(tenure_days=days.astype("Int64"))


def _offered(customers: pd.DataFrame) -> pd.DataFrame:
    """The columns of a customer that rules, segments and metrics may use."""
    first = ["account_id", "name", "status", "won_on", "churned_on", "left_on"]
    first += ["monthly_revenue", "tenure_days"]
    inner = {"customer_id", "in_crm", "in_billing", "ever_paid", "active", "won_first", "left_crm"}
    rest = [name for name in customers.columns if name not in {*first, *inner}]
    return customers[first + rest]


class _Effects:
    """Collects what each rule took out."""

    def __init__(self, ws: Workspace, accounts: int, revenue: float) -> None:
        self._revenue = revenue
        self._rows = [(0, "known accounts", "", accounts, revenue)]

    def add(self, rule: str, told: str, accounts: int, revenue: float) -> None:
        self._rows.append((len(self._rows), rule, told, accounts, float(revenue)))

    def table(self) -> pd.DataFrame:
        frame = pd.DataFrame(
            self._rows, columns=["order", "rule", "reason", "accounts", "monthly_revenue"]
        )
        whole = self._revenue if self._revenue else np.nan
        return frame.assign(share_of_revenue=frame.monthly_revenue / whole)


def _account_rows(
    accounts: pd.DataFrame, customers: pd.DataFrame, verdicts: pd.DataFrame
) -> pd.DataFrame:
    """The data file ``customer_list``."""
    rolled_up = accounts.account_id != accounts.customer_id
    owner = accounts.customer_id
    rule = owner.map(verdicts.exclusion_rule).where(~rolled_up, "rolled_up")
    told = owner.map(verdicts.exclusion_reason).where(~rolled_up, "counted with " + owner)
    frame = accounts.assign(
        exclusion_rule=rule.astype("str"),
        exclusion_reason=told.astype("str"),
        included=rule.isna(),
        status=owner.map(customers.status).astype("str"),
        monthly_revenue=owner.map(customers.monthly_revenue).where(~rolled_up),
    )
    columns = ["account_id", "name", "included", "exclusion_rule", "exclusion_reason", "status"]
    columns += ["customer_id", "in_crm", "in_billing", "won_on", "churned_on", "monthly_revenue"]
    return frame[columns].sort_values("account_id", kind="stable").reset_index(drop=True)


def _reconciliation(ws: Workspace, accounts: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Where CRM and billing disagree, one row per account and note."""
    own = accounts.account_id == accounts.customer_id
    billed_as_group = accounts.customer_id.map(customers.in_billing)
    parents = accounts.parent_id.where(accounts.in_crm)
    lost = parents.notna() & ~_among(parents, accounts[accounts.in_crm])
    contradicted = customers[customers.left_crm.notna() & customers.active]
    still = _among(accounts.account_id, contradicted) & (ws.study.business_model == "subscription")
    notes = {
        "in billing, not in the CRM": accounts.in_billing & ~accounts.in_crm,
        "in the CRM, not in billing": accounts.in_crm
        & ~accounts.in_billing
        & (own & ~billed_as_group.astype(bool)),
        "churned in the CRM, but a contract is in force": still,
    }
    found = [accounts[mask].assign(note=note) for note, mask in notes.items()]
    found.append(accounts[lost].assign(note="parent " + parents[lost] + " is not in the CRM"))
    frame = pd.concat(found)
    frame["monthly_revenue"] = frame.account_id.map(customers.monthly_revenue)
    columns = ["account_id", "name", "in_crm", "in_billing", "monthly_revenue", "note"]
    return frame[columns].sort_values(["account_id", "note"], kind="stable").reset_index(drop=True)


def _nobody_left(effects: pd.DataFrame) -> StudyError:
    told = [f"{row.rule} {row.accounts}" for row in effects.itertuples() if row.accounts]
    return StudyError(
        "The customer list is empty: every account is excluded.",
        found=listed(told, most=20),
        expected="at least one account that no rule of customer_list.exclude leaves out",
    )
