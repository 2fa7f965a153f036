"""The first two slides of a quarter without a segment that is shown to be better."""

import re

import pytest

from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Bullets


@pytest.fixture
def slides(rendered_cases):
    """The first two slides once some columns of ``segments`` are other ones."""

    def of(**changed):
        content = Content(rendered_cases("none").ws)
        content.tables["segments"] = content.tables["segments"].assign(**changed)
        return deck(content, {})[:2]

    return of


def listed(slide, heading: str) -> list[str]:
    blocks = (one for one in slide.left if isinstance(one, Bullets) and one.heading == heading)
    return [item.replace("\xa0", " ") for block in blocks for item in block.items]


def test_the_second_slide_says_of_how_many_and_what_comes_nearest(slides):
    _, second = slides(verdict="not_proven", lift=5000.0, lift_low=-1000.0, lift_high=9000.0)
    assert re.match(r"None of \d+ groups stands out$", second.title)
    told = listed(second, "The largest differences; each can be luck")
    assert told and all("€" in one and " to " in one for one in told), "worth with its range"


def test_where_all_score_alike_nothing_comes_nearest(slides):
    _, second = slides(verdict="not_proven", lift=0.0, lift_low=0.0, lift_high=0.0)
    assert not listed(second, "The largest differences; each can be luck")


def test_groups_of_which_a_typical_member_ranks_higher_are_named_on_the_first(slides):
    first, _ = slides(
        verdict="typical", claim="typical", percentile=74.0, percentile_low=68.0,
        percentile_high=79.0, p_adjusted=0.002,
    )  # fmt: skip
    told = [one for one in listed(first, "") if "ranks above 74 % of all others" in one]
    assert told and "how much money that is, is open" in told[0]
    assert "of two segments each" not in first.title
