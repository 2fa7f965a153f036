"""The slides as content: which sentences, exhibits and tables, in which order."""

from collections.abc import Iterator
from dataclasses import replace

from helpers.report.content import Content
from helpers.report.deck import (
    alarms,
    appendix,
    closing,
    customers,
    doing,
    market,
    needs,
    opening,
    segments,
)
from helpers.report.deck.blocks import Slide
from helpers.report.deck.places import Places
from helpers.report.exhibit import Exhibit
from helpers.report.retelling import retold


def deck(content: Content, numbers: dict[str, str]) -> list[Slide]:
    """All slides of a quarter: about ten that decide, then an appendix that a question leads to.

    Parameters
    ----------
    content : the quarter.
    numbers : exhibit id → what the document calls it.
    """
    at = Places(content, numbers)
    first = [replace(slide, title=_title(slide)) for slide in _decide(at)]
    rest = [replace(slide, title=_title(slide), appendix=True) for slide in _appendix(at)]
    return [retold(slide, but=(Exhibit,)) for slide in (*first, *rest)]


def _decide(at: Places) -> Iterator[Slide]:
    yield opening.answer(at)
    yield opening.shown(at)
    yield from segments.segments(at)
    yield from market.market(at)
    yield from segments.order(at)
    yield from closing.at_risk(at)
    yield from alarms.alerts(at)
    yield from closing.changes(at)
    yield from closing.claims(at)
    yield doing.next_steps(at)


def _appendix(at: Places) -> Iterator[Slide]:
    yield from segments.segments(at, appendix=True)
    yield from customers.customers(at)
    yield customers.good_customer(at)
    yield appendix.tested(at)
    yield from appendix.profiles(at)
    yield from appendix.unproven(at)
    yield from needs.needs(at)
    yield from customers.revenue(at)
    yield appendix.limits(at)
    yield appendix.decision(at)
    yield appendix.method(at)


def _title(slide: Slide) -> str:
    return slide.title.removesuffix(".").removesuffix("。")
