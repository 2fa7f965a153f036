"""Health of customers: points, parts, evidence, groups. All expected values are derived here."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import canonical, customer_frame, make_study, parts_of

from helpers.errors import StudyError
from helpers.metrics import health as health_module
from helpers.metrics.accounts import account_metrics, components_of
from helpers.metrics.health import health, health_inputs, health_scores, with_health
from helpers.metrics.profiles import company_metrics

ONE = {
    "consumption": [{"metric": "usage_trend", "poor": 0.5, "good": 1.0}],
    "activation": [{"metric": "features_used_share", "poor": 0.0, "good": 1.0}],
    "outcomes": [
        {"metric": "csat", "poor": 0, "good": 100},
        {"metric": "tickets_per_customer_month", "weight": 3, "poor": 2.0, "good": 0.0},
    ],
}


def customers(*revenue: float | None, status: str = "current") -> pd.DataFrame:
    return customer_frame(
        *[
            {"account_id": "abcdefgh"[at], "monthly_revenue": value, "status": status}
            for at, value in enumerate(revenue)
        ]
    )


def scored(entries: dict, accounts: str, **values) -> pd.DataFrame:
    parts = parts_of(list(accounts), **values)
    return health_scores(make_study(health=entries), parts, pd.Series(list(accounts)))


class TestPoints:
    def part(self, entry: dict, *values: float | None) -> list[float]:
        only = {"consumption": [], "activation": [], "outcomes": [entry], "min_evidence": 0}
        found = scored(only, "abcdefgh"[: len(values)], **{entry["metric"]: list(values)})
        return found["outcomes"].tolist()

    def test_rise_evenly_between_poor_and_good(self):
        entry = {"metric": "usage_trend", "poor": 0.5, "good": 1.0}
        assert self.part(entry, 0.2, 0.5, 0.6, 0.75, 1.0, 3.0) == [0, 0, 20, 50, 100, 100]

    def test_fall_where_less_is_better(self):
        entry = {"metric": "tickets_per_customer_month", "poor": 2.0, "good": 0.0}
        assert self.part(entry, 0.0, 0.5, 2.0, 5.0) == [100, 75, 0, 0]

    def test_without_cut_offs_customers_are_measured_against_one_another(self):
        # Ranks 1, 2½, 2½, 4 of the four that are known: (rank − ½) ÷ 4.
        found = self.part({"metric": "features_used_share"}, 0.1, 0.3, 0.3, 0.9, None)
        assert found[:4] == [12.5, 50, 50, 87.5]
        assert np.isnan(found[4])
        found = self.part({"metric": "tickets_per_customer_month"}, 0.1, 0.3, 0.3, 0.9)
        assert found == [87.5, 50, 50, 12.5]


class TestScore:
    def test_is_a_weighted_mean_of_the_parts(self):
        found = scored(
            ONE | {"weights": {"consumption": 2, "activation": 1, "outcomes": 1}},
            "a",
            usage_trend=[0.75],  # 50
            features_used_share=[0.2],  # 20
            csat=[100],  # 100
            tickets_per_customer_month=[1.0],  # 50
        ).iloc[0]
        # Outcomes: (100 + 3 × 50) ÷ 4 = 62.5. Score: (2 × 50 + 20 + 62.5) ÷ 4.
        assert found[["consumption", "activation", "outcomes"]].tolist() == [50, 20, 62.5]
        assert (found["health_score"], found["evidence"]) == (45.625, 1)

    def test_what_is_not_known_is_left_out_and_not_scored_as_average(self):
        found = scored(
            ONE,
            "abc",
            usage_trend=[1.0, None, None],
            features_used_share=[0.4, 0.4, None],
            csat=[None, 80, 80],
            tickets_per_customer_month=[2.0, None, None],
        ).set_index("account_id")
        # a: parts 100, 40, 0. Evidence (1 + 1 + ¾) ÷ 3.
        assert found.loc["a", "health_score"] == pytest.approx(140 / 3, abs=1e-6)
        assert found.loc["a", "evidence"] == pytest.approx(11 / 12, abs=1e-6)
        # b: consumption is unknown: (40 + 80) ÷ 2 would be its score. Evidence (0 + 1 + ¼) ÷ 3.
        assert found.loc["b", "evidence"] == pytest.approx(5 / 12, abs=1e-6)
        assert found.loc["b", ["health_score", "consumption"]].isna().all()
        assert found.loc["b", "outcomes"] == 80
        lax = scored(
            ONE | {"min_evidence": 0.4},
            "b",
            usage_trend=[None],
            features_used_share=[0.4],
            csat=[80],
            tickets_per_customer_month=[None],
        )
        assert lax["health_score"].tolist() == [60]

    def test_what_the_study_does_not_collect_is_no_gap_of_its_customers(self):
        found = scored(ONE, "a", csat=[80]).iloc[0]
        assert (found["health_score"], found["evidence"]) == (80, 1)

    def test_evidence_at_the_limit_is_enough(self):
        only = {
            "consumption": [],
            "activation": [],
            "outcomes": [{"metric": "csat", "poor": 0, "good": 100}, {"metric": "nps"}],
        }
        found = scored(only | {"min_evidence": 0.5}, "ab", csat=[80, 60], nps=[None, None])
        assert found["health_score"].tolist() == [80, 60]

    def test_nothing_collected(self):
        study, parts = make_study(), parts_of(["a"], arr=[5.0])
        assert health(study, parts, customers(5.0)).empty
        assert with_health(study, parts, customers(5.0)) is parts
        found = account_metrics(parts)
        assert found["health_score"].isna().all()
        assert found["health_group"].isna().all()
        assert set(health_inputs(study, parts)["scale"]) == {"not collected"}

    @settings(deadline=None, max_examples=50)
    @given(
        st.lists(st.tuples(*[st.none() | st.floats(-1e3, 1e3)] * 3), min_size=1, max_size=8),
        st.randoms(),
    )
    def test_lies_within_0_and_100_whatever_the_order_of_customers(self, rows, random):
        names = list("abcdefgh"[: len(rows)])
        values = dict(zip(("usage_trend", "features_used_share", "csat"),
                          map(list, zip(*rows, strict=True)), strict=True))  # fmt: skip
        study, parts = make_study(), parts_of(names, **values)
        found = health_scores(study, parts, pd.Series(names))
        known = found["health_score"].dropna()
        assert known.between(0, 100).all()
        assert (found["health_score"].isna() == (found["evidence"] < 0.5)).all()
        random.shuffle(names)
        again = health_scores(study, parts, pd.Series(names)).set_index("account_id")
        pd.testing.assert_frame_equal(again.loc[found["account_id"]].reset_index(), found)


class TestGroups:
    def found(self, revenue: list, trend: list, **entries) -> pd.DataFrame:
        only = {"consumption": ONE["consumption"], "activation": [], "outcomes": []}
        study = make_study(health=only | entries)
        names = list("abcdefgh"[: len(trend)])
        return health(study, parts_of(names, usage_trend=trend), customers(*revenue))

    def test_value_on_one_axis_health_on_the_other(self):
        # Trends 1.0 and 0.5 are 100 and 0 points; the median revenue is 25.
        found = self.found([10, 20, 30, 40, 25], [1.0, 0.5, 1.0, 0.5, None])
        assert found["value_cut"].unique().tolist() == [25]
        assert found["health_group"].tolist() == [
            "high_potential", "low_potential", "key", "at_risk", "unproven",
        ]  # fmt: skip

    def test_a_customer_on_a_cut_is_above_it(self):
        # A trend of 0.8 is 60 points, where health is cut.
        found = self.found([50, 49.99], [0.8, 0.7999], value_cut=50)
        assert found["health_group"].tolist() == ["key", "low_potential"]

    def test_value_by_quality_score(self):
        study = make_study(health=ONE | {"value": "quality_score"})
        parts = parts_of(["a", "b"], csat=[100, 100])
        scores = customers(9, 1).assign(quality_score=[-5.0, 5.0])
        assert health(study, parts, scores)["health_group"].tolist() == ["high_potential", "key"]
        with pytest.raises(StudyError, match="quality score"):
            health(study, parts, customers(9, 1))

    def test_former_customers_have_no_health(self):
        study, parts = make_study(health=ONE), parts_of(["a", "b"], csat=[100, 0])
        both = customers(9, 1).assign(status=["current", "former"])
        assert health(study, parts, both)["account_id"].tolist() == ["a"]
        found = account_metrics(with_health(study, parts, both))
        assert found["health_group"].fillna("").tolist() == ["key", ""]

    def test_metrics_of_a_group_of_customers(self):
        study = make_study(health=ONE)
        parts = parts_of(list("abcd"), csat=[100, 50, 0, None])
        whole = with_health(study, parts, customers(4, 3, 2, 1))
        found = company_metrics(study, whole).set_index("metric")
        # Revenue is cut at 2.5, health at 60: a is key, b at risk, c low potential, d unproven.
        assert found.loc["health_score", ["value", "customers"]].tolist() == [50, 3]
        assert found.loc[
            [f"health_{name}" for name in
             ("key", "high_potential", "low_potential", "at_risk", "unproven")], "value"
        ].tolist() == [0.25, 0, 0.25, 0.25, 0.25]  # fmt: skip


class TestStudyFile:
    @pytest.mark.parametrize(
        ("entry", "told"),
        [
            ({"metric": "npss"}, "health.outcomes: There is no metric `npss`"),
            ({"metric": "lifetime_median_months"}, "no value of its own"),
            ({"metric": "first_reply_hours_median"}, "no value of its own"),
            ({"metric": "health_score"}, "made of health itself"),
            ({"metric": "tenure_months"}, "neither more nor less"),
            ({"metric": "nps", "poor": 50, "good": 0}, "wrong way"),
            ({"metric": "escalation_rate", "poor": 0, "good": 1}, "wrong way"),
        ],
    )
    def test_inputs_that_cannot_be_measured(self, entry, told):
        with pytest.raises(StudyError, match=told):
            scored({"outcomes": [entry]}, "a", csat=[1])

    @pytest.mark.parametrize("entry", [{"poor": 1}, {"good": 1}, {"poor": 1, "good": 1}])
    def test_cut_offs_come_in_pairs(self, entry):
        with pytest.raises(ValueError, match="two different numbers"):
            make_study(health={"outcomes": [{"metric": "nps", **entry}]})

    def test_weights_of_the_inputs_add_up(self):
        table = health_inputs(
            make_study(health=ONE), parts_of(["a"], csat=[1], tickets_per_customer_month=[1])
        ).set_index("metric")
        assert table["weight"].tolist() == [0, 0, 0.25, 0.75]
        assert table.loc["usage_trend", "scale"] == "not collected"


def test_measurements_of_use(quarter):
    rows = [
        ("a", "2026-07-01", "SSO", 1), ("a", "2026-07-01", "API", 1), ("a", "2026-08-01", "SSO", 1),
        ("a", "2026-04-01", "SSO", 1), ("a", "2026-06-30", "SSO", 1), ("a", "2026-09-01", "SSO", 0),
        ("b", "2026-05-01", "Map", 1), ("c", "2026-09-01", None, 1), ("c", "2026-04-30", "SSO", 1),
    ]  # fmt: skip
    usage = canonical(
        "usage",
        *[
            dict(zip(("account_id", "used_on", "feature", "quantity"), row, strict=True))
            for row in rows
        ],
    )
    held = customer_frame(
        {"account_id": "a"},
        {"account_id": "b"},
        {"account_id": "c", "won_on": "2026-04-02"},  # not there throughout the quarter before
        {"account_id": "d"},
    )
    found = account_metrics(components_of(make_study(), quarter, held, usage=usage))
    found = found.set_index("account_id")
    assert found["active_days_per_month"].tolist() == pytest.approx([2 / 3, 0, 1 / 3, 0], abs=1e-6)
    # a: three uses now (SSO twice, API once), two in the quarter before.
    assert found["usage_trend"].fillna(-1).tolist() == [1.5, 0, -1, -1]
    # Three features are known: API, Map, SSO.
    assert found["features_used_share"].tolist() == pytest.approx([2 / 3, 0, 0, 0], abs=1e-6)


def test_an_input_that_is_known_of_nobody_is_told_apart_from_one_that_is_measured(monkeypatch):
    table = pd.DataFrame(
        {"account_id": ["a", "b"], "nps__numerator": [100.0, 0.0], "nps__denominator": [1.0, 0.0],
         "csat__numerator": [0.0, 0.0], "csat__denominator": [0.0, 0.0]}
    )  # fmt: skip
    rows = pd.DataFrame(
        {"part": "outcomes", "metric": ["nps", "csat", "usage_trend"], "weight": 1.0,
         "poor": [-100.0, 0.0, 0.5], "good": [100.0, 100.0, 1.0]}
    )  # fmt: skip
    weights = SimpleNamespace(outcomes=1.0, model_dump=lambda: {"outcomes": 1.0})
    study = SimpleNamespace(health=SimpleNamespace(weights=weights))
    monkeypatch.setattr(health_module, "_rows", lambda study: rows)
    parts = SimpleNamespace(
        ratios=["nps", "csat"], denominator=lambda name: table[f"{name}__denominator"]
    )
    found = health_module.health_inputs(study, parts)
    assert found["scale"].tolist() == ["absolute", health_module.NO_VALUES, "not collected"]
