"""What each verdict means, in words; `helpers.segments.verdicts` decides which one holds."""

from helpers.words import N_

# ── of segments ──────────────────────────────────────────────────────────────────────────────────
VALIDATED = N_(
    "shown to be better than all other customers on average, after correction for everything that "
    "was looked at"
)
TYPICAL = N_("a typical member is shown to rank above most others; nothing is said about the mean")
WITHIN = N_("better only within another group, which its note names; not better than all others")
NOT_JUDGEABLE = N_("picked by people who knew the revenue, so that its lift shows nothing")
NOT_PROVEN = N_("tested, and not shown to be better")
CANDIDATE = N_(
    "may be better, and is not proven to be: told under a false discovery rate, outside of what is "
    "called shown"
)
DESCRIPTIVE = N_("defined by the score or by its inputs: describes, and proves nothing")
TOO_SMALL = N_("too few customers, inside or outside, to judge")

# ── of hypotheses ────────────────────────────────────────────────────────────────────────────────
SUPPORTED = N_("the difference is shown after correction, in the direction that was stated")
NOT_SUPPORTED = N_("the difference, or its direction, is not shown after correction")
IN_SCORE = N_("not shown without what it shares with the score")
FEW = N_("too few customers on one side to test")
NOT_TESTABLE = N_("nothing varies that could be compared")

# ── of claims, within the other attributes ───────────────────────────────────────────────────────
TURNED = N_("among customers alike in another attribute the difference is the other way round")
EXPLAINED = N_("another attribute explains it: among customers alike in it less than half remains")
INSEPARABLE = N_("another attribute goes with it so closely that the two cannot be told apart")
HOLDS = N_("holds among customers alike in each other attribute")
NOT_COMPARED = N_("not compared: not shown, or there is no other attribute")
