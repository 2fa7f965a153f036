"""What became of last quarter's steps: done or not, target reached, and who was treated."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.history.past import Past
from helpers.metrics.catalog import is_defined, metric
from helpers.outputs import shaped
from helpers.quarter import Quarter
from helpers.segments import effects
from helpers.study import Study, Task
from helpers.words import history as words
from helpers.words import say

FILES = ("next_steps", "customers_to_act_on", "metric_parts")
FIFTHS = 5  # bands of like baseline
FEWEST = 5  # customers on either side
DONE, NOT_DONE, UNPLANNED = "done", "not done", "not planned"
REACHED, MISSED, BETWEEN, OPEN = "yes", "no", "open", ""
AT_RANDOM, OBSERVED = "at random", "observed"


def steps_followed(
    study: Study,
    past: Sequence[Past],
    quarter: Quarter,
    group_metrics: pd.DataFrame,
    parts: pd.DataFrame,
) -> pd.DataFrame:
    """The data file ``steps_followed``: each step of the report of the quarter before.

    Parameters
    ----------
    past : earlier quarters, the oldest first.
    group_metrics, parts : data files ``group_metrics`` and ``metric_parts`` of this quarter.

    Returns
    -------
    One row per step: done (by the study's work plan: a task whose ``play`` is the step's action),
    value of its metric today with interval, reached (the target, or better), and the change of the
    customers that were treated beside that of others: difference with 95 % interval.

    Notes
    -----
    Steps aim at bad values, and these come nearer to the middle by themselves. So the others are of
    like baseline: changes are compared within fifths of the treated customers' values of before.
    What differs in whom one chose to treat stays in the difference; unless customers were drawn by
    lot it is an observation. Customers without the metric today, such as those who left, are
    counted and not compared.
    """
    before = past[-1] if past and past[-1].quarter == quarter.previous else None
    steps = before.table("next_steps") if before else None
    if before is None or steps is None or steps.empty:
        return shaped("steps_followed", [])
    tables = before.tables(FILES)
    plan: dict[str, Task] = {}
    for task in study.work_plan:
        if task.play:
            plan[task.play] = task
    known = group_metrics.set_index(["segment_id", "metric"])
    rows = []
    for step in steps[steps["kind"] == "step"].to_dict("records"):
        task = plan.get(step["action"])
        row = {name: step[name] for name in
               ("segment_id", "definition", "action", "owner", "by", "metric", "unit", "baseline",
                "target")}  # fmt: skip
        row["quarter"] = str(before.quarter)
        row["done"] = UNPLANNED if task is None else DONE if task.done else NOT_DONE
        row |= _today(step, known)
        if task is not None and task.done and step["metric"]:
            row |= _beside(step, task, tables, parts)
        rows.append(row)
    return shaped("steps_followed", [dict(BLANK) | row for row in rows])


BLANK = {"reached": OPEN, "assigned": "", "treated": 0, "treated_lost": 0, "others": 0, "note": ""}


def _today(step: Mapping[str, object], known: pd.DataFrame) -> dict[str, object]:
    """The metric of the step's group today, and whether the target is reached."""
    name = str(step["metric"] or "")
    key = (step["segment_id"], name)
    if not name or key not in known.index:
        return {"note": say(words.NOT_MEASURED)} if name else {}
    found = known.loc[key]
    value, target = float(found["value"]), float(step["target"])  # type: ignore[arg-type]
    row = {"value": value, "low": float(found["low"]), "high": float(found["high"])}
    if is_defined(name) and metric(name).window == "year":
        return row | {"note": say(words.SHARES_DAYS)}
    if not (np.isfinite(value) and np.isfinite(target)) or not is_defined(name):
        return row
    good = metric(name).higher_is_better
    if good is None:
        return row
    return row | {"reached": at_target(value, row["low"], row["high"], target, up=good)}


def at_target(value: float, low: float, high: float, target: float, *, up: bool) -> str:
    """Whether a target is reached: by the value; missed only where the whole interval is short.

    >>> at_target(9, 7, 11, 10, up=True), at_target(9, 7, 9.5, 10, up=True)
    ('open', 'no')
    >>> at_target(9, 7, 11, 10, up=False)
    'yes'
    """
    if value >= target if up else value <= target:
        return REACHED
    short = high < target if up else low > target
    return MISSED if short else BETWEEN


def _beside(
    step: Mapping[str, object], task: Task, tables: Mapping[str, pd.DataFrame], now: pd.DataFrame
) -> dict[str, object]:
    """The change of those who were treated beside that of others of like baseline."""
    named = tables.get("customers_to_act_on")
    treated = set(task.treated)
    if not treated and named is not None:
        own = (named["play"] == step["play"]) & (named["segment_id"] == step["segment_id"])
        treated = set(named.loc[own, "account_id"])
    row: dict[str, object] = {
        "assigned": AT_RANDOM if task.at_random else OBSERVED,
        "treated": len(treated),
    }
    name, then = str(step["metric"]), tables.get("metric_parts")
    sides = [] if then is None else [_values(table, name) for table in (then, now)]
    if not sides or not all(map(len, sides)) or not treated:
        return row | {"note": say(words.NOT_BY_CUSTOMER)}
    row["treated_lost"] = len(treated & set(sides[0].index) - set(sides[1].index))
    both = pd.DataFrame({"then": sides[0], "now": sides[1]}).dropna()
    member = both.index.isin(treated)
    row["others"] = int((~member).sum())
    if min(member.sum(), (~member).sum()) < FEWEST:
        return row | {"note": say(words.TOO_FEW_TREATED, least=FEWEST)}
    found, alike = _apart(both["then"].to_numpy(float), both["now"].to_numpy(float), member)
    change = (both["now"] - both["then"]).to_numpy(float)
    if alike < FEWEST:
        return row | {"note": say(words.NOBODY_ALIKE)}
    low, high = found.interval()
    return row | {
        "others": alike,
        "treated_change": float(change[member].mean()),
        "others_change": float(change[~member].mean()),
        "difference": found.effect,
        "difference_low": low,
        "difference_high": high,
    }


def _apart(then: np.ndarray, now: np.ndarray, member: np.ndarray) -> tuple[effects.Difference, int]:
    """Change of treated minus others of like baseline, and how many others these are.

    Others count within the range of the treated customers' values of before, within fifths of them,
    and at the slope by which values went back to the middle on both sides alike (analysis of
    covariance; Vickers & Altman 2001, BMJ 323).
    """
    low, high = then[member].min(), then[member].max()
    alike = (then >= low) & (then <= high)
    then, now, member = then[alike], now[alike], member[alike]
    edges = np.unique(np.quantile(then[member], np.arange(1, FIFTHS) / FIFTHS))
    fifth = np.searchsorted(edges, then, side="left")
    change = now - then
    top = bottom = 0.0
    for side in (member, ~member):
        centred = then[side] - then[side].mean() if side.any() else then[side]
        top += float((centred * change[side]).sum())
        bottom += float((centred**2).sum())
    slope = top / bottom if bottom > 0 else 0.0
    others = int((~member).sum())
    return effects.difference(change - slope * then, member, fifth), others


def _values(table: pd.DataFrame, name: str) -> pd.Series:
    """Value of a metric of each customer with data, in the metric's unit."""
    rows = table[table["metric"] == name].set_index("account_id")
    scale = metric(name).scale if is_defined(name) else 1.0
    return scale * rows["numerator"] / rows["denominator"]
