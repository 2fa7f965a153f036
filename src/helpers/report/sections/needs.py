"""What customers need: whom to ask, which groups the answers make, what they are worth."""

import pandas as pd

from helpers.metrics.catalog import labelled
from helpers.metrics.voice import (
    HAPPIER,
    UNHAPPIER,
    csat_drift,
    nps_around_fixes,
    referral_chain,
)
from helpers.report.exhibits import Exhibit, Page, finding, page, table
from helpers.segments.experience import FOUND, TOO_FEW
from helpers.segments.interviewing import ideal_customers, interview_sample, observed_experience
from helpers.segments.needs_study import EVERYONE, OF_OUTCOME, NeedsStudy
from helpers.segments.needs_value import needs_by_value, side_by_side
from helpers.segments.service_design import design, trials
from helpers.study import Study
from helpers.words import needs as words
from helpers.words import say
from helpers.workspace import Workspace

SURVEY = ("account_id", "kind", "score", "responded_on")


def needs(
    ws: Workspace,
    understood: NeedsStudy,
    frame: pd.DataFrame,
    metrics: pd.DataFrame,
    service: pd.DataFrame,
) -> Page:
    """The steps to the appropriate experience.

    Saves ``interview_sample``, ``needs_groups``, ``needs_profiles``, ``needs_value``,
    ``segmentation_agreement`` and ``needs_trials``.

    Parameters
    ----------
    understood : what the interviews come to.
    metrics, service : the data files ``account_metrics`` and ``service_value``.
    """
    sample = _sample(ws, understood, frame)
    ws.save("needs_groups", understood.groups)
    ws.save("needs_profiles", understood.profiles)
    scores = frame[["account_id", "band"]]
    crossed = ws.save("needs_value", needs_by_value(understood, scores, metrics, service))
    beside = ws.save("segmentation_agreement", side_by_side(ws.study, understood, frame))
    as_of = pd.Timestamp(ws.as_of)
    tested = ws.save("needs_trials", trials(ws.study, understood, metrics, as_of))
    return page(
        *_observed(ws, frame, metrics),
        *_drawn(ws, sample),
        *_groups(ws, understood),
        *_crossed(ws, understood, crossed),
        *_beside(ws, beside),
        *_designed(ws, understood, tested),
    )


def _sample(ws: Workspace, understood: NeedsStudy, frame: pd.DataFrame) -> pd.DataFrame:
    interviewed = frozenset(understood.members["account_id"])
    market = ws.kept("market") if "prospects" in ws.study.sources else None
    drawn = interview_sample(ws.study, frame, interviewed=interviewed, market=market)
    return ws.save("interview_sample", drawn)


def _observed(ws: Workspace, frame: pd.DataFrame, metrics: pd.DataFrame) -> list[Exhibit]:
    labels, _ = labelled([name for name in metrics if name not in ("account_id", "health_group")])
    apart = observed_experience(ws.study, frame, metrics, labels)
    ideal = int(ideal_customers(frame).sum())
    if apart.empty:
        return [finding(ws, "needs_observed", words.NO_IDEAL)]
    first = apart.iloc[0]
    return [
        finding(ws, "needs_observed", words.OBSERVED_TOLD, ideal=ideal, what=first["what"]),
        table(
            ws,
            "observed_experience",
            apart,
            title=words.OBSERVED,
            source="account_metrics",
            n=ideal,
            note=words.OBSERVED_NOTE,
        ),
    ]


def _drawn(ws: Workspace, sample: pd.DataFrame) -> list[Exhibit]:
    if sample.empty:
        return [finding(ws, "interviews_drawn", words.NOBODY_DRAWN)]
    counts = sample["drawn_as"].value_counts(sort=False)
    kinds = ", ".join(f"{kind} {number}" for kind, number in counts.items())
    return [
        finding(ws, "interviews_drawn", words.SAMPLE_TOLD, customers=len(sample), kinds=kinds),
        table(
            ws, "interview_sample", sample, title=words.SAMPLE, source="interview_sample", most=15
        ),
    ]


