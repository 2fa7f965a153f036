"""What slides and pages say of next to nobody, of many groups, and of names in another script."""

from datetime import date

import pandas as pd
import pytest
from test_listing import LISTED, page
from test_market_slide import counted, slide, told
from test_slides_measured import NAMES, many

from helpers import outputs
from helpers.metrics.catalog import METRICS
from helpers.metrics.components import Components
from helpers.report import charts, goals, listing, wording
from helpers.report.acting import RISEN_TOLD, points
from helpers.report.charts.market import market_gap
from helpers.report.charts.model import Bar, Panel, Row, Rows
from helpers.report.content import Caution, Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Grid
from helpers.report.deck.opening import brief, shown
from helpers.report.deck.places import Places
from helpers.report.sections import measuring
from helpers.report.sections.needs import _tested
from helpers.words import deck as prose
from helpers.words import pages, say, spoken
from helpers.words.deck import NO_DIFFERENCE_SHOWN

TRIAL = {"trial": 1, "outcome": "grow", "profile": 1, "metric": "nps"}


def slides(ws) -> dict:
    return {one.id: one for one in deck(Content(ws), {})}


# ── names in another script ──────────────────────────────────────────────────────────────────────
def test_a_chinese_name_stands_among_english_signs_in_an_english_sentence():
    sentence = "行业: 机械制造 comes first; places may change"
    assert spoken.set_in(sentence) == sentence
    try:
        spoken.speak("zh")
        assert spoken.set_in("行业: 机械; 其他.") == "行业：机械；其他。"
    finally:
        spoken.speak("en")


# ── many groups ──────────────────────────────────────────────────────────────────────────────────
def test_the_group_of_the_title_stands_first_in_the_table_and_in_the_chart(draft):
    counted(draft, shares=(0.2, 0.3))
    found = slide(draft)
    (grid,) = (block for block in found.left if isinstance(block, Grid))
    assert told(found.title).startswith(told(grid.rows[0][0]))
    chart = found.right[0].exhibit.chart
    assert told(chart.body.rows[0].label) == told(grid.rows[0][0])
    assert (market_gap(0.3, 0.1), market_gap(0.104, 0.1)) == (20, 0)


def test_a_chart_cut_short_keeps_both_bars_of_a_group_and_counts_groups():
    row = (Row("A", heading=True), Row("of the market"), Row("of our customers"))
    marks = ((), (Bar(0.0, 0.2, "plain", ""),), (Bar(0.0, 0.1, "level", ""),))
    axis = charts.market_shares(
        pd.DataFrame(
            {"definition": ["A"], "rank": [1], "market_share": [0.2], "market_unknown": [0.0],
             "customer_share": [0.1]}
        )
    ).body  # fmt: skip
    assert axis.block == 3
    body = Rows(row * 4, (Panel(axis.panels[0].axis, marks * 4),), 2, "priorities", block=3)
    for count, kept in ((11, 3), (7, 2), (5, 1), (1, 1), (12, 4)):
        cut = body.first(count)
        assert (len(cut.rows), cut.left_out) == (3 * kept, 2 + 4 - kept)
        assert cut.panels[0].marks == marks * kept


@pytest.mark.parametrize("count", [5, 8])
def test_the_title_of_profiles_counts_the_groups_that_its_table_leaves_out(draft, count):
    """Of groups with long names three have a column; only the last is worse.

    Of eight, three are more than are carried forward.
    """
    many(draft, count, NAMES["Russian"])
    metrics = draft.load("segment_metrics")
    last = metrics["segment_id"].eq(f"s{count - 1:02d}") & metrics["metric"].eq("nps")
    shown = metrics["better"].isin(["better", "worse"])
    metrics = metrics.assign(better=metrics["better"].mask(shown, NO_DIFFERENCE_SHOWN))
    draft.save("segment_metrics", metrics.assign(better=metrics["better"].where(~last, "worse")))
    found = slides(draft)["profiles"]
    assert told(found.title).endswith(f"NPS is worse in 1 of {count}")
    (grid,) = found.left
    assert len(grid.columns) == 1 + 3
    assert told(grid.note).count("segment_metrics") == 1
    assert told(grid.note).endswith(f"and {count - 3} more segments, which the title counts.")


