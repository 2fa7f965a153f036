"""The review of the score: what stakeholders think of customers before they have seen it."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.outputs.allowed import SCORE_BANDS
from helpers.sheets.draw import shuffled
from helpers.sheets.form import Column, Form
from helpers.sheets.reading import Filled
from helpers.study import Study
from helpers.words import people as words
from helpers.words import say

KIND = "review"


def drawn(scores: pd.DataFrame, *, customers: int, seed: int) -> pd.DataFrame:
    """Customers that span the score: one from each of as many equal slices of the ranking.

    Parameters
    ----------
    scores : the data file ``quality_scores``.

    Returns
    -------
    The rows drawn, best first; all of them where there are no more than asked for.
    """
    ranked = scores.sort_values(["rank", "account_id"]).reset_index(drop=True)
    if len(ranked) <= customers:
        return ranked
    rng = np.random.default_rng([seed, 1])
    edges = np.linspace(0, len(ranked), customers + 1).round().astype(int)
    places = [int(rng.integers(low, high)) for low, high in pairwise(edges)]
    return ranked.iloc[places].reset_index(drop=True)


def forms(study: Study, quarter: str, scores: pd.DataFrame) -> list[Form]:
    """A sheet for each stakeholder of the charter: the same customers, in another order each."""
    chosen = drawn(scores, customers=study.agreement.customers, seed=study.seed)
    ranks = study.agreement.ask == "ranks"
    asked = (
        Column("rank", say(words.RANK), "number", help=say(words.RANK_HELP), least=1,
               most=len(chosen), whole=True)
        if ranks
        else Column("band", say(words.BAND), "choice", SCORE_BANDS, help=say(words.BAND_HELP))
    )  # fmt: skip
    columns = (
        Column("row", say(words.ACCOUNT)),
        Column("name", say(words.CUSTOMER), width=34),
        Column("status", say(words.STATUS), width=12),
        asked,
        Column("comment", say(words.COMMENT), "text", width=44),
    )
    instructions = (
        say(words.REVIEW_RANKS if ranks else words.REVIEW_BANDS, customers=len(chosen)),
        say(words.REVIEW_HONEST),
        say(words.SEND_BACK),
    )
    made = []
    for stakeholder in study.charter.stakeholders:
        rows = [
            {"row": row.account_id, "name": _text(row.name), "status": row.status}
            for row in shuffled(chosen, seed=study.seed, who=stakeholder.name).itertuples(
                index=False
            )
        ]
        made.append(
            Form(
                kind=KIND,
                who=stakeholder.name,
                title=say(words.REVIEW_TITLE, who=stakeholder.name, study=study.title),
                study=study.study,
                quarter=quarter,
                instructions=instructions,
                columns=columns,
                rows=tuple(rows),
            )
        )
    return made


def table(filled: Iterable[Filled]) -> pd.DataFrame:
    """The canonical table ``score_reviews``: stakeholder, account_id, rank, band, comment.

    Customers of whom a stakeholder said nothing are left out: the canonical table has no row for
    what was not answered.
    """
    rows = []
    for one in filled:
        for name in one.own_form.identifiers:
            said = {key: one.answers.get((name, key)) for key in ("rank", "band", "comment")}
            if said["rank"] is not None or said["band"] is not None:
                rank = None if said["rank"] is None else int(said["rank"])
                rows.append(
                    {"stakeholder": one.own_form.who, "account_id": name, **said, "rank": rank}
                )
    columns = ["stakeholder", "account_id", "rank", "band", "comment"]
    found = pd.DataFrame(rows, columns=columns).astype({"rank": "Int64"})
    return found.sort_values(["stakeholder", "account_id"], ignore_index=True)


def _text(value: object) -> str:
    return "" if pd.isna(value) else str(value)
