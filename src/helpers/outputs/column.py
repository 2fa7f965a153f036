"""What one column of a data file is: its type, unit, heading, number format, values and meaning.

A declaration is one line, made by the function that is named after the kind of column:

>>> money("how much better its customers score", label="Lift").unit
'currency per year'
>>> choice("what the evidence says", "validated", "candidate").allowed
('validated', 'candidate')
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from helpers.errors import StudyError, listed
from helpers.words import numbers, translated
from helpers.words.spoken import Told

Type = Literal["text", "category", "yes/no", "date", "whole number", "number"]

# Units that a value may have, and the format in which a column of that unit is shown. In a column
# ``by unit`` each row names its own unit, in the file's column ``unit``.
BY_UNIT = "see unit"
UNITS: Mapping[str, str] = {
    **numbers.UNITS,
    "": "auto",
    "date": "date",
    "probability": "p",
    "0 to 1": "number",
    "0 to 100": "points",
    "auc": "number",
    "standardised": "number",
    "standard deviations": "number",
    "see measure": "number",
    "see metric": "number",
    "see study": "number",
    BY_UNIT: "by_unit",
}
# Bounds that a value in such a unit cannot leave.
LIMITS: Mapping[str, tuple[float, float]] = {
    "count": (0, float("inf")),
    "probability": (0, 1),
    "0 to 1": (0, 1),
    "0 to 100": (0, 100),
}
ACRONYMS = {name: name.upper() for name in ("auc", "crm", "id", "mrr", "nps", "csat", "sql")}


@dataclass(frozen=True)
class Column:
    """One column of a data file.

    Attributes
    ----------
    type : what its cells are, in the words of the data dictionary.
    meaning : what it says, for the data dictionary.
    unit : of `UNITS`; ``see unit`` where each row names its own in the column ``unit``.
    label : heading in front of people; "" = made from the column's name.
    format : number format of `helpers.words.numbers.FORMATS`; "" = that of the unit.
    allowed : the only values that its cells may have, missing ones apart; () = any.
    """

    type: Type
    meaning: Told = Told()  # noqa: RUF009 (a descriptor)
    unit: str = ""
    label: Told = Told("")  # noqa: RUF009
    format: str = ""
    allowed: tuple[object, ...] = ()

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise StudyError(
                f"A column is declared in a unit that does not exist: {self.meaning}",
                found=self.unit,
                expected=listed(UNITS, most=40),
                remedy="name one of these, or add the unit to helpers/outputs/column.py",
            )

    def heading(self, name: str) -> str:
        """The heading of the column that a data file calls ``name``."""
        return self.label or translated(heading(name))

    @property
    def shown_as(self) -> str:
        """The number format of its cells in a document."""
        return self.format or UNITS[self.unit]


def heading(name: object) -> str:
    """A column's name as a heading.

    >>> heading("account_id"), heading("in_crm"), heading("mrr")
    ('Account ID', 'In CRM', 'MRR')
    """
    first, *others = str(name).replace("_", " ").split(" ")
    return " ".join(
        [ACRONYMS.get(first, first.capitalize()), *(ACRONYMS.get(word, word) for word in others)]
    )


# ── one line per column ──────────────────────────────────────────────────────────────────────────
def text(meaning: str, *, label: str = "", format: str = "") -> Column:
    """Any text."""
    return Column("text", meaning, label=label, format=format)


def choice(meaning: str, *allowed: object, label: str = "", format: str = "") -> Column:
    """Text out of a fixed list; "" has to be named where it may occur."""
    return Column("category", meaning, label=label, format=format, allowed=allowed)


def level(meaning: str, *, label: str = "") -> Column:
    """Text out of a list that the data decides, such as the bands of an attribute."""
    return Column("category", meaning, label=label)


def yes_no(meaning: str, *, label: str = "") -> Column:
    """True or false."""
    return Column("yes/no", meaning, label=label)


def day(meaning: str, *, label: str = "", format: str = "") -> Column:
    """A day."""
    return Column("date", meaning, "date", label, format)


def whole(meaning: str, *, label: str = "", unit: str = "") -> Column:
    """A whole number that counts nothing, such as a rank."""
    return Column("whole number", meaning, unit, label)


def count(meaning: str, *, label: str = "") -> Column:
    """How many there are."""
    return Column("whole number", meaning, "count", label)


def number(meaning: str, unit: str, *, label: str = "", format: str = "") -> Column:
    """A measured number in a unit of `UNITS`."""
    return Column("number", meaning, unit, label, format)


def money(
    meaning: str, unit: str = "currency per year", *, label: str = "", format: str = ""
) -> Column:
    """Money, per year where nothing else is said: the unit of the quality score."""
    return number(meaning, unit, label=label, format=format)


def ratio(meaning: str, *, label: str = "", format: str = "") -> Column:
    """A share of 1."""
    return number(meaning, "ratio", label=label, format=format)


def probability(meaning: str, *, label: str = "") -> Column:
    """A p-value or another probability."""
    return number(meaning, "probability", label=label)


def by_unit(meaning: str, *, label: str = "") -> Column:
    """A number in the unit that the row's column ``unit`` names."""
    return number(meaning, BY_UNIT, label=label)


def unit(meaning: str = "unit of the value", *more: str) -> Column:
    """The unit of the row's `by_unit` columns; ``more`` are allowed beside `UNITS`."""
    return choice(meaning, *(name for name in UNITS if name != BY_UNIT), *more)
