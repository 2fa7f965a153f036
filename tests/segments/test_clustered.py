"""Hypotheses and plain comparisons of customers that are not independent."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from company import banded, frame_of, score_without, scores_of, study_of
from scipy import stats

from helpers.errors import StudyError
from helpers.metrics import profiles
from helpers.search import typical
from helpers.search.inputs import clusters_of
from helpers.segments import clustered, discovered, effects, hypotheses, verdicts
from helpers.segments.strata import cells_of
from helpers.segments.studentised import between, trend
from helpers.words import measures


def alike(seed: int, share: float = 0.3) -> tuple[np.ndarray, np.ndarray, np.random.Generator]:
    """Skewed scores of 40 clusters of 2 to 9 customers, with an intraclass correlation."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(40), rng.integers(2, 10, 40))
    common = rng.normal(size=40)[cluster]
    noise = rng.normal(size=cluster.size)
    return np.exp(np.sqrt(share) * common + np.sqrt(1 - share) * noise), cluster, rng


def test_the_variance_by_cluster_is_that_of_statsmodels():
    score, cluster, rng = alike(1)
    member = rng.random(score.size) < 0.3
    found = effects.difference(score, member, None, cluster)
    fit = sm.OLS(score, sm.add_constant(member.astype(float))).fit(
        cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}
    )
    assert found.effect == pytest.approx(fit.params[1])
    assert found.error == pytest.approx(fit.bse[1] * np.sqrt(40 / 39))
    assert found.freedom == clustered.spread(member, cells_of(np.zeros(score.size), cluster)) - 1


def test_clusters_change_places_whole():
    """Of clusters of one size, every one keeps its own scores together, in their order."""
    cluster = np.tile(np.arange(10), 3)
    values = np.arange(30.0) - 14.5
    drawn = cells_of(np.zeros(30), cluster).exchanged(values, 20, np.random.default_rng(0))
    wanted = {tuple(sorted(values[cluster == one])) for one in range(10)}
    for row in drawn:
        assert {tuple(sorted(row[cluster == one])) for one in range(10)} == wanted
    assert len(np.unique(drawn, axis=0)) > 10


def test_tests_of_clustered_customers_keep_their_level():
    """Groups made of whole clusters, where nothing differs; nominal 5 % (plain: 19 %)."""
    runs, false = 120, {"plain": 0, "group": 0, "within": 0, "trend": 0, "levels": 0}
    for seed in range(runs):
        score, cluster, rng = alike(seed)
        whole = (rng.permutation(40) < 14)[cluster]
        levels = rng.integers(0, 4, 40)[cluster]
        masks = np.c_[whole, rng.random(score.size) < 0.25]
        options = {"draws": 199, "seed": seed}
        false["plain"] += effects.permutation_tests(score, masks[:, :1], **options).p[0] <= 0.05
        found = effects.permutation_tests(score, masks, cluster=cluster, **options).p
        false["group"] += found[0] <= 0.05
        false["within"] += found[1] <= 0.05
        cells = cells_of(np.zeros(score.size), cluster)
        false["trend"] += trend(score, levels.astype(float), cells, **options)[1] <= 0.05
        false["levels"] += between(score, levels.astype(str), cells, **options) <= 0.05
    low = {name: stats.beta.ppf(0.05, max(k, 1), runs - k + 1) for name, k in false.items()}
    assert low.pop("plain") > 0.05  # the simulation can tell
    assert max(low.values()) <= 0.05, false


def test_a_group_in_fewer_than_five_clusters_shows_nothing():
    score, cluster, _ = alike(3)
    member = cluster < 4
    found = effects.permutation_tests(
        score + 50 * member, member[:, None], draws=99, seed=0, cluster=cluster
    )
    assert found.p[0] == 1 and np.isnan(found.own).all()
    assert np.isnan(effects.difference(score, member, None, cluster).error)


