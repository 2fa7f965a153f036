"""Shared by all tests: where published data sets are, and tiny studies."""

import os
import shutil
from collections import Counter
from collections.abc import Callable
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


OUTCOME, SHOWN = "outcome", 96


@pytest.fixture
def outcome(record_property) -> Callable[[str, str, str, object], None]:
    """Note what became of something hostile, wrong or ended: kind, name, outcome, what was told.

    All of them stand in one table at the end of the tests (`pytest_terminal_summary`).
    """

    def note(kind: str, name: str, happened: str, told: object = "") -> None:
        record_property(OUTCOME, [kind, name, happened, " ".join(str(told).split())[:SHOWN]])

    return note


def pytest_terminal_summary(terminalreporter, config) -> None:
    """The outcomes that tests noted: numbers by kind; every row with ``-v``, or where few."""
    tests = [
        report
        for category in ("passed", "failed")
        for report in terminalreporter.getreports(category)
        if report.when == "call"
    ]
    rows = [value for test in tests for name, value in test.user_properties if name == OUTCOME]
    if not rows:
        return
    terminalreporter.section("outcomes of what is wrong, hostile or ended")
    counts = Counter((kind, happened) for kind, _, happened, _ in rows)
    few = max(counts.values()) <= 20
    for (kind, happened), number in sorted(counts.items()):
        terminalreporter.write_line(f"{number:5} {happened:28} {kind}")
        if config.get_verbosity() > 0 or few or number <= 10:
            for row in sorted(row for row in rows if (row[0], row[2]) == (kind, happened)):
                terminalreporter.write_line(f"        {row[1][:44]:44} {row[3]}".rstrip())
    terminalreporter.write_line(
        f"{len(rows):5} in all; each row: pytest -v, python bench/run.py refused faults"
    )


@pytest.fixture(scope="session")
def browser():
    """Chromium, where playwright and a browser are installed."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    executable = next(filter(None, found), None)
    if executable is None:
        pytest.skip("no chromium on this machine")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()
