"""Drafts of files with lines above the names of columns, and of several files of one kind."""

import pytest
from openpyxl import Workbook

from helpers.collect.rawfiles import relation
from helpers.draft import draft
from helpers.draft.reading import title_lines
from helpers.errors import StudyError
from helpers.study import RawFile

from .queried import rows_of, sum_of
from .test_draft import CRM, drafted

ROWS = 60
TITLE = "Export of orders\nmade on 2026-10-01\n\n"


def orders(first: int, last: int, cents: bool = False) -> list[str]:
    write = (lambda k: f"{100 * k + 10025}") if cents else (lambda k: f"{k + 100.25:.2f}")
    amounts = ((k, write(k)) for k in range(first, last))
    return [
        f"O{k},ACC-{k % 60:03d},{2025 + k // 60}-0{1 + k % 9}-11,{amount}" for k, amount in amounts
    ]


def text(rows: list[str], head: str = "order_id,account_id,order_date,amount") -> str:
    return "\n".join([head, *rows]) + "\n"


@pytest.mark.parametrize(
    ("above", "split", "said"),
    [("sep=;\n", ";", ""), ("sep=,\r\n", ",", ""), (TITLE, ",", "3 lines above"),
     ("My company;;;\n", ";", "1 lines above"), ("\n\n", ",", "2 lines above")],
)  # fmt: skip
def test_lines_above_the_names_of_columns_are_no_rows(tmp_path, above, split, said):
    lines = text(orders(0, ROWS)).replace(",", split)
    lines = lines.replace("\n", "\r\n") if "\r" in above else lines
    _, found = drafted(tmp_path, "orders.csv", above + lines)
    assert sum_of(tmp_path, found, "orders", "amount") == sum(100.25 + k for k in range(ROWS))
    assert any(said in line for line in found.tables["orders"].why)


def test_titles_in_sheets_and_a_cover_before_the_table(tmp_path):
    book = Workbook()
    book.active.append(["All our orders"])
    sheet = book.create_sheet("Lines")
    for line in [["Export"], [], *(row.split(",") for row in text(orders(0, ROWS)).split())]:
        sheet.append(line)
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "accounts.csv").write_text(CRM, encoding="utf-8")
    book.save(tmp_path / "exports" / "orders.xlsx")
    _, found = draft(tmp_path / "exports", tmp_path / "study")
    assert found.tables["orders"].files == {
        "orders": {"path": "orders.xlsx", "sheet": "Lines", "skip_lines": 2}
    }
    assert len(rows_of(tmp_path, found, "orders", "order_id")) == ROWS


def test_files_without_titles_have_none(tmp_path):
    path = tmp_path / "a.csv"
    for lines in ("a,b\n1,2\n", "a\n1\n2\n", 'a,b\n"1\n2",3\n', "a,,c\n1,2,3\n", ""):
        path.write_text(lines, encoding="utf-8")
        assert title_lines(path, "") == 0, lines


def test_names_above_decimal_commas_are_no_title(tmp_path):
    """Split at commas, all rows are alike but the names of columns."""
    path = tmp_path / "rates.csv"
    rows = [f"2024-{k:02d}-04;1,0{k:02d};0,8{k:02d}" for k in range(1, 12)]
    path.write_text("\n".join(["Date;USD;GBP", *rows]) + "\n")
    assert title_lines(path, "") == 0
    path.write_text("\n".join(["Rates of 2024", "", "Date;USD;GBP", *rows]) + "\n")
    assert title_lines(path, "") == 2


def test_lines_to_skip_are_of_csv_and_sheets_and_leave_names(tmp_path):
    for name, lines, told in (("a.csv", "a\n1\n", "nothing below"), ("a.jsonl", "{}\n", "csv and")):
        (tmp_path / name).write_text(lines, encoding="utf-8")
        with pytest.raises(StudyError, match=told):
            relation(None, RawFile(path=name, skip_lines=4), where="x", folder=tmp_path,
                     quarter="", scratch=tmp_path)  # fmt: skip


