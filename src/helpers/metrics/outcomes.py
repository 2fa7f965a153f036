"""What became of a quarter's opening customers, and what was known when it began."""

from collections.abc import Mapping

import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.components import Components
from helpers.metrics.revenue import MOVEMENTS
from helpers.quarter import Quarter

Rows = Mapping[str, ir.Table | None]


def quarter_outcomes(parts: Components) -> pd.DataFrame:
    """Who left and who expanded, among the customers of the day before the quarter.

    Returns
    -------
    One row per such customer, sorted: account_id; left (1 or 0, as logo_churn_rate counts it);
    expanded (1 where the MRR on the last day is above that of the day before the quarter, else 0,
    also for who left; blank where contracts are not collected). Without contracts and orders there
    is no opening and no row.
    """
    if "logo_churn_rate" not in parts.ratios:
        return pd.DataFrame({"account_id": [], "left": [], "expanded": []}).astype(
            {"account_id": "str", "left": float, "expanded": float}
        )
    here = parts.denominator("logo_churn_rate") > 0
    table = pd.DataFrame(
        {"account_id": parts.table["account_id"], "left": parts.numerator("logo_churn_rate")}
    )
    if "mrr_new" in parts.ratios:
        change = sum(parts.numerator(f"mrr_{name}") for name in MOVEMENTS).round(2)
        table["expanded"] = (change > 0).astype(float)
    else:
        table["expanded"] = float("nan")
    return table[here].reset_index(drop=True)


def measured_outcomes(parts: Components) -> pd.DataFrame:
    """Outcomes of each customer as of the date, whatever columns the accounts have.

    Returns
    -------
    One row per customer: account_id; left and expanded (boolean, over the trailing twelve months,
    among the customers of the day before them, so that all had the same time: as
    logo_churn_rate_12m and nrr count them); nps (−100 to 100) and csat (%) of the quarter. Blank
    for customers without one; all of a column where it is not collected.
    """
    table = pd.DataFrame({"account_id": parts.table["account_id"]})
    left = expanded = nps = csat = pd.Series(pd.NA, index=table.index, dtype="Float64")
    if "logo_churn_rate_12m" in parts.ratios:
        here = parts.denominator("logo_churn_rate_12m") > 0
        left = parts.numerator("logo_churn_rate_12m").where(here)
    if "nrr" in parts.ratios:
        then = parts.denominator("nrr")
        expanded = (parts.numerator("nrr").round(2) > then.round(2)).where(then > 0)
    if "nps" in parts.ratios:
        nps = 100 * parts.numerator("nps") / parts.denominator("nps").where(lambda n: n > 0)
    if "csat" in parts.ratios:
        csat = 100 * parts.numerator("csat") / parts.denominator("csat").where(lambda n: n > 0)
    yes_no = {"left": left, "expanded": expanded}
    return table.assign(
        **{name: values.astype("boolean") for name, values in yes_no.items()},
        nps=nps.astype(float),
        csat=csat.astype(float),
    )


def known_rows(rows: Rows, *, quarter: Quarter) -> dict[str, ir.Table]:
    """Canonical tables as a run of that quarter would have seen them (the as-of rule).

    Rows that came later are gone, and what was not known yet of earlier ones is null. Tables that
    are not collected are left out.
    """
    from helpers.collect.checks import as_known
    from helpers.tables import TABLES

    known = {}
    for name, table in rows.items():
        if table is not None:
            seen = as_known(table, TABLES[name], quarter.as_of)
            known[name] = seen.filter(~seen.later).drop("later")
    return known
