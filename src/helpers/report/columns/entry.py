"""What an entry of the data dictionary is made of, and columns that many files share."""

from collections.abc import Callable
from dataclasses import dataclass, field

from helpers.study import Study

Entry = tuple[str, str]  # unit, description


@dataclass(frozen=True)
class File:
    """One data file: what a row is, and its columns.

    ``open_columns`` describes columns whose names depend on the study, or returns None.
    """

    about: str
    columns: dict[str, Entry] = field(default_factory=dict)
    open_columns: Callable[[Study, str], Entry | None] | None = None


ACCOUNT = {"account_id": ("", "account identifier, as text")}
NAME = {"name": ("", "name of the account")}
SEGMENT = {"segment_id": ("", "identifier of the segment")}
P_VALUE = {"p_adjusted": ("probability", "p-value after correction for all tests of its family")}
