"""What customers say over time: moments, fixes, themes of comments, and who refers whom."""

import pandas as pd

from helpers.collect.twice import NOT_JUDGED, NOT_USABLE
from helpers.metrics.themes import comment_themes
from helpers.metrics.voice import (
    FEWEST,
    HAPPIER,
    TOO_FEW,
    UNHAPPIER,
    csat_drift,
    fix_reasons,
    nps_around_fixes,
    referral_chain,
)
from helpers.outputs.allowed import ASKED_WHO_REFERRED, WON_AFTER_ASKING
from helpers.report.exhibits import Exhibit, Page, finding, page, table, warning
from helpers.report.privacy import withheld
from helpers.words import needs as words
from helpers.words import say, spoken
from helpers.workspace import Workspace

SURVEY = ("account_id", "kind", "score", "responded_on")


def voice(
    ws: Workspace,
    scores: pd.DataFrame,
    metrics: pd.DataFrame,
    rows: dict[str, pd.DataFrame | None],
) -> Page:
    """What customers say over time.

    Saves ``csat_drift``, ``nps_fixes``, ``nps_fix_reasons``, ``comment_themes`` and
    ``referral_chain``.

    Parameters
    ----------
    scores, metrics : the data files ``quality_scores`` and ``account_metrics``.
    rows : the canonical tables ``surveys`` and ``referrals``; None = not collected.
    """
    surveys, referrals = rows["surveys"], rows["referrals"]
    asked = pd.DataFrame(columns=SURVEY) if surveys is None else surveys
    study, quarter = ws.study, ws.quarter
    drift = ws.save("csat_drift", csat_drift(study, asked, quarter))
    fixes = ws.save("nps_fixes", nps_around_fixes(study, asked, quarter))
    reasons = ws.save("nps_fix_reasons", fix_reasons(study, asked, quarter))
    themes = ws.save("comment_themes", comment_themes(study, asked, quarter))
    arr = metrics.set_index("account_id")["arr"] if "arr" in metrics else None
    chain = referral_chain(surveys, referrals, scores, quarter, arr=arr)
    ws.save("referral_chain", chain)
    if surveys is None:
        return page(*_chain(ws, chain, surveys, scores))
    return page(
        *_drift(ws, drift, surveys),
        *_fixes(ws, fixes, reasons, surveys),
        *_themes(ws, themes, surveys),
        *_chain(ws, chain, surveys, scores),
    )


def _drift(ws: Workspace, drift: pd.DataFrame, surveys: pd.DataFrame) -> list[Exhibit]:
    if drift.empty:
        if not (surveys["kind"] == "csat").any():
            return []
        return [finding(ws, "csat_drift_told", words.NO_MOMENTS)]
    enough = int((drift["verdict"] != TOO_FEW).sum())
    values = {"moments": enough, **_shown(drift, "moment")}
    return [
        finding(ws, "csat_drift_told", words.DRIFTED, **values)
        if enough
        else finding(ws, "csat_drift_told", words.DRIFTED_TOO_FEW, least=FEWEST),
        table(ws, "csat_drift", drift, title=words.DRIFT, source="csat_drift"),
    ]


def _shown(table: pd.DataFrame, name: str) -> dict[str, object]:
    """How many changes are shown, and which ones in which direction."""
    shown = table[table["verdict"].isin([HAPPIER, UNHAPPIER])]
    told = [
        say(words.WHICH_WAY, name=row[name], way=spoken.value(row["verdict"]))
        for row in shown.to_dict("records")
    ]
    named = say(words.NAMED, names=", ".join(told)) if told else ""
    return {"shown": len(shown), "named": named}


def _fixes(
    ws: Workspace, fixes: pd.DataFrame, reasons: pd.DataFrame, surveys: pd.DataFrame
) -> list[Exhibit]:
    if fixes.empty:
        if not (surveys["kind"] == "nps").any():
            return []
        return [finding(ws, "nps_fixes_told", words.NO_FIXES)]
    return [
        _fixed(ws, fixes),
        table(
            ws,
            "nps_fixes",
            fixes,
            title=words.FIXES,
            source="nps_fixes",
            note=words.FIXES_NOTE,
        ),
        *_reasons(ws, reasons),
    ]


