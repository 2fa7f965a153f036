"""Groups that are worked with, and the lists of customers to act on."""

import numpy as np
import pandas as pd
import pytest
from small_company import study_of

from helpers import outputs
from helpers.errors import StudyError
from helpers.priority.groups import worked_with
from helpers.priority.lists import _health_in_words, customers_to_act_on
from helpers.priority.playbook import next_steps
from helpers.words import speak

AS_OF = pd.Timestamp("2026-09-30").date()
FRAME = pd.DataFrame(
    {
        "account_id": [f"a{at}" for at in range(8)],
        "name": [f"Company {at}" for at in range(8)],
        "status": ["current"] * 6 + ["former"] * 2,
        "churn_reason": [None] * 6 + ["Price", None],
        "monthly_revenue": [100.0, 200.0, 300.0, 400.0, 500.0, np.nan, 50.0, 60.0],
        "health_group": ["key", "key", "at_risk", "at_risk", "key", "key", None, None],
        "renews_on": pd.to_datetime(["2026-11-01"] + [None] * 7),
        "owner": ["Ada", "Ada", "Bo", "Bo", "Bo", "", "", ""],
    }
)
SEGMENTS = pd.DataFrame(
    {
        "segment_id": ["top", "health-at-risk", "lifecycle-renewal", "other"],
        "basis": ["discovered", "health", "lifecycle", "a priori"],
        "definition": ["Best", "At risk", "Renews soon", "Other"],
        "rule": ["x", "y", "z", "w"],
        "confounding": "",
    }
)
MEMBERS = pd.DataFrame(
    {
        "segment_id": ["top", "top", "health-at-risk", "health-at-risk", "lifecycle-renewal"],
        "account_id": ["a0", "a6", "a2", "a3", "a0"],
    }
)
RANKED = pd.DataFrame(
    {"segment_id": ["top"], "definition": ["Best"], "customers": [2], "rank": [1]}
)
SERVICE = pd.DataFrame({"account_id": ["a1", "a2"], "service_level": ["over", "over"]})
WORTH = pd.DataFrame(
    {
        "account_id": FRAME["account_id"],
        "arr": 12 * FRAME["monthly_revenue"].where(FRAME["status"] == "current"),
        "acv": 12 * FRAME["monthly_revenue"],
    }
)
METRICS = pd.DataFrame(
    columns=["segment_id", "metric", "value", "low", "high", "rest_value", "rest_low", "rest_high",
             "customers", "p_value", "better", "shares_score_inputs", "unit"]
)  # fmt: skip


def study(**more):
    sizes = {"by": "monthly_revenue", "from": {"Small": 0, "Large": 300}}
    return study_of(**({"sizes": sizes, "min_group_size": 2} | more))


def groups(**more):
    value = WORTH.set_index("account_id")["arr"]
    return worked_with(
        study(**more), FRAME, SEGMENTS, MEMBERS, RANKED, service=SERVICE, value=value
    )


def held(found) -> dict[str, list[str]]:
    return found.members.groupby("segment_id", sort=False)["account_id"].agg(list).to_dict()


def test_groups_by_hand():
    found = groups()
    assert held(found) == {
        "top": ["a0", "a6"],
        "health-at-risk": ["a2", "a3"],
        "lifecycle-renewal": ["a0"],
        "over-served": ["a1", "a2"],
        "over-served-healthy": ["a1"],
        "win-back-price": ["a6"],
        "win-back-reason-unknown": ["a7"],
        "size-small": ["a0", "a1"],
        "size-large": ["a2", "a3", "a4"],
    }
    table = found.table.set_index("segment_id")
    assert table.loc["health-at-risk", "arr"] == 8400
    assert table.loc["top", ["customers", "worked_with"]].tolist() == [2, 1]
    assert table.loc["win-back-price", ["customers", "worked_with"]].tolist() == [1, 1]
    assert np.isnan(table.loc["win-back-price", "arr"])
    assert not table["judged"].any()  # ten customers at least
    assert "other" not in table.index
    outputs.held(study(), "groups", found.table)
    outputs.held(study(), "group_members", found.members)


