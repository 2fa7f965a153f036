"""The presentation as a PowerPoint file, from the same blocks as the HTML slides."""

from datetime import datetime

from helpers.report.content import Content
from helpers.report.deck.blocks import Slide
from helpers.report.styling import beginning
from helpers.words import deck as words
from helpers.words import numbers as fmt
from helpers.words import pages, say


def build(content: Content, slides: list[Slide]) -> bytes:
    """The file with all slides: native charts and tables, notes, alternative texts.

    The same content gives the same bytes.

    Parameters
    ----------
    content : the quarter.
    slides : the deck.
    """
    from helpers.report.measure import clean
    from helpers.report.powerpoint import package, page
    from helpers.report.powerpoint.master import opened

    template = opened(content.study.template)
    title = clean(beginning(content.study.title, 40))
    when = say(pages.AS_OF, quarter=fmt.quarter(content.ws.quarter), day=content.day)
    foot = page.Foot(
        f"{title} · {when}", content.study.synthetic, f"{say(words.APPENDIX)} · {when}"
    )
    for slide in slides:
        page.add(template, slide, foot)
    return package.saved(
        template.presentation,
        title=clean(f"{content.study.title} — {fmt.quarter(content.ws.quarter)}"),
        subject=clean(content.headline),
        day=datetime.combine(content.ws.as_of, datetime.min.time()),
    )
