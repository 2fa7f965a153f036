"""The scheduled run: the five notebooks in order, the deliverables, the publication."""

import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

from helpers import resuming
from helpers.alongside import begin, for_later
from helpers.check import check_first, check_search_of
from helpers.collect.engines import discard
from helpers.collect.engines.hosts import contacts
from helpers.collect.engines.marks import of_a_run
from helpers.collect.reaching import check_places
from helpers.declared import for_manifest
from helpers.errors import Busy, StudyError, listed
from helpers.faults import machine_fault, told_to_end
from helpers.inputs import archive, keep_rows
from helpers.kernels import kernels
from helpers.loading import load
from helpers.method import method_change, recorded
from helpers.method_effect import under_both_methods
from helpers.progress import Progress, padded, telling_engine, width
from helpers.words import numbers as fmt
from helpers.words import say, translated
from helpers.words import terminal as words
from helpers.words.marks import readable
from helpers.workspace import STEPS, Workspace, checksum, project_root

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Importing papermill imports jsonschema, which builds a grammar of web addresses if that package is
# there: two seconds, for a format that notebooks do not have. None says that it is not there.
_modules: dict[str, Any] = sys.modules
_modules.setdefault("rfc3987_syntax", None)

# The first of these that is due begins with a look at what the search will take.
BEFORE_SEARCH = ("03_data_collection", "04_segment_analysis")
SLIDES = ("helpers.report.powerpoint.package", "helpers.report.powerpoint.page")
# What the process beside the kernels imports, in the order in which it is needed.
BESIDE = ("helpers.collect.sources", "xlsxwriter", "helpers.report.render", *SLIDES)
# What this one needs for the deliverables.
RENDERING = (
    *("helpers.report.render", "nbconvert.exporters.templateexporter", *SLIDES),
    *("babel.numbers", "pyarrow.dataset", "pygments.lexers.python", "pygments.styles.default"),
)
PARAMETERS = ("study", "quarter", "reports", "data")
PACKAGES = (
    *("duckdb", "ibis-framework", "nbconvert", "numba", "numpy", "pandas"),
    *("pandera", "papermill", "pyarrow", "pydantic", "scipy", "statsmodels"),
)


def run_quarter(
    *,
    study: str,
    quarter: str = "",
    reports: str = "reports",
    data: str = "",
    progress: bool = True,
    draft: bool = False,
) -> Path | None:
    """Run a study for one quarter and publish the report as a whole.

    Places are relative to the current folder, else to the project. A failing notebook is kept
    under ``reports/<study>/.failed/<quarter>/``; the published report stays as it was.

    Parameters
    ----------
    draft : end after the steps that know nothing of other quarters, and leave the draft to a later
        run.

    Returns
    -------
    Path of the published report (or of the draft), or None where a notebook failed for a reason of
    ours.

    Raises
    ------
    StudyError
        For everything that the study file or the raw data can cause.
    """
    from filelock import FileLock, Timeout

    places = {
        "study": _place(study),
        "quarter": quarter,
        "reports": _place(reports, must_exist=False),
        "data": _place(data) if data else "",
    }
    ws = Workspace.open(**places)
    places["quarter"] = str(ws.quarter)
    telling = Progress(shown=progress, usual=_usual(ws))
    begins: dict[str, Any] = {"quarter": fmt.quarter(ws.quarter), "day": ws.as_of}
    telling.say(say(words.BEGINS, title=readable(ws.study.title), **begins))
    with telling.step("check", say(words.CHECKING)):
        check_first(ws)
    for contact in contacts(ws.study):  # before the first, and in the log of a scheduled run too
        print(f"This run connects to {contact}", file=sys.stderr, flush=True)
    ws.home.mkdir(parents=True, exist_ok=True)
    try:
        with of_a_run(), FileLock(ws.home / f".{ws.quarter}.lock", timeout=0):
            check_places(ws)
            try:
                return _run(ws, places, telling, draft=draft)
            finally:
                # Where the engine cannot be reached, its tables wait for the next run's.
                with suppress(StudyError):
                    discard(ws)
    except Timeout:
        raise Busy(
            f"Another run of {ws.study.study} {ws.quarter} is under way.",
            remedy="wait until it has finished, or publish elsewhere with REPORTS=",
        ) from None


def _usual(ws: Workspace) -> dict[str, float]:
    """Seconds of each step in the last published report of the study; empty where none is."""
    found: dict[str, float] = {}
    with suppress(StudyError, OSError, IndexError):  # an estimate is no reason not to run
        found = ws.manifest(ws.published()[-1]).get("seconds", {})
    return found


