"""Where each canonical table comes from."""

import datetime as dt
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from helpers.study.addresses import DatabaseURL
from helpers.study.section import Name, Section, Share


class RawFile(Section):
    """One raw file or glob, with what cannot be guessed from its content.

    ``skip_lines``: lines above the column names of a CSV file or sheet, such as a title.
    """

    path: str = Field(min_length=1, max_length=1000)
    format: Literal["csv", "parquet", "jsonl", "xlsx"] | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    encoding: str | None = None
    sheet: str | None = None
    skip_lines: int = Field(0, ge=0, le=1000)
    text_columns: tuple[str, ...] = ()
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "'"] | None = None

    @field_validator("delimiter")
    @classmethod
    def _splits(cls, delimiter: str | None) -> str | None:
        if delimiter and (delimiter in '\r\n"' or ord(delimiter) > 127):
            raise ValueError("one character of ASCII that is no quote and no end of line")
        return delimiter


class Source(Section):
    """Where one canonical table comes from.

    Either ``files`` or tables of a ``database`` with a ``query`` over them, or a ``preset`` for the
    export in ``folder`` (`helpers.collect.presets`), with ``options`` for its choices and ``files``
    for those that are not named after the vendor's tables.

    What a row is, where the export leaves it open, is a choice:

    * ``repeated``: rows that are equal in everything and have no identifier are several things
      (``keep``: costs, surveys, prospects) or one that was exported twice (``drop``: all others).
      Of rows of a file that a query adds up or numbers: see `helpers.collect.pages`.
    * ``conflicts``: rows that share a key or identifier and differ in a column stop the run
      (``refuse``: tables with money, accounts, rates), are all rejected (``reject``: the others),
      or the one that stands ``first`` or ``last`` in the export counts.
    * ``overlaps``: contracts of one account and product that are in force on the same days count
      together (``add``), the one that starts later ends the other (``latest``), or stop the run
      (``refuse``).
    * ``after_leaving`` (contracts): what billing has in force of an account that has left, by the
      CRM, ended on the day of leaving (``end``) or counts (``count``).
    * ``bounds``: the smallest and largest value that a column may have, in place of those of
      `helpers.tables`, or of numbers among the attributes; ``null`` = no limit.
    * ``left_before_won`` (accounts): a day of leaving before the day of being won is a mistake that
      costs the account its row (``reject``), or that of a time before (``returned``: the customer
      came back).
    * ``decimal`` and ``thousands``: how numbers are written, for all files of the source.
    * ``max_rejected_share``, ``max_unmatched_share``: the study's, for this table alone. Unmatched
      are contracts and orders of accounts that the CRM does not know, by rows and by money.
    * ``history`` (accounts): the column that says since when a row's values are valid. An account
      may then have several rows, and the one that was valid on the as-of date counts. Left out,
      all columns without a day of their own hold the state of the export's day.
    * ``extracted_on``: the day on which the export was made; left out, the last day that it speaks
      of, where a longer silence would be unusual. ``records_begin``: what happened before was not
      kept.
    """

    files: dict[Name, RawFile] = Field(default_factory=dict)
    database: DatabaseURL | None = None
    query: str | None = None
    preset: Literal["zendesk", "salesforce", "hubspot", "stripe"] | None = None
    folder: str | None = Field(None, min_length=1, max_length=1000)
    options: dict[str, Any] = Field(default_factory=dict)
    repeated: Literal["keep", "drop"] | None = None
    conflicts: Literal["refuse", "reject", "first", "last"] | None = None
    overlaps: Literal["add", "latest", "refuse"] | None = None
    after_leaving: Literal["end", "count"] | None = None
    left_before_won: Literal["reject", "returned"] | None = None
    bounds: dict[Name, tuple[float | None, float | None]] = Field(default_factory=dict)
    decimal: Literal[".", ","] | None = None
    thousands: Literal[".", ",", " ", "'"] | None = None
    max_rejected_share: Share | None = None
    max_unmatched_share: Share | None = None
    history: Name | None = None
    extracted_on: dt.date | None = None
    records_begin: dt.date | None = None

    @property
    def address(self) -> str:
        """The ``database`` of a source that has one."""
        assert self.database is not None
        return self.database

    @field_validator("files", mode="before")
    @classmethod
    def _short_form(cls, files: Any) -> Any:
        if not isinstance(files, dict):
            return files
        return {k: {"path": v} if isinstance(v, str) else v for k, v in files.items()}

    @model_validator(mode="after")
    def _one_place(self) -> "Source":
        if self.preset:
            if self.database or self.query is not None or not self.folder:
                raise ValueError("a `preset` takes a `folder`, not a `query` or a `database`")
            return self
        object.__setattr__(self, "files", self._with_numbers())
        if self.folder or self.options:
            raise ValueError("`folder` and `options` go with a `preset`")
        if bool(self.files) == bool(self.database):
            raise ValueError("give either `files` or `database`")
        if not (self.query or "").strip():
            raise ValueError("a `query` is needed over `files` or `database`, or a `preset`")
        return self

    def _with_numbers(self) -> dict[str, RawFile]:
        """The files, each with the source's way of writing numbers unless it says its own."""
        numbers = {"decimal": self.decimal, "thousands": self.thousands}
        if numbers["decimal"] and numbers["decimal"] == numbers["thousands"]:
            raise ValueError("`decimal` and `thousands` cannot be the same sign")
        return {
            name: file if file.decimal or file.thousands else file.model_copy(update=numbers)
            for name, file in self.files.items()
        }
