"""Alerts: what raises one, what does not, and who stands behind it."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from small_company import study_of

from helpers.metrics.components import Components
from helpers.metrics.mix import OTHER, UNKNOWN
from helpers.metrics.permutations import implied_p_values
from helpers.metrics.profiles import segment_metrics
from helpers.priority.alerts import PAST, REST, _judged, alerts, watched

METRICS = ["escalation_rate", "resolution_hours_median", "tickets_per_customer_month"]


def company(*, escalated: float, hours: float = 10.0, seed: int = 0) -> Components:
    """60 customers with 20 tickets each; the first 30 have the given share of escalations."""
    rng = np.random.default_rng(seed)
    ids = [f"A{at:02d}" for at in range(60)]
    share = np.where(np.arange(60) < 30, escalated, 0.1)
    raised = rng.binomial(20, share).astype(float)
    table = pd.DataFrame(
        {
            "account_id": ids,
            "tenure_months": 24.0,
            "left": False,
            "tickets_per_customer_month__numerator": 20.0,
            "tickets_per_customer_month__denominator": 3.0,
            "escalation_rate__numerator": raised,
            "escalation_rate__denominator": 20.0,
        }
    )
    times = rng.exponential(10, (60, 20)) * np.where(np.arange(60) < 30, hours / 10, 1)[:, None]
    observations = pd.DataFrame(
        {
            "account_id": np.repeat(ids, 20),
            "metric": "resolution_hours_median",
            "value": times.ravel(),
            "tickets": 1,
        }
    )
    return Components(table, observations)


SEGMENTS = pd.DataFrame(
    {
        "segment_id": ["good", "band-excellent", "other"],
        "definition": ["Good ones", "Excellent", "Others"],
        "verdict": ["validated", "descriptive", "candidate"],
    }
)
NAMES = pd.DataFrame({"account_id": [f"A{at:02d}" for at in range(60)]}).assign(
    name=lambda table: "Company " + table["account_id"]
)


def members_of(*names: str) -> pd.DataFrame:
    ids = [f"A{at:02d}" for at in range(30)]
    return pd.concat([pd.DataFrame({"segment_id": name, "account_id": ids}) for name in names])


GROUPS = pd.DataFrame(
    {
        "segment_id": ["good", "band-excellent", "served", "gone"],
        "definition": ["Good ones", "Excellent", "Served", "Gone"],
        "kind": ["segments", "value", "served", "win-back"],
    }
)


def run(parts: Components, *names: str, groups: pd.DataFrame = GROUPS, **more):
    held = members_of(*(names or ("good",)))
    study = study_of()
    profiles = segment_metrics(study, held, parts, metrics=METRICS)
    seen = watched(groups, SEGMENTS)
    return profiles, alerts(study, seen, held, profiles, parts, NAMES, **more)


def test_worse_than_the_rest_is_raised_and_better_is_not():
    _, found = run(company(escalated=0.5, hours=5.0))
    assert found.table["metric"].tolist() == ["escalation_rate"]
    row = found.table.iloc[0]
    assert row["compared_with"] == REST
    assert row["difference"] == pytest.approx(row["value"] - row["reference"])
    assert row["difference_low"] > 0
    # Escalations, times, and tickets per month: these are all alike, which is looked at as well.
    assert found.compared == 3
    assert found.past == "there is no report of the quarter before"


def test_slower_is_raised_with_its_slowest_customers():
    parts = company(escalated=0.1, hours=40.0)
    _, found = run(parts)
    assert found.table["metric"].tolist() == ["resolution_hours_median"]
    listed = found.customers
    assert listed["place"].tolist() == [1, 2, 3, 4, 5]
    reference = found.table.loc[0, "reference"]
    times = parts.observations.set_index("account_id")["value"]
    assert listed.loc[0, "value"] == pytest.approx(times[listed.loc[0, "account_id"]].median())
    beyond = (times > reference).groupby(level=0).sum() - (times < reference).groupby(level=0).sum()
    inside = beyond.iloc[:30].clip(lower=0)
    expected = (inside / inside.sum()).sort_values(ascending=False).iloc[:5]
    assert listed["excess_share"].tolist() == pytest.approx(expected.tolist(), abs=1e-6)


def test_nothing_is_raised_where_nothing_differs():
    raised = sum(len(run(company(escalated=0.1, seed=seed))[1].table) for seed in range(40))
    # Three comparisons in each of 40 companies at a false discovery rate of 5 %: two are expected,
    # more than six would happen in fewer than one of 200 series.
    assert raised <= 6
    quiet = run(company(escalated=0.1))[1]
    assert quiet.reason == "nothing is worse than chance explains"
    assert list(quiet.customers.columns) and quiet.customers.empty


def test_excess_shares_by_hand():
    parts = company(escalated=0.5)
    parts.table["escalation_rate__numerator"] = np.tile([1.0, 3.0], 30)
    parts.table.loc[:2, "escalation_rate__numerator"] = [20.0, 11.0, 5.0]
    parts.table.loc[3:29, "escalation_rate__numerator"] = np.tile([3.0, 4.0, 4.0], 9)
    _, found = run(parts, most=3)
    row = found.table.iloc[0]
    # The rest escalates 2 of 20. Beyond that: 18, 9, 3 and nine times 1 + 2 + 2, together 75.
    assert row["reference"] == pytest.approx(0.1)
    assert found.customers["account_id"].tolist() == ["A00", "A01", "A02"]
    assert found.customers["excess_share"].tolist() == pytest.approx([18 / 75, 9 / 75, 3 / 75])
    assert found.customers["value"].tolist() == [1.0, 0.55, 0.25]
    assert found.customers["name"].tolist()[0] == "Company A00"


def test_worse_than_a_quarter_ago():
    before, _ = run(company(escalated=0.1, seed=1))
    now = company(escalated=0.3, seed=2)
    now.table.loc[30:, "escalation_rate__numerator"] += 4  # the rest became worse as well
    _, found = run(now, earlier=before)
    assert found.past == ""
    assert PAST in found.table["compared_with"].tolist()
    row = found.table[found.table["compared_with"] == PAST].iloc[0]
    told = before.set_index("metric").loc["escalation_rate", "value"]
    assert row["reference"] == told


def test_groups_that_are_worked_with_are_watched_and_nothing_else():
    parts = company(escalated=0.6)
    for name in ("other", "gone"):  # a candidate, and former customers
        _, found = run(parts, name)
        assert found.table.empty
        assert found.reason == "no group has a metric that could be compared"
    _, found = run(parts, "band-excellent", "other")
    assert found.table["segment_id"].tolist() == ["band-excellent"]
    sized = GROUPS.assign(kind="size")
    _, found = run(parts, "served", groups=sized)
    assert found.table["segment_id"].tolist() == ["served"]


def test_what_makes_a_group_is_no_news_against_the_others_and_is_against_its_past():
    before, _ = run(company(escalated=0.1, seed=1), "served")
    _, found = run(company(escalated=0.6), "served", earlier=before)
    # Over-served customers are made by their tickets: worse than the rest says nothing.
    assert set(found.table["compared_with"]) == {PAST}
    assert found.table["metric"].iloc[0] == "escalation_rate"


def test_what_rose_stands_behind_an_alert_against_the_past():
    before, _ = run(company(escalated=0.1, seed=1))
    rising = pd.DataFrame(
        {
            "segment_id": ["good", "good", "other"],
            "level": ["Login failure", "Billing", "Setup"],
            "value": [31.0, 20.0, 50.0],
            "past_value": [2.0, 15.0, 10.0],
            "difference": [29.0, 5.0, 40.0],
            "rises": [True, False, True],
        }
    )
    _, found = run(company(escalated=0.6), earlier=before, rising=rising)
    told = found.table.set_index("compared_with")["behind_it"].to_dict()
    assert told[PAST] == "Login failure: 31 % of tickets, a quarter ago 2 %"
    assert told[REST] == ""


def test_small_differences_raise_nothing_however_certain():
    parts = company(escalated=0.5)
    parts.table["escalation_rate__numerator"] = np.tile([20_000.0, 20_200.0], 30)
    parts.table.loc[:29, "escalation_rate__numerator"] += 400
    parts.table["escalation_rate__denominator"] = 100_000.0
    _, found = run(parts)
    assert found.table.empty  # 0.205 against 0.201, without any doubt
    assert len(run(parts, least=0.01)[1].table) == 1


def test_reasons_behind_service_alerts_only():
    mix = pd.DataFrame(
        {
            "segment_id": ["good", "good", "good", "other"],
            "dimension": ["reason", "reason", "sentiment", "reason"],
            "level": ["Billing", "Bug", "negative", "Setup"],
            "value": [31.0, 20.0, 50.0, 90.0],
            "rest_value": [12.0, 19.0, 10.0, 5.0],
            "difference": [19.0, 1.0, 40.0, 85.0],
            "better": ["higher", "no difference shown", "higher", "higher"],
        }
    )
    _, found = run(company(escalated=0.5), service_mix=mix)
    assert found.table.loc[0, "behind_it"] == "Billing: 31 % of tickets, others 12 %"
    # All other reasons together, and those that nobody filled in, are no reason.
    rest = mix.head(2).assign(level=[OTHER, UNKNOWN], difference=60.0, better="higher")
    _, found = run(company(escalated=0.5), service_mix=pd.concat([rest, mix]))
    assert found.table.loc[0, "behind_it"] == "Billing: 31 % of tickets, others 12 %"


def test_implied_p_of_a_symmetric_interval_is_that_of_the_z_test():
    gap, error = np.array([0.3, -1.2]), np.array([0.2, 0.4])
    expected = 2 * stats.norm.sf(np.abs(gap) / error)
    half = stats.norm.isf(0.025) * error
    assert implied_p_values(gap, gap - half, gap + half) == pytest.approx(expected)


def test_what_is_better_makes_nothing_look_worse():
    """Nine comparisons that are clearly better, and one worse at p = .03: no alert from it."""
    rows = pd.DataFrame(
        {
            "segment_id": "good",
            "metric": "escalation_rate",
            "difference": [-0.1] * 9 + [0.1],
            "p_value": [1e-6] * 9 + [0.03],
        }
    )
    judged = _judged(rows, pd.Series(["good"]), company(escalated=0.1))
    assert judged["worse"].tolist() == [False] * 9 + [True]
    # two-sided over all ten it was .03; one-sided it is .015 of ten that might be worse
    assert judged["p_adjusted"].iloc[-1] == pytest.approx(0.15)
