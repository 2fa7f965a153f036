"""Sentences about what a segment looks like beside the rest."""

from helpers.words import N_

PART_OF_SCORE = N_("made the score")
MARKS = N_(
    "▲ better, ▼ worse than the rest, shown under a false discovery rate over all segments and "
    "metrics; without a sign, no difference is shown, neither direction is good, or the metric is "
    "part of what made the score. segment_metrics holds all metrics."
)
