"""The second claim: a typical member ranks above most others."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import OLS
from statsmodels.stats.proportion import proportion_confint

from helpers.search import discover, discovery, findings, inference, select, typical
from helpers.search.encode import encode
from helpers.search.enumerate import enumerate_segments


def placed(score, inside, strata=None, cluster=None):
    given = SimpleNamespace(score=score, strata=strata, cluster=cluster)
    return typical.percentile_of(given, inside)


def test_percentile_of_the_median_member_by_hand():
    """Members 3, 5, 9 against 1, 2, 3, 4, 8: 2.5, 4 and 5 of five are below."""
    score = np.array([3.0, 5, 9, 1, 2, 3, 4, 8])
    found = placed(score, np.arange(8) < 3)
    assert found.value == pytest.approx(80)
    assert found.low == pytest.approx(0, abs=1e-9)  # three members cannot bound a median


def test_wilson_is_that_of_statsmodels():
    low, high = typical.wilson(0.3, 50, 0.0125)
    assert (low, high) == pytest.approx(proportion_confint(15, 50, 0.025, "wilson"))


def test_within_strata_members_are_compared_with_their_own_stratum():
    score = np.concatenate([np.arange(50.0), 1000 + np.arange(50.0)])
    inside = np.isin(np.arange(100), [25, 75])
    strata = np.repeat([0, 1], 50)
    assert placed(score, inside, strata).value == pytest.approx(100 * 25 / 49)
    assert placed(score, inside).value == pytest.approx(100 * (25 + 74) / 2 / 98)


@pytest.mark.parametrize("shape", ["lognormal", "ties"])
def test_the_interval_holds_what_it_promises(shape):
    """Of 400 small groups drawn from everybody, at least 95 % include the 50th percentile."""
    rng = np.random.default_rng(8)
    held = 0
    for _ in range(400):
        score = rng.lognormal(0, 1, 200)
        if shape == "ties":
            score = np.floor(score)
        found = placed(score, np.arange(200) < 25)
        held += found.low <= 50 <= found.high
    assert stats.binomtest(held, 400, 0.95, alternative="less").pvalue > 0.01


def test_the_interval_adds_the_squares_of_its_two_errors():
    """401 members spread evenly over 400 others: 1.96 × √(½² ÷ 401 + ½² ÷ 400), not more."""
    score = np.concatenate([np.linspace(0, 1, 401), np.linspace(0.001, 0.999, 400)])
    found = placed(score, np.arange(801) < 401)
    reach = 100 * 1.96 * np.sqrt(0.25 / 401 + 0.25 / 400)
    assert found.value == pytest.approx(50, abs=0.2)
    assert found.low == pytest.approx(50 - reach, abs=0.4)
    assert found.high == pytest.approx(50 + reach, abs=0.4)


LAWS = {  # members, others, both with the median 0
    "alike": (lambda z: np.exp(z), lambda z: np.exp(z)),
    "members vary more": (lambda z: 4 * z, lambda z: z),
    "members vary less": (lambda z: z / 4, lambda z: z),
    "tails to both sides": (lambda z: np.expm1(z), lambda z: -np.expm1(z)),
    "upper half stretched": (lambda z: np.where(z > 0, 5 * z, z), lambda z: z),
    "few values": (lambda z: np.round(2 * z), lambda z: np.round(2 * z)),
}


@pytest.mark.parametrize("law", LAWS)
def test_of_equal_medians_few_are_called_higher_and_the_interval_wastes_little(law):
    """One-sided 2.5 %: at 30 of 250 customers, where two intervals joined give .3 %."""
    rng, (own, rest), above = np.random.default_rng(3), LAWS[law], 0
    inside = np.arange(250) < 30
    for _ in range(600):
        score = np.concatenate([own(rng.normal(size=30)), rest(rng.normal(size=220))])
        above += placed(score, inside).low > 50
    assert stats.binomtest(above, 600, 0.025, "greater").pvalue > 0.01
    assert law == "few values" or above > 4


def test_a_median_that_ranks_picked_is_held_to_a_stricter_level():
    """Shown at 95 % is not enough: the luck of having been picked is in the median, too."""
    rng, shown, claimed = np.random.default_rng(4), 0, 0
    inside = np.arange(200) < 40
    for _ in range(150):
        score = rng.normal(size=200) + 0.55 * inside
        inputs = SimpleNamespace(score=score, strata=None, cluster=None)
        strict = typical.is_above(inputs, inside, 0.025)
        assert typical.is_above(inputs, inside, 0.025, groups=9) <= strict
        shown += typical.percentile_of(inputs, inside).low > 50
        claimed += strict
        assert strict <= (typical.percentile_of(inputs, inside, 1 - 2 * 0.025 / 8).low > 50)
    assert 0 < claimed < 0.8 * shown


CLUSTERS = {  # customers' clusters, members, correlation: attributes of clusters and of their own
    "threes": lambda rng: (
        np.arange(240) // 3,
        (rng.permutation(80) < 16)[np.arange(240) // 3],
        0.5,
    ),
    "cities": lambda rng: of_cities(rng, rng.permutation(40) < 12),
    "within cities": lambda rng: of_cities(rng, np.ones(40, bool), 0.3),
}


def of_cities(rng, named, part=1.0):
    """Forty cities of unequal size; members are those of the named ones, or a part of them."""
    city = rng.choice(40, 240, p=rng.dirichlet(np.full(40, 3.0)))
    return city, named[city] & (rng.random(240) < part), 0.3


@pytest.mark.parametrize("kind", CLUSTERS)
def test_of_customers_that_resemble_each_other_fewer_are_called_higher(kind):
    """Equal medians, members' upper half stretched: 2.5 %, where independence gives 6 % and more.

    Where members and others are of the same cities both are lifted alike, and independence errs to
    the other side.
    """
    rng, above, alone = np.random.default_rng(6), 0, 0
    for _ in range(400):
        cluster, inside, like = CLUSTERS[kind](rng)
        common = rng.normal(size=cluster.max() + 1)[cluster]
        score = np.sqrt(like) * common + np.sqrt(1 - like) * rng.normal(size=240)
        score[inside & (score > 0)] *= 5
        above += placed(score, inside, cluster=cluster).low > 50
        alone += placed(score, inside).low > 50
    assert stats.binomtest(above, 400, 0.025, "greater").pvalue > 0.025
    assert above >= 1
    if kind != "within cities":
        assert stats.binomtest(alone, 400, 0.025, "greater").pvalue < 0.001


def test_members_of_one_cluster_count_as_one_where_they_are_alike():
    """Twelve clusters of three equal scores: the order statistics of twelve members, not of 36."""
    cluster = np.arange(36) // 3
    place = np.repeat(np.arange(1, 13) / 13, 3)
    alone = typical.lowest(np.arange(1, 13) / 13, np.inf, 1.96)
    assert typical.lowest(place, np.inf, 1.96, cluster) == pytest.approx(alone)
    assert typical.lowest(place, np.inf, 1.96) > alone
    assert typical.lowest(place, np.inf, 1.96, np.arange(36)) == pytest.approx(
        typical.lowest(place, np.inf, 1.96)
    )


def test_what_a_city_lifts_on_both_sides_makes_the_interval_narrower():
    """Members and others of each of 60 cities move together: most of both errors cancels."""
    rng = np.random.default_rng(2)
    city = np.arange(480) // 8
    score = rng.normal(size=60)[city] + 0.3 * rng.normal(size=480)
    inside = np.arange(480) % 8 < 3
    both = placed(score, inside, cluster=city)
    apart = placed(score, inside, cluster=2 * city + inside)
    assert both.value == apart.value and both.low > apart.low and both.high < apart.high


def test_the_variance_of_the_others_is_that_of_clustered_errors():
    """Σ by cluster of (below − share), squared, times clusters ÷ (clusters − 1): a regression's."""
    rng = np.random.default_rng(3)
    city = np.repeat(np.arange(50), 6)
    score = rng.normal(size=50)[city] + rng.normal(size=300)
    inside = city < 10
    place = stats.percentileofscore(score[~inside], score, "mean") / 100
    below = (place[~inside] < np.median(place[inside])).astype(float)
    fit = OLS(below, np.ones(240)).fit(
        cov_type="cluster", cov_kwds={"groups": city[~inside], "use_correction": False}
    )
    alone = below.mean() * (1 - below.mean()) / 240
    larger, shared = typical.together(
        place, np.flatnonzero(inside), np.flatnonzero(~inside), city, 0.025
    )
    few = (stats.t.isf(0.025, 39) / stats.norm.isf(0.025)) ** 2
    assert larger == pytest.approx(fit.bse[0] ** 2 / alone * 40 / 39 * few)
    assert shared == 0  # no city has both


