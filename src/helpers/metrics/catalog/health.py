"""Definitions: how healthy customers are."""

from helpers.metrics.catalog.metric import Metric

GROUPS = {
    "key": "Key",
    "high_potential": "High potential",
    "low_potential": "Low potential",
    "at_risk": "At risk",
    "unproven": "Unproven",
}
MEANING = {
    "key": "high value, healthy",
    "high_potential": "low value, healthy",
    "low_potential": "low value, not healthy",
    "at_risk": "high value, not healthy",
    "unproven": "too little is known of their health or value",
}
_TABLES = ("usage", "surveys", "tickets")

HEALTH = (
    Metric(
        "health_score", "Health", "points", "quarter", True,
        "0 to 100: weighted mean of consumption, activation and outcomes, each the weighted mean "
        "of its inputs that are known (study file, `health`); mean of the current customers of "
        "whom enough is known.",
        "ratio", table=_TABLES,
    ),
    *(
        Metric(
            f"health_{group}", f"Health group: {label.lower()}", "ratio", "quarter",
            # Value is one axis of the groups: a segment of high value has more of both high ones.
            None,
            f"Current customers in this group ({MEANING[group]}) ÷ current customers.",
            "share", "segment", table=_TABLES,
        )
        for group, label in GROUPS.items()
    ),
)  # fmt: skip
