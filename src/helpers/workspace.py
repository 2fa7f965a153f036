"""One quarter's folder: where the notebooks leave their work for one another and for the report.

A run works in a draft, ``reports/<study>/.draft/<quarter>/``; stepping through the notebooks by
hand uses the same place. Only a complete draft replaces ``reports/<study>/<quarter>/``.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers import outputs
from helpers.errors import StudyError, listed
from helpers.exchange import exchanged
from helpers.quarter import Quarter
from helpers.sandbox.places import raw_folder
from helpers.study import Study
from helpers.study.addresses import readable
from helpers.study.file import load_study
from helpers.words import speak

STEPS = (
    "01_scoping",
    "02_customer_list",
    "03_data_collection",
    "04_segment_analysis",
    "05_prioritization",
)
COMPLETED = "work/completed.json"  # of a run's draft: which notebooks are done
BEFORE = "work/before"  # what the notebook under way has replaced
APART = "work/apart"  # tables that no notebook has asked for yet
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def project_root() -> Path:
    """The checkout that this package is installed from, else the current folder."""
    checkout = Path(__file__).resolve().parents[2]
    return checkout if (checkout / "notebooks").is_dir() else Path.cwd()


def checksum(path: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class Workspace:
    """The study, the quarter, and the folders of one run.

    Everything that a later notebook or the report needs passes through here: data files
    (``save`` / ``load``), canonical tables (``canonical_path``), and small records such as facts
    and counts (``record`` / ``recorded``).
    """

    study: Study
    quarter: Quarter
    home: Path
    raw: Path

    @classmethod
    def open(
        cls, *, study: str, quarter: str = "", reports: str = "reports", data: str = ""
    ) -> "Workspace":
        """Open the draft of a quarter; relative places start at the project's root.

        From here on everything is told in the study's ``language``.

        Parameters
        ----------
        study : folder that holds ``study.yml``, or a study file.
        quarter : such as ``2026Q3``; empty = the study's ``default_quarter``.
        reports : folder under which ``<study>/<quarter>/`` is published.
        data : folder of the raw files; empty = the ``data`` key of the study file, which is
            relative to that file and may name environment variables.
        """
        root = project_root()
        loaded = load_study(root / Path(study).expanduser())
        speak(loaded.language)
        home = root / Path(reports).expanduser() / loaded.study
        if data:
            raw = root / Path(data).expanduser()
        else:
            named = loaded.path.parent / Path(_expanded(loaded)).expanduser()
            raw = raw_folder(named, file=loaded.path.name)
        return cls(loaded, loaded.quarter(quarter), home, raw)

    @property
    def places(self) -> dict[str, str]:
        """What `open` takes to open the same in another process."""
        return {
            "study": str(self.study.path),
            "quarter": str(self.quarter),
            "reports": str(self.home.parent),
            "data": str(self.raw),
        }

    # ── places ───────────────────────────────────────────────────────────────────────────────────
    @property
    def as_of(self) -> date:
        """The last day that this run may know about."""
        return self.quarter.as_of

    @property
    def draft(self) -> Path:
        """Folder of the unpublished report."""
        return self.home / ".draft" / str(self.quarter)

    @property
    def target(self) -> Path:
        """Folder of the published report."""
        return self.home / str(self.quarter)

    def folder(self, name: str) -> Path:
        """A folder of the draft, made when missing."""
        path = self.draft / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    # ── data files ───────────────────────────────────────────────────────────────────────────────
    def save(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        """Write one data file as Parquet and CSV; hand the table back.

        The table is held to its declaration in `helpers.outputs`: columns, types, units, values
        and key; a StudyError names everything that does not keep to it.

        Row order is the caller's and should follow the key, so that a second run gives the same
        bytes. In the CSV, text that a spreadsheet would run as a formula starts with an
        apostrophe; the Parquet file holds it as it is.
        """
        table = outputs.held(self.study, name, table.reset_index(drop=True))
        folder = self.folder("data")
        table.to_parquet(self.replacing(folder / f"{name}.parquet"), index=False)
        path = self.replacing(folder / f"{name}.csv")
        inert(table).to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
        return table

    def load(self, name: str, columns: list[str] | None = None) -> pd.DataFrame:
        """Read a data file that an earlier notebook saved, or some of its columns."""
        path = self.draft / "data" / f"{name}.parquet"
        self._require(path, name)
        return table_of(path) if columns is None else pd.read_parquet(path, columns=columns)

    def has(self, name: str) -> bool:
        """Whether a data file was saved."""
        return (self.draft / "data" / f"{name}.parquet").exists()

    @property
    def data_files(self) -> list[str]:
        """Names of the data files saved so far."""
        return sorted(path.stem for path in (self.draft / "data").glob("*.parquet"))

    # ── between the notebooks ────────────────────────────────────────────────────────────────────
    def canonical_path(self, table: str) -> Path:
        """Where a checked canonical table is kept, as Parquet."""
        return self.folder("work/tables") / f"{table}.parquet"

    def keep(self, name: str, table: pd.DataFrame) -> pd.DataFrame:
        """Keep an intermediate table that is not published."""
        path = self.folder("work/kept") / f"{name}.parquet"
        table.to_parquet(self.replacing(path), index=False)
        return table

    def kept(self, name: str) -> pd.DataFrame:
        """Read an intermediate table again."""
        path = self.draft / "work" / "kept" / f"{name}.parquet"
        self._require(path, name)
        return table_of(path)

    def record(self, name: str, content: Any) -> None:
        """Keep a small JSON record."""
        path = self.folder("work/records") / f"{name}.json"
        text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False, default=_plain)
        self.replacing(path).write_text(text, encoding="utf-8")

    def recorded(self, name: str, default: Any = None) -> Any:
        """Read a record again; ``default`` where it was never written."""
        path = self.draft / "work" / "records" / f"{name}.json"
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else default

    def replacing(self, path: Path) -> Path:
        """The path, for a file that takes the place of one that an earlier notebook wrote.

        That one is put aside until the notebook under way is done: where a run is ended before, the
        next goes on from there.
        """
        if path.exists() and (self.draft / COMPLETED).exists():
            aside = self.draft / BEFORE / path.relative_to(self.draft)
            if not aside.exists():
                aside.parent.mkdir(parents=True, exist_ok=True)
                path.replace(aside)
        return path

    def _require(self, path: Path, name: str) -> None:
        if not path.exists():
            raise StudyError(
                f"`{name}` of {self.study.study} {self.quarter} has not been computed yet.",
                remedy=f"run the notebooks in order: {listed(STEPS)}",
            )

    # ── publishing ───────────────────────────────────────────────────────────────────────────────
    def clear(self) -> None:
        """Start from an empty draft, after mending a publication that was cut short."""
        self._recover()
        shutil.rmtree(self.draft, ignore_errors=True)
        self.draft.mkdir(parents=True)

    def publish(self) -> Path:
        """Replace the published report of the quarter by the draft, as a whole.

        The draft's ``work`` folder stays behind. The two folders change names in one step; where
        the system cannot do that, in two, and where the process dies between these, the next run
        puts the old report back.
        """
        shutil.rmtree(self.draft / "work", ignore_errors=True)
        self._replaced.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self._replaced, ignore_errors=True)
        if self.target.exists():
            if exchanged(self.draft, self.target):
                shutil.rmtree(self.draft, ignore_errors=True)
                return self.target
            self.target.replace(self._replaced)
        self.draft.replace(self.target)
        shutil.rmtree(self._replaced, ignore_errors=True)
        return self.target

    def earlier(self, quarter: Quarter) -> Path | None:
        """The published report of another quarter, where there is one."""
        path = self.home / str(quarter)
        return path if (path / "manifest.json").exists() else None

    def published(self) -> tuple[Quarter, ...]:
        """The quarters of the study that have a published report, the oldest first."""
        if not self.home.is_dir():
            return ()
        starts = self.study.fiscal_year_starts
        found = (
            Quarter.parse(path.parent.name, fiscal_year_starts=starts)
            for path in self.home.glob("[0-9][0-9][0-9][0-9]Q[1-4]/manifest.json")
        )
        return tuple(sorted(found))

    def manifest(self, quarter: Quarter) -> dict[str, Any]:
        """What the published report of a quarter says it was made from and with."""
        path = self.home / str(quarter) / "manifest.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise StudyError(
                f"The manifest of the published report of {quarter} cannot be read.",
                found=str(path),
                remedy=f"publish that quarter again: make report QUARTER={quarter}, or move its "
                "folder elsewhere",
            ) from None

    def published_tables(
        self, quarter: Quarter, names: Sequence[str]
    ) -> dict[str, pd.DataFrame] | None:
        """Data files of another quarter's published report; None where there is no report."""
        folder = self.earlier(quarter)
        if folder is None:
            return None
        paths = {name: folder / "data" / f"{name}.parquet" for name in names}
        return {name: _published(path) for name, path in paths.items() if path.exists()}

    @cached_property
    def _replaced(self) -> Path:
        return self.home / ".replaced" / str(self.quarter)

    def _recover(self) -> None:
        if self._replaced.exists() and not self.target.exists():
            self._replaced.replace(self.target)


