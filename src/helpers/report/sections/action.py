"""The sections of step 5 about work with customers: books, renewals, engagement."""

import pandas as pd

from helpers.priority.books import PROPOSED, Books
from helpers.priority.cross_sell import Offers
from helpers.priority.distinct import LEFT_OVER, Distinct
from helpers.priority.engagement import Engaged
from helpers.priority.lists import Lists
from helpers.priority.renewals import RISING, Renewals
from helpers.priority.savings import Savings
from helpers.report.exhibits import Exhibit, Page, finding, page, table
from helpers.report.sections.priorities import names_of, tags, to_act_on
from helpers.words import action as words
from helpers.words.numbers import short_money
from helpers.workspace import Workspace


def books(ws: Workspace, planned: Books) -> Page:
    """Who looks after whom, today and as proposed."""
    at = planned.plans.set_index("plan")
    nobody = planned.managers["manager"].fillna("").eq("").all()
    if planned.reason:
        first = finding(ws, "books_told", words.NOT_PLANNED, reason=planned.reason)
    else:
        row = at.loc[PROPOSED]
        first = finding(
            ws,
            "books_told",
            words.PLANNED,
            customers=len(planned.table),
            managers=int(row["managers"]),
            most=float(row["arr_most"]),
            least=float(row["arr_least"]),
            moved=int(row["handovers"]),
        )
    if planned.reason and nobody:  # of whom nobody looks after, shapes of books are no plans
        return page(first)
    return page(
        first,
        table(
            ws,
            "books",
            planned.plans,
            title=words.BOOKS,
            source="book_plans",
            note="; ".join(planned.notes),
        )
        if planned.plans["arr"].notna().any()  # shapes of books are told by revenue
        else None,
        table(
            ws,
            "book_managers",
            planned.managers,
            title=words.BOOK_MANAGERS,
            source="book_managers",
            most=40,
        )
        if planned.managers["manager"].fillna("").ne("").any()
        else None,
    )


def _none_named(renewals: pd.DataFrame) -> pd.DataFrame:
    """Renewals in a table: who is in no segment is told so, where the data file has a blank."""
    return renewals.assign(segment=renewals["segment"].replace({"": words.LEFT_OVER}))


def renewals(ws: Workspace, coming: Renewals) -> Page:
    """Which renewals come up, and how much of them may be lost."""
    listed, past = coming.table, coming.past
    if coming.reason:
        reason = "; ".join([coming.reason, *coming.notes])
        return page(finding(ws, "renewals_told", words.NO_RENEWALS, reason=reason))
    now = past.iloc[-1]
    if coming.withheld and now["expected"] != now["expected"]:
        loss = finding(ws, "renewals_lost", words.LOSS_UNKNOWN, reason=coming.withheld)
    elif coming.withheld:
        loss = finding(
            ws,
            "renewals_lost",
            words.LOSS_OPEN,
            expected=float(now["expected"]),
            reason=coming.withheld,
        )
    else:
        limits = {name: float(now[name]) for name in ("expected", "low", "high")}
        loss = finding(ws, "renewals_lost", words.LOSS, quarters=len(past) - 1, **limits)
    stake, every = float(listed["arr_at_stake"].sum()), _all_they_pay(ws, listed)
    more = every is not None and short_money(every, "") != short_money(stake, "") and every > stake
    return page(
        finding(
            ws,
            "renewals_told",
            words.RENEW,
            customers=len(listed),
            stake=stake,
            window=ws.study.lifecycle.renewal_window,
        ),
        loss,
        finding(ws, "renewals_trend", words.LOSS_RISING)
        if coming.trend == RISING
        else finding(ws, "renewals_trend", words.LOSS_FALLING)
        if coming.trend
        else None,
        finding(ws, "renewals_open", words.RENEW_OPEN, told="; ".join(coming.notes))
        if coming.notes
        else None,
        _last_lost(ws, past),
        finding(ws, "renewals_all", words.RENEW_ALL, every=every) if more else None,
        table(
            ws,
            "renewal_groups",
            _none_named(coming.groups),
            title=words.RENEWAL_GROUPS,
            source="renewal_groups",
        ),
        table(
            ws, "renewals", _none_named(listed), title=words.RENEWALS, source="renewals", most=40
        ),
        table(
            ws,
            "renewal_history",
            past,
            title=words.RENEWAL_HISTORY,
            source="renewal_history",
            note=coming.withheld,
        )
        if len(past) > 1
        else None,
    )


def _all_they_pay(ws: Workspace, listed: pd.DataFrame) -> float | None:
    """What customers whose renewals come up pay a year, in all; None where that is not known.

    Lists and steps count customers, with all of their contracts.
    """
    if "account_metrics" not in ws.data_files:
        return None
    metrics = ws.load("account_metrics")
    if "arr" not in metrics:
        return None
    theirs = metrics.loc[metrics["account_id"].isin(listed["account_id"]), "arr"]
    return float(theirs.sum()) if theirs.notna().all() else None


