"""Signals that a run is told to end by."""

import os
import signal
import subprocess
import sys
import time
import weakref

import pytest

from helpers.faults import Terminated, check_addresses, told_to_end

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


def test_a_run_that_may_address_too_little_memory_is_refused_at_once(tmp_path):
    """OpenBLAS would ask for memory for ever while it is loaded."""
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000,) * 2)\n"
        "from helpers.__main__ import main\n"
        f"raise SystemExit(main(['run', '--reports', {str(tmp_path)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "found:    1.0 GB (ulimit -v)" in done.stderr and "at least 4 GB" in done.stderr


def test_where_there_is_no_limit_nothing_is_said():
    check_addresses()
