"""What a verdict is: the values, what each means, and the facts that decide which one holds.

No other module spells a verdict; all ask here. Tables keep the values of `SEGMENT` and
`HYPOTHESIS` in their column ``verdict``.
"""

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from helpers.words import verdicts as words

VALIDATED = "validated"
TYPICAL = "typical"
WITHIN = "within"
NOT_JUDGEABLE = "not_judgeable"
NOT_PROVEN = "not_proven"
CANDIDATE = "candidate"
DESCRIPTIVE = "descriptive"
TOO_SMALL = "too_small"

# Of segments, the firmest first: the order in which charts draw them.
SEGMENT: Mapping[str, str] = {
    VALIDATED: words.VALIDATED,
    TYPICAL: words.TYPICAL,
    WITHIN: words.WITHIN,
    CANDIDATE: words.CANDIDATE,
    NOT_PROVEN: words.NOT_PROVEN,
    NOT_JUDGEABLE: words.NOT_JUDGEABLE,
    DESCRIPTIVE: words.DESCRIPTIVE,
    TOO_SMALL: words.TOO_SMALL,
}

SUPPORTED = "supported"
NOT_SUPPORTED = "not supported"
IN_SCORE = "descriptive"
FEW = "too small"
NOT_TESTABLE = "not testable"

HYPOTHESIS: Mapping[str, str] = {
    SUPPORTED: words.SUPPORTED,
    NOT_SUPPORTED: words.NOT_SUPPORTED,
    IN_SCORE: words.IN_SCORE,
    FEW: words.FEW,
    NOT_TESTABLE: words.NOT_TESTABLE,
}

# Of a claim that is shown, set beside its comparison within the other attributes; the first of
# these that any attribute brings is told.
TURNED = "turned"
EXPLAINED = "explained"
INSEPARABLE = "cannot be separated"
HOLDS = "holds"
NOT_COMPARED = ""

CONFOUNDING: Mapping[str, str] = {
    TURNED: words.TURNED,
    EXPLAINED: words.EXPLAINED,
    INSEPARABLE: words.INSEPARABLE,
    HOLDS: words.HOLDS,
    NOT_COMPARED: words.NOT_COMPARED,
}

Verdicts: TypeAlias = str | pd.Series


def counted(segments: pd.DataFrame) -> dict[str, int]:
    """How many segments there are, and how many of each verdict; open ones as they are told.

    Parameters
    ----------
    segments : verdict, lift and confounding.

    Returns
    -------
    dict
        ``all``, the verdicts that settle something, and of the open ones ``may_be`` and
        ``not_better``.

    >>> told = {"verdict": [CANDIDATE, NOT_PROVEN, TOO_SMALL], "lift": [9.0, -9.0, None]}
    >>> found = counted(pd.DataFrame(told).assign(confounding=""))
    >>> found["may_be"], found["not_better"], found["too_small"], "not_proven" in found
    (1, 1, 1, False)
    """
    count = segments["verdict"].value_counts()
    told = {value: int(count.get(value, 0)) for value in SEGMENT if not is_open(value)}
    better = may_be(segments["verdict"], segments["lift"], segments["confounding"])
    open_ones = int(is_open(segments["verdict"]).sum())
    return {
        "all": len(segments),
        **told,
        "may_be": int(better.sum()),
        "not_better": open_ones - int(better.sum()),
    }


def _among(verdict: Verdicts, values: tuple[str, ...]):
    return verdict.isin(values) if isinstance(verdict, pd.Series) else verdict in values


# ── what may be done with a segment ──────────────────────────────────────────────────────────────
def is_finding(verdict: Verdicts):
    """Whether a segment may be told as a finding; of a column, one answer per row.

    >>> is_finding(VALIDATED), is_finding(WITHIN)
    (True, False)
    """
    return _among(verdict, (VALIDATED, TYPICAL))


def is_ranked(verdict: Verdicts):
    """Whether a segment has a place in the order of priority, representatives and next steps.

    Only a lift of the mean has: a typical member's rank carries no money to be put in order.
    """
    return _among(verdict, (VALIDATED,))


def leads(verdict: Verdicts, confounding: Verdicts):
    """Whether a segment is put in order, named first and acted on: ranked, and nobody else's claim.

    What another attribute explains or turns around is better than the rest as a whole, and yet
    serving it first would serve the wrong customers: it is told as that, without a place.

    >>> leads(VALIDATED, HOLDS), leads(VALIDATED, TURNED), leads(TYPICAL, HOLDS)
    (True, False, False)
    """
    confounded = is_confounded(confounding)
    return is_ranked(verdict) & (
        ~confounded if isinstance(confounded, pd.Series) else not confounded
    )


def is_typical(verdict: Verdicts):
    """Whether a typical member ranks above most others, and no money is attached to it."""
    return _among(verdict, (TYPICAL,))


