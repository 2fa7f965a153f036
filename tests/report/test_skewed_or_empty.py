"""What a study shows whose amounts lie far apart, or of which little is known."""

import numpy as np
import pandas as pd
import pytest
from laid_out import faults, laid_out
from test_listing import LISTED, page
from test_market_slide import told

from helpers import outputs
from helpers.metrics.sensitivity import FORMULA
from helpers.priority.books import Books
from helpers.report import charts, exhibits, slides
from helpers.report.content import Content
from helpers.report.deck.blocks import Grid, Link, Slide, Text
from helpers.report.sections import action, agreement, churn, customers, priorities
from helpers.study.customers import Rule

ROW = (
    "Ask for a reference, and to be introduced to a company like theirs",
    "Machinery makers with 200 to 999 employees that were won through partners: 97 customers, "
    "€27.3M of ARR; what they would bring is not known. Also for nine more groups",
    "Customer success",
    "2026-12-29",
    "Machinery makers with 200 to 999 employees that were won through partners: keep ARR per "
    "customer at €75.8k",
)
MANAGER = {"plan": "today", "manager": "", "customers": 9, "segments": 1, "handovers": 0}
PLAN = {"plan": "10 × 100k", "managers": 3, "customers": 3.0}


def scores(*values: float) -> pd.DataFrame:
    bands = np.select([np.arange(len(values)) < 0.2 * len(values)], ["excellent"], "average")
    return pd.DataFrame({"quality_score": sorted(values, reverse=True), "band": bands})


def test_one_customer_far_above_does_not_make_a_flat_line_of_the_others():
    chart = charts.score_strip(scores(*range(1, 200), 9000.0), currency="EUR")
    assert chart.body.y.high <= 300
    assert max(max(one.y) for one in chart.body.points) < 300
    assert told(chart.remark).endswith("up to €9,000.") and "Not drawn: 2 customers" in told(
        chart.remark
    )
    whole = charts.score_strip(scores(*range(1, 200), 300.0), currency="EUR")
    assert whole.body.y.high >= 300 and not whole.remark


def test_what_is_varied_is_told_in_its_unit(draft):
    rows = [("cancelled", "penalty", "5000", "3750"), ("growth", "bonus", "1", "1.25"),
            ("exclude[0]", "exclusion", "3", "2"), ("exclude[1]", "exclusion", "200", "250"),
            ("exclude[2]", "exclusion", "4", "5"),
            ("exclude[0]", "exclusion", "applies", "left out"),
            ("proposal", FORMULA, "ab12", "cd34")]  # fmt: skip
    table = pd.DataFrame(rows, columns=["item", "kind", "adopted", "changed"])
    rules = (
        Rule(rule="won_after", months_before_quarter_end=3),
        Rule(rule="revenue_below", monthly=200),
        Rule(rule="revenue_outlier", times_second=4),
    )
    excluded = draft.study.customer_list.model_copy(update={"exclude": rules})
    study = draft.study.model_copy(update={"customer_list": excluded})
    shown = agreement.in_units(study, table)
    pairs = [
        tuple(map(told, pair)) for pair in zip(shown["adopted"], shown["changed"], strict=True)
    ]
    assert pairs == [("€5,000", "€3,750"), ("× 1", "× 1.25"), ("3 months", "2 months"),
                     ("€200 a month", "€250 a month"), ("4 times", "5 times"),
                     ("applies", "left out"), ("ab12", "cd34")]  # fmt: skip


def test_customers_without_revenue_are_told_beside_those_that_share_it(empty):
    known = pd.DataFrame({"status": "current", "monthly_revenue": [*range(1, 21), -5.0, np.nan]})
    shown = {one.id: one for one in customers.concentration(empty, known)}
    assert "The top fifth of 20 of the 22 current customers analysed" in told(
        shown["concentration_told"].text
    )
    curve = shown["concentration"]
    assert "groups" not in curve.note
    assert exhibits.data(empty, "concentration")["customers"].tolist() == [0, *range(5, 21)]


