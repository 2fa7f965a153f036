"""Tables of the document that show other columns than a data file's: what each column is.

A view is known by the id of its exhibit. It names the columns that are shown, in their order. None
means that the data file which the exhibit names as its source declares the column.
"""

from collections.abc import Mapping
from dataclasses import replace

from helpers.outputs.column import Column, by_unit, count, day, money, number, ratio, text

View = Mapping[str, Column | None]


def of(*names: str) -> dict[str, Column | None]:
    """Columns that the data file declares."""
    return dict.fromkeys(names)


SEGMENT = {"segment": text("the segment for people", label="Segment")}
METRIC = {"label": text("what the metric is called", label="Metric")}
ROWS = {
    "table": text("canonical table", label="Table"),
    "files": text("raw files that it was read from", label="Files"),
    "rows_in": count("rows that were read", label="Rows read"),
    "rows_used": count("rows that are used", label="Used"),
    "rows_after_as_of": count("rows of later days", label="Later than the quarter"),
    "rows_rejected": count("rows that cannot be used", label="Set aside"),
}
TESTED = {
    "test": None,
    "customers": None,
    "effect_size": None,
    "p_value": None,
    "p_adjusted": None,
    "shares_score_inputs": None,
    "verdict": None,
}
MONEY = money("money of twelve months", "currency")
SHARE = ratio("share", label="Share")


def _named(column: Column, **labels: str) -> dict[str, Column | None]:
    """The same kind of column several times, each with a heading."""
    return {name: replace(column, label=label) for name, label in labels.items()}


