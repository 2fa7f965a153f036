"""Next steps from the playbook."""

import numpy as np
import pandas as pd
import pytest
from small_company import study_of
from statsmodels.stats.power import tt_ind_solve_power

from helpers import outputs
from helpers.errors import StudyError
from helpers.priority.playbook import next_steps

RANKED = pd.DataFrame(
    {"segment_id": ["s1", "s2"], "customers": [40, 12], "rank": [1, 2], "lift": [9.0, 5.0]}
)
COLUMNS = ["segment_id", "metric", "value", "rest_value", "unit"]


def metrics_of(rows, *, half: float = 0.5, customers: int = 40) -> pd.DataFrame:
    """A table of metrics in which whatever differs is shown."""
    table = pd.DataFrame(rows, columns=COLUMNS)
    gap = table["value"] - table["rest_value"]
    return table.assign(
        customers=customers,
        low=table["value"] - half,
        high=table["value"] + half,
        rest_low=table["rest_value"] - half,
        rest_high=table["rest_value"] + half,
        p_value=np.where(gap.isna(), np.nan, np.where(gap == 0, 1.0, 0.001)),
        better=np.where(gap.isna() | (gap == 0), "", "higher"),
        shares_score_inputs="",
    )


METRICS = metrics_of(
    [
        ("s1", "nps", 12.0, 30.0, "points"),
        ("s2", "nps", 45.0, 20.0, "points"),
        ("s1", "csat", np.nan, 80.0, "%"),
        ("s2", "csat", 88.0, 80.0, "%"),
        ("other", "arr", 1.0, 2.0, "currency"),
    ]
)


def steps(*plays, ranked=RANKED, metrics=METRICS, **more):
    study = study_of(playbook=list(plays), built_in_plays=False)
    return next_steps(study, ranked, metrics, **more)


def test_conditions_baselines_and_targets():
    found = steps(
        {"when": "nps < rest_nps", "action": "listen", "owner": "CS", "metric": "nps",
         "target": "rest"},
        {"when": "nps > 40", "action": "keep", "metric": "nps", "target": "keep"},
        {"when": "customers >= 40", "action": "grow", "metric": "nps", "target": 50},
        {"action": "call"},
    )  # fmt: skip
    assert found.reason == ""
    rows = found.table[["segment_id", "action", "reason", "baseline", "target"]].astype(object)
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        ["s1", "listen", "NPS 12.0 (others 30.0); shown, adjusted p 0.001", 12.0, 30.0],
        ["s1", "grow", "customers 40", 12.0, 50.0],
        ["s1", "call", "", None, None],
        ["s2", "keep", "NPS 45.0 (others 20.0); shown, adjusted p < 0.001", 45.0, 45.0],
        ["s2", "call", "", None, None],
    ]
    assert found.table.loc[0, ["owner", "metric", "unit"]].tolist() == ["CS", "nps", "points"]
    assert found.unclear.empty


def test_a_play_without_a_condition_says_what_is_shown_of_its_segment():
    segments = pd.DataFrame(
        {"segment_id": ["s1", "s2"], "verdict": "validated", "confounding": "",
         "lift": [9200.0, 500.0], "lift_low": [4100.0, 0.0], "lift_high": [14300.0, 900.0]}
    )  # fmt: skip
    plays = ({"action": "call"}, {"when": "nps < rest_nps", "action": "listen"})
    found = steps(*plays, segments=segments).table
    assert found[["segment_id", "action", "reason"]].to_numpy().tolist() == [
        ["s1", "call", "its customers are shown to be worth €9.2k more a year each than all others "
         "(€4.1k to €14.3k)"],
        ["s1", "listen", "NPS 12.0 (others 30.0); shown, adjusted p 0.001"],
        ["s2", "call", "its customers are shown to be worth more than all others; by how much is "
         "open"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "unit", "now", "wanted", "target"),
    [
        ("nrr", "ratio", 0.999874, 1.0, 0.999874),  # 99.99 % → 100.00 % is no target
        ("nrr", "ratio", 0.994, 1.0, 1.0),
        ("nrr", "ratio", 1.08, 1.0, 1.08),  # passed already
        ("csat", "%", 99.8, 100, 99.8),
        ("csat", "%", 96.0, 100, 100),
        ("first_reply_hours_median", "hours", 1.999, 2.0, 1.999),  # fewer hours are better
        ("first_reply_hours_median", "hours", 6.0, 2.0, 2.0),
        ("first_reply_hours_median", "hours", 2.01, 2.0, 2.01),  # 36 seconds
        ("usual_tea", "cups", 3.0, 2.0, 2.0),  # no direction is known: a change is a change
    ],
)
def test_a_target_is_something_to_reach_else_todays_value_is_held(name, unit, now, wanted, target):
    ranked = RANKED.head(1)
    metrics = metrics_of([("s1", name, now, 0.5, unit)])
    play = {"action": "act", "metric": name, "target": wanted}
    found = steps(play, ranked=ranked, metrics=metrics).table
    assert found[["baseline", "target"]].to_numpy().tolist() == [[now, target]]


