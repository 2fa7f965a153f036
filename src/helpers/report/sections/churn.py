"""The churn page: months, cohorts, reasons stated and observed, repeat and lapse."""

from collections.abc import Mapping

import pandas as pd

from helpers.metrics.catalog import metric
from helpers.metrics.losses import ALL, REASON, TENURE, UNKNOWN
from helpers.metrics.staying import known_until
from helpers.report import charts, wording
from helpers.report.charts.model import Nothing
from helpers.report.exhibits import Exhibit, figure, finding, table
from helpers.words import collection as words
from helpers.words import say, spoken
from helpers.workspace import Workspace

SHOWN = "before leaving"


def exhibits(ws: Workspace, kept: Mapping[str, pd.DataFrame]) -> list[Exhibit | None]:
    """What the page shows; ``kept`` holds the data files of `helpers.metrics.staying`."""
    return [
        *_losses(ws, kept["churn_reasons"]),
        *_months(ws, kept["churn_months"]),
        *_cohorts(ws, kept["cohorts"]),
        *_observed(ws, kept["reasons_observed"]),
        *_repeats(ws, kept["repeat_months"]),
    ]


def _losses(ws: Workspace, reasons: pd.DataFrame) -> list[Exhibit]:
    """How many left, and why."""
    if REASON not in ws.recorded("collection/accounts", {}).get("columns", ()):
        return [finding(ws, "lost_unknown", words.NO_REASONS_FOR_LEAVING)]
    if reasons.empty:
        return [finding(ws, "lost_none", words.NOBODY_LEFT)]
    given = reasons[reasons["reason"] != UNKNOWN]
    return [
        finding(
            ws,
            "lost_told",
            words.LOST,
            customers=int(reasons["customers"].sum()),
            lost=float(reasons["lost_arr"].sum()),
            known=int(given["customers"].sum()),
        ),
        table(ws, "churn_reasons", reasons, title=words.CHURN_REASONS, source="churn_reasons"),
    ]


def _months(ws: Workspace, months: pd.DataFrame) -> list[Exhibit | None]:
    every = months[months["dimension"] == ALL].reset_index(drop=True)
    by = months[months["dimension"] != ALL].reset_index(drop=True)
    open_ = every[every["finished"] == "no"]
    line = charts.churn_line(every, least=ws.study.min_group_size)
    tenure = metric("tenure_months").label
    names = wording.joined([tenure, *map(ws.study.label, ws.study.metrics.churn_by)])
    return [
        finding(
            ws, "month_unfinished", words.UNFINISHED,
            month=f"{open_['month'].iloc[0]:%Y-%m-%d}", last=known_until(ws) or ws.as_of,
        )
        if len(open_)
        else None,
        figure(
            ws,
            "churn_line",
            line,
            every,
            title=words.CHURN_MONTHS,
            source="churn_months",
            n=int(every["customers"].iloc[-1]) if len(every) else 0,
        )
        if not isinstance(line.body, Nothing)  # the table holds a single month, too
        else None,
        table(
            ws,
            "churn_months",
            every[::-1],  # what is new comes first
            title=words.CHURN_MONTHS,
            source="churn_months",
            most=24,
        ),
        table(
            ws,
            "churn_by",
            by.assign(dimension=by["dimension"].replace({TENURE: tenure})).sort_values(
                "month", ascending=False, kind="stable"
            ),
            title=say(words.CHURN_BY, by=names, least=ws.study.min_group_size),
            source="churn_months",
            most=40,
        )
        if len(by)
        else None,
    ]  # fmt: skip


def _cohorts(ws: Workspace, cohorts: pd.DataFrame) -> list[Exhibit | None]:
    if cohorts.empty:
        return [finding(ws, "cohorts_none", words.NO_COHORT, least=ws.study.min_group_size)]
    n = int(cohorts.drop_duplicates("cohort")["customers"].sum())
    ordering = ws.study.business_model == "transactional"
    first = cohorts[(cohorts["age"] == 0) & (cohorts["revenue"] > 0)]
    parts = first.loc[first["revenue_share"].isna(), "cohort"]
    shown = [
        figure(
            ws,
            f"cohorts_{name}",
            charts.cohort_grid(cohorts, share=column, ordering=ordering),
            cohorts,
            title=title,
            source="cohorts",
            n=n,
            note=say(words.COHORTS_IN_PART, cohorts=", ".join(parts))
            if len(parts) and column == "revenue_share"
            else "",
        )
        for name, column, title in (
            ("kept", "logo_share", words.COHORTS_ORDER if ordering else words.COHORTS_KEPT),
            ("paid", "revenue_share", words.COHORTS_PAID),
        )
        if cohorts[column].notna().any()
    ]
    return list(shown)


def _observed(ws: Workspace, observed: pd.DataFrame) -> list[Exhibit | None]:
    if observed.empty:
        return []
    stated = observed[observed["reason"] != UNKNOWN]
    if stated.empty:  # what differs between who left and who stayed stands above
        return []
    told = stated[stated["verdict"].str.contains(SHOWN, regex=False)]
    reasons, echoed = stated["reason"].nunique(), told["reason"].drop_duplicates()
    told = told.assign(label=[spoken.value(label) for label in told["label"]])
    named = wording.joined(
        f"{reason} ({wording.joined(told.loc[told['reason'] == reason, 'label'])})"
        for reason in echoed
    )
    return [
        finding(
            ws, "reasons_told", words.REASONS_ECHOED, reasons=reasons, echoed=len(echoed),
            named=named,
        )
        if len(echoed)
        else finding(ws, "reasons_told", words.REASONS_NOT_ECHOED, reasons=reasons),
        table(
            ws,
            "reasons_observed",
            _largest_first(observed[observed["left_customers"] > 0]),
            title=words.REASONS_OBSERVED,
            source="reasons_observed",
            note=words.ASSOCIATION,
            most=40,
        ),
    ]  # fmt: skip


def _largest_first(observed: pd.DataFrame) -> pd.DataFrame:
    """Reasons of many first: of those of few nothing may be shown, and no page begins with that."""
    most = observed.groupby("reason")["left_customers"].transform("max")
    order = most.sort_values(ascending=False, kind="stable").index
    return observed.loc[order].reset_index(drop=True)


def _repeats(ws: Workspace, months: pd.DataFrame) -> list[Exhibit | None]:
    if months.empty:
        return []
    last = months.iloc[-1]
    # Without those won lately, hardly anybody orders for the first time: no result.
    lately = any(rule.rule == "won_after" for rule in ws.study.customer_list.exclude)
    return [
        finding(
            ws, "repeat_told", words.REPEAT_TOLD, share=float(last["repeat_share"]),
            ordered=int(last["ordered"]),
        )
        if pd.notna(last["repeat_share"]) and not lately
        else None,
        finding(
            ws, "lapse_told", words.LAPSE_TOLD, lapsed=int(last["lapsed"]),
            customers=int(last["customers"]),
        )
        if last["customers"]
        else None,
        table(
            ws,
            "repeat_months",
            months,
            title=words.REPEATS,
            source="repeat_months",
            note=words.REPEAT_NOTE if lately else "",
            most=24,
        ),
    ]  # fmt: skip
