"""Going on after a failure: from the last notebook that was completed, when nothing changed.

With each completed notebook a draft records what everything depends on (study file, raw files,
code, versions of packages, reports of other quarters) and every file of the draft. A later run goes
on only where both are exactly as recorded; whatever else lies in the draft is removed first.
"""

import hashlib
import json
import platform
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from helpers.collect.buckets import is_remote
from helpers.collect.rawplaces import matching
from helpers.errors import StudyError
from helpers.workspace import Workspace, project_root

_CODE = (".py", ".sql", ".yml", ".txt", ".html", ".css", ".js", ".j2", ".md", ".ipynb")
RECORD = "completed.json"


@dataclass
class Progress:
    """How far a draft has come: seconds of each completed notebook, and all files by their hash."""

    key: str
    seconds: dict[str, float] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)


def begin(ws: Workspace) -> tuple[Progress, str]:
    """Empty the draft, or keep what a run that failed has completed.

    Returns
    -------
    The progress, and a sentence on why an earlier attempt is or is not continued; empty where
    there is none.
    """
    key, earlier = depends_on(ws), _recorded(ws)
    if earlier is None:
        ws.clear()
        return Progress(key), ""
    reason = ""
    if not key or earlier.key != key:
        reason = "the study, the raw files, the code or another quarter's report changed"
        reason = reason if key else "a database or a bucket may have changed"
    else:
        found = _files(ws)
        if any(found.get(name) != digest for name, digest in earlier.files.items()):
            reason = "its files are no longer as that run left them"
    if reason:
        ws.clear()
        return Progress(key), f"The run that failed is not continued but begun anew: {reason}."
    for name in found.keys() - earlier.files.keys():
        (ws.draft / name).unlink()
    last = list(earlier.seconds)[-1]
    return earlier, f"Continues a run that failed, after {last[3:].replace('_', ' ')}."


def completed(ws: Workspace, progress: Progress, step: str, seconds: float) -> None:
    """Record that a notebook was completed; nothing where a run could not be continued anyway."""
    progress.seconds[step] = seconds
    if not progress.key:
        return
    progress.files = _files(ws)
    content = {"key": progress.key, "seconds": progress.seconds, "files": progress.files}
    path = ws.folder("work") / RECORD
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content), encoding="utf-8")
    part.replace(path)


def depends_on(ws: Workspace) -> str:
    """A hash of all that the notebooks' results come from; empty where it cannot be known."""
    study = ws.study
    sources = study.sources.values()
    if study.engine != "duckdb" or any(source.database for source in sources):
        return ""
    if any(is_remote(file.path) for source in sources for file in source.files.values()):
        return ""
    digest = hashlib.sha256()

    def add(name: str, path: Path) -> None:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{name}\0{content}\n".encode())

    root = project_root()
    for folder in (Path(__file__).resolve().parent, root / "notebooks"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _CODE and "__pycache__" not in path.parts:
                add(str(path.relative_to(folder)), path)
    installed = sorted(f"{d.name}=={d.version}" for d in metadata.distributions())
    digest.update("\n".join([platform.python_version(), *installed]).encode())
    add("study", study.path)
    digest.update(f"{ws.quarter}\0{ws.raw}\n".encode())
    for name, source in sorted(study.sources.items()):
        for path in _raw_files(ws, name, source):
            add(f"{name}/{path}", path)
    for manifest in sorted(ws.home.glob("*/manifest.json")):
        add(manifest.parent.name, manifest)
    return digest.hexdigest()


def _raw_files(ws: Workspace, name: str, source) -> list[Path]:
    """The files that a source reads now; none where they are not there: collecting says so."""
    folder = ws.raw / source.folder if source.folder else ws.raw
    paths = [p for p in sorted(folder.rglob("*")) if p.is_file()] if source.preset else []
    for raw_file in source.files.values():
        if (folder / raw_file.path).is_dir():  # with the log of a lake's table, if it has one
            below = (folder / raw_file.path).rglob("*")
            paths += sorted(path for path in below if path.is_file())
            continue
        try:
            paths += matching(raw_file, where=name, folder=folder, quarter=str(ws.quarter))
        except StudyError:
            continue
    return paths


def _recorded(ws: Workspace) -> Progress | None:
    path = ws.draft / "work" / RECORD
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        progress = Progress(content["key"], dict(content["seconds"]), dict(content["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return progress if progress.seconds else None


def _files(ws: Workspace) -> dict[str, str]:
    """Every file of the draft by its path in it, but the record itself."""
    found = {}
    for path in sorted(ws.draft.rglob("*")):
        if path.is_file() and path.stem != Path(RECORD).stem:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found[str(path.relative_to(ws.draft))] = digest
    return found
