"""Lifts on news: who is news, which lines can be compared, and how sure it is."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from claimed import study_of
from scipy import stats

from helpers.history import lifts
from helpers.history.fates import FADED, fate_of
from helpers.history.lifts import Seen, lift_on_news, newly_won, rank_on_news

THEN, NOW = pd.Timestamp("2025-12-31"), pd.Timestamp("2026-06-30")


def seen(rng, n, day, lift=0.0, *, won=None, share=0.3, status="current", **lines) -> Seen:
    member = rng.random(n) < share
    scores = pd.DataFrame({"base": rng.normal(10, 3, n) + lift * member, "status": status})
    scores = scores.assign(**lines)
    won = pd.Series(pd.Timestamp(won or "2023-05-01"), index=range(n))
    return Seen(scores, member, won, day)


class TestNewlyWon:
    then = pd.DataFrame({"account_id": ["a", "b"], "won_on": ["2024-01-01", "2025-06-30"]})

    def test_won_later_and_not_scored_then(self):
        now = pd.DataFrame(
            {
                "account_id": ["a", "b", "late", "renumbered", "left out then"],
                "won_on": ["2024-01-01", "2025-06-30", "2026-02-01", "2024-01-01", "2025-09-01"],
            }
        )
        # The list left out who was won in the last six months: unknown then, and news today.
        assert newly_won(self.then, now).tolist() == [False, False, True, False, True]


def test_the_chance_of_a_lift_on_news_is_that_of_all_ways_to_draw_members():
    """Two quarters of winning, counted out: 3 of 6 and 2 of 5 members, 20 × 10 ways."""
    member = np.array([1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0], dtype=bool)
    values = np.array([9.0, 7, 2, 1, 3, 4, 8, 6, 5, 1, 2])
    won = pd.Series(pd.to_datetime(["2026-02-01"] * 6 + ["2026-05-01"] * 5))
    now = Seen(pd.DataFrame({"base": values}), member, won, NOW)
    ways = [
        sum(a) - 3 * values[:6].mean() + sum(b) - 2 * values[6:].mean()
        for a in combinations(values[:6], 3)
        for b in combinations(values[6:], 2)
    ]
    own = values[member].sum() - 3 * values[:6].mean() - 2 * values[6:].mean()
    exact = np.mean(np.array(ways) >= own - 1e-9)
    assert lifts._luck(now, values) == pytest.approx(exact, abs=4 * np.sqrt(exact / 9999))


SCORE = {
    "base": "acv",
    "former": "last_contract",
    "costs": {"service": {"cost_kind": "service"}},
    "bonuses": {"marquee": {"where": "true", "amount": 1}},
    "penalties": {"left": {"where": "status = 'former'", "amount": 1}},
}


class TestLines:
    def test_unfinished_lines_are_left_out_where_most_of_the_lift_lies_elsewhere(self):
        rng = np.random.default_rng(0)
        study = study_of(quality_score=SCORE)
        lines = {"service": -1.0, "marquee": 0.0, "left": 0.0}
        then = seen(rng, 200, THEN, 5, **lines)
        now = seen(rng, 60, NOW, 5, won="2026-03-01", **lines)
        found = lift_on_news(study, then, now, lift=5.0)
        assert found.left_out == ("service", "left")
        assert not found.grown
        assert found.members + found.others == 60

    def test_a_lift_of_costs_waits_for_customers_of_a_year(self):
        rng = np.random.default_rng(0)
        study = study_of(quality_score=SCORE)
        then = seen(rng, 200, THEN, 0, marquee=0.0, left=0.0, service=0.0)
        then.scores["service"] = np.where(then.member, 0.0, -20.0)
        young = seen(rng, 60, NOW, won="2026-03-01", marquee=0.0, left=0.0, service=0.0)
        found = lift_on_news(study, then, young, lift=20.0)
        assert found.grown
        assert found.news is None

    def test_records_that_begin_late_do_not_make_a_claim_fade(self):
        """Costs were unknown then and are known now: what was assumed of them is not compared."""
        rng = np.random.default_rng(1)
        study = study_of(quality_score=SCORE | {"costs": {"rent": {"column": "rent"}}})
        lines = {"marquee": 0.0, "left": 0.0}
        then = seen(rng, 300, THEN, 6, rent=-2.0, imputed="rent", **lines)
        now = seen(rng, 120, NOW, 6, won="2026-03-01", rent=0.0, imputed="", **lines)
        now.scores["rent"] = np.where(now.member, -6.0, 0.0)
        found = lift_on_news(study, then, now, lift=6.0)
        assert "rent" in found.left_out
        assert fate_of(found.news, look=1).inside
        known = Seen(then.scores.assign(imputed=""), then.member, then.won, then.day)
        told = lift_on_news(study, known, now, lift=6.0)
        assert fate_of(told.news, look=1).fate == FADED

    def test_revenue_of_twelve_months_needs_twelve_months(self):
        rng = np.random.default_rng(0)
        study = study_of(quality_score={"base": "revenue_12m"})
        then, now = seen(rng, 200, THEN, 5), seen(rng, 60, NOW, 5, won="2026-03-01")
        assert lift_on_news(study, then, now, lift=5.0).news is None
        grown = seen(rng, 60, pd.Timestamp("2027-03-31"), 5, won="2026-03-01")
        assert lift_on_news(study, then, grown, lift=5.0).news is not None


def test_who_left_counts_where_leaving_does_not_change_the_base():
    rng = np.random.default_rng(0)
    study = study_of(quality_score={"former": "last_contract"})
    then, now = seen(rng, 200, THEN), seen(rng, 60, NOW, won="2026-03-01", status="former")
    assert lift_on_news(study, then, now, lift=1.0).members > 5
    paying = study_of(quality_score={"former": "pays_now"})
    assert lift_on_news(paying, then, now, lift=1.0).members == 0


def test_news_are_compared_within_the_quarter_of_winning():
    """Later customers pay more, and more of them are members: that is no lift."""
    rng = np.random.default_rng(3)
    study = study_of()
    then = seen(rng, 400, THEN)
    parts = [(100, "2026-02-01", 0.2, 0.0), (100, "2026-05-01", 0.8, 30.0)]
    pieces = [seen(rng, n, NOW, won=won, share=share) for n, won, share, _ in parts]
    for piece, (*_, rise) in zip(pieces, parts, strict=True):
        piece.scores["base"] += rise
    now = Seen(
        pd.concat([piece.scores for piece in pieces], ignore_index=True),
        np.concatenate([piece.member for piece in pieces]),
        pd.concat([piece.won for piece in pieces], ignore_index=True),
        NOW,
    )
    score = now.scores["base"]
    assert score[now.member].mean() - score[~now.member].mean() > 10
    assert lift_on_news(study, then, now, lift=1.0).news.value == pytest.approx(0, abs=1.5)


def test_one_quarter_of_news_by_hand():
    rng = np.random.default_rng(4)
    study = study_of()
    then, now = seen(rng, 50, THEN, 4), seen(rng, 20, NOW, 4, won="2026-02-01")
    news = lift_on_news(study, then, now, lift=then.difference(["base"]).effect).news
    old, new = (one.scores["base"].to_numpy() for one in (then, now))
    assert news.value == pytest.approx(new[now.member].mean() - new[~now.member].mean())
    squares = 0.0
    for side in (True, False):
        a, b = old[then.member == side], new[now.member == side]
        pooled = (a.var(ddof=1) * (len(a) - 1) + b.var(ddof=1) * (len(b) - 1)) / (
            len(a) + len(b) - 2
        )
        squares += pooled / len(b)
    assert news.news_error == pytest.approx(np.sqrt(squares))
    welch = stats.ttest_ind(old[then.member], old[~then.member], equal_var=False)
    assert news.error == pytest.approx(news.expected / welch.statistic)


def test_ranks_are_mann_whitneys():
    rng = np.random.default_rng(5)
    study = study_of()
    then, now = seen(rng, 200, THEN, 4), seen(rng, 80, NOW, 4, won="2026-02-01")
    news = rank_on_news(study, then, now).news
    for one, value in ((then, news.expected), (now, news.value)):
        score = one.scores["base"]
        u = stats.mannwhitneyu(score[one.member], score[~one.member]).statistic
        pairs = one.member.sum() * (~one.member).sum()
        assert value + 50 == pytest.approx(100 * u / pairs)


def test_the_error_of_ranks_knows_of_clusters():
    """Four copies of each customer tell as much as one, and customers of their own as before."""
    rng = np.random.default_rng(6)
    study = study_of()
    one, now = seen(rng, 60, THEN, 4), seen(rng, 40, NOW, 4, won="2026-02-01")
    at = np.repeat(np.arange(60), 4)
    copies = Seen(one.scores.iloc[at].reset_index(drop=True), one.member[at], one.won[at], THEN)
    errors = {}
    for name, then in (("one", one), ("alone", copies)):
        errors[name] = rank_on_news(study, then, now).news
    for name, cluster in (("named", at), ("own", np.arange(240))):
        then = replace(copies, cluster=cluster)
        errors[name] = rank_on_news(study, then, now).news
    assert errors["alone"].error == pytest.approx(errors["one"].error / 2, rel=0.03)
    assert errors["named"].error == pytest.approx(errors["one"].error, rel=0.03)
    assert errors["own"].error == pytest.approx(errors["alone"].error, rel=0.02)
    wider = errors["named"].error / errors["alone"].error
    assert errors["named"].news_error / errors["alone"].news_error == pytest.approx(wider)


def test_ranks_wait_where_nobody_of_a_segment_is_a_customer_of_a_year():
    """Revenue of twelve months compares customers of a year; all members were won since."""
    rng = np.random.default_rng(3)
    study = study_of(quality_score={"base": "revenue_12m"})
    then = seen(rng, 200, THEN, 5)
    won = pd.Series(pd.Timestamp("2023-05-01"), index=range(200)).mask(
        then.member, pd.Timestamp("2025-09-01")
    )
    then = Seen(then.scores, then.member, won, THEN)
    now = seen(rng, 80, NOW + pd.Timedelta(days=400), 5, won="2026-03-01")
    assert rank_on_news(study, then, now).news is None
