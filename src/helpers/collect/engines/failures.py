"""What a database or a driver reports while it works, told so that an analyst can read it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from helpers.errors import StudyError

P = ParamSpec("P")
R = TypeVar("R")


def telling(
    *errors: type[Exception],
) -> Callable[[Callable[Concatenate[Any, P], R]], Callable[Concatenate[Any, P], R]]:
    """Have a method raise what ``self.failure`` makes of a driver's error, in place of the error.

    It is raised outside of ``except``: a driver's own error may hold secrets, and is not chained.
    """

    def decorate(method: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
        @wraps(method)
        def told(self: Any, *args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return method(self, *args, **kwargs)
            except errors as error:
                failure = self.failure(error)
            raise failure

        return told

    return decorate


def first_lines(error: BaseException, *, most: int = 3) -> str:
    """The first lines of what was said, without plans and stack traces."""
    lines = [line.rstrip() for line in str(error).splitlines() if line.strip()]
    return "\n            ".join(lines[:most])


def stopped(place: str, told: str) -> StudyError:
    """An engine that does not get on with a step."""
    return StudyError(
        f"{place} stopped in the middle of this step.",
        found=told,
        remedy="where the connection was lost, run again; else mend the value that is named, in "
        "the source or in its query",
    )


def not_handed_over(table: str, place: str, told: str) -> StudyError:
    """Rows that one engine holds and another cannot take."""
    return StudyError(
        f"sources.{table}: a value cannot be handed over to {place}.",
        found=told,
        expected="values that every engine can hold: texts without a NUL character (0x00), dates "
        "and times of the years 1 to 9999",
        remedy="mend the value in the source, or leave it out in the query of the table",
    )
