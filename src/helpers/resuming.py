"""Going on after a failure: from the last notebook that was completed, when nothing changed.

With each completed notebook a draft records what everything depends on (study file, raw files,
code, versions of packages) and every file of the draft. A later run goes on only where both are
exactly as recorded; whatever else lies in the draft is removed first. Where only the reports of
other quarters changed, the notebooks that read them are run again, and no others.
"""

import hashlib
import json
import platform
import shutil
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from helpers.collect.buckets import is_remote
from helpers.collect.rawplaces import files_of
from helpers.declared import declarations
from helpers.errors import listed
from helpers.workspace import APART, BEFORE, COMPLETED, STEPS, Workspace, checksum, project_root

# Steps that read reports of other quarters, and the one that reads when hypotheses were fixed.
OF_THE_PAST, OF_DECLARATIONS = ("01_scoping", "05_prioritization"), "04_segment_analysis"
_CODE = (".py", ".sql", ".yml", ".txt", ".html", ".css", ".js", ".j2", ".md", ".ipynb")


@dataclass
class Progress:
    """How far a draft has come: seconds of each completed notebook, and all files by their hash.

    ``key`` and ``past`` are hashes of what the results come from, ``declared`` says when hypotheses
    were fixed, ``made`` names the files that each notebook wrote first.
    """

    key: str
    past: str = ""
    declared: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    made: dict[str, list[str]] = field(default_factory=dict)


def begin(ws: Workspace) -> tuple[Progress, str]:
    """Empty the draft, or keep what a run that failed has completed.

    Returns
    -------
    The progress, and a sentence on why an earlier attempt is or is not continued; empty where
    there is none.
    """
    now = Progress(depends_on(ws), past_of(ws), str(declarations(ws)))
    key, earlier = now.key, _recorded(ws)
    if earlier is None:
        ws.clear()
        return now, ""
    reason = ""
    if not key or earlier.key != key:
        reason = "the study, the raw files or the code changed"
        reason = reason if key else "a database or a bucket may have changed"
    else:
        _put_back(ws, earlier)
        found = _files(ws)
        if any(found.get(name) != digest for name, digest in earlier.files.items()):
            reason = "its files are no longer as that run left them"
    due = set() if reason else _due_again(earlier, now)
    if not reason and not earlier.seconds.keys() - due:
        reason = "another quarter's report changed"
    if reason:
        ws.clear()
        return now, f"The run that failed is not continued but begun anew: {reason}."
    for name in found.keys() - earlier.files.keys():
        (ws.draft / name).unlink()
    for step in due & earlier.seconds.keys():
        del earlier.seconds[step]
        for name in earlier.made.pop(step, ()):
            (ws.draft / name).unlink(missing_ok=True)
    earlier.past, earlier.declared = now.past, now.declared
    told = [step[3:].replace("_", " ") for step in earlier.seconds]
    return earlier, f"Continues a draft, after: {listed(told)}."


def has_draft(ws: Workspace) -> bool:
    """Whether a draft holds all that a quarter can know without other quarters."""
    earlier = _recorded(ws)
    needed = set(STEPS) - set(OF_THE_PAST)
    if earlier is None or not earlier.key or not needed <= earlier.seconds.keys():
        return False
    if earlier.key != depends_on(ws) or earlier.declared != str(declarations(ws)):
        return False
    found = _files(ws)
    return all(found.get(name) == digest for name, digest in earlier.files.items())


def made_from(ws: Workspace, progress: Progress | None = None) -> dict[str, str]:
    """What a report depends on, for its manifest: two reports with the same are the same."""
    if progress is not None:
        return {"inputs": progress.key, "past": progress.past}
    return {"inputs": depends_on(ws), "past": past_of(ws)}


def _due_again(earlier: Progress, now: Progress) -> set[str]:
    """Steps that read what other quarters' reports said, where these say something else now."""
    due = set(OF_THE_PAST) if earlier.past != now.past else set()
    return due | ({OF_DECLARATIONS, *OF_THE_PAST} if earlier.declared != now.declared else set())


def completed(ws: Workspace, progress: Progress, step: str, seconds: float) -> None:
    """Record that a notebook was completed; nothing where a run could not be continued anyway."""
    progress.seconds[step] = seconds
    if not progress.key:
        return
    found = _files(ws)
    progress.made[step] = sorted(found.keys() - progress.files.keys())
    progress.files = found
    content = asdict(progress)
    ws.folder("work")
    path = ws.draft / COMPLETED
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content), encoding="utf-8")
    part.replace(path)
    shutil.rmtree(ws.draft / BEFORE, ignore_errors=True)


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
        digest.update(f"{name}\0{checksum(path)}\n".encode())

    root = project_root()
    for folder in (Path(__file__).resolve().parent, root / "notebooks"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in _CODE and "__pycache__" not in path.parts:
                add(str(path.relative_to(folder)), path)
    # A package's folder of metadata bears its name and version; reading what is in it takes longer.
    installed = sorted(
        entry.name
        for place in map(Path, sys.path)
        if place.is_dir()
        for entry in place.iterdir()
        if entry.name.endswith((".dist-info", ".egg-info"))
    )
    digest.update("\n".join([platform.python_version(), *installed]).encode())
    add("study", study.path)
    digest.update(f"{ws.quarter}\0{ws.raw}\n".encode())
    for name, source in sorted(study.sources.items()):
        for path in files_of(source, raw=ws.raw, quarter=str(ws.quarter)):
            add(f"{name}/{path}", path)
    return digest.hexdigest()


def past_of(ws: Workspace) -> str:
    """A hash of what the reports of earlier quarters say, whenever they were made."""
    told = ["data_files", "method_version", "method", "method_said"]
    content = {
        str(quarter): {name: ws.manifest(quarter).get(name) for name in told}
        for quarter in ws.published()
        if quarter < ws.quarter
    }
    text = json.dumps([content, str(declarations(ws))], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _recorded(ws: Workspace) -> Progress | None:
    path = ws.draft / COMPLETED
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        progress = Progress(**content)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return progress if progress.seconds else None


def _put_back(ws: Workspace, earlier: Progress) -> None:
    """Undo what a notebook that was not completed has replaced."""
    for path in sorted((ws.draft / BEFORE).rglob("*")):
        name = str(path.relative_to(ws.draft / BEFORE))
        if path.is_file() and checksum(path) == earlier.files.get(name):
            path.replace(ws.draft / name)
    shutil.rmtree(ws.draft / BEFORE, ignore_errors=True)


def _files(ws: Workspace) -> dict[str, str]:
    """Every file of the draft by its path in it, but the record itself and what lies aside."""
    found = {}
    for path in sorted(ws.draft.rglob("*")):
        name = str(path.relative_to(ws.draft))
        ours = path.stem == Path(COMPLETED).stem or name.startswith((f"{BEFORE}/", f"{APART}/"))
        if path.is_file() and not ours:
            found[name] = checksum(path)
    return found