def several(tmp_path, files: dict[str, str]):
    (tmp_path / "exports").mkdir()
    for name, lines in {"accounts.csv": CRM, **files}.items():
        (tmp_path / "exports" / name).write_text(lines, encoding="utf-8")
    _, found = draft(tmp_path / "exports", tmp_path / "study")
    return found


WHOLE = sum(100.25 + k for k in range(2 * ROWS))


def test_files_of_several_years_are_read_together(tmp_path):
    found = several(tmp_path, {"orders_2025.csv": text(orders(0, ROWS)),
                               "orders_2026.csv": text(orders(ROWS, 2 * ROWS))})  # fmt: skip
    table = found.tables["orders"]
    assert table.files == {"orders": "orders_*.csv"}  # the next year's is read, too
    assert not any("DECISION" in line for line in table.why)
    assert sum_of(tmp_path, found, "orders", "amount") == WHOLE


def test_one_of_several_files_in_hundredths_is_divided_and_asked_about(tmp_path):
    first, second = text(orders(0, ROWS)), text(orders(ROWS, 2 * ROWS, cents=True))
    found = several(tmp_path, {"orders-2025.csv": first, "orders-2026.csv": second})
    table = found.tables["orders"]
    assert any("DECISION" in w and "amount of orders-2026.csv has no decimals" in w
               for w in table.why)  # fmt: skip
    assert sum_of(tmp_path, found, "orders", "amount") == pytest.approx(WHOLE)


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [("currency", "USD", "JPY"), ("currency", "JPY", "JPY")],
)
def test_yen_are_no_hundredths(tmp_path, name, first, second):
    """Whole amounts a hundred times those of another file: of another currency, or of yen."""
    head = f"order_id,account_id,order_date,amount,{name}"
    one = [f"{row},{first}" for row in orders(0, ROWS)]
    other = [f"{row},{second}" for row in orders(ROWS, 2 * ROWS, cents=True)]
    found = several(tmp_path, {"orders-1.csv": text(one, head), "orders-2.csv": text(other, head)})
    assert "/ 100" not in found.tables["orders"].query
    assert not any("hundredths" in line for line in found.tables["orders"].why)


def test_files_in_other_units_are_asked_about(tmp_path):
    january = [f"P{k},ACC-{k:03d},2026-01-03,{90000 + k}.5" for k in range(ROWS)]
    found = several(tmp_path, {"Jan.csv": text(january), "Feb.csv": text(orders(0, ROWS))})
    assert any("see that all are in one unit" in w for w in found.tables["orders"].why)


def test_rows_in_two_files_count_once_and_older_states_are_left_out(tmp_path):
    found = several(tmp_path, {"orders_1.csv": text(orders(0, ROWS + 5)),
                               "orders_2.csv": text(orders(ROWS, 2 * ROWS))})  # fmt: skip
    assert sum_of(tmp_path, found, "orders", "amount") == WHOLE
    assert any("DECISION: 5 of 125 rows" in line for line in found.tables["orders"].why)


def test_an_older_state_of_a_file_is_left_out(tmp_path):
    older = [row + "0" if k % 2 else row + "1" for k, row in enumerate(orders(0, ROWS))]
    found = several(tmp_path, {"orders_2026-06.csv": text(older),
                               "orders_2026-09.csv": text(orders(0, 2 * ROWS))})  # fmt: skip
    assert sum_of(tmp_path, found, "orders", "amount") == WHOLE
    assert "taken for an older state" in found.left_out["orders_2026-06.csv"]


def test_what_stands_in_files_that_cannot_be_used_is_said(tmp_path):
    found = several(tmp_path, {
        "orders.csv": text([f"O{k},ACC-{k % 60:03d},some day,on request {k}" for k in range(ROWS)]),
        "contracts.csv": "contract_id,account_id,mrr\n",
    })  # fmt: skip
    for told in ("amount is called like an amount", "'on request 0'", "order_date is called like a",
                 "'some day'", "contracts.csv: has no row"):  # fmt: skip
        assert told in found.decision
