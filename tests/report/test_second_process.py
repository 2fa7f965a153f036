"""The second process: the same files, the same errors, and it never outlives its starter."""

import os
import subprocess
import sys
import time

import pytest

from helpers.errors import StudyError
from helpers.report import second
from helpers.report.numbering import numbered
from helpers.report.render import render

FILES = ("presentation.pptx", "data/workbook.xlsx")
STARTER = """
from helpers.report.second import second_process
with second_process() as second:
    print(second._process.pid, flush=True)
    input()
"""


def test_it_makes_the_same_files_and_tells_the_same_errors(draft, factory):
    notebooks = factory.notebooks(draft)
    places = {name: draft.draft / name for name in FILES}
    with second.second_process() as beside:
        alone = render(draft, notebooks)
        expected = {name: path.read_bytes() for name, path in places.items()}
        for path in places.values():
            path.unlink()

        needed = draft.draft / "data" / "priorities.parquet"
        kept = needed.read_bytes()
        needed.unlink()
        beside.begin(draft, {})
        with pytest.raises(StudyError, match=r"lacks data files\.\n  found:    priorities"):
            beside.finish()
        needed.write_bytes(kept)

        assert render(draft, notebooks, beside) == alone
    assert {name: path.read_bytes() for name, path in places.items()} == expected
    assert beside._process.poll() is not None


@pytest.mark.skipif(os.name != "posix", reason="exit codes tell signals")
def test_an_end_that_nobody_expected_is_told_in_words(draft, factory):
    with second.second_process() as beside:
        beside._process.kill()
        beside._process.wait()
        beside.begin(draft, numbered(draft, factory.notebooks(draft)))
        with pytest.raises(StudyError, match=r"(?s)ended before its work was done.*memory"):
            beside.finish()


def test_a_fault_of_ours_is_none_of_the_machine(capfd):
    with second.second_process() as beside:
        beside.wait_until_ready()
        print("no job", file=beside._process.stdin, flush=True)
        with pytest.raises(RuntimeError, match="ended with code 1"):
            beside.finish()
    assert "JSONDecodeError" in capfd.readouterr().err


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process")
def test_a_disk_that_takes_no_more_is_told_in_words(draft, factory, capfd):
    import resource

    with second.second_process() as beside:
        beside.wait_until_ready()
        resource.prlimit(beside._process.pid, resource.RLIMIT_FSIZE, (1000, 1000))
        beside.begin(draft, numbered(draft, factory.notebooks(draft)))
        with pytest.raises(StudyError, match="larger than this process may write"):
            beside.finish()
    assert "Traceback" not in capfd.readouterr().err


@pytest.mark.skipif(os.name != "posix", reason="asks the system for a process by its number")
def test_it_ends_with_a_starter_that_is_killed():
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    number = int(starter.stdout.readline())
    os.kill(number, 0)  # it is there
    starter.kill()
    starter.communicate()
    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        if _ended(number):
            return
        time.sleep(0.1)
    os.kill(number, 9)
    pytest.fail("the second process outlived its starter")


def _ended(number: int) -> bool:
    """Whether a process is gone; one that nobody has asked for its exit code is gone as well."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    shown = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(number)], capture_output=True, text=True, check=False
    )
    return shown.stdout.strip().startswith("Z")