def table_of(path: Path) -> pd.DataFrame:
    """One Parquet file, as pandas reads it, in two thirds of the time: it is no set of files."""
    from pyarrow.parquet import ParquetFile

    return ParquetFile(path).read(use_threads=False).to_pandas()


def _published(path: Path) -> pd.DataFrame:
    try:
        return table_of(path)
    except (OSError, ValueError) as error:
        raise StudyError(
            f"A data file of an earlier report cannot be read: {path.name}",
            found=f"{path}: {str(error).splitlines()[0]}",
            remedy="publish that quarter again, or move its folder elsewhere",
        ) from None


def inert(table: pd.DataFrame) -> pd.DataFrame:
    """Text cells that a spreadsheet would run as formulas, made plain with an apostrophe."""
    safe = table.copy()
    for name in safe.columns:
        cells = safe[name]
        if pd.api.types.is_numeric_dtype(cells) or pd.api.types.is_datetime64_any_dtype(cells):
            continue
        if isinstance(cells.dtype, pd.CategoricalDtype):
            if not any(map(_is_formula, cells.cat.categories)):
                continue
            cells = cells.astype("object")
        if isinstance(cells.dtype, pd.StringDtype):
            risky = cells.str.startswith(FORMULA_STARTS).fillna(False).astype(bool)
        else:
            risky = cells.astype("object").map(_is_formula)
        if risky.any():
            safe[name] = cells.where(~risky, "'" + cells.astype(str))
    return safe


def _is_formula(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith(FORMULA_STARTS)


def _expanded(study: Study) -> str:
    """The `data` folder with its variables filled in; an unset one is an error, not an empty text.

    A variable that the study may not read can still name a folder: nothing else is taken from it,
    and what it holds is not told.
    """
    names = [one or other for one, other in _VARIABLE.findall(study.data)]
    if any(not os.environ.get(name) for name in names):
        raise StudyError(
            "The study's `data` folder names an environment variable that is not set.",
            found=study.data,
            remedy="set the variable, or pass the folder: make report … DATA=/path/to/raw/files",
        )
    folders = [name for name in names if Path(os.environ[name]).expanduser().is_dir()]
    readable((n for n in names if n not in folders), study.limits, where="data")
    return os.path.expandvars(study.data)


def _plain(value: Any) -> Any:
    """JSON form of the scalars that tables hold."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, date):
        return value.isoformat()
    if value is pd.NA:
        return None
    raise TypeError(f"{type(value).__name__} cannot be recorded")
