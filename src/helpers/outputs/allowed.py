"""Values that columns of several data files may have.

What a verdict means is decided in `helpers.segments`; here stands only which ones a reader of the
data files has to expect.
"""

from collections.abc import Mapping

from helpers.words import verdicts as words

SCORE_BANDS = ("poor", "average", "excellent")
# Steps from promoters who were asked to refer to the customers that came of it.
ASKED_WHO_REFERRED, WON_AFTER_ASKING = "asked who referred", "won after asking"
HEALTH_GROUPS = ("key", "at_risk", "high_potential", "low_potential", "unproven")
BASES = ("a priori", "needs", "value", "health", "lifecycle", "discovered", "proposed")
SEGMENT_VERDICTS: Mapping[str, str] = {
    "validated": words.VALIDATED,
    "typical": words.TYPICAL,
    "within": words.WITHIN,
    "candidate": words.CANDIDATE,
    "not_proven": words.NOT_PROVEN,
    "not_judgeable": words.NOT_JUDGEABLE,
    "descriptive": words.DESCRIPTIVE,
    "too_small": words.TOO_SMALL,
}
HYPOTHESIS_VERDICTS: Mapping[str, str] = {
    "supported": words.SUPPORTED,
    "not supported": words.NOT_SUPPORTED,
    "descriptive": words.IN_SCORE,
    "too small": words.FEW,
    "not testable": words.NOT_TESTABLE,
}

# Of what is shown, set beside the same comparison within the other attributes.
CONFOUNDING: Mapping[str, str] = {
    "turned": words.TURNED,
    "explained": words.EXPLAINED,
    "cannot be separated": words.INSEPARABLE,
    "holds": words.HOLDS,
    "": words.NOT_COMPARED,
}


def described(values: Mapping[str, str]) -> str:
    """The values with their meanings, in one line."""
    return "; ".join(f"{value}: {meaning}" for value, meaning in values.items())
