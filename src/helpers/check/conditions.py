"""Conditions, outcomes, plays and limits of a study, against the columns that there are."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.check.searching import check_search
from helpers.collect.attributes import band_attributes
from helpers.errors import listed
from helpers.metrics.catalog import METRICS, is_defined
from helpers.metrics.score_inputs import condition
from helpers.metrics.service import check_complexity
from helpers.priority.conditions import PAST, REST, read
from helpers.priority.evidence import OWN
from helpers.sandbox.reading import condition_problem
from helpers.segments.rules import columns_of, evaluate_rules
from helpers.study.decisions import OUTCOMES
from helpers.workspace import Workspace

if TYPE_CHECKING:
    from helpers.check import Checked

LATER = {"renews_on": "datetime64[us]", "required_outcome": "str", "health_score": "float64"}
LATER |= {"health_group": "str", "quality_score": "float64", "rank": "float64", "band": "str"}


def _written(ws: Workspace) -> dict[str, str]:
    """Every condition of a study by the place where it stands."""
    study = ws.study
    rules = enumerate(study.customer_list.exclude)
    conditions = {f"customer_list.exclude[{k}].sql": rule.sql for k, rule in rules}
    for part in ("costs", "bonuses", "penalties"):
        lines = getattr(study.quality_score, part)
        conditions |= {f"quality_score.{part}.{n}.where": line.where for n, line in lines.items()}
    conditions |= {f"hypotheses[{k}].where": h.where for k, h in enumerate(study.hypotheses)}
    conditions["lifecycle.trial"] = study.lifecycle.trial
    conditions |= {f"playbook[{k}].when": play.when for k, play in enumerate(study.playbook)}
    return {place: sql for place, sql in conditions.items() if sql is not None}


def written_conditions(ws: Workspace, found: "Checked") -> None:
    """Conditions as they are written: one expression each, of functions that only compute."""
    for place, sql in _written(ws).items():
        problem = condition_problem(sql, tables=["customers"])
        if problem is not None:
            shown = sql if len(sql) < 300 else f"{sql[:300]} …"
            found.problems.append(
                f"{place} is not one condition.\n  found:    {shown}\n            {problem}"
            )


def check_conditions(ws: Workspace, customers: pd.DataFrame | None, found: "Checked") -> None:
    """Conditions, outcomes, attributes and plays on the customers, where there are any."""
    written_conditions(ws, found)
    _plays(ws, found)
    if customers is None:
        found.warnings.append("Conditions on customers were only read, not tried: there are none.")
        return
    with found.noting():
        check_complexity(ws)
    _score_lines(ws, customers, found)
    attributes = banded_attributes(ws, customers, found)
    _hypotheses(ws, _frame(customers, attributes), found)
    check_search(ws.study, attributes, found)


def _score_lines(ws: Workspace, customers: pd.DataFrame, found: "Checked") -> None:
    for name, (_, line) in ws.study.quality_score.lines.items():
        if line.where:
            with found.noting():
                condition(customers, line.where, place=f"quality_score, line {name}")
        if line.column and line.column not in customers:
            found.problems.append(
                f"quality_score, line {name}: accounts has no column `{line.column}`.\n"
                f"  expected: one of {listed(customers.columns, most=60)}"
            )


def banded_attributes(ws: Workspace, customers: pd.DataFrame, found: "Checked") -> pd.DataFrame:
    """Attributes as step 3 bands them; one that fails is noted and left out."""
    frames = [customers[["account_id"]].reset_index(drop=True)]
    for name, entry in ws.study.attributes.items():
        alone = ws.study.model_copy(update={"attributes": {name: entry}})
        with found.noting():
            banded = band_attributes(alone, customers)
            frames.append(banded[[name]])
            levels = banded[name].nunique()
            if levels < 2:
                found.warnings.append(f"attributes.{name} has {levels} level: it tells nothing.")
            elif entry.search and levels > max(50, len(banded) // 10):
                found.warnings.append(
                    f"attributes.{name} has {levels:,} levels among {len(banded):,} customers: "
                    "nearly all are too small to be a segment."
                )
    return pd.concat(frames, axis=1)


def _frame(customers: pd.DataFrame, attributes: pd.DataFrame) -> pd.DataFrame:
    """The columns of the customer frame of step 4; what is computed later is blank."""
    banded = [name for name in attributes if name != "account_id"]
    raw = customers.rename(columns={name: f"{name}_raw" for name in banded})
    frame = raw.reset_index(drop=True).join(attributes[banded])
    for name, kind in LATER.items():
        if name not in frame:
            frame[name] = pd.Series(np.nan if kind == "float64" else None, frame.index, dtype=kind)
    return frame


def _hypotheses(ws: Workspace, frame: pd.DataFrame, found: "Checked") -> None:
    for hypothesis in ws.study.hypotheses:
        if hypothesis.where and condition_problem(hypothesis.where) is None:
            with found.noting():
                met = evaluate_rules(
                    frame, {hypothesis.id: hypothesis.where}, place="hypothesis `{}`"
                )[hypothesis.id]
                late = any(name in hypothesis.where for name in LATER)
                if not met.any() and not late:
                    found.warnings.append(f"hypothesis {hypothesis.id}: no customer meets it.")
        names = {hypothesis.outcome, f"{hypothesis.outcome}_raw"}
        if hypothesis.outcome in OUTCOMES and names & {*frame.columns}:
            if hypothesis.outcome_from is None:
                found.problems.append(
                    f"hypothesis {hypothesis.id}: `{hypothesis.outcome}` is a column of accounts, "
                    "and an outcome as of the date.\n"
                    "  to do: outcome_from: measured, or accounts"
                )
        elif not names & {*frame.columns, *OUTCOMES}:
            found.problems.append(
                f"hypothesis {hypothesis.id}: there is no outcome `{hypothesis.outcome}`.\n"
                f"  expected: a column of the customers: {listed(frame.columns, most=60)}"
            )
    if ws.study.lifecycle.trial and condition_problem(ws.study.lifecycle.trial) is None:
        with found.noting():
            evaluate_rules(frame, {"trial": ws.study.lifecycle.trial}, place="lifecycle.{}")


def _plays(ws: Workspace, found: "Checked") -> None:
    plays = ws.study.playbook
    used = {
        name.removeprefix(REST).removeprefix(PAST)
        for play in plays
        for name in columns_of(play.when)
    }
    names = [*METRICS, *sorted(name for name in used - {*METRICS} if is_defined(name))]
    measured = {prefix + name for prefix in ("", REST, PAST) for name in names}
    columns = ["segment_id", *OWN, *sorted(measured - {*OWN})]
    blank = pd.DataFrame([dict.fromkeys(columns, 1.0)]).assign(segment_id="x")
    for number, play in enumerate(ws.study.playbook):
        place = f"playbook[{number}] ({play.action})"
        if condition_problem(play.when) is None:
            with found.noting():
                evaluate_rules(blank, {place: play.when}, place="{}")
                read(play.when, measured, place=place)
        if play.metric and not is_defined(play.metric):
            found.problems.append(
                f"{place}: there is no metric `{play.metric}`.\n"
                f"  expected: {listed(sorted(names), most=80)}"
            )
