"""Databases that reach nothing outside of themselves, and bounds in time for what runs in them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING

from helpers.errors import StudyError

if TYPE_CHECKING:
    import duckdb

# What the project itself changes after a database is closed: none of it lets anything out.
SECONDS = 120  # for a condition over customers: one table, in memory
CHANGEABLE = ("threads", "TimeZone", "enable_progress_bar")


def close(
    con: "duckdb.DuckDBPyConnection",
    *,
    folders: Collection[str] = (),
    files: Collection[str] = (),
    memory: str | None = None,
) -> None:
    """Close a database for good: no other file than these, no network, no extension.

    Settings are locked after it, but for those in `CHANGEABLE`. Names that no table bears are not
    looked up among Python's variables.

    Parameters
    ----------
    memory : such as ``4GB``; None = what DuckDB takes by itself, four fifths of the machine's.
    """
    settings = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "allow_persistent_secrets": "false",
        "python_enable_replacements": "false",
        "allowed_directories": _texts(folders),
        "allowed_paths": _texts(files),
        "enable_external_access": "false",
        "allowed_configs": _texts(CHANGEABLE),
        "lock_configuration": "true",
    }
    if memory is not None:
        con.execute(f"SET memory_limit = '{memory}'")
    for name, value in settings.items():
        con.execute(f"SET {name} = {value}")


def closed_database() -> "duckdb.DuckDBPyConnection":
    """A database in memory that reaches nothing, with one thread."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET threads = 1")
    close(con)
    return con


@contextmanager
def bounded(con: "duckdb.DuckDBPyConnection", seconds: float, *, place: str) -> Iterator[None]:
    """Stop what a database does when it takes too long.

    Raises
    ------
    StudyError
        With ``place`` (as in *the query of sources.accounts*) and the seconds that were allowed.
    """
    import duckdb

    lock, state = Lock(), {"over": False, "late": False}

    def stop() -> None:
        with lock:
            if not state["over"]:
                state["late"] = True
                con.interrupt()

    timer = Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (duckdb.InterruptException, OSError):  # OSError: while rows are handed on
        if not state["late"]:
            raise
        raise too_long(place, seconds) from None
    finally:
        with lock:
            state["over"] = True
        timer.cancel()


def too_long(place: str, seconds: float) -> StudyError:
    """The one message for SQL that was stopped."""
    return StudyError(
        f"{place[0].upper()}{place[1:]} was stopped: it took longer than {seconds:g} seconds.",
        expected="SQL that ends; limits.seconds of the study file says how long it may take, "
        "limits.recursive_seconds the same for queries that call themselves",
    )


def _texts(values: Collection[str]) -> str:
    return "[" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + "]"
