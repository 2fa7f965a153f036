"""Somebody who looks at Spark while it works: it waits for ever where nobody is left to work."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

from helpers.errors import StudyError
from helpers.sandbox.closed import too_long

EVERY = 1.0  # seconds between two looks


@dataclass
class Watch:
    """Bounds for what a session does.

    Parameters
    ----------
    workers : how many executors the session has; None where nobody can tell.
    cancel : ends what the session does; the action then fails.
    patience : seconds that a session may be without any executor.
    alone : what is said then.
    """

    workers: Callable[[], int | None]
    cancel: Callable[[], None]
    patience: float
    alone: Callable[[], StudyError]
    _last_seen: float = field(default=0.0, init=False)

    @contextmanager
    def over(self, seconds: float, *, place: str) -> Iterator[None]:
        """Stop what happens within it when it takes too long, or when no worker is left.

        Raises
        ------
        StudyError
            In place of the error that being stopped causes. ``place`` as in *the query of
            sources.accounts*.
        """
        done, verdict = Event(), []

        def look() -> None:
            begun = self._last_seen = time.monotonic()
            while not done.wait(EVERY):
                now = time.monotonic()
                if self.workers() != 0:
                    self._last_seen = now
                if now - begun > seconds:
                    verdict.append(too_long(place, seconds))
                elif now - self._last_seen > self.patience:
                    verdict.append(self.alone())
                if verdict:
                    self.cancel()
                    return

        thread = Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        except Exception:
            if not verdict:
                raise
            failure = verdict[0]
        else:
            return
        finally:
            done.set()
        raise failure
