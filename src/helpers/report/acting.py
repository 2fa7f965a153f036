"""What the landing page says of lists and alerts: one line each, with the file that holds it."""

from collections.abc import Mapping

import pandas as pd

from helpers.report.wording import counted
from helpers.words import action as words
from helpers.words import say

LISTS, ALERTS = "customers_to_act_on", "alerts"


def points(tables: Mapping[str, pd.DataFrame], *, currency: str) -> list[dict[str, str]]:
    """One line per action that names customers, the most at stake first, and one per alert.

    Parameters
    ----------
    tables : the data files of the quarter by name.

    Returns
    -------
    Per line: text, and file, the data file that holds the names.
    """
    found = []
    listed = tables.get(LISTS)
    if listed is not None and len(listed):
        # Plays come in the order of what is at stake with all their customers.
        whole = listed.groupby(["action", "responsible"], sort=False).agg(
            customers=("account_id", "nunique"),
            stake=("value_at_stake", lambda stakes: stakes.sum(min_count=1)),
        )
        whole = whole.sort_values("stake", ascending=False, kind="stable", na_position="last")
        for (action, who), row in whole.iterrows():
            told = say(
                words.LIST_OF if pd.notna(row["stake"]) else words.LIST_OPEN,
                action=action if not who else say(words.WHO_DOES, who=who, action=action),
                customers=counted(int(row["customers"]), "customer", words=False),
                **({"stake": row["stake"]} if pd.notna(row["stake"]) else {}),
                currency=currency,
            )
            found.append({"text": told, "file": LISTS})
    alerts = tables.get(ALERTS)
    if alerts is not None:
        from helpers.metrics.catalog import metric
        from helpers.words.numbers import in_unit

        for row in alerts.itertuples():
            told = say(
                words.ALERT,
                group=row.definition,
                metric=metric(row.metric).label,
                value=in_unit(row.value, row.unit, currency=currency),
                reference=in_unit(row.reference, row.unit, currency=currency),
                against=row.compared_with,
            )
            found.append({"text": told, "file": ALERTS})
    return found
