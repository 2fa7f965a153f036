"""Answers that lie on another scale than that of their kind, and would count as bad ones.

NPS is asked from 0 to 10, satisfaction from 1 to 5. Answers on a shorter scale all fit into the
longer one: of a scale from 1 to 5 every answer would be a detractor, NPS −100. No answer above the
middle, in many answers, says that they were asked on another scale (of companies where 6 of 10
answers are that low, one in 27,000 has twenty of them in a row). Longer scales do not fit, and are
rejected value by value (`helpers.collect.checks`); where many are, those that do fit are answers
on that other scale, too.
"""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.errors import StudyError
from helpers.study import Source
from helpers.tables import Table

if TYPE_CHECKING:
    import ibis.expr.types as ir

OFF = 0.25  # share of answers off the scale, from which on the others were asked on that one, too
MANY = 20  # answers of which none is above the middle
NOBODY = 50  # answers of which none is as good as what counts as good
# kind → its scale in words, the middle, the least answer that counts as good.
KINDS = {
    "nps": ("0 to 10", 5, 9),
    "csat": ("1 to 5", 3, 4),
}


def check_scales(
    rows: "ir.Table", table: Table, source: Source, refusals: pd.DataFrame
) -> list[dict]:
    """Refuse answers that were asked on another scale; tell of those that may have been.

    Parameters
    ----------
    rows : canonical surveys or tickets, as known on the as-of date.
    refusals : what of the table cannot be used.
    source : whose ``bounds`` of the column say that the scale was looked at.

    Returns
    -------
    kind, answers, least, most of each kind without a good answer among many.

    Raises
    ------
    StudyError
        Where no answer is above the middle of the scale, or many lie beyond its end.
    """
    column = {"surveys": "score", "tickets": "csat"}.get(table.name)
    if column is None or column not in rows.columns or column in source.bounds:
        return []
    answers = rows.filter(rows[column].notnull())
    kind = (
        answers["kind"] if table.name == "surveys" else answers[column].isnull().ifelse("", "csat")
    )
    told = (
        answers.group_by(kind=kind)
        .agg(answers=answers.count(), least=answers[column].min(), most=answers[column].max())
        .order_by("kind")
        .to_pandas()
    )
    values = pd.to_numeric(refusals["value"][refusals["column"] == column], errors="coerce")
    beyond = values[values > 5]
    ends = "1, 5" if table.name == "tickets" else "0, 10"
    many = len(beyond) >= MANY and len(beyond) > OFF * (len(beyond) + told["answers"].sum())
    if many:
        raise StudyError(
            f"sources.{table.name}: {len(beyond):,} answers lie beyond the end of their scale, "
            f"beside {told['answers'].sum():,} that fit.",
            found=f"{column} up to {beyond.max():g}",
            expected="; ".join(f"{kind} {scale}" for kind, (scale, *_) in KINDS.items()),
            remedy="bring them to the scale of their kind in the query (those that fit were asked "
            "on the other one, too); if these are single mistakes, declare "
            f"sources.{table.name}.bounds: {{{column}: [{ends}]}}",
        )
    found = []
    for row in told.itertuples():
        if row.kind not in KINDS:
            continue
        scale, middle, good = KINDS[row.kind]
        if row.answers >= MANY and row.most <= middle:
            raise StudyError(
                f"sources.{table.name}: no answer to {row.kind} is above {middle}, of "
                f"{row.answers:,} answers.",
                found=f"{column} from {row.least:g} to {row.most:g}: all of them would count as "
                "bad" + (", NPS −100" if row.kind == "nps" else ""),
                expected=f"answers on the scale of {row.kind}, {scale}",
                remedy=(
                    "if they were asked on 1 to 5, they are no NPS: give them the kind csat; "
                    if row.kind == "nps"
                    else f"if they were asked on another scale, bring them to {scale} in the "
                    "query; "
                )
                + f"if they are as they should be, declare sources.{table.name}.bounds: "
                f"{{{column}: [{scale.replace(' to ', ', ')}]}}",
            )
        if row.answers >= NOBODY and row.most < good:
            values = {"kind": row.kind, "answers": int(row.answers), "scale": scale}
            found.append(values | {"least": float(row.least), "most": float(row.most)})
    return found
