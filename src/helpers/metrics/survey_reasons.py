"""Why customers would recommend the company, or would not: the reasons behind their scores."""

from collections.abc import Iterable

import ibis
import ibis.expr.types as ir
import pandas as pd

from helpers.metrics.exact import fetch
from helpers.metrics.mix import ALL, COLUMNS, OTHER, TOP, UNKNOWN, shares
from helpers.metrics.surveys import latest_answers
from helpers.quarter import Quarter
from helpers.study import Study
from helpers.workspace import Workspace

GROUPS = ("promoters", "passives", "detractors")
_NAMES = {"dimension": "group", "level": "reason", "observations": "responses"}


def survey_reasons(
    ws: Workspace,
    customers: pd.DataFrame,
    members: pd.DataFrame,
    *,
    segments: Iterable[str] | None = None,
) -> pd.DataFrame:
    """The data file ``survey_reasons``: reasons of promoters, passives and detractors.

    Parameters
    ----------
    customers : included customers: account_id.
    members, segments : as in `profiles.segment_metrics`.

    Returns
    -------
    As `mix.shares`, with the columns group (see `GROUPS`), reason and responses in place of
    dimension, level and observations: each respondent counts with the latest NPS answer of the
    quarter. Without rows where surveys are not collected or nobody gave a reason.
    """
    from helpers.collect.customer_tables import customer_rows

    surveys = customer_rows(ws, "surveys")
    if surveys is None:
        return pd.DataFrame({_NAMES.get(name, name): [] for name in COLUMNS})
    return survey_reasons_of(
        ws.study, ws.quarter, customers["account_id"], members, surveys, segments=segments
    )


def survey_reasons_of(
    study: Study,
    quarter: Quarter,
    accounts: pd.Series,
    members: pd.DataFrame,
    surveys: ir.Table,
    *,
    segments: Iterable[str] | None = None,
    top: int = TOP,
) -> pd.DataFrame:
    """`survey_reasons` from tables given by hand."""
    counts = answers_by_reason(surveys, quarter=quarter)
    if counts["level"].isna().all():
        counts = counts.head(0)
    table = shares(study, accounts, counts, members, segments=segments, top=top)
    return table.rename(columns=_NAMES)


def commonest(given: pd.DataFrame) -> tuple[str, int, int] | None:
    """The reason given most often, in how many answers, and of how many that have a reason.

    ``given`` is the data file ``survey_reasons``, whose ``responses`` are the answers behind a
    share, the same for every reason of a group: how many gave a reason follows from its share.
    """
    known = given[(given["segment_id"] == ALL) & (given["reason"] != UNKNOWN)]
    answers = (known["value"] * known["responses"] / 100).round().groupby(known["reason"]).sum()
    named = answers.drop(OTHER, errors="ignore")  # several, taken together
    if not named.sum() > 0:
        return None
    every = known.drop_duplicates("group")["responses"].sum()
    return str(named.idxmax()), int(named.max()), int(every)


def answers_by_reason(surveys: ir.Table, *, quarter: Quarter) -> pd.DataFrame:
    """NPS answers that count in the quarter per account, group and reason.

    Returns
    -------
    One row per account, group and reason with answers: account_id, dimension (see `GROUPS`), level
    (the reason; null = none given), number.
    """
    answers = latest_answers(surveys, quarter=quarter)
    group = ibis.cases((answers.score >= 9, GROUPS[0]), (answers.score >= 7, GROUPS[1]),
                       else_=GROUPS[2])  # fmt: skip
    rows = answers.select("account_id", dimension=group, level=answers.reason)
    counts = fetch(rows.group_by("account_id", "dimension", "level").agg(number=rows.count()))
    order = counts["dimension"].map({name: at for at, name in enumerate(GROUPS)})
    counts = counts.assign(order=order).sort_values(["order", "account_id", "level"])
    return counts.drop(columns="order").reset_index(drop=True)
