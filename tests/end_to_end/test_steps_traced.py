"""Every number that a next step tells is a cell of another data file of the same report."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers.metrics.catalog import is_defined, metric
from helpers.study.file import load_study

NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?")
# Parts of sentences that are no measurement: of how many trials one shows the change.
WORDS = ("four of five trials",)


def written(number: float, unit: str) -> str:
    """A number as steps write it, by another way than the program's."""
    scaled = 100 * number if unit == "ratio" else number
    if abs(scaled) >= 1000:
        return f"{round(scaled):,}"
    text = np.format_float_positional(scaled, precision=4, unique=False, fractional=False, trim="-")
    return text.replace("-", "−")


@pytest.fixture(scope="module")
def tables(published):
    def read(name: str) -> pd.DataFrame:
        return pd.read_parquet(published / "data" / f"{name}.parquet")

    return {name: read(name) for name in (
        "next_steps", "groups", "group_members", "group_metrics", "customers_to_act_on",
        "priorities",
    )}  # fmt: skip


def test_customers_money_and_rules_are_those_of_the_group(tables):
    groups = tables["groups"].set_index("segment_id")
    assert len(tables["next_steps"]) > 5
    for step in tables["next_steps"].itertuples():
        group = groups.loc[step.segment_id]
        assert step.customers == group["worked_with"]
        assert step.definition == group["definition"]
        assert step.rule == group["rule"]
        assert step.arr == pytest.approx(group["arr"], nan_ok=True)


def test_baselines_and_targets_are_cells_of_the_metrics(tables, root):
    metrics = tables["group_metrics"].set_index(["segment_id", "metric"])
    told = 0
    for step in tables["next_steps"].itertuples():
        if not step.metric or (step.segment_id, step.metric) not in metrics.index:
            assert np.isnan(step.baseline)
            continue
        cell = metrics.loc[(step.segment_id, step.metric)]
        found = [step.baseline, step.baseline_low, step.baseline_high]
        assert found == pytest.approx([cell["value"], cell["low"], cell["high"]], nan_ok=True)
        assert step.unit == cell["unit"]
        own = {play.action: play.target for play in load_study(root / "data/raw/sample").playbook}
        fixed = own.get(step.action)
        allowed = [cell["value"], cell["rest_value"]]
        allowed += [float(fixed)] if isinstance(fixed, int | float) else []
        known = [one for one in allowed if not np.isnan(one)]
        assert np.isnan(step.target) or any(step.target == pytest.approx(one) for one in known)
        told += 1
    assert told > 3


def test_every_number_of_a_reason_is_a_cell(tables):
    metrics, traced = tables["group_metrics"], 0
    for step in tables["next_steps"].itertuples():
        cells = {written(step.customers, "")}
        if not np.isnan(step.p_adjusted):
            cells |= {f"{step.p_adjusted:.3f}", "0.001"}
        if not np.isnan(step.per_arm):
            cells |= {f"{step.per_arm:,.0f}", written(step.target, step.unit)}
        left = step.reason
        for one in metrics[metrics["segment_id"] == step.segment_id].itertuples():
            label = metric(one.metric).label if is_defined(one.metric) else one.metric
            if f"{label} " in left:
                left = left.replace(f"{label} ", "")
                cells |= {written(one.value, one.unit), written(one.rest_value, one.unit)}
        for phrase in WORDS:
            left = left.replace(phrase, "")
        numbers = NUMBER.findall(left)
        assert set(numbers) <= cells, (step.reason, set(numbers) - cells)
        traced += len(numbers)
    assert traced >= 3  # of the planted difference: its value, that of the rest, its p


def test_lists_hold_the_members_of_the_group_that_the_reason_names(tables):
    act, members = tables["customers_to_act_on"], tables["group_members"]
    worked = members[members["worked_with"]]
    inside = set(zip(worked["segment_id"], worked["account_id"], strict=True))
    assert set(zip(act["segment_id"], act["account_id"], strict=True)) <= inside
    steps = tables["next_steps"].set_index(["segment_id", "play"])
    for one in act.itertuples():
        step = steps.loc[(one.segment_id, one.play)]
        assert one.reason == f"{step['definition']}: {step['reason']}"
        assert one.action == step["action"]
        assert one.responsible == step["owner"]
