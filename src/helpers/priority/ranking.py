"""The order of the validated segments, how firm it is, and customers that are typical of each."""

import numpy as np
import pandas as pd

from helpers.priority.criteria import Criteria, size_of, value_of
from helpers.segments.rules import attribute_of, columns_of
from helpers.study import Study
from helpers.words import priorities as words
from helpers.words import say

CRITERIA = ("value", "targetability", "size")
# What resampling moves; targetability is what the definition names, and no estimate.
UNCERTAIN = ("value", "size")
STUDY = words.STUDY
SCORE = "quality_score"
# Sum of the Dirichlet's parameters: a weight of one half then varies by 0.15 (one standard
# deviation), about as much as stakeholders differ when they are asked twice.
CONCENTRATION = 10.0
DRAWS = 1000
TOGETHER = 20_000_000  # customers × draws that are held at once


def priorities(
    study: Study, measured: Criteria, frame: pd.DataFrame, *, draws: int = DRAWS
) -> pd.DataFrame:
    """Rank the validated segments by the weighted sum of their criteria.

    How firm the order is: customers are resampled (bootstrap) and so are the weights (Dirichlet
    around the study's, a weight of 0 stays 0); every draw is ranked again. A draw's lift is the
    honest lift plus the bootstrap's deviation from the observed difference, so that resampling
    does not bring back the optimism that the honest lift was corrected for.

    Parameters
    ----------
    measured : result of `criteria.criteria`.
    frame : the same customer frame.

    Returns
    -------
    Data file ``priorities``: the columns of the criteria's table, priority_score (0 to 1), rank
    (1 = first; ties share the better rank), rank_low and rank_high (95 % of the draws), share_first
    (share of the draws in which it is first; ties share it), value_low to size_high (95 % of the
    draws), dominated_by (`dominated`), wins_value, wins_targetability and wins_size
    (`weights_that_win`), sorted by rank.

    Notes
    -----
    The shares are the rank acceptability of SMAA-2 (Lahdelma and Salminen 2001, Operations Research
    49). They say how the drawn orders come out, and are no probability: of two segments that are
    equal in truth the one that happened to be measured higher comes first in more than half of the
    draws. Deliverables therefore tell the range of places.
    """
    table = measured.table.copy()
    weights = np.array(study.priorities.shares)
    table["priority_score"] = table[list(CRITERIA)].to_numpy(dtype=float) @ weights
    table["rank"] = _ranks(table["priority_score"].to_numpy(dtype=float)[None, :])[0]
    table["rank_low"] = table["rank_high"] = table["rank"]
    table["share_first"] = 1.0
    for name in UNCERTAIN:
        table[f"{name}_low"] = table[f"{name}_high"] = np.nan
    if len(table):
        parts, varied = _drawn(study, measured, frame.reset_index(drop=True), weights, draws)
        for name in UNCERTAIN:
            at = CRITERIA.index(name)
            table[f"{name}_low"], table[f"{name}_high"] = np.quantile(
                parts[:, :, at], [0.025, 0.975], axis=0
            )
    if len(table) > 1:
        scores = np.einsum("dkc,dc->dk", parts, varied)
        ranks = _ranks(scores)
        first = ranks == 1
        table["rank_low"] = np.quantile(ranks, 0.025, axis=0, method="lower").astype(int)
        table["rank_high"] = np.quantile(ranks, 0.975, axis=0, method="higher").astype(int)
        table["share_first"] = (first / first.sum(axis=1, keepdims=True)).mean(axis=0)
    table["dominated_by"] = dominated(table)
    nearest = weights_that_win(table, weights)
    for at, name in enumerate(CRITERIA):
        table[f"wins_{name}"] = nearest[:, at]
    whole = dict.fromkeys(("rank", "rank_low", "rank_high", "customers"), "int64")
    return table.astype(whole).sort_values(["rank", "segment_id"]).reset_index(drop=True)


