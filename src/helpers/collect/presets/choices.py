"""The choices of a preset: what the study file says, checked, and what is left at its default."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.collect.presets.description import NONE, Choice, History, Offer, Preset
from helpers.collect.presets.folder import Found
from helpers.collect.presets.views import cell
from helpers.errors import StudyError, listed
from helpers.tables import TABLES

AUTO = "auto"
HISTORY = Choice(
    about="the state of records that change after the as-of date",
    default=AUTO,
    allowed={
        "use": "is read from the export's history, as of the as-of date",
        "ignore": "is the state on the day of the export",
    },
)
UNLINKED = Choice(
    about="identifiers that the links file does not list, or lists with two accounts",
    default="reject",
    allowed={"reject": "are rejected rows", "leave_out": "are left out"},
)


@dataclass(frozen=True)
class Settled:
    """One choice as it is applied: its value, what that means, and who said so."""

    value: Any
    meaning: str
    default: bool


def past_files(preset: Preset, offer: Offer, found: Mapping[str, Found]) -> list[str]:
    """The files of a table whose history the export holds, with all columns that it takes."""
    return [n for n in offer.files if n in found and past_of(preset, n, found) is not None]


def past_of(preset: Preset, name: str, found: Mapping[str, Found]) -> History | None:
    """The history of a file that the export holds, with all columns that it takes."""
    for history in preset.files[name].histories:
        columns = history.needs or tuple(preset.files[history.file].columns)
        file = found.get(history.file)
        if file and all(file.column(column) for column in columns):
            return history
    return None


def settle(
    preset: Preset,
    offer: Offer,
    found: Mapping[str, Found],
    given: Mapping[str, Any],
    *,
    where: str,
    beside: Collection[str] = (),
) -> dict[str, Settled]:
    """Every choice of a table with its value.

    Parameters
    ----------
    beside : the tables of the study, of which some choices depend where the study says nothing.

    Raises
    ------
    StudyError
        A choice that the table does not have; a value that it does not take; a column or a file
        that the export does not hold.
    """
    choices = {name: preset.choices[name] for name in offer.choices}
    if any(preset.files[name].history for name in offer.files):
        choices["history"] = HISTORY
    if "links" in given:
        choices["unlinked"] = UNLINKED
    other = {"links", *(["keep"] if offer.keep else [])}
    unknown = [name for name in given if name not in choices and name not in other]
    if unknown:
        raise StudyError(
            f"{where}.options: the preset {preset.name} has no choice {listed(unknown)} here.",
            expected=f"some of {listed([*choices, *sorted(other)], most=30)}",
        )
    settled = {}
    for name, choice in choices.items():
        value = given.get(name, choice.default)
        place = f"{where}.options.{name}"
        if name == "history":
            usable = past_files(preset, offer, found)
            value = ("use" if usable else "ignore") if value == AUTO else value
            if value == "use" and not usable:
                raise _no_history(preset, offer, place=place)
        elif value == AUTO and choice.default == AUTO:
            value = next(
                v
                for v, entry in choice.allowed.items()
                if not _lacking(entry, found) and set(entry.beside) <= set(beside)
            )
        meaning = _meaning(preset, choice, value, found, place=place)
        if name == "history" and value == "use":
            kept = (past_of(preset, file, found) for file in usable)
            meaning += f" ({listed(history.file for history in kept if history)})"
        settled[name] = Settled(value, f"{choice.about}: {meaning}", name not in given)
    return settled


def kept_columns(
    preset: Preset, table: str, found: Mapping[str, Found], keep: Any, *, where: str
) -> dict[str, str]:
    """Columns of the export to keep under their own or another name: name → column of the file."""
    if not keep:
        return {}
    columns: Any = {name: name for name in keep} if isinstance(keep, list | tuple) else keep
    place = f"{where}.options.keep"
    if not isinstance(columns, dict) or not all(isinstance(c, str) for c in columns.values()):
        raise StudyError(
            f"{place} is neither a list of columns nor names with columns.",
            found=repr(keep),
            expected="such as [industry] or {sector: industry}",
        )
    taken = [name for name in columns if TABLES[table].column(name)]
    if taken:
        raise StudyError(
            f"{place}: {listed(taken)} is a column of {table} already.",
            expected="another name for it, such as {crm_name: name}",
        )
    file = preset.offer(table).keep
    assert file is not None  # `settle` takes no other option `keep`
    for column in columns.values():
        _require_column(preset, file, column, found, place=place)
    return columns


def _meaning(
    preset: Preset, choice: Choice, value: Any, found: Mapping[str, Found], *, place: str
) -> str:
    """What a value means; StudyError where the choice does not take it."""
    if isinstance(choice.default, list):
        if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
            if value and (lacking := _lacking(choice, found)):
                raise StudyError(
                    f"{place} needs {_told(lacking)} of the {preset.title} export.",
                    found=f"{listed(found) or 'no file of it'}",
                    remedy=f"export it too, or leave {place} out",
                )
            return listed(value, most=40) or ("all" if "means all" in choice.about else NONE)
        raise StudyError(f"{place} is not a list of texts.", found=repr(value))
    if isinstance(choice.default, int):
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return str(value)
        raise StudyError(f"{place} is not a whole number.", found=repr(value), expected="1 or more")
    if isinstance(value, str) and value in choice.allowed:
        entry = choice.allowed[value]
        lacking = _lacking(entry, found)
        if lacking:
            raise StudyError(
                f"{place}: {value} needs {_told(lacking)} of the {preset.title} export.",
                found=f"{listed(found) or 'no file of it'}",
                remedy=f"add the file, name it under `files`, or set {place} to another value",
            )
        return entry.meaning
    if choice.column_of and value == choice.default == NONE:
        return NONE
    if choice.column_of and isinstance(value, str):
        # The default of an identifier may belong to a file that is only needed for other columns.
        files = choice.column_of.split("|")
        file = next((name for name in files if name in found), files[0])
        if value != choice.default or file in found:
            _require_column(preset, file, value, found, place=place)
        return value
    allowed = list(choice.allowed) + (
        [f"a column of {choice.column_of.replace('|', ' or ')}"] if choice.column_of else []
    )
    allowed += [NONE] if choice.default == NONE else []
    raise StudyError(
        f"{place}: the preset {preset.name} does not take this value.",
        found=repr(value),
        expected=f"one of {listed(allowed)}",
    )


def _require_column(
    preset: Preset, file: str, column: str, found: Mapping[str, Found], *, place: str
) -> None:
    if file not in found:
        raise StudyError(
            f"{place}: the column {column} needs the file {file} of the {preset.title} export.",
            found=listed(found) or "no file of it",
            remedy="add the file, or name it under `files`",
        )
    if not cell(found[file], column):
        raise StudyError(
            f"{place}: {file} of the preset {preset.name} has no column {column}.",
            found=listed(found[file].columns, most=60),
            expected="a column of the file",
        )


def holds(need: str, found: Mapping[str, Found]) -> bool:
    """Whether an export has a file, or a column of one (``file.column``)."""
    name, _, column = need.partition(".")
    return name in found and (not column or found[name].column(column) is not None)


def _lacking(entry: Any, found: Mapping[str, Found]) -> list[str]:
    return [need for need in entry.needs if not any(holds(n, found) for n in need.split("|"))]


def _told(lacking: list[str]) -> str:
    """Files and columns in words."""
    files = [need for need in lacking if "." not in need]
    columns = [f"{c} of {name}" for name, _, c in (n.partition(".") for n in lacking) if c]
    parts = [f"the file {listed(files)}"] if files else []
    return " and ".join(parts + ([f"the column {listed(columns)}"] if columns else []))


def _no_history(preset: Preset, offer: Offer, *, place: str) -> StudyError:
    histories = [h for name in offer.files for h in preset.files[name].histories]
    needed = (f"{h.file} ({listed(h.needs or preset.files[h.file].columns)})" for h in histories)
    return StudyError(
        f"{place}: the folder has no history of the {preset.title} export.",
        expected=f"one of {listed(needed)}",
        remedy="add the file, or set history to ignore",
    )
