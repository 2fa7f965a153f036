"""Needs beside value: the cross of the two, and how far segmentations agree."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.metrics.economics import OVER, UNDER
from helpers.outputs import shaped
from helpers.outputs.allowed import SCORE_BANDS
from helpers.raters import rand_index
from helpers.segments.needs import OUTCOME
from helpers.segments.needs_study import EVERYONE, NeedsStudy, members_of
from helpers.study import Study


def needs_by_value(
    needs: NeedsStudy, scores: pd.DataFrame, metrics: pd.DataFrame, service: pd.DataFrame
) -> pd.DataFrame:
    """Each group of needs in each band of value: the data file ``needs_value``.

    Parameters
    ----------
    scores, metrics, service : the data files ``quality_scores``, ``account_metrics`` and
        ``service_value``.

    Returns
    -------
    One row per group and band that has a customer: group_id, definition, band, customers, arr,
    service_cost (mean of twelve months; NaN = not collected), over, under (customers that take far
    more, or far less, service than customers of like revenue).
    """
    known = scores.set_index("account_id")[["band"]]
    of = metrics.set_index("account_id")
    for name in ("arr", "service_cost_12m"):
        known[name] = of[name].reindex(known.index) if name in of else np.nan
    level = service.set_index("account_id")["service_level"] if len(service) else pd.Series()
    known["level"] = level.reindex(known.index)
    rows = []
    for group in needs.groups.itertuples():
        inside = known.loc[members_of(needs, group)[0]]
        for band in SCORE_BANDS:
            cell = inside[inside["band"] == band]
            if cell.empty:
                continue
            rows.append(
                {
                    "group_id": group.group_id,
                    "definition": group.definition,
                    "band": band,
                    "customers": len(cell),
                    "arr": cell["arr"].sum(min_count=1),
                    "service_cost": cell["service_cost_12m"].mean(),
                    "over": int((cell["level"] == OVER).sum()),
                    "under": int((cell["level"] == UNDER).sum()),
                }
            )
    return shaped("needs_value", rows)


def side_by_side(study: Study, needs: NeedsStudy, frame: pd.DataFrame) -> pd.DataFrame:
    """How far segmentations agree: the data file ``segmentation_agreement``.

    By what the company segments customers today (``interviews.a_priori``), by need, by experience
    and by value, two at a time, among the customers of whom both are known.

    Returns
    -------
    one, other, customers, rand_index (adjusted: 1 = the same groups, 0 = no more than chance),
    cramers_v (0 = unrelated, 1 = one tells the other).
    """
    members = needs.members.set_index("account_id")
    of = frame.set_index("account_id")
    held: Mapping[str, pd.Series] = {
        **({"a priori": of[study.interviews.a_priori]} if study.interviews.a_priori else {}),
        "needs": members[OUTCOME] if len(members) else pd.Series(dtype="str"),
        "experience": needs.found[EVERYONE].profile if needs.found else pd.Series(dtype="float64"),
        "value": of["band"],
    }
    names, rows = list(held), []
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            both = pd.concat([held[one], held[other]], axis=1, join="inner", keys=["one", "other"])
            both = both.dropna()
            if len(both) >= 2:
                rows.append({"one": one, "other": other, **_agreement(both)})
    return shaped("segmentation_agreement", rows)


def _agreement(both: pd.DataFrame) -> dict[str, float]:
    table = pd.crosstab(both["one"].astype(str), both["other"].astype(str)).to_numpy(float)
    expected = np.outer(table.sum(1), table.sum(0)) / table.sum()
    chi = float(((table - expected) ** 2 / expected).sum())
    least = min(table.shape) - 1
    return {
        "customers": len(both),
        "rand_index": rand_index(both["one"].astype(str), both["other"].astype(str)),
        "cramers_v": float(np.sqrt(chi / table.sum() / least)) if least else np.nan,
    }
