"""Data files about earlier quarters: what was claimed, what became of it, what moved."""

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
)
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
                "alert: a metric that was worse; forecast: ARR lost at renewal; step: a target",
                "lift",
                "rank",
                "hypothesis",
                "metric",
                "alert",
                "forecast",
                "step",
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
                "note; new: made by this report. Each of the first two is wrong in at most 5 % of "
                "claims, over all looks. Of forecasts and steps: held up = within the range, or at "
                "the target; missed = not",
                "held up",
                "faded",
                "missed",
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
            "looked_at": count(
                "of them with enough news to look; of all, without forecasts and steps",
                label="Looked at",
            ),
            "inside": count("of these within their prediction interval", label="As predicted"),
            "inside_share": ratio("inside ÷ looked_at", label="Share"),
            "inside_low": ratio("lower end of its 95 % interval (Wilson)"),
            "inside_high": ratio("upper end of its 95 % interval"),
            "promised": number("share that was promised", "ratio"),
            "held_up": count("held up"),
            "faded": count("claims that faded"),
            "missed": count("forecasts and targets that did not come true"),
            "too_early": count("too early to say"),
            "not_comparable": count("not comparable"),
        },
        key=("kind",),
    ),
    "metric_parts": Output(
        "One row per main metric and customer with data: what the metric is made of.",
        {
            "metric": text("name of the metric"),
            "account_id": text("account identifier, as text"),
            "numerator": number("the customer's part of the upper sum", "see metric"),
            "denominator": number("its part of the lower sum", "see metric"),
        },
        key=("metric", "account_id"),
    ),
    "mix_and_rate": Output(
        "One row per main metric, dimension and level: its change since the quarter before, in a "
        "change of mix and a change of rate.",
        {
            "metric": text("name of the metric"),
            "dimension": text("customers (kept, new, lost), or an attribute", label="Split by"),
            "level": text("level of the dimension; all = all customers", label="Level"),
            "share_before": ratio("share of the lower sum then", label="Share then"),
            "share_now": ratio("the same now", label="Share now"),
            "value_before": by_unit("value in the quarter before", label="Then"),
            "value_now": by_unit("value now", label="Now"),
            "customers": count("customers with data now; of lost ones, then"),
            "change": by_unit("of all: value now minus value before", label="Change"),
            "change_error": by_unit("its standard error"),
            "mix": by_unit("part that comes from other customers or other shares", label="Mix"),
            "rate": by_unit("part that comes from other values of like customers", label="Rate"),
            "rate_error": by_unit("standard error of the rate of all"),
            "unit": unit("unit of the metric"),
            "verdict": choice(
                "of a change that is shown: rate (like customers changed the same way), mix (they "
                "did not, and mix is at least half), reversed (they changed the other way); blank "
                "= not shown, or a level",
                "",
                "mix",
                "rate",
                "reversed",
            ),
        },
        key=("metric", "dimension", "level"),
    ),
    "drift": Output(
        "One row per attribute and main metric: how far its spread over customers is from that of "
        "the quarter before (population stability index), and what is usual here.",
        {
            "field": text("attribute or metric"),
            "kind": choice("attribute or metric", "attribute", "metric"),
            "psi": number(
                "sum over levels of (share now − share then) × ln(share now ÷ share then)",
                "standardised",
                label="Stability index",
            ),
            "largest": text("level or decile whose share changed most", label="Changed most"),
            "share_before": ratio("its share then", label="Share then"),
            "share_now": ratio("its share now", label="Share now"),
            "quarters": count("earlier quarters whose report holds the index", label="Quarters"),
            "usual_median": number(
                "median of these; blank = none", "standardised", label="Usually"
            ),
            "usual_high": number("largest of these", "standardised", label="At most so far"),
            "verdict": choice(
                "unusual: above each of at least four earlier ones; blank = fewer",
                "",
                "usual",
                "unusual",
            ),
        },
        key=("kind", "field"),
    ),
    "segment_series": Output(
        "One row per segment that ever was a finding, measure and quarter: what it was, with the "
        "noise band of that quarter.",
        {
            "segment_id": text("identifier of the segment"),
            "definition": text("it in words", label="Segment"),
            "measure": text("customer_share, lift, or a main metric", format="words"),
            "quarter": text("quarter whose report says it", label="Quarter"),
            "value": by_unit("value of that quarter", label="Value"),
            "low": by_unit("lower end of its 95 % interval", label="Low"),
            "high": by_unit("upper end of its 95 % interval", label="High"),
            "customers": count("customers behind it"),
            "unit": unit("unit of the values"),
            "verdict": text("what the segment was in that quarter", format="words"),
        },
        key=("segment_id", "measure", "quarter"),
    ),
    "control_charts": Output(
        "One row per segment, metric and window: the metric over time, and limits of the last.",
        {
            "segment_id": text("identifier of the segment; company = all customers"),
            "metric": text("name of the metric"),
            "quarter": text("quarter at whose end the window ends", label="Quarter"),
            "value": by_unit("value of the window", label="Value"),
            "error": by_unit("its standard error"),
            "customers": count("customers with data"),
            "unit": unit("unit of the metric"),
            "windows": count("windows that share no day, this quarter's among them"),
            "centre": by_unit("mean of the earlier windows; blank = no limits", label="Centre"),
            "limit_low": by_unit("lower limit of this quarter's value", label="Low"),
            "limit_high": by_unit("upper limit", label="High"),
            "signal": choice(
                "this quarter's value: inside its limits, worse or better; blank = no limits",
                "",
                "inside",
                "worse",
                "better",
            ),
        },
        key=("segment_id", "metric", "quarter"),
    ),
    "segment_lineage": Output(
        "One row per segment that a report of the study ever told as a finding: where it stands.",
        {
            "segment_id": text("identifier; it stays as long as the rule does"),
            "definition": text("it in words", label="Segment"),
            "rule": text("its exact rule: SQL over the customer frame"),
            "first_found": text("quarter that told it first", label="First found"),
            "last_found": text("latest quarter that told it", label="Last found"),
            "verdict": text("its verdict today; blank = not looked at by itself", format="words"),
            "state": choice(
                "found: told today; goes on: under the identifier in continues; followed: not told "
                "today, and neither retired nor empty; nobody left; retired: by the change log",
                "found",
                "goes on",
                "followed",
                "nobody left",
                "retired",
            ),
            "continues": text(
                "identifiers that hold its customers today, joined by ;", label="Continues as"
            ),
            "customers": number("customers that its rule finds today; blank = not known", "count"),
            "lift": money("plain lift of these today: describes, proves nothing", label="Lift"),
            "lift_low": money("lower end of its 95 % interval"),
            "lift_high": money("upper end of its 95 % interval"),
            "rank": number("place in the order of priority; blank = none", "count", label="Place"),
            "rank_before": number("place a quarter ago; blank = none", "count", label="Place then"),
            "moved": choice(
                "rises: all places that the draws give it lie above that of before; rises, not "
                "firm: only its place does; falls; blank = as it was",
                "",
                "rises",
                "may rise",
                "falls",
            ),
        },
        key=("segment_id",),
    ),
    "steps_followed": Output(
        "One row per step of the quarter before: whether it was done, whether its target is "
        "reached, and its customers beside others of like baseline.",
        {
            "quarter": text("quarter whose report recommended it", label="Said in"),
            "segment_id": text("identifier of the segment or group"),
            "definition": text("it in words", label="Group"),
            "action": text("what was to be done"),
            "owner": text("who was to do it"),
            "by": day("by when; blank = no day agreed", label="By"),
            "done": choice(
                "by the study's work plan; not planned = no task names the play",
                "done",
                "not done",
                "not planned",
            ),
            "metric": text("metric that shows whether it worked", format="words"),
            "baseline": by_unit("its value then", label="Then"),
            "target": by_unit("value to reach", label="Target"),
            "value": by_unit("its value today", label="Today"),
            "low": by_unit("lower end of its 95 % interval"),
            "high": by_unit("upper end of its 95 % interval"),
            "unit": unit("unit of the values"),
            "reached": choice(
                "yes: today's value is at the target or better; no: its whole interval falls "
                "short; open: neither; blank = cannot be said, or not before its day",
                "",
                "yes",
                "no",
                "open",
            ),
            "assigned": choice(
                "how it was chosen who was treated; observed = not by lot",
                "",
                "at random",
                "observed",
            ),
            "treated": count(
                "customers of the group that were treated: those whom a task names or, where it "
                "names nobody, the list of then without those not to be asked"
            ),
            "treated_lost": count("of these, without the metric today"),
            "others": count(
                "others with the metric then and now; where compared, those of like value before"
            ),
            "treated_change": by_unit("mean change of treated customers"),
            "others_change": by_unit("mean change of others of like value before"),
            "difference": by_unit(
                "change of treated minus others, within fifths of the value then", label="Apart"
            ),
            "difference_low": by_unit("lower end of its 95 % interval", label="Low"),
            "difference_high": by_unit("upper end of its 95 % interval", label="High"),
            "note": text("why something is blank"),
        },
    ),
    "method_effect": Output(
        "One row per number of the headline: the quarter before under two methods, then and now.",
        {
            "segment_id": text("segment; blank = of the whole company"),
            "name": text("it in words", label="Segment"),
            "measure": text("what is measured", format="words", label="Number"),
            "then": by_unit("as the quarter before published it", label="Method of then"),
            "now": by_unit("the same quarter by today's method", label="Method of now"),
            "unit": unit("unit of both"),
        },
        key=("segment_id", "measure"),
    ),
}
