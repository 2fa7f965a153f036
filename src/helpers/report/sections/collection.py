"""The sections of step 3 on what was collected, and how far it can be trusted."""

from functools import partial

import pandas as pd

from helpers.collect.cautions import Caution
from helpers.collect.coverage import hypothesis_coverage
from helpers.collect.history import history, observed_from, open_history
from helpers.collect.observed import rows_by_month
from helpers.collect.presets import preset_cautions, preset_choices
from helpers.collect.refusals import ROW
from helpers.collect.research import market_comparison
from helpers.collect.sources import collection_report, reason_counts
from helpers.collect.told import not_covered, silent_all, told_of_rows
from helpers.collect.twice import (
    NOT_USABLE,
    USABLE,
    WEAK,
)
from helpers.errors import listed
from helpers.metrics.catalog import metric
from helpers.report import charts
from helpers.report.exhibits import Exhibit, Page, figure, finding, page, table, warning
from helpers.tables import TABLES
from helpers.words import collection as words
from helpers.words import customers as raw
from helpers.words import observed, people, say, spoken
from helpers.words.scoping import SOURCE
from helpers.workspace import Workspace

DOUBTFUL = ("weak", "biased")


def collected(ws: Workspace) -> Page:
    """What was collected, table by table."""
    report = collection_report(ws)
    report = report[report["collected"] | report["table"].ne("rates")]  # one currency needs none
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
        _hiding(ws),
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


def _hiding(ws: Workspace) -> Exhibit | None:
    """How many rows hold characters that no reader sees."""
    rows = {name: ws.recorded(f"collection/{name}", {}).get("hiding", 0) for name in TABLES}
    names = [name.replace("_", " ") for name, number in rows.items() if number]
    if not names:
        return None
    told = listed(names, most=20)
    return finding(ws, "hidden_marks", words.HIDING, rows=sum(rows.values()), tables=told)


def _covered(ws: Workspace) -> list[Exhibit | None]:
    """What each export covers in time, and what does not cover the quarter."""
    found = ws.load("collected")
    out = found[found["covers"] != ""]
    told: list[Exhibit] = [
        *_warnings(ws, not_covered(ws)), *_history(ws), *_warnings(ws, told_of_rows(ws))
    ]  # fmt: skip
    days = found.dropna(subset=["first_day"])
    if len(days) and not silent_all(ws):  # where no export knows the quarter a warning says so
        values = {"first": days["first_day"].min(), "last": days["last_day"].max()}
        counts = {"withheld": len(out), "tables": len(found)} if len(out) else {}
        sentence = observed.COVERED if counts else observed.COVERED_ALL
        told.append(finding(ws, "exports_cover", sentence, **counts, **values))
    months = rows_by_month(ws)
    return [
        *told,
        table(ws, "collected", found, title=observed.COVERS, source="collected"),
        table(ws, "rows_by_month", months, title=observed.BY_MONTH, source=raw.RAW)
        if len(months)
        else None,
    ]


def _warnings(ws: Workspace, cautions: list[Caution]) -> list[Exhibit]:
    return [warning(ws, id, sentence, **values) for id, sentence, values in cautions]


def _history(ws: Workspace) -> list[Exhibit]:
    """What is brought to a year, and what is not told, where less than a year is known."""
    known = history(ws, ws.kept("customers"))
    told = [
        warning(
            ws,
            f"short_history_{name}",
            observed.SHORT_HISTORY,
            tables=name,
            months=round(months, 1),
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
        values = {"count": len(names), "metrics": listed(names, most=20), "reason": say(reason)}
        told.append(warning(ws, f"not_told_{number}", observed.NOT_TOLD, **values))
    return told


def presets(ws: Workspace) -> Page:
    """What the ready-made sources were told."""
    choices = preset_choices(ws)
    if choices.empty:
        return page(finding(ws, "presets_none", words.NO_PRESETS))
    made = choices[choices["set_by"] != "export"]  # the others say what the export lacks
    own = int((made["set_by"] == "study file").sum())
    return page(
        finding(ws, "presets_told", words.PRESET_CHOICES, choices=len(made), set=own),
        *_warnings(ws, preset_cautions(ws)),
        table(ws, "preset_choices", choices, title=words.PRESETS, source=SOURCE),
    )


def refused(ws: Workspace, rejected: pd.DataFrame) -> Page:
    """Which rows could not be used; ``rejected`` is the data file ``rejected_rows``."""
    rows = int((rejected["rejected"] == ROW).sum())
    return page(
        finding(ws, "refused_told", words.REFUSED, rows=rows, cells=len(rejected) - rows)
        if len(rejected)
        else None,
        table(
            ws,
            "rejected_reasons",
            # One of these reasons is one word, which no other column would take for a sentence.
            reason_counts(rejected).assign(reason=lambda t: t["reason"].map(spoken.value)),
            title=words.REJECTED,
            source="rejected_rows",
            empty=words.NOTHING_REJECTED,
        ),
    )


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
        )
        if doubtful or given.empty
        else finding(ws, "coverage_told", words.COVERED_WELL, fields=len(given)),
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
    usable, weak, out = (int(uses.get(use, 0)) for use in (USABLE, WEAK, NOT_USABLE))
    if out:
        sentence, values = people.FIELDS_USABLE, {"weak": weak, "out": out}
    elif weak or usable < 2:
        sentence, values = people.FIELDS_WEAK, {"weak": weak}
    else:
        sentence, values = people.FIELDS_ALL_USABLE, {}
    told = [finding(ws, "fields_usable", sentence, usable=usable, **values)]
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


def _market_told(ws: Workspace, shares: pd.DataFrame, **counts: float) -> Exhibit:
    """How many companies there are, and in what the customers differ most from them."""
    apart = (shares["customer_share"] - shares["market_share"]).abs()
    apart = apart[(shares["customers"] >= ws.study.min_group_size) & (apart > 0)]
    if apart.empty:
        return finding(ws, "market_told", words.MARKET_KNOWN, **counts)
    most = shares.loc[apart.idxmax()]
    return finding(
        ws,
        "market_told",
        words.MARKET_LARGEST,
        attribute=ws.study.label(most["attribute"]),
        level=most["level"],
        ours=float(most["customer_share"]),
        theirs=float(most["market_share"]),
        **counts,
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
    foreign = ws.recorded("market_written_otherwise", {})
    return page(
        *(
            warning(
                ws,
                f"market_otherwise_{name}",
                words.MARKET_OTHERWISE,
                attribute=ws.study.label(name),
                theirs=listed(found["market"]),
                ours=listed(found["customers"]),
            )
            for name, found in foreign.items()
        ),
        _market_told(
            ws, shares, companies=float(companies["weight"].sum()), customers=len(current)
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
