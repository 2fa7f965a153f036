"""When customers leave, and what came before: association, not cause.

Whoever has decided to leave may use a product less because of that decision. What is found here
says whom to look at, not what makes customers stay.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.collect.customer_tables import customer_rows
from helpers.metrics.components import Components
from helpers.metrics.exact import count, fetch, total
from helpers.metrics.intervals import LEVEL
from helpers.metrics.losses import UNKNOWN
from helpers.metrics.matching import nearest
from helpers.metrics.outcomes import Rows
from helpers.metrics.retention import DAYS_PER_MONTH, year_counted
from helpers.metrics.revenue import days_table
from helpers.quarter import Quarter
from helpers.study import Study
from helpers.words import measures as words
from helpers.words import say
from helpers.workspace import Workspace

TENURE_BANDS = (3, 6, 12, 24, 36)
# The quarter before leaving, in days; who stayed longer or shorter by less than that is alike.
WINDOW = CALIPER = 91
MONTHS = WINDOW / DAYS_PER_MONTH
STAYED_PER_LEAVER = 3
COLUMNS = (
    "metric", "label", "unit", "left_customers", "stayed_customers", "left_value", "stayed_value",
    "difference", "low", "high", "p_value", "p_adjusted", "verdict",
)  # fmt: skip
# What is compared: metric, table, label, unit.
COMPARED = (
    ("tickets_per_customer_month", "tickets", words.TICKETS_PER_MONTH, "per month"),
    ("escalations_per_month", "tickets", words.ESCALATED_TICKETS_PER_MONTH, "per month"),
    ("reopened_per_month", "tickets", words.REOPENED_TICKETS_PER_MONTH, "per month"),
    ("ticket_csat", "tickets", words.TICKET_CSAT, "%"),
    ("active_days_per_month", "usage", words.DAYS_USE_PER_MONTH, "per month"),
    ("features_used", "usage", words.FEATURES_USED, "count"),
    ("csat", "surveys", "CSAT", "%"),
    ("nps_answer", "surveys", words.NPS_ANSWER, "points"),
)


def hazard(parts: Components, *, bands: Sequence[float] = TENURE_BANDS) -> pd.DataFrame:
    """How often customers leave per month, by how long they have been customers.

    Parameters
    ----------
    parts : components of all included customers, current and former.
    bands : months of tenure at which one band ends and the next begins.

    Returns
    -------
    One row per band that anyone reached: band (text), from_months and to_months (blank in the
    last), customers (that reached it), customer_months (spent in it), left, hazard (left ÷
    customer_months, per month), low and high (exact Poisson limits, Garwood 1936). A customer that
    left on a band's last day, or on the day a year ends (`year_counted`), left in that band. Where
    records begin later than a customer was won, its months count from that day on (delayed entry).
    """
    from scipy.special import gammaincinv

    months = parts.table["tenure_months"].to_numpy(float)[:, None]
    entry = parts.entry_months.to_numpy(float)[:, None]
    gone = parts.table["left"].to_numpy(bool)
    starts, ends = np.array([0.0, *bands]), np.array([*bands, np.inf])
    spent = np.clip(np.clip(months, starts, ends) - np.clip(entry, starts, ends), 0, None)
    told = year_counted(months)
    inside = (told > starts) & (told <= ends) & ((months > entry) | (entry == 0))
    left = (inside & gone[:, None]).sum(axis=0)
    total = spent.sum(axis=0)
    share = (1 - LEVEL) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(left > 0, gammaincinv(np.maximum(left, 1), share), 0.0) / total
        high = gammaincinv(left + 1, 1 - share) / total
        rate = left / total
    names = [
        say(words.FROM_TO_MONTHS, low=str(int(a)), high=str(int(b)))
        for a, b in zip(starts[:-1], ends[:-1], strict=True)
    ]
    table = pd.DataFrame(
        {
            "band": [*names, say(words.MONTHS_OR_LONGER, months=int(starts[-1]))],
            "from_months": starts,
            "to_months": np.where(np.isfinite(ends), ends, np.nan),
            "customers": ((months > np.maximum(starts, entry)) & (entry < ends)).sum(axis=0),
            "customer_months": total.round(6),
            "left": left,
            "hazard": rate,
            "low": low,
            "high": high,
        }
    )
    return table[table["customers"] > 0].reset_index(drop=True)


def seeming_beginning(
    customers: pd.DataFrame, as_of: dt.date, *, bands: Sequence[float] = TENURE_BANDS
) -> dict[str, object]:
    """Whether records seem to begin long after the first customers were won.

    Before the first day on which anybody left, customers of each band of tenure would have left as
    often as later ones did.

    Parameters
    ----------
    customers : won_on, left_on (blank = current).

    Returns
    -------
    first (that day) and expected (how many of the customers would have left before it), where their
    hazards add up to at least 10: that nobody leaves is then seen once in 22,000 times. Empty
    otherwise.
    """
    known = customers[["won_on", "left_on"]].astype("datetime64[us]").dropna(subset="won_on")
    first = known["left_on"].min()
    if pd.isna(first):
        return {}
    end = pd.Timestamp(as_of)
    months = pd.Timedelta(days=DAYS_PER_MONTH)
    until = known["left_on"].fillna(end).clip(upper=end)
    tenure, turn = ((day - known["won_on"]) / months for day in (until, first))
    turn = turn.clip(lower=0).to_numpy()
    tenure = tenure.clip(lower=0).to_numpy()
    left = known["left_on"].notna().to_numpy()
    pressed = np.zeros(len(known))  # each customer's hazard, added up over the time before
    for low, high in pairwise([0.0, *bands, np.inf]):
        before = np.clip(turn, low, high) - low
        after = np.clip(np.clip(tenure, low, high) - np.clip(turn, low, high), 0, None)
        gone = (left & (tenure >= low) & (tenure < high)).sum()
        pressed += gone / after.sum() * before if after.sum() else 0.0
    # A customer leaves once, however long it was pressed: 1 − e^−H of each.
    expected = -np.expm1(-pressed).sum()
    enough = pressed.sum() >= 10
    return {"first": first.date(), "expected": round(float(expected))} if enough else {}


@dataclass(frozen=True)
class BeforeLeaving:
    """``table`` is the data file ``before_leaving``.

    ``leavers`` left in the trailing year, ``early`` of them within their first quarter, and
    ``matched`` have at least one customer that stayed beside them; ``reason`` says why the table is
    empty. ``pairs`` are the customers compared (set, account_id, left, first, last) and
    ``measured`` what each of them did in those days, row by row.
    """

    table: pd.DataFrame
    leavers: int = 0
    early: int = 0
    matched: int = 0
    reason: str = ""
    pairs: pd.DataFrame | None = None
    measured: pd.DataFrame | None = None


def before_leaving(
    study: Study, quarter: Quarter, customers: pd.DataFrame, parts: Components, rows: Rows
) -> BeforeLeaving:
    """The quarter before leaving, against the same days of customers alike who stayed.

    Parameters
    ----------
    customers : included customers: account_id, won_on.
    parts : their components.
    rows : canonical tables of these customers by name; tickets, usage and surveys are looked at.

    Returns
    -------
    BeforeLeaving; one row per metric: left_customers and stayed_customers (with data), left_value,
    stayed_value, their difference with 95 % interval (paired t), p_value, p_adjusted (Benjamini and
    Hochberg over all metrics) and verdict in words. Fewer pairs than the study's
    ``metrics.interval_min_customers`` give values without a test.

    Notes
    -----
    Who left in the trailing year is compared over the 91 days before its last day. Up to three
    customers that are still there stand beside it, over the same calendar days, so that season and
    data are the same. They are those won nearest in time, at most 91 days apart, each used once:
    on the same day, won at the same time is the same tenure. Customers that left within their first
    91 days have no quarter before leaving; they are counted, not compared.
    """
    pairs, found = _matched(quarter, customers, parts)
    counted: dict[str, Any] = {**found}
    if pairs.empty:
        return BeforeLeaving(_typed([]), **counted, reason=_why(found))
    measured = _measured(pairs, rows)
    if measured is None:
        return BeforeLeaving(_typed([]), **counted, reason=words.NEITHER_TICKETS_NOR_USAGE_NOR)
    least = study.metrics.interval_min_customers
    table = _typed([_compared(pairs, measured, *entry, least=least) for entry in COMPARED])
    table = _judged(table, study.scope.alpha)
    return BeforeLeaving(table, **counted, pairs=pairs, measured=measured)


def before_leaving_of(ws: Workspace, customers: pd.DataFrame) -> BeforeLeaving:
    """The same of the customers of a quarter, in whichever process."""
    rows = {name: customer_rows(ws, name) for name in ("tickets", "usage", "surveys")}
    return before_leaving(ws.study, ws.quarter, customers, Components.kept(ws), rows)


def by_reason(study: Study, eve: BeforeLeaving, reasons: pd.Series) -> pd.DataFrame:
    """What was observed before leaving, by the reason that was stated: ``reasons_observed``.

    Parameters
    ----------
    reasons : stated reason by account_id; blank = none given.

    Returns
    -------
    One row per stated reason and metric, in the manner of `before_leaving`: each leaver against the
    mean of those beside it. One family of tests (Benjamini and Hochberg) over all of them. A reason
    of which nothing differs is a word that the data do not echo, and no proof that it is wrong.
    """
    columns = ["reason", *COLUMNS]
    if eve.pairs is None or eve.measured is None:
        return pd.DataFrame(columns=columns)
    gone = eve.pairs[eve.pairs["left"]].set_index("set")["account_id"].map(reasons)
    stated = gone.astype("object").where(gone.notna(), "").astype(str).str.strip()
    stated = stated.replace("", UNKNOWN)
    least = study.metrics.interval_min_customers
    measured = eve.measured.reset_index(drop=True)
    tables = []
    for reason in sorted(set(stated), key=lambda one: (one == UNKNOWN, one)):
        held = eve.pairs["set"].isin(stated.index[stated == reason]).to_numpy()
        pairs = eve.pairs[held].reset_index(drop=True)
        table = _typed(
            [_compared(pairs, measured[held], *entry, least=least) for entry in COMPARED]
        )
        tables.append(table.assign(reason=reason))
    whole = pd.concat(tables, ignore_index=True)[columns]
    return _judged(whole, study.scope.alpha)


def _matched(
    quarter: Quarter, customers: pd.DataFrame, parts: Components
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Leavers and those beside them: set, account_id, left, first, last (days of the window)."""
    table = customers[["account_id", "won_on"]].merge(
        parts.table[["account_id", "tenure_months", "left"]], on="account_id", validate="1:1"
    )
    days = (table["tenure_months"] * DAYS_PER_MONTH).round()
    table["won_on"] = pd.to_datetime(table["won_on"]).astype("datetime64[us]")
    table["left_on"] = table["won_on"] + pd.to_timedelta(days, unit="D")
    in_year = table["left_on"].between(
        pd.Timestamp(quarter.year_start), pd.Timestamp(quarter.as_of)
    )
    gone = table[table["left"] & in_year & (days > 0)]
    full = gone[gone["left_on"] - gone["won_on"] >= pd.Timedelta(days=WINDOW)]
    full = full.sort_values(["left_on", "account_id"]).reset_index(drop=True)
    stayed = table[~table["left"] & table["won_on"].notna()]
    stayed = stayed.sort_values(["won_on", "account_id"]).reset_index(drop=True)
    rows = _nearest(full, stayed)
    pairs = pd.DataFrame(rows, columns=["set", "account_id", "left", "first", "last"])
    counts = {"leavers": len(gone), "early": len(gone) - len(full)}
    return pairs, counts | {"matched": pairs["set"].nunique()}


