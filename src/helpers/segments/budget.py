"""One budget for what may be called shown: declared hypotheses and the search share alpha.

Half of alpha is the declared hypotheses' (Holm among them), half the search's, which is two: a
quarter for means, a quarter for ranks (`search.discover`). A family that is empty leaves its share
to the others; when all declared hypotheses are shown at their half, it passes on to the search
(graphical procedure: Bretz et al. 2009, Statistics in Medicine 28). Neither search can be wholly
shown, so that nothing passes on from them. The chance of anything false among all three together is
then at most alpha. Explored variables, candidates and marks
stand outside.
"""

import pandas as pd

from helpers.study import Study

HALF = 0.5


def declared_share(study: Study) -> float:
    """Share of alpha that the declared hypotheses have."""
    return HALF if searches(study) and study.hypotheses else 1.0


def search_share(study: Study, hypotheses: pd.DataFrame) -> float:
    """Share of alpha that both searches have together, once the hypotheses are tested.

    ``hypotheses`` is the data file: its declared rows' ``p_adjusted`` hold their share already.
    Rows that could not be tested, or are not shown, keep their half.
    """
    declared = hypotheses[hypotheses["declared"].astype(bool)]
    tested = declared["p_adjusted"].dropna()
    passed = len(tested) == 0 or bool((tested <= study.scope.alpha).all())
    return 1.0 if passed else 1.0 - HALF


def of_each_search(study: Study, hypotheses: pd.DataFrame) -> float:
    """Share of alpha of the search of means, and of that of ranks."""
    return HALF * search_share(study, hypotheses)


def searches(study: Study) -> bool:
    """Whether the study has attributes that the search may combine."""
    return any(one.search and not one.shares for one in study.attributes.values())
