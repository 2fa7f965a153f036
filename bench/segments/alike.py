"""How often a group without a difference stands above by the place of its typical member.

python bench/segments/alike.py [--companies N] [--sizes ...]

Customers of one cluster resemble one another, every median is the same, and the group is fixed (no
search picks it): one-sided, 2.5 % at the level of the interval and 0.31 % at that of the claim
(`typical.is_above`), with the clusters named and without.
"""

from __future__ import annotations

import argparse

import common
import numpy as np

from helpers.search import typical

GROUPS = (  # shape, share of its members, correlation within a cluster
    ("threes", 0.2, 0.5),
    ("threes", 0.07, 0.5),
    ("cities", 0.2, 0.3),
    ("cities", 0.5, 0.3),
    ("within cities", 0.2, 0.3),
    ("within half of the cities", 0.4, 0.3),
    ("within cities", 0.2, 0.0),
)
LAWS = {
    "alike": lambda z, inside: np.exp(0.8 * z),
    "members' upper half stretched": lambda z, inside: z * np.where((z > 0) & inside, 5, 1),
    "members vary less": lambda z, inside: z * np.where(inside, 0.25, 1),
    "members' lower half stretched": lambda z, inside: np.where(inside, -np.expm1(-0.8 * z), z),
}
LEVELS = (0.95, 1 - 2 * 0.025 * typical.STRICTER)


def clusters_of(
    shape: str, share: float, n: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Cluster of each customer, and who is a member: whole clusters, or a part of each."""
    if shape == "threes":
        cluster = np.arange(n) // 3
        clusters = cluster[-1] + 1
        return cluster, (rng.permutation(clusters) < round(share * clusters))[cluster]
    cluster = rng.choice(40, n, p=rng.dirichlet(np.full(40, 3.0)))
    if shape == "cities":
        return cluster, (rng.permutation(40) < round(40 * share))[cluster]
    of_some = (rng.permutation(40) < 20)[cluster] | (shape == "within cities")
    return cluster, of_some & (rng.random(n) < share)


def above(shape: tuple[str, float, float], law: str, n: int, companies: int) -> list[int]:
    """Companies in which the group stands above: per level, alone and with clusters."""
    kind, share, correlation = shape
    rng, hits = np.random.default_rng([n, 11]), np.zeros((len(LEVELS), 2), int)
    for _ in range(companies):
        cluster, inside = clusters_of(kind, share, n, rng)
        common_part = rng.normal(size=cluster.max() + 1)[cluster]
        own = rng.normal(size=n)
        z = np.sqrt(correlation) * common_part + np.sqrt(1 - correlation) * own
        score = LAWS[law](z, inside)
        for row, level in zip(hits, LEVELS, strict=True):
            for at, named in enumerate((None, cluster)):
                row[at] += typical.placed(score, inside, None, level, named).low > typical.MIDDLE
    return hits.ravel().tolist()


def main() -> None:
    """Print one row per kind of group, law of the scores and number of customers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=1500)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000])
    options = parser.parse_args()
    rows = []
    for n in options.sizes:
        for shape in GROUPS:
            for law in LAWS:
                hits = above(shape, law, n, options.companies)
                cells = [common.share(one, options.companies) for one in hits]
                rows.append({"n": n, "members": f"{shape[1]:.0%}, {shape[0]}"})
                rows[-1] |= {"correlation": shape[2], "scores": law}
                rows[-1] |= dict(
                    zip(
                        ("2.5 %, alone", "clusters", "0.31 %, alone", "clusters "),
                        cells,
                        strict=True,
                    )
                )
                print(rows[-1], flush=True)
    common.show("Groups without a difference that stand above, % ± simulation error", rows)


if __name__ == "__main__":
    main()
