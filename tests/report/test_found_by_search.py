"""A group that a search found is marked wherever it stands beside those that were declared."""

import pandas as pd
import pytest
from test_slides_measured import NAMES, faults, many, measured  # noqa: F401

from helpers.report import exhibits
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Bullets, Grid
from helpers.words import deck as words


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u2068", "").replace("\u2069", "")


def searched(ws, *names: str, again: float | None = 0.78) -> None:
    """These groups came from the search, which finds them again in that share of draws."""
    table = ws.load("segments")
    mine = table["segment_id"].isin(names)
    ws.save("segments", table.assign(basis=table["basis"].mask(mine, "discovered")))
    if again is not None:
        firm = pd.DataFrame({"segment_id": [*names], "segment": "S", "selection_frequency": again})
        names_of = ("lift_without", "lift_within_strata", "strata_same_direction",
                    "variants_same_direction", "lift_before", "lift_after")  # fmt: skip
        firm = firm.assign(**dict.fromkeys(names_of, 1.0))
        exhibits.table(ws, "robustness", firm, title="T", source="robustness", n=9)


def said(slide) -> list[str]:
    blocks = [one for one in (*slide.left, *slide.right) if isinstance(one, Bullets)]
    return [plain(item) for block in blocks for item in block.items]


def test_a_group_of_the_search_is_marked_and_a_declared_one_is_not(draft):
    second = Content(draft).segments[1].id
    searched(draft, second)
    slides = {one.id: one for one in deck(Content(draft), {})}
    grid = next(one for one in slides["answer"].left if isinstance(one, Grid))
    marked = [words.BY_SEARCH in " ".join(map(plain, row)) for row in grid.rows]
    assert marked[:2] == [False, True] and sum(marked) == 1
    marked = ["found by search, not declared before" in one for one in said(slides["shown"])[:2]]
    assert marked == [False, True]
    assert not [one for one in said(slides["segment-1"]) if "by search" in one]
    (own,) = [one for one in said(slides["segment-2"]) if "by search" in one]
    assert own.endswith("the search finds it again in 78 of 100 draws.")


def test_how_often_it_is_found_again_may_not_be_known(draft):
    first = Content(draft).segments[0].id
    searched(draft, first, again=None)
    slides = {one.id: one for one in deck(Content(draft), {})}
    assert words.BY_SEARCH in said(slides["segment-1"])


@pytest.mark.parametrize("script", ["Russian", "Chinese", "one word"])
def test_marks_of_many_groups_with_long_names_leave_room(draft, measured, script):  # noqa: F811
    many(draft, 5, NAMES[script])
    searched(draft, *(one.id for one in Content(draft).segments))
    found = [one for one in measured(draft) if one["id"] in ("answer", "shown", "segment-1")]
    assert len(found) == 3 and not faults(found), faults(found)