def _nearest(full: pd.DataFrame, stayed: pd.DataFrame) -> list[tuple]:
    """Rows of every leaver for whom somebody is found, and of those found, each used once."""
    won, at, left = (
        column.to_numpy("datetime64[D]").astype(int)
        for column in (stayed["won_on"], full["won_on"], full["left_on"])
    )
    beside = nearest(won, at, last=left - WINDOW, caliper=CALIPER, each=STAYED_PER_LEAVER)
    accounts, rows = stayed["account_id"].to_numpy(), []
    for place, leaver in enumerate(full[["account_id", "left_on"]].itertuples(index=False)):
        if place in beside:
            window = leaver.left_on - pd.Timedelta(days=WINDOW), leaver.left_on - _DAY
            rows.append((place, leaver.account_id, True, *window))
            rows += [(place, accounts[one], False, *window) for one in beside[place]]
    return rows


def _measured(pairs: pd.DataFrame, rows: Rows) -> pd.DataFrame | None:
    """What each customer of the pairs did in its window; None where nothing is collected."""
    windows = pairs[["account_id", "first", "last"]]
    found = []
    for name, measure in (("tickets", _tickets), ("usage", _usage), ("surveys", _surveys)):
        known = rows.get(name)
        if known is not None:
            joined = known.join(days_table(windows), "account_id")
            table = measure(joined).set_index("account_id")
            found.append(table.reindex(pairs["account_id"]))
    if not found:
        return None
    table = pd.concat(found, axis=1)
    # Rates of customers without a row are 0, shares of theirs are unknown.
    rates = [name for name in table.columns if name not in ("ticket_csat", "csat", "nps_answer")]
    return table.fillna(dict.fromkeys(rates, 0.0))


