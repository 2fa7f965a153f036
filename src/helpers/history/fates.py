"""Whether a claim held up on news: prediction interval, verdict, and the power it had.

Numbers in, numbers out. A claim was published with a value; later quarters measure the same on
customers or time that nobody had seen then.
"""

from dataclasses import dataclass

import numpy as np

NEW, HELD_UP, FADED, TOO_EARLY = "new", "held up", "faded", "too early"
NOT_COMPARABLE = "not comparable"
MISSED = "missed"  # a forecast or target that did not come true
LEVEL = 0.95  # of prediction intervals
ALPHA = 0.05  # chance of a wrong verdict of one kind over all looks at a claim
FEWEST = 5  # on either side of a comparison: with fewer nothing is looked at
ENOUGH = 0.8  # power from which a claim had its chance


@dataclass(frozen=True)
class News:
    """What is measured on news, beside what was expected of it.

    ``expected`` is the published value on the same lines, ``error`` its standard error; ``value``
    and ``news_error`` are those of the news. ``freedom`` are the degrees of freedom of the two
    together, ``news_freedom`` those of the news. ``luck`` is the chance that a group without any
    lift shows as much on these news by who happens to be in it (permutations); NaN where it is not
    known: then t limits alone decide.
    """

    expected: float
    error: float
    value: float
    news_error: float
    freedom: float = np.inf
    news_freedom: float = np.inf
    luck: float = np.nan

    @property
    def together(self) -> float:
        """Standard deviation of realised minus expected, where the claim is true."""
        return float(np.hypot(self.error, self.news_error))


@dataclass(frozen=True)
class Fate:
    """The verdict of one look at a claim.

    ``low`` and ``high`` are the prediction interval, ``value_low`` and ``value_high`` the 95 %
    interval of what was realised. ``power`` is the chance that the claim is told as held up at this
    look, over the values that it may have, which lie around one standard error less than was said:
    a claim is published because it looks large, and most of them are smaller.
    """

    low: float
    high: float
    value_low: float
    value_high: float
    inside: bool
    power: float
    fate: str


def spent(look: int, alpha: float = ALPHA) -> float:
    """Share of alpha that the k-th look at a claim may use: alpha ÷ (k (k + 1)).

    The shares of all looks, however many there will be, add up to alpha (Σ 1/(k(k+1)) = 1), so that
    the chance of one wrong verdict over all of them is at most alpha however the looks hang
    together (Bonferroni): all share the error of what was published, and later news hold the
    earlier ones. The share falls with k² only, so that a late look still sees something.

    >>> [round(spent(look), 4) for look in (1, 2, 3)]
    [0.025, 0.0083, 0.0042]
    """
    return alpha / (look * (look + 1))


def fate_of(news: News, *, look: int) -> Fate:
    """What one look says of a claim whose value is above 0; turn the signs of one below.

    The prediction interval is expected ± t √(error² + news_error²): both numbers are uncertain. (A
    confidence interval of the published value alone would hold an equally uncertain second one in
    83 % of cases.)

    *Held up*: above 0 on the news alone, by t and, where it is known, by ``luck``: scores with a
    long tail make t limits too low for a group of few. *Faded*: below what was published by more
    than both errors explain, and not shown to be above 0. Each at `spent` of this look, one-sided.
    Where neither is shown, it is too early to say. A claim of which less is left than was said, but
    something, has held up and lies outside.

    Parameters
    ----------
    look : the how-manieth look at this claim it is, 1 = first.
    """
    from scipy.special import stdtr, stdtrit

    reach = float(stdtrit(news.freedom, (1 + LEVEL) / 2)) * news.together
    own = float(stdtrit(news.news_freedom, (1 + LEVEL) / 2)) * news.news_error
    limit = float(stdtrit(news.news_freedom, 1 - spent(look)))
    limit_both = float(stdtrit(news.freedom, 1 - spent(look)))
    shown = news.value > limit * news.news_error and not news.luck > spent(look)
    gone = news.expected - news.value > limit_both * news.together
    power = np.nan
    if news.together > 0:
        lead = news.expected - news.error - limit * news.news_error
        power = float(stdtr(news.freedom, lead / news.together))
    return Fate(
        low=news.expected - reach,
        high=news.expected + reach,
        value_low=news.value - own,
        value_high=news.value + own,
        inside=bool(abs(news.value - news.expected) <= reach),
        power=power,
        fate=HELD_UP if shown else FADED if gone else TOO_EARLY,
    )


def standard_error(low: float, high: float, level: float = LEVEL) -> float:
    """The standard error that a symmetric interval implies.

    >>> round(standard_error(-1.96, 1.96), 3)
    1.0
    """
    from scipy.special import ndtri

    return float((high - low) / (2 * ndtri((1 + level) / 2)))
