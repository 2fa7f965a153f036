"""Drafts of three cases, rendered once for all tests of the report."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import report_factory
from bs4 import BeautifulSoup

from helpers.report.render import render
from helpers.words import speak
from helpers.workspace import Workspace

CASES = ("validated", "none", "awkward")


@dataclass
class Rendered:
    case: str
    ws: Workspace
    notebooks: list[Path]
    paths: list[Path]
    soups: dict = field(default_factory=dict)  # files read once, by name

    def soup(self, name: str) -> BeautifulSoup:
        """A page, parsed once."""
        if name not in self.soups:
            self.soups[name] = BeautifulSoup(self.text(name), "html.parser")
        return self.soups[name]

    def text(self, name: str) -> str:
        return (self.ws.draft / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def rendered_cases(tmp_path_factory):
    """Case → its rendered draft; made on first use, not to be changed."""
    made = {}

    def of(case: str) -> Rendered:
        if case not in made:
            ws = report_factory.make_draft(tmp_path_factory.mktemp(case), case)
            notebooks = report_factory.notebooks(ws)
            made[case] = Rendered(case, ws, notebooks, render(ws, notebooks))
            speak("en")
        return made[case]

    return of


@pytest.fixture
def rendered(rendered_cases):
    return rendered_cases("validated")


@pytest.fixture(params=CASES)
def each_case(request, rendered_cases):
    return rendered_cases(request.param)


@pytest.fixture
def draft(rendered, tmp_path):
    """A copy of the case 'validated' that a test may change."""
    shutil.copytree(rendered.ws.study.path.parent, tmp_path / "copy")
    study = str(tmp_path / "copy" / "study.yml")
    return Workspace.open(
        study=study, reports=str(tmp_path / "copy" / "reports"), data=str(tmp_path)
    )


@pytest.fixture
def empty(tmp_path):
    """A workspace without anything in it."""
    study = report_factory.study_file(tmp_path, names=False)
    return Workspace.open(study=str(study), reports=str(tmp_path / "r"), data=str(tmp_path))


@pytest.fixture(scope="session")
def factory():
    return report_factory


@pytest.fixture
def opened(browser):
    """Open a page of a draft offline; what goes wrong is collected in ``page.faults``."""
    pages = []

    def of(rendered, name, width=1440, height=900, query="", **options):
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, offline=True, **options)
        page = context.new_page()
        page.faults = []
        page.on(
            "console",
            lambda m: page.faults.append(m.text) if m.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("requestfailed", lambda request: page.faults.append(request.url))
        page.on(
            "request",
            lambda r: None if r.url.startswith(("file:", "data:")) else page.faults.append(r.url),
        )
        page.on("dialog", lambda dialog: page.faults.append(dialog.message))
        page.goto(f"{(rendered.ws.draft / name).as_uri()}{query}")
        pages.append(context)
        return page

    yield of
    for context in pages:
        context.close()
