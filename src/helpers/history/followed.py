"""What became of last quarter's steps: done or not, target reached, and who was treated."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from helpers.history.past import Past
from helpers.metrics.catalog import is_defined, metric
from helpers.outputs import shaped
from helpers.priority.plays import plays
from helpers.quarter import Quarter
from helpers.segments import effects
from helpers.study import Study, Task
from helpers.words import history as words
from helpers.words import say

FILES = ("next_steps", "customers_to_act_on", "metric_parts", "segment_members", "group_members")
MEMBERS = ("segment_members", "group_members")
FIFTHS = 5  # bands of like baseline
FEWEST = 5  # customers on either side
DONE, NOT_DONE, UNPLANNED = "done", "not done", "not planned"
REACHED, MISSED, BETWEEN, OPEN = "yes", "no", "open", ""
NEAR = 0.8  # likeness of two spellings from which one is asked about
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
    One row per step: done (by the study's work plan: a task whose ``play`` is the step's action, or
    its play's ``do`` as written, whatever the capitals, spaces and full stop; a spelling that comes
    near is asked about in ``note``), value of its metric today with interval, reached (the target,
    or better; blank before the step's day), and the change of the customers of its group that were
    treated beside that of others: difference with 95 % interval. Several done tasks of one play
    count together. Treated are those whom a task names or, where it names nobody, whom the list of
    the quarter before has, without those that it says not to ask now.

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
    written = {place: play.do for place, play in plays(study).items()}
    known = group_metrics.set_index(["segment_id", "metric"])
    rows = []
    for step in steps[steps["kind"] == "step"].to_dict("records"):
        said = _said(step, written)
        tasks = [task for task in study.work_plan if _plain(task.play) in said]
        done = [task for task in tasks if task.done]
        row = {name: step[name] for name in
               ("segment_id", "definition", "action", "owner", "by", "metric", "unit", "baseline",
                "target")}  # fmt: skip
        row["quarter"] = str(before.quarter)
        row["done"] = DONE if done else NOT_DONE if tasks else UNPLANNED
        told = [_today(step, known, pd.Timestamp(quarter.as_of))]
        if done and step["metric"]:
            told.append(_beside(step, done, tables, parts))
        if not tasks and (near := _near(study.work_plan, said)):
            told.append({"note": say(words.SPELLED_OTHERWISE, named=near)})
        for one in told:
            row |= one
        row["note"] = "; ".join(str(one["note"]) for one in told if "note" in one)
        rows.append(row)
    return shaped("steps_followed", [dict(BLANK) | row for row in rows])


BLANK = {"reached": OPEN, "assigned": "", "treated": 0, "treated_lost": 0, "others": 0, "note": ""}


def _said(step: Mapping[str, object], written: Mapping[str, str]) -> set[str]:
    """What a task may call a step: as the report says it, or as its play is written (`_plain`).

    The place of a play of the study file holds what was written then.
    """
    place = str(step["play"])
    found = re.fullmatch(r"playbook\[\d+\] \((.*)\)", place, flags=re.DOTALL)
    told = (str(step["action"]), found[1] if found else written.get(place, ""))
    return {_plain(one) for one in told} - {""}


def _plain(sentence: str) -> str:
    """A sentence without what people write now so, now so: capitals, spaces, full stop.

    >>> _plain("Call  the Customer."), _plain("")
    ('call the customer', '')
    """
    return " ".join(sentence.casefold().split()).rstrip(".。")


def _near(plan: Sequence[Task], said: set[str]) -> str:
    """A play that the work plan spells nearly as the step; "" where there is none."""
    named = {_plain(task.play): task.play for task in plan if task.play}
    found = (get_close_matches(one, named, n=1, cutoff=NEAR) for one in sorted(said))
    return next((named[near[0]] for near in found if near), "")


def _today(step: Mapping[str, Any], known: pd.DataFrame, day: pd.Timestamp) -> dict[str, Any]:
    """The metric of the step's group today, and whether the target is reached."""
    name = str(step["metric"] or "")
    key = (step["segment_id"], name)
    if not name or key not in known.index:
        return {"note": say(words.NOT_MEASURED)} if name else {}
    found = known.loc[key]
    value, target = float(found["value"]), float(step["target"])
    row: dict[str, Any] = {"value": value, "low": float(found["low"]), "high": float(found["high"])}
    if is_defined(name) and metric(name).window == "year":
        return row | {"note": say(words.SHARES_DAYS)}
    if pd.notna(step["by"]) and pd.Timestamp(step["by"]) > day:
        return row | {"note": say(words.NOT_YET_DUE)}
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


