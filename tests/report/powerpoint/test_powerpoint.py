import io
import re
import shutil
import subprocess
import zipfile

import openpyxl
import pandas as pd
import pytest
from powerpoint_tools import (
    BOTTOM,
    FOOT,
    LEFT,
    RIGHT,
    charts_of,
    drawn_alone,
    opened,
    overfull,
    tables_of,
    texts_of,
)
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.util import Pt

from helpers.report import charts, measure, powerpoint
from helpers.report.deck.blocks import Bullets, Grid, Link, Slide, Text
from helpers.report.powerpoint import master
from helpers.report.powerpoint.column import NumbersPiece
from helpers.words.marks import HIDDEN


class TestSlides:
    def test_same_slides_as_the_deck(self, each_built):
        titles = [slide.shapes.title.text_frame.text for slide in each_built.file.slides]
        assert titles == [measure.clean(slide.title) for slide in each_built.deck]

    def test_widescreen_on_one_master_of_ours(self, built):
        file = built.file
        assert (file.slide_width, file.slide_height) == (Pt(960), Pt(540))
        assert len(file.slide_masters) == 1
        assert {layout.name for layout in file.slide_layouts} == set(master.OFFERED)

    def test_every_slide_fills_the_placeholders_of_its_layout(self, each_built):
        for slide in each_built.file.slides:
            offered = {p.placeholder_format.idx for p in slide.slide_layout.placeholders}
            used = [p.placeholder_format.type for p in slide.placeholders]
            assert {p.placeholder_format.idx for p in slide.placeholders} <= offered
            assert PP_PLACEHOLDER.FOOTER in used
            assert PP_PLACEHOLDER.SLIDE_NUMBER in used
            for shape in slide.placeholders:
                assert shape.has_chart or shape.text_frame.text.strip()

    def test_charts_stand_in_the_chart_placeholder(self, built):
        kinds = [p.placeholder_format.type for p in built.slide("shown").placeholders]
        assert PP_PLACEHOLDER.CHART in kinds

    def test_slide_numbers_count(self, built):
        for place, slide in enumerate(built.file.slides, 1):
            fields = slide.shapes._spTree.xpath(".//a:fld[@type='slidenum']/a:t")
            assert [field.text for field in fields] == [str(place)]

    def test_synthetic_studies_are_marked_on_every_slide(self, each_built):
        for slide in each_built.file.slides:
            assert "Synthetic data" in " ".join(texts_of(slide))

    def test_notes_say_what_and_what_proves_it(self, built):
        for slide, wanted in zip(built.file.slides, built.deck, strict=True):
            # Figures keep to their units there.
            notes = slide.notes_slide.notes_text_frame.text.replace("\u00a0", " ")
            assert wanted.notes.replace("\u00a0", " ") in notes
            assert all(name in notes for name, _ in wanted.proofs)

    def test_links_lead_to_anchors_of_the_analysis(self, built):
        for slide, wanted in zip(built.file.slides, built.deck, strict=True):
            links = [r.target_ref for r in slide.part.rels.values() if r.is_external]
            blocks = (*wanted.left, *wanted.right)
            expected = [block.href for block in blocks if isinstance(block, Link)]
            expected += [f"supporting_analysis.html#{anchor}" for _, anchor in wanted.proofs]
            assert links == expected

    def test_charts_and_tables_have_alternative_texts(self, each_built):
        for slide in each_built.file.slides:
            for shape in slide.shapes:
                if shape.has_chart or shape.has_table:
                    frame = shape._element.nvGraphicFramePr.cNvPr
                    assert len(frame.get("descr")) > 10

    def test_grids_are_native_tables_with_the_deck_s_cells(self, built):
        for slide, wanted in zip(built.file.slides, built.deck, strict=True):
            for grid in (b for b in (*wanted.left, *wanted.right) if isinstance(b, Grid)):
                cells = [
                    [tuple(cell.text for cell in row.cells) for row in table.rows]
                    for table in tables_of(slide)
                ]
                assert [grid.columns, *grid.rows] in cells

    def test_what_is_to_be_decided_is_set_apart(self, each_built):
        shapes = {shape.name: shape for shape in each_built.slide("answer").shapes}
        decision = shapes["Decision"]
        assert decision.text_frame.paragraphs[0].text == "Decide today"
        assert str(decision.fill.fore_color.rgb) == "EDF3F9"

    def test_typefaces_for_all_scripts(self, built):
        theme = next(
            part.blob
            for part in built.file.part.package.iter_parts()
            if "theme1" in str(part.partname)
        ).decode()
        for face in ('<a:ea typeface="Microsoft YaHei"/>', '<a:cs typeface="Arial"/>'):
            assert theme.count(face) == 2


