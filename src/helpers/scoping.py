"""Step 1 as tables: what the study file fixed, laid out for people to read and agree on."""

from collections.abc import Iterable

import pandas as pd

from helpers.errors import listed
from helpers.quarter import Quarter
from helpers.study import Rule, ScoreLine, Study
from helpers.words.scores import BASE_OF_FORMER

COUNTED = {"tickets": "ticket", "agent_touches": "agent touch"}


def charter(study: Study) -> pd.DataFrame:
    """What is decided, for whom and by when: columns ``item``, ``content``."""
    charter, scope = study.charter, study.scope
    rows = {
        "Decision": charter.decision,
        "Objective": charter.objective,
        "Company goal": charter.company_goal,
        "Sponsor": charter.sponsor,
        "In scope": "; ".join(scope.in_scope),
        "Out of scope": "; ".join(scope.out_of_scope),
        "Deliverables": "; ".join(charter.deliverables),
        "Weeks planned": "" if scope.weeks is None else f"{scope.weeks:g}",
    }
    filled = [(item, content) for item, content in rows.items() if content]
    return pd.DataFrame(filled, columns=["item", "content"])


def stakeholders(study: Study) -> pd.DataFrame:
    """Who decides or is affected: columns ``name``, ``department``, ``interest``."""
    return _table(study.charter.stakeholders, ["name", "department", "interest"])


def limits(study: Study, *, quarter: Quarter) -> pd.DataFrame:
    """The calendar and the statistical limits of the run: columns ``limit``, ``value``."""
    scope = study.scope
    smallest = scope.min_customers
    rows = {
        "Quarter": f"{quarter}: {quarter.start:%Y-%m-%d} to {quarter.end:%Y-%m-%d}",
        "As-of date": f"{quarter.as_of:%Y-%m-%d}, end of day in {study.timezone}",
        "Trailing year": f"{quarter.year_start:%Y-%m-%d} to {quarter.end:%Y-%m-%d}",
        "Most conditions of a segment": str(scope.max_conditions),
        "Smallest segment": f"{smallest} customers" if smallest else "10 customers or 2 %",
        "Accepted risk of a false finding": f"{100 * scope.alpha:g} %",
        "Random reassignments per test": f"{scope.permutations:,}",
        "Hypotheses at most": str(scope.max_hypotheses),
        "Segments presented at most": str(scope.max_segments),
        "Rejected rows at most": f"{100 * study.max_rejected_share:g} % of a table",
        "Smallest group shown": f"{study.min_group_size} customers",
    }
    return pd.DataFrame(list(rows.items()), columns=["limit", "value"])


def hypotheses(study: Study) -> pd.DataFrame:
    """The statements fixed beforehand, one row each."""
    columns = ["id", "statement", "variables", "where", "outcome", "source", "declared_on"]
    table = _table(study.hypotheses, columns)
    names = [[study.label(name) for name in one.variables] for one in study.hypotheses]
    return table.assign(variables=[", ".join(labels) for labels in names])


def exclusion_rules(study: Study) -> pd.DataFrame:
    """The exclusion rules in the order in which they apply: ``order``, ``rule``, ``reads``."""
    rows = [
        (order, rule.rule.replace("_", " "), describe_rule(rule, study.currency))
        for order, rule in enumerate(study.customer_list.exclude, start=1)
    ]
    return pd.DataFrame(rows, columns=["order", "rule", "reads"])


def score_formula(study: Study) -> pd.DataFrame:
    """The lines of the quality score: ``line``, ``sign``, ``reads``, ``when unknown``."""
    base = {
        "acv": "annual contract value",
        "revenue_12m": "revenue of the trailing twelve months",
    }[study.score_base]
    base = f"{base}; {BASE_OF_FORMER[study.quality_score.base_of_former]}"
    rows = [("Base", "+", base, "")]
    for name, (sign, line) in study.quality_score.lines.items():
        label = line.label or name.replace("_", " ").capitalize()
        unknown = "average of the known" if line.missing == "average" else "zero"
        rows.append((label, "+" if sign > 0 else "−", describe_line(line), unknown))
    return pd.DataFrame(rows, columns=["line", "sign", "reads", "when unknown"])


def attributes(study: Study) -> pd.DataFrame:
    """What may define a segment, and who can see it before a sale."""
    rows = []
    for name, attribute in study.attributes.items():
        bands = attribute.bands
        if isinstance(bands, int):
            cut = f"{bands} quantile bands"
        else:
            spelling = "g" if attribute.unit == "year" else ",g"
            cut = listed(format(point, spelling) for point in bands) if bands else ""
        seen = "before a sale" if attribute.external else "customers only"
        shares = listed(attribute.shares)
        rows.append((study.label(name), name, attribute.type, cut, seen, shares))
    columns = ["attribute", "column", "type", "cut-points", "visible", "part of the score"]
    return pd.DataFrame(rows, columns=columns)


def work_plan(study: Study) -> pd.DataFrame:
    """The work plan with hours estimated and spent; columns that nobody filled are left out."""
    columns = ["step", "task", "owner", "review", "estimate_hours", "actual_hours", "done"]
    table = _table(study.work_plan, columns)
    return table.loc[:, table.replace("", None).notna().any() | table.empty]


def change_log(study: Study) -> pd.DataFrame:
    """Agreed changes of method, latest first."""
    table = _table(study.change_log, ["date", "change", "reason", "approved_by"])
    return table.sort_values("date", ascending=False, ignore_index=True)


def describe_rule(rule: Rule, currency: str) -> str:
    """An exclusion rule in words; amounts are in ``currency``."""
    match rule.rule:
        case "account_type":
            return f"account type is {' or '.join(rule.is_)}"
        case "revenue_outlier":
            return f"revenue above {rule.times_second:g} times that of the second-largest"
        case "revenue_below":
            return f"monthly revenue below {rule.monthly:,g} {currency}"
        case "where":
            return rule.reason or f"SQL: {rule.sql}"
    when = "later than" if rule.rule == "won_after" else "earlier than"
    if rule.date:
        return f"won {when} {rule.date:%Y-%m-%d}"
    return f"won {when} {rule.months_before_quarter_end} months before the quarter's end"


def describe_line(line: ScoreLine) -> str:
    """A line of the quality score in words."""
    span = "over the whole history" if line.window == "history" else "in the trailing year"
    if line.cost_kind:
        spread = f", spread over {line.spread_months} months" if line.spread_months else ""
        text = f"{line.cost_kind} costs {span}{spread}"
    elif line.count:
        text = f"{line.amount:,g} per {COUNTED[line.count]} {span}"
    elif line.growth == "rate":
        text = f"{line.amount:,g} times the growth rate over the past year"
    elif line.growth:
        text = f"{line.weight:g} times the growth over the past year"
    elif line.where:
        text = f"{line.amount:,g} where {line.where}"
    else:
        text = f"{line.weight:g} times {line.column}"
    lowest = f", at least {line.at_least:,g}" if line.at_least is not None else ""
    highest = f", at most {line.at_most:,g}" if line.at_most is not None else ""
    return text + lowest + highest


def _table(sections: Iterable, columns: list[str]) -> pd.DataFrame:
    """One row per section, names joined."""
    rows = [[getattr(section, column) for column in columns] for section in sections]
    joined = [[", ".join(c) if isinstance(c, tuple) else c for c in row] for row in rows]
    return pd.DataFrame(joined, columns=columns)