def _tickets(joined: ir.Table) -> pd.DataFrame:
    opened = _in_window(joined, joined.opened_at.date())
    rated = joined.csat.notnull() & _in_window(joined, joined.resolved_at.date())
    table = fetch(
        joined.group_by("account_id").agg(
            tickets_per_customer_month=count(opened),
            escalations_per_month=count(opened & joined.escalated),
            reopened_per_month=count(opened & (joined.reopens > 0)),
            rated=count(rated),
            satisfied=count(rated & (joined.csat >= 4)),
        )
    )
    rates = ["tickets_per_customer_month", "escalations_per_month", "reopened_per_month"]
    table[rates] = table[rates] / MONTHS
    table["ticket_csat"] = 100 * table["satisfied"] / table["rated"].where(table["rated"] > 0)
    return table.drop(columns=["rated", "satisfied"])


def _usage(joined: ir.Table) -> pd.DataFrame:
    used = joined.filter(
        _in_window(joined, joined.used_on) & (joined.quantity.isnull() | (joined.quantity > 0))
    )
    table = fetch(
        used.group_by("account_id").agg(
            active_days_per_month=used.used_on.nunique(), features_used=used.feature.nunique()
        )
    )
    return table.assign(active_days_per_month=table["active_days_per_month"] / MONTHS)


