"""Segments that go on under another rule: renamed, merged and split ones, by their members."""

from collections.abc import Mapping

import pandas as pd

from helpers.segments import verdicts

SAME = 0.8  # shared ÷ joint customers from which two segments are the same under another rule
INSIDE = 0.8  # share of a segment's customers that have to be in another one
RENAMED, MERGED, SPLIT = "renamed", "merged", "split"


def continued(
    current: Mapping[str, pd.DataFrame], previous: Mapping[str, pd.DataFrame]
) -> list[dict]:
    """What became of followed segments whose identifier is gone.

    An identifier stays as long as the rule does. Compared are customers of both quarters.

    Parameters
    ----------
    current, previous : data files ``segments``, ``segment_members`` and ``quality_scores``.

    Returns
    -------
    Rows of the table ``movement``, kind *segment*, id = the segment of before:

    * ``renamed``: another identifier holds the same customers (`SAME`);
    * ``merged``: most of its customers (`INSIDE`) are in one that is new and larger;
    * ``split``: two or more new ones lie mostly (`INSIDE`) within it; ``after`` names them.
    """
    known = set(current["quality_scores"]["account_id"])
    known &= set(previous["quality_scores"]["account_id"])
    before, after = (_followed(tables, known) for tables in (previous, current))
    ids = [set(tables["segments"]["segment_id"]) for tables in (previous, current)]
    gone = {name: held for name, held in before.items() if name not in ids[1]}
    new = {name: held for name, held in after.items() if name not in ids[0]}
    names = previous["segments"].set_index("segment_id")["definition"]
    rows = []
    for name, held in sorted(gone.items()):
        change, others = _became(held, new)
        if change:
            row = {"kind": "segment", "id": name, "name": names[name], "change": change}
            rows.append(row | {"before": name, "after": "; ".join(others)})
    return rows


def _followed(tables: Mapping[str, pd.DataFrame], known: set[str]) -> dict[str, set[str]]:
    """Customers of both quarters in each followed segment that has any."""
    segments = tables["segments"]
    ids = segments.loc[verdicts.is_followed(segments["verdict"]), "segment_id"]
    members = tables["segment_members"]
    held = members[members["segment_id"].isin(ids)].groupby("segment_id")["account_id"].agg(set)
    return {str(name): of & known for name, of in held.items() if of & known}


def _became(held: set[str], new: Mapping[str, set[str]]) -> tuple[str, list[str]]:
    alike = {name: len(held & of) / len(held | of) for name, of in new.items()}
    best = max(sorted(alike), key=alike.__getitem__, default="")
    if best and alike[best] >= SAME:
        return RENAMED, [best]
    parts = [name for name, of in sorted(new.items()) if len(held & of) >= INSIDE * len(of)]
    if len(parts) > 1:
        return SPLIT, parts
    within = [name for name, of in sorted(new.items())
              if len(held & of) >= INSIDE * len(held) and len(of) > len(held)]  # fmt: skip
    return (MERGED, within[:1]) if within else ("", [])