def test_where_nothing_is_put_in_order_no_empty_table_stands(empty):
    ranked = outputs.shaped("priorities", []).assign(definition="")
    typical = outputs.shaped("representatives", [])
    (alone,) = priorities.representatives(empty, ranked, typical)
    assert alone.id == "represented"


def test_shapes_of_books_are_told_by_revenue(empty):
    managers = outputs.shaped("book_managers", [MANAGER])
    plans = outputs.shaped("book_plans", [PLAN])
    table = outputs.shaped("books", [])
    planned = Books(table, managers, plans, reason="none are declared", notes=["9 unknown"])
    (alone,) = action.books(empty, planned)
    assert alone.id == "books_told"
    named = managers.assign(manager="Ann")
    for arr, shown in ((plans["arr"], False), (5.0, True)):
        planned = Books(table, named, plans.assign(arr=arr), reason="none", notes=[])
        assert ("books" in [one.id for one in action.books(empty, planned)]) == shown


@pytest.mark.parametrize("texts", [1, 3])
def test_a_full_slide_stands_above_its_footer(rendered, browser, tmp_path, texts):
    grid = Grid(("Do this", "For whom", "Who", "By when", "How we know"), (ROW,) * 5, (False,) * 5)
    said = (Text("17 customers of the lists have no owner: name one before the step begins."),)
    links = (Link("The lists: 498 customers", "lists.html"),) * 2
    slide = Slide("steps", "Five steps concern 507 customers " * 3, (grid, *links, *said * texts))
    path = tmp_path / "presentation.html"
    path.write_text(slides.build(Content(rendered.ws), [slide]), encoding="utf-8")
    wrong = faults(laid_out(browser, path))
    assert not wrong, wrong


def test_a_renewal_may_take_two_lines_that_reasons_have_room(browser, tmp_path):
    day = pd.Timestamp("2027-05-11")
    path = tmp_path / "lists.html"
    path.write_text(page(LISTED.assign(renews_on=day)), encoding="utf-8")
    shown = browser.new_page(viewport={"width": 1440, "height": 900})
    shown.goto(path.as_uri())
    found = shown.evaluate(
        """() => [...document.querySelectorAll('td')].filter(cell =>
            cell.textContent.startsWith('2027-05-11')).map(cell =>
            getComputedStyle(cell).whiteSpace)"""
    )
    shown.close()
    assert set(found) == {"normal"}


def test_sums_of_one_column_are_all_told_in_whole_units_where_some_are_large():
    table = pd.DataFrame({"net": [279_489.4, 2.9, 0.0, np.nan], "few": [7.5, 2.9, 0.0, 1.0]})
    told_as = exhibits.as_text(table, {"net": "money", "few": "money"}, currency="GBP")
    assert told_as[1] == ("£3", "£2.90") and told_as[2][0] == "£0" and told_as[3][0] == "–"


def test_shares_below_one_another_have_one_precision():
    table = pd.DataFrame({"ideal": [0.171, 0.36], "others": [0.071, 0.49], "unit": "ratio"})
    told_as = exhibits.as_text(table, {"ideal": "by_unit", "others": "by_unit"}, currency="GBP")
    assert [*map(told, told_as[0])] == ["17.1 %", "7.1 %"]
    assert [*map(told, told_as[1])] == ["36.0 %", "49.0 %"]


def test_months_are_told_as_months():
    assert outputs.OUTPUTS["churn_months"].columns["month"].shown_as == "month"
    table = pd.DataFrame({"month": pd.to_datetime(["2026-09-30"])})
    assert exhibits.as_text(table, {"month": "month"}, currency="GBP") == (("2026-09",),)


def test_reasons_of_few_of_which_nothing_is_shown_stand_last():
    table = pd.DataFrame(
        {"reason": ["closed", "closed", "price", "price"], "metric": [*"abab"],
         "left_customers": [2, 1, 15, 3]}
    )  # fmt: skip
    shown = churn._largest_first(table)
    assert shown["reason"].tolist() == ["price", "price", "closed", "closed"]
    assert shown["metric"].tolist() == [*"abab"]
