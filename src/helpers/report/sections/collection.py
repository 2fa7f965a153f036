"""The sections of step 3: what was collected, what it measures, and how far it can be trusted."""

from datetime import date
from functools import partial

import pandas as pd

from helpers.collect.attributes import band_limits
from helpers.collect.cautions import data_cautions
from helpers.collect.coverage import hypothesis_coverage
from helpers.collect.history import history, observed_from, open_history
from helpers.collect.observed import (
    EVENTS,
    holes,
    nobody_left,
    quiet,
    rows_by_month,
    unfinished,
    unrecorded,
)
from helpers.collect.presets import preset_cautions, preset_choices
from helpers.collect.research import market_comparison
from helpers.collect.sources import collection_report, reason_counts
from helpers.collect.states import EXPORT, exported_on, states
from helpers.collect.twice import (
    LOOKS,
    NOT_JUDGED,
    NOT_USABLE,
    USABLE,
    WEAK,
    double_collection,
    progress,
    to_review,
)
from helpers.errors import listed
from helpers.metrics import economics
from helpers.metrics import health as measuring
from helpers.metrics.catalog import METRICS, metric
from helpers.metrics.components import Components
from helpers.metrics.health_check import HealthCheck
from helpers.metrics.influence import of_one_customer
from helpers.metrics.leaving import BeforeLeaving, seeming_beginning
from helpers.metrics.losses import REASON, UNKNOWN
from helpers.metrics.overview import two_bridges
from helpers.metrics.retention import survival_curve
from helpers.report import charts
from helpers.report.exhibits import Exhibit, Page, data, figure, finding, page, table, warning
from helpers.words import collection as words
from helpers.words import customers as raw
from helpers.words import observed, people, say
from helpers.words.numbers import in_unit
from helpers.words.scoping import SOURCE
from helpers.workspace import Workspace

DOUBTFUL = ("weak", "biased")


def collected(ws: Workspace) -> Page:
    """What was collected, table by table."""
    report = collection_report(ws)
    gathered = report[report["collected"]]
    absent = report.loc[~report["collected"], "table"].str.replace("_", " ")
    return page(
        finding(
            ws,
            "tables_collected",
            words.COLLECTED,
            collected=len(gathered),
            known=len(report),
            rejected=int(gathered["rows_rejected"].sum()),
            rows=int(gathered["rows_in"].sum()),
        ),
        *_covered(ws),
        table(
            ws,
            "collection",
            gathered,
            title=words.COLLECTION,
            source=raw.RAW,
            note=say(words.NOT_COLLECTED, tables=", ".join(absent) or words.NOTHING),
        ),
    )


def _covered(ws: Workspace) -> list[Exhibit | None]:
    """What each export covers in time, and what does not cover the quarter."""
    found = ws.load("collected")
    out = found[found["covers"] != ""]
    told = [
        warning(
            ws,
            f"not_covered_{row.table}",
            observed.NOT_COVERED,
            table=row.table.capitalize(),
            reason=row.covers,
        )
        for row in out.itertuples()
    ]
    told += [
        warning(ws, f"unfinished_{one['table']}", observed.LAST_MONTH, **one)
        for one in unfinished(ws)
    ]
    told += _history(ws)
    told += _of_today(ws)
    told += [warning(ws, id, sentence, **values) for id, sentence, values in data_cautions(ws)]
    told += _silences(ws)
    days = found.dropna(subset=["first_day"])
    if len(days):
        values = {"first": days["first_day"].min(), "last": days["last_day"].max()}
        told.append(
            finding(
                ws,
                "exports_cover",
                observed.COVERED,
                withheld=len(out),
                tables=len(found),
                **values,
            )
        )
    months = rows_by_month(ws)
    return [
        *told,
        table(ws, "collected", found, title=observed.COVERS, source="collected"),
        table(ws, "rows_by_month", months, title=observed.BY_MONTH, source=raw.RAW)
        if len(months)
        else None,
    ]


