"""What the document calls each exhibit, known before the document is built."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from helpers.errors import StudyError, listed
from helpers.report import exhibits
from helpers.words import pages, say
from helpers.workspace import Workspace

KINDS = {"figure": pages.FIGURE, "table": pages.TABLE_NUMBER}


def numbered(ws: Workspace, notebooks: Sequence[Path]) -> dict[str, str]:
    """Number the exhibits by the section that shows them, charts and tables apart.

    Parameters
    ----------
    ws : the workspace; its draft holds the exhibits.
    notebooks : the executed notebooks in order; one section each.

    Returns
    -------
    dict
        Exhibit id → 'Figure 4.2', 'Table 4.1', and for a sentence 'section 4'; in the order shown.

    Raises
    ------
    StudyError
        When an exhibit is shown twice, or kept but shown nowhere.
    """
    numbers: dict[str, str] = {}
    for step, notebook in enumerate(notebooks, 1):
        kinds: Counter[str] = Counter()
        for name in _shown(notebook):
            if name in numbers:
                raise StudyError(
                    f"The exhibit `{name}` is shown twice, the second time in {notebook.name}.",
                    remedy="show it once, and give every exhibit an id of its own",
                )
            kind = KINDS.get(exhibits.load(ws, name).kind, "")
            kinds[kind] += 1
            place = f"{step}.{kinds[kind]}"
            numbers[name] = say(kind, place=place) if kind else say(pages.SECTION, step=step)
    unseen = sorted(set(exhibits.known(ws)) - set(numbers))
    if unseen:
        raise StudyError(
            "Exhibits were kept but are shown in no notebook.",
            found=listed(unseen),
            remedy="a cell displays its last expression only: give each exhibit a cell of its own, "
            "or display() it",
        )
    return numbers


def _shown(notebook: Path) -> Iterator[str]:
    """Ids of the exhibits that a notebook displays, in order."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            name = output.get("metadata", {}).get("exhibit")
            if name is not None:
                yield name
