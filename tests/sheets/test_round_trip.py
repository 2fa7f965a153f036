"""Sheets make a round trip: what can be used comes back, each mistake is told once."""

import datetime as dt
import shutil
import subprocess

import pandas as pd
import pytest
from filling import QUARTER, Sheet, attributes, customer_list, scores, study

from helpers.errors import StudyError
from helpers.segments.needs import required_outcomes
from helpers.sheets import command, interviews, lookups, reviews, workshop
from helpers.sheets.form import Form
from helpers.sheets.reading import messages, mistakes, read, read_book
from helpers.sheets.writing import write, write_book
from helpers.tables import LARGEST
from helpers.workspace import Workspace

DAY = dt.date(2026, 9, 30)
BANDS = {"A00": "excellent", "A10": "average", "A23": "poor"}


@pytest.fixture
def review(tmp_path):
    """A written review of the head of sales, with every customer of it."""
    form = reviews.forms(study(agreement={"customers": 24}), QUARTER, scores())[0]
    return write(form, tmp_path / "review.xlsx", as_of=DAY)


@pytest.fixture
def lookup(tmp_path):
    """Ines' sheet of what is to be looked up."""
    form = lookups.forms(study(), QUARTER, customer_list(), attributes())[0]
    return write(form, tmp_path / "research.xlsx", as_of=DAY), form


def test_good_answers_come_back_as_the_canonical_table(review):
    sheet = Sheet(review)
    for account, band in BANDS.items():
        sheet.put(account, "Your band", band)
    sheet.put("A10", "Comment (free)", "quiet")
    filled = read(sheet.save())
    assert filled.mistakes == []
    table = reviews.table([filled])
    assert dict(zip(table["account_id"], table["band"], strict=True)) == BANDS
    assert table["stakeholder"].unique() == ["Head of sales"] and table["rank"].isna().all()
    assert table.set_index("account_id")["comment"]["A10"] == "quiet"
    assert filled.open_cells == 24 * 2 - 4


def test_the_score_is_not_shown_and_customers_span_it():
    made = reviews.forms(study(), QUARTER, scores())
    orders = [form.identifiers for form in made]
    assert len(orders[0]) == 10 and set(orders[0]) == set(orders[1])
    assert orders[0] != orders[1] and list(orders[0]) != sorted(orders[0])
    shown = {column.key for form in made for column in form.columns}
    assert not shown & {"quality_score", "rank_by_score", "score_band"}
    places = sorted(int(name[1:]) for name in orders[0])
    # One of each tenth of the ranking.
    assert [int(place * 10 / 24 + 1e-9) for place in places] == pytest.approx(range(10), abs=1)
    again = reviews.forms(study(), QUARTER, scores())
    assert [form.identifiers for form in again] == orders
    assert [f.identifiers for f in reviews.forms(study(seed=6), QUARTER, scores())] != orders


def test_the_same_form_gives_the_same_bytes(tmp_path):
    form = reviews.forms(study(), QUARTER, scores())[0]
    one = write(form, tmp_path / "a.xlsx", as_of=DAY).read_bytes()
    assert one == write(form, tmp_path / "b.xlsx", as_of=DAY).read_bytes()


# ── typical mistakes ─────────────────────────────────────────────────────────────────────────────
def only(filled, **expected) -> dict:
    """The one mistake of a file."""
    assert len(filled.mistakes) == 1, messages([filled])
    entry = filled.mistakes[0]
    assert {key: entry[key] for key in expected} == expected
    return entry


def test_an_option_that_is_not_in_the_list(review):
    sheet = Sheet(review)
    sheet.put("A00", "Your band", "excelent")
    sheet.put("A10", "Your band", " Average ")
    filled = read(sheet.save())
    entry = only(filled, row="A00", column="Your band", found="excelent", used=False)
    assert "“excellent” meant" in entry["told"]
    assert filled.answers == {("A10", "band"): "average"}


