"""The presentation as a PowerPoint file, from the same blocks as the HTML slides."""

from datetime import datetime

from helpers.report import exhibits
from helpers.report.content import Content
from helpers.report.deck.blocks import Placed, Slide
from helpers.report.styling import short
from helpers.words import deck as words
from helpers.words import say


def build(content: Content, slides: list[Slide]) -> bytes:
    """The file with all slides: native charts and tables, notes, alternative texts.

    The same content gives the same bytes.

    Parameters
    ----------
    content : the quarter; charts are made from the data behind its exhibits.
    slides : the deck.
    """
    from helpers.report.powerpoint import natives, package, page
    from helpers.report.powerpoint.master import empty_presentation
    from helpers.report.powerpoint.measure import clean

    def draw(placed: Placed) -> natives.Drawing:
        id = placed.exhibit.id
        return natives.drawing(content, id, exhibits.data(content.ws, id))

    presentation, layouts = empty_presentation()
    title = clean(short(content.study.title, 44))
    when = f"{content.ws.quarter}, as of {content.day}"
    foot = page.Foot(
        f"{title} · {when}", content.study.synthetic, f"{say(words.APPENDIX)} · {when}"
    )
    for slide in slides:
        page.add(presentation, layouts, slide, foot, draw)
    return package.saved(
        presentation,
        title=clean(f"{content.study.title} — {content.ws.quarter}"),
        subject=clean(content.headline),
        day=datetime.combine(content.ws.as_of, datetime.min.time()),
    )
