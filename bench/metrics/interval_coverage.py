"""How often 95 % intervals hold the true value: companies drawn from populations that are known.

Each cell is the share of companies whose interval holds the population's value, with its simulation
error. Beside the project's intervals, which resample customers, the table shows what becomes of
intervals that resample tickets and answers as if they were independent. The exit code is 1 where a
cell of the project's intervals lies outside 93–97 % by more than twice the simulation error, or
that of a ratio over few unequal customers below 93 %; there, more than 98 % is marked (+).

    python bench/metrics/interval_coverage.py [--companies N] [--sizes 50 200 1000]
                                              [--few 15 30 60 200]
"""

import argparse
import sys
import time

import numpy as np
import pandas as pd
from scipy import stats
from simulated import METRICS, UNEQUAL, Cohort, Company, Population

from helpers.metrics.comparison import Comparison
from helpers.metrics.intervals import LEVEL, wilson_limits
from helpers.study import Study

COMPANY, SEGMENT, REST = Population(), Population(level=-0.2), Population(level=0.1)
REST_TIMES = 3  # customers outside a segment for each one inside
LEAST, MOST = 0.93, 0.97
# Populations of very unequal customers, by what is unlike the first about them.
COHORTS = {
    "as usual": Cohort(),
    "few leave": Cohort(spread=0.8, left=0.03, shrunk=0.05, grown=0.2, jumped=0.03),
    "few leave, more unequal": Cohort(spread=1.3, left=0.05, shrunk=0.05, grown=0.25),
    "a quarter leave": Cohort(left=0.25, grown=0.2, jumped=0.03),
}
TOO_MANY = 0.98
CHURN_RATES = (0.02, 0.05, 0.10, 0.20)


def study() -> Study:
    """A study with the defaults that every study has."""
    source = {"files": {"raw": "raw.csv"}, "query": "SELECT * FROM raw"}
    return Study(
        study="simulated",
        title="Simulated",
        business_model="subscription",
        sources={"accounts": source, "contracts": source},
        path="study.yml",
    )


