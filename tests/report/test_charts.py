"""Chart functions: what each model says, and that both renderers draw it."""

import re
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from helpers.errors import StudyError
from helpers.report import charts
from helpers.report.charts import svg
from helpers.report.charts.axes import axis, factors
from helpers.report.charts.groups import effects_drawn
from helpers.report.charts.model import (
    Bar,
    Cell,
    Chart,
    Grid,
    Panel,
    Row,
    Rows,
    Span,
    from_json,
    to_json,
)
from helpers.words import numbers as fmt


def texts(chart, width=760.0) -> str:
    drawn = svg.drawn(chart, width=width, name="f", label="l")
    told = re.findall(r"<text[^>]*>(.*?)</text>", drawn)
    return "\n".join(re.sub(r"<[^>]*>", " ", text).replace("  ", " ") for text in told)


def marks(chart, kind=Span) -> list:
    return [m for panel in chart.body.panels for row in panel.marks for m in row
            if isinstance(m, kind)]  # fmt: skip


def labels(chart) -> list[str]:
    return [row.label for row in chart.body.rows]


@pytest.fixture
def tables(rendered):
    return {name: rendered.ws.load(name) for name in rendered.ws.data_files}


class TestGroups:
    def test_lifts_say_n_of_each_and_fill_what_is_shown_only(self, tables):
        chart = charts.lift_plot(tables["segments"], currency="EUR")
        known = tables["segments"].dropna(subset="lift")
        notes = {row.label: row.note for row in chart.body.rows if not row.heading}
        for row in known.itertuples():
            assert notes[row.definition] == f"n = {row.customers}"
        shown = sorted(m.value for m in marks(chart) if m.tone == "shown")
        assert shown == sorted(known.query("verdict == 'validated'")["lift"])
        spans = {(m.low, m.value, m.high) for m in marks(chart)}
        assert spans == set(zip(known["lift_low"], known["lift"], known["lift_high"], strict=True))
        count = len(shown)
        verb = "is" if count == 1 else "are"
        told = f"{count} of {len(known)} groups {verb} shown to be worth more than all others"
        assert chart.title == told

    def test_what_is_left_out_is_counted_and_every_kind_keeps_a_place(self, tables):
        chart = charts.lift_plot(tables["segments"], currency="EUR", most=3)
        drawn = [row for row in chart.body.rows if not row.heading]
        assert len(drawn) == 3
        segments = tables["segments"]
        judged = int((segments["verdict"].ne("too_small") & segments["customers"].ge(5)).sum())
        left = judged - 3
        assert f"{left} more in the data file segments" in texts(chart)
        small = len(segments) - judged
        assert chart.remark.startswith(f"{small} group") or not small

    def test_fewer_rows_keep_one_of_each_kind_and_say_of_how_many(self):
        rows = [Row("A", heading=True, every=9)] + [Row(f"a{k}") for k in range(5)]
        rows += [Row("B", heading=True, every=2), Row("b0"), Row("b1")]
        spans = tuple(() if r.heading else (Span(1.0),) for r in rows)
        body = Rows(tuple(rows), (Panel(axis([1]), spans),), 4, "t")
        fewer = body.first(6)
        assert [r.label for r in fewer.rows] == ["A", "a0", "a1", "a2", "B", "b0"]
        assert fewer.notes()[0] == "the first 3 of 9"
        assert fewer.notes()[4] == "the first of 2"
        assert fewer.left_out == 4 + 3
        assert [len(m) for m in fewer.panels[0].marks] == [0, 1, 1, 1, 0, 1]
        assert [r.label for r in body.first(5).rows] == ["A", "a0", "a1", "a2", "a3"]

    def test_what_a_chart_is_about_stands_in_it_before_other_kinds(self):
        """Three groups are shown to be better: a slide names them before those that may be."""
        rows = [Row("A", heading=True, every=3), *(Row(f"a{k}") for k in range(3))]
        for kind in "BCDE":
            rows += [Row(kind, heading=True, every=9), *(Row(f"{kind}{k}") for k in range(2))]
        spans = tuple(() if r.heading else (Span(1.0),) for r in rows)
        body = Rows(tuple(rows), (Panel(axis([1]), spans),))
        kept = [r.label for r in body.first(10).rows]
        assert kept == ["A", "a0", "a1", "a2", "B", "B0", "C", "C0", "D", "D0"]

    def test_a_variable_that_would_squeeze_all_others_is_counted_but_not_drawn(self):
        table = pd.DataFrame(
            {
                "hypothesis_id": ["H1", "H2", "variable-country", "variable-plan"],
                "statement": ["Long tenure is related to margin", "B", "C …", "D …"],
                "variables": ["tenure", "b", "country", "plan"],
                "customers": 50,
                "effect": [5.0, 40.0, 30_000.0, 60.0],
                "effect_low": 0.0,
                "effect_high": 70.0,
                "unit": ["EUR"] * 4,
                "detectable_effect": [900.0, 800.0, 20_000.0, 1_000.0],
                "declared": [True, True, False, False],
                "family": ["declared", "declared", "exploratory", "exploratory"],
                "verdict": "not supported",
            }
        )
        # The median detectable effect is 950: that of country is more than ten times as large.
        assert effects_drawn(table)["hypothesis_id"].tolist() == ["H2", "H1", "variable-plan"]
        chart = charts.hypothesis_effects(table, label=str.upper)
        told = [row.label for row in chart.body.rows if not row.heading]
        # A declared statement stands as it was written, an explored variable by its name.
        assert told == ["B", "Long tenure is related to margin", "PLAN"]
        assert "1 more in the data file" in texts(chart)
        assert len(effects_drawn(table.assign(declared=True))) == 4

    @pytest.mark.parametrize(("family", "tone"), [("declared", "shown"), ("proposed", "open")])
    def test_a_hypothesis_of_which_nothing_shows_when_it_was_fixed_is_not_filled(
        self, family, tone
    ):
        table = pd.DataFrame(
            {
                "hypothesis_id": ["H1"],
                "statement": ["Weekend buyers are worth more"],
                "variables": ["weekday"],
                "customers": 50,
                "effect": 2207.0,
                "effect_low": 638.0,
                "effect_high": 10_855.0,
                "unit": "EUR",
                "detectable_effect": 900.0,
                "declared": [family == "declared"],
                "family": [family],
                "verdict": "supported",
            }
        )
        chart = charts.hypothesis_effects(table, label=str)
        point = chart.body.panels[0].marks[-1][-1]
        assert (point.tone, bool(point.text)) == (tone, tone == "shown")

    def test_priorities_say_the_range_of_places(self, tables):
        chart = charts.priority_chart(tables["priorities"], labels={})
        assert "place 1 to 2" in texts(chart)
        ticks = [tick.value for tick in chart.body.panels[1].axis.ticks]
        assert ticks == list(range(1, len(ticks) + 1))

    def test_heat_map_leaves_out_what_has_no_value(self, tables):
        chart = charts.segment_heatmap(
            tables["segment_metrics"],
            labels={"h_nordics": "Nordics"},
            metrics={"nps": "NPS", "csat": "CSAT"},
            currency="EUR",
        )
        assert labels(chart) == ["CSAT"]
        assert chart.body.columns[0].note == "n = 21"

    def test_heat_map_marks_no_metric_that_shares_a_line_with_the_score(self, tables):
        rows = tables["segment_metrics"].assign(better="better")
        rows = rows[rows["segment_id"].eq("h_nordics") & rows["metric"].isin(["nrr", "csat"])]
        rows.loc[rows["metric"].eq("nrr"), "shares_score_inputs"] = "base, growth"
        names = {"nrr": "Net revenue retention", "csat": "CSAT"}
        chart = charts.segment_heatmap(
            rows, metrics=names, labels={"h_nordics": "Nordics"}, currency="EUR"
        )
        cells = dict(zip(labels(chart), chart.body.cells, strict=True))
        assert cells["CSAT"][0].tone == "better"
        assert cells["CSAT"][0].text.startswith("▲")
        assert cells["Net revenue retention"][0].tone == ""
        assert "1 difference is shown" in chart.title


