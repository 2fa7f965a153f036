"""The search as a study asks for it, and the second looks at what it accepted."""

from collections.abc import Mapping

import pandas as pd

from helpers.metrics.quality import score_without
from helpers.search import discover, robustness
from helpers.search.discovery import Discovery
from helpers.search.power import of_a_tenth
from helpers.search.robustness import Robustness
from helpers.segments.budget import of_each_search
from helpers.study import Study
from helpers.words import few, groups, say
from helpers.words import numbers as fmt

WITHOUT = "without {line}"
LARGE = 0.8  # standard deviations; Cohen (1988) calls it a large effect


def searched(study: Study, frame: pd.DataFrame, tested: pd.DataFrame) -> Discovery:
    """The search over all attributes that may define segments and are not part of the score.

    ``tested`` is the data file ``hypotheses``: of what they leave of alpha, the search of means has
    one half and that of ranks the other (`budget`).
    """
    scope = study.scope
    alpha = scope.alpha * of_each_search(study, tested)
    names = [name for name, one in study.attributes.items() if one.search and not one.shares]
    return discover(
        frame.set_index("account_id"),
        score="quality_score",
        attributes=names,
        max_conditions=scope.max_conditions,
        min_customers=study.smallest_segment(len(frame)),
        alpha=alpha,
        typical=alpha,
        permutations=scope.permutations,
        seed=study.seed,
        strata=scope.strata,
        cluster=study.cluster,
        labels={name: study.label(name) for name in names},
        strict=False,
    )


def could_show(study: Study, found: Discovery, frame: pd.DataFrame) -> Mapping[str, object]:
    """What the search could have found, from one row of ``found.summary["detectable_by_size"]``.

    Returns
    -------
    customers (a size that was searched) and lift (the smallest that such a segment would have
    shown); with all, size, least and sd (what the largest segment would have had to show) where
    even that is a large difference. Or reason: why nothing could be searched, as a part of a
    sentence.
    """
    reason = _reason(study, found, frame)
    table = found.summary["detectable_by_size"].dropna(subset=["detectable_lift"])
    if reason or table.empty:
        return {"reason": reason or say(few.EQUAL_SCORES)}
    best = table.loc[table["detectable_lift"].idxmin()]
    told = of_a_tenth(table)
    if not best["detectable_lift_sd"] > LARGE:
        return told
    return told | {
        "all": len(frame),
        "size": int(best["customers"]),
        "least": float(best["detectable_lift"]),
        "sd": float(best["detectable_lift_sd"]),
    }


def _reason(study: Study, found: Discovery, frame: pd.DataFrame) -> str:
    """Why nothing could be searched; "" where something was."""
    summary, names = found.summary, found.evidence.inputs.encoded.attributes
    smallest = summary["min_customers"]
    if not names:
        return say(few.NONE_ALLOWED if study.attributes else few.NO_ATTRIBUTES)
    if len(frame) < 2 * smallest:
        one = len(frame) == 1
        n = fmt.number(len(frame))
        customers = say(groups.ONE_CUSTOMER) if one else say(groups.CUSTOMERS, n=n)
        return say(few.TOO_FEW, customers=customers, smallest=smallest)
    if not summary["score_sd"] > 1e-12 * max(1.0, abs(summary["mean_score"])):
        return say(few.EQUAL_SCORES)
    if summary["candidates_searched"]:
        return ""
    counts = {name: frame[name].value_counts() for name in names}
    split = {name: count[count > 0] for name, count in counts.items() if (count > 0).sum() > 2}
    if not split:
        return say(few.ONE_LEVEL, smallest=smallest)
    name = max(split, key=lambda one: len(split[one]))
    return say(
        few.SMALL_LEVELS,
        smallest=smallest,
        attribute=study.label(name),
        levels=say(groups.LEVELS, n=fmt.number(len(split[name]))),
        largest=int(split[name].max()),
    )


def looked_at_again(
    study: Study, found: Discovery, frame: pd.DataFrame, scores: pd.DataFrame
) -> Robustness:
    """What the search accepted, on changed data.

    Within the levels of what is part of the score, without one line of the score at a time, and
    among customers won before and after the median day.
    """
    return robustness.check(
        found,
        strata=[name for name, one in study.attributes.items() if one.shares],
        won_on="won_on",
        date=frame["won_on"].median().normalize(),
        score_variants={
            WITHOUT.format(line=line): score_without(scores, [line])
            for line in study.quality_score.lines
        },
        seed=study.seed,
    )