def compared(company: Company, inside: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    """The project's own intervals for the metrics of one company."""
    seeded = study().model_copy(update={"seed": seed})
    return Comparison(seeded, company.components(), wanted=METRICS).compare(inside)


def holds(found: dict[str, np.ndarray], kind: str, truth: dict[str, float]) -> np.ndarray:
    """Whether each metric's interval holds its true value; one without limits does not."""
    low, high = (found[f"{kind}{end}"] for end in ("low", "high"))
    true = np.array([truth[name] for name in METRICS])
    return (low <= true) & (true <= high)


def row_intervals(company: Company, rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Intervals that resample answers and tickets instead of customers: what not to do."""
    cut = 100 * np.array([(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    answers, hours = company.answer, np.sort(company.hours)
    shares = [(answers == sign).mean() for sign in (1, 0, -1)]
    drawn = rng.multinomial(len(answers), shares, size=1000)
    score = 100 * (drawn[:, 0] - drawn[:, 2]) / len(answers)
    # The middle one of m uniform draws has a beta distribution: the rank of a resample's median.
    middle = (len(hours) + 1) / 2
    rank = np.ceil(len(hours) * rng.beta(middle, middle, size=1000)).astype(int) - 1
    return {
        "nps": tuple(np.percentile(score, cut)),
        "resolution_hours_median": tuple(np.percentile(hours[rank], cut)),
    }


def whole_companies(size: int, companies: int) -> tuple[np.ndarray, np.ndarray]:
    """Hits (companies × metrics) of the project's intervals, and of intervals by row."""
    truth = COMPANY.truth()
    ours = np.zeros((companies, len(METRICS)), dtype=bool)
    by_row = np.full((companies, len(METRICS)), np.nan)
    for number in range(companies):
        rng = np.random.default_rng([size, number])
        company = COMPANY.draw(size, rng)
        ours[number] = holds(compared(company, np.ones(size, bool), number), "", truth)
        for name, (low, high) in row_intervals(company, rng).items():
            by_row[number, list(METRICS).index(name)] = low <= truth[name] <= high
    return ours, by_row


def differences(size: int, companies: int) -> np.ndarray:
    """Hits (companies × metrics) of the difference between a segment and the rest."""
    one, other = SEGMENT.truth(), REST.truth()
    truth = {name: one[name] - other[name] for name in METRICS}
    inside = np.arange(size * (1 + REST_TIMES)) < size
    hits = np.zeros((companies, len(METRICS)), dtype=bool)
    for number in range(companies):
        rng = np.random.default_rng([size, number, 1])
        company = SEGMENT.draw(size, rng) + REST.draw(size * REST_TIMES, rng)
        hits[number] = holds(compared(company, inside, number), "difference_", truth)
    return hits


def unequal_customers(cohort: Cohort, size: int, companies: int) -> np.ndarray:
    """1 where each ratio's interval holds the population's value, NaN where there is none."""
    truth = cohort.truth()
    true = np.array([truth[name] for name in UNEQUAL])
    hits = np.full((companies, len(UNEQUAL)), np.nan)
    for number in range(companies):
        rng = np.random.default_rng([size, number, 2])
        seeded = study().model_copy(update={"seed": number})
        parts = cohort.draw(size, rng)
        found = Comparison(seeded, parts, wanted=UNEQUAL).compare(np.ones(size, dtype=bool))
        known = ~np.isnan(found["low"] + found["high"])
        held = (found["low"] <= true) & (true <= found["high"])
        hits[number, known] = held[known]
    return hits


def few_customers(sizes: list[int], companies: int) -> tuple[pd.DataFrame, int]:
    """Coverage of the intervals there are, how often there is none, and the cells below 93 %."""
    rows, missed = [], 0
    for name, cohort in COHORTS.items():
        for size in sizes:
            hits = unequal_customers(cohort, size, companies)
            count = (~np.isnan(hits)).sum(axis=0)
            share = np.nansum(hits, axis=0) / np.maximum(count, 1)
            missed += int((share + 2 * _error(share, np.maximum(count, 1)) < LEAST).sum())
            none = 1 - count / companies
            cells = {
                metric: f"{100 * s:.1f}{'+' if s > TOO_MANY else ''}"
                + (f" ({100 * n:.0f} % none)" if n >= 0.005 else "")
                for metric, s, n in zip(UNEQUAL.values(), share, none, strict=True)
            }
            rows.append({"population": name, "customers": size, **cells})
    return pd.DataFrame(rows), missed


def told(hits: np.ndarray) -> list[str]:
    """Per cent and simulation error of each column of hits; a dash where nothing was tried."""
    shares, count = hits.astype(float).mean(axis=0), len(hits)
    return [
        "–" if np.isnan(share) else f"{100 * share:.1f} ± {100 * _error(share, count):.1f}"
        for share in shares
    ]


def outside(hits: np.ndarray) -> int:
    """How many cells lie outside the limits beyond doubt."""
    shares = hits.mean(axis=0)
    slack = 2 * _error(shares, len(hits))
    return int(((shares + slack < LEAST) | (shares - slack > MOST)).sum())


def _error(share: np.ndarray | float, count: int) -> np.ndarray | float:
    return np.sqrt(share * (1 - share) / count)


def churn_coverage(sizes: list[int]) -> pd.DataFrame:
    """Coverage of the churn interval at fixed rates, exactly: no simulation, one row per rate."""
    rows = []
    for rate in CHURN_RATES:
        row = {"true churn": f"{rate:.0%}"}
        for size in sizes:
            left = np.arange(size + 1)
            low, high = wilson_limits(left, np.full(size + 1, size))
            chance = stats.binom.pmf(left, size, rate)
            row[f"n={size}"] = f"{100 * chance[(low <= rate) & (rate <= high)].sum():.1f}"
        rows.append(row)
    return pd.DataFrame(rows)


def main() -> int:
    """Print the tables; 1 where an interval of the project misses its level."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--companies", type=int, default=2000)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50, 200, 1000])
    parser.add_argument("--few", type=int, nargs="+", default=[15, 30, 60, 200])
    options = parser.parse_args()
    table, short = few_customers(options.few, options.companies)
    print("Ratios over few unequal customers: intervals that hold the true value, %")
    print(table.to_string(index=False), flush=True)
    kinds = ("customers resampled", "tickets or answers resampled", "segment − rest")
    rows, missed = [], short
    for size in options.sizes:
        started = time.perf_counter()
        # A large company takes long, and its segments' rests are larger still.
        fewer = max(options.companies * 200 // max(size, 200), min(options.companies, 500))
        ours, by_row = whole_companies(size, options.companies)
        apart = differences(size, fewer)
        missed += outside(ours) + outside(apart)
        for kind, hits in zip(kinds, (ours, by_row, apart), strict=True):
            cells = dict(zip(METRICS.values(), told(hits), strict=True))
            rows.append({"customers": size, "interval": kind, "companies": len(hits), **cells})
        print(f"{size} customers: {time.perf_counter() - started:.0f} s", flush=True)
    print("\nCompanies whose 95 % interval holds the true value, % ± simulation error")
    print(f"(segments: this many customers, {REST_TIMES} times as many outside)")
    print(pd.DataFrame(rows).to_string(index=False))
    print("\nCoverage of the churn interval (Wilson) at other rates, %, computed exactly")
    print(churn_coverage(options.sizes).to_string(index=False))
    print(f"\ncells outside {LEAST:.0%}–{MOST:.0%} beyond doubt: {missed}")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
