"""What is decided, within which limits, and which method changed when."""

import datetime as dt

from pydantic import Field, field_validator

from helpers.errors import listed
from helpers.study.section import Name, Section

# Sections that say how the numbers are made. The others (charter, work plan, playbook, …) may
# change without making two quarters incomparable.
METHOD_SECTIONS = (
    "business_model",
    "currency",
    "timezone",
    "fiscal_year_starts",
    "records_begin",
    "seed",
    "max_rejected_share",
    "max_unmatched_share",
    "scope",
    "cluster",
    "sources",
    "customer_list",
    "quality_score",
    "attributes",
    "hypotheses",
    "candidates",
    "lifecycle",
    "health",
    "service",
    "metrics",
    "priorities",
    "agreement",
    "research",
    "interviews",
    "engagement",
    "books",
    "sizes",
)
# Records and people inside of these: who signed, who looks things up, who manages whom. They change
# every quarter, and no number is made in another way for it.
RECORDS: dict[str, set[str]] = {
    "agreement": {"sign_off", "proposal"},
    "research": {"collectors", "begins", "ends"},
    "interviews": {"touches", "trials"},
    "books": {"managers"},
}
PROGRAM = "program"  # the program's own method, beside the sections of a study


class Told(Section):
    """What a stakeholder was told, and when."""

    date: dt.date
    what: str


class Stakeholder(Section):
    """Someone who decides on, or is affected by, the result."""

    name: str
    department: str = ""
    interest: str = ""
    told: tuple[Told, ...] = ()


class Charter(Section):
    """What is decided with the study, and for whom.

    ``hours_per_day`` and ``days_per_week`` turn the hours of the work plan into days and weeks.
    """

    objective: str = ""
    decision: str = ""
    company_goal: str = ""
    sponsor: str = ""
    stakeholders: tuple[Stakeholder, ...] = ()
    deliverables: tuple[str, ...] = ()
    hours_per_day: float = Field(8, gt=0, le=24)
    days_per_week: float = Field(5, gt=0, le=7)


class Scope(Section):
    """The limits fixed beforehand."""

    max_hypotheses: int = Field(20, ge=1)
    max_segments: int = Field(5, ge=1)
    max_conditions: int = Field(3, ge=1, le=4)
    min_customers: int | None = Field(None, ge=2)
    alpha: float = Field(0.05, gt=0, lt=0.5)
    permutations: int = Field(1000, ge=99, le=1_000_000)
    pairs: tuple[tuple[str, str], ...] = ()
    strata: Name | None = None
    weeks: float | None = Field(None, gt=0)
    in_scope: tuple[str, ...] = ()
    out_of_scope: tuple[str, ...] = ()


class Task(Section):
    """One line of the work plan.

    ``due`` is the day by which it is to be done, ``review`` who looks at it before it goes on, and
    ``review_on`` the day of that; ``reviewed`` says that it happened.

    A task that carries out a step of a report names its play in ``play``, by what the play says to
    ``do``. Once it is ``done``, the next report looks at who was ``treated`` (accounts; left out,
    all whom the step named), beside others; ``at_random`` says that these were drawn by lot.
    """

    step: int = Field(ge=1, le=5)
    task: str
    owner: str = ""
    inputs: str = ""
    outputs: str = ""
    review: str = ""
    estimate_hours: float | None = Field(None, ge=0)
    actual_hours: float | None = Field(None, ge=0)
    starts: dt.date | None = None
    due: dt.date | None = None
    review_on: dt.date | None = None
    reviewed: bool = False
    done: bool = False
    play: str = ""
    treated: tuple[str, ...] = ()
    at_random: bool = False


class Change(Section):
    """One agreed change of method; ``sections`` names what it covers, *program* the program's own.

    An entry that names no section covers none; `helpers.method` says what its date covers.
    ``retires`` names segments that are not followed any more.
    """

    date: dt.date
    change: str
    sections: tuple[str, ...] = ()
    reason: str = ""
    approved_by: str = ""
    retires: tuple[str, ...] = ()

    @field_validator("sections")
    @classmethod
    def _sections_of_method(cls, sections: tuple[str, ...]) -> tuple[str, ...]:
        allowed = (*METHOD_SECTIONS, PROGRAM)
        unknown = [name for name in sections if name not in allowed]
        if unknown:
            raise ValueError(
                f"{listed(unknown)}: no section of the method; sections: {listed(allowed, most=30)}"
            )
        return sections
