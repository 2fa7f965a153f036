"""The lift of a group that was published, measured on customers who were won since.

The same scores of the same customers are no news: contracts go on. Those who were won later are,
compared with others won in the same quarter.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers.history.fates import FEWEST, News
from helpers.raters import Z95
from helpers.segments import effects
from helpers.study import Study
from helpers.study.customers import ScoreLine

YEAR = pd.Timedelta(days=365)
MOST_OF_IT = 0.5  # share of an expected lift that has to lie in the lines that are compared
KNOWN = 0.5  # share of customers of whom a line has to be known
CELLS = 2e6  # numbers drawn at a time
SHUFFLES = 9999  # of membership among the news: the least chance that can be told is 1 in 10,000


@dataclass(frozen=True)
class Seen:
    """A quarter's customers as columns that belong together, one entry per customer.

    ``scores`` are rows of the data file ``quality_scores``; ``member`` says who is in the group,
    ``won`` when they were won, ``day`` is the as-of date; ``strata`` and ``cluster`` are the
    study's, where it has them.
    """

    scores: pd.DataFrame
    member: np.ndarray
    won: pd.Series
    day: pd.Timestamp
    strata: np.ndarray | None = None
    cluster: np.ndarray | None = None

    def part(self, rows: np.ndarray) -> "Seen":
        """Some of the customers."""
        return Seen(
            self.scores[rows].reset_index(drop=True),
            self.member[rows],
            self.won[rows].reset_index(drop=True),
            self.day,
            None if self.strata is None else self.strata[rows],
            None if self.cluster is None else self.cluster[rows],
        )

    def score(self, lines: Sequence[str]) -> np.ndarray:
        """The score on some of its lines."""
        return self.scores[list(lines)].to_numpy(dtype=float).sum(axis=1)

    def difference(self, lines: Sequence[str]) -> effects.Difference:
        """Members minus others on these lines, within the study's strata."""
        return effects.difference(self.score(lines), self.member, self.strata, self.cluster)


@dataclass(frozen=True)
class Compared:
    """A lift on news; without ``news`` there was nothing to look at.

    ``members`` and ``others`` count the customers that are news, ``left_out`` names the lines of
    the score that are left out on both sides, ``grown`` says that only customers of a year or more
    count.
    """

    news: News | None
    members: int
    others: int
    left_out: tuple[str, ...] = ()
    grown: bool = False


def depends_on_age(line: ScoreLine) -> bool:
    """Whether a line of the score is not finished for a customer who was won within the year.

    Costs and contacts of twelve months, what is booked once, and growth over a year.
    """
    return line.cost_kind is not None or line.count is not None or line.growth is not None


Measure = Callable[[Seen, Sequence[str]], float]


@dataclass(frozen=True)
class _Alike:
    """Both sides on the same lines of the score, and of an age that has finished them."""

    then: Seen
    now: Seen
    lines: tuple[str, ...]
    left_out: tuple[str, ...]
    grown: bool

    def compared(self, news: News | None) -> Compared:
        members = int(self.now.member.sum())
        return Compared(news, members, len(self.now.member) - members, self.left_out, self.grown)

    @property
    def few(self) -> bool:
        members = int(self.now.member.sum())
        return min(members, len(self.now.member) - members) < FEWEST


def _alike(study: Study, then: Seen, now: Seen, without: Sequence[str], size: Measure) -> _Alike:
    """Lines and customers that can be compared between a quarter and those won since.

    Lines that a young customer has not finished (`depends_on_age`) are left out on both sides where
    at least half of what was found (``size``) lies in the others; else, and where the base is the
    revenue of twelve months, only customers of a year or more count, on both sides. Penalties for
    leaving are left out, and where the base falls with leaving, customers who left: who was won
    lately had little time to leave. Lines that were unknown of most customers on either side are
    left out: an average taken for them says nothing.
    """
    score = study.quality_score
    lines = ("base", *score.lines)
    gone = {*score.leaving_penalties, *without}
    if "base" in score.leaving_lines:
        then, now = (
            seen.part((seen.scores["status"] == "current").to_numpy()) for seen in (then, now)
        )
    gone |= {name for name in lines if min(_known(then, name), _known(now, name)) < KNOWN}
    kept = [name for name in lines if name not in gone]
    young = [name for name in kept if name == "base" or not depends_on_age(score.lines[name][1])]
    enough = abs(size(then, young)) >= MOST_OF_IT * abs(size(then, kept)) if young else False
    grown = study.score_base == "revenue_12m" or not enough
    if grown:
        then, now = (seen.part((seen.day - seen.won >= YEAR).to_numpy()) for seen in (then, now))
    else:
        kept = young
    left_out = [name for name in lines if name not in kept and name not in without]
    return _Alike(then, now, tuple(kept), tuple(left_out), grown)


