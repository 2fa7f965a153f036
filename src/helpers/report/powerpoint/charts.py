"""Native charts on a slide: bars over rows, and marks over two numeric axes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from helpers.report import styling as st
from helpers.report.charts.model import Axis, Bar, Panel, Row
from helpers.report.measure import clean
from helpers.report.powerpoint.codes import code_of, digits
from helpers.report.powerpoint.master import NS, Box, east_asian, hex6
from helpers.words import local

CLEAR = 25_000  # of 100,000: how much of a band covers what stands behind it
SIZE = 9.5  # points: text in charts
C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
ABOVE, BELOW, TICKS, TITLE = 6.0, 8.0, 14.0, 16.0  # points around the marks


@dataclass(frozen=True)
class Series:
    """Marks of one look, x without a value is a gap. ``line`` joins them; ``labels``: where.

    What lies below others is ``seen_through``: LibreOffice draws the first series above the others,
    PowerPoint below them.
    """

    name: str
    points: tuple[tuple[float | None, float | None], ...]
    tone: str = "level"
    marker: str = "circle"
    filled: bool = True
    size: int = 7
    line: float = 0.0
    dashed: bool = False
    seen_through: bool = False
    colour: str = ""
    texts: tuple[str, ...] = ()
    labels: str = "r"


def scatter(
    slide: Any,
    series: Sequence[Series],
    x: Axis,
    y: Axis,
    box: Box,
    placeholder: Any = None,
    *,
    left: float = 0.0,
    right: float = 0.0,
    rows: bool = False,
) -> Any:
    """Marks over two axes; gives the graphic frame.

    Parameters
    ----------
    left, right : points beside the marks.
    rows : whether the upright axis only keeps rows apart, and is not written.
    """
    from pptx.enum.chart import XL_CHART_TYPE

    # LibreOffice drops what follows a first series that is shorter than another one.
    drawn = sorted(series, key=lambda entry: -len(entry.points))[:1]
    drawn += [entry for entry in series if entry is not drawn[0]]
    frame = _frame(slide, XL_CHART_TYPE.XY_SCATTER, _points(drawn), box, placeholder)
    made = frame.chart
    _axis(made.category_axis, x, line=not rows)
    _axis(made.value_axis, y, hidden=rows, line=rows)
    below = BELOW + (TICKS if x.ticks else 0) + (TITLE if x.title else 0)
    inner = Box(left, ABOVE, box.w - left - right, box.h - ABOVE - below)
    _inner(made, inner, box)
    for one, entry in zip(made.plots[0].series, drawn, strict=True):
        _look(one, entry)
        if any(entry.texts):
            _labels(one, entry)
    return frame


def bars(
    slide: Any, rows: Sequence[Row], panel: Panel, box: Box, placeholder: Any = None,
    *, left: float = 0.0, right: float = 0.0,
) -> Any:  # fmt: skip
    """One bar per row, rows of one height; gives the graphic frame.

    A bar may start anywhere: an invisible base, and the parts above and below zero.
    """
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_TICK_LABEL_POSITION, XL_TICK_MARK

    from helpers.report.powerpoint.package import Categories

    data = Categories()
    data.categories = [clean(row.label) for row in rows]
    base, above, below, tones = [], [], [], []
    for marks in panel.marks:
        bar = next((mark for mark in marks if isinstance(mark, Bar)), None)
        low, high = sorted((bar.start, bar.end)) if bar else (0.0, 0.0)
        base.append(low if low > 0 else high if high < 0 else 0.0)
        above.append(max(high, 0.0) - max(low, 0.0))
        below.append(min(low, 0.0) - min(high, 0.0))
        tones.append(bar.tone if bar else "level")
    for name, values in (("base", base), ("amount", above), ("below zero", below)):
        data.add_series(name, values)
    frame = _frame(slide, XL_CHART_TYPE.BAR_STACKED, data, box, placeholder)
    made = frame.chart
    plot = made.plots[0]
    plot.gap_width, plot.overlap = 60, 100
    for place, drawn in enumerate(plot.series):
        drawn.invert_if_negative = False
        if not place:
            drawn.format.fill.background()
            continue
        for k, tone in enumerate(tones):
            fill = drawn.points[k].format.fill
            fill.solid()
            fill.fore_color.rgb = RGBColor.from_string(hex6(st.colour(tone)))
    axis = made.category_axis
    axis.format.line.color.rgb = RGBColor.from_string(hex6(st.FAINT))
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    axis.reverse_order = True
    _axis(made.value_axis, panel.axis, far=True)
    depth = BELOW + (TICKS if panel.axis.ticks else 0)
    _inner(made, Box(left, ABOVE, box.w - left - right, box.h - ABOVE - depth), box)
    return frame


def _frame(slide: Any, kind: Any, data: Any, box: Box, placeholder: Any) -> Any:
    if placeholder is None:
        frame = slide.shapes.add_chart(kind, *box.emu(), data)
    else:
        frame = placeholder.insert_chart(kind, data)
        frame.left, frame.top, frame.width, frame.height = box.emu()
    frame.chart.has_legend = frame.chart.has_title = False
    _typeface(frame.chart)
    return frame


def _typeface(chart: Any) -> None:
    from pptx.dml.color import RGBColor
    from pptx.oxml import parse_xml
    from pptx.util import Pt

    chart.font.size = Pt(SIZE)
    chart.font.color.rgb = RGBColor.from_string(hex6(st.MUTED))
    properties = chart.font._rPr
    for tag, face in (("latin", "+mn-lt"), ("ea", "+mn-ea"), ("cs", "+mn-cs")):
        properties.append(parse_xml(f'<a:{tag} {NS} typeface="{face}"/>'))


def _points(series: Sequence[Series]) -> Any:
    from helpers.report.powerpoint.package import Points

    data = Points()
    for entry in series:
        made = data.add_series(clean(entry.name))
        for x, y in entry.points:
            made.add_data_point(x, y)
        if any(entry.texts):
            data.labels[made.name] = [clean(text) for text in entry.texts]
    return data


def _look(drawn: Any, entry: Series) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    shade = entry.colour or st.colour(entry.tone)
    colour = RGBColor.from_string(hex6(shade))
    if entry.line:
        drawn.format.line.width = Pt(entry.line)
        drawn.format.line.color.rgb = colour
        if entry.seen_through:
            fill = drawn.format.line.color._xFill
            alpha = f'<a:alpha {NS} val="{CLEAR}"/>'
            fill.find(qn("a:srgbClr")).append(parse_xml(alpha))
        if entry.dashed:
            drawn.format.line.dash_style = MSO_LINE.DASH
    else:
        drawn.format.line.fill.background()
    drawn.smooth = False
    styles = {"circle": "CIRCLE", "diamond": "DIAMOND", "none": "NONE"}
    drawn.marker.style = getattr(XL_MARKER_STYLE, styles[entry.marker])
    if entry.marker == "none":
        return
    drawn.marker.size = entry.size
    drawn.marker.format.fill.solid()
    light = RGBColor.from_string(hex6(lighter(shade)))
    drawn.marker.format.fill.fore_color.rgb = colour if entry.filled else light
    drawn.marker.format.line.color.rgb = colour
    drawn.marker.format.line.width = Pt(0.5 if entry.filled else 1.25)


def lighter(colour: str) -> str:
    """What stands for hollow: LibreOffice draws no border around a mark, so white would vanish.

    >>> lighter("#000000")
    '#999999'
    """
    parts = (int(hex6(colour)[k : k + 2], 16) for k in (0, 2, 4))
    return "#" + "".join(f"{round(part + (255 - part) * 0.6):02x}" for part in parts)


def _labels(drawn: Any, entry: Series) -> None:
    """A text beside each mark, on one line; written in one go, which python-pptx cannot."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    shows = "".join(
        f'<c:{name} val="{int(name == "showVal")}"/>'
        for name in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent")
    )
    shows += '<c:showBubbleSize val="0"/>'
    colour = hex6(st.text_colour(entry.tone))
    told = [(place, clean(text)) for place, text in enumerate(entry.texts) if text]
    entries = "".join(
        f'<c:dLbl><c:idx val="{place}"/><c:tx><c:rich><a:bodyPr wrap="none" lIns="0" '
        'tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:p><a:pPr><a:defRPr/></a:pPr><a:r>'
        f'<a:rPr lang="{local.tag()}" sz="{round(SIZE * 100)}"><a:solidFill>'
        f'<a:srgbClr val="{colour}"/>'
        f"</a:solidFill>{east_asian()}</a:rPr><a:t/></a:r></a:p></c:rich></c:tx>"
        f'<c:dLblPos val="{entry.labels}"/>{shows}</c:dLbl>'
        for place, _ in told
    )
    hidden = shows.replace('showVal val="1"', 'showVal val="0"')
    node = parse_xml(f"<c:dLbls {C} {NS}>{entries}{hidden}</c:dLbls>")
    for slot, (_, text) in zip(node.iter(qn("a:t")), told, strict=True):
        slot.text = text
    drawn._element.find(qn("c:xVal")).addprevious(node)