def test_overlapping_groups_that_say_the_same_do_not_fill_the_index():
    table = pd.DataFrame(
        {"segment_id": [f"s{k}" for k in range(9)], "definition": [f"G{k}" for k in range(9)],
         "level": "access", "value": 20.0, "past_value": 5.0, "rises": True,
         "difference": range(9, 0, -1)}
    )  # fmt: skip
    lines = [one["text"] for one in points({"reason_changes": table}, currency="EUR")]
    assert len(lines) == RISEN_TOLD + 1 and "G0" in lines[0]
    assert lines[-1].startswith("More than a quarter ago: 4 more reasons")


# ── next to nobody ───────────────────────────────────────────────────────────────────────────────
def test_a_caution_of_one_customer_says_a_figure_however_short_it_is_told(empty):
    """Forty customers of 10 a year, and one of 400 with most of the orders."""
    amounts = [10.0] * 40 + [400.0]
    names = [f"K{k}" for k in range(41)]
    table = pd.DataFrame(
        {"account_id": names, "arr__numerator": amounts, "arr__denominator": 1.0,
         "aov__numerator": amounts, "aov__denominator": [1.0] * 40 + [50.0]}
    )  # fmt: skip
    customers = pd.DataFrame({"account_id": names, "name": names})
    parts = Components(table, pd.DataFrame())
    (warned,) = measuring._of_one_customer(empty, customers, parts)
    text = told(warned.text).replace("**", "")
    assert text.startswith("Without one customer, K40, ARR is €400 instead of €800. Likewise: ")
    assert brief(Caution(text), most=0) == "Without one customer, K40, ARR is €400 instead of €800."


def test_where_nobody_is_left_out_no_slide_shows_zeros(draft):
    assert "customers" in slides(draft)
    known = draft.load("customer_list").assign(
        included=True, exclusion_rule=None, exclusion_reason=None
    )
    draft.save("customer_list", known)
    assert "customers" not in slides(draft)
    all_current = known.assign(status="current")
    assert wording.left_out(all_current) == "All 240 accounts are analysed."
    assert wording.left_out(known).startswith("All 240 accounts are analysed, ")


@pytest.mark.parametrize(
    ("interviewed", "customers", "title"),
    [
        (4, 3, "3 of 4 interviewed customers need first of all: grow"),
        (4, 1, "1 of 4 interviewed customers needs first of all: grow"),
        (40, 30, "Of 40 interviewed customers 75 % need first of all: grow"),
    ],
)
def test_few_interviews_are_counted(draft, interviewed, customers, title):
    group = {"group_id": "g", "kind": "outcome", "outcome": "grow", "definition": "grow",
             "customers": customers, "interviewed": interviewed,
             "share": customers / interviewed, "answers": ""}  # fmt: skip
    cell = {
        "group_id": "g",
        "band": "average",
        "customers": customers,
        "definition": "x",
        "over": 0,
        "under": 0,
    }
    draft.save("needs_groups", outputs.shaped("needs_groups", [group]))
    draft.save("needs_value", outputs.shaped("needs_value", [cell]))
    assert told(slides(draft)["needs"].title) == title


@pytest.mark.parametrize(
    ("served", "told_as"),
    [([3], "1 declared test of a service has too few customers to show what it is for."),
     ([30, 40], "2 declared tests of services have enough customers to show what they are for."),
     ([3, 40], "1 of 2 declared tests of services has too few customers to show what it is for.")],
)  # fmt: skip
def test_tests_of_services_are_told_in_one_sentence(empty, served, told_as):
    table = pd.DataFrame({"with_service": served, "without_service": 50, "needed_per_arm": 20})
    rows = table.to_dict("records")
    said = _tested(empty, outputs.shaped("needs_trials", [TRIAL | row for row in rows]))[0]
    assert told(said.text) == told_as


def test_one_message_is_not_all_of_them():
    rows = pd.DataFrame({"play": ["p"], "not_now": [""]})
    one = pd.DataFrame({"play": ["p"], "message": ["Dear X"]})
    for messages, end in ((one, "It stands in"), (pd.concat([one, one]), "All 2 of them:")):
        shown = listing.Shown("EUR", date(2026, 9, 30), messages)
        assert shown.message(rows).endswith(end)


