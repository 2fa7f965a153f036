"""What is decided, within which limits, and which method changed when."""

import datetime as dt

from pydantic import Field

from helpers.study.section import Name, Section


class Stakeholder(Section):
    """Someone who decides on, or is affected by, the result."""

    name: str
    department: str = ""
    interest: str = ""


class Charter(Section):
    """What is decided with the study, and for whom."""

    objective: str = ""
    decision: str = ""
    company_goal: str = ""
    sponsor: str = ""
    stakeholders: tuple[Stakeholder, ...] = ()
    deliverables: tuple[str, ...] = ()


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
    """One line of the work plan."""

    step: int = Field(ge=1, le=5)
    task: str
    owner: str = ""
    inputs: str = ""
    outputs: str = ""
    review: str = ""
    estimate_hours: float | None = Field(None, ge=0)
    actual_hours: float | None = Field(None, ge=0)
    done: bool = False


class Change(Section):
    """One agreed change of method; `helpers.method` says what its date covers."""

    date: dt.date
    change: str
    reason: str = ""
    approved_by: str = ""
