"""A second process that makes the workbook while this one makes the pages and the slides.

Its Python and its libraries take longer to load than its work takes: it is started ahead, while
the last notebook runs. It ends with the process that started it, however that one ends: then
nothing can be read from its standard input any more.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from helpers.errors import StudyError
from helpers.faults import fault_behind
from helpers.workspace import Workspace

READY = "ready"


class SecondProcess:
    """The process from here: give it the work with ``begin``, then wait for it with ``finish``."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def wait_until_ready(self) -> None:
        """Wait until the libraries are loaded; ``begin`` does not ask for it."""
        told = self._line()
        if told.strip() != READY:
            self._tell(told)

    def begin(self, ws: Workspace, numbers: dict[str, str]) -> None:
        """Start on the workbook of a draft; ``numbers`` as `numbering.numbered` gives them."""
        job = {
            "study": str(ws.study.path),
            "quarter": str(ws.quarter),
            "reports": str(ws.home.parent),
            "data": str(ws.raw),
            "numbers": numbers,
        }
        with suppress(OSError):  # it has ended: `finish` says so
            print(json.dumps(job), file=self._process.stdin, flush=True)

    def finish(self) -> None:
        """Wait for the workbook.

        Raises
        ------
        StudyError
            What the work raised, as if it had been done here; a fault of the machine; a process
            that somebody ended.
        RuntimeError
            Where it ended for a reason of ours; its traceback is on standard error.
        """
        told = self._line()
        if told.strip() == READY:
            told = self._line()
        self._tell(told)

    def _tell(self, told: str) -> None:
        if not told:
            self._fail()
        refused = json.loads(told)
        if refused:
            raise StudyError(refused)

    def _line(self) -> str:
        return self._process.stdout.readline()

    def _fail(self) -> None:
        code = self._process.wait()
        if code < 0:  # a signal: of the system, or of somebody
            raise StudyError(
                "The process that makes the workbook ended before its work was done.",
                found="most often the machine has no memory left, or somebody ended it",
                remedy="run it again: it goes on after the last step that was completed",
            )
        raise RuntimeError(f"the process that makes the workbook ended with code {code}")


@contextmanager
def second_process() -> Iterator[SecondProcess]:
    """Start the process; on leaving, it has ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        yield SecondProcess(process)
    finally:
        process.kill()  # it waits for more work, or its work is not wanted any more
        process.communicate()


def main() -> None:
    """The process itself: load the libraries, then do one piece of work per line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it is told, and ends it
    try:
        _work()
    except BrokenPipeError:
        raise
    except Exception as error:  # a full disk may come as an error of the library that writes
        fault = fault_behind(error)
        if fault is None:
            raise
        print(json.dumps(fault), flush=True)


def _work() -> None:
    import xlsxwriter  # noqa: F401

    from helpers.report import workbook
    from helpers.report.content import Content

    print(READY, flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        numbers = job.pop("numbers")
        refused = ""
        try:
            workbook.write(Content(Workspace.open(**job)), numbers)
        except StudyError as error:
            refused = str(error)
        print(json.dumps(refused), flush=True)


if __name__ == "__main__":
    try:
        main()
    except BrokenPipeError:
        os._exit(1)  # who started it has gone: there is nobody to tell
