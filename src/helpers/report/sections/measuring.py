"""The sections of step 3 on what was measured: revenue, service, health and leaving."""

from collections.abc import Mapping

import pandas as pd

from helpers.collect.attributes import band_limits
from helpers.collect.history import history
from helpers.collect.told import silent_all
from helpers.errors import listed
from helpers.metrics import economics
from helpers.metrics import health as measuring
from helpers.metrics.catalog import METRICS, metric
from helpers.metrics.components import Components
from helpers.metrics.health_check import HealthCheck
from helpers.metrics.influence import of_one_customer
from helpers.metrics.leaving import BeforeLeaving, seeming_beginning
from helpers.metrics.overview import two_bridges
from helpers.metrics.retention import survival_curve, until_today, year_ended
from helpers.metrics.staying import in_silence
from helpers.report import charts, wording
from helpers.report import health as checked
from helpers.report.exhibits import Exhibit, Page, data, figure, finding, page, table, warning
from helpers.report.sections import churn
from helpers.words import collection as words
from helpers.words import observed, say
from helpers.words.numbers import in_unit
from helpers.words.scoping import SOURCE
from helpers.workspace import Workspace

CHURN = "logo_churn_rate_12m"

QUARTERS = ("service_low", "service_median", "service_high")


def banded(ws: Workspace, customers: pd.DataFrame) -> Page:
    """How the attributes are banded."""
    limits = band_limits(ws.study, customers)
    numbers = sum(attribute.type == "number" for attribute in ws.study.attributes.values())
    return page(
        finding(
            ws,
            "attributes_banded",
            words.BANDED,
            banded=numbers,
            attributes=len(ws.study.attributes),
        )
        if numbers
        else None,  # the table says so
        table(
            ws,
            "attribute_bands",
            limits.assign(attribute=limits["attribute"].map(ws.study.label)),
            title=words.BANDS,
            source="attributes",
            empty=words.NOTHING_BANDED,
        ),
    )


def measured(
    ws: Workspace, overall: pd.DataFrame, customers: pd.DataFrame, parts: Components
) -> Page:
    """What is measured for all customers together; ``overall`` is `profiles.company_metrics`."""
    known = overall.dropna(subset="value")
    named = known.assign(label=[metric(name).label for name in known["metric"]])
    return page(
        finding(ws, "metrics_known", words.MEASURED, known=len(known), metrics=len(overall)),
        *_of_features(ws, parts),
        *_of_one_customer(ws, customers, parts),
        *_two_bridges(ws, overall),
        table(
            ws,
            "company_metrics",
            named,
            title=words.METRICS,
            source="account_metrics",
            n=len(customers),
            most=int(known["metric"].isin(METRICS).sum()),
        ),
    )


def _of_features(ws: Workspace, parts: Components) -> list[Exhibit]:
    """That not every feature has a metric of its own."""
    if not parts.unnamed:
        return []
    named = len(parts.features)
    every = {"named": named, "features": named + parts.unnamed}
    return [finding(ws, "features_leading", words.LEADING_FEATURES, **every)]


def _of_one_customer(ws: Workspace, customers: pd.DataFrame, parts: Components) -> list[Exhibit]:
    """Customers without whom a headline figure would be another one."""
    names = customers.set_index("account_id")["name"]
    told: list[Exhibit] = []
    for account, moved in of_one_customer(parts).groupby("account_id", sort=False):
        first, *others = [
            say(
                words.WITHOUT,
                metric=wording.inside(metric(row.metric).label),
                value=in_unit(row.value, metric(row.metric).unit, currency=ws.study.currency),
                without=in_unit(row.without, metric(row.metric).unit, currency=ws.study.currency),
            )
            for row in moved.itertuples()
        ]
        values = {"customer": names.get(account, account), "figure": first}
        values |= {"others": listed(others, most=9)} if others else {}
        sentence = words.ONE_CUSTOMER_MORE if others else words.ONE_CUSTOMER
        told.append(warning(ws, f"one_customer_{len(told)}", sentence, **values))
    return told[:3]


