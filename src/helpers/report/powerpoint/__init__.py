"""The presentation as a PowerPoint file, from the same blocks as the HTML slides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from helpers.alongside import Later, begin
from helpers.report.content import Content
from helpers.report.deck.blocks import Slide
from helpers.report.styling import beginning
from helpers.words import deck as words
from helpers.words import numbers as fmt
from helpers.words import pages, say


@dataclass(frozen=True)
class About:
    """What the file says of itself, and the company's own template, where it has one."""

    title: str
    quarter: str
    day: date
    headline: str
    synthetic: bool
    template: Path | None

    @classmethod
    def of(cls, content: Content) -> "About":
        study, ws = content.study, content.ws
        quarter = fmt.quarter(ws.quarter)
        return cls(
            study.title, quarter, ws.as_of, content.headline, study.synthetic, study.template
        )


def build(content: Content, slides: Sequence[Slide]) -> bytes:
    """The file with all slides: native charts and tables, notes, alternative texts.

    The same content gives the same bytes.

    Parameters
    ----------
    content : the quarter.
    slides : the deck.
    """
    return _built(slides, About.of(content))


def begun(content: Content, slides: Sequence[Slide]) -> Later[bytes]:
    """The same, begun while something else is done (`helpers.alongside`)."""
    return begin(_built, slides, About.of(content))


def _built(slides: Sequence[Slide], about: About) -> bytes:
    from helpers.report.measure import clean
    from helpers.report.powerpoint import package, page
    from helpers.report.powerpoint.master import opened

    template = opened(about.template)
    title = clean(beginning(about.title, 40))
    when = say(pages.AS_OF, quarter=about.quarter, day=fmt.day(about.day))
    foot = page.Foot(f"{title} · {when}", about.synthetic, f"{say(words.APPENDIX)} · {when}")
    for slide in slides:
        page.add(template, slide, foot)
    return package.saved(
        template.presentation,
        title=clean(f"{about.title} — {about.quarter}"),
        subject=clean(about.headline),
        day=datetime.combine(about.day, datetime.min.time()),
    )
