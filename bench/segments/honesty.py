"""Are the reported lifts of validated segments right on average, and do their intervals hold?

python bench/segments/honesty.py [--scale S] [--sizes ...] [--effects ...] [--first N]

Companies per row: COMPANIES times the scale, fewer for larger companies, in which more is found.
Three tables: bias and coverage of what `discover` reports, the estimators that were compared, and
the smallest mean error that any estimate can have (no simulation).
"""

from __future__ import annotations

import argparse

import common
import companies
import numpy as np
from scipy.optimize import linprog
from scipy.stats import norm

from helpers.search import lifts

COMPANIES = {300: 1000, 1000: 250, 3000: 80}
MULTIPLICATIVE = {300: 2.0, 1000: 1.2, 3000: 1.0}  # times as many: less is found
FIELDS = ("truth", "naive", "error", "lift", "low", "high", "unit", "t", "floor", "ceiling")


def results(n: int, effect: str, count: int, first: int = 0) -> dict[str, np.ndarray]:
    """One entry per validated segment: its true lift, what is reported, what that rests on."""
    rows = []
    for number in range(first, first + count):
        company = companies.planted_company(n, np.random.default_rng([4, n, number]), effect)
        found = common.candidates_of(company)
        tested = common.tested_score(company)
        raw = company.customers["score"].to_numpy()
        steps = common.select(company, found, seed=number).steps
        for at, step in enumerate(steps):
            basis = lifts.basis_of(steps, at)
            lift = lifts.honest_lift(found, steps, at, tested, raw=raw)
            inside = found.mask(step.candidate)
            unit = basis.unit * lift.standard_error / lifts.naive_lift(tested, inside)[1]
            reported = lift.naive, lift.standard_error, lift.lift, lift.low, lift.high
            basis = unit, basis.t, basis.floor, basis.ceiling
            rows.append([company.lift(inside), *reported, *basis])
    return dict(zip(FIELDS, np.array(rows).reshape(-1, len(FIELDS)).T, strict=True))


def table_row(found: dict[str, np.ndarray]) -> dict[str, object]:
    """Bias, coverage, width and error of naive and honest lifts."""
    truth, naive, error, lift, low, high = (found[name] for name in FIELDS[:6])
    k = truth.size
    return {
        "segments": k,
        "naive bias (SD)": common.mean(naive - truth),
        "honest bias (SD)": common.mean(lift - truth),
        "naive cover %": common.share((np.abs(naive - truth) < 1.96 * error).sum(), k),
        "honest cover %": common.share(((low <= truth) & (truth <= high)).sum(), k),
        "too high %": common.share((truth < low).sum(), k),
        "width naive": round(float(np.median(3.92 * error)), 2),
        "width honest": round(float(np.median(high - low)), 2),
        "RMSE naive": round(float(np.sqrt(np.mean((naive - truth) ** 2))), 3),
        "RMSE honest": round(float(np.sqrt(np.mean((lift - truth) ** 2))), 3),
    }


def most_likely(t: float, floor: float) -> float:
    """Mean of the normal law cut off at `floor` under which t is the mean: the likeliest one."""
    low, high = 0.0, t
    for _ in range(50):
        middle = (low + high) / 2
        hazard = np.exp(norm.logpdf(floor - middle) - norm.logsf(floor - middle))
        low, high = (middle, high) if middle + hazard < t else (low, middle)
    return low


def posterior(t: float, floor: float) -> float:
    """Mean of a flat prior on lifts from 0 up, weighted by the law given selection."""
    mean = np.linspace(0.0, t + 4.0, 400)
    weight = np.exp(norm.logpdf(t - mean) - norm.logsf(floor - mean))
    return float(mean @ weight / weight.sum())


ESTIMATORS = {
    "naive": lambda t, floor, ceiling: t,
    "reported": lambda t, floor, ceiling: lifts.corrected(t, floor, ceiling)[0],
    "half beyond t (median-unbiased)": lambda t, floor, ceiling: min(
        lifts.solve(t, 0.5, floor, ceiling), t
    ),
    "without the ceiling": lambda t, floor, ceiling: lifts.corrected(t, floor)[0],
    "most likely": lambda t, floor, ceiling: most_likely(t, floor),
    "posterior mean, flat prior": lambda t, floor, ceiling: posterior(t, floor),
    "naive less the critical value, at least 0": lambda t, floor, ceiling: t - floor,
}


def compared(found: dict[str, np.ndarray]) -> dict[str, str]:
    """Bias of every estimator on the same segments."""
    basis = list(zip(found["t"], found["floor"], found["ceiling"], strict=True))
    out = {}
    for name, estimate in ESTIMATORS.items():
        value = np.array([estimate(*row) for row in basis])
        lift = found["naive"] + found["unit"] * (value - found["t"])
        out[name] = common.mean(np.maximum(lift, np.minimum(found["naive"], 0)) - found["truth"])
    return out


def smallest_error(low: float, high: float, floor: float) -> float:
    """Smallest worst mean error, in standard errors, that any estimate can have.

    Over true lifts between `low` and `high`, for statistics that are seen above `floor`, among all
    estimates (of any shape) that lie between 0 and the measured lift: a linear programme. The
    naive lift is too high by construction, and an estimate that may not be negative can make up
    for it only where it is not needed.
    """
    excess = np.concatenate([np.arange(0.01, 1.5, 0.02), np.arange(1.55, 8, 0.1)])
    t, width = floor + excess, np.gradient(excess)
    means = np.arange(low, high + 0.01, 0.25)
    law = norm.pdf(t - means[:, None]) * width
    law /= law.sum(axis=1, keepdims=True)
    one = np.ones((means.size, 1))
    answer = linprog(
        np.append(np.zeros(t.size), 1.0),
        A_ub=np.block([[law, -one], [-law, -one]]),
        b_ub=np.concatenate([means, -means]),
        bounds=[*((0.0, value) for value in t), (0.0, None)],
    )
    return float(answer.fun)


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 1000, 3000])
    parser.add_argument("--effects", nargs="+", default=["additive", "multiplicative"])
    parser.add_argument("--first", type=int, default=0, help="number of the first company")
    options = parser.parse_args()
    rows, others = [], []
    for n in options.sizes:
        for effect in options.effects:
            count = COMPANIES.get(n, 100) * (MULTIPLICATIVE.get(n, 1) if effect[0] == "m" else 1)
            count = max(2, round(count * options.scale))
            found = results(n, effect, count, options.first)
            key = {"lifts": effect, "n": n, "companies": count}
            rows.append(key | table_row(found))
            others.append(key | compared(found))
            print(rows[-1], others[-1], sep="\n", flush=True)
    common.show(
        "Lifts of validated segments against the truth (three planted segments of 0.3 to 0.6 SD "
        "each, 12 attributes; ± simulation error)",
        rows,
    )
    common.show("Mean error (SD) of other estimators on the same segments", others)
    common.show(
        "Smallest worst mean error, in standard errors, of any estimate between 0 and the measured "
        "lift (critical value 3.2, as at n = 300, where a standard error is about 0.25 SD)",
        [
            {"true lifts, in standard errors": f"{low} to 7", "at least": round(bound, 2)}
            for low in (0.0, 1.0, 1.5, 2.0, 3.0)
            for bound in [smallest_error(low, 7.0, 3.2)]
        ],
    )


if __name__ == "__main__":
    main()
