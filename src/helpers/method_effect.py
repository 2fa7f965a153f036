"""Where the method changed: the quarter before again, under today's method, for comparison.

Its first four steps are run in a process and a folder of their own; the last notebook of the
quarter that is due reads what they left. An earlier report is never touched.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

from helpers.history.both import FILES, both_methods
from helpers.method import method_change
from helpers.outputs import shaped
from helpers.workspace import Workspace, project_root

RECORD = "method_effect"


def under_both_methods(ws: Workspace, places: dict[str, str], *, progress: bool) -> None:
    """Make the draft of the quarter before by today's method, where the method changed.

    What it says, or why it could not be made, is recorded for the last notebook.
    """
    change = method_change(ws)
    shutil.rmtree(_folder(ws), ignore_errors=True)
    if not change.sections or change.previous is None:
        return
    if progress:
        print(f"The method changed: {change.previous} under today's, for comparison", flush=True)
    home = _folder(ws) / ws.study.study
    home.mkdir(parents=True)
    for quarter in ws.published():  # when hypotheses were fixed is read off the reports
        (home / str(quarter)).mkdir()
        shutil.copy(ws.home / str(quarter) / "manifest.json", home / str(quarter))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "helpers", "run", "--quiet", "--draft", "--with-parent"),
            *("--study", places["study"], "--data", places["data"]),
            *("--reports", str(_folder(ws).resolve()), "--quarter", change.previous),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        cwd=project_root(),
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
    )
    told = {"previous": change.previous}
    if done.returncode:
        first = next((line for line in done.stderr.splitlines() if line.strip()), "its run failed")
        told["reason"] = first.strip()
    ws.folder("work/records")
    ws.record(RECORD, told)


def method_effect(ws: Workspace) -> pd.DataFrame:
    """The data file ``method_effect``; empty where the method did not change."""
    told = ws.recorded(RECORD)
    if not told or told.get("reason"):
        return shaped("method_effect", [])
    previous = ws.study.quarter(told["previous"])
    then = ws.published_tables(previous, FILES) or {}
    folder = _folder(ws) / ws.study.study / ".draft" / str(previous) / "data"
    if len(then) < len(FILES):
        return shaped("method_effect", [])
    now = {name: pd.read_parquet(folder / f"{name}.parquet") for name in FILES}
    return both_methods(then, now, currency=ws.study.currency)


def _folder(ws: Workspace) -> Path:
    return ws.home / ".method" / str(ws.quarter)
