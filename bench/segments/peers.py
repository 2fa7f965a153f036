"""Other tools on the same companies. Runs in an environment with requirements-peers.txt only.

python bench/segments/peers.py FOLDER TOOL [COMPANIES]: reads FOLDER/<number>.csv (attribute columns
and `score`; the first COMPANIES of them), writes FOLDER/<number>.<tool>.json: seconds, and the
members of each segment reported, best first. An answer that is there already is kept.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

TOP = 10


def pysubgroup(table: pd.DataFrame, minimum: int, power: float = 0.5) -> list[np.ndarray]:
    """Exact top ten, depth 3, quality shareᵖ · (mean − overall mean)."""
    import pysubgroup as ps

    names = [name for name in table.columns if name != "score"]
    target = ps.NumericTarget("score")
    quality = ps.StandardQFNumeric(power)
    task = ps.SubgroupDiscoveryTask(
        table,
        target,
        ps.create_selectors(table[names]),
        quality,
        result_set_size=TOP,
        depth=3,
        constraints=[ps.MinSupportConstraint(minimum)],
    )
    result = ps.DFSNumeric().execute(task)
    return [np.asarray(rule.covers(table), bool) for _, rule, _ in result.results]


def wise_pizza(table: pd.DataFrame, minimum: int) -> list[np.ndarray]:
    """`explain_levels` with up to ten segments of up to three conditions; those that raise."""
    from wise_pizza import explain_levels

    names = [name for name in table.columns if name != "score"]
    data = table.assign(customers=1)
    found = explain_levels(data, names, "score", "customers", max_segments=TOP, max_depth=3)
    out = []
    for segment in found.segments:
        inside = np.ones(len(table), bool)
        for name, level in segment["segment"].items():
            inside &= (table[name] == level).to_numpy()
        if segment["impact"] > 0 and inside.any():
            out.append(inside)
    return out


def sliceline(table: pd.DataFrame, minimum: int) -> list[np.ndarray]:
    """Top ten slices of the score (as the non-negative "error"), depth 3.

    Of the weights 0.9, 0.95, 0.98 and 0.99 the one that finds most of what `power.py` plants.
    """
    from sliceline.slicefinder import Slicefinder

    names = [name for name in table.columns if name != "score"]
    finder = Slicefinder(alpha=0.98, k=TOP, max_l=3, min_sup=minimum, verbose=False)
    finder.fit(table[names].to_numpy(object), table["score"].to_numpy() - table["score"].min())
    out = []
    for row in finder.top_slices_:
        inside = np.ones(len(table), bool)
        for name, level in zip(names, row, strict=True):
            if level is not None:
                inside &= (table[name] == level).to_numpy()
        out.append(inside)
    return out


def tree(table: pd.DataFrame, minimum: int) -> list[np.ndarray]:
    """Leaves above the overall mean of a regression tree whose size is cross-validated."""
    from sklearn.model_selection import GridSearchCV
    from sklearn.tree import DecisionTreeRegressor

    names = [name for name in table.columns if name != "score"]
    inputs = pd.get_dummies(table[names]).to_numpy(float)
    score = table["score"].to_numpy()
    search = GridSearchCV(
        DecisionTreeRegressor(min_samples_leaf=minimum, random_state=0),
        {"max_leaf_nodes": [2, 3, 4, 5, 6, 8, 10, 15]},
        cv=5,
    ).fit(inputs, score)
    leaf = search.best_estimator_.apply(inputs)
    means = pd.Series(score).groupby(leaf).mean().sort_values(ascending=False)
    return [leaf == number for number in means.index[means > score.mean()]]


def main() -> None:
    """Run one tool on every company of a folder."""
    if len(sys.argv) not in (3, 4):
        print("power.py and speed.py call this file; it does nothing by itself")
        return
    folder, tool = Path(sys.argv[1]), sys.argv[2]
    companies = int(sys.argv[3]) if len(sys.argv) == 4 else None
    run = {
        "pysubgroup": pysubgroup,
        "pysubgroup_share": partial(pysubgroup, power=1.0),
        "wise_pizza": wise_pizza,
        "sliceline": sliceline,
        "tree": tree,
    }[tool]
    warnings.simplefilter("ignore")
    for path in sorted(folder.glob("*.csv"))[:companies]:
        answered = path.with_suffix(f".{tool}.json")
        if answered.exists():
            continue
        table = pd.read_csv(path, dtype={"score": float}, keep_default_na=False)
        for name in table.columns.drop("score"):
            table[name] = table[name].astype(object)
        minimum = max(10, int(np.ceil(0.02 * len(table))))
        started = time.perf_counter()
        masks = run(table, minimum)
        seconds = time.perf_counter() - started
        answer = {"seconds": seconds, "members": [np.flatnonzero(m).tolist() for m in masks]}
        answered.write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
