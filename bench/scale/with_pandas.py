"""The same numbers with pandas, on a generated company: whole tables in memory.

As one would write it with care: dates as dates, texts as categories where few differ, groupby and
no loops over rows. Left out is what `by_hand.sql` leaves out.

    python bench/scale/with_pandas.py FOLDER
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from generate import FEATURES

AS_OF, QUARTER, BEFORE = (pd.Timestamp(day) for day in ("2026-09-30", "2026-07-01", "2026-04-01"))
DAY = pd.Timedelta(days=1)
OUT_OF_MEMORY = 137  # as where the system ends the process for it
END = AS_OF + DAY
YEAR_AGO = pd.Timestamp("2025-09-30")


def read(folder: Path, name: str) -> pd.DataFrame:
    """One raw table, dates as datetime64."""
    table = pd.read_parquet(folder / f"{name}.parquet")
    for column in table.columns[table.columns.str.endswith("_on")]:
        table[column] = pd.to_datetime(table[column])
    return table


def checked(folder: Path) -> dict[str, pd.DataFrame]:
    """Raw tables without late, broken and repeated rows; the future emptied."""
    accounts = read(folder, "accounts")
    accounts = accounts[accounts["won_on"] <= AS_OF]
    accounts["churned_on"] = accounts["churned_on"].where(accounts["churned_on"] <= AS_OF)
    accounts = accounts[~(accounts["churned_on"] < accounts["won_on"])]
    accounts = accounts.sort_values(["account_id", "won_on"]).drop_duplicates("account_id")

    contracts = read(folder, "contracts")
    contracts = contracts[contracts["starts_on"] <= AS_OF].drop_duplicates()
    contracts["ends_on"] = contracts["ends_on"].where(contracts["ends_on"] <= AS_OF)
    contracts["mrr"] = (contracts["mrr"].astype(float) * 100).round().astype("int64")  # cents
    contracts = contracts[
        (contracts["mrr"] >= 0) & ~(contracts["ends_on"] < contracts["starts_on"])
    ]
    known = pd.Index(accounts["account_id"]).union(contracts["account_id"].unique())

    tickets = read(folder, "tickets")
    tickets = tickets[tickets["opened_at"] < END]
    late = tickets["resolved_at"] >= END
    tickets["first_replied_at"] = tickets["first_replied_at"].where(
        tickets["first_replied_at"] < END
    )
    tickets["resolved_at"] = tickets["resolved_at"].mask(late)
    tickets["csat"] = tickets["csat"].mask(late)
    opened = tickets["opened_at"]
    tickets = tickets[
        (known.get_indexer(tickets["account_id"]) >= 0)
        & ~(tickets["first_replied_at"] < opened)
        & ~(tickets["resolved_at"] < opened)
        & ~(tickets["agent_touches"] < 0)
        & ~(tickets["reopens"] < 0)
        & ~((tickets["csat"] < 1) | (tickets["csat"] > 5))
    ]
    order = ["ticket_id", "account_id", "opened_at", "first_replied_at", "resolved_at"]
    tickets = tickets.sort_values(order).drop_duplicates("ticket_id")

    usage = read(folder, "usage")
    usage = usage[(usage["used_on"] <= AS_OF) & ~(usage["quantity"] < 0)]
    usage = usage[known.get_indexer(usage["account_id"]) >= 0].drop_duplicates()
    return {"accounts": accounts, "contracts": contracts, "tickets": tickets, "usage": usage}


def customers_of(accounts: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """One row per customer: revenue, status, tenure, exposure."""
    table = accounts.set_index("account_id")[["won_on", "churned_on"]]

    def in_force(day: pd.Timestamp) -> pd.Series:
        begun, ended = contracts["starts_on"] <= day, contracts["ends_on"] < day
        return contracts["mrr"].where(begun & ~ended)

    by = contracts["account_id"]
    now = in_force(AS_OF)
    table["mrr"] = now.groupby(by).sum() / 100
    table["mrr_year_ago"] = in_force(YEAR_AGO).groupby(by).sum() / 100
    active = now.notna().groupby(by).any().reindex(table.index, fill_value=False)
    left = by.map(table["churned_on"]).fillna(AS_OF)
    until = contracts["ends_on"].fillna(AS_OF).clip(upper=left)
    paid = (contracts["mrr"] > 0) & (contracts["starts_on"] <= until)
    last = until[paid] == until[paid].groupby(by[paid]).transform("max")
    last_mrr = contracts["mrr"][paid][last].groupby(by[paid][last]).sum() / 100
    former = table["churned_on"].notna() | ~active
    table["revenue"] = table["mrr"].where(~former, last_mrr)
    ended = contracts["ends_on"].fillna(AS_OF).groupby(by).max() + DAY
    table["left_on"] = table["churned_on"].fillna(ended).where(former)
    table = table[last_mrr.reindex(table.index).notna()]
    days = (table["left_on"].fillna(AS_OF).clip(upper=AS_OF) - table["won_on"]).dt.days
    table["tenure_months"] = days.clip(lower=0) / (365.25 / 12)
    here = table["left_on"].fillna(END).clip(upper=END) - table["won_on"].clip(lower=QUARTER)
    return table.assign(exposure=here.dt.days.clip(lower=0) * 3 / 92)


def bridge_of(contracts: pd.DataFrame) -> pd.DataFrame:
    """Revenue of the year and the quarter's movements per account."""
    by = contracts["account_id"]
    months = pd.date_range("2025-09-30", AS_OF, freq="ME")
    closing = pd.DataFrame(
        {
            month: contracts["mrr"]
            .where((contracts["starts_on"] <= month) & ~(contracts["ends_on"] < month), 0)
            .groupby(by)
            .sum()
            for month in months
        }
    )
    begins = contracts["starts_on"] + pd.offsets.MonthEnd(0)
    counted = (contracts["mrr"] > 0) & ~(contracts["ends_on"] < begins)
    first = begins[counted].groupby(by[counted]).min().reindex(closing.index)
    found = pd.DataFrame({"revenue_12m": closing[months[1:]].sum(axis=1)})
    names = ("new", "reactivated", "expansion", "contraction", "churned")
    moves = dict.fromkeys(names, 0)
    for before, month in zip(months[-4:-1], months[-3:], strict=True):
        a, b = closing[before], closing[month]
        moves["new"] += b.where((a == 0) & (first == month), 0)
        moves["reactivated"] += b.where((a == 0) & (first != month), 0)
        moves["expansion"] += (b - a).where((a > 0) & (b > a), 0)
        moves["contraction"] += (b - a).where((b > 0) & (b < a), 0)
        moves["churned"] += (b - a).where((b == 0) & (a > 0), 0)
    return found.assign(**{f"mrr_{name}": moves[name] for name in names}) / 100


