"""Assessed segments as data files, and discovered ones among the declared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.search.findings import MEAN, TYPICAL
from helpers.segments import verdicts
from helpers.segments.definitions import CURRENT
from helpers.segments.rules import columns_of, shared_lines
from helpers.study import Study
from helpers.words import groups as words
from helpers.words import name as put
from helpers.words import say

SCORE = "quality_score"
COLUMNS = (
    "segment_id", "basis", "definition", "rule", "customers", "customer_share", "mean_score",
    "naive_lift", "lift", "lift_low", "lift_high", "p_adjusted", "verdict", "declared", "source",
    "population", "compared_with", "shares_score_inputs", "claim", "percentile",
    "percentile_low", "percentile_high", "p_plain",
    "adjusted_by", "lift_adjusted", "adjusted_low", "adjusted_high", "confounding", "lift_early",
    "lift_late", "drift_p", "lift_caution", "note",
)  # fmt: skip
# What stands beside a claim, as numbers.
BESIDE = (
    "p_plain", "lift_adjusted", "adjusted_low", "adjusted_high", "lift_early", "lift_late",
    "drift_p", "percentile", "percentile_low", "percentile_high",
)  # fmt: skip
POPULATIONS = {"all": "true", "current": CURRENT, "interviewed": "required_outcome IS NOT NULL"}
COMPARED = {
    "all": words.ALL_OTHER_CUSTOMERS,
    "current": words.OTHER_CURRENT_CUSTOMERS,
    "interviewed": words.OTHER_INTERVIEWED_CUSTOMERS,
}
Without = Callable[[pd.DataFrame, Sequence[str]], pd.Series]


@dataclass(frozen=True)
class Assessment:
    """The data files ``segments`` and ``segment_members``, and what could not be built."""

    segments: pd.DataFrame
    members: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def validated(self) -> pd.DataFrame:
        """Segments that may be presented as findings, the best lift first."""
        found = self.segments[verdicts.is_ranked(self.segments["verdict"])]
        return found.sort_values(["lift", "segment_id"], ascending=[False, True])

    @property
    def judged(self) -> pd.Series:
        """Identifiers of the segments that are large enough for their metrics to be shown."""
        return self.segments.loc[verdicts.is_judged(self.segments["verdict"]), "segment_id"]


def shares_of(study: Study, rule: str, population: str) -> tuple[str, ...]:
    """Lines shared by a rule; the condition that its whole population meets defines nothing."""
    outside = set(columns_of(POPULATIONS[population]))
    named = set(columns_of(rule)) - outside
    return shared_lines(study, named, former=population != "current")


def strata_of(study: Study, frame: pd.DataFrame) -> np.ndarray | None:
    """Stratum of each customer; those without one are a stratum of their own, as in the search."""
    if not study.scope.strata:
        return None
    return frame[study.scope.strata].astype("string").fillna("").to_numpy()


def compared_with(study: Study, population: str) -> str:
    """The customers that a segment is compared with, in words."""
    stratum = study.scope.strata
    within = put(words.WITHIN, name=study.label(stratum)) if stratum else ""
    return say(COMPARED[population]) + within


def typed(rows: pd.DataFrame) -> pd.DataFrame:
    numbers = ["customer_share", "mean_score", "naive_lift", "lift", "lift_low", "lift_high"]
    kinds: dict[str, type | str] = dict.fromkeys([*numbers, "p_adjusted"], float)
    rows = rows.reindex(columns=list(COLUMNS))
    kinds |= dict.fromkeys(BESIDE, float)
    rows["claim"] = rows["claim"].where(rows["claim"].eq(TYPICAL), MEAN)
    for name in ("adjusted_by", "confounding", "lift_caution"):
        texts = rows[name].astype(object)
        rows[name] = texts.where(texts.notna(), verdicts.NOT_COMPARED)
    kinds |= {"customers": "int64", "declared": bool}
    return rows.astype(kinds).reset_index(drop=True)


def joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)