def skewed(seed: int, n: int = 300, gain: float = 1.0) -> pd.DataFrame:
    """A fifth of the customers rank higher; a few enormous scores elsewhere hide it in the mean."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame({f"a{k}": rng.choice(list("xyzuv"), n) for k in range(4)})
    table["score"] = np.exp(1.5 * rng.normal(size=n) + gain * (table["a0"] == "x"))
    return table


def test_ranks_find_what_the_mean_does_not_show():
    mean, both = 0, 0
    for seed in range(12):
        table = skewed(seed)
        found = discover(table, "score", list(table.columns[:4]), permutations=199, typical=0.05)
        assert found.segments["segment_id"].is_unique  # a group stands once, whoever found it
        told = found.segments.set_index("definition")
        mean += (
            (told["accepted"] & told["claim"].eq("mean")) & told.index.str.contains("a0: x")
        ).any()
        ranks = told[told["claim"] == "typical"]
        assert (ranks.loc[ranks["accepted"], "percentile_low"] >= 50).all()
        assert ranks[["lift", "lift_low", "lift_high"]].isna().all(axis=None)
        both += told.loc[told["accepted"]].index.str.contains("a0: x").any()
    assert both >= 10 > mean


def test_what_came_nearest_is_told_of_both_searches_in_turn():
    """A few enormous scores hide from the mean what ranks have next on their list."""
    nearest = 0
    for seed in range(20, 32):
        table = skewed(seed, gain=0.6)
        names = list(table.columns[:4])
        found = discover(table, "score", names, permutations=99, alpha=0.02, typical=0.02)
        rest = found.segments[~found.segments["accepted"]]
        assert set(rest["claim"]) == {"mean", "typical"} and len(rest) <= 5
        assert abs(rest["claim"].eq("mean").sum() - 2.5) < 1
        assert (rest["p_adjusted"] > 0.02).all()
        alone = discover(table, "score", names, permutations=99, alpha=0.02).segments
        hit = [one["definition"].str.fullmatch("a0: x").any() for one in (found.segments, alone)]
        nearest += int(hit[0]) - int(hit[1])
    assert nearest >= 2


def test_places_in_a_search_know_of_its_clusters():
    """Five copies of each of 60 customers: as sure as of 60, not of 300."""
    table = skewed(3, n=60).loc[np.repeat(np.arange(60), 5)]
    table = table.assign(cluster=np.repeat(np.arange(60), 5)).reset_index(drop=True)
    alone, named = (
        discover(table, "score", ["a0"], permutations=99, cluster=by).segments.set_index("rule")
        for by in (None, "cluster")
    )
    both = alone.join(named.add_suffix("_named"), how="inner")
    assert len(both)
    assert (both["percentile_low_named"] < both["percentile_low"]).all()
    assert (both["percentile_named"] == both["percentile"]).all()


@pytest.mark.filterwarnings("error")
def test_what_is_not_tested_is_not_listed_beside_what_is_told():
    """`a0: few` is spread over four clusters only: neither told nor among what came nearest."""
    rng, cluster = np.random.default_rng(3), np.arange(240) // 4
    table = pd.DataFrame(
        {"a0": np.where(cluster < 4, "few", "many"), "a1": rng.choice(list("xy"), 240)}
    )
    table["score"] = rng.normal(size=240) + 3 * (table["a0"] == "few") + 3 * (table["a1"] == "x")
    found = discover(
        table.assign(cluster=cluster), "score", ["a0", "a1"], cluster="cluster",
        permutations=99, alpha=0.02, typical=0.02,
    ).segments  # fmt: skip
    assert found.loc[0, "accepted"] and found.loc[0, "definition"].endswith("a1: x")
    assert not found["definition"].str.contains("few").any()


def test_pieces_of_what_is_told_do_not_fill_the_list():
    """`a0` has one group that is shown and `a1` one that is not: it is listed, and few of a0's."""
    listed, pieces = 0, 0
    for seed in range(8):
        rng = np.random.default_rng([seed, 9])
        table = pd.DataFrame({f"a{k}": rng.choice(list("xyzuv"), 400) for k in range(5)})
        score = rng.normal(size=400) + 1.5 * (table["a0"] == "x") + 0.35 * (table["a1"] == "x")
        found = discover(
            table.assign(score=score),
            "score",
            list(table),
            permutations=99,
            alpha=0.02,
            typical=0.02,
        ).segments
        assert found.loc[0, "definition"] == "a0: x"
        rest = found.loc[~found["accepted"], "definition"]
        listed += found["definition"].eq("a1: x").any()
        pieces += rest.str.contains("a0: x").sum()
    assert listed >= 5 and pieces <= 8


