"""A built presentation read back, and how much of it fits."""

import io

import pandas as pd
from pptx import Presentation

from helpers.report import exhibits, measure, powerpoint
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.powerpoint import column, master

BODY = master.opened().column(master.TEXT, 0)
LEFT, RIGHT, BOTTOM = BODY.x, BODY.x + BODY.w, BODY.y + BODY.h
FOOT = master.opened().boxes[master.TEXT][master.FOOTER].y


class Built:
    """A built presentation with the deck it was made from."""

    def __init__(self, rendered):
        self.content = Content(rendered.ws)
        known = exhibits.known(rendered.ws)
        self.deck = deck(self.content, {name: f"Figure {k}" for k, name in enumerate(known, 1)})
        self.bytes = powerpoint.build(self.content, self.deck)
        self.file = opened(self.bytes)

    def slide(self, id):
        return next(s for s, d in zip(self.file.slides, self.deck, strict=True) if d.id == id)

    def data(self, id):
        return exhibits.data(self.content.ws, id)


def opened(content):
    return Presentation(io.BytesIO(content))


def charts_of(slide):
    return [shape.chart for shape in slide.shapes if shape.has_chart]


def tables_of(slide):
    return [shape.table for shape in slide.shapes if shape.has_table]


def texts_of(slide):
    """All text that stands on a slide, tables and chart labels included."""
    found = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    found += [cell.text for table in tables_of(slide) for row in table.rows for cell in row.cells]
    return found


def xs_of(series):
    return [float(v.text) for v in series._element.xpath("c:xVal//c:pt/c:v")]


def y_of(series):
    return series._element.xpath("c:yVal//c:pt/c:v")


def series_of(slide):
    return {s.name: s for chart in charts_of(slide) for s in chart.plots[0].series}


def overfull(file):
    """Shapes whose text is higher than they are, or that leave the slide.

    Measured in a typeface 15 % wider than Arial, with lines as high as any in use.
    """
    wide, high = file.slide_width, file.slide_height
    found = []
    for place, slide in enumerate(file.slides, 1):
        for shape in slide.shapes:
            inside = shape.left >= 0 and shape.top >= 0
            inside = inside and shape.left + shape.width <= wide
            inside = inside and shape.top + shape.height <= high
            if shape.has_table:
                need = [
                    max(
                        needed(cell.text_frame, side.width.pt - 2 * 5, 12.0)
                        + cell.margin_top.pt
                        + cell.margin_bottom.pt
                        for cell, side in zip(row.cells, shape.table.columns, strict=True)
                    )
                    for row in shape.table.rows
                ]
                inside = inside and all(
                    n <= row.height.pt + 0.5 for n, row in zip(need, shape.table.rows, strict=True)
                )
                inside = inside and shape.top.pt + sum(need) <= BOTTOM + 1
            elif shape.has_text_frame:
                usual = 0.0
                asked = shape.name == "Decision"
                beside, above = (column.ASK_X, column.ASK_Y) if asked else (0.0, 0.0)
                if shape.is_placeholder:
                    small = dict.fromkeys((master.FOOTER, master.NUMBER, master.PROOFS), 9.5)
                    usual = (small | {0: master.TITLE_SIZE}).get(shape.placeholder_format.idx, 0.0)
                inside = inside and needed(
                    shape.text_frame, shape.width.pt - 2 * beside, usual
                ) + 2 * above <= (shape.height.pt + 1)
            if not inside:
                found.append((place, shape.name, shape.has_text_frame and shape.text_frame.text))
    return found


def needed(frame, width, usual):
    sizes = [kind[1] for kind in master.KINDS.values()]
    total = 0.0
    for paragraph in frame.paragraphs:
        run = next(iter(paragraph.runs), None)
        given = run.font.size.pt if run is not None and run.font.size else 0
        size = given or usual or sizes[paragraph.level]
        bold = bool(run is not None and run.font.bold) or paragraph.level == 2
        text = paragraph.text
        if not text:
            continue
        room = (width - (master.INDENT if paragraph.level == 1 else 0)) / measure.WIDER
        total += measure.height(text, size, room, bold=bold)
    return total


def drawn_alone(chart):
    """A slide that holds nothing but one chart."""
    from helpers.report.powerpoint import drawing, package

    template = master.opened()
    slide = template.presentation.slides.add_slide(template.layouts[master.TEXT])
    place = drawing.Place(slide, lambda: None, "Chart", "about")
    drawing.draw(place, chart, template.column(master.TEXT, 0))
    day = pd.Timestamp("2026-01-01").to_pydatetime()
    return opened(package.saved(template.presentation, title="t", subject="s", day=day)).slides[0]
