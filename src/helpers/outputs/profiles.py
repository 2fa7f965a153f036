"""Data files about what each segment looks like."""

from helpers.outputs.column import (
    Column,
    by_unit,
    choice,
    count,
    number,
    probability,
    ratio,
    text,
    unit,
)
from helpers.outputs.output import Output

# A share of those who answered, or of tickets, against all other customers.
_SHARE: dict[str, Column] = {
    "value": number(
        "share among those whose level is known; of unknown, among all", "%", label="Share"
    ),
    "low": number("lower end of its 95 % interval", "%", label="Low"),
    "high": number("upper end of its 95 % interval", "%", label="High"),
    "rest_value": number("the same share of all other customers", "%", label="Rest"),
    "difference": number("value minus value of the rest", "points"),
    "difference_low": number("lower end of the difference's 95 % interval", "points"),
    "difference_high": number("upper end of the difference's 95 % interval", "points"),
    "p_adjusted": probability(
        "false discovery rate at which the difference would be shown, over all segments and levels"
    ),
    "better": choice(
        "higher or lower where p_adjusted is at most 0.05; blank where nothing was tested",
        "",
        "higher",
        "lower",
        "no difference shown",
    ),
    "unit": unit("unit of the share"),
    "method": text("how the interval was made"),
}

PROFILES: dict[str, Output] = {
    "segment_metrics": Output(
        "One row per segment and metric, against the rest.",
        {
            "segment_id": text("identifier of the segment"),
            "metric": text("name of the metric; see the metric definitions"),
            "customers": count("customers of the segment with data"),
            "observations": count("what they were measured on: tickets, responses, customers"),
            "value": by_unit("the segment's value; blank = no data"),
            "low": by_unit("lower end of its 95 % interval", label="Low"),
            "high": by_unit("upper end of its 95 % interval", label="High"),
            "rest_customers": count("other customers with data"),
            "rest_value": by_unit("value of all others", label="Rest"),
            "rest_low": by_unit("lower end of its 95 % interval"),
            "rest_high": by_unit("upper end of its 95 % interval"),
            "difference": by_unit("value minus value of the rest; blank for sums"),
            "difference_low": by_unit("lower end of the difference's 95 % interval"),
            "difference_high": by_unit("upper end of the difference's 95 % interval"),
            "p_value": probability(
                "p-value of the difference: by permuting who belongs to the segment; of survival "
                "by the log-rank test; of medians and metrics derived from others as the interval "
                "of the difference implies"
            ),
            "p_adjusted": probability(
                "false discovery rate at which the difference would be shown, over all segments "
                "and metrics that share a line of the score, or over all that share none; alerts "
                "and next_steps look at fewer comparisons, and so hold another value of the same"
            ),
            "better": choice(
                "better, worse, higher or lower where p_adjusted is at most 0.05, else no "
                "difference shown; blank where nothing was tested",
                "",
                "better",
                "worse",
                "higher",
                "lower",
                "no difference shown",
            ),
            "shares_score_inputs": text(
                "lines of the score made of the same facts: what made the score is no finding"
            ),
            "unit": unit("unit of the value"),
            "method": text(
                "how the interval was made. A blank end is not known; by bootstrap-t no end lies "
                "more than ten standard errors away, unless customers are few and one of them does"
            ),
        },
        key=("segment_id", "metric"),
    ),
    "service_mix": Output(
        "One row per segment, dimension and level: what the tickets of the quarter are about. "
        "Intervals are not adjusted for the number of levels; p_adjusted is.",
        {
            "segment_id": text("identifier of the segment"),
            "dimension": choice(
                "reason, product_area, sentiment or resolution_type",
                "reason",
                "product_area",
                "sentiment",
                "resolution_type",
            ),
            "level": text("its value; the most frequent first, then other and unknown"),
            "customers": count("customers of the segment behind the share"),
            "observations": count("tickets behind the share"),
            **_SHARE,
        },
        key=("segment_id", "dimension", "level"),
    ),
    "survey_reasons": Output(
        "One row per segment, group of respondents and reason of the latest NPS answers of the "
        "quarter. Intervals are not adjusted for the number of reasons; p_adjusted is.",
        {
            "segment_id": text("identifier of the segment"),
            "group": choice(
                "promoters, passives or detractors", "promoters", "passives", "detractors"
            ),
            "reason": text("reason given; the most frequent first, then other and unknown"),
            "customers": count("customers of the segment behind the share"),
            "responses": count("answers behind the share", label="Answers"),
            **_SHARE,
        },
        key=("segment_id", "group", "reason"),
    ),
    "segment_needs": Output(
        "One row per segment, dimension and answer of the interviews on needs. Customers are not "
        "interviewed at random: shares describe those who were asked.",
        {
            "segment_id": text("identifier of the segment"),
            "dimension": text("required_outcome, or what the experience should be like"),
            "answer": text("what customers said; the commonest first"),
            "mentions": count("interviewed customers of the segment that said so", label="Said so"),
            "customers": count(
                "interviewed customers of the segment with any answer", label="Interviewed"
            ),
            "share": ratio("mentions ÷ customers"),
            "rest_customers": count("interviewed customers outside it with any answer"),
            "rest_share": ratio("the same share of these", label="Others"),
        },
        key=("segment_id", "dimension", "answer"),
    ),
}
