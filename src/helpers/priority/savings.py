"""What could be saved where healthy customers take far more service than customers like them."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.metrics.economics import MEASURES, TO_STANDARD_DEVIATION
from helpers.priority.groups import HEALTHY
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say

GROUP = "over-served-healthy"
RESAMPLES = 1000
CELLS = 2_000_000  # customers × resamples that are held at once
MONEY = MEASURES["service_cost_12m"]


@dataclass(frozen=True)
class Savings:
    """``table`` is the data file ``service_savings``; ``reason`` says why it is empty.

    ``told`` is the saving in words, for the step of this group; "" where there is none.
    """

    table: pd.DataFrame
    reason: str = ""
    told: str = ""


def savings(study: Study, service: pd.DataFrame | None, frame: pd.DataFrame) -> Savings:
    """Service that over-served and healthy customers take beyond the median of their peers.

    Parameters
    ----------
    service : data file ``service_value``; None = not collected.
    frame : customer frame; status and ``health_group``.

    Returns
    -------
    Savings. One row: customers, measure, taken and peers (Σ service, and Σ of their peers'
    medians), excess = taken − peers with a 95 % interval, in the unit of the measure.

    Notes
    -----
    Customers are resampled within their band of revenue; medians, spreads and who is over-served
    are found again in every resample (percentile interval). Who took much in one year takes less in
    the next by chance alone: the excess is the most that could be saved, not what will be.
    """
    if service is None or service.empty or "health_group" not in frame:
        return Savings(outputs.shaped("service_savings", []), say(words.NO_SAVING_KNOWN))
    current = frame[(frame["status"] == "current") & frame["health_group"].isin(HEALTHY)]
    healthy = service["account_id"].isin(current["account_id"]).to_numpy(bool)
    taken = service["service"].to_numpy(float)
    over = healthy & (service["service_level"] == "over").to_numpy(bool)
    if not over.any():
        return Savings(outputs.shaped("service_savings", []), say(words.NOBODY_OVER_SERVED))
    medians = service["peers_median"].to_numpy(float)
    excess = float((taken - medians)[over].sum())
    low, high = _limits(
        taken, healthy, service["band"].to_numpy(), limit=study.metrics.peer_deviation,
        least=study.metrics.min_peers, seed=study.seed,
    )  # fmt: skip
    measure = str(service["measure"].iloc[0])
    row = {
        "segment_id": GROUP,
        "customers": int(over.sum()),
        "measure": measure,
        "taken": float(taken[over].sum()),
        "peers": float(medians[over].sum()),
        "excess": excess,
        "low": low,
        "high": high,
        "unit": "currency per year" if measure == MONEY else "count",
    }
    told = say(
        words.SAVING_MONEY if measure == MONEY else words.SAVING, currency=study.currency,
        excess=excess, low=low, high=high, measure=measure,
    )  # fmt: skip
    return Savings(outputs.shaped("service_savings", [row]), told=told)


def _limits(
    taken: np.ndarray, healthy: np.ndarray, band: np.ndarray, *, limit: float, least: int, seed: int
) -> tuple[float, float]:
    """95 % limits of the excess."""
    rng = np.random.default_rng(seed)
    drawn = np.zeros(RESAMPLES)
    for one in np.unique(band):
        here = np.flatnonzero(band == one)
        block = max(1, CELLS // len(here))  # so many resamples at once
        for start in range(0, RESAMPLES, block):
            end = min(start + block, RESAMPLES)
            picked = here[rng.integers(0, len(here), (end - start, len(here)))]
            drawn[start:end] += excess_of(taken[picked], healthy[picked], limit=limit, least=least)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def excess_of(taken: np.ndarray, healthy: np.ndarray, *, limit: float, least: int) -> np.ndarray:
    """Service of healthy and over-served customers beyond the median of who took any.

    Parameters
    ----------
    taken, healthy : one band's customers along the last axis; resamples along the others.

    >>> excess_of(np.array([[9.0, 10, 10, 11, 100]]), np.ones((1, 5), bool), limit=2.5, least=3)
    array([90.])
    """
    some = taken > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(some, np.log(np.where(some, taken, 1.0)), np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nobody of a resample took any
        middle = np.nanmedian(logs, axis=-1, keepdims=True)
        away = np.nanmedian(np.abs(logs - middle), axis=-1, keepdims=True)
        median = np.nanmedian(np.where(some, taken, np.nan), axis=-1, keepdims=True)
    spread = TO_STANDARD_DEVIATION * away
    enough = (some.sum(axis=-1, keepdims=True) >= least) & (spread > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        over = some & enough & healthy & ((logs - middle) / spread >= limit)
    return np.where(over, taken - median, 0.0).sum(axis=-1)