def _silences(ws: Workspace) -> list[Exhibit]:
    """Whiles without rows that are unusual, and may be no more than an export's end."""
    silent, gone, told = quiet(ws), nobody_left(ws), []
    if silent:
        name = str(silent["table"])
        values = {**silent, "table": name.capitalize(), "name": name}
        told.append(warning(ws, f"quiet_{name}", observed.QUIET, **values))
    if gone:
        told.append(warning(ws, "nobody_left", observed.NOBODY_LEFT, **gone))
    told += [
        warning(ws, f"hole_{one['table']}", observed.HOLE, **_capital(one)) for one in holes(ws)
    ]
    for name in EVENTS:
        for column, found in unrecorded(ws, name).items():
            values = {"table": name, "column": column, "rows": found["rows"]}
            sentence = observed.UNRECORDED
            if found["begins"]:
                values["begins"] = date.fromisoformat(found["begins"])
                sentence = observed.RECORDED_LATE
            told.append(warning(ws, f"unrecorded_{name}_{column}", sentence, **values))
    return told


def _capital(values: dict) -> dict:
    return {**values, "table": str(values["table"]).capitalize()}


def _history(ws: Workspace) -> list[Exhibit]:
    """What is brought to a year, and what is not told, where less than a year is known."""
    known = history(ws, ws.kept("customers"))
    told = [
        warning(
            ws,
            f"short_history_{name}",
            observed.SHORT_HISTORY,
            tables=name,
            months=months,
            first=observed_from(ws, name),
            factor=known.to_a_year(name),
        )
        for name, months in known.months.items()
    ]
    begun = open_history(ws)
    if begun:
        told.append(warning(ws, "open_history", observed.OPEN_HISTORY, first=begun))
    for number, reason in enumerate(dict.fromkeys(known.withheld.values())):
        names = [metric(name).label for name, why in known.withheld.items() if why == reason]
        values = {"metrics": listed(names, most=20), "reason": say(reason)}
        told.append(warning(ws, f"not_told_{number}", observed.NOT_TOLD, **values))
    return told


def _of_today(ws: Workspace) -> list[Exhibit]:
    """Which columns of accounts hold the state of a later day than the quarter's last."""
    names = [name for name, day in states(ws).items() if day == EXPORT]
    day = exported_on(ws)
    if not names or day is None:
        return []
    fields = listed([ws.study.label(name) for name in names], most=20)
    values = {"fields": fields, "day": day, "as_of": ws.as_of, "days": (day - ws.as_of).days}
    told = [warning(ws, "state_of_today", observed.TODAY, **values)]
    tested = {
        one.id: [name for name in dict.fromkeys([*one.variables, one.outcome]) if name in names]
        for one in ws.study.hypotheses
    }
    told += [
        warning(
            ws,
            f"tested_on_today_{number}",
            observed.TESTED_ON_TODAY,
            hypothesis=id,
            fields=listed([ws.study.label(name) for name in of_today], most=20),
            day=day,
        )
        for number, (id, of_today) in enumerate(tested.items())
        if of_today
    ]
    return told


def presets(ws: Workspace) -> Page:
    """What the ready-made sources were told."""
    choices = preset_choices(ws)
    if choices.empty:
        return page(finding(ws, "presets_none", words.NO_PRESETS))
    made = choices[choices["set_by"] != "export"]  # the others say what the export lacks
    own = int((made["set_by"] == "study file").sum())
    cautions = [warning(ws, id, told, **values) for id, told, values in preset_cautions(ws)]
    return page(
        finding(ws, "presets_told", words.PRESET_CHOICES, choices=len(made), set=own),
        *cautions,
        table(ws, "preset_choices", choices, title=words.PRESETS, source=SOURCE),
    )


def refused(ws: Workspace, rejected: pd.DataFrame) -> Page:
    """Which rows could not be used; ``rejected`` is the data file ``rejected_rows``."""
    return page(
        table(
            ws,
            "rejected_reasons",
            reason_counts(rejected),
            title=words.REJECTED,
            source="rejected_rows",
            empty=words.NOTHING_REJECTED,
        )
    )


