"""Work in a second process while the notebook goes on.

A scheduled run gives each kernel a process beside it (`helpers.kernels`). A notebook begins there
what it needs later and what depends on nothing in between. Where there is no such process
(JupyterLab, tests, one core), and where it fails, the same work is done when its result is asked
for: what comes out is the same either way.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any, Generic, TypeVar

Made = TypeVar("Made")


HEAVY = 100_000_000  # bytes of tables and arrays that are worth sending, at most


class Later(Generic[Made]):
    """What a function gives, as soon as it is asked for."""

    def __init__(self, work: Callable[..., Made], given: tuple[Any, ...], named: dict[str, Any]):
        self._work, self._given, self._named = work, given, named
        self._made: list[Made] = []
        self._awaited: Connection | None = None

    def result(self) -> Made:
        """What the function gives; raises what it raises."""
        self._receive()
        if not self._made:
            self._made = [self._work(*self._given, **self._named)]
        return self._made[0]

    def made(self) -> bool:
        """Whether nothing is awaited any more."""
        if self._awaited is not None and self._awaited.poll():
            self._receive()
        return self._awaited is None

    def _send(self, beside: Connection) -> bool:
        if weight((self._given, self._named)) > HEAVY:
            return False  # held twice, it would take more memory than it saves time
        try:
            beside.send((self._work, self._given, self._named))
        except (OSError, pickle.PicklingError, AttributeError, TypeError):
            return False  # nobody listens, or it cannot travel
        self._awaited = beside
        return True

    def _receive(self) -> None:
        beside, self._awaited = self._awaited, None
        if beside is not None:
            with suppress(OSError, EOFError):  # the process has ended
                self._made = beside.recv()


class _Beside:
    """The process beside this one, where there is one, and what it is busy with."""

    connection: Connection | None = None
    last: Later[Any] | None = None


def begin(work: Callable[..., Made], *given: Any, **named: Any) -> Later[Made]:
    """Begin ``work(*given, **named)`` in the process beside this one, where it is free.

    It does one piece of work at a time; what is begun meanwhile is done here, and so is what weighs
    much.

    Parameters
    ----------
    work : a function of a module, without effects: what it prints or writes may come twice.
    """
    later, last = Later(work, given, named), _Beside.last
    if _Beside.connection is not None and (last is None or last.made()):
        _Beside.last = later if later._send(_Beside.connection) else None
    return later


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


def attach(connection: Connection) -> None:
    """Have `begin` send work there."""
    _Beside.connection, _Beside.last = connection, None


def serve(connection: Connection) -> None:
    """Do what is sent, until nobody can send any more. Errors are for the sender to meet again."""
    with suppress(OSError, EOFError):
        while True:
            work, given, named = connection.recv()
            try:
                made = ForkingPickler.dumps([work(*given, **named)])
            except Exception:
                made = ForkingPickler.dumps([])
            connection.send_bytes(made)
