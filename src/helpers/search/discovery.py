"""The segment study in one call: search, search-wide tests, honest lifts, power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from helpers.alongside import begin, cores
from helpers.search.enumerate import Candidates, enumerate_segments
from helpers.search.findings import (
    COLUMNS,
    MEAN,
    NEAR_COPY,
    TYPICAL,
    best_unproven,
    echoes_of,
    overlap_of,
    segment_row,
    summarise,
)
from helpers.search.inputs import Inputs, prepare
from helpers.search.lifts import honest_lift
from helpers.search.select import Selection, forward_select
from helpers.search.typical import Percentile, honest, is_above, percentile_of, ranked

RANKS = 7919  # the second search has a random stream of its own
WITHIN = 0.9  # share of members from which what ranks find is a part of what means show
UNTOLD = ("repeated", "within", "middle_open")  # why a group that ranks find is not told


@dataclass(frozen=True)
class Evidence:
    """What later checks need to repeat the search: inputs, candidates, accepted steps."""

    inputs: Inputs
    candidates: Candidates
    selection: Selection


@dataclass(frozen=True)
class Discovery:
    """What the search found, and how sure that is.

    Attributes
    ----------
    segments
        One row per segment, accepted ones first; see `discover`.
    members
        segment_id, account_id.
    summary
        Numbers of the whole search: customers, scores dropped, candidates searched, critical
        value, smallest detectable lift, null distribution of the best statistic.
    candidates
        Every candidate with a search-wide p-value up to alpha, with the accepted segment that it
        overlaps most (`echoes`) and how much (`overlap`, shared ÷ joint customers).
    evidence
        What `robustness.check` works on; nothing to print or store.
    """

    segments: pd.DataFrame
    members: pd.DataFrame
    summary: dict[str, Any]
    candidates: pd.DataFrame
    evidence: Evidence = field(repr=False)


def discover(
    customers: pd.DataFrame,
    score: str,
    attributes: Sequence[str],
    *,
    max_conditions: int = 3,
    min_customers: int | None = None,
    alpha: float = 0.05,
    permutations: int = 1000,
    seed: int = 0,
    strata: str | None = None,
    cluster: str | None = None,
    missing: str = "ignore",
    labels: Mapping[str, str] | None = None,
    max_segments: int = 10,
    typical: float | None = None,
    threads: int | None = None,
    strict: bool = True,
) -> Discovery:
    """Find the segments whose mean score is really better than that of all other customers.

    Every conjunction of up to `max_conditions` conditions with enough customers is searched
    (`enumerate.enumerate_segments`). A segment is validated when its statistic beats, with
    probability 1 − alpha, the best of the whole search on scores that have nothing to do with the
    attributes (`select.forward_select`): where no segment differs, the chance that anything at
    all is validated is alpha. Lifts are corrected for having been selected (`lifts.honest_lift`).

    Parameters
    ----------
    customers
        One row per customer, index = account_id. Row order does not matter.
    score
        Column with the quality score. Customers without one are left out and counted.
    attributes
        Columns that may define segments; see `encode.encode` for types.
    max_conditions
        Largest number of conditions in a definition.
    min_customers
        Smallest segment; default 2 % of the customers, at least 10.
    alpha
        Accepted chance that anything false is validated.
    permutations
        Random reassignments of the scores; the smallest p-value is 1 / (permutations + 1).
    seed
        Start of the random numbers; the same seed gives the same bytes.
    strata
        Column; a segment must then differ within its values (plan tier, cohort), and `lift` is
        the difference within them (`lifts.naive_lift` has the weights).
    cluster
        Column; customers with the same value are not independent (partner, city, account
        manager). Needs 20 clusters; segments spread over fewer than five are not tested.
    missing, labels
        See `encode.encode`.
    max_segments
        Stop after so many accepted segments.
    typical
        Accepted chance that anything false is claimed of typical members: a second search, a family
        of its own, on the normal scores of ranks (`typical.ranked`), in which every number of
        conditions is held to its own standard (`select.balance`). None: no such search.
    threads
        Threads for the permutations; default all cores. The result does not depend on it.
    strict
        False: no attributes, or too few customers for two groups of ``min_customers``, give a
        result without segments instead of an error.

    Returns
    -------
    Discovery
        `segments` has the columns segment_id, definition (for people), rule (SQL condition),
        conditions (how many), customers, customer_share, mean_score, naive_lift, lift, lift_low,
        lift_high (score units; 95 % interval), lift_pct (% of the mean score of all customers,
        blank where that is not positive), p_adjusted, claim, accepted, percentile, percentile_low,
        percentile_high (`typical.percentile_of`: of the median member among all others, 0 to 100).
        Of claims that are typical these are corrected for selection (`typical.honest`).
        Claim "mean": accepted, or not (the best that were not proven: lift corrected for selection
        is blank, because nothing was selected). Claim "typical": accepted by the second search,
        not half the same customers as one accepted before nor a part of one, and its median member
        is shown to be above 50 (`claimed_of_ranks`); or not, and nearest in that search beside
        what is told (`best_unproven`).
        Its p_adjusted is of the second search, and its lift is blank: a claim about ranks says
        nothing about money. What any of it is called is decided elsewhere
        (`helpers.segments.verdicts`).

    Raises
    ------
    StudyError
        A ValueError that says what is wrong with the inputs.

    References
    ----------
    Westfall & Young 1993, "Resampling-Based Multiple Testing".
    """
    inputs = prepare(
        customers,
        score,
        attributes,
        max_conditions=max_conditions,
        min_customers=min_customers,
        alpha=alpha,
        permutations=permutations,
        strata=strata,
        cluster=cluster,
        missing=missing,
        labels=labels,
        strict=strict,
    )
    threads = threads or cores()
    found = enumerate_segments(
        inputs.encoded, minimum=inputs.minimum, max_conditions=max_conditions
    )
    options: dict[str, Any] = {
        "minimum": inputs.minimum,
        "strata": inputs.strata,
        "cluster": inputs.cluster,
        "permutations": permutations,
        "max_segments": max_segments,
        "threads": threads,
    }
    if typical is not None:
        ranks = ranked(inputs)
        among_ranks = begin(
            forward_select, found, ranks,
            alpha=typical, seed=seed + RANKS, balanced=True, **options,
        )  # fmt: skip
    selection = forward_select(found, inputs.tested, alpha=alpha, seed=seed, **options)
    lifts = [
        honest_lift(
            found, selection.steps, at, inputs.tested, raw=inputs.score, strata=inputs.strata
        )
        for at in range(len(selection.steps))
    ]
    chosen = [step.candidate for step in selection.steps]
    rows = [
        segment_row(found, inputs, step.candidate, step.p_value, lift, accepted=True)
        for step, lift in zip(selection.steps, lifts, strict=True)
    ]
    of_ranks: list[tuple[int, float, Percentile]] = []
    untold = dict.fromkeys(UNTOLD, 0)
    searches = {MEAN: (selection, inputs.tested)}
    if typical is not None:
        second = among_ranks.result()
        searches[TYPICAL] = second, ranks
        of_ranks, untold = claimed_of_ranks(found, inputs, selection, second, ranks, typical)
    told = [found.mask(candidate) for candidate in [*chosen, *(one for one, *_ in of_ranks)]]
    for candidate, claim, p in best_unproven(found, searches, told, alpha):
        rows.append(segment_row(found, inputs, candidate, p, None, claim=claim))
        chosen.append(candidate)
    for candidate, p, place in of_ranks:
        row = segment_row(found, inputs, candidate, p, None, claim=TYPICAL, accepted=True)
        ends = {"percentile_low": place.low, "percentile_high": place.high}
        rows.append(row | {"percentile": place.value} | ends)
        chosen.append(candidate)
    segments = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    ids = inputs.customers.index.to_numpy(object)
    members = pd.DataFrame(
        {
            "segment_id": np.repeat(
                segments["segment_id"].to_numpy(object), [int(found.sizes[j]) for j in chosen]
            ),
            "account_id": np.concatenate([ids[found.of(j)] for j in chosen] or [ids[:0]]),
        }
    )
    summary = summarise(
        found,
        selection,
        inputs,
        segments,
        alpha=alpha,
        permutations=permutations,
        max_conditions=max_conditions,
    ) | {f"ranks_{reason}": count for reason, count in untold.items()}
    echoes = echoes_of(found, selection, inputs, alpha)
    return Discovery(segments, members, summary, echoes, Evidence(inputs, found, selection))


def claimed_of_ranks(
    found: Candidates,
    inputs: Inputs,
    selection: Selection,
    second: Selection,
    score: np.ndarray,
    alpha: float,
) -> tuple[list[tuple[int, float, Percentile]], dict[str, int]]:
    """What is told of the `second` search, that of ranks: candidates, p-values, honest places.

    Not told are groups that repeat one told before (`NEAR_COPY`), groups whose members belong to
    one that the search of means accepted (`WITHIN`: they rank high as its members do, and that they
    rank higher than those was not looked at, as it is between steps of one search), and groups
    whose median member is not shown to be above the middle. How many of each is the second answer.
    """
    taken = [found.mask(step.candidate) for step in selection.steps]
    means, claimed = list(taken), []
    untold = dict.fromkeys(UNTOLD, 0)
    for step in second.steps:
        inside = found.mask(step.candidate)
        if any(overlap_of(inside, other) >= NEAR_COPY for other in taken):
            untold["repeated"] += 1
        elif any(other[inside].mean() >= WITHIN for other in means):
            untold["within"] += 1
        elif not is_above(inputs, inside, alpha, len(second.steps)):
            untold["middle_open"] += 1
        else:
            place = honest(percentile_of(inputs, inside), step, score)
            claimed.append((step.candidate, step.p_value, place))
            taken.append(inside)
    return claimed, untold


def warm() -> None:
    """Compile every loop of the search now; numba's cache keeps them for later runs.

    Set-up calls this, so that the first report does not wait for the compiler.
    """
    rng = np.random.default_rng(0)
    table = pd.DataFrame({name: rng.choice(["x", "y"], 80) for name in "abc"})
    table["score"] = rng.normal(size=80) + 3.0 * (table["a"] == "x")
    discover(table, "score", ["a", "b", "c"], permutations=64, threads=1)
