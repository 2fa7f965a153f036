"""What a scheduled run meets: the last report stays, the message is in words, the next run goes on.

A sample of what `python bench/faults.py` does at thirty points of a run.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from filelock import FileLock

from helpers.__main__ import main

from .conftest import contents, differing

LIMITED = """
import resource, sys
from helpers.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(main(sys.argv[2:]))
"""


def arguments(folder: Path, reports: Path) -> list[str]:
    return ["run", "--quiet", "--study", str(folder), "--reports", str(reports)]


@pytest.mark.skipif(sys.platform != "linux", reason="processes of a run are looked at")
@pytest.mark.parametrize(("kind", "step"), [(signal.SIGKILL, 2), (signal.SIGTERM, 3)])
def test_a_run_that_is_ended_goes_on_the_next_time(
    company, write_study, tmp_path, capsys, outcome, kind, step
):
    folder, study = company
    write_study(study, folder)
    reports = tmp_path / "reports"
    assert main(arguments(folder, reports)) == 0
    published = reports / "acme" / "2026Q3"
    before = contents(published)
    command = [sys.executable, "-m", "helpers", *arguments(folder, reports)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ)
    record = reports / "acme" / ".draft" / "2026Q3" / "work" / "completed.json"
    deadline = time.monotonic() + 300
    while not (record.exists() and len(json.loads(record.read_text())["seconds"]) >= step):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.02)
    process.send_signal(kind)
    told = process.communicate()[1]
    assert process.returncode in (-kind, 143, 2)
    assert "Traceback" not in told
    assert "fault of the project" not in told
    assert differing(before, contents(published)) == []  # the last report stays
    assert main(arguments(folder, reports)) == 0
    assert "Continues a draft" in capsys.readouterr().err
    left = Path(tempfile.gettempdir()).glob(f"best-customers-*{process.pid}*")
    assert list(left) == []

    # What was continued is to the byte what one run gives.
    assert differing(before, contents(published)) == ["manifest.json"]
    happened = "last report whole, goes on"
    outcome("fault", f"{kind.name} after step {step}", happened, told or "–")


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of processes")
def test_a_disk_that_takes_no_more_is_no_fault_of_the_project(
    company, write_study, tmp_path, outcome
):
    folder, study = company
    write_study(study, folder)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "8000", *arguments(folder, tmp_path / "reports")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "larger than this process may write" in done.stderr
    assert "fault of the project" not in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "reports" / "acme" / "2026Q3").exists()
    outcome("fault", "files of at most 8,000 bytes", "refused in words", done.stderr)


def test_a_file_where_the_reports_should_be(company, write_study, tmp_path, capsys, outcome):
    folder, study = company
    write_study(study, folder)
    (tmp_path / "reports").write_text("", encoding="utf-8")
    assert main(arguments(folder, tmp_path / "reports")) == 2
    told = capsys.readouterr().err
    assert "A file stands where the reports need a folder" in told
    outcome("fault", "a file in the place of the reports", "refused in words", told)


def test_a_second_run_at_the_same_time_is_refused(company, write_study, tmp_path, capsys, outcome):
    folder, study = company
    write_study(study, folder)
    home = tmp_path / "reports" / "acme"
    home.mkdir(parents=True)
    with FileLock(home / ".2026Q3.lock"):
        assert main(arguments(folder, tmp_path / "reports")) == 75  # try again later
    told = capsys.readouterr().err
    assert "Another run of acme 2026Q3 is under way" in told
    outcome("fault", "a second run", "refused in words", told)


def test_a_terminal_that_knows_ascii_alone(company, write_study, tmp_path, outcome):
    folder, study = company
    study["title"] = "Müller & Söhne — 客户"
    write_study(study, folder)
    done = subprocess.run(
        [sys.executable, "-m", "helpers", "check", "--study", str(folder)],
        capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
    assert b"Nothing stands in the way" in done.stdout
    outcome("fault", "a terminal that knows ASCII alone", "runs")
