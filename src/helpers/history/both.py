"""What a change of method did: last quarter's data under the method of then, and under today's."""

from collections.abc import Mapping

import pandas as pd

from helpers.outputs import shaped
from helpers.segments import verdicts

FILES = ("quality_scores", "segments", "account_metrics")
CUSTOMERS, SCORE, ARR = "customers", "mean_score", "arr"
VALIDATED, TYPICAL = verdicts.VALIDATED, verdicts.TYPICAL


def both_methods(
    then: Mapping[str, pd.DataFrame], now: Mapping[str, pd.DataFrame], *, currency: str
) -> pd.DataFrame:
    """The data file ``method_effect``: one quarter's data under two methods, side by side.

    Parameters
    ----------
    then, now : data files `FILES` of the same quarter: as published, and by today's method.

    Returns
    -------
    One row per number of the headline (customers analysed, their mean score, ARR, validated and
    typical segments), then one per segment that is a finding under either: its lift, blank where it
    is none. Only the method and, where the extracts were rewritten, the data differ.
    """
    rows = []
    for measure, unit in (
        (CUSTOMERS, "count"),
        (SCORE, currency),
        (ARR, currency),
        (VALIDATED, "count"),
        (TYPICAL, "count"),
    ):
        values = [_number(tables, measure) for tables in (then, now)]
        if not all(pd.isna(value) for value in values):
            rows.append({"segment_id": "", "measure": measure, "unit": unit, "name": ""}
                        | dict(zip(("then", "now"), values, strict=True)))  # fmt: skip
    found = [_findings(tables["segments"]) for tables in (then, now)]
    for name in sorted(set(found[0].index) | set(found[1].index)):
        named = found[1] if name in found[1].index else found[0]
        rows.append(
            {
                "segment_id": name,
                "measure": "lift",
                "unit": currency,
                "name": named.loc[name, "definition"],
                "then": found[0]["lift"].get(name, float("nan")),
                "now": found[1]["lift"].get(name, float("nan")),
            }
        )
    return shaped("method_effect", rows)


def _number(tables: Mapping[str, pd.DataFrame], measure: str) -> float:
    if measure == CUSTOMERS:
        return float(len(tables["quality_scores"]))
    if measure == SCORE:
        return float(tables["quality_scores"]["quality_score"].mean())
    if measure == ARR:
        metrics = tables["account_metrics"]
        return float(metrics["arr"].sum()) if "arr" in metrics else float("nan")
    judged = tables["segments"]["verdict"]
    told = verdicts.is_ranked(judged) if measure == VALIDATED else verdicts.is_typical(judged)
    return float(told.sum())


def _findings(segments: pd.DataFrame) -> pd.DataFrame:
    return segments[verdicts.is_finding(segments["verdict"])].set_index("segment_id")
