import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from powerpoint_tools import (
    FOOT,
    charts_of,
    drawn_alone,
    opened,
    overfull,
    series_of,
    tables_of,
    xs_of,
    y_of,
)
from pptx.enum.shapes import PP_PLACEHOLDER

from helpers.report import charts, powerpoint
from helpers.report.charts.axes import axis, factors
from helpers.report.charts.model import Panel, Row, Rows, Span
from helpers.report.deck.blocks import Placed, Slide, Text
from helpers.report.powerpoint import charts as native
from helpers.report.powerpoint import drawing, master
from helpers.report.powerpoint.codes import code_of
from helpers.report.powerpoint.column import FigurePiece
from helpers.report.powerpoint.page import Page
from helpers.words import speak


def ends_of(series) -> list[list[float]]:
    """The two ends of each interval."""
    values = xs_of(series)
    return [list(pair) for pair in zip(values[::2], values[1::2], strict=True)]


def heights(table) -> list[tuple[float, float]]:
    """Top and bottom of each row of a label table, in EMU from the table's top."""
    edges = np.concatenate([[0], np.cumsum([row.height for row in table.table.rows])])
    return list(pairwise(edges))


class TestCharts:
    def test_lifts_are_those_of_the_data_file(self, built):
        segments = built.data("lifts").dropna(subset=["lift"])
        series = series_of(built.slide("shown"))
        drawn = sorted(x for name in ("shown", "open") for x in xs_of(series[name]))
        assert set(drawn) <= set(segments["lift"].round(6)) | set(segments["lift"])
        best = segments[segments["verdict"].eq("validated")]
        assert xs_of(series["shown"]) == pytest.approx(
            list(best.sort_values("lift", ascending=False)["lift"])
        )
        wanted = best[["lift_low", "lift_high"]].to_numpy(float).tolist()
        assert sorted(ends_of(series["shown: interval"])) == sorted(wanted)

    def test_rows_carry_whole_names_and_numbers_of_customers(self, built):
        rows = [row.cells[0].text for row in tables_of(built.slide("shown"))[0].rows]
        segments = built.data("lifts").dropna(subset=["lift"])
        for row in segments[segments["verdict"].eq("validated")].itertuples():
            assert any(text == f"{row.definition}  n\xa0=\xa0{row.customers}" for text in rows)

    def test_marks_stand_at_the_height_of_their_row(self, each_built):
        """Where a row of labels is, there is its mark, by the file's own measures."""
        checked = 0
        for slide in each_built.file.slides:
            labels = [s for s in slide.shapes if s.name.endswith(": labels")]
            for frame in labels:
                name = frame.name.removesuffix(": labels")
                rows = heights(frame)
                for shape in slide.shapes:
                    if not (shape.has_chart and shape.name == name):
                        continue
                    chart = shape.chart
                    if chart.plots[0].__class__.__name__ == "BarPlot":
                        marked = len(rows) - len(list(chart.plots[0].categories))
                        assert marked in (0, 1)  # a head
                        sizes = {b - a for a, b in rows[marked:]}
                        assert max(sizes) - min(sizes) <= 1  # bars share their room evenly
                        continue
                    scale = chart.value_axis.maximum_scale
                    area = chart._chartSpace.xpath(".//c:plotArea/c:layout/c:manualLayout")[0]
                    top, high = (
                        float(area.xpath(f"c:{tag}/@val")[0]) * shape.height for tag in "yh"
                    )
                    for series in chart.plots[0].series:
                        for y in (float(v.text) for v in y_of(series)):
                            at = shape.top + top + high * (1 - y / scale) - frame.top
                            inside = [a for a, b in rows if a - 2000 <= at <= b + 2000]
                            assert inside, (name, at)
                            checked += 1
        assert checked

    def test_bars_of_the_exclusions(self, built):
        effects = built.data("exclusions")
        accounts, revenue = charts_of(built.slide("customers"))
        for chart, column in ((accounts, "accounts"), (revenue, "monthly_revenue")):
            base, above, below = chart.plots[0].series
            drawn = [a + b + c for a, b, c in zip(base.values, above.values, below.values,
                                                  strict=True)]  # fmt: skip
            assert drawn == pytest.approx(list(effects[column]))
            assert next(iter(chart.plots[0].categories)) == "known accounts"

    def test_figures_stand_in_the_table_as_on_the_page(self, built):
        rows = list(tables_of(built.slide("customers"))[0].rows)
        told = [[cell.text for cell in row.cells] for row in rows]
        assert told[0] == ["", "accounts", "monthly revenue"]
        model = built.content.exhibit("exclusions").chart.body
        for row, accounts, revenue in zip(
            told[1:], model.panels[0].texts(), model.panels[1].texts(), strict=True
        ):
            assert row[1:] == [accounts, revenue]

    def test_every_customer_has_a_mark(self, built):
        scores = built.data("score_strip")
        series = series_of(built.slide("good-customer"))
        drawn = {band: len(y_of(series[band])) for band in scores["band"].unique()}
        assert drawn == dict(Counter(scores["band"]))
        values = sorted(float(v.text) for band in drawn for v in y_of(series[band]))
        assert values == pytest.approx(sorted(scores["quality_score"]))

    def test_effects_and_what_could_not_be_seen(self, built):
        tested = built.data("hypothesis_effects")
        series = series_of(built.slide("tested"))
        bands = ends_of(series["unseen"])
        assert {high for _, high in bands} <= set(tested["detectable_effect"])
        held = tested[tested["verdict"].eq("supported") & tested["declared"]]
        assert sorted(xs_of(series["shown"])) == pytest.approx(sorted(held["effect"]))

    def test_priorities_with_the_range_of_ranks(self, built):
        table = built.data("priority_order").sort_values("rank")
        scores, ranks = charts_of(built.slide("order"))
        assert list(scores.plots[0].series[1].values) == pytest.approx(
            list(table["priority_score"])
        )
        wanted = table[["rank_low", "rank_high"]].astype(float).to_numpy().tolist()
        found = {s.name: s for s in ranks.plots[0].series}
        assert ends_of(found["shown: interval"]) == wanted

    def test_ranks_stand_at_the_ticks_that_name_them(self, built):
        _, ranks = charts_of(built.slide("order"))
        axis = ranks.category_axis
        assert (axis.minimum_scale, axis.major_unit) == (0, 1)

    def test_the_longest_series_is_the_first(self, each_built):
        # LibreOffice drops a first series that is shorter than a later one.
        for slide in each_built.file.slides:
            for chart in charts_of(slide):
                lengths = [
                    int(s._element.xpath("(c:xVal|c:cat)//c:ptCount/@val")[0])
                    for s in chart.plots[0].series
                ]
                assert lengths[0] == max(lengths)

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
            if "interval" not in series.name and series.name != "zero"
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
        held = data["value_share"].isna()  # of fewer customers than may be shown
        assert held.any()
        line = built.content.exhibit("concentration").chart.body.lines[1]
        assert not set(line.x).intersection(data.loc[held, "customer_share"])

    def test_heat_maps_become_tables_with_coloured_cells(self, built):
        slide = built.slide("changes")
        grid = next(s.table for s in slide.shapes if s.name == "Chart movement_bands")
        counts = [
            int(cell.text.replace(",", ""))
            for row in list(grid.rows)[1:]
            for cell in list(row.cells)[1:]
        ]
        gone = built.data("movement_bands")["change"].eq("gone").sum()
        assert sum(counts) == len(built.content.tables["quality_scores"]) + gone
        fills = grid._tbl.xpath(".//a:tcPr/a:solidFill/a:srgbClr/@val")
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

    def test_a_bar_that_crosses_zero_is_drawn_on_both_sides(self):
        data = pd.DataFrame({"line": ["Base", "Costs"], "amount": [10.0, -25.0]})
        (chart,) = charts_of(drawn_alone(charts.score_waterfall(data, currency="EUR")))
        drawn = {series.name: tuple(series.values) for series in chart.plots[0].series}
        assert drawn["amount"] == (10.0, 10.0, 0.0)
        assert drawn["below zero"] == (0.0, -15.0, -15.0)

    def test_text_in_charts_is_large_enough(self, each_built):
        for slide in each_built.file.slides:
            for chart in charts_of(slide):
                sizes = {int(v) for v in chart._chartSpace.xpath(".//@sz") if v.isdigit()}
                assert min(sizes) >= 900  # 9 points are 13.5 pixels of 1440
            for table in tables_of(slide):
                assert min(int(v) for v in table._tbl.xpath(".//a:rPr/@sz")) >= 900


