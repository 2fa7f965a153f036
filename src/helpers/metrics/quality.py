"""The quality score: base − costs + bonuses − penalties, in currency per year.

It only has to rank customers and to tell poor, average and excellent ones apart. Every score reads
as a sum, line by line, to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.errors import StudyError, listed
from helpers.study import QualityScore, Study
from helpers.words import say
from helpers.words import scores as words
from helpers.workspace import Workspace

if TYPE_CHECKING:
    import ibis.expr.types as ir

BANDS = ("poor", "average", "excellent")


def quality_scores(ws: Workspace, customers: pd.DataFrame) -> pd.DataFrame:
    """Quality score of every included customer: the data file ``quality_scores``.

    Parameters
    ----------
    customers : included customers, current and former, with all columns of accounts.

    Returns
    -------
    See `scores_from_inputs`.
    """
    from helpers.collect.customer_tables import customer_rows
    from helpers.collect.history import history
    from helpers.metrics.score_inputs import score_inputs

    rows = {name: customer_rows(ws, name) for name in ("contracts", "orders", "costs", "tickets")}
    silent = silent_of(ws.study, rows)
    inputs = score_inputs(ws.study, ws.quarter, customers, known=history(ws), silent=silent, **rows)
    return scores_from_inputs(ws.study.quality_score, customers, inputs)


def silent_of(study: Study, rows: Mapping[str, object]) -> list[str]:
    """Tables that the study gives and that tell nothing of the quarter (None among ``rows``)."""
    return [name for name, table in rows.items() if table is None and name in study.sources]


def scores_from_inputs(
    rules: QualityScore, customers: pd.DataFrame, inputs: pd.DataFrame
) -> pd.DataFrame:
    """Clip, fill, sign and add up the lines, then rank and band.

    Parameters
    ----------
    customers : account_id, name, status.
    inputs : account_id, base, one column per line; NaN = unknown (`score_inputs`).

    Returns
    -------
    One row per customer, sorted by account_id: account_id, name, status, base, one column per line
    as it enters the sum (costs and penalties negative), quality_score, rank (1 = best; ties share
    the best rank), band (poor, average, excellent), imputed (names of the lines that were unknown
    and filled, joined by ``;``, empty where none).

    Notes
    -----
    A line's amount is first held within ``at_least`` and ``at_most`` (currency, before the sign).
    Unknown amounts then take the average of the known ones, over current and former customers, or
    0 with ``missing: zero``; where nothing is known, 0. Each line is rounded to the cent before
    adding up.

    Poor are scores *below* the lower quantile of ``bands``, excellent those *above* the upper one
    (linear interpolation). A score on an edge is average, so that equal scores share a band.
    """
    inputs = inputs.sort_values("account_id").set_index("account_id")
    people = customers.set_index("account_id").reindex(inputs.index)
    signed: dict[str, pd.Series] = {}
    filled: dict[str, pd.Series] = {}
    signed["base"], filled["base"] = _filled(inputs["base"], missing="average")
    for name, (sign, line) in rules.lines.items():
        amount = inputs[name].clip(lower=line.at_least, upper=line.at_most)
        amount, filled[name] = _filled(amount, missing=line.missing)
        signed[name] = sign * amount
    # Adding 0 turns the −0 of a cost of nothing into 0.
    lines = pd.DataFrame(signed, index=inputs.index).round(2) + 0.0
    scores = pd.DataFrame(
        {
            "name": people["name"] if "name" in people else pd.Series(None, people.index, "str"),
            "status": people["status"],
            **{name: lines[name] for name in lines},
            "quality_score": lines.sum(axis=1).round(2) + 0.0,
        }
    )
    scores["rank"] = ranks(scores["quality_score"])
    scores["band"] = bands(scores["quality_score"], edges=rules.bands)
    unknown = pd.DataFrame(filled, index=inputs.index).to_numpy(bool)
    names = np.array(list(filled))
    scores["imputed"] = [";".join(names[row]) if row.any() else "" for row in unknown]
    return scores.rename_axis("account_id").reset_index()


def ranks(scores: pd.Series) -> pd.Series:
    """Rank of each score, 1 = highest; equal scores share the best of their ranks."""
    return scores.rank(method="min", ascending=False).astype("int64")


def bands(scores: pd.Series, *, edges: tuple[float, float]) -> pd.Series:
    """Band of each score; on an edge means average."""
    low, high = np.quantile(scores, edges) if len(scores) else (np.nan, np.nan)
    named = np.select([scores < low, scores > high], [BANDS[0], BANDS[2]], BANDS[1])
    return pd.Series(named, index=scores.index, dtype="str")


def former_customers(study: Study, scores: pd.DataFrame) -> tuple[str, dict[str, Any]]:
    """What the base of former customers counts, and how many of the excellent they are.

    Returns
    -------
    A sentence of `helpers.words.scores` and its values: former, customers, excellent and gone
    (numbers: all former customers, all, the excellent, the former ones among these), share
    (gone ÷ excellent); without the last three where nobody is excellent.
    """
    rules = study.quality_score
    former, excellent = scores["status"] == "former", scores["band"] == BANDS[2]
    if not former.any():
        return words.NOBODY_LEFT, {}
    counts = {"former": int(former.sum()), "customers": len(scores)}
    if not excellent.any():
        return words.NOBODY_EXCELLENT[rules.base_of_former], counts
    gone = int((former & excellent).sum())
    counts["excellent"] = int(excellent.sum())
    if not gone:
        return words.NONE_OF_EXCELLENT[rules.base_of_former], counts
    return words.FORMER[rules.base_of_former, rules.former is not None], {
        **counts,
        "gone": gone,
        "share": gone / counts["excellent"],
    }


def score_without(scores: pd.DataFrame, lines: Iterable[str]) -> pd.Series:
    """The quality score without some of its lines, by account_id.

    Parameters
    ----------
    scores : as `quality_scores` gives them.
    lines : names of lines, or ``base``.
    """
    lines = list(dict.fromkeys(lines))
    unknown = [name for name in lines if name not in score_lines(scores)]
    if unknown:
        raise StudyError(
            "The quality score has no such line.",
            found=listed(unknown),
            expected=listed(score_lines(scores), most=30),
        )
    table = scores.set_index("account_id")
    return (table["quality_score"] - table[lines].sum(axis=1)).round(2).rename("quality_score")


def score_lines(scores: pd.DataFrame) -> list[str]:
    """The columns that add up to the score: base first, then every line."""
    columns = list(scores.columns)
    return columns[columns.index("base") : columns.index("quality_score")]


def score_as_sum(study: Study, customer: pd.Series) -> pd.DataFrame:
    """One customer's score line by line: line (its label), amount as it enters the sum."""
    names = ["base", *study.quality_score.lines]
    return pd.DataFrame(
        {
            "line": [say(words.BASE), *map(study.quality_score.label, names[1:])],
            "amount": [float(customer[name]) for name in names],
        }
    )


