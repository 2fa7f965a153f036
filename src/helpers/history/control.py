"""Control charts: whether a metric of this quarter leaves the range of its own past.

Only windows that share no day are charted: a trailing year shares three quarters of its data with
its neighbour, and would alarm four times or never.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.history.fates import standard_error
from helpers.history.mix import MAIN
from helpers.history.past import Past, quarters_between
from helpers.method import changed_sections
from helpers.metrics.catalog import is_defined, metric
from helpers.outputs import shaped
from helpers.priority.alerts import VALUED
from helpers.quarter import Quarter
from helpers.segments import verdicts
from helpers.study import Study
from helpers.study.scoping import PROGRAM

CHARTED = (*MAIN, "first_reply_hours_median", "resolution_hours_median")
STEPS = {"quarter": 1, "year": 4}  # quarters between two windows that share no day
FEWEST = 8  # earlier windows: with fewer there are no limits
FALSE_ALARMS = 0.04  # expected per quarter, over all charts: under one in twenty quarters
# Sections of a study file by which a metric of given customers is measured.
MEASURED_BY = ("business_model", "currency", "fiscal_year_starts", "metrics", "service", "health")
ABOUT_METRICS = (*MEASURED_BY, "customer_list", "sources", PROGRAM)
COMPANY = "company"
WORSE, BETTER, INSIDE, NO_LIMITS = "worse", "better", "inside", ""


@dataclass(frozen=True)
class Point:
    """A metric of one quarter with its standard error and the customers behind it."""

    quarter: Quarter
    value: float
    error: float
    customers: int


def charted(segments: pd.DataFrame, profiles: pd.DataFrame) -> pd.DataFrame:
    """Metrics of the segments that are charted: findings, and the valued ones of every company.

    Parameters
    ----------
    segments, profiles : data files ``segments`` and ``segment_metrics``.
    """
    shown = verdicts.is_finding(segments["verdict"]) | segments["segment_id"].isin(VALUED)
    return profiles[profiles["segment_id"].isin(segments.loc[shown, "segment_id"])]


def comparable(study: Study, past: Sequence[Past]) -> list[Past]:
    """Earlier quarters whose metrics were measured as they are today."""
    return [
        one for one in past if not set(changed_sections(study, one.manifest)) & set(ABOUT_METRICS)
    ]


def control_charts(
    past: Sequence[Past], quarter: Quarter, now: pd.DataFrame, parts: pd.DataFrame
) -> pd.DataFrame:
    """The main metrics of the company and of each segment against limits from their own past.

    Parameters
    ----------
    past : earlier quarters that this one can be compared with, the oldest first.
    now : this quarter's ``segment_metrics`` of the segments that are charted.
    parts : this quarter's ``metric_parts``, for the company.

    Returns
    -------
    The data file ``control_charts``: one row per segment (*company* first), metric and quarter with
    a window of its own, this quarter's being the last. ``centre``, ``limit_low`` and ``limit_high``
    are of this quarter's point; ``signal`` says on its row on which side of them it lies.

    Notes
    -----
    Each window has an error of its own, since a rate of few customers varies more: the spread per
    customer, pooled over all windows, by the root of the window's customers. (A window's own error
    hangs together with its value: a rate that is low by chance looks sure.) Limits are
    centre +- t phi sqrt(error^2 + error of the centre^2): the centre is the mean of the earlier
    windows weighted by 1 / error^2, and phi >= 1 how much more they vary around it than their
    errors say (overdispersion; Laney 2002, Quality Engineering 14, takes z-values the same way).
    t has the degrees of freedom of the earlier windows, at `FALSE_ALARMS` / (2 charts): over all
    charts fewer than one false alarm is expected in twenty quarters. There are no limits before
    eight earlier windows.
    """
    series = _series(past, quarter, now, parts)
    tested = sum(len(points) > FEWEST for points in series.values())
    rows = []
    for (segment, name), points in series.items():
        last = _limits(points, tested) if len(points) > FEWEST else {}
        for at, point in enumerate(points):
            row = {
                "segment_id": segment,
                "metric": name,
                "quarter": str(point.quarter),
                "value": point.value,
                "error": point.error,
                "customers": point.customers,
                "unit": metric(name).unit,
                "windows": len(points),
                "signal": NO_LIMITS,
            }
            if last and at == len(points) - 1:
                row |= last | {"signal": _signal(name, point.value, last)}
            rows.append(row)
    return shaped("control_charts", rows)


def _limits(points: Sequence[Point], tested: int) -> dict[str, float]:
    """Centre and limits of the last point from those before."""
    from scipy.special import stdtrit

    earlier = points[:-1]
    value = np.array([point.value for point in earlier])
    n = np.array([point.customers for point in points], dtype=float)
    errors = np.array([point.error for point in points])
    pooled = np.sqrt(np.mean(np.square(errors) * n)) / np.sqrt(n)
    error = pooled[:-1]
    if not pooled[0] > 0:
        return {}
    weight = 1 / np.square(error)
    centre = float((weight * value).sum() / weight.sum())
    freedom = len(earlier) - 1
    spread = float((weight * np.square(value - centre)).sum() / freedom)
    phi = max(1.0, spread) ** 0.5
    reach = phi * float(np.hypot(pooled[-1], weight.sum() ** -0.5))
    reach *= float(stdtrit(freedom, 1 - FALSE_ALARMS / (2 * tested)))
    return {"centre": centre, "limit_low": centre - reach, "limit_high": centre + reach}


def _signal(name: str, value: float, limits: dict[str, float]) -> str:
    if limits["limit_low"] <= value <= limits["limit_high"]:
        return INSIDE
    above = value > limits["centre"]
    good = metric(name).higher_is_better
    return BETTER if good is above else WORSE


def _series(
    past: Sequence[Past], quarter: Quarter, now: pd.DataFrame, parts: pd.DataFrame
) -> dict[tuple[str, str], list[Point]]:
    """Points by segment and metric, the oldest first, with this quarter's as the last."""
    found: dict[tuple[str, str], list[Point]] = {}
    segments = list(dict.fromkeys(now["segment_id"]))
    sources = [(one.quarter, one.table("metric_parts"), one.table("segment_metrics"))
               for one in past]  # fmt: skip
    for at, company, of_segments in [*sources, (quarter, parts, now)]:
        gap = quarters_between(at, quarter)
        points = _of_company(at, company)
        if of_segments is not None:
            points |= _of_segments(at, of_segments, segments)
        for key, point in points.items():
            if gap % STEPS[metric(key[1]).window] == 0:
                found.setdefault(key, []).append(point)
    order = sorted(found, key=lambda key: (key[0] != COMPANY, key))
    return {key: found[key] for key in order if found[key][-1].quarter == quarter}


