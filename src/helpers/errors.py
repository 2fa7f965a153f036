"""The one error that analysts are meant to read."""

from collections.abc import Iterable
from typing import Self


class StudyError(ValueError):
    """A problem in the input or the study file, told so that an analyst can mend it.

    The message says where (file, key, column, rows), what was found, what is expected and, where
    it helps, what to do. The command line prints it without a traceback.

    Parameters
    ----------
    problem : str
        One sentence: what is wrong and where.
    found, expected, remedy : str, optional
        Printed on lines of their own.

    Attributes
    ----------
    mistakes : tuple of str
        Each on its own, where the message tells several (`of`).
    """

    def __init__(
        self,
        problem: str,
        *,
        found: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        lines = [problem]
        lines += [f"  found:    {found}"] if found is not None else []
        lines += [f"  expected: {expected}"] if expected is not None else []
        lines += [f"  to do:    {remedy}"] if remedy is not None else []
        super().__init__("\n".join(lines))
        self.mistakes: tuple[str, ...] = (str(self),)

    @classmethod
    def of(cls, mistakes: Iterable[str], *, between: str = "\n") -> Self:
        """One error that tells several mistakes, which stay countable."""
        told = tuple(mistakes)
        error = cls(between.join(told))
        error.mistakes = told
        return error


UNDER_WAY = 75  # exit code: another process is at this quarter (EX_TEMPFAIL of sysexits.h)


class Busy(StudyError):
    """Somebody else is at it: wait, and try again."""


def listed(values: Iterable[object], *, most: int = 12) -> str:
    """Join values for a message, cut after ``most``.

    >>> listed(["a", "b", "c"], most=2)
    'a, b and 1 more'
    """
    names = [str(value) for value in values]
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"
