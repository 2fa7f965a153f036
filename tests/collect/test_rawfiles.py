"""Every format and encoding arrives without losing anything."""

import io
from datetime import date, datetime

import duckdb
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.collect import rawfiles, sheeterrors
from helpers.collect.rawfiles import _delimiter
from helpers.collect.sources import canonical, collect, rejected
from helpers.errors import StudyError
from helpers.faults import fault_behind

QUERY = "SELECT id AS account_id, won AS won_on, name, code FROM crm"
PLAIN = "id,won,name,code\n00123,2024-01-10,Zoë & Søn,7\n00456,2024-02-20,Ōsaka 商事,8\n"


def crm(path: str, **options) -> dict:
    return {"accounts": {"files": {"crm": {"path": path, **options}}, "query": QUERY}}


def accounts(ws) -> pd.DataFrame:
    collect(ws, ["accounts"])
    return canonical(ws, "accounts").order_by("account_id").to_pandas()


def parquet_bytes(table: pa.Table) -> bytes:
    stream = io.BytesIO()
    pq.write_table(table, stream)
    return stream.getvalue()


def xlsx_bytes(sheets: dict[str, list[list]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (PLAIN.encode(), {}),
        (b"\xef\xbb\xbf" + PLAIN.encode(), {}),
        (PLAIN.replace(",", ";").encode(), {}),
        (PLAIN.replace(",", "\t").encode(), {}),
        (PLAIN.replace(",", "|").encode(), {}),
        (PLAIN.replace(",", "~").encode(), {"delimiter": "~"}),
        (PLAIN.replace("\n", "\r\n").encode(), {}),
        (PLAIN.encode("utf-16"), {"encoding": "utf-16"}),
        (b"\xef\xbb\xbf" + PLAIN.encode(), {"encoding": "utf-8-sig"}),
    ],
    ids=["utf8", "bom", "semicolon", "tab", "pipe", "declared", "crlf", "utf16", "utf8-sig"],
)
def test_csv_dialects_and_encodings_give_the_same_table(study, content, options):
    frame = accounts(study(tables=crm("crm.csv", **options), files={"crm.csv": content}))
    assert frame.account_id.tolist() == ["00123", "00456"]
    assert frame.name.tolist() == ["Zoë & Søn", "Ōsaka 商事"]
    assert frame.won_on.tolist() == [pd.Timestamp("2024-01-10"), pd.Timestamp("2024-02-20")]
    assert frame.code.tolist() == [7, 8]


def test_windows_text_needs_its_encoding(study):
    content = {"crm.csv": "id;won;name;code\n1;2024-01-10;Müller;x\n".encode("cp1252")}
    with pytest.raises(StudyError, match=r"crm.csv.*not utf-8 text: about line 2") as error:
        accounts(study(tables=crm("crm.csv"), files=content))
    assert "encoding" in str(error.value)
    frame = accounts(study(tables=crm("crm.csv", encoding="cp1252"), files=content))
    assert frame.name.tolist() == ["Müller"]


def test_unknown_encoding(study):
    with pytest.raises(StudyError, match="unknown encoding"):
        accounts(study(tables=crm("crm.csv", encoding="klingon"), files={"crm.csv": PLAIN}))


def test_decimal_commas_do_not_mislead_the_delimiter():
    assert _delimiter('name;"amount, EUR";other\nA;"1,5";2,5\nB;"2,5";3,5\n') == ";"
    assert _delimiter("only\n1\n2\n") == ","


def test_quoted_delimiters_quotes_and_line_breaks(study):
    content = 'id,won,name,code\n1,2024-01-10,"Smith, ""Jim""\nand Sons",x\n'
    frame = accounts(study(tables=crm("crm.csv"), files={"crm.csv": content}))
    assert frame.name.tolist() == ['Smith, "Jim"\nand Sons']


def test_a_broken_line_is_an_error_and_not_a_lost_row(study):
    content = "id,won,name,code\n1,2024-01-10,A,x\n2,2024-01-11,B\n"
    with pytest.raises(StudyError, match="cannot be read as csv") as error:
        accounts(study(tables=crm("crm.csv"), files={"crm.csv": content}))
    assert "Line: 3" in str(error.value)


