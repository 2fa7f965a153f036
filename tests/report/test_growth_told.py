"""What the slide of changes says of growth: whether new accounts alone make it, and of whom."""

from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.report.deck.closing import BRIDGES, _of_whom
from helpers.report.deck.places import Places

STEPS = ("opening", "new", "reactivated", "expansion", "contraction", "churned", "closing")
COMPANY = (1_643_474, 89_403, 12_925, 29_874, -7_874, -66_680, 1_701_122)
ANALYSED = (1_592_450, 0, 12_925, 29_821, -7_874, -66_680, 1_560_642)


def told(company=COMPANY, analysed=ANALYSED, *, first=True, exhibits=(BRIDGES,)) -> str:
    table = pd.DataFrame({"step": STEPS, "company": company, "analysed": analysed})
    content = SimpleNamespace(
        exhibit=lambda name: name if name in exhibits else None,
        data=lambda name: table,
        currency="EUR",
        is_first=first,
    )
    said = _of_whom(Places(content, {}))
    return said[0].text.replace("\xa0", " ") if said else ""


def test_growth_by_new_accounts_alone_and_a_year_that_is_not_arr_are_told():
    assert told() == (
        "The growth is new accounts alone (+€89.4k): without them revenue would have fallen by "
        "€31.8k. This is of all accounts, €20.4M a year. The customers analysed, of whom the other "
        "slides tell, bring €1.56M a month (a quarter ago €1.59M), which is ARR of €18.7M."
    )


@pytest.mark.parametrize(
    "company",
    [
        (1_600_000, 10_000, 0, 50_000, 0, -10_000, 1_650_000),  # it grew without them, too
        (1_700_000, 10_000, 0, 0, 0, -60_000, 1_650_000),  # it shrank
    ],
)
def test_nothing_is_said_of_growth_that_others_make_too_or_that_is_none(company):
    assert "new accounts alone" not in told(company)


def test_where_all_accounts_are_analysed_a_year_of_it_is_arr_and_nothing_is_said():
    assert "of all accounts" not in told(COMPANY, COMPANY)
    assert "of all accounts" not in told(first=False)  # what moved fills the slide
    assert told(exhibits=()) == ""
    assert told((float("nan"), *COMPANY[1:])) == ""  # where the opening is not recorded
