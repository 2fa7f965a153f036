"""Tables of the document in a real browser: sorting, filtering, saving, definitions."""

import csv
import io
import re

import pandas as pd
import pytest

from helpers.report import exhibits
from helpers.report.page import asset
from helpers.report.placing import _width
from helpers.workspace import FORMULA_STARTS

DOCUMENT = "supporting_analysis.html"


@pytest.fixture
def document(rendered, opened):
    page = opened(rendered, DOCUMENT)
    yield page
    assert page.faults == []


def shown(page, exhibit, column):
    """Texts of one column, of the rows that can be seen."""
    return page.evaluate(
        """([id, column]) => {
            const table = document.querySelector(`#${id} table`);
            return [...table.tBodies[0].rows].filter(row => !row.hidden)
                .map(row => row.cells[column].innerText.trim());
        }""",
        [exhibit, column],
    )


def saved(page, exhibit):
    with page.expect_download() as download:
        page.locator(f"#{exhibit} button.save").click()
    assert download.value.suggested_filename == f"{exhibit}.csv"
    text = download.value.path().read_bytes().decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_sorts_by_value_with_the_keyboard(rendered, document):
    lifts = exhibits.data(rendered.ws, "segments")["lift"]
    head = document.locator("#segments th", has_text="Lift")
    assert head.get_attribute("aria-sort") == "none"
    head.locator("button").focus()
    document.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    told = shown(document, "segments", 2)
    assert told[0] == "+€31,000"
    assert told[-1] == "–"  # what is missing stays last
    document.keyboard.press("Space")
    assert head.get_attribute("aria-sort") == "ascending"
    assert shown(document, "segments", 2)[0] == "−€1,500"
    assert shown(document, "segments", 2)[-1] == "–"
    assert len(told) == len(lifts)


def test_a_cut_table_counts_filters_and_unfolds(rendered, document):
    every = exhibits.data(rendered.ws, "top_customers")
    count = document.locator("#top_customers .count")
    assert count.inner_text() == f"12 of {len(every)} rows"
    document.locator("#top_customers input").fill("excellent company")
    fitting = every["band"].eq("excellent").sum()
    assert count.inner_text() == f"12 of {len(every)} rows ({fitting} fit)"
    document.locator("#top_customers button", has_text="Show all rows").click()
    assert count.inner_text() == f"{fitting} of {len(every)} rows ({fitting} fit)"
    assert len(shown(document, "top_customers", 0)) == fitting
    document.locator("#top_customers input").fill("no such thing")
    assert count.inner_text() == f"0 of {len(every)} rows (0 fit)"


PART = """<!DOCTYPE html><html lang="en"><body><div class="layout" data-filter="Filter"
data-of="{{shown}} of {{every}}" data-fit="{{shown}} of {{every}} ({{fitting}} fit)" data-all="All"
data-of-part="{{shown}} of {{every}}, first {{here}} here" data-save="Save"
data-fit-part="{{shown}} of {{every}}, {{fitting}} of {{here}} here fit">
<main><div class="scroll"><table data-first="12" data-every="{every}"><tbody>{rows}</tbody>
</table></div></main></div><script>{scripts}</script></body></html>"""


@pytest.mark.parametrize("every", [30, 802])
def test_a_table_counts_all_rows_and_says_how_many_the_page_holds(browser, tmp_path, every):
    """The line below the table counts those of the data file, and the line above the same."""
    names = ["Nørgård", *[f"Company {at}" for at in range(29)]]
    made = PART.format(
        every=every, rows="".join(f"<tr><td>{name}</td></tr>" for name in names),
        scripts=asset("folded.js") + asset("document.js"),
    )  # fmt: skip
    (tmp_path / "part.html").write_text(made, encoding="utf-8")
    opened = browser.new_page()
    opened.goto((tmp_path / "part.html").as_uri())
    count = opened.locator(".count")
    whole = every == len(names)
    assert count.inner_text() == ("12 of 30" if whole else "12 of 802, first 30 here")
    opened.fill("input", "norgard")
    assert count.inner_text() == ("1 of 30 (1 fit)" if whole else "1 of 802, 1 of 30 here fit")
    opened.close()


def test_sorting_reaches_rows_that_are_folded_away(rendered, document):
    every = exhibits.data(rendered.ws, "top_customers")
    document.locator("#top_customers th", has_text="Rank").locator("button").click()
    first = shown(document, "top_customers", list(every.columns).index("rank"))
    assert first[0] == str(every["rank"].max())
    assert len(first) == 12


@pytest.mark.parametrize("name", ["segments", "top_customers", "lifts", "coverage"])
def test_every_exhibit_saves_its_data(rendered, document, name):
    wanted = exhibits.data(rendered.ws, name)
    rows = saved(document, name)
    assert rows[0] == list(wanted.columns)
    assert len(rows) == len(wanted) + 1
    number = next(c for c in wanted.columns if pd.api.types.is_float_dtype(wanted[c]))
    told = [row[rows[0].index(number)] for row in rows[1:]]
    for text, value in zip(told, wanted[number], strict=True):
        assert (text == "") if pd.isna(value) else float(text) == value


