"""Nothing differs, and yet? How often anything is claimed, in companies unlike our sample.

Each cell is a kind of company in which all groups have the same mean and nothing else need be the
same. The claim is 5 %: a cell fails when the lower 95 % bound of what is seen lies above it.
"""

import importlib.util
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from helpers.search import inference
from helpers.search.encode import encode
from helpers.search.enumerate import enumerate_segments

COMPANIES, CUSTOMERS, ATTRIBUTES, DRAWS = 2000, 150, 6, 99


def made_up():
    """The companies of the bench, whose truth is known."""
    place = Path(__file__).parents[2] / "bench" / "segments" / "companies.py"
    spec = importlib.util.spec_from_file_location("bench_companies", place)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


companies = made_up()
OPEN = "seen: 6.1 % of 2,000, where groups of a skewed score vary four times as much as others"
KINDS = [
    "exchangeable",
    "heavy tail",
    "zero inflated",
    "unequal spread",
    "unequal spread, skewed",
    *companies.UNEVEN,
    *companies.CLUSTERED,
]


def claims(company, seed: int) -> bool:
    """Whether the first step of the search claims anything, stopping once it cannot."""
    score = company.customers["score"].to_numpy()
    found = enumerate_segments(
        encode(company.customers, company.attributes), minimum=10, max_conditions=3
    )
    cell = np.zeros(score.size, np.int64)
    layout = inference.arrange(found, cell, 10, company.cluster)
    if not layout.eligible.size:
        return False
    score = (score - score.mean()) / score.std()
    best, limit = inference.compare(layout, score).z.max(), 0.05 * (DRAWS + 1)
    enough = partial(inference.hopeless, best, limit)
    null = inference.null_of(layout, score, permutations=DRAWS, seed=(seed, 0), enough=enough)
    return not inference.hopeless(best, limit, null)


def cells() -> list:
    """The kinds of company; the two that are known to exceed the claim slightly are marked so."""
    known = {"unequal spread, skewed", "spread by four, skewed"}
    mark = pytest.mark.xfail(reason=OPEN, strict=False)
    return [pytest.param(kind, marks=mark) if kind in known else kind for kind in KINDS]


@pytest.mark.parametrize("kind", cells())
def test_nothing_is_claimed_where_nothing_differs(kind):
    seen = 0
    for number in range(COMPANIES):
        rng = np.random.default_rng([31, KINDS.index(kind), number])
        seen += claims(companies.null_company(kind, CUSTOMERS, rng, ATTRIBUTES), number)
    low = stats.beta.ppf(0.05, seen, COMPANIES - seen + 1) if seen else 0.0
    assert low <= 0.05, f"{kind}: claimed in {seen} of {COMPANIES}"
