"""Charts: each a function from a tidy table to a Figure that it neither shows nor saves.

The number of customers and the interval are always drawn. Importing this package does not import
matplotlib.
"""

from helpers.report.figures.customers import (
    concentration,
    coverage_bars,
    exclusion_effect,
    score_strip,
    score_waterfall,
)
from helpers.report.figures.health import hazard_chart, health_calibration, health_map
from helpers.report.figures.revenue import movement_grid, mrr_bridge, survival_curve
from helpers.report.figures.segments import (
    hypothesis_effects,
    lift_plot,
    priority_chart,
    segment_heatmap,
)
from helpers.report.figures.shares import share_differences

__all__ = [
    "concentration",
    "coverage_bars",
    "exclusion_effect",
    "hazard_chart",
    "health_calibration",
    "health_map",
    "hypothesis_effects",
    "lift_plot",
    "movement_grid",
    "mrr_bridge",
    "priority_chart",
    "score_strip",
    "score_waterfall",
    "segment_heatmap",
    "share_differences",
    "survival_curve",
]