def test_a_segment_that_is_ahead_of_the_rest_holds_its_value():
    found = steps({"when": "nps > 0", "action": "learn", "metric": "nps", "target": "rest"}).table
    # s1 has 12 against the others' 30; s2 has 45 against 20.
    assert found[["baseline", "target"]].to_numpy().tolist() == [[12.0, 30.0], [45.0, 45.0]]


def test_a_blank_metric_does_not_fire_and_is_listed():
    found = steps({"when": "csat < rest_csat + 100", "action": "ask"})
    assert found.table["segment_id"].tolist() == ["s2"]
    told = found.unclear.drop(columns=["unit", "per_arm", "target", "p_adjusted"])
    assert told.to_dict("records") == [
        {
            "segment_id": "s1",
            "definition": "s1",
            "action": "ask",
            "when": "csat < rest_csat + 100",
            "why": "CSAT: no data",
            "play": "playbook[0] (ask)",
        }
    ]
    outputs.held(study_of(), "plays_left_out", found.unclear)


def test_a_metric_that_no_ranked_segment_has_is_blank_not_an_error():
    found = steps({"when": "arr > 0", "action": "bill"})
    assert found.table.empty
    assert len(found.unclear) == 2
    assert "no condition of the playbook holds" in found.reason


@pytest.mark.parametrize("when", ["npss > 3", "nps >", "nps"])
def test_bad_sql_names_the_play_and_the_columns(when):
    with pytest.raises(StudyError, match=r"playbook\[1\] \(second\)") as error:
        steps({"action": "first"}, {"when": when + " = 'x'" * (when == "nps"), "action": "second"})
    assert "rest_csat" in str(error.value)


def test_unknown_metric():
    with pytest.raises(StudyError, match=r"playbook\[0\] \(a\): there is no metric `churn`"):
        steps({"action": "a", "metric": "churn"})


def test_reasons_for_nothing():
    assert steps(ranked=RANKED).reason == "the study file has no playbook"
    none = steps({"action": "a"}, ranked=RANKED.head(0))
    assert none.table.empty
    assert none.reason == "no segment is validated"


@pytest.mark.parametrize("seed", range(10))
def test_every_number_of_a_reason_is_a_cell(seed):
    import re

    rng = np.random.default_rng(seed)
    units = {"nrr": "ratio", "nps": "points", "resolution_hours_median": "hours", "csat": "%"}
    rows = [
        (name, metric, *rng.lognormal(size=2), unit)
        for name in ("s1", "s2")
        for metric, unit in units.items()
    ]
    metrics = metrics_of(rows, half=0.05)
    plays = [
        {"when": f"{m} < rest_{m} or {m} > rest_{m}", "do": m, "metric": m, "target": "rest"}
        for m in units
    ]
    tried = {"when": "nps > -1000 and nps < 1000", "do": "try", "metric": "nps", "target": 99.0,
             "otherwise": "experiment"}  # fmt: skip
    noisy = metrics.assign(low=metrics["value"] - 2000, high=metrics["value"] + 2000)
    crowded = RANKED.assign(customers=10**9)  # as many as any of these trials may take
    trials = steps(tried, ranked=crowded, metrics=noisy).table
    told = pd.concat([steps(*plays, metrics=metrics).table, trials])
    assert set(told["kind"]) == {"step", "experiment"}
    at = metrics.set_index(["segment_id", "metric"])
    for row in told.itertuples():
        cells = at.loc[(row.segment_id, row.metric)]
        scale = 100 if row.unit == "ratio" else 1
        allowed = [scale * cells["value"], scale * cells["rest_value"], scale * row.target]
        allowed += [row.p_adjusted, row.per_arm, row.customers, 0.001]
        for number in re.findall(r"(?<![A-Za-z])\d[\d,]*\.?\d*(?:e[+-]\d+)?", row.reason):
            value = float(number.replace(",", ""))
            exact = max(0.501 * 10.0 ** -len(number.partition(".")[2]), 6e-4 * value)
            assert any(abs(value - cell) <= exact for cell in allowed), (number, row.reason)


