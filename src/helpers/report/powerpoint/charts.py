"""Native charts on a slide."""

from helpers.report import styling as st
from helpers.report.powerpoint.master import NS, Box, hex6
from helpers.report.powerpoint.measure import clean, cut, lines
from helpers.report.powerpoint.models import Axis, Bars, Native, Scatter, Series, lighter

SIZE = 9.5  # points: text in charts
ENDS = "…\u2069"  # an ellipsis, and the end of a piece that keeps its direction
C = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'


def place(slide, chart: Native, box: Box, placeholder=None):
    """Put a chart on a slide, into its placeholder where one is free; gives the graphic frame."""
    from pptx.enum.chart import XL_CHART_TYPE as XL

    if isinstance(chart, Scatter):
        data, kind = _scatter_data(chart), XL.XY_SCATTER
    else:
        data = _bar_data(chart, box)
        kind = {
            (False, False): XL.BAR_CLUSTERED,
            (True, False): XL.BAR_STACKED,
            (False, True): XL.COLUMN_CLUSTERED,
            (True, True): XL.COLUMN_STACKED,
        }[chart.stacked, chart.upright]
    if placeholder is None:
        frame = slide.shapes.add_chart(kind, *box.emu(), data)
    else:
        frame = placeholder.insert_chart(kind, data)
        frame.left, frame.top, frame.width, frame.height = box.emu()
    made = frame.chart
    made.has_legend = made.has_title = False
    _typeface(made)
    if isinstance(chart, Scatter):
        _scatter(made, chart, box)
    else:
        _bars(made, chart, box)
    return frame


def _typeface(chart) -> None:
    from pptx.dml.color import RGBColor
    from pptx.oxml import parse_xml
    from pptx.util import Pt

    chart.font.size = Pt(SIZE)
    chart.font.color.rgb = RGBColor.from_string(hex6(st.MUTED))
    properties = chart.font._rPr
    for tag, face in (("latin", "+mn-lt"), ("ea", "+mn-ea"), ("cs", "+mn-cs")):
        properties.append(parse_xml(f'<a:{tag} {NS} typeface="{face}"/>'))


def _scatter_data(chart: Scatter):
    from helpers.report.powerpoint.package import Points

    data = Points()
    for series in chart.drawn():
        entry = data.add_series(clean(series.name))
        for point in series.points:
            entry.add_data_point(point.x, point.y)
        if any(p.label for p in series.points):
            data.labels[entry.name] = [clean(p.label) for p in series.points]
    return data


def _scatter(made, chart: Scatter, box: Box) -> None:
    _axis(made.category_axis, chart.x)
    _axis(made.value_axis, chart.y)
    _inner(made, _plot_area(chart.gutter, chart.tail, chart.x, box, chart.y))
    for drawn, series in zip(made.plots[0].series, chart.drawn(), strict=True):
        _marks(drawn, series)
        if series.labels:
            room = chart.gutter * box.w - 14 if series.labels == "l" else box.w
            _labels(drawn, series, room)


def _marks(drawn, series: Series) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_MARKER_STYLE
    from pptx.enum.dml import MSO_LINE
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn
    from pptx.util import Pt

    colour = RGBColor.from_string(hex6(series.colour))
    if series.line:
        drawn.format.line.width = Pt(series.line)
        drawn.format.line.color.rgb = colour
        if series.faint:
            fill = drawn.format.line._get_or_add_ln().find(qn("a:solidFill"))
            fill[0].append(parse_xml(f'<a:alpha {NS} val="45000"/>'))
        if series.dashed:
            drawn.format.line.dash_style = MSO_LINE.DASH
    else:
        drawn.format.line.fill.background()
    drawn.smooth = False
    styles = {"circle": "CIRCLE", "diamond": "DIAMOND", "x": "X", "none": "NONE"}
    drawn.marker.style = getattr(XL_MARKER_STYLE, styles[series.marker])
    if series.marker == "none":
        return
    drawn.marker.size = series.size
    drawn.marker.format.fill.solid()
    light = RGBColor.from_string(hex6(lighter(series.colour)))
    drawn.marker.format.fill.fore_color.rgb = colour if series.filled else light
    drawn.marker.format.line.color.rgb = colour
    drawn.marker.format.line.width = Pt(1.25 if not series.filled else 0.5)