def researched(ws: Workspace, research: pd.DataFrame | None, filled: pd.DataFrame | None) -> Page:
    """What was researched by hand, how far two looks agree, and how far the work has come.

    Saves ``research_agreement`` and ``research_progress``.

    Parameters
    ----------
    research : the rows of the table ``research``; None = not collected.
    filled : what became of them, as `merge_research` counts it.
    """
    held = research if research is not None else pd.DataFrame(columns=["account_id", *LOOKS])
    agreed = ws.save("research_agreement", double_collection(ws.study, held))
    days = ws.save("research_progress", progress(ws.study, held))
    if research is None or filled is None:
        return page(finding(ws, "research_none", words.NO_RESEARCH))
    return page(
        finding(
            ws,
            "research_told",
            words.RESEARCHED,
            filled=int(filled["filled"].sum()),
            fields=len(filled),
        ),
        *_kept_out(ws, agreed, filled),
        table(ws, "research_filled", filled, title=words.FILLED, source="research"),
        *_twice(ws, agreed, held),
        table(
            ws,
            "research_progress",
            days,
            title=people.PROGRESS,
            source="research_progress",
            note=people.COLLECTORS_NUMBERED,
            most=40,
        )
        if len(days)
        else None,
    )


def _kept_out(ws: Workspace, agreed: pd.DataFrame, filled: pd.DataFrame) -> list[Exhibit]:
    """Which fields two people found too differently to use."""
    bad = agreed[agreed["verdict"] == NOT_USABLE]
    counts = filled.set_index("field")["kept_out"]
    return [
        warning(
            ws,
            f"research_kept_out_{number}",
            people.KEPT_OUT,
            field=row.label,
            values=int(counts.get(row.field, 0)),
            agreement=row.agreement,
            weak=ws.study.research.weak,
        )
        for number, row in enumerate(bad.itertuples())
    ]


def _twice(ws: Workspace, agreed: pd.DataFrame, research: pd.DataFrame) -> list[Exhibit]:
    """How far two looks agree, and what a reviewer has to settle."""
    checked = agreed[agreed["checked"] > 0]
    if checked.empty:
        return [finding(ws, "research_once", people.LOOKED_ONCE)]
    judged = checked[checked["verdict"] != NOT_JUDGED]
    review = to_review(ws.study, research)
    return [
        finding(
            ws,
            "research_twice",
            people.LOOKED_TWICE,
            checked=int(checked["checked"].sum()),
            same=checked["agreeing"].sum() / checked["checked"].sum(),
            usable=int((judged["verdict"] == USABLE).sum()),
            judged=len(judged),
        ),
        table(
            ws,
            "research_agreement",
            agreed,
            title=words.RECHECKED,
            source="research_agreement",
            note=people.LIMITS_OF_AGREEMENT,
        ),
        table(
            ws,
            "research_to_review",
            review,
            title=people.TO_REVIEW,
            source="research",
            most=15,
            empty=people.NOTHING_TO_REVIEW,
        ),
    ]


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
        ),
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


def _of_one_customer(ws: Workspace, customers: pd.DataFrame, parts: Components) -> list[Exhibit]:
    """Customers without whom a headline figure would be another one."""
    names = customers.set_index("account_id")["name"]
    told = []
    for account, moved in of_one_customer(parts).groupby("account_id", sort=False):
        figures = [
            say(
                words.WITHOUT,
                metric=metric(row.metric).label,
                value=in_unit(row.value, metric(row.metric).unit, currency=ws.study.currency),
                without=in_unit(row.without, metric(row.metric).unit, currency=ws.study.currency),
            )
            for row in moved.itertuples()
        ]
        values = {"customer": names.get(account, account), "figures": listed(figures, most=9)}
        told.append(warning(ws, f"one_customer_{len(told)}", words.ONE_CUSTOMER, **values))
    return told[:3]


