"""Exhibits: charts, tables and sentences, computed once in a notebook and placed many times.

A notebook calls ``figure``, ``table`` or ``finding``. Each keeps its exhibit under an id in the
draft, with its data, and returns an object that the notebook displays. The document, the slides
and the index ``load`` the same exhibit; none of them computes or types a number again.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd

from helpers import outputs
from helpers.errors import StudyError, listed
from helpers.report import pictures, privacy
from helpers.report.charts.model import from_json, to_json
from helpers.report.describing import described
from helpers.report.exhibit import Exhibit
from helpers.report.retelling import retold
from helpers.words import numbers as fmt
from helpers.words import say, shown, spoken, translated
from helpers.words import story as words
from helpers.words.filling import Filler, begun
from helpers.workspace import Workspace, table_of

ID = re.compile(r"[a-z][a-z0-9_]*")
FOLDER = "work/exhibits"
LARGE = 1_000  # from then on no sum of a column is told to the cent


class Told(NamedTuple):
    """A sentence of `helpers.words` with what its placeholders stand for."""

    sentence: str
    values: Mapping[str, Any] = {}


def told(sentence: str, **values: Any) -> Told:
    """A sentence with its values, for a place that tells it only where there is need."""
    return Told(sentence, values)


class Page(tuple[Exhibit, ...]):
    """Exhibits that one cell of a notebook shows, one below the other."""

    __slots__ = ()

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for exhibit in self:
            display(exhibit)


def page(*placed: Exhibit | None) -> Page:
    """What a cell shows; None stands for an exhibit that this study has no reason to keep."""
    return Page(exhibit for exhibit in placed if exhibit is not None)


def figure(
    ws: Workspace,
    id: str,
    chart: Any,
    data: pd.DataFrame,
    *,
    title: str,
    source: str,
    n: int,
    note: str = "",
    empty: Told | str = "",
) -> Exhibit:
    """Keep a chart under an id, with the data that it draws.

    Parameters
    ----------
    ws : the workspace.
    id : lower-case name; another notebook, slide or page refers to it.
    chart : its model (`helpers.report.charts`), or what makes it; or what seaborn or matplotlib
        returned (axes, a figure, a grid), which pages show as a picture.
    data : the tidy table behind it.
    title : what the chart shows, where it has no finding of its own to say so.
    source : the data files or raw tables it comes from.
    n : number of customers (or what ``note`` says) behind it.
    note : what else a reader must know.
    empty : what is said, under the id ``<id>_none``, where ``data`` has no rows.

    Raises
    ------
    StudyError
        When a picture draws groups of fewer customers than may be shown.
    """
    if empty and not len(data):
        return _nothing(ws, id, empty)
    drawn = pictures.figure_of(chart)
    model = None if drawn is not None else retold(chart() if callable(chart) else chart)
    remark = model.remark if model else ""
    _check(id, title)
    data, withheld = privacy.shown(ws.study, id, data)
    if drawn is not None and withheld:
        raise StudyError(
            f"The picture `{id}` shows groups of fewer customers than may be shown. {withheld}",
            expected=f"groups of at least {ws.study.min_group_size} customers (min_group_size)",
            remedy="draw and pass the table without them",
        )
    exhibit = Exhibit(
        id=id,
        kind="figure",
        title=(model.title if model else "") or translated(title),
        source=source,
        n=int(n),
        note=shown(_sentences(note, remark, withheld)),
        as_of=ws.as_of.isoformat(),
        chart=model,
        picture="" if drawn is None else pictures.svg_of(drawn),
        about=described(data, currency=ws.study.currency),
        personal=bool(privacy.personal(map(str, data.columns))),
    )
    return _keep(ws, exhibit, data)


def table(
    ws: Workspace,
    id: str,
    data: pd.DataFrame,
    *,
    title: str,
    source: str,
    n: int | None = None,
    note: str = "",
    columns: Sequence[str] | Mapping[str, str] | None = None,
    formats: Mapping[str, str] | None = None,
    most: int | None = None,
    empty: Told | str = "",
) -> Exhibit:
    """Keep a table under an id.

    Parameters
    ----------
    ws, id, title, source, n, note : as for ``figure``; ``n`` may be left out.
    data : the table; all of it is kept. A column without a value in any row is not shown, but named
        below the table.
    columns : columns to show, in order; default: those of the view of that id
        (`helpers.outputs.views`), else all. Heading and number format of a column are
        those that the view or the declaration of the data file that ``source`` names say; elsewhere
        the heading is made from the name, and the format from the type. A mapping gives headings.
    formats : number format by column (see ``numbers.FORMATS``), where it is not the declared one.
        ``by_unit`` reads each value in the unit that the row's column ``unit`` names.
    most : rows to show at most.
    empty : what is said, under the id ``<id>_none``, where there are no rows; default: an empty
        table.

    Raises
    ------
    StudyError
        For a column or a format that does not exist.
    """
    if empty and not len(data):
        return _nothing(ws, id, empty)
    _check(id, title)
    view = outputs.VIEWS.get(id, {})
    names = list(columns if columns is not None else view or data.columns)
    known = {name: view.get(name) or outputs.find(ws.study, source, name) for name in names}
    headings = {
        name: translated(entry.heading(name)) if entry else translated(outputs.heading(name))
        for name, entry in known.items()
    }
    if isinstance(columns, Mapping):
        headings |= {name: translated(told) for name, told in columns.items()}
    named = {**headings, **(formats or {})}
    absent = [name for name in named if name not in data.columns]
    if absent:
        raise StudyError(
            f"The exhibit `{id}` names columns that its table does not have.",
            found=listed(absent),
            expected=listed(data.columns, most=40),
        )
    data, withheld = privacy.shown(ws.study, id, data)
    wanted = {name: _format(entry, data) for name, entry in known.items()} | dict(formats or {})
    blank = _blank(data, list(headings))
    note = _sentences(note, withheld, _without_value([headings[name] for name in blank]))
    headings = {name: told for name, told in headings.items() if name not in blank}
    wanted = {name: wanted[name] for name in headings}
    exhibit = Exhibit(
        id=id,
        kind="table",
        title=translated(title),
        source=source,
        n=None if n is None else int(n),
        note=shown(note),
        as_of=ws.as_of.isoformat(),
        columns=tuple(headings.values()),
        numeric=tuple(_is_number(data[name]) for name in headings),
        rows=as_text(data, wanted, currency=ws.study.currency, most=most),
        rows_in_all=len(data),
        names=tuple(wanted),
        formats=tuple(wanted.values()),
        personal=bool(privacy.personal(map(str, data.columns))),
    )
    return _keep(ws, exhibit, data)


def finding(ws: Workspace, id: str, template: str, **values: Any) -> Exhibit:
    """Keep a sentence whose every number is computed.

    Parameters
    ----------
    ws, id : as for ``figure``.
    template : the sentence with ``{name:format}`` placeholders. A format is a name of
        ``formats.FORMATS`` (``{lift:money}``, ``{share:percent}``) or a Python format
        (``{n:,}``). ``**…**`` emphasises.
    values : what the placeholders stand for; each must be used, and none may be missing.

    Raises
    ------
    StudyError
        For a placeholder without a value, a value without a placeholder, a missing value, or a
        format that does not suit the value.

    Examples
    --------
    ``finding(ws, "size", "**{n:count} customers** are analysed.", n=412)``
    """
    return _keep(ws, _told(ws, id, "finding", template, values), None)


def _nothing(ws: Workspace, id: str, empty: Told | str) -> Exhibit:
    """What stands in the place of an exhibit that has nothing to show."""
    sentence, values = empty if isinstance(empty, Told) else Told(empty)
    return finding(ws, f"{id}_none", sentence, **values)


def warning(ws: Workspace, id: str, template: str, **values: Any) -> Exhibit:
    """Keep a caution: like ``finding``, and listed on the index and on the slide of limits.

    Keep one only where there is something to warn of.
    """
    return _keep(ws, _told(ws, id, "warning", template, values), None)


# ── placing ──────────────────────────────────────────────────────────────────────────────────────
def load(ws: Workspace, id: str) -> Exhibit:
    """An exhibit that a notebook kept.

    Raises
    ------
    StudyError
        When no notebook kept one under that id.
    """
    found = find(ws, id)
    if found is None:
        raise StudyError(
            f"There is no exhibit `{id}`.",
            found=listed(known(ws), most=40) or "none",
            remedy="keep it in a notebook with exhibits.figure, table or finding",
        )
    return found


def find(ws: Workspace, id: str) -> Exhibit | None:
    """An exhibit, or None where this study has no reason to keep it."""
    path = ws.draft / FOLDER / f"{id}.json"
    try:
        written = path.stat()
    except FileNotFoundError:
        return None
    return _read(path, (written.st_ino, written.st_mtime_ns, written.st_size))


@lru_cache(maxsize=1_000)
def _read(path: Path, written: tuple[int, ...]) -> Exhibit:
    """An exhibit's file, as it was ``written``: several parts of a report ask for each."""
    content = json.loads(path.read_text(encoding="utf-8"))
    content["rows"] = tuple(tuple(row) for row in content["rows"])
    for name in ("columns", "numeric", "parts", "names", "formats"):
        content[name] = tuple(content[name])
    if content["chart"] is not None:
        content["chart"] = from_json(json.dumps(content["chart"]))
    return Exhibit(**content)


