"""What readers must not see: personal data, and values of very small groups."""

import io
import json
import re
import zipfile

import pandas as pd
import pytest

from helpers.errors import StudyError
from helpers.outputs import shaped
from helpers.report import charts, exhibits, privacy
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Grid
from helpers.report.figures import figures
from helpers.report.render import render
from helpers.workspace import Workspace

PAGES = ("index.html", "presentation.html", "supporting_analysis.html")


def test_columns_flagged_in_the_canonical_tables_are_personal():
    assert {"contact", "comment", "collector", "checker"} <= privacy.PERSONAL
    assert "name" not in privacy.PERSONAL


@pytest.mark.parametrize("name", ["contact", "comment", "collector"])
def test_an_exhibit_with_personal_data_is_refused(empty, name):
    table = pd.DataFrame({"account_id": ["1"], name: ["jane@customer.example"]})
    with pytest.raises(StudyError, match=rf"(?s)Personal.*{name}"):
        exhibits.table(empty, "t", table, title="T", source="s", columns={"account_id": "Id"})
    assert exhibits.known(empty) == []
    with pytest.raises(StudyError, match=name):
        exhibits.figure(
            empty, "f", charts.coverage_bars(_coverage()), table, title="T", source="s", n=1
        )


@pytest.fixture
def allowing(draft):
    """A draft of a study that allows personal data in the document."""
    path = draft.study.path
    path.write_text(path.read_text() + "\nreport: {personal_data_in_document: true}\n")
    data, reports = str(path.parent), str(path.parent / "reports")
    return Workspace.open(study=str(path), reports=reports, data=data)


def test_a_study_refuses_personal_data_unless_it_says_otherwise(draft, allowing):
    assert not draft.study.report.personal_data_in_document
    assert allowing.study.report.personal_data_in_document


