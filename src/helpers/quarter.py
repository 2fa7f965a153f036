"""Fiscal quarters: the calendar of a study."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from helpers.errors import StudyError

FIRST_YEAR, LAST_YEAR = 1900, 2200


def add_months(first_of_month: date, months: int) -> date:
    """Shift the first day of a month by whole months.

    >>> add_months(date(2026, 11, 1), 3)
    datetime.date(2027, 2, 1)
    """
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@dataclass(frozen=True, order=True)
class Quarter:
    """One fiscal quarter.

    A fiscal year carries the calendar year in which it ends, as most companies name theirs: with
    ``fiscal_year_starts=10`` the quarter 2026Q1 runs from October to December 2025. With
    ``fiscal_year_starts=1`` fiscal and calendar years are the same.

    >>> quarter = Quarter.parse("2026Q3")
    >>> quarter.start, quarter.end
    (datetime.date(2026, 7, 1), datetime.date(2026, 9, 30))
    """

    year: int
    number: int
    fiscal_year_starts: int = 1

    @classmethod
    def parse(cls, text: str, *, fiscal_year_starts: int = 1) -> "Quarter":
        """Read a quarter written as ``2026Q3``; raise StudyError for anything else."""
        match = re.fullmatch(r"(\d{4})Q([1-4])", str(text).strip())
        if not match:
            raise StudyError(
                "The quarter cannot be read.",
                found=repr(text),
                expected="a year, the letter Q and a number from 1 to 4, such as 2026Q3",
            )
        if not FIRST_YEAR <= int(match[1]) <= LAST_YEAR:
            raise StudyError(
                "The quarter lies in a year that no company's data are of.",
                found=repr(text),
                expected=f"a year from {FIRST_YEAR} to {LAST_YEAR}",
            )
        return cls(int(match[1]), int(match[2]), fiscal_year_starts)

    @classmethod
    def of(cls, day: date, *, fiscal_year_starts: int = 1) -> "Quarter":
        """The quarter in which a day lies.

        >>> str(Quarter.of(date(2026, 9, 30)))
        '2026Q3'
        >>> str(Quarter.of(date(2025, 10, 1), fiscal_year_starts=10))
        '2026Q1'
        """
        months = (day.month - fiscal_year_starts) % 12
        ends_later = fiscal_year_starts > 1 and day.month >= fiscal_year_starts
        return cls(day.year + ends_later, months // 3 + 1, fiscal_year_starts)

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def start(self) -> date:
        """First day of the quarter."""
        year = self.year - (self.fiscal_year_starts > 1)
        return add_months(date(year, self.fiscal_year_starts, 1), 3 * (self.number - 1))

    @property
    def end(self) -> date:
        """Last day of the quarter: the as-of date."""
        return add_months(self.start, 3) - timedelta(days=1)

    @property
    def as_of(self) -> date:
        """The last day whose events a run of this quarter may know."""
        return self.end

    @property
    def year_start(self) -> date:
        """First day of the trailing twelve months that end with the quarter."""
        return add_months(self.start, -9)

    @property
    def previous(self) -> "Quarter":
        """The quarter before."""
        if self.number > 1:
            return Quarter(self.year, self.number - 1, self.fiscal_year_starts)
        return Quarter(self.year - 1, 4, self.fiscal_year_starts)

    @property
    def month_ends(self) -> tuple[date, date, date]:
        """The last days of the quarter's three months."""
        first, second, third = (add_months(self.start, k) - timedelta(days=1) for k in (1, 2, 3))
        return first, second, third
