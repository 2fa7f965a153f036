"""Whole runs, shared by the tests of this folder: each takes as long as a report does."""

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from helpers.run import run_quarter


@pytest.fixture(scope="session")
def published(tmp_path_factory, root):
    """The sample's latest quarter, published into a temporary folder, once for all processes."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if "PYTEST_XDIST_WORKER" in os.environ else shared
    with FileLock(shared / "published.lock"):
        made = shared / "published"
        if not (made / "sample").exists():
            run(root / "data/raw/sample", made)
    return made / "sample" / "2026Q3"


@pytest.fixture
def company(tmp_path, minimal):
    """A small valid company: 40 accounts with a contract each. Returns folder and study."""
    folder = tmp_path / "acme"
    folder.mkdir()
    accounts = ["account_id,won_on,name,industry"]
    contracts = ["account_id,starts_on,ends_on,mrr"]
    for k in range(40):
        won = date(2024, 1, 1) + timedelta(days=10 * k)
        accounts.append(f"A{k:02d},{won},Company {k},{'north' if k % 2 else 'south'}")
        contracts.append(f"A{k:02d},{won},,{100 + 7 * k}")
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n", encoding="utf-8")
    (folder / "contracts.csv").write_text("\n".join(contracts) + "\n", encoding="utf-8")
    minimal["attributes"] = {"industry": {}}
    return folder, minimal


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
