"""The churn page as tables: months, cohorts, reasons stated and observed, repeat and lapse."""

from datetime import date, timedelta

import pandas as pd

from helpers import outputs
from helpers.collect.history import observed_from
from helpers.collect.observed import revenue_of, silent_from
from helpers.metrics import repeats
from helpers.metrics.cohorts import cohorts
from helpers.metrics.components import Components
from helpers.metrics.leaving import BeforeLeaving, by_reason
from helpers.metrics.losses import REASON, churn_months, churn_reasons, left_on
from helpers.metrics.outcomes import Rows
from helpers.quarter import add_months
from helpers.workspace import Workspace

FILES = ("churn_months", "churn_reasons", "reasons_observed", "cohorts", "repeat_months")


def staying(
    ws: Workspace,
    parts: Components,
    customers: pd.DataFrame,
    attributes: pd.DataFrame,
    rows: Rows,
    eve: BeforeLeaving,
) -> dict[str, pd.DataFrame]:
    """The data files `FILES`, saved.

    Parameters
    ----------
    customers : included customers, with ``churn_reason`` where it is collected.
    attributes : data file ``attributes``; ``metrics.churn_by`` of the study names some of them.
    rows : canonical tables of these customers by name.
    eve : what was observed before leaving.
    """
    study = ws.study
    known = attributes.set_index("account_id")
    levels = {
        study.label(name): customers["account_id"].map(known[name].astype("object"))
        for name in study.metrics.churn_by
    }
    least = study.min_group_size
    ordered = None
    if study.business_model == "transactional" and rows.get("orders") is not None:
        ordered = repeats.by_month(rows["orders"], ws.quarter)
    made = {
        "churn_months": churn_months(
            parts, customers, ws.quarter, records_begin=leaving_seen_from(ws, customers),
            known_until=known_until(ws), levels=levels, least=least,
        ),
        "churn_reasons": churn_reasons(parts, customers, ws.quarter),
        "cohorts": cohorts(
            left_on(parts, customers), ws.quarter, contracts=rows.get("contracts"),
            ordered=ordered, records_begin=study.records_begin, least=least,
        ),
        "reasons_observed": outputs.shaped("reasons_observed", []),
        "repeat_months": outputs.shaped("repeat_months", []),
    }  # fmt: skip
    if REASON in customers:
        stated = customers.set_index("account_id")[REASON]
        made["reasons_observed"] = by_reason(study, eve, stated)
    if ordered is not None:
        made["repeat_months"] = repeats.repeat_months(ordered, ws.quarter, least=least)
    return {name: ws.save(name, made[name]) for name in FILES}


def in_silence(ws: Workspace, customers: pd.DataFrame) -> bool:
    """Whether leaving is seen by twelve months without an order alone: no day of it is on record.

    Nobody can then be seen to leave within a year of being won.
    """
    return revenue_of(ws) == "orders" and not customers["churned_on"].notna().any()


def leaving_seen_from(ws: Workspace, customers: pd.DataFrame) -> date | None:
    """The first day of which it is known who left; None = there is no such limit.

    Where customers leave by not ordering for twelve months, nobody can be seen to leave before the
    records are a year old: those months are unknown, not months without churn.
    """
    begin = ws.study.records_begin
    if not in_silence(ws, customers):
        return begin
    ordered = observed_from(ws, "orders")
    if ordered is None:
        return begin
    seen = add_months(ordered.replace(day=1), 12) + timedelta(days=ordered.day - 2)
    return max(filter(None, (begin, seen)))


def known_until(ws: Workspace) -> date | None:
    """The day on which the first of the exports that say who left ends, if before the quarter."""
    names = [name for name in ("accounts", "contracts", "orders") if name in ws.study.sources]
    days = [day for name in names if (day := silent_from(ws, name)) is not None]
    return min(days) if days else None