def known(ws: Workspace) -> list[str]:
    """Ids of all exhibits of the draft."""
    return sorted(path.stem for path in (ws.draft / FOLDER).glob("*.json"))


def warnings(ws: Workspace) -> list[Exhibit]:
    """All warnings of the draft, by id."""
    found = (load(ws, id) for id in known(ws))
    return [exhibit for exhibit in found if exhibit.kind == "warning"]


def data(ws: Workspace, id: str) -> pd.DataFrame:
    """The table behind a chart or a table."""
    path = ws.draft / FOLDER / f"{id}.parquet"
    if not path.exists():
        load(ws, id)  # says which exhibits there are
    return table_of(path)


# ── keeping ──────────────────────────────────────────────────────────────────────────────────────
def _keep(ws: Workspace, exhibit: Exhibit, data: pd.DataFrame | None) -> Exhibit:
    folder = ws.folder(FOLDER)
    content = asdict(replace(exhibit, chart=None))
    if exhibit.chart is not None:
        content["chart"] = json.loads(to_json(exhibit.chart))
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / f"{exhibit.id}.json").write_text(text, encoding="utf-8")
    if data is not None:
        data.reset_index(drop=True).to_parquet(folder / f"{exhibit.id}.parquet", index=False)
    return exhibit


def _told(
    ws: Workspace, id: str, kind: Literal["finding", "warning"], template: str, values: dict
) -> Exhibit:
    """A sentence with its placeholders filled and its emphasis kept apart."""
    _check(id, template)
    template = begun(translated(template))
    filler = Filler(id, values, ws.study.currency)
    # Emphasis is the template's: stars inside a value stay stars.
    parts = tuple(spoken.set_in(filler.fill(part)) for part in template.split("**"))
    unused = sorted(set(values) - filler.used)
    if unused:
        raise StudyError(
            f"The finding `{id}` has values that its sentence does not use.",
            found=listed(unused),
            expected=f"placeholders in: {template}",
        )
    return Exhibit(
        id=id,
        kind=kind,
        as_of=ws.as_of.isoformat(),
        text="".join(parts),
        parts=parts,
        values={name: _plain(value) for name, value in values.items()},
    )


