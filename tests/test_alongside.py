"""Work in a second process: the same result with it, without it, and where it fails."""

import os
import signal
import time
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from helpers import alongside
from helpers.alongside import begin, results
from helpers.errors import StudyError
from helpers.second import Line, serve
from helpers.words import lists, say
from helpers.words.spoken import speak


def where(number):
    return number + 1, os.getpid()


def refused():
    raise StudyError("This is not so.", found=str(os.getpid()))


def slow():
    time.sleep(0.5)
    return os.getpid()


def slow_and_refused(name):
    time.sleep(0.3)
    raise StudyError(name)


def when(number):
    return os.getpid(), time.monotonic()


def pids(given):
    return os.getpid()


def reason():
    return say(lists.BELOW, value="0"), os.getpid()


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
    here, there = Line.pair()
    context = get_context("fork")

    def work():
        here.close()  # a fork has both ends
        serve([there])

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


def test_what_is_told_in_the_second_process_is_told_in_the_language_spoken_here(beside):
    speak("zh")
    try:
        later = begin(reason)
        time.sleep(3)  # the catalog is read there first
        chinese = later.result()
    finally:
        speak()
    assert chinese == ("低于 0", beside)
    assert there(reason) == ("below 0", beside)


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


def test_of_several_errors_the_first_in_their_order_is_told(beside):
    """What waits is done first, so that its error is met first."""
    begun = [begin(slow_and_refused, "one")]
    time.sleep(0.1)
    begun += [begin(slow_and_refused, "two"), begin(where, 2)]
    with pytest.raises(StudyError, match="one"):
        results(begun)


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


# ── work that is begun ahead, for a notebook that is still to come ───────────────────────────────
def times(path, number=0):
    """How often a piece of work was done, as a file's lines tell."""
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    return number


@pytest.fixture
def second():
    """A process beside three others: gives the end of each of these in turn, and its number."""
    pairs = [Line.pair() for _ in range(3)]
    ours, its = ([*ends] for ends in zip(*pairs, strict=True))

    def work():
        for line in ours:
            line.close()
        serve(its)

    process = get_context("fork").Process(target=work, daemon=True)
    process.start()
    for line in its:
        line.close()
    yield ours, process.pid
    alongside.attach(None)
    for line in ours:
        line.close()
    process.join(10)
    assert process.exitcode is not None


def begun_ahead(work, *given, **named):
    with alongside.for_later():
        begin(work, *given, **named)


def done(path, lines):
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if path.exists() and len(path.read_text(encoding="utf-8").splitlines()) >= lines:
            return
        time.sleep(0.02)
    raise AssertionError("not done ahead")


def test_what_is_begun_ahead_is_there_for_whoever_begins_the_same_later(second, tmp_path):
    (first, then, _), number = second
    path = tmp_path / "done"
    alongside.attach(first)
    begun_ahead(times, path, number=7)
    done(path, 1)
    alongside.attach(then)
    assert begin(times, path, number=7).result() == 7
    assert path.read_text(encoding="utf-8").split() == [str(number)]  # once, and there


def test_what_is_begun_ahead_is_for_the_same_work_alone(second, tmp_path):
    (first, then, _), _ = second
    path = tmp_path / "done"
    alongside.attach(first)
    begun_ahead(times, path, number=7)
    done(path, 1)
    alongside.attach(then)
    assert begin(times, path, number=8).result() == 8
    assert len(path.read_text(encoding="utf-8").split()) == 2


def test_what_is_under_way_ahead_is_waited_for(second):
    (first, then, _), number = second
    alongside.attach(first)
    begun_ahead(slow)
    time.sleep(0.2)
    alongside.attach(then)
    at = time.monotonic()
    assert begin(slow).result() == number and time.monotonic() - at < 0.45


def test_what_waits_ahead_comes_after_what_is_needed_and_is_not_done_twice(second, tmp_path):
    (first, then, last), number = second
    path = tmp_path / "done"
    alongside.attach(first)
    begun_ahead(slow)
    begun_ahead(times, path)
    time.sleep(0.2)
    alongside.attach(then)
    later = begin(
        times, path
    )  # nobody has begun it: it is taken back, and done where there is time
    assert later.result() == 0
    alongside.attach(last)
    assert there(where, 1) == (2, number)
    time.sleep(0.3)
    assert len(path.read_text(encoding="utf-8").split()) == 1


def test_errors_of_what_is_begun_ahead_are_met_where_it_is_needed(second):
    (first, then, _), _ = second
    alongside.attach(first)
    begun_ahead(refused)
    time.sleep(0.2)
    alongside.attach(then)
    with pytest.raises(StudyError, match=f"found: +{os.getpid()}"):
        begin(refused).result()


def test_what_is_begun_ahead_is_not_more_than_is_worth_holding(second, monkeypatch):
    (first, then, _), _ = second
    alongside.attach(first)
    monkeypatch.setattr(alongside, "HEAVY", 100)
    begun_ahead(pids, np.zeros(13))
    alongside.attach(then)
    assert begin(pids, np.zeros(13)).result() == os.getpid()


def test_without_a_second_process_nothing_is_begun_ahead(tmp_path):
    begun_ahead(times, tmp_path / "done")
    assert not (tmp_path / "done").exists()


def test_where_it_has_ended_what_was_begun_ahead_is_done_here(second, monkeypatch):
    (first, then, _), number = second
    alongside.attach(first)
    begun_ahead(pids, 1)
    time.sleep(0.2)
    os.kill(number, signal.SIGKILL)
    time.sleep(0.2)
    alongside.attach(then)
    assert begin(pids, 1).result() == os.getpid()
    begun_ahead(pids, 2)  # no error either
