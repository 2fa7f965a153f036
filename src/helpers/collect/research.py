"""Attribute values collected by hand, and the reachable market."""

from collections.abc import Collection

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from helpers.collect.attributes import bands, cut
from helpers.collect.sources import canonical
from helpers.collect.twice import double_collection, not_usable
from helpers.errors import StudyError, listed
from helpers.study import Study
from helpers.workspace import Workspace

FILLED = (
    "field",
    "researched",
    "filled",
    "already_known",
    "unreadable",
    "not_a_customer",
    "kept_out",
)


def merge_research(
    customers: pd.DataFrame, research: pd.DataFrame, *, keep_out: Collection[str] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill empty fields of customers with researched values; count what was done.

    A value that the CRM holds stays. A researched field that no column holds becomes a column.

    Parameters
    ----------
    customers : one row per customer, account_id + fields.
    research : account_id, field, value (text); one row per account and field.
    keep_out : fields of which two looks agreed too little: their values fill nothing.

    Returns
    -------
    customers : as before, with empty fields filled.
    counts : one row per researched field: field, researched (values given), and what became of
        them: filled, already_known, unreadable (no number or boolean where the column holds such),
        not_a_customer (excluded, rolled up or unknown), kept_out (would have filled a gap). The
        last five add up to the first.
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
        kept_out = int(use.sum()) if field in keep_out else 0
        use &= field not in keep_out
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
                len(mine) - known - int(use.sum()) - kept_out,
                len(values) - len(mine) - repeated,
                kept_out,
            )
        )
    counts = pd.DataFrame(rows, columns=list(FILLED))
    return filled, counts.astype(dict.fromkeys(FILLED[1:], "int64"))


def researched(
    study: Study, customers: pd.DataFrame, rows: ir.Table | None
) -> tuple[pd.DataFrame, pd.DataFrame | None, pd.DataFrame | None]:
    """Customers with what was researched by hand, the rows of it, and what became of them.

    Fields of which first and second looks agree too little (`twice.double_collection`) fill
    nothing.

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
    out = not_usable(double_collection(study, research))
    filled, counts = merge_research(customers, research, keep_out=out)
    return filled, research, counts


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
        if attribute.bands is not None:
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
    market = banded_market(ws.study, customers, prospects.to_pandas())
    # What is written in other words than the customers' tells of nobody that he is unlike them.
    foreign = written_otherwise(ws.study, customers, market)
    ws.record("market_written_otherwise", foreign)
    return ws.keep("market", market.drop(columns=list(foreign)))


def written_otherwise(
    study: Study, customers: pd.DataFrame, market: pd.DataFrame
) -> dict[str, dict[str, list[str]]]:
    """Attributes of which no level of the market is one of the customers'.

    Parameters
    ----------
    customers : raw, one row per customer.
    market : as ``banded_market`` gives it.

    Returns
    -------
    By attribute: ``market`` and ``customers``, up to three levels of each, the commonest first.
    Codes beside names, say: a share of the market of 0 would be a matter of spelling.
    """
    found = {}
    for name, attribute in study.attributes.items():
        if attribute.type != "category" or name not in market or name not in customers:
            continue
        ours = customers[name].dropna().astype(str).value_counts()
        theirs = market["weight"].groupby(market[name].astype("object")).sum()
        if len(ours) and len(theirs) and ours.index.intersection(theirs.index).empty:
            found[name] = {
                "market": _commonest(theirs),
                "customers": _commonest(ours),
            }
    return found


def _commonest(sizes: pd.Series) -> list[str]:
    order = sorted(sizes.index, key=lambda level: (-sizes[level], level))
    return [str(level) for level in order[:3]]


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
