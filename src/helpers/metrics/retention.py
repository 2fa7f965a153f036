"""How long customers stay and what that is worth: churn, lifetime, lifetime value.

A quarter's churn rate ``c`` stands for three equal months, so the monthly rate that loses the same
share is ``1 − (1 − c)^(1/3)`` and the annual one ``1 − (1 − c)^4``.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

DAYS_PER_MONTH = 365.25 / 12
CLIFF = 5  # fewer that left as a year ended are no cliff
ANNIVERSARY = 1.5 / DAYS_PER_MONTH  # in months: a year ends on day 365 or, in leap years, on 366


def monthly_rate(quarterly: np.ndarray | float) -> np.ndarray | float:
    """Monthly rate that three times in a row loses the same share as the quarterly rate.

    >>> round(monthly_rate(1 - 0.98**3), 10)
    0.02
    """
    return 1 - (1 - quarterly) ** (1 / 3)


def annual_rate(quarterly: np.ndarray | float) -> np.ndarray | float:
    """Annual rate that the quarterly rate adds up to in four quarters.

    >>> round(annual_rate(0.05), 6)
    0.185494
    """
    return 1 - (1 - quarterly) ** 4


def lifetime_months(monthly_churn: np.ndarray | float) -> np.ndarray | float:
    """Expected months until a customer leaves at a constant monthly churn; infinite at zero churn.

    >>> float(lifetime_months(0.02))
    50.0
    """
    with np.errstate(divide="ignore"):
        return np.divide(1.0, monthly_churn)


HORIZON = 60  # months that a lifetime is told for: beyond, constant rates say nothing
# Customers' worth of the whole company that a group's own churn is mixed with.
PRIOR = 20.0


def pooled_churn(
    left: np.ndarray | float, customers: np.ndarray | float, *, company: float
) -> np.ndarray | float:
    """Churn of a group, drawn towards the company's as if `PRIOR` of its customers were there too.

    The mean of a beta distribution after ``left`` of ``customers`` (Gelman et al. 2013, Bayesian
    Data Analysis, section 2.4): never 0 where nobody left, and near its own share where many did.

    >>> pooled_churn(0, 30, company=0.15)
    0.06
    """
    return (left + PRIOR * company) / (customers + PRIOR)


def months_within(yearly_churn: np.ndarray | float, *, horizon: int = HORIZON) -> np.ndarray:
    """Months of the next ``horizon`` that a customer stays, on average, at a constant churn.

    The restricted mean ``Σ (1 − c)^t`` over the months t from 0, at the monthly rate c that loses
    the yearly share in twelve months.

    >>> float(months_within(0.0)), float(months_within(1.0)), round(float(months_within(0.2)), 2)
    (60.0, 1.0, 36.49)
    """
    stays = (1 - np.asarray(yearly_churn, float)) ** (1 / 12)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(stays < 1, (1 - stays**horizon) / (1 - stays), float(horizon))


def subscription_clv(
    arr_per_customer: np.ndarray | float,
    gross_margin: np.ndarray | float,
    months: np.ndarray | float,
    *,
    discount_rate: float = 0.0,
) -> np.ndarray | float:
    """ARR per customer × gross margin × lifetime in years.

    Parameters
    ----------
    months : expected lifetime at a constant monthly churn of ``1 ÷ months``.
    discount_rate : per year. At the monthly rate ``i`` the months of a lifetime count
        ``(1 + i) ÷ (i + churn)``: the sum of ``((1 − churn) ÷ (1 + i))^t`` over all months t from 0
        (Gupta and Lehmann 2003, Customers as Assets). At 0 that is the lifetime itself.

    >>> float(subscription_clv(12_000.0, 0.8, 50.0))
    40000.0
    """
    monthly = (1 + discount_rate) ** (1 / 12) - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        counted = (1 + monthly) / (monthly + np.divide(1.0, months))
    # Without any churn there is no expected lifetime, whatever is discounted.
    return arr_per_customer * gross_margin * np.where(np.isinf(months), np.inf, counted) / 12


def transactional_clv(
    aov: np.ndarray | float,
    frequency: np.ndarray | float,
    lifespan_years: np.ndarray | float,
    *,
    discount_rate: float = 0.0,
) -> np.ndarray | float:
    """Average order value × orders per year × lifespan in years.

    Parameters
    ----------
    discount_rate : per year; orders are taken to come evenly over the lifespan ``L``, so that its
        years count ``(1 − (1 + rate)^−L) ÷ ln(1 + rate)``.

    >>> transactional_clv(100.0, 4.0, 2.5)
    1000.0
    """
    pace = np.log1p(discount_rate)
    years = lifespan_years if pace == 0 else -np.expm1(-pace * lifespan_years) / pace
    return aov * frequency * years


@dataclass(frozen=True)
class Median:
    """A median with its 95 % interval; NaN where it is not reached."""

    value: float
    low: float
    high: float


def kaplan_meier_median(
    months: np.ndarray, left: np.ndarray, entry: np.ndarray | None = None
) -> Median:
    """Kaplan–Meier median of the time as a customer.

    Parameters
    ----------
    months : time as a customer, to the day of leaving or to the as-of date.
    left : whether the customer left; those that did not are censored.
    entry : time as a customer when records began (delayed entry); None = always 0.

    Returns
    -------
    First time at which fewer than half remain, NaN while at least half do, and its interval on the
    complementary log-log scale (Brookmeyer and Crowley 1982), both by statsmodels.
    """
    curve = _curve(months, left, entry)
    if curve is None:
        return Median(np.nan, np.nan, np.nan)
    value = float(curve.quantile(0.5))
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = (float(limit) for limit in curve.quantile_ci(0.5))
    finite = [limit if np.isfinite(limit) else np.nan for limit in (low, high)]
    return Median(value if np.isfinite(value) else np.nan, *finite)


def _curve(months: np.ndarray, left: np.ndarray, entry: np.ndarray | None):
    """The curve by statsmodels; None where nobody under observation left."""
    from statsmodels.duration.survfunc import SurvfuncRight

    months, left = np.asarray(months, float), np.asarray(left, int)
    if entry is None or not np.any(entry):
        return SurvfuncRight(months, left) if len(months) and left.any() else None
    entry = np.asarray(entry, float)
    seen = (months > entry) | (entry == 0)
    if not left[seen].any():
        return None
    # Who was won and left on one day was there for a moment.
    return SurvfuncRight(months[seen], left[seen], entry=np.where(entry[seen] > 0, entry[seen], -1))


def survival_curve(
    months: np.ndarray, left: np.ndarray, entry: np.ndarray | None = None
) -> pd.DataFrame:
    """Kaplan–Meier curve, of customers from ``entry`` on where records began later.

    Returns
    -------
    One row per time at which somebody left, after a row at zero: months, at_risk, left, remaining
    (share), low and high (95 % at this time, on the complementary log-log scale of Kalbfleisch and
    Prentice 1980, which stays between 0 and 1; blank where nobody remains).
    """
    start = pd.DataFrame(
        {"months": [0.0], "at_risk": [len(months)], "left": [0]}
        | {"remaining": [1.0], "low": [1.0], "high": [1.0]}
    )
    curve = _curve(months, left, entry)
    if curve is None:
        return start
    share = curve.surv_prob
    with np.errstate(divide="ignore", invalid="ignore"):
        swing = np.exp(1.959963984540054 * curve.surv_prob_se / (share * -np.log(share)))
        low, high = share**swing, share ** (1 / swing)
    steps = pd.DataFrame(
        {
            "months": curve.surv_times,
            "at_risk": curve.n_risk,
            "left": curve.n_events,
            "remaining": share,
            "low": np.where(share > 0, low, np.nan),
            "high": np.where(share > 0, high, np.nan),
        }
    )
    return pd.concat([start, steps], ignore_index=True).astype({"at_risk": int, "left": int})


def until_today(curve: pd.DataFrame, months: pd.Series) -> pd.DataFrame:
    """A `survival_curve` that goes on to the longest time anybody was observed, and ends there.

    Whoever stays after the last leaving is known to have stayed: the curve does not end with it.
    ``months`` is how long each customer was observed. Where nobody left there is no curve.

    >>> curve = survival_curve(np.array([3.0, 9.0]), np.array([1, 0]))
    >>> until_today(curve, pd.Series([3.0, 9.0]))[["months", "at_risk", "remaining"]].to_numpy()
    array([[0. , 2. , 1. ],
           [3. , 2. , 0.5],
           [9. , 1. , 0.5]])
    """
    last, longest = curve.iloc[-1], float(months.max())
    if len(curve) < 2 or not longest > last["months"]:
        return curve
    ways = {"months": longest, "at_risk": int((months >= longest).sum()), "left": 0}
    end = last.to_frame().T.assign(**ways).astype(curve.dtypes.to_dict())
    return pd.concat([curve, end], ignore_index=True)


def year_counted(months: np.ndarray | pd.Series) -> np.ndarray:
    """Times as a customer, those of who left as a year ended told as that year's end.

    By the length of a mean year, day 366 of a leap year lies in the next one.

    >>> year_counted(np.array([0.01, 11.99, 366 / DAYS_PER_MONTH, 12.1, 24.02])).tolist()
    [0.01, 11.99, 12.0, 12.1, 24.0]
    """
    months = np.asarray(months, float)
    ended = 12 * np.floor(months / 12)
    return np.where((ended > 0) & (months - ended <= ANNIVERSARY), ended, months)


def year_ended(curve: pd.DataFrame) -> dict[str, int] | None:
    """How many of those that left within their first year left as it ended; None where few did.

    ``curve`` is a `survival_curve`: where contracts run for a year, it falls as from a cliff there.

    >>> curve = pd.DataFrame({"months": [0.0, 7.0, 11.99, 12.02, 20.0], "left": [0, 2, 5, 4, 9]})
    >>> year_ended(curve)
    {'ended': 9, 'left': 11}
    >>> year_ended(curve.assign(left=[0, 9, 5, 4, 9]))
    """
    year = curve[year_counted(curve["months"]) <= 12]
    ended = int(year.loc[year["months"].ge(12 - ANNIVERSARY), "left"].sum())
    left = int(year["left"].sum())
    return {"ended": ended, "left": left} if ended >= CLIFF and 2 * ended > left else None
