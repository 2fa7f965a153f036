"""Whether the people who know the customers agree with the score, and what they disagree on."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from helpers.metrics.quality import BANDS, review_comparison, score_lines
from helpers.outputs import shaped
from helpers.raters import Concordance, Estimate, concordance, kappa, kendall_tau
from helpers.study import Study
from helpers.study.people import SignOff
from helpers.words import people as words
from helpers.words import say

ADOPTED, PROPOSED = "adopted", "proposed"
FEWEST = 3  # views of a stakeholder that say something of an order
CAUSES = 0.75  # what a line leaves of a difference that it causes, at most
LETTERS = 12  # of a formula's hash that people are shown
RANKS, IN_BANDS, NONE = "ranks", "bands", "none"


def formula_hash(study: Study) -> str:
    """What tells one formula of the score from another: a hash of all that makes the study's."""
    rules = study.quality_score
    content = {"base": study.score_base, **rules.model_dump(mode="json", exclude={"base"})}
    content["former"] = rules.base_of_former
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    # A letter first: a study file would read some hashes without one as numbers.
    return f"f{hashlib.sha256(text.encode()).hexdigest()}"[:LETTERS]


@dataclass(frozen=True)
class Signed:
    """Whether the formula is signed off; ``last`` is the latest record, of whatever formula."""

    formula: str
    by: tuple[SignOff, ...]
    last: SignOff | None


def signed_off(study: Study) -> Signed:
    """Who signed off the study's formula."""
    own = formula_hash(study)
    records = sorted(study.agreement.sign_off, key=lambda one: (one.date, one.who))
    by = tuple(one for one in records if one.formula.startswith(own) or own.startswith(one.formula))
    return Signed(own, by, records[-1] if records else None)


def viewed(scores: pd.DataFrame, reviews: pd.DataFrame) -> pd.DataFrame:
    """Each stakeholder's view of each customer as a place between 0 (best) and 1 (worst).

    Parameters
    ----------
    scores : the data file ``quality_scores``.
    reviews : stakeholder, account_id, rank, band.

    Returns
    -------
    One row per stakeholder and included customer of whom the stakeholder said something:
    stakeholder, account_id, name, quality_score, asked (ranks where three or more are given, else
    bands), view (the rank, or 1 excellent … 3 poor), view_place and score_place (mean ranks among
    the customers of that stakeholder, minus a half, by their number).
    """
    compared = review_comparison(scores, reviews)
    ranked = compared.groupby("stakeholder")["review_rank"].transform("count") >= FEWEST
    places = {band: float(len(BANDS) - number) for number, band in enumerate(BANDS)}
    view = compared["review_rank"].where(ranked, compared["review_band"].map(places).astype(float))
    told = compared.assign(view=view, asked=np.where(ranked, RANKS, IN_BANDS))
    told = told.dropna(subset="view").sort_values(["stakeholder", "account_id"], ignore_index=True)
    of = told.groupby("stakeholder")
    count = of["view"].transform("size")
    told["view_place"] = (of["view"].rank() - 0.5) / count
    told["score_place"] = (of["quality_score"].rank(ascending=False) - 0.5) / count
    columns = ["stakeholder", "account_id", "name", "quality_score", "asked", "view"]
    return told[[*columns, "view_place", "score_place"]]


def score_agreement(
    scores: pd.DataFrame, reviews: pd.DataFrame, *, proposed: pd.DataFrame | None = None
) -> pd.DataFrame:
    """How well the score agrees with each stakeholder: the data file ``score_agreement``.

    Parameters
    ----------
    reviews : stakeholder, account_id, rank, band; without rows where nobody reviewed.
    proposed : the scores by the proposed formula, which are set beside.

    Returns
    -------
    One row per formula and stakeholder; see the declaration of the data file.
    """
    rows = []
    for formula, table in ((ADOPTED, scores), (PROPOSED, proposed)):
        if table is None:
            continue
        views, compared = viewed(table, reviews), review_comparison(table, reviews)
        among = views.set_index(["account_id", "stakeholder"])["view"].unstack("stakeholder")  # noqa: PD010
        together = concordance(among)
        for stakeholder, given in reviews.groupby("stakeholder", sort=True):
            seen = compared[compared["stakeholder"] == stakeholder]
            own = views[views["stakeholder"] == stakeholder]
            rows.append(
                {"formula": formula, "stakeholder": stakeholder, "reviewed": len(given)}
                | {"not_included": len(given) - len(seen)}
                | _order(own, seen)
                | _bands(seen)
                | _together(together)
            )
    return shaped("score_agreement", rows)


