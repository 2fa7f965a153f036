"""Data files about groups that are worked with, and lists to act on."""

from dataclasses import replace

from helpers.outputs.column import choice, count, day, money, text, yes_no
from helpers.outputs.output import Output
from helpers.outputs.profiles import PROFILES

ACTION: dict[str, Output] = {
    "groups": Output(
        "One row per group that is worked with and has a customer.",
        {
            "segment_id": text("identifier of the group"),
            "kind": choice(
                "validated segment, lifecycle, health, value, needs, served, size or win-back",
                "segments",
                "lifecycle",
                "health",
                "value",
                "needs",
                "served",
                "size",
                "win-back",
            ),
            "definition": text("the group for people", label="Group"),
            "rule": text("SQL over the customer frame; blank = made by a computed level"),
            "customers": count("customers in it, former ones too"),
            "worked_with": count("of them current ones; of groups to win back, all"),
            "arr": money("what they pay a year today; blank = not known", label="ARR"),
            "judged": yes_no("whether it is large enough for statistics", label="Statistics"),
        },
        key=("segment_id",),
    ),
    "group_members": Output(
        "One row per group that is worked with and customer.",
        {
            "segment_id": text("identifier of the group"),
            "account_id": text("account identifier, as text"),
            "worked_with": yes_no("a current customer, or one to win back"),
        },
        key=("segment_id", "account_id"),
    ),
    "group_metrics": replace(
        PROFILES["segment_metrics"],
        about="One row per group that is worked with and large enough, and metric.",
    ),
    "customers_to_act_on": Output(
        "One row per customer and action, the most at stake first.",
        {
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "groups": text("all groups of the customer that are worked with, joined by ;"),
            "arr": money("what it pays a year today; blank = nothing, or not known", label="ARR"),
            "renews_on": day("next renewal of a contract; blank = none, or not collected"),
            "health": text("group of health, and the part with the fewest points"),
            "owner": text("who looks after the customer; blank = not collected"),
            "action": text("what to do"),
            "reason": text("the group that the action is for, and why", label="Because"),
            "by": day("by when; blank = no day agreed", label="By"),
            "responsible": text("who does it"),
            "status": choice("current or former", "current", "former"),
            "value_at_stake": money(
                "ARR of a current customer, last annual contract value of a former one",
                label="At stake",
            ),
            "segment_id": text("identifier of the group"),
            "play": text("place of the play in the study file"),
        },
        key=("account_id", "play"),
    ),
}
