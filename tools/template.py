"""Write the template that slides are made from: theme, master and layouts of PowerPoint.

    python tools/template.py

The file in the package is what this writes, to the byte; a company's own template starts from it.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from helpers.report import styling as st
from helpers.report.powerpoint.master import (
    CAPTIONS,
    CHART,
    CHARTS,
    COLUMNS,
    FOOTER,
    INDENT,
    KINDS,
    LEFT,
    NS,
    NUMBER,
    PAIR,
    PROOFS,
    RIGHT,
    SEGMENT,
    SOURCES,
    TEXT,
    TITLE_SIZE,
    Box,
    hex6,
    slide_number,
)
from helpers.report.powerpoint.package import saved

TARGET = Path(__file__).parents[1] / "src/helpers/report/powerpoint/template.pptx"
WIDTH, HEIGHT = 960.0, 540.0  # points, 16:9
MARGIN, TOP, BOTTOM, FOOT = 42.0, 108.0, 492.0, 508.0
LATIN, EAST_ASIAN, COMPLEX = "Arial", "Microsoft YaHei", "Arial"
SCRIPTS = {"Jpan": "Yu Gothic", "Hang": "Malgun Gothic", "Hans": "Microsoft YaHei"}
SCRIPTS |= {"Hant": "Microsoft JhengHei", "Arab": "Arial", "Hebr": "Arial", "Thai": "Tahoma"}
SCRIPTS |= {"Deva": "Nirmala UI", "Cyrl": "Arial", "Grek": "Arial"}


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
FOOTER_BOX = Box(MARGIN, FOOT, 480, 16)
PROOFS_BOX = Box(532, FOOT, 348, 16)
NUMBER_BOX = Box(WIDTH - MARGIN - 32, FOOT, 32, 16)
EQUAL, WIDER, FIGURE = columns(0.5, 36), columns(0.57, 36), columns(0.36, 30)


def _figure(place: int, box: Box, text: float = 0) -> tuple[tuple[int, str, Box], ...]:
    """Caption, chart and source in a column whose lowest ``text`` points are for words."""
    bottom = box.y + box.h - text
    return (
        (CAPTIONS[place], "body", Box(box.x, box.y, box.w, 32)),
        (CHARTS[place], "chart", Box(box.x, box.y + 36, box.w, bottom - box.y - 64)),
        (SOURCES[place], "body", Box(box.x, bottom - 24, box.w, 24)),
    )


# Layout → its place in the presentation that python-pptx brings, and its placeholders beside title
# and footers.
LAYOUTS = {
    TEXT: (1, ((LEFT, "body", WHOLE),)),
    COLUMNS: (3, ((LEFT, "body", EQUAL[0]), (RIGHT, "body", EQUAL[1]))),
    SEGMENT: (4, ((LEFT, "body", WIDER[0]), (RIGHT, "body", WIDER[1]))),
    CHART: (7, ((LEFT, "body", FIGURE[0]), *_figure(0, FIGURE[1]))),
    PAIR: (
        5,
        (
            *_figure(0, EQUAL[0], text=60),
            (LEFT, "body", Box(EQUAL[0].x, BOTTOM - 52, EQUAL[0].w, 52)),
            *_figure(1, EQUAL[1], text=60),
            (RIGHT, "body", Box(EQUAL[1].x, BOTTOM - 52, EQUAL[1].w, 52)),
        ),
    ),
}


def template() -> bytes:
    """The file."""
    presentation = _presentation()
    day = datetime(2026, 1, 1)
    return saved(presentation, title="Template of slides", subject="", day=day)


def _presentation() -> Any:
    """A presentation without slides."""
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
    return presentation


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
        ("p:titleStyle", level(0, TITLE_SIZE, "tx1", True, 0, "")),
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
    shapes = [_placeholder(2, "Title", "title", 0, TITLE, anchor="ctr"), _bar(3, BAR)]
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


if __name__ == "__main__":
    TARGET.write_bytes(template())
    print(f"wrote {TARGET}")
