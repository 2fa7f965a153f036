"""Tables collected apart: nothing shows before they are asked for, and then all of it."""

import time

import pytest
from exports import collected, refused

from helpers import alongside
from helpers.alongside import for_later
from helpers.collect import sources
from helpers.collect.apart import Apart
from helpers.collect.sources import begin_accounts, collect
from helpers.errors import StudyError
from helpers.kernels import FORKED, Second, import_ahead
from helpers.workspace import APART

SURVEYS = """account_id,asked_on,kind,score
A,2024-11-01,nps,9
B,2024-11-02,nps,eleven
"""
USAGE = """account_id,used_on,feature
A,2024-11-01,search
Z,2024-11-01,search
"""
CORE = ["accounts", "contracts"]


@pytest.fixture
def small(study):
    return study(tables={"surveys": SURVEYS, "usage": USAGE})


@pytest.fixture
def kernels():
    """The ends of a process beside two kernels, which are one after the other."""
    if not FORKED:
        pytest.skip("there is no process beside")
    import_ahead()
    second = Second(2)
    second.start()
    yield second.lines
    alongside.attach(None)
    second.end()


def files(ws):
    return {
        str(path.relative_to(ws.draft)): path.read_bytes()
        for path in sorted(ws.draft.rglob("*"))
        if path.is_file()
    }


def until(there):
    end = time.monotonic() + 20
    while not there():
        assert time.monotonic() < end, "never"
        time.sleep(0.02)


def in_one_go(ws):
    """What the draft holds where nothing was begun ahead."""
    collect(ws)
    found = files(ws)
    ws.clear()
    return found


def test_until_it_is_put_in_place_a_table_shows_nowhere_else(small):
    collect(small, CORE)
    before = files(small)
    sources._collect_apart(small, "surveys")
    aside = {name for name in files(small) if name.startswith(f"{APART}/surveys/")}
    assert aside and {name: text for name, text in files(small).items() if name in before} == before
    assert set(files(small)) == set(before) | aside
    assert small.recorded("collection/surveys") is None
    Apart.of(small, "surveys").put(small)
    assert collected(small, "surveys")["account_id"].tolist() == ["A", "B"]
    assert refused(small, "surveys")["value"].tolist() == ["eleven"]
    assert not (small.draft / APART / "surveys").exists()


def test_what_an_attempt_before_left_is_not_taken_for_the_table(small):
    collect(small, CORE)
    left = Apart.of(small, "surveys").folder("work/records") / "other.json"
    left.write_text("1", encoding="utf-8")
    collect(small, ["surveys"])
    assert small.recorded("other") is None


def test_what_the_next_notebook_collects_is_there_when_it_asks(small, kernels, monkeypatch):
    expected = in_one_go(small)
    alongside.attach(kernels[0])
    collect(small, CORE)
    parts = [Apart.of(small, name).aside / "work/records/collection" for name in
             ("surveys", "usage")]  # fmt: skip
    until(lambda: all(any(part.glob("*.json")) for part in parts))
    time.sleep(0.2)  # what comes after the record
    monkeypatch.setattr(sources, "collect_table", lambda *given: pytest.fail("collected twice"))
    alongside.attach(kernels[1])
    report = collect(small, ["surveys", "usage"])
    assert report["rows_used"].tolist() == [2, 1]
    assert files(small) == expected


def test_accounts_are_begun_before_the_notebook_that_collects_them(small, kernels):
    expected = in_one_go(small)
    alongside.attach(kernels[0])
    with for_later():
        begin_accounts(small)
    until(lambda: any((small.draft / APART / "accounts").rglob("raw_files/*.json")))
    time.sleep(0.2)
    began = (small.draft / APART / "accounts/work/tables/accounts.parquet").stat().st_ino
    alongside.attach(kernels[1])
    collect(small)
    assert small.canonical_path("accounts").stat().st_ino == began  # the very file
    assert files(small) == expected


def test_a_mistake_in_what_is_begun_ahead_is_told_by_the_notebook_that_collects_it(study, kernels):
    ws = study(tables={"usage": "account_id,feature\nA,search\n"})
    alongside.attach(kernels[0])
    collect(ws, CORE)
    time.sleep(0.5)
    alongside.attach(kernels[1])
    with pytest.raises(StudyError, match="used_on"):
        collect(ws, ["usage"])


def test_accounts_that_are_not_there_are_told_where_they_are_collected(small):
    (small.raw / "accounts.csv").unlink()
    with for_later():
        begin_accounts(small)
    with pytest.raises(StudyError, match="accounts"):
        collect(small)
