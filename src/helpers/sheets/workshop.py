"""The workshop of hypotheses: which proposals are accepted, changed or rejected."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from helpers.sheets.form import Column, Form
from helpers.sheets.reading import Filled
from helpers.study import Study
from helpers.words import people as words
from helpers.words import say

KIND = "hypotheses"
ANSWERS = ("accept", "change", "reject")


def forms(study: Study, quarter: str, proposals: pd.DataFrame) -> list[Form]:
    """One sheet for the workshop; what the study declares already is left out."""
    columns = (
        Column("row", say(words.PROPOSAL_ID), width=12),
        Column("statement", say(words.STATEMENT), width=66),
        Column("where", say(words.CONDITION), width=34),
        Column("customers", say(words.CUSTOMERS), width=12),
        Column("difference", say(words.COULD_BE_SEEN, money_of=study.currency), width=20),
        Column("decision", say(words.DECISION), "choice", ANSWERS, help=say(words.DECISION_HELP)),
        Column("wording", say(words.NEW_WORDING), "text", width=44),
        Column("direction", say(words.DIRECTION), "choice", ("higher", "lower", "different")),
        Column("owner", say(words.OWNER), "text"),
    )
    rows = [
        {
            "row": row.proposal_id,
            "statement": row.statement,
            "where": row.where,
            "customers": int(row.customers),
            "difference": round(float(row.detectable_difference))
            if pd.notna(row.detectable_difference)
            else "",
        }
        for row in proposals[~proposals["declared"]].itertuples(index=False)
    ]
    if not rows:
        return []
    room = study.scope.max_hypotheses - len(study.hypotheses)
    variables = proposals.set_index("proposal_id")[["variable", "where", "statement"]]
    return [
        Form(
            kind=KIND,
            who="workshop",
            title=say(words.WORKSHOP_TITLE, study=study.title),
            study=study.study,
            quarter=quarter,
            instructions=(
                say(words.WORKSHOP_TOLD, room=room, alpha=study.scope.alpha),
                say(words.WORKSHOP_UNSEEN),
                say(words.SEND_BACK),
            ),
            columns=columns,
            rows=tuple(rows),
            about={"proposals": variables.to_dict("index")},
        )
    ]


def accepted(filled: Iterable[Filled], *, declared_on: str) -> list[dict[str, Any]]:
    """The accepted and changed proposals as entries of ``hypotheses`` of a study file."""
    entries = []
    for one in filled:
        for name in one.own_form.identifiers:
            decision = one.answers.get((name, "decision"))
            if decision not in ("accept", "change"):
                continue
            known = one.own_form.about["proposals"][name]
            wording = one.answers.get((name, "wording"))
            if decision == "change" and not wording:
                one.note(say(words.CHANGED_WITHOUT_WORDING), row=name, found="change")
                continue
            entry = {
                "id": name,
                "statement": wording or known["statement"],
                "variables": [known["variable"]],
                "where": known["where"],
                "source": "workshop",
                "declared_on": declared_on,
            }
            for key in ("direction", "owner"):
                if one.answers.get((name, key)):
                    entry[key] = one.answers[name, key]
            entries.append(entry)
    return entries