def test_nothing_is_taken_for_a_comment_or_skipped(study):
    content = "id,won,name,code\n#1,2024-01-10,A,x\n2,2024-01-11,# B,x\n"
    frame = accounts(study(tables=crm("crm.csv"), files={"crm.csv": content}))
    assert frame.account_id.tolist() == ["#1", "2"]
    assert frame.name.tolist() == ["A", "# B"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["7", "8", ""], [7, 8, None]),
        (["007", "8", "9"], ["007", "8", "9"]),
        (["1.5", "2", "-3"], [1.5, 2.0, -3.0]),
        (["1.5", "2.0", "-3.0"], [1.5, 2.0, -3.0]),
        (["1.5", "2", "2.0"], ["1.5", "2", "2.0"]),
        (["7.1", "7.10", "7.2"], ["7.1", "7.10", "7.2"]),
        (["7.10", "7.20", "10.00"], [7.1, 7.2, 10.0]),
        (["1.7E+13", "2", "3"], ["1.7E+13", "2", "3"]),
        (["1e5", "2e3", "3"], ["1e5", "2e3", "3"]),
        (["12345678901234567890", "1", "2"], ["12345678901234567890", "1", "2"]),
        (["true", "False", "TRUE"], [True, False, True]),
        (["T", "F", "T"], ["T", "F", "T"]),
        (["yes", "no", "yes"], ["yes", "no", "yes"]),
        (["2024-01-31", "2024-02-29", "2024-02-30"], ["2024-01-31", "2024-02-29", "2024-02-30"]),
        (["01/02/2024", "03/04/2024", ""], ["01/02/2024", "03/04/2024", None]),
        (["1", "2", "n/a"], ["1", "2", "n/a"]),
        (["NaN", "1", "inf"], ["NaN", "1", "inf"]),
    ],
)
def test_a_column_has_a_type_only_where_nothing_is_lost(study, values, expected):
    lines = [f"{k},2024-01-10,{value}\n" for k, value in enumerate(values)]
    query = {"files": {"crm": "crm.csv"}, "query": "SELECT k AS account_id, won_on, v FROM crm"}
    ws = study(tables={"accounts": query}, files={"crm.csv": "k,won_on,v\n" + "".join(lines)})
    found = accounts(ws).v.tolist()
    assert [None if pd.isna(value) else value for value in found] == expected


def test_a_type_is_decided_by_the_whole_file(study):
    lines = [f"{k},2024-01-10,{k}\n" for k in range(30_000)] + ["last,2024-01-10,x7\n"]
    query = {"files": {"crm": "crm.csv"}, "query": "SELECT k AS account_id, won_on, v FROM crm"}
    ws = study(tables={"accounts": query}, files={"crm.csv": "k,won_on,v\n" + "".join(lines)})
    frame = accounts(ws)
    assert len(frame) == 30_001
    assert frame.set_index("account_id").v["last"] == "x7"


def test_text_columns_stay_text(study):
    tables = crm("crm.csv", text_columns=["code"])
    ws = study(tables=tables, files={"crm.csv": PLAIN})
    assert accounts(ws).code.tolist() == ["7", "8"]
    with pytest.raises(StudyError, match="text_columns names zip"):
        accounts(study(tables=crm("crm.csv", text_columns=["zip"]), files={"crm.csv": PLAIN}))


def test_repeated_and_empty_headers(study):
    files = {"crm.csv": "id,won,code,Name,name\n1,2024-01-10,x,3,4\n"}
    with pytest.raises(StudyError, match=r"to do: +crm has name more than once: .*column 4"):
        accounts(study(tables=crm("crm.csv"), files=files))
    query = "SELECT id AS account_id, won AS won_on, {} AS name FROM crm"
    for asked, name in (("code", "x"), ('"name (column 5)"', "4")):
        entry = {"files": {"crm": "crm.csv"}, "query": query.format(asked)}
        assert accounts(study(tables={"accounts": entry}, files=files)).name.tolist() == [name]
    query = {"files": {"crm": "x.csv"}, "query": "SELECT column_1 AS account_id, won_on FROM crm"}
    ws = study(tables={"accounts": query}, files={"x.csv": ",won_on\n7,2024-01-10\n"})
    assert accounts(ws).account_id.tolist() == ["7"]


