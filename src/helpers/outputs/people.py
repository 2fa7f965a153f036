"""Data files about what people do: agreement on the score, research by hand, interviews."""

from helpers.outputs.allowed import SCORE_BANDS
from helpers.outputs.column import (
    choice,
    count,
    day,
    money,
    number,
    probability,
    ratio,
    text,
    whole,
    yes_no,
)
from helpers.outputs.output import Output

PEOPLE: dict[str, Output] = {
    "research_agreement": Output(
        "One row per field that was researched by hand: how far two looks at it agree.",
        {
            "field": text("attribute that was researched"),
            "label": text("what it is called in front of people", label="Field"),
            "asked": count("cells that were to be looked up", label="Asked"),
            "filled": count("of them, cells with a value"),
            "checked": count("of these, cells that a second person found too", label="Twice"),
            "agreeing": count("of these, cells with the same value", label="Same"),
            "agreement_share": ratio("agreeing ÷ checked", label="Same share"),
            "statistic": choice(
                "kappa (Cohen's κ) of answers, intraclass correlation ICC(1,1) of numbers; blank = "
                "nothing was looked up twice",
                "kappa",
                "intraclass correlation",
                "",
                label="Measure",
            ),
            "agreement": number(
                "its value: 1 = all the same, 0 = no better than chance; blank = too few pairs, or "
                "one and the same value throughout",
                "standardised",
            ),
            "low": number("lower end of its 95 % interval", "standardised", label="from"),
            "high": number("upper end of its 95 % interval", "standardised", label="to"),
            "verdict": choice(
                "usable, weak or not usable by the limits of the section research; not judged with "
                "fewer pairs than it asks for; what is not usable fills no gap",
                "usable",
                "weak",
                "not usable",
                "not judged",
            ),
        },
        key=("field",),
    ),
    "research_progress": Output(
        "One row per collector and day on which something was looked up.",
        {
            "collector_number": whole(
                "collector, numbered as the study lists them", label="Collector"
            ),
            "day": day("day of looking up; blank = not told"),
            "found": count("values found on that day", label="Found"),
            "so_far": count("values found until then", label="So far"),
            "asked": count("cells that the collector was given", label="Asked"),
            "share": ratio("so_far ÷ asked", label="Done"),
            "planned_share": ratio("share that the plan wanted by that day", label="Planned"),
        },
    ),
    "field_quality": Output(
        "One row per attribute: whether it can carry a finding.",
        {
            "field": text("attribute"),
            "label": text("what it is called in front of people", label="Field"),
            "filled_share": ratio("customers of whom it is known ÷ customers", label="Filled"),
            "coverage": text("verdict of the data file coverage", format="words"),
            "missing": count("customers of whom it is not known", label="Not known"),
            "missing_difference": money(
                "their mean score minus that of the others; blank below five customers on a side",
                label="Score of these, against the others",
            ),
            "missing_p": probability(
                "Mann and Whitney's test of that difference, Holm-adjusted over all attributes",
                label="p adjusted",
            ),
            "missing_informative": yes_no("whether it is at most 0.05: missing is informative"),
            "twice": text("verdict of research_agreement; blank = not researched", label="Twice"),
            "use": choice(
                "not usable: nobody has a value that is used; weak: filled weakly or unevenly, "
                "missing is informative, or two looks agree only so far; else usable",
                "usable",
                "weak",
                "not usable",
                label="Verdict",
            ),
            "kept_out": count("researched values that are not used", label="Kept out"),
        },
        key=("field",),
    ),
    "score_agreement": Output(
        "One row per formula and stakeholder who reviewed customers.",
        {
            "formula": choice("the study's formula, or the one proposed", "adopted", "proposed"),
            "stakeholder": text("who reviewed"),
            "reviewed": count("accounts reviewed"),
            "not_included": count("of them no included customers", label="Not included"),
            "asked": choice("what the view is made of", "ranks", "bands", "none", label="Gave"),
            "viewed": count("customers with a view", label="Customers"),
            "tau": number(
                "Kendall's τ-b between view and score: 1 = the same order, 0 = unrelated, below 0 "
                "= the other way round",
                "standardised",
                label="Kendall’s τ",
            ),
            "tau_low": number("lower end of its 95 % interval", "standardised", label="from"),
            "tau_high": number("upper end of its 95 % interval", "standardised", label="to"),
            "spearman": number(
                "rank correlation with the score, of ranks", "standardised", label="Spearman"
            ),
            "turned": yes_no("whether the stakeholder ranks the other way (τ below 0)"),
            "banded": count("customers given a band"),
            "same_band": count("of them with the band of the score"),
            "band_agreement": ratio("same_band ÷ banded", label="Same band"),
            "opposite_band": count("poor on one side and excellent on the other"),
            "kappa": number(
                "Cohen's κ of the bands with linear weights: agreement beyond chance",
                "standardised",
                label="Weighted κ",
            ),
            "kappa_low": number("lower end of its 95 % interval", "standardised", label="from"),
            "kappa_high": number("upper end of its 95 % interval", "standardised", label="to"),
            "concordance": number(
                "Kendall's W among all stakeholders, of customers that all of them reviewed; blank "
                "below three such customers or two stakeholders",
                "0 to 1",
            ),
            "concordance_p": probability("p-value of that W"),
            "concordance_customers": count("customers that all stakeholders reviewed"),
            "concordance_stakeholders": count("stakeholders among whom W is computed"),
        },
        key=("formula", "stakeholder"),
    ),
    "score_disagreements": Output(
        "One row per reviewed customer, the largest difference from the score first.",
        {
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "quality_score": money("its quality score"),
            "stakeholders": count("stakeholders who reviewed it"),
            "view_place": ratio(
                "mean place in their eyes among the customers of each: 0 = best, 1 = worst",
                label="Place in their eyes",
            ),
            "score_place": ratio("the same by the score", label="Place by the score"),
            "difference": ratio(
                "score_place − view_place: above 0, the score sees it worse", label="Difference"
            ),
            "spread": ratio("largest minus smallest place in their eyes", label="Among themselves"),
            "line": text(
                "line of the score without which the two come nearest; blank = none does",
                label="Line that causes it",
            ),
            "line_amount": money("its amount, signed as it enters the sum", label="Its amount"),
            "line_average": money("the average of the reviewed customers", label="On average"),
            "difference_without": ratio(
                "the difference if the customer had that average", label="Difference without it"
            ),
        },
        key=("account_id",),
    ),
    "score_sensitivity": Output(
        "One row per variation of the score: one amount or exclusion at a time, and all together.",
        {
            "item": text("line of the score, or place of the exclusion rule in the study file"),
            "kind": choice(
                "what is varied; formula = the proposed one in place of the adopted",
                "cost",
                "bonus",
                "penalty",
                "exclusion",
                "formula",
                "all together",
            ),
            "label": text("the line or rule in words", label="Varied"),
            "adopted": text("its amount, or number, in the study"),
            "changed": text("what it is in this variation", label="To"),
            "customers": number("customers under it", "count"),
            "added": number("of them customers that the study leaves out", "count"),
            "removed": number("customers that it leaves out beside", "count"),
            "tau": number(
                "Kendall's τ between the two rankings of customers in both; of all together the "
                "median over the draws",
                "standardised",
                label="τ with the adopted ranking",
            ),
            "largest_move": number("largest number of places that a customer moves", "count"),
            "other_band": number("customers that change their band", "count"),
            "findings": count("segments that were found, by the adopted formula"),
            "findings_held": number(
                "of them, those whose difference keeps its sign with a plain 95 % interval beyond "
                "0; blank for all together",
                "count",
                label="Findings that survive",
            ),
            "findings_lost": text("the others", label="Findings that do not"),
        },
        key=("item", "changed"),
    ),
    "score_stability": Output(
        "One row per customer: how far its place moves when all amounts are varied together.",
        {
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "rank": whole("its rank"),
            "band": choice("its band", *SCORE_BANDS),
            "rank_low": number("2.5 % of the draws rank it better", ""),
            "rank_high": number("2.5 % of the draws rank it worse", ""),
            "same_band_share": ratio("share of the draws in which it keeps its band"),
        },
        key=("account_id",),
    ),
    "formula_comparison": Output(
        "One row per customer: the adopted formula beside the proposed one.",
        {
            "account_id": text("account identifier, as text"),
            "name": text("name of the account", label="Customer"),
            "quality_score": money("by the adopted formula", label="Score"),
            "proposed_score": money("by the proposed one", label="Proposed"),
            "rank": whole("by the adopted formula"),
            "proposed_rank": whole("by the proposed one"),
            "moved": whole("places that it gains (above 0) or loses by the proposal"),
            "band": choice("by the adopted formula", *SCORE_BANDS),
            "proposed_band": choice("by the proposed one", *SCORE_BANDS),
        },
        key=("account_id",),
    ),
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
