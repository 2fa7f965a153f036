"""Attribute values collected by hand, how far two collectors agree, and the reachable market."""

import math

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.collect.attributes import bands, cut
from helpers.collect.sources import canonical
from helpers.errors import StudyError, listed
from helpers.study import Study
from helpers.workspace import Workspace

Z95 = 1.959963984540054  # 97.5 % quantile of the normal distribution
FILLED = ("field", "researched", "filled", "already_known", "unreadable", "not_a_customer")


def merge_research(
    customers: pd.DataFrame, research: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill empty fields of customers with researched values; count what was done.

    A value that the CRM holds stays. A researched field that no column holds becomes a column.

    Parameters
    ----------
    customers : one row per customer, account_id + fields.
    research : account_id, field, value (text); one row per account and field.

    Returns
    -------
    customers : as before, with empty fields filled.
    counts : one row per researched field: field, researched (values given), and what became of
        them: filled, already_known, unreadable (no number or boolean where the column holds such),
        not_a_customer (excluded, rolled up or unknown). The last four add up to the first.
    """
    filled = customers.copy()
    rows = []
    given = research[research.value.notna()]
    for field, lines in given.groupby("field", sort=True):
        values = lines.set_index("account_id").value
        mine = values[values.index.isin(customers.account_id)]
        # Accounts of one family may all have been researched; the first value stands.
        repeated = int(mine.index.duplicated().sum())
        mine = mine[~mine.index.duplicated()]
        if field not in filled.columns:
            filled[field] = pd.Series(pd.NA, index=filled.index, dtype="str")
        readable = _read_as(mine, filled[field])
        empty = filled[field].isna()
        found = filled.account_id.map(readable)
        use = empty & found.notna()
        column = filled[field]
        if not pd.api.types.is_numeric_dtype(column):
            column = column.astype("object")
        merged = column.where(~use, found)
        filled[field] = merged.astype("str") if _is_text(filled[field]) else merged
        known = int((~empty & filled.account_id.isin(mine.index)).sum())
        rows.append(
            (
                field,
                len(values),
                int(use.sum()),
                known + repeated,
                len(mine) - known - int(use.sum()),
                len(values) - len(mine) - repeated,
            )
        )
    counts = pd.DataFrame(rows, columns=list(FILLED))
    return filled, counts.astype(dict.fromkeys(FILLED[1:], "int64"))


def researched(
    customers: pd.DataFrame, rows: ir.Table | None
) -> tuple[pd.DataFrame, pd.DataFrame | None, pd.DataFrame | None]:
    """Customers with what was researched by hand, the rows of it, and what became of them.

    Parameters
    ----------
    rows : the customers' rows of the table ``research``; None = nothing was researched.

    Returns
    -------
    customers, research, counts : as `merge_research` takes and gives them; the last two are None
        where nothing was researched.
    """
    if rows is None:
        return customers, None, None
    research = rows.order_by(["account_id", "field"]).to_pandas()
    filled, counts = merge_research(customers, research)
    return filled, research, counts


def agreement(research: pd.DataFrame) -> pd.DataFrame:
    """How often a second person found the same value.

    The interval is Wilson's score interval at 95 %, which stays within 0 and 1 and is right for
    few checks and for full agreement, where p ± 1.96 √(p(1−p)/n) has no width.

    Parameters
    ----------
    research : field, value, checked_value; rows without a checked value were not checked.

    Returns
    -------
    DataFrame with field, checked, agreeing, agreement_share, low, high; one row per field, then
    the row "all fields". Empty without any check.

    References
    ----------
    Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    checked = research[research.checked_value.notna()]
    if checked.empty:
        return _agreement_table([])
    same = _plain(checked.value) == _plain(checked.checked_value)
    rows = [(field, len(lines), int(lines.sum())) for field, lines in same.groupby(checked.field)]
    rows.append(("all fields", len(same), int(same.sum())))
    return _agreement_table([(*row, row[2] / row[1], *wilson(row[2], row[1])) for row in rows])


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share.

    >>> [round(limit, 4) for limit in wilson(9, 10)]
    [0.5958, 0.9821]
    """
    if not trials:
        return (math.nan, math.nan)
    share = hits / trials
    scale = 1 + Z95**2 / trials
    middle = (share + Z95**2 / (2 * trials)) / scale
    half = Z95 / scale * math.sqrt(share * (1 - share) / trials + Z95**2 / (4 * trials**2))
    return (max(0.0, middle - half), min(1.0, middle + half))


def banded_market(study: Study, customers: pd.DataFrame, prospects: pd.DataFrame) -> pd.DataFrame:
    """The reachable market in the bands of the customers.

    Parameters
    ----------
    customers : one row per customer with raw numbers, from which quantile bands are cut.
    prospects : columns named after attributes, raw as in accounts, + weight = number of companies
        that a row stands for (missing = 1).

    Returns
    -------
    DataFrame with one row per row of prospects: the attributes that prospects hold, as levels;
    raw numbers beside them as ``<name>_raw``; weight.
    """
    market = {}
    for name, attribute in study.attributes.items():
        if name not in prospects.columns:
            continue
        if attribute.type == "number":
            values = pd.to_numeric(customers[name]).astype(float)
            found = bands(values, attribute.bands, unit=attribute.unit)
            raw = _market_numbers(name, prospects[name])
            market[name], market[f"{name}_raw"] = cut(raw, found).astype("object"), raw
        elif attribute.type == "boolean":
            truth = prospects[name].astype("boolean")
            market[name] = truth.map({True: "yes", False: "no"}).astype("object")
        else:
            market[name] = prospects[name].astype("object").map(str, na_action="ignore")
    market["weight"] = prospects["weight"].astype(float).fillna(1.0)
    return pd.DataFrame(market)


def market_of(ws: Workspace, customers: pd.DataFrame) -> pd.DataFrame | None:
    """`banded_market` of the study's prospects, kept for later steps; None = not collected."""
    prospects = canonical(ws, "prospects")
    if prospects is None:
        return None
    return ws.keep("market", banded_market(ws.study, customers, prospects.to_pandas()))


def market_comparison(study: Study, attributes: pd.DataFrame, market: pd.DataFrame) -> pd.DataFrame:
    """How the customers differ from the reachable market, level by level.

    Parameters
    ----------
    attributes : account_id + the banded attributes of the current customers to compare.
    market : as ``banded_market`` gives it.

    Returns
    -------
    DataFrame with attribute, level, customers, customer_share, market, market_share, penetration
    (customers ÷ market), index (customer share ÷ market share, 1 = as in the market). Shares are
    of the customers and companies whose level is known. Attributes that prospects do not hold are
    left out.
    """
    rows = []
    for name in study.attributes:
        if name not in market.columns or name not in attributes.columns:
            continue
        levels = attributes[name].astype("category")
        sizes = market["weight"].groupby(market[name]).sum()
        counts = levels.value_counts(sort=False)
        names = [*levels.cat.categories, *sorted(set(sizes.index) - set(levels.cat.categories))]
        for level in names:
            rows.append((name, level, int(counts.get(level, 0)), float(sizes.get(level, 0.0))))
    frame = pd.DataFrame(rows, columns=["attribute", "level", "customers", "market"])
    frame = frame.astype({"customers": "int64", "market": "float64"})
    whole = frame.groupby("attribute")[["customers", "market"]].transform("sum")
    frame["customer_share"] = frame.customers / whole.customers
    frame["market_share"] = frame.market / whole.market
    frame["penetration"] = (frame.customers / frame.market).where(frame.market > 0)
    frame["index"] = (frame.customer_share / frame.market_share).where(frame.market_share > 0)
    order = ["attribute", "level", "customers", "customer_share", "market", "market_share"]
    return frame[[*order, "penetration", "index"]]


# ── inside ───────────────────────────────────────────────────────────────────────────────────────
def _is_text(column: pd.Series) -> bool:
    return isinstance(column.dtype, pd.StringDtype)


def _read_as(values: pd.Series, column: pd.Series) -> pd.Series:
    """Researched texts in the kind of the column; unreadable ones become missing."""
    if pd.api.types.is_bool_dtype(column) or _holds_booleans(column):
        truth = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
        return values.str.strip().str.lower().map(truth)
    if pd.api.types.is_numeric_dtype(column):
        numbers = pd.to_numeric(values.str.strip(), errors="coerce").astype(float)
        return numbers.where(np.isfinite(numbers))
    return values


def _holds_booleans(column: pd.Series) -> bool:
    known = column.dropna()
    return (
        column.dtype == object and len(known) > 0 and known.map(lambda v: v in (True, False)).all()
    )


def _plain(values: pd.Series) -> pd.Series:
    """Values as compared: capitals and outer spaces do not count, and 120.0 is 120."""
    texts = values.astype("object").map(lambda v: "" if pd.isna(v) else str(v).strip().casefold())
    numbers = pd.to_numeric(texts, errors="coerce")
    return texts.where(numbers.isna(), numbers.map("{:.12g}".format))


def _agreement_table(rows: list[tuple]) -> pd.DataFrame:
    names = ["field", "checked", "agreeing", "agreement_share", "low", "high"]
    kinds = {"field": "str", "checked": "int64", "agreeing": "int64"}
    kinds |= dict.fromkeys(names[3:], "float64")
    return pd.DataFrame(rows, columns=names).astype(kinds)


def _market_numbers(name: str, values: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(values, errors="coerce").astype(float)
    lost = values.notna() & numbers.isna()
    if lost.any():
        raise StudyError(
            f"sources.prospects: {name} holds values that are no numbers.",
            found=listed(values[lost].unique()),
            expected="numbers, as in accounts; the bands of the study are applied here",
        )
    return numbers