def test_where_no_group_is_large_enough_none_of_none_stands_out(draft):
    draft.save("segments", draft.load("segments").assign(verdict="too_small"))
    assert shown(Places(Content(draft), {})).title == "No group is large enough to be compared"


@pytest.mark.parametrize(("count", "customers"), [(1, "1 customer "), (2, "2 customers ")])
def test_one_customer_is_no_customers(count, customers):
    for sentence in (pages.LISTS_ABOUT, pages.LISTS_OPEN):
        told_of = say(sentence, count=count, customers=count).replace("\xa0", " ")
        assert told_of.startswith(customers + "to act on")
    lists = say(prose.ALL_LISTS, count=count).replace("\xa0", " ")
    assert lists.startswith(f"The lists: {customers.strip()}, ")


# ── claims, bands, goals ─────────────────────────────────────────────────────────────────────────
def test_who_came_or_left_is_not_in_another_band():
    scores = pd.DataFrame(
        {"account_id": list("abcd"), "band": ["excellent", "poor", "poor", "poor"]}
    )
    rows = [("customer", "a", "new", "", ""), ("customer", "b", "band", "average", "poor"),
            ("customer", "z", "gone", "poor", "")]  # fmt: skip
    moves = pd.DataFrame(rows, columns=["kind", "id", "change", "before", "after"])
    title = charts.movement_grid(moves, scores).title
    assert title == "1 of 3 customers is in another band than a quarter ago"


def test_claims_about_one_group_are_told_apart():
    row = {"claim_id": "c", "name": "Late", "quarter": "2026Q2", "kind": "alert", "expected": 1.0,
           "predicted_low": 0.0, "predicted_high": 2.0, "realised": 1.5, "inside": "yes",
           "fate": "held up"}  # fmt: skip
    others = {"claim_id": "d", "metric": "Promoters"}, {"kind": "lift", "metric": "Quality score"}
    table = pd.DataFrame([row | one for one in ({"metric": "NPS"}, *others)])
    labels = [told(one.label) for one in charts.claims_chart(table).body.rows]
    assert labels == ["Late, NPS", "Late", "Late, Promoters"]


def test_a_goal_in_money_is_as_short_as_other_sums_of_a_slide(draft):
    step = {"metric": "arr_per_customer", "baseline": 75_754.0, "target": 75_754.0,
            "unit": "currency", "check": ""}  # fmt: skip
    at = Places(Content(draft), {})
    assert at.goal(step) == "keep ARR per customer at €75.8k"
    assert at.goal(step | {"target": 80_000.0}) == "ARR per customer: €75.8k → €80.0k"
    assert at.goal(step | {"target": 75_755.0}) == "ARR per customer: €75,754 → €75,755"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_goal_is_read_in_english_and_in_the_language_spoken(language):
    """A Chinese report may have a charter in English."""
    try:
        spoken.speak(language)
        names = ["arr", "nrr", "grr"]
        assert goals.named_in("Net revenue retention above one hundred percent", names) == "nrr"
        assert goals.named_in(f"{METRICS['grr'].label} 90 %", names) == "grr"
    finally:
        spoken.speak("en")


LOOKS = """() => [...document.querySelectorAll('tbody td')].map(cell => [
    cell.textContent, getComputedStyle(cell, '::before').content,
    getComputedStyle(cell, '::after').content, getComputedStyle(cell).whiteSpace])"""


def test_on_a_phone_a_list_breaks_between_cells_and_ends_without_a_dot(browser, tmp_path):
    path = tmp_path / "lists.html"
    path.write_text(page(LISTED.assign(owner="")), encoding="utf-8")
    opened = browser.new_page(viewport={"width": 390, "height": 900})
    opened.goto(path.as_uri())
    cells = opened.evaluate(LOOKS)
    opened.close()
    told_ones = [before for text, before, *_ in cells if text and before != "none"]
    assert any(before.startswith('" · ') for before in told_ones)
    assert {before for text, before, *_ in cells if not text} <= {"none"}
    assert {after for *_, after, _ in cells} == {"none"}
    assert {white for *_, white in cells} == {"normal"}  # days too: nothing else parts the words
