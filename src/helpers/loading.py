"""Loading libraries, which stay: to look for garbage among them takes a fifth of the time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module


def load(*names: str) -> None:
    """Import modules, in this order."""
    with for_good():
        for name in names:
            import_module(name)


@contextmanager
def for_good() -> Iterator[None]:
    """What is loaded within is never looked through for garbage, neither meanwhile nor later.

    Within another one, and in a thread beside the one that works, it does the same.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if looked:
            gc.enable()
