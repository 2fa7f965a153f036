"""Which servers a study connects to, told before the first contact."""

import os
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from helpers.collect.buckets import encrypted as store_encrypted
from helpers.collect.buckets import host_of as store_of
from helpers.collect.buckets import is_remote
from helpers.study import Study
from helpers.study.addresses import expanded

# Addresses that name an account or a project rather than a host.
_CLOUDS = {
    "snowflake": "{}.snowflakecomputing.com",
    "bigquery": "bigquery.googleapis.com:{}",
}
SAFE = ("require", "verify-ca", "verify-full")


@dataclass(frozen=True)
class Contact:
    """A server that a study names."""

    where: str  # key path
    host: str
    encrypted: bool

    @property
    def local(self) -> bool:
        """Whether nothing leaves the machine."""
        return is_local(self.host)

    def __str__(self) -> str:
        open_way = not self.encrypted and not self.local
        warning = " — NOT ENCRYPTED by the address's own choice" if open_way else ""
        return f"{self.host} ({self.where}){warning}"


def contacts(study: Study) -> list[Contact]:
    """Servers that a run of the study will contact, each key once."""
    stores = {
        f"sources.{name}.files.{alias}": file.path
        for name, source in study.sources.items()
        for alias, file in source.files.items()
        if is_remote(file.path)
    }
    named = {"engine": study.engine}
    named |= {f"sources.{n}.database": s.database for n, s in study.sources.items() if s.database}
    databases = [
        Contact(where, host_of(url), encrypted(url))
        for where, address in named.items()
        for url in [expanded(address, where=where)]
        if "://" in url
    ]
    return databases + [
        Contact(where, store_of(path), store_encrypted(path)) for where, path in stores.items()
    ]


def is_local(host: str) -> bool:
    """Whether a host is this machine: a socket, or the loop-back address.

    >>> is_local("127.0.0.1:5432"), is_local("[::1]"), is_local("db.example.com")
    (True, True, False)
    """
    name = host.rpartition(":")[0] if host.count(":") == 1 else host
    return not name or name.startswith(("/", "127.", "local")) or name in ("[::1]", "::1")


def host_of(url: str) -> str:
    """Host and port of an expanded URL; of several, all.

    >>> host_of("postgresql://bob:x@db.example.com:5433/sales"), host_of("sc://spark:15002/;a=b")
    ('db.example.com:5433', 'spark:15002')
    """
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    if not place and url.startswith("postgres"):
        options = parse_qs(parts.query)
        place = next(iter(options.get("host", [])), os.environ.get("PGHOST", "localhost"))
    kind = url.partition(":")[0]
    if kind in _CLOUDS:
        place = _CLOUDS[kind].format(place)
    return unquote(place) or "localhost"


def encrypted(url: str) -> bool:
    """Whether nothing goes over the network in clear: what is not said is required."""
    if url.startswith("mssql"):
        options = {name.lower(): said for name, said in parse_qs(urlsplit(url).query).items()}
        return options.get("encrypt", ["yes"])[-1].lower() not in ("no", "optional", "false")
    if not url.startswith("postgres"):
        return True
    options = parse_qs(urlsplit(url).query)
    mode = next(iter(options.get("sslmode", [])), os.environ.get("PGSSLMODE", "require"))
    return mode in SAFE
