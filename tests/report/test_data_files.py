import pandas as pd
import pytest
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from helpers import outputs
from helpers.report import overview, rows, workbook
from helpers.report.content import Content
from helpers.report.numbering import numbered
from helpers.report.readers import by_reader


class TestDictionary:
    def test_describes_every_column_of_every_file(self, each_case):
        ws = each_case.ws
        described = pd.read_csv(ws.draft / "data" / "data_dictionary.csv", keep_default_na=False)
        told = set(map(tuple, described[["file", "column"]].to_numpy()))
        there = {(name, column) for name in ws.data_files for column in ws.load(name).columns}
        assert told == there
        assert described["description"].str.len().gt(0).all()

    def test_looks_up_score_lines_metrics_and_attributes(self, rendered):
        study = rendered.ws.study
        assert "subtracted" in outputs.column(study, "quality_scores", "service").meaning
        assert outputs.column(study, "account_metrics", "nps").unit == "points"
        assert outputs.column(study, "attributes", "industry") is not None
        assert outputs.column(study, "attributes", "nonsense") is None

    def test_money_is_told_in_the_study_s_currency(self, rendered):
        table = Content(rendered.ws).described.set_index(["file", "column"])
        assert table.loc[("segments", "lift"), "unit"] == "EUR per year"

    def test_values_and_keys_are_listed(self, rendered):
        table = Content(rendered.ws).described.set_index(["file", "column"])
        assert "validated; typical" in table.loc[("segments", "verdict"), "allowed"]
        assert table.loc[("segments", "segment_id"), "key"]
        assert not table.loc[("segments", "verdict"), "key"]

    def test_covers_the_files_of_the_design(self):
        design = "customer_list quality_scores account_metrics attributes coverage rejected_rows "
        design += "hypotheses segments segment_members segment_metrics priorities representatives "
        design += "next_steps tags movement"
        assert set(design.split()) <= set(outputs.OUTPUTS)


