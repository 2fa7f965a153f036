"""Clusters that are not there, are something else, or die: told in words, and in bounded time.

Spark waits for ten minutes, or for ever. What dies under a session is tested where clusters are
(`test_clusters`).
"""

import socket
import time

import pytest
from spark_machines import HOST, ended, worked_on

from helpers.collect.engines import clusters
from helpers.collect.engines.clusters import addresses, check_cluster, check_java, within
from helpers.collect.engines.sessions import said_by_the_user, settings
from helpers.collect.reaching import check_places
from helpers.errors import StudyError

BOUND = 45


@pytest.fixture
def study(tmp_path, open_study):
    """A study on an engine; its sources do not matter here."""
    (tmp_path / "accounts.csv").write_text("account_id,won_on\na,2024-01-01\n")

    def build(engine: str, **content):
        raw = {"files": {"raw": "accounts.csv"}, "query": "SELECT * FROM raw"}
        content = {
            "study": "dying", "title": "Dying", "business_model": "subscription",
            "data": str(tmp_path), "engine": engine, "sources": {"accounts": raw, "contracts": raw},
            **content,
        }  # fmt: skip
        return open_study(content, "2024Q4")

    return build


# ── not there ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("url", ["sc://127.0.0.1:1", "spark://127.0.0.1:1"])
def test_nobody_listens(study, needs_java, url):
    begun = time.monotonic()
    with pytest.raises(StudyError, match=r"nobody answers at 127\.0\.0\.1:1\.") as error:
        check_places(study(url))
    assert "mend host and port" in str(error.value)
    assert time.monotonic() - begun < 12


def test_one_of_several_masters_is_enough(needs_java):
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]
        check_cluster(f"spark://{HOST}:1,{HOST}:{port}")


@pytest.mark.parametrize("scheme", ["sc", "spark"])
def test_another_program_has_the_port(study, needs_java, tmp_path, scheme):
    """It takes connections and says nothing."""
    with socket.create_server((HOST, 0)) as silent:
        ws = study(f"{scheme}://{HOST}:{silent.getsockname()[1]}", limits={"wait_seconds": 4})
        begun = time.monotonic()
        with worked_on(ws) as process:
            told = ended(process, begun)
            address = f"{HOST}:{silent.getsockname()[1]}"
    assert address in told
    assert "session" in told


def test_a_java_that_spark_does_not_run_on(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'openjdk version \"25.0.1\" 2026-10-20' >&2\n")
    program.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(StudyError, match="does not run on this Java") as error:
        check_java()
    assert 'openjdk version "25.0.1"' in str(error.value)
    assert "Java 17 or 21" in str(error.value)
    program.unlink()
    with pytest.raises(StudyError, match="there is none"):
        check_java()
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StudyError, match="there is none"):
        check_java()


# ── parts ────────────────────────────────────────────────────────────────────────────────────────
def test_addresses_of_clusters():
    assert addresses("spark://one:7077,two?schema=x") == [("one", 7077), ("two", 7077)]
    assert addresses("sc://me@[::1]:15003/;use_ssl=true") == [("::1", 15003)]
    assert addresses("spark?schema=x") == addresses("spark") == []


def test_work_that_takes_too_long_is_not_waited_for():
    begun = time.monotonic()
    with pytest.raises(StudyError, match="late"):
        within(0.2, lambda: time.sleep(5), late=lambda: StudyError("late"))
    assert time.monotonic() - begun < 2
    assert within(5, lambda: 7, late=lambda: StudyError("late")) == 7
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 / 0, late=lambda: StudyError("late"))
    own_work = iter([False, False, True, True, True, True, True, True])
    begun = time.monotonic()
    with pytest.raises(StudyError, match="late"):
        within(
            0.5, lambda: time.sleep(5), late=lambda: StudyError("late"), counts=own_work.__next__
        )
    assert 0.9 < time.monotonic() - begun < 3
    assert clusters.ANSWER < BOUND


def test_what_the_user_says_of_a_setting_holds(tmp_path, monkeypatch):
    (tmp_path / "spark-defaults.conf").write_text(
        "# spark.none 1\nspark.sql.shuffle.partitions=64\nspark.ui.enabled   true\n"
    )
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--conf spark.log.level=INFO pyspark-shell")
    said = said_by_the_user()
    assert {"spark.sql.shuffle.partitions", "spark.ui.enabled", "spark.log.level"} <= said
    assert not any("none" in name for name in said)
    assert "spark.sql.warehouse.dir" in settings("spark", None)
    assert "spark.sql.warehouse.dir" not in settings("spark://h:1", "scratch")