LABELS = {"s": "Kestrel users", "few": "A handful"}


class TestShares:
    @pytest.fixture
    def shares(self) -> pd.DataFrame:
        rows = [
            ("s", "bug", 40, 30.0, 20.0, 10.0, 2.0, 18.0, "higher"),
            ("s", "how to", 40, 50.0, 55.0, -5.0, -12.0, -0.3, "no difference shown"),
            ("s", "billing", 40, 5.0, 6.0, -1.0, None, None, "no difference shown"),
            ("few", "bug", 4, 90.0, 20.0, 70.0, None, None, "no difference shown"),
            ("other", "bug", 40, 30.0, 20.0, 10.0, 2.0, 18.0, "higher"),
        ]
        names = ["segment_id", "level", "customers", "value", "rest_value", "difference"]
        return pd.DataFrame(rows, columns=[*names, "difference_low", "difference_high", "better"])

    def test_only_what_survives_everything_compared_is_filled(self, shares):
        chart = charts.share_differences(shares, labels=LABELS)
        # The interval of -5 leaves out 0 by itself, and yet the difference is not shown.
        assert {m.value: m.tone for m in marks(chart)} == {
            10.0: "shown",
            -5.0: "open",
            -1.0: "open",
        }
        assert chart.title == "1 of 3 shares differ from those of all others"

    def test_names_groups_with_their_customers_and_shares(self, shares):
        chart = charts.share_differences(shares, labels=LABELS)
        first, second = chart.body.rows[:2]
        assert (first.label, first.note) == ("Kestrel users", "n = 40")
        assert second.note == f"{fmt.percent(0.3)}, others {fmt.percent(0.2)}"
        assert "A handful" not in labels(chart)  # four customers are too few to show

    def test_keeps_the_levels_that_differ_most(self, shares):
        chart = charts.share_differences(shares, labels=LABELS, most=2)
        assert sorted(m.value for m in marks(chart)) == [-5.0, 10.0]

    def test_says_when_there_is_nothing_to_compare(self, shares):
        chart = charts.share_differences(shares, labels={"few": "A handful"})
        assert "No segment has enough customers" in texts(chart)


