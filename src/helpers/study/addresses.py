"""Addresses of databases in a study file: secrets come from the environment, and stay out of sight.

A study file is shared, versioned and hashed, so it must not hold a password. It may name
environment variables (``${NAME}``), which are filled in at the moment of connecting.
"""

import os
import re
from collections.abc import Callable, Iterable
from typing import Annotated
from urllib.parse import quote, unquote, urlsplit

from pydantic import AfterValidator

from helpers.errors import StudyError, listed
from helpers.study.limits import Limits

PREFIX = "BEST_CUSTOMERS_"
LIBPQ = ("PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD")  # read by the driver anyway
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
# user:password@ of any URL, and parameters that hold secrets: ?password=…, ;token=…
_USER_INFO = re.compile(r"(?<=://)[^\s/?#'\"]*@")
_PARAMETER = re.compile(r"(?i)(?<=[?&;])(\w*(?:password|passwd|token|secret)\w*)=([^&;\s'\"]*)")
_HIDDEN = "…"
_POSTGRESQL = ("postgresql://", "postgres://")
_SPARK = ("spark://", "spark?", "sc://")
WAREHOUSES = ("snowflake://", "bigquery://", "databricks://", "mssql://", "redshift://")


def holds_secret(url: str) -> bool:
    """Whether a password or token is written out in a URL.

    >>> holds_secret("postgresql://bob:hunter2@db/sales")
    True
    >>> holds_secret("postgresql://bob:${PGPASSWORD}@db/sales")
    False
    """
    blank = _VARIABLE.sub("", url)
    user_info = _USER_INFO.search(blank)
    if user_info and user_info[0].rstrip("@").partition(":")[2]:
        return True
    return any(value for _, value in _PARAMETER.findall(blank))


def redacted(text: str) -> str:
    """A text without what stands before the ``@`` of a URL and without secret parameters.

    >>> redacted("no route to postgresql://bob:hunter2@db/sales?sslpassword=x")
    'no route to postgresql://…@db/sales?sslpassword=…'
    """
    return _PARAMETER.sub(rf"\1={_HIDDEN}", _USER_INFO.sub(f"{_HIDDEN}@", text))


DATABASE_FILES = (".duckdb", ".ddb", ".db", ".sqlite", ".sqlite3")


def is_file(database: str) -> bool:
    """Whether a source's ``database`` is a file.

    >>> is_file("exports/crm.sqlite"), is_file("postgresql://host/crm.db")
    (True, False)
    """
    return "://" not in database and database.lower().endswith(DATABASE_FILES)


def _checked(url: str, expected: str, known: tuple[str, ...]) -> str:
    if holds_secret(url):
        raise ValueError(
            "a URL without password or token: study files are shared. Leave it out and set "
            "PGUSER and PGPASSWORD (or PGPASSFILE), or name a variable, such as "
            "postgresql://${BEST_CUSTOMERS_USER}:${BEST_CUSTOMERS_PASSWORD}@host/database"
        )
    try:
        _ = urlsplit(_VARIABLE.sub("x", url)).port if "://" in url else None
    except ValueError:
        raise ValueError(expected) from None
    if url != "spark" and not url.startswith((*known, "${")):
        raise ValueError(expected)
    return url


def _engine(url: str) -> str:
    if url == "duckdb":
        return url
    return _checked(
        url,
        "duckdb, spark, spark://host:port, sc://host:port (Spark Connect) or "
        "postgresql://host:port/database?schema=scratch",
        (*_POSTGRESQL, *_SPARK),
    )


def _database(url: str) -> str:
    if is_file(url):
        return url
    return _checked(
        url,
        "postgresql://host:port/database; snowflake://, bigquery://, databricks://, mssql:// or "
        "redshift:// (docs/guide.md has one of each); or spark where the study's engine is a "
        "Spark session; or a file of DuckDB or SQLite, such as crm.duckdb or crm.sqlite",
        (*_POSTGRESQL, *_SPARK, *WAREHOUSES),
    )


EngineURL = Annotated[str, AfterValidator(_engine)]
DatabaseURL = Annotated[str, AfterValidator(_database)]


def kind_of(url: str) -> str:
    """What an expanded URL, or the name of an engine, leads to.

    >>> kind_of("postgres://host/db"), kind_of("sc://host"), kind_of("spark?schema=x")
    ('postgresql', 'spark', 'spark')
    >>> kind_of("exports/crm.duckdb")
    'file'
    """
    if is_file(url):
        return "file"
    scheme: str = re.split("[^a-z]", url, maxsplit=1)[0]
    return {"postgres": "postgresql", "sc": "spark"}.get(scheme, scheme)


def readable(names: Iterable[str], limits: Limits, *, where: str) -> None:
    """Refuse environment variables that a study file may not read.

    Raises
    ------
    StudyError
        With the names, never with a value. ``where`` is the key path.
    """
    allowed = {*limits.environment, *LIBPQ}
    others = [name for name in names if not name.startswith(PREFIX) and name not in allowed]
    if others:
        raise StudyError(
            f"{where} names an environment variable that the study file may not read.",
            found=listed(others),
            expected=f"names that start with {PREFIX}, or names that limits.environment lists",
            remedy=f"where it is meant: limits: {{environment: [{', '.join(others)}]}}",
        )


def variables(url: str) -> list[str]:
    """The environment variables that a URL names."""
    return _VARIABLE.findall(url)


def expanded(url: str, *, where: str) -> str:
    """A URL with its environment variables filled in; for connecting only, never to be shown.

    Users, passwords and tokens are percent-encoded on the way, so that they may hold anything.

    Raises
    ------
    StudyError
        A variable that is not set, or one that holds a malformed URL. ``where`` is the key path.
    """
    missing = [name for name in _VARIABLE.findall(url) if not os.environ.get(name)]
    if missing:
        raise StudyError(
            f"{where} names an environment variable that is not set.",
            found=", ".join(missing),
            remedy=f"set it before the run, such as: export {missing[0]}=…",
        )
    url = _USER_INFO.sub(lambda part: _filled(part[0], quote), url)
    url = _filled(_PARAMETER.sub(lambda part: f"{part[1]}={_filled(part[2], quote)}", url))
    if re.search(r"[/?#@\s]", _user_info(url)):
        raise StudyError(
            f"{where}: the user or password in the variable is not written as a URL needs it.",
            expected="percent-encoded characters, such as %40 for @ and %2F for /",
            remedy="encode it, or put user and password into variables of their own",
        )
    return url


def _filled(text: str, encode: Callable[..., str] = lambda value, safe: value) -> str:
    return _VARIABLE.sub(lambda name: encode(os.environ[name[1]], safe=""), text)


def _user_info(url: str) -> str:
    """What stands before the last ``@``, whatever it is made of."""
    return url.partition("://")[2].rpartition("@")[0]


def without_secrets(text: str, *urls: str) -> str:
    """What a server or driver said, without the secrets that the connection was made with.

    Beside what looks like one, every password of the URLs (expanded) and of the environment is
    taken out, as it is and as it is written in a URL; so is whatever stands in the variables that
    a URL (not expanded) names, for a wrong one may hold anything.
    """
    found = {os.environ.get("PGPASSWORD", ""), os.environ.get("PGSSLPASSWORD", "")}
    for url in urls:
        found.update(os.environ.get(name, "") for name in variables(url))
        found.add(_user_info(url).partition(":")[2])
        found.update(value for _, value in _PARAMETER.findall(url))
    for secret in sorted({*found, *map(unquote, found)}, key=len, reverse=True):
        if secret:
            text = text.replace(secret, _HIDDEN)
    return redacted(text)
