"""Whether people agree with the score, who signed it off, and how firm the ranking is."""

from dataclasses import replace

import pandas as pd

from helpers.collect.sources import canonical
from helpers.metrics.agreement import (
    PROPOSED,
    formula_hash,
    score_agreement,
    score_disagreements,
    signed_off,
)
from helpers.metrics.quality import fetch_reviews, quality_scores
from helpers.metrics.sensitivity import ALL, FORMULA, NUMBERS, Tried, tau_of, with_proposal
from helpers.outputs import shaped
from helpers.report.exhibits import Exhibit, Page, finding, page, table, warning
from helpers.study import Study
from helpers.words import numbers as fmt
from helpers.words import people as words
from helpers.words import say
from helpers.workspace import Workspace

SHOWN = 10  # customers of a list
UNMOVED = 0.995  # τ from which on an order is told as unmoved
FEW = 10  # customers below which a view that runs the other way is told as one of few


def agreement(ws: Workspace, scored: pd.DataFrame, customers: pd.DataFrame) -> Page:
    """Whether the people who know the customers agree with the ranking, and who signed it off.

    Saves ``score_agreement``, ``score_disagreements`` and, where another formula is proposed,
    ``formula_comparison``.

    Parameters
    ----------
    scored : the data file ``quality_scores``.
    customers : the included customers, of whom a proposed formula is computed too.
    """
    reviews = canonical(ws, "score_reviews")
    held = None if reviews is None else fetch_reviews(reviews)
    given = pd.DataFrame(columns=["stakeholder", "account_id", "rank", "band"])
    given = given if held is None else held
    proposed = _proposed(ws, customers)
    found = ws.save("score_agreement", score_agreement(scored, given, proposed=proposed))
    differing = score_disagreements(ws.study, scored, given)
    ws.save("score_disagreements", differing)
    return page(
        *(_agreed(ws, found, differing) if held is not None else [_not_agreed(ws)]),
        *_signed(ws),
        *_beside(ws, scored, proposed, found),
    )


def _not_agreed(ws: Workspace) -> Exhibit:
    return warning(ws, "score_not_agreed", words.NOT_AGREED)


def _signed(ws: Workspace) -> list[Exhibit]:
    """Who signed off the formula; a caution where nobody did."""
    signed = signed_off(ws.study)
    if signed.by:
        who = ", ".join(dict.fromkeys(one.who for one in signed.by))
        on = max(one.date for one in signed.by)
        values = {"formula": signed.formula, "who": who, "on": on}
        return [finding(ws, "score_signed", words.SIGNED, **values)]
    if signed.last is not None:
        values = {"formula": signed.formula, "who": signed.last.who, "on": signed.last.date}
        return [warning(ws, "score_unsigned", words.SIGNED_ANOTHER, **values)]
    return [
        warning(ws, "score_unsigned", words.NOT_SIGNED),
        finding(ws, "score_to_sign", words.TO_SIGN, formula=signed.formula),
    ]


def _agreed(ws: Workspace, found: pd.DataFrame, differing: pd.DataFrame) -> list[Exhibit | None]:
    own = found[found["formula"] != PROPOSED].reset_index(drop=True)
    taus, banded = own["tau"].dropna(), own["banded"].sum()
    told: list[Exhibit | None] = []
    against = taus[own.loc[taus.index, "turned"].eq(True)]
    if len(taus) > 1 and len(against):
        told.append(_parted(ws, taus.drop(index=against.index), against))
    elif len(taus) > 1:
        values = {"stakeholders": len(taus), "low": taus.min(), "high": taus.max()}
        told.append(finding(ws, "score_agreement_told", words.AGREED, **values))
    elif len(taus):
        told.append(finding(ws, "score_agreement_told", words.AGREED_ONE, low=taus.iloc[0]))
    elif not banded:
        told.append(finding(ws, "score_agreement_told", words.REVIEWED_TOO_FEW))
    if banded:
        same = own["same_band"].sum() / banded
        values = {"givers": int(own["banded"].gt(0).sum()), "stakeholders": len(own), "same": same}
        told.append(finding(ws, "score_bands_agreed", words.BANDS_AGREED, **values))
    told += [
        _turned(ws, number, row, own["tau"].drop(index=number).dropna())
        for number, row in own[own["turned"]].iterrows()
    ]
    if len(own) > 1:
        first = own.iloc[0]
        values = {
            "stakeholders": int(first["concordance_stakeholders"]),
            "customers": int(first["concordance_customers"]),
        }
        told.append(
            finding(ws, "score_concordance", words.CONCORDANT, w=first["concordance"], **values)
            if pd.notna(first["concordance"])
            else finding(ws, "score_concordance", words.NOT_CONCORDANT)
        )
    told.append(table(ws, "score_agreement", own, title=words.AGREEMENT, source="score_agreement"))
    return [*told, *_differing(ws, differing)]


