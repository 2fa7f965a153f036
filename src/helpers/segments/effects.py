"""Differences between groups: how large, how sure, how large they would have to be.

Arrays in, numbers out. Scores of companies are skewed and groups differ in spread, so that the
tests here do not rest on a normal distribution or on equal variances.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.segments import clustered
from helpers.segments.clustered import Cells
from helpers.segments.strata import cells_of, centred
from helpers.segments.studentised import limits, one_sided, skews_of_difference
from helpers.segments.wheels import BLOCK, permuted_sums
from helpers.words import groups as words

POWER = 0.80
SMALLEST_EXPECTED = 5  # expected count below which chi-square is not trusted (Cochran 1954)


@dataclass(frozen=True)
class Difference:
    """Mean of the members minus mean of the others, with its standard error (Welch 1947)."""

    members: int
    others: int
    effect: float
    error: float
    freedom: float

    def interval(self, *, level: float = 0.95) -> tuple[float, float]:
        """Welch interval of the difference; blank where either side has fewer than two."""
        from scipy.special import stdtrit

        if not np.isfinite(self.error):
            return np.nan, np.nan
        if self.error == 0:
            return self.effect, self.effect
        reach = stdtrit(self.freedom, (1 + level) / 2) * self.error
        return self.effect - reach, self.effect + reach

    def detectable(self, *, alpha: float = 0.05, power: float = POWER) -> float:
        """Smallest true difference that a two-sided test finds with the given power.

        (t₁₋α/₂ + t_power) × standard error, the multiplier of Bloom (1995, Evaluation Review 19),
        with the error of unequal variances and Welch's degrees of freedom.
        """
        from scipy.special import stdtrit

        if not np.isfinite(self.error):
            return np.nan
        if self.error == 0:
            return 0.0
        return float(
            (stdtrit(self.freedom, 1 - alpha / 2) + stdtrit(self.freedom, power)) * self.error
        )


def difference(
    values: np.ndarray,
    member: np.ndarray,
    strata: np.ndarray | Cells | None = None,
    cluster: np.ndarray | None = None,
) -> Difference:
    """Difference of means between members and others, within strata where these are given.

    The difference in a stratum of n customers, m of them members, counts with m(n − m)/n, as in
    the regression on membership and strata. The error is that of the segment search
    (`inference.compare`): both sides' squares are added over the strata.

    Parameters
    ----------
    values : one finite number per customer.
    member : booleans, one per customer.
    strata : one label per customer, or the `Cells` that labels and clusters make; strata with a
        single member, or with no others, are left out.
    cluster : one number per customer, where those of one cluster are not independent: the error is
        then by cluster, and blank for fewer than five on either side.
    """
    values, member = np.asarray(values, dtype=float), np.asarray(member, dtype=bool)
    n1, n0 = int(member.sum()), int((~member).sum())
    cells = strata
    if not (cells is None or isinstance(cells, Cells)):
        cells = cells_of(cells, cluster)
    if cells is not None:
        gap, own, rest, df1, df0 = (
            float(part.ravel()[0])
            for part in _within(values[None, :], member[:, None].astype(float), cells)
        )
    elif n1 and n0:
        inside, outside = values[member], values[~member]
        gap, df1, df0 = float(inside.mean() - outside.mean()), n1 - 1.0, n0 - 1.0
        if min(n1, n0) > 1:
            own, rest = inside.var(ddof=1) / n1, outside.var(ddof=1) / n0
    else:
        gap, df1, df0 = np.nan, 0.0, 0.0
    if not min(df1, df0) > 0:
        return Difference(n1, n0, gap, np.nan, np.nan)
    if cluster is not None:
        cells = cells_of(np.zeros(values.size), cluster) if cells is None else cells
        if not clustered.is_spread(member, cells):
            return Difference(n1, n0, gap, np.nan, np.nan)
        error = np.sqrt(clustered.variance(values[None, :], member, cells)[0])
        return Difference(n1, n0, gap, float(error), clustered.spread(member, cells) - 1.0)
    total = own + rest
    freedom = total**2 / (own**2 / df1 + rest**2 / df0) if total > 0 else df1 + df0
    return Difference(n1, n0, gap, float(np.sqrt(total)), float(freedom))


def difference_of(count: np.ndarray, total: np.ndarray, square: np.ndarray) -> Difference:
    """The same `difference` within cells, from sums: nothing is gone through customer by customer.

    Parameters
    ----------
    count, total, square : (cells, 2) customers, sums of their values and of the squares, of the
        others and of the members; values lie around 0, or digits are lost.
    """
    n = count.sum(axis=1)
    use = (count[:, 1] >= (1 if (n > 0).sum() == 1 else 2)) & (count[:, 0] > 0)
    k, m = count[use].T
    s0, s1 = total[use].T
    q0, q1 = square[use].T
    n, n0, n1 = n[use], int(count[:, 0].sum()), int(count[:, 1].sum())
    weight, df1, df0 = (m * k / n).sum(), m.sum() - len(m), k.sum() - len(k)
    gap = (s1 - m / n * (s0 + s1)).sum() / weight if weight else np.nan
    if not min(df1, df0) > 0:
        return Difference(n1, n0, float(gap), np.nan, np.nan)
    own = ((k / n) ** 2 * np.maximum(q1 - s1**2 / m, 0)).sum() * (m.sum() / df1) / weight**2
    rest = ((m / n) ** 2 * np.maximum(q0 - s0**2 / k, 0)).sum() * (k.sum() / df0) / weight**2
    both = own + rest
    freedom = both**2 / (own**2 / df1 + rest**2 / df0) if both > 0 else df1 + df0
    return Difference(n1, n0, float(gap), float(np.sqrt(both)), float(freedom))


# ── permutation ──────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Permutation:
    """Studentised permutation tests of several groups on the same permutations.

    ``statistic`` is Welch's t, ``p`` its own p-value, two-sided with equal tails. ``own``
    (2, groups) and ``family`` (2,) are the statistic's lower and upper quantiles, of each group and
    of the extremes over all.
    """

    statistic: np.ndarray
    p: np.ndarray
    own: np.ndarray
    family: np.ndarray

    @property
    def upward(self) -> np.ndarray:
        """One-sided p-values of each group: is its mean above that of the others."""
        return np.where(self.statistic > 0, self.p / 2, 1 - self.p / 2)

    def interval(self, group: int, found: Difference, *, family: bool) -> tuple[float, float]:
        """Interval of one group's difference, alone or together with all others.

        Effect minus quantile × standard error, as in a bootstrap-t interval: scores are skewed,
        and so is the statistic's distribution, which normal theory takes for symmetric.
        """
        low, high = self.family if family else self.own[:, group]
        return found.effect - high * found.error, found.effect - low * found.error


def permutation_tests(
    values: np.ndarray,
    masks: np.ndarray,
    *,
    draws: int,
    seed: int,
    alpha: float = 0.05,
    strata: np.ndarray | None = None,
    cluster: np.ndarray | None = None,
) -> Permutation:
    """Whether groups differ from everyone else in their mean.

    The statistic is studentised: a permutation test of the plain difference of means is a test
    of equal *distributions* and claims too much when only the spread differs, while the
    permutation distribution of Welch's t gives the level for equal *means* asymptotically and is
    exact when the groups are exchangeable (Janssen 1997, Statistics & Probability Letters 36;
    Chung & Romano 2013, Annals of Statistics 41). Tails are equal, because for a small group with a
    skewed score the lower one is much heavier: by |t| hardly anything better would ever be found.
    Where groups differ in skew the permutations are not theirs: a group's own p-value and quantiles
    are the wider ones of the permutation's and of Hall's statistic (`studentised`).
    The family's quantiles are those of the max-statistic of Westfall & Young (1993), which uses
    that overlapping groups are correlated.

    Parameters
    ----------
    values : (customers,) finite numbers.
    masks : (customers, groups) booleans; each group and its rest have at least two customers.
    draws : random permutations; the smallest possible p-value is 2 / (draws + 1).
    alpha : share outside of the quantiles, half on each side.
    strata : one label per customer; values are then permuted, and groups compared, within strata.
    cluster : one number per customer; the variance is then by cluster, and clusters of like size
        change places. Groups in fewer than five clusters show nothing: p is 1, quantiles blank.

    Returns
    -------
    Permutation with one entry per group.
    """
    from scipy.special import stdtrit

    masks = np.asarray(masks, dtype=float)
    groups = masks.shape[1]
    values = np.asarray(values, dtype=float)
    cells = cells_of(np.zeros(values.size) if strata is None else strata, cluster)
    scale = values.std() if values.size else 0.0
    values = centred(values, cells)
    if groups == 0 or not np.abs(values).max(initial=0.0) > 1e-12 * scale:
        ones, blank = np.ones(groups), np.full((2, groups), np.nan)
        return Permutation(np.zeros(groups), ones, blank, np.full(2, np.nan))
    values = values / values.std()
    observed = _welch(values[None, :], masks, cells)[0]
    rng = np.random.default_rng(seed)
    drawn = np.vstack(list(_drawn(values, masks, cells, draws, rng)))
    above, top = _tail(observed, drawn)
    below, bottom = _tail(-observed, -drawn)
    members = masks > 0
    skew = np.array([skews_of_difference(values, members[:, at], cells) for at in range(groups)]).T
    # the smaller side's: a calm group among many is told by its own few customers
    freedom = np.maximum(np.minimum(*_within(values[None, :], masks, cells)[3:]), 1)
    wide = np.array([clustered.is_spread(members[:, at], cells) for at in range(groups)])
    if cluster is not None:
        few = [clustered.spread(members[:, at], cells) - 1 for at in range(groups)]
        freedom = np.maximum(np.minimum(freedom, few), 1)
    up, down = one_sided(observed, freedom, skew)
    above = np.where(wide, np.maximum(above, up), 1.0)
    below = np.where(wide, np.maximum(below, down), 1.0)
    ends = (alpha / 2, 1 - alpha / 2)
    reach = stdtrit(freedom, ends[1])
    lowest, highest = limits(reach, skew)
    own = np.vstack(
        [
            np.minimum(np.quantile(drawn, ends[0], axis=0, method="lower"), lowest),
            np.maximum(np.quantile(drawn, ends[1], axis=0, method="higher"), highest),
        ]
    )
    own[:, ~wide] = np.nan
    family = np.array(
        [-np.quantile(bottom, ends[1], method="higher"), np.quantile(top, ends[1], method="higher")]
    )
    return Permutation(observed, np.minimum(2 * np.minimum(above, below), 1.0), own, family)


def _tail(observed: np.ndarray, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Upper-tail p-values of each group, and the largest statistic of each draw."""
    # Permutations that repeat the data must count as ties in spite of rounding.
    with np.errstate(invalid="ignore"):
        bar = np.where(np.isfinite(observed), observed - 1e-9 * (1 + np.abs(observed)), observed)
    return (1 + (drawn >= bar).sum(axis=0)) / (len(drawn) + 1), drawn.max(axis=1)


