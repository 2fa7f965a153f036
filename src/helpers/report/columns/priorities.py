"""Data files about order, next steps, alerts and change."""

from helpers.report.columns.entry import ACCOUNT, NAME, SEGMENT, File

PRIORITIES: dict[str, File] = {
    "priorities": File(
        "One row per validated segment, in order of priority.",
        SEGMENT
        | {
            "definition": ("", "the segment for people"),
            "customers": ("count", "customers in it"),
            "lift": ("currency per year", "how much better its customers score than the others"),
            "extra_score": ("currency per year", "lift × customers"),
            "conditions": ("count", "conditions of its rule"),
            "external_conditions": ("count", "of them visible before a sale"),
            "coverage": ("ratio", "how completely its attributes are filled"),
            "customer_share": ("ratio", "its share of all included customers"),
            "market_share": ("ratio", "its share of the reachable market; blank = not known"),
            "value": ("0 to 1", "criterion: what its customers are worth beyond the others"),
            "targetability": ("0 to 1", "criterion: how well it can be seen before a sale"),
            "size": ("0 to 1", "criterion: how large it is"),
            "priority_score": ("0 to 1", "weighted mean of the three criteria"),
            "rank": ("", "1 = first"),
            "rank_low": ("", "best rank in 95 % of the draws"),
            "rank_high": ("", "worst rank in 95 % of the draws"),
            "share_first": ("ratio", "share of the draws in which it comes first"),
        },
    ),
    "representatives": File(
        "One row per validated segment and typical customer.",
        SEGMENT
        | ACCOUNT
        | NAME
        | {
            "distance": ("0 to 1", "distance from the segment's typical customer"),
            "quality_score": ("currency per year", "its quality score"),
            "why": ("", "why it represents the segment"),
        },
    ),
    "next_steps": File(
        "One row per recommendation.",
        SEGMENT
        | {
            "action": ("", "what to do"),
            "reason": ("", "what in the data calls for it"),
            "owner": ("", "who does it"),
            "metric": ("", "metric that shows whether it worked"),
            "baseline": ("see unit", "value of the metric now"),
            "target": ("see unit", "value to reach, or today's value where it is to be held"),
            "unit": ("", "unit of baseline and target"),
            "priority": ("", "place of its segment in the order"),
            "when": ("", "condition of the playbook that was met"),
        },
    ),
    "tags": File(
        "One row per current customer, ready to load back into CRM and helpdesk.",
        ACCOUNT
        | {
            "size_tier": ("", "A, B or C by revenue"),
            "tenure": ("", "trial, onboarding, first_90_days, first_year or veteran"),
            "quality_band": ("", "band of the quality score"),
            "segment": ("", "its first validated segment; blank = none"),
            "segments": ("", "all its validated segments, joined by ;"),
            "health_group": ("", "key, at_risk, high_potential, low_potential or unproven"),
            "service_tier": ("", "priority, standard or self_service"),
        },
    ),
    "alerts": File(
        "One row per metric of a valued segment that is worse than chance explains.",
        SEGMENT
        | {
            "definition": ("", "the segment in words"),
            "metric": ("", "name of the metric"),
            "compared_with": ("", "other customers, or the quarter before"),
            "customers": ("", "members with data for the metric"),
            "value": ("as in unit", "the segment's value"),
            "reference": ("as in unit", "what it is compared with"),
            "difference": ("as in unit", "value minus reference"),
            "difference_low": ("as in unit", "lower 95 % limit of the difference, not adjusted"),
            "difference_high": ("as in unit", "upper 95 % limit of the difference, not adjusted"),
            "p_adjusted": (
                "probability",
                "p-value after Benjamini and Hochberg over all comparisons, better and worse",
            ),
            "unit": ("", "unit of the metric"),
            "behind_it": (
                "",
                "contact reasons and product areas with a higher share of the segment's tickets",
            ),
        },
    ),
    "alert_customers": File(
        "One row per alert and member that stands behind it.",
        SEGMENT
        | {
            "metric": ("", "metric of the alert"),
            "compared_with": ("", "other customers, or the quarter before"),
            "place": ("", "1 = adds most to the difference"),
        }
        | ACCOUNT
        | NAME
        | {
            "value": ("as in unit", "the customer's own value"),
            "excess_share": (
                "ratio",
                "its share of what the members that are worse than the reference add to it",
            ),
        },
    ),
    "movement": File(
        "One row per change of a customer or segment since the quarter before.",
        {
            "kind": ("", "customer or segment"),
            "id": ("", "account or segment"),
            "name": ("", "what it is called"),
            "change": ("", "new, gone, status, band, rank, joined, left, verdict, …"),
            "before": ("", "value in the quarter before"),
            "after": ("", "value now"),
            "difference": ("", "after minus before, where both are numbers"),
        },
    ),
}
