"""The section ``service`` of a study file: which hours count when customers wait."""

import datetime as dt
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from helpers.study.section import Section

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
TimeOfDay = Annotated[str, Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class BusinessHours(Section):
    """When customers are served, in the study's time zone; holidays are days without service.

    Times are quoted (``"09:00"``): YAML reads 17:00 without quotes as a number.
    """

    days: tuple[Weekday, ...] = Field(("mon", "tue", "wed", "thu", "fri"), min_length=1)
    from_: TimeOfDay = Field(alias="from")
    to: TimeOfDay
    holidays: tuple[dt.date, ...] = ()

    @model_validator(mode="after")
    def _some_time_each_day(self) -> "BusinessHours":
        if not self.from_ < self.to:
            raise ValueError('`from` must be earlier than `to`, such as "09:00" and "17:00"')
        for name, values in {"days": self.days, "holidays": self.holidays}.items():
            if len(set(values)) < len(values):
                raise ValueError(f"`{name}` names something twice")
        return self

    @property
    def told(self) -> str:
        """The schedule in words."""
        days = ", ".join(day.capitalize() for day in WEEKDAYS if day in self.days)
        without = f"; holidays left out: {len(self.holidays)}" if self.holidays else ""
        return f"Hours of business only: {days}, {self.from_} to {self.to}{without}."


class Service(Section):
    """How service times are counted: around the clock, or in business hours only."""

    business_hours: BusinessHours | None = None

    @property
    def clock(self) -> str:
        """What a definition says about the clock that it is counted by."""
        return self.business_hours.told if self.business_hours else "Hours around the clock."
