"""Charts, slides and tables with every text in the language that is spoken.

Where English is spoken, everything is what it was made as. Elsewhere constants that stand in the
tables behind a chart or a slide are told here, before anything is placed.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import pandas as pd

from helpers import outputs
from helpers.outputs import Column
from helpers.words import spoken
from helpers.workspace import Workspace

T = TypeVar("T")


def retold(thing: T, *, but: tuple[type, ...] = ()) -> T:
    """A frozen dataclass with the texts in it told; what is of a class in ``but`` stays."""
    return thing if spoken.english() else _told(thing, but)


def _told(thing: Any, but: tuple[type, ...]) -> Any:
    if isinstance(thing, str):
        return spoken.shown(thing)
    if isinstance(thing, tuple):
        return tuple(_told(one, but) for one in thing)
    if is_dataclass(thing) and not isinstance(thing, type) and not isinstance(thing, but):
        changed = {
            field.name: told
            for field in fields(thing)
            if (told := _told(old := getattr(thing, field.name), but)) != old
        }
        return replace(thing, **changed) if changed else thing
    return thing


def told_in(table: pd.DataFrame, known: Mapping[str, Column | None]) -> pd.DataFrame:
    """A table to be read by people: its fixed values and its sentences are told."""
    if spoken.english():
        return table
    told = {
        at: table[at].map(spoken.value if entry.allowed else spoken.shown, na_action="ignore")
        for at, entry in known.items()
        if entry is not None and entry.type in ("text", "category")
    }
    return table.assign(**told)


def data_files(ws: Workspace) -> None:
    """Tell the sentences in the data files of a draft; fixed values stay, as programs read them."""
    if spoken.english():
        return
    for name in ws.data_files:
        table = ws.load(name)
        found = {at: outputs.column(ws.study, name, at) for at in table.columns}
        texts = [at for at, entry in found.items() if entry is not None and entry.type == "text"]
        told = {at: table[at].map(spoken.shown, na_action="ignore") for at in texts}
        if any(not told[at].equals(table[at]) for at in texts):
            ws.save(name, table.assign(**told))