def test_a_signed_axis_keeps_its_zero():
    """Ticks that begin above the axis's end: zero is told as zero, and a loss as one."""
    wide = axis([-9000.0, 60_000.0], "signed_axis_money", currency="EUR")
    few = replace(wide, low=-12_000.0, ticks=wide.ticks[1:])
    longer, code = native.whole_steps(few)
    assert code == '+"€"#,##0,"k";"−""€"#,##0,"k";"€"0'
    assert longer.low <= few.low and longer.ticks == few.ticks
    plain = replace(few, format="axis_money")
    assert native.whole_steps(plain)[1].endswith('"";"€"#,##0,"k"')  # its ends are hidden


def test_no_format_of_an_axis_has_an_exponent():
    """Which a condition of a number format does not understand."""
    wide = axis([3e9, 60e9], "axis_money", currency="IDR", zero=False)
    code = native.whole_steps(replace(wide, low=1e9, ticks=wide.ticks[1:]))[1]
    assert re.fullmatch(r'\[=\d+\]"";\[=\d+\]"";"IDR\xa0"#,##0,,,"bn"', code)


@pytest.mark.parametrize(
    ("low", "high", "currency", "code"),
    [
        (10, 90_000, "EUR", '[>=1000]"€"0,"k";"€"#,##0'),
        (2e8, 9e12, "IDR", '[>=1000000000000]"IDR\xa0"0,,,,"tn";[>=1000000000]"IDR\xa0"0,,,"bn";'
         '"IDR\xa0"#,##0'),
        (0.02, 0.4, "EUR", '"€"General'),
    ],
)  # fmt: skip
def test_an_axis_by_factors_tells_its_largest_units(low, high, currency, code):
    assert code_of(factors([low, high], currency=currency)) == code


