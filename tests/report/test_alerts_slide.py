"""The slide of alerts tells each fact once, in words."""

import pandas as pd

from helpers import outputs
from helpers.report import index
from helpers.report.acting import counted_group, facts, points
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Grid


def raised(*rows: tuple) -> pd.DataFrame:
    names = ["segment_id", "metric", "compared_with", "value", "reference", "unit", "behind_it"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(
        definition=table["segment_id"].str.title(), customers=40, difference=1.0,
        difference_low=0.5, difference_high=1.5, p_adjusted=0.01,
    )  # fmt: skip


OTHERS, PAST = "other customers", "the quarter before"
RAISED = raised(
    ("late", "first_reply_hours_mean", OTHERS, 6.8, 3.1, "hours", ""),
    ("late", "nps_promoters_share", OTHERS, 25.0, 64.0, "%", ""),
    ("late", "nps", OTHERS, -8.0, 51.0, "points", ""),
    ("late", "nps", PAST, -8.0, 12.0, "points", ""),
    ("late", "nps_detractors_share", OTHERS, 33.0, 12.0, "%", ""),
    ("early", "nps_detractors_share", OTHERS, 40.0, 12.0, "%", ""),
)


def test_nps_and_what_it_is_made_of_are_one_fact_and_nps_comes_first():
    told = [[row["metric"] for row in rows] for rows in facts(RAISED)]
    assert told == [
        ["first_reply_hours_mean"],
        ["nps", "nps_promoters_share", "nps_detractors_share"],
        ["nps"],  # beside its own past: another fact
        ["nps_detractors_share"],
    ]
    assert facts(RAISED.head(0)) == []


def test_the_slide_counts_facts_and_says_how_many_alerts_they_are(draft):
    draft.save("alerts", outputs.shaped("alerts", RAISED))
    slide = next(one for one in deck(Content(draft), {}) if one.id == "alerts")
    assert slide.title == (
        "Four figures are worse than luck explains, in two groups; among them first reply (mean) "
        "of “Late”"
    )
    (grid,) = (block for block in slide.left if isinstance(block, Grid))
    assert len(grid.rows) == 4
    assert grid.rows[1][-1].replace("\xa0", " ") == (
        "Promoters 25.0 %, others 64.0 %; Detractors 33.0 %, others 12.0 %"
    )
    assert grid.rows[0][-1] == "no cause stands out"
    assert "The data file alerts has 6 rows" in grid.note
    one = RAISED.head(1).assign(
        definition="A name as long as that of a segment with three facts " * 2
    )
    draft.save("alerts", outputs.shaped("alerts", one))
    slide = next(one for one in deck(Content(draft), {}) if one.id == "alerts")
    assert slide.title == "One figure is worse than luck explains, in one group"
    (grid,) = (block for block in slide.left if isinstance(block, Grid))
    assert len(grid.columns) == 4 and "data file alerts has" not in grid.note


def test_the_index_tells_each_fact_once_with_what_follows_from_it(draft):
    lines = [one["text"].replace("\xa0", " ") for one in points({"alerts": RAISED}, currency="EUR")]
    assert len(lines) == len(facts(RAISED)) == 4
    assert lines[1].replace("\u2068", "").replace("\u2069", "") == (
        "Alert: Late, NPS: −8.0, other customers 51.0. Behind it: Promoters 25.0 %, others 64.0 %; "
        "Detractors 33.0 %, others 12.0 %."
    )
    draft.save("alerts", outputs.shaped("alerts", RAISED))
    for numbers, link in (({"alerts": "Table 5.1"}, "Table 5.1"), ({}, "alerts.csv")):
        page = index.build(Content(draft), [], numbers)
        assert (
            page.replace('<span class="keep">', "")
            .replace("</span>", "")
            .count(f">{link}</a></li>")
            == 4
        ), link


def test_what_is_worse_in_one_group_names_it_once(draft):
    for rows, title in (
        (RAISED.head(1), "One figure is worse than luck explains: first reply (mean) of “Late”"),
        (RAISED.head(3), "Two figures are worse than luck explains, all in one group: Late"),
    ):
        draft.save("alerts", outputs.shaped("alerts", rows))
        slide = next(one for one in deck(Content(draft), {}) if one.id == "alerts")
        assert slide.title == title


def test_names_of_columns_and_features_are_told_as_words():
    told = counted_group(
        {"definition": "Few", "customers": 8, "reason": "mobile_app", "of_reason": 4.0}
    )
    assert "mobile app" in told and "_" not in told