def test_reasons_and_tiers_that_are_not_known_are_told():
    frame = FRAME.drop(columns="churn_reason")
    found = worked_with(study_of(), frame, SEGMENTS, MEMBERS, RANKED)
    assert held(found)["win-back"] == ["a6", "a7"]
    assert len(found.notes) == 3


def test_who_is_gone_for_good_and_who_cost_more_than_it_paid_is_on_no_list():
    frame = FRAME.assign(churn_reason=[None] * 6 + ["Merged or closed", "Price"])
    more = pd.DataFrame(
        {"account_id": ["a7"], "service_level": ["as peers"], "contribution_12m": [-1.0]}
    )
    service = pd.concat([SERVICE.assign(contribution_12m=5.0), more])
    found = worked_with(study(), frame, SEGMENTS, MEMBERS, RANKED, service=service)
    table = found.table.set_index("segment_id")
    assert table.loc["ceased-merged-or-closed", ["customers", "worked_with"]].tolist() == [1, 0]
    assert table.loc["win-back-price", ["customers", "worked_with"]].tolist() == [1, 0]
    assert [note for note in found.notes if "on no list" in note] == [
        "former customers that nobody can win back, on no list: 1 (Merged or closed)",
        "former customers that cost more than they paid in the twelve months, on no list: 1",
    ]
    everybody = {"groups": ["win-back*"], "do": "write"}, {"groups": ["ceased-*"], "do": "mourn"}
    mine = study(playbook=list(everybody), built_in_plays=False)
    steps = next_steps(mine, RANKED, METRICS, SEGMENTS, groups=found)
    assert customers_to_act_on(mine, steps.table, found, frame, as_of=AS_OF).table.empty
    outputs.held(study(), "groups", found.table)
    # What ceased means is the study's to say.
    declared = study(win_back={"ceased": ["price"]})
    assert "win-back-merged-or-closed" in set(
        worked_with(declared, frame, SEGMENTS, MEMBERS, RANKED).table["segment_id"]
    )


def test_tiers_rise_whatever_their_order_in_the_file():
    cuts = {"Enterprise": 1000, "SMB": 0, "SME": 50}
    found = study_of(sizes={"by": "monthly_revenue", "from": cuts}).sizes.cuts
    assert list(found) == ["SMB", "SME", "Enterprise"]
    with pytest.raises(ValueError, match="a value of its own"):
        study_of(sizes={"by": "monthly_revenue", "from": {"SMB": 0, "SME": 0}})


def test_sizes_need_a_number():
    with pytest.raises(StudyError, match=r"sizes\.by names `owner`"):
        groups(sizes={"by": "owner", "from": {"Small": 0, "Large": 3}})


def test_an_unknown_group_is_refused_with_those_that_exist():
    with pytest.raises(StudyError, match="there is no group `vips`") as error:
        groups().matching(("vips",), place="playbook[0] (call)")
    assert "health-at-risk" in str(error.value)


def test_the_health_of_a_row_is_told_in_the_language(request):
    """“Key” stood in Chinese lists: one word may be a name of the data."""
    request.addfinalizer(speak)
    speak("zh")
    accounts = pd.Series(["a", "b"])
    health = pd.DataFrame(
        {"account_id": ["a", "b"], "health_group": ["key", "at_risk"], "activation": [67.0, np.nan]}
    )
    told = _health_in_words(accounts, health, health)
    assert told.tolist() == ["关键；激活最低，67（满分 100）", "有流失风险"]


