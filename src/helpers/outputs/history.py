"""Data files about earlier quarters: what was claimed, what became of it, what moved."""

from helpers.outputs.column import by_unit, choice, count, number, probability, ratio, text, unit
from helpers.outputs.output import Output

HISTORY: dict[str, Output] = {
    "claims": Output(
        "One row per claim that a report of this study ever published, with its fate.",
        {
            "claim_id": text("identifier: quarter, kind, group and metric"),
            "quarter": text("quarter whose report made it first", label="Said in"),
            "kind": choice(
                "lift: a group scores higher on average; rank: its typical member ranks higher; "
                "hypothesis: one that was supported; metric: a metric marked as better or worse; "
                "alert: a metric that was worse",
                "lift",
                "rank",
                "hypothesis",
                "metric",
                "alert",
                label="Claim",
            ),
            "id": text("segment or hypothesis"),
            "name": text("it in words", label="About"),
            "rule": text("its exact rule: SQL over the customer frame; blank = none"),
            "metric": text("what differs", format="words"),
            "compared_with": text("with what; blank = all other customers"),
            "value": by_unit("as it was published", label="Said"),
            "low": by_unit("lower end of its interval as published"),
            "high": by_unit("upper end of its interval as published"),
            "error": by_unit("its standard error as published; blank = worked out from the data"),
            "unit": unit("unit of the values", "share"),
            "without": text("lines of the score that the value leaves out"),
            "expected": by_unit(
                "the value on those lines of the score that can be compared; blank = no news",
                label="Expected",
            ),
            "predicted_low": by_unit(
                "lower end of the 95 % prediction interval, for as much news as there is"
            ),
            "predicted_high": by_unit("upper end of the 95 % prediction interval"),
            "realised": by_unit(
                "the same on customers won since, or over time since", label="Realised"
            ),
            "realised_low": by_unit("lower end of its 95 % interval"),
            "realised_high": by_unit("upper end of its 95 % interval"),
            "members": count("members that are news", label="New members"),
            "others": count("others that are news"),
            "looks": count("quarters with enough news to look, this one among them"),
            "inside": choice(
                "whether the realised value lies within the prediction interval; blank = no news",
                "",
                "yes",
                "no",
                label="As predicted",
            ),
            "power": probability(
                "chance that it is told as held up at this look, allowing for its being smaller "
                "than it was said"
            ),
            "fate": choice(
                "held up: shown again on the news; faded: less than was said, by more than chance "
                "explains, and not shown to be anything; too early to say; not comparable: see "
                "note; new: made by this report. Each verdict is wrong in at most 5 % of claims, "
                "over all looks",
                "held up",
                "faded",
                "too early",
                "not comparable",
                "new",
            ),
            "decided_in": text("quarter that said so first; blank = open"),
            "note": text("what else must be known"),
        },
        key=("claim_id",),
    ),
    "scoreboard": Output(
        "One row per kind of claim, and one for all: how earlier claims fared.",
        {
            "kind": text("kind of claim, or all", format="words", label="Claims about"),
            "claims": count("claims of earlier reports", label="Claims"),
            "looked_at": count("of them with enough news to look", label="Looked at"),
            "inside": count("of these within their prediction interval", label="As predicted"),
            "inside_share": ratio("inside ÷ looked_at", label="Share"),
            "inside_low": ratio("lower end of its 95 % interval (Wilson)"),
            "inside_high": ratio("upper end of its 95 % interval"),
            "promised": number("share that was promised", "ratio"),
            "held_up": count("held up"),
            "faded": count("claims that faded"),
            "too_early": count("too early to say"),
            "not_comparable": count("not comparable"),
        },
        key=("kind",),
    ),
}
