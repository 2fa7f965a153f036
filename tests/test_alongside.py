"""Work in a second process: the same result with it, without it, and where it fails."""

import os
import time
from multiprocessing import Pipe, get_context

import numpy as np
import pytest

from helpers import alongside
from helpers.alongside import begin, results
from helpers.errors import StudyError


def where(number):
    return number + 1, os.getpid()


def refused():
    raise StudyError("This is not so.", found=str(os.getpid()))


def slow():
    time.sleep(0.5)
    return os.getpid()


def when(number):
    return os.getpid(), time.monotonic()


def pids(given):
    return os.getpid()


def there(work, *given):
    """What a piece of work gives that the process beside has had the time to begin."""
    later = begin(work, *given)
    time.sleep(0.3)
    return later.result()


def ends():
    os._exit(3)


def cannot_travel():
    return lambda: os.getpid()


@pytest.fixture
def beside():
    """A process beside this one; its number."""
    here, there = Pipe()
    context = get_context("fork")

    def work():
        here.close()  # a fork has both ends
        alongside.serve(there)

    process = context.Process(target=work, daemon=True)
    process.start()
    there.close()
    alongside.attach(here)
    yield process.pid
    alongside.attach(None)
    here.close()
    process.join(10)
    assert process.exitcode is not None  # it ends with the one that sends


def test_without_a_second_process_work_is_done_when_its_result_is_asked_for():
    later = begin(where, 4)
    assert later.result() == (5, os.getpid()) and later.result() is later.result()


def test_work_is_done_in_the_second_process(beside):
    later = begin(where, number=4)
    time.sleep(0.3)
    assert later.result() == (5, beside)


def test_what_still_waits_is_done_here(beside):
    first = begin(slow)
    time.sleep(0.1)
    second = begin(where, 1)
    assert second.result() == (2, os.getpid())
    assert first.result() == beside
    time.sleep(0.1)
    third = begin(where, 2)
    time.sleep(0.2)
    assert third.result() == (3, beside)  # it is free again


def test_of_what_waits_the_last_that_was_begun_is_first(beside):
    begin(slow)
    time.sleep(0.1)
    at = [begin(when, number) for number in range(3)]
    time.sleep(0.8)
    found = [one.result() for one in at]
    assert {process for process, _ in found} == {beside}
    assert [number for _, number in found] == sorted((at for _, at in found), reverse=True)


def test_of_several_the_waiting_ones_are_done_here_while_another_is_done_there(beside):
    begun = [begin(slow)]
    time.sleep(0.1)
    begun += [begin(where, 1), begin(where, 2)]
    at = time.monotonic()
    assert results(begun) == [beside, (2, os.getpid()), (3, os.getpid())]
    assert begun[0].result() == beside and time.monotonic() - at < 5


def test_a_result_that_is_not_asked_for_does_not_hold_it_up(beside):
    begin(where, 1)
    assert there(where, 2) == (3, beside)


def test_what_was_given_may_change_once_it_is_begun(beside):
    begin(slow)
    given = np.zeros(2)
    later = begin(np.sum, given)
    given += 1
    time.sleep(0.8)
    assert later.result() == 0


def test_errors_are_met_here_as_if_there_were_no_second_process(beside):
    with pytest.raises(StudyError, match=f"found: +{os.getpid()}"):
        there(refused)
    assert there(where, 1) == (2, beside)


def test_what_cannot_travel_is_done_here(beside):
    number = 7
    assert begin(lambda: number).result() == 7  # not there
    assert there(cannot_travel)() == os.getpid()  # not back
    assert there(where, 1) == (2, beside)
    there(cannot_travel)


def test_where_the_second_process_has_ended_work_is_done_here(beside, monkeypatch):
    monkeypatch.setattr(os, "_exit", lambda code: None)  # here
    assert there(ends) is None
    assert there(where, 1) == (2, os.getpid())


def test_what_waits_is_not_more_than_is_worth_holding_twice(beside, monkeypatch):
    monkeypatch.setattr(alongside, "HEAVY", 2_000)
    begin(slow)
    time.sleep(0.1)
    first, second = (begin(pids, np.zeros(150)) for _ in range(2))  # 1,200 bytes each
    time.sleep(0.8)
    assert (first.result(), second.result()) == (beside, os.getpid())


def test_what_weighs_much_is_done_here(beside, monkeypatch):
    monkeypatch.setattr(alongside, "HEAVY", 100)
    assert there(pids, np.zeros(13)) == os.getpid()
    assert there(where, 1) == (2, beside)
