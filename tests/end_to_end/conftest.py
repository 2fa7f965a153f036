"""Whole runs, shared by the tests of this folder: each takes as long as a report does."""

from pathlib import Path

import pytest

from helpers.run import run_quarter


@pytest.fixture(scope="session")
def published(tmp_path_factory, root):
    """The sample's latest quarter, published into a temporary folder."""
    reports = tmp_path_factory.mktemp("reports")
    return run(root / "data/raw/sample", reports)


def run(study: Path, reports: Path, quarter: str = "", data: Path | None = None) -> Path:
    """Run and publish one quarter."""
    target = run_quarter(
        study=str(study),
        quarter=quarter,
        reports=str(reports),
        data="" if data is None else str(data),
        progress=False,
    )
    assert target is not None
    return target


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differing(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    """Names of the files that are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
