"""Several files of one table: whether one of them covers less of the quarter than the others.

The first and last day of a table are those of all of its files together: a survey tool that was
exported from August on hides behind another that was exported from January on. Each file is held
to its own rhythm (`helpers.collect.rhythm`). Files that follow one another, such as one per year,
are meant to end and begin.
"""

from collections.abc import Mapping
from datetime import date

from helpers.collect.observed import (
    EVENTS,
    LATER,
    LONGEST_BATCH,
    UNRECORDED,
    withheld,
)
from helpers.collect.placeholders import real_days
from helpers.collect.rhythm import FEWEST_DAYS, rhythm, unusual
from helpers.study import Source
from helpers.workspace import Workspace


def files_apart(
    files: Mapping[str, Mapping[date, int]], source: Source, *, start: date, as_of: date
) -> list[dict[str, str]]:
    """The files of a table that begin within the quarter, or end before it does.

    Parameters
    ----------
    files : alias → rows by the day that the table is known on, of each file alone.
    source : what the study declares of all files together.
    start, as_of : first and last day of the quarter.

    Returns
    -------
    file, begins and ends (ISO; "" where it does neither) of each such file.
    """
    days = {alias: real for alias, rows in files.items() if (real := real_days(rows))}
    found = []
    for alias, rows in days.items():
        others = [other for name, other in days.items() if name != alias]
        first = min(rows)
        known = max((day for day in rows if day <= as_of), default=None)
        span = rhythm(rows, as_of)
        late = (first - start).days
        begins = (
            late > 0
            and not (source.records_begin and first <= source.records_begin)
            and not any(max(other) <= first for other in others)
            and (
                known is None
                or unusual(late, span)
                or bool(span["steady"] and late > LONGEST_BATCH)
                # One wave, or two, have no rhythm: they are told as what they are.
                or (len(rows) < FEWEST_DAYS and sum(rows.values()) >= UNRECORDED)
            )
        )
        ends = (
            known is not None
            and known < as_of
            and source.extracted_on is None
            and span["later"] < LATER
            and not any(min(other) >= known for other in others)
            and bool(span["overdue"] or unusual((as_of - known).days, span))
        )
        if others and (begins or ends):
            told = {"begins": f"{first}" if begins else "", "ends": f"{known}" if ends else ""}
            found.append({"file": alias, **told})
    return found


def apart(ws: Workspace) -> list[dict[str, str]]:
    """table, file, begins and ends of each file that covers less of the quarter than others.

    Tables of which nothing is told for the quarter are left out: they are named as such.
    """
    return [
        {"table": name, **one}
        for name in EVENTS
        if name in ws.study.sources and not withheld(ws, name)
        for one in ws.recorded(f"collection/{name}", {}).get("files_apart") or []
    ]
