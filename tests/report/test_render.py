import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from helpers.errors import StudyError
from helpers.report import exhibits
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Grid
from helpers.report.page import filled, whole_page
from helpers.report.render import render
from helpers.words import numbers as fmt
from helpers.words import pages as words
from helpers.words.marks import HIDDEN

PAGES = ("index.html", "presentation.html", "supporting_analysis.html")


def soup_of(rendered, name):
    return rendered.soup(name)


def text_of(soup):
    return " ".join(soup.get_text(" ").split())


class TestEveryPage:
    def test_all_deliverables_exist(self, each_case):
        names = [path.relative_to(each_case.ws.draft).as_posix() for path in each_case.paths]
        others = ["presentation.pptx", "data/workbook.xlsx", "data/data_dictionary.csv"]
        assert names == [*PAGES, *others]
        assert all(path.stat().st_size > 1000 for path in each_case.paths)

    @pytest.mark.parametrize("page", PAGES)
    def test_loads_nothing_from_anywhere(self, each_case, page):
        soup = soup_of(each_case, page)
        assert not soup.select("link, iframe, object, embed, base")
        assert not [tag for tag in soup.select("[src]") if not tag["src"].startswith("data:")]
        for style in soup.select("style"):
            assert not re.search(r"@import|url\((?!data:)", style.text)

    @pytest.mark.parametrize("page", PAGES)
    def test_policy_names_exactly_the_inline_code(self, each_case, page):
        soup = soup_of(each_case, page)
        policy = soup.select_one("meta[http-equiv=Content-Security-Policy]")["content"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        for tag in soup.select("style, script:not([type='application/json'])"):
            digest = hashlib.sha256(tag.string.encode()).digest()
            assert __import__("base64").b64encode(digest).decode() in policy
        assert not soup.select("[style]")
        assert not [t for t in soup.find_all(True) if any(k.startswith("on") for k in t.attrs)]

    @pytest.mark.parametrize("page", PAGES)
    def test_links_inside_the_report_lead_somewhere(self, each_case, page):
        written_later = {"manifest.json"}
        for link in soup_of(each_case, page).select("a[href]"):
            target, _, anchor = link["href"].partition("#")
            assert "://" not in target
            if target in written_later:
                continue
            assert (each_case.ws.draft / (target or page)).exists(), link["href"]
            if anchor:
                assert f'id="{anchor}"' in each_case.text(target or page), link["href"]

    @pytest.mark.parametrize("page", PAGES)
    def test_ids_are_unique_and_synthetic_data_is_marked(self, each_case, page):
        soup = soup_of(each_case, page)
        ids = [tag["id"] for tag in soup.select("[id]")]
        assert len(ids) == len(set(ids))
        assert "Synthetic data" in text_of(soup)

    def test_twice_gives_the_same_bytes(self, each_case):
        before = {path: path.read_bytes() for path in each_case.paths}
        render(each_case.ws, each_case.notebooks)
        assert {path: path.read_bytes() for path in each_case.paths} == before


class TestUntrustedText:
    @pytest.mark.parametrize("page", PAGES)
    def test_stays_text(self, rendered_cases, factory, page):
        rendered = rendered_cases("awkward")
        soup = soup_of(rendered, page)
        assert "alert(1)" in text_of(soup.body)
        ours = {"index.html": 0, "presentation.html": 2, "supporting_analysis.html": 1}
        scripts = soup.select("script:not([type])")
        assert len(scripts) == ours[page]
        assert not [s for s in scripts if "alert(1)" in s.text]
        for block in soup.select("script[type]"):  # data: nothing in it can end the element
            assert block["type"] == "application/json"
            assert "<" not in block.string
            json.loads(block.string)

    @pytest.mark.parametrize("page", PAGES)
    def test_holds_no_mark_that_hides_or_turns_what_is_read(self, rendered_cases, page):
        text = rendered_cases("awkward").text(page)
        assert "annualfdp.exe" in text or page != "supporting_analysis.html"
        assert not HIDDEN.search(text)
        for block in soup_of(rendered_cases("awkward"), page).select("script[type]"):
            assert not re.search(r"\\u(00[01]|200b|202[a-e]|206|feff|fff[ef])", block.string)

    def test_names_of_every_script_are_in_the_document(self, rendered_cases, factory):
        told = text_of(soup_of(rendered_cases("awkward"), "supporting_analysis.html").body)
        assert factory.AWKWARD[3] in told
        assert factory.AWKWARD[2] in told


class TestSlides:
    def test_ten_slides_decide_and_an_appendix_answers_questions(self, rendered_cases):
        wanted = {
            "validated": "answer shown segment-1 segment-2 segment-3 order changes next-steps",
            "none": "answer shown changes next-steps",
        }
        for case, told in wanted.items():
            rendered = rendered_cases(case)
            slides = deck(Content(rendered.ws), {})
            assert [slide.id for slide in slides if not slide.appendix] == told.split()
            first = [slide.appendix for slide in slides].index(True)
            assert all(slide.appendix for slide in slides[first:])
            shown = soup_of(rendered, "presentation.html").select("section.slide")
            assert [slide["id"] for slide in shown] == [slide.id for slide in slides]
            marked = [slide.select_one(".foot").text.strip()[:8] == "Appendix" for slide in shown]
            assert marked == [slide.appendix for slide in slides]

    def test_no_slide_is_empty_and_no_title_is_said_twice(self, each_case):
        slides = deck(Content(each_case.ws), {})
        assert all(slide.left for slide in slides)
        assert len({slide.title for slide in slides}) == len(slides)

    def test_each_has_title_notes_and_mark(self, each_case):
        for slide in soup_of(each_case, "presentation.html").select("section.slide"):
            assert slide.select_one("h1, h2").text.strip()
            assert slide.select_one("aside.notes").text.strip()
            assert "Synthetic data" in slide.select_one(".foot").text

    def test_one_slide_per_validated_segment_in_the_order_of_priority(self, rendered):
        titles = [
            slide.select_one("h1, h2").text
            for slide in soup_of(rendered, "presentation.html").select("section.segment")
        ]
        ranked = rendered.ws.load("priorities").sort_values("rank")["segment_id"]
        labels = rendered.ws.load("segments").set_index("segment_id")["definition"]
        assert [t.startswith(labels[s]) for t, s in zip(titles, ranked, strict=True)] == [True] * 3

    def test_nothing_is_called_better_when_nothing_is_validated(self, rendered_cases):
        rendered = rendered_cases("none")
        soup = soup_of(rendered, "presentation.html")
        assert not soup.select("section.segment")
        assert "a segment of 30 customers would have had to be at least about €6,400" in text_of(
            soup
        )
        told = text_of(soup).replace("Not shown to be better", "")  # the heading of the chart
        assert "shown to be better" not in told

    def test_small_groups_are_not_shown(self, draft):
        metrics = draft.load("segment_metrics")
        metrics.loc[metrics["metric"].eq("csat"), "customers"] = draft.study.min_group_size - 1
        draft.save("segment_metrics", metrics)
        slides = [slide for slide in deck(Content(draft), {}) if slide.kind == "segment"]
        shown = [
            row[0]
            for slide in slides
            for block in slide.left
            if isinstance(block, Grid)
            for row in block.rows
        ]
        assert shown
        assert "CSAT" not in shown

    def test_exhibits_that_executives_take_away_have_a_place(self, rendered):
        soup = soup_of(rendered, "presentation.html")
        wanted = {
            "shown": {"lifts"},
            "customers": {"exclusions"},
            "revenue": {"concentration", "survival"},
            "good-customer": {"score_strip"},
            "tested": {"hypothesis_effects"},
            "order": {"priority_order"},
            "changes": {"mrr_bridge", "movement_bands"},
            "method": {"score_example"},
        }
        found = {
            slide["id"]: {figure["id"] for figure in slide.select("figure.exhibit")}
            for slide in soup.select("section.slide")
        }
        assert {name: placed for name, placed in found.items() if placed} == wanted
        assert soup.select("#profiles table")
        assert soup.select("#limits table")

    def test_where_an_exhibit_is_absent_its_place_closes(self, draft, factory):
        for name in ("survival", "concentration", "mrr_bridge", "score_example"):
            (draft.draft / "work" / "exhibits" / f"{name}.json").unlink()
        slides = {slide.id: slide for slide in deck(Content(draft), {})}
        assert "revenue" not in slides
        assert [p.exhibit.id for p in slides["changes"].right] == ["movement_bands"]
        assert not slides["method"].right

    def test_nothing_to_compare_with_is_a_caution_and_no_slide(self, draft):
        for name in ("mrr_bridge", "movement_bands"):
            (draft.draft / "work" / "exhibits" / f"{name}.json").unlink()
        slides = {slide.id: slide for slide in deck(Content(draft), {})}
        assert "changes" not in slides
        assert any("the first report" in told for told in slides["limits"].left[0].items)

    def test_what_could_have_been_seen_stands_beside_an_empty_answer(self, rendered_cases):
        soup = soup_of(rendered_cases("none"), "presentation.html")
        rows = soup.select("#answer tbody tr")
        told = [[text_of(cell) for cell in row.select("td")] for row in rows]
        assert told == [["12 customers", "€25.9k"], ["28 customers", "€14.8k"], *told[2:]]
        assert len(told) == 3


class TestOneStory:
    def test_the_headline_is_the_same_everywhere(self, each_case):
        headline = Content(each_case.ws).headline
        for page in PAGES:
            assert headline.removesuffix(".") in text_of(soup_of(each_case, page))

    def test_numbers_of_placed_exhibits_are_those_of_the_document(self, rendered):
        document = soup_of(rendered, "supporting_analysis.html")
        for placed in soup_of(rendered, "presentation.html").select("figure.exhibit"):
            original = document.find(id=placed["id"])
            for part in ("figcaption", "svg", ".source"):
                assert text_of(placed.select_one(part)) == text_of(original.select_one(part))

    def test_a_sentence_of_the_index_is_the_slide_s(self, rendered):
        content = Content(rendered.ws)
        pages = [text_of(soup_of(rendered, page)) for page in ("index.html", "presentation.html")]
        for segment in content.segments:
            assert all(segment.sentence.replace("\xa0", " ") in page for page in pages)

    def test_lifts_told_are_those_of_the_data_file(self, rendered):
        told = text_of(soup_of(rendered, "index.html"))
        for lift in rendered.ws.load("segments").query("verdict == 'validated'")["lift"]:
            plain = f"€{lift:,.0f}" if lift < 10_000 else f"€{lift / 1000:.1f}k"
            assert f"{plain} a year better" in told


class TestDocument:
    def test_contents_follow_the_five_steps(self, rendered):
        links = [
            a.text
            for a in soup_of(rendered, "supporting_analysis.html").select("nav > ol > li > a")
        ]
        assert links[:6] == [
            "Summary",
            "1 Scoping",
            "2 Customer list",
            "3 Data collection",
            "4 Segment analysis",
            "5 Prioritization",
        ]
        assert "A Metric definitions" in links

    def test_begins_with_one_page_of_summary(self, each_case):
        content = Content(each_case.ws)
        first = soup_of(each_case, "supporting_analysis.html").select("main section")[0]
        assert first["id"] == "summary"
        assert text_of(first.h2) == content.headline.replace("\xa0", " ")
        rows = [[text_of(cell) for cell in row.select("td")] for row in first.select("tbody tr")]
        assert [row[0] for row in rows] == [segment.name for segment in content.segments]
        for row, segment in zip(rows, content.segments, strict=True):
            assert row[1] == str(segment.row["customers"])
            assert float(row[-1]) == pytest.approx(segment.row["p_adjusted"], abs=5e-4)
            # Whoever looks up the first slide finds its figures here: today's, each and all.
            members = content.tables["segment_members"]
            mine = members.loc[members["segment_id"].eq(segment.id), "account_id"]
            today = content.tables["customer_list"].query("included and status == 'current'")
            count = today["account_id"].isin(mine).sum()
            assert row[2].split()[0] == str(count)
            if segment.row["lift_low"] > 0:
                together = fmt.short_money(count * segment.row["lift"], "EUR", signed=True)
                assert row[-2].startswith(together)
        told = text_of(first)
        assert all(caution.text.replace("\xa0", " ") in told for caution in content.cautions)

    def test_headings_are_what_was_found(self, each_case):
        soup = soup_of(each_case, "supporting_analysis.html")
        heads = soup.select("section.step h3 > .told")
        assert heads
        for head in heads:
            found = exhibits.load(each_case.ws, head["id"])
            assert text_of(head) == " ".join(found.text.replace("\xa0", " ").split())

    def test_code_is_there_and_folded(self, rendered):
        soup = soup_of(rendered, "supporting_analysis.html")
        folded = [
            details for details in soup.select("details.code") if not details.has_attr("open")
        ]
        assert any('exhibits.load(ws, "lifts")  # <b>&' in details.text for details in folded)
        assert not soup.select("details.code + details.code")  # one fold where nothing is between

    def test_figures_are_numbered_by_step(self, rendered):
        numbers = [
            n.text
            for n in soup_of(rendered, "supporting_analysis.html").select("figcaption .number")
        ]
        assert numbers[:3] == ["Figure 2.1", "Figure 2.2", "Figure 2.3"]
        assert "Table 4.1" in numbers

    def test_displayed_frames_lose_styles_and_keep_cells(self, rendered_cases):
        soup = soup_of(rendered_cases("awkward"), "supporting_analysis.html")
        assert "Company 001" in text_of(soup.find(id="step-1"))
        assert ".dataframe" not in text_of(soup.find(id="step-1"))

    def test_wide_tables_scroll_by_themselves(self, rendered):
        soup = soup_of(rendered, "supporting_analysis.html")
        assert soup.select("table")
        assert not [
            table for table in soup.select("table") if not table.find_parent(class_="scroll")
        ]

    def test_what_was_kept_but_not_shown_fails(self, draft, factory):
        exhibits.finding(draft, "forgotten", "Nobody shows this.")
        with pytest.raises(StudyError, match="forgotten"):
            render(draft, factory.notebooks(draft))

    def test_what_is_shown_twice_fails(self, draft, factory):
        path = factory.notebooks(draft)[4]
        book = json.loads(path.read_text())
        book["cells"].append(book["cells"][-1] | {"id": "again"})
        path.write_text(json.dumps(book))
        with pytest.raises(StudyError, match="shown twice"):
            render(draft, factory.notebooks(draft))


class TestWhatIsMissing:
    def test_a_missing_data_file_is_named(self, draft, factory):
        (draft.draft / "data" / "priorities.parquet").unlink()
        with pytest.raises(StudyError, match="priorities"):
            render(draft, factory.notebooks(draft))

    def test_a_validated_segment_without_priority_is_named(self, draft, factory):
        draft.save("priorities", draft.load("priorities").iloc[1:])
        with pytest.raises(StudyError, match="no place in the order"):
            render(draft, factory.notebooks(draft))

    def test_none_validated_needs_what_could_have_been_seen(self, draft, factory):
        segments = draft.load("segments").assign(verdict="candidate")
        draft.save("segments", segments)
        Path(draft.draft / "work" / "records" / "detectable_lift.json").unlink()
        with pytest.raises(StudyError, match="detectable_lift"):
            render(draft, factory.notebooks(draft))


def test_changes_are_told_where_there_is_an_earlier_report(draft):
    before = draft.home / str(draft.quarter.previous)
    before.mkdir(parents=True)
    (before / "manifest.json").write_text("{}")
    told = Content(draft).changes
    assert told[0] == "1 customer is new on the list, 0 are no longer on it."
    assert "customers changed their band" in told[1]
    draft.save("movement", pd.DataFrame(columns=draft.load("movement").columns, dtype=str))
    assert Content(draft).changes == [
        f"Nothing that is followed changed since {draft.quarter.previous}."
    ]


def test_a_script_that_would_end_its_element_is_refused():
    with pytest.raises(ValueError, match="ends its own element"):
        whole_page(title="t", body="", styles=[], scripts=["a</Script>"])


def test_the_seed_is_told_as_it_is_written():
    """A seed of eight digits is no amount: 20260930, not 20,260,930."""
    told = filled("appendix_versions.html.j2", seed=20260930, python="3", packages=[], words=words)
    assert "Seed 20260930." in told
