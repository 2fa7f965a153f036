"""From a draft to everything that is published of it."""

from collections.abc import Sequence
from pathlib import Path

from helpers.alongside import begin
from helpers.report import document, index, listing, powerpoint, slides, workbook
from helpers.report.content import Content
from helpers.report.deck import deck
from helpers.report.numbering import numbered
from helpers.report.retelling import data_files
from helpers.words import numbers as fmt
from helpers.words import pages as words
from helpers.words import say
from helpers.workspace import Workspace


def render(ws: Workspace, notebooks: Sequence[Path]) -> list[Path]:
    """Build all deliverables of a quarter into its draft.

    The workbook and the slides of PowerPoint are begun in a second process, where there is one.

    Parameters
    ----------
    ws : the workspace; its draft holds data files, records and exhibits.
    notebooks : the executed notebooks, in order.

    Returns
    -------
    list of Path
        index.html, presentation.html, supporting_analysis.html, lists.html (where
        somebody is on a list), presentation.pptx,
        data/workbook.xlsx, data/data_dictionary.csv.

    Raises
    ------
    StudyError
        When something that a deliverable places is missing, or a column is not described.
    """
    data_files(ws)
    numbers = numbered(ws, notebooks)
    book = begin(_workbook, ws, numbers)
    content = Content(ws)
    described = ws.folder("data") / "data_dictionary.csv"
    content.described.to_csv(described, index=False, encoding="utf-8", lineterminator="\n")
    told = deck(content, numbers)
    presentation = powerpoint.begun(content, told)
    pages = {
        "index.html": index.build(content, notebooks, numbers),
        "presentation.html": slides.build(content, told),
        "supporting_analysis.html": document.build(content, notebooks, numbers),
    }
    when = say(words.AS_OF, quarter=fmt.quarter(ws.quarter), day=content.day)
    lists = listing.build(
        content.tables, title=content.study.title, when=when,
        as_of=ws.as_of,
        currency=content.study.currency, synthetic=content.study.synthetic,
    )  # fmt: skip
    if lists is not None:
        pages[listing.FILE] = lists
    for name, text in pages.items():
        (ws.draft / name).write_text(text, encoding="utf-8")
    (ws.draft / "presentation.pptx").write_bytes(presentation.result())
    book.result()
    made = [ws.draft / name for name in (*pages, "presentation.pptx", "data/workbook.xlsx")]
    return [*made, described]


def _workbook(ws: Workspace, numbers: dict[str, str]) -> None:
    workbook.write(Content(ws), numbers)