class TestCustomers:
    def test_waterfall_ends_at_the_sum(self):
        lines = pd.DataFrame(
            {"line": ["Base", "Service", "Growth"], "amount": [1000.0, -300.0, 250.0]}
        )
        chart = charts.score_waterfall(lines, currency="EUR")
        ends = [(bar.start, bar.end) for bar in marks(chart, Bar)]
        assert ends == [(0, 1000), (1000, 700), (700, 950), (0, 950)]
        assert "€950" in texts(chart)
        assert len(chart.body.first(2).rows) == 4  # a sum needs all its rows

    def test_bridge_is_of_changes_from_zero_and_adds_up(self):
        steps = ["opening", "new", "churned", "closing"]
        bridge = pd.DataFrame({"step": steps, "amount": [1e6, 4e4, -6e4, 9.8e5]})
        chart = charts.mrr_bridge(bridge, currency="EUR")
        assert labels(chart) == ["new", "churned", "together"]
        bars = marks(chart, Bar)
        assert all(bar.start == 0 for bar in bars)
        assert [bar.end for bar in bars] == [4e4, -6e4, -2e4]
        # A change of 6 % is drawn three times as long as one of 2 %, and no axis is cut.
        assert chart.body.panels[0].axis.low <= 0 <= chart.body.panels[0].axis.high
        assert "€1.00M" in chart.unit
        assert "€0.98M" in chart.title
        # Exports that end before the quarter show no change, and that is not a quarter without.
        still = bridge.assign(amount=[1e6, 0, 0, 1e6])
        assert "stayed at €1.00M" in charts.mrr_bridge(still, currency="EUR").title
        unknown = charts.mrr_bridge(still, currency="EUR", known=False)
        assert "no export speaks of the quarter" in unknown.title and "stayed" not in unknown.title
        assert "it is not zero" in unknown.body.text  # and no bar says so

    def test_a_share_of_all_ends_at_all_whatever_the_sum_of_parts_rounds_to(self):
        """Ten parts of 0.1 may add up to a little more than 1: no axis goes on to 120 %."""
        for parts in (10, 30, 70, 110, 601):
            chart = charts.concentration(pd.Series([0.1] * parts), currency="EUR")
            assert chart.body.y.ticks[-1].text == "100\xa0%", parts

    @pytest.mark.parametrize("width", [350, 755])
    def test_words_in_the_corners_of_a_map_lie_over_no_mark(self, width):
        """Where 200 customers fill the whole plane, too."""
        grid = [(x, y) for x in range(0, 101, 5) for y in (500, 700, 1000, 2000, 4000, 8000, 10000)]
        table = pd.DataFrame(grid, columns=["health_score", "value"]).assign(value_cut=2500.0)
        right, above = table["health_score"].ge(60), table["value"].ge(2500)
        names = {(True, True): "key", (True, False): "high_potential"}
        names |= {(False, True): "at_risk", (False, False): "low_potential"}
        table["health_group"] = [names[one] for one in zip(right, above, strict=True)]
        chart = charts.health_map(table, currency="EUR", cut=60.0, value="monthly revenue")
        drawn = svg.drawn(chart, width=width, name="m", label="m")
        marks = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', drawn)
        told = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]* \(n[^<]*)<', drawn)
        assert len(told) == 4 and len(marks) == len(table)
        boxes = [(float(x), float(x) + 7 * len(t), float(y) - 11, float(y) + 3) for x, y, t in told]
        for x, y, r in (map(float, mark) for mark in marks):
            beside = [b for b in boxes if b[0] < x + r and x - r < b[1]]
            over = [b for b in beside if b[2] < y + r and y - r < b[3]]
            assert not over, (x, y, over)
        for one in boxes:
            hit = [b for b in boxes if b is not one and b[0] < one[1] and one[0] < b[1]]
            assert all(abs(b[3] - one[3]) >= 14 for b in hit)

    def test_concentration_names_the_share_of_the_largest_fifth(self):
        values = pd.Series([50.0] + [10.0] * 23 + [20.0, np.nan])
        chart = charts.concentration(values, currency="EUR")
        assert "The largest 5 of 25 customers bring 33\xa0% of €300" in chart.title
        # Of fewer customers than may be shown, no share is in the chart.
        assert chart.body.lines[1].x[1] == pytest.approx(5 / 25)
        assert charts.concentration(values.head(5), currency="EUR").title == ""

    def test_what_is_said_of_the_largest_fifth_does_not_lie_on_the_line_of_equal_shares(self):
        """At the height of the words, that line has passed by where they begin."""
        for spread in (1.0, 2.0, 3.0):  # from hardly any concentration to much
            values = pd.Series(np.arange(1, 51) ** spread)
            body = charts.concentration(values, currency="EUR").body
            said, dot = body.notes[-1], body.points[0]
            assert said.y == dot.y[0]
            assert said.x > said.y or said.y > 0.6, spread

    def test_concentration_is_of_those_that_the_metric_counts(self):
        """Who returned more than was bought brings no share, and takes none from the others."""
        values = pd.Series([50.0] + [10.0] * 23 + [20.0, -80.0, np.nan])
        chart = charts.concentration(values, currency="EUR")
        assert chart.title == charts.concentration(values.head(25), currency="EUR").title
        assert max(chart.body.lines[1].y) == pytest.approx(1)

    def test_exclusions_show_counts_and_revenue(self):
        effects = pd.DataFrame(
            {
                "rule": ["known_accounts", "account_type", "included"],
                "accounts": [10, 2, 8],
                "monthly_revenue": [1000.0, 0.0, 1000.0],
            }
        )
        shown = texts(charts.exclusion_effect(effects, currency="EUR"))
        assert "−2" in shown
        assert "−€0" not in shown
        assert "known accounts" in shown

    def test_large_studies_thin_out_their_marks(self):
        scores = pd.DataFrame({"quality_score": np.arange(9000.0), "band": "average"})
        chart = charts.score_strip(scores, currency="EUR")
        assert len(chart.body.points[0].x) == 1500
        assert chart.remark == "One mark for every 6 customers."


