"""What the first slide must not pass over: who leaves, where the goal stands, what adds up."""

import numpy as np
import pandas as pd
import pytest

from helpers.report.content import Content
from helpers.report.deck import deck, telling
from helpers.report.deck.blocks import Bullets, Grid
from helpers.report.deck.opening import asked
from helpers.report.deck.places import Places

NOT_SHOWN = "no difference shown"


def row(name, low, high, *, better=NOT_SHOWN, shares="base", customers=126):
    return pd.DataFrame(
        {
            "segment_id": "s", "metric": [name], "better": better, "shares_score_inputs": shares,
            "value": 0.063, "rest_value": 0.026, "customers": customers, "rest_customers": 500,
            "difference": (low + high) / 2, "difference_low": low, "difference_high": high,
            "unit": "ratio",
        }
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (row("logo_churn_rate", 0.001, 0.095), True),  # made the score: still not passed over
        (row("logo_churn_rate", 0.001, 0.095, shares=""), True),
        (row("logo_churn_rate", -0.02, 0.095), False),  # the range includes none
        (row("logo_churn_rate", -0.09, -0.01), False),  # better
        (row("grr", -0.2, -0.01), True),
        (row("grr", 0.01, 0.2), False),
        (row("logo_churn_rate", 0.001, 0.095, customers=3), False),  # may not be shown
        (row("logo_churn_rate", 0.001, 0.095, better="worse", shares=""), False),  # marked anyway
        (row("nps", -20.0, -1.0), False),  # says nothing of who stays
    ],
)
def test_who_stays_less_by_the_plain_range_is_told_whatever_made_the_score(given, told):
    found = telling.leaning(given, least=5)
    assert (found is not None) == told


def worse(ws, segment_id, p_value=0.03):
    """The churn of one group is worse by its plain range, and not shown."""
    table = ws.load("segment_metrics")
    own = table["segment_id"].eq(segment_id) & table["metric"].eq("logo_churn_rate")
    given = {"value": 0.063, "rest_value": 0.026, "difference": 0.037, "customers": 126,
             "difference_low": 0.001, "difference_high": 0.095, "better": NOT_SHOWN,
             "shares_score_inputs": "cancelled", "p_value": p_value}  # fmt: skip
    row = table[table["metric"].eq("logo_churn_rate")].head(1)
    row = row.assign(segment_id=segment_id, unit="ratio", rest_customers=494, **given)
    ws.save("segment_metrics", pd.concat([row, table[~own]], ignore_index=True))


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u2068", "").replace("\u2069", "")


def test_the_first_slide_and_that_of_the_group_say_that_more_of_them_leave(draft):
    first = Content(draft).segments[0].id
    worse(draft, first)
    slides = {slide.id: slide for slide in deck(Content(draft), {})}
    grid = next(block for block in slides["answer"].left if isinstance(block, Grid))
    cells = [plain(cell) for cell in grid.rows[0]]
    assert any("may be luck: customer churn (quarter) 6.3 % (others 2.6 %" in one for one in cells)
    blocks = slides["segment-1"].left
    said = [plain(one) for block in blocks if isinstance(block, Bullets) for one in block.items]
    assert any(one.startswith("Customer churn (quarter) looks worse: 6.3 %") for one in said)
    note = next(block.note for block in blocks if isinstance(block, Grid))
    assert "customer churn (quarter)" not in note


@pytest.mark.parametrize(
    ("p_value", "told"), [(0.03, "Taken alone luck is unlikely"), (0.088, "It may be luck")]
)
def test_how_likely_luck_is_follows_from_the_p_value(draft, p_value, told):
    worse(draft, Content(draft).segments[0].id, p_value)
    slide = next(one for one in deck(Content(draft), {}) if one.id == "segment-1")
    said = [plain(one) for block in slide.left if isinstance(block, Bullets) for one in block.items]
    (sentence,) = (one for one in said if "looks worse" in one)
    assert told in sentence and ("unlikely" in sentence) == (p_value <= 0.05)


def test_the_money_of_a_group_is_told_as_no_gain_and_not_to_be_added_where_groups_overlap(draft):
    content = Content(draft)
    grid = next(block for block in deck(content, {})[0].left if isinstance(block, Grid))
    assert "no gain to come" in grid.note
    two = content.segments[:2]
    shared = Places(content, {}).overlap(two)
    members = draft.load("segment_members")
    customers = draft.load("customer_list")
    now = customers.loc[customers["included"] & customers["status"].eq("current"), "account_id"]
    mine = members["segment_id"].isin([one.id for one in two])
    held = members[members["account_id"].isin(now) & mine]
    assert shared == held["account_id"].duplicated().any()


def test_a_group_that_loses_money_brings_nothing_however_much_more_the_others_lose(draft):
    segments = draft.load("segments")
    segments.loc[segments["segment_id"].eq("h_midsize"), "mean_score"] = -991.0
    draft.save("segments", segments)
    content = Content(draft)
    (grid,) = [one for one in next(iter(deck(content, {}))).left if isinstance(one, Grid)]
    cells = {plain(row[0]).split("\u2002")[-1]: row for row in grid.rows}
    (losing,) = [one for one in content.segments if one.id == "h_midsize"]
    told = "By the score each of them loses €991 a year on average; the others lose more."
    for segment in content.segments:
        row = [plain(cell) for cell in cells[plain(segment.name)]]
        loses = segment is losing
        assert ("Each loses €991 a year; the others lose more." in row[2]) == loses
        assert (row[-1] == "–") == loses
        assert (told in plain(segment.sentence)) == loses


def recommended(ws) -> str:
    told = map(plain, asked(Places(Content(ws), {}), room=99))
    return next(one for one in told if one.startswith("Recommended"))


def test_the_recommendation_says_how_often_the_first_group_came_first(draft):
    ranked = draft.load("priorities").sort_values("rank")
    shares = np.where(ranked["rank"].eq(1), 0.69, 0.31)
    draft.save("priorities", ranked.assign(rank_low=1, rank_high=2, share_first=shares))
    told = recommended(draft)
    assert told.endswith("it came first in 69 % of all draws (place 1 to 2).")
    draft.save("priorities", ranked.assign(rank_high=1))
    assert recommended(draft).endswith("This first place holds.")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (row("logo_churn_rate", 0.001, 0.095), "logo_churn_rate"),  # looks worse
        (row("logo_churn_rate", -0.02, 0.095), "logo_churn_rate"),  # does not, and made the score
        (row("grr", -0.02, 0.095), "grr"),
        (row("logo_churn_rate", -0.02, 0.095, shares=""), ""),  # the table tells it
        (row("nps", -20.0, -1.0), ""),
    ],
)
def test_who_stays_is_told_of_every_group_in_one_place(given, told):
    """It was “not known” of one group and “no news” of the next."""
    found = telling.staying(given, least=5)
    assert (found["metric"] if found else "") == told


def test_a_group_beside_others_whose_market_is_counted_says_that_its_own_is_not():
    from types import SimpleNamespace

    from helpers.report.deck import opening

    known = SimpleNamespace(priority={"market_share": 0.1, "customer_share": 0.1})
    blind = SimpleNamespace(priority={"market_share": float("nan"), "customer_share": 0.1})
    assert opening._market(known) and not opening._market(blind)