def test_lists_are_in_the_order_of_what_is_at_stake():
    plays = [
        {"groups": ["health-*", "size-large"], "do": "call", "owner": "CS", "by": 30},
        {"groups": ["lifecycle-renewal"], "do": "renew", "by": "renewal"},
        {"groups": ["segments"], "do": "prospect", "about": "prospects"},
        {"groups": ["win-back*"], "do": "write", "by": pd.Timestamp("2026-12-24").date()},
    ]
    mine = study(playbook=plays, built_in_plays=False)
    found, as_of = groups(), AS_OF
    steps = next_steps(mine, RANKED, METRICS, SEGMENTS, groups=found, as_of=as_of)
    assert outputs.held(mine, "next_steps", steps.table)["customers"].tolist() == [1, 2, 3, 1, 1, 1]
    health = pd.DataFrame(
        {"account_id": ["a2"], "health_group": ["at_risk"], "consumption": [70.0],
         "activation": [20.4], "outcomes": [np.nan]}
    )  # fmt: skip
    listed = customers_to_act_on(
        mine, steps.table, found, FRAME, as_of=as_of, worth=WORTH, health=health
    ).table
    outputs.held(mine, "customers_to_act_on", listed)
    shown = listed[["account_id", "action", "value_at_stake", "owner", "responsible"]]
    assert shown.to_numpy().tolist() == [
        ["a4", "call", 6000.0, "Bo", "CS"],
        ["a3", "call", 4800.0, "Bo", "CS"],
        ["a2", "call", 3600.0, "Bo", "CS"],
        ["a0", "renew", 1200.0, "Ada", ""],
        ["a7", "write", 720.0, "", ""],
        ["a6", "write", 600.0, "", ""],
    ]
    at = listed.set_index("account_id")
    assert at.loc["a2", "health"] == "At risk; activation lowest, 20 of 100"
    assert at.loc["a2", "groups"].startswith("At risk; ")
    assert at.loc["a2", "reason"] == "At risk"  # the group is the reason, and nothing else is
    assert at["by"].dt.strftime("%Y-%m-%d").to_dict() == {
        "a4": "2026-10-30", "a3": "2026-10-30", "a2": "2026-10-30", "a0": "2026-11-01",
        "a7": "2026-12-24", "a6": "2026-12-24",
    }  # fmt: skip
    assert np.isnan(at.loc["a6", "arr"])


def test_nobody_has_a_day_to_act_by_after_the_renewal_or_before_the_report():
    days = ["2026-10-05", "2026-12-31", "2026-09-01", None]
    frame = FRAME.assign(renews_on=pd.to_datetime([*days, *[None] * 4]))
    plays = [
        {"groups": ["health-at-risk"], "do": "call", "by": 30},
        {"groups": ["health-at-risk"], "do": "late", "by": pd.Timestamp("2026-08-01").date()},
        {"groups": ["health-*"], "do": "renew", "by": "renewal"},
        {"groups": ["health-*"], "do": "open"},
    ]
    mine = study(playbook=plays, built_in_plays=False)
    members = pd.DataFrame(
        {"segment_id": "health-at-risk", "account_id": [f"a{at}" for at in range(4)]}
    )
    found = worked_with(mine, frame, SEGMENTS, members, RANKED)
    steps = next_steps(mine, RANKED, METRICS, SEGMENTS, groups=found, as_of=AS_OF)
    listed = customers_to_act_on(mine, steps.table, found, frame, as_of=AS_OF).table
    outputs.held(mine, "customers_to_act_on", listed)
    listed = listed.sort_values("account_id")
    days = listed["by"].dt.strftime("%m-%d").fillna("").groupby(listed["action"])
    told = days.agg(list).to_dict()
    assert told["call"] == ["10-05", "10-30", "10-30", "10-30"]
    assert told["renew"] == ["10-05", "12-31", "", ""]  # one that has passed is not the next
    assert set(told["open"]) == {""}
    assert set(told["late"]) == {"09-30"}  # a day that has passed is that of the report
    overdue = steps.table[steps.table["action"] == "late"]
    assert set(overdue["by"]) == {pd.Timestamp(AS_OF)}


