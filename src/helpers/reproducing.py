"""Whether published quarters can be made again: the same inputs, versions and method, equal bytes.

A quarter is made again in a folder of its own, with the reports of earlier quarters as they are
now, and its data files are compared byte by byte; that those reports changed since is told.
"""

import json
import platform
import shutil
import tempfile
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from importlib import metadata
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.errors import StudyError, listed
from helpers.inputs import ROWS, is_as_recorded, rewritten
from helpers.method import changed_sections
from helpers.quarter import Quarter
from helpers.resuming import past_of
from helpers.study.scoping import PROGRAM
from helpers.workspace import Workspace

MOST = 10  # rows and files named at most


@dataclass
class Checked:
    """One published quarter.

    ``differs`` says what stands in the way of making it again, or came out otherwise; ``changed``
    what is not as it was then and did not matter.
    """

    quarter: Quarter
    differs: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        head = f"{self.quarter}: {'cannot be reproduced' if self.differs else 'reproduced'}"
        lines = [f"  {told}" for told in (*self.differs, *self.changed)]
        return "\n".join([head, *lines])


def publish_check(
    *, study: str, reports: str = "reports", data: str = "", quarter: str = ""
) -> list[Checked]:
    """Check published quarters, all of them or one.

    Returns
    -------
    One entry per quarter, the oldest first.

    Raises
    ------
    StudyError
        Where nothing is published.
    """
    opened = Workspace.open(study=study, reports=reports, data=data, quarter=quarter)
    quarters = [opened.quarter] if quarter else list(opened.published())
    missing = [one for one in quarters if opened.earlier(one) is None]
    if missing or not quarters:
        raise StudyError(
            f"There is no published report of {opened.study.study} {listed(missing) or ''}".strip()
            + " to check.",
            found=f"published: {listed(opened.published()) or 'none'}",
        )
    checked = []
    for one in quarters:
        ws = Workspace.open(study=study, reports=reports, data=data, quarter=str(one))
        checked.append(_checked(ws, {"study": study, "data": data}))
    return checked


def _checked(ws: Workspace, places: dict[str, str]) -> Checked:
    manifest, found = ws.manifest(ws.quarter), Checked(ws.quarter)
    touched = [
        name
        for name, digest in manifest["data_files"].items()
        if not is_as_recorded(ws.target / "data" / name, digest)
    ]
    if touched:
        found.differs.append(f"changed after it was published: {listed(touched, most=MOST)}")
    _inputs(ws, manifest, found)
    _versions(manifest, found)
    _method(ws, manifest, found)
    _again(ws, manifest, places, found)
    return found


def _inputs(ws: Workspace, manifest: dict, found: Checked) -> None:
    """Raw files that are not as they were."""
    for name, files in manifest["raw_files"].items():
        source = ws.study.sources.get(name)
        folder = ws.raw / source.folder if source and source.folder else ws.raw
        for one in files:
            if not is_as_recorded(folder / one["path"], one["sha256"]):
                there = (folder / one["path"]).is_file()
                found.changed.append(
                    f"input {'changed' if there else 'is gone'}: {one['path']} ({name})"
                )
    past = (manifest.get("made_from") or {}).get("past")
    if past and past != past_of(ws):
        found.changed.append(
            "the reports of earlier quarters, or when hypotheses were fixed, changed since"
        )


def _versions(manifest: dict, found: Checked) -> None:
    now = {"python": platform.python_version()}
    then = {"python": manifest["python"], **manifest["packages"]}
    for name in manifest["packages"]:
        try:
            now[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            now[name] = "none"
    told = [f"{name} {then[name]} → {now[name]}" for name in then if then[name] != now[name]]
    if told:
        found.changed.append(f"versions: {listed(told, most=MOST)}")


def _method(ws: Workspace, manifest: dict, found: Checked) -> None:
    """Sections of the method that changed since, and whether an entry names them."""
    changed = changed_sections(ws.study, manifest)
    named = {
        section
        for entry in ws.study.change_log
        if entry.date > ws.quarter.end
        for section in entry.sections
    }
    unnamed = [section for section in changed if section not in named]
    told = ["the program's own" if one == PROGRAM else one for one in unnamed]
    if unnamed:
        found.differs.append(f"method changed without an entry in change_log: {listed(told)}")
    elif changed:
        found.changed.append(f"method changed, as the change_log says: {listed(changed)}")


def _again(ws: Workspace, manifest: dict, places: dict[str, str], found: Checked) -> None:
    """Make the quarter again elsewhere, and compare its data files and its rows."""
    from helpers.run import run_quarter

    folder = Path(tempfile.mkdtemp(prefix="best-customers-check-"))
    try:
        home = folder / ws.study.study
        home.mkdir()
        for one in ws.published():
            if one == ws.quarter:  # when its first report was made decides on hypotheses
                (home / str(one)).mkdir()
                shutil.copy(ws.target / "manifest.json", home / str(one))
            else:
                (home / str(one)).symlink_to((ws.home / str(one)).resolve())
        with redirect_stdout(StringIO()):
            place: dict[str, Any] = {**places, "reports": str(folder)}
            made = run_quarter(**place, quarter=str(ws.quarter), progress=False)
        if made is None:
            found.differs.append("its run fails")
            return
        now = json.loads((made / "manifest.json").read_text(encoding="utf-8"))["data_files"]
        then = manifest["data_files"]
        other = sorted(
            {Path(name).stem for name in {*then, *now} if then.get(name) != now.get(name)}
        )
        if other:
            found.differs.append(f"other data files: {listed(other, most=MOST)}")
        _rows(ws.target / ROWS, made / ROWS, found, matters=bool(other))
    except StudyError as error:
        found.differs.append("its run is refused: " + " ".join(str(error).split()))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rows(then: Path, now: Path, found: Checked, *, matters: bool) -> None:
    """Rows of the past that were rewritten."""
    if not then.exists():
        if matters:
            found.changed.append("its report keeps no fingerprints of rows: which changed is open")
        return
    rows = rewritten(pd.read_parquet(then), pd.read_parquet(now))
    for (table, what), of in rows.groupby(["table", "what"]):
        names = listed(of["row"], most=MOST)
        count = f"{len(of)} row{'' if len(of) == 1 else 's'}"
        told = f"history was rewritten: {count} of {table} {what}: {' '.join(names.split())}"
        (found.differs if matters else found.changed).append(told)
