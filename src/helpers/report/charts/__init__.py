"""Charts: each a function from a tidy table to a model that knows no renderer.

The number of customers and the interval are part of every model. `charts.svg` draws a model for
pages, `powerpoint.charts` as native charts; whoever adds a chart writes one function.
"""

from helpers.report.charts.churn import churn_line, cohort_grid
from helpers.report.charts.customers import (
    concentration,
    coverage_bars,
    exclusion_effect,
    score_strip,
    score_waterfall,
)
from helpers.report.charts.groups import (
    hypothesis_effects,
    lift_plot,
    priority_chart,
    share_differences,
)
from helpers.report.charts.health import hazard_chart, health_calibration, health_map
from helpers.report.charts.market import market_shares
from helpers.report.charts.model import Chart
from helpers.report.charts.moving import claims_chart, flow_chart, series_chart
from helpers.report.charts.profiles import segment_heatmap
from helpers.report.charts.revenue import movement_grid, mrr_bridge, survival_curve

__all__ = [
    "Chart",
    "churn_line",
    "claims_chart",
    "cohort_grid",
    "concentration",
    "coverage_bars",
    "exclusion_effect",
    "flow_chart",
    "hazard_chart",
    "health_calibration",
    "health_map",
    "hypothesis_effects",
    "lift_plot",
    "market_shares",
    "movement_grid",
    "mrr_bridge",
    "priority_chart",
    "score_strip",
    "score_waterfall",
    "segment_heatmap",
    "series_chart",
    "share_differences",
    "survival_curve",
]
