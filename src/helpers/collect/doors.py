"""The same money through two doors: deals that are contracts and orders at once."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir


def also_contracts(orders: "ir.Table", contracts: "ir.Table") -> dict[str, int]:
    """rows and accounts of orders that are contracts as well; empty without any.

    A deal of a CRM has one identifier, whichever table is made of it.

    Parameters
    ----------
    orders, contracts : canonical tables.
    """
    known = contracts.filter(contracts.contract_id.notnull() & (contracts.mrr > 0))
    known = known.select(deal="contract_id", owner="account_id").distinct()
    both = orders.inner_join(
        known, [orders.order_id == known.deal, orders.account_id == known.owner]
    )
    told = both.aggregate(rows=both.count(), accounts=both.owner.nunique()).to_pandas()
    rows, accounts = (int(number) for number in told.loc[0])
    return {"rows": rows, "accounts": accounts} if rows else {}