def _check(id: str, title: str) -> None:
    if not ID.fullmatch(id):
        raise StudyError(
            "An exhibit's id cannot be used in a page.",
            found=repr(id),
            expected="lower-case letters, digits and underscores, starting with a letter",
        )
    if not title.strip():
        raise StudyError(f"The exhibit `{id}` has no title.", expected="a sentence")


def _format(entry: outputs.Column | None, data: pd.DataFrame) -> str:
    """The number format of a declared column; a table without units cannot tell them apart."""
    if entry is None:
        return "auto"
    if entry.allowed and entry.shown_as == "auto" and not spoken.english():
        return "words"
    alone = entry.unit == outputs.BY_UNIT and "unit" not in data.columns
    return "auto" if alone else entry.shown_as


def as_text(
    data: pd.DataFrame, formats: Mapping[str, str], *, currency: str, most: int | None = None
) -> tuple[tuple[str, ...], ...]:
    """The first rows of a table as text: the columns that ``formats`` names, each in its format."""
    rows = data[list(formats)].head(most) if most else data[list(formats)]
    units = data["unit"].tolist() if "unit" in data.columns else None
    told = _by_row(rows, formats, units, currency)
    text = [
        told[name] if name in told else _cells(rows[name], wanted, currency)
        for name, wanted in formats.items()
    ]
    return tuple(zip(*text, strict=True)) if text else ()


