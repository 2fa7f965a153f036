"""The market that is left: counts of companies by group, and what is not known of the others."""

import pandas as pd
import pytest
from test_slides_measured import NAMES, faults, many, measured  # noqa: F401

from helpers import outputs
from helpers.report import charts, exhibits
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Grid, Text
from helpers.report.deck.market import _likely
from helpers.report.sections.priorities import _filters_told
from helpers.words import deck as words


def counted(ws, *, companies=(1676.0, 1259.0), shares=(0.2, 0.1)) -> None:
    """A market in which the first two groups can be counted; the others only look alike."""
    ranked = ws.load("priorities")
    names = ws.load("segments").set_index("segment_id")["definition"]
    ranked = ranked.assign(definition=ranked["segment_id"].map(names))
    ids = list(ranked["segment_id"])
    blank = [float("nan")] * (len(ids) - 2)
    ranked = ranked.assign(
        market_share=[*shares, *blank], market_unknown=[0.1, 0.0, *blank],
        customer_share=[0.2, 0.1, *([0.05] * len(blank))],
    )  # fmt: skip
    ws.save("priorities", ranked)
    rules = pd.DataFrame({"segment_id": ids, "definition": ranked["definition"]}).assign(
        told_by=["its definition"] * 2 + ["other attributes"] * len(blank),
        in_words="Industry: Machinery", sql="industry = 'Machinery'", customers=68.0,
        companies=[*companies, *([3762.0] * len(blank))], won_share=0.059,
        precision_outside=[float("nan")] * 2 + [0.28] * len(blank), why="",
    )  # fmt: skip
    ws.save("prospect_rules", outputs.shaped("prospect_rules", rules))
    chart = charts.market_shares(ranked)
    exhibits.figure(ws, "market_shares", chart, ranked, title="T", source="priorities", n=100)


def slide(ws):
    return next((one for one in deck(Content(ws), {}) if one.id == "market"), None)


def told(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u2068", "").replace("\u2069", "")


def test_companies_are_counted_by_group_and_what_only_looks_alike_is_told_so(draft):
    counted(draft)
    found = slide(draft)
    assert told(found.title).endswith(
        ": 1,676 companies in the market are not won, 68 are customers"
    )
    (grid,) = (block for block in found.left if isinstance(block, Grid))
    cells = [tuple(map(told, row[1:])) for row in grid.rows]
    # 68 ÷ 5.9 % are 1,153: fewer than are counted, which no company takes away again.
    assert cells == [("1,676", "0", "68", "5.9 %"), ("1,259", "0", "68", "5.9 %")]
    said = [told(block.text) for block in (*found.left, *found.right) if isinstance(block, Text)]
    assert words.SHARE_HELD in said
    assert any("how many there are is not known. 3,762 companies fit" in text for text in said)
    assert any(text.startswith("Of up to 10 % of the market") for text in said)


@pytest.mark.parametrize("shares", [(0.1, 0.1), (0.15, 0.05), (0.2, 0.1)])
def test_where_we_hold_our_share_of_every_group_the_first_of_the_order_is_named(draft, shares):
    """Gaps of zero and less are no gap: the least of them led title and chart."""
    counted(draft, shares=shares)
    first, second = (told(one.name) for one in Content(draft).segments[:2])
    found = slide(draft)
    assert told(found.title).startswith(first)
    (grid,) = (block for block in found.left if isinstance(block, Grid))
    assert [told(row[0]) for row in grid.rows] == [first, second]
    chart = found.right[0].exhibit.chart
    assert told(chart.body.rows[0].label) == first and first in told(chart.title)


def test_the_first_slide_says_how_many_companies_are_not_won(draft):
    counted(draft)
    grid = next(one for one in deck(Content(draft), {})[0].left if isinstance(one, Grid))
    place = grid.columns.index(words.MARKET_AND_WATCH)
    cells = [told(row[place]) for row in grid.rows]
    assert cells[0].startswith("1,676: 20 % of the known market, 20 % of ours.")
    assert cells[1].startswith("1,259: 10 % of the market, 10 % of ours.")
    # Of whom the shares are, the slide says once; 68 of today are 11 % of those of today.
    listed = Content(draft).tables["customer_list"]
    every = int(listed["included"].sum())
    former = (listed["included"] & listed["status"].eq("former")).any()
    assert (f"Ours: {every:,}, past ones too." in told(grid.note)) == former
    counted(draft, companies=(float("nan"), float("nan")))
    grid = next(one for one in deck(Content(draft), {})[0].left if isinstance(one, Grid))
    assert told(grid.rows[0][place]).startswith("20 % of the known market")


def test_past_customers_are_told_only_where_there_are_any(draft):
    counted(draft)
    content = Content(draft)
    listed = content.tables["customer_list"]
    for status, expected in (("former", True), ("current", False)):
        one = listed.index[listed["included"]][0]
        mine = listed.assign(status="current").astype({"status": "object"})
        mine.loc[one, "status"] = status
        content.tables = content.tables | {"customer_list": mine}
        note = next(b for b in deck(content, {})[0].left if isinstance(b, Grid)).note
        assert ("past ones too" in note) == expected


def test_the_share_that_is_won_follows_from_its_row():
    rule = {"companies": 1676.0, "customers": 118.0, "won_share": 118 / (118 + 1881)}
    assert _likely(rule) == "205"  # 118 ÷ (1,676 + 205 + 118)
    assert _likely(rule | {"won_share": float("nan")}) == "–"


def test_a_share_without_a_count_is_told_as_a_share_and_no_zero(draft):
    counted(draft, companies=(float("nan"), float("nan")))
    found = slide(draft)
    assert "of the market" in found.title and "not won" not in found.title
    assert not [block for block in found.left if isinstance(block, Grid)]


def test_room_to_grow_is_told_of_whom_it_concerns_alone(draft):
    counted(draft, shares=(0.4, 0.1))
    (bullets,) = (one for one in slide(draft).left if hasattr(one, "items"))
    assert len(bullets.items) == 1 and "room to grow" in bullets.items[0]


def test_without_a_market_there_is_no_slide(draft):
    assert slide(draft) is None


@pytest.mark.parametrize("count", [3, 10])
@pytest.mark.parametrize("script", ["Russian", "Chinese", "one word"])
def test_long_names_leave_room(draft, measured, script, count):  # noqa: F811
    many(draft, count, NAMES[script])
    counted(draft)
    found = [one for one in measured(draft) if one["id"] == "market"]
    assert found and not faults(found), faults(found)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (["its definition", "other attributes"], "1 of 2 segments can be looked for"),
        (["its definition", "its definition"], "2 of 2 segments can be looked for"),
        (["other attributes", "no"], "No segment can be looked for before a sale. Of 1,"),
    ],
)
def test_only_what_can_be_seen_before_a_sale_is_counted_as_to_be_looked_for(draft, by, said):
    """Its neighbours can be seen, and are other companies."""
    sql = ["" if one == "no" else "x = 1" for one in by]
    found = _filters_told(draft, pd.DataFrame({"told_by": by, "sql": sql}))
    assert told(found.text).replace("**", "").startswith(said)
    assert ("nearest filter" in found.text) == ("other attributes" in by)