def lift_on_news(
    study: Study, then: Seen, now: Seen, *, lift: float, without: Sequence[str] = ()
) -> Compared:
    """How much better customers won since were expected to be, and are.

    Parameters
    ----------
    then : the customers that were scored when the lift was published.
    now : today's customers that are news (`newly_won`), among them who have left again.
    lift : as it was published: corrected for selection where the search found the group.
    without : lines of the score that the lift was told without, because the rule shares them.

    Notes
    -----
    What is compared says `_alike`. The published lift is taken down to the same lines in
    proportion: lift x (difference on them / difference on all). Its error is Welch's, by cluster
    where the study has clusters.
    """
    told = [name for name in ("base", *study.quality_score.lines) if name not in without]
    published = then.difference(told).effect
    alike = _alike(study, then, now, without, lambda seen, lines: seen.difference(lines).effect)
    old = alike.then.difference(alike.lines)
    shrunk = lift / published if published else np.nan
    shrunk = float(np.clip(shrunk, 0, 1)) if np.isfinite(shrunk) else 1.0
    if alike.few or not np.isfinite(old.error):
        return alike.compared(None)
    expected = shrunk * old.effect
    news = _on_news(alike.then, alike.now, alike.lines, expected=expected, error=old.error)
    if news is not None:
        sign = 1.0 if lift >= 0 else -1.0
        if sign * news.value > Z95 * news.news_error:  # else t limits show nothing anyway
            news = replace(news, luck=_luck(alike.now, sign * alike.now.score(alike.lines)))
    return alike.compared(news)


def rank_on_news(study: Study, then: Seen, now: Seen, *, without: Sequence[str] = ()) -> Compared:
    """Of a hundred others, above how many a member was expected to rank, and ranks; less fifty.

    The share of pairs of a member and another in which the member's score is higher, ties by half
    (the area under the ROC curve, or Mann and Whitney's statistic as a share). Its error is that of
    DeLong, DeLong & Clarke-Pearson (1988, Biometrics 44). That of the news takes the spread of the
    placements from then: among few customers it is told too small. Clusters widen both as much as
    they did then.
    """
    alike = _alike(study, then, now, without, lambda seen, lines: _area(seen, lines)[0] - 50)
    held = alike.then.member
    if alike.few or min(held.sum(), (~held).sum()) < 2:
        return alike.compared(None)
    area, inside, outside = _area(alike.then, alike.lines)
    value, *_ = _area(alike.now, alike.lines)
    wider = _wider(alike.then, alike.lines)
    then_in, now_in = int(alike.then.member.sum()), int(alike.now.member.sum())
    then_out, now_out = len(alike.then.member) - then_in, len(alike.now.member) - now_in
    return alike.compared(
        News(
            expected=area - 50,
            error=float(np.sqrt(wider * (inside / then_in + outside / then_out))),
            value=value - 50,
            news_error=float(np.sqrt(wider * (inside / now_in + outside / now_out))),
            freedom=float(min(then_in, then_out) - 1),
            news_freedom=float(min(then_in, then_out) - 1),
        )
    )


def _area(seen: Seen, lines: Sequence[str]) -> tuple[float, float, float]:
    """Share of pairs won by a member, in %, and the variances of both sides' placements."""
    if min(seen.member.sum(), (~seen.member).sum()) < 2:
        return np.nan, np.nan, np.nan
    won = _placements(seen, lines)
    inside, outside = won[seen.member], won[~seen.member]
    return float(inside.mean()), float(inside.var(ddof=1)), float(outside.var(ddof=1))


def _placements(seen: Seen, lines: Sequence[str]) -> np.ndarray:
    """Of each customer: of its pairs with the other side the share that a member wins, in %."""
    score = seen.score(lines)
    mine, theirs = np.sort(score[seen.member]), np.sort(score[~seen.member])
    below, upto = (np.searchsorted(theirs, score, side) for side in ("left", "right"))
    under, within = (np.searchsorted(mine, score, side) for side in ("left", "right"))
    won, lost = (below + upto) / 2 / theirs.size, (under + within) / 2 / mine.size
    return 100 * np.where(seen.member, won, 1 - lost)


def _wider(seen: Seen, lines: Sequence[str]) -> float:
    """How many times as large clusters make the variance of the area, at least once.

    The placements of both sides, each less its mean, added up by cluster and squared (Obuchowski
    1997, Biometrics 53), against DeLong's.
    """
    if seen.cluster is None:
        return 1.0
    won, part = _placements(seen, lines), np.empty(seen.member.size)
    alone = 0.0
    for side in (seen.member, ~seen.member):
        part[side] = (won[side] - won[side].mean()) / side.sum()
        alone += float(won[side].var(ddof=1)) / side.sum()
    moved = np.bincount(np.unique(seen.cluster, return_inverse=True)[1], part)
    together = float((moved**2).sum()) * moved.size / max(moved.size - 1, 1)
    return max(together / alone, 1.0) if alone > 0 else 1.0


