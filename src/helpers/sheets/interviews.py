"""Interviews: who is asked what, in plain words; a sheet per dimension of the experience."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from helpers.errors import listed
from helpers.sheets.draw import shuffled
from helpers.sheets.form import Column, Form
from helpers.sheets.reading import Filled
from helpers.study import Study
from helpers.study.people import Dimension
from helpers.words import people as words
from helpers.words import say

KIND = "interviews"
OUTCOME = "required_outcome"
ON = "interviewed_on"
COMMENT = "comment"


def forms(study: Study, quarter: str, sample: pd.DataFrame) -> list[Form]:
    """The sheets of one workbook: the required outcome, then each dimension of the experience.

    All of them list everybody who is to be interviewed, in the same order of chance.

    Parameters
    ----------
    sample : the data file ``interview_sample``. Why somebody was drawn is not shown: whoever knows
        that a customer is one of the best hears other answers.
    """
    if sample.empty:
        return []
    asked = study.interviews
    rows = tuple(
        {"row": row.account_id, "name": "" if pd.isna(row.name) else str(row.name)}
        for row in shuffled(sample, seed=study.seed, who=KIND).itertuples(index=False)
    )
    prospects = sorted(sample.loc[sample["drawn_as"] == "prospect", "account_id"])

    def form(sheet: str, told: list[str], *columns: Column) -> Form:
        return Form(
            kind=KIND,
            who=KIND,
            title=say(words.INTERVIEW_SHEET, sheet=sheet, study=study.title),
            study=study.study,
            quarter=quarter,
            instructions=(*told, say(words.SEND_BACK)),
            columns=(
                Column("row", say(words.ACCOUNT)),
                Column("name", say(words.CUSTOMER), width=34),
                *columns,
                Column(COMMENT, say(words.IN_THEIR_WORDS), "text", width=60),
            ),
            rows=rows,
            about={"prospects": prospects},
            sheet=sheet,
        )

    outcome = say(words.OUTCOME)
    first = form(
        outcome,
        [say(words.INTERVIEW_TOLD), _quoted(say(words.OUTCOME_QUESTION))],
        Column(ON, say(words.INTERVIEWED_ON), "date"),
        _answer(OUTCOME, outcome, asked.outcomes, say(words.OUTCOME_QUESTION)),
    )
    return [
        first,
        *(
            form(
                _label(study, name, entry),
                _questions(study, name, entry),
                _answer(name, _label(study, name, entry), entry.options, entry.question),
            )
            for name, entry in asked.dimensions.items()
        ),
    ]


def _answer(key: str, heading: str, options: tuple[str, ...], question: str) -> Column:
    return Column(key, heading, "choice" if options else "text", options, help=question, width=30)


def _label(study: Study, name: str, entry: Dimension) -> str:
    return entry.label or study.label(name)


def _questions(study: Study, name: str, entry: Dimension) -> list[str]:
    """What to ask of a dimension, in the words to ask it in."""
    label = _label(study, name, entry)
    question = _quoted(entry.question) if entry.question else say(words.NO_QUESTION, label=label)
    told = [question]
    if entry.follow_ups:
        told.append(say(words.FOLLOW_UPS, questions=" ".join(map(_quoted, entry.follow_ups))))
    if entry.options:
        told.append(say(words.NEAREST_ANSWER, options=", ".join(entry.options)))
    return told


def _quoted(text: str) -> str:
    return f"“{text}”"


def table(filled: Iterable[Filled]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The canonical table ``needs``, and the interviews of prospects, who have no account.

    One row per workbook and account: whoever was asked in two quarters was interviewed twice, and
    which one counts is decided by its day. What somebody said in own words stands in one column,
    by sheet.
    """
    found: dict[tuple[str, str], dict[str, Any]] = {}
    names, of_prospects = ["account_id", OUTCOME, ON], set()
    for one in filled:
        form = one.own_form
        of_prospects |= set(form.about.get("prospects", ()))
        keys = [column.key for column in form.asked]
        names += [key for key in keys if key not in names and key != COMMENT]
        for name in form.identifiers:
            said = {key: one.answers[name, key] for key in keys if (name, key) in one.answers}
            if not said:
                continue
            row = found.setdefault((one.file, name), {"account_id": name})
            own = said.pop(COMMENT, None)
            row |= said
            if own is not None:
                own = f"{form.sheet}: {own}" if form.sheet else str(own)
                row[COMMENT] = "; ".join(filter(None, (row.get(COMMENT), own)))
    told = pd.DataFrame(list(found.values()), columns=[*names, COMMENT])
    told = told.astype("object").where(told.notna(), None)
    told = told.sort_values("account_id", kind="stable", ignore_index=True)
    outside = told["account_id"].isin(of_prospects)
    return told[~outside].reset_index(drop=True), told[outside].reset_index(drop=True)


def answered_twice(filled: Iterable[Filled]) -> list[str]:
    """One line per account that more workbooks tell of than there were days of asking.

    They are copies rather than interviews. One that lacks the outcome is left out for it
    (`helpers.segments.needs`), whatever else it tells.
    """
    files: dict[str, dict[str, bool]] = {}  # account → workbook → whether it has the outcome
    days: dict[str, set[Any]] = {}
    for one in filled:
        for name in one.own_form.identifiers:
            if any((name, column.key) in one.answers for column in one.own_form.asked):
                mine = files.setdefault(name, {})
                mine[one.file] = mine.get(one.file, False) or (name, OUTCOME) in one.answers
            if (name, ON) in one.answers:
                days.setdefault(name, set()).add(one.answers[name, ON])
    told = []
    for name, mine in sorted(files.items()):
        if len(mine) > max(1, len(days.get(name, ()))):
            lacking = [file for file, complete in mine.items() if not complete]
            values: dict[str, Any] = {
                "name": name,
                "files": listed(mine, most=6),
                "days": len(days.get(name, ())),
            }
            sentence = words.ANSWERED_TWICE
            if lacking:
                sentence, values["lacking"] = words.ANSWERED_INCOMPLETE, listed(lacking, most=6)
            told.append(say(sentence, **values))
    return told