def test_what_is_left_of_scores_is_the_residual_of_a_regression_within_cells():
    rng = np.random.default_rng(1)
    table = pd.DataFrame({f"a{k}": rng.choice(list("xy"), 90) for k in range(3)})
    found = enumerate_segments(encode(table, list(table)), minimum=10, max_conditions=1)
    cell, score = np.arange(90) % 3, rng.normal(size=90)
    layout = inference.arrange(found, cell, 10)
    told = [(table[name] == "x").to_numpy() for name in ("a0", "a1")]
    design = np.column_stack([*told, *(cell == k for k in range(3))]).astype(float)
    assert findings.left_of(score, layout, told) == pytest.approx(OLS(score, design).fit().resid)
    assert findings.left_of(score, layout, [told[0], told[0]]) == pytest.approx(
        findings.left_of(score, layout, told[:1])
    )


def test_what_ranks_find_is_told_once(monkeypatch):
    """Copies, parts of what means accepted, middles that are open: left out, each counted."""
    score = np.random.default_rng(2).normal(size=400)
    whole, part = np.arange(400) < 100, np.arange(400) < 40
    other, vague = (np.arange(400) >= 300) & (np.arange(400) < 360), np.arange(400) % 7 == 0
    score[whole | other] += 3
    masks = [whole, part, other, vague, whole & (np.arange(400) > 20)]
    found = SimpleNamespace(mask=masks.__getitem__)
    inputs = SimpleNamespace(score=score, strata=None, cluster=None)
    monkeypatch.setattr(discovery, "honest", lambda place, *_: place)
    step = [SimpleNamespace(candidate=k, p_value=0.01) for k in range(5)]
    means = SimpleNamespace(steps=[step[0]])
    ranks = SimpleNamespace(steps=[step[k] for k in (4, 1, 3, 2)])
    told, untold = discovery.claimed_of_ranks(found, inputs, means, ranks, score, 0.05)
    assert [candidate for candidate, *_ in told] == [2]
    assert untold == {"repeated": 1, "within": 1, "middle_open": 1}