def is_not_judgeable(verdict: Verdicts):
    """Whether a group was picked by people who knew the revenue."""
    return _among(verdict, (NOT_JUDGEABLE,))


def is_open(verdict: Verdicts):
    """Whether a segment was tested and is not shown to be better."""
    return _among(verdict, (CANDIDATE, NOT_PROVEN))


def may_be(verdict: pd.Series, lift: pd.Series, confounding: pd.Series) -> pd.Series:
    """Whether a group is told as one that may be better: a candidate, with a lift that is its own.

    Of what is tested and not proven about half looks better than the rest by luck alone. What
    another attribute explains or turns around is no idea to test. The lift of what a search lists
    without accepting it is blank.
    """
    return verdict.eq(CANDIDATE) & ~lift.le(0) & ~is_confounded(confounding)


def is_set_beside(verdict: Verdicts):
    """Whether a group's lift is set beside its comparison within other attributes.

    Whatever is told as better, or as perhaps better on evidence of its own.
    """
    return is_finding(verdict) | _among(verdict, (CANDIDATE,))


def is_followed(verdict: Verdicts):
    """Whether customers are followed in and out of a segment from quarter to quarter."""
    return _among(verdict, (VALIDATED, TYPICAL, CANDIDATE))


def is_judged(verdict: Verdicts):
    """Whether a segment is large enough for its metrics to be shown."""
    return (
        ~_among(verdict, (TOO_SMALL,)) if isinstance(verdict, pd.Series) else (verdict != TOO_SMALL)
    )


def is_supported(verdict: Verdicts):
    """Whether a hypothesis holds."""
    return _among(verdict, (SUPPORTED,))


def is_untested(verdict: Verdicts):
    """Whether a hypothesis could not be tested: silence that is no answer.

    >>> is_untested(NOT_TESTABLE), is_untested(NOT_SUPPORTED)
    (True, False)
    """
    return _among(verdict, (FEW, NOT_TESTABLE))


def is_confounded(confounding: Verdicts):
    """Whether a claim is another attribute's: it is told as that, and carries no play.

    >>> is_confounded(EXPLAINED), is_confounded(INSEPARABLE)
    (True, False)
    """
    return _among(confounding, (TURNED, EXPLAINED))


def is_unquestioned(confounding: Verdicts):
    """Whether nothing has to be said of other attributes beside a claim."""
    return _among(confounding, (HOLDS, NOT_COMPARED))


def ranks_oppose(hypotheses: pd.DataFrame, *, alpha: float) -> pd.Series:
    """Whether a supported claim of means runs the other way for most customers, by their ranks.

    A few customers with enormous scores can carry a mean against everybody else. That is told where
    the ranks are shown to oppose, after correction for all tests of the family (Bonferroni).

    Parameters
    ----------
    hypotheses : verdict, family, effect, effect_size and p_rank (blank = not of ranks).
    """
    tests = hypotheses.groupby("family")["p_rank"].transform("count")
    opposed = np.sign(hypotheses["effect"]) * np.sign(hypotheses["effect_size"]) < 0
    shown = hypotheses["p_rank"] * tests <= alpha
    return is_supported(hypotheses["verdict"]) & opposed & shown


def is_of_score(verdict: Verdicts):
    """Whether a hypothesis holds only because of what the score is made of."""
    return _among(verdict, (IN_SCORE,))


def shown_direction(better: object, shares_score_inputs: object) -> str:
    """How a metric's difference from the rest may be marked: ``better``, ``worse`` or "" for not.

    Parameters
    ----------
    better : the column of segment_metrics, under the false discovery rate of all its tests.
    shares_score_inputs : lines of the score that the metric shares. A segment found by the score
        differs in them by construction: that is no news, and never marked.

    >>> shown_direction("worse", ""), shown_direction("better", "base")
    ('worse', '')
    """
    told = isinstance(shares_score_inputs, str) and bool(shares_score_inputs)
    return str(better) if better in ("better", "worse") and not told else ""


def is_apart(better: object) -> bool:
    """Whether a difference is shown, in whatever direction, after everything compared with it.

    >>> is_apart("lower"), is_apart("no difference shown")
    (True, False)
    """
    return better in ("better", "worse", "higher", "lower")


def is_descriptive(verdict: Verdicts):
    """Whether a group is better by its own definition, or only within another group."""
    return _among(verdict, (DESCRIPTIVE, WITHIN))


# ── which verdict holds ──────────────────────────────────────────────────────────────────────────
def before_tests(*, large: bool, shares_score_inputs: bool, knew: bool = False) -> str:
    """The verdict of a group defined beforehand, as long as no test has spoken for it.

    ``knew`` says whether it was picked by people who knew the revenue.
    """
    if not large:
        return TOO_SMALL
    if knew:
        return NOT_JUDGEABLE
    return DESCRIPTIVE if shares_score_inputs else NOT_PROVEN