class TestWorkbook:
    @pytest.fixture
    def book(self, each_case):
        if "workbook" not in each_case.soups:  # reading takes longer than every test of it
            path = each_case.ws.draft / "data" / "workbook.xlsx"
            each_case.soups["workbook"] = load_workbook(path)
        return each_case.soups["workbook"]

    def test_has_one_sheet_per_file_by_who_opens_it(self, each_case, book):
        first, *others, last = book.sheetnames
        assert (first, last) == ("overview", "data_dictionary")
        assert sorted(others) == each_case.ws.data_files
        assert others == [x for own in by_reader(each_case.ws.data_files).values() for x in own]
        links = [row[0].value for row in book["overview"].iter_rows() if row[0].hyperlink]
        filled = [name for name in others if len(each_case.ws.load(name))]
        assert links == [*filled, "data_dictionary"]
        shown = [name for name in others if book[name].sheet_state == "visible"]
        assert shown == filled  # a sheet without rows is there, and hidden
        tabs = {name: book[name].sheet_properties.tabColor.rgb for name in others}
        assert len(set(tabs.values())) == len(by_reader(others))

    def test_begins_with_what_the_landing_page_says(self, each_case, book):
        lines = [str(row[0].value or "").removeprefix("• ") for row in book["overview"].iter_rows()]
        content = Content(each_case.ws)
        assert content.headline in lines
        page = " ".join(each_case.soup("index.html").get_text(" ").split())
        for part in ("Decide today", "Keep in mind"):
            start = lines.index(part) + 1
            for line in lines[start : lines.index("", start)]:
                assert " ".join(line.split()) in page
        assert {segment.name for segment in content.segments} <= set(lines)

    def test_no_cell_of_the_overview_is_higher_than_its_row(self, rendered):
        sheet = load_workbook(rendered.ws.draft / "data" / "workbook.xlsx")["overview"]
        found = [row for row in sheet.iter_rows() if row[0].value == "Group"]
        for cell in found[0]:
            if not cell.value:
                continue
            lines = -(-len(cell.value) // overview.WIDTHS[cell.column - 1])
            assert lines * 14 <= (sheet.row_dimensions[cell.row].height or 15) + 1, cell.value

    def test_values_are_those_of_the_data_files(self, each_case, book):
        for name in each_case.ws.data_files:
            table = each_case.ws.load(name)
            sheet = book[name]
            heads = [cell.value for cell in sheet[1]]
            assert sheet.max_row == len(table) + 1
            for column in table.columns:
                place = heads.index(column) + 1
                cells = [sheet.cell(row, place).value for row in range(2, len(table) + 2)]
                for found, wanted in zip(cells, table[column].tolist(), strict=True):
                    if pd.isna(wanted) or wanted == "":
                        assert found in (None, "")
                    elif isinstance(wanted, float):  # a sheet holds 16 digits
                        assert found == pytest.approx(wanted, rel=1e-14)
                    elif isinstance(wanted, str):  # control characters as spreadsheets hold them
                        assert unescape(found) == wanted
                    else:
                        assert found == wanted

    def test_identifiers_are_told_in_words_beside_them(self, each_case, book):
        names = each_case.ws.load("segments").set_index("segment_id")["definition"]
        sheet = book["segment_members"]
        heads = [cell.value for cell in sheet[1]]
        at = heads.index("segment_id")
        assert heads[at + 1] == "definition"
        for row in sheet.iter_rows(min_row=2, values_only=True):
            assert row[at + 1] == names[row[at]]
        assert "name" in heads

    def test_untrusted_text_is_neither_formula_nor_link(self, book):
        for sheet in book:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (sheet.title, cell.coordinate)
                    if sheet.title != "overview":
                        assert cell.hyperlink is None

    def test_heads_are_frozen_filtered_and_described(self, each_case, book):
        for name in each_case.ws.data_files:
            assert book[name].freeze_panes == "B2"
            assert book[name].print_title_rows == "$1:$1"
            assert book[name].auto_filter.ref
            assert all(cell.comment for cell in book[name][1])
        first = book[book.sheetnames[0]]
        assert first.sheet_properties.pageSetUpPr.fitToPage
        assert str(first.page_setup.fitToHeight) == "0"
        assert book["segments"]["F2"].number_format == "0.0%"

    @pytest.mark.parametrize(
        ("currency", "amount", "told", "format"),
        [
            ("EUR", 41_677.5, 12, "#,##0.00"),
            ("IDR", -302_441_667_000_000.0, 23, "#,##0.00"),
            ("JPY", 302_441_667_000.0, 15, "#,##0"),
        ],
    )
    def test_an_amount_has_room_in_its_column(self, tmp_path, currency, amount, told, format):
        """Where it has none, a sheet shows #### in its place."""
        with xlsxwriter.Workbook(tmp_path / "one.xlsx") as book:
            known = {"arr": outputs.Column("number", "what is paid", "currency")}
            styles = workbook._Styles(book)
            table = pd.DataFrame({"arr": [amount, float("nan")]})
            workbook._sheet(book, "one", table, known, styles, currency=currency)
        sheet = load_workbook(tmp_path / "one.xlsx")["one"]
        assert sheet["A2"].number_format == format
        assert sheet.column_dimensions["A"].width == pytest.approx(told + 2, abs=0.8)

    def test_same_tables_same_bytes(self, rendered):
        numbers = numbered(rendered.ws, rendered.notebooks)
        one = workbook.write(Content(rendered.ws), numbers).read_bytes()
        assert workbook.write(Content(rendered.ws), numbers).read_bytes() == one

    def test_cells_longer_than_excel_holds_are_cut(self):
        assert len(rows.cut("a" * 40_000)) == rows.CHARACTERS


class TestRowsOfTheWorkbook:
    def test_text_that_looks_like_markup_or_control_stays_text(self):
        assert "<t>&lt;r&gt;x&lt;/r&gt;</t>" in rows.text_cell("<r>x</r>", "A2", 1)
        assert "<t>a_x0007_b</t>" in rows.text_cell("a\x07b", "A2", 1)
        assert "<t>_x005F_x0007_</t>" in rows.text_cell("_x0007_", "A2", 1)
        assert 'xml:space="preserve"> a<' in rows.text_cell(" a", "A2", 1)

    def test_numbers_dates_and_missing_values(self):
        def cells(values):
            return rows.column_cells(pd.Series(values), "B", 7, 2)

        assert cells([0.1, None]) == ['<c r="B2" s="7"><v>0.1</v></c>', ""]
        assert cells([True]) == ['<c r="B2" t="b"><v>1</v></c>']
        assert cells([pd.Timestamp("2026-09-30")]) == ['<c r="B2" s="7"><v>46295.0</v></c>']
        assert "<t>inf</t>" in cells([float("inf")])[0]

    def test_a_title_in_brackets_of_markup_is_not_markup(self):
        assert overview.safe("<r><t>x</t></r>").startswith("\u200b<r>")