class TestTime:
    def test_band_moves_add_up_to_all_customers(self):
        scores = pd.DataFrame({"account_id": list("abc"), "band": ["poor", "average", "average"]})
        rows = [
            ("customer", "a", "x", "new", "", ""),
            ("customer", "b", "x", "band", "excellent", "average"),
            ("customer", "z", "x", "gone", "", ""),
        ]
        movement = pd.DataFrame(rows, columns=["kind", "id", "name", "change", "before", "after"])
        chart = charts.movement_grid(movement, scores)
        assert sum(int(cell.text) for row in chart.body.cells for cell in row) == 4
        assert chart.title.startswith("1 of 2 customers is")  # in a band then and now

    def test_survival_is_a_staircase_and_says_how_many_are_at_risk(self):
        curve = pd.DataFrame({"time": [0, 6, 12], "survival": [1, 0.9, 0.7], "at_risk": [9, 8, 5]})
        curve = curve.assign(low=curve["survival"] - 0.1, high=1.0)
        chart = charts.survival_curve(curve)
        (line,) = chart.body.lines
        assert list(zip(line.x, line.y, strict=True)) == [
            (0, 1), (6, 1), (6, 0.9), (12, 0.9), (12, 0.7),
        ]  # fmt: skip
        assert len(line.low) == len(line.x)
        assert "all customers (n = 9)" in texts(chart)
        assert "still there after 12 months" in chart.title

    def test_hazard_shows_no_band_below_the_smallest_group(self):
        hazard = pd.DataFrame(
            {"band": ["0–3 months", "3–6 months"], "customers": [40, 4], "left": [2, 1],
             "hazard": [0.02, 0.2], "low": [0.01, 0.1], "high": [0.04, 0.5]}
        )  # fmt: skip
        shown = texts(charts.hazard_chart(hazard, least=5))
        assert "n = 40" in shown
        assert "3–6 months" not in shown
        assert "Nothing can be drawn" in texts(charts.hazard_chart(hazard.head(0)))


