"""How complete each attribute and metric is, and whether what is missing could mislead."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from helpers.collect.attributes import UNKNOWN
from helpers.outputs.allowed import SCORE_BANDS
from helpers.study import Study
from helpers.words import lists as words

GOOD, USABLE, UNEVEN = 0.9, 0.6, 0.2
# Business model → the table of the revenue that is not its own, and the metric that is above 0 for
# the customers who have such revenue.
ON_THE_SIDE = {"subscription": ("orders", "orders"), "transactional": ("contracts", "arr")}
COLUMNS = (
    "field",
    "label",
    "source",
    "customers",
    "filled",
    "filled_share",
    *(f"filled_share_{band}" for band in SCORE_BANDS),
    "verdict",
    "state",
    "unreadable",
)


def verdict(share: float, band_shares: list[float]) -> str:
    """Judge one field: good from 90 % filled, usable from 60 %, else weak; biased when uneven.

    A field that nobody has a value for is ``not collected``.

    A field that is filled for many more excellent than poor customers makes any comparison by it a
    comparison of who was looked up. Differences above 20 points between score bands are called
    ``biased``, however complete the field is as a whole.

    >>> verdict(0.95, [0.9, 0.95, 1.0]), verdict(0.95, [0.7, 0.95, 1.0])
    ('good', 'biased')
    """
    if share == 0:
        return "not collected"
    known = [value for value in band_shares if not pd.isna(value)]
    # The rounding takes the noise of floating point off differences of exactly 20 points.
    if known and round(max(known) - min(known), 9) > UNEVEN:
        return "biased"
    if share >= GOOD:
        return "good"
    return "usable" if share >= USABLE else "weak"


def coverage(
    study: Study,
    customers: pd.DataFrame,
    attributes: pd.DataFrame,
    scores: pd.DataFrame,
    account_metrics: pd.DataFrame,
    *,
    researched: pd.DataFrame | None = None,
    labels: Mapping[str, str] | None = None,
    tables: Mapping[str, Sequence[str]] | None = None,
    states: Mapping[str, str] | None = None,
    unreadable: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Attributes and metrics of the included customers → the data file ``coverage``.

    Parameters
    ----------
    customers : the included customers; gives account_id.
    attributes : account_id + one column per attribute (``band_attributes``).
    scores : account_id, band (poor, average, excellent).
    account_metrics : account_id + one column per metric.
    researched : what research filled in (``research.filled_by_research``): field, filled.
    labels : names of metrics for people.
    tables : metric → the canonical tables that it needs, any one of them where there are several.
    states : columns of accounts → of which day their state is (`helpers.collect.states`).
    unreadable : columns of accounts → accounts whose value was there and could not be read
        (`helpers.collect.sources.unreadable_of`).

    Returns
    -------
    DataFrame with field, label, source (accounts, accounts and research, metrics), customers,
    filled, filled_share, filled_share_poor / _average / _excellent, verdict, state (quarter or
    export), unreadable (customers whose value was there and could not be read; blank for metrics,
    whose rejected rows are counted by table); one row per field in the order of the columns. The
    level ``unknown`` does not count as filled.

    Notes
    -----
    A customer of a subscription study who ordered nothing has no order value: that is no gap. So
    metrics of orders alone are judged among the customers with an order in the twelve months (for
    transactional studies: metrics of contracts alone, among those with a contract in force). Where
    none of these has a value, the metric is ``not applicable``, or ``not collected`` where the
    study has no source for the table.
    """
    index = pd.Index(customers.account_id)
    band = scores.set_index("account_id").band.astype("object").reindex(index)
    by_research = set(researched.field[researched.filled > 0]) if researched is not None else set()
    lost = dict(unreadable or {})
    told, needed, of_day = dict(labels or {}), dict(tables or {}), dict(states or {})
    aside, amount = ON_THE_SIDE[study.business_model]
    rows = []
    for table, source in ((attributes, "accounts"), (account_metrics, "metrics")):
        placed = table.set_index("account_id").reindex(index)
        extra = [name for name in placed.columns if tuple(needed.get(name, ())) == (aside,)]
        for name in placed.columns:
            values = placed.loc[placed[amount] > 0, name] if name in extra else placed[name]
            filled = values.notna() & (values.astype("object") != UNKNOWN)
            shares = [filled[band[filled.index] == level].mean() for level in SCORE_BANDS]
            share = filled.mean() if len(filled) else 0.0
            found = verdict(share, shares)
            if name in extra and share == 0 and aside in study.sources:
                found = "not applicable"
            origin = words.ACCOUNTS_RESEARCH if name in by_research else source
            label = told.get(name) or study.label(name)
            day = of_day.get(name, "quarter") if source == "accounts" else "quarter"
            refused = index.isin(list(lost.get(name, ()))).sum() if source == "accounts" else None
            rows.append(
                (
                    *(name, label, origin, len(filled), int(filled.sum()), share, *shares),
                    *(found, day, refused),
                )
            )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"unreadable": "Int64"})


def hypothesis_coverage(study: Study, filled: pd.DataFrame) -> pd.DataFrame:
    """The variables of each hypothesis with their coverage.

    Parameters
    ----------
    filled : as ``coverage`` gives it.

    Returns
    -------
    One row per hypothesis and variable, in the order of the study file: hypothesis_id, label,
    filled_share, verdict. A variable without an entry (never collected) is blank.
    """
    pairs = [(entry.id, name) for entry in study.hypotheses for name in entry.variables]
    needed = pd.DataFrame(pairs, columns=["hypothesis_id", "field"]).astype("str")
    # An attribute may be called as a metric is; attributes come first.
    entries = filled[["field", "label", "filled_share", "verdict"]].drop_duplicates("field")
    table = needed.merge(entries, on="field", how="left", validate="m:1")
    return table[["hypothesis_id", "label", "filled_share", "verdict"]]
