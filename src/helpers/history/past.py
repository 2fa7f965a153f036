"""Earlier published quarters of a study, as their reports left them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from helpers.quarter import Quarter
from helpers.workspace import Workspace


@dataclass(frozen=True)
class Past:
    """One published quarter; its data files are read when they are asked for, and kept."""

    ws: Workspace
    quarter: Quarter
    manifest: dict[str, Any]
    _read: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def day(self) -> pd.Timestamp:
        """Its as-of date."""
        return pd.Timestamp(self.quarter.as_of)

    def table(self, name: str) -> pd.DataFrame | None:
        """A data file; None where that report has none of the name."""
        if name not in self._read:
            self._read.update(self.ws.published_tables(self.quarter, [name]) or {})
        return self._read.get(name)

    def tables(self, names: Sequence[str]) -> dict[str, pd.DataFrame]:
        """Those of several data files that the report has."""
        found = {name: self.table(name) for name in names}
        return {name: table for name, table in found.items() if table is not None}


def past_quarters(ws: Workspace) -> list[Past]:
    """All earlier quarters of the study that have a published report, the oldest first.

    Quarters need not follow one another. Later ones are never read, so that an earlier quarter can
    be made again from what was there then.
    """
    earlier = [quarter for quarter in ws.published() if quarter < ws.quarter]
    return [Past(ws, quarter, ws.manifest(quarter)) for quarter in earlier]


def quarters_between(earlier: Quarter, later: Quarter) -> int:
    """Quarters from one to the other.

    >>> quarters_between(Quarter.parse("2025Q3"), Quarter.parse("2026Q1"))
    2
    """
    return 4 * (later.year - earlier.year) + later.number - earlier.number
