"""Representatives with their story in numbers: what a reader would ask of a customer first."""

import numpy as np
import pandas as pd

from helpers.metrics.catalog.health import GROUPS as HEALTH
from helpers.metrics.retention import DAYS_PER_MONTH
from helpers.study import Study
from helpers.words import priorities as words
from helpers.words import say


def with_stories(
    study: Study, typical: pd.DataFrame, frame: pd.DataFrame, worth: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The data file ``representatives`` with ``arr`` and ``story``.

    What single people answered is no part of it. What is not known is left out of the story, and a
    customer of whom nothing is known has none.

    Parameters
    ----------
    typical : result of `ranking.representatives`.
    frame : customer frame; tenure_days, health_group and renews_on where they are known.
    worth : account_id, arr (currency per year); None = not known.
    """
    at = frame.set_index("account_id").reindex(typical["account_id"])
    arr = pd.Series(np.nan, index=at.index)
    if worth is not None and "arr" in worth:
        arr = worth.set_index("account_id")["arr"].reindex(at.index).astype(float)
    stories = []
    for row, paid in zip(at.to_dict("records"), arr, strict=True):
        told = []
        if pd.notna(paid):
            told.append(say(words.PAYS, arr=float(paid), currency=study.currency))
        if pd.notna(row.get("tenure_days")):
            told.append(say(words.CUSTOMER_FOR, months=int(row["tenure_days"] // DAYS_PER_MONTH)))
        if pd.notna(row.get("health_group")) and row["health_group"] in HEALTH:
            told.append(say(words.HEALTH_IS, group=HEALTH[row["health_group"]]))
        if pd.notna(row.get("renews_on")):
            told.append(say(words.RENEWS, day=row["renews_on"]))
        stories.append("; ".join(told))
    return typical.assign(
        arr=arr.to_numpy(float), story=pd.Series(stories, index=typical.index, dtype="str")
    )
