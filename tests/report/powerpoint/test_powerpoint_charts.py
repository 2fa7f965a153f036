import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from powerpoint_tools import (
    charts_of,
    opened,
    overfull,
    series_of,
    tables_of,
    xs_of,
    y_of,
)
from pptx.enum.shapes import PP_PLACEHOLDER

from helpers.report import powerpoint
from helpers.report.deck.blocks import Placed, Slide, Text
from helpers.report.powerpoint import natives
from helpers.words import charts


class TestCharts:
    def test_lifts_are_those_of_the_data_file(self, built):
        segments = built.data("lifts").dropna(subset=["lift"])
        series = series_of(built.slide("shown"))
        labels = {name: s for name, s in series.items() if "interval" not in name}
        drawn = sorted(
            x for name, s in labels.items() if name not in ("rows", charts.NAIVE) for x in xs_of(s)
        )
        assert drawn == pytest.approx(sorted(segments["lift"]))
        for row in segments[segments["verdict"].eq("validated")].itertuples():
            ends = xs_of(series[f"{row.definition}: interval"])
            assert ends == pytest.approx([row.lift_low, row.lift_high])

    def test_rows_carry_names_and_numbers_of_customers(self, built):
        labels = series_of(built.slide("shown"))["rows"]._element.xpath(".//c:rich//a:t")
        assert all(re.search(r"\(n = \d+\)$", label.text) for label in labels)
        assert len(labels) == len(built.data("lifts").dropna(subset=["lift"]))

    def test_bars_of_the_exclusions(self, built):
        effects = built.data("exclusions")
        accounts, revenue = charts_of(built.slide("customers"))
        for chart, column in ((accounts, "accounts"), (revenue, "monthly_revenue")):
            kept, out = chart.plots[0].series
            pairs = zip(kept.values, out.values, strict=True)
            drawn = [a if a is not None else b for a, b in pairs]
            assert drawn == pytest.approx(list(effects[column]))

    def test_every_customer_has_a_mark(self, built):
        scores = built.data("score_strip")
        series = series_of(built.slide("good-customer"))
        drawn = {name: len(y_of(s)) for name, s in series.items()}
        assert drawn == dict(Counter(scores["band"]))
        values = sorted(float(v.text) for s in series.values() for v in y_of(s))
        assert values == pytest.approx(sorted(scores["quality_score"]))

    def test_effects_and_what_could_not_be_seen(self, built):
        tested = built.data("hypothesis_effects")
        series = series_of(built.slide("tested"))
        bands = xs_of(series["too small to be seen: interval"])
        assert len(bands) == 2 * len(tested)
        assert max(bands) == pytest.approx(tested["detectable_effect"].max())
        held = tested[tested["verdict"].eq("supported")]
        assert sorted(xs_of(series["supported"])) == pytest.approx(sorted(held["effect"]))

    def test_priorities_with_the_range_of_ranks(self, built):
        table = built.data("priority_order").sort_values("rank")
        scores, ranks = charts_of(built.slide("order"))
        assert list(scores.plots[0].series[0].values) == pytest.approx(
            list(table["priority_score"])
        )
        ends = [xs_of(s) for s in ranks.plots[0].series if s.name.endswith(": interval")]
        assert sorted(ends) == sorted(
            [[low, high] for low, high in zip(table["rank_low"], table["rank_high"], strict=True)]
        )

    def test_ranks_stand_at_the_ticks_that_name_them(self, built):
        _, ranks = charts_of(built.slide("order"))
        axis = ranks.category_axis
        assert (axis.minimum_scale, axis.major_unit) == (0, 1)
        assert all(x == int(x) for s in ranks.plots[0].series for x in xs_of(s))

    def test_the_number_of_customers_is_never_cut(self, built):
        for slide in built.file.slides:
            for chart in charts_of(slide):
                told = chart._chartSpace.xpath(".//c:rich//a:t|.//c:cat//c:v")
                for label in (node.text for node in told):
                    assert "(n" not in label or re.search(r"\(n = [\d,]+\)$", label)

    def test_the_longest_series_is_the_first(self, each_built):
        # LibreOffice drops a first series that is shorter than a later one.
        for slide in each_built.file.slides:
            for chart in charts_of(slide):
                lengths = [
                    int(s._element.xpath("(c:xVal|c:cat)//c:ptCount/@val")[0])
                    for s in chart.plots[0].series
                ]
                assert lengths[0] == max(lengths)

    def test_labels_of_bars_read_as_on_the_page(self, built):
        # −€12.0k and −€96.0k beside €480k: each value in the format that the page tells it in.
        _, revenue = charts_of(built.slide("customers"))
        kept, out = revenue.plots[0].series
        codes = [
            [node.get("formatCode") for node in s._element.xpath("c:dLbls/c:dLbl/c:numFmt")]
            for s in (kept, out)
        ]
        assert codes[0] == ['"€"0,"k"', '"€"0.0,"k"', '"€"0.0,"k"', '"€"0,"k"']
        assert codes[1][1] == '"−""€"0.0,"k";;"€"0.0,"k"'

    def test_differences_of_a_segment_stand_beside_their_rows(self, built):
        segment = built.content.segments[0]
        slide = built.slide("segment-1")
        (chart,) = charts_of(slide)
        names = [row.cells[0].text for row in tables_of(slide)[0].rows][1:]
        metrics = segment.metrics.assign(
            label=[built.content.metric(name)[0] for name in segment.metrics["metric"]]
        ).set_index("label")
        half = (metrics["difference_high"] - metrics["difference_low"]) / 2
        wanted = (metrics["difference"] / half).clip(-4, 4).reindex(names).dropna()
        marks = {
            float(y.text): x
            for series in chart.plots[0].series
            if "interval" not in series.name
            for x, y in zip(xs_of(series), y_of(series), strict=True)
        }
        drawn = [marks[height] for height in sorted(marks, reverse=True)]
        assert drawn == pytest.approx(list(wanted), abs=0.001)
        frame = next(s for s in slide.shapes if s.name == "Differences")
        table = next(s for s in slide.shapes if s.has_table)
        assert frame.left >= table.left + table.width
        assert frame.height >= table.height - table.table.rows[0].height

    def test_the_metrics_of_segments_are_a_coloured_table(self, built):
        table = tables_of(built.slide("profiles"))[0]
        for row in list(table.rows)[1:]:
            for cell in list(row.cells)[1:]:
                fill = cell._tc.xpath("./a:tcPr/a:solidFill/a:srgbClr/@val")
                wanted = {"▲": ["DCEBF7"], "▼": ["F8E6DA"]}.get(cell.text[:1], [])
                assert fill == wanted

    def test_two_charts_fill_the_placeholders_of_their_layout(self, built):
        slide = built.slide("revenue")
        assert slide.slide_layout.name == "Two charts"
        kinds = [p.placeholder_format.type for p in slide.placeholders]
        assert kinds.count(PP_PLACEHOLDER.CHART) == 2
        held, stayed = charts_of(slide)
        data = built.data("concentration").dropna()
        shares = [float(v.text) for v in y_of(series_of(slide)["share held"])]
        assert shares == pytest.approx(list(data["value_share"]))
        assert {s.name for s in stayed.plots[0].series} >= {"all customers"}
        assert held is not stayed

    def test_a_curve_has_no_point_where_its_value_is_withheld(self, built):
        data = built.data("concentration")
        assert data["value_share"].isna().any()  # of fewer customers than may be shown
        chart = natives.drawing(built.content, "concentration", data).charts[0][1]
        values = [p.y for series in chart.series for p in series.points]
        assert np.isfinite(values).all()

    def test_heat_maps_become_tables_with_coloured_cells(self, built):
        slide = built.slide("changes")
        counts = [
            int(cell.text.replace(",", ""))
            for row in list(tables_of(slide)[0].rows)[1:]
            for cell in list(row.cells)[1:]
        ]
        gone = built.data("movement_bands")["change"].eq("gone").sum()
        assert sum(counts) == len(built.content.tables["quality_scores"]) + gone
        fills = tables_of(slide)[0]._tbl.xpath(".//a:tcPr/a:solidFill/a:srgbClr/@val")
        assert len(set(fills)) > 2

    @pytest.mark.parametrize(
        "id", ["score_example", "concentration", "coverage", "profiles", "mrr_bridge"]
    )
    def test_every_exhibit_is_native(self, built, id):
        exhibit = built.content.exhibit(id)
        slide = Slide("x", "A title", (Text("text"),), (Placed(exhibit, "Figure 1"),))
        file = opened(powerpoint.build(built.content, [slide]))
        assert charts_of(file.slides[0]) or tables_of(file.slides[0])
        assert overfull(file) == []

    def test_a_bridge_adds_up(self, built):
        steps = {"opening": 100.0, "new": 30.0, "churned": -50.0, "closing": 80.0}
        data = pd.DataFrame({"step": list(steps), "amount": list(steps.values())})
        chart = natives.drawing(built.content, "mrr_bridge", data).charts[0][1]
        drawn = dict(chart.series)
        assert drawn["base"] == (0.0, 100.0, 80.0, 0.0)
        assert drawn["amount"] == (100.0, 30.0, 50.0, 80.0)
        assert drawn["below zero"] == (0.0, 0.0, 0.0, 0.0)

    def test_a_bar_that_crosses_zero_is_drawn_on_both_sides(self, built):
        data = pd.DataFrame({"line": ["Base", "Costs"], "amount": [10.0, -25.0]})
        chart = natives.drawing(built.content, "score_example", data).charts[0][1]
        drawn = dict(chart.series)
        assert drawn["amount"] == (10.0, 10.0, 0.0)
        assert drawn["below zero"] == (0.0, -15.0, -15.0)

    def test_survival_is_a_staircase(self, built):
        data = pd.DataFrame({"time": [0, 6, 12], "survival": [1, 0.9, 0.7], "at_risk": [9, 8, 5]})
        data = data.assign(low=data["survival"] - 0.1, high=1.0)
        chart = natives.drawing(built.content, "survival", data).charts[0][1]
        points = [(p.x, p.y) for p in chart.series[0].points]
        assert points == [(0, 1), (6, 1), (6, 0.9), (12, 0.9), (12, 0.7)]

    def test_another_chart_becomes_the_table_of_its_data(self, built):
        data = pd.DataFrame({"some_name": ["a"], "value": [1.5]})
        table = natives.drawing(built.content, "unheard_of", data).table
        assert (table.columns, table.rows) == (("some name", "value"), (("a", "1.50"),))


def test_large_studies_thin_out_their_marks(built):
    scores = pd.DataFrame({"quality_score": np.arange(9000.0), "band": "average"})
    drawing = natives.drawing(built.content, "score_strip", scores)
    assert len(drawing.charts[0][1].series[0].points) == 1500
    assert drawing.remark == "One mark for every 6 customers."
