"""Work in a second process: the same result with it, without it, and where it fails."""

import os
import time
from multiprocessing import Pipe, get_context

import numpy as np
import pytest

from helpers import alongside
from helpers.alongside import begin
from helpers.errors import StudyError


def where(number):
    return number + 1, os.getpid()


def refused():
    raise StudyError("This is not so.", found=str(os.getpid()))


def slow():
    time.sleep(0.5)
    return os.getpid()


def ends():
    os._exit(3)


def cannot_travel():
    return lambda: os.getpid()


@pytest.fixture
def beside(monkeypatch):
    """A process beside this one; its number."""
    here, there = Pipe()
    context = get_context("fork")

    def work():
        here.close()  # a fork has both ends
        alongside.serve(there)

    process = context.Process(target=work, daemon=True)
    process.start()
    there.close()
    monkeypatch.setattr(alongside._Beside, "connection", here)
    monkeypatch.setattr(alongside._Beside, "last", None)
    yield process.pid
    here.close()
    process.join(10)
    assert process.exitcode is not None  # it ends with the one that sends


def test_without_a_second_process_work_is_done_when_its_result_is_asked_for():
    later = begin(where, 4)
    assert later.result() == (5, os.getpid()) and later.result() is later.result()


def test_work_is_done_in_the_second_process(beside):
    assert begin(where, number=4).result() == (5, beside)


def test_what_is_begun_while_it_is_busy_is_done_here(beside):
    first, second = begin(slow), begin(where, 1)
    assert second.result() == (2, os.getpid())
    assert first.result() == beside
    assert begin(where, 2).result() == (3, beside)  # it is free again


def test_a_result_that_is_not_asked_for_does_not_hold_it_up(beside):
    begin(where, 1)
    time.sleep(0.2)
    assert begin(where, 2).result() == (3, beside)


def test_errors_are_met_here_as_if_there_were_no_second_process(beside):
    with pytest.raises(StudyError, match=f"found: +{os.getpid()}"):
        begin(refused).result()
    assert begin(where, 1).result() == (2, beside)


def test_what_cannot_travel_is_done_here(beside):
    number = 7
    assert begin(lambda: number).result() == 7  # not there
    assert begin(cannot_travel).result()() == os.getpid()  # not back
    assert begin(where, 1).result() == (2, beside)
    begin(cannot_travel).result()


def test_where_the_second_process_has_ended_work_is_done_here(beside, monkeypatch):
    monkeypatch.setattr(os, "_exit", lambda code: None)  # here
    assert begin(ends).result() is None
    assert begin(where, 1).result() == (2, os.getpid())


def test_what_weighs_much_is_done_here(beside, monkeypatch):
    monkeypatch.setattr(alongside, "HEAVY", 100)
    assert begin(len, np.zeros(13)).result() == 13
    assert alongside._Beside.last is None  # it never left
    assert begin(where, 1).result() == (2, beside)
