"""Faults of the machine, which are neither the study's nor the project's, and what they leave.

A full disk is told in words wherever it is met: in this process, or in a notebook's kernel, of
which only the name and the text of the error come back. What a killed run leaves among the
temporary folders is removed by the next one.
"""

import errno
import os
import pickle
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from helpers.errors import StudyError

FAULTS = {
    errno.ENOSPC: "The disk is full: nothing more can be written.",
    errno.EDQUOT: "The disk quota is used up: nothing more can be written.",
    errno.EFBIG: "A file became larger than this process may write.",
    errno.ENOTDIR: "A file stands where the reports need a folder.",
    errno.EEXIST: "A file stands where the reports need a folder.",
    errno.EROFS: "The folder of the reports can only be read: nothing can be written there.",
    errno.EACCES: "The folder of the reports, or a file in it, may not be written to or read.",
    errno.EPERM: "The system does not permit that.",
    errno.EMFILE: "Too many files are open on this machine.",
    errno.ENOMEM: "There is no memory left, of the machine's or of what limits.memory allows.",
    errno.EAGAIN: "No further thread or process can be started: memory or their number is limited.",
    errno.EIO: "The disk cannot be read or written: it, or its connection, is broken.",
    errno.ESTALE: "A folder of the network went away during the run.",
}
_VAGUE = (errno.EPERM, errno.ENOTDIR, errno.EEXIST)  # a fault of ours may say so too
LIBRARY = "A library could not be loaded: most often the machine has no memory left."
# What libraries say that write files without Python (DuckDB, Arrow), and who loads libraries.
_SAID = {os.strerror(number).lower(): FAULTS[number] for number in FAULTS if number not in _VAGUE}
_SAID |= dict.fromkeys(("out of memory", "failed to allocate"), FAULTS[errno.ENOMEM])
_SAID |= dict.fromkeys(("failed to map segment", "could not find/load shared object"), LIBRARY)
_NAMES = (
    r"OSError|IOException|IOError|PermissionError|ArrowInvalid|ImportError|FileCreateError|\.Error$"
    r"|^RuntimeError$"
)
_SAID["can't start new thread"] = FAULTS[errno.EAGAIN]
_MEMORY = ("MemoryError", "ArrowMemoryError", "OutOfMemoryException", "_ArrayMemoryError")
ADDRESSES = 4_000_000_000  # bytes that a run may have to address, its libraries among them
WATCH = 0.5  # seconds between two looks at the parent process
AGAIN = 0.05  # seconds until a signal that Python passed over is sent again
_PREFIX = "best-customers"


class Terminated(KeyboardInterrupt):
    """The system asked the run to end (SIGTERM)."""


def machine_fault(name: str, text: str) -> str | None:
    """What a fault of the machine is called, from an error's name and text; None for others.

    >>> machine_fault("OSError", "[Errno 28] No space left on device: 'a.csv'")
    'The disk is full: nothing more can be written.'
    >>> machine_fault("MemoryError", "")
    "There is no memory left, of the machine's or of what limits.memory allows."
    >>> machine_fault("RuntimeError", "can't start new thread")
    'No further thread or process can be started: memory or their number is limited.'
    >>> machine_fault("KeyError", "'mrr'")
    """
    if name in _MEMORY:
        return FAULTS[errno.ENOMEM]
    if not re.search(_NAMES, name):
        return None
    number = re.match(r"\[Errno (\d+)\]", text)
    if number:
        return None if int(number[1]) in _VAGUE else FAULTS.get(int(number[1]))
    return next((told for said, told in _SAID.items() if said in text.lower()), None)


def fault_behind(error: BaseException) -> str | None:
    """What fault of the machine an error is, or was raised over; None for others.

    >>> fault_behind(FileExistsError(errno.EEXIST, "File exists"))
    'A file stands where the reports need a folder.'
    """
    if isinstance(error, OSError) and error.errno in FAULTS:
        return FAULTS[error.errno]
    below: BaseException | None = error
    while below is not None:  # libraries raise errors of their own over those of the system
        name = "OSError" if isinstance(below, OSError) else type(below).__name__
        told = machine_fault(name, str(below))
        if told is not None:
            return told
        below = below.__cause__ or (None if below.__suppress_context__ else below.__context__)
    return None


def check_addresses() -> None:
    """Refuse to run where the system allows a process too few addresses (``ulimit -v``).

    The linear algebra of numpy and scipy (OpenBLAS) asks for memory again and again where it gets
    none while it is loaded, so that a run would neither go on nor end.

    Raises
    ------
    StudyError
        The limit is below what a run of a few hundred customers needs.
    """
    try:
        from resource import RLIM_INFINITY, RLIMIT_AS, getrlimit
    except ImportError:  # Windows knows no such limit
        return
    allowed = getrlimit(RLIMIT_AS)[0]
    if allowed != RLIM_INFINITY and allowed < ADDRESSES:
        raise StudyError(
            "A process may address too little memory here for a run.",
            found=f"{allowed / 1e9:.1f} GB (ulimit -v)",
            expected=f"at least {ADDRESSES / 1e9:.0f} GB, more with many processors or customers",
            remedy="raise that limit, or limit memory by other means (limits.memory of the study "
            "file, a control group)",
        )


@contextmanager
def told_to_end() -> Iterator[None]:
    """Within it, SIGTERM ends what runs as Ctrl-C does: everything is closed and cleaned.

    Python passes over what is raised while it clears an object away, with a traceback: a signal
    that is met just then comes once more.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: object) -> None:
        raise Terminated

    def passed_over(met: "sys.UnraisableHookArgs") -> None:
        if not isinstance(met.exc_value, Terminated):
            unraisable(met)
            return
        again = threading.Timer(AGAIN, os.kill, (os.getpid(), signal.SIGTERM))
        again.daemon = True
        again.start()

    before, unraisable = signal.signal(signal.SIGTERM, end), sys.unraisablehook
    sys.unraisablehook = passed_over
    try:
        yield
    finally:
        sys.unraisablehook = unraisable
        signal.signal(signal.SIGTERM, before)


def told_unless_begun_by_nobody(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Tell an uncaught error of a new process, unless who began it was killed meanwhile.

    Then it never hears what to do, which is told on the other side.
    """
    if not issubclass(kind, EOFError | pickle.UnpicklingError):
        sys.__excepthook__(kind, error, trace)


def end_with_parent() -> None:
    """From now on end, as on SIGTERM, when the process that started this one is no more."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(WATCH)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


def temporary(kind: str) -> Path:
    """A temporary folder that says which process it is of; its path is short, for sockets."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}-{kind}-{os.getpid()}-"))


def clear_left_over() -> list[Path]:
    """Remove the temporary folders of this user's processes that are no more.

    Returns
    -------
    What was removed.
    """
    removed = []
    for path in sorted(Path(tempfile.gettempdir()).glob(f"{_PREFIX}-*")):
        number = re.fullmatch(rf"{_PREFIX}-(?:[a-z]+-)?(\d+)(?:-\w+)?", path.name)
        if number is None or path.is_symlink() or not path.is_dir():
            continue
        if hasattr(os, "getuid") and path.stat().st_uid != os.getuid():
            continue
        if not _alive(int(number[1])):
            shutil.rmtree(path, ignore_errors=True)
            removed.append(path)
    return removed


def _alive(process: int) -> bool:
    if os.name != "posix":
        return True  # asking would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
