"""What all sections of a study file have in common."""

from collections.abc import Iterable
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field

NAME = r"^[A-Za-z_][A-Za-z0-9_]*$"
Name = Annotated[str, Field(pattern=NAME, max_length=120)]
Share = Annotated[float, Field(ge=0, le=1)]


class Section(BaseModel):
    """Base of all sections: frozen, and closed against unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False, allow_inf_nan=False)


Checked = TypeVar("Checked", bound=Section)


class Mistakes(ValueError):
    """Several things that are wrong with one section."""

    def __init__(self, told: list[str]) -> None:
        super().__init__("\n            ".join(told))
        self.told = told


def all_at_once(section: Checked, wrong: Iterable[str]) -> Checked:
    """The section, where nothing is wrong with it.

    Raises
    ------
    Mistakes
        With everything that is wrong, one below the other.
    """
    told = list(wrong)
    if told:
        raise Mistakes(told)
    return section