def review_comparison(scores: pd.DataFrame, reviews: pd.DataFrame) -> pd.DataFrame:
    """Each reviewed customer's place in a stakeholder's eyes and by the score.

    Parameters
    ----------
    reviews : stakeholder, account_id, rank (1 = best), band (`fetch_reviews`).

    Returns
    -------
    One row per stakeholder and included customer, largest disagreement first: stakeholder,
    account_id, name, quality_score, review_rank and score_rank (both among the customers that this
    stakeholder ranked, ties share the mean rank), rank_difference (positive = the score sees it
    worse), review_band, score_band, same_band (null where no band was given).
    """
    joined = reviews.rename(columns={"rank": "given_rank", "band": "review_band"}).merge(
        scores[["account_id", "name", "quality_score", "band"]], on="account_id", validate="m:1"
    )
    ranked = joined["given_rank"].notna()
    groups = joined["stakeholder"]
    joined["review_rank"] = joined["given_rank"].groupby(groups).rank()
    joined["score_rank"] = (-joined["quality_score"].where(ranked)).groupby(groups).rank()
    joined["rank_difference"] = joined["score_rank"] - joined["review_rank"]
    banded = joined["review_band"].notna()
    joined["same_band"] = (joined["review_band"] == joined["band"]).astype("boolean").where(banded)
    order = joined["rank_difference"].abs().fillna(-1.0)
    joined = joined.assign(order=order).sort_values(
        ["order", "stakeholder", "account_id"], ascending=[False, True, True]
    )
    return joined.rename(columns={"band": "score_band"})[
        ["stakeholder", "account_id", "name", "quality_score", "review_rank", "score_rank",
         "rank_difference", "review_band", "score_band", "same_band"]
    ].reset_index(drop=True)  # fmt: skip


def fetch_reviews(score_reviews: ir.Table) -> pd.DataFrame:
    """Reviews as a sorted frame."""
    frame = score_reviews.select("stakeholder", "account_id", "rank", "band").to_pandas()
    return frame.sort_values(["stakeholder", "account_id"]).reset_index(drop=True)


def _filled(amount: pd.Series, *, missing: str) -> tuple[pd.Series, pd.Series]:
    """Amounts with unknown ones filled, and which were unknown."""
    unknown = amount.isna()
    average = amount.mean() if missing == "average" and not unknown.all() else 0.0
    return amount.fillna(average), unknown
