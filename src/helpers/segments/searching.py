"""The search as a study asks for it, and the second looks at what it accepted."""

import pandas as pd

from helpers.metrics.quality import score_without
from helpers.search import discover, robustness
from helpers.search.discovery import Discovery
from helpers.search.robustness import Robustness
from helpers.study import Study

WITHOUT = "without {line}"


def searched(study: Study, frame: pd.DataFrame) -> Discovery:
    """The search over all attributes that may define segments and are not part of the score."""
    scope = study.scope
    names = [name for name, one in study.attributes.items() if one.search and not one.shares]
    return discover(
        frame.set_index("account_id"),
        score="quality_score",
        attributes=names,
        max_conditions=scope.max_conditions,
        min_customers=study.smallest_segment(len(frame)),
        alpha=scope.alpha,
        permutations=scope.permutations,
        seed=study.seed,
        strata=scope.strata,
        cluster=study.cluster,
        labels={name: study.label(name) for name in names},
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