# ── groups ───────────────────────────────────────────────────────────────────────────────────────
def _groups(ws: Workspace, understood: NeedsStudy) -> list[Exhibit]:
    if not understood.found:
        return [finding(ws, "needs_groups_none", words.NOT_INTERVIEWED)]
    told = [
        _found(ws, f"experience_{number}", scope, understood)
        for number, scope in enumerate(understood.found)
    ]
    return [
        *told,
        table(
            ws,
            "needs_groups",
            understood.groups,
            title=words.NEEDS_GROUPS,
            source="needs_groups",
            n=len(understood.members),
            note=words.HONEST,
        ),
        table(
            ws,
            "needs_profiles",
            understood.profiles,
            title=words.CHOSEN,
            source="needs_profiles",
            note=words.CHOSEN_NOTE,
        ),
    ]


def _found(ws: Workspace, id: str, scope: str, understood: NeedsStudy) -> Exhibit:
    """What was found of experience among all interviewed, or within an outcome."""
    one = understood.found[scope]
    within = {} if scope == EVERYONE else {"outcome": scope}
    if one.verdict == TOO_FEW:
        least = ws.study.interviews.least
        sentence = words.TOO_FEW_INTERVIEWS_WITHIN if within else words.TOO_FEW_INTERVIEWS
        return finding(ws, id, sentence, interviews=one.interviews, least=least, **within)
    values = {"interviews": one.interviews, **within}
    if one.verdict == FOUND:
        chosen = one.tried[one.tried["chosen"]].iloc[0]
        values |= {"profiles": int(chosen["profiles"]), "stability": chosen["stability"]}
        sentence = words.PROFILES_FOUND_WITHIN if within else words.PROFILES_FOUND
        return finding(ws, id, sentence, **values)
    sentence = words.NO_GROUPS_WITHIN if within else words.NO_GROUPS
    return finding(ws, id, sentence, reason=say(words.REASON_NO_GROUPS[one.reason]), **values)


def _crossed(ws: Workspace, understood: NeedsStudy, crossed: pd.DataFrame) -> list[Exhibit]:
    if crossed.empty:
        return []
    # Every interviewed customer is in one group by outcome.
    names = understood.groups.loc[understood.groups["kind"] == OF_OUTCOME, "group_id"]
    once = crossed[crossed["group_id"].isin(names)]
    sums = {name: int(once[name].sum()) for name in ("customers", "over", "under")}
    largest = once.dropna(subset="arr").nlargest(1, "arr")
    told = (
        finding(
            ws,
            "needs_value_told",
            words.CROSSED,
            **sums,
            **largest.iloc[0][["definition", "band", "arr"]].to_dict(),
        )
        if len(largest)
        else finding(ws, "needs_value_told", words.CROSSED_WITHOUT_ARR, **sums)
    )
    shown = table(
        ws,
        "needs_value",
        crossed,
        title=words.NEEDS_VALUE,
        source="needs_value",
        n=sums["customers"],
    )
    return [told, shown]


def _beside(ws: Workspace, beside: pd.DataFrame) -> list[Exhibit]:
    if beside.empty:
        return []
    told = (
        []
        if ws.study.interviews.a_priori
        else [finding(ws, "segmentations_told", words.NO_A_PRIORI)]
    )
    return [
        *told,
        table(
            ws,
            "segmentation_agreement",
            beside,
            title=words.SIDE_BY_SIDE,
            source="segmentation_agreement",
            note=words.SIDE_NOTE,
        ),
    ]


# ── service ──────────────────────────────────────────────────────────────────────────────────────
def _designed(ws: Workspace, understood: NeedsStudy, tested: pd.DataFrame) -> list[Exhibit]:
    if not understood.found:
        return []
    return [*_touches(ws, ws.study, understood), *_tested(ws, tested)]


