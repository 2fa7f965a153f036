"""What the first steps concern: counts, money and days of the data files, and what is not known."""

from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.report import concern, listing
from helpers.report.content import Content
from helpers.report.deck import doing
from helpers.report.deck.blocks import Link, Text
from helpers.report.today import current
from helpers.words import deck as words

NAN = float("nan")
PEOPLE = pd.DataFrame(
    {
        "account_id": list("abcdef"),
        "included": True,
        "status": ["current"] * 5 + ["former"],
    }
)
MONEY = pd.DataFrame({"account_id": list("abcde"), "arr": [100e3, 200e3, 300e3, 400e3, 0.0]})
GROUPS = pd.DataFrame(
    {
        "segment_id": ["best", "best", "best", "renews", "renews", "gone"],
        "account_id": ["a", "b", "e", "b", "c", "f"],
        "worked_with": [True, True, False, True, True, True],
    }
)
RULES = pd.DataFrame(
    {
        "segment_id": ["best", "other"],
        "companies": [1676.0, NAN],
        "sql": ["erp = 'X'", ""],
        "why": ["", "nothing that is visible before a sale tells these companies"],
    }
)


def step(name: str, play: str, **more) -> dict:
    return {
        "segment_id": name, "definition": name.title(), "kind": "step", "action": play,
        "about": "customers", "by": pd.NaT, "customers": 2, "arr": NAN, "play": play,
    } | more  # fmt: skip


def listed(*rows: tuple) -> pd.DataFrame:
    columns = ["segment_id", "play", "account_id", "by", "value_at_stake", "status"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(by=pd.to_datetime(table["by"]))


CALL = step("best", "call", by=pd.Timestamp("2026-12-29"), arr=300e3)
RENEW = step("renews", "renew", arr=500e3)
LOOK = step("best", "look", about="prospects", by=pd.Timestamp("2026-11-29"), arr=300e3)
BACK = step("gone", "write", by=pd.Timestamp("2026-12-29"), customers=1, arr=0.0)
OPEN, ELSEWHERE = step("best", "open"), LOOK | {"segment_id": "other", "action": "look elsewhere"}
STEPS = [CALL, RENEW, LOOK, BACK, OPEN, ELSEWHERE]
LISTED = listed(
    ("best", "call", "a", "2026-12-29", 100e3, "current"),
    ("best", "call", "b", "2026-10-15", 200e3, "current"),
    ("renews", "renew", "b", "2026-10-15", 200e3, "current"),
    ("renews", "renew", "c", "2026-11-02", 300e3, "current"),
    ("gone", "write", "f", "2026-12-29", 50e3, "former"),
)


def content(*, money: bool = True, **more) -> SimpleNamespace:
    tables = {
        "customer_list": PEOPLE, "group_members": GROUPS, "prospect_rules": RULES,
        "customers_to_act_on": LISTED,
        "next_steps": pd.DataFrame(STEPS),
    } | ({"account_metrics": MONEY} if money else {}) | more  # fmt: skip
    told = SimpleNamespace(tables=tables, currency="EUR", segments=[SimpleNamespace(id="best")])
    told.steps = Content.steps.func(told)
    return told


def told(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        # Amounts as in the rows; each customer once, companies that are no customers not at all.
        ([CALL, RENEW, LOOK], "Three steps concern 3 current customers with €600k of ARR (60 %); "
         "the last is due by 2026-12-29"),
        ([CALL], "One step concerns 2 current customers with €300k of ARR (30 %); due by "
         "2026-12-29"),
        ([CALL, OPEN], "Two steps concern 2 current customers with €300k of ARR "
         "(30 %); of one no day is agreed, the last of the others is due by 2026-12-29"),
        ([OPEN], "One step concerns 2 current customers with €300k of ARR (30 %); "
         "no day is agreed"),
        ([LOOK], "One step to do; due by 2026-11-29"),
        ([BACK], "One step concerns 1 former customer; due by 2026-12-29"),
    ],
)  # fmt: skip
def test_all_steps_together_are_a_sentence_with_its_numbers(steps, said):
    assert told(concern.together(content(), steps)) == said


def test_without_money_customers_alone_are_told():
    said = concern.together(content(money=False), [CALL])
    assert told(said) == "One step concerns 2 current customers; due by 2026-12-29"


@pytest.mark.parametrize(
    ("one", "by", "whom"),
    [
        (CALL, "2026-12-29, or the renewal if earlier", "2 customers, €300k of ARR"),
        (RENEW, "each renewal, the last on 2026-11-02", "2 customers, €500k of ARR"),
        (LOOK, "2026-11-29", "1,676 companies like them in the market; what they would bring is "
         "not known"),
        (ELSEWHERE, "2026-11-29",
         "companies like them; how many there are is not known"),
        (BACK, "2026-12-29", "1 customer that has left, and last paid €50.0k a year"),
        (OPEN, "no day is agreed", "2 customers; their ARR is not known"),
    ],
)  # fmt: skip
def test_a_step_says_by_when_and_what_it_concerns(one, by, whom):
    at = content()
    assert concern.by_when(at, one) == by
    assert told(concern.concerned(at, one, current(at.tables))) == whom