LONG = "A" * 300


class TestFit:
    def test_no_text_is_outside_its_box(self, each_built):
        assert overfull(each_built.file) == []

    def test_frames_do_not_overlap(self, each_built):
        for slide in each_built.file.slides:
            frames = [
                (s.left, s.top, s.left + s.width, s.top + s.height)
                for s in slide.shapes
                if not s.is_placeholder or s.placeholder_format.idx != 0
            ]
            for k, (left, top, right, bottom) in enumerate(frames):
                for a, b, c, d in frames[k + 1 :]:
                    over = min(right, c) - max(left, a), min(bottom, d) - max(top, b)
                    assert min(over) <= Pt(1), slide.shapes.title.text_frame.text

    @pytest.mark.parametrize("text", [LONG, "word " * 400, "株式会社" * 120, "ش" * 300])
    def test_too_much_is_made_smaller_and_cut(self, built, text):
        rows = tuple((text, text, "1") for _ in range(40))
        grid = Grid(("Name", text, "n"), rows, (False, False, True), note="A note.")
        slides = [
            Slide("a", text, (Text(text, lead=True), Bullets((text,) * 30, text))),
            Slide("b", "Grid", (Text(text), grid), (Bullets((text, "short"), "Heading"),)),
            Slide("d", text, (grid,)),
        ]
        file = opened(powerpoint.build(built.content, slides))
        assert overfull(file) == []
        assert "…" in file.slides[0].shapes.title.text_frame.text
        cut = tables_of(file.slides[2])[0]
        assert 2 <= len(cut.rows) < 40
        assert "shows all rows" in " ".join(texts_of(file.slides[2]))

    def test_widths_are_those_of_the_typeface(self):
        # Helvetica's published widths: a 556, i 222, W 944, space 278 (thousandths of the size).
        assert measure.width("aiW ", 1000) == 556 + 222 + 944 + 278
        assert measure.width("é", 1000) == 556
        assert measure.width("漢\u2068", 1000) == 1000

    def test_a_large_figure_stays_on_its_line(self):
        """IDR 1.81tn in a narrow column is set smaller, and what stands beside it too."""
        few = NumbersPiece((("28", "at risk"), ("IDR\xa01.81tn", "at stake")))
        for width, size in ((600.0, 30.0), (270.0, 21.0)):
            figures = [few.paragraphs(item, width / 2 - 12)[0] for item in few.items]
            assert [figure.size for figure in figures] == [size] * 2
            assert all(figure.lines(width / 2 - 12) == 1 for figure in figures)

    def test_lines_break_at_words_and_inside_long_ones(self):
        assert measure.lines("one two", 10, 20) == ("one", "two")
        assert "".join(measure.lines(LONG, 10, 100)) == LONG
        assert all(measure.width(line, 10) <= 100 for line in measure.lines(LONG, 10, 100))
        assert measure.cut("one two three", 10, 30, 1) == "one…"
        assert measure.cut("\u2068شركة البحر\u2069", 10, 25, 1).endswith("…\u2069")

    @pytest.mark.skipif(
        not (shutil.which("soffice") and shutil.which("pdftotext")),
        reason="LibreOffice or pdftotext is not on this machine",
    )
    @pytest.mark.parametrize("case", ["validated", "awkward"])
    def test_libreoffice_draws_every_word_inside_the_page(self, built_cases, tmp_path, case):
        built = built_cases(case)
        (tmp_path / "deck.pptx").write_bytes(built.bytes)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir"]
        subprocess.run([*command, tmp_path, tmp_path / "deck.pptx"], check=True, timeout=180)
        command = ["pdftotext", "-bbox", tmp_path / "deck.pdf", "-"]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        pages = told.split("<page ")[1:]
        assert len(pages) == len(built.deck)
        word = re.compile(r'xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">')
        for page in pages:
            assert 'width="960' in page
            for x0, y0, x1, y1 in (map(float, found) for found in word.findall(page)):
                assert x0 >= LEFT - 2
                assert x1 <= RIGHT + 6
                assert y1 <= BOTTOM + 3 or y0 >= FOOT - 3
                assert y1 <= FOOT + 18


