"""Data files about what people do: agreement on the score, research by hand, interviews."""

from helpers.outputs.column import count, money, ratio, text, yes_no
from helpers.outputs.output import Output

PEOPLE: dict[str, Output] = {
    "hypothesis_proposals": Output(
        "One row per candidate for a hypothesis, made without looking at any difference.",
        {
            "proposal_id": text("identifier of the proposal", label="Proposal"),
            "statement": text("what would be claimed"),
            "variable": text("attribute that it is about"),
            "level": text("level of that attribute"),
            "where": text("SQL condition over the customers"),
            "customers": count("customers that meet the condition"),
            "customer_share": ratio("their share of all", label="Share"),
            "detectable_difference": money(
                "smallest difference in the score that would be shown four times out of five, were "
                "all proposals tested",
                label="Could be seen from",
            ),
            "declared": yes_no("whether the study declares this condition already"),
        },
        key=("proposal_id",),
    ),
}
