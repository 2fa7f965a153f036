"""What a reader must know of the exports before any number: what they cover, hold and lack.

One list serves the report (`helpers.report.sections.collection`) and the check of a study, so that
nothing is told an hour later that could have been told in seconds.
"""

from datetime import date

from helpers.collect.beside import apart
from helpers.collect.cautions import Caution, data_cautions
from helpers.collect.observed import (
    EVENTS,
    holes,
    nobody_left,
    quiet,
    unfinished,
    unrecorded,
    withheld,
)
from helpers.collect.states import EXPORT, exported_on, states
from helpers.errors import listed
from helpers.tables import TABLES
from helpers.words import observed as words
from helpers.workspace import Workspace


def not_covered(ws: Workspace) -> list[Caution]:
    """Tables that do not cover the quarter, or not its last month."""
    told: list[Caution] = [
        (f"not_covered_{name}", words.NOT_COVERED, {"table": name.capitalize(), "reason": reason})
        for name in TABLES
        if name in ws.study.sources and (reason := withheld(ws, name))
    ]
    told += [(f"unfinished_{one['table']}", words.LAST_MONTH, one) for one in unfinished(ws)]
    return told


def told_of_rows(ws: Workspace) -> list[Caution]:
    """What is of a later day, what was counted in the rows, and whiles without rows."""
    return [*_of_today(ws), *data_cautions(ws), *_silences(ws)]


def _silences(ws: Workspace) -> list[Caution]:
    """Whiles without rows that are unusual, and may be no more than an export's end."""
    silent, gone, whole = quiet(ws), nobody_left(ws), silent_all(ws)
    told: list[Caution] = []
    if whole:
        told.append(("silent_all", words.SILENT_ALL, whole))
    if silent:
        name = str(silent["table"])
        values = {**silent, "table": name.capitalize(), "name": name}
        told.append((f"quiet_{name}", words.QUIET, values))
    if gone:
        told.append(("nobody_left", words.NOBODY_LEFT, gone))
    told += [(f"hole_{one['table']}", words.HOLE, _capital(one)) for one in holes(ws)]
    for one in apart(ws):
        for part, sentence in (("begins", words.FILE_LATE), ("ends", words.FILE_ENDED)):
            if one[part]:
                values = {"file": one["file"], "table": one["table"]}
                values[part] = date.fromisoformat(one[part])
                told.append((f"file_{part}_{one['table']}_{one['file']}", sentence, values))
    for name in EVENTS:
        for column, found in unrecorded(ws, name).items():
            values = {"table": name, "column": column, "rows": found["rows"]}
            sentence = words.UNRECORDED
            if found["begins"]:
                values["begins"] = date.fromisoformat(found["begins"])
                sentence = words.RECORDED_LATE
            told.append((f"unrecorded_{name}_{column}", sentence, values))
    return told


def silent_all(ws: Workspace) -> dict[str, object]:
    """last, start and as_of, where no export speaks of any day of the quarter; empty elsewhere.

    A quarter that is not over yet, or one that begins after all exports were made, looks like a
    quarter in which nothing happened.
    """
    days = []
    for name in TABLES:
        record = ws.recorded(f"collection/{name}", {})
        if name in ws.study.sources and TABLES[name].known_on and record:
            declared, span = ws.study.sources[name].extracted_on, record.get("span") or {}
            told = [span.get(one) for one in ("last_known", "last_day", "last_left")]
            ends = [date.fromisoformat(day) for day in told if day]
            days += [declared] if declared else [day for day in ends if day <= ws.as_of] or ends
    last = max(days, default=None)
    if last is None or last >= ws.quarter.start:
        return {}
    return {"last": last, "start": ws.quarter.start, "as_of": ws.as_of}


def _capital(values: dict) -> dict:
    return {**values, "table": str(values["table"]).capitalize()}


def _of_today(ws: Workspace) -> list[Caution]:
    """Which columns of accounts hold the state of a later day than the quarter's last."""
    names = [name for name, day in states(ws).items() if day == EXPORT]
    day = exported_on(ws)
    if not names or day is None:
        return []
    fields = listed([ws.study.label(name) for name in names], most=20)
    values = {"fields": fields, "day": day, "as_of": ws.as_of, "days": (day - ws.as_of).days}
    told: list[Caution] = [("state_of_today", words.TODAY, values)]
    tested = {
        one.id: [name for name in dict.fromkeys([*one.variables, one.outcome]) if name in names]
        for one in ws.study.hypotheses
    }
    asked = {id: of_today for id, of_today in tested.items() if of_today}
    if asked:
        named = dict.fromkeys(ws.study.label(name) for found in asked.values() for name in found)
        values = {
            "hypotheses": listed(list(asked), most=20),
            "number": len(asked),
            "fields": listed(list(named), most=20),
            "day": day,
        }
        told.append(("tested_on_today", words.TESTED_ON_TODAY, values))
    return told
