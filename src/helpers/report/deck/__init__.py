"""The slides as content: which sentences, exhibits and tables, in which order."""

from dataclasses import replace

from helpers.report.content import Content
from helpers.report.deck import closing, opening, segments
from helpers.report.deck.blocks import Slide
from helpers.report.deck.places import Places


def deck(content: Content, numbers: dict[str, str]) -> list[Slide]:
    """All slides of a quarter.

    Parameters
    ----------
    content : the quarter.
    numbers : exhibit id → what the document calls it.
    """
    at = Places(content, numbers)
    slides = [
        opening.cover(at),
        opening.decision(at),
        opening.answer(at),
        opening.customers(at),
        *opening.revenue(at),
        opening.good_customer(at),
        opening.tested(at),
        *segments.segments(at),
        *segments.profiles(at),
        *segments.order(at),
        segments.unproven(at),
        closing.limits(at),
        closing.next_steps(at),
        *closing.changes(at),
        closing.method(at),
    ]
    return [replace(slide, title=slide.title.removesuffix(".")) for slide in slides]
