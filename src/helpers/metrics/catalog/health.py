"""Definitions: how healthy customers are."""

from helpers.metrics.catalog.metric import Metric
from helpers.words import measures as words
from helpers.words.spoken import composed

GROUPS = {group: label for group, (label, _) in words.HEALTH_GROUPS.items()}
MEANING = {group: meaning for group, (_, meaning) in words.HEALTH_GROUPS.items()}
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
            f"health_{group}",
            composed(words.HEALTH_GROUP, group=label.lower()), "ratio", "quarter",
            # Value is one axis of the groups: a segment of high value has more of both high ones.
            None,
            composed(words.HEALTH_GROUP_SHARE, meaning=MEANING[group]),
            "share", "segment", table=_TABLES,
        )
        for group, label in GROUPS.items()
    ),
)  # fmt: skip
