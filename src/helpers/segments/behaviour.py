"""Behaviour beside the answers: what groups of interviewed customers do, not what they say."""

import numpy as np
import pandas as pd

from helpers.metrics.permutations import ratio_p_values
from helpers.outputs import shaped
from helpers.segments.interviewing import observed_values
from helpers.segments.needs_study import NeedsStudy, members_of
from helpers.study import Study

MORE, LESS, NOT_SHOWN, TOO_FEW = "more", "less", "not shown", "too few"


def behaviour_beside(
    study: Study,
    needs: NeedsStudy,
    frame: pd.DataFrame,
    metrics: pd.DataFrame,
    labels: dict[str, str],
) -> pd.DataFrame:
    """Each group of needs beside the others in what is observed: ``needs_behaviour``.

    Parameters
    ----------
    metrics : the data file ``account_metrics``.
    labels : names of metrics for people.

    Notes
    -----
    A group by outcome is compared with all other interviewed customers, a profile with those among
    whom it was looked for. The p-value is that of dealing membership out anew among the customers
    with data (`helpers.metrics.permutations`), Holm-adjusted over all rows; sides with fewer than
    min_group_size customers with data are not tested.
    """
    values = observed_values(study, frame, metrics, labels)
    rows: list[dict] = []
    for place, group in enumerate(needs.groups.itertuples()):
        inside, among = members_of(needs, group)
        known = pd.DataFrame({what: column.reindex(among) for what, column in values.items()})
        own = known.index.isin(inside)
        data = known.to_numpy(float)
        has = ~np.isnan(data)
        p = (
            ratio_p_values(np.nan_to_num(data), has.astype(float), [own], seed=study.seed + place)[
                0
            ]
            if data.size
            else np.array([])
        )
        for number, what in enumerate(known):
            rows.append(_row(study, group, what, known[what], own, p[number]))
    return _judged(study, shaped("needs_behaviour", [row for row in rows if row["spread"]]))


def _row(
    study: Study, group: object, what: str, column: pd.Series, own: np.ndarray, p: float
) -> dict:
    one, other = column[own].dropna(), column[~own].dropna()
    few = min(len(one), len(other)) < study.min_group_size
    spread = float(column.std()) if column.notna().sum() > 1 else 0.0
    return {
        "group_id": group.group_id,
        "definition": group.definition,
        "what": what,
        "customers": len(one),
        "value": one.mean() if len(one) else np.nan,
        "others": len(other),
        "others_value": other.mean() if len(other) else np.nan,
        "apart": (one.mean() - other.mean()) / spread
        if spread and len(one) and len(other)
        else 0.0,
        "p_value": np.nan if few else p,
        "spread": spread,
    }


def _judged(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """With adjusted p-values and what may be said; what is shown first, then by how far apart."""
    from statsmodels.stats.multitest import multipletests

    tested = table["p_value"].notna()
    table["p_adjusted"] = table["p_value"]
    if tested.any():
        adjusted = multipletests(table.loc[tested, "p_value"], method="holm")[1]
        table.loc[tested, "p_adjusted"] = adjusted
    clear = table["p_adjusted"] <= study.scope.alpha
    way = np.where(table["apart"] > 0, MORE, LESS)
    table["shown"] = np.where(clear, way, np.where(tested, NOT_SHOWN, TOO_FEW)).astype(object)
    order = pd.DataFrame({"open": ~clear, "apart": -table["apart"].abs().round(9)})
    order = pd.concat([order, table[["group_id", "what"]]], axis=1)
    order = order.sort_values(["open", "apart", "group_id", "what"], kind="stable")
    return table.loc[order.index].reset_index(drop=True)
