"""Forecasts and targets of earlier reports: whether they came true."""

import numpy as np
import pandas as pd

from helpers.history import fates
from helpers.history.control import STEPS
from helpers.history.followed import MISSED, REACHED, at_target
from helpers.history.past import Past, quarters_between
from helpers.history.published import FORECAST
from helpers.history.today import Today
from helpers.metrics.catalog import is_defined, metric
from helpers.priority.renewals import is_over
from helpers.words import history as words


def foretold(claim: dict, before: dict, then: Past, today: Today) -> dict:
    """What today adds to a claim that is a forecast or a target.

    A forecast holds where what came lies within its range; the range was told for four of five
    quarters. A target holds where the group's metric is at it or better on the step's day, or, if
    the step names none, over the first window that shares no day with the old one. It is missed
    where the whole interval falls short; between the two it stays open. Both are *held up* or
    *missed*, without a rate of error that would be promised.

    Parameters
    ----------
    before : looks, fate and decided_in, as the latest report told them; {} where none did.
    """
    if before.get("fate") in (fates.HELD_UP, fates.MISSED):
        return {name: before[name] for name in KEPT if name in before} | {"looks": 1}
    if claim["kind"] == FORECAST:
        return _forecast(claim, then, today)
    return _target(claim, then, today)


KEPT = ("fate", "decided_in", "inside", "expected", "predicted_low", "predicted_high", "realised",
        "realised_low", "realised_high", "members")  # fmt: skip


def _forecast(claim: dict, then: Past, today: Today) -> dict:
    history = today.more.get("renewal_history")
    if history is None or history.empty:
        return {"fate": fates.NOT_COMPARABLE, "note": words.NOT_MEASURED}
    days = pd.to_datetime(history["quarter_end"])
    own = history[(days == then.day).to_numpy()]
    if own.empty:
        # A window that is not over is no row of the history.
        if not is_over(then.day, today.day, today.study.lifecycle.renewal_window):
            return {"fate": fates.TOO_EARLY}
        return {"fate": fates.NOT_COMPARABLE, "note": words.NOT_MEASURED}
    lost = float(own["lost"].iloc[0])
    if not np.isfinite(lost):
        return {"fate": fates.TOO_EARLY}
    inside = bool(claim["low"] <= lost <= claim["high"])
    return {
        "looks": 1,
        "expected": claim["value"],
        "predicted_low": claim["low"],
        "predicted_high": claim["high"],
        "realised": lost,
        "inside": "yes" if inside else "no",
        "members": int(own["renewals"].iloc[0]),
        "fate": fates.HELD_UP if inside else fates.MISSED,
        "decided_in": str(today.quarter),
    }


def _target(claim: dict, then: Past, today: Today) -> dict:
    steps, measured = then.table("next_steps"), today.more.get("group_metrics")
    name = claim["metric"]
    good = metric(name).higher_is_better if is_defined(name) else None
    if steps is None or measured is None or good is None:
        return {"fate": fates.NOT_COMPARABLE, "note": words.NO_DIRECTION}
    window = STEPS.get(metric(name).window, 1)
    gap = quarters_between(then.quarter, today.quarter)
    own = steps[(steps["segment_id"] == claim["id"]) & (steps["action"] == claim["compared_with"])]
    by = pd.to_datetime(own["by"]).max() if len(own) else pd.NaT
    if gap < window or (pd.notna(by) and by > today.day):
        return {"fate": fates.TOO_EARLY}
    found = measured[(measured["segment_id"] == claim["id"]) & (measured["metric"] == name)]
    if found.empty or not np.isfinite(found["value"].iloc[0]) or not _same(claim, today):
        return {"fate": fates.NOT_COMPARABLE, "note": words.NOT_MEASURED}
    row = found.iloc[0]
    told = at_target(row["value"], row["low"], row["high"], claim["value"], up=good)
    fate = {REACHED: fates.HELD_UP, MISSED: fates.MISSED}.get(told, fates.TOO_EARLY)
    return {
        "looks": 1,
        "realised": float(row["value"]),
        "realised_low": float(row["low"]),
        "realised_high": float(row["high"]),
        "members": int(row["customers"]),
        "fate": fate,
        "decided_in": "" if fate == fates.TOO_EARLY else str(today.quarter),
    }


def _same(claim: dict, today: Today) -> bool:
    """Whether a segment still has the rule of then; groups of other kinds are known by name."""
    rules = today.segments.set_index("segment_id")["rule"]
    return claim["id"] not in rules.index or (rules[claim["id"]] or "") == claim["rule"]
