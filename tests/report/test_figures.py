import re

import numpy as np
import pandas as pd
import pytest

from helpers.errors import StudyError
from helpers.report import figures, styling
from helpers.report.content import Content
from helpers.report.figures.segments import effects_drawn
from helpers.report.powerpoint import natives


def texts(figure) -> str:
    svg = styling.as_svg(figure, name="f", label="l")
    return "\n".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))


@pytest.fixture
def tables(rendered):
    return {name: rendered.ws.load(name) for name in rendered.ws.data_files}


def test_lift_plot_says_n_of_each_segment_and_fills_the_validated_only(tables):
    figure = figures.lift_plot(tables["segments"], currency="EUR")
    shown = texts(figure)
    for row in tables["segments"].dropna(subset="lift").itertuples():
        assert f"(n = {row.customers})" in shown
    points = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    filled = [p.get_xdata()[0] for p in points if p.get_markerfacecolor() != "white"]
    validated = tables["segments"].query("verdict == 'validated'")["lift"]
    assert sorted(filled) == sorted(validated)
    spans = [tuple(line.get_xdata()) for line in figure.axes[0].lines if len(line.get_xdata()) == 2]
    for row in tables["segments"].dropna(subset="lift").itertuples():
        assert (row.lift_low, row.lift_high) in spans


def test_lift_plot_counts_what_it_leaves_out(tables):
    shown = texts(figures.lift_plot(tables["segments"], currency="EUR", most=3))
    assert f"{len(tables['segments']) - 3} more in the data file segments" in shown


def test_a_segment_keeps_its_hue_whatever_its_place():
    hues = styling.segment_colours(["c", "a", "b"])
    assert hues == styling.segment_colours(["b", "c", "a"])
    assert len(set(hues.values())) == 3


def test_waterfall_ends_at_the_sum():
    lines = pd.DataFrame({"line": ["Base", "Service", "Growth"], "amount": [1000.0, -300.0, 250.0]})
    figure = figures.score_waterfall(lines, currency="EUR")
    assert figure.axes[0].patches[-1].get_width() == 950.0
    assert "€950" in texts(figure)


def test_bridge_levels_follow_from_the_changes():
    steps = ["opening", "new", "churned", "closing"]
    bridge = pd.DataFrame({"step": steps, "amount": [100.0, 40.0, -60.0, 80.0]})
    bars = figures.mrr_bridge(bridge, currency="EUR").axes[0].patches
    ends = [bar.get_y() + bar.get_height() for bar in bars]
    assert ends == [100.0, 140.0, 80.0, 80.0]


def test_concentration_names_the_share_of_the_largest_fifth():
    values = pd.Series([50.0, 10, 10, 10, 20, np.nan])
    shown = texts(figures.concentration(values, currency="EUR"))
    assert "largest 1 of 5 customers: 50\xa0% of €100" in shown


def test_exclusions_show_counts_and_revenue():
    effects = pd.DataFrame(
        {
            "rule": ["known accounts", "account_type", "included"],
            "accounts": [10, 2, 8],
            "monthly_revenue": [1000.0, 0.0, 1000.0],
        }
    )
    shown = texts(figures.exclusion_effect(effects, currency="EUR"))
    assert "−2" in shown
    assert "−€0" not in shown


def test_heat_map_leaves_out_what_has_no_value(tables):
    shown = texts(
        figures.segment_heatmap(
            tables["segment_metrics"],
            labels={"h_nordics": "Nordics"},
            metrics={"nps": "NPS", "csat": "CSAT"},
            currency="EUR",
        )
    )
    assert "CSAT" in shown
    assert "NPS" not in shown
    assert "n = 21" in shown


def test_heat_map_marks_no_metric_that_shares_a_line_with_the_score(tables, rendered):
    rows = tables["segment_metrics"].assign(better="better")
    rows = rows[rows["segment_id"].eq("h_nordics") & rows["metric"].isin(["nrr", "csat"])]
    rows.loc[rows["metric"].eq("nrr"), "shares_score_inputs"] = "base, growth"
    names = {"nrr": "Net revenue retention", "csat": "CSAT"}
    labels = {"h_nordics": "Nordics"}
    drawn = texts(figures.segment_heatmap(rows, metrics=names, labels=labels, currency="EUR"))
    assert names["nrr"] in drawn
    assert drawn.count("▲") == 2  # of CSAT, and in the key
    native = natives.profiles(Content(rendered.ws), rows).table
    told = {
        row[0]: (row[1][:1], fill[1]) for row, fill in zip(native.rows, native.fills, strict=True)
    }
    assert [mark for mark, _ in told.values()].count("▲") == 1
    assert sum(fill != "" for _, fill in told.values()) == 1


def test_band_moves_add_up_to_all_customers():
    scores = pd.DataFrame({"account_id": list("abc"), "band": ["poor", "average", "average"]})
    rows = [
        ("customer", "a", "x", "new", "", ""),
        ("customer", "b", "x", "band", "excellent", "average"),
        ("customer", "z", "x", "gone", "", ""),
    ]
    movement = pd.DataFrame(rows, columns=["kind", "id", "name", "change", "before", "after"])
    shown = texts(figures.movement_grid(movement, scores))
    assert "this quarter (n = 4)" in shown