def _drawn(values: np.ndarray, masks: np.ndarray, cells: Cells, draws: int, rng) -> Iterator:
    """Welch's t of permutations within cells, of whole clusters if any: blocks (rows, groups)."""
    if cells.cluster is not None:
        for start in range(0, draws, BLOCK):
            rows = min(BLOCK, draws - start)
            yield _welch(cells.exchanged(values, rows, rng), masks, cells)
        return
    # What a cell holds in all stays the same in every permutation.
    whole = [(values[rows].sum(), (values[rows] ** 2).sum()) for rows in cells]
    for block in permuted_sums(values, masks, masks, cells, draws=draws, rng=rng):
        parts = [(*sums, *every) for sums, every in zip(block, whole, strict=True)]
        gap, own, rest, _, _ = _combined(parts, masks, cells)
        yield _studentised(gap, own + rest)


def _welch(values: np.ndarray, masks: np.ndarray, cells: Cells) -> np.ndarray:
    """Welch's t of every row of standardised values for every group: (rows, groups)."""
    gap, own, rest, _, _ = _within(values, masks, cells)
    variance = own + rest
    if cells.cluster is not None:
        members = masks > 0
        by_group = [clustered.variance(values, members[:, at], cells) for at in range(len(gap[0]))]
        variance = np.array(by_group).T
    return _studentised(gap, variance)


