"""Sentences claim no more than is known: parts add up, tests have results, forecasts are none."""

import re
from types import SimpleNamespace

import pandas as pd
import pytest

from helpers import outputs
from helpers.report import goals, listing, wording
from helpers.report.content import Content
from helpers.report.deck import closing, deck
from helpers.report.deck.appendix import _of_score
from helpers.report.deck.blocks import Text
from helpers.words import action
from helpers.words import numbers as fmt


def plain(text: str) -> str:
    return re.sub("[\u2066-\u2069]", "", text).replace("\xa0", " ")


def test_the_parts_that_the_second_slide_tells_add_up_to_all_groups(draft):
    """Those that only describe, and those too small, were in no part of it."""
    (slide,) = [one for one in deck(Content(draft), {}) if one.id == "shown"]
    (told,) = [plain(one.text) for one in slide.left if isinstance(one, Text)]
    every, *parts = map(int, re.findall(r"\d+", told))
    assert every == len(draft.load("segments")) == sum(parts)
    assert told.startswith(f"Of all {every} groups ")


HELD, NOT = "supported", "descriptive"


@pytest.mark.parametrize(
    ("verdicts", "again", "told"),
    [
        ((NOT, NOT), 1.0, "Tested again without that part, none of them is shown."),
        ((HELD, HELD), 1.0, "Tested again without that part, all of them are still shown."),
        ((HELD, NOT), 1.0, "Tested again without that part, B is still shown, the rest not."),
        ((NOT,), 1.0, "Tested again without that part, it is not shown."),
        ((NOT, NOT), None, "A test without that part was not possible: they are not shown."),
    ],
)
def test_what_is_tested_again_without_its_part_of_the_score_says_what_came_out(
    verdicts, again, told
):
    rows = pd.DataFrame(
        {"statement": list("BC")[: len(verdicts)], "declared": True, "variables": "v",
         "verdict": verdicts, "effect_retest": again}
    )  # fmt: skip
    rows["effect_retest"] = rows["effect_retest"].astype(float)
    at = SimpleNamespace(name=str)
    said = plain(_of_score(at, rows))
    assert said.startswith("Part of the score by construction: B") and said.endswith(told)


@pytest.mark.parametrize("sentence", [action.LOSS, action.LOSS_OPEN])
def test_a_loss_that_is_foretold_is_no_fact(sentence):
    assert sentence.startswith("If it goes as in ") and "will" not in sentence


def test_the_lists_together_and_one_list_count_who_waits_differently():
    """Alpha waits with one step of two: 1 of the whole, and 1 of each list."""
    listed = pd.DataFrame(
        {
            "account_id": ["a", "a", "b"],
            "action": ["x", "y", "y"],
            "not_now": ["at risk", "", "NPS"],
        }
    )
    one = plain(listing.waiting(listed[listed["action"].eq("x")]))
    assert one.startswith("On the lists and not to be asked now: 1 customer")
    assert plain(listing.waiting(listed)).startswith(
        "On the lists, and by every step that lists them not to be asked now: 1 customer"
    )


def goal(value: float, company: float, metric: str = "nrr"):
    exhibit = pd.DataFrame({"metric": [metric], "value": company, "low": 0.9, "high": 1.0,
                            "unit": "ratio"})  # fmt: skip
    label = {"nrr": "Net revenue retention", "logo_churn_rate": "Customer churn (quarter)"}[metric]
    content = SimpleNamespace(
        study=SimpleNamespace(
            charter=SimpleNamespace(company_goal=f"{label}, better"), min_group_size=5
        ),
        exhibit=lambda name: object(),
        data=lambda name: exhibit,
        metric=lambda name: (label, ""),
        currency="EUR",
    )
    metrics = pd.DataFrame({"metric": [metric], "value": value, "low": 0.8, "high": 1.0,
                            "unit": "ratio", "customers": 40, "rest_customers": 90})  # fmt: skip
    return goals.against(content, SimpleNamespace(metrics=metrics))


@pytest.mark.parametrize(
    ("given", "against"),
    [
        ((0.93, 0.94), True),
        ((0.94, 0.94), True),  # no better is no reason either
        ((1.41, 0.94), False),
        ((0.06, 0.03, "logo_churn_rate"), True),
        ((0.02, 0.03, "logo_churn_rate"), False),
    ],
)
def test_where_a_group_is_put_first_the_goal_that_does_not_speak_for_it_is_told(given, against):
    found = goal(*given)
    assert (found is not None) == against
    if found and given[0] == 0.93:
        assert found["metric"] == "net revenue retention"
        assert [plain(found[name]) for name in ("value", "all")] == ["93 %", "94 %"]


def test_a_share_of_draws_is_as_exact_in_the_table_as_on_the_slide():
    """It was 69 % on a slide and 68.6 % in the table that the slide names as its proof."""
    column = outputs.OUTPUTS["priorities"].columns["share_first"]
    told = [fmt.formatted(value, column.shown_as) for value in (0.686, 0.021)]
    assert [plain(one) for one in told] == ["69 %", "2 %"]


def test_a_table_with_a_p_that_other_tables_adjust_otherwise_says_so():
    known = pd.DataFrame({"p_adjusted": [None, 0.02]})
    assert "another one of the same difference" in wording.own_family(known)
    assert wording.own_family(known.head(1)) == ""


def test_who_is_at_risk_is_counted_among_those_whose_health_is_known():
    """14 of 336 read as if the others were well: of 295 of them nothing was known."""
    health = pd.DataFrame({"health_group": ["at_risk"] * 2 + ["key"] + ["unproven"] * 7})
    told = plain(closing._rated(health, 10))
    assert told == "customers at risk, of 3 whose health is known (10 in all)"
    assert plain(closing._rated(health.head(3), 3)) == "customers at risk, of 3"


def test_health_is_not_measured_by_what_is_known_of_nobody():
    """A survey of NPS alone named CSAT, since both stand in one table."""
    inputs = pd.DataFrame(
        {"label": ["NPS", "CSAT", "Use"], "weight": [0.5, 0.5, 0.0],
         "scale": ["absolute", "no values", "not collected"]}
    )  # fmt: skip
    at = SimpleNamespace(content=SimpleNamespace(data=lambda name: inputs))
    assert closing._measured_by(at) == "NPS"


@pytest.mark.parametrize(
    ("verdict", "told"),
    [("not testable", True), ("too small", True), ("not supported", False)],
)
def test_a_hypothesis_that_could_not_be_tested_is_not_told_as_one_that_fails(draft, verdict, told):
    table = draft.load("hypotheses")
    own = table["hypothesis_id"].eq("H3")
    draft.save("hypotheses", table.assign(verdict=table["verdict"].mask(own, verdict)))
    (slide,) = [one for one in deck(Content(draft), {}) if one.id == "tested"]
    assert ("; 1 of 3 could not be tested" in plain(slide.title)) == told