VIEWS: dict[str, View] = {
    # ── scoping ──────────────────────────────────────────────────────────────────────────────────
    "charter": {
        "item": text("part of the charter", label="Item"),
        "content": text("what was agreed", label="Agreed"),
    },
    "executive_case": {
        "question": text("what executives ask", label="Question"),
        "answer": text("the answer", label="Answer"),
    },
    "deliverables": {
        "deliverable": text("what the charter promises", label="Promised"),
        "made_as": text("what the run makes of it", label="Made as"),
    },
    "stakeholders_told": {
        "name": text("stakeholder", label="Stakeholder"),
        "on": day("day", label="On"),
        "what": text("what they were told", label="Told"),
    },
    "outline": {
        "step": text("step of the study", label="Step"),
        "methods": text("how it is done", label="Methods"),
        "tasks": count("tasks of the plan", label="Tasks"),
        "starts": day("first day of a task", label="Starts"),
        "due": day("last day of a task", label="Due"),
    },
    "plan_rolled_up": {
        "step": text("step of the study", label="Step"),
        "tasks": count("tasks", label="Tasks"),
        "done": count("of them done", label="Done"),
        "estimate_hours": number("hours estimated", "", label="Hours estimated"),
        "actual_hours": number("hours spent", "", label="Hours spent"),
        "estimate_days": number("days estimated", "", label="Days estimated", format="points"),
        "estimate_weeks": number("weeks estimated", "", label="Weeks estimated", format="points"),
        "drift": ratio("hours spent ÷ estimated, of what is done", label="Spent ÷ estimated"),
    },
    "hypothesis_matrix": {
        "hypothesis": text("hypothesis", label="Hypothesis"),
        "field": text("its field", label="Field"),
        "source": text("where it comes from", label="Source"),
        "collected_by": text("who collects it", label="Collected by"),
        "method": text("how it is tested", label="Method"),
    },
    "declared_hypotheses": {
        **of("id", "statement", "variables", "where"),
        "outcome": text("what is compared", format="words"),
        **of("source", "declared_on"),
        "fixed": text("when it was fixed, as the record shows", label="Fixed on record"),
    },
    # ── customer list ────────────────────────────────────────────────────────────────────────────
    "rows_read": ROWS,
    "revenue_by_product": {
        "product": text("product", label="Product"),
        "accounts": count("accounts with a contract above zero", label="Accounts"),
        "mrr": money("MRR in force", "currency per month", label="MRR"),
        "share": SHARE,
    },
    "largest_orders": {
        "account_id": text("account", label="Account ID"),
        "orders": count("positive orders", label="Orders"),
        **_named(MONEY, gross="Gross", returned="Returned", net="Net"),
    },
    "score_agreement": of(
        "stakeholder",
        "asked",
        "viewed",
        "tau",
        "tau_low",
        "tau_high",
        "kappa",
        "kappa_low",
        "kappa_high",
        "band_agreement",
        "opposite_band",
    ),
    "score_agreement_proposed": of("stakeholder", "formula", "viewed", "tau", "kappa"),
    "score_disagreements": of(
        "name",
        "stakeholders",
        "view_place",
        "score_place",
        "difference",
        "spread",
        "line",
        "line_amount",
        "line_average",
        "difference_without",
    ),
    "score_tried": of(
        "label", "adopted", "changed", "customers", "tau", "largest_move", "other_band"
    ),
    "score_stability": of("name", "rank", "rank_low", "rank_high", "band", "same_band_share"),
    "score_sensitivity": of("label", "adopted", "changed", "tau", "findings_held", "findings_lost"),
    "formula_comparison": of(
        "name",
        "quality_score",
        "proposed_score",
        "rank",
        "proposed_rank",
        "moved",
        "band",
        "proposed_band",
    ),
    "reconciliation": {
        **of("account_id", "name", "in_crm", "in_billing"),
        "monthly_revenue": money("monthly revenue", "currency per month", label="Monthly revenue"),
        **of("note"),
    },
    # ── data collection ──────────────────────────────────────────────────────────────────────────
    "collection": ROWS,
    "preset_choices": {
        "preset": text("ready-made source", label="Export"),
        "table": text("canonical table", label="Table"),
        **of("choice", "value", "meaning"),
        "set_by": text("who made the choice", label="Set by"),
        "rows": count("rows of the export that the choice concerns", label="Rows"),
        "amount": text("their money; of contracts a month, where in force", label="Money"),
    },
    "research_agreement": of(
        "label",
        "asked",
        "filled",
        "checked",
        "agreement_share",
        "statistic",
        "agreement",
        "low",
        "high",
        "verdict",
    ),
    "research_progress": of(
        "collector_number", "day", "found", "so_far", "asked", "share", "planned_share"
    ),
    "research_to_review": {
        "account_id": text("account", label="Account ID"),
        "field": text("field", label="Field"),
        "value": text("first look", label="First look"),
        "checked_value": text("second look", label="Second look"),
        "gap": ratio("difference of numbers ÷ the larger", label="Apart by"),
    },
    "field_quality": of(
        "label",
        "filled_share",
        "coverage",
        "missing",
        "missing_difference",
        "missing_p",
        "twice",
        "use",
        "kept_out",
    ),
    "attribute_bands": of("attribute", "band", "customers"),
    "company_metrics": {
        **METRIC,
        **_named(by_unit("value of all customers"), value="Value", low="Low", high="High"),
        "customers": count("customers with data", label="Customers"),
        "observations": count("what was measured", label="Observations"),
    },
    "two_bridges": {
        "step": text("step of the bridge", label="Step", format="words"),
        **_named(
            money("monthly recurring revenue", "currency per month"),
            company="Company",
            analysed="Customers analysed",
            difference="Difference",
        ),
    },
    "service_bands": {
        **_named(MONEY, revenue_low="Revenue from", revenue_high="Revenue to"),
        **_named(
            count("customers of the band"),
            customers="Customers",
            no_service="Took none",
            over="Far more",
            under="Far less",
        ),
        **_named(
            number("quartile of the service taken", "see measure"),
            service_low="Lower quartile",
            service_median="Median",
            service_high="Upper quartile",
        ),
    },
    "health_inputs": {
        "part": text("part of health", label="Part", format="words"),
        "label": text("what is measured", label="Measurement"),
        "weight": ratio("weight when all are known", label="Weight"),
        **_named(number("end of the scale", "see metric"), poor="Poor", good="Good"),
        "scale": text("how values become points", label="Scale", format="words"),
    },
    "health_check": of(
        "outcome", "predictor", "customers", "events", "auc", "low", "high", "difference", "verdict"
    ),
    "churn_months": of(
        "month", "customers", "left", "churn_monthly", "low", "high", "year_before", "finished"
    ),
    "churn_by": of(
        "dimension", "level", "month", "customers", "left", "churn_monthly", "low", "high"
    ),
    "reasons_observed": of(
        "reason",
        "label",
        "left_customers",
        "left_value",
        "stayed_value",
        "difference",
        "low",
        "high",
        "p_adjusted",
        "verdict",
    ),
    "before_leaving": of(
        "label", "left_value", "stayed_value", "difference", "low", "high", "p_adjusted", "verdict"
    ),
    "hypothesis_coverage": {
        "hypothesis_id": text("hypothesis", label="Hypothesis"),
        "label": text("its variable", label="Variable"),
        **of("filled_share"),
        "verdict": text("how well it is filled, as in coverage", label="Coverage", format="words"),
    },
    "hypothesis_proposals": of(
        "proposal_id", "statement", "customers", "customer_share", "detectable_difference"
    ),
    "market": {
        **of("attribute", "level"),
        "customers": count("current customers", label="Customers"),
        "customer_share": SHARE,
        "market": count("companies in the market", label="Companies in the market"),
        "market_share": replace(SHARE, label="Share of the market"),
        "index": number(
            "share of customers ÷ share of the market", "", label="Ratio of the shares"
        ),
    },
    # ── segment analysis ─────────────────────────────────────────────────────────────────────────
    "hypotheses": of(
        "hypothesis_id",
        "statement",
        "variables",
        "customers",
        "effect",
        "effect_size",
        "p_adjusted",
        "verdict",
        "detectable_effect",
        "shares_score_inputs",
        "family",
        "tested_on",
        "adjusted_by",
        "effect_adjusted",
        "confounding",
    ),
    "explored_variables": {"variable": text("attribute", label="Variable"), **TESTED},
    "robustness": {
        **SEGMENT,
        "selection_frequency": ratio("share of resamples", label="Found again in resamples"),
        "lift_without": money("lift", label="Lift without its most influential customer"),
        "lift_within_strata": money("lift", label="Lift within strata"),
        "strata_same_direction": ratio("share of strata", label="Strata in the same direction"),
        "variants_same_direction": ratio("share of scores", label="Scores in the same direction"),
        "lift_before": money("lift of those won early", label="Lift, won early"),
        "lift_after": money("lift of those won late", label="Lift, won late"),
    },
    "segments": of(
        "definition",
        "verdict",
        "customers",
        "mean_score",
        "lift",
        "lift_low",
        "lift_high",
        "naive_lift",
        "p_adjusted",
        "basis",
    ),
    "detectable_lifts": {
        "customers": count("customers of a segment", label="Customers"),
        "customer_share": ratio("their share of all", label="Share of all"),
        "detectable_lift": money("smallest lift shown", label="Detectable lift"),
        "detectable_lift_sd": number(
            "the same in standard deviations", "standard deviations", label="In standard deviations"
        ),
    },
    "profile_metrics": {
        **SEGMENT,
        **METRIC,
        **of("customers", "value", "low", "high", "rest_value", "p_adjusted"),
        "shown": text("what may be said of the difference", label="Shown"),
    },
    "profitable_segments": {
        **SEGMENT,
        **of("customers"),
        **_named(
            MONEY,
            value="Per customer",
            low="Low",
            high="High",
            rest_value="Rest",
            difference="Difference",
        ),
        "shown": text("what may be said of the difference", label="Shown"),
        "churn": ratio("left within twelve months, else within the quarter", label="Churn"),
    },
    "beside_praise": {
        **SEGMENT,
        **METRIC,
        "customers": count("customers with data", label="Customers"),
        "counted": text("how many of how many", label="Count"),
        **_named(by_unit("value"), value="Value", rest_value="Rest"),
        "shown": text("what may be said of the difference", label="Difference"),
    },
    "survey_reasons": SEGMENT
    | of("group", "reason", "responses", "customers", "value", "low", "high", "rest_value"),
    "response_bounds": {
        **SEGMENT,
        "customers": count("fewest customers behind a value", label="Customers"),
        **_named(
            number("NPS", "points"), nps="NPS", nps_worst_case="At worst", nps_best_case="At best"
        ),
        "nps_response_rate": ratio("answered ÷ asked", label="Answered"),
    },
    "needs": {
        **SEGMENT,
        "about": text("dimension of the interview", label="About"),
        **of("answer", "mentions", "customers", "share", "rest_share"),
    },
    "csat_drift": of(
        "moment", "customers", "before", "now", "change", "low", "high", "p_adjusted", "verdict"
    ),
    "nps_fixes": of(
        "fix",
        "on",
        "reason",
        "reason_before",
        "reason_now",
        "customers",
        "before",
        "now",
        "change",
        "low",
        "high",
        "verdict",
    ),
    "nps_fix_reasons": of(
        "fix", "reason", "answers_before", "share_before", "answers_now", "share_now", "about"
    ),
    "comment_themes": of(
        "theme",
        "comments",
        "customers",
        "share",
        "share_before",
        "nps",
        "kappa",
        "kappa_low",
        "kappa_high",
        "verdict",
    ),
    "referral_chain": of("step", "number", "mean_score", "excellent", "arr"),
    "needs_groups": of("definition", "customers", "share", "answers"),
    "needs_profiles": of(
        "scope", "interviews", "association_p", "profiles", "bic", "stability", "chosen", "verdict"
    ),
    "needs_value": of("definition", "band", "customers", "arr", "service_cost", "over", "under"),
    "interview_sample": of("account_id", "name", "drawn_as"),
    "observed_experience": {
        "what": text("what is observed", label="Observed"),
        "ideal": by_unit("mean of ideal customers", label="Ideal customers"),
        "others": by_unit("mean of other current customers", label="Others"),
        "apart": number(
            "difference in standard deviations",
            "standard deviations",
            label="Apart by",
            format="effect",
        ),
        "customers": count("ideal customers with data", label="Customers"),
    },
    "needs_behaviour": {
        **of("definition", "what", "customers"),
        "value": by_unit("their mean, or share", label="Group’s value"),
        "others_value": by_unit("their mean, or share", label="Others"),
        **of("apart", "p_adjusted", "shown"),
    },
    "service_design": {
        "definition": text("group of needs", label="Group"),
        "moment": text("when", label="Moment"),
        "touch": text("what the group gets", label="Touch"),
        "channel": text("through which channel", label="Channel"),
        "owner": text("who does it", label="Owner"),
    },
    "needs_trials": of(
        "outcome",
        "metric",
        "baseline",
        "target",
        "starts",
        "with_service",
        "without_service",
        "needed_per_arm",
        "share_with",
        "share_without",
        "low",
        "high",
        "state",
    ),
    "segmentation_agreement": of("one", "other", "customers", "rand_index", "cramers_v"),
    "feature_outcomes": SEGMENT
    | of("feature", "outcome", "used_value", "other_value", "p_adjusted", "verdict"),
    # ── prioritization ───────────────────────────────────────────────────────────────────────────
    "criteria": of(
        "rank",
        "definition",
        "customers",
        "lift",
        "value",
        "value_low",
        "value_high",
        "targetability",
        "told_by",
        "precision_outside",
        "recall_outside",
        "size",
        "priority_score",
    ),
    "other_weights": of(
        "definition", "rank", "share_first", "wins_value", "wins_targetability", "wins_size"
    ),
    "representatives": {**SEGMENT, **of("name", "quality_score", "story", "why")},
    "next_steps": {
        **of("definition", "action", "reason", "owner", "by", "customers", "arr"),
        **METRIC,
        **of("baseline"),
        "goal": text("what it is to become; keep = today's value is to be held", label="Target"),
        **of("check"),
    },
    "prospect_rules": of(
        "definition",
        "told_by",
        "in_words",
        "sql",
        "customers",
        "companies",
        "won_share",
        "precision_outside",
        "recall_outside",
        "why",
    ),
    "criteria_measured": of(
        "definition", "criterion", "measure", "level", "value", "low", "high", "rest_value", "why"
    ),
    "plays_left_out": of("definition", "action", "why"),
    "priorities_by": of("who", "definition", "rank", "priority_score"),
    "groups": of("definition", "customers", "worked_with", "arr", "judged"),
    "customers_to_act_on": of(
        *("name", "value_at_stake", "by", "action", "reason", "not_now", "renews_on", "health"),
        *("owner", "responsible"),
    ),
    "feedback": of("who", "said_on", "said", "answer", "answered_on"),
    "cross_sell": of(
        "definition", "product", "customers", "share", "like_share", "p_adjusted", "more_often"
    ),
    "cross_sell_customers": of("name", "product", "definition", "arr", "owner", "holds", "not_now"),
    "distinct_segments": of(
        "definition",
        "members",
        "customers",
        "customer_share",
        "score_share",
        "arr_share",
        "mean_score",
        "score_spread",
        "dropped",
    ),
    "segment_overlaps": SEGMENT
    | {"other": text("the other segment for people", label="And")}
    | of("both", "of_segment", "of_other"),
    "engagement": of(
        "tier",
        "customers",
        "arr",
        "response_hours",
        "cadence_days",
        "tickets",
        "kept_share",
        "kept_low",
        "kept_high",
        "waiting_customer_hours",
        "waiting_us_hours",
    ),
    "renewals": of("renews_on", "name", "arr_at_stake", "health", "segment", "owner"),
    "renewal_groups": of("health", "segment", "customers", "arr_at_stake", "first_on"),
    "renewal_history": of(
        "quarter_end", "renewals", "at_stake", "expected", "low", "high", "lost", "inside"
    ),
    "books": of(
        "plan",
        "managers",
        "customers",
        "customers_most",
        "arr",
        "arr_least",
        "arr_most",
        "segments",
        "handovers",
        "over",
        "too_large",
    ),
    "book_managers": of(
        "plan", "manager", "customers", "arr", "segments", "handovers", "most_customers", "over"
    ),
    "alert_drivers": {"about": text("metric and group of the alert", label="Alert")}
    | of("dimension", "level", "share", "reference_share", "value", "reference", "mix", "rate"),
    "alert_counts": of(
        "definition",
        "customers",
        "before",
        "joined",
        "arr",
        "at_risk",
        "escalated",
        "tickets",
        "reason",
        "of_reason",
        "past_of_reason",
    ),
    "reason_changes": of(
        "definition", "dimension", "level", "value", "past_value", "difference", "p_adjusted"
    ),
    "alerts": of("definition")
    | METRIC
    | of("compared_with", "value", "reference", "p_adjusted", "behind_it"),
    "claims": of(
        "quarter",
        "kind",
        "name",
        "metric",
        "value",
        "expected",
        "predicted_low",
        "predicted_high",
        "realised",
        "members",
        "inside",
        "power",
        "fate",
        "note",
    ),
    "flows": of("change", "before", "after", "because", "customers"),
    "segment_series": of(
        "definition", "measure", "quarter", "value", "low", "high", "customers", "verdict"
    ),
    "drift": METRIC
    | of(
        "kind",
        "psi",
        "largest",
        "share_before",
        "share_now",
        "quarters",
        "usual_median",
        "usual_high",
        "verdict",
    ),
    "mix_and_rate": METRIC
    | of(
        "dimension",
        "level",
        "share_before",
        "share_now",
        "value_before",
        "value_now",
        "mix",
        "rate",
        "verdict",
    ),
    "control_charts": SEGMENT
    | METRIC
    | of("quarter", "value", "centre", "limit_low", "limit_high", "windows", "signal"),
    "segment_lineage": of(
        "definition",
        "first_found",
        "last_found",
        "verdict",
        "state",
        "continues",
        "customers",
        "lift",
        "rank",
        "rank_before",
        "moved",
    ),
    "steps_followed": of(
        "definition",
        "action",
        "done",
        "metric",
        "baseline",
        "target",
        "value",
        "reached",
        "assigned",
        "treated",
        "difference",
        "difference_low",
        "difference_high",
        "note",
    ),
    "scoreboard": of(
        "kind",
        "claims",
        "looked_at",
        "inside",
        "inside_share",
        "held_up",
        "faded",
        "missed",
        "too_early",
        "not_comparable",
    ),
    "alert_customers": {
        **SEGMENT,
        **METRIC,
        **of("compared_with", "name"),
        "value": by_unit("the customer's own value"),
        **of("excess_share"),
    },
}
