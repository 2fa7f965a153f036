"""The sections of step 2: who counts as a customer, and how good each one is."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.collect.customers import CustomerList
from helpers.collect.history import opening_known
from helpers.collect.observed import withheld
from helpers.collect.sources import required
from helpers.collect.told import silent_all
from helpers.errors import listed
from helpers.metrics import overview, quality
from helpers.metrics.concentration import concentration as held_by
from helpers.metrics.revenue import quarterly_bridge
from helpers.metrics.score_inputs import needs
from helpers.report import charts
from helpers.report.exhibits import Exhibit, Page, figure, finding, page, table, warning
from helpers.words import charts as names
from helpers.words import customers as words
from helpers.words import few, say
from helpers.workspace import Workspace


def rows_read(ws: Workspace, collected: pd.DataFrame) -> Page:
    """What was read: every row is used, later than the quarter, or set aside.

    Parameters
    ----------
    collected : what `collect` reports of each table.
    """
    read = collected[collected["collected"]]
    counts = read[["rows_in", "rows_used", "rows_after_as_of", "rows_rejected"]].astype(int).sum()
    rows, used, later, rejected = counts
    assert rows == used + later + rejected
    return page(
        finding(ws, "rows_told", words.ROWS, rows=rows, used=used, later=later, rejected=rejected)
        if used < rows
        else finding(ws, "rows_told", words.ROWS_ALL, rows=rows),
        table(ws, "rows_read", read, title=words.READ, source=words.RAW),
    )


def revenue(ws: Workspace) -> Page:
    """What the company earns, and from what, before anyone is left out."""
    recurring = ws.study.business_model == "subscription"
    return _recurring(ws) if recurring else _ordered(ws)


def _recurring(ws: Workspace) -> Page:
    contracts = required(ws, "contracts")
    totals = overview.mrr_by_product(contracts, ws.as_of)
    bridge = quarterly_bridge(contracts, quarter=ws.quarter)
    if not opening_known(ws):  # of earlier quarters nothing is, and of this one only its end
        bridge = bridge.tail(1)[["quarter", "closing"]].reindex(columns=bridge.columns)
    steps = overview.bridge_steps(bridge.iloc[-1])
    told: tuple[str, dict[str, Any]] = words.NO_MRR, {}
    mrr = {"mrr": totals["mrr"].sum()}
    if totals["product"].notna().any():
        largest = {"product": overview.leading_product(totals), "share": totals["share"].iloc[0]}
        told = words.MRR, mrr | largest
    elif len(totals):
        told = words.MRR_ALONE, mrr
    return page(
        finding(ws, "revenue_total", told[0], **told[1]),
        table(
            ws,
            "revenue_by_product",
            totals,
            title=words.MRR_BY_PRODUCT,
            source="contracts",
            most=15,
        ),
        figure(
            ws,
            "mrr_bridge",
            charts.mrr_bridge(steps, currency=ws.study.currency, known=not silent_all(ws)),
            bridge,
            title=words.BRIDGE,
            source="contracts",
            n=int(contracts.account_id.nunique().execute()),
            note=words.N_WITH_CONTRACT,
        ),
    )


def _ordered(ws: Workspace) -> Page:
    totals = overview.order_history(required(ws, "orders"))
    told: tuple[str, dict[str, Any]] = words.NO_ORDERS, {}
    if len(totals):
        told = (
            words.ORDERED,
            {
                "buyers": int((totals["orders"] > 0).sum()),
                "gross": totals["gross"].sum(),
                "returned": -totals["returned"].sum(),
                "top": totals["account_id"][0],
                "most": totals["gross"][0],
            },
        )
    return page(
        finding(ws, "revenue_total", told[0], **told[1]),
        table(
            ws,
            "largest_orders",
            totals,
            title=words.LARGEST_ORDERS,
            source="orders",
            most=15,
        ),
    )


def customer_list(ws: Workspace, listed: CustomerList) -> Page:
    """Who counts as a customer, who is left out and why."""
    known, status = listed.accounts, listed.customers["status"]
    former = int((status == "former").sum())
    return page(
        _included(ws, len(known), len(status), former),
        _analysed(ws, listed),
        table(
            ws,
            "reconciliation",
            listed.reconciliation,
            title=words.RECONCILED,
            source=words.BOTH,
            most=25,
        ),
        figure(
            ws,
            "exclusions",
            charts.exclusion_effect(listed.effects, currency=ws.study.currency),
            listed.effects,
            title=words.EXCLUSIONS,
            source="customer_list",
            n=len(known),
            note=words.N_KNOWN,
        ),
    )


def _included(ws: Workspace, known: int, included: int, former: int) -> Exhibit:
    """How many customers are analysed, and how many of them have left."""
    values = {"included": included, "known": known}
    if 0 < former < included:
        both = {"current": included - former, "former": former}
        return finding(ws, "customers_included", words.INCLUDED, **both, **values)
    told = words.INCLUDED_FORMER if former else words.INCLUDED_CURRENT
    return finding(ws, "customers_included", told, **values)


def _analysed(ws: Workspace, listed: CustomerList) -> Exhibit | None:
    """The company's revenue against that of the customers analysed; None where there is none."""
    revenue = listed.effects.set_index("rule")["monthly_revenue"]
    whole, analysed = float(revenue["known accounts"]), float(revenue["included"])
    if not whole > 0:
        return None
    if abs(whole - analysed) < 0.005:
        told = words.ANALYSED_ALL[ws.study.business_model]
        return finding(ws, "revenue_analysed", told, whole=whole)
    return finding(
        ws,
        "revenue_analysed",
        words.ANALYSED_REVENUE[ws.study.business_model],
        whole=whole,
        analysed=analysed,
        share=analysed / whole,
    )


