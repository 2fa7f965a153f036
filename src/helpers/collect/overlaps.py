"""Contracts of one account and product that are in force on the same days."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from helpers.errors import StudyError

if TYPE_CHECKING:
    import ibis.expr.types as ir

OPEN = date(9999, 12, 31)
DAY = timedelta(days=1)


def _placed(contracts: "ir.Table") -> "ir.Table":
    """Contracts with until (last day in force), before (the latest such day) and started (the
    latest first day), both of earlier ones.

    Earlier ones are those of the same account and product that start before, or on the same day
    and end before.
    """
    import ibis

    rows = contracts.mutate(
        until=contracts.ends_on.fill_null(ibis.date(OPEN)),
        line=contracts["product"].fill_null(""),
    )
    window = ibis.window(
        group_by=["account_id", "line"],
        order_by=["starts_on", "until", "mrr"],
        rows=(None, -1),
    )
    return rows.mutate(
        before=rows.until.max().over(window), started=rows.starts_on.max().over(window)
    )


def check_overlaps(contracts: "ir.Table", as_of: date, *, choice: str) -> dict:
    """Count the contracts that start while another of their account and product is in force.

    Parameters
    ----------
    contracts : canonical, before any is ended.
    choice : ``add``, ``latest`` or ``refuse``.

    Returns
    -------
    choice; rows and accounts; same_day: rows that start on the day on which the other one does;
    money: what such contracts add to the MRR of the as-of date, and share: of how much in all.

    Raises
    ------
    StudyError
        Where there are any and the choice is to refuse them.
    """
    import ibis

    rows = _placed(contracts)
    over = rows.filter(rows.starts_on <= rows.before)
    day = ibis.date(as_of)
    counts = (over.starts_on <= day) & (over.until >= day) & (over.before >= day)
    told = over.aggregate(
        rows=over.count(),
        same_day=(over.started == over.starts_on).ifelse(1, 0).sum(),
        accounts=over.account_id.nunique(),
        money=over.mrr.cast("decimal(28, 6)").sum(where=counts),
    )
    found = told.to_pandas().fillna(0).loc[0]
    of_all = (rows.starts_on <= day) & (rows.until >= day)
    every = rows.mrr.cast("decimal(28, 6)").sum(where=of_all).execute() if found["money"] else None
    if choice == "refuse" and found["rows"]:
        first = over.order_by("account_id", "starts_on").limit(3).to_pandas()
        raise StudyError(
            f"sources.contracts: {int(found['rows'])} contracts start while another one of the "
            "same account and product is in force (overlaps: refuse).",
            found="; ".join(
                f"{row.account_id} from {row.starts_on:%Y-%m-%d}, while one runs until "
                f"{row.before:%Y-%m-%d}"
                for row in first.itertuples()
                if row.before.year < OPEN.year
            )
            or f"{', '.join(first.account_id)}: the earlier contract is open",
            remedy="end the earlier contracts in the query, or declare sources.contracts.overlaps: "
            "latest (the later one replaces it) or add (both count)",
        )
    return {
        "choice": choice,
        "rows": int(found["rows"]),
        "accounts": int(found["accounts"]),
        "same_day": int(found["same_day"]),
        "money": float(found["money"]),
        "share": float(found["money"]) / float(every) if every else 0.0,
    }


def without_overlaps(contracts: "ir.Table") -> "ir.Table":
    """Contracts that end the day before the next of their account and product starts.

    Of contracts that start on the same day, each but the last (by end, then MRR) ends before it
    began and counts nowhere; it keeps its row.
    """
    import ibis

    names = contracts.columns
    rows = contracts.mutate(
        until=contracts.ends_on.fill_null(ibis.date(OPEN)),
        line=contracts["product"].fill_null(""),
    )
    window = ibis.window(
        group_by=["account_id", "line"], order_by=["starts_on", "until", "mrr"], rows=(1, 1)
    )
    rows = rows.mutate(following=rows.starts_on.max().over(window))
    last = (rows.following - ibis.interval(days=1)).cast("date")
    ended = (rows.following <= rows.until).fill_null(False).ifelse(last, rows.ends_on)
    return rows.mutate(ends_on=ended).select(*names)