class TestHealth:
    def test_map_draws_four_groups_and_counts_the_unproven(self):
        health = pd.DataFrame(
            {
                "health_score": [90.0, 80, 20, 30, np.nan],
                "value": [500.0, 50, 400, 40, 300],
                "value_cut": 100.0,
                "health_group": ["key", "high_potential", "at_risk", "low_potential", "unproven"],
            }
        )
        chart = charts.health_map(health, currency="EUR", cut=60, value="monthly revenue")
        assert len(chart.body.points) == 4
        assert chart.remark.startswith("1 customers, of whom too little is known")
        assert {(g.axis, g.value) for g in chart.body.guides} == {("x", 60), ("y", 100)}
        assert chart.body.y.log
        nobody = charts.health_map(health.tail(1), currency="EUR", cut=60, value="v")
        assert "Of no customer" in texts(nobody)

    def test_calibration_has_every_interval_of_each_outcome_on_one_scale(self):
        table = pd.DataFrame(
            {"outcome": ["churn"] * 2 + ["expansion"] * 2, "score_low": [0.0, 50] * 2,
             "score_high": [49.0, 99] * 2, "customers": [30, 31] * 2, "share": [0.2, 0.1] * 2,
             "low": [0.1, 0.05] * 2, "high": [0.3, 0.2] * 2}
        )  # fmt: skip
        chart = charts.health_calibration(table)
        heads = [row.label for row in chart.body.rows if row.heading]
        assert heads == ["left in the quarter", "expanded in the quarter"]
        assert [(m.low, m.high) for m in marks(chart)] == [(0.1, 0.3), (0.05, 0.2)] * 2
        assert len(chart.body.panels) == 1
        assert "n = 31" in texts(chart)


