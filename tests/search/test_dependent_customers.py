"""Customers that are not independent: what counts, who changes places, what is refused."""

import numpy as np
import pandas as pd
import pytest

from helpers.search import clusters, discover, inference
from helpers.search.encode import encode
from helpers.search.enumerate import enumerate_segments


def company(seed: int = 0, n: int = 240, each: int = 4):
    """Clusters of `each` customers share attribute a and a part of the score; b is their own."""
    rng = np.random.default_rng(seed)
    cluster = np.arange(n) // each
    table = pd.DataFrame(
        {"a": rng.choice(list("xyz"), cluster[-1] + 1)[cluster], "b": rng.choice(list("xyz"), n)}
    )
    score = rng.normal(size=cluster[-1] + 1)[cluster] + rng.normal(size=n)
    return table, cluster, score


def searched(table):
    return enumerate_segments(encode(table, ["a", "b"]), minimum=10, max_conditions=2)


def test_the_variance_is_that_of_a_regression_with_clustered_errors():
    """Σ over clusters of (Σ (x − f)(y − ȳ))², by hand, less the effect's part; two cells."""
    table, cluster, score = company()
    found, cell = searched(table), np.arange(240) % 2
    layout = inference.arrange(found, cell, 10, cluster)
    seen = inference.compare(layout, score)
    for j in layout.eligible[:12]:
        x = found.mask(j).astype(float)
        frame = pd.DataFrame({"c": cell, "x": x, "y": score, "g": cluster})
        inner = frame[["x", "y"]] - frame.groupby("c")[["x", "y"]].transform("mean")
        psi = (inner["x"] * inner["y"]).groupby(frame["g"]).sum()
        information = (inner["x"] ** 2).groupby(frame["g"]).sum()
        df = information.sum() ** 2 / (information**2).sum()
        spread = (psi**2).sum()
        assert seen.effect[j] == pytest.approx(psi.sum())
        assert layout.df[j] == pytest.approx(df)
        variance = max(spread - psi.sum() ** 2 / (df + 1), spread / 2)
        assert seen.variance[j] == pytest.approx(variance)


def test_the_compiled_null_equals_the_comparison_on_exchanged_scores():
    table, cluster, score = company(1)
    found, cell = searched(table), np.arange(240) % 2
    layout = inference.arrange(found, cell, 10, cluster)
    null = inference.null_of(layout, score, permutations=3, seed=(7, 0))
    values = score[layout.order].copy()
    for part in layout.cells:
        values[part] -= values[part].mean()
    groups, stream = clusters.alike(layout), np.random.default_rng([7, 0, 0])
    for lane in range(3):
        moved = np.empty(240)
        for group in groups:
            moved[group.positions] = values[group.source(stream)]
        there = np.empty(240)
        there[layout.order] = moved
        assert null[lane] == pytest.approx(inference.compare(layout, there).z.max(), abs=1e-3)


def test_clusters_of_one_size_swap_whole_and_stay_in_their_cell():
    table, cluster, _ = company()
    layout = inference.arrange(searched(table), (np.arange(240) >= 120).astype(int), 10, cluster)
    groups = clusters.alike(layout)
    assert [len(group.sizes) for group in groups] == [30, 30]
    rng = np.random.default_rng(0)
    for group, cell in zip(groups, layout.cells, strict=True):
        source = group.source(rng)
        assert sorted(source) == list(range(cell.start, cell.stop))
        came_from = layout.cluster[source].reshape(-1, 4)
        assert (came_from == came_from[:, :1]).all()


def test_unequal_clusters_only_meet_others_of_like_size():
    cluster = np.repeat(np.arange(40), np.arange(1, 41))
    table = pd.DataFrame({"a": np.where(cluster % 2, "x", "y"), "b": "z"})
    layout = inference.arrange(searched(table), np.zeros(cluster.size, int), 10, cluster)
    for group in clusters.alike(layout):
        assert clusters.LIKE <= group.sizes.size < 2 * clusters.LIKE
        assert np.ptp(group.sizes) == group.sizes.size - 1
        source = group.source(np.random.default_rng(3))
        assert source.size == group.positions.size == group.sizes.sum()


def test_a_segment_in_few_clusters_is_not_tested():
    table, cluster, _ = company()
    table["a"] = np.where(cluster < 4, "few", "many")
    found = searched(table)
    layout = inference.arrange(found, np.zeros(240, int), 10, cluster)
    told = {found.described(j)[0].label for j in layout.eligible if found.depths[j] == 1}
    assert "a: few" not in told and "b: x" in told


def test_too_few_clusters_are_refused():
    table, cluster, score = company()
    table = table.assign(score=score, city=cluster % 19)
    with pytest.raises(ValueError, match="too few clusters"):
        discover(table, "score", ["a", "b"], cluster="city")
    discover(table.assign(city=cluster % 20), "score", ["b"], cluster="city", permutations=64)


def test_an_unknown_cluster_stands_for_itself():
    table, cluster, score = company()
    city = pd.Series(cluster % 30).astype(object).where(np.arange(240) > 2)
    found = discover(table.assign(score=score, city=city), "score", ["b"], cluster="city")
    assert len(np.unique(found.evidence.inputs.cluster)) == 33


def test_what_a_cluster_shares_is_no_finding_and_a_real_difference_is():
    table, cluster, _ = company(3)
    rng = np.random.default_rng(5)
    table["partner"] = cluster
    alike = rng.normal(size=60)[cluster] + 0.2 * rng.normal(size=240)
    alone = discover(table.assign(score=alike + 1.6 * (table["a"] == "x")), "score", ["a", "b"])
    both = discover(
        table.assign(score=alike + 1.6 * (table["a"] == "x")),
        "score",
        ["a", "b"],
        cluster="partner",
    )
    assert both.segments["definition"].iloc[0] == alone.segments["definition"].iloc[0] == "a: x"
    width = [f.segments[["lift_low", "lift_high"]].diff(axis=1).iloc[0, 1] for f in (alone, both)]
    assert width[1] > 1.3 * width[0]  # four customers of one partner tell less than four others
