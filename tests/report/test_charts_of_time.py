"""Charts of months, cohorts, moves, segments over time and claims: what each model says."""

import numpy as np
import pandas as pd
import pytest

from helpers.report import charts
from helpers.report.charts import svg
from helpers.report.charts.model import Band, Bar, Grid, Nothing, Span, from_json, to_json


def drawn(chart) -> str:
    assert from_json(to_json(chart)) == chart
    return svg.drawn(chart, width=760.0, name="f", label="l")


@pytest.fixture
def months() -> pd.DataFrame:
    days = pd.date_range("2025-10-31", periods=4, freq="ME")
    return pd.DataFrame(
        {"month": days, "customers": [50, 40, 3, 60], "left": [5, 2, 1, 3],
         "churn_monthly": [0.1, 0.05, 1 / 3, 0.05], "low": [0.04, 0.01, 0.1, 0.02],
         "high": [0.2, 0.15, 0.8, 0.14], "finished": ["yes", "yes", "yes", "no"]}
    )  # fmt: skip


class TestMonths:
    def test_the_unfinished_month_is_a_mark_of_its_own_and_few_customers_none(self, months):
        chart = charts.churn_line(months, least=5)
        assert chart.body.lines[0].y == (0.1, 0.05)
        assert chart.body.points[0].y == (0.05,)
        assert chart.title == "7 customers left in 2 months: 7.8\xa0% a month"
        assert "not finished" in chart.remark
        drawn(chart)

    def test_one_month_is_no_line(self, months):
        assert isinstance(charts.churn_line(months.head(1)).body, Nothing)


class TestCohorts:
    table = pd.DataFrame(
        [("2025Q1", age, 20, 200 * paid, share, paid) for age, share, paid in
         [(0, 1.0, 1.0), (1, 0.9, 1.1), (2, 0.8, 1.0), (3, 0.8, 1.2), (4, 0.7, 1.3)]]
        + [("2025Q2", age, 10, np.nan, share, np.nan) for age, share in [(0, 1.0), (1, 0.5)]],
        columns=["cohort", "age", "customers", "revenue", "logo_share", "revenue_share"],
    )  # fmt: skip

    def test_a_row_per_cohort_and_a_column_per_quarter_since(self):
        chart = charts.cohort_grid(self.table)
        body = chart.body
        assert isinstance(body, Grid)
        assert [row.label for row in body.columns] == ["0", "1", "2", "3", "4"]
        assert [row.label for row in body.rows] == ["2025Q1 (n = 20)", "2025Q2 (n = 10)"]
        assert [cell.text for cell in body.cells[1]] == ["100\xa0%", "50\xa0%", "", "", ""]
        assert "70\xa0% of customers of 2025Q1 are" in chart.title  # 2025Q2 has no year behind it
        drawn(chart)

    def test_revenue_may_grow_beyond_its_beginning(self):
        chart = charts.cohort_grid(self.table, share="revenue_share")
        assert chart.body.cells[0][4].text == "130\xa0%"
        assert max(cell.shade for cell in chart.body.cells[0]) == 1

    def test_the_title_of_what_is_paid_weighs_cohorts_by_what_they_paid(self):
        """Of 1,000 that large customers paid 500 are left, of 100 of many small ones 150."""
        table = pd.DataFrame(
            [("2025Q1", 0, 2, 1000.0, 1.0, 1.0), ("2025Q1", 4, 2, 500.0, 1.0, 0.5),
             ("2025Q2", 0, 18, 100.0, 1.0, 1.0), ("2025Q2", 4, 18, 150.0, 0.5, 1.5)],
            columns=["cohort", "age", "customers", "revenue", "logo_share", "revenue_share"],
        )  # fmt: skip
        paid = charts.cohort_grid(table, share="revenue_share").title
        assert "pay 59\xa0%" in paid  # 650 ÷ 1,100; by customers 140 %
        assert "customers of 2025Q1 to 2025Q2 pay" in paid
        assert "55\xa0% of customers" in charts.cohort_grid(table).title  # (2 + 9) ÷ 20
        ordering = charts.cohort_grid(table, ordering=True)
        assert "still there" not in ordering.title + ordering.unit


