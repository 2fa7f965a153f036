"""A real PostgreSQL server and a Spark session, one of each for all tests of this folder."""

import os
import shutil
import socket as sockets
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import yaml
from postgres_machine import postgres

from helpers.workspace import Workspace

ENGINES = ("duckdb", "postgresql", "spark")
EMULATORS = os.environ.get("BEST_CUSTOMERS_EMULATORS", "")  # made by tools/emulators.py


@pytest.fixture(scope="session")
def socket() -> Iterator[Path]:
    """The folder in which a PostgreSQL server listens."""
    with postgres() as home:
        yield home


@pytest.fixture(scope="session")
def postgresql_socket(socket: Path) -> Path:
    """The same, for modules that know another thing by its name."""
    return socket


@pytest.fixture(scope="session")
def postgresql(socket: Path) -> str:
    """URL of the server's database."""
    return f"postgresql://postgres@/postgres?host={socket}"


@pytest.fixture(scope="session")
def server(socket: Path) -> Iterator[psycopg.Connection]:
    """A connection of the tests' own, to prepare and to look."""
    with psycopg.connect(host=str(socket), user="postgres", autocommit=True) as con:
        yield con


@pytest.fixture(scope="session")
def needs_java() -> None:
    """Spark runs in a Java machine."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, and there is none here")


@pytest.fixture(scope="session")
def engine_url(postgresql: str):
    """The key ``engine`` of a study, by the engine's name."""
    urls = {"duckdb": "duckdb", "spark": "spark", "postgresql": f"{postgresql}&schema=scratch"}
    return urls.__getitem__


@pytest.fixture(params=["postgresql", "spark"])
def other(request) -> str:
    """An engine that is not the default."""
    if request.param == "spark":
        request.getfixturevalue("needs_java")
    return request.param


@pytest.fixture(scope="session")
def open_study(tmp_path_factory):
    """Open the draft of a study given as a dictionary."""

    def build(content: dict, quarter: str) -> Workspace:
        folder = tmp_path_factory.mktemp("study")
        path = folder / "study.yml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        ws = Workspace.open(study=str(path), quarter=quarter, reports=str(folder / "reports"))
        ws.clear()
        return ws

    return build


# ── servers that speak other protocols ───────────────────────────────────────────────────────────
def _free_port() -> int:
    with sockets.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _listening(port: int, process: subprocess.Popen) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        with sockets.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail("the emulator does not listen")


@pytest.fixture
def emulator() -> Iterator[Callable[..., int]]:
    """Start an emulator on a port of its own; gives the port."""
    running = []

    def start(name: str, *arguments: str) -> int:
        program = Path(EMULATORS) / name / "bin" / name
        if not EMULATORS or not program.is_file():
            pytest.skip(f"{name} is not here: python tools/emulators.py")
        port = _free_port()
        command = [str(program), *(part.format(port=port) for part in arguments)]
        running.append(
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        )
        _listening(port, running[-1])
        return port

    yield start
    for process in running:
        process.terminate()
        process.wait()