def _two_bridges(ws: Workspace, overall: pd.DataFrame) -> list[Exhibit]:
    """Why movements of the customers analysed are not those of the company's bridge."""
    if ws.study.business_model != "subscription" or silent_all(ws):
        return []  # what moved in a quarter of which no export speaks is not known, and not zero
    both = two_bridges(data(ws, "mrr_bridge").iloc[-1], overall)
    if both.empty:
        return []
    new = both.set_index("step").loc["new"]
    told = []
    if new["difference"]:
        values = {"company": new["company"], "analysed": new["analysed"]}
        told = [finding(ws, "new_left_out", words.NEW_LEFT_OUT, **values)]
    shown = table(
        ws,
        "two_bridges",
        both,
        title=words.TWO_BRIDGES,
        source="contracts",
        note=words.TWO_BRIDGES_NOTE,
    )
    return [*told, shown]


def served(ws: Workspace, service: pd.DataFrame) -> Page:
    """Who takes more service than customers like them; ``service`` is ``service_value``."""
    if service.empty:
        return page(finding(ws, "service_unknown", words.SERVICE_UNKNOWN))
    levels = service["service_level"].value_counts()
    in_money = service["measure"].iloc[0] == economics.MEASURES["service_cost_12m"]
    return page(
        finding(
            ws,
            "service_told",
            words.SERVED,
            over=int(levels.get("over", 0)),
            under=int(levels.get("under", 0)),
            none=int(levels.get(economics.NO_SERVICE, 0)),
        ),
        table(
            ws,
            "service_bands",
            economics.service_bands(service),
            title=words.SERVICE,
            source="service_value",
            n=len(service),
            formats=dict.fromkeys(QUARTERS, "money") if in_money else None,
            note=say(words.QUARTILES, measure=service["measure"].iloc[0]),
        ),
    )


def health(ws: Workspace, healthy: pd.DataFrame, parts: Components) -> Page:
    """How healthy the customers are; ``healthy`` is the data file ``health``."""
    if healthy.empty:  # weights of nothing would be zeros
        return page(warning(ws, "health_missing", words.HEALTH_MISSING))
    inputs = table(
        ws,
        "health_inputs",
        measuring.health_inputs(ws.study, parts),
        title=words.HEALTH_INPUTS,
        source=SOURCE,
    )
    groups = healthy["health_group"].value_counts()
    unproven = int(groups.get("unproven", 0))
    values = {"key": int(groups.get("key", 0)), "risk": int(groups.get("at_risk", 0))}
    values |= {"all": len(healthy)} | ({"unproven": unproven} if unproven else {})
    told = words.HEALTHY_UNPROVEN if unproven else words.HEALTHY
    return page(
        finding(ws, "health_told", told, **values),
        _of_one_part(ws, parts),
        inputs,
        figure(
            ws,
            "health_map",
            charts.health_map(
                healthy,
                currency=ws.study.currency,
                cut=ws.study.health.cut,
                value=words.VALUE_OF_HEALTH[ws.study.health.value],
            ),
            healthy,
            title=words.HEALTH_MAP,
            source="health",
            n=len(healthy),
        ),
    )


def _of_one_part(ws: Workspace, parts: Components) -> Exhibit | None:
    """That health stands on one of its parts alone, where it does."""
    known = measuring.health_inputs(ws.study, parts)
    known = known[known["weight"].gt(0) & known["scale"].ne(measuring.NO_VALUES)]
    if len(set(known["part"])) > 1:
        return None
    return warning(ws, "health_of_one_part", words.ONE_PART, inputs=listed(list(known["label"])))


def health_checked(ws: Workspace, healthy: pd.DataFrame, tried: HealthCheck) -> Page:
    """Whether health means anything: held against what became of the customers."""
    found = checked.told(tried.table)
    if found:
        first = finding(ws, "health_check_told", found[0], **found[1])
    else:
        tell = warning if len(healthy) else finding
        first = tell(ws, "health_unchecked", words.HEALTH_UNCHECKED, reason=tried.reason)
    return page(
        first,
        table(
            ws,
            "health_check",
            tried.table,
            title=words.HEALTH_CHECK,
            source="health_check",
        )
        if len(tried.table)
        else None,  # the finding says why
        figure(
            ws,
            "health_calibration",
            charts.health_calibration(tried.calibration, least=ws.study.min_group_size),
            tried.calibration,
            title=words.HEALTH_CALIBRATION,
            source="health_calibration",
            n=int(tried.table["customers"].max()),
        )
        if len(tried.calibration)
        else None,
    )


