"""Going on after a failure: only where nothing that the results depend on has changed."""

import errno

import pandas as pd
import pytest

from helpers import resuming
from helpers.faults import LIBRARY, clear_left_over, fault_behind, machine_fault
from helpers.workspace import BEFORE, COMPLETED, Workspace


@pytest.fixture
def failed(minimal, write_study, tmp_path):
    """A draft whose first two notebooks are done, as a killed run leaves it."""
    folder = write_study(minimal)
    for name in ("accounts", "contracts"):
        (folder / f"{name}.csv").write_text("account_id\nA1\n", encoding="utf-8")
    ws = Workspace.open(study=str(folder), reports=str(tmp_path / "reports"))
    progress, told = resuming.begin(ws)
    assert not told
    (ws.folder("data") / "customer_list.csv").write_text("first", encoding="utf-8")
    resuming.completed(ws, progress, "01_scoping", 1.0)
    resuming.completed(ws, progress, "02_customer_list", 2.0)
    return ws


def test_what_was_completed_stays_and_the_rest_is_removed(failed):
    half = failed.folder("data") / "attributes.csv"
    half.write_text("half a fi", encoding="utf-8")
    progress, told = resuming.begin(failed)
    assert told == "Continues a draft, after: scoping, customer list."
    assert list(progress.seconds) == ["01_scoping", "02_customer_list"]
    assert not half.exists()
    assert (failed.draft / "data" / "customer_list.csv").read_text() == "first"


def test_what_a_step_replaced_before_it_was_ended_is_put_back(failed):
    """Step 3 adds columns to a table of step 2, and a count to a record."""
    progress, _ = resuming.begin(failed)
    first = pd.DataFrame({"account_id": ["A1"]})
    failed.keep("customers", first)
    failed.record("counts", {"rows": 1})
    resuming.completed(failed, progress, "02_customer_list", 2.0)
    for rows in (2, 3):
        failed.keep("customers", first.assign(seats=rows))
        failed.record("counts", {"rows": rows})
    again, told = resuming.begin(failed)
    assert told == "Continues a draft, after: scoping, customer list."
    assert failed.kept("customers").columns.tolist() == ["account_id"]
    assert failed.recorded("counts") == {"rows": 1}
    # Once the step is done, what it wrote is what counts.
    failed.keep("customers", first.assign(seats=2))
    resuming.completed(failed, again, "03_data_collection", 1.0)
    assert not (failed.draft / BEFORE).exists()
    _, told = resuming.begin(failed)
    assert told == "Continues a draft, after: scoping, customer list, data collection."
    assert failed.kept("customers").seats.tolist() == [2]


def _study(ws):
    ws.study.path.write_text(ws.study.path.read_text() + "seed: 7\n", encoding="utf-8")


def _raw(ws):
    (ws.raw / "contracts.csv").write_text("account_id\nA2\n", encoding="utf-8")


def _other_quarter(ws):
    folder = ws.home / "2026Q2"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"data_files": {"x": "1"}}', encoding="utf-8")


def _draft(ws):
    (ws.draft / "data" / "customer_list.csv").write_text("by hand", encoding="utf-8")


def _lost(ws):
    (ws.draft / "data" / "customer_list.csv").unlink()


@pytest.mark.parametrize("change", [_study, _raw, _draft, _lost])
def test_where_something_changed_a_run_begins_anew_and_says_so(failed, change):
    change(failed)
    progress, told = resuming.begin(failed)
    assert "begun anew" in told
    assert not progress.seconds
    assert list(failed.draft.iterdir()) == []


def test_another_quarters_report_makes_only_those_steps_due_that_read_it(failed):
    exhibit = failed.folder("work/exhibits") / "method_change.json"
    progress, _ = resuming.begin(failed)
    del progress.seconds["02_customer_list"]
    exhibit.write_text("against nothing", encoding="utf-8")
    progress.files = {}
    resuming.completed(failed, progress, "01_scoping", 1.0)
    (failed.folder("data") / "quality_scores.csv").write_text("scores", encoding="utf-8")
    resuming.completed(failed, progress, "02_customer_list", 2.0)
    _other_quarter(failed)
    progress, told = resuming.begin(failed)
    assert told == "Continues a draft, after: customer list."
    assert not exhibit.exists()  # of the step that is run again: it might not write it any more
    assert (failed.draft / "data" / "quality_scores.csv").read_text() == "scores"


def test_a_later_quarters_report_changes_nothing(failed):
    folder = failed.home / "2026Q4"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"data_files": {"x": "1"}}', encoding="utf-8")
    progress, _ = resuming.begin(failed)
    assert list(progress.seconds) == ["01_scoping", "02_customer_list"]


def test_a_record_that_was_cut_off_is_none(failed):
    record = failed.draft / COMPLETED
    record.write_text(record.read_text()[:40], encoding="utf-8")
    progress, told = resuming.begin(failed)
    assert (progress.seconds, told) == ({}, "")


def test_faults_of_the_machine_are_no_faults_of_the_project():
    full = machine_fault("OSError", "[Errno 28] No space left on device")
    assert full.startswith("The disk is full")
    said = 'Could not write file "/x": No space left on device'
    assert machine_fault("IOException", said) == full
    assert "memory" in machine_fault("OutOfMemoryException", "failed to allocate 3 MiB")
    for name, text in (("KeyError", "28"), ("ValueError", "No space left on device"),
                       ("OSError", "[Errno 2] No such file"), ("OSError", "")):  # fmt: skip
        assert machine_fault(name, text) is None


def test_what_a_killed_process_left_is_removed(tmp_path, monkeypatch):
    import os
    import subprocess
    import sys

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"],
                          capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    left = [tmp_path / f"best-customers-{name}" for name in (f"kernels-{gone}-ab", gone)]
    mine = [tmp_path / f"best-customers-check-{os.getpid()}-x", tmp_path / "best-customers-of-me"]
    for path in (*left, *mine):
        path.mkdir()
    assert clear_left_over() == sorted(left)
    assert all(path.exists() for path in mine)


def test_what_a_library_raises_over_a_full_disk_is_told_as_that(tmp_path):
    """A workbook's temporary files do not fit: the library's error is no error of the system."""
    from xlsxwriter.exceptions import FileCreateError

    def raised(below: Exception, error: Exception, *, hidden: bool = False) -> Exception:
        error.__context__, error.__suppress_context__ = below, hidden
        return error

    full = OSError(errno.ENOSPC, "No space left on device")
    told = "The disk is full: nothing more can be written."
    assert fault_behind(raised(full, FileCreateError(full))) == told
    assert machine_fault("FileCreateError", str(FileCreateError(full))) == told
    short = OSError("libllvmlite.so: failed to map segment from shared object")
    assert fault_behind(raised(short, ImportError("numba needs llvmlite"))) == LIBRARY
    assert fault_behind(raised(MemoryError(), ValueError("no table"))) == machine_fault(
        "MemoryError", ""
    )
    # Errors of ours stay errors of ours, whatever was handled before them.
    assert fault_behind(KeyError("mrr")) is None
    assert fault_behind(raised(FileNotFoundError(errno.ENOENT, "x"), KeyError("mrr"))) is None
    assert fault_behind(raised(FileExistsError(errno.EEXIST, "x"), KeyError("mrr"))) is None
    assert fault_behind(raised(full, KeyError("mrr"), hidden=True)) is None
