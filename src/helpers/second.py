"""The process beside a run: does what the run and its kernels send, and keeps what is for later.

Work that somebody waits for comes first. What was begun ahead, for a notebook that is still to
come, is done when there is nothing else, and lies on the shelf until the same work is begun there.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from threading import Condition, Thread
from typing import Any

from helpers.words import spoken

HEAVY = 100_000_000  # bytes that are worth sending, at most: of one piece, and of all that wait
FAILED = pickle.dumps([])  # in place of a result: who needs it meets the error again


@dataclass(frozen=True)
class Line:
    """One end of what two processes say to each other.

    ``work`` carries pieces of work, and a result for each; ``shelf`` what lies or is to lie there.
    """

    work: Connection
    shelf: Connection

    @classmethod
    def pair(cls) -> tuple[Line, Line]:
        """Both ends."""
        (work, its_work), (shelf, its_shelf) = Pipe(), Pipe()
        return cls(work, shelf), cls(its_work, its_shelf)

    def close(self) -> None:
        """Say and hear nothing more at this end."""
        self.work.close()
        self.shelf.close()

    # ── what is asked of the shelf, at the other end ─────────────────────────────────────────────
    def keep(self, packed: bytes) -> None:
        """Have a piece of work done when there is time."""
        self.shelf.send_bytes(b"+" + packed)

    def kept(self) -> frozenset[bytes]:
        """Names of all that lies there, or is to."""
        self.shelf.send_bytes(b"?")
        return frozenset(self.shelf.recv())

    def take(self, name: bytes) -> bytes:
        """What came of a piece of work, packed; `FAILED` where nobody has begun it, and then nobody
        there will. What is under way is waited for."""
        self.shelf.send_bytes(b"-" + name)
        return self.shelf.recv_bytes()


def named(packed: bytes) -> bytes:
    """The name of a piece of work: that of the same function with the same of everything.

    Equal texts that are one object in one process and two in another are packed differently: then
    the work is done twice, which costs time and changes nothing.
    """
    return sha256(packed).digest()


def serve(lines: Sequence[Line]) -> None:
    """Do what is sent over any of the lines, until nobody can send any more."""
    desk = _Desk()
    Thread(target=desk.hear, args=(lines,), daemon=True).start()
    desk.work()


class _Desk:
    """What waits to be done, what was done ahead, and the one piece that is under way."""

    def __init__(self) -> None:
        self._sent: deque[tuple[Connection, bytes]] = deque()
        self._ahead: dict[bytes, bytes] = {}
        self._shelf: dict[bytes, bytes] = {}
        self._under_way: bytes | None = None  # of what was begun ahead
        self._ended = False
        self._changed = Condition()

    def hear(self, lines: Sequence[Line]) -> None:
        """Take in what is sent, and say at once what lies on the shelf."""
        shelves = {line.shelf for line in lines}
        open_ends = shelves | {line.work for line in lines}
        while open_ends:
            heard: list[Any] = wait(list(open_ends))
            for end in heard:
                try:
                    said = end.recv_bytes()
                    if end in shelves:
                        self._answer(end, said[:1], said[1:])
                    else:
                        self._add(end, said)
                except (OSError, EOFError):  # whoever was there has ended
                    open_ends.discard(end)
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def work(self) -> None:
        """Do one piece after the other."""
        while piece := self._next():
            whom, packed = piece
            made = _made(packed)
            if whom is None:
                self._put_down(made)
            else:
                with suppress(OSError):  # it has ended
                    whom.send_bytes(made)

    def _add(self, whom: Connection, packed: bytes) -> None:
        with self._changed:
            self._sent.append((whom, packed))
            self._changed.notify_all()

    def _answer(self, whom: Connection, verb: bytes, said: bytes) -> None:
        if verb == b"+":
            with self._changed:
                if len(said) + sum(map(len, self._ahead.values())) <= HEAVY:
                    self._ahead[named(said)] = said
                    self._changed.notify_all()
        elif verb == b"?":
            with self._changed:
                names = [*self._ahead, *self._shelf, self._under_way]
            whom.send([name for name in names if name])
        else:
            with self._changed:
                self._ahead.pop(said, None)
                self._changed.wait_for(lambda: self._under_way != said)
                found = self._shelf.pop(said, FAILED)
            whom.send_bytes(found)

    def _next(self) -> tuple[Connection | None, bytes] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._sent or self._ahead or self._ended)
            if self._ended:
                return None
            if self._sent:
                return self._sent.popleft()
            self._under_way = next(iter(self._ahead))
            return None, self._ahead.pop(self._under_way)

    def _put_down(self, made: bytes) -> None:
        with self._changed:
            assert self._under_way is not None
            self._shelf[self._under_way], self._under_way = made, None
            self._changed.notify_all()


def _made(packed: bytes) -> bytes:
    """What a piece of work gives, packed; errors are for the sender to meet again."""
    try:
        told_in, work, given, more = pickle.loads(packed)  # by our own processes, over their pipe
        if told_in != spoken.language():
            spoken.speak(told_in)
        return bytes(ForkingPickler.dumps([work(*given, **more)]))
    except Exception:
        return FAILED