def _beginning(ws: Workspace, parts: Components) -> Exhibit | None:
    """From when on customers were observed, where that is not from the day they were won."""
    begin = ws.study.records_begin or ws.study.sources["accounts"].records_begin
    if begin:
        table = parts.table
        early = table["left"] & (parts.entry_months > 0)
        early &= table["tenure_months"] <= parts.entry_months
        return finding(ws, "entered", observed.ENTERED, first=begin, early=int(early.sum()))
    seems = _seeming(ws)
    return warning(ws, "records_begin", observed.RECORDS_BEGIN, **seems) if seems else None


def _seeming(ws: Workspace) -> dict:
    """first and expected: from when on leaving seems to be recorded, where it is not declared."""
    if ws.study.records_begin or ws.study.sources["accounts"].records_begin:
        return {}
    return seeming_beginning(ws.kept("customers"), ws.as_of)


def leaving(
    ws: Workspace,
    parts: Components,
    hazard: pd.DataFrame,
    eve: BeforeLeaving,
    kept: Mapping[str, pd.DataFrame],
) -> Page:
    """How long customers stay, when they leave, and what came before.

    Parameters
    ----------
    hazard : the data file ``hazard``.
    eve : what differed in the quarter before leaving.
    kept : the data files of `staying.FILES`.
    """
    customers = len(parts.table)
    held = parts.table
    curve = survival_curve(held["tenure_months"], held["left"], parts.entry_months)
    ended = None if _seeming(ws) else year_ended(curve)
    curve = until_today(curve, held["tenure_months"])
    curve = curve.rename(columns={"months": "time", "remaining": "survival"})
    unknown = history(ws, ws.kept("customers")).withheld.get(CHURN)  # who left, and why not
    if unknown:
        curve, hazard = curve.head(0), hazard.head(0)
    silent = in_silence(ws, ws.kept("customers"))
    if silent:  # nobody can be seen to leave within a year of being won
        hazard = hazard[hazard["from_months"] >= 12].reset_index(drop=True)
    reason = say(unknown) if unknown else eve.reason
    different = int(eve.table["verdict"].str.contains("before leaving").sum())
    tested = int(eve.table["p_value"].notna().sum())
    return page(
        _beginning(ws, parts),
        finding(ws, "stayed", words.LEFT_UNKNOWN, reason=say(unknown))
        if unknown
        else finding(
            ws, "stayed", words.STAYED, left=int(parts.table["left"].sum()), customers=customers
        ),
        finding(ws, wording.IN_SILENCE, words.IN_SILENCE) if silent else None,
        finding(ws, "year_ended", words.YEAR_ENDED, **ended) if ended and not unknown else None,
        figure(
            ws,
            "survival",
            charts.survival_curve(curve, silent=silent, first=_seeming(ws).get("first")),
            curve,
            title=words.SURVIVAL,
            source="customer_list",
            n=customers,
        )
        if not unknown
        else None,
        figure(
            ws,
            "hazard",
            charts.hazard_chart(hazard, least=ws.study.min_group_size),
            hazard,
            title=words.HAZARD,
            source="hazard",
            n=customers,
        )
        if not unknown
        else None,
        finding(
            ws,
            "before_leaving_told",
            words.LEAVING,
            different=different,
            metrics=tested,
            matched=eve.matched,
        )
        if tested
        else finding(
            ws,
            "before_leaving_untold",
            words.LEAVING_UNKNOWN,
            reason=reason or words.TOO_FEW_LEFT,
        ),
        table(
            ws,
            "before_leaving",
            eve.table,
            title=words.BEFORE_LEAVING,
            source="before_leaving",
            n=eve.matched,
            note=reason or words.ASSOCIATION,
        )
        if len(eve.table)
        else None,
        *churn.exhibits(ws, kept),
    )