def by_stakeholder(study: Study, ranked: pd.DataFrame) -> pd.DataFrame:
    """The order under the study's weights and under those of every stakeholder.

    Parameters
    ----------
    ranked : data file ``priorities``.

    Returns
    -------
    Data file ``priorities_by``: who, segment_id, definition, the three weights (of 1),
    priority_score, rank; the study first, then stakeholders as they stand in ``priorities.by``.
    """
    pieces = []
    for who, weights in {STUDY: study.priorities, **study.priorities.by}.items():
        score = ranked[list(CRITERIA)].to_numpy(dtype=float) @ np.array(weights.shares)
        piece = ranked[["segment_id", "definition"]].assign(
            who=str(who),
            **{f"{name}_weight": w for name, w in zip(CRITERIA, weights.shares, strict=True)},
            priority_score=score,
            rank=_ranks(score[None, :])[0],
        )
        pieces.append(piece.sort_values(["rank", "segment_id"]))
    order = ["who", "segment_id", "definition", *(f"{name}_weight" for name in CRITERIA)]
    return pd.concat(pieces, ignore_index=True)[[*order, "priority_score", "rank"]]


def dominated(table: pd.DataFrame) -> list[str]:
    """The first segment that is at least as good on every criterion and better on one, or ""."""
    scores = np.round(table[list(CRITERIA)].to_numpy(dtype=float), 12)
    names, found = table["segment_id"].tolist(), []
    for own in scores:
        better = (scores >= own).all(axis=1) & (scores > own).any(axis=1)
        found.append(min((names[at] for at in np.flatnonzero(better)), default=""))
    return found


