"""Time and peak memory of a command with everything that it starts; Linux alone."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

LOOK, SHARE = 0.5, 0.02  # seconds between two looks at the memory; what these may take of a core


class Failed(Exception):
    """A command that did not end well: its exit code, seconds, and what it said."""

    def __init__(self, code: int, seconds: float, said: str) -> None:
        super().__init__(f"exit code {code}:\n{said[-3000:]}")
        self.code, self.seconds, self.said = code, seconds, said


def timed(command: list[str], **environment: str) -> tuple[float, float]:
    """Seconds and peak memory (GB) of Python with these arguments.

    Raises
    ------
    Failed
        It ended with another code than 0.
    """
    begun = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [sys.executable, *command], stdout=said, stderr=said, start_new_session=True,
            env=os.environ | environment,
        )  # fmt: skip
        peak = 0.0
        while process.poll() is None:
            before = time.process_time()
            peak = max(peak, memory(process.pid))
            rest = max(LOOK, (time.process_time() - before) / SHARE)
            with suppress(subprocess.TimeoutExpired):
                process.wait(rest)
        seconds = time.perf_counter() - begun
        if process.returncode:
            said.seek(0)
            raise Failed(process.returncode, seconds, said.read())
    return seconds, peak


def memory(process: int) -> float:
    """GB that a process and all below it hold; what forked ones share is counted once (PSS)."""
    return sum(_memory(process))


def _memory(group: int) -> Iterator[float]:
    """GB of every process that descends from one, each with its share of what several hold."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError, ValueError):
            parent = int(path.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(path.parent.name))
    below = [group]
    for process in below:  # which grows while it is gone through
        below += children.get(process, ())
        with suppress(OSError):
            shared = Path(f"/proc/{process}/smaps_rollup").read_text()
            sizes = re.findall(r"^Pss: +(\d+)", shared, re.MULTILINE)
            yield sum(map(int, sizes)) / 1024**2
