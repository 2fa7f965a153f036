"""Spark away from this process: a standalone master with a worker, and a Spark Connect server.

Both run on this machine, on ports of their own choice. The study that they work on is small, since
each of the Java machines needs seconds to start; equal tables of whole studies are tested on a
session in this process.
"""

import ctypes
import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import engine_tables
import pandas as pd
import pytest
import yaml

PATIENCE = 180  # seconds for a Java machine to start, or for a run, when the machine is busy
HOST = "127.0.0.1"
# Of the cluster and of whoever asks it for work: to start fast rather than to run fast.
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SETTINGS = {
    "spark.driver.extraJavaOptions": QUICK,
    "spark.executor.extraJavaOptions": QUICK,
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.ui.enabled": "false",
}
ACCOUNTS = "account_id,won_on,plan\na,2024-01-01,x\nB,2024-02-01,y\nb,2024-02-01,x\nc,2024-05-01,\n"
CONTRACTS = (
    "account_id,starts_on,ends_on,mrr\n"
    "a,2024-01-01,,100.10\nB,2024-03-01,2024-11-30,50\nb,2024-03-01,,7.5\nb,2024-06-01,,-1\n"
)


@pytest.fixture(scope="module")
def home() -> Path:
    """Where the programs of PySpark's wheel lie."""
    return Path(importlib.util.find_spec("pyspark").origin).parent


@contextmanager
def running(*command: object, folder: Path, ready: str) -> Iterator[str]:
    """A program, until the end of the block; gives what ``ready`` finds in what it says."""
    log = folder / f"{len(list(folder.iterdir()))}.log"
    env = os.environ | {
        "SPARK_LOCAL_IP": HOST,
        "SPARK_WORKER_DIR": str(folder / "work"),
        "SPARK_DAEMON_JAVA_OPTS": QUICK,
    }
    with log.open("w") as said:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd=folder, env=env,
            start_new_session=True, preexec_fn=_ends_with_us,
        )  # fmt: skip
    try:
        yield _awaited(process, log, ready)
    finally:
        # The whole group: a worker's executors are processes of their own.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _ends_with_us() -> None:
    """Have Linux end a program when the tests are killed, so that nothing is left behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _awaited(process: subprocess.Popen, log: Path, ready: str) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if found := re.search(ready, log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.2)
    pytest.fail(f"nothing said {ready!r}:\n{log.read_text(errors='replace')[-2000:]}")


@pytest.fixture(scope="module")
def cluster(needs_java, home, tmp_path_factory) -> Iterator[str]:
    """URL of a standalone master that has one worker."""
    folder = tmp_path_factory.mktemp("cluster")
    start = home / "bin" / "spark-class"
    own = ("--host", HOST, "--port", 0, "--webui-port", 0)
    package = "org.apache.spark.deploy"
    with (
        running(
            start, f"{package}.master.Master", *own, folder=folder,
            ready=r"Starting Spark master at (spark://\S+)",
        ) as url,
        running(
            start, f"{package}.worker.Worker", url, *own, "--cores", 2, "--memory", "1g",
            folder=folder, ready=r"(Successfully registered with master)",
        ),
    ):  # fmt: skip
        yield url


@pytest.fixture(scope="module")
def connect(needs_java, home, tmp_path_factory) -> Iterator[str]:
    """URL of a Spark Connect server."""
    folder = tmp_path_factory.mktemp("connect")
    (jar,) = (home / "jars").glob("spark-connect_*.jar")
    settings = {
        "spark.connect.grpc.binding.address": HOST,
        "spark.connect.grpc.binding.port": "0",
        **SETTINGS,
    }
    with running(
        home / "bin" / "spark-submit", "--master", "local[2]",
        "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
        *(part for key, value in settings.items() for part in ("--conf", f"{key}={value}")), jar,
        folder=folder, ready=r"Spark Connect server started at: \S*?:(\d+)",
    ) as port:  # fmt: skip
        yield f"sc://{HOST}:{port}"


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
    found = tables(request.getfixturevalue(kind))
    assert len(expected["canonical contracts"]) == 3
    assert len(expected["rejected rows"]) == 1
    assert found.keys() == expected.keys()
    for table, rows in expected.items():
        pd.testing.assert_frame_equal(found[table], rows, check_exact=True, obj=table)