def _fixed(ws: Workspace, fixes: pd.DataFrame) -> Exhibit:
    """After which fixes NPS is shown to have changed; one is not counted."""
    values = _shown(fixes, "fix")
    if len(fixes) > 1:
        return finding(ws, "nps_fixes_told", words.FIXED, fixes=len(fixes), **values)
    if not values.pop("shown"):
        return finding(ws, "nps_fixes_told", words.FIXED_NOT)
    return finding(ws, "nps_fixes_told", words.FIXED_ONE, **values)


def _reasons(ws: Workspace, reasons: pd.DataFrame) -> list[Exhibit]:
    """Why NPS answers were what they were, before each fix and since."""
    if reasons.empty:
        return [finding(ws, "nps_fix_reasons_told", words.NO_REASONS)]
    about = reasons[reasons["about"]].dropna(subset=["share_before", "share_now"])
    told = [
        finding(
            ws,
            f"nps_fix_reason_{number}",
            words.REASON_AROUND,
            fix=row.fix,
            reason=row.reason,
            before=row.share_before,
            now=row.share_now,
            answers=int(row.answers_now),
        )
        for number, row in enumerate(about.itertuples())
    ]
    shown = table(
        ws,
        "nps_fix_reasons",
        reasons,
        title=words.FIX_REASONS,
        source="nps_fix_reasons",
        note=words.FIX_REASONS_NOTE,
        most=20,
    )
    return [*told, shown]


def _themes(ws: Workspace, themes: pd.DataFrame, surveys: pd.DataFrame) -> list[Exhibit]:
    """What comments are about, as far as somebody coded them."""
    comments = int(surveys["comment"].notna().sum()) if "comment" in surveys else 0
    if "theme" not in surveys:
        if not comments:
            return [finding(ws, "themes_told", words.NO_COMMENTS)]
        return [finding(ws, "themes_told", words.NOT_CODED, comments=comments)]
    if themes.empty:
        return [finding(ws, "themes_told", words.NONE_CODED)]
    first = themes.iloc[0]
    told: list[Exhibit] = [
        finding(
            ws,
            "themes_told",
            words.THEMES_TOLD,
            theme=first["theme"],
            share=first["share"],
            themes=len(themes),
            twice=int(first["coded_twice"]),
        )
    ]
    if (themes["verdict"] == NOT_JUDGED).all():
        told.append(finding(ws, "themes_checked", words.CODED_ONCE))
    bad = themes[themes["verdict"] == NOT_USABLE]
    if len(bad):
        names = ", ".join(bad["theme"])
        told.append(warning(ws, "themes_not_usable", words.CODED_APART, names=names))
    return [
        *told,
        table(
            ws,
            "comment_themes",
            themes,
            title=words.THEMES,
            source="comment_themes",
            note=words.THEMES_NOTE,
            most=20,
        ),
    ]


def _chain(
    ws: Workspace, chain: pd.DataFrame, surveys: pd.DataFrame | None, scores: pd.DataFrame
) -> list[Exhibit]:
    least = ws.study.min_group_size
    few = chain["number"].between(1, least - 1)
    small = few & chain["mean_score"].notna()
    # What a handful of customers are worth is theirs to know.
    worth = ["mean_score", "excellent", "arr"]
    chain = chain.assign(**chain[worth].mask(few))
    steps = chain.set_index("step")
    if "referrals" not in steps.index:
        return []
    number = steps["number"].astype(int)
    values = {"referrals": int(number["referrals"]), "won": int(number["referrals won"])}
    score = steps.loc["customers won", "mean_score"]
    everyone = scores["quality_score"].mean()
    told = [
        finding(ws, "referral_chain_told", words.CHAINED, score=score, all=everyone, **values)
        if pd.notna(score)
        else finding(ws, "referral_chain_told", words.CHAINED_WITHOUT, **values)
    ]
    knows = "promoters asked" in number.index
    if knows:
        asked = {
            "promoters": number["promoters"],
            "asked": number["promoters asked"],
            "did": number[ASKED_WHO_REFERRED],
            "brought": number[WON_AFTER_ASKING],
        }
        told.append(
            finding(ws, "referrals_asked", words.ASKED, **{key: int(n) for key, n in asked.items()})
        )
    shown = table(
        ws,
        "referral_chain",
        chain,
        title=words.CHAIN,
        source="referral_chain",
        note=" ".join(
            filter(
                None,
                (
                    "" if knows or surveys is None else say(words.ASKED_UNKNOWN),
                    withheld(int(small.sum()), least),
                ),
            )
        ),
    )
    return [*told, shown]
