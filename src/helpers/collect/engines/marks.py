"""Whose tables lie in a scratch schema: each bears the mark of the run that made it.

A run that is killed cannot clean up. The next one reads the marks of what lies there and removes
what belongs to nobody any more. What bears no mark is never touched.
"""

import hashlib
import json
import os
import platform
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

VARIABLE = "BEST_CUSTOMERS_RUN_MARK"  # of a run, for the processes that it starts
# Of a process on another machine nobody knows more than what the server sees of it.
RUN_AFTER, DRAFT_AFTER = timedelta(days=1), timedelta(days=30)
_NAME = "best-customers"


@dataclass(frozen=True)
class Mark:
    """Who made a table: host, process and its beginning; for a notebook by hand, its draft too.

    ``born`` tells a process from a later one with the same number; empty where the system does not
    say.
    """

    host: str
    process: int
    born: str
    start: str  # UTC, to the second
    draft: str = ""

    @property
    def name(self) -> str:
        """What a process's sessions on a server are called; at most 63 bytes are kept there."""
        digest = hashlib.sha256(f"{self.host} {self.process} {self.born}".encode())
        plain = "".join(c if c.isascii() and c.isprintable() else "?" for c in self.host)
        return f"{_NAME} {digest.hexdigest()[:12]} {self.process}@{plain}"[:63]

    def __str__(self) -> str:
        return json.dumps({"made by": _NAME, **asdict(self)})

    def is_over(self, sessions: Collection[str] = ()) -> bool:
        """Whether nobody will ask for the table again.

        Parameters
        ----------
        sessions : names of the sessions that the server has now.
        """
        if self.name in sessions:
            return False
        if self.host == platform.node():
            # Who steps through notebooks closes them in the evening and goes on tomorrow.
            return not Path(self.draft).exists() if self.draft else not self._runs()
        age = datetime.now(UTC) - datetime.fromisoformat(self.start)
        return age > (DRAFT_AFTER if self.draft else RUN_AFTER)

    def _runs(self) -> bool:
        try:
            os.kill(self.process, 0) if os.name == "posix" else None
        except ProcessLookupError:
            return False
        except PermissionError:
            pass
        born = _born(self.process)
        return not (born and self.born) or born == self.born


def mine(draft: Path | None = None) -> Mark:
    """The mark of the run that this process belongs to, else of this process and its draft."""
    if VARIABLE in os.environ:
        return Mark(**json.loads(os.environ[VARIABLE]))
    return _of_this_process(str(draft.resolve()) if draft else "")


def read(text: str | None) -> Mark | None:
    """The mark that a comment is; None for all others."""
    try:
        content = json.loads(text or "")
        if content.pop("made by") != _NAME:
            return None
        return Mark(**content)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@contextmanager
def of_a_run() -> Iterator[Mark]:
    """Within it, this process and those that it starts bear one mark."""
    before = os.environ.get(VARIABLE)
    mark = _of_this_process()
    os.environ[VARIABLE] = json.dumps(asdict(mark))
    try:
        yield mark
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def _of_this_process(draft: str = "") -> Mark:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Mark(platform.node(), os.getpid(), _born(os.getpid()), now, draft)


def _born(process: int) -> str:
    """When a process began, in the ticks of Linux since the machine did; empty elsewhere."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return told.rpartition(")")[2].split()[19]
