"""Data files about groups that are worked with, and lists to act on."""

from dataclasses import replace

from helpers.outputs.column import (
    Column,
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
    yes_no,
)
from helpers.outputs.output import Output
from helpers.outputs.profiles import PROFILES
from helpers.study import Study
from helpers.words import N_
from helpers.words.spoken import composed

TAG = N_("the tag {tag}; blank = not known")


def _tag(study: Study, name: str) -> Column | None:
    known = {heading: tag for tag, heading in study.tags.headings.items()}
    return text(composed(TAG, tag=known[name])) if name in known else None


ACTION: dict[str, Output] = {
    "groups": Output(
        "One row per group that is worked with and has a customer.",
        {
            "segment_id": text("identifier of the group"),
            "kind": choice(
                "segments, lifecycle, health, value, needs, served, size, tier, win-back or ceased",
                "segments",
                "lifecycle",
                "health",
                "value",
                "needs",
                "served",
                "size",
                "tier",
                "win-back",
                "ceased",
            ),
            "definition": text("the group for people", label="Group"),
            "rule": text("SQL over the customer frame; blank = made by a computed level"),
            "customers": count("customers in it, former ones too"),
            "worked_with": count("of them current ones; of groups to win back, those worth it"),
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
    "service_savings": Output(
        "One row where healthy customers take far more service than customers of like revenue.",
        {
            "segment_id": text("identifier of the group"),
            "customers": count("healthy and over-served current customers"),
            "measure": text("what service is measured by"),
            "taken": by_unit("what they took", label="Took"),
            "peers": by_unit("what as many of their peers take, by the median", label="Peers"),
            "excess": by_unit("taken − peers: the most that could be saved", label="At most"),
            "low": by_unit("lower 95 % limit"),
            "high": by_unit("upper 95 % limit"),
            "unit": unit("unit of the amounts"),
        },
        key=("segment_id",),
    ),
    "crm_tags": Output(
        "One row per current customer: tags under the names that the study gives them, to load.",
        {},
        open_columns=_tag,
    ),
    "trial_customers": Output(
        "One row per trial and customer that was drawn for it by lot.",
        {
            "segment_id": text("identifier of the group"),
            "play": text("place of the play in the study file"),
            "action": text("what is tried"),
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "arm": choice("whether the customer gets it", "with it", "without it"),
        },
        key=("segment_id", "play", "account_id"),
    ),
    "messages": Output(
        "One row per play with a message and customer that it is for, the largest annual revenue "
        "first.",
        {
            "play": text("place of the play in the study file"),
            "action": text("what to do"),
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "owner": text("who looks after the customer; blank = not collected"),
            "responsible": text("who does it"),
            "by": day("by when; blank = no day agreed", label="By"),
            "message": text("the message, with the customer's own facts"),
        },
        key=("play", "account_id"),
    ),
    "group_mix": replace(
        PROFILES["service_mix"],
        about="One row per group that is worked with and large enough, dimension and level: what "
        "the tickets of the quarter are about.",
    ),
    "customers_to_act_on": Output(
        "One row per customer and action, the largest annual revenue first.",
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
            "by": day(
                "by when, never after the next renewal; blank = no day agreed, or not asked now",
                label="By",
            ),
            "responsible": text("who does it"),
            "status": choice("current or former", "current", "former"),
            "value_at_stake": money(
                "ARR of a current customer, last annual contract value of a former one; without "
                "contracts what a current customer ordered in twelve months; blank = not known",
                label="Annual revenue",
            ),
            "segment_id": text("identifier of the group"),
            "play": text("place of the play in the study file"),
            "left_on": day("day on which a former customer left; blank = current, or not known"),
            "left_for": text("why it left; blank = current, or not known"),
            "not_now": text(
                "why the customer is not asked now, nor written to; blank = nothing is against it"
            ),
        },
        key=("account_id", "play"),
    ),
    "feedback": Output(
        "One row per remark of a stakeholder in the study file, those without an answer first.",
        {
            "place": whole("order in which they are listed"),
            "who": text("who said it", label="Who"),
            "said_on": day("day on which it was said", label="On"),
            "said": text("what was said", label="Said"),
            "answer": text("what was answered; blank = nothing yet", label="Answer"),
            "answered_on": day("day of the answer; blank = none given"),
            "open": yes_no("whether it has no answer"),
            "before_report": yes_no("whether it was said by the end of the quarter"),
        },
        key=("place",),
    ),
    "cross_sell": Output(
        "One row per validated segment and product that is held beside another one.",
        {
            "segment_id": text("identifier of the segment"),
            "definition": text("the segment for people", label="Segment"),
            "product": text("product of contracts in force", label="Product"),
            "customers": count("current customers of the segment"),
            "holders": count("of them those that hold it"),
            "share": ratio("holders ÷ customers", label="Hold it"),
            "like_share": ratio(
                "share among other current customers that pay as much for everything else",
                label="Like customers",
            ),
            "difference": ratio("share of members with like customers, minus that of these"),
            "difference_low": ratio("lower 95 % limit, not adjusted"),
            "difference_high": ratio("upper 95 % limit, not adjusted"),
            "p_value": probability("exact, within thirds by what is paid for everything else"),
            "p_adjusted": probability(
                "after Benjamini and Hochberg over all pairs of segment and product",
                label="Adjusted p",
            ),
            "more_often": yes_no("whether the segment is shown to hold it more often"),
        },
        key=("segment_id", "product"),
    ),
    "cross_sell_customers": Output(
        "One row per member of a segment that lacks a product which the segment holds more often.",
        {
            "segment_id": text("identifier of the segment"),
            "definition": text("the segment for people", label="Segment"),
            "product": text("the product that it lacks", label="Lacks"),
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "owner": text("who looks after it; blank = not collected"),
            "arr": money("what it pays a year today", label="ARR"),
            "holds": text("products that it holds", label="Holds"),
            "not_now": text("why it is offered nothing now; blank = nothing is against it"),
        },
        key=("segment_id", "product", "account_id"),
    ),
    "distinct_segments": Output(
        "One row per segment by precedence, each customer once; who is left over last.",
        {
            "segment_id": text("identifier of the segment; left-over = in none of them"),
            "definition": text("the segment for people", label="Segment"),
            "place": whole("1 = takes its customers first"),
            "members": count("current customers in it, in others too or not"),
            "customers": count("of them those in none before it; none where it is dropped"),
            "customer_share": ratio("of all current customers", label="Of customers"),
            "mean_score": money("their mean quality score", label="Mean score"),
            "score_spread": money("standard deviation of their scores", label="Spread within"),
            "score_share": ratio(
                "of the sum of all scores; blank where one is below zero", label="Of the score"
            ),
            "arr": money("what they pay a year; blank = not known", label="ARR"),
            "arr_share": ratio("of all ARR", label="Of ARR"),
            "dropped": text("why it adds nothing to those before it; blank = it does"),
        },
        key=("segment_id",),
    ),
    "segment_overlaps": Output(
        "One row per pair of ranked segments: current customers in both.",
        {
            "segment_id": text("identifier of the segment"),
            "other_id": text("identifier of the other one"),
            "both": count("current customers in both"),
            "of_segment": ratio("of the segment's customers", label="Of the first"),
            "of_other": ratio("of the other one's customers", label="Of the second"),
        },
        key=("segment_id", "other_id"),
    ),
    "engagement": Output(
        "One row per tier of the engagement model, the closest first.",
        {
            "tier": text("name of the tier", label="Tier"),
            "place": whole("1 = the closest"),
            "rule": text("SQL over a customer; the first tier that holds is a customer's"),
            "customers": count("current customers"),
            "arr": money("what they pay a year; blank = not known", label="ARR"),
            "response_hours": number(
                "promised: hours to the first answer; blank = nothing", "hours", label="Promised"
            ),
            "cadence_days": number(
                "promised: days between contacts; blank = nothing", "days", label="Contact every"
            ),
            "tickets": number(
                "tickets opened in the quarter; blank = not collected", "count", label="Tickets"
            ),
            "kept": number("of them answered as promised", "count"),
            "late": number("of them answered late, or waiting longer than promised", "count"),
            "pending": number("of them waiting for less than promised", "count"),
            "kept_share": ratio(
                "kept ÷ (kept + late); blank = nothing promised, or too few customers",
                label="Kept",
            ),
            "kept_low": ratio("lower 95 % limit of the share", label="Low"),
            "kept_high": ratio("upper 95 % limit of the share", label="High"),
            "waiting_known": number(
                "resolved tickets with the time that waited for the customer", "count"
            ),
            "waiting_customer_hours": number(
                "of these, mean time that waited for the customer, around the clock",
                "hours",
                label="Waited for the customer",
            ),
            "waiting_us_hours": number(
                "of these, mean time that waited for us, around the clock",
                "hours",
                label="Waited for us",
            ),
        },
        key=("tier",),
    ),
    "renewals": Output(
        "One row per current customer with a paid contract that comes up, by day.",
        {
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "renews_on": day("first day on which a contract comes up", label="Renews on"),
            "contracts": count("contracts that come up within the window"),
            "arr_at_stake": money("what these contracts are worth a year", label="At stake"),
            "segment": text("first validated segment in words; blank = none", label="Segment"),
            "health": text("group of health; blank = not computed", format="words"),
            "owner": text("who looks after the customer; blank = not collected"),
        },
        key=("account_id",),
    ),
    "renewal_groups": Output(
        "One row per group of health and segment with renewals, the most at stake first.",
        {
            "health": text("group of health; blank = not computed"),
            "segment": text("first validated segment in words; blank = none", label="Segment"),
            "customers": count("customers with a renewal"),
            "arr_at_stake": money("what their contracts are worth a year", label="At stake"),
            "first_on": day("the first of their days", label="First on"),
        },
        key=("health", "segment"),
    ),
    "renewal_history": Output(
        "One row per quarter with renewals, this one last: what was at stake and what was lost.",
        {
            "quarter_end": day("last day of the quarter from which the window counts"),
            "renewals": count("customers with a renewal in the window"),
            "at_stake": money("what their contracts were worth a year", label="At stake"),
            "lost": money(
                "how much less they paid after the window; blank = not known yet", label="Lost"
            ),
            "lost_share": ratio("lost ÷ at stake", label="Share lost"),
            "expected": money("by all other past quarters", label="Expected"),
            "low": money("lower limit, four of five quarters; blank = withheld", label="Low"),
            "high": money("upper limit, four of five quarters; blank = withheld", label="High"),
            "inside": choice(
                "whether what was lost lies within the limits; blank = not known", "", "yes", "no"
            ),
        },
        key=("quarter_end",),
    ),
    "books": Output(
        "One row per current customer: who looks after it today, and who is proposed to.",
        {
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "alike": text("the tag that books keep together; blank = none", label="Alike"),
            "arr": money("what it pays a year today; blank = not known", label="ARR"),
            "owner": text("who looks after it today; blank = nobody, or not collected"),
            "manager": text("who is proposed to; blank = nothing is proposed"),
            "change": choice(
                "what the proposal changes for it; blank = nothing is proposed",
                "",
                "stays",
                "handed over",
                "first manager",
            ),
        },
        key=("account_id",),
    ),
    "book_managers": Output(
        "One row per plan and manager.",
        {
            "plan": choice("the books of today, or those proposed", "today", "proposed"),
            "manager": text("manager; blank = customers without one"),
            "customers": count("customers"),
            "arr": money("what they pay a year, of those that is known of", label="ARR"),
            "segments": count("different values of the tag that books keep together"),
            "handovers": count("of the customers, those that a proposal moves"),
            "most_customers": number(
                "capacity; blank = not declared", "count", label="Most customers"
            ),
            "most_arr": money("capacity; blank = no limit", label="Most ARR"),
            "over": yes_no("whether a capacity is passed", label="Over capacity"),
        },
        key=("plan", "manager"),
    ),
    "book_plans": Output(
        "One row per plan: today's books, those proposed, and other shapes of a book.",
        {
            "plan": text("today, proposed, or the shape by its name", format="words"),
            "managers": count("managers; of another shape at least so many, by sums"),
            "customers": number("customers per manager", "count", label="Customers each"),
            "customers_most": number("of the largest book", "count", label="At most"),
            "arr": money("revenue per manager", label="ARR each"),
            "arr_least": money("of the smallest book", label="Least ARR"),
            "arr_most": money("of the largest book", label="Most ARR"),
            "segments": number(
                "different values of the tag that books keep together, per manager",
                "count",
                label="Segments each",
            ),
            "handovers": number("customers that change their manager", "count"),
            "over": number("managers above their capacity", "count", label="Over capacity"),
            "too_large": number(
                "customers that are more than a whole book of this shape",
                "count",
                label="Too large",
            ),
        },
        key=("plan",),
    ),
}
