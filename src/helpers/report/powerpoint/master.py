"""The slide master and its layouts, made from the empty presentation that python-pptx brings."""

from dataclasses import dataclass

from helpers.report import styling as st

WIDTH, HEIGHT = 960.0, 540.0  # points, 16:9
MARGIN, TOP, BOTTOM, FOOT = 42.0, 112.0, 484.0, 504.0
LATIN, EAST_ASIAN, COMPLEX = "Arial", "Microsoft YaHei", "Arial"
SCRIPTS = {"Jpan": "Yu Gothic", "Hang": "Malgun Gothic", "Hans": "Microsoft YaHei"}
SCRIPTS |= {"Hant": "Microsoft JhengHei", "Arab": "Arial", "Hebr": "Arial", "Thai": "Tahoma"}
SCRIPTS |= {"Deva": "Nirmala UI", "Cyrl": "Arial", "Grek": "Arial"}

# Kind of paragraph → (level, size, colour, bold, points before it). The master's levels are these.
KINDS = {
    "text": (0, 16.0, "tx1", False, 9.0),
    "bullet": (1, 15.0, "tx1", False, 7.0),
    "heading": (2, 13.0, "tx2", True, 14.0),
    "lead": (3, 20.0, "tx1", False, 9.0),
    "note": (4, 11.0, "tx2", False, 4.0),
}
INDENT = 13.0  # of bullets
LEFT, RIGHT, PROOFS = 1, 2, 16
CAPTIONS, CHARTS, SOURCES = (13, 23), (14, 24), (15, 25)  # of the first and the second chart
FOOTER, NUMBER = 11, 12

NS = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)


@dataclass(frozen=True)
class Box:
    """A rectangle in points."""

    x: float
    y: float
    w: float
    h: float

    def emu(self) -> tuple[int, int, int, int]:
        """The rectangle in the unit of the file."""
        x, y, w, h = (round(length * 12700) for length in (self.x, self.y, self.w, self.h))
        return x, y, w, h


def columns(left_share: float, gap: float) -> tuple[Box, Box]:
    """Two columns of the body, the left one with ``left_share`` of the width."""
    room = WIDTH - 2 * MARGIN - gap
    wide = round(room * left_share)
    tall = BOTTOM - TOP
    return (
        Box(MARGIN, TOP, wide, tall),
        Box(MARGIN + wide + gap, TOP, room - wide, tall),
    )


WHOLE = Box(MARGIN, TOP, WIDTH - 2 * MARGIN, BOTTOM - TOP)
TITLE = Box(MARGIN, 26, WIDTH - 2 * MARGIN, 70)
COVER_TITLE = Box(MARGIN, 130, 780, 104)
COVER_TEXT = Box(MARGIN, 250, 700, 180)
FOOTER_BOX = Box(MARGIN, FOOT, 480, 16)
PROOFS_BOX = Box(532, FOOT, 348, 16)
NUMBER_BOX = Box(WIDTH - MARGIN - 32, FOOT, 32, 16)
EQUAL, SEGMENT, FIGURE = columns(0.5, 36), columns(0.57, 36), columns(0.38, 34)


def _figure(place: int, box: Box, text: float = 0) -> tuple[tuple[int, str, Box], ...]:
    """Caption, chart and source in a column whose lowest ``text`` points are for words."""
    bottom = box.y + box.h - text
    return (
        (CAPTIONS[place], "body", Box(box.x, box.y, box.w, 32)),
        (CHARTS[place], "chart", Box(box.x, box.y + 36, box.w, bottom - box.y - 64)),
        (SOURCES[place], "body", Box(box.x, bottom - 24, box.w, 24)),
    )


TEXT_AND_CHART = "Text/chart"

# Layout → its place in the default template, and its placeholders beside title and footers.
LAYOUTS = {
    "Cover": (0, ((LEFT, "subTitle", COVER_TEXT),)),
    "Text": (1, ((LEFT, "body", WHOLE),)),
    "Two columns": (3, ((LEFT, "body", EQUAL[0]), (RIGHT, "body", EQUAL[1]))),
    "Segment": (4, ((LEFT, "body", SEGMENT[0]), (RIGHT, "body", SEGMENT[1]))),
    TEXT_AND_CHART: (7, ((LEFT, "body", FIGURE[0]), *_figure(0, FIGURE[1]))),
    "Two charts": (
        5,
        (
            *_figure(0, EQUAL[0], text=60),
            (LEFT, "body", Box(EQUAL[0].x, BOTTOM - 52, EQUAL[0].w, 52)),
            *_figure(1, EQUAL[1], text=60),
            (RIGHT, "body", Box(EQUAL[1].x, BOTTOM - 52, EQUAL[1].w, 52)),
        ),
    ),
}