def _parted(ws: Workspace, others: pd.Series, against: pd.Series) -> Exhibit:
    """How many rank the other way than the score does, and how far the others agree with it."""
    values = {"stakeholders": len(others) + len(against), "turned": len(against)}
    if others.empty:
        return finding(ws, "score_agreement_told", words.AGREED_NOBODY, **values)
    if len(others) == 1:
        values["low"] = others.iloc[0]
        return finding(ws, "score_agreement_told", words.AGREED_PARTLY_ONE, **values)
    values |= {"low": others.min(), "high": others.max()}
    return finding(ws, "score_agreement_told", words.AGREED_PARTLY, **values)


def _turned(ws: Workspace, number: int, row: pd.Series, others: pd.Series) -> Exhibit:
    """A stakeholder who ranks the other way: a caution on every deliverable.

    ``others`` are the agreements of the other stakeholders with the score.
    """
    values = {"stakeholder": row["stakeholder"], "tau": row["tau"], "customers": int(row["viewed"])}
    id = f"score_turned_{number}"
    if row["viewed"] < FEW or pd.isna(row["tau_low"]):
        return warning(ws, id, words.TURNED_FEW, **values)
    values |= {"low": row["tau_low"], "high": row["tau_high"]}
    if len(others) > 1 and others.min() > 0:
        spread = {"views": len(others) + 1, "least": others.min(), "most": others.max()}
        return warning(ws, id, words.TURNED_ALONE, **values, **spread)
    return warning(ws, id, words.TURNED, **values)


def _differing(ws: Workspace, differing: pd.DataFrame) -> list[Exhibit]:
    if differing.empty or not differing["difference"].abs().max() > 0:
        return []
    first = differing.iloc[0]
    name = first["name"] if pd.notna(first["name"]) else first["account_id"]
    values = {"name": name, "view": first["view_place"], "score": first["score_place"]}
    if first["line"]:
        amounts = {"amount": first["line_amount"], "average": first["line_average"]}
        told = finding(
            ws, "score_disagreed", words.DISAGREED_LINE, line=first["line"], **values, **amounts
        )
    else:
        told = finding(ws, "score_disagreed", words.DISAGREED, **values)
    shown = table(
        ws,
        "score_disagreements",
        differing,
        title=words.DISAGREEMENTS,
        source="score_disagreements",
        n=len(differing),
        most=SHOWN,
        note=words.PLACES,
    )
    return [told, shown]


# ── another formula ──────────────────────────────────────────────────────────────────────────────
def _proposed(ws: Workspace, customers: pd.DataFrame) -> pd.DataFrame | None:
    """The scores by the proposed formula; None where none is proposed."""
    other = with_proposal(ws.study)
    return None if other is None else quality_scores(replace(ws, study=other), customers)


def _beside(
    ws: Workspace, scored: pd.DataFrame, proposed: pd.DataFrame | None, found: pd.DataFrame
) -> list[Exhibit]:
    other = with_proposal(ws.study)
    if proposed is None or other is None:
        return []
    names = ["account_id", "quality_score", "rank", "band"]
    both = scored[["name", *names]].merge(
        proposed[names].rename(
            columns={"quality_score": "proposed_score", "rank": "proposed_rank",
                     "band": "proposed_band"}
        ),
        on="account_id", validate="1:1",
    )  # fmt: skip
    both["moved"] = both["rank"] - both["proposed_rank"]
    order = both["moved"].abs()
    both = both.assign(order=order).sort_values(["order", "account_id"], ascending=[False, True])
    compared = ws.save("formula_comparison", shaped("formula_comparison", both))
    told = finding(
        ws,
        "formula_compared",
        words.COMPARED,
        proposed=formula_hash(other),
        bands=int((compared["band"] != compared["proposed_band"]).sum()),
        customers=len(compared),
        tau=tau_of(compared["quality_score"], compared["proposed_score"]),
    )
    shown = table(
        ws,
        "formula_comparison",
        compared,
        title=words.FORMULAS,
        source="formula_comparison",
        n=len(compared),
        most=SHOWN,
    )
    if found.empty:
        return [told, shown]
    views = table(
        ws,
        "score_agreement_proposed",
        found.sort_values(["stakeholder", "formula"]),
        title=words.FORMULA_AGREEMENT,
        source="score_agreement",
    )
    return [told, shown, views]


