"""What accounts pay: subscriptions, one-off services and the costs booked on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from generator.company import ALL, LIST_PRICE, Account, Planted, effects_on
from generator.draw import (
    AS_OF,
    DAY,
    EXTRACTED,
    HISTORY_FROM,
    choose,
    day_between,
    lognormal,
    pick,
    stream,
    years_later,
)  # fmt: skip

Row = dict[str, Any]
OUTLIER_FACTOR = 4.6  # times the largest monthly revenue that any other customer ever had


# A few accounts take far more service than others: share of the accounts, and how many times as
# many tickets and visits.
DEMANDING, DEMANDS = 0.02, 6.0
CONNECTOR = "ERP Connector"
CONNECTOR_SHARE, CONNECTOR_FEE = (0.08, 0.40), 0.06  # of others and of Kestrel firms; of the fee
SIGNS_SHOW = dt.timedelta(days=200)  # before an account leaves
# Why accounts leave, as they say; before a departure that has to do with Velderon its signs show.
WHY = {"missing features": 26, "went to a competitor": 24, "poor support": 18, "price": 16,
       "merged or closed": 10, "other": 6}  # fmt: skip
FORESEEABLE = ("missing features", "went to a competitor", "poor support")
REASON_UNKNOWN = 0.15  # share of those who left without a reason in the CRM


def seat_price(account: Account, start: dt.date, held: list[Planted]) -> float:
    """List price of the plan, a negotiated discount, and the effects in force at the start."""
    price = LIST_PRICE[account.attributes["plan_tier"]]
    price *= lognormal(stream("discount", account.number), 1, 0.06)
    for effect in held:
        if effect.in_force(start):
            price *= effect.price
    return price


def leaves(drawn: float, renewal: dt.date, held: list[Planted]) -> bool:
    """Whether the account cancels at this renewal; the last weeks before the export are worse."""
    if renewal > AS_OF:
        return drawn < 0.35
    chance = 0.03 if renewal.year < 2024 else 0.078
    return drawn < chance + sum(e.leaving_after for e in held if e.over(renewal))


def account_subscriptions(account: Account, effects: frozenset[str] = ALL) -> list[Row]:
    """Yearly terms from the first day on, until the account leaves or the export is reached.

    Every term takes the same number of draws, so that the same account without the planted
    effects differs by nothing else.
    """
    rng = stream("subscriptions", account.number)
    held = effects_on(account.attributes, effects)
    loyal = account.role in {"parent", "subsidiary", "outlier", "tiny"}
    evergreen = rng.random() < 0.35
    connects = stream("connector", account.number).random()
    connected = connects < CONNECTOR_SHARE["kestrel" in {e.id for e in held}]
    seats, start, rows = account.start_seats, account.won_on, []
    account.churned_on = None
    while start <= EXTRACTED:
        chance, early, back, gap, extra = rng.random(5)
        change = rng.standard_normal()
        end = years_later(start) - DAY
        going = not loyal and end < EXTRACTED and leaves(chance, end + DAY, held)
        if going and early < 0.25:
            end -= DAY * int(30 + 200 * early)
        fee = round(seats * seat_price(account, start, held), 2)
        rows.append(subscription(account, account.attributes["plan_tier"], start, end, fee, seats))
        if extra < 0.12 and account.role != "tiny":  # runs beside the main contract
            addon_start = start + DAY * int(60 + 1500 * extra)
            if addon_start <= min(end, EXTRACTED):
                addon_fee = round(fee * (0.06 + extra), 2)
                rows.append(subscription(account, "Analytics add-on", addon_start, end, addon_fee))
        if connected and account.role not in {"tiny", "trial", "hidden_trial"}:
            connector_fee = round(fee * CONNECTOR_FEE, 2)
            rows.append(subscription(account, CONNECTOR, start, end, connector_fee))
        account.seats = seats
        if going and back > 0.12:
            account.churned_on = end + DAY
            break
        if going:  # comes back after some months
            start = end + DAY * int(60 + 1000 * back)
            if start > EXTRACTED:
                account.churned_on = end + DAY
        else:
            late = gap < 0.03 and not loyal
            start = end + DAY * (1 + late * int(5 + 1000 * gap))
        growth = 0.015 + sum(e.expansion for e in held if e.in_force(start))
        if account.role != "tiny":
            seats = max(10, round(seats * (1 + growth + 0.07 * change)))
    set_reason(account)
    if evergreen and account.churned_on is None:
        for row in rows:  # the running terms have no end yet
            row["valid_to"] = None if row["valid_to"] >= EXTRACTED else row["valid_to"]
    return rows


def set_reason(account: Account) -> None:
    """Why the account left, where it did and somebody asked."""
    rng = stream("reason", account.number)
    said, reason = rng.random() >= REASON_UNKNOWN, pick(rng, WHY)
    account.churn_reason = reason if said and account.churned_on else None


def leaving(account: Account, day: dt.date) -> float:
    """How far a departure that was to be foreseen has come by this day, from 0 to 1."""
    if account.churned_on is None or account.churn_reason not in FORESEEABLE:
        return 0.0
    return min(1.0, max(0.0, 1 - (account.churned_on - day) / SIGNS_SHOW))


def is_leaving(account: Account, day: dt.date) -> bool:
    """Whether the signs of a departure that was to be foreseen show on this day."""
    return leaving(account, day) > 0


def subscription(account: Account, plan: str, start: dt.date, end: dt.date, fee: float,
                 seats: int | None = None) -> Row:  # fmt: skip
    """One line of the billing system; valid_to is the last day in force."""
    return {"customer_no": account.id, "plan_code": plan, "valid_from": start, "valid_to": end,
            "monthly_fee_eur": fee, "licences": seats}  # fmt: skip


def draw_subscriptions(accounts: list[Account], effects: frozenset[str] = ALL) -> list[Row]:
    """All subscriptions, the outlier's scaled to stand far above everybody else."""
    billed = [a for a in accounts if a.role not in {"never_billed"}]
    # Some trials were set up in the CRM only.
    billed = [a for a in billed if a.role != "trial" or a.number % 3]
    rows = [row for a in billed for row in account_subscriptions(a, effects)]
    outlier = next(a for a in accounts if a.role == "outlier")
    top = largest_monthly_revenue(rows, accounts, leave_out=outlier.id)
    for row in rows:
        if row["customer_no"] == outlier.id:
            row["monthly_fee_eur"] = round(OUTLIER_FACTOR * top, -2)
    # One flat contract, no add-ons beside it.
    return [r for r in rows if r["customer_no"] != outlier.id or r["plan_code"] in LIST_PRICE]


