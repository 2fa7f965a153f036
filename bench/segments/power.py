"""Power, recall and redundancy on companies with three planted segments, beside other methods.

python bench/segments/power.py [--companies N] [--sizes ...] [--peers PYTHON] [--peer-companies N]
    [--keep FOLDER]

PYTHON (or the environment variable PEERS_PYTHON) is the interpreter of an environment with
bench/requirements-peers.txt; without it the other tools' rows are left out. With --keep their
answers stay in FOLDER and are read from there the next time: the companies depend on their seeds
alone, so a change of this project needs no new run of the others. As many companies count for a
tool as have been answered; without PYTHON they are only read.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import tempfile
import time
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

import common
import companies
import numpy as np
from scipy import stats

from helpers.search import discover, inference
from helpers.segments import verdicts
from helpers.segments.discovered import from_search
from helpers.study import Study

# share of the companies that a tool is run on
PEERS = {
    "tree": 1.0,
    "sliceline": 1.0,
    "pysubgroup": 0.2,
    "pysubgroup_share": 0.2,
    "wise_pizza": 0.5,
}
OURS, LIST = "this project", "this project, with its unproven candidates"
MEANS = "this project, means alone at 5 %"
EACH = 0.025  # of 5 %, where nothing is declared: half for the search of means, half for ranks
SOURCE = {"files": {"x": "x.csv"}, "query": "SELECT * FROM x"}
MATCH = 0.5  # overlap from which a reported segment counts as a planted one
REAL = 0.1  # true lift in SD from which a segment that matches none is better all the same
TOP = 10


def told(company, seed: int) -> list[tuple[str, np.ndarray]]:
    """Verdict and members of what a study without hypotheses lists, both claims, findings first.

    Means and ranks have half of 5 % each, and what later steps or ranks show is put to the plain
    comparison with all others, as in a report.
    """
    study = Study(
        study="bench",
        title="Bench",
        business_model="subscription",
        sources=dict.fromkeys(("accounts", "contracts"), SOURCE),
        attributes={name: {} for name in company.attributes},
        scope={"permutations": 199},
        path=Path("study.yml"),
    )
    table = company.customers
    result = discover(
        table, "score", company.attributes, alpha=EACH, typical=EACH,
        permutations=199, seed=seed, threads=1,
    )  # fmt: skip
    frame = table.rename(columns={"score": "quality_score"}).rename_axis("account_id").reset_index()
    frame["status"] = "current"
    if result.segments.empty:
        return []
    judged = from_search(study, result, frame, frame, None)
    held = judged.members.groupby("segment_id")["account_id"].agg(set)
    return [
        (row.verdict, frame["account_id"].isin(held[row.segment_id]).to_numpy())
        for row in judged.segments.itertuples()
    ]


def ours(company, found, seed: int) -> list[np.ndarray]:
    """Segments that are told as findings: validated by their means, or typical by their ranks."""
    return [mask for verdict, mask in told(company, seed) if verdicts.is_finding(verdict)]


def means(company, found, seed: int) -> list[np.ndarray]:
    """What the search of means accepts where it has the whole 5 %: before there was a second."""
    return [found.mask(step.candidate) for step in common.select(company, found, seed=seed).steps]


def whole_list(company, found, seed: int) -> list[np.ndarray]:
    """All that is listed: findings first, then what came nearest and is not proven."""
    rows = told(company, seed)
    return [mask for verdict, mask in sorted(rows, key=lambda row: not verdicts.is_finding(row[0]))]


def top_by_quality(company, found, seed: int, power: float) -> list[np.ndarray]:
    """pysubgroup's top ten, shareᵖ · (mean − overall mean), read off our own exact search.

    Its own run gives the same (`exactness.py`) but for member sets that it lists more than once.
    """
    score = company.customers["score"].to_numpy()
    means = np.add.reduceat(score[found.members], found.offsets[:-1]) / found.sizes
    quality = (found.sizes / score.size) ** power * (means - score.mean())
    return [found.mask(j) for j in np.argsort(-quality, kind="stable")[:TOP]]


@contextmanager
def plain():
    """Welch's statistic as it stands, without the refinements for small segments."""
    before = inference.PRIOR, inference.FLOOR
    inference.PRIOR = inference.FLOOR = 0.0
    try:
        yield
    finally:
        inference.PRIOR, inference.FLOOR = before


def welch_maximum(company, found, seed: int) -> list[np.ndarray]:
    """Plain Welch t, single-step max-statistic: up to ten significant candidates, best first."""
    with plain():
        layout = inference.arrange(found, np.zeros(found.customers, int), 10)
        layout = dataclasses.replace(layout, df=np.full(layout.df.size, 1e9))
        score = common.tested_score(company)
        t = inference.compare(layout, score).t
        null = inference.null_of(layout, score, permutations=199, seed=(seed, 0))
    p = inference.p_values(t, null)
    return [found.mask(j) for j in np.argsort(-t, kind="stable")[:TOP] if p[j] <= 0.05]