def test_survival_curve_says_how_many_are_at_risk():
    curve = pd.DataFrame(
        {"time": [0, 5], "survival": [1, 0.5], "low": [1, 0.3], "high": [1, 0.7], "at_risk": [9, 4]}
    )
    assert "all customers (n = 9)" in texts(figures.survival_curve(curve))


def test_priority_chart_shows_how_often_a_segment_is_first(tables):
    shown = texts(figures.priority_chart(tables["priorities"], labels={}))
    assert "place 1 to 2" in shown


@pytest.mark.parametrize(
    ("draw", "columns"),
    [
        (
            lambda t: figures.lift_plot(t, currency="EUR"),
            "segment_id definition customers lift lift_low lift_high verdict",
        ),
        (
            figures.hypothesis_effects,
            "hypothesis_id statement customers effect effect_low effect_high unit "
            "detectable_effect verdict declared",
        ),
        (
            lambda t: figures.priority_chart(t, labels={}),
            "segment_id priority_score rank rank_low rank_high share_first",
        ),
        (figures.coverage_bars, "field filled customers filled_share verdict"),
        (figures.survival_curve, "time survival low high at_risk"),
    ],
)
def test_nothing_to_draw_is_said(draw, columns):
    figure = draw(pd.DataFrame(columns=columns.split(), dtype=float))
    assert re.search("No|Nothing", texts(figure))


def test_a_variable_that_would_squeeze_all_others_is_counted_but_not_drawn():
    detectable = [900.0, 800.0, 20_000.0, 1_000.0]
    table = pd.DataFrame(
        {
            "hypothesis_id": ["H1", "H2", "variable-country", "variable-plan"],
            "statement": ["A", "B", *(f"{x} is related to the quality score" for x in "CD")],
            "customers": 50,
            "effect": [5.0, 40.0, 30_000.0, 60.0],
            "effect_low": 0.0,
            "effect_high": 70.0,
            "unit": ["EUR"] * 4,
            "detectable_effect": detectable,
            "declared": [True, True, False, False],
            "verdict": "not supported",
        }
    )
    # The median detectable effect is 950: C's is more than ten times as large.
    assert effects_drawn(table)["label"].tolist() == ["H2  B", "H1  A", "D"]
    assert "1 more in the data file" in texts(figures.hypothesis_effects(table))
    assert len(effects_drawn(table.assign(declared=True))) == 4  # what was declared is always drawn


def test_missing_columns_are_named():
    with pytest.raises(StudyError, match=r"(?s)lift_plot.*lift_low"):
        figures.lift_plot(pd.DataFrame({"segment_id": ["a"]}), currency="EUR")


def test_the_style_does_not_leak():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figures.concentration(pd.Series([1.0, 2.0]), currency="EUR")
    assert dict(mpl.rcParams) == before


def test_health_map_draws_four_groups_and_counts_the_unproven():
    health = pd.DataFrame(
        {
            "health_score": [90.0, 80, 20, 30, np.nan],
            "value": [500.0, 50, 400, 40, 300],
            "value_cut": 100.0,
            "health_group": ["key", "high_potential", "at_risk", "low_potential", "unproven"],
        }
    )
    figure = figures.health_map(health, currency="EUR", cut=60, value="monthly revenue")
    assert "(n = 4, 1 unproven)" in texts(figure)
    lines = [line.get_xydata() for line in figure.axes[0].lines]
    assert lines[0][0][0] == 60
    assert lines[1][0][1] == 100
    nobody = figures.health_map(health.tail(1), currency="EUR", cut=60, value="v")
    assert "Of no customer" in texts(nobody)


def test_hazard_chart_shows_no_band_below_the_smallest_group():
    hazard = pd.DataFrame(
        {"band": ["0–3 months", "3–6 months"], "customers": [40, 4], "left": [2, 1],
         "hazard": [0.02, 0.2], "low": [0.01, 0.1], "high": [0.04, 0.5]}
    )  # fmt: skip
    shown = texts(figures.hazard_chart(hazard, least=5))
    assert "(n = 40)" in shown
    assert "3–6 months" not in shown
    assert "No customer" in texts(figures.hazard_chart(hazard.head(0)))


def test_calibration_has_a_panel_per_outcome_with_every_interval():
    table = pd.DataFrame(
        {"outcome": ["churn"] * 2 + ["expansion"] * 2, "score_low": [0.0, 50] * 2,
         "score_high": [49.0, 99] * 2, "customers": [30, 31] * 2, "share": [0.2, 0.1] * 2,
         "low": [0.1, 0.05] * 2, "high": [0.3, 0.2] * 2}
    )  # fmt: skip
    figure = figures.health_calibration(table)
    assert [axes.get_title(loc="left") for axes in figure.axes] == [
        "left in the quarter", "expanded in the quarter",
    ]  # fmt: skip
    spans = [tuple(line.get_ydata()) for line in figure.axes[0].lines if len(line.get_ydata()) == 2]
    assert spans == [(0.1, 0.3), (0.05, 0.2)]
    assert "n = 31" in texts(figure)
    assert len(figures.health_calibration(table.head(2)).axes) == 1
