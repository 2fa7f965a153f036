"""Every sentence of every step, list, message and alert is made of cells of the same report."""

import re

import numpy as np
import pandas as pd
import pytest

from helpers.metrics.catalog import is_defined, metric
from helpers.priority.plays import plays
from helpers.report.acting import points
from helpers.study.file import load_study

NUMBER = re.compile(r"−?\d[\d,]*(?:\.\d+)?")
NO_REASON = ", and we do not know what the reason was."
# Parts of sentences that are no measurement: of how many trials one shows the change.
WORDS = ("four of five trials", "four of five cases")


def written(number: float, unit: str) -> str:
    """A number as steps write it, by another way than the program's."""
    scaled = 100 * number if unit == "ratio" else number
    if abs(scaled) >= 1000:
        return f"{round(scaled):,}"
    text = np.format_float_positional(
        scaled, precision=3 if unit == "hours" else 4, unique=False, fractional=False, trim="-"
    )
    return text.replace("-", "−")


def numbers_of(text: str) -> set[str]:
    for phrase in WORDS:
        text = text.replace(phrase, "")
    return set(NUMBER.findall(text))


@pytest.fixture(scope="module")
def tables(published):
    names = [path.stem for path in (published / "data").glob("*.parquet")]
    return {name: pd.read_parquet(published / "data" / f"{name}.parquet") for name in names}


@pytest.fixture(scope="module")
def wanted(root):
    return plays(load_study(root / "data/raw/sample"))


def test_customers_money_and_rules_are_those_of_the_group(tables):
    groups = tables["groups"].set_index("segment_id")
    assert len(tables["next_steps"]) > 5
    for step in tables["next_steps"].itertuples():
        group = groups.loc[step.segment_id]
        assert step.customers == group["worked_with"]
        assert step.definition == group["definition"]
        assert step.rule == group["rule"]
        assert step.arr == pytest.approx(group["arr"], nan_ok=True)


def first_of(tables) -> str:
    return tables["priorities"]["definition"].iloc[0]


def reasons_of(tables) -> dict[str, str]:
    """The reason that each group has more often, found again in the table of contacts."""
    mix = tables["group_mix"]
    mix = mix[(mix["dimension"] == "reason") & (mix["better"] == "higher")]
    mix = mix[~mix["level"].isin(["other", "unknown"])]
    best = mix.sort_values(["difference", "level"], ascending=[False, True], kind="stable")
    return best.drop_duplicates("segment_id").set_index("segment_id")["level"].to_dict()


def test_what_is_to_be_done_is_the_plays_own_text_with_names_of_the_report(tables, wanted):
    reasons = reasons_of(tables)
    for name in ("next_steps", "plays_left_out"):
        for step in tables[name].itertuples():
            play = wanted[step.play]
            text = play.do.replace("{leading}", first_of(tables))
            assert step.action == text.replace("{top_reason}", reasons.get(step.segment_id, ""))
            assert step.when == play.when
    for step in tables["next_steps"].itertuples():
        play = wanted[step.play]
        assert (step.owner, step.check, step.about) == (play.owner, play.check, play.about)
        assert "{" not in step.action + step.reason + step.check


def test_baselines_and_targets_are_cells_of_the_metrics(tables, wanted):
    metrics = tables["group_metrics"].set_index(["segment_id", "metric"])
    first = tables["priorities"]["segment_id"].iloc[0]
    told = 0
    for step in tables["next_steps"].itertuples():
        if not step.metric or (step.segment_id, step.metric) not in metrics.index:
            assert np.isnan(step.baseline)
            continue
        cell = metrics.loc[(step.segment_id, step.metric)]
        found = [step.baseline, step.baseline_low, step.baseline_high]
        assert found == pytest.approx([cell["value"], cell["low"], cell["high"]], nan_ok=True)
        assert step.unit == cell["unit"]
        fixed = wanted[step.play].target
        allowed = [cell["value"], cell["rest_value"]]
        allowed += [float(fixed)] if isinstance(fixed, int | float) else []
        if fixed == "leading":
            allowed.append(metrics.loc[(first, step.metric), "value"])
        known = [one for one in allowed if not np.isnan(one)]
        assert np.isnan(step.target) or any(step.target == pytest.approx(one) for one in known)
        told += 1
    assert told > 3


def cells_of(tables, group: str, text: str) -> set[str]:
    """Every number that a sentence about a group may hold, as it is written."""
    metrics = tables["group_metrics"]
    first = tables["priorities"]["segment_id"].iloc[0]
    cells = {written(tables["groups"].set_index("segment_id").loc[group, "worked_with"], "")}
    for one in metrics[metrics["segment_id"].isin([group, first])].itertuples():
        label = metric(one.metric).label if is_defined(one.metric) else one.metric
        if label in text or one.metric in text:
            cells |= {written(one.value, one.unit), written(one.rest_value, one.unit)}
    if "worth" in text:  # what is shown of the group itself, in thousands
        lifts = tables["segments"].set_index("segment_id").loc[group]
        cells |= {f"{lifts[name] / 1000:.1f}" for name in ("lift", "lift_low", "lift_high")}
    for row in tables["service_savings"].to_dict("records"):
        cells |= {f"{row['customers']:,}"}
        for name in ("excess", "low", "high"):
            cells |= numbers_of(f"{row[name] / 1000:.0f} {row[name]:,.0f} {row[name] / 1000:.1f}")
    return cells


