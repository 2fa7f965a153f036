"""Do prediction intervals hold what is realised, and are verdicts on earlier claims right?

python bench/history/claims.py [--companies N] [--searched N]

Companies whose customers go on as they were, four quarters each. Claims of two kinds: groups that
were declared, published with their plain lift, and groups that `discover` found, published with the
lift that it corrected. Customers won since are the news. Per population and kind of claim:

* inside %: realised values within their prediction interval, over all looks (promised 95);
* faded %: claims ever told as faded, of those that are true (a declared lift as published; a found
  one whose true lift is not below what was published);
* held up %, power %: verdicts at looks with a power of 80 % or more, and the power that was told;
* of nothing, held up %: claims about groups without any lift that are ever told as held up.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pandas as pd

from helpers.history.fates import ENOUGH, FADED, HELD_UP, fate_of
from helpers.history.lifts import Seen, lift_on_news
from helpers.search import discover
from helpers.segments.rules import evaluate_rule
from helpers.study import Study

QUARTERS = 4
DAY = pd.Timestamp("2025-12-31")
# customers then, won per quarter, and the law of their scores around their group's mean
POPULATIONS = {
    "normal": (300, 40, lambda rng, n: rng.normal(0, 1, n)),
    "lognormal": (300, 40, lambda rng, n: rng.lognormal(0, 1, n) / 2.16),
    "ties": (300, 40, lambda rng, n: rng.choice([0.0, 0.3, 1.2, 6.0], n, p=[0.5, 0.3, 0.15, 0.05])),
    "few": (80, 16, lambda rng, n: rng.lognormal(0, 0.8, n)),
    "many": (1500, 120, lambda rng, n: rng.lognormal(0, 1, n) / 2.16),
}
LEVELS = {"a": 3, "b": 4, "c": 2, "d": 5}


def study() -> Study:
    """A study whose score is its base alone."""
    source = {"files": {"x": "x.csv"}, "query": "SELECT * FROM x"}
    return Study(
        study="bench",
        title="Bench",
        business_model="subscription",
        sources={"accounts": source, "contracts": source},
        path="study.yml",
    )


def company(rng: np.random.Generator, population: str) -> tuple[pd.DataFrame, pd.Series]:
    """All customers that will ever be won, with attributes and score; and the mean of each."""
    first, later, law = POPULATIONS[population]
    n = first + QUARTERS * later
    table = pd.DataFrame({name: rng.integers(0, k, n).astype(str) for name, k in LEVELS.items()})
    mean = 0.8 * (table["a"] == "0") + 1.0 * ((table["b"] == "1") & (table["c"] == "0"))
    quarter = np.repeat(range(QUARTERS + 1), [first, *[later] * QUARTERS])
    won = pd.to_datetime(
        np.where(quarter == 0, DAY - pd.Timedelta(days=700), DAY)
    ) + pd.to_timedelta(91 * quarter - 40 * (quarter > 0), "D")
    table = table.assign(won=won, quarter=quarter, score=mean + law(rng, n))
    return table, mean


def seen(rows: pd.DataFrame, member: np.ndarray, day: pd.Timestamp) -> Seen:
    scores = pd.DataFrame({"base": rows["score"].to_numpy(), "status": "current"})
    return Seen(scores, member, rows["won"].reset_index(drop=True), day)


def looks(table: pd.DataFrame, member: np.ndarray, lift: float) -> list:
    """What each quarter says of a claim about a group that was published at the beginning."""
    old = (table["quarter"] == 0).to_numpy()
    then, of, found, look = seen(table[old], member[old], DAY), study(), [], 0
    for number in range(1, QUARTERS + 1):
        new = table["quarter"].between(1, number).to_numpy()
        day = DAY + pd.DateOffset(months=3 * number)
        compared = lift_on_news(of, then, seen(table[new], member[new], day), lift=lift)
        if compared.news is not None:
            look += 1
            found.append(fate_of(compared.news, look=look))
    return found


def gap(values: pd.Series, member: np.ndarray) -> float:
    return float(values[member].mean() - values[~member].mean())


def declared(population: str, companies: int) -> dict[str, object]:
    """Groups that were declared: one that is better, one that is not."""
    rows = []
    for number in range(companies):
        table, _ = company(np.random.default_rng([1, number]), population)
        old = (table["quarter"] == 0).to_numpy()
        for rule, nothing in ((table["a"] == "0", False), (table["d"] == "3", True)):
            member = rule.to_numpy()
            published = gap(table["score"][old], member[old])
            if published > 0:
                rows.append((looks(table, member, published), not nothing, nothing))
    return told(rows)


def searched(population: str, companies: int) -> dict[str, object]:
    """Groups that the search found, of which some are mixtures or chance."""
    rows = []
    for number in range(companies):
        table, mean = company(np.random.default_rng([2, number]), population)
        old = (table["quarter"] == 0).to_numpy()
        found = discover(
            table[old], "score", list(LEVELS), max_conditions=2, permutations=199, seed=number
        )
        held = found.segments[found.segments["accepted"]]
        for row in held.to_dict("records"):
            inside = evaluate_rule(table, row["rule"]).to_numpy()
            truth = gap(mean, inside)
            rows.append((looks(table, inside, row["lift"]), truth >= row["lift"], truth < 1e-9))
    return told(rows)


def told(rows: list[tuple[list, bool, bool]]) -> dict[str, object]:
    every = [found for one, *_ in rows for found in one]
    true = [one for one, true, _ in rows if true and one]
    nothing = [one for one, _, nothing in rows if nothing and one]
    strong = [found for one, _, nothing in rows if not nothing for found in one]
    strong = [found for found in strong if found.power >= ENOUGH]

    def ever(of: list, fate: str) -> str:
        return share(sum(any(found.fate == fate for found in one) for one in of), len(of))

    return {
        "claims": len(rows),
        "looks": len(every),
        "inside %": share(sum(found.inside for found in every), len(every)),
        "true": len(true),
        "faded %": ever(true, FADED),
        "held up %": share(sum(found.fate == HELD_UP for found in strong), len(strong)),
        "power %": round(100 * float(np.mean([f.power for f in strong])), 1) if strong else "-",
        "of nothing, held up %": ever(nothing, HELD_UP),
    }


def share(hits: int, n: int) -> str:
    """A share with its standard error, both in per cent."""
    if not n:
        return "-"
    p = hits / n
    return f"{100 * p:.1f} ± {100 * np.sqrt(max(p * (1 - p), 1e-9) / n):.1f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=500)
    parser.add_argument("--searched", type=int, default=150)
    given = parser.parse_args()
    rows = [{"claims of": "declared", "population": name} | declared(name, given.companies)
            for name in POPULATIONS]  # fmt: skip
    rows += [{"claims of": "search", "population": name} | searched(name, given.searched)
             for name in POPULATIONS]  # fmt: skip
    print(pd.DataFrame(rows).to_string(index=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
