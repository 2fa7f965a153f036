"""The landing page of one quarter."""

from collections.abc import Sequence
from pathlib import Path

from helpers import outputs
from helpers.report import acting
from helpers.report.content import Content
from helpers.report.page import asset, filled, whole_page


def build(content: Content, notebooks: Sequence[Path]) -> str:
    """The page: headline, a few figures, what changed, what limits it, and links to all files."""
    body = filled(
        "index.html.j2",
        title=content.study.title,
        quarter=str(content.ws.quarter),
        day=content.day,
        synthetic=content.study.synthetic,
        headline=content.headline,
        read=content.read,
        short_of_history=content.short_of_history,
        figures=content.figures,
        segments=content.segments,
        confounded=content.confounded,
        typical=content.typical,
        changes=content.changes,
        acting=acting.points(content.tables, currency=content.study.currency),
        warnings=[text for text in content.warnings if text not in content.short_of_history],
        not_collected=content.not_collected,
        files=[
            {"name": name, "about": outputs.about(name), "rows": f"{len(table):,}"}
            for name, table in content.tables.items()
        ],
        notebooks=[path.name for path in notebooks],
    )
    return whole_page(
        title=f"{content.study.title} — {content.ws.quarter}",
        body=body,
        styles=[asset("base.css"), asset("index.css")],
    )