def _run(ws: Workspace, places: dict[str, str], telling: Progress, *, draft: bool) -> Path | None:
    started, clock = datetime.now(UTC), time.perf_counter()
    done, told = resuming.begin(ws)
    if told:
        print(told, file=sys.stderr, flush=True)
    if not draft:
        under_both_methods(ws, places, progress=telling.shown)
    wanted = STEPS[:-1] if draft else STEPS
    due = [step for step in wanted if step not in done.seconds]
    with kernels([_imported(step) for step in due], beside=BESIDE) as turns:
        # Loading this takes a while; meanwhile the kernels' libraries are loaded.
        with telling.step("load", say(words.LOADING)):
            import papermill  # noqa: F401
        for step, kernel in zip(due, turns, strict=True):
            if step == next((one for one in due if one in BEFORE_SEARCH), None):
                long = check_search_of(ws)
                if long:
                    print(long, file=sys.stderr, flush=True)
            if not draft and step in due[-2:][:1]:
                # Neither processor is busy then; earlier, the first notebooks would wait.
                Thread(target=load_rendering, daemon=True).start()
            if not draft and step == due[-1]:
                with for_later():  # all tables are collected
                    begin(keep_rows, ws)
            begun = time.perf_counter()
            name = f"{STEPS.index(step) + 1}/{len(STEPS)} {say(words.STEPS[step])}"
            # papermill's own handlers are removed after each notebook
            with told_to_end(), telling.step(step, name):
                notebook = _execute(ws, step, places, kernel, telling)
            if notebook is None:
                return None
            resuming.completed(ws, done, step, round(time.perf_counter() - begun, 2))
        if draft:
            return ws.draft
        begun = time.perf_counter()
        with telling.step("render", say(words.RENDERING)):
            from helpers.report.render import render

            rows = begin(keep_rows, ws)
            render(ws, [ws.draft / "run" / f"{step}.ipynb" for step in STEPS])
            rows.result()
    durations = {step: done.seconds[step] for step in STEPS}
    durations["render"] = round(time.perf_counter() - begun, 2)
    durations["all"] = round(time.perf_counter() - clock, 2)
    _write_manifest(ws, places, started, durations, resuming.made_from(ws, done))
    shutil.rmtree(_failed(ws), ignore_errors=True)
    target = ws.publish()
    if telling.shown:
        print(_where_to_look(target, durations["all"]))
    return target


def load_rendering() -> None:
    """Load what makes the deliverables: a run does so while its notebooks run."""
    with suppress(ImportError, OSError, MemoryError):  # met again where it is needed
        load(*RENDERING)


def _imported(step: str) -> list[str]:
    """The modules of ours that a notebook imports."""
    content = json.loads(_notebook(step).read_text(encoding="utf-8"))
    code = "\n".join("".join(c["source"]) for c in content["cells"] if c["cell_type"] == "code")
    here, found = Path(__file__).resolve().parent, []
    for module, names in re.findall(
        r"^from helpers([\w.]*) import (.+)$", code, flags=re.MULTILINE
    ):
        found.append(f"helpers{module}")
        folder = here.joinpath(*module.split("."))
        plain = [name.partition(" as ")[0] for name in names.split(", ")]
        found += [f"helpers{module}.{one}" for one in plain if (folder / f"{one}.py").is_file()]
    return found


def _notebook(step: str) -> Path:
    return project_root() / "notebooks" / f"{step}.ipynb"


def _execute(
    ws: Workspace, step: str, places: dict[str, str], kernel: object, telling: Progress
) -> Path | None:
    """Run one notebook; on failure keep it aside and say why."""
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    source = _notebook(step)
    _check_parameters(source)
    output = ws.folder("run") / source.name
    try:
        executed = papermill.execute_notebook(
            source,
            output,
            parameters=places,
            progress_bar=False,
            engine_name=telling_engine(telling.doing),
            cwd=project_root(),
            km=kernel,
            request_save_on_cell_execute=False,  # written once: at the end, or on error
        )
    except RuntimeError as error:
        # nbclient's own error while it works; before it has answered, jupyter_client's.
        if not isinstance(error, DeadKernelError) and "Kernel died" not in str(error):
            raise
        raise StudyError(
            f"The process of step {step} ended before its work was done.",
            found="most often the machine has no memory left, or somebody ended it",
            remedy="run it again: it goes on after the last step that was completed; where memory "
            "is short, set limits.memory of the study file, or close other programs",
        ) from None
    except PapermillExecutionError as error:
        fault = machine_fault(error.ename, error.evalue)
        if fault is not None:
            raise StudyError(
                f"{fault}\n\n(step {step})",
                found=error.evalue.splitlines()[0] if error.evalue else None,
                remedy="mend that and run again: it goes on after the last step that was completed",
            ) from None
        telling.failed()
        kept = _failed(ws) / source.name
        kept.parent.mkdir(parents=True, exist_ok=True)
        output.replace(kept)
        if error.ename == "StudyError":
            raise StudyError(f"{error.evalue}\n\n(step {step}; the notebook: {kept})") from None
        print(
            f"\nThe notebook {step} failed: {error.ename}: {error.evalue}\n"
            f"This is a fault of the project, not of the data. The notebook with its traceback "
            f"is kept:\n  {kept}\nThe published report is untouched. The steps before this one are "
            "kept, too: a run of the same study, data and code goes on after them.",
            file=sys.stderr,
        )
        return None
    _save_repeatable(executed, output)
    return output