@pytest.mark.parametrize(
    ("draw", "columns"),
    [
        (
            lambda t: charts.lift_plot(t, currency="EUR"),
            "segment_id definition customers lift lift_low lift_high verdict",
        ),
        (
            lambda t: charts.hypothesis_effects(t, label=str),
            "hypothesis_id statement variables customers effect effect_low effect_high unit "
            "detectable_effect verdict declared family",
        ),
        (
            lambda t: charts.priority_chart(t, labels={}),
            "segment_id priority_score rank rank_low rank_high share_first",
        ),
        (charts.coverage_bars, "field filled customers filled_share verdict"),
        (charts.survival_curve, "time survival low high at_risk"),
        (lambda t: charts.score_strip(t, currency="EUR"), "quality_score band"),
    ],
)
def test_nothing_to_draw_is_said(draw, columns):
    chart = draw(pd.DataFrame(columns=columns.split(), dtype=float))
    assert re.search("No|Nothing", texts(chart))


def test_missing_columns_are_named():
    with pytest.raises(StudyError, match=r"(?s)lift_plot.*lift_low"):
        charts.lift_plot(pd.DataFrame({"segment_id": ["a"]}), currency="EUR")
    with pytest.raises(StudyError, match=r"(?s)share_differences.*rest_value"):
        charts.share_differences(pd.DataFrame({"segment_id": ["a"]}), labels={})


class TestAxes:
    def test_bars_start_from_zero_and_ticks_lie_within(self):
        made = axis([980.0, 1000.0], "axis_money", currency="EUR")
        assert made.low == 0
        assert made.ticks[0].text == "€0"
        assert all(made.low <= tick.value <= made.high for tick in made.ticks)

    def test_percentages_are_as_exact_as_their_steps(self):
        assert [t.text for t in axis([0.01], "percent").ticks][1] == "0.2\xa0%"

    def test_factors_hold_every_value(self):
        made = factors([37.0, 8200.0], currency="EUR")
        assert made.low <= 37
        assert made.high >= 8200
        assert made.log


# ── renderers ────────────────────────────────────────────────────────────────────────────────────
LONG = "Машиностроительные предприятия северо-западного региона с партнёрским внедрением"


def a_new_chart() -> Chart:
    """All that a new chart takes: a function that makes a model."""
    rows = (Row("Shown", heading=True, tone="shown"), Row(LONG, "n = 72"), Row("东京" * 40))
    spans = ((), (Span(3.0, 1.0, 5.0, text="+3"),), (Span(-1.0, -2.0, 1.0, "open"),))
    return Chart(Rows(rows, (Panel(axis([-2, 5], "signed"), spans),)), "Two rows", "A unit")