def without_labels(text: str, tables) -> str:
    """The sentence without the metrics' names, which may hold numbers of their own."""
    names = {metric(one).label for one in tables["group_metrics"]["metric"].unique()
             if is_defined(one)}  # fmt: skip
    for label in sorted(names, key=len, reverse=True):
        text = text.replace(label, "")
    return text


def test_every_number_of_a_reason_is_a_cell(tables):
    traced = 0
    for step in tables["next_steps"].itertuples():
        cells = cells_of(tables, step.segment_id, step.reason)
        if not np.isnan(step.p_adjusted):
            cells |= {f"{step.p_adjusted:.3f}", "0.001"}
        if not np.isnan(step.per_arm):
            cells |= {f"{step.per_arm:,.0f}", written(step.target, step.unit)}
        numbers = numbers_of(without_labels(step.reason, tables))
        assert numbers <= cells, (step.reason, numbers - cells)
        traced += len(numbers)
    assert traced >= 3  # of the planted difference: its value, that of the rest, its p


def test_every_number_of_why_a_play_is_left_out_is_a_cell(tables):
    left, rules = tables["plays_left_out"], tables["prospect_rules"].set_index("segment_id")
    assert len(left) > 3
    for row in left[left["segment_id"] != ""].itertuples():
        cells = cells_of(tables, row.segment_id, row.why)
        if row.segment_id in rules.index and "before a sale" in row.why:
            cells = {f"{100 * rules['precision_outside'][row.segment_id]:.0f}"}
        if not np.isnan(row.per_arm):
            cells |= {f"{row.per_arm:,.0f}", written(row.target, row.unit)}
            cells |= {f"{row.p_adjusted:.3f}", "0.001"}
        numbers = numbers_of(without_labels(row.why, tables))
        assert numbers <= cells, (row.why, numbers - cells)


def test_lists_hold_the_members_of_the_group_that_the_reason_names(tables):
    act, members = tables["customers_to_act_on"], tables["group_members"]
    worked = members[members["worked_with"]]
    inside = set(zip(worked["segment_id"], worked["account_id"], strict=True))
    assert set(zip(act["segment_id"], act["account_id"], strict=True)) <= inside
    steps = tables["next_steps"].set_index(["segment_id", "play"])
    for one in act.itertuples():
        step = steps.loc[(one.segment_id, one.play)]
        if one.status == "former" and pd.notna(one.left_on):
            told = f"left on {one.left_on:%Y-%m-%d}"
            assert one.reason.startswith(f"{step['definition']}; {told}")
            assert one.left_for in one.reason
        else:
            why = f": {step['reason']}" if step["reason"] else ""  # the group is the reason
            because = f"{step['definition']}{why}"
            assert one.reason.startswith(because)
            more = one.reason.removeprefix(because)  # on its day, and on other letters to it
            assert not more or (more.startswith("; ") and not numbers_of(more))
        assert one.action == step["action"]
        assert one.responsible == step["owner"]
    assert not (act["by"] > act["renews_on"]).any()


def test_messages_hold_the_plays_own_text_and_the_customers_own_facts(tables, wanted):
    act = tables["customers_to_act_on"].set_index(["play", "account_id"])
    assert len(tables["messages"]) > 10
    for row in tables["messages"].itertuples():
        customer, text = act.loc[(row.play, row.account_id)], wanted[row.play].message
        for day in ("renews_on", "by"):
            known = customer[day]
            text = text.replace(f"{{{day}}}", "" if pd.isna(known) else f"{known:%Y-%m-%d}")
        text = text.replace("{owner}", customer["owner"]).replace("{name}", customer["name"])
        if "{parting}" in text:
            day, reason = customer["left_on"], customer["left_for"]
            known = "you left us" + ("" if pd.isna(day) else f" in {day:%B %Y}")
            known += f"; the reason that we have noted: {reason}." if reason else NO_REASON
            text = text.replace("{parting}", known)
        assert row.message == text


def test_what_the_landing_page_says_is_made_of_cells(tables):
    told = points(tables, currency="EUR")
    act = tables["customers_to_act_on"]
    lines = [one for one in told if one["file"] == "customers_to_act_on"]
    assert len(lines) == len(act.drop_duplicates(["action", "responsible"]))
    for (action, _), rows in act.groupby(["action", "responsible"], sort=False):
        line = next(one["text"] for one in lines if action in one["text"])
        assert f"{rows['account_id'].nunique():,} customer" in line
    alerts, lines = tables["alerts"], [one["text"] for one in told if one["file"] == "alerts"]
    # Promoters and detractors are what NPS is made of: with it they are one fact.
    parts = alerts["metric"].isin(["nps_promoters_share", "nps_detractors_share"])
    whole = alerts[~parts]
    of_nps = set(whole.loc[whole["metric"] == "nps", "segment_id"])
    assert set(alerts.loc[parts, "segment_id"]) <= of_nps and len(lines) == len(whole)
    for row in whole.to_dict("records"):
        label = metric(row["metric"]).label
        (line,) = (one for one in lines if row["definition"] in one and label in one)
        assert row["behind_it"] in line


def test_what_alerts_are_made_of_adds_up(tables):
    alerts, parts = tables["alerts"], tables["alert_drivers"]
    for alert in alerts.itertuples():
        mine = parts[
            (parts["segment_id"] == alert.segment_id)
            & (parts["metric"] == alert.metric)
            & (parts["compared_with"] == alert.compared_with)
        ]
        for _, rows in mine.groupby("dimension"):
            assert (rows["mix"] + rows["rate"]).sum() == pytest.approx(alert.difference, abs=1e-6)
