"""How firm the ranking is: every amount and every exclusion varied, alone and together."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from helpers.alongside import Together, begin, results
from helpers.collect.customer_tables import by_owner, covering, owners_table
from helpers.collect.exclusions import excluded, reason
from helpers.collect.history import history
from helpers.lookup import places
from helpers.metrics.agreement import formula_hash
from helpers.metrics.quality import bands, ranks, scores_from_inputs, silent_of
from helpers.metrics.score_inputs import score_inputs
from helpers.outputs import shaped
from helpers.raters import kendall_tau
from helpers.study import QualityScore, Rule, Study
from helpers.words import people as words
from helpers.words import say
from helpers.words.measures import APPLIES, LEFT_OUT
from helpers.workspace import Workspace

NUMBERS = {  # of exclusion rules
    "revenue_outlier": "times_second",
    "revenue_below": "monthly",
    "won_after": "months_before_quarter_end",
    "won_before": "months_before_quarter_end",
}
COLUMNS = (
    *("item", "kind", "label", "adopted", "changed", "customers", "added", "removed"),
    *("tau", "largest_move", "other_band"),
)
ALL = "all together"
PROPOSAL, FORMULA = "proposal", "formula"
LONG = pd.DataFrame(columns=["item", "changed", "account_id", "quality_score"])


@dataclass(frozen=True)
class Variant:
    """One way in which the score could have been made.

    ``scores`` are the customers under it, as `scores_from_inputs` gives them.
    """

    item: str
    kind: str
    label: str
    adopted: str
    changed: str
    scores: pd.DataFrame = field(compare=False)


@dataclass(frozen=True)
class Candidates:
    """Everybody whom the study's exclusion rules were asked about, with what each line knows.

    ``customers`` as the rules saw them, ``inputs`` as `score_inputs` gives them; ``proposed`` are
    those of the formula that the study proposes, None where it proposes none.
    """

    customers: pd.DataFrame
    inputs: pd.DataFrame
    columns: tuple[str, ...]
    proposed: pd.DataFrame | None = None


def candidates(ws: Workspace, offered: pd.DataFrame) -> Candidates:
    """What is known of everybody whom the exclusion rules were asked about.

    Parameters
    ----------
    offered : `CustomerList.offered`.
    """
    listing = ws.load("customer_list", columns=["account_id", "customer_id"])
    owners = owners_table(listing[places(listing["customer_id"], offered["account_id"]) >= 0])
    rows = {}
    for name in ("contracts", "orders", "costs", "tickets"):
        table = covering(ws, name)
        rows[name] = None if table is None else by_owner(table, owners)
    known: dict[str, Any] = {
        "known": history(ws),
        "silent": silent_of(ws.study, rows),
        **rows,
    }
    inputs = score_inputs(ws.study, ws.quarter, offered, **known)
    other = with_proposal(ws.study)
    proposed = None
    if other is not None:
        proposed = score_inputs(other, ws.quarter, offered, **known)
    columns = tuple(ws.recorded("collection/accounts", {}).get("columns", offered.columns))
    return Candidates(offered, inputs, columns, proposed)


def with_proposal(study: Study) -> Study | None:
    """The study as it would be with the formula that it proposes; None where it proposes none."""
    proposal = study.agreement.proposal
    return None if proposal is None else study.model_copy(update={"quality_score": proposal})


def included(ws: Workspace, people: Candidates, rules: tuple[Rule, ...]) -> pd.Series:
    """Who is left when exclusion rules apply in their order: account_ids, sorted."""
    left = people.customers
    for rule in rules:
        out = excluded(rule, left, quarter=ws.quarter, columns=people.columns)
        left = left[~out.fillna(False).astype(bool)]
    return left["account_id"].sort_values()


def scored(
    people: Candidates, rules: QualityScore, accounts: pd.Series, factors: dict[str, float]
) -> pd.DataFrame:
    """The scores of some customers, lines multiplied by factors before they are clipped."""
    inputs = people.inputs[people.inputs["account_id"].isin(accounts)]
    if factors:
        inputs = inputs.assign(**{name: inputs[name] * factor for name, factor in factors.items()})
    return scores_from_inputs(rules, people.customers, inputs)


def line_amount(study: Study, line: str) -> float:
    """What is varied of a line: its amount, or its weight where it has none."""
    _, entry = study.quality_score.lines[line]
    return float(entry.amount if entry.amount is not None else entry.weight)


def line_range(study: Study, line: str) -> tuple[float, float]:
    """The smallest and largest value of a line's amount: as declared, else ± the share."""
    if line in study.agreement.ranges:
        return study.agreement.ranges[line]
    ends = [line_amount(study, line) * (1 + sign * study.agreement.vary) for sign in (-1, 1)]
    return min(ends), max(ends)


