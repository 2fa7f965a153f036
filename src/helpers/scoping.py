"""Step 1 as tables: what the study file fixed, laid out for people to read and agree on."""

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from helpers.declared import BEFOREHAND, Declaration
from helpers.errors import listed
from helpers.quarter import Quarter
from helpers.study import Rule, ScoreLine, Study
from helpers.words import counting, say, spoken
from helpers.words import lists as words
from helpers.words import numbers as fmt
from helpers.words import scoping as outline
from helpers.words.numbers import per_cent
from helpers.words.scores import BASE_OF_FORMER


def charter(study: Study) -> pd.DataFrame:
    """What is decided, for whom and by when: columns ``item``, ``content``."""
    charter, scope = study.charter, study.scope
    rows = {
        say(outline.DECISION): charter.decision,
        say(outline.OBJECTIVE): charter.objective,
        say(outline.COMPANY_GOAL): charter.company_goal,
        say(outline.SPONSOR): charter.sponsor,
        say(outline.IN_SCOPE): "; ".join(scope.in_scope),
        words.OUT_SCOPE: "; ".join(scope.out_of_scope),
        say(outline.HANDED_OVER): "; ".join(charter.deliverables),
        say(outline.WEEKS_PLANNED): "" if scope.weeks is None else f"{scope.weeks:g}",
    }
    filled = [(item, content) for item, content in rows.items() if content]
    return pd.DataFrame(filled, columns=["item", "content"])


def stakeholders(study: Study) -> pd.DataFrame:
    """Who decides or is affected: columns ``name``, ``department``, ``interest``."""
    return _table(study.charter.stakeholders, ["name", "department", "interest"])


def smallest_segment(study: Study) -> str:
    """The smallest segment, before it is known how many customers there are."""
    least = study.scope.min_customers
    return say(outline.SMALLEST, customers=least) if least else say(outline.SMALLEST_DEFAULT)


def _days(first: date, last: date) -> str:
    return say(counting.FROM_TO, low=first, high=last)


def limits(study: Study, *, quarter: Quarter) -> pd.DataFrame:
    """The calendar and the statistical limits of the run: columns ``limit``, ``value``."""
    scope = study.scope
    rows = {
        say(outline.QUARTER): f"{fmt.quarter(quarter)}: {_days(quarter.start, quarter.end)}",
        words.AS_DATE: say(words.END_DAY_IN, as_of=quarter.as_of, timezone=study.timezone),
        say(outline.TRAILING_YEAR): _days(quarter.year_start, quarter.end),
        words.MOST_CONDITIONS_SEGMENT: str(scope.max_conditions),
        say(outline.SMALLEST_SEGMENT): smallest_segment(study),
        words.ACCEPTED_RISK_FALSE_FINDING: per_cent(f"{100 * scope.alpha:g}"),
        words.RANDOM_REASSIGNMENTS_PER_TEST: f"{scope.permutations:,}",
        words.HYPOTHESES_AT_MOST: str(scope.max_hypotheses),
        words.SEGMENTS_PRESENTED_AT_MOST: str(scope.max_segments),
        words.REJECTED_ROWS_AT_MOST: say(
            outline.OF_A_TABLE, share=per_cent(f"{100 * study.max_rejected_share:g}")
        ),
        words.SMALLEST_GROUP_SHOWN: say(outline.OF_CUSTOMERS, customers=study.min_group_size),
    }
    return pd.DataFrame(list(rows.items()), columns=["limit", "value"])


def hypotheses(study: Study, fixed: Mapping[str, Declaration] | None = None) -> pd.DataFrame:
    """The statements to be tested, one row each; ``fixed`` says when each was fixed."""
    columns = ["id", "statement", "variables", "where", "outcome", "source", "declared_on"]
    table = _table(study.hypotheses, columns)
    names = [[study.label(name) for name in one.variables] for one in study.hypotheses]
    told = [_fixed(fixed[one.id]) if fixed else "" for one in study.hypotheses]
    return table.assign(variables=[", ".join(labels) for labels in names], fixed=told)


def _fixed(when: Declaration) -> str:
    """When a hypothesis was fixed, in words."""
    if when.on is None:
        return say(words.FIXED_UNKNOWN)
    sentence = words.FIXED_BEFORE if when.status == BEFOREHAND else words.FIXED_AFTER
    return say(sentence, day=when.on)


def exclusion_rules(study: Study) -> pd.DataFrame:
    """The exclusion rules in the order in which they apply: ``order``, ``rule``, ``reads``."""
    rows = [
        (order, spoken.value(rule.rule.replace("_", " ")), describe_rule(rule, study.currency))
        for order, rule in enumerate(study.customer_list.exclude, start=1)
    ]
    return pd.DataFrame(rows, columns=["order", "rule", "reads"])


