"""A report in another language: everything that the project says is said in it."""

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
import report_factory

from helpers.collect.refusals import NO_VALUE, REJECTED
from helpers.collect.twice import KAPPA
from helpers.metrics.catalog import METRICS
from helpers.outputs import OUTPUTS, shaped
from helpers.report.exhibits import data
from helpers.report.placing import _cell
from helpers.report.sections.collection import refused
from helpers.words import speak, spoken
from helpers.words.spoken import CATALOGS, FILE

LEAST = 6  # words in a row that make a piece of a sentence, and no other by chance
HAN = re.compile("[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z’']{2,}")
PAGES = ("index.html", "presentation.html", "supporting_analysis.html", "lists.html")
OWN = Path(report_factory.__file__).read_text(encoding="utf-8")  # what the case itself says


@pytest.fixture(scope="module")
def chinese(rendered_cases):
    return rendered_cases("chinese")


@pytest.fixture(scope="module")
def catalog() -> dict[str, str]:
    return spoken._catalog(CATALOGS / "zh" / FILE)


def said(chinese, name: str) -> str:
    """Everything that a page says, its code apart."""
    soup = chinese.soup(name)
    kept = [
        text
        for text in soup.find_all(string=True)
        if not text.find_parent(["script", "style", "code", "pre"])
    ]
    return " ".join(" ".join(kept).split())


def pieces(sentence: str) -> list[str]:
    """What a sentence says between its placeholders, where that is some words."""
    plain = re.sub(r"\*\*|`[^`]*`", "\0", re.sub(r"\{[^}]*\}", "\0", sentence))
    parts = (" ".join(part.split()) for part in plain.split("\0"))
    return [part for part in parts if len(LATIN.findall(part)) >= LEAST]


def fixed_values() -> set[str]:
    """What cells of data files may hold: programs read it, and the dictionary lists it as it is."""
    columns = [column for output in OUTPUTS.values() for column in output.columns.values()]
    return {str(value).replace("_", " ") for column in columns for value in column.allowed}


@pytest.mark.parametrize("name", PAGES)
def test_no_sentence_of_the_project_is_left_in_english(chinese, catalog, name):
    text = said(chinese, name)
    fixed = fixed_values()
    left = {
        part
        for sentence, told in catalog.items()
        if sentence != told and sentence not in fixed and "\n" not in sentence  # whole paragraphs
        for part in pieces(sentence)
        if part in text and part not in told and part not in OWN
    }
    assert not left


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_mostly_chinese_and_says_so(chinese, name):
    assert chinese.soup(name).html["lang"] == "zh"
    text = said(chinese, name)
    words = [word for word in LATIN.findall(text) if word.lower() not in OWN.lower()]
    assert len(HAN.findall(text)) > 5 * len(words), sorted(set(words))


def test_numbers_days_and_quarters_are_those_of_the_language(chinese):
    text = said(chinese, "presentation.html")
    assert "2026年第3季度" in text
    assert "2026年9月30日" in text
    assert re.search(r"€\d+(\.\d+)?万", text)
    assert not re.search(r"€[\d.,]+[kM]\b|\d\u00a0%", text)


def test_slides_of_powerpoint_name_the_language_and_a_typeface_of_it(chinese):
    with zipfile.ZipFile(chinese.ws.draft / "presentation.pptx") as package:
        slides = [
            package.read(name).decode("utf-8")
            for name in package.namelist()
            if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)
        ]
    runs = [run for slide in slides for run in re.findall(r"<a:r>.*?</a:r>", slide, flags=re.S)]
    told = [run for run in runs if HAN.search(run)]
    assert told
    assert all('lang="zh-CN"' in run for run in told)
    assert all("<a:ea " in run for run in told)


def test_the_workbook_and_the_dictionary_speak_it_too(chinese):
    book = openpyxl.load_workbook(chinese.ws.draft / "data" / "workbook.xlsx", read_only=True)
    first = [str(cell) for row in book.worksheets[0].values for cell in row if cell]
    assert sum(bool(HAN.search(cell)) for cell in first) > len(first) / 3
    verdicts = [row[0] for row in book["segments"].iter_rows(values_only=True, min_row=1)]
    assert verdicts
    dictionary = (chinese.ws.draft / "data" / "data_dictionary.csv").read_text(encoding="utf-8")
    lines = dictionary.splitlines()[1:]
    assert sum(bool(HAN.search(line)) for line in lines) > 0.95 * len(lines)


def test_fixed_values_of_data_files_stay_as_programs_read_them(chinese):
    segments = chinese.ws.load("segments")
    assert "validated" in set(segments["verdict"])


def test_names_of_metrics_lead_to_their_definitions_in_every_language_of_a_process(request):
    """A process may tell one report after another: what one language called them is no other's."""
    request.addfinalizer(spoken.speak)
    labels = {}
    for language in ("en", "zh"):
        spoken.speak(language)
        labels[language] = METRICS["logo_churn_rate"].label
        assert 'href="#metric-logo_churn_rate"' in _cell(labels[language])
    assert labels["en"] != labels["zh"]


def test_a_title_ends_without_a_full_stop_in_any_language(rendered_cases):
    for case in ("validated", "chinese"):
        slides = rendered_cases(case).soup("presentation.html").select("h2.title, h1.title")
        assert slides and not [one.text for one in slides if one.text.strip()[-1] in ".。"]


def test_why_a_row_is_rejected_and_how_two_people_agree_is_told_in_chinese(empty):
    """Reasons and statistics of one word, which could be taken for names out of the data."""
    row = dict.fromkeys(REJECTED, "x") | {"row": 1, "rejected": "row", "reason": NO_VALUE}
    try:
        speak("zh")
        refused(empty, shaped("rejected_rows", [row]))
        told = data(empty, "rejected_reasons")["reason"].tolist()
        named = spoken.value(KAPPA)
    finally:
        speak("en")
    assert told == ["缺失"] and named == "Cohen 卡帕系数"


def test_lines_of_chinese_titles_end_at_signs(chinese, opened):
    page = opened(chinese, "presentation.html")
    script = "[...document.querySelectorAll('.title')].map(one => getComputedStyle(one).wordBreak)"
    assert set(page.evaluate(script)) == {"keep-all"}


def test_cells_of_one_word_are_told_in_it_too(chinese):
    """Verdicts, units and how health is measured: too short to be pieces of a sentence."""
    soup = chinese.soup("supporting_analysis.html")
    soup.find(id="appendix-dictionary").decompose()  # names of columns
    cells = {cell.get_text(strip=True) for cell in soup("td")}
    ours = {"better", "worse", "currency", "absolute", "relative", "no values", "applies"}
    assert sorted(cells & ours) == []
    assert "货币" in cells
