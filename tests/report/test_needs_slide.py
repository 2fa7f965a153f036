"""What customers need stands on a slide and on the index, in cells that say who is in them."""

from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.outputs import shaped
from helpers.report import exhibits, index
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Bullets, Grid
from helpers.report.sections.needs import _crossed
from helpers.words import needs as words
from helpers.words import speak


@pytest.fixture
def interviewed(draft):
    """The draft with forty interviews: two outcomes, one of them in three bands."""
    groups = [
        {"group_id": "needs-grow", "kind": "outcome", "outcome": "grow", "definition": "grow",
         "customers": 28, "interviewed": 40, "share": 0.7, "answers": ""},
        {"group_id": "needs-save", "kind": "outcome", "outcome": "save time", "definition": "save",
         "customers": 12, "interviewed": 40, "share": 0.3, "answers": ""},
        {"group_id": "experience-1", "kind": "experience", "outcome": "", "profile": 1.0,
         "definition": "Experience 1", "customers": 30, "interviewed": 40, "share": 0.75,
         "answers": ""},
    ]  # fmt: skip
    cells = [
        ("needs-grow", "excellent", 15, 400.0, 2, 1),
        ("needs-grow", "average", 9, 800.0, 0, 0),
        ("needs-grow", "poor", 4, 1200.0, 4, 0),
        ("needs-save", "average", 12, float("nan"), 0, 0),
    ]
    names = ["group_id", "band", "customers", "service_cost", "over", "under"]
    crossed = pd.DataFrame(cells, columns=names).assign(definition="x", arr=1000.0)
    draft.save("needs_groups", shaped("needs_groups", groups))
    draft.save("needs_value", shaped("needs_value", crossed))
    exhibits.finding(
        draft, "experience_0", words.NO_GROUPS, interviews=40, reason="one profile is best"
    )
    return draft


def test_needs_and_value_stand_on_a_slide(interviewed):
    (slide,) = (one for one in deck(Content(interviewed), {}) if one.id == "needs")
    assert slide.title.replace("\u00a0", " ").endswith("customers 70 % need first of all: grow")
    grid = next(block for block in slide.left if isinstance(block, Grid))
    assert grid.columns == ("What they need", "Interviewed", "Excellent", "Average", "Poor")
    grow, save = grid.rows
    assert grow[:2] == ("grow", "28")
    assert grow[2] == "15; €400 each to serve; 2 served far more, 1 far less than their like"
    assert grow[3] == "9; €800 each to serve"
    assert grow[4] == "4, too few to show more"  # what was measured on four stays with them
    assert save[2:] == ("–", "12", "–")
    (said,) = slide.right
    assert isinstance(said, Bullets) and "no groups" in said.items[0]


def test_how_far_groups_can_be_trusted_is_told_in_plain_words(interviewed):
    """The measures of agreement stand in the document; the slide says what they mean."""
    for id, sentence, values in (
        ("experience_0", words.PROFILES_FOUND, {"interviews": 40, "profiles": 3, "stability": 0.8}),
        ("experience_1", words.PROFILES_FOUND_WITHIN,
         {"interviews": 28, "profiles": 2, "stability": 0.9, "outcome": "grow"}),
        ("needs_behaved", words.BEHAVED_ALIKE, {"looked": 234}),
        ("segmentations_agree", words.SIDE_TOLD,
         {"pairs": 6, "alike": 0, "one": "need", "other": "value", "customers": 40,
          "agreement": 0.22}),
    ):  # fmt: skip
        exhibits.finding(interviewed, id, sentence, **values)
    (slide,) = (one for one in deck(Content(interviewed), {}) if one.id == "needs")
    assert slide.right[0].items == (
        "Their answers fall into 3 groups that want to be served differently; the same groups come "
        "back when interviews are drawn again.",
        "What they say they need is not seen in what they do, in any of 234 comparisons.",
        "Groups by need, by experience and by value are not the same customers: in none of 6 pairs "
        "could one stand for the other.",
    )


def test_bands_are_told_in_the_language_of_the_report(interviewed):
    try:
        speak("zh")
        (slide,) = (one for one in deck(Content(interviewed), {}) if one.id == "needs")
    finally:
        speak("en")
    grid = next(block for block in slide.left if isinstance(block, Grid))
    assert grid.columns[2:] == ("优秀", "一般", "较差")


def test_the_index_says_what_they_need_and_leads_to_the_numbers(interviewed):
    numbers = {"needs_groups": "Table 4.17"}
    page = index.build(Content(interviewed), [], numbers)
    assert "What customers need and say" in page and "40 interviews show" in page
    linked = (
        '<a href="supporting_analysis.html#needs_groups"><span class="keep">Table 4.17</span></a>'
    )
    assert linked in page
    # Without the table behind it there is no link that leads nowhere.
    assert "#needs_groups" not in index.build(Content(interviewed), [], {})


def test_nobody_interviewed_is_no_slide(draft):
    assert not any(one.id == "needs" for one in deck(Content(draft), {}))
    assert "What customers need and say" not in index.build(Content(draft), [], {})


@pytest.mark.parametrize(("arr", "served"), [(True, True), (True, False), (False, False)])
def test_what_groups_are_worth_is_told_whoever_is_over_served(interviewed, arr, served):
    """With and without revenue, and where nobody takes far more or far less service."""
    crossed = interviewed.load("needs_value")
    if not served:
        crossed = crossed.assign(over=0, under=0)
    if not arr:
        crossed = crossed.assign(arr=float("nan"))
    understood = SimpleNamespace(groups=interviewed.load("needs_groups"))
    told = _crossed(interviewed, understood, crossed)[0].text
    assert ("none takes far more" in told) is not served
    assert ("holds the most ARR" in told) is arr