def empty_presentation():
    """A presentation without slides, and its layouts by name."""
    from pptx import Presentation
    from pptx.opc.constants import RELATIONSHIP_TYPE as RT
    from pptx.util import Pt

    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    master = presentation.slide_master
    found = list(presentation.slide_layouts)
    layouts = {name: found[place] for name, (place, _) in LAYOUTS.items()}
    for layout in found:
        if layout not in layouts.values():
            presentation.slide_layouts.remove(layout)
    master.part.part_related_by(RT.THEME).blob = _theme(
        master.part.part_related_by(RT.THEME).blob
    ).encode()
    _replace_shapes(master, _master_shapes())
    _replace_styles(master)
    for name, layout in layouts.items():
        layout.name = name
        layout.element.attrib.pop("type", None)  # the standard kinds promise other placeholders
        _replace_shapes(layout, _layout_shapes(name))
    _drop_leftovers(presentation)
    return presentation, layouts


def _drop_leftovers(presentation) -> None:
    """Take out what the template's author left: a thumbnail and printer settings."""
    package = presentation.part.package
    for owner in (package._rels, presentation.part.rels):
        for key, relation in list(owner.items()):
            if relation.reltype.endswith(("/thumbnail", "/printerSettings")):
                owner.pop(key)
            elif relation.reltype.endswith("/extended-properties"):
                relation.target_part.blob = (
                    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
                    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
                    b'extended-properties"><Application>Microsoft Office PowerPoint</Application>'
                    b"<PresentationFormat>Widescreen</PresentationFormat></Properties>"
                )


def _theme(blob: bytes) -> str:
    """The theme in the colours and typefaces of the reports."""
    import re

    text = blob.decode("utf-8")
    scheme = {"dk1": st.INK, "lt1": "#ffffff", "dk2": st.MUTED, "lt2": st.HAIR}
    hues = (st.ACCENT, st.WARM, *(st.TONES[f"hue{place}"] for place in range(1, 5)))
    scheme |= {f"accent{place}": hue for place, hue in enumerate(hues, 1)}
    scheme |= {"hlink": st.ACCENT, "folHlink": st.MUTED}
    colours = "".join(f'<a:{k}><a:srgbClr val="{hex6(v)}"/></a:{k}>' for k, v in scheme.items())
    scripts = "".join(f'<a:font script="{k}" typeface="{v}"/>' for k, v in SCRIPTS.items())
    faces = (
        f'<a:latin typeface="{LATIN}"/><a:ea typeface="{EAST_ASIAN}"/>'
        f'<a:cs typeface="{COMPLEX}"/>{scripts}'
    )
    text = re.sub(
        r"<a:clrScheme.*?</a:clrScheme>",
        f'<a:clrScheme name="Report">{colours}</a:clrScheme>',
        text,
        flags=re.S,
    )
    return re.sub(
        r"<a:fontScheme.*?</a:fontScheme>",
        f'<a:fontScheme name="Report"><a:majorFont>{faces}</a:majorFont>'
        f"<a:minorFont>{faces}</a:minorFont></a:fontScheme>",
        text,
        flags=re.S,
    ).replace('name="Office Theme"', 'name="Report"', 1)


def hex6(colour: str) -> str:
    """A colour as the file writes it.

    >>> hex6("#0f62a6")
    '0F62A6'
    """
    return colour.lstrip("#").upper()


def _replace_shapes(owner, shapes: str) -> None:
    from pptx.oxml import parse_xml

    tree = owner.shapes._spTree
    for child in list(tree)[2:]:  # the first two describe the tree itself
        tree.remove(child)
    for child in parse_xml(f"<p:spTree {NS}>{shapes}</p:spTree>"):
        tree.append(child)