def _studentised(gap: np.ndarray, variance: np.ndarray) -> np.ndarray:
    # Values are standardised: smaller than this is rounding, not spread.
    flat = ~(variance >= 1e-14)
    error = np.sqrt(np.where(flat, 1.0, variance))
    extreme = np.where(np.abs(gap) > 1e-9, np.copysign(np.inf, gap), 0.0)
    return np.where(flat, extreme, gap / error)


def _within(values: np.ndarray, masks: np.ndarray, cells: list[np.ndarray]):
    """Differences of means within cells, the two parts of their variance, degrees of freedom.

    Rows of values by groups; degrees of freedom by groups. Blank where no cell compares.
    """
    parts = []
    for rows in cells:
        whole = len(rows) == values.shape[1]
        part, of = (values, masks) if whole else (values[:, rows], masks[rows])
        every = part.sum(axis=1)[:, None], (part**2).sum(axis=1)[:, None]
        parts.append((part @ of, (part**2) @ of, *every))
    return _combined(parts, masks, cells)


def _combined(parts: list[tuple], masks: np.ndarray, cells: list[np.ndarray]):
    """What `_within` gives, from the sums of each cell.

    ``parts`` holds per cell the sums of values and of squares of each group (rows, groups), and of
    all customers of the cell.
    """
    effect = own = rest = np.zeros((1, masks.shape[1]))
    weight = inside = outside = used = np.zeros(masks.shape[1])
    single = 1 if len(cells) == 1 else 2  # members below which a cell of several is left out
    for rows, (s1, q1, total, square) in zip(cells, parts, strict=True):
        n, m = len(rows), masks[rows].sum(axis=0)
        use = (m >= single) & (m < n)
        m, k = np.where(use, m, 1.0), np.where(use, n - m, 1.0)
        effect = effect + use * (s1 - m / n * total)
        own = own + use * (k / n) ** 2 * np.maximum(q1 - s1**2 / m, 0)
        rest = rest + use * (m / n) ** 2 * np.maximum(square - q1 - (total - s1) ** 2 / k, 0)
        weight, used = weight + use * m * k / n, used + use
        inside, outside = inside + use * m, outside + use * k
    df1, df0 = inside - used, outside - used
    with np.errstate(divide="ignore", invalid="ignore"):
        own = own * (inside / df1) / weight**2
        return effect / weight, own, rest * (outside / df0) / weight**2, df1, df0


