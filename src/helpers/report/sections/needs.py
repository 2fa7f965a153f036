"""What customers need: whom to ask, which groups the answers make, what they are worth."""

import pandas as pd

from helpers.alongside import Later, begin
from helpers.metrics.catalog import label_of, labelled
from helpers.report.exhibits import Exhibit, Page, finding, page, table
from helpers.segments.behaviour import LESS, MORE, behaviour_beside
from helpers.segments.experience import FOUND, TOO_FEW
from helpers.segments.interviewing import (
    ideal_customers,
    interview_sample,
    observed_experience,
    observed_units,
)
from helpers.segments.needs_study import EVERYONE, OF_OUTCOME, NeedsStudy
from helpers.segments.needs_value import needs_by_value, side_by_side
from helpers.segments.service_design import design, trials
from helpers.study import Study
from helpers.words import needs as words
from helpers.words import numbers as fmt
from helpers.words import say, spoken
from helpers.workspace import Workspace

ALIKE = 0.65  # adjusted Rand index from which on two groupings recover one another (Steinley 2004)


def begin_acted(
    ws: Workspace, understood: NeedsStudy, frame: pd.DataFrame, metrics: pd.DataFrame
) -> Later[pd.DataFrame]:
    """What groups do beside what they say (`behaviour_beside`), begun."""
    return begin(behaviour_beside, ws.study, understood, frame, metrics, _labels(metrics))


