"""Shared by all tests: where published data sets are, and tiny studies."""

import os
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def datasets() -> Path:
    """Folder of published data sets, which are not part of the project."""
    place = os.environ.get("BEST_CUSTOMERS_DATASETS")
    folder = Path(place) if place else ROOT.parent / "shared" / "datasets"
    if not folder.is_dir():
        pytest.skip("the published data sets are not here (BEST_CUSTOMERS_DATASETS names them)")
    return folder


@pytest.fixture
def minimal() -> dict:
    """The smallest valid study file, as a dictionary to alter."""
    return {
        "study": "acme",
        "title": "Acme",
        "business_model": "subscription",
        "default_quarter": "2026Q3",
        "sources": {
            "accounts": {"files": {"crm": "accounts.csv"}, "query": "SELECT * FROM crm"},
            "contracts": {"files": {"billing": "contracts.csv"}, "query": "SELECT * FROM billing"},
        },
    }


@pytest.fixture
def write_study(tmp_path: Path):
    """Write a study file from a dictionary; returns its folder."""

    def write(content: dict, folder: Path = tmp_path / "acme") -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        (folder / "study.yml").write_text(text, encoding="utf-8")
        return folder

    return write
