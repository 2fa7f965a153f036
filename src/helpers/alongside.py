"""Work in a second process while the notebook goes on.

A scheduled run has one process beside its kernels (`helpers.second`). There is begun what is needed
later and depends on nothing in between, by the notebook that needs it or already by one before it
(`for_later`). Where there is no such process (JupyterLab, tests, one core), and where it fails, the
same work is done when its result is asked for: what comes out is the same either way.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, is_dataclass
from multiprocessing.reduction import ForkingPickler
from threading import Condition, Thread
from typing import Any, Generic, TypeVar

from helpers.second import HEAVY, Line, named
from helpers.words import spoken

Made = TypeVar("Made")


class Later(Generic[Made]):
    """What a function gives, as soon as it is asked for."""

    def __init__(self, work: Callable[..., Made], given: tuple[Any, ...], named: dict[str, Any]):
        self._work, self._given, self._named = work, given, named
        self._made: list[Made] = []
        self._there: _Beside | None = None

    def result(self) -> Made:
        """What the function gives; raises what it raises."""
        if self._there is not None:
            self._made, self._there = self._there.made(self), None
        if not self._made:
            self._made = [self._work(*self._given, **self._named)]
        return self._made[0]

    def waits(self) -> bool:
        """Whether nobody has begun it."""
        return not self._made and (self._there is None or self._there.waits(self))

    def packed(self) -> bytes | None:
        """The work as it travels; None where it cannot, or weighs so much that it had better not.

        It is packed when it is begun: whoever began it may then change what it was given. The
        language goes with it: what is told there is read here.
        """
        given = self._given, self._named
        if weight(given) > HEAVY:
            return None  # held twice, it would take more memory than it saves time
        try:
            return bytes(ForkingPickler.dumps((spoken.language(), self._work, *given)))
        except (pickle.PicklingError, AttributeError, TypeError):
            return None


def results(begun: Sequence[Later[Any]]) -> list[Any]:
    """What several pieces of work give: first those that still wait are done here.

    Of several errors the first in their order is raised, whichever was met first.
    """
    for later in begun:
        if later.waits():
            with suppress(Exception):  # met again in its turn
                later.result()
    return [later.result() for later in begun]


class Together(Generic[Made]):
    """What is put together of several pieces of work, as soon as it is asked for."""

    def __init__(self, put: Callable[[], Made]) -> None:
        self.result = put


class _Beside:
    """The process beside this one, and what it is to do: of all that waits, what was begun last.

    What is begun last is most often needed first; what was begun long before fills the gaps. Who
    asks for a result that still waits does the work itself.
    """

    def __init__(self, line: Line) -> None:
        self._line = line
        self._kept: frozenset[bytes] | None = None  # what lay there when this process first asked
        self._waiting: dict[Later[Any], bytes] = {}
        self._done: dict[Later[Any], list[Any]] = {}
        self._at: Later[Any] | None = None
        self._ended = False
        self._changed = Condition()
        Thread(target=self._feed, daemon=True).start()

    def take(self, later: Later[Any]) -> bool:
        """Whether a piece of work is waiting now: one that can travel, while there is room."""
        packed = later.packed()
        if packed is None:
            return False
        later._made = self._done_ahead(packed)
        with self._changed:
            if later._made or self._ended:
                return False
            if len(packed) + sum(map(len, self._waiting.values())) > HEAVY:
                return False
            self._waiting[later] = packed
            self._changed.notify_all()
            return True

    def keep(self, later: Later[Any]) -> None:
        """Have a piece of work done for a notebook that is still to come."""
        packed = later.packed()
        if packed is not None:
            with suppress(OSError):
                self._line.keep(packed)

    def _done_ahead(self, packed: bytes) -> list[Any]:
        """What came of a piece of work that an earlier notebook had done ahead."""
        with suppress(OSError, EOFError):
            if self._kept is None:
                self._kept = self._line.kept()
            if self._kept and (name := named(packed)) in self._kept:
                found: list[Any] = pickle.loads(self._line.take(name))
                return found
        return []

    def waits(self, later: Later[Any]) -> bool:
        """Whether a piece of work has not been begun."""
        with self._changed:
            return later in self._waiting

    def made(self, later: Later[Any]) -> list[Any]:
        """What came of a piece of work; nothing where that is for the one who asks to do."""
        with self._changed:
            self._waiting.pop(later, None)
            self._changed.wait_for(lambda: self._at is not later)
            return self._done.pop(later, [])

    def end(self) -> None:
        """Begin nothing more there."""
        with self._changed:
            self._ended = True
            self._waiting.clear()
            self._changed.notify_all()

    def _feed(self) -> None:
        """Send what waits, one piece after the other: what the thread of this process does."""
        with suppress(OSError, EOFError):  # the process has ended
            while packed := self._next():
                self._line.work.send_bytes(packed)
                self._finished(self._line.work.recv())
        self.end()
        self._finished([])

    def _next(self) -> bytes | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ended)
            if self._ended:
                return None
            self._at, packed = self._waiting.popitem()
            return packed

    def _finished(self, made: list[Any]) -> None:
        with self._changed:
            if self._at is not None:
                self._done[self._at], self._at = made, None
            self._changed.notify_all()


class _Here:
    """Where this process sends work, if anywhere."""

    beside: _Beside | None = None
    for_later = False


def begin(work: Callable[..., Made], *given: Any, **named: Any) -> Later[Made]:
    """Begin ``work(*given, **named)`` in the process beside this one, as soon as it is free.

    What it has not begun when the result is asked for is done here, and so is what weighs much.

    Parameters
    ----------
    work : a function of a module, without effects: what it prints or writes may come twice.
    """
    later = Later(work, given, named)
    if _Here.beside is not None and _Here.for_later:
        _Here.beside.keep(later)
    elif _Here.beside is not None and _Here.beside.take(later):
        later._there = _Here.beside
    return later


@contextmanager
def for_later() -> Iterator[None]:
    """Within it, what is begun is for a notebook that is still to come, if there is time.

    Where that notebook begins the same function with the same of everything, its result is there.
    """
    _Here.for_later = True
    try:
        yield
    finally:
        _Here.for_later = False


def weight(given: Any) -> int:
    """Bytes of the tables and arrays among some values, and within lists and dataclasses of them.

    >>> import numpy as np
    >>> import pandas as pd
    >>> weight([np.zeros(3), {"a": pd.DataFrame({"x": [1.0]})}, "text"])
    32
    """
    import numpy as np  # the run imports this module first of all: what takes a while waits
    import pandas as pd

    if isinstance(given, np.ndarray):
        return given.nbytes
    if isinstance(given, pd.DataFrame):
        return int(given.memory_usage(index=False).sum())
    if isinstance(given, pd.Series):
        return int(given.memory_usage(index=False))
    if isinstance(given, Mapping):
        return sum(map(weight, given.values()))
    if isinstance(given, list | tuple):
        return sum(map(weight, given))
    if is_dataclass(given) and not isinstance(given, type):
        return sum(weight(getattr(given, field.name)) for field in fields(given))
    return 0


def cores() -> int:
    """Processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def attach(line: Line | None) -> None:
    """Have `begin` send work there from now on; None = nowhere."""
    if _Here.beside is not None:
        _Here.beside.end()
    _Here.beside = None if line is None else _Beside(line)