# ── how firm ─────────────────────────────────────────────────────────────────────────────────────
def in_units(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """``score_sensitivity`` as readers know what is varied: 5000 is €5,000, and 3 is 3 months."""
    of_line = {
        name: line.amount is not None for name, (_, line) in study.quality_score.lines.items()
    }
    keys = {
        f"exclude[{place}]": NUMBERS.get(rule.rule, "")
        for place, rule in enumerate(study.customer_list.exclude)
    }

    def told(item: str, text: str) -> str:
        try:
            value = float(text)
        except ValueError:  # a rule that applies or does not; draws of all together
            return text
        if item in of_line:
            return fmt.money(value, study.currency) if of_line[item] else f"× {value:g}"
        if keys.get(item) == "months_before_quarter_end":
            return say(words.MONTHS_BEFORE, months=round(value))
        if keys.get(item) == "monthly":
            return say(words.A_MONTH, amount=value, currency=study.currency)
        return say(words.TIMES, times=f"{value:g}") if keys.get(item) else text

    names = ("adopted", "changed")
    return table.assign(
        **{
            name: [told(item, text) for item, text in zip(table["item"], table[name], strict=True)]
            for name in names
        }
    )


def firm(ws: Workspace, tried: Tried) -> Page:
    """How firm the ranking is when amounts and exclusions are varied."""
    every = in_units(ws.study, tried.table)
    alone = every[~every["kind"].isin([ALL, FORMULA])]
    if alone.empty or alone["tau"].isna().all():
        return page(finding(ws, "score_firm", words.NOTHING_VARIED))
    worst = alone.loc[alone["tau"].idxmin()]
    values = {key: worst[key] for key in ("label", "adopted", "changed", "tau")}
    together = bool((every["item"] == ALL).any())
    still = {"changes": len(alone), "banded": int(alone["other_band"].max())}
    steady = float((tried.stability["same_band_share"] >= 0.95).mean())
    moving = tried.stability.assign(
        span=tried.stability["rank_high"] - tried.stability["rank_low"]
    ).sort_values(["span", "account_id"], ascending=[False, True])
    return page(
        finding(ws, "score_firm", words.FIRM, same=steady, **values)
        if together
        else finding(ws, "score_firm", words.FIRM_ALONE, **values)
        if worst["tau"] < UNMOVED
        else finding(ws, "score_firm", words.FIRM_ALL, **still),
        table(
            ws,
            "score_tried",
            every,
            title=words.TRIED,
            source="score_sensitivity",
            note=say(words.TRIED_NOTE, vary=ws.study.agreement.vary),
        ),
        table(
            ws,
            "score_stability",
            moving,
            title=words.STABILITY,
            source="score_stability",
            n=len(moving),
            most=SHOWN,
        )
        if together
        else None,
    )


def survived(ws: Workspace, sensitivity: pd.DataFrame) -> Page:
    """Whether the findings survive other scores; ``sensitivity`` is ``score_sensitivity``."""
    shown = in_units(ws.study, sensitivity[sensitivity["findings_held"].notna()])
    alone = shown[shown["kind"] != FORMULA]
    findings = int(shown["findings"].max()) if len(shown) else 0
    if not findings:
        return page(finding(ws, "findings_survive", words.SURVIVE_NONE))
    undone = alone[alone["findings_lost"] != ""]
    names = sorted({name for text in undone["findings_lost"] for name in text.split("; ")})
    told = (
        finding(
            ws,
            "findings_survive",
            words.SURVIVE_SOME,
            lost=len(names),
            findings=findings,
            names="; ".join(names),
            changes="; ".join(
                f"{row.label} ({row.adopted} → {row.changed})" for row in undone.itertuples()
            ),
        )
        if len(undone)
        else finding(
            ws, "findings_survive", words.SURVIVE_ALL, findings=findings, variants=len(alone)
        )
    )
    return page(
        told if len(alone) else None,
        *_by_proposal(ws, shown[shown["kind"] == FORMULA]),
        table(
            ws,
            "score_sensitivity",
            shown,
            title=words.SURVIVED,
            source="score_sensitivity",
            note=words.SURVIVED_NOTE,
        ),
    )


def _by_proposal(ws: Workspace, rows: pd.DataFrame) -> list[Exhibit]:
    """What the proposed formula would make of the findings, before anybody adopts it."""
    told = []
    for row in rows.itertuples():
        values = {"findings": int(row.findings)}
        sentence = words.PROPOSAL_KEEPS
        if row.findings_lost:
            sentence = words.PROPOSAL_LOSES
            values |= {"held": int(row.findings_held), "names": row.findings_lost}
        told.append(finding(ws, "findings_by_proposal", sentence, **values))
    return told