class TestRenderers:
    @pytest.mark.parametrize("width", [svg.WIDE, 562.0, svg.NARROW])
    def test_labels_are_whole_in_any_script_and_inside(self, width):
        drawn = svg.drawn(a_new_chart(), width=width, name="f", label="l")
        told = re.sub(r"\s+", "", "".join(re.findall(r">([^<]+)<", drawn)))
        assert LONG.replace(" ", "") in told
        assert "东京" * 40 in told
        assert "…" not in drawn
        for x, y in re.findall(r'(?:x|cx)="([\d.-]+)" (?:y|cy)="([\d.-]+)"', drawn):
            assert 0 <= float(x) <= width
            assert float(y) >= 0

    def test_a_narrow_chart_has_labels_above_its_marks(self):
        drawn = svg.drawn(a_new_chart(), width=svg.NARROW, name="f", label="l")
        label = float(re.search(r'y="([\d.]+)"[^>]*>Машин', drawn)[1])
        mark = float(re.search(r'cy="([\d.]+)"', drawn)[1])
        assert mark > label

    def test_a_limit_of_height_drops_rows_and_counts_them(self):
        rows = tuple(Row(f"row {k}") for k in range(40))
        body = Rows(rows, (Panel(axis([1]), tuple((Bar(0, 1),) for _ in rows)),), table="t")
        drawn = svg.drawn(Chart(body), width=760, name="f", label="l", height=300)
        assert float(re.search(r' height="([\d.]+)"', drawn)[1]) <= 300
        shown = len(re.findall(r">row \d", drawn))
        assert 5 < shown < 40
        assert f"{40 - shown} more in the data file t" in drawn

    @pytest.mark.parametrize(
        ("width", "word"), [(svg.NARROW, "Производители"), (svg.WIDE, "Машиностроительные")]
    )
    def test_no_word_of_a_grid_s_heading_is_broken(self, width, word):
        """Ten groups with long words have fewer columns beside one another, and no torn word."""
        names = [f"{word} предприятия северо-западного региона {k}" for k in range(10)]
        cells = (tuple(Cell("98 %", "others 97 %") for _ in names),)
        chart = Chart(Grid("Metric", tuple(map(Row, names)), (Row("NRR"),), cells))
        told = texts(chart, width)
        assert told.count(word) == told.count("предприятия") == 10

    def test_many_columns_of_a_grid_follow_below_on_a_phone(self):
        columns = tuple(Row(f"Group {k}") for k in range(10))
        cells = (tuple(Cell("1", "others 2", "better") for _ in columns),)
        chart = Chart(Grid("Metric", columns, (Row("NPS"),), cells))
        drawn = svg.drawn(chart, width=svg.NARROW, name="f", label="l")
        assert drawn.count(">NPS<") == 4
        assert drawn.count("others 2") == 10

    def test_a_tall_drawing_is_printed_in_parts_that_cut_no_row(self):
        rows = tuple(Row(f"Level {k}") for k in range(40))
        marks = tuple((Span(k, k - 1.0, k + 1.0, "open"),) for k in range(40))
        chart = Chart(Rows(rows, (Panel(axis([0.0, 40.0], "count"), marks),)))
        told = svg.drawn(chart, width=svg.WIDE, name="f", label="l")
        found = re.findall(r'class="part"[^>]*viewBox="([^"]+)"', told)
        boxes = [[float(number) for number in one.split()] for one in found]
        assert len(boxes) > 3
        assert boxes[0][1] == 0
        for above, below in pairwise(boxes):
            assert above[1] + above[3] == pytest.approx(below[1], abs=0.1)
        assert max(high for *_, high in boxes) < 250
        few = Chart(chart.body.first(5))
        assert "parts" not in svg.drawn(few, width=svg.WIDE, name="f", label="l")

    def test_a_row_that_ended_above_is_not_drawn_again(self):
        columns = tuple(Row(str(k)) for k in range(12))
        cells = (tuple(Cell("100 %") for _ in columns), (Cell("50 %"), *(Cell(""),) * 11))
        chart = Chart(Grid("Won in", columns, (Row("old"), Row("new")), cells, 0, "cohorts"))
        drawn = svg.drawn(chart, width=svg.NARROW, name="f", label="l")
        assert (drawn.count(">old<"), drawn.count(">new<")) == (4, 1)

    def test_a_model_is_kept_without_loss(self, tables):
        every = [
            charts.lift_plot(tables["segments"], currency="EUR"),
            charts.priority_chart(tables["priorities"], labels={}),
            charts.concentration(pd.Series(range(1, 50)), currency="EUR"),
            a_new_chart(),
        ]
        for chart in every:
            assert from_json(to_json(chart)) == chart


def test_market_shares_stand_side_by_side_from_zero():
    table = pd.DataFrame(
        {
            "definition": ["A", "B", "C"],
            "rank": [2, 1, 3],
            "market_share": [0.2, 0.1, np.nan],
            "market_unknown": [0.0, 0.0, np.nan],
            "customer_share": [0.1, 0.3, 0.2],
        }
    )
    chart = charts.market_shares(table)
    assert [row.label for row in chart.body.rows if row.heading] == ["A", "B"]  # most left
    bars = marks(chart, Bar)
    assert [(bar.start, bar.end) for bar in bars] == [(0, 0.2), (0, 0.1), (0, 0.1), (0, 0.3)]
    assert chart.title.startswith("A: 20")  # the widest gap
    assert chart.body.left_out == 1
    assert charts.market_shares(table.tail(1)).body.text.startswith("No group")


