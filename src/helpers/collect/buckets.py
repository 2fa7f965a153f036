"""Files in object stores (``s3://``, ``gs://``): fetched before they are read, and known by hash.

A store's own tags differ between stores, and between uploads of the same bytes. What is fetched is
hashed like any raw file; when the store says that it was written is recorded beside it.

Who may read is the machine's affair: the stores' usual variables, files and services.
"""

import fnmatch
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.collect.partitions import HIDDEN
from helpers.errors import StudyError

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, FileSystem

SCHEMES = ("s3://", "gs://")
CHUNK = 1 << 22
WAIT = 10  # seconds for a connection


@dataclass(frozen=True)
class Fetched:
    """A file of a store, here: its address, the copy, and when it was written."""

    address: str
    path: Path
    written: str


def is_remote(path: str) -> bool:
    """Whether a file of a study lies in an object store."""
    return path.startswith(SCHEMES)


def host_of(path: str) -> str:
    """The store that is contacted, with the bucket."""
    bucket = path.partition("://")[2].partition("/")[0]
    if path.startswith("s3://"):
        endpoint = _endpoint("s3")
        return f"{endpoint.partition('://')[2]} (bucket {bucket})" if endpoint else (
            f"{bucket}.s3.amazonaws.com"
        )  # fmt: skip
    emulated = _emulated()
    if emulated:
        return f"{emulated['endpoint_override']} (bucket {bucket})"
    return f"storage.googleapis.com/{bucket}"


def encrypted(path: str) -> bool:
    """Whether the store is spoken to over TLS: the clouds are, a stand-in as its address says."""
    if path.startswith("s3://"):
        return not _endpoint("s3").startswith("http://")
    return _emulated().get("scheme", "https") == "https"


def listed_in(path: str, suffixes: Sequence[str], *, where: str) -> list[str]:
    """Addresses of the files that a path means: one file, a folder, or a pattern.

    Raises
    ------
    StudyError
        The store cannot be reached, or holds no such file.
    """
    scheme, _, place = path.partition("://")
    failure = None
    found: list[FileInfo] = []
    try:
        found = _found(_store(scheme), place, suffixes)
    except OSError as error:
        failure = str(error).strip().splitlines()[0][:300]
    if failure is not None:
        raise StudyError(
            f"{where}: {host_of(path)} cannot be read.",
            found=failure,
            expected="a bucket that this machine's credentials may list and read",
        )
    if not found:
        raise StudyError(f"{where}: there is no file {path}.", found=f"looked in {host_of(path)}")
    return [f"{scheme}://{info.path}" for info in sorted(found, key=lambda info: info.path)]


def fetched(addresses: Sequence[str], scratch: Path, *, where: str) -> list[Fetched]:
    """Copies of files, under their paths in the store."""
    copies = []
    for address in addresses:
        scheme, _, place = address.partition("://")
        target = scratch / scheme / place
        target.parent.mkdir(parents=True, exist_ok=True)
        failure = None
        try:
            store = _store(scheme)
            with store.open_input_stream(place) as stream, target.open("wb") as file:
                while block := stream.read(CHUNK):
                    file.write(block)
            written = store.get_file_info(place).mtime
        except OSError as error:
            failure = str(error).strip().splitlines()[0][:300]
        if failure is not None:
            raise StudyError(f"{where}: {address} cannot be read.", found=failure)
        copies.append(Fetched(address, target, written.isoformat() if written else ""))
    return copies


def _found(store: "FileSystem", place: str, suffixes: Sequence[str]) -> "list[FileInfo]":
    from pyarrow.fs import FileSelector, FileType

    fixed = place
    while any(sign in fixed for sign in "*?["):
        fixed = fixed.rpartition("/")[0]
    if fixed == place:
        info = store.get_file_info(place.rstrip("/"))
        if info.type == FileType.File:
            return [info]
    below = store.get_file_info(
        FileSelector(fixed.rstrip("/"), recursive=True, allow_not_found=True)
    )
    return [
        info
        for info in below
        if info.type == FileType.File
        and (
            fnmatch.fnmatchcase(info.path, place)
            and ("**" in place or info.path.count("/") == place.count("/"))
            if fixed != place
            else info.path.lower().endswith(tuple(suffixes))
            and not any(part.startswith(HIDDEN) for part in info.path[len(fixed) :].split("/"))
        )
    ]


def _store(scheme: str) -> "FileSystem":
    from pyarrow import fs

    if scheme == "s3":
        endpoint = _endpoint("s3")
        plain = {"endpoint_override": endpoint} if endpoint else {}
        return fs.S3FileSystem(
            connect_timeout=WAIT,
            request_timeout=6 * WAIT,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=3),
            **plain,
        )
    from datetime import timedelta

    return fs.GcsFileSystem(retry_time_limit=timedelta(seconds=3 * WAIT), **_emulated())


def _endpoint(service: str) -> str:
    return os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get(
        "AWS_ENDPOINT_URL", ""
    )


def _emulated() -> dict:
    """The stand-in for Google's store that its own libraries know by this variable."""
    address = os.environ.get("STORAGE_EMULATOR_HOST", "")
    if not address:
        return {}
    scheme, told, host = address.partition("://")
    return {
        "endpoint_override": host if told else address,
        "scheme": scheme if told else "http",
        "anonymous": True,
    }
