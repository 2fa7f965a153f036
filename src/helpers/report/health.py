"""Whether health told who leaves, in one sentence for document, slides and lists."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from helpers.metrics.health_check import SEPARATES
from helpers.words import collection as words
from helpers.words import measures, say

CHECK = "health_check"  # the data file
NO_BETTER = 0.5  # the area under the ROC curve of a guess
GROUPS = "health-"  # how identifiers of groups begin that are made by health


def told(check: pd.DataFrame) -> tuple[str, dict[str, Any]] | None:
    """The sentence on health and who left, with its values; None where that is not known."""
    if not {"outcome", "predictor", "verdict"} <= set(check.columns):
        return None
    of_churn = check["outcome"].eq("churn") & check["predictor"].eq("health")
    if not of_churn.any():
        return None
    row = check[of_churn].iloc[0]
    verdict = str(row["verdict"]).partition(", ")[0]
    sentences = {
        SEPARATES: words.HEALTH_TELLS,
        measures.SEPARATES_WRONG_WAY_ROUND: words.HEALTH_MISLEADS,
    }
    values = {name: int(row[name]) for name in ("customers", "events")}
    if not values["events"]:
        return words.HEALTH_NOBODY_LEFT, {"customers": values["customers"]}
    return sentences.get(verdict) or _open(row), values


def _open(row: pd.Series) -> str:
    """The sentence where nothing is shown: what the interval says by itself is told with it."""
    if row["low"] > NO_BETTER:
        return words.HEALTH_LEANS
    return words.HEALTH_LEANS_AWAY if row["high"] < NO_BETTER else words.HEALTH_IS_OPEN


def doubt(tables: Mapping[str, pd.DataFrame]) -> str:
    """What is to be kept in mind where health is used; "" where it told who leaves."""
    found = told(tables.get(CHECK, pd.DataFrame()))
    if found is None or found[0] == words.HEALTH_TELLS:
        return ""
    return say(found[0], **found[1]).replace("**", "")
