"""The sections of step 4: which groups are really better, and what they look like."""

import pandas as pd

from helpers.collect.observed import withheld
from helpers.metrics import beside, economics
from helpers.metrics.catalog import METRICS, labelled, metric
from helpers.metrics.exposure import Exposure
from helpers.metrics.feature_outcomes import FeatureOutcomes
from helpers.metrics.profiles import response_bounds
from helpers.metrics.survey_reasons import commonest
from helpers.report import charts, wording
from helpers.report.exhibits import Exhibit, Page, figure, finding, page, table, warning
from helpers.search.discovery import UNTOLD, Discovery
from helpers.search.robustness import Robustness
from helpers.segments import verdicts
from helpers.segments.assessment import Assessment
from helpers.segments.by_revenue import made_by_revenue
from helpers.segments.clustered import likely
from helpers.segments.searching import LARGE
from helpers.words import few, say, value
from helpers.words import profiles as told
from helpers.words import segments as words
from helpers.workspace import Workspace


def _collected(ws: Workspace, name: str) -> bool:
    """Whether there are rows of a table for this quarter: silence of a table is no answer."""
    return name in ws.study.sources and not withheld(ws, name)


def names_of(judged: Assessment) -> dict[str, str]:
    """Validated segments: identifier → definition."""
    best = judged.validated
    return dict(zip(best["segment_id"], best["definition"], strict=True))


def exposure(ws: Workspace, exposed: Exposure) -> Page:
    """Which attributes tell when a customer was won, or that it has left."""
    sentence, values = exposed.told
    return page(finding(ws, "tells_of_leaving", sentence, **values))


def hypotheses(ws: Workspace, tested: pd.DataFrame, frame: pd.DataFrame) -> Page:
    """Which hypotheses hold; ``tested`` is the data file ``hypotheses``."""
    plain = tested.replace({"unit": {ws.study.currency: "currency", "share": "ratio"}})
    stated = plain["family"] != "exploratory"
    declared, explored = plain[stated], plain[~stated]
    variables = [", ".join(map(ws.study.label, v.split(", "))) for v in declared["variables"]]
    beside = [ws.study.label(name) if name else "" for name in declared["adjusted_by"]]
    fixed = declared["declared"].any()
    return page(
        finding(
            ws,
            "hypotheses_told",
            words.TESTED if fixed else words.TESTED_NONE_FIXED,
            **(_held(declared) if fixed else {}),
            mechanical=int((tested["shares_score_inputs"] != "").sum()),
            tested=len(tested),
        ),
        finding(ws, "hypotheses_beside", words.BESIDE, told=wording.confounded(declared, ws.study))
        if verdicts.is_supported(declared["verdict"]).any()
        else None,
        table(
            ws,
            "hypotheses",
            declared.assign(variables=variables, adjusted_by=beside),
            title=words.HYPOTHESES,
            source="hypotheses",
            n=len(frame),
        ),
        figure(
            ws,
            "hypothesis_effects",
            charts.hypothesis_effects(tested, label=ws.study.label, least=ws.study.min_group_size),
            tested,
            title=words.EFFECTS,
            source="hypotheses",
            n=len(frame),
        ),
        _explored(ws, explored),
        table(
            ws,
            "explored_variables",
            explored.assign(variable=explored["variables"].map(ws.study.label)),
            title=words.EXPLORED,
            source="hypotheses",
            n=len(frame),
        ),
    )


def _explored(ws: Workspace, explored: pd.DataFrame) -> Exhibit:
    """How many of the variables that were looked at afterwards are told as related."""
    related = int(verdicts.is_supported(explored["verdict"]).sum())
    values = {"explored": len(explored), "rate": ws.study.scope.alpha}
    if not related:
        return finding(ws, "explored_told", words.EXPLORED_NONE, **values)
    return finding(ws, "explored_told", words.EXPLORED_TOLD, related=related, **values)


def _counted(ws: Workspace, every: pd.DataFrame) -> Exhibit:
    """How many segments there are of each verdict; those of none are not named."""
    counts = verdicts.counted(every)
    parts = [
        say(sentence, count=counts[name])
        for name, sentence in words.COUNTED.items()
        if counts[name]
    ]
    parts = parts if counts[verdicts.VALIDATED] else [say(words.NONE_VALIDATED), *parts]
    return finding(
        ws, "segments_told", words.COUNTS, all=counts["all"], parts=wording.joined(parts)
    )