def _last_lost(ws: Workspace, past: pd.DataFrame) -> Exhibit | None:
    """What the last quarter's renewals lost; None where no past quarter is known."""
    known = past[past["lost"].notna() & past["at_stake"].gt(0)]
    if known.empty:
        return None
    last = known.iloc[-1]
    return finding(
        ws,
        "renewals_last",
        words.LAST_LOST_OUTSIDE if last["inside"] == "no" else words.LAST_LOST,
        day=last["quarter_end"],
        window=ws.study.lifecycle.renewal_window,
        stake=float(last["at_stake"]),
        lost=float(last["lost"]),
        share=float(last["lost_share"]),
    )


def engagement(ws: Workspace, engaged: Engaged) -> Page:
    """Tags, how close to work with whom, and how well promises were kept."""
    tiers, customers = engaged.table, len(engaged.tags)
    first = tiers.iloc[0]
    told = {"first": int(first["customers"]), "customers": customers}
    if not customers:
        said = finding(ws, "tiers_told", words.NO_TIERS)
    elif first["arr"] == first["arr"]:
        said = finding(ws, "tiers_told", words.TIERED, arr=float(first["arr"]), **told)
    else:
        said = finding(ws, "tiers_told", words.TIERED_COUNT, **told)
    share, low, high = (float(first[f"kept_{name}"]) for name in ("share", "low", "high"))
    return page(
        *tags(ws, engaged.tags),
        said,
        finding(ws, "promise_kept", words.KEPT, share=share, low=low, high=high)
        if share == share and low == low
        else None,
        table(
            ws,
            "engagement",
            tiers,
            title=words.ENGAGEMENT,
            source="engagement",
            formats={"tier": "words"},
            note="; ".join(engaged.notes),
        ),
    )


def distinct(ws: Workspace, apart: Distinct) -> Page:
    """Which customers the segments hold between them."""
    held = apart.table
    if held.empty:
        return page(finding(ws, "held", words.NOTHING_DISTINCT))
    inside = held[held["segment_id"] != LEFT_OVER]
    values = {
        "customers": int(inside["customers"].sum()),
        "all": int(held["customers"].sum()),
        "share": float(inside["customer_share"].sum()),
    }
    paid = float(inside["arr_share"].sum(min_count=1))
    explained, pairs, names = apart.explained, apart.overlaps, names_of(held)
    return page(
        finding(ws, "held", words.HELD_ARR, arr=paid, **values)
        if paid == paid
        else finding(ws, "held", words.HELD, **values),
        finding(ws, "apart", words.ALIKE, explained=explained)
        if explained > 0
        else finding(ws, "apart", words.NOT_ALIKE)
        if explained == explained
        else None,
        table(
            ws, "distinct_segments", held, title=words.DISTINCT, source="distinct_segments", most=30
        ),
        table(
            ws,
            "segment_overlaps",
            pairs.assign(
                segment=pairs["segment_id"].map(names), other=pairs["other_id"].map(names)
            ),
            title=words.OVERLAPS,
            source="segment_overlaps",
            most=30,
        )
        if len(pairs)
        else None,
    )


def saved(ws: Workspace, found: Savings) -> Page:
    """What could be saved where healthy customers take far more service than their peers."""
    if found.reason:
        return page(finding(ws, "savings_told", words.NOT_SAVED, reason=found.reason))
    return page(
        finding(ws, "savings_told", words.SAVED, told=found.told),
        table(
            ws, "service_savings", found.table, title=words.SAVINGS, source="service_savings"
        ),
    )  # fmt: skip


def called(ws: Workspace, lists: Lists, offers: Offers, written: pd.DataFrame) -> Page:
    """Whom to call, and who of a segment lacks what the others hold.

    ``written`` is the data file ``messages``.
    """
    compared, people = offers.table, offers.customers
    pairs = int(compared["more_often"].sum())
    if offers.reason:
        first = finding(ws, "cross_sell_told", words.NOT_SOLD, reason=offers.reason)
    elif pairs:
        first = finding(
            ws,
            "cross_sell_told",
            words.SELL,
            pairs=pairs,
            compared=len(compared),
            customers=people["account_id"].nunique(),
        )
    else:
        first = finding(ws, "cross_sell_told", words.SELL_NOTHING, compared=len(compared))
    return page(
        *to_act_on(ws, lists),
        finding(
            ws,
            "messages_told",
            words.WRITTEN,
            messages=len(written),
            plays=written["play"].nunique(),
        )
        if len(written)
        else None,
        first,
        table(
            ws,
            "cross_sell",
            compared,
            title=words.OFFERS,
            source="cross_sell",
            most=30,
            note="; ".join(offers.notes),
        )
        if len(compared)
        else None,
        table(
            ws,
            "cross_sell_customers",
            people,
            title=words.LACKING,
            source="cross_sell_customers",
            most=30,
        )
        if len(people)
        else None,
    )
