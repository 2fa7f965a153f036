"""Paragraphs written into a shape: what python-pptx has no words for."""

import re
from dataclasses import replace
from typing import Any

from helpers.report import styling as st
from helpers.report.powerpoint import master
from helpers.report.powerpoint.master import INDENT, KINDS, NS, hex6
from helpers.report.powerpoint.text import Paragraph, Run
from helpers.words import local

SHORT_LINK = 24  # characters of a link that stands on a line as a whole


class Title(Paragraph):
    """A title: bold, and without a level of its own."""

    @property
    def bold(self) -> bool:
        return True


def write(
    shape: Any, paragraphs: list[Paragraph], *, sized: bool = False, styled: bool = False
) -> None:
    """Paragraphs into a shape.

    ``sized``: write sizes though the master has them; ``styled``: everything else, too, for a
    text box that no layout stands behind.
    """
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    body = shape.text_frame._txBody
    for old in body.findall(qn("a:p")):
        body.remove(old)
    tag, asian = local.tag(), master.east_asian()
    for place, entry in enumerate(paragraphs):
        level, _, colour, bold, _ = KINDS[entry.kind]
        size = (
            f' sz="{round(entry.points * 100)}"' if sized or entry.size or entry.scale < 1 else ""
        )
        space = "" if place else '<a:spcBef><a:spcPts val="0"/></a:spcBef>'
        if place and (entry.scale < 1 or styled or entry.before is not None):
            space = f'<a:spcBef><a:spcPts val="{round(entry.space * 100)}"/></a:spcBef>'
        is_title = isinstance(entry, Title) or (level == 0)
        ordered = "" if is_title or styled or entry.size else f' lvl="{level}"'
        bullet = ""
        if styled:  # whatever stands behind it must not add bullets of its own, or lack ours
            deep = round(INDENT * 12700) if entry.kind == "bullet" else 0
            ordered = f' marL="{deep}" indent="{-deep}"'
            mark = f'<a:buClr><a:srgbClr val="{hex6(st.FAINT)}"/></a:buClr>'
            mark += '<a:buFont typeface="Arial"/><a:buChar char="•"/>'
            bullet = mark if deep else "<a:buNone/>"
        node = parse_xml(f"<a:p {NS}><a:pPr{ordered}>{space}{bullet}</a:pPr></a:p>")
        for run in (piece for given in entry.runs for piece in _by_words(given)):
            shown = bold if run.bold is None else run.bold
            weight = f' b="{int(shown)}"' if styled or run.bold is not None else ""
            fill = _fill(run.colour, colour if styled else "")
            made = parse_xml(
                f'<a:r {NS}><a:rPr lang="{tag}"{size}{weight}>{fill}{asian}</a:rPr><a:t/></a:r>'
            )
            made.find(qn("a:t")).text = run.text
            node.append(made)
            if run.link:
                key = shape.part.relate_to(run.link, _HYPERLINK, is_external=True)
                made.find(qn("a:rPr")).append(parse_xml(f'<a:hlinkClick {NS} r:id="{key}"/>'))
        body.append(node)


def _by_words(run: Run) -> list[Run]:
    """A long link as one of each word: LibreOffice ends lines anywhere in a link, as in a field."""
    if not run.link or len(run.text) <= SHORT_LINK:
        return [run]
    return [replace(run, text=word) for word in re.findall(r"\S+\s*", run.text)]


_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"


def _fill(own: str, scheme: str) -> str:
    if own:
        return f'<a:solidFill><a:srgbClr val="{hex6(own)}"/></a:solidFill>'
    return f'<a:solidFill><a:schemeClr val="{scheme}"/></a:solidFill>' if scheme else ""


def number_of(shape: Any, number: int) -> None:
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    body = shape.text_frame._txBody
    for old in body.findall(qn("a:p")):
        body.remove(old)
    body.append(parse_xml(f"<a:p {NS}>{master.slide_number(str(number))}</a:p>"))