def test_where_the_study_allows_it_the_document_alone_shows_personal_data(allowing, factory):
    old = exhibits.load(allowing, "metrics_told")
    table = pd.DataFrame({"contact": ["jane@customer.example"], "comment": ["call me Ishmael"]})
    exhibits.table(allowing, "metrics_told", table, title=old.title, source=old.source)
    render(allowing, factory.notebooks(allowing))
    texts = {page: (allowing.draft / page).read_text(encoding="utf-8") for page in PAGES}
    slides = (allowing.draft / "presentation.pptx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(slides)) as file:
        texts["presentation.pptx"] = "".join(
            file.read(name).decode("utf-8", "ignore") for name in file.namelist()
        )
    shown = {name for name, text in texts.items() if "jane@" in text or "Ishmael" in text}
    assert shown == {"supporting_analysis.html"}


def test_a_slide_that_places_personal_data_is_refused_all_the_same(allowing, factory):
    old = exhibits.load(allowing, "lifts")
    table = exhibits.data(allowing, "lifts").assign(comment="call jane")
    figure = charts.coverage_bars(_coverage())
    exhibits.figure(allowing, "lifts", figure, table, title=old.title, source="s", n=1)
    with pytest.raises(StudyError, match="`lifts` holds personal data"):
        render(allowing, factory.notebooks(allowing))


def test_a_displayed_frame_with_personal_data_is_refused(draft, factory):
    path = factory.notebooks(draft)[0]
    book = json.loads(path.read_text(encoding="utf-8"))
    html = pd.DataFrame({"comment": ["call jane"]})._repr_html_()
    for cell in book["cells"]:
        for output in cell.get("outputs", ()):
            if "text/html" in output.get("data", ()) and "exhibit" not in output["metadata"]:
                output["data"]["text/html"] = html
    path.write_text(json.dumps(book), encoding="utf-8")
    with pytest.raises(StudyError, match="comment"):
        render(draft, factory.notebooks(draft))


def test_small_groups_keep_name_and_count_only(empty):
    least = empty.study.min_group_size
    table = pd.DataFrame(
        {
            "segment": ["none", "one", "small", "enough"],
            "customers": [0, 1, least - 1, least],
            "score": [1.0, 2.0, 3.0, 4.0],
        }
    )
    made = exhibits.table(empty, "t", table, title="T", source="s")
    assert [row[0] for row in made.rows] == ["none", "one", "small", "enough"]
    assert [row[1] for row in made.rows] == ["0", "1", "4", "5"]
    assert [row[2] for row in made.rows] == ["1", "–", "–", "4"]
    assert "Values of 2 groups of fewer than 5 customers are left out." in made.footer
    assert exhibits.data(empty, "t")["score"].isna().tolist() == [False, True, True, False]
    left = table.rename(columns={"customers": "left_customers"})  # of those that left, too
    assert privacy.shown(empty.study, "left", left)[0]["score"].isna().sum() == 2


def test_tables_without_small_groups_stay_as_they_are(empty):
    table = pd.DataFrame({"customers": [5, None], "score": [1.0, 2.0]})
    shown, note = privacy.shown(empty.study, "t", table)
    pd.testing.assert_frame_equal(shown, table)
    assert note == ""


def test_charts_leave_small_groups_out(rendered):
    segments, metrics = rendered.ws.load("segments"), rendered.ws.load("segment_metrics")
    segments.loc[segments["segment_id"].eq("h_events"), "customers"] = 3
    drawn = charts.lift_plot(segments, currency="EUR", least=5)
    assert not [row for row in drawn.body.rows if "event" in row.label]
    metrics.loc[metrics["metric"].eq("csat"), "customers"] = 4
    drawn = charts.segment_heatmap(
        metrics, labels={"h_partner": "P"}, metrics={"csat": "CSAT", "nrr": "NRR"}, currency="EUR"
    )
    assert [row.label for row in drawn.body.rows] == ["NRR"]


@pytest.fixture
def small_draft(draft, factory):
    """A validated and an open segment under the smallest group, and a metric known for few."""
    segments = draft.load("segments")
    segments.loc[segments["segment_id"].isin(["h_nordics", "h_events"]), "customers"] = 4
    segments.loc[segments["segment_id"].eq("h_nordics"), "lift"] = 77_700.0
    draft.save("segments", segments)
    metrics = draft.load("segment_metrics")
    metrics.loc[metrics["metric"].eq("csat"), "customers"] = 4
    metrics.loc[metrics["metric"].eq("csat"), "value"] = 12.3
    draft.save("segment_metrics", metrics)
    for name, data in (("segments", segments), ("metrics_told", metrics.head(8))):
        old = exhibits.load(draft, name)
        exhibits.table(draft, name, data, title=old.title, source=old.source)
    return draft


def test_no_page_shows_values_of_a_small_group(small_draft, factory):
    counts = {"segment_id": ["tiny"], "definition": ["Tiny group"], "customers": [4]}
    small_draft.save("alert_counts", shaped("alert_counts", pd.DataFrame(counts | {"at_risk": 3})))
    render(small_draft, factory.notebooks(small_draft))
    for page in PAGES:
        text = (small_draft.draft / page).read_text(encoding="utf-8")
        assert "Tiny group" not in text, page
        assert not re.search(r"€77\.7k|€77,700|\b77700\b", text), page
        assert "fewer than 5 customers" in text
    content = Content(small_draft)
    assert [segment.id for segment in content.segments] == ["h_midsize", "h_partner"]
    assert "h_events" not in set(content.unproven["segment_id"])
    assert content.headline.startswith("Two segments are shown to be better")
    segments = small_draft.load("segments")
    judged = (segments["verdict"].ne("too_small") & segments["customers"].ge(5)).sum()
    assert figures(content)[2].value == "2"
    assert f"of {judged} large enough" in figures(content)[2].label  # two are too small to show
    grids = [
        block
        for slide in deck(content, {})
        if slide.kind == "segment"
        for block in slide.left
        if isinstance(block, Grid)
    ]
    assert grids
    for grid in grids:
        assert "CSAT" not in [row[0] for row in grid.rows]
        assert grid.note == "One metric known for fewer than 5 customers is left out."


def _coverage():
    return pd.DataFrame(
        {
            "field": ["a"],
            "label": ["A"],
            "source": ["s"],
            "customers": [9],
            "filled": [9],
            "filled_share": [1.0],
            "verdict": ["good"],
        }
    )
