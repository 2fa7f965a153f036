"""How often a typical member is called higher where every group's median is the same.

python bench/segments/middles.py [--companies N] [--sizes ...] [--kinds ...]

Everything else may differ, so that the search of ranks may rightly find something: what is claimed
of the median member rests on its own test (`typical.is_above`). The search has 2.5 % of the 5 % of
a study.
"""

from __future__ import annotations

import argparse

import common
import companies
import numpy as np

from helpers.search import discover

EACH = 0.025  # of 5 %, where no hypothesis is declared
ALONE = ("stretched", "stretched by four", "skewed to both sides", "wide and skewed", "few values")
KINDS = (*ALONE, "stretched, threes 0.5", "stretched, cities 0.3")


def company_of(kind: str, n: int, rng: np.random.Generator) -> companies.Company:
    """A company whose customers all have the median 0, whatever they are.

    "stretched": the upper half of three groups lies five times as far up ("by four": of four
    groups, on one another). "skewed to both sides": scores of a group have a long tail upwards,
    those of others downwards. "wide and skewed": four groups vary twice as much. "few values":
    stretched, rounded to whole numbers, with ties at the median. "threes" and "cities": customers
    of one cluster resemble each other (`companies.clustered_company`).
    """
    cluster = None
    if kind in ALONE:
        columns = companies.attributes(n, 12, rng)
        noise = rng.normal(size=n)
    else:
        company = companies.clustered_company(kind.split(", ")[1], n, rng)
        columns = {name: company.customers[name].to_numpy() for name in company.attributes}
        noise = np.log(company.customers["score"].to_numpy()) / companies.SKEW + companies.SKEW / 2
        cluster = company.cluster
    names = list(columns)
    half = [columns[name] == "l0" for name in names[:4]]
    up = noise > 0
    if kind == "skewed to both sides":
        away = np.expm1(np.abs(noise))
        score = np.where(up == half[0], np.sign(noise) * away, noise / 2)
    elif kind == "wide and skewed":
        score = np.expm1(companies.SKEW * noise) * np.prod([1 + part for part in half], axis=0)
    elif kind == "stretched by four":
        score = noise * np.where(up, np.prod([1 + 1.5 * part for part in half], axis=0), 1)
    else:
        score = noise * np.where(up & (half[0] | half[1] | half[2]), 5, 1)
        score = np.round(score) if kind == "few values" else score
    table = companies._table(columns, score)
    return companies.Company(table, names, np.zeros(n), [], cluster)


def main() -> None:
    """Print how often anything is claimed of a median member, per kind and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=2000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[150, 300, 1000])
    parser.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    options = parser.parse_args()
    rows = []
    for kind in options.kinds:
        for n in options.sizes:
            claimed = 0
            for number in range(options.companies):
                company = company_of(kind, n, np.random.default_rng([8, n, number]))
                table, named = company.customers, company.cluster is not None
                if named:
                    table = table.assign(cluster=company.cluster)
                found = discover(
                    table, "score", company.attributes, alpha=EACH, typical=EACH,
                    cluster="cluster" if named else None,
                    permutations=199, seed=number, threads=1,
                )  # fmt: skip
                claimed += found.summary["segments_typical"] > 0
            rows.append({"scores": kind, "n": n})
            rows[-1]["claimed %"] = common.share(claimed, options.companies)
            print(rows[-1], flush=True)
    common.show(
        f"Companies in which a typical member is called higher, % ± simulation error "
        f"({options.companies} companies per cell; 2.5 % of a study's 5 %)",
        rows,
    )


if __name__ == "__main__":
    main()