class TestMoves:
    flows = pd.DataFrame(
        [("band", "poor", "average", because, n) for because, n in
         [("Growth", 9), ("Costs", 4), ("Base", 2), ("Fee", 1), ("Bonus", 1)]]
        + [("band", "average", "poor", "Costs", 3), ("health", "key", "at_risk", "Use", 50)],
        columns=["change", "before", "after", "because", "customers"],
    )  # fmt: skip

    def test_each_move_with_its_reasons_and_few_movers_by_none(self):
        chart = charts.flow_chart(self.flows, least=5)
        rows = chart.body.rows
        assert [row.heading for row in rows] == [True, False, False, False, False]
        assert rows[0].note == "n = 17"
        bars = [mark.end for row in chart.body.panels[0].marks for mark in row]
        assert bars == [9, 4, 2, 2]  # two other reasons together
        assert chart.title == "20 customers moved in 2 ways between groups"
        drawn(chart)
        assert all(isinstance(m, Bar) for row in chart.body.panels[0].marks for m in row)

    def test_nobody_moved_and_few_moved_are_said(self):
        assert "Nobody" in charts.flow_chart(self.flows.head(0)).body.text
        assert "3 customers" in charts.flow_chart(self.flows.iloc[5:6], least=5).body.text


class TestSeries:
    series = pd.DataFrame(
        [(name, "lift", quarter, value, value - 1, value + 1) for name, quarter, value in
         [("s", "2025Q4", 5.0), ("s", "2026Q1", 6.0), ("t", "2026Q1", 2.0)]],
        columns=["segment_id", "measure", "quarter", "value", "low", "high"],
    )  # fmt: skip

    def test_a_line_per_segment_with_its_band_at_its_own_quarters(self):
        chart = charts.series_chart(self.series, labels={"s": "S", "t": "T"}, currency="EUR")
        first, second = chart.body.lines
        assert (first.x, first.y, first.low) == ((0.0, 1.0), (5.0, 6.0), (4.0, 5.0))
        assert second.x == (1.0,)
        drawn(chart)

    def test_a_segment_keeps_its_colour_when_others_come(self):
        one = charts.series_chart(self.series, labels={"s": "S"}, currency="EUR")
        two = charts.series_chart(self.series, labels={"s": "S", "t": "T"}, currency="EUR")
        assert one.body.lines[0].tone == two.body.lines[0].tone

    def test_how_many_segments_are_not_drawn_is_said(self):
        series = pd.DataFrame(
            [(f"s{at}", "lift", quarter, 5.0, 4.0, 6.0) for at in range(7)
             for quarter in ("2025Q4", "2026Q1")],
            columns=["segment_id", "measure", "quarter", "value", "low", "high"],
        )  # fmt: skip
        labels = {f"s{at}": f"S{at}" for at in range(8)}  # of the last no lift is known
        chart = charts.series_chart(series, labels=labels, currency="EUR")
        assert len(chart.body.lines) == 5
        assert chart.title == "The first 5 of 7 segments over 2 quarters"
        few = charts.series_chart(series, labels={"s0": "S"}, currency="EUR")
        assert few.title == "1 segment over 2 quarters"


def test_claims_are_drawn_in_halves_of_their_own_intervals():
    rows = [
        ("c1", "S", "2025Q4", "lift", 10.0, 4.0, 16.0, 13.0, "yes", "held up"),
        ("c2", "NPS", "2025Q3", "metric", 20.0, 10.0, 30.0, -5.0, "no", "faded"),
        ("c3", "new", "2026Q1", "lift", np.nan, np.nan, np.nan, np.nan, "", "too early"),
    ]
    columns = ["claim_id", "name", "quarter", "kind", "expected", "predicted_low",
               "predicted_high", "realised", "inside", "fate"]  # fmt: skip
    chart = charts.claims_chart(pd.DataFrame(rows, columns=columns))
    assert chart.title == "1 of 2 earlier claims came within what was predicted"
    marks = chart.body.panels[0].marks
    assert [next(m.value for m in row if isinstance(m, Span)) for row in marks] == [-2.5, 0.5]
    assert all((m.low, m.high) == (-1, 1) for row in marks for m in row if isinstance(m, Band))
    drawn(chart)
