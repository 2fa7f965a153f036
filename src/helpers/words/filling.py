"""Templates of sentences: every number is a computed value in a placeholder."""

import re
import string
from collections.abc import Mapping
from datetime import date
from typing import Any

from helpers.errors import StudyError, listed
from helpers.words import local, spoken
from helpers.words import numbers as fmt

# The zero that begins a sentence is told with a capital: {rows:no} rows, {rows:none} of them.
BEGINS = re.compile(r"(^|(?<=[.!?] ))(\**\{\w+:)n(o(?:ne)?\})")
ONE = "one|"  # {rows:one|row|rows}: the word for one and for others; a catalog gives its own forms


def begun(template: str) -> str:
    """A sentence whose first word may be a zero, which then begins with a capital.

    >>> begun("**{rows:no} rows**, {rows:none} of them. {left:none} left.")
    '**{rows:No} rows**, {rows:none} of them. {left:None} left.'
    """
    return BEGINS.sub(r"\1\2N\3", template) if ":no" in template else template


class Filler(string.Formatter):
    """Fills a sentence; only plain names, only values that exist."""

    def __init__(self, id: str, values: Mapping[str, Any], currency: str) -> None:
        self.id, self.values, self.currency = id, values, currency
        self.used: set[str] = set()

    def fill(self, template: str) -> str:
        try:
            if spoken.english():
                return self.vformat(template, (), self.values)
            told = ""
            for literal, field, spec, _ in self.parse(template):
                told = spoken.beside(told, literal)
                if field is not None:
                    value, _name = self.get_field(field, (), self.values)
                    told = spoken.beside(told, self.format_field(value, spec or ""))
            return told
        except ValueError as error:
            if isinstance(error, StudyError):
                raise
            raise self._wrong(f"{error}") from None

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        if field_name not in self.values:
            raise self._wrong(
                f"the placeholder {{{field_name}}} has no value; "
                f"given: {listed(self.values) or 'none'}"
            )
        self.used.add(field_name)
        value = self.values[field_name]
        if fmt.is_missing(value):
            raise self._wrong(f"the value of {{{field_name}}} is missing")
        return value, field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec.startswith(ONE):
            forms = format_spec.removeprefix(ONE).split("|")
            if spoken.english():
                single, several = forms
                return single if value == 1 else several
            return local.form(value, forms)
        if isinstance(value, str):
            value = fmt.isolated(spoken.shown(value))
        if format_spec in fmt.FORMATS or not format_spec:
            return fmt.formatted(value, format_spec or "auto", currency=self.currency)
        text = super().format_field(value, format_spec)
        if not spoken.english() and isinstance(value, date):
            return local.day(value)
        return text if isinstance(value, str) else text.replace("-", fmt.MINUS)

    def _wrong(self, what: str) -> StudyError:
        return StudyError(
            f"The finding `{self.id}` cannot be told: {what}.",
            remedy="give every placeholder a value, or choose a sentence for the case without one",
        )
