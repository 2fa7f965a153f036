"""Data files about order, next steps, tags and change."""

from helpers.outputs.allowed import HEALTH_GROUPS, SCORE_BANDS
from helpers.outputs.column import (
    by_unit,
    choice,
    count,
    day,
    money,
    number,
    probability,
    ratio,
    text,
    unit,
    whole,
)
from helpers.outputs.output import Output

PRIORITIES: dict[str, Output] = {
    "priorities": Output(
        "One row per validated segment that no other attribute explains, in order of priority.",
        {
            "segment_id": text("identifier of the segment"),
            "definition": text("the segment for people", label="Segment"),
            "customers": count("customers in it"),
            "lift": money("how much better its customers score than the others"),
            "extra_score": money("lift × customers"),
            "conditions": count("conditions of its rule"),
            "external_conditions": count("of them visible before a sale"),
            "coverage": ratio("how completely its attributes are filled"),
            "customer_share": ratio("its share of all included customers"),
            "market_share": ratio(
                "its share of the reachable market, of the companies of which it is known whether "
                "they are of its kind; blank = not known"
            ),
            "market_unknown": ratio(
                "share of the reachable market of which that is not known", label="Not known"
            ),
            "precision_outside": ratio(
                "of all customers analysed, past ones too, that the best rule of external "
                "attributes picks, the share that belongs to the segment; cross-validated; blank "
                "= no rule, or too few members",
                label="Found rightly",
            ),
            "recall_outside": ratio(
                "share of the segment that this rule picks; cross-validated", label="Found at all"
            ),
            "precision_low": ratio("lower 95 % limit of the share found rightly"),
            "precision_high": ratio("upper 95 % limit of the share found rightly"),
            "recall_low": ratio("lower 95 % limit of the share found at all"),
            "recall_high": ratio("upper 95 % limit of the share found at all"),
            "told_by": choice(
                "what tells its companies before a sale: its definition, other attributes (who "
                "their rule picks belongs to it more often than chance), or nothing that is known",
                "its definition",
                "other attributes",
                "no",
                "unknown",
                label="Told before a sale",
            ),
            "value": number(
                "criterion: its honest lift alone, as a share of the lead that excellent customers "
                "have; margin, retention and expansion stand in criteria.csv and do not weigh",
                "0 to 1",
            ),
            "targetability": number("criterion: how well it can be seen before a sale", "0 to 1"),
            "size": number("criterion: how large it is", "0 to 1"),
            "priority_score": number(
                "weighted mean of the three criteria", "0 to 1", label="Priority"
            ),
            "rank": whole("1 = first"),
            "rank_low": whole("best rank in 95 % of the draws"),
            "rank_high": whole("worst rank in 95 % of the draws"),
            "share_first": ratio(
                "share of the draws in which it comes first: how often resampling puts it there, "
                "not how likely it is the first (between equals it is too sure of itself)",
                format="whole_percent",
            ),
            "value_low": number("lower end of value in 95 % of the draws", "0 to 1"),
            "value_high": number("upper end of value in 95 % of the draws", "0 to 1"),
            "size_low": number("lower end of size in 95 % of the draws", "0 to 1"),
            "size_high": number("upper end of size in 95 % of the draws", "0 to 1"),
            "wins_value": number(
                "weight of value in the weights nearest to the study's under which it comes first; "
                "blank = under none",
                "0 to 1",
                label="First with value at",
                format="percent",
            ),
            "wins_targetability": number(
                "weight of targetability in them",
                "0 to 1",
                label="targetability at",
                format="percent",
            ),
            "wins_size": number(
                "weight of size in them", "0 to 1", label="size at", format="percent"
            ),
            "dominated_by": text(
                "a segment that is at least as good on every criterion and better on one; blank = "
                "none"
            ),
        },
        key=("segment_id",),
    ),
    "priorities_by": Output(
        "One row per stakeholder with weights of its own, and validated segment.",
        {
            "who": text("stakeholder; the study's own weights first"),
            "segment_id": text("identifier of the segment"),
            "definition": text("the segment for people", label="Segment"),
            "value_weight": ratio("weight of value, of 1"),
            "targetability_weight": ratio("weight of targetability, of 1"),
            "size_weight": ratio("weight of size, of 1"),
            "priority_score": number(
                "weighted mean of the three criteria", "0 to 1", label="Priority"
            ),
            "rank": whole("1 = first"),
        },
        key=("who", "segment_id"),
    ),
    "representatives": Output(
        "One row per validated segment and typical customer.",
        {
            "segment_id": text("identifier of the segment"),
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "distance": number("distance from the segment's typical customer", "0 to 1"),
            "quality_score": money("its quality score", label="Score"),
            "arr": money("what it pays a year today; blank = not known", label="ARR"),
            "story": text("its revenue, time as a customer, health and renewal, as far as known"),
            "why": text("why it represents the segment"),
        },
        key=("segment_id", "account_id"),
    ),
    "next_steps": Output(
        "One row per recommendation.",
        {
            "segment_id": text("identifier of the segment or group"),
            "definition": text("the segment or group for people", label="Group"),
            "kind": choice(
                "step: to be done; experiment: to be tried, for its reason is not shown",
                "step",
                "experiment",
            ),
            "action": text("what to do"),
            "reason": text("what in the data calls for it", label="Because"),
            "owner": text("who does it"),
            "by": day("by when; blank = each customer's own day, or none agreed", label="By"),
            "metric": text("metric that shows whether it worked"),
            "baseline": by_unit("value of the metric now", label="Today"),
            "baseline_low": by_unit("lower end of its 95 % interval"),
            "baseline_high": by_unit("upper end of its 95 % interval"),
            "target": by_unit("value to reach, or today's value where it is to be held"),
            "unit": unit("unit of baseline and target"),
            "check": text("how the next quarter tells whether it helped", label="How we will know"),
            "customers": count("its current customers; of groups to win back, all"),
            "arr": money("what they pay a year today; blank = not known", label="ARR"),
            "per_arm": count("customers with it, and as many without it, that a trial takes"),
            "p_adjusted": probability(
                "of the condition's least certain comparison, after correction for all that the "
                "playbook asks: less than segment_metrics and alerts look at, which hold another "
                "value of the same; blank = the step rests on no difference",
                label="Adjusted p",
            ),
            "about": choice(
                "whom it concerns: the group's customers, companies like them, or the company",
                "customers",
                "prospects",
                "company",
            ),
            "rule": text("the group as SQL over the customers' attributes"),
            "priority": whole("place of its segment in the order; blank = a group without one"),
            "when": text("condition of the playbook that was met"),
            "play": text("place of the play in the study file"),
        },
    ),
    "prospect_rules": Output(
        "One row per segment in order of priority: how to find companies like its own.",
        {
            "segment_id": text("identifier of the segment"),
            "definition": text("the segment for people", label="Segment"),
            "told_by": choice(
                "what tells its companies before a sale",
                "its definition",
                "other attributes",
                "no",
                "unknown",
                label="Told before a sale",
            ),
            "in_words": text("the filter for people", label="Look for"),
            "sql": text("the filter as SQL over the attributes, to paste", label="Filter"),
            "customers": number("current customers that it picks", "count", label="Customers"),
            "companies": number(
                "companies of the reachable market that it picks; blank = not known",
                "count",
                label="Companies",
            ),
            "won_share": ratio(
                "customers ÷ (customers + companies of that kind; those of which it is not known "
                "are taken to be so as often as the others); blank = not known",
                label="Already won",
            ),
            "precision_outside": ratio(
                "of all customers analysed, past ones too, that it picks, those in the segment; "
                "cross-validated; blank = the filter is the definition",
                label="Rightly",
            ),
            "precision_low": ratio("lower 95 % limit of it"),
            "precision_high": ratio("upper 95 % limit of it"),
            "recall_outside": ratio(
                "of the segment, those that it picks; cross-validated", label="Found at all"
            ),
            "why": text("why there is no filter", label="Because"),
        },
        key=("segment_id",),
    ),
    "criteria": Output(
        "One row per segment in order of priority, criterion and measure.",
        {
            "segment_id": text("identifier of the segment"),
            "definition": text("the segment for people", label="Segment"),
            "criterion": choice("value, targetability or size", "value", "targetability", "size"),
            "measure": text("what is measured"),
            "level": text("level that the measure is about; blank = none", label="Of"),
            "value": by_unit("its value; blank = not known"),
            "low": by_unit("lower 95 % limit; blank = a count of today, or not known"),
            "high": by_unit("upper 95 % limit"),
            "rest_value": by_unit("the same of the other customers; blank = none", label="Rest"),
            "unit": unit("unit of the values"),
            "why": text("why it is not known"),
        },
        key=("segment_id", "criterion", "measure"),
    ),
    "plays_left_out": Output(
        "One row per play that the numbers call for, or may, and that is not recommended.",
        {
            "segment_id": text("identifier of the segment or group"),
            "definition": text("the segment or group for people", label="Group"),
            "action": text("what would be done"),
            "when": text("condition of the playbook"),
            "why": text("why it is not recommended", label="Because"),
            "play": text("place of the play in the study file"),
            "unit": text("unit of the target; blank = no trial"),
            "per_arm": count(
                "customers with it, and as many without it, that a trial would take; blank = none"
            ),
            "target": by_unit("value that the trial would have to show"),
            "p_adjusted": probability("of the difference, where it is shown"),
        },
        key=("segment_id", "play"),
    ),
    "tags": Output(
        "One row per current customer, ready to load back into CRM and helpdesk.",
        {
            "account_id": text("account identifier, as text"),
            "size_tier": choice("A, B or C by revenue", "", "A", "B", "C"),
            "tenure": choice(
                "trial, onboarding, first_90_days, first_year or veteran",
                "",
                "trial",
                "onboarding",
                "first_90_days",
                "first_year",
                "veteran",
            ),
            "quality_band": choice("band of the quality score", "", *SCORE_BANDS),
            "segment": text("its first validated segment; blank = none"),
            "segments": text("all its validated segments, joined by ;"),
            "health_group": choice(
                "key, at_risk, high_potential, low_potential or unproven", "", *HEALTH_GROUPS
            ),
            "service_tier": choice(
                "priority, standard or self_service", "priority", "standard", "self_service"
            ),
            "size": text("declared size tier; blank = none declared, or below the lowest"),
            "need": text("what the customer wants to achieve; blank = not interviewed"),
            "segment_name": text("its first validated segment in words; blank = none"),
            "renewal_quarter": text("quarter of the next renewal; blank = none known"),
            "engagement_tier": text("tier of the engagement model"),
        },
        key=("account_id",),
    ),
    "tag_changes": Output(
        "One row per customer and tag that differs from the quarter before.",
        {
            "account_id": text("account identifier, as text"),
            "tag": text("column of tags"),
            "before": text("its value in the quarter before; blank = none"),
            "after": text("its value now; blank = none, or no longer a customer"),
        },
        key=("account_id", "tag"),
    ),
    "movement": Output(
        "One row per change of a customer or segment since the quarter before.",
        {
            "kind": choice("customer or segment", "customer", "segment"),
            "id": text("account or segment"),
            "name": text("what it is called"),
            "change": text(
                "new, gone, status, band, health, stage, rank, joined, left, verdict, renamed, …"
            ),
            "before": text("value in the quarter before"),
            "after": text("value now"),
            "difference": number(
                "after minus before, where both are numbers; of ranks among customers of both "
                "quarters",
                "",
            ),
            "because": text("line of the score, part of health or attribute that changed"),
            "reason": text("the same with its values", label="Because"),
        },
    ),
    "flows": Output(
        "One row per move between groups since the quarter before and reason: how many customers.",
        {
            "change": choice(
                "between bands of the score, groups of health, stages of life, or segments",
                "band",
                "health",
                "stage",
                "segment",
                label="Between",
            ),
            "before": text("group then; blank = joined a segment", label="From"),
            "after": text("group now; blank = left a segment", label="To"),
            "because": text(
                "what changed: line of the score, part of health, attribute", label="Because"
            ),
            "customers": count("customers that moved so for that"),
        },
        key=("change", "before", "after", "because"),
    ),
}
