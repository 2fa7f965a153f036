"""Spark away from this process: a standalone master with a worker, and a Spark Connect server.

The study that they work on is small; equal tables of whole studies are tested on a session in this
process.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import engine_tables
import pandas as pd
import pytest
import yaml
from spark_machines import (
    HOST,
    PATIENCE,
    SETTINGS,
    Machine,
    connect_server,
    ended,
    master,
    worked_on,
    worker,
)

ACCOUNTS = "account_id,won_on,plan\na,2024-01-01,x\nB,2024-02-01,y\nb,2024-02-01,x\nc,2024-05-01,\n"
CONTRACTS = (
    "account_id,starts_on,ends_on,mrr\n"
    "a,2024-01-01,,100.10\nB,2024-03-01,2024-11-30,50\nb,2024-03-01,,7.5\nb,2024-06-01,,-1\n"
)


@dataclass
class Cluster:
    """Where a cluster is, and the machine that does its work."""

    url: str
    worker: Machine


@pytest.fixture(scope="module")
def cluster(needs_java, tmp_path_factory) -> Iterator[Cluster]:
    """A standalone master that has one worker."""
    folder = tmp_path_factory.mktemp("cluster")
    with master(folder) as chief, worker(chief.said, folder) as hand:
        yield Cluster(chief.said, hand)


@pytest.fixture(scope="module")
def connect(needs_java, tmp_path_factory) -> Iterator[Cluster]:
    """A Spark Connect server."""
    with connect_server(tmp_path_factory.mktemp("connect")) as machine:
        yield Cluster(f"sc://{HOST}:{machine.said}", machine)


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> Callable[[str], engine_tables.Tables]:
    """The tables of the small study, made by a process of its own."""
    folder = tmp_path_factory.mktemp("small")
    lines = [f"{key} {value}\n" for key, value in SETTINGS.items()]
    (folder / "spark-defaults.conf").write_text("".join(lines))
    (folder / "accounts.csv").write_text(ACCOUNTS)
    (folder / "contracts.csv").write_text(CONTRACTS)

    def build(engine: str) -> engine_tables.Tables:
        place = folder / re.sub(r"\W+", "_", engine)
        place.mkdir()
        content = {
            "study": "small",
            "title": "Small",
            "business_model": "subscription",
            "timezone": "Europe/Berlin",
            "max_rejected_share": 0.5,
            "data": str(folder),
            "engine": engine,
            "sources": {
                table: {"files": {"raw": f"{table}.csv"}, "query": "SELECT * FROM raw"}
                for table in ("accounts", "contracts")
            },
        }
        (place / "study.yml").write_text(yaml.safe_dump(content))
        arguments = (place / "study.yml", "2024Q4", place / "reports", place / "tables")
        done = subprocess.run(
            [sys.executable, engine_tables.__file__, *map(str, arguments)],
            capture_output=True, text=True, timeout=2 * PATIENCE,
            env=os.environ | {"SPARK_CONF_DIR": str(folder), "SPARK_LOCAL_IP": HOST},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return pd.read_pickle(place / "tables")

    return build


@pytest.fixture(scope="module")
def in_this_process(tables) -> engine_tables.Tables:
    return tables("duckdb")


@pytest.mark.parametrize("kind", ["cluster", "connect"])
def test_a_cluster_gives_the_same_tables(request, tables, kind):
    expected = request.getfixturevalue("in_this_process")
    url = request.getfixturevalue(kind).url
    # Through Spark Connect, rows lie in the server's catalog rather than in a folder that it sees.
    found = tables(url + "?schema=default" if kind == "connect" else url)
    assert len(expected["canonical contracts"]) == 3
    assert len(expected["rejected rows"]) == 1
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        pd.testing.assert_frame_equal(found[table], rows, check_exact=True, obj=table)


# ── the last of each: what worked dies ───────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("cluster", "The Spark cluster at {place} has no worker left for this run"),
        ("connect", "The Spark Connect server at {place} stopped during this step"),
    ],
)
def test_what_dies_under_a_run_ends_it_in_time(request, open_study, tmp_path, kind, expected):
    cluster = request.getfixturevalue(kind)
    (tmp_path / "accounts.csv").write_text(ACCOUNTS)
    raw = {"files": {"raw": "accounts.csv"}, "query": "SELECT * FROM raw"}
    content = {
        "study": "dying", "title": "Dying", "business_model": "subscription",
        "data": str(tmp_path), "engine": cluster.url, "limits": {"wait_seconds": 10},
        "sources": {"accounts": raw, "contracts": raw},
    }  # fmt: skip
    with worked_on(open_study(content, "2024Q4")) as process:
        assert process.stdout.readline() == "works\n"
        begun = time.monotonic()
        cluster.worker.kill()
        told = ended(process, begun)
    assert expected.format(place=cluster.url.partition("://")[2]) in told
    assert "to do:" in told
