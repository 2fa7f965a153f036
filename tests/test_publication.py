"""At every moment of a publication there is one complete report, whatever ends the process."""

import os
import signal
import subprocess
import sys
import time

import pytest

from helpers import workspace
from helpers.exchange import exchanged
from helpers.workspace import Workspace

PUBLISH = """
import sys
from helpers.workspace import Workspace
ws = Workspace.open(study=sys.argv[1], reports=sys.argv[2])
number = 0
print("ready", flush=True)
while True:
    number += 1
    ws.clear()
    for part in range(20):
        (ws.draft / f"{part}.txt").write_text(str(number))
    (ws.draft / "manifest.json").write_text(str(number))
    ws.publish()
"""


@pytest.fixture
def study(minimal, write_study):
    return str(write_study(minimal))


def complete(ws: Workspace) -> bool:
    """Whether the published report is of one run, with all its parts."""
    found = {path.name: path.read_text() for path in ws.target.iterdir()}
    return len(found) == 21 and len(set(found.values())) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="one step is possible on Linux alone")
@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_killed_leaves_one_complete_report(study, tmp_path, outcome, kind):
    reports = tmp_path / "reports"
    ws = Workspace.open(study=study, reports=str(reports))
    for attempt in range(8):
        command = [sys.executable, "-c", PUBLISH, study, str(reports)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ)
        process.stdout.readline()
        while not ws.target.exists():
            time.sleep(0.01)
        time.sleep(0.05 + 0.0137 * attempt)
        process.send_signal(kind)
        process.wait()
        assert complete(ws)
        moment = f"{kind.name} while publishing, {attempt + 1}"
        outcome("publication", moment, "one complete report")


def test_where_one_step_is_not_possible_the_next_run_puts_the_report_back(
    study, tmp_path, monkeypatch
):
    monkeypatch.setattr(workspace, "exchanged", lambda one, other: False)
    ws = Workspace.open(study=study, reports=str(tmp_path / "reports"))
    ws.clear()
    (ws.draft / "manifest.json").write_text("first")
    ws.publish()
    ws.clear()
    (ws.draft / "manifest.json").write_text("second")
    ws.target.replace(ws._replaced)  # the first of the two steps; then the end
    ws.clear()
    assert (ws.target / "manifest.json").read_text() == "first"


def test_folders_change_names(tmp_path):
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "is").write_text(name)
    if exchanged(tmp_path / "one", tmp_path / "other"):
        assert (tmp_path / "one" / "is").read_text() == "other"
    assert not exchanged(tmp_path / "one", tmp_path / "nowhere")
    assert (tmp_path / "one").exists()
