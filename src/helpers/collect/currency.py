"""Amounts in the study's currency, whatever they were booked in.

Rows of tables with an amount may name its currency; an empty one is the study's. They are converted
once, where collected tables are read, at the rate of the month in which the row is dated: an order
or a cost at its own month's rate, a contract at that of the month in which it starts and so for as
long as it runs. Exchange rates alone therefore never show up as expansion or contraction; a
contract that is renewed abroad is valued anew on its renewal.
"""

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.tables import TABLES, Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

TOLD = 0.0005  # of all MRR, from which on the choice of the rate is told with its effect


def monthly_rates(rates: pd.DataFrame) -> pd.DataFrame:
    """The canonical table rates → one row per currency and month.

    Parameters
    ----------
    rates : currency, month (any day of it), rate (units of the study's currency per unit).

    Returns
    -------
    rate_currency (upper case), rate_month (months since year 0), rate.

    Raises
    ------
    StudyError
        Where a month has two rates of one currency. (Rates beyond the bounds of the table, such as
        0, are rejected and counted when it is read: `helpers.collect.checks`.)
    """
    month = pd.to_datetime(rates["month"])
    found = pd.DataFrame(
        {
            "rate_currency": rates["currency"].str.upper().astype("str"),
            "rate_month": (month.dt.year * 12 + month.dt.month).astype("int64"),
            "rate": rates["rate"].astype(float),
        }
    ).sort_values(["rate_currency", "rate_month"], ignore_index=True)
    twice = _keys(found).duplicated()
    if twice.any():
        raise StudyError(
            "The table rates has more than one rate for a currency and month.",
            found=_told(found[twice]),
            expected="one rate per currency and month, in units of the study's currency",
        )
    return found


def in_study_currency(
    table: "ir.Table", definition: Table, *, currency: str, rates: pd.DataFrame | None
) -> "ir.Table":
    """A canonical table with its amounts in one currency, lazily.

    Parameters
    ----------
    table : rows of ``definition``, which names the amount and the day whose month counts.
    currency : the study's currency.
    rates : the canonical table rates; None = not collected.

    Returns
    -------
    The same columns; ``currency`` is the study's in every row. An amount without a rate is null:
    `check_rates` makes sure beforehand that there is none.
    """
    import ibis

    named = _with_keys(table, definition, currency)
    known = monthly_rates(rates) if rates is not None else _NO_RATES
    schema = {"rate_currency": "string", "rate_month": "int64", "rate": "float64"}
    joined = named.left_join(
        ibis.memtable(known, schema=schema).rename(known_currency="rate_currency",
                                                   known_month="rate_month"),
        [("rate_currency", "known_currency"), ("rate_month", "known_month")],
    )  # fmt: skip
    assert definition.amount is not None  # of a table with amounts
    amount = joined[definition.amount]
    at_home = joined.rate_currency == currency
    return joined.mutate(
        **{definition.amount: ibis.ifelse(at_home, amount, amount * joined.rate)},
        currency=ibis.literal(currency),
    ).select(*table.columns)


def rates_of_start(
    contracts: "ir.Table", *, currency: str, rates: pd.DataFrame, day: date, whole: float
) -> dict[str, float]:
    """What the choice of the rate does: MRR in force at the rates of the starts, and of the day.

    Parameters
    ----------
    contracts : the canonical table, in its own currencies.
    whole : all MRR in force on the day, in the study's currency.

    Returns
    -------
    contracts (of other currencies, in force), money (as it counts) and now (at the last rates up to
    the day); empty where they differ by less than `TOLD` of all MRR.
    """
    import ibis

    named = _with_keys(contracts, TABLES["contracts"], currency)
    at = ibis.date(day)
    here = (named.starts_on <= at) & (named.ends_on.isnull() | (named.ends_on >= at))
    foreign = named.filter(here & (named.rate_currency != currency))
    sums = foreign.group_by("rate_currency", "rate_month").agg(
        contracts=foreign.count(), mrr=foreign.mrr.sum()
    )
    known = monthly_rates(rates)
    found = sums.to_pandas().merge(known, on=["rate_currency", "rate_month"])
    if found.empty:
        return {}
    until = known[known["rate_month"] <= day.year * 12 + day.month]
    latest = until.groupby("rate_currency")["rate"].last()
    now = float((found["mrr"] * found["rate_currency"].map(latest)).sum())
    money = float((found["mrr"] * found["rate"]).sum())
    if abs(now - money) < TOLD * whole:
        return {}
    return {"contracts": int(found["contracts"].sum()), "money": money, "now": now}


def check_rates(
    table: "ir.Table", definition: Table, *, currency: str, rates: pd.DataFrame | None
) -> None:
    """Whether every amount can be converted; see `in_study_currency` for the parameters.

    Raises
    ------
    StudyError
        Amounts in other currencies and no rates at all, or none for their month.
    """
    named = _with_keys(table, definition, currency)
    foreign = (
        named.filter(named.rate_currency != currency)
        .group_by("rate_currency", "rate_month")
        .agg(rows=lambda t: t.count())
        .to_pandas()
        .sort_values(["rate_currency", "rate_month"], ignore_index=True)
    )
    if foreign.empty:
        return
    if rates is None:
        raise StudyError(
            f"{definition.name} has amounts in more than one currency, and the study gives no "
            "rates.",
            found=listed([currency, *foreign["rate_currency"].unique()]),
            expected=f"amounts in {currency}, or a table rates",
            remedy=f"add sources.rates with currency, month and rate ({currency} per unit)",
        )
    lacking = foreign[~_keys(foreign).isin(_keys(monthly_rates(rates)))]
    if len(lacking):
        raise StudyError(
            f"{definition.name} has {lacking['rows'].sum():,} rows in months for which the table "
            "rates has no rate of their currency.",
            found=_told(lacking),
            expected=f"a rate in {currency} for each, by {definition.known_on}",
            remedy="add these months to sources.rates; rates that were rejected, such as 0, do not "
            "count: the report of the collection lists them",
        )


_NO_RATES = pd.DataFrame({"rate_currency": [], "rate_month": [], "rate": []}).astype(
    {"rate_currency": "str", "rate_month": "int64", "rate": float}
)


def _with_keys(table: "ir.Table", definition: Table, currency: str) -> "ir.Table":
    """The table with the currency and the month by which its rate is found."""
    day = table[definition.known_on]
    return table.mutate(
        rate_currency=table.currency.upper().fill_null(currency),
        rate_month=(day.year().cast("int64") * 12 + day.month()).cast("int64"),
    )


def _keys(frame: pd.DataFrame) -> pd.Series:
    return frame["rate_currency"].str.cat(frame["rate_month"].astype("str"), sep=" ")


def _told(frame: pd.DataFrame) -> str:
    """Currencies and months in words: ``USD 2026-03, …``."""
    year, month = (frame["rate_month"] - 1) // 12, (frame["rate_month"] - 1) % 12 + 1
    return listed(
        f"{code} {y:04}-{m:02}"
        for code, y, m in zip(frame["rate_currency"], year, month, strict=True)
    )
