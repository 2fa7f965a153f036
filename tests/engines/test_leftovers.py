"""What runs leave behind that are killed: it bears their mark, and the next one removes it."""

import os
import platform
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from helpers.collect.engines import discard, engine_of, marks
from helpers.collect.engines.postgresql import connect
from helpers.collect.sources import canonical, collect

NOW = datetime.now(UTC)
# Collects as a run does, and then waits to be killed.
COLLECTS = """
import sys, time
from helpers.collect.engines.marks import of_a_run
from helpers.collect.sources import collect
from helpers.workspace import Workspace
with of_a_run():
    collect(Workspace.open(study=sys.argv[1], quarter="2024Q4", reports=sys.argv[2]))
    print("collected", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def study(tmp_path, open_study, postgresql, server):
    """A study of two small tables whose rows lie in a scratch schema of its own."""
    server.execute("CREATE SCHEMA IF NOT EXISTS left_overs")
    (tmp_path / "accounts.csv").write_text("account_id,won_on\na,2024-01-01\n")
    (tmp_path / "contracts.csv").write_text("account_id,starts_on,mrr\na,2024-01-01,100\n")

    def build(name: str):
        tables = ("accounts", "contracts")
        content = {
            "study": name, "title": "Left", "business_model": "subscription",
            "default_quarter": "2024Q4", "data": str(tmp_path),
            "engine": f"{postgresql}&schema=left_overs",
            "sources": {
                t: {"files": {"raw": f"{t}.csv"}, "query": "SELECT * FROM raw"} for t in tables
            },
        }  # fmt: skip
        return open_study(content, "2024Q4")

    yield build
    server.execute("DROP SCHEMA left_overs CASCADE")


@pytest.fixture
def lying_there(server):
    """Names of the tables in the scratch schema, without their study's."""

    def names() -> list[str]:
        asked = "SELECT tablename FROM pg_tables WHERE schemaname = 'left_overs' ORDER BY 1"
        return [name for (name,) in server.execute(asked).fetchall()]

    return names


def test_the_tables_of_a_killed_run_are_removed_by_the_next(study, lying_there, server, capsys):
    first, second = study("first"), study("second")
    places = [str(first.study.path), str(first.home.parent)]
    process = subprocess.Popen(
        [sys.executable, "-c", COLLECTS, *places], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "collected\n"
    server.execute("CREATE TABLE left_overs.somebodys AS SELECT 1 AS one")
    collect(second)
    assert len(lying_there()) == 5
    discard(second)  # the first is alive, and keeps what is its own
    assert len(lying_there()) == 3
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(lying_there()) == 3
    collect(second)
    ask = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE %s"
    gone = time.monotonic() + 10  # the server needs a moment to notice
    while server.execute(ask, (f"%{process.pid}@%",)).fetchone() != (0,):
        assert time.monotonic() < gone
        time.sleep(0.1)
    discard(second)
    assert lying_there() == ["somebodys"]
    assert "Removed 2 tables that runs left behind: first_2024q4_" in capsys.readouterr().err


def test_a_run_that_is_told_to_end_removes_what_it_made(study, lying_there):
    ws = study("ended")
    process = subprocess.Popen(
        [sys.executable, "-m", "helpers", "run", "--study", str(ws.study.path),
         "--reports", str(ws.home.parent)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    patience = time.monotonic() + 120
    while not any("accounts" in name for name in lying_there()):
        assert process.poll() is None
        assert time.monotonic() < patience
        time.sleep(0.05)
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 143, told
    assert "Stopped by the system" in told
    assert time.monotonic() - begun < 30
    assert lying_there() == []


def test_notebooks_by_hand_go_on_the_next_day(study, lying_there, monkeypatch):
    """Their process is gone by then, and their draft is not."""
    ws, other = study("by-hand"), study("other")
    collect(ws)
    (table, *_) = [name for name in lying_there() if "contracts" in name]
    comment = marks.mine(ws.draft)
    gone = replace(comment, process=2**22 + 1, born="1")
    engine = engine_of(other)
    con = connect(other.study.engine, "engine").con
    for name in lying_there():
        con.execute(f"COMMENT ON TABLE left_overs.{name} IS '{gone}'")
    assert engine.sweep() == []
    assert len(canonical(ws, "contracts").to_pandas()) == 1
    ws.clear()
    ws.draft.rmdir()
    assert table in engine.sweep()
    assert lying_there() == []


@pytest.mark.parametrize(
    ("changed", "sessions", "over"),
    [
        ({}, (), False),
        ({"process": 2**22 + 1}, (), True),  # beyond every number that Linux gives
        ({"born": "1"}, (), True),  # the same number, given to a later process
        ({"host": "elsewhere"}, (), False),  # the server may have lost sight of it for a moment
        ({"host": "elsewhere", "start": str(NOW - timedelta(hours=25))}, (), True),
        ({"host": "elsewhere", "start": str(NOW - timedelta(hours=25))}, "its own", False),
        ({"host": "elsewhere", "start": str(NOW - timedelta(days=9)), "draft": "/x"}, (), False),
        ({"host": "elsewhere", "start": str(NOW - timedelta(days=31)), "draft": "/x"}, (), True),
        ({"draft": "/nowhere/at/all"}, (), True),
    ],
)
def test_who_is_no_more(changed, sessions, over):
    with marks.of_a_run() as run:
        assert marks.mine() == run
        assert (run.host, run.process) == (platform.node(), os.getpid())
    if "born" in changed and not run.born:
        pytest.skip("this system does not say when a process began")
    mark = replace(run, **changed)
    assert marks.read(str(mark)) == mark
    assert mark.is_over([mark.name] if sessions else ()) is over


@pytest.mark.parametrize("text", [None, "", "made by hand", "{}", '{"made by": "others"}', "[1]"])
def test_what_is_not_ours_bears_no_mark(text):
    assert marks.read(text) is None


def test_the_name_of_a_session_fits_into_what_a_server_keeps():
    mark = marks.Mark("größter-" * 12, 12345, "1", "2026-01-01T00:00:00+00:00")
    assert len(mark.name.encode()) <= 63
    assert mark.name == replace(mark, start="later", draft="/x").name