class TestSafety:
    def test_the_same_content_gives_the_same_bytes(self, each_built):
        again = powerpoint.build(each_built.content, each_built.deck)
        assert again == each_built.bytes

    def test_no_time_of_the_clock_is_in_it(self, built):
        with zipfile.ZipFile(io.BytesIO(built.bytes)) as file:
            assert {entry.date_time[:3] for entry in file.infolist()} == {(1980, 1, 1)}
        assert built.file.core_properties.modified.date() == built.content.ws.as_of

    def test_workbooks_hold_no_formula(self, built_cases):
        found = 0
        for slide in built_cases("awkward").file.slides:
            for chart in charts_of(slide):
                book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
                for row in book.active.iter_rows():
                    found += sum(str(cell.value).startswith("=") for cell in row)
                    assert "f" not in {cell.data_type for cell in row}
        hostile = pd.DataFrame({"line": ["=1+1", "<b>"], "amount": [1.0, 2.0]})
        slide = drawn_alone(charts.score_waterfall(hostile, currency="EUR"))
        blob = charts_of(slide)[0].part.chart_workbook.xlsx_part.blob
        sheet = openpyxl.load_workbook(io.BytesIO(blob)).active
        assert sheet["A2"].data_type == "s"
        assert sheet["A2"].value.startswith("=1+1")

    def test_names_of_any_kind_stay_text(self, built_cases, factory):
        built = built_cases("awkward")
        told = " ".join(text for slide in built.file.slides for text in texts_of(slide))
        for name in (factory.AWKWARD[0], factory.AWKWARD[2]):
            assert name in told
        with zipfile.ZipFile(io.BytesIO(built.bytes)) as file:
            for name in file.namelist():
                if name.endswith((".xml", ".rels")):
                    content = file.read(name).decode()
                    assert "<script" not in content
                    assert not HIDDEN.search(content)
                    assert "evil.example" not in content or name.startswith("ppt/slides/slide")

    def test_bars_with_a_second_measure_beside_them_have_room(self, built):
        shapes = [shape for slide in built.file.slides for shape in slide.shapes]
        order = [shape for shape in shapes if shape.name == "Chart priority_order"]
        bars = [s for s in order if s.has_chart and s.chart.chart_type == XL_CHART_TYPE.BAR_STACKED]
        assert bars
        assert min(shape.width for shape in bars) > 0.25 * built.file.slide_width

    def test_characters_that_xml_cannot_hold(self, built):
        text = "a\x00b\x0bc\ud800d\u202fe"
        slide = Slide("x", text, (Text(text), Grid((text,), ((text,),), (False,))), notes=text)
        file = opened(powerpoint.build(built.content, [slide]))
        assert file.slides[0].shapes.title.text_frame.text == "abcd\u202fe"
        assert file.slides[0].notes_slide.notes_text_frame.text == "abcd\u202fe"

    def test_nothing_of_the_template_is_left(self, built):
        names = zipfile.ZipFile(io.BytesIO(built.bytes)).namelist()
        assert not [name for name in names if "thumbnail" in name or "printer" in name]
