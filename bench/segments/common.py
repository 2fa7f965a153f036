"""What the segment benches share: the search on one company, and tables with simulation error."""

from __future__ import annotations

from functools import partial
from math import ceil

import numpy as np
import pandas as pd

from helpers.search import inference
from helpers.search.encode import encode
from helpers.search.enumerate import Candidates, enumerate_segments
from helpers.search.select import forward_select


def candidates_of(company, minimum: int | None = None, depth: int = 3) -> Candidates:
    """The search that `discover` would make: at least max(10, 2 %) customers, three conditions."""
    n = len(company.customers)
    return enumerate_segments(
        encode(company.customers, company.attributes),
        minimum=minimum or max(10, ceil(0.02 * n)),
        max_conditions=depth,
    )


def tested_score(company) -> np.ndarray:
    """The score at mean 0 and SD 1, as `discover` tests it."""
    score = company.customers["score"].to_numpy()
    return (score - score.mean()) / score.std()


def select(company, found, *, seed: int, permutations: int = 199, most: int = 10):
    """Forward selection on one company, as `discover` makes it, on one thread."""
    n = len(company.customers)
    return forward_select(
        found,
        tested_score(company),
        minimum=max(10, ceil(0.02 * n)),
        permutations=permutations,
        seed=seed,
        max_segments=most,
        threads=1,
    )


def claims(company, *, seed: int, permutations: int = 199, alpha: float = 0.05) -> bool:
    """Whether anything at all is validated: the first step of the forward selection decides.

    The same step as in `selection.forward_select`, but it stops as soon as the answer is no.
    """
    found, score = candidates_of(company), tested_score(company)
    n = score.size
    layout = inference.arrange(
        found, np.zeros(n, np.int64), max(10, ceil(0.02 * n)), company.cluster
    )
    if layout.eligible.size == 0:
        return False
    best = inference.compare(layout, score).z.max()
    kept = 1.0 if company.cluster is not None else inference.kept_of(score, np.zeros(n, np.int64))
    limit = alpha * kept * (permutations + 1)
    null = inference.null_of(
        layout,
        score,
        permutations=permutations,
        seed=(seed, 0),
        enough=partial(inference.hopeless, best, limit),
    )
    return not inference.hopeless(best, limit, null)


def share(hits: float, companies: int) -> str:
    """A share with its standard error, both in per cent."""
    if not companies:
        return "-"
    p = hits / companies
    return f"{100 * p:.1f} ± {100 * np.sqrt(max(p * (1 - p), 1e-9) / companies):.1f}"


def mean(values) -> str:
    """A mean with its standard error."""
    values = np.asarray(values, float)
    if values.size < 2:
        return "-"
    return f"{values.mean():+.3f} ± {values.std(ddof=1) / np.sqrt(values.size):.3f}"


def overlap(one: np.ndarray, other: np.ndarray) -> float:
    """Shared ÷ joint customers (Jaccard) of two membership vectors."""
    return float((one & other).sum() / max((one | other).sum(), 1))


def show(title: str, rows: list[dict]) -> None:
    """Print a table."""
    print(f"\n{title}\n{pd.DataFrame(rows).to_string(index=False)}", flush=True)
