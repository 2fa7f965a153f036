"""What a run says about its ready-made sources: choices, what they concern, what is not there."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from helpers.collect.presets.choices import Settled, holds
from helpers.collect.presets.description import Preset, load_preset
from helpers.collect.presets.folder import Found
from helpers.collect.presets.query import Query
from helpers.errors import listed
from helpers.tables import TABLES
from helpers.words import Sentence
from helpers.words import presets as words
from helpers.workspace import Workspace

CHOICES = ("preset", "table", "choice", "value", "meaning", "set_by", "rows", "amount")
RECORD = "preset_choices"
NOT_THERE = words.NOT_THERE
ALWAYS = words.AS_EXPORTED


def record(ws: Workspace, query: Query, effects: pd.DataFrame) -> None:
    """Keep the choices of a table, what they concern, and what the export cannot say.

    Parameters
    ----------
    effects : choice, counts, currency, rows, amount, as `Query.effects` counts them.
    """
    preset, table, settled = query.preset, query.table, query.settled
    rows = [
        _row(query, name, _value(s), s.meaning, "default" if s.default else "study file", effects)
        for name, s in settled.items()
    ]
    if query.keep:
        kept = listed((f"{c} as {n}" if c != n else n for n, c in query.keep.items()), most=60)
        meaning = words.KEPT_AS_ATTRIBUTES
        rows.append(_row(query, "keep", kept, meaning, "study file", effects))
    for row in rows:
        choice = preset.choices.get(row["choice"])
        row["caution"] = bool(row["rows"]) and choice is not None and choice.caution
    beside = set(ws.study.sources)
    for remark in preset.remarks:
        if table in remark.tables and set(remark.beside) <= beside:
            held = [need for need in remark.unless if _held(need, preset, query.past, query.found)]
            if not held:
                value = NOT_THERE if remark.unless else ALWAYS
                said = (preset.name, table, remark.about, value, remark.says, "export", 0, "")
                rows.append(dict(zip(CHOICES, said, strict=True)) | {"caution": remark.caution})
    ws.folder(f"work/records/{RECORD}")
    ws.record(f"{RECORD}/{table}", rows)


def preset_choices(ws: Workspace) -> pd.DataFrame:
    """The choices behind the tables that were collected through presets.

    Returns
    -------
    DataFrame with preset, table, choice, value, meaning, set_by (``study file``, ``default``, or
    ``export`` for what the export does not say), rows (that the choice concerns; 0 where none or
    not counted) and amount (their money, of contracts a month at the as-of date, by currency; empty
    where none), in the order of the study's tables; without rows where the study uses no preset.
    """
    return pd.DataFrame(_recorded(ws), columns=list(CHOICES))


def preset_cautions(ws: Workspace) -> list[tuple[str, Sentence, dict[str, Any]]]:
    """What a reader must know of the ready-made sources.

    Returns
    -------
    For each caution the id of its exhibit, its sentence and the values of its placeholders.
    """
    return [_caution(row) for row in _recorded(ws) if row["caution"]]


def _caution(row: Mapping[str, Any]) -> tuple[str, Sentence, dict[str, Any]]:
    id = "_".join(("preset", row["table"], row["choice"], row["set_by"].replace(" ", "_")))
    values = {
        "export": load_preset(row["preset"]).title,
        "table": row["table"],
        "meaning": row["meaning"],
    }
    if not row["rows"]:
        return id, words.SAID, values
    values["rows"] = row["rows"]
    if not row["amount"]:
        return id, words.IN_ROWS, values
    return id, words.IN_MONEY, values | {"money": row["amount"]}


def _recorded(ws: Workspace) -> list[dict]:
    return [
        row
        for name in TABLES
        if name in ws.study.sources and ws.study.sources[name].preset
        for row in ws.recorded(f"{RECORD}/{name}", [])
    ]


def _row(
    query: Query, name: str, value: str, meaning: str, set_by: str, effects: pd.DataFrame
) -> dict:
    mine = effects[effects["choice"] == name]
    row = (
        query.preset.name,
        query.table,
        name,
        value,
        meaning,
        set_by,
        int(mine["rows"].sum()),
        _money(mine, query.table),
    )
    return dict(zip(CHOICES, row, strict=True))


def _money(mine: pd.DataFrame, table: str) -> str:
    """Amounts by currency; those without one are in the study's."""
    amounts = mine.assign(currency=mine["currency"].fillna("")).groupby("currency")["amount"].sum()
    period = " a month" if table == "contracts" else ""
    return "; ".join(
        f"{amount:,.2f}{' ' + currency if currency else ''}{period}"
        for currency, amount in amounts.items()
        if amount
    )


def _value(settled: Settled) -> str:
    value = settled.value
    return listed(value, most=40) if isinstance(value, list) else str(value)


def _held(need: str, preset: Preset, past: Collection[str], found: Mapping[str, Found]) -> bool:
    kind, _, name = need.rpartition(":")
    return name in past if kind == "history" else holds(need, found)
