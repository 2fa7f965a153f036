"""Sentences about segments and hypotheses."""

from helpers.words import N_

# ── notes of segments ────────────────────────────────────────────────────────────────────────────
HOLDS_WITHOUT = N_("holds on the score without {lines}")
FAILS_WITHOUT = N_("does not hold on the score without {lines}")
WITHIN = N_("better only {places}, and not shown to be better than all other customers")
WITHIN_INSIDE = N_("within {others}")
WITHIN_OUTSIDE = N_("outside {others}")
WITHIN_BOTH = N_("among customers that are alike in being inside or outside {others}")

# ── how much better ──────────────────────────────────────────────────────────────────────────────
SCORE_BETTER = N_("Its {who} ({share} of all) score {better} on average than all others")
BETTER_OPEN = N_(
    "Its {who} ({share} of all) are shown to score better on average than all others; by how much "
    "is open"
)
INTERVAL = N_("the 95 % interval runs from {interval}")
ADJUSTED_P = N_("adjusted {p}")
THAN_REST = N_("{better} than the rest")
THAN_REST_OPEN = N_("better than the rest; by how much is open")
OPEN = N_("open")

# ── the answer ───────────────────────────────────────────────────────────────────────────────────
NONE = N_("No segment stands out among the {judged:count} that were large enough to be judged.")
NONE_SEEN_FROM = N_(
    "No segment stands out among the {judged:count} that were large enough to be judged; a segment "
    "of {size} would have had to be about {lift} a year better to be seen."
)
IS_BETTER = N_("{count} is shown to be better than the rest")
ARE_BETTER = N_("{count} are shown to be better than the rest")
ALL_BY = N_("{who}, by {reach} per customer and year")
SOME_BY = N_("{who}, {some} of them by {reach} per customer and year; by how much else is open")
BY_OPEN = N_("{who}; by how much is open")
AND_TYPICAL = N_("{told}; of {count}, a typical member ranks above most others")
AND_TYPICAL_MANY = N_("{told}; of {count} each, a typical member ranks above most others")
TYPICAL_ONLY = N_(
    "No segment is shown to be better on average; of {count}, a typical member ranks above most "
    "others."
)
TYPICAL_ONLY_MANY = N_(
    "No segment is shown to be better on average; of {count} each, a typical member ranks above "
    "most others."
)
JUDGED = N_("segments large enough to be judged, {validated:count} validated")

# ── findings ─────────────────────────────────────────────────────────────────────────────────────
COUNTS = N_(
    "Of **{all:count} segments**, {validated:count} are validated, {typical:count} are better for "
    "a typical member and {within:count} only within another; {candidate:count} may be better, "
    "{not_proven:count} are not shown to be, {not_judgeable:count} were picked by people who knew "
    "the revenue, {descriptive:count} only describe, and {too_small:count} are too small to judge."
)