def _two_bridges(ws: Workspace, overall: pd.DataFrame) -> list[Exhibit]:
    """Why movements of the customers analysed are not those of the company's bridge."""
    if ws.study.business_model != "subscription":
        return []
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
            note=say(words.QUARTILES, measure=service["measure"].iloc[0]),
        ),
    )


def health(ws: Workspace, healthy: pd.DataFrame, parts: Components) -> Page:
    """How healthy the customers are; ``healthy`` is the data file ``health``."""
    inputs = table(
        ws,
        "health_inputs",
        measuring.health_inputs(ws.study, parts),
        title=words.HEALTH_INPUTS,
        source=SOURCE,
    )
    if healthy.empty:
        return page(warning(ws, "health_missing", words.HEALTH_MISSING), inputs)
    groups = healthy["health_group"].value_counts()
    return page(
        finding(
            ws,
            "health_told",
            words.HEALTHY,
            key=int(groups.get("key", 0)),
            risk=int(groups.get("at_risk", 0)),
            unproven=int(groups.get("unproven", 0)),
            all=len(healthy),
        ),
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


def health_checked(ws: Workspace, healthy: pd.DataFrame, tried: HealthCheck) -> Page:
    """Whether health means anything: held against what became of the customers."""
    judged = tried.table[tried.table["predictor"] == "health"].set_index("outcome")
    if len(judged):
        values = judged.loc["churn", ["verdict", "events", "customers"]].to_dict()
        first = finding(ws, "health_check_told", words.HEALTH_CHECKED, **values)
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
            note=tried.reason,
        ),
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
    seems = seeming_beginning(ws.kept("customers"), ws.as_of)
    return warning(ws, "records_begin", observed.RECORDS_BEGIN, **seems) if seems else None


def leaving(
    ws: Workspace,
    parts: Components,
    hazard: pd.DataFrame,
    eve: BeforeLeaving,
    months: pd.DataFrame,
    reasons: pd.DataFrame,
) -> Page:
    """How long customers stay, when they leave, and what came before.

    Parameters
    ----------
    hazard : the data file ``hazard``.
    eve : what differed in the quarter before leaving.
    months, reasons : the data files ``churn_months`` and ``churn_reasons``.
    """
    customers = len(parts.table)
    held = parts.table
    curve = survival_curve(held["tenure_months"], held["left"], parts.entry_months)
    curve = curve.rename(columns={"months": "time", "remaining": "survival"})
    different = int(eve.table["verdict"].str.contains("before leaving").sum())
    tested = int(eve.table["p_value"].notna().sum())
    return page(
        _beginning(ws, parts),
        finding(
            ws, "stayed", words.STAYED, left=int(parts.table["left"].sum()), customers=customers
        ),
        figure(
            ws,
            "survival",
            charts.survival_curve(curve),
            curve,
            title=words.SURVIVAL,
            source="customer_list",
            n=customers,
        ),
        figure(
            ws,
            "hazard",
            charts.hazard_chart(hazard, least=ws.study.min_group_size),
            hazard,
            title=words.HAZARD,
            source="hazard",
            n=customers,
        ),
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
            reason=eve.reason or words.TOO_FEW_LEFT,
        ),
        table(
            ws,
            "before_leaving",
            eve.table,
            title=words.BEFORE_LEAVING,
            source="before_leaving",
            n=eve.matched,
            note=eve.reason or words.ASSOCIATION,
        ),
        *_losses(ws, months, reasons),
    )


def _losses(ws: Workspace, months: pd.DataFrame, reasons: pd.DataFrame) -> list[Exhibit]:
    """How many left each month, and why."""
    shown = [
        table(ws, "churn_months", months, title=words.CHURN_MONTHS, source="churn_months", most=24)
    ]
    if REASON not in ws.recorded("collection/accounts", {}).get("columns", ()):
        return [finding(ws, "lost_unknown", words.NO_REASONS_FOR_LEAVING), *shown]
    if reasons.empty:
        return [finding(ws, "lost_none", words.NOBODY_LEFT), *shown]
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
        *shown,
        table(ws, "churn_reasons", reasons, title=words.CHURN_REASONS, source="churn_reasons"),
    ]


