"""The sections of step 1: what was fixed before anyone looked at data."""

from helpers import method, scoping
from helpers.declared import LATER, PROPOSED, declarations
from helpers.errors import listed
from helpers.report.exhibits import Page, finding, page, table, warning
from helpers.words import say
from helpers.words import scoping as words
from helpers.workspace import Workspace


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
    )


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
        ),
        warning(ws, "proposed_hypotheses", words.NOT_SHOWN_WHEN, names=listed(proposed, most=30))
        if proposed
        else None,
        finding(ws, "later_hypotheses", words.FIXED_LATER, names=listed(later, most=30))
        if later
        else None,
        table(ws, "declared_hypotheses", declared, title=words.HYPOTHESES, source=words.SOURCE),
    )


def rules(ws: Workspace) -> Page:
    """Who counts as a customer, and what makes a good one."""
    excluded = scoping.exclusion_rules(ws.study)
    return page(
        finding(
            ws,
            "ruled",
            words.RULED,
            rules=len(excluded),
            lines=len(ws.study.quality_score.lines),
        ),
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
    return page(
        finding(
            ws,
            "attributes_visible",
            words.VISIBLE,
            external=sum(attribute.external for attribute in declared),
            attributes=len(declared),
            shares=sum(bool(attribute.shares) for attribute in declared),
        ),
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
    return page(
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
        table(
            ws,
            "work_plan",
            scoping.work_plan(ws.study),
            title=words.PLAN,
            source=words.SOURCE,
        ),
        table(
            ws,
            "change_log",
            scoping.change_log(ws.study),
            title=words.CHANGES,
            source=words.SOURCE,
        ),
    )
