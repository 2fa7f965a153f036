"""Next steps from the playbook."""

import numpy as np
import pandas as pd
import pytest
from small_company import study_of

from helpers.errors import StudyError
from helpers.priority.playbook import next_steps

RANKED = pd.DataFrame(
    {"segment_id": ["s1", "s2"], "customers": [40, 12], "rank": [1, 2], "lift": [9.0, 5.0]}
)
METRICS = pd.DataFrame(
    [
        ("s1", "nps", 12.0, 30.0, "points"),
        ("s2", "nps", 45.0, 20.0, "points"),
        ("s1", "csat", np.nan, 80.0, "%"),
        ("s2", "csat", 88.0, 80.0, "%"),
        ("other", "arr", 1.0, 2.0, "EUR"),
    ],
    columns=["segment_id", "metric", "value", "rest_value", "unit"],
)


def steps(*plays, ranked=RANKED):
    return next_steps(study_of(playbook=list(plays)), ranked, METRICS)


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
        ["s1", "listen", "nps 12 (others 30)", 12.0, 30.0],
        ["s1", "grow", "customers 40", 12.0, 50.0],
        ["s1", "call", "recommended for every validated segment", None, None],
        ["s2", "keep", "nps 45 (others 20)", 45.0, 45.0],
        ["s2", "call", "recommended for every validated segment", None, None],
    ]
    assert found.table.columns[:7].tolist() == [
        "segment_id", "action", "reason", "owner", "metric", "baseline", "target",
    ]  # fmt: skip
    assert found.table.loc[0, ["owner", "metric", "unit"]].tolist() == ["CS", "nps", "points"]
    assert found.unclear.empty


def test_a_blank_metric_does_not_fire_and_is_listed():
    found = steps({"when": "csat < rest_csat + 100", "action": "ask"})
    assert found.table["segment_id"].tolist() == ["s2"]
    assert found.unclear.to_dict("records") == [
        {"segment_id": "s1", "action": "ask", "when": "csat < rest_csat + 100", "blank": "csat"}
    ]


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
    assert none.reason == "no segment is validated, so nothing is recommended"
