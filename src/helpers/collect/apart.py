"""A table collected apart: its files lie aside until a notebook asks for them.

So a table can be collected in another process, or ahead of its notebook, and nothing of it shows
before, whenever the run is ended.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.workspace import APART, Workspace


@dataclass(frozen=True)
class Apart(Workspace):
    """A workspace in which what collecting one table writes lies aside; all else is as it is."""

    table: str

    @classmethod
    def of(cls, ws: Workspace, table: str) -> "Apart":
        """The place of a table's files, beside the others of a draft."""
        return cls(ws.study, ws.quarter, ws.home, ws.raw, table)

    @property
    def aside(self) -> Path:
        """Folder of the files, which lie in it as they will in the draft."""
        return self.draft / APART / self.table

    def folder(self, name: str) -> Path:
        """A folder to write to, made when missing."""
        path = self.aside / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def canonical_path(self, table: str) -> Path:
        """Where a table is kept: this one, and parts of it, aside; any other in the draft."""
        if table == self.table or table.startswith(f"{self.table}_"):
            return super().canonical_path(table)
        return self.draft / "work/tables" / f"{table}.parquet"

    def recorded(self, name: str, default: Any = None) -> Any:
        """Read a record: what was just written aside, else that of the draft."""
        path = self.aside / "work/records" / f"{name}.json"
        if path.exists():
            return json.loads(path.read_text(encoding="utf-8"))
        return super().recorded(name, default)

    def begin(self) -> None:
        """Remove what an attempt before left."""
        shutil.rmtree(self.aside, ignore_errors=True)

    def put(self, ws: Workspace) -> None:
        """Move the files to where the notebooks read them."""
        for path in sorted(self.aside.rglob("*")):
            if path.is_file():
                name = path.relative_to(self.aside)
                ws.folder(str(name.parent))
                path.replace(ws.replacing(ws.draft / name))
        shutil.rmtree(self.aside)
