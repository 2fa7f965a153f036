"""From a folder of exports to a study file that runs (`make study`): guesses, with their reasons.

Vendors' exports are recognised by their files and columns (`helpers.collect.presets`); for others,
what a column is follows from its name, in many languages, its values, and which joins hold.
"""

import re
import tempfile
from pathlib import Path

from helpers.draft.guessing import guess
from helpers.draft.looking import look
from helpers.draft.missing import missed
from helpers.draft.parts import Guess
from helpers.draft.rates import with_rates
from helpers.draft.trying import quarter_of, tried
from helpers.draft.uniting import united, with_parts
from helpers.draft.vendors import recognised
from helpers.draft.writing import written
from helpers.errors import StudyError


def draft(exports: str | Path, target: str | Path = "") -> tuple[Path, Guess]:
    """Write a study file for a folder of exports.

    Parameters
    ----------
    exports : folder of raw files, which are only read.
    target : folder of the study file; empty = ``data/raw/<folder's name>`` under the current one.

    Returns
    -------
    The study file, and what was guessed.

    Raises
    ------
    StudyError
        No such folder, nothing in it that can be read, or a study file that is there already.
    """
    import duckdb

    folder = Path(exports).expanduser().resolve()
    if not folder.is_dir():
        raise StudyError(f"There is no folder {exports}.", expected="a folder of exports")
    name = re.sub(r"[^A-Za-z0-9_-]+", "_", folder.name).strip("_") or "study"
    place = Path(target).expanduser() if target else Path.cwd() / "data" / "raw" / name
    path = place / "study.yml"
    if path.exists():
        raise StudyError(
            f"{path} exists already.", remedy="remove it, or name another folder: STUDY=…"
        )
    vendors = recognised(folder)
    unread: dict[str, str] = {}
    if vendors:
        found = tried(folder, vendors)
    else:
        with tempfile.TemporaryDirectory(prefix="draft-") as scratch, duckdb.connect() as con:
            files, unread = look(con, folder, Path(scratch))
            if not files:
                raise StudyError(
                    f"No file of {folder} can be read.",
                    found="; ".join(f"{n}: {why}" for n, why in unread.items()) or "no files",
                    expected="csv, parquet, json lines or xlsx, with a header and rows",
                    remedy="export these files again, or name another folder: EXPORTS=…",
                )
            files, older = united(con, files, folder)
            found = guess(con, files)
            if found.decision and not {"orders", "contracts"} & {*found.tables}:
                seen = missed(files, found.keys, unread)
                found.decision += f" What was looked at: {seen}." if seen else ""
            unread |= older
            found.currency = with_rates(con, files, found)
            for export in files:
                using = [t for t in found.tables.values() if export.alias in t.files]
                if export.unsure and using:
                    using[0].why.append(export.unsure)
            for table in found.tables.values():
                with_parts(table, files)
    found.left_out |= unread
    text = written(
        found, name=name, folder=folder, quarter=quarter_of(found.last_day, found.first_day)
    )
    place.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path, found