def test_a_trial_that_the_group_cannot_hold_is_told_and_not_offered():
    # 40 customers with a spread of √40 × 0.5 ÷ 1.96.
    spread = 40**0.5 * 0.5 / 1.959964
    few, many = (int(np.ceil(tt_ind_solve_power(gap / spread, alpha=0.05, power=0.8)))
                 for gap in (2, 1))  # fmt: skip
    assert 2 * few <= 40 < 2 * many
    metrics = metrics_of([("s1", "nps", 12.0, 12.0, "points")])
    tried = {"when": "nps < rest_nps + 0.01", "do": "try", "metric": "nps",
             "otherwise": "experiment"}  # fmt: skip
    offered = steps(tried | {"target": 14.0}, ranked=RANKED.head(1), metrics=metrics)
    assert offered.table[["kind", "per_arm", "customers"]].to_numpy().tolist() == [
        ["experiment", few, 40]
    ]
    refused = steps(tried | {"target": 13.0}, ranked=RANKED.head(1), metrics=metrics)
    assert refused.table.empty
    assert refused.unclear.loc[0, "why"].endswith(
        f"takes {many} customers with it and as many without it, and the group has 40: none here "
        "can tell"
    )
    open_ = steps(tried, ranked=RANKED.head(1), metrics=metrics)
    assert open_.table.empty and "cannot be said" in open_.unclear.loc[0, "why"]


def test_companies_that_nothing_tells_before_a_sale_are_not_looked_for():
    ranked = RANKED.assign(told_by=["no", "its definition"])
    found = steps({"action": "find", "about": "prospects"}, {"action": "call"}, ranked=ranked)
    rows = found.table[["segment_id", "action"]].to_numpy().tolist()
    assert rows == [["s1", "call"], ["s2", "find"], ["s2", "call"]]
    assert found.unclear[["segment_id", "why"]].to_numpy().tolist() == [
        ["s1", "nothing that is visible before a sale tells these companies"]
    ]


def test_nothing_is_offered_to_who_loses_money_nor_more_of_them_looked_for():
    """s1 is better than others that lose still more: it is called, and neither grown nor sought."""
    segments = pd.DataFrame(
        {"segment_id": ["s1", "s2"], "mean_score": [-991.0, 12.0], "confounding": ""}
    )
    study = study_of(
        playbook=[{"action": "find", "about": "prospects"}, {"action": "call"}],
        built_in_plays=True,
    )
    found = next_steps(study, RANKED.assign(definition=["One", "Two"]), METRICS, segments)
    grown = found.table["action"].str.startswith("Protect and expand")
    assert found.table.loc[grown, "segment_id"].tolist() == ["s2"]
    mine = found.table.loc[found.table["segment_id"].eq("s1"), "action"].tolist()
    assert "call" in mine and "find" not in mine
    left = found.unclear[found.unclear["segment_id"].eq("s1")].set_index("action")["why"]
    assert left["find"].startswith("by the score these customers lose money on average")
    assert left[left.index.str.startswith("Protect")].tolist() == [left["find"]]


def test_what_cannot_be_seen_before_a_sale_is_no_ground_for_a_list_of_companies():
    """Neighbours that can be seen are other companies: of three found, two are not of the kind."""
    ranked = RANKED.assign(
        told_by=["other attributes", "its definition"], precision_outside=[0.28, np.nan]
    )
    found = steps({"action": "find", "about": "prospects"}, {"action": "call"}, ranked=ranked)
    rows = found.table[["segment_id", "action"]].to_numpy().tolist()
    assert rows == [["s1", "call"], ["s2", "find"], ["s2", "call"]]
    (left,) = found.unclear["why"].str.replace("\xa0", " ")
    assert left.endswith("of those that the nearest filter finds, 28 % are of this kind")


def test_companies_of_which_the_market_holds_none_are_not_looked_for():
    ranked = RANKED.assign(told_by="its definition", market_share=[0.0, np.nan], market_unknown=0.0)
    found = steps({"action": "find", "about": "prospects"}, {"action": "call"}, ranked=ranked)
    rows = found.table[["segment_id", "action"]].to_numpy().tolist()
    assert rows == [["s1", "call"], ["s2", "find"], ["s2", "call"]]
    assert found.unclear[["segment_id", "why"]].to_numpy().tolist() == [
        ["s1", "no company of the reachable market is like them"]
    ]
    some = steps(
        {"action": "find", "about": "prospects"},
        {"action": "call"},
        ranked=ranked.assign(market_unknown=[0.4, np.nan]),
    )  # of four in ten nobody knows whether they are like them
    assert (
        some.unclear.empty
        and ["s1", "find"] in some.table[["segment_id", "action"]].to_numpy().tolist()
    )