def test_no_second_claim_unless_asked_for():
    table = skewed(0)
    found = discover(table, "score", list(table.columns[:4]), permutations=199)
    assert set(found.segments["claim"]) == {"mean"}
    assert found.segments["percentile"].between(0, 100).all()


def test_balanced_depths_reach_their_standard_equally_often():
    """Less its 80 % quantile, the null maximum of each depth passes 0 in one draw of five."""
    table = skewed(1, gain=0)
    names = list(table.columns[:4])
    found = enumerate_segments(encode(table, names), minimum=10, max_conditions=3)
    score = select.normal_scores_of(table["score"].to_numpy())
    layout = inference.arrange(found, np.zeros(300, int), 10)
    seen = inference.compare(layout, score)
    null, moved = select.balance(found, layout, seen, score, permutations=320, seed=(0, 0))
    alone = inference.null_of(layout, score, permutations=320, seed=(0, 0))
    assert null.shape == alone.shape == (320,)
    for depth in (1, 2):
        of = layout.eligible[found.depths[layout.eligible] == depth]
        best = inference.null_of(layout, score, permutations=320, seed=(0, 0), groups=[of])[:, 0]
        offset = (seen.z - moved.z)[of]
        assert np.allclose(offset, np.quantile(best, 0.8))
        assert (null >= best - offset[0] - 1e-9).all()


