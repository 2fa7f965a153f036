"""The metric that the company's goal names, and where it stands: for the company and for groups."""

import re
from collections.abc import Iterable
from typing import Any

from helpers.metrics.catalog import METRICS
from helpers.report import wording
from helpers.report.content import Content, Segment
from helpers.report.privacy import small_groups
from helpers.words import numbers as fmt
from helpers.words.spoken import in_english

EXHIBIT = "company_metrics"  # the document's table of what is measured for all customers


def named_in(text: str, names: Iterable[str]) -> str:
    """The metric that a text names by its label or its abbreviation, the longest first; "" = none.

    >>> named_in("Net revenue retention above one hundred percent", ["arr", "nrr", "grr"])
    'nrr'
    >>> named_in("More NPS", ["nps"]), named_in("More returns and tickets", ["tickets", "orders"])
    ('nps', '')
    """
    known = [(label, name) for name in names for label in _labels(name)]
    for label, name in sorted(known, key=lambda one: -len(one[0])):
        if label.isascii():
            flags = re.NOFLAG if label.isupper() else re.IGNORECASE
            if re.search(rf"(?<![A-Za-z]){re.escape(label)}(?![A-Za-z])", text, flags):
                return name
        elif label in text:
            return name
    return ""


def _labels(name: str) -> set[str]:
    """What a metric may be called: its name in words, where that is no common word, and short.

    In English too whatever the language spoken: a charter is written in the words of its company.
    """
    labels = METRICS[name].label, in_english(METRICS[name], "label")
    told = {one for one in labels if not one.isascii() or " " in one}
    return told | ({name.upper()} if len(name) <= 4 else set())


def of_company(content: Content) -> dict[str, Any] | None:
    """The goal's metric over all customers; None where the goal names none that is known."""
    goal = content.study.charter.company_goal
    if not goal or content.exhibit(EXHIBIT) is None:
        return None
    table = content.data(EXHIBIT)
    name = named_in(goal, [one for one in table["metric"] if one in METRICS])
    rows = table[table["metric"].eq(name) & table["value"].notna()]
    return None if rows.empty else rows.iloc[0].to_dict()


def of_group(content: Content, segment: Segment, goal: dict[str, Any]) -> dict[str, Any] | None:
    """The same metric of one group; None where it is not known of enough customers."""
    rows = segment.metrics[segment.metrics["metric"].eq(goal["metric"])]
    rows = rows[rows["value"].notna() & ~small_groups(rows, least=content.study.min_group_size)]
    return None if rows.empty else rows.iloc[0].to_dict()


def against(content: Content, segment: Segment) -> dict[str, str] | None:
    """Metric and values, where a group is no better in the goal's metric than all customers are."""
    company = of_company(content)
    group = company and of_group(content, segment, company)
    if not company or not group:
        return None
    higher = METRICS[company["metric"]].higher_is_better
    apart = group["value"] - company["value"]
    if higher is None or (apart > 0 if higher else apart < 0):
        return None
    label = content.metric(company["metric"])[0]
    return {
        "metric": wording.inside(label),
        "value": told(content, group)["value"],
        "all": told(content, company)["value"],
    }


def told(content: Content, row: dict[str, Any]) -> dict[str, str]:
    """value, low and high as they stand in every table."""
    return {
        name: fmt.in_unit(row[name], row["unit"], currency=content.currency)
        for name in ("value", "low", "high")
    }