def _touches(ws: Workspace, study: Study, understood: NeedsStudy) -> list[Exhibit]:
    if not study.interviews.touches:
        return [finding(ws, "service_designed", words.NOT_DESIGNED)]
    touches = design(study, understood)
    designed = touches.loc[touches["touch"] != "", "definition"].nunique()
    groups = touches["definition"].nunique()
    return [
        finding(ws, "service_designed", words.DESIGNED, designed=designed, groups=groups),
        table(ws, "service_design", touches, title=words.DESIGN, source="needs_groups"),
    ]


def _tested(ws: Workspace, tested: pd.DataFrame) -> list[Exhibit]:
    if tested.empty:
        return [finding(ws, "service_tested", words.NO_TRIALS)]
    arms = tested[["with_service", "without_service"]].min(axis=1)
    small = int((arms < tested["needed_per_arm"]).sum())
    return [
        finding(ws, "service_tested", words.TRIALS_TOLD, trials=len(tested), small=small),
        table(ws, "needs_trials", tested, title=words.TRIALS, source="needs_trials"),
    ]


# ── voice ────────────────────────────────────────────────────────────────────────────────────────
def voice(ws: Workspace, scores: pd.DataFrame, rows: dict[str, pd.DataFrame | None]) -> Page:
    """What customers say over time.

    Saves ``csat_drift``, ``nps_fixes`` and ``referral_chain``.

    Parameters
    ----------
    scores : the data file ``quality_scores``.
    rows : the canonical tables ``surveys`` and ``referrals``; None = not collected.
    """
    surveys, referrals = rows["surveys"], rows["referrals"]
    asked = pd.DataFrame(columns=SURVEY) if surveys is None else surveys
    drift = ws.save("csat_drift", csat_drift(ws.study, asked, ws.quarter))
    fixes = ws.save("nps_fixes", nps_around_fixes(ws.study, asked, ws.quarter))
    chain = referral_chain(surveys, referrals, scores, ws.quarter)
    return page(
        *_drift(ws, drift),
        *_fixes(ws, fixes),
        *_chain(ws, ws.save("referral_chain", chain), scores),
    )


def _drift(ws: Workspace, drift: pd.DataFrame) -> list[Exhibit]:
    if drift.empty:
        return []
    shown = drift[drift["verdict"].isin([HAPPIER, UNHAPPIER])]
    told = [f"{row.moment} ({row.verdict})" for row in shown.itertuples()]
    named = say(words.NAMED, names=", ".join(told)) if told else ""
    values = {"moments": len(drift), "shown": len(shown), "named": named}
    return [
        finding(ws, "csat_drift_told", words.DRIFTED, **values),
        table(ws, "csat_drift", drift, title=words.DRIFT, source="csat_drift"),
    ]


def _fixes(ws: Workspace, fixes: pd.DataFrame) -> list[Exhibit]:
    if fixes.empty:
        return []
    shown = int(fixes["verdict"].isin([HAPPIER, UNHAPPIER]).sum())
    return [
        finding(ws, "nps_fixes_told", words.FIXED, fixes=len(fixes), shown=shown),
        table(
            ws,
            "nps_fixes",
            fixes,
            title=words.FIXES,
            source="nps_fixes",
            note=words.FIXES_NOTE,
        ),
    ]


def _chain(ws: Workspace, chain: pd.DataFrame, scores: pd.DataFrame) -> list[Exhibit]:
    steps = chain.set_index("step")
    if "referrals" not in steps.index:
        return []
    values = {"referrals": int(steps.loc["referrals", "number"]),
              "won": int(steps.loc["referrals won", "number"])}  # fmt: skip
    score = steps["mean_score"].dropna()
    told = (
        finding(
            ws,
            "referral_chain_told",
            words.CHAINED,
            score=score.iloc[0],
            all=scores["quality_score"].mean(),
            **values,
        )
        if len(score)
        else finding(ws, "referral_chain_told", words.CHAINED_WITHOUT, **values)
    )
    shown = table(
        ws,
        "referral_chain",
        chain,
        title=words.CHAIN,
        source="referral_chain",
        note=words.ASKED_UNKNOWN,
    )
    return [told, shown]