def test_json_lines(study):
    content = (
        '{"id": "00123", "won": "2024-01-10", "name": "Zoë", "code": 7}\n'
        '{"id": "00456", "won": "2024-02-20", "code": 8, "later": [1, 2]}\n'
    )
    frame = accounts(study(tables=crm("crm.jsonl"), files={"crm.jsonl": content}))
    assert frame.account_id.tolist() == ["00123", "00456"]
    assert frame.code.tolist() == [7, 8]
    assert frame.name.tolist()[0] == "Zoë"
    assert pd.isna(frame.name.tolist()[1])


def test_broken_json(study):
    with pytest.raises(StudyError, match="cannot be read as jsonl"):
        accounts(study(tables=crm("crm.jsonl"), files={"crm.jsonl": '{"id": 1}\n{"id": \n'}))


def test_xlsx_numbers_dates_and_sheets(study):
    rows = [
        ["id", "won", "name", "code"],
        [17850.0, datetime(2024, 1, 10), "A", 1.5],
        [None, None, None, None],
        ["00123", date(2024, 2, 20), "NA", 2],
    ]
    content = xlsx_bytes({"Readme": [["nothing here"]], "Accounts": rows})
    frame = accounts(study(tables=crm("crm.xlsx", sheet="Accounts"), files={"crm.xlsx": content}))
    assert frame.account_id.tolist() == ["00123", "17850"]
    assert frame.name.tolist() == ["NA", "A"]
    assert frame.code.tolist() == [2.0, 1.5]
    assert frame.won_on.tolist() == [pd.Timestamp("2024-02-20"), pd.Timestamp("2024-01-10")]
    with pytest.raises(StudyError, match="no sheet Acounts") as error:
        accounts(study(tables=crm("crm.xlsx", sheet="Acounts"), files={"crm.xlsx": content}))
    assert "Readme, Accounts" in str(error.value)


@pytest.mark.parametrize("piece", [1, 50, 4_000])
def test_errors_of_formulas_are_found_whatever_pieces_a_sheet_is_read_in(
    tmp_path, monkeypatch, piece
):
    path = tmp_path / "crm.xlsx"
    rows = [["id", "name"], ["A", "#N/A"], ["B", "plain"], ["C", "#REF!"]]
    path.write_bytes(xlsx_bytes({"Accounts": rows}))
    monkeypatch.setattr(sheeterrors, "PIECE", piece)
    monkeypatch.setattr(sheeterrors, "LONGEST", 300)
    assert sheeterrors.failed_cells(path, "Accounts") == {(1, 1): "#N/A", (3, 1): "#REF!"}
    assert sheeterrors.failed_cells(path, "Other") == {}


def test_errors_of_formulas_in_a_sheet_are_counted_as_those_of_a_csv_are(study):
    """The reader gives them as blank: nothing said that a look-up found nothing."""
    rows = [
        [],
        [None, "id", "won", "name", "code"],
        [None, "A", date(2024, 1, 10), "#N/A", "x"],
        [None, "B", date(2024, 2, 20), "#1 Cabs", "#REF!"],
    ]
    content = xlsx_bytes({"Read me": [["#N/A"]], "R&D": rows})
    ws = study(tables=crm("crm.xlsx", sheet="R&D"), files={"crm.xlsx": content})
    frame = accounts(ws)
    assert frame.name.fillna("").tolist() == ["", "#1 Cabs"]
    assert frame.code.fillna("").tolist() == ["x", ""]
    told = rejected(ws)
    assert told[["row", "column", "value"]].to_numpy().tolist() == [
        [1, "name", "#N/A"], [2, "code", "#REF!"],
    ]  # fmt: skip