def test_nobody_has_a_day_before_the_report_is_presented_unless_the_contract_comes_up_before():
    frame = FRAME.assign(renews_on=pd.to_datetime(["2026-10-05", "2026-12-31", *[None] * 6]))
    plays = [{"groups": ["health-at-risk"], "do": "call", "by": 7}]
    plan = [
        {"step": 5, "task": "Present", "due": "2026-10-16"},
        {"step": 5, "task": "Call them", "play": "call", "due": "2027-01-31"},
    ]
    mine = study(playbook=plays, built_in_plays=False, work_plan=plan)
    members = pd.DataFrame({"segment_id": "health-at-risk", "account_id": ["a0", "a1", "a2"]})
    found = worked_with(mine, frame, SEGMENTS, members, RANKED)
    steps = next_steps(mine, RANKED, METRICS, SEGMENTS, groups=found, as_of=AS_OF)
    assert set(steps.table["by"]) == {pd.Timestamp("2026-10-16")}
    listed = customers_to_act_on(mine, steps.table, found, frame, as_of=AS_OF).table
    at = listed.set_index("account_id")
    assert at["by"].dt.strftime("%m-%d").to_dict() == {"a0": "10-05", "a1": "10-16", "a2": "10-16"}
    early = at["reason"].str.endswith("comes up before the report is presented")
    assert early.to_dict() == {"a0": True, "a1": False, "a2": False}


def test_what_waits_for_the_renewal_is_not_due_on_the_day_of_the_renewal():
    """A reference is asked for after the renewal was agreed: no day is set before it."""
    plays = [
        {"groups": ["health-at-risk"], "do": "refer", "by": 60, "content_only": True},
        {"groups": ["lifecycle-renewal"], "do": "renew", "by": "renewal"},
    ]
    mine = study(playbook=plays, built_in_plays=False, work_plan=[
        {"step": 5, "task": "Present", "due": "2026-11-15"}
    ])  # fmt: skip
    members = pd.DataFrame(
        {"segment_id": ["health-at-risk"] * 2 + ["lifecycle-renewal"],
         "account_id": ["a0", "a1", "a0"]}
    )  # fmt: skip
    found = worked_with(mine, FRAME, SEGMENTS, members, RANKED)
    steps = next_steps(mine, RANKED, METRICS, SEGMENTS, groups=found, as_of=AS_OF)
    listed = customers_to_act_on(mine, steps.table, found, FRAME, as_of=AS_OF).table
    outputs.held(mine, "customers_to_act_on", listed)
    at = listed.set_index(["action", "account_id"])
    days = at["by"].dt.strftime("%m-%d").fillna("").to_dict()
    assert days == {("refer", "a0"): "", ("renew", "a0"): "11-01", ("refer", "a1"): "11-29"}
    assert at.loc[("refer", "a0"), "not_now"] == "its renewal is to be agreed first"
    assert "comes up before" not in at.loc[("refer", "a0"), "reason"]
    assert "comes up before" in at.loc[("renew", "a0"), "reason"]


def test_of_orders_those_of_twelve_months_are_at_stake_and_of_who_left_nothing_is_known():
    plays = [{"groups": ["health-*"], "do": "call"}, {"groups": ["win-back*"], "do": "write"}]
    mine = study(playbook=plays, built_in_plays=False).model_copy(
        update={"business_model": "transactional"}
    )
    steps = next_steps(mine, RANKED, METRICS, SEGMENTS, groups=groups())
    ordered = WORTH.assign(arr=np.nan, acv=np.nan, revenue_12m=7.0 * FRAME["monthly_revenue"])
    listed = customers_to_act_on(
        mine, steps.table, groups(), FRAME, as_of=AS_OF, worth=ordered
    ).table
    stake = listed.set_index("account_id")["value_at_stake"]
    assert stake["a2"] == 7 * 300 and np.isnan(stake["a6"]) and listed["arr"].isna().all()


def test_nobody_is_listed_without_a_step():
    empty = next_steps(study(built_in_plays=False), RANKED, METRICS, groups=groups())
    listed = customers_to_act_on(study(), empty.table, groups(), FRAME, as_of=AS_OF)
    assert listed.table.empty
    assert listed.reason
    outputs.held(study(), "customers_to_act_on", listed.table)


def test_old_and_new_names_of_an_action_are_not_mixed():
    with pytest.raises(ValueError, match="older name"):
        study(playbook=[{"action": "a", "do": "b"}])
    with pytest.raises(ValueError, match="needs the `metric`"):
        study(playbook=[{"do": "b", "otherwise": "experiment"}])