def test_no_gridline_runs_through_a_heading():
    """A heading that reaches over the marks has the lines of the scale end before and after it."""
    long, short = "A group with a long name " * 3, "B"
    table = pd.DataFrame(
        {
            "definition": [long, short], "rank": [1, 2], "market_share": [0.2, 0.1],
            "market_unknown": 0.0, "customer_share": [0.1, 0.3],
        }
    )  # fmt: skip
    drawn = svg.drawn(charts.market_shares(table), name="m", label="", width=700)
    at = float(re.search(r'<text x="0" y="([\d.]+)"[^>]*>A group', drawn)[1])
    lines = [tuple(map(float, line)) for line in re.findall(LINE_OF_SCALE, drawn)]
    upright = [(top, bottom) for x, top, other, bottom in lines if x == other]
    assert upright and not [one for one in upright if one[0] < at - 6 < one[1]]


LINE_OF_SCALE = r'<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)"'


def test_shares_that_are_told_alike_are_no_gap():
    table = pd.DataFrame(
        {
            "definition": ["A", "B"],
            "rank": [1, 2],
            "market_share": [0.101, 0.104],
            "market_unknown": [0.0, 0.0],
            "customer_share": [0.099, 0.096],
        }
    )
    assert charts.market_shares(table).title.startswith("A: 10")


def test_no_company_of_the_market_is_like_them_only_where_all_of_it_is_known():
    table = pd.DataFrame(
        {"definition": ["A"], "rank": [1], "market_share": [0.0], "customer_share": [0.2]}
    )
    known, part = (
        str(charts.market_shares(table.assign(market_unknown=unknown)).title)
        for unknown in (0.0, 0.3)
    )
    assert "no company of the reachable market" in known
    assert "no company" not in part and "0\u00a0% of the market as far as it is known" in part


def test_what_is_tested_and_not_shown_does_not_stand_under_may_be_better(rendered_cases):
    """About half of all groups look better than the rest by luck: that makes none a candidate."""
    table = rendered_cases("none").ws.load("segments")
    named = table["segment_id"].isin(["lifecycle_veteran", "a_industry_retail"])
    table["verdict"] = table["verdict"].mask(named, "not_proven")
    chart = charts.lift_plot(table, currency="EUR", most=30)
    heading, told = "", {}
    for row, own in zip(chart.body.rows, chart.body.panels[0].marks, strict=True):
        heading = row.label if row.heading else heading
        told.setdefault(heading, []).extend(mark.value for mark in own)
    assert told["Not shown to be better"] == [900.0, -1500.0]
    candidates = table.loc[table["verdict"].eq("candidate") & table["lift"].gt(0), "lift"]
    assert sorted(told["May be better, not shown"]) == sorted(candidates) != []


def test_a_group_without_a_lift_counts_among_its_kind_and_is_said_not_to_be_drawn():
    """Else the chart counts other groups than the sentence that stands above it."""
    table = pd.DataFrame(
        {
            "segment_id": list("abcd"), "definition": list("ABCD"), "customers": [20, 30, 40, 2],
            "lift": [900.0, -10.0, np.nan, np.nan], "lift_low": [100.0, -90.0, np.nan, np.nan],
            "lift_high": [999.0, 50.0, np.nan, np.nan],
            "verdict": ["validated", "not_proven", "not_proven", "too_small"], "confounding": "",
        }
    )  # fmt: skip
    chart = charts.lift_plot(table, currency="EUR")
    every = {row.label: row.every for row in chart.body.rows if row.heading}
    assert every == {"Shown to be better": 1, "Not shown to be better": 2}
    assert sum(every.values()) == 3 and chart.title.startswith("1 of 3 groups")
    assert "1 group is too small to be compared. 1 group that the search lists" in chart.remark


def test_the_edge_of_a_phone_pushes_no_figure_of_an_axis_into_the_next():
    """The first one, wider than its half has room for, is left out where it would touch."""
    from helpers.report.charts.canvas import width

    scale = axis([-200e3, 300e3], "signed_axis_money", currency="USD")
    rows = Rows((Row("Country"),), (Panel(scale, ((Span(30e3, 0.0, 60e3),),)),))
    drawn = svg.drawn(Chart(rows, "t"), width=350.0, name="f", label="l")
    told = re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="middle"[^>]*>([^<]*[$][^<]*)<', drawn)
    assert len(told) > 2
    for (at, text), (then, other) in pairwise((float(x), text) for x, text in told):
        assert at + width(text) / 2 <= then - width(other) / 2 + 0.1, (text, other)