def _treated(
    step: Mapping[str, object], tasks: Sequence[Task], tables: Mapping[str, pd.DataFrame]
) -> tuple[set[str], set[str], bool]:
    """Who of the step's group was treated, who at all by its play, and whether drawn by lot."""
    own, of_play = set(), set()
    for name in MEMBERS:
        if (held := tables.get(name)) is not None:
            own |= set(held.loc[held["segment_id"] == step["segment_id"], "account_id"])
    named = tables.get("customers_to_act_on")
    listed: set[str] = set()
    if named is not None:
        named = named[(named["play"] == step["play"]) & _asked(named)]
        of_play = set(named["account_id"])
        listed = set(named.loc[named["segment_id"] == step["segment_id"], "account_id"])
    of_group = [set(task.treated) & own if task.treated else listed for task in tasks]
    anywhere = [set(task.treated) or of_play for task in tasks]
    drawn = [task.at_random for task, of in zip(tasks, of_group, strict=True) if of]
    return set().union(*of_group), set().union(*anywhere), bool(drawn) and all(drawn)


def _asked(named: pd.DataFrame) -> pd.Series:
    """Who of a list was to be asked: whoever stands there as "not now" was not treated.

    Reports from before lists said so have asked everybody.
    """
    if "not_now" not in named:
        return pd.Series(True, index=named.index)
    return named["not_now"].fillna("").eq("")


def _beside(
    step: Mapping[str, object],
    tasks: Sequence[Task],
    tables: Mapping[str, pd.DataFrame],
    now: pd.DataFrame,
) -> dict[str, object]:
    """The change of those who were treated beside that of others of like baseline."""
    treated, anywhere, drawn = _treated(step, tasks, tables)
    row: dict[str, object] = {
        "assigned": AT_RANDOM if drawn else OBSERVED,
        "treated": len(treated),
    }
    name, then = str(step["metric"]), tables.get("metric_parts")
    sides = [] if then is None else [_values(table, name) for table in (then, now)]
    if anywhere and not treated:
        return row | {"note": say(words.TREATED_ELSEWHERE)}
    if not sides or not all(map(len, sides)) or not treated:
        return row | {"note": say(words.NOT_BY_CUSTOMER)}
    row["treated_lost"] = len(treated & set(sides[0].index) - set(sides[1].index))
    both = pd.DataFrame({"then": sides[0], "now": sides[1]}).dropna()
    both = both[~both.index.isin(anywhere - treated)]  # treated in another group
    member = both.index.isin(treated)
    row["others"] = int((~member).sum())
    if min(member.sum(), (~member).sum()) < FEWEST:
        return row | {"note": say(words.TOO_FEW_TREATED, least=FEWEST)}
    then, now = both["then"].to_numpy(float), both["now"].to_numpy(float)
    alike = (then >= then[member].min()) & (then <= then[member].max())
    like = alike & ~member
    if like.sum() < FEWEST:
        return row | {"note": say(words.NOBODY_ALIKE)}
    found = _apart(then[alike], now[alike], member[alike])
    low, high = found.interval()
    return row | {
        "others": int(like.sum()),
        "treated_change": float((now - then)[member].mean()),
        "others_change": float((now - then)[like].mean()),
        "difference": found.effect,
        "difference_low": low,
        "difference_high": high,
    }


def _apart(then: np.ndarray, now: np.ndarray, member: np.ndarray) -> effects.Difference:
    """Change of treated minus others, all within the range of the treated ones' values of before.

    Others count within fifths of these values, and at the slope by which values went back to the
    middle on both sides alike (analysis of covariance; Vickers & Altman 2001, BMJ 323).
    """
    edges = np.unique(np.quantile(then[member], np.arange(1, FIFTHS) / FIFTHS))
    fifth = np.searchsorted(edges, then, side="left")
    change = now - then
    top = bottom = 0.0
    for side in (member, ~member):
        centred = then[side] - then[side].mean() if side.any() else then[side]
        top += float((centred * change[side]).sum())
        bottom += float((centred**2).sum())
    slope = top / bottom if bottom > 0 else 0.0
    return effects.difference(change - slope * then, member, fifth)


def _values(table: pd.DataFrame, name: str) -> pd.Series:
    """Value of a metric of each customer with data, in the metric's unit."""
    rows = table[table["metric"] == name].set_index("account_id")
    scale = metric(name).scale if is_defined(name) else 1.0
    return scale * rows["numerator"] / rows["denominator"]