def score_formula(study: Study) -> pd.DataFrame:
    """The lines of the quality score: ``line``, ``sign``, ``reads``, ``when unknown``."""
    base: str = {
        "acv": words.ANNUAL_CONTRACT_VALUE,
        "revenue_12m": words.REVENUE_TRAILING_TWELVE_MONTHS,
    }[study.score_base]
    base = f"{base}; {BASE_OF_FORMER[study.quality_score.base_of_former]}"
    rows: list[tuple[str, ...]] = [(say(outline.BASE), "+", base, "")]
    for name, (sign, line) in study.quality_score.lines.items():
        label = study.quality_score.label(name)
        unknown = words.AVERAGE_KNOWN if line.missing == "average" else say(outline.ZERO)
        rows.append((label, "+" if sign > 0 else "−", describe_line(line), unknown))
    return pd.DataFrame(rows, columns=["line", "sign", "reads", "when unknown"])


def attributes(study: Study) -> pd.DataFrame:
    """What may define a segment, and who can see it before a sale."""
    rows = []
    for name, attribute in study.attributes.items():
        bands = attribute.bands
        if isinstance(bands, int):
            cut = say(outline.QUANTILE_BANDS, bands=bands)
        else:
            spelling = "g" if attribute.unit == "year" else ",g"
            cut = listed(format(point, spelling) for point in bands) if bands else ""
        seen = say(outline.SEEN_BEFORE if attribute.external else outline.SEEN_BY_US)
        shares = listed(attribute.shares)
        rows.append(
            (
                study.label(name),
                name,
                say(outline.TYPES.get(attribute.type, attribute.type)),
                cut,
                seen,
                shares,
            )
        )
    columns = ["attribute", "column", "type", "cut-points", "visible", words.PART_SCORE]
    return pd.DataFrame(rows, columns=columns)


def work_plan(study: Study) -> pd.DataFrame:
    """The work plan with hours estimated and spent; columns that nobody filled are left out."""
    columns = ["step", "task", "owner", "inputs", "outputs", "due", "review", "review_on",
               "estimate_hours", "actual_hours", "done"]  # fmt: skip
    table = _table(study.work_plan, columns)
    return table.loc[:, table.replace("", None).notna().any() | table.empty]


def change_log(study: Study) -> pd.DataFrame:
    """Agreed changes of method, latest first."""
    table = _table(study.change_log, ["date", "sections", "change", "reason", "approved_by"])
    return table.sort_values("date", ascending=False, ignore_index=True)


def describe_rule(rule: Rule, currency: str) -> str:
    """An exclusion rule in words; amounts are in ``currency``."""
    match rule.rule:
        case "account_type":
            return say(words.ACCOUNT_TYPE, types=" or ".join(rule.is_))
        case "revenue_outlier":
            return say(
                words.REVENUE_ABOVE_TIMES_SECOND_LARGEST, times_second=f"{rule.times_second:g}"
            )
        case "revenue_below":
            return say(words.MONTHLY_REVENUE_BELOW, monthly=f"{rule.monthly:,g}", value=currency)
        case "where":
            return rule.reason or f"SQL: {rule.sql}"
    later = rule.rule == "won_after"
    if rule.date:
        sentence = words.WON_LATER_THAN if later else words.WON_EARLIER_THAN
        return say(sentence, day=rule.date)
    sentence = words.WON_LATER_BEFORE_END if later else words.WON_EARLIER_BEFORE_END
    return say(sentence, months=rule.months_before_quarter_end)


def describe_line(line: ScoreLine) -> str:
    """A line of the quality score in words."""
    span = words.OVER_WHOLE_HISTORY if line.window == "history" else words.IN_TRAILING_YEAR
    if line.cost_kind:
        spread = (
            say(words.SPREAD_OVER_MONTHS, spread_months=line.spread_months)
            if line.spread_months
            else ""
        )
        text = say(outline.COST_LINE, kind=line.cost_kind, span=span, spread=spread)
    elif line.count:
        counted = say(outline.COUNTED_ONE[line.count])
        text = say(outline.PER_LINE, amount=f"{line.amount:,g}", counted=counted, span=span)
    elif line.growth == "rate":
        text = say(words.TIMES_GROWTH_RATE_OVER_PAST, amount=f"{line.amount:,g}")
    elif line.growth:
        text = say(words.TIMES_GROWTH_OVER_PAST_YEAR, weight=f"{line.weight:g}")
    elif line.where:
        text = say(words.AMOUNT_WHERE, amount=f"{line.amount:,g}", where=line.where)
    else:
        text = say(words.TIMES_COLUMN, weight=f"{line.weight:g}", column=line.column)
    if line.at_least is not None:
        text = say(words.AT_LEAST, text=text, least=f"{line.at_least:,g}")
    if line.at_most is not None:
        text = say(words.AT_MOST, text=text, most=f"{line.at_most:,g}")
    return text


def _table(sections: Iterable, columns: list[str]) -> pd.DataFrame:
    """One row per section, names joined."""
    rows = [[getattr(section, column) for column in columns] for section in sections]
    joined = [[", ".join(c) if isinstance(c, tuple) else c for c in row] for row in rows]
    return pd.DataFrame(joined, columns=columns)