def _of_lines(ws: Workspace, people: Candidates) -> Iterator[Variant]:
    """Every line of the formula alone, at both ends of its range; not those whose amount is 0."""
    study, formula = ws.study, ws.study.quality_score
    everyone = included(ws, people, study.customer_list.exclude)
    kinds = {name: kind for kind in ("costs", "bonuses", "penalties")
             for name in getattr(formula, kind)}  # fmt: skip
    singular = {"costs": "cost", "bonuses": "bonus", "penalties": "penalty"}
    for name in formula.lines:
        amount = line_amount(study, name)
        if not amount:
            continue
        label = formula.label(name)
        for value in line_range(study, name):
            found = scored(people, formula, everyone, {name: value / amount})
            yield Variant(name, singular[kinds[name]], label, _exact(amount), _exact(value), found)


def _exact(value: float) -> str:
    """An amount as a study file holds it: no digit of a large one is lost.

    >>> _exact(5000.0), _exact(1234567.0)
    ('5000', '1234567')
    """
    return f"{value:.12g}"


def _of_rules(ws: Workspace, people: Candidates) -> Iterator[Variant]:
    """Every exclusion rule left out; one with a number other than a date at both of its ends."""
    study, formula, rules = ws.study, ws.study.quality_score, ws.study.customer_list.exclude
    for place, rule in enumerate(rules):
        item, told = f"exclude[{place}]", reason(rule, quarter=ws.quarter, currency=study.currency)
        others = rules[:place] + rules[place + 1 :]
        left = included(ws, people, others)
        yield Variant(
            item, "exclusion", told, say(APPLIES), say(LEFT_OUT), scored(people, formula, left, {})
        )
        for adopted, value, changed in _numbers(study, rule, item):
            left = included(ws, people, (*rules[:place], changed, *rules[place + 1 :]))
            found = scored(people, formula, left, {})
            yield Variant(item, "exclusion", told, _exact(adopted), _exact(value), found)


def _of_proposal(ws: Workspace, people: Candidates) -> Iterator[Variant]:
    """The formula that the study proposes, where it proposes one."""
    other = with_proposal(ws.study)
    if other is not None and people.proposed is not None:
        everyone = included(ws, people, ws.study.customer_list.exclude)
        by_proposal = replace(people, inputs=people.proposed)
        found = scored(by_proposal, other.quality_score, everyone, {})
        hashes = (formula_hash(ws.study), formula_hash(other))
        yield Variant(PROPOSAL, FORMULA, say(words.PROPOSED_FORMULA), *hashes, found)


# What is varied alone, in the order in which it is told.
ALONE = (_of_lines, _of_rules, _of_proposal)


def _numbers(study: Study, rule: Rule, item: str) -> Iterator[tuple[float, float, Rule]]:
    """A rule with its number at both ends of its range."""
    key = NUMBERS.get(rule.rule)
    if key is None:
        return
    number = getattr(rule, key)
    if number is None:
        return
    ends = [number * (1 + sign * study.agreement.vary) for sign in (-1, 1)]
    for value in study.agreement.ranges.get(item, tuple(ends)):
        whole = key == "months_before_quarter_end"
        value = max(0, round(value)) if whole else value
        if value == number or (key == "times_second" and value <= 1):
            continue
        yield float(number), float(value), rule.model_copy(update={key: value})