def _held(declared: pd.DataFrame) -> dict[str, int]:
    """How many tests of hypotheses that were fixed beforehand there are, and how many hold."""
    fixed = declared.loc[declared["declared"], "verdict"]
    return {"hold": int(verdicts.is_supported(fixed).sum()), "declared": len(fixed)}


TOLD = 3  # segments of which a sentence says who left; a table has all
_SHOWS, _LARGE = ("customers", "lift"), ("all", "size", "least")


def searched(ws: Workspace, found: Discovery) -> Page:
    """What a search over all combinations found."""
    reason = ws.recorded("detectable_lift").get("reason")
    if reason:
        return page(warning(ws, "search_impossible", few.NOT_SEARCHED, reason=reason))
    alike = likely(ws.study, found.evidence.inputs.customers)
    caution = []
    if alike:
        name, correlation = alike
        label = ws.study.label(name) if name in ws.study.attributes else name
        caution = [
            warning(
                ws, "likely_cluster", words.LIKELY_CLUSTER, label=label, correlation=correlation
            )
        ]
    untold = {reason: found.summary[f"ranks_{reason}"] for reason in UNTOLD}
    more = sum(untold.values())
    why = [say(words.UNTOLD_WHY[name], n=count) for name, count in untold.items() if count]
    names = {"searched": "definitions_searched", "attributes": "attributes"}
    counts = ("segments_validated", "segments_typical")
    accepted = {name.removeprefix("segments_"): name for name in counts}
    if any(found.summary[name] for name in accepted.values()):
        names |= accepted
    told = words.SEARCHED if len(names) > 2 else words.SEARCHED_NONE
    return page(
        finding(ws, "search_told", told, **{key: found.summary[n] for key, n in names.items()}),
        finding(ws, "ranks_untold", words.RANKS_UNTOLD, found=more, why=wording.joined(why))
        if more
        else None,
        *caution,
    )


def firm(ws: Workspace, found: Discovery, again: Robustness, frame: pd.DataFrame) -> Page:
    """How firm what the search accepted is."""
    same = again.checks["same_direction"].dropna()
    if found.segments.empty or same.empty:
        return page(finding(ws, "robustness_none", words.NOTHING_ACCEPTED))
    names = found.segments.set_index("segment_id")["definition"]
    return page(
        finding(
            ws,
            "firm",
            words.FIRMNESS,
            same=int(same.sum()),
            checks=len(same),
            segments=len(again.summary),
        ),
        table(
            ws,
            "robustness",
            again.summary.assign(segment=again.summary["segment_id"].map(names)),
            title=words.FIRM,
            source="robustness",
            n=len(frame),
        ),
    )


def segments(ws: Workspace, judged: Assessment, frame: pd.DataFrame) -> Page:
    """Which segments are really better."""
    every = judged.segments
    ordered = every.assign(small=~verdicts.is_judged(every["verdict"]))
    ordered = ordered.sort_values(["small", "lift"], ascending=[True, False]).drop(columns="small")
    told = every.loc[verdicts.is_finding(every["verdict"]), "rule"]
    cautions = [
        warning(
            ws,
            f"by_revenue_{at}",
            words.BY_REVENUE,
            attribute=ws.study.label(name),
            level=level,
            share=share,
            name=name,
        )
        for at, (name, level, share) in enumerate(made_by_revenue(ws.study, frame, told))
    ]
    return page(
        *cautions,
        _counted(ws, every),
        figure(
            ws,
            "lifts",
            charts.lift_plot(every, currency=ws.study.currency, least=ws.study.min_group_size),
            every,
            title=words.LIFTS,
            source="segments",
            n=len(frame),
        ),
        table(
            ws,
            "segments",
            ordered,
            title=words.SEGMENTS,
            source="segments",
            n=len(frame),
            most=40,
        ),
    )


def detectable(ws: Workspace, found: Discovery) -> Page:
    """What could have been seen with so many customers."""
    told = ws.recorded("detectable_lift")
    if "reason" in told:
        return page(finding(ws, "detectable_none", few.NOTHING_SHOWS))
    shown, large = ({name: told.get(name) for name in names} for names in (_SHOWS, _LARGE))
    return page(
        finding(ws, "detectable_told", words.WOULD_SHOW, **shown),
        warning(ws, "only_large", few.ONLY_LARGE, times=told["sd"] / LARGE, **large)
        if "sd" in told
        else None,
        table(
            ws,
            "detectable_lifts",
            found.summary["detectable_by_size"],
            title=words.DETECTABLE,
            source="segments",
            n=found.summary["customers"],
            note=say(words.SHOWN_IN_FOUR, alpha=ws.study.scope.alpha),
        ),
    )


