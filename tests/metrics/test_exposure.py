"""Who was won lately had less time to leave: that is no difference between customers."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tiny import make_study

from helpers.metrics.exposure import tells_when_won, tells_who_left, with_exposure
from helpers.search import discover
from helpers.words import say

PENALTY = {"penalties": {"left": {"where": "status = 'former'", "amount": 5}}}


def company(rng: np.random.Generator, size: int = 300) -> pd.DataFrame:
    """Customers of six years that all leave at the same rate, whatever is known of them."""
    won = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 2100, size), unit="D")
    stays = pd.to_timedelta(rng.exponential(1500, size), unit="D")
    former = won + stays < pd.Timestamp("2025-12-31")
    value = np.round(rng.lognormal(9, 0.8, size), 2)
    return pd.DataFrame(
        {
            "account_id": [f"{number:04}" for number in range(size)],
            "won_on": won,
            "status": np.where(former, "former", "current"),
            "cohort": np.array(won.year, dtype=str),
            "region": rng.choice(list("abcd"), size),
            "sector": rng.choice(list("xyz"), size),
            "quality_score": np.where(former, 0.0, value),
        }
    )


def found(study, frame: pd.DataFrame, *, seed: int) -> list[str]:
    """Rules that the search accepts, over what it may look at."""
    searched = [name for name, entry in study.attributes.items() if not entry.shares]
    answer = discover(
        frame.set_index("account_id"), score="quality_score", attributes=searched,
        max_conditions=1, permutations=199, seed=seed,
    )  # fmt: skip
    return answer.segments.loc[answer.segments["accepted"], "rule"].tolist()


class TestSignupYears:
    def test_years_that_had_less_time_to_leave_are_not_found(self):
        """Of 200 companies in which nothing differs but the time to leave, about 5 % may err.

        More than 17 of 200 come once in 50 times at 5 % (binomial); as the search saw signup years
        before, it found them nearly always.
        """
        study = make_study(attributes={"cohort": {}, "region": {}, "sector": {}})
        naive, careful = 0, 0
        for seed in range(200):
            frame = company(np.random.default_rng(seed))
            told = with_exposure(study, frame)
            assert told.when_won == ("cohort",)
            careful += bool(found(told.study, frame, seed=seed))
            if seed < 20:
                naive += bool(found(study, frame, seed=seed))
        assert careful <= 17
        assert naive >= 15

    @pytest.mark.parametrize("size", [40, 3000])
    def test_few_and_many_customers(self, size):
        study = make_study(attributes={"cohort": {}, "region": {}, "sector": {}})
        told = [
            with_exposure(study, company(np.random.default_rng(seed), size)) for seed in range(40)
        ]
        assert sum(one.when_won == ("cohort",) for one in told) >= 39
        assert not any(one.who_left for one in told)


class TestWhenWon:
    days = pd.Series(pd.date_range("2020-03-01", periods=900))

    def test_bands_of_tenure_with_dates_mended_by_hand(self):
        bands = pd.cut(self.days.dt.year, [0, 2020, 2021, 2030]).astype(str)
        bands[::30] = bands.iloc[0]
        assert tells_when_won(bands, self.days)

    def test_before_and_after(self):
        assert tells_when_won(self.days > "2021-01-01", self.days)

    def test_season_returns(self):
        days = pd.Series(pd.date_range("2018-01-01", periods=4500, freq="12h"))
        assert not tells_when_won(days.dt.quarter, days)

    def test_unrelated_attribute_of_customers_won_on_few_days(self):
        rng = np.random.default_rng(4)
        days = pd.Series(pd.to_datetime(rng.choice(["2024-01-01", "2024-07-01"], 60)))
        assert not any(
            tells_when_won(pd.Series(rng.choice(list("ab"), 60)), days) for _ in range(50)
        )

    def test_everybody_won_on_one_day(self):
        days = pd.Series(pd.to_datetime(["2024-01-01"] * 60))
        assert not tells_when_won(pd.Series(["a", "b"] * 30), days)

    def test_years_of_customers_known_by_the_year(self):
        days = pd.Series(pd.to_datetime(["2023-01-01", "2024-01-01", "2025-01-01"] * 20))
        assert tells_when_won(days.dt.year, days)

    def test_unknown_days_and_one_level(self):
        assert not tells_when_won(pd.Series(["a"] * 5), pd.Series([pd.NaT] * 5))
        assert not tells_when_won(pd.Series(["a"] * 900), self.days)


class TestWhoLeft:
    def test_stage_that_says_so(self):
        left = np.array([True] * 30 + [False] * 70)
        stage = pd.Series(["ended"] * 29 + ["live"] * 70 + ["ended"])
        assert tells_who_left(stage, left)

    def test_half_of_a_group_left(self):
        left = np.array([True] * 25 + [False] * 75)
        assert not tells_who_left(pd.Series(["x"] * 50 + ["y"] * 50), left)


class TestShares:
    frame = company(np.random.default_rng(1))

    def test_base_and_growth_where_who_left_counts_nothing(self):
        study = make_study(
            attributes={"cohort": {}, "region": {"shares": ["base"]}},
            quality_score={"bonuses": {"growth": {"growth": "magnitude"}}},
        )
        attributes = with_exposure(study, self.frame).study.attributes
        assert attributes["cohort"].shares == ("base", "growth")
        assert attributes["region"].shares == ("base",)

    def test_only_the_penalty_where_the_last_contract_counts(self):
        study = make_study(attributes={"cohort": {}}, quality_score=PENALTY)
        assert with_exposure(study, self.frame).study.attributes["cohort"].shares == ("left",)

    def test_nobody_left(self):
        study = make_study(attributes={"cohort": {}})
        frame = self.frame.assign(status="current")
        assert with_exposure(study, frame).study is study


def test_no_level_tells_who_left_where_nearly_everybody_did():
    """Each of three levels holds mostly leavers, and none of them leaves out who stayed."""
    plan = pd.Series(["a", "b", "c"] * 30)
    assert not tells_who_left(plan, np.arange(90) > 1)


def test_years_that_had_less_time_to_buy_share_revenue_of_the_past_year():
    """Nobody has left, and who was won within the year has brought the revenue of fewer months."""
    frame = company(np.random.default_rng(3)).assign(status="current")
    attributes = {"cohort": {}, "region": {}}
    bought = make_study(attributes=attributes, quality_score={"base": "revenue_12m"})
    told = with_exposure(bought, frame)
    assert (told.when_won, told.who_left, told.lines) == (("cohort",), (), ("base",))
    assert told.study.attributes["cohort"].shares == ("base",)
    assert told.study.attributes["region"].shares == ()
    assert told.told[1]["lines"] == "base"
    assert "Cohort tells when" in say(told.told[0], **told.told[1])
    both = replace(told, who_left=("region",))
    assert "Cohort, Region tell when" in say(both.told[0], **both.told[1])
    assert with_exposure(make_study(attributes=attributes), frame).when_won == ()
