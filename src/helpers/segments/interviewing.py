"""Whom to interview: ideal customers, look-alikes, contrasts and prospects, drawn by the seed."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.metrics.catalog import is_defined, metric
from helpers.outputs import shaped
from helpers.study import Study
from helpers.words import needs as words
from helpers.words import say

IDEAL, ALIKE, CONTRAST, PROSPECT = "ideal", "look-alike", "contrast", "prospect"
ROOM = {IDEAL: 0.4, ALIKE: 0.2, CONTRAST: 0.2, PROSPECT: 0.2}
NEAREST = 0.25  # share of the most similar from which look-alikes are drawn
SHOWN = 8  # differences in what is observed


def ideal_customers(frame: pd.DataFrame) -> pd.Series:
    """Who is an ideal customer: current, excellent by the score, and healthy where that is known.

    Returns
    -------
    Booleans on the index of ``frame``. Where health is known of anybody, it must be known, and the
    customer must be a key customer.
    """
    ideal = (frame["status"] == "current") & (frame["band"] == "excellent")
    if "health_group" in frame and frame["health_group"].notna().any():
        ideal &= frame["health_group"].eq("key").fillna(False).astype(bool)
    return ideal


def interview_sample(
    study: Study, frame: pd.DataFrame, *, interviewed: frozenset[str], market: pd.DataFrame | None
) -> pd.DataFrame:
    """Whom to interview next: the data file ``interview_sample``.

    Look-alikes are current customers that are not excellent and resemble the ideal ones most in
    what can be seen from outside; contrasts are poor ones. Prospects are kinds of company of the
    reachable market that resemble the ideal customers most. Who was interviewed is left out.

    Parameters
    ----------
    frame : customer frame.
    interviewed : account_ids of customers with an interview.
    market : the reachable market in bands (`research.banded_market`); None = not collected.

    Returns
    -------
    account_id (of a prospect ``prospect-`` and the row of its table), name (of a prospect what it
    is), drawn_as, similarity (mean log-odds per attribute of being an ideal customer), order.
    """
    rng = np.random.default_rng([study.seed, 51])
    names = [n for n, one in study.attributes.items() if one.external and n in frame]
    ideal = ideal_customers(frame)
    odds = {name: _log_odds(frame[name], ideal) for name in names}
    known = frame.assign(similarity=_similarity(frame, odds))
    free = known[~known["account_id"].isin(interviewed)]
    current = free[free["status"] == "current"]
    chosen = {
        IDEAL: free[ideal.reindex(free.index)],
        ALIKE: _nearest(current[current["band"].eq("average")]),
        CONTRAST: free[free["band"] == "poor"],
    }
    if market is not None and len(market):
        at = market.reset_index(drop=True)
        at = at.assign(
            account_id=[f"{PROSPECT}-{number}" for number in range(1, len(at) + 1)],
            name=[_described(study, row, names) for row in at.to_dict("records")],
            similarity=_similarity(at, odds),
        )
        chosen[PROSPECT] = _nearest(at)
    rows: list[dict] = []
    for kind, pool in chosen.items():
        rows += _drawn(pool, kind, round(ROOM[kind] * study.interviews.customers), rng)
    return shaped("interview_sample", [row | {"order": n} for n, row in enumerate(rows, 1)])


def _drawn(pool: pd.DataFrame, kind: str, number: int, rng: np.random.Generator) -> Iterator[dict]:
    pool = pool.sort_values("account_id")
    places = rng.permutation(len(pool))[:number]
    for row in pool.iloc[places].itertuples():
        yield {"account_id": row.account_id, "name": row.name, "drawn_as": kind,
               "similarity": row.similarity}  # fmt: skip


def _nearest(pool: pd.DataFrame) -> pd.DataFrame:
    """The most similar quarter."""
    known = pool.dropna(subset="similarity").sort_values(
        ["similarity", "account_id"], ascending=[False, True]
    )
    if known.empty:
        return known
    least = known["similarity"].iloc[max(0, round(NEAREST * len(known)) - 1)]
    return known[known["similarity"] >= least]


def _log_odds(column: pd.Series, ideal: pd.Series) -> pd.Series:
    """By level, how much more often ideal customers have it than others (half a customer added)."""
    levels = column.astype("object")
    inside, outside = levels[ideal].value_counts(), levels[~ideal].value_counts()
    every = sorted({*inside.index, *outside.index}, key=str)
    one, other = (c.reindex(every, fill_value=0) + 0.5 for c in (inside, outside))
    return np.log(one / one.sum()) - np.log(other / other.sum())


def _similarity(table: pd.DataFrame, odds: dict[str, pd.Series]) -> pd.Series:
    """Mean log-odds over the attributes that are known."""
    parts = [table[name].astype("object").map(of).astype(float) for name, of in odds.items()
             if name in table]  # fmt: skip
    if not parts:
        return pd.Series(0.0, index=table.index)
    return pd.concat(parts, axis=1).mean(axis=1)


def _described(study: Study, row: dict, names: list[str]) -> str:
    told = [f"{study.label(name)}: {row[name]}" for name in names
            if name in row and pd.notna(row[name])]  # fmt: skip
    return ", ".join(told)


# ── what can be observed before asking ───────────────────────────────────────────────────────────
OBSERVED = ("feature_activation_", "features_used_share", "active_days_per_month", "usage_trend",
            "tickets_per_customer_month", "agent_touches_mean", "one_touch_rate",
            "escalation_rate", "first_reply_hours_median")  # fmt: skip


def observed_experience(
    study: Study, frame: pd.DataFrame, metrics: pd.DataFrame, labels: dict[str, str]
) -> pd.DataFrame:
    """What ideal customers do that other current ones do less, or more: a hypothesis to ask about.

    Parameters
    ----------
    metrics : the data file ``account_metrics``.
    labels : names of metrics for people.

    Returns
    -------
    what, unit, ideal, others (means, or shares of customers), apart (difference in standard
    deviations of all of them), customers (ideal ones with data); the largest differences first. No
    test is made: interviews are there to find out. What health is made of is left out, where ideal
    customers are chosen by it: that they differ in it says nothing.
    """
    chosen_by = _of_health(study, frame, metrics)
    values = observed_values(study, frame, metrics.drop(columns=chosen_by), labels)
    units = observed_units(metrics, labels)
    current = frame[frame["status"] == "current"].set_index("account_id").index
    ideal = ideal_customers(frame.set_index("account_id")).reindex(current)
    rows = []
    for what, column in values.items():
        one, other = column[ideal].dropna(), column[~ideal].dropna()
        spread = column.std()
        if len(one) < study.min_group_size or len(other) < study.min_group_size or not spread > 0:
            continue
        rows.append(
            (what, units.get(what, "ratio"), one.mean(), other.mean(),
             (one.mean() - other.mean()) / spread, len(one))
        )  # fmt: skip
    names = ["what", "unit", "ideal", "others", "apart", "customers"]
    table = pd.DataFrame(rows, columns=names)
    order = table["apart"].abs().round(9)
    table = table.assign(order=order).sort_values(["order", "what"], ascending=[False, True])
    return table.drop(columns="order").head(SHOWN).reset_index(drop=True)


def _of_health(study: Study, frame: pd.DataFrame, metrics: pd.DataFrame) -> list[str]:
    """Metrics that make health; none where it is unknown."""
    if "health_group" not in frame or frame["health_group"].isna().all():
        return []
    parts = (study.health.consumption, study.health.activation, study.health.outcomes)
    made_of = {entry.metric for part in parts for entry in part}
    return [name for name in metrics if name in made_of]


def observed_units(metrics: pd.DataFrame, labels: dict[str, str]) -> dict[str, str]:
    """The unit of each metric by what it is called; whatever else is observed is a share."""
    return {labels.get(name, name): metric(name).unit for name in metrics if is_defined(name)}


def observed_values(
    study: Study, frame: pd.DataFrame, metrics: pd.DataFrame, labels: dict[str, str]
) -> dict[str, pd.Series]:
    """What is observed of each current customer's experience, by what it is called.

    Parameters
    ----------
    metrics, labels : as of `observed_experience`.

    Returns
    -------
    Values by account_id: use of features, tickets and their handling, and for every level of an
        attribute that is seen of customers only (channel, onboarding, …) 1 = has it, 0 = has not.
    """
    current = frame[frame["status"] == "current"].set_index("account_id")
    of = metrics.set_index("account_id").reindex(current.index)
    values = {
        labels.get(name, name): of[name].astype(float)
        for name in of
        if name.startswith(OBSERVED) and "_complexity_" not in name
    }
    for name, entry in study.attributes.items():
        if entry.external or entry.shares or name not in current:
            continue
        column = current[name].astype("object")
        for level in sorted(column.dropna().unique(), key=str):
            told = say(words.LEVEL_OF, attribute=study.label(name), level=level)
            values[told] = (column == level).astype(float).where(column.notna())
    return values
