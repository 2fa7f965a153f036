"""The file that slides are made from: ours, a company's own, and one that lacks something."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from powerpoint_tools import opened, overfull
from pptx import Presentation
from pptx.util import Pt

from helpers.check import check_template
from helpers.errors import StudyError
from helpers.report import powerpoint
from helpers.report.powerpoint import master

ROOT = Path(__file__).parents[3]
OURS = ROOT / "src/helpers/report/powerpoint/template.pptx"


@pytest.fixture
def company(tmp_path):
    """A company's own: another theme colour and body, a logo, and a slide that shows it."""
    file = Presentation(str(OURS))
    for layout in file.slide_layouts:
        for shape in layout.placeholders:
            if shape.placeholder_format.idx == master.LEFT and layout.name == master.TEXT:
                shape.top += Pt(20)
                shape.height -= Pt(20)
    logo = file.slide_layouts[0].shapes
    assert len(logo)
    file.slides.add_slide(file.slide_layouts[0]).shapes.title.text = "Our template"
    path = tmp_path / "company.pptx"
    file.save(str(path))
    return path


def test_it_is_what_the_tool_writes(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("template", None)
    import template

    assert template.template() == OURS.read_bytes()


def test_a_company_s_own_is_used_and_its_slides_are_not(built, company, monkeypatch):
    study = built.content.ws.study
    report = study.report.model_copy(update={"template": str(company)})
    monkeypatch.setattr(
        built.content, "ws", replace(built.content.ws, study=study.model_copy(
            update={"report": report}))
    )  # fmt: skip
    file = opened(powerpoint.build(built.content, built.deck))
    assert len(file.slides) == len(built.deck)
    assert not overfull(file)
    moved = next(s for s in file.slides if s.slide_layout.name == master.TEXT)
    table = next(s for s in moved.shapes if not s.is_placeholder)
    ours = master.opened().boxes[master.TEXT][master.LEFT]
    assert min(s.top.pt for s in moved.shapes if s.top.pt > ours.y - 1) >= ours.y + 20
    assert table is not None


def test_what_a_template_lacks_is_named_at_once(tmp_path, built):
    file = Presentation(str(OURS))
    layout = next(one for one in file.slide_layouts if one.name == master.CHART)
    layout.name = "Something else"
    pair = next(one for one in file.slide_layouts if one.name == master.PAIR)
    chart = next(s for s in pair.placeholders if s.placeholder_format.idx == master.CHARTS[1])
    chart._element.getparent().remove(chart._element)
    file.slide_width, file.slide_height = Pt(720), Pt(540)
    path = tmp_path / "poor.pptx"
    file.save(str(path))
    with pytest.raises(StudyError) as raised:
        master.opened(path)
    told = str(raised.value)
    for part in ("“Text and chart”", "placeholder 24 of the layout “Two charts”", "25.40 cm"):
        assert part in told


@pytest.mark.parametrize("content", [None, b"no presentation"])
def test_a_template_that_is_none_is_told_before_a_run(tmp_path, built, content):
    path = tmp_path / "none.pptx"
    if content:
        path.write_bytes(content)
    study = built.content.ws.study
    report = study.report.model_copy(update={"template": str(path)})
    with pytest.raises(StudyError, match=r"report\.template"):
        check_template(study.model_copy(update={"report": report}))
    check_template(study)
