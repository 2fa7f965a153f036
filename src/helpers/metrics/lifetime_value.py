"""What customers are worth over time: the simple formula per customer, and a model of buyers."""

import numpy as np
import pandas as pd

from helpers.metrics.bgnbd import BgNbd, GammaGamma
from helpers.metrics.catalog import CLV
from helpers.metrics.pairs import Collected, Pairs
from helpers.metrics.retention import lifetime_months, monthly_rate
from helpers.quarter import Quarter

# A model of customers who buy again needs some that did, and looks no further ahead than back.
LEAST_REPEAT_CUSTOMERS = 30
AHEAD = 365.0


def add_lifetime_value(made: Pairs, *, subscription: bool) -> None:
    """The simple lifetime value of each customer: metric clv.

    Subscription: its own ARR, with the margin and the expected lifetime of all customers, as one
    customer alone has no rate of leaving. Transactional: its own orders throughout.
    """
    parts, function = CLV["subscription" if subscription else "transactional"]
    if not set(parts) - {"lifetime_months"} <= set(made.pairs):
        return
    pairs = {name: _pair(made, name) for name in parts if name in made.pairs}
    if subscription:
        margin = _ratio(*(side.sum() for side in pairs["gross_margin"]))
        churn = _ratio(*(side.sum() for side in _pair(made, "logo_churn_rate")))
        values = [_ratio(*pairs["arr_per_customer"]), margin, lifetime_months(monthly_rate(churn))]
    else:
        values = [_ratio(*pairs[name]) for name in parts]
    value = function(*values)
    known = np.isfinite(value)
    made.add("clv", np.where(known, value, 0.0), known)


def add_expected_orders(
    made: Pairs, collected: Collected, customers: pd.DataFrame, quarter: Quarter
) -> None:
    """What each customer may be expected to order: expected_orders_12m, clv_bgnbd, …

    Left out where the model cannot be fitted: fewer than `LEAST_REPEAT_CUSTOMERS` customers with a
    second order day, a history of less than twelve months, or no convergence.
    """
    if "orders" not in collected:
        return
    orders = collected.tables["orders"]
    days = collected.amounts("orders", "order_days")
    ordered = days > 0
    first, final = (orders[f"{end}_ordered_on"][ordered] for end in ("first", "last"))
    age = (pd.Timestamp(quarter.as_of) - first).dt.days.to_numpy(float)
    repeats, last = days[ordered] - 1, (final - first).dt.days.to_numpy(float)
    if (repeats > 0).sum() < LEAST_REPEAT_CUSTOMERS or age.max() < AHEAD:
        return
    model = BgNbd.fit(repeats, last, age)
    if model is None:
        return
    stays = customers["churned_on"].isna().to_numpy()
    expected, active = np.zeros_like(days), np.zeros_like(days)
    expected[ordered] = model.expected(repeats, last, age, ahead=AHEAD)
    active[ordered] = model.active(repeats, last, age)
    expected, active = expected * stays, active * stays
    made.add("expected_orders_12m", expected, ordered)
    made.add("active_probability", active, ordered)
    value = collected.amounts("orders", "order_value_all") / np.maximum(days, 1)
    valued = ordered & (value > 0)
    values = GammaGamma.fit(days[valued], value[valued])
    if values is not None:
        spent = np.zeros_like(days)
        spent[valued] = values.expected(days[valued], value[valued])
        made.add("clv_bgnbd", expected * spent, valued)


def _pair(made: Pairs, name: str) -> tuple[np.ndarray, np.ndarray]:
    numerator, denominator = made.pairs[name]
    return made.columns[numerator], made.columns[denominator]


def _ratio(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)