def _order(own: pd.DataFrame, seen: pd.DataFrame) -> dict[str, Any]:
    tau = kendall_tau(own["view"], -own["quality_score"])
    ranked = seen.dropna(subset="review_rank")
    varied = min(ranked["review_rank"].nunique(), ranked["score_rank"].nunique()) > 1
    return {
        "asked": own["asked"].iloc[0] if len(own) else NONE,
        "viewed": len(own),
        **_named("tau", tau),
        # Spearman's rho is Pearson's correlation of the ranks.
        "spearman": np.corrcoef(ranked["review_rank"], ranked["score_rank"])[0, 1]
        if len(ranked) >= FEWEST and varied
        else np.nan,
        "turned": bool(tau.value < 0),
    }


def _bands(seen: pd.DataFrame) -> dict[str, Any]:
    banded = seen.dropna(subset="review_band")
    pairs = banded[["review_band", "score_band"]]
    found = kappa(pairs["review_band"], pairs["score_band"], levels=BANDS, weights="linear")
    same = int(banded["same_band"].sum())
    ends = {BANDS[0], BANDS[-1]}
    return {
        "banded": len(banded),
        "same_band": same,
        "band_agreement": same / len(banded) if len(banded) else np.nan,
        "opposite_band": sum({a, b} == ends for a, b in pairs.itertuples(index=False)),
        **_named("kappa", found),
    }


def _together(found: Concordance) -> dict[str, Any]:
    return {
        "concordance": found.w,
        "concordance_p": found.p_value,
        "concordance_customers": found.things,
        "concordance_stakeholders": found.raters,
    }


def _named(name: str, found: Estimate) -> dict[str, float]:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def score_disagreements(study: Study, scores: pd.DataFrame, reviews: pd.DataFrame) -> pd.DataFrame:
    """Where score and stakeholders part, and by which line: ``score_disagreements``.

    Returns
    -------
    One row per reviewed customer, the largest difference first; see the declaration.

    Notes
    -----
    The difference is the customer's place by the score minus its place in a stakeholder's view,
    among the customers of that stakeholder, averaged over stakeholders. The line that causes it is
    the one that brings the two nearest when this customer had there what the reviewed customers
    have on average; none where no line takes a quarter of the difference away.
    """
    views = viewed(scores, reviews)
    if views.empty:
        return shaped("score_disagreements", [])
    lines = score_lines(scores)
    amounts = scores.set_index("account_id")[lines].astype(float)
    average = amounts.loc[views["account_id"].unique()].mean()
    by = {
        who: dict(zip(seen["account_id"], seen["quality_score"], strict=True))
        for who, seen in views.groupby("stakeholder")
    }
    labels = {"base": say(words.BASE)} | {
        name: study.quality_score.label(name) for name in study.quality_score.lines
    }
    rows = []
    for account, own in views.groupby("account_id", sort=True):
        difference = float((own["score_place"] - own["view_place"]).mean())
        changed = float(own["quality_score"].iloc[0]) + average - amounts.loc[account]
        without = {
            line: float(np.mean([
                _place(by[who], account, changed[line]) - place
                for who, place in zip(own["stakeholder"], own["view_place"], strict=True)
            ]))
            for line in lines
        }  # fmt: skip
        line = min(lines, key=lambda name: abs(without[name]))
        causes = abs(without[line]) < CAUSES * abs(difference) - 1e-12
        rows.append(
            {
                "account_id": account,
                "name": own["name"].iloc[0],
                "quality_score": own["quality_score"].iloc[0],
                "stakeholders": len(own),
                "view_place": own["view_place"].mean(),
                "score_place": own["score_place"].mean(),
                "difference": difference,
                "spread": own["view_place"].max() - own["view_place"].min(),
                "line": labels.get(line, line) if causes else "",
                "line_amount": amounts.loc[account, line] if causes else np.nan,
                "line_average": average[line] if causes else np.nan,
                "difference_without": without[line] if causes else np.nan,
            }
        )
    table = shaped("score_disagreements", rows)
    order = table["difference"].abs().round(9)
    table = table.assign(order=order).sort_values(["order", "account_id"], ascending=[False, True])
    return table.drop(columns="order").reset_index(drop=True)


def _place(scores: dict[str, float], account: str, score: float) -> float:
    """The place that a customer would have with another score, the others keeping theirs."""
    others = [held for other, held in scores.items() if other != account]
    better, equal = sum(held > score for held in others), sum(held == score for held in others)
    return (better + equal / 2 + 0.5) / len(scores)