def drawn_together(ws: Workspace, people: Candidates) -> Iterator[pd.DataFrame]:
    """Scores with the amounts of all lines drawn evenly within their ranges, by the seed.

    Each draw has account_id, quality_score, rank and band as `scores_from_inputs` gives them for
    these amounts; arrays make it fast enough for hundreds of draws.
    """
    study = ws.study
    names = [name for name in study.quality_score.lines if line_amount(study, name)]
    ranges = np.array([line_range(study, name) for name in names]).reshape(-1, 2)
    amounts = np.array([line_amount(study, name) for name in names])
    everyone = included(ws, people, study.customer_list.exclude)
    inputs = people.inputs[people.inputs["account_id"].isin(everyone)].sort_values("account_id")
    rng = np.random.default_rng([study.seed, 16])
    for _ in range(study.agreement.draws if names else 0):
        drawn = rng.uniform(ranges[:, 0], ranges[:, 1]) / amounts
        total = _totals(study.quality_score, inputs, dict(zip(names, drawn, strict=True)))
        yield pd.DataFrame(
            {
                "account_id": inputs["account_id"].to_numpy(),
                "quality_score": total,
                "rank": ranks(pd.Series(total)).to_numpy(),
                "band": bands(pd.Series(total), edges=study.quality_score.bands).to_numpy(),
            }
        )


def _totals(rules: QualityScore, inputs: pd.DataFrame, factors: dict[str, float]) -> np.ndarray:
    """The scores of `scores_from_inputs`, without their lines."""
    total = _known(inputs["base"].to_numpy(float), fill=True)
    for name, (sign, line) in rules.lines.items():
        amount = inputs[name].to_numpy(float) * factors.get(name, 1.0)
        if line.at_least is not None or line.at_most is not None:
            amount = np.clip(amount, line.at_least, line.at_most)
        total = total + sign * _known(amount, fill=line.missing == "average")
    return np.round(total, 2) + 0.0


def _known(amount: np.ndarray, *, fill: bool) -> np.ndarray:
    """Amounts to the cent, unknown ones filled with the mean of the known ones, or with 0."""
    unknown = np.isnan(amount)
    mean = amount[~unknown].mean() if fill and not unknown.all() else 0.0
    return np.round(np.where(unknown, mean, amount), 2)


def rank_stability(scores: pd.DataFrame, draws: list[pd.DataFrame]) -> pd.DataFrame:
    """How far each customer's place moves: the data file ``score_stability``.

    Parameters
    ----------
    scores : the data file ``quality_scores``.
    draws : of `drawn_together`; without any, nothing moves.

    Returns
    -------
    One row per customer: account_id, name, rank, rank_low and rank_high (2.5 and 97.5 % of the
    draws), band, same_band_share.
    """
    base = scores.sort_values("account_id", ignore_index=True)
    table = base[["account_id", "name", "rank", "band"]].copy()
    if not draws:
        low = high = base["rank"].astype(float)
        same = pd.Series(1.0, index=base.index)
    else:
        placed = np.stack([one["rank"].to_numpy(float) for one in draws])
        kept = np.stack([one["band"].to_numpy(object) == base["band"].to_numpy(object)
                          for one in draws])  # fmt: skip
        edges = np.quantile(placed, [0.025, 0.975], axis=0, method="inverted_cdf")
        low, high, same = edges[0], edges[1], kept.mean(axis=0)
    table = table.assign(rank_low=low, rank_high=high, same_band_share=same)
    return shaped("score_stability", table.sort_values(["rank", "account_id"]))


def _alone(scores: pd.DataFrame, variants: list[Variant]) -> list[dict]:
    return [
        {
            "item": one.item,
            "kind": one.kind,
            "label": one.label,
            "adopted": one.adopted,
            "changed": one.changed,
            **_compared(scores, one.scores),
        }
        for one in variants
    ]