def _of_company(quarter: Quarter, parts: pd.DataFrame | None) -> dict[tuple[str, str], Point]:
    """Value and error of each metric over all customers, from what it is made of."""
    found: dict[tuple[str, str], Point] = {}
    if parts is None:
        return found
    for name, rows in parts.groupby("metric"):
        if not _is_charted(str(name)):
            continue
        top, bottom = rows["numerator"].to_numpy(), rows["denominator"].to_numpy()
        value, n = top.sum() / bottom.sum(), len(rows)
        moved = (top - value * bottom) / bottom.sum()
        error = np.sqrt(np.square(moved).sum() * n / max(n - 1, 1))
        scale = metric(str(name)).scale
        if n > 1:  # where all are alike, the pooled spread tells
            point = Point(quarter, scale * float(value), scale * float(error), n)
            found[(COMPANY, str(name))] = point
    return found


def _of_segments(
    quarter: Quarter, profiles: pd.DataFrame, segments: Sequence[str]
) -> dict[tuple[str, str], Point]:
    charted = profiles["metric"].map(_is_charted).astype(bool)  # of no rows, no booleans
    rows = profiles[profiles["segment_id"].isin(segments) & charted]
    found = {}
    for row in rows.itertuples():
        error = standard_error(row.low, row.high)
        if np.isfinite(row.value) and error > 0:
            found[(row.segment_id, row.metric)] = Point(quarter, row.value, error, row.customers)
    return found


def _is_charted(name: str) -> bool:
    return name in CHARTED and is_defined(name) and metric(name).window in STEPS