def _by_row(
    rows: pd.DataFrame, formats: Mapping[str, str], units: list[str] | None, currency: str
) -> dict[str, list[str]]:
    """Columns that hold several metrics: what stands side by side is one, told as exactly."""
    names = [name for name, wanted in formats.items() if wanted == "by_unit"]
    if not names:
        return {}
    if units is None:
        raise StudyError("The format `by_unit` needs a column `unit` in the table.")
    if set(units) == {"ratio"}:  # shares below one another are told as exactly, too
        every = fmt.alike(pd.concat([rows[name] for name in names]), "percent")
        if every:
            return {
                name: every[place * len(rows) : (place + 1) * len(rows)]
                for place, name in enumerate(names)
            }
    values = zip(*(rows[name] for name in names), strict=True)
    told = [
        fmt.alike_in_unit(row, unit, currency=currency)
        for row, unit in zip(values, units, strict=False)  # the rows may be cut
    ]
    return {name: [row[place] for row in told] for place, name in enumerate(names)}


def _cells(column: pd.Series, name: str, currency: str) -> list[str]:
    """One column as text."""
    if name == "auto" and pd.api.types.is_float_dtype(column) and (column.dropna() % 1 == 0).all():
        name = "count"  # whole numbers beside blanks are kept as floats
    if name in ("money", "signed_money") and (column.abs() >= LARGE).any():
        signed = name == "signed_money"
        return [
            fmt.MISSING if fmt.is_missing(v) else fmt.exact_money(v, currency, 0, signed=signed)
            for v in column
        ]
    return fmt.alike(column, name) or [
        fmt.formatted(cell, name, currency=currency) for cell in column
    ]


def _sentences(*notes: str) -> str:
    """Notes one after the other, each ended where another follows.

    >>> _sentences("n = customers", "", "One group is not shown.")
    'n = customers. One group is not shown.'
    """
    told = [note for note in notes if note]
    ended = [note if note.endswith((".", "。")) else f"{note}." for note in told[:-1]]
    return " ".join([*ended, *told[-1:]])


def _blank(data: pd.DataFrame, names: Sequence[str]) -> list[str]:
    """Columns without a value in any row, where there are rows and other columns."""
    if data.empty:
        return []
    found = [name for name in names if (data[name].isna() | data[name].astype("str").eq("")).all()]
    return found if len(found) < len(names) else []


def _without_value(headings: Sequence[str]) -> str:
    """What is said of columns that are left out for want of a value; "" where none is."""
    return say(words.WITHOUT_VALUE, columns=", ".join(headings)) if headings else ""


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if hasattr(value, "item"):
        return value.item()
    return value if isinstance(value, str | int | float | bool) else str(value)