def of_family(verdict: str, *, p_adjusted: float, lift: float, alpha: float) -> str:
    """The verdict of a group that was tested among all others defined beforehand."""
    shown = verdict == NOT_PROVEN and p_adjusted <= alpha and lift > 0
    return CANDIDATE if shown else verdict


def of_declared(
    hypothesis: str, *, lift: float, shares_score_inputs: bool, proposed: bool = False
) -> str:
    """The verdict of a declared group, from that of its hypothesis about the score.

    One that was only proposed may have been read off these customers, and proves nothing on them.

    >>> of_declared(SUPPORTED, lift=1.0, shares_score_inputs=False, proposed=True)
    'candidate'
    """
    if is_supported(hypothesis) and lift > 0:
        return CANDIDATE if proposed else VALIDATED
    return DESCRIPTIVE if shares_score_inputs else NOT_PROVEN


def of_claim(claim: str, accepted: bool, *, p: float, alpha: float) -> str:
    """The verdict of a group that the search found, before it is put to anything else.

    What the search of means does not accept may be better where its search-wide p-value ``p`` is at
    most alpha: the chance that any such group is no better is then at most alpha, and with it the
    share that is expected to be false. The others, and those that came nearest by their ranks, are
    listed because they came nearest, no more.

    >>> of_claim("typical", True, p=0.01, alpha=0.05), of_claim("mean", False, p=0.3, alpha=0.05)
    ('typical', 'not_proven')
    """
    if not accepted:
        return CANDIDATE if claim != TYPICAL and p <= alpha else NOT_PROVEN
    return TYPICAL if claim == TYPICAL else VALIDATED


def of_search(
    verdict: str,
    *,
    better_than_all: bool,
    shares_score_inputs: bool,
    holds_without: bool,
    percentile_low: float = 100.0,
) -> str:
    """The verdict of a group that the search found, after what it is put to here.

    Parameters
    ----------
    verdict : what the search says of it (`of_claim`).
    better_than_all : whether the plain comparison with all other customers is shown, too: of means
        or, where a typical member is claimed to rank higher, of ranks.
    holds_without : whether it also holds on the score without the lines that it shares.
    percentile_low : lower end of the interval of the median member's percentile, which ends at 50
        where correcting it for selection would go below: how far above is then open.
    """
    if shares_score_inputs and not (is_finding(verdict) and holds_without):
        return DESCRIPTIVE
    if verdict == TYPICAL:
        return TYPICAL if better_than_all and percentile_low >= 50 else CANDIDATE
    return WITHIN if is_finding(verdict) and not better_than_all else verdict


def has_amount(lift: float, lift_low: float) -> bool:
    """Whether it may be said by how much a segment is better.

    The honest interval of a discovered segment is cut at 0, and a segment may well be shown to be
    better while it starts there: then the amount is open, and the verdict stands.
    """
    return bool(lift > 0 and not lift_low <= 0)


def loses(mean_score: float) -> bool:
    """Whether a segment's customers lose money by the score on average, though it may be better.

    Where the others lose more, it is worth more than they are and brings nothing all the same.

    >>> loses(-991.0), loses(0.0), loses(float("nan"))
    (True, False, False)
    """
    return bool(mean_score < 0)


def has_place(percentile_low: float) -> bool:
    """Whether it may be said above how many others a typical member ranks (see `has_amount`)."""
    return bool(percentile_low > 50)


def of_hypothesis(
    *,
    p_adjusted: float,
    alpha: float,
    against: bool,
    shares_score_inputs: bool,
    holds_without: bool,
) -> str:
    """The verdict of a hypothesis that was tested.

    Parameters
    ----------
    against : whether the difference runs against the direction that was stated.
    holds_without : whether it also holds on the score without the lines that it shares.
    """
    if not p_adjusted <= alpha or against:
        return NOT_SUPPORTED
    return IN_SCORE if shares_score_inputs and not holds_without else SUPPORTED


def of_confounding(
    *,
    left: float,
    low: float,
    high: float,
    taken_is_shown: bool,
    remains: float,
    separable: bool,
    ingredient: bool,
) -> str:
    """What a claim's comparison within one other attribute says of it.

    Parameters
    ----------
    left : share of the difference that is left within the attribute.
    low, high : interval of the adjusted difference, turned so that the claim is above 0.
    taken_is_shown : whether what the attribute takes away is shown.
    remains : share that must be left for the claim to be its own.
    separable : whether enough customers differ in membership and not in the attribute.
    ingredient : whether the attribute is made of what the outcome is made of.
    """
    if high < 0:
        return TURNED
    if ingredient:
        return HOLDS
    if not separable:
        return HOLDS if low > 0 else INSEPARABLE
    return EXPLAINED if taken_is_shown and left < remains else HOLDS