# ── ranks ────────────────────────────────────────────────────────────────────────────────────────
def cliffs_delta(inside: np.ndarray, outside: np.ndarray) -> float:
    """P(member > other) − P(member < other), also called rank-biserial correlation (−1 to 1).

    >>> cliffs_delta(np.array([2, 3]), np.array([1, 2]))
    0.75
    """
    from scipy.stats import rankdata

    n1, n0 = len(inside), len(outside)
    ranks = rankdata(np.concatenate([inside, outside]))
    above = ranks[:n1].sum() - n1 * (n1 + 1) / 2
    return float(2 * above / (n1 * n0) - 1)


def brunner_munzel(inside: np.ndarray, outside: np.ndarray) -> float:
    """Two-sided p-value of Brunner & Munzel (2000): is either side larger more often.

    Where the groups do not overlap, or neither varies, the statistic has no variance; the exact
    share of permutations that separate the groups as far takes its place (or 1 when all tie).
    """
    from scipy.special import comb
    from scipy.stats import brunnermunzel

    delta = cliffs_delta(inside, outside)
    if abs(delta) == 1:
        tied = len(np.unique(np.concatenate([inside, outside])))
        ways = comb(len(inside) + len(outside), len(inside))
        return float(min(1.0, 2 / ways)) if tied > 1 else 1.0
    if np.ptp(inside) == 0 and np.ptp(outside) == 0:
        return 1.0
    return float(brunnermunzel(inside, outside).pvalue)


def spearman(first: np.ndarray, second: np.ndarray) -> tuple[float, float]:
    """Spearman's rank correlation and its two-sided p-value."""
    from scipy.stats import spearmanr

    answer = spearmanr(first, second)
    return float(answer.statistic), float(answer.pvalue)


def kruskal_wallis(values: np.ndarray, levels: np.ndarray) -> tuple[float, float]:
    """Epsilon squared and the p-value of Kruskal & Wallis (1952).

    ε² = H / (n − 1), the share of the variance of ranks that levels explain (Kelley 1935; Tomczak
    & Tomczak 2014, Trends in Sport Sciences 21).
    """
    from scipy.stats import kruskal

    answer = kruskal(*(values[levels == level] for level in np.unique(levels)))
    return float(answer.statistic / (len(values) - 1)), float(answer.pvalue)


# ── shares ───────────────────────────────────────────────────────────────────────────────────────
def association(
    outcome: np.ndarray, levels: np.ndarray, *, draws: int, seed: int
) -> tuple[str, float, float]:
    """Whether the share of an outcome differs between levels.

    Pearson's chi-square (with Yates' correction for two levels, which keeps the level). Where an
    expected count is below 5: Fisher's exact test for two levels, else the permutation
    distribution of chi-square.

    Parameters
    ----------
    outcome : booleans that are not all equal.
    levels : the level of each customer, at least two different ones.

    Returns
    -------
    name of the test, Cramér's V (not corrected), p-value.
    """
    from scipy.stats import chi2_contingency, fisher_exact

    names, codes = np.unique(levels, return_inverse=True)
    table = np.zeros((2, names.size))
    np.add.at(table, (outcome.astype(int), codes), 1)
    plain = chi2_contingency(table, correction=False)
    size = float(np.sqrt(plain.statistic / table.sum()))  # the smaller side has two levels
    if plain.expected_freq.min() >= SMALLEST_EXPECTED:
        return "chi-square", size, float(chi2_contingency(table).pvalue)
    if names.size == 2:
        return "Fisher", size, float(fisher_exact(table).pvalue)
    shares, counts = outcome.mean(), table.sum(axis=0)
    hot = (codes[:, None] == np.arange(names.size)).astype(float)
    rng, larger = np.random.default_rng(seed), 0
    for start in range(0, draws, BLOCK):
        rows = min(BLOCK, draws - start)
        shuffled = rng.permuted(np.broadcast_to(outcome.astype(float), (rows, codes.size)), axis=1)
        # Σ (O − E)² / E over both outcomes, written with the deviation of one of them.
        off = (shuffled @ hot - counts * shares) ** 2
        chi2 = (off / (counts * shares * (1 - shares))).sum(axis=1)
        larger += int((chi2 >= plain.statistic * (1 - 1e-9)).sum())
    return words.PERMUTATION_CHI_SQUARE, size, (1 + larger) / (draws + 1)
