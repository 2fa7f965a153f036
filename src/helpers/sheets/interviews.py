"""Interviews: who is asked what, in plain words, one row per customer."""

from collections.abc import Iterable

import pandas as pd

from helpers.sheets.draw import shuffled
from helpers.sheets.form import Column, Form
from helpers.sheets.reading import Filled
from helpers.study import Study
from helpers.words import people as words
from helpers.words import say

KIND = "interviews"
OUTCOME = "required_outcome"
ON = "interviewed_on"


def forms(study: Study, quarter: str, sample: pd.DataFrame) -> list[Form]:
    """One sheet with everybody who is to be interviewed, in an order of chance.

    Parameters
    ----------
    sample : the data file ``interview_sample``. Why somebody was drawn is not shown: whoever knows
        that a customer is one of the best hears other answers.
    """
    asked = study.interviews
    if sample.empty:
        return []
    outcome = Column(
        OUTCOME,
        say(words.OUTCOME),
        "choice" if asked.outcomes else "text",
        asked.outcomes,
        help=say(words.OUTCOME_QUESTION),
        width=30,
    )
    columns = (
        Column("row", say(words.ACCOUNT)),
        Column("name", say(words.CUSTOMER), width=34),
        Column(ON, say(words.INTERVIEWED_ON), "date"),
        outcome,
        *(
            Column(
                name,
                entry.label or study.label(name),
                "choice" if entry.options else "text",
                entry.options,
                help=entry.question,
                width=24,
            )
            for name, entry in asked.dimensions.items()
        ),
        Column("comment", say(words.IN_THEIR_WORDS), "text", width=50),
    )
    questions = [
        f"{entry.label or study.label(name)}: {entry.question}"
        for name, entry in asked.dimensions.items()
        if entry.question
    ]
    mixed = shuffled(sample, seed=study.seed, who=KIND)
    return [
        Form(
            kind=KIND,
            who=KIND,
            title=say(words.INTERVIEW_TITLE, study=study.title),
            study=study.study,
            quarter=quarter,
            instructions=(
                say(words.INTERVIEW_TOLD),
                f"{say(words.OUTCOME)}: {say(words.OUTCOME_QUESTION)}",
                *questions,
                say(words.SEND_BACK),
            ),
            columns=columns,
            rows=tuple(
                {"row": row.account_id, "name": "" if pd.isna(row.name) else str(row.name)}
                for row in mixed.itertuples(index=False)
            ),
            about={"prospects": sorted(sample.loc[sample["drawn_as"] == "prospect", "account_id"])},
        )
    ]


def table(filled: Iterable[Filled]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The canonical table ``needs``, and the interviews of prospects, who have no account."""
    rows, names = [], ["account_id", OUTCOME]
    of_prospects = set()
    for one in filled:
        of_prospects |= set(one.form.about.get("prospects", ()))
        keys = [c.key for c in one.form.asked]
        names += [key for key in keys if key not in names]
        for name in one.form.identifiers:
            said = {key: one.answers.get((name, key)) for key in keys}
            if any(value is not None for value in said.values()):
                rows.append({"account_id": name, **said})
    found = pd.DataFrame(rows, columns=names).sort_values("account_id", ignore_index=True)
    outside = found["account_id"].isin(of_prospects)
    return found[~outside].reset_index(drop=True), found[outside].reset_index(drop=True)
