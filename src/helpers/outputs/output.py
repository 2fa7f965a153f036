"""What one data file is: what a row stands for, its key and its columns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from helpers.outputs.column import Column
from helpers.study import Study
from helpers.words.spoken import Told

OpenColumns = Callable[[Study, str], Column | None]


@dataclass(frozen=True)
class Output:
    """One data file.

    Attributes
    ----------
    about : what one row is, as a sentence.
    columns : the columns by name, in the order of the file.
    key : columns that no two rows may have in common; () = rows may repeat.
    open_columns : describes columns whose names depend on the study or on the data, such as one
        column per metric; None for a name that it does not know.
    """

    about: Told = Told()  # noqa: RUF009 (a descriptor)
    columns: Mapping[str, Column] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    open_columns: OpenColumns | None = None

    def column(self, study: Study, name: str) -> Column | None:
        """The declaration of one column, or None where nothing declares it."""
        if name in self.columns:
            return self.columns[name]
        return self.open_columns(study, name) if self.open_columns else None