def row_label(text: str, room: float, most: int = 1) -> str:
    """A row's label in ``most`` lines; the name gives way, the number of customers stays.

    >>> row_label("A very long name of a segment  (n = 72)", 120)
    'A very long na…  (n = 72)'
    """
    name, mark, count = text.rpartition("  (n = ")
    if not mark:
        return cut(text, SIZE, room, most)
    tail, kept = mark + count, cut(name, SIZE, room, most)
    while len(lines(kept + tail, SIZE, room)) > most and len(kept) > 2:
        kept = f"{kept.rstrip(ENDS)[:-1].rstrip()}…"
    open_ones = kept.count("\u2068") - kept.count("\u2069")
    return kept + "\u2069" * open_ones + tail


def _labels(drawn, series: Series, room: float) -> None:
    """A text beside each mark, on one line; written in one go, which python-pptx cannot."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    colour = hex6(st.INK if series.labels == "l" else st.MUTED)
    shows = "".join(
        f'<c:{name} val="{int(name == "showVal")}"/>'
        for name in ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent")
    )
    shows += '<c:showBubbleSize val="0"/>'
    entries, texts = [], []
    for place_, point in enumerate(series.points):
        if not point.label:
            continue
        texts.append(row_label(clean(point.label).replace("\n", " "), room))
        entries.append(
            f'<c:dLbl><c:idx val="{place_}"/><c:tx><c:rich><a:bodyPr wrap="none" lIns="0" '
            'tIns="0" rIns="0" bIns="0" anchor="ctr"/><a:p><a:pPr><a:defRPr/></a:pPr><a:r>'
            f'<a:rPr lang="en-GB" sz="{round(SIZE * 100)}"><a:solidFill><a:srgbClr val="{colour}"/>'
            "</a:solidFill></a:rPr><a:t/></a:r></a:p></c:rich></c:tx>"
            f'<c:dLblPos val="{series.labels}"/>{shows}</c:dLbl>'
        )
    hidden = shows.replace('showVal val="1"', 'showVal val="0"')
    node = parse_xml(f"<c:dLbls {C} {NS}>{''.join(entries)}{hidden}</c:dLbls>")
    for slot, text in zip(node.iter(qn("a:t")), texts, strict=True):
        slot.text = text
    drawn._element.find(qn("c:xVal")).addprevious(node)


def _bar_data(chart: Bars, box: Box):
    from helpers.report.powerpoint.package import Categories

    data = Categories()
    names = [clean(name) for name in chart.categories]
    if not chart.upright and chart.gutter > 0.1:
        most = 2 if box.h / len(names) > 34 else 1
        names = [row_label(name, chart.gutter * box.w - 12, most) for name in names]
    data.categories = names
    for name, values in chart.series:
        data.add_series(clean(name), values)
    return data


def _bars(made, chart: Bars, box: Box) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_LABEL_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.util import Pt

    def paint(fill, colour: str | None) -> None:
        if colour is None:
            fill.background()
        else:
            fill.solid()
            fill.fore_color.rgb = RGBColor.from_string(hex6(colour))

    plot = made.plots[0]
    plot.gap_width, plot.overlap = chart.gap, 100
    for drawn, colours, code in zip(
        plot.series, chart.colours, chart.formats or ("",) * len(chart.series), strict=True
    ):
        single = colours if isinstance(colours, str) else None
        paint(drawn.format.fill, single)
        drawn.invert_if_negative = False
        if not isinstance(colours, str):
            for place_, colour in enumerate(colours):
                paint(drawn.points[place_].format.fill, colour)
        if code:
            labels = drawn.data_labels
            labels.show_value = True
            labels.number_format_is_linked = False
            labels.number_format = code if isinstance(code, str) else code[0]
            labels.font.size = Pt(SIZE)
            labels.font.color.rgb = RGBColor.from_string(hex6(st.INK))
            labels.position = XL_LABEL_POSITION.OUTSIDE_END
            if not isinstance(code, str):
                _formats(labels._element, code)
    axis = made.category_axis
    axis.format.line.color.rgb = RGBColor.from_string(hex6(st.FAINT))
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    axis.tick_labels.font.size = Pt(SIZE)
    axis.tick_labels.font.color.rgb = RGBColor.from_string(hex6(st.INK))
    if not chart.upright:
        axis.reverse_order = True
        if chart.gutter < 0.1:
            axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    _axis(made.value_axis, chart.axis, far=not chart.upright)
    _inner(made, _plot_area(chart.gutter, chart.tail, chart.axis, box, None, chart))


def _formats(labels, codes: tuple[str, ...]) -> None:
    """A number format for each value of a series, which python-pptx cannot set."""
    from pptx.oxml import parse_xml

    for place_, code in reversed(list(enumerate(codes))):
        node = parse_xml(
            f'<c:dLbl {C}><c:idx val="{place_}"/><c:numFmt formatCode="" sourceLinked="0"/>'
            '<c:dLblPos val="outEnd"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
            '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
            '<c:showBubbleSize val="0"/></c:dLbl>'
        )
        node[1].set("formatCode", code)
        labels.insert(0, node)


def _axis(axis, wanted: Axis, *, far: bool = False) -> None:
    """Limits, look and title of a value axis; ``far``: the other axis runs backwards."""
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_AXIS_CROSSES, XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.util import Pt

    faint, hair = (RGBColor.from_string(hex6(c)) for c in (st.MUTED, st.HAIR))
    axis.minimum_scale, axis.maximum_scale = wanted.low, wanted.high
    axis.major_unit = wanted.step
    axis.major_tick_mark = axis.minor_tick_mark = XL_TICK_MARK.NONE
    axis.has_major_gridlines = wanted.grid
    axis.has_minor_gridlines = False
    if wanted.grid:
        axis.major_gridlines.format.line.color.rgb = hair
        axis.major_gridlines.format.line.width = Pt(0.75)
    if wanted.line:
        axis.format.line.color.rgb = faint
        axis.format.line.width = Pt(0.75)
    else:
        axis.format.line.fill.background()
    if wanted.format:
        axis.tick_labels.number_format = wanted.format
        axis.tick_labels.number_format_is_linked = False
        low = XL_TICK_LABEL_POSITION.HIGH if far else XL_TICK_LABEL_POSITION.LOW
        axis.tick_label_position = low
        axis.tick_labels.font.size = Pt(9)
    else:
        axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    axis.has_title = bool(wanted.title)
    if wanted.title:
        frame = axis.axis_title.text_frame
        frame.text = clean(wanted.title)
        font = frame.paragraphs[0].runs[0].font
        font.size, font.bold = Pt(9), False
        font.color.rgb = faint
    if not far:
        axis.crosses = XL_AXIS_CROSSES.AUTOMATIC


def _plot_area(
    gutter: float, tail: float, axis: Axis, box: Box, y: Axis | None, bars: Bars | None = None
) -> tuple[float, float, float, float]:
    """Where the marks go, as shares of the chart: left, top, width, height."""
    bottom = 8 + (30 if axis.title else 14 if axis.format else 0)
    left = gutter
    if bars is not None and bars.upright:
        bottom, left = 32, gutter + 0.09
    elif y is not None and y.format:
        left = gutter + (62 if y.title else 44) / box.w
    top = 6
    return left, top / box.h, 1 - left - tail, 1 - (top + bottom) / box.h


def edges(chart: Scatter) -> tuple[float, float]:
    """Points of a chart above and below its marks."""
    _, top, _, high = _plot_area(chart.gutter, chart.tail, chart.x, Box(0, 0, 1, 1000), chart.y)
    return 1000 * top, 1000 * (1 - top - high)


def _inner(made, area: tuple[float, float, float, float]) -> None:
    """Fix the place of the plot, so that charts side by side line up."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    x, y, w, h = area
    plot = made._chartSpace.find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    old = plot.find(qn("c:layout"))
    if old is not None:
        plot.remove(old)
    plot.insert(
        0,
        parse_xml(
            f'<c:layout {C}><c:manualLayout><c:layoutTarget val="inner"/>'
            '<c:xMode val="edge"/><c:yMode val="edge"/>'
            f'<c:x val="{x:.4f}"/><c:y val="{y:.4f}"/><c:w val="{w:.4f}"/><c:h val="{h:.4f}"/>'
            "</c:manualLayout></c:layout>"
        ),
    )
