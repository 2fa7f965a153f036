"""What the summary says of today."""

from types import SimpleNamespace

import pandas as pd
import pytest

from helpers.report import content as contents
from helpers.report.summary import of_today
from helpers.report.today import Base


@pytest.mark.parametrize("money", [None, pd.Series([10.0, 20.0, 30.0, 40.0], list("abcd"))])
def test_who_is_in_several_groups_is_counted_with_and_without_money(money):
    """Two groups of two share one customer; their sizes add up to one more than there are."""
    members = pd.DataFrame({"segment_id": ["x", "x", "y", "y"], "account_id": list("abbz")})
    content = SimpleNamespace(
        segments=[SimpleNamespace(id="x"), SimpleNamespace(id="y")],
        tables={"segment_members": members},
        day="30 September 2026",
        currency="EUR",
    )
    told = of_today(content, Base(frozenset("abcd"), money, "ARR"))
    assert "1 of them is in more than one group." in told
    assert "2 " in told  # a and b; z is no customer today


@pytest.mark.parametrize(("paid", "share"), [([6.0, 4.0], 1.2), ([0.0, 0.0], 1.0), ([5, -9], 1.0)])
def test_what_an_amount_is_of_customers_who_bring_nothing(monkeypatch, paid, share):
    """One a month beside ten a year; where nothing comes in, all of it hangs on the amount."""
    base = Base(frozenset("ab"), pd.Series(paid, list("ab")), "ARR")
    monkeypatch.setattr(contents, "current", lambda tables: base)
    content = SimpleNamespace(tables={}, study=SimpleNamespace(business_model="subscription"))
    assert contents.Content._hanging(content, 1.0) == pytest.approx(share)
    assert contents.Content._hanging(content, 0.0) == 0