def test_text_for_a_number(lookup):
    path, form = lookup
    first, second, third, fourth = form.identifiers[:4]
    sheet = Sheet(path)
    sheet.put(first, "Employees (people)", "about two hundred")
    sheet.put(second, "Employees (people)", 240)
    sheet.put(third, "Employees (people)", -3)
    sheet.put(fourth, "Employees (people)", "35 people")
    filled = read(sheet.save())
    assert [(m["row"], m["used"]) for m in filled.mistakes] == [
        *((name, name == fourth) for name in form.identifiers if name in {first, third, fourth})
    ]
    assert filled.answers == {(second, "employees"): 240.0, (fourth, "employees"): 35.0}
    assert mistakes([filled])["found"].tolist() == ["about two hundred", "-3", "35 people"]


def test_a_deleted_row(review):
    sheet = Sheet(review)
    for account, band in BANDS.items():
        sheet.put(account, "Your band", band)
    sheet.sheet.delete_rows(sheet.rows["A07"])
    filled = read(sheet.save())
    assert "A07" in only(filled)["told"]
    assert {name for name, _ in filled.answers} == set(BANDS)


@pytest.mark.parametrize("heading", ["Your band", "Customer", "Account"])
def test_a_renamed_column(review, heading):
    sheet = Sheet(review)
    for account, band in BANDS.items():
        sheet.put(account, "Your band", band)
    sheet.sheet.cell(sheet.head, sheet.columns[heading]).value = "my view"
    filled = read(sheet.save())
    only(filled, found="my view", used=True)
    assert {name: value for (name, _), value in filled.answers.items()} == BANDS


def test_a_deleted_column_costs_its_answers_alone(lookup):
    path, form = lookup
    name = form.identifiers[0]
    sheet = Sheet(path)
    sheet.put(name, "Website", "example.org")
    sheet.sheet.delete_cols(sheet.columns["Employees (people)"])
    filled = read(sheet.save())
    assert "“Employees (people)” is gone" in only(filled)["told"]
    assert filled.answers == {(name, "website"): "example.org"}


def test_a_column_and_a_row_of_ones_own_are_kept_among_the_mistakes(review):
    sheet = Sheet(review)
    sheet.put("A00", "Your band", "poor")
    last = sheet.sheet.max_column + 1
    sheet.sheet.cell(sheet.head, last).value = "Why"
    sheet.sheet.cell(sheet.rows["A00"], last).value = "left us twice"
    sheet.sheet.cell(sheet.sheet.max_row + 1, 1).value = "B99"
    filled = read(sheet.save())
    assert [m["found"] for m in filled.mistakes] == ["left us twice", ""]
    assert filled.mistakes[1]["row"] == "B99"
    assert filled.answers == {("A00", "band"): "poor"}


def test_a_pasted_formula(lookup):
    path, form = lookup
    one, two = form.identifiers[:2]
    sheet = Sheet(path)
    sheet.put(one, "Employees (people)", "=120*2")
    sheet.put(two, "Employees (people)", 12)
    filled = read(sheet.save())
    entry = only(filled, row=one, used=False)
    assert "formula without a result" in entry["told"]
    assert filled.answers == {(two, "employees"): 12.0}


def test_a_number_may_be_as_large_as_any_of_a_company(lookup):
    """Revenue in rupiah: a sheet with a limit of its own would not let it be typed."""
    sheet = Sheet(lookup[0])
    rules = sheet.sheet.data_validations.dataValidation
    (bounds,) = {(r.formula1, r.formula2) for r in rules if r.type == "decimal"}
    assert float(bounds[1]) == LARGEST