def weights_that_win(table: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """The weights nearest to the study's under which each segment comes first, (segments, 3).

    Nearest by the sum of the changes of the three weights, which add up to one; of several equally
    near the solver's. NaN where no weights put it first: another one is better whatever they are.
    """
    from scipy.optimize import linprog

    scores = table[list(CRITERIA)].to_numpy(dtype=float)
    k = len(CRITERIA)
    found = np.full((len(scores), k), np.nan)
    for at, (own, better) in enumerate(zip(scores, dominated(table), strict=True)):
        if better:  # a tie at weights of zero is no first place
            continue
        others = np.delete(scores, at, axis=0) - own
        # Variables: weights, and how far each lies above and below the study's.
        solved = linprog(
            np.r_[np.zeros(k), np.ones(2 * k)],
            A_ub=np.hstack([others, np.zeros((len(others), 2 * k))]) if len(others) else None,
            b_ub=np.full(len(others), 1e-12) if len(others) else None,
            A_eq=np.vstack(
                [
                    np.r_[np.ones(k), np.zeros(2 * k)],
                    np.hstack([np.eye(k), -np.eye(k), np.eye(k)]),
                ]
            ),
            b_eq=np.r_[1.0, weights],
            bounds=[(0, None)] * (3 * k),
        )
        if solved.status == 0:
            found[at] = np.round(solved.x[:k], 6)
    return found


def _ranks(scores: np.ndarray) -> np.ndarray:
    """Rank of every column within its row, 1 = largest; ties share the better rank."""
    rounded = np.round(scores, 12)
    return 1 + (rounded[:, None, :] > rounded[:, :, None]).sum(axis=2)


def _drawn(
    study: Study, measured: Criteria, frame: pd.DataFrame, weights: np.ndarray, draws: int
) -> tuple[np.ndarray, np.ndarray]:
    """Criteria under resampled customers (draws, segments, criteria), and a weight for each."""
    rng = np.random.default_rng(study.seed)
    customers, table = len(frame), measured.table
    score = frame[SCORE].to_numpy(dtype=float)
    masks = measured.masks[table["segment_id"].tolist()].to_numpy(dtype=float)
    excellent = (frame["band"] == "excellent").to_numpy(dtype=float)[:, None]
    groups = np.hstack([masks, excellent])
    observed = _gaps(np.ones((1, customers)), score, groups)[0]
    gaps, inside = [], []
    at_once = max(1, TOGETHER // max(customers, 1))
    for start in range(0, draws, at_once):  # the same draws, whatever memory they are made in
        times = rng.multinomial(
            customers, np.full(customers, 1 / customers), size=min(at_once, draws - start)
        ).astype(float)
        gaps.append(_gaps(times, score, groups))
        inside.append(times @ masks / customers)
    drawn, shares = np.vstack(gaps), np.vstack(inside)
    # A draw without a member, or without an excellent customer, says nothing of the difference.
    drawn = np.where(np.isfinite(drawn), drawn, observed)
    lift = table["lift"].to_numpy(dtype=float) + drawn[:, :-1] - observed[:-1]
    value = value_of(lift, drawn[:, -1:])
    smallest = study.smallest_segment(customers) / customers
    size = size_of(shares, smallest)
    market = table["market_share"].to_numpy(dtype=float)
    size = np.where(np.isfinite(market), (size + size_of(market, smallest)) / 2, size)
    target = np.broadcast_to(table["targetability"].to_numpy(dtype=float), size.shape)
    given = weights > 0
    varied = np.zeros((draws, weights.size))
    varied[:, given] = rng.dirichlet(CONCENTRATION * weights[given], size=draws)
    return np.stack([value, target, size], axis=2), varied


def _gaps(times: np.ndarray, score: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Difference of means between each group and its rest, customers counted ``times``."""
    inside, total = times @ groups, times.sum(axis=1, keepdims=True)
    held = times @ (groups * score[:, None])
    whole = (times @ score)[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return held / inside - (whole - held) / (total - inside)


# ── representatives ──────────────────────────────────────────────────────────────────────────────
def representatives(
    study: Study,
    ranked: pd.DataFrame,
    segments: pd.DataFrame,
    members: pd.DataFrame,
    frame: pd.DataFrame,
) -> pd.DataFrame:
    """Current customers that are typical of each ranked segment.

    The centre of a segment has the most frequent level of every attribute that its definition does
    not name, the median of every such number, and the median score. Typical are the customers
    nearest to it by Gower's distance (1971): the mean over what is known of 0 or 1 for
    categories, and of the difference in ranks among the members for numbers and the score,
    because scores are skewed. The score weighs as much as all attributes together. Size plays no
    part; ties go to the lower account_id.

    Returns
    -------
    Data file ``representatives``: segment_id, account_id, name, distance (0 to 1), quality_score,
    why; at most ``priorities.representatives`` per segment, in the order of the ranking.
    """
    rules = segments.set_index("segment_id")["rule"]
    parts = []
    for segment in ranked["segment_id"]:
        held = members.loc[members["segment_id"] == segment, "account_id"]
        inside = frame[frame["account_id"].isin(held) & (frame["status"] == "current")]
        if inside.empty:
            continue
        named = {attribute_of(study, name) for name in columns_of(rules[segment])}
        others = [name for name in study.attributes if name not in named and name in frame]
        parts.append(_typical(study, inside.reset_index(drop=True), others, segment))
    columns = ["segment_id", "account_id", "name", "distance", SCORE, "why"]
    if not parts:
        return pd.DataFrame(columns=columns)
    return pd.concat(parts, ignore_index=True)[columns]


def _typical(study: Study, inside: pd.DataFrame, others: list[str], segment: str) -> pd.DataFrame:
    apart, same = {}, {}
    for name in others:
        number = f"{name}_raw" if f"{name}_raw" in inside else None
        column = inside[name]
        if column.notna().sum() == 0:
            continue
        usual = column.dropna().astype("object").value_counts(sort=False)
        usual = sorted(usual.index[usual == usual.max()])[0]
        same[name] = (column.astype("object") == usual, usual)
        if number:
            apart[name] = _from_middle(inside[number])
        else:
            apart[name] = (column.astype("object") != usual).astype(float).where(column.notna())
    # All attributes together weigh as much as the score, which is what the segment stands for.
    score = _from_middle(inside[SCORE])
    attributes = pd.DataFrame(apart, index=inside.index).mean(axis=1)
    distance = ((attributes + score) / 2).where(attributes.notna(), score)
    nearest = inside.assign(distance=distance).sort_values(["distance", "account_id"])
    nearest = nearest.head(study.priorities.representatives)
    middle = inside[SCORE].median()
    return nearest.assign(
        segment_id=segment,
        why=[_why(study, row, same, middle, at) for at, row in nearest.iterrows()],
    )


def _from_middle(values: pd.Series) -> pd.Series:
    """Distance from the median in ranks, 0 to 1; blank stays blank."""
    place = values.rank(pct=True)
    return 2 * (place - place.median()).abs() / max(2 * (place - place.median()).abs().max(), 1e-9)


def _why(study: Study, row: pd.Series, same: dict, middle: float, at: int) -> str:
    """In words, what makes a customer typical."""
    alike = [
        f"{study.label(name)} {usual}" for name, (matches, usual) in same.items() if matches[at]
    ]
    told = (
        say(words.TYPICAL_ON_OTHER_ATTRIBUTES, alike=len(alike), others=len(same))
        if same
        else words.TYPICAL_BY_SCORE
    )
    shown = f" ({', '.join(alike[:3])})" if alike else ""
    score = say(
        words.SCORE_AGAINST_MEDIAN,
        currency=study.currency,
        own=float(row[SCORE]),
        middle=float(middle),
    )
    return f"{told}{shown}; {score}"
