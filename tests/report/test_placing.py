"""What a page holds of one exhibit."""

import doctest

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from helpers.outputs import OUTPUTS
from helpers.report import charts, exhibit, exhibits, readers
from helpers.report.charts import svg
from helpers.report.charts.model import to_json
from helpers.report.content import Content
from helpers.report.placing import placed


@pytest.mark.parametrize("module", [exhibit, readers])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize("name", [name for own in readers.READERS.values() for name in own])
def test_every_file_of_a_reader_is_declared(name):
    assert name in OUTPUTS


@pytest.mark.parametrize("source", ["customer_list", "study file"])
def test_what_a_page_holds_does_not_grow_with_customers(draft, source):
    """A table and a chart of very many customers: bounded, with the way to all rows."""
    many = 300_000
    data = pd.DataFrame({"account_id": [f"{n:06}" for n in range(many)], "quality_score": 1.5})
    data["band"] = "average"
    table = exhibits.table(draft, "every_customer", data, title="All", source=source, most=20)
    chart = charts.score_strip(data, currency="EUR")
    figure = exhibits.figure(
        draft, "every_score", chart, data=data, title="All", source=source, n=many
    )
    content = Content(draft)
    for one in (table, figure):
        html = placed(content, one, "Table 1.1")
        assert len(html) < 400_000
        assert ("data/customer_list.csv" in html) == (source == "customer_list")
    assert "The page holds the first 500 of 300,000 rows." in placed(content, table, "Table 1.1")


def test_no_chart_grows_with_customers():
    """Those that draw customers, at a million of them: for pages, and the marks for PowerPoint."""
    many = 1_000_000
    dice = np.random.default_rng(0)
    value = dice.lognormal(8, 1.2, many)
    groups = ("key", "high_potential", "low_potential", "at_risk")
    scores = pd.DataFrame({"quality_score": value - 5000, "band": "average"})
    health = pd.DataFrame(
        {
            "health_score": dice.uniform(0, 100, many),
            "value": value,
            "value_cut": 3000.0,
            "health_group": np.take(groups, dice.integers(0, 4, many)),
        }
    )
    days = np.arange(4000)  # every day on which somebody may have left, in eleven years
    stay = np.exp(-days / 3000)
    curve = pd.DataFrame({"time": days / 30.4, "survival": stay, "low": stay, "high": stay})
    for chart in (
        charts.score_strip(scores, currency="EUR"),
        charts.concentration(pd.Series(value), currency="EUR"),
        charts.health_map(health, currency="EUR", cut=50, value="ARR"),
        charts.survival_curve(curve.assign(at_risk=(many * stay).astype(int))),
    ):
        assert len(svg.both(chart, name="x", label="x")) < 300_000
        assert len(to_json(chart)) < 600_000


def test_a_notebook_shows_a_table_in_the_style_of_the_document(rendered):
    """JupyterLab aligns every cell right and makes all columns equally wide, unless it is told."""
    soup = BeautifulSoup(exhibits.load(rendered.ws, "segments")._repr_html_(), "html.parser")
    assert "table-layout:auto" in soup.table["style"]
    for cell in soup.select("th, td"):
        side = "right" if "num" in cell.get("class", ()) else "left"
        assert f"text-align:{side}" in cell["style"]


def test_pages_hold_no_style_of_a_notebook(each_case):
    """Their policy lets no inline style in."""
    for name in ("index.html", "presentation.html", "supporting_analysis.html"):
        assert "table-layout:auto" not in each_case.text(name)


def test_a_long_table_is_folded_and_its_footer_says_so(draft):
    """Also where the notebook shows more rows; a short one is whole."""
    data = pd.DataFrame({"account_id": [f"{n:03}" for n in range(60)], "quality_score": 1.5})
    content = Content(draft)
    for rows, most, seen in ((60, 40, 12), (60, 5, 5), (16, 40, 16)):
        table = exhibits.table(
            draft, "folded", data.head(rows), title="Folded", source="customer_list", most=most
        )
        soup = BeautifulSoup(placed(content, table, "Table 1.1"), "html.parser")
        assert len(soup.select("tbody tr:not([hidden])")) == seen
        assert len(soup.select("tbody tr")) == rows
        told = f"first {seen} of {rows} rows"
        assert (told in soup.select_one(".source").text) == (seen < rows)
