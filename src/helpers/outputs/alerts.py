"""Data files about alerts: what fares worse, who and what is behind it."""

from helpers.outputs.column import (
    by_unit,
    choice,
    count,
    money,
    number,
    probability,
    ratio,
    text,
    unit,
    whole,
    yes_no,
)
from helpers.outputs.output import Output

ALERTS: dict[str, Output] = {
    "alerts": Output(
        "One row per metric of a group that is worse than chance explains.",
        {
            "segment_id": text("identifier of the segment or group"),
            "definition": text("the segment or group in words", label="Group"),
            "metric": text("name of the metric"),
            "compared_with": text("other customers, or the quarter before", label="Against"),
            "customers": count("members with data for the metric"),
            "value": by_unit("the group's value"),
            "reference": by_unit("what it is compared with", label="Theirs"),
            "difference": by_unit("value minus reference"),
            "difference_low": by_unit("lower 95 % limit of the difference, not adjusted"),
            "difference_high": by_unit("upper 95 % limit of the difference, not adjusted"),
            "p_adjusted": probability(
                "one-sided p-value after Benjamini and Hochberg over all comparisons of groups "
                "that are worked with; segment_metrics looks at more, both ways, and so holds "
                "another value of the same",
                label="Adjusted p",
            ),
            "unit": unit("unit of the metric"),
            "behind_it": text(
                "contact reasons and product areas with a higher share of the group's tickets than "
                "what it is compared with",
                label="Contacts",
            ),
        },
        key=("segment_id", "metric", "compared_with"),
    ),
    "alert_drivers": Output(
        "One row per alert, dimension and level: what the difference is made of.",
        {
            "segment_id": text("identifier of the segment or group"),
            "metric": text("metric of the alert"),
            "compared_with": text("other customers, or the quarter before", label="Against"),
            "dimension": choice(
                "reason or product_area of tickets, or customers kept, new and lost",
                "reason",
                "product_area",
                "customers",
            ),
            "level": text("contact reason, area, or kept, new, lost; unknown = not filled"),
            "share": ratio("its share of the group's tickets, or of what the metric divides by"),
            "reference_share": ratio(
                "the same share of what it is compared with", label="Their share"
            ),
            "value": by_unit("the metric of the group within the level; blank = none"),
            "reference": by_unit("the metric of what it is compared with", label="Theirs"),
            "mix": by_unit("what other shares add to the difference"),
            "rate": by_unit("what other values within the level add to it"),
            "unit": unit("unit of the metric"),
        },
        key=("segment_id", "metric", "compared_with", "dimension", "level"),
    ),
    "alert_counts": Output(
        "One row per group that is too small for statistics, in counts.",
        {
            "segment_id": text("identifier of the group"),
            "definition": text("the group for people", label="Group"),
            "customers": count("current customers"),
            "before": number(
                "current customers a quarter ago; blank = no report of it, or none of the group",
                "count",
                label="A quarter ago",
            ),
            "joined": number(
                "of today's customers, those that were not in it then", "count", label="Joined"
            ),
            "arr": money("what they pay a year today; blank = not known", label="ARR"),
            "at_risk": number(
                "of them at risk by health; blank = not computed", "count", label="At risk"
            ),
            "escalated": number(
                "of them with an escalated ticket; blank = not collected",
                "count",
                label="Escalated",
            ),
            "tickets": number("tickets of the quarter; blank = not collected", "count"),
            "reason": text("their commonest contact reason; blank = none known", label="About"),
            "of_reason": number("tickets of this reason", "count", label="Of these"),
            "past_of_reason": number(
                "tickets of this reason that the same customers had a quarter ago",
                "count",
                label="Of these a quarter ago",
            ),
        },
        key=("segment_id",),
    ),
    "reason_changes": Output(
        "One row per group, dimension and level of its tickets: now and a quarter ago.",
        {
            "segment_id": text("identifier of the segment or group"),
            "definition": text("the segment or group for people", label="Group"),
            "dimension": choice("reason or product_area", "reason", "product_area"),
            "level": text("contact reason or product area"),
            "customers": count("customers of today behind the share"),
            "observations": count("tickets of today behind the share", label="Tickets"),
            "value": number(
                "share of the quarter's tickets whose level is known", "%", label="Share"
            ),
            "past_value": number(
                "the same share a quarter ago, of who was in it then", "%", label="A quarter ago"
            ),
            "difference": number("value minus past_value", "points"),
            "difference_low": number("lower 95 % limit of it, not adjusted", "points"),
            "difference_high": number("upper 95 % limit of it, not adjusted", "points"),
            "p_adjusted": probability(
                "after Benjamini and Hochberg over all groups and levels", label="Adjusted p"
            ),
            "rises": yes_no("whether it is shown to have become more"),
        },
        key=("segment_id", "dimension", "level"),
    ),
    "alert_customers": Output(
        "One row per alert and member that stands behind it.",
        {
            "segment_id": text("identifier of the segment"),
            "metric": text("metric of the alert"),
            "compared_with": text("other customers, or the quarter before", label="Against"),
            "place": whole("1 = adds most to the difference"),
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "value": number("the customer's own value", "see metric"),
            "excess_share": ratio(
                "its share of what the members that are worse than the reference add to it",
                label="Share of the excess",
            ),
        },
        key=("segment_id", "metric", "compared_with", "account_id"),
    ),
}