def test_every_table_and_chart_offers_its_data(document):
    without = document.evaluate(
        """() => [...document.querySelectorAll('main .scroll')]
            .filter(one => !one.closest('figure, section, details')
                .querySelector('button.save, a[href$=".csv"]'))
            .map(one => one.getAttribute('aria-label'))"""
    )
    assert without == []
    exhibits_without = document.evaluate(
        """() => [...document.querySelectorAll('figure.exhibit')]
            .filter(one => !one.querySelector('button.save')).map(one => one.id)"""
    )
    assert exhibits_without == []


def test_tables_of_the_appendix_are_saved_as_they_stand(rendered, document):
    """From a file, under the page's policy: metric definitions, dictionary, methods, versions."""
    appendix = [s["id"] for s in rendered.soup(DOCUMENT).select("section[id^=appendix-]")]
    assert len(appendix) >= 4
    document.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    for id in appendix:
        tables = rendered.soup(DOCUMENT).select(f"#{id} table")
        buttons = document.locator(f"#{id} button.save")
        assert tables
        assert buttons.count() == len(tables)
        for place in sorted({0, len(tables) - 1}):  # the first and the last
            with document.expect_download() as download:
                buttons.nth(place).click()
            text = download.value.path().read_bytes().decode("utf-8-sig")
            cells = [
                [" ".join(cell.get_text().split()).lstrip("'") for cell in row.select("th, td")]
                for row in tables[place].select("tr")
            ]
            saved_cells = [
                [" ".join(cell.split()).lstrip("'") for cell in row]
                for row in csv.reader(io.StringIO(text))
            ]
            assert saved_cells == cells


def test_what_is_saved_runs_as_no_formula(rendered_cases, opened):
    rendered = rendered_cases("awkward")
    page = opened(rendered, DOCUMENT)
    names = [row[1] for row in saved(page, "top_customers")]
    assert any(name.startswith("'=HYPERLINK") for name in names)
    assert any(name.startswith("'+cmd") for name in names)
    assert not [name for name in names if name.startswith(FORMULA_STARTS)]
    assert "<script>alert(1)</script>" in names
    assert page.faults == []


def test_definitions_show_on_hover_and_on_focus(document):
    tip = document.locator("#tip")
    term = document.locator("#metrics_told a.term", has_text="NPS").first
    term.hover()
    assert tip.is_visible()
    assert "promoters" in tip.inner_text().lower()
    document.keyboard.press("Escape")
    assert not tip.is_visible()
    term.focus()
    assert tip.is_visible()
    assert term.get_attribute("aria-describedby") == "tip"
    term.click()
    assert document.url.endswith("#metric-nps")


def test_contents_lead_to_their_sections(document):
    links = document.locator("nav.contents > ol > li > a")
    for place in range(links.count()):
        links.nth(place).click()
        anchor = links.nth(place).get_attribute("href")
        top = document.evaluate(f"document.querySelector('{anchor}').getBoundingClientRect().top")
        bottom = document.evaluate(
            "document.documentElement.scrollHeight - innerHeight - Math.round(scrollY)"
        )
        assert abs(top) < 80 or bottom <= 1


def test_works_without_scripts(rendered, opened):
    page = opened(rendered, DOCUMENT, java_script_enabled=False)
    assert page.locator("#segments tbody tr").first.is_visible()
    assert page.locator("#segments button").count() == 0


def test_prints_without_buttons(document):
    document.emulate_media(media="print")
    assert not document.locator("#segments button.save").is_visible()
    assert not document.locator("#top_customers .tools").is_visible()
    assert not document.locator("details.code").first.is_visible()
    assert document.pdf(format="A4").count(b"/Type /Page\n") >= 5


def test_a_row_on_a_phone_is_not_as_tall_as_a_text_out_of_sight():
    """A column of long texts takes the width of a phone; a shorter one less."""
    texts = {20: "", 40: ' class="long"', 90: ' class="long wide"'}
    assert {size: _width(["a" * size]) for size in texts} == texts
    assert _width(["保护并扩展：指定联系人" * 3]) == ' class="long wide"'  # twice as wide
    style = asset("document.css")
    widths = {
        name: int(size) for name, size in re.findall(r"td\.(\w+) \{ min-width: (\d+)rem", style)
    }
    assert widths["wide"] > widths["long"]


def test_an_identifier_is_not_broken_at_its_hyphen():
    """A list of customers and prospects: the longest identifier decided, and all were broken."""
    assert _width(["AC-00061", "prospect-1498"]) == ' class="short"'
    assert _width(["AC-00061", "one prospect"]) == ' class="short"'
    assert _width(["AC-00061", "a text of words"]) == ""


def test_what_defines_stands_in_sight_on_a_phone(rendered, opened):
    page = opened(rendered, DOCUMENT, 390, 844)
    right, tall, shown = page.evaluate(
        """() => {
            const cells = [...document.querySelectorAll('#metric-nrr td')];
            const row = document.querySelector('#metric-nrr').getBoundingClientRect();
            const lines = cells.map(cell => cell.getBoundingClientRect());
            return [Math.max(...lines.map(box => box.right)),
                row.height - lines.reduce((sum, box) => sum + box.height, 0),
                getComputedStyle(cells[2], '::before').content];
        }"""
    )
    assert right <= 390 and tall < 24
    assert "Unit" in shown