def welch(found_mask: np.ndarray, score: np.ndarray) -> float:
    """One-sided p-value of Welch's test."""
    return stats.ttest_ind(
        score[found_mask], score[~found_mask], equal_var=False, alternative="greater"
    ).pvalue


def all_t(found, score: np.ndarray) -> np.ndarray:
    """Welch t of every candidate."""
    with plain():
        layout = inference.arrange(found, np.zeros(found.customers, int), 2)
        return inference.compare(layout, score).t


def bonferroni(company, found, seed: int) -> list[np.ndarray]:
    """Welch's test of every candidate at 5 % ÷ number of candidates: up to ten, best first."""
    score = company.customers["score"].to_numpy()
    best = np.argsort(-all_t(found, score), kind="stable")[:200]
    p = np.array([welch(found.mask(j), score) for j in best])
    order = np.argsort(p, kind="stable")[:TOP]
    return [found.mask(best[k]) for k in order if p[k] * len(found) <= 0.05]


def splitting(company, found, seed: int) -> list[np.ndarray]:
    """Top ten on one half of the customers, tested on the other half (Bonferroni over ten)."""
    n = found.customers
    half = np.random.default_rng([seed, 3]).permutation(n) < n // 2
    part = companies.Company(
        company.customers[half], company.attributes, company.expected[half], []
    )
    inner = common.candidates_of(part, minimum=max(5, int(np.ceil(0.01 * n))))
    score = company.customers["score"].to_numpy()
    out = []
    for j in np.argsort(-all_t(inner, score[half]), kind="stable")[:TOP]:
        inside = np.ones(n, bool)
        for item in inner.items[j][inner.items[j] >= 0]:
            condition = inner.conditions[item]
            k = inner.encoded.attributes.index(condition.attribute)
            level = inner.encoded.levels[k][condition.level]
            inside &= (company.customers[condition.attribute] == level).to_numpy()
        if inside[~half].sum() >= 2 and welch(inside[~half], score[~half]) * TOP <= 0.05:
            out.append(inside)
    return out


def conditional_lift(company, inside: np.ndarray, earlier: list[np.ndarray]) -> float:
    """True lift over others of the same cell, cells split by membership in earlier segments.

    Weighted as the forward selection weighs them; 0 where no cell compares.
    """
    cell = np.zeros(inside.size, np.int64)
    for mask in earlier:
        _, cell = np.unique(cell * 2 + mask, return_inverse=True)
    expected, member = company.expected, inside.astype(float)
    n, m = np.bincount(cell), np.bincount(cell, member)
    use = (m >= inference.FEWEST) & (m < n)
    counts = np.where(use, m * (n - m) / n, 0.0)
    if not counts.any():
        return 0.0
    total, mine = np.bincount(cell, expected), np.bincount(cell, member * expected)
    lift = mine / np.maximum(m, 1) - (total - mine) / np.maximum(n - m, 1)
    return float(np.average(lift, weights=counts))


def judge(company, reported: list[np.ndarray]) -> dict[str, float]:
    """Score a list of reported segments against the planted ones.

    What is reported beyond one per planted segment is redundant: a copy (overlaps an earlier one by
    half or more), else a part or a larger whole of something better (true lift of at least `REAL`
    SD), else false. `nothing new` counts those that are in truth no better than others (by `REAL`)
    once the segments reported before are known.
    """
    table = np.array(
        [[common.overlap(mask, truth) for truth in company.planted] for mask in reported]
    ).reshape(-1, 3)
    hit = (table >= MATCH).any(axis=0)
    exact = (table == 1).any(axis=0)
    kinds = {"copies": 0.0, "parts": 0.0, "false": 0.0}
    for at, mask in enumerate(reported):
        if any(common.overlap(mask, earlier) >= MATCH for earlier in reported[:at]):
            kinds["copies"] += 1
        elif not (table[at] >= MATCH).any():
            kinds["parts" if company.lift(mask) >= REAL else "false"] += 1
    stale = [
        conditional_lift(company, mask, reported[:at]) < REAL for at, mask in enumerate(reported)
    ]
    return {
        "any": float(hit.any()),
        "d1": float(hit[0]),
        "d2": float(hit[1]),
        "d3": float(hit[2]),
        "all": float(hit.all()),
        "exact": float(exact.sum()),
        "reported": float(len(reported)),
        "redundant": float(len(reported) - hit.sum()),
        "nothing new": float(sum(stale)),
    } | kinds