def test_the_second_claim_keeps_its_level():
    """300 companies in which nothing differs: the rank search claims 5 %, not more."""
    claimed = 0
    for number in range(300):
        table = skewed(1000 + number, n=120, gain=0)
        names = list(table.columns[:4])
        found = enumerate_segments(encode(table, names), minimum=10, max_conditions=3)
        score = select.normal_scores_of(table["score"].to_numpy())
        steps = select.forward_select(
            found, score, minimum=10, permutations=99, seed=number, max_segments=1, balanced=True
        ).steps
        claimed += bool(steps)
    assert stats.binomtest(claimed, 300, 0.05, alternative="greater").pvalue > 0.025


def multiplied(seed: int) -> tuple[pd.DataFrame, float]:
    """A fifth of 200 customers score one and a half times as much; their true percentile."""
    rng = np.random.default_rng([seed, 5])
    table = pd.DataFrame({f"a{k}": rng.choice(list("xyzuv"), 200) for k in range(4)})
    better = (table["a0"] == "x").to_numpy()
    table["score"] = np.exp(0.8 * rng.normal(size=200)) * np.where(better, 1.5, 1.0)
    # median member exp(ln 1.5), others log-normal with sigma .8
    return table, 100 * stats.norm.cdf(np.log(1.5) / 0.8)


def test_the_place_of_a_typical_member_is_corrected_for_having_been_picked():
    """Of what the search of ranks finds, the measured percentile is too high and the honest is not.

    A small edition of bench/segments/places.py: planted groups that are found themselves.
    """
    told = []
    for seed in range(220):
        table, truth = multiplied(seed)
        names = list(table.columns[:4])
        found = enumerate_segments(encode(table, names), minimum=10, max_conditions=1)
        score = select.normal_scores_of(table["score"].to_numpy())
        score = (score - score.mean()) / score.std()
        steps = select.forward_select(
            found, score, minimum=10, permutations=99, seed=seed, max_segments=1, balanced=True
        ).steps
        inside = (table["a0"] == "x").to_numpy()
        if not steps or not np.array_equal(found.mask(steps[0].candidate), inside):
            continue
        seen = placed(table["score"].to_numpy(), inside)
        fair = typical.honest(seen, steps[0], score)
        assert 50 <= fair.low <= fair.value <= seen.value and fair.high == seen.high
        told.append([seen.value - truth, fair.value - truth, fair.low <= truth <= fair.high])
    naive, honest, held = np.mean(told, axis=0)
    assert len(told) > 60
    assert naive > 3 and abs(honest) < naive / 2, (naive, honest)
    assert stats.binomtest(int(held * len(told)), len(told), 0.95, "less").pvalue > 0.01