# ── axes ─────────────────────────────────────────────────────────────────────────────────────────
def whole_steps(axis: Axis) -> tuple[Axis, str]:
    """An axis whose ticks start at its end, as native ones do, and its number format.

    Where the model's ticks lie elsewhere, the axis is longer by a step. Its ends are hidden, but on
    a signed axis: a number format has no room for that beside plus, minus and zero.
    """
    code = code_of(axis)
    if not axis.ticks or axis.log or not axis.step:  # one tick has no step
        return axis, code
    first, last, step = axis.ticks[0].value, axis.ticks[-1].value, axis.step
    if abs((first - axis.low) / step - round((first - axis.low) / step)) < 1e-6:
        return axis, code
    low, high = first - step, last + step
    if axis.format.startswith("signed"):
        return replace(axis, low=low, high=high), code
    plain = code.split(";")[0]
    return replace(axis, low=low, high=high), f'[={digits(low)}]"";[={digits(high)}]"";{plain}'


def _axis(
    axis: Any, wanted: Axis, *, far: bool = False, hidden: bool = False, line: bool = False
) -> None:
    """Limits, look and title of a value axis; ``far``: the other axis runs backwards."""
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    wanted, code = whole_steps(wanted)
    muted, hair = (RGBColor.from_string(hex6(c)) for c in (st.MUTED, st.HAIR))
    axis.minimum_scale, axis.maximum_scale = wanted.low, wanted.high
    if wanted.log:
        scaling = axis._element.find(qn("c:scaling"))
        scaling.insert(0, parse_xml(f'<c:logBase {C} val="10"/>'))
    elif wanted.step:
        axis.major_unit = wanted.step
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    grid = bool(code) and not hidden
    axis.has_major_gridlines = grid
    axis.has_minor_gridlines = False
    if grid:
        axis.major_gridlines.format.line.color.rgb = hair
        axis.major_gridlines.format.line.width = Pt(0.75)
    if line:
        axis.format.line.color.rgb = muted
        axis.format.line.width = Pt(0.75)
    else:
        axis.format.line.fill.background()
    if grid:
        axis.tick_labels.number_format = code
        axis.tick_labels.number_format_is_linked = False
        low = XL_TICK_LABEL_POSITION.HIGH if far else XL_TICK_LABEL_POSITION.LOW
        axis.tick_label_position = low
        axis.tick_labels.font.size = Pt(SIZE)
    else:
        axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    axis.has_title = bool(wanted.title)
    if wanted.title:
        frame = axis.axis_title.text_frame
        frame.text = clean(wanted.title)
        font = frame.paragraphs[0].runs[0].font
        font.size, font.bold = Pt(SIZE), False
        font.color.rgb = muted
    if not far:
        axis.crosses = XL_AXIS_CROSSES.AUTOMATIC


def _inner(made: Any, inner: Box, box: Box) -> None:
    """Fix the place of the plot, so that what stands beside it lines up."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    plot = made._chartSpace.find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    old = plot.find(qn("c:layout"))
    if old is not None:
        plot.remove(old)
    x, w, y, h = inner.x / box.w, inner.w / box.w, inner.y / box.h, inner.h / box.h
    plot.insert(
        0,
        parse_xml(
            f'<c:layout {C}><c:manualLayout><c:layoutTarget val="inner"/>'
            '<c:xMode val="edge"/><c:yMode val="edge"/>'
            f'<c:x val="{x:.4f}"/><c:y val="{y:.4f}"/><c:w val="{w:.4f}"/><c:h val="{h:.4f}"/>'
            "</c:manualLayout></c:layout>"
        ),
    )