def test_a_formula_that_was_computed_counts_as_what_it_shows(lookup, tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not here")
    path, form = lookup
    one = form.identifiers[0]
    sheet = Sheet(path)
    sheet.put(one, "Employees (people)", "=120*2")
    for kind in ("xlsx", "ods"):
        made = converted(sheet.save(), tmp_path / kind, kind)
        filled = read(made)
        assert filled.answers == {(one, "employees"): 240.0}, kind
        only(filled, row=one, found="= 240", used=True)


@pytest.mark.parametrize(
    ("typed", "value"),
    [("1.234,5", 1234.5), ("12,5", 12.5), ("1 234", 1234.0), ("1.234", None), ("1,234", None),
     ("1'234", 1234.0), ("1.234.567", 1234567.0), ("12,5,3", None), ("#WERT!", None),
     (True, None), ("２４０", 240.0), ("٢٤٠", 240.0), ("1\u202f234,5", 1234.5)],
)  # fmt: skip
def test_numbers_of_another_language(lookup, typed, value):
    path, form = lookup
    name = form.identifiers[0]
    sheet = Sheet(path)
    sheet.put(name, "Employees (people)", typed)
    filled = read(sheet.save())
    only(filled, row=name, used=value is not None)
    assert filled.answers.get((name, "employees")) == value


@pytest.mark.parametrize(
    ("column", "typed", "value", "told"),
    [("Exports", "WAHR", "yes", 0), ("Exports", False, "no", 0), ("Exports", "nein", "no", 0),
     ("Exports", "perhaps", None, 1), ("Looked up on", "24.12.2026", dt.date(2026, 12, 24), 1),
     ("Looked up on", "03/04/2026", None, 1), ("Looked up on", "31.02.2026", None, 1),
     ("Looked up on", dt.date(2026, 8, 1), dt.date(2026, 8, 1), 0),
     ("Exports", "ИСТИНА", "yes", 0), ("Exports", "否", "no", 0),
     ("Looked up on", "2026年9月30日", dt.date(2026, 9, 30), 1),
     ("Looked up on", "30-09-2026", dt.date(2026, 9, 30), 1),
     ("Looked up on", "03-04-2026", None, 1),  # could be either, as with strokes
     ("Looked up on", "12-25-2025", dt.date(2025, 12, 25), 1),
     ("Looked up on", "12-25/2025", None, 1),
     ("Exports", "YANLIŞ", "no", 0), ("Exports", "HAYIR", "no", 0)],
)  # fmt: skip
def test_answers_of_another_language(lookup, column, typed, value, told):
    path, form = lookup
    name = form.identifiers[0]
    sheet = Sheet(path)
    sheet.put(name, column, typed)
    filled = read(sheet.save())
    key = {"Exports": "exports", "Looked up on": "found_on"}[column]
    assert filled.answers.get((name, key)) == value and len(filled.mistakes) == told


def test_a_sheet_from_a_german_excel_with_every_mistake_at_once(lookup):
    """One message per mistake, every good cell used, and nothing lost that somebody typed."""
    path, form = lookup
    rows = list(form.identifiers)
    choosable = [name for name in rows if (name, "industry") not in form.closed]
    assert len(rows) >= 9 and len(choosable) >= 3
    gone = next(name for name in reversed(rows) if name not in choosable[:3])
    one, two, three, four, five, six = [n for n in rows if n != gone][:6]
    sheet = Sheet(path)
    people, exports, on = "Employees (people)", "Exports", "Looked up on"
    sheet.put(one, people, "1.234.567 people")  # a number as text, points part thousands
    sheet.put(two, people, "ungefähr zweihundert")  # no number
    sheet.put(three, people, "=WENN(1;2;3)")  # pasted as a German Excel shows it
    sheet.put(four, people, 87)
    sheet.put(five, people, "#BEZUG!")
    for name, said in zip(rows[:4], ("WAHR", "FALSCH", "Ja", "vielleicht"), strict=True):
        sheet.put(name, exports, said)
    sheet.put(one, on, "30.09.2026")
    sheet.put(two, on, dt.datetime(2026, 9, 29))
    sheet.put(choosable[0], "Industry", "Retail")
    sheet.put(choosable[1], "Industry", "Einzelhandel")  # not in the list
    sheet.put(six, "Website", "beispiel.example")
    sheet.sheet.delete_rows(sheet.rows[gone])
    sheet.sheet.cell(sheet.head, sheet.columns["Website"]).value = "Internetseite"
    sheet.sheet.title = "Tabelle1"
    filled = read(sheet.save())
    told = {(m["row"], m["column"], m["found"]): m["used"] for m in filled.mistakes}
    assert len(told) == len(filled.mistakes) == 9, messages([filled])
    assert told[one, people, "1.234.567 people"] and told[one, on, "30.09.2026"]
    assert told["", "", "Internetseite"]  # a renamed column is read all the same
    assert not told[two, people, "ungefähr zweihundert"]
    assert not told[five, people, "#BEZUG!"] and not told[four, exports, "vielleicht"]
    assert not told[choosable[1], "Industry", "Einzelhandel"]
    assert [m["row"] for m in filled.mistakes if m["found"].startswith("=")] == [three]
    assert any(gone in m["told"] for m in filled.mistakes)
    expected = {
        (one, "employees"): 1234567.0,
        (four, "employees"): 87.0,
        (rows[0], "exports"): "yes",
        (rows[1], "exports"): "no",
        (rows[2], "exports"): "yes",
        (one, "found_on"): dt.date(2026, 9, 30),
        (two, "found_on"): dt.date(2026, 9, 29),
        (choosable[0], "industry"): "Retail",
        (six, "website"): "beispiel.example",
    }
    assert filled.answers == {k: v for k, v in expected.items() if k[0] != gone}


def test_rows_that_were_sorted_and_a_sheet_that_was_renamed(review):
    sheet = Sheet(review)
    for account, band in BANDS.items():
        sheet.put(account, "Your band", band)
    rows = list(sheet.sheet.iter_rows(min_row=sheet.head + 1, values_only=True))
    for number, row in enumerate(sorted(rows), sheet.head + 1):
        for place, value in enumerate(row, 1):
            sheet.sheet.cell(number, place).value = value
    sheet.sheet.title = "Tabelle1"
    filled = read(sheet.save())
    assert filled.mistakes == []
    assert {name: value for (name, _), value in filled.answers.items()} == BANDS


def test_a_row_copied_with_another_answer_counts_for_neither(review):
    sheet = Sheet(review)
    sheet.put("A00", "Your band", "poor")
    sheet.put("A10", "Your band", "average")
    last = sheet.sheet.max_row + 1
    sheet.sheet.cell(last, 1).value = "A00"
    sheet.sheet.cell(last, sheet.columns["Your band"]).value = "excellent"
    filled = read(sheet.save())
    entry = only(filled, row="A00")
    assert "poor" in entry["found"] and "excellent" in entry["found"]
    assert filled.answers == {("A10", "band"): "average"}


def test_other_files_are_told_and_left(tmp_path, review):
    (tmp_path / "broken.xlsx").write_text("no workbook", encoding="utf-8")
    pd.DataFrame({"a": [1]}).to_excel(tmp_path / "own.xlsx", index=False, engine="openpyxl")
    assert "cannot be opened" in only(read(tmp_path / "broken.xlsx"))["told"]
    assert "no sheet of this program" in only(read(tmp_path / "own.xlsx"))["told"]
    assert "a sheet of acme" in only(read(review, study="other"))["told"]


# ── what is asked of whom ────────────────────────────────────────────────────────────────────────
def test_a_declared_share_is_looked_up_twice_and_known_cells_are_closed(tmp_path):
    made = lookups.forms(study(), QUARTER, customer_list(), attributes())
    everyone = [name for form in made for name in form.identifiers]
    second = [name for form in made for name in form.about["second"]]
    assert sorted(set(everyone)) == [f"A{k:02d}" for k in range(23)]
    assert len(second) == 6 == -(-23 // 4) and len(everyone) == 29
    for form in made:  # nobody checks what is theirs
        assert len(set(form.identifiers)) == len(form.identifiers)
    assert ("A01", "industry") in {cell for form in made for cell in form.closed}
    assert not any(name == "A00" for form in made for name, _ in form.closed)


def test_first_and_second_look_make_the_canonical_table(tmp_path):
    made = lookups.forms(study(), QUARTER, customer_list(), attributes())
    twice = sorted(name for form in made for name in form.about["second"])
    filled = []
    for form in made:
        path = write(form, tmp_path / f"{form.who}.xlsx", as_of=DAY)
        sheet = Sheet(path)
        for name in form.identifiers:
            if name in form.about["second"]:
                sheet.put(name, "Employees (people)", 7)
            elif name != twice[0]:
                sheet.put(name, "Employees (people)", 5)
        filled.append(read(sheet.save()))
    table = lookups.table(filled)
    asked = table[table["field"] == "employees"].set_index("account_id")
    assert len(asked) == 23
    # Who looked first left it open: the second look is the value.
    assert asked.loc[twice[0], "value"] == "7" and pd.isna(asked.loc[twice[0], "checked_value"])
    assert set(asked.loc[twice[1:], "checked_value"]) == {"7"}
    assert (asked.loc[twice[1:], "collector"] != asked.loc[twice[1:], "checker"]).all()
    assert table[table["field"] == "website"]["value"].isna().all()  # asked and not known


def test_accepted_proposals_become_hypotheses(tmp_path):
    proposals = pd.DataFrame(
        {
            "proposal_id": ["P001", "P002", "P003", "P004"],
            "statement": ["a", "b", "c", "d"],
            "variable": "industry",
            "where": [f"industry = '{x}'" for x in "abcd"],
            "customers": 12,
            "detectable_difference": [100.0, 200.0, None, 50.0],
            "declared": [False, False, False, True],
        }
    )
    (form,) = workshop.forms(study(), QUARTER, proposals)
    assert form.identifiers == ("P001", "P002", "P003")
    sheet = Sheet(write(form, tmp_path / "workshop.xlsx", as_of=DAY))
    sheet.put("P001", "Decision", "accept")
    sheet.put("P002", "Decision", "change")
    sheet.put("P003", "Decision", "change")
    sheet.put("P003", "New wording (for change)", "Shops are better customers.")
    sheet.put("P003", "Owner", "Ines")
    filled = read(sheet.save())
    entries = workshop.accepted([filled], declared_on="2026-10-01")
    assert [(e["id"], e["statement"]) for e in entries] == [
        ("P001", "a"),
        ("P003", "Shops are better customers."),
    ]
    assert entries[1]["owner"] == "Ines" and entries[1]["where"] == "industry = 'c'"
    assert "without a new wording" in only(filled, row="P002")["told"]
    study(hypotheses=entries)  # a study file takes them as they are


@pytest.fixture
def interview(tmp_path):
    """The workbook of interviews with two customers and a prospect."""
    sample = pd.DataFrame(
        {
            "account_id": ["A01", "A02", "prospect-3"],
            "name": ["One", "Two", "Retail, 50 to 200"],
            "drawn_as": ["ideal", "contrast", "prospect"],
        }
    )
    made = interviews.forms(study(), QUARTER, sample)
    return write_book(made, tmp_path / "interviews.xlsx", as_of=DAY), made


def answer(path, sheet: str, column: str, said: dict) -> None:
    filled = Sheet(path, sheet)
    for name, value in said.items():
        filled.put(name, column, value)
    filled.save()


def fill_interview(path) -> None:
    answer(path, "Required outcome", "Required outcome", {"A01": "grow", "prospect-3": "save time"})
    answer(path, "Required outcome", "Interviewed on", {"A01": dt.date(2026, 9, 1)})
    answer(path, "Setup", "Setup", {"A01": "guided", "prospect-3": "alone"})
    answer(path, "Setup", "In their own words (free)", {"A01": "nobody here has time"})
    answer(path, "What to pay by", "What to pay by", {"A01": "the site", "A02": "seats"})


def test_interviews_have_a_sheet_per_dimension_with_its_questions(interview):
    path, made = interview
    names = [sheet.title for sheet in Sheet(path).book.worksheets]
    assert names == ["1 Required outcome", "_form", "2 Setup", "_form2", "3 What to pay by",
                     "_form3"] or set(names[:3]) == {
        "1 Required outcome", "2 Setup", "3 What to pay by"}  # fmt: skip
    assert not any("ideal" in str(row.values()) for form in made for row in form.rows)
    assert len({form.identifiers for form in made}) == 1  # one order on all sheets
    setup = Sheet(path, "Setup").sheet
    told = " ".join(str(setup.cell(row, 1).value) for row in range(1, 6))
    assert "“How would you like to begin?”" in told and "“Who would do it?”" in told
    assert "alone, guided" in told
    rules = [r for r in setup.data_validations.dataValidation if r.type == "list"]
    assert len(rules) == 1


def test_interviews_come_back_with_prospects_apart(interview):
    path, _ = interview
    fill_interview(path)
    filled = read_book(path)
    assert [one.mistakes for one in filled] == [[], [], []]
    needs, prospects = interviews.table(filled)
    columns = ["account_id", "required_outcome", "setup", "terms", "comment"]
    assert needs[columns].to_numpy().tolist() == [
        ["A01", "grow", "guided", "the site", "Setup: nobody here has time"],
        ["A02", None, None, "seats", None],
    ]
    assert needs["interviewed_on"].tolist() == [dt.date(2026, 9, 1), None]
    assert prospects[["account_id", "setup"]].to_numpy().tolist() == [["prospect-3", "alone"]]


def test_two_workbooks_are_two_interviews_whatever_their_names(interview, tmp_path):
    path, made = interview
    newer = tmp_path / "a.xlsx"
    shutil.copy(path, newer)
    older = write_book(made, tmp_path / "b.xlsx", as_of=DAY)  # last by name
    for file, day, outcome, setup in (
        (newer, dt.date(2026, 9, 1), "grow", "guided"),
        (older, dt.date(2026, 6, 1), "save time", "alone"),
    ):
        answer(file, "Required outcome", "Required outcome", {"A01": outcome})
        answer(file, "Required outcome", "Interviewed on", {"A01": day})
        answer(file, "Setup", "Setup", {"A01": setup})
        answer(file, "Setup", "In their own words (free)", {"A01": f"said {outcome}"})
    needs, _ = interviews.table([*read_book(newer), *read_book(older)])
    assert needs[["account_id", "required_outcome", "setup", "comment"]].to_numpy().tolist() == [
        ["A01", "grow", "guided", "Setup: said grow"],
        ["A01", "save time", "alone", "Setup: said save time"],
    ]
    assert required_outcomes(needs).to_numpy().tolist() == [["A01", "grow"]]


def test_copies_of_a_workbook_are_told_and_which_lacks_an_outcome(interview, tmp_path):
    path, _ = interview
    copy = tmp_path / "copy.xlsx"
    for file in (path, copy):
        if file == copy:
            shutil.copy(path, copy)
            answer(copy, "Required outcome", "Required outcome", {"A01": "grow"})
        answer(file, "Setup", "Setup", {"A01": "guided", "A02": "alone"})
        answer(file, "Required outcome", "Interviewed on", {"A01": dt.date(2026, 9, 1)})
    told = interviews.answered_twice([*read_book(path), *read_book(copy)])
    assert [line.partition(":")[0] for line in told] == ["A01", "A02"]
    assert "interviews.xlsx has no outcome" in told[0]
    assert "with 1 day of an interview" in told[0]
    assert interviews.answered_twice(read_book(copy)) == []
    answer(copy, "Required outcome", "Interviewed on", {"A01": dt.date(2026, 6, 1)})
    told = interviews.answered_twice([*read_book(path), *read_book(copy)])
    assert [line.partition(":")[0] for line in told] == ["A02"]


def test_a_sheet_that_is_gone_or_renamed_costs_no_other(interview):
    path, _ = interview
    fill_interview(path)
    book = Sheet(path, "Setup")
    del book.book["2 Setup"]
    book.book["3 What to pay by"].title = "Tabelle3"
    book.save()
    filled = read_book(path)
    entry = only(filled[1])
    assert "the sheet “Setup” is gone" in entry["told"]
    assert not filled[0].mistakes and not filled[2].mistakes
    needs, _ = interviews.table(filled)
    assert needs["terms"].tolist() == ["the site", "seats"] and needs["setup"].isna().all()


def test_a_mistake_names_its_sheet(interview):
    path, _ = interview
    answer(path, "Setup", "Setup", {"A02": "with help"})
    entry = only(read_book(path)[1], row="A02", found="with help", used=False)
    assert entry["place"].startswith("2 Setup!")


def test_a_sheet_that_asks_nothing_is_refused(tmp_path):
    empty = Form("review", "x", "t", "acme", QUARTER, (), (), ())
    with pytest.raises(StudyError, match="would ask nothing"):
        write(empty, tmp_path / "x.xlsx", as_of=DAY)


# ── other programs ───────────────────────────────────────────────────────────────────────────────
def converted(path, folder, kind: str):
    """The file as LibreOffice saves it."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = f"-env:UserInstallation=file://{folder.parent / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", folder, path],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    return folder / f"{path.stem}.{kind}"


def test_drop_downs_and_protection_survive_libreoffice(lookup, tmp_path):
    if shutil.which("soffice") is None:
        pytest.skip("LibreOffice is not here")
    path, form = lookup
    name = next(n for n in form.identifiers if (n, "industry") not in form.closed)
    sheet = Sheet(path)
    sheet.put(name, "Industry", "Machinery, heavy")
    sheet.save()
    for kind in ("ods", "xlsx"):
        filled = read(converted(path, tmp_path / kind, kind))
        assert filled.answers == {(name, "industry"): "Machinery, heavy"}, kind
        assert filled.mistakes == [], kind
    there = Sheet(converted(path, tmp_path / "xlsx", "xlsx"))
    rules = there.sheet.data_validations.dataValidation
    lists = [rule for rule in rules if rule.type == "list"]
    assert len(lists) == 2 and there.sheet.protection.sheet
    assert there.sheet.cell(there.head, 1).protection.locked
    assert not there.sheet.cell(there.rows[name], there.columns["Industry"]).protection.locked
    area = lists[0].formula1.replace("$", "").rpartition("!")[2]
    options = [row[0].value for row in there.book["_form"][area]]
    assert options == ["Retail", "Machinery, heavy", "Other"]


# ── the command ──────────────────────────────────────────────────────────────────────────────────
def test_the_command_writes_sheets_and_reads_them_back(tmp_path, minimal, write_study, capsys):
    """From the data files of a quarter to files, and from filled files to tables."""
    more = study().model_dump(mode="json", exclude={"path"}, include={
        "charter", "agreement", "attributes", "research", "interviews", "seed"})  # fmt: skip
    folder = write_study({**minimal, **more})
    ws = Workspace.open(study=str(folder), reports=str(tmp_path / "reports"), data=str(folder))
    with pytest.raises(StudyError, match="Sheets need a run"):
        command.write_sheets(ws, tmp_path / "sent")
    ws.keep("nothing", pd.DataFrame({"a": [1]}))
    for name, table in {
        "customer_list": customer_list(), "quality_scores": scores(), "attributes": attributes(),
    }.items():  # fmt: skip
        table.to_parquet(ws.folder("data") / f"{name}.parquet")
    paths, reasons = command.write_sheets(ws, tmp_path / "sent")
    assert [path.name for path in paths] == [
        "review-head-of-sales.xlsx", "review-finance.xlsx", "research-ines.xlsx",
        "research-paolo.xlsx",
    ]  # fmt: skip
    assert len(reasons) == 2  # no proposals, nobody to interview
    sheet = Sheet(paths[1])
    first, second = list(sheet.rows)[:2]
    sheet.put(first, "Your band", "poor")
    sheet.put(second, "Your band", "mediocre")
    sheet.save()
    places = {"study": str(folder), "quarter": "", "reports": str(tmp_path / "reports")}
    done = command.sheets(**places, data=str(folder), read_from=str(tmp_path / "sent"))
    told = capsys.readouterr()
    assert done == 2 and "review-finance.xlsx: 1 answers, 19 cells open, 1 mistakes" in told.out
    assert "mediocre" in told.err
    back = pd.read_csv(tmp_path / "sent/read/score_reviews.csv")
    assert back[["stakeholder", "account_id", "band"]].to_numpy().tolist() == [
        ["Finance", first, "poor"]
    ]
    kept = pd.read_csv(tmp_path / "sent/read/mistakes.csv")
    assert kept["found"].tolist() == ["mediocre"]
    assert len(pd.read_csv(tmp_path / "sent/read/research.csv")) > 23


def test_a_copy_that_nobody_filled_empties_nothing(tmp_path):
    form = lookups.forms(study(), QUARTER, customer_list(), attributes())[0]
    filled = Sheet(write(form, tmp_path / "research (filled).xlsx", as_of=DAY))
    for name in form.identifiers:
        filled.put(name, "Employees (people)", 5)
    empty = write(form, tmp_path / "research.xlsx", as_of=DAY)
    for order in ((read(filled.save()), read(empty)), (read(empty), read(filled.save()))):
        table = lookups.table(order)
        own = table[table["field"].eq("employees")]
        assert own["value"].isin(["5"]).all() or own["checked_value"].isin(["5"]).any()
        assert own[["value", "checked_value"]].isin(["5"]).any(axis=1).all()
