"""A real PostgreSQL server and a Spark session, one of each for all tests of this folder."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml
from postgres_machine import postgres

from helpers.workspace import Workspace

ENGINES = ("duckdb", "postgresql", "spark")


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