def service_of(tickets: pd.DataFrame) -> pd.DataFrame:
    """Sums over the quarter's tickets per account."""
    t = tickets[tickets["opened_at"] >= QUARTER]
    reply = (t["first_replied_at"] - t["opened_at"]).dt.total_seconds()
    solved = (t["resolved_at"] - t["opened_at"]).dt.total_seconds()
    rows = pd.DataFrame(
        {
            "tickets": 1,
            "replied": reply.notna(),
            "reply": reply.fillna(0),
            "resolved": solved.notna(),
            "solved": solved.fillna(0),
            "touches": t["agent_touches"],
            "one_touch": solved.notna() & (t["agent_touches"] == 1),
            "reopened": t["reopens"] > 0,
            "escalated": t["escalated"],
            "rated": t["csat"].notna(),
            "satisfied": t["csat"] >= 4,
        }
    )
    sums = rows.groupby(t["account_id"]).sum()
    sums["reply_median"] = reply.groupby(t["account_id"]).median()
    return sums.assign(solved_median=solved.groupby(t["account_id"]).median())


def account_metrics(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per customer, the columns of `by_hand.sql`."""
    who = customers_of(tables["accounts"], tables["contracts"])
    bridge = bridge_of(tables["contracts"]).reindex(who.index, fill_value=0)
    service = service_of(tables["tickets"]).reindex(who.index)
    number = service["tickets"].fillna(0)
    here = (who["exposure"] > 0) | (number > 0)
    exposure = who["exposure"].where(who["exposure"] > 0)
    present = who["exposure"] > 0
    u = tables["usage"]
    u = u[(u["used_on"] >= BEFORE) & ~(u["quantity"] <= 0)]
    days = u.drop_duplicates(["account_id", "feature", "used_on"])
    now = days[days["used_on"] >= QUARTER]
    before = days[days["used_on"] < QUARTER].groupby("account_id").size()
    distinct = now.drop_duplicates(["account_id", "used_on"]).groupby("account_id").size()
    features = now.drop_duplicates(["account_id", "feature"])
    count = features.groupby("account_id").size().reindex(who.index, fill_value=0)
    throughout = who["left_on"].isna() & (who["won_on"] <= BEFORE)
    then = who["mrr_year_ago"].where(who["mrr_year_ago"] > 0)
    used = {
        f"feature_activation_feature_{k}": pd.Series(
            who.index.isin(features.loc[features["feature"] == f"feature {k}", "account_id"]),
            index=who.index,
        ).where(present)
        for k in range(FEATURES)
    }
    per = service.div(service["tickets"], axis=0)
    known = tables["usage"]["feature"].nunique()
    return pd.DataFrame(
        {
            "arr": 12 * who["mrr"],
            "acv": 12 * who["revenue"],
            **bridge,
            "nrr": who["mrr"] / then,
            "grr": np.minimum(who["mrr"], then) / then,
            "tenure_months": who["tenure_months"],
            "tickets": number.where(here),
            "unanswered_tickets": (number - service["replied"].fillna(0)).where(here),
            "open_tickets": (number - service["resolved"].fillna(0)).where(here),
            "tickets_per_customer_month": number / exposure,
            "first_reply_hours_mean": service["reply"] / service["replied"] / 3600,
            "first_reply_hours_median": service["reply_median"] / 3600,
            "resolution_hours_mean": service["solved"] / service["resolved"] / 3600,
            "resolution_hours_median": service["solved_median"] / 3600,
            "agent_touches_mean": per["touches"],
            "one_touch_rate": service["one_touch"] / service["resolved"],
            "reopen_rate": per["reopened"],
            "escalation_rate": per["escalated"],
            "ticket_csat": 100 * service["satisfied"] / service["rated"],
            "active_share": (count > 0).where(present),
            "active_days_per_month": distinct.reindex(who.index, fill_value=0) / exposure,
            "usage_trend": now.groupby("account_id").size().reindex(who.index, fill_value=0)
            / before.reindex(who.index).where(throughout),
            "features_used_share": (count / known).where(present),
            **used,
        }
    ).sort_index()


def run(folder: Path) -> None:
    """Leave the numbers per account, and the rows used per table, in ``folder``."""
    tables = checked(folder)
    found = account_metrics(tables).astype(float).rename_axis("account_id").reset_index()
    found.to_parquet(folder / "account_metrics_with_pandas.parquet", index=False)
    counts = {"table_name": list(tables), "rows_used": [len(table) for table in tables.values()]}
    pd.DataFrame(counts).to_parquet(folder / "rows_used_with_pandas.parquet", index=False)


if __name__ == "__main__":
    begun = time.perf_counter()
    try:
        run(Path(sys.argv[1]))
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
    print(json.dumps({"seconds": time.perf_counter() - begun}))