def complete(
    ws: Workspace, filled: pd.DataFrame, customers: pd.DataFrame, quality: pd.DataFrame
) -> Page:
    """How complete each field is, whether for everyone alike, and what can carry a finding.

    Parameters
    ----------
    filled, quality : the data files ``coverage`` and ``field_quality``.
    """
    given = filled[filled["filled"] > 0]
    doubtful = int(given["verdict"].isin(DOUBTFUL).sum())
    return page(
        finding(
            ws,
            "coverage_told",
            words.COVERED,
            good=len(given) - doubtful,
            fields=len(given),
            doubtful=doubtful,
        ),
        figure(
            ws,
            "coverage",
            partial(charts.coverage_bars, given),
            given,
            title=words.COVERAGE,
            source="coverage",
            n=len(customers),
        ),
        *_usable(ws, quality),
    )


def _usable(ws: Workspace, quality: pd.DataFrame) -> list[Exhibit]:
    """Which attributes can carry a finding."""
    if quality.empty:
        return []
    uses = quality["use"].value_counts()
    told = [
        finding(
            ws,
            "fields_usable",
            people.FIELDS_USABLE,
            usable=int(uses.get(USABLE, 0)),
            weak=int(uses.get(WEAK, 0)),
            out=int(uses.get(NOT_USABLE, 0)),
        )
    ]
    informative = quality[quality["missing_informative"]]
    if len(informative):
        names = listed(informative["label"], most=10)
        told.append(warning(ws, "missing_informative", people.MISSING_INFORMATIVE, fields=names))
    shown = table(ws, "field_quality", quality, title=people.FIELD_QUALITY, source="field_quality")
    return [*told, shown]


def testable(ws: Workspace, filled: pd.DataFrame, proposals: pd.DataFrame) -> Page:
    """Whether each hypothesis has the data that it needs, and what else could be declared.

    Parameters
    ----------
    filled, proposals : the data files ``coverage`` and ``hypothesis_proposals``.
    """
    named = proposals.assign(variable=proposals["variable"].map(ws.study.label))
    declared = int(proposals["declared"].sum())
    needed = hypothesis_coverage(ws.study, filled)
    good = int((needed["filled_share"].notna() & ~needed["verdict"].isin(DOUBTFUL)).sum())
    return page(
        finding(ws, "variables_told", words.VARIABLES_FILLED, good=good, variables=len(needed))
        if len(needed)
        else None,
        table(
            ws,
            "hypothesis_coverage",
            needed,
            title=words.VARIABLES,
            source="coverage",
            empty=words.NO_VARIABLES,
        ),
        finding(ws, "proposals_told", people.PROPOSED, proposals=len(proposals), declared=declared)
        if len(proposals)
        else None,
        table(
            ws,
            "hypothesis_proposals",
            named,
            title=people.PROPOSALS,
            source="hypothesis_proposals",
            most=20,
            empty=people.NOTHING_PROPOSED,
        ),
    )


def market(
    ws: Workspace,
    customers: pd.DataFrame,
    attributes: pd.DataFrame,
    companies: pd.DataFrame | None,
) -> Page:
    """How the customers compare with the market; ``companies`` is `banded_market`, or None."""
    if companies is None:
        return page(finding(ws, "market_none", words.NO_MARKET))
    current = customers.loc[customers["status"] == "current", "account_id"]
    shares = market_comparison(
        ws.study, attributes[attributes["account_id"].isin(current)], companies
    )
    return page(
        finding(
            ws,
            "market_told",
            words.MARKET_KNOWN,
            companies=float(companies["weight"].sum()),
            customers=len(current),
        ),
        table(
            ws,
            "market",
            shares.assign(attribute=shares["attribute"].map(ws.study.label)),
            title=words.MARKET,
            source="prospects",
            n=len(current),
            most=40,
        ),
    )
