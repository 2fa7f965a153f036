"""Slides of a file whose groups have names of eighty characters: all whole, none too low."""

import pytest
from powerpoint_tools import BOTTOM, opened, overfull, texts_of
from pptx.util import Emu
from test_market_slide import counted
from test_slides_measured import NAMES, many

from helpers.report import powerpoint, styling
from helpers.report.content import Content
from helpers.report.deck import deck


def built(ws):
    content = Content(ws)
    slides = deck(content, {})
    made = opened(powerpoint.build(content, slides)).slides
    return {one.id: shown for one, shown in zip(slides, made, strict=True)}


@pytest.mark.parametrize("script", ["Russian", "Chinese", "Arabic"])
@pytest.mark.parametrize("count", [3, 10])
def test_nothing_is_cut_and_nothing_runs_through_the_footer(draft, script, count):
    many(draft, count, NAMES[script])
    counted(draft)
    slides = built(draft)
    for name, slide in slides.items():
        assert not [text for text in texts_of(slide) if "…" in text], name
        for shape in slide.shapes:
            if not shape.is_placeholder:
                assert Emu(shape.top + shape.height).pt <= BOTTOM + 1, (name, shape.name)


def test_the_texts_below_the_order_of_priority_stand_above_the_footer(draft):
    many(draft, 10, NAMES["Russian"])
    content = Content(draft)
    assert overfull(opened(powerpoint.build(content, deck(content, {})))) == []


def test_no_name_is_held_together_twice(draft):
    many(draft, 3, NAMES["Arabic"])
    for slide in built(draft).values():
        assert not [text for text in texts_of(slide) if "\u2068\u2068" in text]


def test_the_footer_names_a_study_by_whole_words(draft):
    title = "Вельдерон 维尔德龙 فيلديرون — best current customers of today"
    study = draft.study.model_copy(update={"title": title})
    object.__setattr__(draft, "study", study)
    told = " ".join(texts_of(built(draft)["answer"]))
    assert "Вельдерон 维尔德龙 \u2068فيلديرون\u2069 · " in told
    assert styling.beginning("x" * 50, 40) == "x" * 39 + "…"
