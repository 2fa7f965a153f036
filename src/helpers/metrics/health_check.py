"""Whether health means anything: last quarter's health against this quarter's outcomes.

Health is computed as of the end of the previous quarter, from the rows known then, for those who
were customers on that day. Then it is asked whether the less healthy ones left more often, and
whether the healthier ones expanded more often, than by the order of their MRR alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.families import holm
from helpers.metrics.accounts import components_of
from helpers.metrics.components import Components
from helpers.metrics.health import health_scores, tables_needed
from helpers.metrics.intervals import LEVEL, wilson_limits
from helpers.metrics.orders import orders_by_account
from helpers.metrics.outcomes import Rows, known_rows, quarter_outcomes
from helpers.metrics.revenue import contract_state
from helpers.quarter import Quarter
from helpers.study import Study
from helpers.words import measures, say

# What is asked, the column that answers it, and the sign that turns health into a forecast of it.
QUESTIONS = {"churn": ("left", -1), "expansion": ("expanded", +1)}
PREDICTORS = ("health", "revenue")
SEPARATES = "separates"
COLUMNS = (
    "outcome", "predictor", "customers", "events", "auc", "low", "high",
    "difference", "difference_low", "difference_high", "p_value", "verdict",
)  # fmt: skip
CALIBRATION = (
    "outcome", "group", "score_low", "score_high", "customers", "events", "share", "low", "high",
)  # fmt: skip
MOST_GROUPS, PER_GROUP = 5, 20


@dataclass(frozen=True)
class HealthCheck:
    """``table`` is the data file ``health_check``, ``calibration`` ``health_calibration``.

    ``reason`` says why both are empty.
    """

    table: pd.DataFrame
    calibration: pd.DataFrame
    reason: str = ""


def check_health(
    study: Study, quarter: Quarter, customers: pd.DataFrame, parts: Components, rows: Rows
) -> HealthCheck:
    """Hold the previous quarter's health against this quarter's churn and expansion.

    Parameters
    ----------
    customers : included customers, as for `accounts.components`.
    parts : this quarter's components of all of them, which say what became of each.
    rows : canonical tables of these customers by name; None = not collected.

    Returns
    -------
    HealthCheck. ``table`` has one row per outcome (churn, expansion) and predictor (health; revenue
    = MRR on the previous quarter's last day, or the orders of the twelve months to it): customers
    (with a health score then), events; auc with its interval; for health the difference from
    revenue on the same customers, with interval and p-value; verdict in words, which holds for all
    comparisons of the table together (Holm; intervals are each by itself). ``calibration`` has one
    row per outcome and fifth of the customers by health, least healthy first, with the observed
    share and its Wilson interval; fewer groups where there are fewer than 20 customers for each.

    Notes
    -----
    The area under the ROC curve is the chance that, of one customer that left and one that stayed,
    the one that left had the lower health (ties count half); 0.5 is no better than chance. Interval
    by DeLong et al. 1988 on the logit scale, the paired difference as they give it. Health is no
    probability, so its calibration is the observed share by group, and there is no Brier score.

    Customers whom this quarter's customer list leaves out are missing here too.
    """
    opening = quarter_outcomes(parts)
    if opening.empty:
        measured = "logo_churn_rate" in parts.ratios
        reason = measures.NOBODY_WAS_CUSTOMER_ON_DAY if measured else measures.OPENING_UNKNOWN
        return _nothing(reason)
    then = customers[customers["account_id"].isin(opening["account_id"])]
    then = then.sort_values("account_id").reset_index(drop=True)
    then = then.assign(status="current", churned_on=pd.NaT)
    before = quarter.previous
    base = "contracts" if study.business_model == "subscription" else "orders"
    names = tables_needed(study) | {base}
    known = known_rows({name: rows.get(name) for name in sorted(names)}, quarter=before)
    used = {name: table for name, table in known.items() if name in tables_needed(study)}
    scores = health_scores(study, components_of(study, before, then, **used), then["account_id"])
    if scores.empty:
        return _nothing(measures.NO_INPUT_HEALTH_COLLECTED)
    held = opening.assign(
        health=scores["health_score"].to_numpy(),
        revenue=opening["account_id"].map(_revenue(known, base, before)).fillna(0.0),
    )
    return _checked(held.dropna(subset="health"), least=study.metrics.interval_min_customers)


def _checked(held: pd.DataFrame, *, least: int) -> HealthCheck:
    """The check of customers with health, revenue, left and expanded."""
    rows, groups = [], []
    for outcome, (column, sign) in QUESTIONS.items():
        known = held.dropna(subset=column)
        if known.empty:
            continue
        event = known[column].to_numpy() > 0
        rows += _judged(outcome, event, sign * known[list(PREDICTORS)].to_numpy(), least=least)
        groups.append(_calibration(outcome, known["health"], event))
    if not rows:
        return _nothing(measures.NO_CUSTOMER_ENOUGH_WAS_KNOWN)
    return HealthCheck(_typed(_told(rows), COLUMNS), _typed(pd.concat(groups), CALIBRATION))


def _judged(outcome: str, event: np.ndarray, values: np.ndarray, *, least: int) -> list[dict]:
    head = {"outcome": outcome, "customers": len(event), "events": int(event.sum())}
    fewest = min(event.sum(), (~event).sum())
    if fewest < least:
        told = say(measures.CANNOT_BE_JUDGED_FEWER_THAN, least=least, side=_side(outcome, event))
        return [{**head, "predictor": name, "verdict": told} for name in PREDICTORS]
    auc, covariance = auc_of(values, event)
    found = []
    for at, name in enumerate(PREDICTORS):
        low, high = _limits(auc[at], covariance[at, at])
        found.append({**head, "predictor": name, "auc": auc[at], "low": low, "high": high})
    gap, spread = auc[0] - auc[1], np.sqrt(max(np.array([1, -1]) @ covariance @ [1, -1], 0.0))
    found[0] |= {"difference": gap}
    if spread > 0:
        from scipy.special import ndtr

        half = _z() * spread
        found[0] |= {"difference_low": gap - half, "difference_high": gap + half}
        found[0] |= {"p_value": 2 * ndtr(-abs(gap) / spread)}
    return found


def _told(rows: list[dict]) -> list[dict]:
    """The rows with their verdicts, which hold for all comparisons of the table together (Holm)."""
    judged = [row for row in rows if "verdict" not in row]
    asked = [(row, "apart", _p_apart(row)) for row in judged]
    asked += [(row, "ahead", row["p_value"]) for row in judged if "p_value" in row]
    asked = [one for one in asked if not np.isnan(one[2])]
    shown: dict[tuple[str, str, str], bool] = {}
    if asked:
        passed = holm([p for *_, p in asked]) <= 1 - LEVEL
        shown = {(*_of(row), what): ok for (row, what, _), ok in zip(asked, passed, strict=True)}
    for row in judged:
        row["verdict"] = _separates(row, shown.get((*_of(row), "apart"), False))
        if row["predictor"] == PREDICTORS[0]:
            row["verdict"] += _against(row, shown.get((*_of(row), "ahead"), False))
    return rows


def _of(row: dict) -> tuple[str, str]:
    """What a row of the table judges: an outcome by a predictor."""
    return row["outcome"], row["predictor"]


def _p_apart(row: dict) -> float:
    """Two-sided p-value of an area of one half, on the scale of its interval (logit)."""
    if np.isnan(row["low"]):
        return np.nan
    from scipy.special import logit, ndtr

    spread = (logit(row["high"]) - logit(row["low"])) / 2 / _z()
    return float(2 * ndtr(-abs(logit(row["auc"])) / spread))


def auc_of(values: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Area under the ROC curve of several predictors of one event, and their covariance.

    Parameters
    ----------
    values : array (customers × predictors); higher means that the event is more likely.
    event : whether it happened.

    Returns
    -------
    auc (predictors), the Mann–Whitney statistic U ÷ (events × others), and the covariance matrix of
    DeLong, DeLong and Clarke-Pearson 1988, from mid-ranks (Sun and Xu 2014).
    """
    from scipy.stats import rankdata

    inside, outside = values[event], values[~event]
    m, n = len(inside), len(outside)
    ranks = rankdata(np.vstack([inside, outside]), axis=0)
    first = (ranks[:m] - rankdata(inside, axis=0)) / n
    second = 1 - (ranks[m:] - rankdata(outside, axis=0)) / m
    spread = [np.atleast_2d(np.cov(part, rowvar=False)) / len(part) for part in (first, second)]
    return first.mean(axis=0), spread[0] + spread[1]


def _limits(auc: float, variance: float) -> tuple[float, float]:
    """Interval on the logit scale, so that it stays within 0 and 1; blank without any spread."""
    if not 0 < auc < 1 or variance <= 0:
        return np.nan, np.nan
    from scipy.special import expit, logit

    half = _z() * np.sqrt(variance) / (auc * (1 - auc))
    return float(expit(logit(auc) - half)), float(expit(logit(auc) + half))


def _separates(row: dict, shown: bool) -> str:
    if np.isnan(row["low"]):
        return measures.NO_INTERVAL_SEPARATES_COMPLETELY_OR
    if not shown:
        return measures.DOES_NOT_SEPARATE
    return SEPARATES if row["auc"] > 0.5 else measures.SEPARATES_WRONG_WAY_ROUND


def _against(row: dict, shown: bool) -> str:
    if not shown:
        return measures.NOT_SHOWN_BE_BETTER_THAN
    ahead = row["difference"] > 0
    return measures.BETTER_THAN_REVENUE_RANK if ahead else measures.WORSE_THAN_REVENUE_RANK


def _side(outcome: str, event: np.ndarray) -> str:
    words = {"churn": ("left", "stayed"), "expansion": ("expanded", measures.DID_NOT_EXPAND)}[
        outcome
    ]
    return words[0] if event.sum() <= (~event).sum() else words[1]


def _calibration(outcome: str, score: pd.Series, event: np.ndarray) -> pd.DataFrame:
    number = int(np.clip(len(score) // PER_GROUP, 1, MOST_GROUPS))
    # Customers with the same score stay in one group, so that groups may be fewer or uneven.
    place = np.ceil(number * score.rank(method="max").to_numpy() / len(score) - 1e-9)
    held = pd.DataFrame({"score": score.to_numpy(), "event": event, "group": place})
    table = held.groupby("group", sort=True).agg(
        score_low=("score", "min"),
        score_high=("score", "max"),
        customers=("event", "size"),
        events=("event", "sum"),
    )
    low, high = wilson_limits(table["events"].to_numpy(float), table["customers"].to_numpy())
    table = table.assign(
        outcome=outcome,
        group=np.arange(1, len(table) + 1),
        share=table["events"] / table["customers"],
        low=low,
        high=high,
    )
    return table[list(CALIBRATION)]


def _revenue(known: dict, base: str, before: Quarter) -> pd.Series:
    """Revenue by account_id on the previous quarter's last day."""
    if base == "contracts":
        state = contract_state(known[base], quarter=before)
        return state.set_index("account_id")["mrr"]
    orders = orders_by_account(known[base], quarter=before)
    return orders.set_index("account_id")["order_value_12m"]


def _nothing(reason: str) -> HealthCheck:
    return HealthCheck(_typed([], COLUMNS), _typed([], CALIBRATION), reason)


def _typed(rows: list[dict] | pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    kinds = dict.fromkeys(("outcome", "predictor", "verdict"), "str")
    kinds |= dict.fromkeys(("group", "customers", "events"), "int64")
    table = pd.DataFrame(rows, columns=list(columns))
    return table.astype({name: kinds.get(name, float) for name in columns}).reset_index(drop=True)


def _z() -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + LEVEL / 2))