def profiles(
    ws: Workspace, judged: Assessment, measured: pd.DataFrame, frame: pd.DataFrame
) -> Page:
    """How the validated segments are served and fare; ``measured`` is ``segment_metrics``."""
    labels = names_of(judged)
    shown = measured[measured["segment_id"].isin(labels)]
    independent = shown["shares_score_inputs"].eq("")
    marks = list(map(verdicts.shown_direction, shown["better"], shown["shares_score_inputs"]))
    profit = economics.profitable_segments(measured)
    names = judged.segments.set_index("segment_id")["definition"]
    heatmap = None
    if not labels:
        told_of = finding(ws, "profiles_none", words.NO_PROFILES)
    else:
        compared = int(shown.loc[independent, "p_value"].notna().sum())
        told_of = (
            finding(
                ws,
                "profiles_told",
                words.COMPARED,
                better=marks.count("better"),
                worse=marks.count("worse"),
                compared=compared,
            )
            if compared
            else finding(ws, "profiles_told", words.NOTHING_ELSE)
        )
        heatmap = figure(
            ws,
            "profiles",
            charts.segment_heatmap(
                measured,
                labels=labels,
                metrics=labelled(measured["metric"].unique())[0],
                currency=ws.study.currency,
                least=ws.study.min_group_size,
            ),
            shown,
            title=words.PROFILES,
            source="segment_metrics",
            n=len(frame),
        )
    return page(
        told_of,
        heatmap,
        *([_every_metric(ws, labels, shown, marks)] if labels else []),
        *_beside(ws, labels, measured),
        table(
            ws,
            "profitable_segments",
            profit.assign(segment=profit["segment_id"].map(names), shown=_shown(profit)),
            title=words.PROFITABLE,
            source="segment_metrics",
            n=len(frame),
            most=15,
        )
        if len(profit)
        else None,
    )


def _every_metric(
    ws: Workspace, labels: dict[str, str], rows: pd.DataFrame, marks: list[str]
) -> Exhibit:
    """Every metric of each segment and of how many customers it is known, what is shown first."""
    known = rows.assign(
        segment=rows["segment_id"].map(labels),
        label=[metric(name).label for name in rows["metric"]],
        shown=_shown(rows),
        told=[mark not in ("better", "worse") for mark in marks],
    )
    known = known[known["value"].notna()].sort_values("told", kind="stable")
    return table(
        ws,
        "profile_metrics",
        known,
        title=words.EVERY_METRIC,
        source="segment_metrics",
        note=wording.own_family(known),
    )


def _shown(rows: pd.DataFrame) -> list[str]:
    """What may be said of each row's difference."""
    return [
        (value(row.better) or say(told.NOT_SHOWN))
        if not row.shares_score_inputs
        else say(told.PART_OF_SCORE)
        for row in rows.itertuples()
    ]


def _beside(ws: Workspace, labels: dict[str, str], measured: pd.DataFrame) -> list[Exhibit]:
    """Churn and satisfaction beside the praise of each segment."""
    if not labels:
        return []
    withheld = ws.study.min_group_size
    left = []
    for one, label in list(labels.items())[:TOLD]:
        found = beside.left_beside(measured, one, withheld=withheld)
        sentence = words.LEFT_OF if found else words.LEFT_UNKNOWN
        left.append(say(sentence, segment=label, **(found or {})))
    rows = beside.beside_praise(
        measured, list(labels), least=ws.study.metrics.interval_min_customers, withheld=withheld
    )
    named = rows.assign(
        segment=rows["segment_id"].map(labels),
        label=[METRICS[name].label for name in rows["metric"]],
    )
    return [
        finding(ws, "left_beside", words.LEFT_BESIDE, told="; ".join(left))
        if len(labels) <= TOLD
        else finding(
            ws,
            "left_beside",
            words.LEFT_BESIDE_SOME,
            told="; ".join(left),
            more=len(labels) - TOLD,
        ),
        table(
            ws,
            "beside_praise",
            named,
            title=words.BESIDE_PRAISE,
            source="segment_metrics",
            note=words.BESIDE_PRAISE_NOTE,
        ),
    ]


