"""The slide of a group says in what its tickets are shown to differ, and only that."""

import pandas as pd

from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.deck.blocks import Bullets
from helpers.words import deck as words


def told(content: Content, rows: list[tuple]) -> list[str]:
    """What the first group's slide says of its tickets, with these shares."""
    columns = ("dimension", "level", "customers", "value", "rest_value", "better")
    mix = pd.DataFrame(rows, columns=columns).assign(
        segment_id=content.segments[0].id,
        difference=lambda t: t["value"] - t["rest_value"],
        unit="%",
    )
    content.tables["service_mix"] = mix
    slide = next(one for one in deck(content, {}) if one.id == "segment-1")
    blocks = [one for one in slide.left if isinstance(one, Bullets)]
    return [line for one in blocks if one.heading == words.THEIR_TICKETS for line in one.items]


def test_what_differs_most_is_told_of_two_dimensions(draft):
    content = Content(draft)
    lines = told(
        content,
        [
            ("reason", "access", 80, 35.2, 13.0, "higher"),
            ("reason", "bug", 80, 12.0, 26.0, "lower"),  # less apart than access
            ("product_area", "mobile_app", 80, 42.0, 21.6, "higher"),
            ("sentiment", "negative", 80, 45.7, 28.7, "higher"),  # the third dimension
        ],
    )
    (line,) = (one.replace("\u00a0", " ") for one in lines)
    assert line == (
        "Reason access 35 % (others 13 %; 80 customers) and on mobile app 42 % (others 22 %; "
        "80 customers)."
    )


def test_what_can_be_luck_or_is_of_few_is_not_told(draft):
    content = Content(draft)
    few = content.study.min_group_size - 1
    rows = [
        ("reason", "access", 80, 60.0, 10.0, "no difference shown"),
        ("reason", "bug", few, 60.0, 10.0, "higher"),
        ("sentiment", "negative", 80, 60.0, 10.0, ""),
    ]
    assert told(content, rows) == []
