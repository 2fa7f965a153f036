"""Whether a claim holds among customers that are alike in the study's other attributes.

Large customers leave less often; large customers have annual contracts; within annual and within
monthly contracts, large and small leave alike. The claim about size is then true of these customers
and explained by the contract, and acting on size changes nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers import families
from helpers.segments import effects, verdicts
from helpers.segments.clustered import Cells
from helpers.segments.rules import attribute_of, shared_lines
from helpers.segments.strata import coded_cells, codes_of
from helpers.study import Study

SCORE = "quality_score"
REMAINS = 0.5  # share of the raw difference below which, once adjusted, it counts as explained
KEPT = 0.5  # share of what a comparison rests on below which two facts cannot be told apart


@dataclass(frozen=True)
class Beside:
    """A claim's comparison within one other attribute: the one that leaves least of it.

    ``verdict`` is one of `verdicts.CONFOUNDING`, ``by`` the attribute's name; ``effect``, ``low``
    and ``high`` the adjusted difference and its 95 % interval, blank where nothing compares.
    """

    verdict: str = verdicts.NOT_COMPARED
    by: str = ""
    effect: float = np.nan
    low: float = np.nan
    high: float = np.nan


@dataclass(frozen=True)
class Other:
    """An attribute that claims are set beside: its levels, within the strata where there are any.

    ``codes`` number each customer's cell, ``above`` gives each cell's stratum; ``cells`` are their
    positions, where customers are not independent.
    """

    name: str
    ingredient: bool
    codes: np.ndarray
    above: np.ndarray
    cells: Cells | None


@dataclass(frozen=True)
class _Tried:
    name: str
    ingredient: bool
    gap: effects.Difference
    shift: float
    kept: float


def others(
    study: Study,
    frame: pd.DataFrame,
    values: np.ndarray,
    *,
    outcome: str = SCORE,
    strata: np.ndarray | None = None,
    cluster: np.ndarray | None = None,
) -> list[Other]:
    """The attributes that claims about an outcome can be set beside; the same for all of them.

    Parameters
    ----------
    frame, values, outcome, strata, cluster : as for `beside`.
    """
    base = codes_of(np.zeros(len(values)) if strata is None else strata)
    found = []
    for name in study.attributes:
        if name == outcome or name not in frame:
            continue
        levels = _levels(frame[name])
        count = int(levels.max(initial=-1)) + 1
        if count < 2 or _is_outcome(values, levels):
            continue
        both = base * count + levels
        ingredient = outcome == SCORE and bool(shared_lines(study, {name}))
        cells = None if cluster is None else coded_cells(both, cluster)
        above = np.arange(int(both.max()) + 1) // count
        found.append(Other(name, ingredient, both.astype(np.int32), above, cells))
    return found


def beside(
    study: Study,
    frame: pd.DataFrame,
    values: np.ndarray,
    member: np.ndarray,
    *,
    columns: Collection[str],
    outcome: str = SCORE,
    strata: np.ndarray | None = None,
    cluster: np.ndarray | None = None,
    within: list[Other] | None = None,
) -> Beside:
    """Set the difference between members and others beside the same within each other attribute.

    Within an attribute, the difference in a level of n customers, m of them members, counts with
    m(n − m)/n: the coefficient of membership in a regression on membership and levels
    (`effects.difference`). What the attribute takes away, raw minus adjusted, is the difference of
    two regression coefficients on the same customers; its error is taken from their influence
    functions side by side (Clogg, Petkova & Haritou 1995, American Journal of Sociology 100,
    compare the two in the same way), so that an attribute that has nothing to do with the groups
    takes nothing away whatever the noise. Three findings, corrected for the attributes tried:

    * *turned*: the adjusted interval lies on the other side of 0;
    * *explained*: what it takes away is shown (Holm), and less than half remains;
    * *inseparable*: more than half of what the comparison rests on is gone, because the attribute
      nearly follows from membership, and the adjusted interval holds 0.

    Parameters
    ----------
    frame : the customers that are compared, one row each, with the study's attributes.
    values, member : (customers,) outcome and membership.
    columns : columns that define the groups; attributes among them are not tried.
    outcome : attributes that share lines of the score (`rules.shared_lines`) are ingredients of a
        difference in score, not what lies behind it: within them it can only turn.
    strata : (customers,) labels within which the claim compares already.
    cluster : (customers,) clusters of customers that are not independent.
    within : what `others` gives, where several claims are about the same customers.
    """
    if within is None:
        within = others(study, frame, values, outcome=outcome, strata=strata, cluster=cluster)
    named = {attribute_of(study, column) or column for column in columns}
    tried = [other for other in within if other.name not in named]
    base = codes_of(np.zeros(len(values)) if strata is None else strata)
    if cluster is None:
        raw, found = _by_sums(values - values.mean(), member, base, tried)
    else:
        raw, found = _by_clusters(values, member, base, strata is not None, tried, cluster)
    return _told(found, raw, alpha=study.scope.alpha)


def _by_sums(
    values: np.ndarray, member: np.ndarray, base: np.ndarray, tried: list[Other]
) -> tuple[effects.Difference, list[_Tried]]:
    """The raw difference, and what each attribute makes of it, from the sums of its cells.

    What a customer moves a difference by is the same for all members of a cell but for the value:
    squares of it are sums of values and their squares.
    """
    inside = np.asarray(member, dtype=np.int8)
    squares = values**2

    def sums(codes: np.ndarray) -> np.ndarray:
        at, size = codes * 2 + inside, 2 * (int(codes.max(initial=0)) + 1)
        parts = [np.bincount(at, weights, minlength=size) for weights in (None, values, squares)]
        return np.array(parts, dtype=float).reshape(3, -1, 2)

    whole = sums(base)
    raw = effects.difference_of(*whole)
    if not np.isfinite(raw.effect) or raw.effect == 0:
        return raw, []
    at, slope, rests = _moves(*whole[:2])
    found = []
    for other in tried:
        cells = sums(other.codes)
        gap = effects.difference_of(*cells)
        its, steep, left = _moves(*cells[:2])
        fixed, turn = at[other.above] - its, slope[other.above] - steep
        count, total, square = cells
        spread = (count * fixed**2 + 2 * fixed * turn * total + turn**2 * square).sum()
        found.append(_tried(other, raw, gap, float(np.sqrt(max(spread, 0.0))), left, rests))
    return raw, found


def _moves(count: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """What a customer moves the difference within cells by: fixed part, part times the value.

    As `_influence`, of the others and the members of each cell (cells, 2).
    """
    n = count.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, mean = count[:, 1:] / n, total.sum(axis=1, keepdims=True) / n
    apart = np.where((count > 0).all(axis=1, keepdims=True), [0.0, 1.0] - share, 0.0)
    rests = float((count * apart**2).sum())
    if rests == 0:
        return apart, apart, 0.0
    gap = (apart * total).sum() / rests
    return -apart * (np.nan_to_num(mean) + gap * apart) / rests, apart / rests, rests


def _by_clusters(
    values: np.ndarray,
    member: np.ndarray,
    base: np.ndarray,
    stratified: bool,
    tried: list[Other],
    cluster: np.ndarray,
) -> tuple[effects.Difference, list[_Tried]]:
    """As `_by_sums`, where what customers of one cluster move is added up before it is squared."""
    whole = coded_cells(base, cluster)
    raw = effects.difference(values, member, whole if stratified else None, cluster)
    if not np.isfinite(raw.effect) or raw.effect == 0:
        return raw, []
    start, rests = _influence(values, member, whole)
    found = []
    for other in tried:
        assert other.cells is not None  # cells are there wherever clusters are
        gap = effects.difference(values, member, other.cells, cluster)
        own, left = _influence(values, member, other.cells)
        apart = np.bincount(cluster, start - own)
        found.append(_tried(other, raw, gap, float(np.sqrt(np.square(apart).sum())), left, rests))
    return raw, found


def _tried(
    other: Other,
    raw: effects.Difference,
    gap: effects.Difference,
    spread: float,
    left: float,
    rests: float,
) -> _Tried:
    shift = (raw.effect - gap.effect) / spread if spread > 0 else 0.0
    return _Tried(other.name, other.ingredient, gap, shift, left / rests if rests > 0 else 0.0)


def _told(tried: list[_Tried], raw: effects.Difference, *, alpha: float) -> Beside:
    """Of the attributes tried, the one that leaves least of the claim, and what that says."""
    from scipy.special import ndtr

    if not tried:
        return Beside()
    sign = float(np.sign(raw.effect))
    shown = families.holm([ndtr(-sign * one.shift) for one in tried])
    found: dict[str, list[_Tried]] = {}
    for one, p in zip(tried, shown, strict=True):
        low, high = one.gap.interval(level=1 - alpha / len(tried))
        verdict = verdicts.of_confounding(
            left=sign * one.gap.effect / abs(raw.effect),
            low=min(sign * low, sign * high),
            high=max(sign * low, sign * high),
            taken_is_shown=bool(p <= alpha),
            remains=REMAINS,
            separable=bool(one.kept >= KEPT and np.isfinite(one.gap.error)),
            ingredient=one.ingredient,
        )
        found.setdefault(verdict, []).append(one)
    verdict = next(kind for kind in verdicts.CONFOUNDING if kind in found)
    if verdict == verdicts.HOLDS:  # ingredients explain nothing, so that others stand beside first
        found[verdict] = [one for one in found[verdict] if not one.ingredient] or found[verdict]
    least = min(found[verdict], key=lambda one: (np.nan_to_num(sign * one.gap.effect), one.name))
    low, high = least.gap.interval()
    return Beside(verdict, least.name, least.gap.effect, low, high)


def _levels(column: pd.Series) -> np.ndarray:
    """Number of each customer's level; unknown is a level of its own."""
    hashed, distinct = pd.factorize(column, use_na_sentinel=False)
    names = pd.Series(distinct).astype("string").fillna("").to_numpy(dtype=object)
    return codes_of(names)[hashed]


def _is_outcome(values: np.ndarray, levels: np.ndarray) -> bool:
    """Whether levels are the outcome under another name: nothing varies within any of them."""
    within = pd.Series(values).groupby(levels)
    return within.ngroups < len(values) / 2 and bool((within.min() == within.max()).all())


def _influence(
    values: np.ndarray, member: np.ndarray, cells: list[np.ndarray]
) -> tuple[np.ndarray, float]:
    """Each customer's influence on the difference within cells, and what the difference rests on.

    With membership less its mean in the cell, e, the difference is Σ e·y ÷ Σ e², and a customer
    moves it by e × residual ÷ Σ e².
    """
    apart, centred = np.zeros(len(values)), np.zeros(len(values))
    for rows in cells:
        if 0 < member[rows].sum() < rows.size:
            apart[rows] = member[rows] - member[rows].mean()
            centred[rows] = values[rows] - values[rows].mean()
    rests = float(apart @ apart)
    if rests == 0:
        return apart, 0.0
    return apart * (centred - (apart @ centred) / rests * apart) / rests, rests
