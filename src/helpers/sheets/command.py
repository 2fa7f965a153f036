"""``make sheets``: write the sheets of a quarter, or read the filled ones back."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from helpers.errors import StudyError, listed
from helpers.sheets import interviews, lookups, reviews, workshop
from helpers.sheets.form import Form
from helpers.sheets.reading import SUFFIXES, Filled, messages, mistakes, read_book
from helpers.sheets.writing import write_book
from helpers.words import people as words
from helpers.words import say
from helpers.workspace import Workspace

NEEDED = ("customer_list", "quality_scores", "attributes")
MORE = ("hypothesis_proposals", "interview_sample")


def sheets(
    *, study: str, quarter: str, reports: str, data: str = "", to: str = "", read_from: str = ""
) -> int:
    """Write or read sheets; 0 = done, 2 = filled sheets with mistakes.

    Parameters
    ----------
    study, quarter, reports, data : as for a run.
    to : folder to write to; default: ``sheets/<quarter>`` beside the quarter's report, and
        ``read`` below the folder that is read.
    read_from : folder of filled sheets; "" = write sheets.
    """
    ws = Workspace.open(study=study, quarter=quarter, reports=reports, data=data)
    if read_from:
        folder = Path(read_from).expanduser()
        return _back(ws, folder, Path(to).expanduser() if to else folder / "read")
    folder = Path(to).expanduser() if to else ws.home / "sheets" / str(ws.quarter)
    written, reasons = write_sheets(ws, folder)
    if written:
        print(say(words.WRITTEN, sheets=len(written), folder=folder))
    for path in written:
        print(f"  {path.name}")
    for reason in reasons:
        print(say(words.NOTHING_TO_ASK, reason=reason))
    return 0


def write_sheets(ws: Workspace, folder: Path) -> tuple[list[Path], list[str]]:
    """Write all sheets that the study asks for.

    Returns
    -------
    The files, and why others are not written.

    Raises
    ------
    StudyError
        Where the quarter has not been run.
    """
    tables = _tables(ws)
    quarter, study = str(ws.quarter), ws.study
    made: list[list[Form]] = []  # by workbook
    reasons = []

    def add(forms: list[Form], otherwise: str, *, together: bool = False) -> None:
        made.extend([forms] if together and forms else [[form] for form in forms])
        if not forms:
            reasons.append(say(otherwise))

    add(reviews.forms(study, quarter, tables["quality_scores"]), words.NO_STAKEHOLDERS)
    if study.research.collectors and study.research.fields:
        found = lookups.forms(study, quarter, tables["customer_list"], tables["attributes"])
        add(found, words.NOTHING_OPEN)
    else:
        reasons.append(say(words.NO_COLLECTORS))
    for name, forms, otherwise in (
        ("hypothesis_proposals", workshop.forms, words.NO_PROPOSALS),
        ("interview_sample", interviews.forms, words.NO_SAMPLE),
    ):
        found = forms(study, quarter, tables[name]) if name in tables else []
        add(found, otherwise, together=True)
    names = [_file_name(forms[0]) for forms in made]
    names = [
        f"{name}-{names[:place].count(name) + 1}" if names[:place].count(name) else name
        for place, name in enumerate(names)
    ]
    paths = [
        write_book(forms, folder / f"{name}.xlsx", as_of=ws.as_of)
        for name, forms in zip(names, made, strict=True)
    ]
    return paths, reasons


def read_sheets(ws: Workspace, folder: Path) -> tuple[dict[str, pd.DataFrame], list[Filled]]:
    """Read all filled sheets of a folder.

    Returns
    -------
    Canonical tables by name (those that sheets are filled of), with ``mistakes``; and the files.
    """
    paths = [
        path
        for path in sorted(folder.iterdir() if folder.is_dir() else [])
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(("~", "."))
    ]
    if not paths:
        raise StudyError(
            "There are no filled sheets to read.",
            found=f"in {folder}: none" if folder.is_dir() else f"no folder {folder}",
            expected=f"files that end in {listed(SUFFIXES)}",
        )
    filled = [one for path in paths for one in read_book(path, study=ws.study.study)]
    of = {
        kind: [one for one in filled if one.form is not None and one.form.kind == kind]
        for kind in (reviews.KIND, lookups.KIND, interviews.KIND)
    }
    tables = {}
    if of[reviews.KIND]:
        tables["score_reviews"] = reviews.table(of[reviews.KIND])
    if of[lookups.KIND]:
        tables["research"] = lookups.table(of[lookups.KIND])
    if of[interviews.KIND]:
        tables["needs"], outside = interviews.table(of[interviews.KIND])
        if len(outside):
            tables["needs_of_prospects"] = outside
    return tables, filled


def _back(ws: Workspace, folder: Path, to: Path) -> int:
    tables, filled = read_sheets(ws, folder)
    to.mkdir(parents=True, exist_ok=True)
    held = [one for one in filled if one.form is not None and one.form.kind == workshop.KIND]
    entries = workshop.accepted(held, declared_on=ws.as_of.isoformat())
    if held:
        text = yaml.safe_dump({"hypotheses": entries}, sort_keys=False, allow_unicode=True)
        (to / "hypotheses.yml").write_text(text, encoding="utf-8")
    for one in filled:
        told: dict[str, Any] = {
            "answers": len(one.answers),
            "open": one.open_cells,
            "mistakes": len(one.mistakes),
        }
        file = " – ".join(filter(None, (one.file, one.sheet)))
        print(say(words.READ_BACK, file=file, **told))
    asked = [one for one in filled if one.form is not None and one.form.kind == interviews.KIND]
    for line in [*messages(filled), *interviews.answered_twice(asked)]:
        print(f"  {line}", file=sys.stderr)
    for name, table in {**tables, "mistakes": mistakes(filled)}.items():
        table.to_csv(to / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")
        print(f"  {to / name}.csv")
    if held:
        print(f"  {to / 'hypotheses.yml'}")
        print(say(words.DECLARE_NEXT))
    return 2 if any(one.mistakes for one in filled) else 0


def _tables(ws: Workspace) -> dict[str, pd.DataFrame]:
    """The data files of the quarter, published or as far as its draft goes."""
    found = ws.published_tables(ws.quarter, [*NEEDED, *MORE]) or {}
    load: Callable[[str], pd.DataFrame] = ws.load
    found |= {name: load(name) for name in (*NEEDED, *MORE) if name not in found and ws.has(name)}
    missing = [name for name in NEEDED if name not in found]
    if missing:
        raise StudyError(
            f"Sheets need a run of {ws.study.study} {ws.quarter}.",
            found=f"no {listed(missing)}",
            remedy="run the quarter first: make report STUDY=… QUARTER=…",
        )
    return found


def _file_name(form: Form) -> str:
    who = "".join(c if c.isalnum() else "-" for c in form.who.casefold()).strip("-")
    return form.kind if form.who in (form.kind, "workshop") else f"{form.kind}-{who or 'one'}"
