"""What changed since the previous quarter, and why: customers and segments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.history.continuity import continued
from helpers.history.reasons import Reasons
from helpers.outputs import shaped
from helpers.segments import verdicts
from helpers.words import groups as words
from helpers.words import say

TABLES = ("quality_scores", "segments", "segment_members")
COMPARED = (*TABLES, "attributes", "health", "tags")  # data files; the last three where there are
COLUMNS = ("kind", "id", "name", "change", "before", "after", "difference", "because", "reason")
STAGE = "tenure"  # the column of tags that holds the stage of life
NOISE = 3.0  # robust standard deviations that a rank has to move to be listed
FLOWS = {"band": "band", "health": "health", "stage": "stage", "joined": "segment",
         "left": "segment"}  # fmt: skip
LEAST = 0.05  # and this share of all customers of both quarters


@dataclass(frozen=True)
class Movement:
    """``table`` is the data file ``movement``; ``reason`` says why it is empty."""

    table: pd.DataFrame
    reason: str = ""


def movement(
    current: Mapping[str, pd.DataFrame],
    previous: Mapping[str, pd.DataFrame] | None,
) -> Movement:
    """Compare two quarters' data files `COMPARED`.

    Parameters
    ----------
    current, previous : data files by name; ``previous`` is None or lacks files where the quarter
        before has no published report.

    Returns
    -------
    Movement; one row per change, sorted by kind, id and change:

    * kind *customer*: ``new``, ``gone``, ``status``, ``band``, ``health``, ``stage`` (of life),
      ``rank`` (difference below 0 = moved up), ``joined`` and ``left`` (before and after hold the
      segment's id);
    * kind *segment*: ``new``, ``gone``, ``verdict``, ``customers``, ``mean_score``, and what became
      of a followed one whose identifier is gone: ``renamed``, ``merged``, ``split`` (`continuity`).

    Ranks are counted among the customers of both quarters: who is new moves all others by the same
    places. A rank is listed where it moved by more than `NOISE` robust standard deviations (1.4826
    x the median absolute deviation) of all such moves, and by `LEAST` of these customers.

    ``reason`` says what is behind a customer's move: the line of the score that changed most, the
    part of health, the attributes that its rule names; or that only others moved. ``because`` names
    that line, part or attribute alone, so that moves can be counted by it.

    Customers are followed in and out of segments that exist in both quarters and that in either are
    shown or may be better (`verdicts.is_followed`). ``before`` and ``after`` are text,
    ``difference`` is after minus before where both are numbers. Nothing is listed that stayed as
    it was.
    """
    if previous is None:
        return Movement(_table([]), words.THERE_NO_REPORT_QUARTER_BEFORE)
    missing = [name for name in TABLES if name not in previous]
    if missing:
        lacks = say(words.REPORT_QUARTER_BEFORE_LACKS, missing=", ".join(missing))
        return Movement(_table([]), lacks)
    changes = [
        *_changes(
            "customer",
            current["quality_scores"],
            previous["quality_scores"],
            key="account_id",
            texts=("status", "band"),
            numbers=(),
        ),
        _ranks(current["quality_scores"], previous["quality_scores"]),
        *_groups(current, previous, "health", "health_group", "health"),
        *_groups(current, previous, "tags", STAGE, "stage"),
        *_changes(
            "segment",
            current["segments"],
            previous["segments"],
            key="segment_id",
            texts=("verdict",),
            numbers=("customers", "mean_score"),
        ),
        pd.DataFrame(_memberships(current, previous), columns=list(COLUMNS)),
        pd.DataFrame(continued(current, previous), columns=list(COLUMNS)),
    ]
    table = Reasons(current, previous).added(_table(changes))
    return Movement(table, "" if len(table) else words.NOTHING_CHANGED)


def _changes(
    kind: str,
    now: pd.DataFrame,
    then: pd.DataFrame,
    *,
    key: str,
    texts: Sequence[str],
    numbers: Sequence[str],
) -> list[pd.DataFrame]:
    """Rows that came, rows that went, and columns that differ in rows of both quarters."""
    title = "name" if kind == "customer" else "definition"
    both = then.merge(now, on=key, how="outer", suffixes=("_then", "_now"), indicator="found")
    named = both[f"{title}_now"].where(both["found"] != "left_only", both[f"{title}_then"])
    both = both.assign(kind=kind, id=both[key], name=named)
    came, went = both["found"] == "right_only", both["found"] == "left_only"
    parts = [both[came].assign(change="new"), both[went].assign(change="gone")]
    stayed = both[both["found"] == "both"]
    for column in (*texts, *numbers):
        if column not in now or column not in then:
            continue
        before, after = stayed[f"{column}_then"], stayed[f"{column}_now"]
        moved = stayed[(before != after) & ~(before.isna() & after.isna())]
        before, after = before[moved.index], after[moved.index]
        gap = after.astype(float) - before.astype(float) if column in numbers else float("nan")
        told = {"before": before.map(_text), "after": after.map(_text), "difference": gap}
        parts.append(moved.assign(change=column, **told))
    return [part.reindex(columns=list(COLUMNS)) for part in parts if len(part)]


def _ranks(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """Ranks among the customers of both quarters that moved beyond the noise."""
    both = then.merge(now, on="account_id", suffixes=("_then", "_now"))
    ranks = both[["rank_then", "rank_now"]].rank(method="min")
    moved = ranks["rank_now"] - ranks["rank_then"]
    spread = 1.4826 * float((moved - moved.median()).abs().median()) if len(moved) else 0.0
    beyond = moved.abs() > max(NOISE * spread, LEAST * len(both))
    rows = both[beyond]
    return pd.DataFrame(
        {
            "kind": "customer",
            "id": rows["account_id"],
            "name": rows["name_now"],
            "change": "rank",
            "before": rows["rank_then"].map(_text),
            "after": rows["rank_now"].map(_text),
            "difference": moved[beyond],
        }
    ).reindex(columns=list(COLUMNS))


def _groups(
    current: Mapping[str, pd.DataFrame],
    previous: Mapping[str, pd.DataFrame],
    file: str,
    column: str,
    change: str,
) -> list[pd.DataFrame]:
    """Customers that are in another group of health, or in another stage of life."""
    if not all(column in tables.get(file, ()) for tables in (current, previous)):
        return []
    names = current["quality_scores"][["account_id", "name"]]
    now, then = (
        tables[file][["account_id", column]]
        .rename(columns={column: change})
        .merge(names, how="left", on="account_id")
        for tables in (current, previous)
    )
    both = set(now["account_id"]) & set(then["account_id"])
    now, then = (table[table["account_id"].isin(both)] for table in (now, then))
    return _changes("customer", now, then, key="account_id", texts=(change,), numbers=())


def _memberships(
    current: Mapping[str, pd.DataFrame],
    previous: Mapping[str, pd.DataFrame],
) -> list[dict]:
    """Customers of both quarters that joined or left a segment of both quarters."""
    tables = (current["segments"], previous["segments"])
    both = set.intersection(*(set(table["segment_id"]) for table in tables))
    shown = {
        name
        for table in tables
        for name in table.loc[verdicts.is_followed(table["verdict"]), "segment_id"]
    }
    known = set(current["quality_scores"]["account_id"]) & set(
        previous["quality_scores"]["account_id"]
    )
    names = current["quality_scores"].set_index("account_id")["name"]
    rows = []
    for segment in sorted(both & shown):
        now, then = (
            set(held.loc[held["segment_id"] == segment, "account_id"]) & known
            for held in (current["segment_members"], previous["segment_members"])
        )
        moved = [(name, "joined", "", segment) for name in now - then]
        moved += [(name, "left", segment, "") for name in then - now]
        rows += [
            {
                "kind": "customer",
                "id": name,
                "name": names.get(name, ""),
                "change": change,
                "before": before,
                "after": after,
            }
            for name, change, before, after in moved
        ]
    return rows


def _text(value: object) -> str:
    if pd.isna(value):
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _table(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [part.astype("object") for part in parts if len(part)]
    table = pd.concat(filled) if filled else pd.DataFrame(columns=list(COLUMNS))
    texts = [name for name in COLUMNS if name != "difference"]
    table[texts] = table[texts].fillna("")
    table = table.astype(dict.fromkeys(texts, "str") | {"difference": float})
    keys = ["kind", "id", "change", "before", "after"]
    return table.sort_values(keys, kind="stable").reset_index(drop=True)


def flows(changes: pd.DataFrame) -> pd.DataFrame:
    """How many customers moved from which group to which, and because of what: ``flows``.

    Parameters
    ----------
    changes : data file ``movement``.

    Returns
    -------
    One row per change (band, health, stage, segment), group before, group after and reason; the
    largest flows of a change first, their commonest reasons first. ``before`` or ``after`` is blank
    where a customer joined or left a segment.
    """
    moved = changes[(changes["kind"] == "customer") & changes["change"].isin(FLOWS)]
    told = moved.assign(change=moved["change"].map(FLOWS))
    keys = ["change", "before", "after"]
    counts = told.groupby([*keys, "because"], sort=False).size().rename("customers").reset_index()
    whole = counts.groupby(keys)["customers"].transform("sum")
    order = counts["change"].map(
        {name: at for at, name in enumerate(dict.fromkeys(FLOWS.values()))}
    )
    counts = counts.assign(_order=order, _whole=-whole, _own=-counts["customers"])
    by = ["_order", "_whole", *keys, "_own", "because"]
    counts = counts.sort_values(by, kind="stable").reset_index(drop=True)
    return shaped("flows", counts[[*keys, "because", "customers"]])