def test_parquet_floats_as_ids(study):
    table = pa.table(
        {
            "id": pa.array([17850.0, 17851.0], pa.float64()),
            "won": pa.array([datetime(2024, 1, 10, 8), datetime(2024, 2, 20, 9)]),
            "name": ["A", "B"],
            "code": ["x", "y"],
        }
    )
    ws = study(tables=crm("crm.parquet"), files={"crm.parquet": parquet_bytes(table)})
    assert accounts(ws).account_id.tolist() == ["17850", "17851"]


def test_a_process_opens_a_sheet_once(study, monkeypatch):
    """A check and a first look read the same sheet again; lines that are skipped make another."""
    import python_calamine

    opened, real = [], python_calamine.CalamineWorkbook

    class Workbook:
        @staticmethod
        def from_path(path):
            opened.append(path)
            return real.from_path(path)

    rows = [["id", "won", "name", "code"], ["A", date(2024, 1, 1), "x", 1], ["B", "2024-02-01"]]
    ws = study(tables=crm("crm.xlsx"), files={"crm.xlsx": xlsx_bytes({"Accounts": rows})})
    monkeypatch.setattr(python_calamine, "CalamineWorkbook", Workbook)
    first = accounts(ws)
    assert accounts(ws).equals(first) and len(first) == 2
    assert len(opened) == 1


@pytest.mark.parametrize("name", ["crm.xlsx", "crm.parquet"])
def test_files_that_are_not_what_their_name_says(study, name):
    with pytest.raises(StudyError, match="cannot be read as"):
        accounts(study(tables=crm(name), files={name: b"id,won\n1,2024-01-10\n"}))


def test_globs_and_the_quarter_in_the_path(study):
    files = {
        "2024Q4/crm_1.csv": "id,won,name,code\n1,2024-01-10,A,7\n",
        "2024Q4/crm_2.csv": "code;name;id;won\nx;B;2;2024-01-11\n",
        "2024Q3/crm_1.csv": "id,won,name,code\n9,2024-01-10,Z,7\n",
    }
    ws = study(tables=crm("{quarter}/crm_*.csv"), files=files)
    frame = accounts(ws)
    assert frame.account_id.tolist() == ["1", "2"]
    assert frame.code.tolist() == ["7", "x"]
    records = ws.recorded("raw_files/accounts")
    assert [(record["path"], record["rows"]) for record in records] == [
        ("2024Q4/crm_1.csv", 1),
        ("2024Q4/crm_2.csv", 1),
    ]
    assert all(len(record["sha256"]) == 64 for record in records)


def test_a_folder_with_brackets_in_its_name(study):
    ws = study(tables=crm("[old] data/crm.csv"), files={"[old] data/crm.csv": PLAIN})
    assert len(accounts(ws)) == 2


def test_missing_and_empty_files(study):
    with pytest.raises(StudyError, match=r"sources.accounts.files.crm: there is no file gone.csv"):
        accounts(study(tables=crm("gone.csv")))
    with pytest.raises(StudyError, match="is empty"):
        accounts(study(tables=crm("crm.csv"), files={"crm.csv": ""}))
    with pytest.raises(StudyError, match=r"format of crm\.dat cannot"):
        accounts(study(tables=crm("crm.dat"), files={"crm.dat": PLAIN}))


def test_raw_files_are_not_touched(study):
    ws = study(tables=crm("crm.csv"), files={"crm.csv": PLAIN})
    before = {path: path.stat().st_mtime_ns for path in ws.raw.iterdir()}
    accounts(ws)
    assert {path: path.stat().st_mtime_ns for path in ws.raw.iterdir()} == before


def test_too_little_memory_is_no_fault_of_the_file(study, monkeypatch):
    def read(*_, **__):
        raise duckdb.OutOfMemoryException("Out of Memory Error: could not allocate a block")

    monkeypatch.setitem(rawfiles._READERS, "csv", read)
    with pytest.raises(duckdb.OutOfMemoryException) as met:
        accounts(study(tables=crm("crm.csv"), files={"crm.csv": PLAIN}))
    assert fault_behind(met.value).startswith("There is no memory left")