def needs(
    ws: Workspace,
    understood: NeedsStudy,
    frame: pd.DataFrame,
    metrics: pd.DataFrame,
    service: pd.DataFrame,
    acting: Later[pd.DataFrame],
) -> Page:
    """The steps to the appropriate experience.

    Saves ``interview_sample``, ``needs_groups``, ``needs_profiles``, ``needs_behaviour``,
    ``needs_value``, ``segmentation_agreement`` and ``needs_trials``.

    Parameters
    ----------
    understood : what the interviews come to.
    metrics, service : the data files ``account_metrics`` and ``service_value``.
    acting : from `begin_acted`.
    """
    sample = _sample(ws, understood, frame)
    ws.save("needs_groups", understood.groups)
    ws.save("needs_profiles", understood.profiles)
    scores = frame[["account_id", "band"]]
    crossed = ws.save("needs_value", needs_by_value(understood, scores, metrics, service))
    beside = ws.save("segmentation_agreement", side_by_side(ws.study, understood, frame))
    acted = ws.save("needs_behaviour", acting.result())
    as_of = pd.Timestamp(ws.as_of)
    tested = ws.save("needs_trials", trials(ws.study, understood, metrics, as_of))
    return page(
        *_observed(ws, frame, metrics),
        *_drawn(ws, sample),
        *_groups(ws, understood),
        *_acted(ws, acted, observed_units(metrics, _labels(metrics))),
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
    apart = observed_experience(ws.study, frame, metrics, _labels(metrics))
    ideal = int(ideal_customers(frame).sum())
    if apart.empty:
        return [finding(ws, "needs_observed", words.NO_IDEAL)]
    first = apart.iloc[0]
    own, rest = fmt.alike_in_unit(first[["ideal", "others"]], first["unit"])
    values = {"ideal": ideal, "what": first["what"], "own": own, "rest": rest}
    healthy = "health_group" in frame and frame["health_group"].notna().any()
    sentence = words.OBSERVED_TOLD if healthy else words.OBSERVED_OF_SCORE
    return [
        finding(ws, "needs_observed", sentence, **values),
        table(
            ws,
            "observed_experience",
            apart,
            title=words.OBSERVED,
            source="account_metrics",
            n=ideal,
            note=words.OBSERVED_NOTE_HEALTH if healthy else words.OBSERVED_NOTE,
        ),
    ]


def _labels(metrics: pd.DataFrame) -> dict[str, str]:
    """What metrics of ``account_metrics`` are called."""
    return labelled([name for name in metrics if name not in ("account_id", "health_group")])[0]


def _drawn(ws: Workspace, sample: pd.DataFrame) -> list[Exhibit]:
    if sample.empty:
        return [finding(ws, "interviews_drawn", words.NOBODY_DRAWN)]
    counts = sample["drawn_as"].value_counts(sort=False)
    kinds = ", ".join(f"{spoken.value(kind)} {number}" for kind, number in counts.items())
    return [
        finding(ws, "interviews_drawn", words.SAMPLE_TOLD, customers=len(sample), kinds=kinds),
        table(
            ws, "interview_sample", sample, title=words.SAMPLE, source="interview_sample", most=15
        ),
    ]


# ── groups ───────────────────────────────────────────────────────────────────────────────────────
def _groups(ws: Workspace, understood: NeedsStudy) -> list[Exhibit]:
    if not understood.found:  # where interviews are not collected the section before says so
        asked = "needs" in ws.study.sources
        return [finding(ws, "needs_groups_none", words.NOT_INTERVIEWED)] if asked else []
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
            understood.profiles.replace({"scope": {EVERYONE: say(words.ALL_ASKED)}}),
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


def _acted(ws: Workspace, acted: pd.DataFrame, units: dict[str, str]) -> list[Exhibit]:
    """What groups do, beside what they say."""
    acted = acted[~acted["other_side"]]
    tested = acted[acted["p_value"].notna()]
    if acted.empty:
        return []
    if tested.empty:
        return [finding(ws, "needs_behaved", words.BEHAVED_TOO_FEW)]
    shown = acted[acted["shown"].isin([MORE, LESS])]
    if shown.empty:
        told = finding(ws, "needs_behaved", words.BEHAVED_ALIKE, looked=len(tested))
    else:
        first = shown.iloc[0]
        told = finding(
            ws,
            "needs_behaved",
            words.BEHAVED,
            looked=len(tested),
            shown=len(shown),
            group=first["definition"],
            what=first["what"],
            way=say(words.WAYS[first["shown"]]),
        )
    return [
        told,
        table(
            ws,
            "needs_behaviour",
            acted.assign(unit=[units.get(what, "ratio") for what in acted["what"]]),
            title=words.BEHAVIOUR,
            source="needs_behaviour",
            note=words.BEHAVIOUR_NOTE,
            most=12,
        ),
    ]


def _crossed(ws: Workspace, understood: NeedsStudy, crossed: pd.DataFrame) -> list[Exhibit]:
    if crossed.empty:
        return []
    # Every interviewed customer is in one group by outcome.
    names = understood.groups.loc[understood.groups["kind"] == OF_OUTCOME, "group_id"]
    once = crossed[crossed["group_id"].isin(names)]
    sums = {name: int(once[name].sum()) for name in ("customers", "over", "under")}
    none = not sums["over"] + sums["under"]
    values = {"customers": sums["customers"]} if none else sums
    largest = once.dropna(subset="arr").nlargest(1, "arr")
    told = (
        finding(
            ws,
            "needs_value_told",
            words.CROSSED_NONE if none else words.CROSSED,
            **values,
            **largest.iloc[0][["definition", "arr"]].to_dict(),
            band=spoken.value(largest.iloc[0]["band"]),
        )
        if len(largest)
        else finding(
            ws,
            "needs_value_told",
            words.CROSSED_NONE_WITHOUT_ARR if none else words.CROSSED_WITHOUT_ARR,
            **values,
        )
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
    """How far segmentations by habit, need, experience and value agree."""
    if beside.empty:
        return []
    a_priori = ws.study.interviews.a_priori
    names = {key: say(called) for key, called in words.SEGMENTATIONS.items()}
    shown = beside.assign(**{side: beside[side].map(names) for side in ("one", "other")})
    told = [] if a_priori else [finding(ws, "segmentations_told", words.NO_A_PRIORI)]
    known = shown.dropna(subset="rand_index")
    if len(known):
        nearest = known.loc[known["rand_index"].idxmax()]
        values = {
            "pairs": len(known),
            "alike": int((known["rand_index"] >= ALIKE).sum()),
            **nearest[["one", "other", "customers"]].to_dict(),
            "agreement": nearest["rand_index"],
        }
        told.append(finding(ws, "segmentations_agree", words.SIDE_TOLD, **values))
    title = say(words.SIDE_BY_SIDE_AND, label=ws.study.label(a_priori)) if a_priori else ""
    return [
        *told,
        table(
            ws,
            "segmentation_agreement",
            shown,
            title=title or words.SIDE_BY_SIDE,
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
        table(
            ws,
            "service_design",
            touches.assign(touch=touches["touch"].replace("", say(words.NO_TOUCH))),
            title=words.DESIGN,
            source="needs_groups",
        ),
    ]


def _tested(ws: Workspace, tested: pd.DataFrame) -> list[Exhibit]:
    if tested.empty:
        return [finding(ws, "service_tested", words.NO_TRIALS)]
    arms = tested[["with_service", "without_service"]].min(axis=1)
    small = int((arms < tested["needed_per_arm"]).sum())
    told = {0: words.TRIALS_ENOUGH, len(tested): words.TRIALS_SMALL}.get(small, words.TRIALS_TOLD)
    some = {"small": small} if told == words.TRIALS_TOLD else {}
    return [
        finding(ws, "service_tested", told, trials=len(tested), **some),
        table(
            ws,
            "needs_trials",
            tested.assign(metric=tested["metric"].map(label_of)).replace(
                {"outcome": {EVERYONE: say(words.ALL_ASKED)}}
            ),
            title=words.TRIALS,
            source="needs_trials",
        ),
    ]