def _replace_styles(master) -> None:
    """Text styles: a title, and one level per kind of paragraph."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    def level(number: int, size: float, colour: str, bold: bool, before: float, bullet: str) -> str:
        deep = round(INDENT * 12700) if bullet else 0
        face = "mj" if number == 0 else "mn"
        return (
            f'<a:lvl{max(number, 1)}pPr marL="{deep}" indent="{-deep}" '
            'algn="l" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1">'
            f'<a:lnSpc><a:spcPct val="100000"/></a:lnSpc>'
            f'<a:spcBef><a:spcPts val="{round(before * 100)}"/></a:spcBef>'
            f"{bullet or '<a:buNone/>'}"
            f'<a:defRPr sz="{round(size * 100)}" b="{int(bold)}" kern="1200">'
            f'<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill>'
            f'<a:latin typeface="+{face}-lt"/><a:ea typeface="+{face}-ea"/>'
            f'<a:cs typeface="+{face}-cs"/></a:defRPr></a:lvl{max(number, 1)}pPr>'
        )

    bullet = (
        f'<a:buClr><a:srgbClr val="{hex6(st.FAINT)}"/></a:buClr><a:buFont typeface="Arial"/>'
        '<a:buChar char="•"/>'
    )
    body = "".join(
        level(place + 1, size, colour, bold, before, bullet if kind == "bullet" else "")
        for kind, (place, size, colour, bold, before) in KINDS.items()
    )
    styles = master.element.find(qn("p:txStyles"))
    for tag, content in (
        ("p:titleStyle", level(0, 24, "tx1", True, 0, "")),
        ("p:bodyStyle", body),
    ):
        old = styles.find(qn(tag))
        styles.replace(old, parse_xml(f"<{tag} {NS}>{content}</{tag}>"))


def _placeholder(
    place: int, name: str, kind: str, idx: int, box: Box, *, anchor: str = "t", style: str = ""
) -> str:
    x, y, w, h = box.emu()
    number = f' idx="{idx}"' if idx else ""
    prompt = f"<a:r><a:t>{name}</a:t></a:r>"
    if kind == "sldNum":
        prompt = slide_number("‹#›")
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{place}" name="{name}"/><p:cNvSpPr>'
        f'<a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="{kind}"{number}/></p:nvPr>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody>'
        f'<a:bodyPr vert="horz" wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0" '
        f'anchor="{anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle>{style}</a:lstStyle>'
        f"<a:p>{prompt}</a:p></p:txBody></p:sp>"
    )


def slide_number(text: str) -> str:
    """The field that shows a slide's number."""
    return (
        '<a:fld id="{C1FF6DA9-008F-8B48-92A6-B652298478BF}" type="slidenum">'
        f'<a:rPr lang="en-GB"/><a:t>{text}</a:t></a:fld>'
    )


def _small(size: float, *, align: str = "l", colour: str = "tx2", bold: bool = False) -> str:
    return (
        f'<a:lvl1pPr marL="0" indent="0" algn="{align}"><a:spcBef><a:spcPts val="0"/></a:spcBef>'
        f'<a:buNone/><a:defRPr sz="{round(size * 100)}" b="{int(bold)}"><a:solidFill>'
        f'<a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
    )


def _bar(place: int, box: Box) -> str:
    """The upright stroke beside the title."""
    x, y, w, h = box.emu()
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{place}" name="Title bar"/><p:cNvSpPr/><p:nvPr/>'
        f'</p:nvSpPr><p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:solidFill>'
        '<a:schemeClr val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
    )


def _footers(first: int) -> str:
    return _placeholder(
        first, "Footer", "ftr", FOOTER, FOOTER_BOX, anchor="ctr", style=_small(9.5)
    ) + _placeholder(
        first + 1,
        "Slide number",
        "sldNum",
        NUMBER,
        NUMBER_BOX,
        anchor="ctr",
        style=_small(9.5, align="r"),
    )


BAR = Box(MARGIN - 16, TITLE.y, 3, TITLE.h)


def _master_shapes() -> str:
    return (
        _placeholder(2, "Title", "title", 0, TITLE, anchor="ctr")
        + _placeholder(3, "Text", "body", 1, WHOLE)
        + _footers(4)
    )


def _layout_shapes(name: str) -> str:
    """Title, the layout's own placeholders, footers, and links to the proofs."""
    if name == "Cover":
        title = _placeholder(
            2,
            "Title",
            "ctrTitle",
            0,
            COVER_TITLE,
            anchor="b",
            style=_small(34, colour="tx1", bold=True),
        )
        shapes = [title]
    else:
        shapes = [_placeholder(2, "Title", "title", 0, TITLE, anchor="ctr")]
        if name != "Segment":  # a segment's slide has the segment's own hue
            shapes.append(_bar(3, BAR))
    caption, source = _small(12, colour="tx1", bold=True), _small(9)
    styles = dict.fromkeys(CAPTIONS, caption) | dict.fromkeys(SOURCES, source)
    named = {LEFT: "Text", RIGHT: "Text, right"} | dict.fromkeys(CAPTIONS, "Caption")
    named |= dict.fromkeys(CHARTS, "Chart") | dict.fromkeys(SOURCES, "Source")
    for idx, kind, box in LAYOUTS[name][1]:
        shapes.append(
            _placeholder(3 + len(shapes), named[idx], kind, idx, box, style=styles.get(idx, ""))
        )
    shapes.append(
        _placeholder(
            20, "Proofs", "body", PROOFS, PROOFS_BOX, anchor="ctr", style=_small(9.5, align="r")
        )
    )
    return "".join(shapes) + _footers(21)