def in_force(row: Row, day: dt.date) -> bool:
    """Whether a subscription counts on this day."""
    return row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] >= day)


def revenue_on(rows: list[Row], accounts: list[Account], day: dt.date) -> dict[str, float]:
    """Monthly revenue on a day per customer, subsidiaries counted with their parent."""
    parent = {a.id: a.parent_id or a.id for a in accounts}
    total: dict[str, float] = {}
    for row in rows:
        if in_force(row, day):
            customer = parent.get(row["customer_no"], row["customer_no"])
            total[customer] = total.get(customer, 0.0) + row["monthly_fee_eur"]
    return total


def largest_monthly_revenue(rows: list[Row], accounts: list[Account], leave_out: str) -> float:
    """The most that any customer but one paid at the end of any quarter."""
    ends = [dt.date(y, m, d) for y in (2024, 2025, 2026)
            for m, d in ((3, 31), (6, 30), (9, 30), (12, 31))]  # fmt: skip
    return max(v for end in ends if end <= AS_OF
               for k, v in revenue_on(rows, accounts, end).items() if k != leave_out)  # fmt: skip


def active_span(account: Account) -> tuple[dt.date, dt.date] | None:
    """First and last day on which an account can show up in the operational systems."""
    first = max(account.won_on, HISTORY_FROM)
    last = min(account.churned_on - DAY if account.churned_on else EXTRACTED, EXTRACTED)
    return (first, last) if first < last and account.role != "never_billed" else None


def draw_services(accounts: list[Account]) -> list[Row]:
    """Invoices for one-off services, and the credit notes that some of them drew."""
    rows: list[Row] = []
    for account in accounts:
        rng, span = stream("services", account.number), active_span(account)
        if span is None or account.role in {"trial", "hidden_trial"}:
            continue
        for _ in range(int(rng.poisson(0.6 * ((span[1] - span[0]).days / 365)))):
            day = day_between(rng, *span)
            net = round(lognormal(rng, 900, 0.6), 2)
            service = choose(rng, ("Training", "Data migration", "Workshop", "Integration"))
            rows.append({"client": account.id, "invoice_date": day, "service": service,
                         "net_eur": net})  # fmt: skip
            if rng.random() < 0.05 and day + 20 * DAY <= EXTRACTED:
                rows.append({"client": account.id, "invoice_date": day + 20 * DAY,
                             "service": f"Credit note: {service}",
                             "net_eur": -round(net * choose(rng, (0.5, 1.0)), 2)})  # fmt: skip
    rows.sort(key=lambda r: (r["invoice_date"], r["client"], r["net_eur"]))
    return [{"invoice_no": f"IS-{i:05d}"} | row for i, row in enumerate(rows, 1)]


def draw_costs(accounts: list[Account], effects: frozenset[str] = ALL) -> list[Row]:
    """What winning and serving each account cost; one account in eight has no acquisition cost."""
    rows: list[Row] = []
    for account in accounts:
        rng, span = stream("costs", account.number), active_span(account)
        price = lognormal(rng, 4200, 0.45)
        for effect in effects_on(account.attributes, effects):
            price *= effect.acquisition
        acquisition = {"Customer": account.id, "Booked": account.won_on, "Cost type": "Acquisition",
                       "Amount EUR": round(price, 2)}  # fmt: skip
        if rng.random() > 0.12 and account.role not in {"trial", "hidden_trial"}:
            rows.append(acquisition)
        if span is None:
            continue
        visits = 0.8 * (DEMANDS if is_demanding(account) else 1)
        for _ in range(int(rng.poisson(visits * ((span[1] - span[0]).days / 365)))):
            rows.append({"Customer": account.id, "Booked": day_between(rng, *span),
                         "Cost type": "Service",
                         "Amount EUR": round(lognormal(rng, 650, 0.6), 2)})  # fmt: skip
    rows.sort(key=lambda r: (r["Booked"], r["Customer"], r["Amount EUR"]))
    return [{"Booking": 300_001 + i} | row for i, row in enumerate(rows)]


def is_demanding(account: Account) -> bool:
    """Whether an account takes far more service than others."""
    return account.role == "regular" and stream("demand", account.number).random() < DEMANDING


def number_subscriptions(rows: list[Row]) -> list[Row]:
    """Subscription numbers in the order of the first day."""
    rows = sorted(rows, key=lambda r: (r["valid_from"], r["customer_no"], r["plan_code"]))
    return [{"subscription_no": f"SUB-{i:05d}"} | row for i, row in enumerate(rows, 1)]