def newly_won(then: pd.DataFrame, customers: pd.DataFrame) -> np.ndarray:
    """Which of today's customers are news to a quarter: not scored then, and won later.

    Later than the last customer that was scored then: a recent one that the customer list left out
    (``won_after``) was unknown, too. Who only has another number today, or is on the list by a
    changed rule, was won earlier and is none.

    Parameters
    ----------
    then : account_id, won_on of the customers scored then.
    customers : account_id, won_on of today's.
    """
    last = pd.to_datetime(then["won_on"]).max()
    won = pd.to_datetime(customers["won_on"])
    return (~customers["account_id"].isin(then["account_id"]) & (won > last)).to_numpy()


def _on_news(
    then: Seen, now: Seen, lines: Sequence[str], *, expected: float, error: float
) -> News | None:
    """The difference among the news within quarters of winning, with pooled variances.

    With few customers the variance of a side is uncertain, and too small as often as not: it is
    pooled with that of the same side then. Clusters widen the error as much as they did then.
    """
    cell = pd.factorize(pd.Series(_cells(now), dtype=object))[0]
    values, cells = now.score(lines), int(cell.max(initial=-1)) + 1
    rows = {side: now.member == side for side in (False, True)}
    n = {side: np.bincount(cell[rows[side]], minlength=cells) for side in rows}
    use = (n[False] > 0) & (n[True] > 0)
    if not use.any():
        return None
    sums = {side: np.bincount(cell[rows[side]], values[rows[side]], cells) for side in rows}
    means = {side: sums[side] / np.maximum(n[side], 1) for side in rows}
    weight = np.where(use, n[True] * n[False] / np.maximum(n[True] + n[False], 1), 0.0)
    weight /= weight.sum()
    value = float((weight * (means[True] - means[False])).sum())
    before = then.score(lines)
    variances, freedoms, spread = {}, {}, {}
    for side, of in rows.items():
        old = before[then.member == side]
        squares = float(np.square(values[of] - means[side][cell[of]]).sum())
        freedoms[side] = len(old) - 1 + int(of.sum()) - int((n[side] > 0).sum())
        variances[side] = (old.var(ddof=1) * (len(old) - 1) + squares) / freedoms[side]
        spread[side] = float((weight[use] ** 2 / n[side][use]).sum())
    plain = effects.difference(before, then.member, then.strata)
    wider = max(1.0, (error / plain.error) ** 2) if plain.error > 0 else 1.0
    own = {side: variances[side] * spread[side] for side in (False, True)}
    both = {side: own[side] + variances[side] / (then.member == side).sum() for side in own}
    return News(
        expected=expected,
        error=error,
        value=value,
        news_error=float(np.sqrt(wider * sum(own.values()))),
        freedom=_freedom(both, freedoms),
        news_freedom=_freedom(own, freedoms),
    )


def _luck(now: Seen, values: np.ndarray) -> float:
    """Chance of so high a lift on the news if membership said nothing: permutations within cells.

    Exact whatever the law of the scores (Fisher 1935), as long as membership is drawn anew among
    those won in the same quarter. Weighted as in `_on_news`, a cell adds the sum of its members
    less their part of its total.
    """
    cell = pd.factorize(pd.Series(_cells(now), dtype=object))[0]
    members, n = np.bincount(cell, now.member), np.bincount(cell)
    rng = np.random.default_rng(SHUFFLES)
    observed, drawn = 0.0, np.zeros(SHUFFLES)
    for at in np.flatnonzero((members > 0) & (members < n)):
        inside, of = values[cell == at], int(members[at])
        share = of * float(inside.mean())
        observed += float(inside[now.member[cell == at]].sum()) - share
        step = max(1, int(CELLS / len(inside)))
        for begin in range(0, SHUFFLES, step):
            part = drawn[begin : begin + step]
            order = rng.random((len(part), len(inside))).argpartition(of - 1, axis=1)[:, :of]
            part += inside[order].sum(axis=1) - share
    least = observed - 1e-9 * float(np.abs(values).sum())
    return float((1 + (drawn >= least).sum()) / (1 + SHUFFLES))


def _cells(now: Seen) -> list[tuple]:
    """Quarter of winning of each customer, and its stratum where the study has strata."""
    quarters = now.won.dt.year * 4 + now.won.dt.quarter
    return list(zip(quarters, now.strata if now.strata is not None else quarters, strict=True))


def _freedom(parts: Mapping[bool, float], freedoms: Mapping[bool, float]) -> float:
    """Degrees of freedom of a sum of variances (Satterthwaite 1946)."""
    below = sum(parts[side] ** 2 / freedoms[side] for side in parts)
    return float(sum(parts.values()) ** 2 / below) if below > 0 else np.inf


def _known(seen: Seen, line: str) -> float:
    """Share of the customers of whom a line of the score was known."""
    if not len(seen.scores) or "imputed" not in seen.scores:
        return 1.0
    assumed = seen.scores["imputed"].fillna("").astype(str).str.split(";")
    return 1.0 - float(np.mean([line in names for names in assumed]))
