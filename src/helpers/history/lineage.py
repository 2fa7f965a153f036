"""Every segment that ever was a finding, followed from quarter to quarter until it is retired."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.errors import StudyError
from helpers.history.continuity import continued
from helpers.history.past import Past
from helpers.outputs import shaped
from helpers.quarter import Quarter
from helpers.segments import effects, verdicts
from helpers.segments.rules import columns_of, evaluate_rule
from helpers.study import Study

FILES = ("segments", "segment_members", "quality_scores")
RISES, RISES_OPEN, FALLS, SAME = "rises", "may rise", "falls", ""


def lineage(
    study: Study,
    past: Sequence[Past],
    quarter: Quarter,
    frame: pd.DataFrame,
    current: dict[str, pd.DataFrame],
) -> pd.DataFrame:
    """The data file ``segment_lineage``.

    Parameters
    ----------
    past : earlier quarters, the oldest first.
    frame : customer frame, in which rules are evaluated.
    current : this quarter's data files `FILES` and ``priorities``.

    Returns
    -------
    One row per segment that a report of the study ever told as a finding, by the quarter that told
    it first: first_found, last_found, verdict today (blank = this quarter does not look at it by
    itself), state, continues (the identifier under which its customers go on, see `continuity`),
    customers and plain lift of its exact rule today, rank and rank of before, and moved.

    A segment is *followed* until an entry of ``change_log`` retires it (``retires``), or its rule
    finds nobody any more. ``moved`` says of ranks: *rises* where all ranks that the draws give it
    today lie above the one of before, *may rise* where only its rank does.
    """
    found: dict[str, dict] = {}
    sides = [(one.quarter, one.table("segments")) for one in past]
    sides.append((quarter, current["segments"]))
    for at, table in sides:
        if table is None:
            continue
        for row in table[verdicts.is_finding(table["verdict"])].to_dict("records"):
            before = found.get(row["segment_id"], {"first_found": str(at)})
            found[row["segment_id"]] = before | {
                "segment_id": row["segment_id"],
                "definition": row["definition"],
                "rule": row["rule"] or "",
                "last_found": str(at),
            }
    if not found:
        return shaped("segment_lineage", [])
    heirs = _heirs(past, current)
    retired = {
        name for entry in study.change_log if entry.date <= quarter.end for name in entry.retires
    }
    today = current["segments"].set_index("segment_id")
    ranks = current["priorities"].set_index("segment_id")
    rows = []
    for name, row in found.items():
        row["verdict"] = today["verdict"].get(name, "")
        row["continues"] = heirs.get(name, "")
        row |= _measured(frame, row["rule"])
        row["state"] = (
            "retired" if name in retired
            else "goes on" if row["continues"]
            else "found" if row["last_found"] == str(quarter)
            else "nobody left" if row.get("customers") == 0
            else "followed"
        )  # fmt: skip
        rows.append(row | _ranked(name, ranks, past, quarter))
    return shaped("segment_lineage", rows)


def _heirs(past: Sequence[Past], current: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Under which identifier the customers of one that is gone go on today.

    One that is found again under its own rule goes on under nobody else's.
    """
    tables = [one.tables(FILES) for one in past]
    chain = [one for one in tables if len(one) == len(FILES)] + [
        {name: current[name] for name in FILES}
    ]
    heirs: dict[str, str] = {}
    for then, now in pairwise(chain):
        became = {row["before"]: row["after"] for row in continued(now, then)}
        heirs = {name: became.get(heir, heir) for name, heir in heirs.items()} | became
        there = set(now["segments"]["segment_id"])
        heirs = {name: heir for name, heir in heirs.items() if name not in there}
    return heirs


def _measured(frame: pd.DataFrame, rule: str) -> dict[str, object]:
    """Customers and plain lift of a rule today; nothing where it cannot be evaluated."""
    if not rule or any(name not in frame for name in columns_of(rule)):
        return {}
    try:
        member = evaluate_rule(frame, rule).to_numpy()
    except StudyError:
        return {}
    row: dict[str, object] = {"customers": int(member.sum())}
    score = frame["quality_score"].to_numpy(float)
    if min(member.sum(), (~member).sum()) >= 2:
        apart = effects.difference(score, member)
        low, high = apart.interval()
        row |= {"lift": apart.effect, "lift_low": low, "lift_high": high}
    return row


def _ranked(
    name: str, ranks: pd.DataFrame, past: Sequence[Past], quarter: Quarter
) -> dict[str, object]:
    """Place in the order of priority now and a quarter ago."""
    before = past[-1].table("priorities") if past and past[-1].quarter == quarter.previous else None
    then = np.nan
    if before is not None:
        then = before.set_index("segment_id")["rank"].get(name, np.nan)
    if name not in ranks.index:
        return {"rank_before": then, "moved": SAME}
    now = ranks.loc[name]
    row = {"rank": now["rank"], "rank_before": then, "moved": SAME}
    if pd.notna(then) and now["rank"] != then:
        rises = now["rank"] < then
        firm = now["rank_high"] < then
        row["moved"] = (RISES if firm else RISES_OPEN) if rises else FALLS
    return row
