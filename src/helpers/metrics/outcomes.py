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