def _save_repeatable(content: "NotebookNode", notebook: Path) -> None:
    """Leave out what differs between equal runs: times, random ids, and where folders lie.

    What the notebook says between its cells is told in the study's language.
    """
    import nbformat

    for number, part in enumerate((content, *content.cells)):
        part.metadata.pop("papermill", None)
        part.metadata.pop("execution", None)
        if part.get("cell_type") == "markdown":
            part.source = translated(part.source)
        if "injected-parameters" in part.metadata.get("tags", ()):
            part.id = f"injected-{number}"
            lines = part.source.splitlines()
            part.source = "\n".join(
                line for line in lines if not line.startswith(("reports =", "data ="))
            )
    nbformat.write(content, notebook)


def _check_parameters(notebook: Path) -> None:
    """papermill runs with the default where a parameter's name is misspelt: refuse before."""
    import papermill

    declared = set(papermill.inspect_notebook(notebook))
    if declared != set(PARAMETERS):
        raise StudyError(
            f"The parameters cell of {notebook.name} was changed.",
            found=listed(sorted(declared)),
            expected=listed(PARAMETERS),
        )


def _write_manifest(
    ws: Workspace,
    places: dict[str, str],
    started: datetime,
    durations: dict[str, float],
    made_from: dict[str, str],
) -> None:
    """What this report was made from and with. The only file that holds times of the clock."""
    names = sorted(path.stem for path in ws.folder("work/records/raw_files").glob("*.json"))
    change = method_change(ws)
    previous = ws.earlier(ws.quarter.previous)
    from helpers.report import exhibits

    replaced = ws.manifest(ws.quarter) if ws.earlier(ws.quarter) else {}
    content = {
        "study": ws.study.study,
        "quarter": str(ws.quarter),
        "as_of": ws.as_of.isoformat(),
        "study_file": {"name": ws.study.path.name, "sha256": checksum(ws.study.path)},
        **_template(ws.study.template),
        **recorded(ws.study),
        **for_manifest(ws.study, replaced, started.isoformat(timespec="seconds")),
        "method_change": {
            "against": change.previous,
            "sections": change.sections,
            "unnamed": change.unnamed,
        },
        "seed": ws.study.seed,
        "archive": archive(ws) if ws.study.report.archive else {},
        "made_from": made_from,
        "raw_files": {name: ws.recorded(f"raw_files/{name}") for name in names},
        "rows": {name: ws.recorded(f"collection/{name}") for name in names},
        "previous_report": previous
        and {
            "quarter": previous.name,
            "manifest_sha256": checksum(previous / "manifest.json"),
        },
        "warnings": [caution.id for caution in exhibits.warnings(ws)],
        "data_files": {path.name: checksum(path) for path in sorted(ws.folder("data").iterdir())},
        "git": _git_state(),
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "command": {name: value for name, value in places.items() if name == "quarter"},
        "started": started.isoformat(timespec="seconds"),
        "seconds": durations,
    }
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    (ws.draft / "manifest.json").write_text(text, encoding="utf-8")


def _git_state() -> dict[str, object] | None:
    """The commit of the code, and whether files were changed since; None outside a checkout."""

    def ask(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=project_root(), capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    try:
        return {"commit": ask("rev-parse", "HEAD"), "changed": bool(ask("status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return None


def _template(path: Path | None) -> dict[str, dict[str, str]]:
    """The company's own template of slides, where one is used."""
    return {"template": {"name": path.name, "sha256": checksum(path)}} if path else {}


def _place(text: str, *, must_exist: bool = True) -> str:
    """A place as the notebooks get it: below the project relative, elsewhere absolute.

    What exists under the current folder wins over the project's own.
    """
    root, path = project_root(), Path(text).expanduser()
    here = Path.cwd() / path
    if must_exist and not here.exists() and (root / path).exists():
        here = root / path
    here = Path(os.path.normpath(here))
    return str(here.relative_to(root)) if here.is_relative_to(root) else str(here)


def _failed(ws: Workspace) -> Path:
    return ws.home / ".failed" / str(ws.quarter)


def _where_to_look(target: Path, seconds: float) -> str:
    entries = {
        say(words.START_HERE): "index.html",
        say(words.PRESENTATION): "presentation.html",
        say(words.DOCUMENT): "supporting_analysis.html",
        say(words.DATA_FILES): "data",
    }
    wide = max(map(width, entries))
    lines = [f"  {padded(label, wide)}  {target / name}" for label, name in entries.items()]
    return "\n".join([f"\n{say(words.PUBLISHED_IN, seconds=f'{seconds:.0f}')}", *lines])
