"""The segment study in one call: search, search-wide tests, honest lifts, power."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.errors import StudyError
from helpers.segments import inference, scan, search
from helpers.segments.findings import COLUMNS, best_unproven, echoes_of, segment_row, summarise
from helpers.segments.inputs import Study, prepare, pulls
from helpers.segments.lifts import honest_lift
from helpers.segments.selection import Selection, forward_select


@dataclass(frozen=True)
class Evidence:
    """What later checks need to repeat the search: inputs, candidates, accepted steps."""

    study: Study
    candidates: search.Candidates
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
    summary: dict[str, object]
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
    direction: str = "greater",
    strata: str | None = None,
    weights: str | None = None,
    mechanical: Mapping[str, str] | None = None,
    missing: str = "ignore",
    ranges: bool = False,
    labels: Mapping[str, str] | None = None,
    max_segments: int = 10,
    threads: int | None = None,
) -> Discovery:
    """Find the segments whose mean score is really better than that of all other customers.

    Every conjunction of up to `max_conditions` conditions with enough customers is searched
    (`search.enumerate_segments`). A segment is validated when its statistic beats, with
    probability 1 − alpha, the best of the whole search on scores that have nothing to do with the
    attributes (`selection.forward_select`): where no segment differs, the chance that anything at
    all is validated is alpha. Lifts are corrected for having been selected (`lifts.honest_lift`).

    Parameters
    ----------
    customers
        One row per customer, index = account_id. Row order does not matter.
    score
        Column with the quality score. Customers without one are left out and counted.
    attributes
        Columns that may define segments; see `search.encode` for types.
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
    direction
        "greater": segments better than the rest; "less": worse.
    strata
        Column; a segment must then differ within its values (plan tier, cohort), and `lift` is
        the difference within them (`lifts.naive_lift` has the weights).
    weights
        Column with positive weights; means are weighted, customers count once in the tests.
    mechanical
        Attribute → column with the score computed without that attribute. Segments that use the
        attribute must hold on that score too, else their verdict is "descriptive".
    missing, ranges, labels
        See `search.encode`.
    max_segments
        Stop after so many accepted segments.
    threads
        Threads for the permutations; default all cores. The result does not depend on it.

    Returns
    -------
    Discovery
        `segments` has the columns segment_id, definition (for people), rule (SQL condition),
        conditions (how many), customers, customer_share, mean_score, naive_lift, lift, lift_low,
        lift_high (score units; 95 % interval), lift_pct (% of the mean score of all customers,
        blank where that is not positive), p_adjusted, shares_score_inputs, verdict: "validated",
        "descriptive" (defined by inputs of the score) or "candidate" (the best that was not
        proven: lift corrected for selection is blank, because nothing was selected).

    Raises
    ------
    StudyError
        A ValueError that says what is wrong with the inputs.

    References
    ----------
    Westfall & Young 1993, "Resampling-Based Multiple Testing".
    """
    study = prepare(
        customers,
        score,
        attributes,
        max_conditions=max_conditions,
        min_customers=min_customers,
        alpha=alpha,
        permutations=permutations,
        direction=direction,
        strata=strata,
        weights=weights,
        missing=missing,
        ranges=ranges,
        labels=labels,
    )
    threads = threads or os.cpu_count() or 1
    found = search.enumerate_segments(
        study.encoded, minimum=study.minimum, max_conditions=max_conditions
    )
    options = {"alpha": alpha, "permutations": permutations, "threads": threads}
    selection = forward_select(
        found,
        study.tested,
        minimum=study.minimum,
        strata=study.strata,
        seed=seed,
        max_segments=max_segments,
        **options,
    )
    raw = study.sign * study.score
    reported = {"raw": raw, "weight": study.weight, "strata": study.strata}
    lifts = [
        honest_lift(found, selection.steps, number, study.tested, **reported)
        for number in range(len(selection.steps))
    ]
    shared = _mechanical(found, selection, study, mechanical, options)
    chosen = [step.candidate for step in selection.steps]
    rows = [
        segment_row(found, study, step.candidate, step.p_value, lift, verdict, flagged)
        for step, lift, (flagged, verdict) in zip(selection.steps, lifts, shared, strict=True)
    ]
    for candidate in best_unproven(found, selection, alpha):
        flagged = _flagged(found, candidate, mechanical)
        p = float(selection.p_values[candidate])
        rows.append(segment_row(found, study, candidate, p, None, "candidate", flagged))
        chosen.append(candidate)
    segments = pd.DataFrame(rows, columns=list(COLUMNS)).astype(COLUMNS)
    ids = study.customers.index.to_numpy(object)
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
        study,
        segments,
        alpha=alpha,
        permutations=permutations,
        max_conditions=max_conditions,
    )
    echoes = echoes_of(found, selection, study, alpha)
    return Discovery(segments, members, summary, echoes, Evidence(study, found, selection))


def _flagged(found, candidate: int, mechanical: Mapping[str, str] | None) -> bool:
    return any(c.attribute in (mechanical or {}) for c in found.described(candidate))


def _mechanical(found, selection, study: Study, mechanical, options) -> list:
    """Per accepted segment: does it use inputs of the score, and its verdict after the re-test.

    The re-test is search-wide again, on the score without the input, given the segments accepted
    before: the same cells, statistic and critical value as the first test.
    """
    unknown = set(mechanical or {}) - set(study.encoded.attributes)
    if unknown:
        raise StudyError(f"mechanical names attributes that are not searched: {sorted(unknown)}")
    verdicts = []
    for step in selection.steps:
        used = {c.attribute for c in found.described(step.candidate)} & set(mechanical or {})
        survives = True
        for column in sorted({mechanical[name] for name in used}):
            if column not in study.customers:
                raise StudyError(f"the customer table has no column {column!r} (mechanical)")
            other = study.customers[column].to_numpy(float, na_value=np.nan)
            if not np.isfinite(other).all():
                raise StudyError(f"{column!r} lacks values for customers that have a score")
            tested = study.sign * pulls(other, study.weight)
            null = inference.null_of(
                step.layout,
                tested,
                permutations=options["permutations"],
                seed=(*step.seed, 2),
                threads=options["threads"],
            )
            z = inference.compare(step.layout, tested).z[step.candidate]
            survives &= bool(inference.p_values(z, null) <= options["alpha"])
        verdicts.append((bool(used), "validated" if survives else "descriptive"))
    return verdicts


def warm() -> None:
    """Compile every loop of the search now; numba's cache keeps them for later runs.

    Set-up calls this, so that the first report does not wait for the compiler.
    """
    rng = np.random.default_rng(0)
    table = pd.DataFrame({name: rng.choice(["x", "y"], 80) for name in "abc"})
    table["score"] = rng.normal(size=80) + 3.0 * (table["a"] == "x")
    discover(table, "score", ["a", "b", "c"], permutations=64, threads=1)
    scan.scan(search.encode(table, ["a", "b"]), table["score"].to_numpy(), minimum=10)