def scores(ws: Workspace, scored: pd.DataFrame) -> Page:
    """How good each customer is.

    Parameters
    ----------
    scored : the data file ``quality_scores``.
    """
    by_band = scored.groupby("band")["quality_score"].agg(["size", "mean"])
    imputed = int((scored["imputed"] != "").sum())
    values = {
        "excellent": by_band["size"].get("excellent", 0),
        "high": by_band["mean"].get("excellent", 0.0),
        "poor": by_band["size"].get("poor", 0),
        "low": by_band["mean"].get("poor", 0.0),
    } | ({"imputed": imputed} if imputed else {})
    told = words.BANDS if imputed else words.BANDS_ALL_KNOWN
    if not {"excellent", "poor"} <= set(by_band.index):
        told, values = few.NO_BANDS, {"customers": len(scored)}
    choice, former = quality.former_customers(ws.study, scored)
    return page(
        *_silent_lines(ws),
        finding(ws, "score_bands", told, **values),
        finding(ws, "score_former", choice, **former),
        figure(
            ws,
            "score_strip",
            charts.score_strip(scored, currency=ws.study.currency),
            scored[["account_id", "quality_score", "rank", "band"]],
            title=words.STRIP,
            source="quality_scores",
            n=len(scored),
        ),
    )


def _silent_lines(ws: Workspace) -> list[Exhibit]:
    """Lines of the score whose table tells nothing of the quarter."""
    why: dict[str, str] = {
        name: withheld(ws, name) for name in ("costs", "tickets") if name in ws.study.sources
    }
    lines: dict[str, list[str]] = {}
    for name, (_, line) in ws.study.quality_score.lines.items():
        if why.get(needs(line)):
            lines.setdefault(needs(line), []).append(name)
    return [
        warning(
            ws,
            f"score_without_{table}",
            words.LINES_LEFT_OUT,
            lines=listed(names, most=20),
            table=table,
            reason=why[table],
        )
        for table, names in lines.items()
    ]


def middle(ws: Workspace, scored: pd.DataFrame) -> Page:
    """A customer near the middle of the ranking, whose score is added up line by line."""
    chosen = near_the_middle(scored, [*ws.study.quality_score.lines])
    lines = quality.score_as_sum(ws.study, chosen)
    assert abs(lines["amount"].sum() - chosen["quality_score"]) < 0.01
    score, base = chosen["quality_score"], chosen["base"]
    return page(
        finding(ws, "score_middle", words.MIDDLE, score=score, base=base)
        if len(lines) > 1
        else finding(ws, "score_middle", words.MIDDLE_BASE, score=score),
        figure(
            ws,
            "score_example",
            charts.score_waterfall(lines, currency=ws.study.currency),
            lines,
            title=say(words.EXAMPLE, name=_called(chosen)),
            source="quality_scores",
            n=1,
        )
        if len(lines) > 1  # else two equal bars
        else None,
    )


def near_the_middle(scored: pd.DataFrame, lines: list[str]) -> pd.Series:
    """Of the customers within a twentieth of all, the one with most lines that are not zero.

    A sum of zeros shows nobody how a score comes about.
    """
    ranked = scored.sort_values(["rank", "account_id"], ignore_index=True)
    away = np.abs(np.arange(len(ranked)) - len(ranked) // 2)
    counted = ranked[lines].ne(0).sum(axis=1).to_numpy()
    near = np.flatnonzero(away <= len(ranked) / 20)
    return ranked.iloc[min(near, key=lambda at: (-counted[at], away[at], at))]


def _called(customer: pd.Series) -> str:
    """A customer's name, or its identifier where CRM has no name."""
    return str(customer["name"] if pd.notna(customer["name"]) else customer["account_id"])


def concentration(ws: Workspace, customers: pd.DataFrame) -> Page:
    """How much of the revenue the largest customers bring, of those that bring any or none."""
    revenue = customers.loc[customers["status"] == "current", "monthly_revenue"]
    held = held_by(revenue)
    paying = revenue[revenue >= 0]  # as the metric: text and chart tell one share
    told = (
        warning(ws, "concentration_none", few.NO_CONCENTRATION)
        if pd.isna(held.top20_share)
        else finding(
            ws,
            "concentration_told",
            words.CONCENTRATED_OF if held.left_out else words.CONCENTRATED,
            share=held.top20_share,
            gini=held.gini,
            customers=len(paying),
            revenue=float(paying.sum()),
            **({"all": len(revenue)} if held.left_out else {}),
        )
    )
    return page(
        told,
        figure(
            ws,
            "concentration",
            partial(
                charts.concentration,
                paying,
                currency=ws.study.currency,
                what=say(names.MONTHLY_REVENUE),
                least=ws.study.min_group_size,
            ),
            # Fewer customers than may be shown are not drawn, either: none of them is a group.
            held.points[~held.points["customers"].between(1, ws.study.min_group_size - 1)],
            title=words.CONCENTRATION,
            source="customer_list",
            n=len(paying),
            note=say(words.NOT_CONCENTRATED, left=held.left_out) if held.left_out else "",
        ),
    )
