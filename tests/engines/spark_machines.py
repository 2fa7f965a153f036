"""Spark's Java machines, on this machine and on ports of their choice: master, worker, Connect.

Each needs seconds to start.
"""

import ctypes
import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from helpers.workspace import Workspace

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
BOUND = 45  # seconds until a run has ended: half a minute, and what a busy machine adds
# Opens the study's engine, says so, and materialises rows until something ends it.
WORKS = """
import sys, time, ibis
from helpers.collect.engines import engine_of
from helpers.errors import StudyError
from helpers.workspace import Workspace
try:
    engine = engine_of(Workspace.open(study=sys.argv[1], quarter="2024Q4", reports=sys.argv[2]))
    for number in range(10_000):
        rows = ibis.memtable({"n": list(range(50))})
        engine.materialise("kept", rows.mutate(m=rows.n % 7).group_by("m").agg(s=rows.n.sum()))
        if number == 0:
            print("works", flush=True)
except StudyError as error:
    print(f"TOLD {error}", flush=True)
    sys.exit(2)
"""
HOME = Path(importlib.util.find_spec("pyspark").origin).parent  # programs of PySpark's wheel
_OWN = ("--host", HOST, "--port", 0, "--webui-port", 0)
_PACKAGE = "org.apache.spark.deploy"


@dataclass
class Machine:
    """A program that runs, and what it said about itself."""

    said: str
    process: subprocess.Popen

    def kill(self) -> None:
        """End it with all that it started: a worker's executors are processes of their own."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def running(*command: object, folder: Path, ready: str) -> Iterator[Machine]:
    """A program, until the end of the block; it says what ``ready`` looks for."""
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
    machine = Machine("", process)
    try:
        machine.said = _awaited(process, log, ready)
        yield machine
    finally:
        machine.kill()


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


def master(folder: Path):
    """A standalone master; its URL is what it says."""
    return running(
        HOME / "bin" / "spark-class", f"{_PACKAGE}.master.Master", *_OWN, folder=folder,
        ready=r"Starting Spark master at (spark://\S+)",
    )  # fmt: skip


def worker(url: str, folder: Path):
    """A worker of a master."""
    return running(
        HOME / "bin" / "spark-class", f"{_PACKAGE}.worker.Worker", url, *_OWN, "--cores", 2,
        "--memory", "1g", folder=folder, ready=r"(Successfully registered with master)",
    )  # fmt: skip


def connect_server(folder: Path):
    """A Spark Connect server; its port is what it says."""
    (jar,) = (HOME / "jars").glob("spark-connect_*.jar")
    settings = {
        "spark.connect.grpc.binding.address": HOST,
        "spark.connect.grpc.binding.port": "0",
        **SETTINGS,
    }
    return running(
        HOME / "bin" / "spark-submit", "--master", "local[2]",
        "--class", "org.apache.spark.sql.connect.service.SparkConnectServer",
        *(part for key, value in settings.items() for part in ("--conf", f"{key}={value}")), jar,
        folder=folder, ready=r"Spark Connect server started at: \S*?:(\d+)",
    )  # fmt: skip


@contextmanager
def worked_on(ws: Workspace):
    """A process that works on a study's engine, once it does."""
    lines = [f"{key} {value}\n" for key, value in SETTINGS.items()]
    (ws.raw / "spark-defaults.conf").write_text("".join(lines))
    process = subprocess.Popen(
        [sys.executable, "-c", WORKS, str(ws.study.path), str(ws.home.parent)], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env=os.environ | {"SPARK_CONF_DIR": str(ws.raw), "SPARK_LOCAL_IP": HOST},
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def ended(process: subprocess.Popen, begun: float) -> str:
    """What a process told before it ended in time."""
    told, _ = process.communicate(timeout=60)
    assert time.monotonic() - begun < BOUND
    assert process.returncode == 2, told
    return told.partition("TOLD ")[2]
