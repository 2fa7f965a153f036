"""The three pages in a real browser, with the network cut."""

import re
import shutil
import subprocess

import numpy as np
import pytest

PAGES = ("index.html", "presentation.html", "supporting_analysis.html")


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_opens_without_faults_or_sideways_scrolling(each_case, opened, name, width):
    page = opened(each_case, name, width)
    page.wait_for_timeout(150)
    assert page.faults == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.body.innerText.length") > 500


@pytest.mark.parametrize(("width", "height"), [(390, 740), (1440, 700)])
def test_the_three_doors_stand_on_the_first_screen(each_case, opened, width, height):
    """Slides, document and lists, without scrolling; on phones they stood below the fold."""
    page = opened(each_case, "index.html", width)
    places = page.evaluate(
        "Array.from(document.querySelectorAll('header a')).map("
        "one => [one.getAttribute('href'), one.getBoundingClientRect().bottom])"
    )
    targets = [href for href, bottom in places if bottom <= height]
    assert targets[:2] == ["presentation.html", "supporting_analysis.html"]
    assert targets[2] in ("lists.html", "data/workbook.xlsx")


def test_keys_move_through_the_slides(rendered, opened):
    page = opened(rendered, "presentation.html")
    count = page.evaluate("Reveal.getTotalSlides()")
    seen = []
    for _ in range(count):
        seen.append(page.evaluate("Reveal.getCurrentSlide().id"))
        page.keyboard.press("ArrowRight")
    assert len(set(seen)) == count
    page.keyboard.press("Escape")
    assert page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("s")
    assert page.locator("section.present aside.notes").is_visible()
    page.keyboard.press("s")
    assert not page.locator("section.present aside.notes").is_visible()
    assert page.faults == []


def test_no_slide_runs_into_its_foot(each_case, opened):
    page = opened(each_case, "presentation.html")
    gaps = page.evaluate(
        """() => [...document.querySelectorAll('section.slide')].map((slide, k) => {
            Reveal.slide(k);
            const foot = slide.querySelector('.foot').getBoundingClientRect().top;
            const box = slide.querySelector('.columns').getBoundingClientRect();
            return [slide.id, Math.round(foot - box.bottom), Math.round(box.right)];
        })"""
    )
    assert [gap for gap in gaps if gap[1] < 0] == []
    assert max(right for _, _, right in gaps) <= 1440


def test_prints_one_page_per_slide(rendered, opened, tmp_path):
    page = opened(rendered, "presentation.html", query="?print-pdf")
    page.locator(".pdf-page").first.wait_for(state="attached")
    assert page.locator(".pdf-page").count() == page.evaluate("Reveal.getTotalSlides()")
    assert page.faults == []
    gaps = page.evaluate(
        """() => [...document.querySelectorAll('section.slide')].map(slide =>
            slide.querySelector('.foot').getBoundingClientRect().top
            - slide.querySelector('.columns').getBoundingClientRect().bottom)"""
    )
    assert min(gaps) >= 0
    printed = page.pdf(prefer_css_page_size=True)
    assert printed.count(b"/Type /Page\n") == page.locator(".pdf-page").count()


def test_the_index_prints(rendered, opened):
    page = opened(rendered, "index.html")
    assert page.pdf(format="A4").count(b"/Type /Page\n") >= 1
    assert page.faults == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
def test_printed_pages_have_running_heads_and_numbers(each_case, opened, tmp_path):
    """The name of the study, of any script, at the top; the summary on the first page."""
    page = opened(each_case, "supporting_analysis.html")
    page.pdf(path=tmp_path / "a.pdf", prefer_css_page_size=True)
    told = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "a.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    pages = told.split("\f")[:-1]
    for number, text in enumerate(pages, 1):
        assert f"· {each_case.ws.quarter}" in text.strip().splitlines()[0]
        assert text.strip().splitlines()[-1].strip().endswith(f"{number} / {len(pages)}")
    assert "Keep in mind" in pages[0]
    parted = re.compile(r"(?:Figure|Table) \d+\.\d+ ")
    for text in pages:  # no caption ends a page, without what it is about
        assert not parted.match(text.strip().splitlines()[-2].strip())
    assert min(_filled(tmp_path / "a.pdf")[:-1]) > 0.55


def _filled(pdf) -> list[float]:
    """How far down each page is printed, as a share of what lies between head and foot."""
    subprocess.run(["pdftoppm", "-r", "15", "-gray", pdf, pdf.with_suffix("")], check=True)
    shares = []
    for path in sorted(pdf.parent.glob(f"{pdf.stem}-*.pgm")):
        size, pixels = path.read_bytes().split(b"\n", 3)[1::2]
        wide, high = map(int, size.split())
        page = np.frombuffer(pixels, dtype=np.uint8).reshape(high, wide)
        body = page[round(0.075 * high) : round(0.925 * high)]
        printed = np.flatnonzero((body < 225).any(axis=1))
        shares.append((printed.max() + 1) / len(body) if len(printed) else 0.0)
    return shares


def test_text_of_a_slide_does_not_run_over_other_text(each_case, opened):
    """Blocks of a slide lie below or beside one another, in the deck and on a phone."""
    for width in (390, 1440):
        page = opened(each_case, "presentation.html", width)
        over = page.evaluate(
            """() => [...document.querySelectorAll('section.slide')].flatMap((slide, k) => {
                if (window.Reveal && Reveal.isReady()) { Reveal.slide(k); }
                const blocks = [slide.querySelector('h1, h2'), slide.querySelector('.foot'),
                    ...slide.querySelectorAll('.columns > div > *')];
                const boxes = blocks.map(block => block.getBoundingClientRect());
                return boxes.flatMap((one, i) => boxes.slice(i + 1).filter(other =>
                    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2 &&
                    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 2
                ).map(() => slide.id));
            })"""
        )
        assert over == []


def test_a_phone_shows_all_slides_as_one_page(rendered, opened):
    page = opened(rendered, "presentation.html", 390, 844)
    slides = page.locator("section.slide")
    assert all(slides.nth(k).is_visible() for k in range(slides.count()))
    assert page.evaluate("document.documentElement.scrollHeight") > 3000


def test_tables_of_a_phone_s_slides_show_every_figure(rendered_cases, opened):
    """The answer, the bands of the score and what may be better end within the screen."""
    for case in ("validated", "none"):
        page = opened(rendered_cases(case), "presentation.html", 390, 844)
        wide = page.evaluate(
            "[...document.querySelectorAll(':is(#answer, #unproven, #good-customer) td')]"
            ".filter(cell => cell.scrollWidth > cell.clientWidth"
            " || cell.getBoundingClientRect().right > 390).map(cell => cell.textContent)"
        )
        assert wide == [], case


def test_links_of_slides_open_their_proof(rendered, opened):
    page = opened(rendered, "presentation.html")
    page.evaluate("location.hash = '#/shown'")
    page.locator("section.present .proofs a").first.click()
    page.wait_for_url("**/supporting_analysis.html#lifts")
    assert page.locator("#lifts figcaption").is_visible()


def test_code_unfolds_in_the_document(rendered, opened):
    page = opened(rendered, "supporting_analysis.html")
    details = page.locator("details.code").first
    assert not details.locator("pre").first.is_visible()
    details.locator("summary").click()
    assert details.locator("pre").first.is_visible()
