"""Attributes that look as if they were made from what customers pay."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from helpers.segments.rules import attribute_of, columns_of
from helpers.study import Study

SEPARATES = 0.98  # share of pairs, one inside and one outside, in which the one inside pays more
FEWEST = 5  # customers on either side: with fewer, luck separates


def made_by_revenue(
    study: Study, frame: pd.DataFrame, rules: Iterable[str]
) -> list[tuple[str, str, float]]:
    """Levels that hold nearly all who pay much and nobody else: tiers, key-account flags.

    A tier that the CRM computes from revenue is better by definition, and nothing in a study file
    says so unless ``attributes.<name>.shares`` does. Such a tier separates customers by what they
    pay almost completely, which hardly any fact about a company does (plan, industry and size
    overlap). It cannot be proven from the data, so this is a caution and no verdict.

    Parameters
    ----------
    frame : customer frame: status, monthly_revenue and the attributes, banded.
    rules : of what is told as a finding; attributes that none of them names are not looked at.

    Returns
    -------
    Per attribute that shares nothing with the score by declaration: its name, the level, and the
    share of pairs of current customers in which the one of the level pays more (Mann and Whitney
    1947, *Ann. Math. Stat.* 18; ties count one half), at least `SEPARATES`.
    """
    current = frame[frame["status"].eq("current") & frame["monthly_revenue"].notna()]
    pays = rankdata(current["monthly_revenue"].to_numpy(dtype=float))
    named = {attribute_of(study, column) for rule in rules for column in columns_of(rule)}
    found = []
    for name in sorted(filter(None, named)):
        if name not in current or study.attributes[name].shares:
            continue
        known = current[name].notna().to_numpy()
        levels = current[name].astype("string")
        for level in sorted(levels[known].unique()):
            inside = levels.eq(level).fillna(False).to_numpy(dtype=bool)
            share = _pays_more(pays[known], inside[known])
            if share >= SEPARATES:
                found.append((name, str(level), share))
    return found


def _pays_more(ranks: np.ndarray, inside: np.ndarray) -> float:
    """Share of pairs in which the one inside has the higher rank; 0 where one side has too few."""
    m, n = int(inside.sum()), int((~inside).sum())
    if min(m, n) < FEWEST:
        return 0.0
    ordered = rankdata(ranks)
    return float((ordered[inside].sum() - m * (m + 1) / 2) / (m * n))
