"""Who opens which data file: the order of the landing page and of the workbook.

A file that nobody else asks for belongs to the analysts, so that a new one has its place at once.
"""

from collections.abc import Iterable

from helpers.words import pages as words

READERS = {
    words.FOR_SALES: (
        *("customers_to_act_on", "next_steps", "representatives", "tags", "tag_changes", "health"),
        *(
            "messages",
            "trial_customers",
            "crm_tags",
            "prospect_rules",
            "plays_left_out",
            "groups",
            "group_members",
        ),
        *("alerts", "alert_customers", "alert_drivers", "alert_counts", "reason_changes"),
    ),
    words.FOR_FINANCE: (
        *(
            "segments",
            "priorities",
            "priorities_by",
            "criteria",
            "claims",
            "scoreboard",
            "steps_followed",
            "movement",
        ),
        *(
            "segment_lineage",
            "flows",
            "segment_series",
            "mix_and_rate",
            "drift",
            "control_charts",
            "method_effect",
        ),
        *("customer_list", "quality_scores", "account_metrics", "service_value"),
        *("service_savings",),
        *("churn_months", "cohorts", "repeat_months", "churn_reasons"),
    ),
    words.FOR_PRODUCT: (
        *("segment_metrics", "segment_needs", "service_mix", "survey_reasons", "feature_outcomes"),
        *("group_metrics", "group_mix", "before_leaving", "reasons_observed"),
    ),
}


def by_reader(names: Iterable[str]) -> dict[str, list[str]]:
    """Files by who opens them, those asked for most first; no group is empty.

    >>> list(by_reader(["coverage", "tags", "segments", "hazard"]).values())
    [['tags'], ['segments'], ['coverage', 'hazard']]
    """
    left = list(names)
    found = {reader: [name for name in own if name in left] for reader, own in READERS.items()}
    taken = {name for own in found.values() for name in own}
    found[words.FOR_ANALYSTS] = [name for name in left if name not in taken]
    return {reader: own for reader, own in found.items() if own}