AVERAGED = ("exact", "reported", "redundant", "copies", "parts", "false", "nothing new")
METHODS = {
    OURS: ours,
    MEANS: means,
    LIST: whole_list,
    "Welch maximum, single step (top 10)": welch_maximum,
    "Bonferroni (top 10)": bonferroni,
    "sample splitting (top 10)": splitting,
    "top 10 by √share × lift": partial(top_by_quality, power=0.5),
    "top 10 by share × lift": partial(top_by_quality, power=1.0),
}


def peers(folder: Path, python: str | None, built: list) -> dict[str, list[dict[str, float]]]:
    """Run the other tools on the companies written to `folder`, or read what they answered."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, company in enumerate(built):
        company.customers.to_csv(folder / f"{number:04d}.csv", index=False)
    script = Path(__file__).with_name("peers.py")
    out: dict[str, list[dict[str, float]]] = {}
    for tool, part in PEERS.items():
        keep = max(1, round(part * len(built)))
        if python:
            command = [python, str(script), str(folder), tool, str(keep)]
            subprocess.run(command, check=True, capture_output=True)
        rows = []
        for number, company in enumerate(built):
            answered = folder / f"{number:04d}.{tool}.json"
            if not answered.exists():
                break
            answer = json.loads(answered.read_text())
            masks = []
            for members in answer["members"]:
                inside = np.zeros(len(company.customers), bool)
                inside[members] = True
                masks.append(inside)
            rows.append(judge(company, masks) | {"seconds": answer["seconds"]})
        out[tool] = rows
    return out


def table_row(method: str, results: dict[str, list[dict]]) -> dict[str, object]:
    """Averages of one method with their simulation error, and how far this project is ahead.

    "Ours −" is our recall minus that of the method on the same companies, in points: of any and of
    all three planted segments; "list −" the same for all that this project lists, of all three and
    of each.
    """
    rows = results[method]

    def average(key: str) -> str:
        values = np.array([row[key] for row in rows])
        return f"{values.mean():.2f} ± {values.std() / np.sqrt(len(values)):.2f}"

    def ahead(mine: list[dict], *keys: str) -> str:
        pairs = zip(mine[: len(rows)], rows, strict=True)
        gap = [np.mean([own[key] - row[key] for key in keys]) for own, row in pairs]
        return f"{100 * np.mean(gap):+.0f} ± {100 * np.std(gap) / np.sqrt(len(gap)):.0f}"

    shown = {"method": method, "companies": len(rows)}
    shown |= {
        f"{key} %": common.share(sum(row[key] for row in rows), len(rows))
        for key in ("any", "d1", "d2", "d3", "all")
    }
    shown |= {
        "any: ours −": ahead(results[OURS], "any"),
        "all: ours −": ahead(results[OURS], "all"),
        "all: list −": ahead(results[LIST], "all"),
        "each: list −": ahead(results[LIST], "d1", "d2", "d3"),
    }
    shown |= {key: average(key) for key in AVERAGED}
    shown["seconds"] = round(float(np.median([row["seconds"] for row in rows])), 2)
    return shown


def main() -> None:
    """Print one table per number of customers and kind of lift."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=60)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000, 3000])
    parser.add_argument("--effects", nargs="+", default=["additive", "multiplicative"])
    peers_python = os.environ.get("PEERS_PYTHON")
    parser.add_argument("--peers", default=peers_python, help="python of the peers' environment")
    parser.add_argument("--peer-companies", type=int, default=20)
    parser.add_argument("--keep", type=Path, help="folder for the other tools' answers")
    options = parser.parse_args()
    for effect in options.effects:
        for n in options.sizes:
            results: dict[str, list] = {name: [] for name in METHODS}
            built = []
            for number in range(options.companies):
                company = companies.planted_company(
                    n, np.random.default_rng([2, n, number]), effect
                )
                if number < options.peer_companies:
                    built.append(company)
                for name, method in METHODS.items():
                    started = time.perf_counter()
                    found = common.candidates_of(company)
                    reported = method(company, found, number)
                    seconds = time.perf_counter() - started
                    results[name].append(judge(company, reported) | {"seconds": seconds})
            if options.peers or options.keep:
                place = nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory()
                with place as folder:
                    results |= peers(Path(folder) / f"{effect}-{n}", options.peers, built)
            common.show(
                f"{effect} lifts, n = {n}: share of companies (% ± simulation error) in which a "
                "planted segment is reported (overlap ≥ 0.5): any, of 1, 2, 3 conditions, all "
                "three; recall of what we validate, and of all that we list, minus that of the "
                "method, in points; per company: planted segments recovered exactly, reported, "
                "reported beyond one per planted segment (redundant), of these copies of another "
                "one, parts or wholes of a better group, and false ones; reported ones that are in "
                "truth no better once those before them are known. The other tools have no "
                "level: they list ten (the tree its leaves) in any company, also where nothing "
                "differs, so that their recall is bought with that many false ones",
                [table_row(name, results) for name, rows in results.items() if rows],
            )


if __name__ == "__main__":
    main()
