"""What a sheet asks: its columns, its rows and who fills it."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["given", "text", "number", "choice", "yes_no", "date"]
MARK = "best-customers-form"  # first cell of the hidden sheet by which a form is known
HIDDEN = "_form"
LIMIT = 32_000  # characters that one cell of XLSX holds, with room to spare


@dataclass(frozen=True)
class Column:
    """One column of a form.

    ``given`` columns are shown and locked; the others are to be filled. ``options`` are the answers
    of a choice; ``least`` and ``most`` bound a number. ``help`` is shown beside the selected cell.
    """

    key: str
    heading: str
    kind: Kind = "given"
    options: tuple[str, ...] = ()
    unit: str = ""
    help: str = ""
    least: float | None = None
    most: float | None = None
    whole: bool = False
    width: int = 18

    @property
    def asked(self) -> bool:
        """Whether somebody is to fill it."""
        return self.kind != "given"


@dataclass(frozen=True)
class Form:
    """One sheet for one person.

    ``rows`` has one dict per row: ``row`` (its identifier, shown in the first column) and the
    values of the given columns. ``closed`` lists cells (row, column) that are not asked. ``about``
    is kept with the form and comes back with it, such as which rows are a second look. ``sheet``
    names its worksheet where a workbook holds several forms.
    """

    kind: str
    who: str
    title: str
    study: str
    quarter: str
    instructions: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    closed: frozenset[tuple[str, str]] = frozenset()
    about: dict[str, Any] = field(default_factory=dict)
    sheet: str = ""

    @property
    def asked(self) -> tuple[Column, ...]:
        """The columns to fill."""
        return tuple(column for column in self.columns if column.asked)

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The identifiers of the rows, in the order of the sheet."""
        return tuple(str(row["row"]) for row in self.rows)

    def kept(self) -> list[str]:
        """The form without its given values as lines that cells can hold."""
        content = {
            "kind": self.kind,
            "who": self.who,
            "title": self.title,
            "study": self.study,
            "quarter": self.quarter,
            "columns": [asdict(column) for column in self.columns],
            "rows": self.identifiers,
            "closed": sorted(map(list, self.closed)),
            "about": self.about,
            "sheet": self.sheet,
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return [text[at : at + LIMIT] for at in range(0, len(text), LIMIT)]


def restored(lines: list[str]) -> Form:
    """The form that `Form.kept` wrote down; the rows have their identifiers alone."""
    content = json.loads("".join(lines))
    columns = tuple(
        Column(**{**column, "options": tuple(column["options"])}) for column in content["columns"]
    )
    return Form(
        kind=content["kind"],
        who=content["who"],
        title=content["title"],
        study=content["study"],
        quarter=content["quarter"],
        instructions=(),
        columns=columns,
        rows=tuple({"row": name} for name in content["rows"]),
        closed=frozenset((row, column) for row, column in content["closed"]),
        about=content["about"],
        sheet=content.get("sheet", ""),
    )