def test_the_letters_of_a_currency_are_quoted_in_a_format(request):
    """Else US$ would have the seconds of a day in it, and IDR its day."""
    request.addfinalizer(speak)
    speak("zh")
    assert code_of(axis([0.0, 900.0], "axis_money", currency="USD")).split(";")[0] == '"US$"#,##0'
    large = axis([0.0, 3.5e9], "axis_money", currency="USD")
    assert code_of(large).split(";")[0] == '"US$"0\\.00,,"亿"'


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([-20_000.0, 60_000.0], '+"€"0\\.0,"万";"−""€"0\\.0,"万";"€"0'),
        ([0.0, 9_000.0], '"€"0\\.0,"万";"−""€"0\\.0,"万";"€"0'),  # up to one 万
        ([0.0, 12_000.0], '"€"#,##0;"−""€"#,##0;"€"0'),  # 2,500 apart: 0.25万 has more digits
        ([0.0, 900.0], '"€"#,##0;"−""€"#,##0;"€"0'),
        ([0.0, 2.4e12], '"€"#,##0.0,,,,"万亿";"−""€"#,##0.0,,,,"万亿";"€"0'),
    ],
)
def test_a_native_axis_tells_large_sums_in_the_units_of_the_language(request, values, code):
    """Formats divide by thousands only: a point is written before the digits that 万 leaves."""
    request.addfinalizer(speak)
    speak("zh")
    kind = "signed_axis_money" if min(values) < 0 else "axis_money"
    assert code_of(axis(values, kind, currency="EUR")) == code
    by_factors = code_of(factors([10, 90_000], currency="EUR"))
    assert by_factors == '[>=10000]"€"0\\.0,"万";"€"#,##0'


def test_long_names_leave_room_to_the_marks(tmp_path):
    """However long labels are, and however many: a third of the width is for dots and bars."""
    room = 600.0
    for names in (90, 200):
        rows = tuple(Row(f"{k} {'name of ' * (names // 8)}") for k in range(12))
        spans = tuple((Span(1.0, 0.5, 1.5, text="+€9,200"),) for _ in rows)
        body = Rows(rows, (Panel(axis([0.0, 2.0]), spans),))
        for share in (*drawing.LABELS, drawing.WIDEST):
            layout = drawing._layout(body, room, drawing.SIZES[-1], share)
            assert room - layout.label - sum(layout.texts) >= drawing.MARKS * room


def test_charts_stand_inside_their_box(built):
    for slide in built.file.slides:
        for shape in slide.shapes:
            assert shape.top + shape.height <= (FOOT + 20) * 12700


def test_what_a_chart_rests_on_is_not_cut_in_the_middle():
    """The source of a chart of many groups, three lines long, ended in an ellipsis."""
    told = "Source: segments. " + "20 groups are too small to be compared and are not drawn. " * 5
    model = charts.score_waterfall(
        pd.DataFrame({"line": ["Base", "Costs"], "amount": [10.0, -2.0]}), currency="EUR"
    )
    template = master.opened()
    slide = template.presentation.slides.add_slide(template.layouts[master.TEXT])
    made = Page(slide, template, master.TEXT)
    made.figure(FigurePiece("Figure 1", told.strip(), model), master.Box(40, 100, 540, 340))
    assert told.strip() in [s.text_frame.text for s in slide.shapes if s.has_text_frame]