def test_hypotheses_of_a_study_with_clusters():
    """What a whole cluster shares shows nothing in a few of them; a difference within them does."""
    frame = frame_of(300, seed=5)
    city = pd.Series(np.arange(300) % 30).map("C{:02d}".format)
    frame["quality_score"] += 3000.0 * (frame["industry"] == "FinTech")
    frame = banded(frame.assign(city=city, left=np.where(city < "C03", "yes", "no")))
    claims = [
        {"id": "H1", "statement": "s", "variables": ["industry"], "where": "industry = 'FinTech'"},
        {"id": "H2", "statement": "t", "variables": ["city"], "where": "city < 'C03'"},
    ]
    attributes = study_of().model_dump()["attributes"] | {"city": {"search": False}}
    study = study_of(hypotheses=claims, cluster="city", attributes=attributes)
    table = hypotheses.test_hypotheses(study, frame, scores_of(frame), score_without=score_without)
    told = table.set_index("hypothesis_id")
    assert told.loc["H1", "verdict"] == verdicts.SUPPORTED
    assert told.loc["H2", "verdict"] == verdicts.NOT_TESTABLE
    assert "fewer than 5 clusters" in told.loc["H2", "note"]
    assert told["p_rank"].isna().all()


def test_the_place_of_a_typical_member_on_a_part_of_the_score_knows_of_clusters():
    """Half of the cities rank higher: of 20 cities that is less sure than of their customers."""
    score, cluster, _ = alike(9)
    member = cluster < 20
    rest = score + 2 * member
    frame = frame_of(len(score)).assign(industry=pd.Series(cluster).map("C{:02d}".format))
    alone, named = (
        discovered._ranks_hold(study_of(cluster=by), frame, rest, member)[1]
        for by in (None, "industry")
    )
    assert alone[0] == named[0] and named[1] < alone[1]
    place = typical.placed(rest, member, None, cluster=cluster)
    assert named[1] == pytest.approx(place.low)


def test_a_parent_is_of_the_cluster_of_its_children():
    accounts = pd.DataFrame({"account_id": [f"A{i}" for i in range(40)]})
    accounts["parent_id"] = [None, *["A0"] * 5, *[None] * 34]
    codes = clusters_of(accounts, "parent_id")
    assert len(set(codes[:6])) == 1 and len(set(codes)) == 35
    with pytest.raises(StudyError, match="too few clusters"):
        clusters_of(accounts.head(10), "parent_id")


def test_a_likely_cluster_that_nobody_named_is_told():
    score, cluster, rng = alike(8, share=0.4)
    frame = pd.DataFrame({"quality_score": score})
    frame["city"] = pd.Series(cluster).map("C{:02d}".format)
    frame["number"] = rng.permutation(frame["city"])
    attributes = {"city": {"search": False}, "number": {"search": False}}
    name, seen = clustered.likely(study_of(attributes=attributes), frame)
    assert name == "city" and 0.2 < seen < 0.6
    assert clustered.likely(study_of(attributes=attributes, cluster="city"), frame) is None
    assert clustered.likely(study_of(attributes=attributes), frame.drop(columns="city")) is None


def test_the_correlation_by_hand():
    """Pairs 1, 3 and 5, 7: between 16, within 2; (16 - 2) / (16 + 2)."""
    seen = clustered.correlation(np.array([1.0, 3, 5, 7]), np.array([0, 0, 1, 1]))
    assert seen == pytest.approx(14 / 18)


def test_metrics_of_clustered_customers_have_neither_intervals_nor_marks():
    table = pd.DataFrame({"low": [1.0, np.nan], "value": [2.0, np.nan], "p_value": [0.01, np.nan]})
    table = table.assign(better="better", method=["Wilson", "no data"])
    assert profiles._without_independence(study_of(), table) is table
    told = profiles._without_independence(study_of(cluster="industry"), table)
    assert told[["low", "p_value"]].isna().all(axis=None) and told["value"].iloc[0] == 2
    assert told["better"].tolist() == ["", ""]
    assert told["method"].tolist() == [measures.CLUSTERED, "no data"]