def test_a_filter_that_is_not_the_definition_says_how_often_it_is_right():
    at = content(prospect_rules=RULES.assign(precision_outside=[0.28, NAN]))
    assert told(concern.concerned(at, LOOK, current(at.tables))) == (
        "1,676 companies in the market fit the filter, which is right for 28 % of all customers "
        "analysed that it picks; what they would bring is not known"
    )


def test_money_of_former_customers_that_nobody_knows_is_no_zero():
    at = content(customers_to_act_on=LISTED.assign(value_at_stake=NAN))
    base = current(at.tables)
    assert told(concern.concerned(at, BACK, base)) == (
        "1 customer that has left; what it paid is not known"
    )
    assert "not known" in concern.concerned(at, CALL | {"arr": NAN}, base)
    assert "not known" in concern.concerned(at, CALL | {"arr": 0.0}, base)


def test_a_quarter_without_lists_has_days_and_steps():
    at = content(customers_to_act_on=pd.DataFrame(), prospect_rules=pd.DataFrame())
    assert concern.by_when(at, CALL) == "2026-12-29"
    assert concern.by_when(at, RENEW) == "no day is agreed"
    assert "not known" in concern.concerned(at, LOOK, current(at.tables))


def test_lists_of_former_customers_alone_say_so(gone_only=LISTED[LISTED["status"] == "former"]):
    at = SimpleNamespace(content=content(customers_to_act_on=gone_only))
    (link,) = doing._lists(at)
    assert told(link.text).startswith("The lists: 1 former customer,")
    at.content.tables["customers_to_act_on"] = LISTED
    (link,) = doing._lists(at)
    assert "1 of these has left" in told(link.text)


def test_companies_to_look_for_have_a_filter_or_the_reason_why_not():
    at = SimpleNamespace(content=content(), name=str)
    link, text = doing.filters(at, [LOOK, LOOK | {"segment_id": "other", "definition": "Other"}])
    assert isinstance(link, Link) and link.href == "data/prospect_rules.csv"
    assert isinstance(text, Text)
    assert told(text.text) == (
        "No list of companies can be made for Other: nothing that is visible before a sale tells "
        "these companies."
    )
    assert doing.filters(at, [CALL]) == ()  # customers stand on the lists
    without = SimpleNamespace(content=content(prospect_rules=pd.DataFrame()), name=str)
    (text,) = doing.filters(without, [LOOK], words.FILTER)
    assert words.NO_RULE in text.text


def test_a_step_counts_every_group_that_it_is_recommended_for():
    """It was counted for one group alone; index and lists count each customer of all once."""
    also = CALL | {"segment_id": "renews", "definition": "Renews", "customers": 3, "arr": 500e3}
    called = listed(("renews", "call", "c", "2026-10-02", 300e3, "current"))
    lists = pd.concat([LISTED, called], ignore_index=True)
    at = content(next_steps=pd.DataFrame([also, CALL]), customers_to_act_on=lists)
    assert [row["segment_id"] for row in concern.for_groups(at, also)] == ["best", "renews"]
    (first,) = concern.first_steps(at)
    assert first["segment_id"] == "best"  # of the highest priority, not the largest
    assert told(concern.concerned(at, first, current(at.tables))) == "3 customers, €600k of ARR"
    assert told(concern.together(at, [first])).startswith(
        "One step concerns 3 current customers with €600k of ARR"
    )
    on_lists = lists[lists["play"].eq("call")]
    assert listing.at_stake(on_lists) == listing.Stake(customers=3, unknown=0, money=600e3)


def test_who_has_left_is_counted_in_every_group_of_a_step():
    other = BACK | {"segment_id": "gone too", "customers": 1}
    lists = pd.concat(
        [LISTED, listed(("gone too", "write", "g", "2026-12-29", 20e3, "former"))],
        ignore_index=True,
    )
    at = content(next_steps=pd.DataFrame([BACK, other]), customers_to_act_on=lists)
    assert told(concern.concerned(at, BACK, current(at.tables))) == (
        "2 customers that have left, and last paid €70.0k a year"
    )


def test_companies_of_more_groups_are_not_added_up():
    also = LOOK | {"segment_id": "other", "definition": "Other"}
    at = content(next_steps=pd.DataFrame([LOOK, also]))
    assert told(concern.concerned(at, LOOK, current(at.tables))) == (
        "1,676 companies like them in the market; what they would bring is not known. Also for 1 "
        "more group."
    )
