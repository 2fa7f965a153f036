"""Metrics of the groups that are worked with."""

import pandas as pd

from helpers.metrics.components import Components
from helpers.metrics.profiles import segment_metrics
from helpers.priority.groups import Groups, in_order
from helpers.study import Study


def group_metrics(
    study: Study,
    groups: Groups,
    profiles: pd.DataFrame,
    parts: Components,
    more: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Every metric of every group that is large enough for statistics.

    Groups that are segments keep the rows that step 4 made; the others are compared with their
    rest here, as a family of their own.

    Parameters
    ----------
    profiles : data file ``segment_metrics``.
    parts : components of all included customers.
    more : rows of facts that only groups have (`beside.beside`).

    Returns
    -------
    Data file ``group_metrics``: the columns of ``segment_metrics``, groups in their order.
    """
    judged = groups.table.loc[groups.table["judged"], "segment_id"].tolist()
    known = profiles[profiles["segment_id"].isin(judged)]
    missing = [name for name in judged if name not in set(known["segment_id"])]
    pieces = [known]
    if missing:
        pieces.append(segment_metrics(study, groups.members, parts, segments=missing))
    if more is not None and len(more):
        pieces.append(_as(more, pieces[-1]))
    return in_order(judged, pieces)


def _as(more: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Rows with the columns and types of a table; counts and texts that are not given are blank."""
    more = more.reindex(columns=like.columns)
    for name, kind in like.dtypes.items():
        if pd.api.types.is_integer_dtype(kind):
            more[name] = more[name].fillna(0)
        elif not pd.api.types.is_numeric_dtype(kind):
            more[name] = more[name].astype("object").where(more[name].notna(), "")
    return more.astype(like.dtypes.to_dict())
