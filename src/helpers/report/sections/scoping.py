"""The sections of step 1: what is decided, and what was on record before the first report."""

import pandas as pd

from helpers import method, planning, scoping
from helpers.declared import LATER, PROPOSED, declarations
from helpers.errors import listed
from helpers.report.exhibits import Exhibit, Page, finding, page, table, warning
from helpers.words import say
from helpers.words import scoping as words
from helpers.workspace import Workspace

LATE_TOLD = 5  # tasks that the caution names; the table of the plan holds all


def decision(ws: Workspace) -> Page:
    """What is decided, by whom."""
    decided = ws.study.charter.decision
    told = {"decision": decided} if decided else {}
    return page(
        finding(ws, "decided", words.DECIDED if decided else words.NOT_DECIDED, **told),
        table(
            ws,
            "charter",
            scoping.charter(ws.study),
            title=words.CHARTER,
            source=words.SOURCE,
        ),
        table(
            ws,
            "stakeholders",
            scoping.stakeholders(ws.study),
            title=words.STAKEHOLDERS,
            source=words.SOURCE,
        ),
        *_told(ws),
    )


def _told(ws: Workspace) -> list[Exhibit]:
    """What stakeholders were told."""
    people = ws.study.charter.stakeholders
    if not people:
        return []
    silent = [one.name for one in people if not one.told]
    if not silent:
        told = finding(ws, "stakeholders_told_all", words.ALL_TOLD, all=len(people))
    elif len(silent) == len(people):
        told = finding(ws, "stakeholders_untold", words.NOBODY_TOLD, all=len(people))
    else:
        values = {"all": len(people), "names": listed(silent, most=20)}
        told = finding(ws, "stakeholders_untold", words.NOT_TOLD, **values)
    shown = table(
        ws, "stakeholders_told", planning.told(ws.study), title=words.TOLD, source=words.SOURCE
    )
    return [told, shown]


def case(ws: Workspace) -> Page:
    """The case for the executive team, and what the charter promises beside what is made."""
    promised = planning.deliverables(ws.study)
    absent = promised.loc[promised["made_as"] == "", "deliverable"]
    values = {"made": len(promised) - len(absent), "promised": len(promised)}
    shown = promised.assign(made_as=promised["made_as"].replace("", say(words.NOT_BY_RUN)))
    return page(
        table(
            ws,
            "executive_case",
            planning.executive_case(ws.study),
            title=words.CASE,
            source=words.SOURCE,
        ),
        (
            finding(ws, "deliverables_made", words.NOT_MADE, names=listed(absent), **values)
            if len(absent)
            else finding(ws, "deliverables_made", words.MADE, **values)
        )
        if len(promised)
        else None,
        table(ws, "deliverables", shown, title=words.DELIVERABLES, source=words.SOURCE)
        if len(promised)
        else None,
        *_not_given(ws),
    )


def _not_given(ws: Workspace) -> list[Exhibit]:
    """Parts that people do and that this study does not have."""
    parts = planning.not_given(ws.study)
    if not parts:
        return []
    return [finding(ws, "parts_not_given", words.NOT_GIVEN, parts=listed(parts, most=20))]


def limits(ws: Workspace) -> Page:
    """Within which limits."""
    scope = ws.study.scope
    return page(
        finding(ws, "limited", words.LIMITED, conditions=scope.max_conditions, alpha=scope.alpha),
        table(
            ws,
            "limits",
            scoping.limits(ws.study, quarter=ws.quarter),
            title=words.LIMITS,
            source=words.SOURCE,
        ),
    )


def hypotheses(ws: Workspace) -> Page:
    """Which statements are tested."""
    fixed = declarations(ws)
    declared = scoping.hypotheses(ws.study, fixed)
    proposed = [name for name, one in fixed.items() if one.status == PROPOSED]
    later = [name for name, one in fixed.items() if one.status == LATER]
    return page(
        finding(
            ws,
            "hypotheses_declared",
            words.DECLARED,
            declared=len(declared),
            attributes=len(ws.study.attributes),
        )
        if len(declared)
        else finding(ws, "hypotheses_declared", words.NONE_DECLARED),
        warning(ws, "proposed_hypotheses", words.NOT_SHOWN_WHEN, names=listed(proposed, most=30))
        if proposed
        else None,
        finding(ws, "later_hypotheses", words.FIXED_LATER, names=listed(later, most=30))
        if later
        else None,
        table(ws, "declared_hypotheses", declared, title=words.HYPOTHESES, source=words.SOURCE),
        table(
            ws,
            "hypothesis_matrix",
            planning.matrix(ws.study),
            title=words.MATRIX,
            source=words.SOURCE,
        )
        if len(declared)
        else None,
    )