def _together(scores: pd.DataFrame, draws: list[pd.DataFrame]) -> list[dict]:
    if not draws:
        return []
    found = pd.DataFrame([_compared(scores, one) for one in draws])
    middle = found.median().to_dict() | {"largest_move": float(found["largest_move"].max())}
    middle["other_band"] = float(np.floor(middle["other_band"]))
    told = {"item": ALL, "kind": ALL, "label": say(words.ALL_LINES), "adopted": ""}
    return [told | {"changed": say(words.DRAWS, draws=len(draws)), **middle}]


def _compared(scores: pd.DataFrame, other: pd.DataFrame) -> dict[str, float]:
    """Two rankings of the customers that are in both."""
    from scipy.stats import rankdata

    at = places(scores["account_id"], other["account_id"])
    known = at >= 0
    one = scores["quality_score"].to_numpy(float)[known]
    two = other["quality_score"].to_numpy(float)[at[known]]
    moved = np.abs(rankdata(one, method="max") - rankdata(two, method="max"))
    here, there = (table["band"].to_numpy(object) for table in (scores, other))
    return {
        "customers": float(len(other)),
        "added": float(len(other) - len(one)),
        "removed": float(len(scores) - len(one)),
        "tau": tau_of(one, two),
        "largest_move": float(moved.max()) if len(one) else np.nan,
        "other_band": float((here[known] != there[at[known]]).sum()),
    }


@dataclass(frozen=True)
class Tried:
    """What the variations come to.

    Attributes
    ----------
    table : what each variation does to the ranking, one row each and one for all together: kind,
        item, label, adopted, changed, customers, added and removed (by another exclusion), tau
        (Kendall's, between the two rankings of customers in both), largest_move (places),
        other_band (customers whose band changes). Of all together the medians over the draws; the
        largest move is the largest of any draw.
    stability : as `rank_stability` gives it.
    scores : the customers of each variation of one thing: item, changed, account_id, quality_score.
    """

    table: pd.DataFrame
    stability: pd.DataFrame
    scores: pd.DataFrame


def tried(ws: Workspace, people: Candidates, scores: pd.DataFrame) -> Tried:
    """All variations, alone and together: as `begin_tried`."""
    return begin_tried(ws, people, scores).result()


def begin_tried(ws: Workspace, people: Candidates, scores: pd.DataFrame) -> Together[Tried]:
    """All variations, alone and together, begun while something else is done.

    Parameters
    ----------
    scores : the data file ``quality_scores``.
    """
    alone = [begin(_tried_alone, vary, ws, people, scores) for vary in ALONE]
    together = begin(_tried_together, ws, people, scores)

    def put() -> Tried:
        *one_by_one, (all_lines, stability) = results([*alone, together])
        rows = [row for part, _ in one_by_one for row in part]
        long = pd.concat([part for _, part in one_by_one if len(part)] or [LONG], ignore_index=True)
        return Tried(pd.DataFrame([*rows, *all_lines], columns=list(COLUMNS)), stability, long)

    return Together(put)


def _tried_alone(
    vary: Callable[[Workspace, Candidates], Iterator[Variant]],
    ws: Workspace,
    people: Candidates,
    scores: pd.DataFrame,
) -> tuple[list[dict], pd.DataFrame]:
    alone = list(vary(ws, people))
    parts = [
        one.scores[["account_id", "quality_score"]].assign(item=one.item, changed=one.changed)
        for one in alone
    ]
    return _alone(scores, alone), pd.concat(parts)[[*LONG]] if parts else LONG


def _tried_together(
    ws: Workspace, people: Candidates, scores: pd.DataFrame
) -> tuple[list[dict], pd.DataFrame]:
    together = list(drawn_together(ws, people))
    return _together(scores, together), rank_stability(scores, together)


def tau_of(one: Sequence[float], other: Sequence[float]) -> float:
    """Kendall's τ-b without an interval, of any number of customers."""
    from scipy import stats

    if len(one) <= 4:
        return kendall_tau(one, other).value
    return float(stats.kendalltau(one, other).statistic)
