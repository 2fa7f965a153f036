"""What a preset says about an export: its files, its columns, its choices.

One ``preset.yml`` per vendor, packaged beside the SQL of each canonical table that it offers.
"""

from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import Field, field_validator

from helpers.errors import StudyError, listed
from helpers.study.section import Section
from helpers.tables import Kind

NONE = "none"  # the value of a column choice that no column answers


class History(Section):
    """Where an export keeps the earlier states of a file's rows.

    ``versions``: a file with one row per record and period of validity. ``properties``: a file
    with one row per record, property and change, with the new value; ``changes``: the same with
    the old value. ``renamed`` maps columns to property names, ``name`` and ``value`` are the
    columns that hold a change's property and value. ``needs``: the columns that the file must
    have, by default those of its description. ``today`` are columns that are read as of today,
    since what they belong to is: the day on which a deal is won, where only today's row says
    whether it is. ``state`` are the columns that say it; where versions hold all of those that
    the file has, nothing is read as of today.
    """

    file: str
    form: Literal["versions", "properties", "changes"]
    key: str
    at: str = ""
    name: str = "name"
    value: str = "value"
    needs: tuple[str, ...] = ()
    renamed: dict[str, str] = Field(default_factory=dict)
    today: tuple[str, ...] = ()
    state: tuple[str, ...] = ()


class ExportFile(Section):
    """One table of an export: required and optional columns with their kinds.

    ``keys`` names further columns of the view: the record identifier in the column that they map
    to, in the form in which 15 and 18 characters of Salesforce are the same. Rows that the
    connector marked as deleted are no rows, unless ``deleted_rows``. ``changes`` is the history
    that is read where the export does not have the other one.
    """

    columns: dict[str, Kind]
    optional: dict[str, Kind] = Field(default_factory=dict)
    history: History | None = None
    changes: History | None = None
    keys: dict[str, str] = Field(default_factory=dict)
    deleted_rows: bool = False

    @property
    def histories(self) -> tuple[History, ...]:
        """Where its earlier states may be kept, the better place first."""
        return tuple(h for h in (self.history, self.changes) if h)


class Value(Section):
    """One allowed value of a choice, and what it needs.

    ``needs`` names files (``a|b``: one of them) and columns (``charge.invoice_id``); ``beside``
    tables of the study without which it is not taken by itself.
    """

    meaning: str
    needs: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


class Choice(Section):
    """A named decision of a preset.

    It takes one of ``allowed``, or a column of the file ``column_of`` (read as ``kind``), or a
    whole number, or a list of texts; ``drop`` leaves the result's column of that name out where no
    column is chosen. ``caution``: rows that it concerns are told as a caution, not only listed.
    A list of texts may need columns (``needs``, such as ``opportunity.type``), and its texts must
    be values of one of ``values_of``.
    """

    about: str
    default: Any
    allowed: dict[str, Value] = Field(default_factory=dict)
    column_of: str | None = None
    kind: Kind = "text"
    drop: bool = False
    needs: tuple[str, ...] = ()
    values_of: tuple[str, ...] = ()
    caution: bool = False

    @field_validator("allowed", mode="before")
    @classmethod
    def _short_form(cls, values: Any) -> Any:
        return {k: {"meaning": v} if isinstance(v, str) else v for k, v in values.items()}


class Offer(Section):
    """One canonical table that a preset offers.

    ``needs`` names the files that it cannot do without (``plan|price``: one of them), ``uses``
    those that it reads where they are; ``keep`` is the file whose other columns may be kept, and
    ``linked`` are the result's columns that hold account identifiers. ``parts`` are packaged
    SELECTs that the table's SQL reads under their names; of the columns ``decided_by`` it needs
    one, or the choice that it names (``option:won_stages``). ``timelines`` are files whose every
    version it reads as ``<file>_versions``, ``today`` those whose rows as they are in the export it
    reads as ``<file>_today``, whatever their history says.

    The table's SQL may return ``touched``, the names of the choices that concern a row, and
    ``counts``, false for the rows that they leave out (`helpers.collect.presets.effects`).
    """

    needs: tuple[str, ...]
    uses: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    timelines: tuple[str, ...] = ()
    today: tuple[str, ...] = ()
    choices: tuple[str, ...]
    keep: str | None = None
    linked: tuple[str, ...] = ("account_id",)

    @property
    def files(self) -> tuple[str, ...]:
        """All files that the table's SQL reads."""
        needed = (name for need in self.needs for name in need.split("|"))
        return tuple(dict.fromkeys((*needed, *self.uses)))


class Remark(Section):
    """What an export cannot say about some tables, unless it holds one of some files or columns.

    ``unless`` names them: ``dispute`` is a file, ``ticket.via_channel`` a column of one, and
    ``history:subscription`` the history of a file. ``beside`` are tables of the study without
    which it does not matter.
    """

    about: str
    tables: tuple[str, ...]
    unless: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    says: str
    caution: bool = True


class Preset(Section):
    """One vendor's export."""

    name: str
    title: str
    file_prefixes: tuple[str, ...]
    column_prefix: str = ""
    files: dict[str, ExportFile]
    choices: dict[str, Choice]
    tables: dict[str, Offer]
    remarks: tuple[Remark, ...] = ()

    def offer(self, table: str) -> Offer:
        """What the preset says about one canonical table."""
        if table not in self.tables:
            raise StudyError(
                f"sources.{table}: the preset {self.name} has no table {table}.",
                expected=f"one of {listed(self.tables)}",
                remedy="write `files` and a `query` for this table instead of `preset`",
            )
        return self.tables[table]

    def sql(self, name: str) -> str:
        """The packaged SQL of one canonical table or of a part that several share."""
        places = [files(__package__) / folder / f"{name}.sql" for folder in (self.name, "shared")]
        place = next(place for place in places if place.is_file())
        return place.read_text(encoding="utf-8").strip()


@cache
def load_preset(name: str) -> Preset:
    """Read the packaged description of a vendor's export."""
    text = (files(__package__) / name / "preset.yml").read_text(encoding="utf-8")
    return Preset(name=name, **yaml.safe_load(text))
