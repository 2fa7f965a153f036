"""Signals that a run is told to end by."""

import os
import signal
import sys
import time
import weakref

import pytest

from helpers.faults import Terminated, told_to_end

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the signals of POSIX are needed")


class Cleared:
    """Something that goes away."""


def test_a_signal_that_is_met_while_an_object_is_cleared_away_is_not_lost(capsys):
    """Python passes over what its handler raises there: it comes once more, without a traceback."""

    def cleared(_):
        os.kill(os.getpid(), signal.SIGTERM)
        for _ in range(1000):  # the handler is called within
            pass

    before, hook = signal.getsignal(signal.SIGTERM), sys.unraisablehook
    with pytest.raises(Terminated), told_to_end():
        one = Cleared()
        watched = weakref.ref(one, cleared)
        del one
        time.sleep(5)
        pytest.fail(f"the signal was lost: {watched}")
    assert "Terminated" not in capsys.readouterr().err
    assert (signal.getsignal(signal.SIGTERM), sys.unraisablehook) == (before, hook)


def test_other_errors_there_are_told_as_ever():
    told = []

    def cleared(_):
        raise ValueError("another")

    hook, sys.unraisablehook = sys.unraisablehook, told.append
    try:
        with told_to_end():
            one = Cleared()
            watched = weakref.ref(one, cleared)
            del one
    finally:
        sys.unraisablehook = hook
    assert watched() is None and [str(met.exc_value) for met in told] == ["another"]