def _surveys(joined: ir.Table) -> pd.DataFrame:
    answered_on = ibis.coalesce(joined.responded_on, joined.asked_on)
    inside = joined.score.notnull() & _in_window(joined, answered_on)
    rated = inside & (joined.kind == "csat")
    asked = inside & (joined.kind == "nps")
    table = fetch(
        joined.group_by("account_id").agg(
            rated=count(rated),
            satisfied=count(rated & (joined.score >= 4)),
            answers=count(asked),
            answered=total(joined.score, asked),
        )
    )
    share = 100 * table["satisfied"] / table["rated"].where(table["rated"] > 0)
    mean = table["answered"] / table["answers"].where(table["answers"] > 0)
    return table[["account_id"]].assign(csat=share, nps_answer=mean)


def _in_window(joined: ir.Table, day: ir.DateValue) -> ir.BooleanValue:
    return (day >= joined["first"]) & (day <= joined["last"])


def _compared(
    pairs: pd.DataFrame,
    measured: pd.DataFrame,
    metric: str,
    table: str,
    label: str,
    unit: str,
    *,
    least: int,
) -> dict | None:
    """One metric: each leaver against the mean of those beside it."""
    if metric not in measured:
        return None
    held = pairs.assign(value=measured[metric].to_numpy(float)).dropna(subset="value")
    left = held[held["left"]].set_index("set")["value"]
    stayed = held[~held["left"]].groupby("set")["value"].mean()
    both = left.index.intersection(stayed.index)
    gap = (left[both] - stayed[both]).to_numpy()
    row = {
        "metric": metric,
        "label": label,
        "unit": unit,
        "left_customers": len(both),
        "stayed_customers": int((~held["left"] & held["set"].isin(both)).sum()),
        "left_value": left[both].mean(),
        "stayed_value": stayed[both].mean(),
        "difference": gap.mean() if len(gap) else np.nan,
    }
    if len(gap) >= max(least, 2) and gap.std() > 0:
        from scipy.stats import ttest_1samp

        test = ttest_1samp(gap, 0.0)
        limits = test.confidence_interval(LEVEL)
        row |= {"low": limits.low, "high": limits.high, "p_value": test.pvalue}
    return row


def _typed(rows: list[dict | None]) -> pd.DataFrame:
    texts = ("metric", "label", "unit", "verdict")
    whole = ("left_customers", "stayed_customers")
    table = pd.DataFrame([row for row in rows if row], columns=list(COLUMNS))
    kinds = {name: "str" if name in texts else "int64" if name in whole else float
             for name in COLUMNS}  # fmt: skip
    return table.astype(kinds)


def _judged(table: pd.DataFrame, alpha: float) -> pd.DataFrame:
    """The table with p-values corrected over all of its rows, and what they say in words."""
    tested = table["p_value"].notna()
    if tested.any():
        from scipy.stats import false_discovery_control

        table.loc[tested, "p_adjusted"] = false_discovery_control(table.loc[tested, "p_value"])
    return table.assign(verdict=[_verdict(row, alpha) for row in table.itertuples()])


def _verdict(row: Any, alpha: float) -> str:
    if np.isnan(row.p_adjusted):
        return words.TOO_FEW_TEST if row.left_customers else words.NO_DATA
    if row.p_adjusted > alpha:
        return words.NO_DIFFERENCE_SHOWN
    return words.HIGHER_BEFORE_LEAVING if row.difference > 0 else words.LOWER_BEFORE_LEAVING


def _why(found: dict[str, int]) -> str:
    if not found["leavers"]:
        return words.NOBODY_LEFT_IN_TRAILING_YEAR
    if found["early"] == found["leavers"]:
        return words.EVERYBODY_WHO_LEFT_IN_TRAILING
    return words.NOBODY_WHO_STAYED_WAS_WON


_DAY = pd.Timedelta(days=1)
