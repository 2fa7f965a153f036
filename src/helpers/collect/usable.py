"""Which fields can carry a finding: complete enough, the same for everyone, and found twice."""

import numpy as np
import pandas as pd

from helpers.collect.attributes import UNKNOWN
from helpers.collect.twice import NOT_USABLE, USABLE, WEAK
from helpers.families import holm
from helpers.outputs import shaped
from helpers.study import Study

FEWEST = 5  # customers on either side of a comparison
LEVEL = 0.05
DOUBTFUL = ("weak", "biased")


def field_quality(
    study: Study,
    attributes: pd.DataFrame,
    scores: pd.DataFrame,
    coverage: pd.DataFrame,
    agreement: pd.DataFrame,
    counts: pd.DataFrame | None,
) -> pd.DataFrame:
    """Every attribute with its verdict and what that excludes: the data file ``field_quality``.

    *Missing is informative* where customers of whom a field is not known score differently from
    those of whom it is (Mann and Whitney's test, Holm's correction over all fields): a comparison
    by such a field is in part a comparison of who was looked up.

    A field is *not usable* where nobody has a value that is used: what two looks agree on too
    little is kept out. It is *weak* where it is filled weakly or unevenly, where missing is
    informative, or where two looks agreed only so far.

    Parameters
    ----------
    attributes, scores, coverage : the data files.
    agreement : the data file ``research_agreement``.
    counts : what became of researched values (`research.merge_research`); None = no research.
    """
    held = attributes.set_index("account_id")
    score = scores.set_index("account_id")["quality_score"].reindex(held.index)
    tested = {name: _missing(held[name], score) for name in held.columns}
    adjusted = dict(zip(tested, holm([p for _, _, p in tested.values()]), strict=True))
    covered = coverage[coverage["source"] != "metrics"].set_index("field")
    twice = agreement.set_index("field")
    kept_out = {} if counts is None else counts.set_index("field")["kept_out"].to_dict()
    rows = []
    for name in held.columns:
        missing, difference, _ = tested[name]
        entry = covered.loc[name]
        looks = twice.loc[name] if name in twice.index else None
        found = None if looks is None else str(looks["verdict"])
        informative = bool(adjusted[name] <= LEVEL)
        if entry["filled_share"] == 0:
            use = NOT_USABLE
        elif entry["verdict"] in DOUBTFUL or informative or found in (WEAK, NOT_USABLE):
            use = WEAK
        else:
            use = USABLE
        rows.append(
            {
                "field": name,
                "label": study.label(name),
                "filled_share": entry["filled_share"],
                "coverage": entry["verdict"],
                "missing": missing,
                "missing_difference": difference,
                "missing_p": adjusted[name],
                "missing_informative": informative,
                "twice": found if found is not None else "",
                "use": use,
                "kept_out": int(kept_out.get(name, 0)),
            }
        )
    return shaped("field_quality", rows)


def _missing(column: pd.Series, score: pd.Series) -> tuple[int, float, float]:
    """Customers without a value, their mean score minus that of the others, and p."""
    from scipy import stats

    blank = column.isna() | (column.astype("object") == UNKNOWN)
    one, other = score[blank], score[~blank]
    if min(len(one), len(other)) < FEWEST:
        return int(blank.sum()), np.nan, np.nan
    p = stats.mannwhitneyu(one, other, alternative="two-sided").pvalue
    return int(blank.sum()), float(one.mean() - other.mean()), float(p)
