"""Whether a Spark cluster answers, and whether there is the Java that Spark needs.

Spark itself takes ten minutes to say that nobody listens, and a minute to say that somebody else
does. Here an address is tried before Spark hears of it, and what Spark does with it is given a
bounded time.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TypeVar

from helpers.errors import StudyError, listed
from helpers.study.addresses import expanded

T = TypeVar("T")

PORTS = {"spark": 7077, "sc": 15002}
ANSWER = 10  # seconds for a connection
LOOK = 0.25  # seconds between two looks at work that is waited for
OWN_WORK = 60  # seconds that this machine may need for itself
JAVA = (17, 22)  # Hadoop's libraries in PySpark 4.0 fail on later ones, Spark on earlier ones
_JAVA = "Java 17 or 21: `java` on the path, or JAVA_HOME"


def addresses(url: str) -> list[tuple[str, int]]:
    """Hosts and ports of an expanded URL; none for a session in this process.

    >>> addresses("spark://one:7077,two:7078?schema=x"), addresses("sc://h/;use_ssl=true")
    ([('one', 7077), ('two', 7078)], [('h', 15002)])
    >>> addresses("spark?schema=x")
    []
    """
    scheme, named, rest = url.partition("://")
    if not named:
        return []
    places = re.split("[/;?]", rest)[0].rpartition("@")[2].split(",")
    found = [re.fullmatch(r"(\[[^\]]*\]|[^:]*)(?::(\d+))?", place) for place in places]
    return [(m[1].strip("[]"), int(m[2] or PORTS[scheme])) for m in found if m and m[1]]


def place_of(url: str) -> str:
    """How a message names an expanded URL."""
    return ", ".join(f"{host}:{port}" for host, port in addresses(url)) or "this machine"


def check_cluster(url: str, *, where: str = "engine") -> None:
    """Look whether a session can be asked for; nothing is started.

    Raises
    ------
    StudyError
        No Java, one that Spark does not run on, or nobody who listens at the address.
    """
    filled = expanded(url, where=where)
    if not filled.startswith("sc://"):
        check_java()
    refused = []
    for host, port in addresses(filled):
        try:
            socket.create_connection((host, port), timeout=ANSWER).close()
            return
        except OSError as error:
            refused.append(f"{host}:{port}: {error.strerror or error}")
    if refused:
        kind = "a Spark Connect server" if filled.startswith("sc://") else "a Spark master"
        raise StudyError(
            f"{where}: nobody answers at {place_of(filled)}.",
            found=listed(refused),
            expected=f"{kind} that listens there",
            remedy="start it, or mend host and port in the study file; a firewall may be between",
        )


def check_java() -> None:
    """Look which Java there is.

    Raises
    ------
    StudyError
        None, or one that Spark does not run on.
    """
    home = os.environ.get("JAVA_HOME")
    program = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    if program is None or not (shutil.which(program) or Path(program).is_file()):
        raise StudyError(
            "engine: Spark needs a Java runtime, and there is none.",
            found=f"JAVA_HOME={home}, without bin/java" if home else None,
            expected=_JAVA,
        )
    told = ""
    try:
        done = subprocess.run(
            [program, "-version"], capture_output=True, text=True, timeout=ANSWER, check=False
        )
        told = done.stderr + done.stdout
    except (OSError, subprocess.TimeoutExpired) as error:
        told = str(error)
    version = re.search(r'version "(?:1\.)?(\d+)', told)
    if version is None or not JAVA[0] <= int(version[1]) <= JAVA[1]:
        said = (told.strip().splitlines() or ["nothing"])[0]
        raise StudyError(
            "engine: Spark does not run on this Java.",
            found=f"{said} ({program})",
            expected=_JAVA,
        )


def within(
    seconds: float,
    work: Callable[[], T],
    *,
    late: Callable[[], StudyError],
    counts: Callable[[], bool] | None = None,
) -> T:
    """What ``work`` gives, waited for no longer than so many seconds.

    What takes longer goes on in a thread that keeps nothing from ending.

    Parameters
    ----------
    counts : whether the time counts that passes now; a busy machine's own work should not, for up
        to a minute.

    Raises
    ------
    StudyError
        What ``late`` gives, when the time is over. What ``work`` raises is raised as it is.
    """
    given: list[T] = []
    raised: list[BaseException] = []

    def run() -> None:
        try:
            given.append(work())
        except BaseException as error:  # handed to whoever waits
            raised.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    begun = time.monotonic()
    end = begun + seconds
    while thread.is_alive() and time.monotonic() < end:
        thread.join(min(LOOK, seconds))
        if counts is not None and time.monotonic() < begun + OWN_WORK and not counts():
            end = time.monotonic() + seconds
    if raised:
        raise raised[0]
    if not given:
        raise late()
    return given[0]
