"""Counts and amounts that go on from row to row: a counter since the start, not that of a month.

Of a customer whose counts are its own, every second one or so is lower than the one before. Where
hardly any is, and many are higher, the export gives the sum until that day.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ibis.expr.types as ir

ACCOUNTS = 200  # accounts that are looked at, the first by name
FEWEST = 10  # of them with as many days as are needed
DAYS = 5
STEPS = 100  # from a day to the next one of the same account
FALLING = 0.01  # of the steps, at most
GROWING = 0.25  # of the steps, at least
NAMES = {"usage": "quantity", "orders": "amount"}


def cumulated(rows: "ir.Table", table: str) -> dict[str, int]:
    """accounts, steps and falling, of counts that nearly never fall; empty elsewhere.

    Amounts must also grow as sums do, to half as many times the first as there are days: those
    that are raised every year never fall, either.

    Parameters
    ----------
    rows : canonical usage or orders.
    """
    import ibis

    value = NAMES.get(table, "")
    if value not in rows.columns:
        return {}
    day = {"usage": "used_on", "orders": "ordered_on"}[table]
    some = rows.select("account_id").distinct().order_by("account_id").limit(ACCOUNTS)
    told = ["account_id", *(name for name in ("feature",) if name in rows.columns)]
    by_day = (
        rows.semi_join(some, "account_id")
        .group_by([*told, day])
        .agg(value=rows[value].cast("float64").sum())
    )
    before = ibis.window(group_by=told, order_by=day)
    steps = by_day.mutate(step=by_day.value - by_day.value.lag().over(before))
    each = steps.group_by(told).agg(
        days=steps.count(),
        steps=steps.step.count(),
        falling=(steps.step < 0).sum(),
        growing=(steps.step > 0).sum(),
        first=steps.value.min(),
        last=steps.value.max(),
    )
    long = each.filter(each.days >= DAYS).to_pandas()
    count = long["steps"].sum()
    if len(long) < FEWEST or count < STEPS:
        return {}
    falls, grows = long["falling"].sum(), long["growing"].sum()
    if falls > FALLING * count or grows < GROWING * count:
        return {}
    if table == "orders" and (long["last"] < long["first"] * long["days"] / 2).mean() > 0.5:
        return {}
    accounts = int(long["account_id"].nunique())
    return {"accounts": accounts, "steps": int(count), "falling": int(falls)}
