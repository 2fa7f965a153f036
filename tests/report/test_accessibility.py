"""axe-core over the three pages: nothing serious or critical, on a screen and on a phone."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

axe_package = pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
AXE = (Path(axe_package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
PAGES = ("index.html", "presentation.html", "supporting_analysis.html")


@pytest.fixture
def violations(opened):
    """Run axe-core in a page; the policy of the page is lifted in this browser context only."""

    def of(rendered, name, width):
        page = opened(rendered, name, width, bypass_csp=True)
        page.add_script_tag(content=AXE)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
        return [
            (one["id"], one["impact"], [node["html"][:120] for node in one["nodes"][:3]])
            for one in found
            if one["impact"] in ("serious", "critical")
        ]

    return of


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_no_serious_violation(rendered, violations, name, width):
    assert violations(rendered, name, width) == []


@pytest.mark.parametrize("name", PAGES)
def test_headings_step_down_one_level_at_a_time(each_case, name):
    levels = [
        int(tag.name[1])
        for tag in each_case.soup(name).select("h1, h2, h3, h4")
        if tag.text.strip()
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert max(b - a for a, b in pairwise(levels)) <= 1


@pytest.mark.parametrize("name", PAGES)
def test_landmarks_tables_and_charts_have_names(each_case, name):
    soup = each_case.soup(name)
    assert len(soup.select("main")) == 1
    assert all(svg["aria-label"].strip() for svg in soup.select("svg.chart[role=img]"))
    assert len(soup.select("svg.chart")) == len(soup.select("svg.chart[role=img]"))
    for svg in soup.select("svg.chart"):
        about = soup.find(id=svg["aria-describedby"])
        assert about.name == "desc"
        assert re.match(r"[\d,]+ rows?[.:] ", about.text)
    assert all(svg["aria-hidden"] == "true" for svg in soup.select("svg:not(.chart)"))
    for table in soup.select("table"):
        assert table.select("th[scope=col]"), table.text[:80]
