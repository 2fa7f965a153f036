"""From a draft to everything that is published of it."""

from collections.abc import Sequence
from pathlib import Path

from helpers.report import dictionary, document, index, powerpoint, slides, workbook
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.workspace import Workspace


def render(ws: Workspace, notebooks: Sequence[Path]) -> list[Path]:
    """Build all deliverables of a quarter into its draft.

    Parameters
    ----------
    ws : the workspace; its draft holds data files, records and exhibits.
    notebooks : the executed notebooks, in order.

    Returns
    -------
    list of Path
        index.html, presentation.html, supporting_analysis.html, presentation.pptx,
        data/workbook.xlsx, data/data_dictionary.csv.

    Raises
    ------
    StudyError
        When something that a deliverable places is missing, or a column is not described.
    """
    content = Content(ws)
    described = dictionary.write(ws, content.tables)
    book = workbook.write(ws, described, content.tables)
    analysis, numbers = document.build(content, notebooks)
    told = deck(content, numbers)
    pages = {
        "index.html": index.build(content, notebooks),
        "presentation.html": slides.build(content, told),
        "supporting_analysis.html": analysis,
    }
    for name, text in pages.items():
        (ws.draft / name).write_text(text, encoding="utf-8")
    presentation = ws.draft / "presentation.pptx"
    presentation.write_bytes(powerpoint.build(content, told))
    written = [ws.draft / name for name in pages]
    return [*written, presentation, book, ws.draft / "data" / "data_dictionary.csv"]
