"""Many quarters: drafts side by side, finished in order, kept where nothing changed."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock

import pytest
from filelock import FileLock

from helpers import backfill, resuming
from helpers.backfill import FAILED, KEPT, MADE, WAITING, quarters_from_to, side_by_side
from helpers.errors import StudyError
from helpers.workspace import STEPS, Workspace


@pytest.fixture
def places(minimal, write_study, tmp_path):
    folder = write_study(minimal)
    for name in ("accounts", "contracts"):
        (folder / f"{name}.csv").write_text("account_id\nA1\n", encoding="utf-8")
    return {"study": str(folder), "reports": str(tmp_path / "reports"), "data": ""}


@pytest.fixture
def runs(monkeypatch):
    """Stands in for processes that run a quarter: leaves what they leave, says who ran when."""
    seen: list[tuple[str, bool]] = []
    failing: set[str] = set()
    lock = Lock()

    def run(one, places, *more):
        quarter, draft = str(one.quarter), "--draft" in more
        with lock:
            seen.append((quarter, draft))
        ws = Workspace.open(**places, quarter=quarter)
        progress, _ = resuming.begin(ws)
        for step in STEPS[:-1] if draft else STEPS:
            if step not in progress.seconds:
                resuming.completed(ws, progress, step, 0.0)
        if quarter in failing and not draft:
            one.state, one.problem = FAILED, "no"
        elif not draft:
            ws.folder("data")
            manifest = {"made_from": resuming.made_from(ws, progress), "data_files": {}}
            (ws.draft / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
            ws.publish()

    monkeypatch.setattr(backfill, "_run", run)
    run.seen, run.failing = seen, failing
    return run


def make(places, first="2025Q4", last="2026Q3"):
    return backfill.backfill(**places, first=first, last=last, workers=2, progress=False)


ALL = ["2025Q4", "2026Q1", "2026Q2", "2026Q3"]


def test_drafts_first_and_then_in_order(places, runs):
    assert [one.state for one in make(places)] == [MADE] * 4
    drafts = [quarter for quarter, draft in runs.seen if draft]
    assert sorted(drafts) == ALL
    assert runs.seen[4:] == [(quarter, False) for quarter in ALL]


def test_a_second_time_nothing_is_made(places, runs):
    make(places)
    runs.seen.clear()
    assert [one.state for one in make(places)] == [KEPT] * 4
    assert runs.seen == []


def test_an_older_quarter_added_makes_the_later_ones_due(places, runs):
    make(places, first="2026Q2")
    runs.seen.clear()
    assert [one.state for one in make(places, first="2026Q1")] == [MADE] * 3


def test_a_changed_study_makes_all_due(places, runs):
    make(places)
    with (Workspace.open(**places).study.path).open("a", encoding="utf-8") as file:
        file.write("seed: 9\n")
    assert [one.state for one in make(places)] == [MADE] * 4


def test_what_fails_leaves_the_later_ones_waiting_with_their_drafts(places, runs):
    runs.failing.add("2026Q1")
    assert [one.state for one in make(places)] == [MADE, FAILED, WAITING, WAITING]
    runs.failing.clear()
    runs.seen.clear()
    assert [one.state for one in make(places)] == [KEPT, MADE, MADE, MADE]
    assert not any(draft for quarter, draft in runs.seen if quarter > "2026Q1")


def test_a_second_backfill_at_the_same_time_is_refused(places, runs):
    home = Workspace.open(**places).home
    home.mkdir(parents=True)
    with FileLock(home / ".backfill.lock"), pytest.raises(StudyError, match="Another backfill"):
        make(places)


def test_quarters(places):
    ws = Workspace.open(**places)
    assert list(map(str, quarters_from_to(ws, "2025Q4", "2026Q3"))) == ALL
    assert list(map(str, quarters_from_to(ws, "2026Q3", "2026Q3"))) == ["2026Q3"]
    for first, last in (("2026Q3", "2026Q2"), ("1950Q1", "2026Q3")):
        with pytest.raises(StudyError, match="in one go"):
            quarters_from_to(ws, first, last)


def test_as_many_at_a_time_as_there_is_room_for(monkeypatch):
    assert side_by_side(8, 3) == 3
    assert side_by_side(2, 16) == 2
    monkeypatch.setattr(backfill, "cores", lambda: 16)
    monkeypatch.setattr(backfill.os, "sysconf", lambda name: 4096 if "SIZE" in name else 1_200_000)
    assert side_by_side(20) == 3  # 4.9 GB are free


# A backfill in a process of its own, whose runs leave the files of real ones without notebooks.
BACKFILL = """
import json, sys, time
from helpers import backfill, resuming
from helpers.workspace import STEPS, Workspace

def run(one, places, *more):
    ws, draft = Workspace.open(**places, quarter=str(one.quarter)), "--draft" in more
    progress, _ = resuming.begin(ws)
    for step in STEPS[:-1] if draft else STEPS:
        if step not in progress.seconds:
            for part in range(3):
                (ws.folder("data") / f"{step}-{part}.txt").write_text(f"{one.quarter} {step}")
                time.sleep(0.01)
            resuming.completed(ws, progress, step, 0.0)
    if not draft:
        manifest = {"made_from": resuming.made_from(ws, progress), "data_files": {}}
        (ws.draft / "manifest.json").write_text(json.dumps(manifest))
        ws.publish()

backfill._run = run
print("ready", flush=True)
made = backfill.backfill(study=sys.argv[1], reports=sys.argv[2], first="2025Q4", last="2026Q3",
                         workers=2, progress=False)
print(*(one.state for one in made), flush=True)
"""


def begun(places, reports: Path) -> subprocess.Popen:
    """A backfill that has read its modules."""
    command = [sys.executable, "-c", BACKFILL, places["study"], str(reports)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=os.environ, start_new_session=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def published(reports: Path) -> dict[str, dict[str, str]]:
    """Files of each published quarter but for the manifest, which says what it was made from."""
    return {
        home.name: {
            str(path.relative_to(home)): path.read_text()
            for path in sorted(home.rglob("*"))
            if path.is_file() and path.name.endswith(".txt")
        }
        for home in sorted(reports.glob("*/20*"))
    }


def written(reports: Path) -> int:
    """Files of steps so far, while folders come and go."""
    return sum(name.endswith(".txt") for *_, names in os.walk(reports) for name in names)


def test_a_backfill_that_is_killed_again_and_again_goes_on_to_the_same_end(places, tmp_path):
    whole = {
        quarter: {f"data/{step}-{part}.txt": f"{quarter} {step}"
                  for step in sorted(STEPS) for part in range(3)}
        for quarter in ALL
    }  # fmt: skip
    reports, seen = tmp_path / "killed", []
    # While drafts are made, between the last draft and the first report, and among reports.
    for files in (10, 48, 56):
        process = begun(places, reports)
        while written(reports) < files and process.poll() is None:
            time.sleep(0.005)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        seen.append(published(reports))
        for quarter, found in seen[-1].items():  # at every moment what is published is complete
            assert found == whole[quarter]
    assert seen[0] == {}
    states = begun(places, reports).communicate(timeout=120)[0].split()
    assert len(states) == 4
    assert set(states) <= {MADE, KEPT}
    assert published(reports) == whole