def rules(ws: Workspace) -> Page:
    """Who counts as a customer, and what makes a good one."""
    excluded = scoping.exclusion_rules(ws.study)
    lines = len(ws.study.quality_score.lines)
    return page(
        finding(ws, "ruled", words.RULED, rules=len(excluded), lines=lines)
        if lines
        else finding(ws, "ruled", words.RULED_BASE, rules=len(excluded)),
        table(ws, "exclusion_rules", excluded, title=words.RULES, source=words.SOURCE),
        table(
            ws,
            "score_formula",
            scoping.score_formula(ws.study),
            title=say(words.FORMULA, money_of=ws.study.currency),
            source=words.SOURCE,
        ),
    )


def attributes(ws: Workspace) -> Page:
    """What may define a segment."""
    declared = ws.study.attributes.values()
    external = sum(attribute.external for attribute in declared)
    values = {"external": external, "attributes": len(declared)}
    shares = sum(bool(attribute.shares) for attribute in declared)
    return page(
        finding(ws, "attributes_visible", words.VISIBLE, shares=shares, **values)
        if shares
        else finding(ws, "attributes_visible", words.VISIBLE_APART, **values),
        table(
            ws,
            "declared_attributes",
            scoping.attributes(ws.study),
            title=words.ATTRIBUTES,
            source=words.SOURCE,
        ),
    )


def plan(ws: Workspace) -> Page:
    """Who does what, and whether the method changed."""
    change = method.method_change(ws)
    sentence, values = change.told
    tell = warning if change.unlogged else finding
    planned = _planned(ws)
    # Where there is nothing to compare the method with, the plan is what the heading tells.
    first, then = ([], planned) if change.previous else (planned, [])
    return page(
        *first,
        tell(ws, "method_change", sentence, **values),
        finding(
            ws,
            "program_change",
            words.PROGRAM_CHANGED,
            previous=change.previous,
            changes=" ".join(change.program),
        )
        if change.previous and change.program
        else None,
        *then,
        *_changes(ws),
    )


def _planned(ws: Workspace) -> list[Exhibit | None]:
    """The outline, the plan rolled up, the drift against the estimate and what is late."""
    study = ws.study
    rolled = planning.rolled_up(study)
    outline = table(
        ws, "outline", planning.outline(study), title=words.OUTLINE, source=words.SOURCE
    )
    if rolled.empty:
        return [finding(ws, "planned", words.NO_PLAN), outline]
    whole = rolled.iloc[-1]
    late = planning.late(study, ws.as_of)
    told: list[Exhibit | None] = []
    if late:
        sentence = words.LATE if len(late) <= LATE_TOLD else words.LATE_FIRST
        values = {"as_of": ws.as_of, "late": len(late), "tasks": listed(late[:LATE_TOLD])}
        told.append(warning(ws, "plan_late", sentence, **values))
    if whole["estimate_hours"] > 0:
        values = {"hours": whole["estimate_hours"], "days": whole["estimate_days"]}
        values |= {"weeks": whole["estimate_weeks"], "tasks": int(whole["tasks"])}
        told.append(finding(ws, "planned", words.PLANNED, done=int(whole["done"]), **values))
    else:
        told.append(finding(ws, "planned", words.NO_HOURS, tasks=int(whole["tasks"])))
    if pd.notna(whole["drift"]):
        done = planning.finished(study.work_plan)
        told.append(
            finding(
                ws,
                "plan_drift",
                words.DRIFT,
                actual=sum(task.actual_hours for task in done),
                estimate=sum(task.estimate_hours for task in done),
                drift=whole["drift"],
                forecast=planning.forecast_weeks(study),
            )
        )
    tasks = scoping.work_plan(study)
    return [
        *told,
        outline,
        table(ws, "plan_rolled_up", rolled, title=words.ROLLED_UP, source=words.SOURCE),
        table(ws, "work_plan", tasks, title=words.PLAN, source=words.SOURCE),
    ]


def _changes(ws: Workspace) -> list[Exhibit | None]:
    """Agreed changes of method, and whether somebody whom the charter names agreed."""
    changes = scoping.change_log(ws.study)
    wrong = planning.unapproved(ws.study)
    told = None
    if wrong:
        values = {"changes": listed(wrong, most=20)}
        told = finding(ws, "changes_unapproved", words.NOT_APPROVED, **values)
    elif len(changes):
        told = finding(ws, "changes_approved", words.APPROVED)
    return [
        told,
        table(ws, "change_log", changes, title=words.CHANGES, source=words.SOURCE),
    ]