def contacts(ws: Workspace, judged: Assessment, mix: pd.DataFrame, frame: pd.DataFrame) -> Page:
    """What the validated segments contact the company about; ``mix`` is ``service_mix``."""
    if not _collected(ws, "tickets"):
        return page(finding(ws, "contact_reasons_none", words.NO_TICKETS))
    labels = names_of(judged)
    of_best = mix[mix["segment_id"].isin(labels)]
    compared = of_best[of_best["p_adjusted"].notna()]
    apart = compared["better"].isin(["higher", "lower"])
    shown = of_best[of_best["dimension"] == "reason"]
    return page(
        finding(
            ws,
            "contact_reasons_told",
            words.APART,
            apart=int(apart.sum()),
            compared=len(compared),
        )
        if len(compared)
        else finding(
            ws, "contact_reasons_none", words.NO_CONTACTS if labels else words.NONE_TO_CONTACT
        ),
        figure(
            ws,
            "contact_reasons",
            charts.share_differences(shown, labels=labels, least=ws.study.min_group_size),
            shown,
            title=words.CONTACTS,
            source="service_mix",
            n=len(frame),
            note=words.UNADJUSTED,
        )
        if len(shown)
        else None,
    )


def reasons(
    ws: Workspace,
    judged: Assessment,
    given: pd.DataFrame,
    measured: pd.DataFrame,
    frame: pd.DataFrame,
) -> Page:
    """Why they would recommend the company, or not; ``given`` is ``survey_reasons``."""
    if not _collected(ws, "surveys"):
        return page(finding(ws, "survey_reasons_none", words.NO_SURVEYS))
    labels = names_of(judged)
    shown = given[given["segment_id"].isin(["all", *labels])]
    most = commonest(given)
    bounds = response_bounds(measured, list(labels))
    first = (
        finding(
            ws,
            "survey_reasons_told",
            words.COMMONEST,
            reason=most[0],
            responses=most[1],
            all=most[2],
        )
        if most
        else None
    )
    return page(
        first,
        table(
            ws,
            "survey_reasons",
            shown.assign(segment=shown["segment_id"].map({"all": words.ALL} | labels)),
            title=words.REASONS,
            source="survey_reasons",
            n=len(frame),
            most=15,
            note=words.LATEST,
            empty=words.NO_REASONS,
        ),
        table(
            ws,
            "response_bounds",
            bounds.assign(segment=bounds["segment_id"].map(labels)),
            title=words.BOUNDS,
            source="segment_metrics",
            n=len(frame),
        )
        if len(bounds)
        else None,
    )


def needs(ws: Workspace, judged: Assessment, needed: pd.DataFrame) -> Page:
    """What the validated segments need; ``needed`` is the data file ``segment_needs``."""
    if not _collected(ws, "needs"):
        return page(finding(ws, "needs_none", words.NO_INTERVIEWS))
    labels = names_of(judged)
    enough = needed["customers"] >= ws.study.min_group_size
    shown = needed[needed["segment_id"].isin(labels) & enough]
    if shown.empty:
        return page(finding(ws, "needs_none", words.NO_NEEDS))
    outcomes = shown[shown["dimension"] == "required_outcome"].nlargest(1, "customers")
    sentence, values = words.NO_OUTCOMES, {}
    if len(outcomes):
        most = outcomes.iloc[0]
        values = {name: most[name] for name in ("mentions", "customers", "answer", "share")}
        values["segment"] = labels[most["segment_id"]]
        sentence = words.NEEDED_ALONE
        if pd.notna(most["rest_share"]):
            sentence, values = words.NEEDED, values | {"rest": most["rest_share"]}
    return page(
        finding(ws, "needs_told", sentence, **values),
        table(
            ws,
            "needs",
            shown.assign(
                segment=shown["segment_id"].map(labels),
                about=shown["dimension"].map(ws.study.label),
            ),
            title=words.NEEDS,
            source="segment_needs",
            most=20,
        ),
    )


def features(ws: Workspace, judged: Assessment, used: FeatureOutcomes, frame: pd.DataFrame) -> Page:
    """What goes with using a feature."""
    if used.table.empty:
        return page(finding(ws, "feature_outcomes_none", words.NO_FEATURES, reason=used.reason))
    named = {"all-customers": words.ALL_CUSTOMERS} | names_of(judged)
    shown = used.table.assign(segment=used.table["segment_id"].map(named))
    shown = shown.dropna(subset="segment").sort_values("p_value", kind="stable")
    return page(
        finding(
            ws,
            "feature_outcomes_told",
            words.USED,
            shown=int(used.shown.sum()),
            compared=len(used.table),
            left=used.left_out,
        ),
        table(
            ws,
            "feature_outcomes",
            shown,
            title=words.FEATURES,
            source="feature_outcomes",
            n=len(frame),
            most=10,
            note=used.reason or words.ASSOCIATION,
        )
        if len(shown)
        else None,
    )
