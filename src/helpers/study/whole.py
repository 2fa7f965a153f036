"""A whole study file, and what its sections must say of one another."""

import datetime as dt
from collections.abc import Iterator
from math import comb
from pathlib import Path
from typing import Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from helpers.errors import StudyError, listed
from helpers.quarter import Quarter
from helpers.study.addresses import EngineURL, readable, variables
from helpers.study.books import Books
from helpers.study.customers import CustomerList, QualityScore
from helpers.study.decisions import (
    TAGS,
    CandidateList,
    Feedback,
    Hypothesis,
    Play,
    Priorities,
    Report,
    Sizes,
    Tags,
    WinBack,
)
from helpers.study.engagement import Engagement
from helpers.study.health import Health
from helpers.study.limits import Limits
from helpers.study.measures import Attribute, Lifecycle, Metrics
from helpers.study.people import Agreement, Interviews, Research, Voice
from helpers.study.scoping import Change, Charter, Scope, Task
from helpers.study.section import Name, Section, Share, all_at_once
from helpers.study.service import Service
from helpers.study.sources import Source
from helpers.tables import TABLES

# Combinations of attributes that a search goes through: each takes a pass over the customers.
MOST_COMBINATIONS = 500_000


class Study(Section):
    """A whole study file, with the place it came from."""

    study: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)
    title: str = Field(min_length=1, max_length=300)
    synthetic: bool = False
    business_model: Literal["subscription", "transactional"]
    language: str = Field("en", pattern=r"^[a-z]{2,3}(_[A-Za-z]+)*$")
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$")
    timezone: str = "UTC"
    fiscal_year_starts: int = Field(1, ge=1, le=12)
    default_quarter: str | None = None
    engine: EngineURL = "duckdb"
    data: str = "."
    seed: int = Field(0, ge=0, le=2**53)
    max_rejected_share: Share = 0.05
    max_unmatched_share: Share | None = None  # None = as many as may be rejected
    min_group_size: int = Field(5, ge=1, le=1_000_000)
    records_begin: dt.date | None = None

    charter: Charter = Charter()
    scope: Scope = Scope()
    cluster: Name | None = None  # customers that share it are not independent of one another
    work_plan: tuple[Task, ...] = ()
    change_log: tuple[Change, ...] = ()
    sources: dict[str, Source]
    customer_list: CustomerList = CustomerList()
    quality_score: QualityScore = QualityScore()
    agreement: Agreement = Agreement()
    attributes: dict[Name, Attribute] = Field(default_factory=dict)
    research: Research = Research()
    interviews: Interviews = Interviews()
    voice: Voice = Voice()
    hypotheses: tuple[Hypothesis, ...] = ()
    candidates: dict[str, CandidateList] = Field(default_factory=dict)  # by list_name
    lifecycle: Lifecycle = Lifecycle()
    health: Health = Health()
    service: Service = Service()
    metrics: Metrics = Metrics()
    priorities: Priorities = Priorities()
    playbook: tuple[Play, ...] = ()
    built_in_plays: bool = True  # plays for groups that every company works with
    win_back: WinBack = WinBack()
    tags: Tags = Tags()
    sizes: Sizes | None = None
    books: Books | None = None
    engagement: Engagement = Engagement()
    feedback: tuple[Feedback, ...] = ()
    report: Report = Report()
    limits: Limits = Limits()

    path: Path = Field(exclude=True)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError("expected an IANA time zone such as Europe/Berlin")
        return name

    @field_validator("sources")
    @classmethod
    def _known_tables(cls, sources: dict[str, Source]) -> dict[str, Source]:
        unknown = [name for name in sources if name not in TABLES]
        if unknown:
            raise ValueError(f"unknown tables {listed(unknown)}; known: {listed(TABLES, most=20)}")
        dated = [name for name, source in sources.items() if source.history and name != "accounts"]
        if dated:
            raise ValueError(f"`history` goes with accounts, not with {listed(dated)}")
        return sources

    @model_validator(mode="after")
    def _complete(self) -> "Study":
        wrong = []
        needed = {"subscription": "contracts", "transactional": "orders"}[self.business_model]
        missing = [name for name in ("accounts", needed) if name not in self.sources]
        if missing:
            wrong.append(f"a {self.business_model} study needs sources.{listed(missing)}")
        return all_at_once(self, [*wrong, *_loose_references(self)])

    def quarter(self, text: str = "") -> Quarter:
        """The quarter of a run: as asked for, or the study's ``default_quarter``."""
        wanted = text or self.default_quarter
        if not wanted:
            raise StudyError(
                "No quarter was given.",
                expected="a quarter such as 2026Q3, or default_quarter in the study file",
                remedy=f"make report STUDY={self.path.parent.name} QUARTER=2026Q3",
            )
        return Quarter.parse(wanted, fiscal_year_starts=self.fiscal_year_starts)

    def smallest_segment(self, customers: int) -> int:
        """Fewest members that a segment may have among ``customers`` customers."""
        return self.scope.min_customers or max(10, -(-customers // 50))

    @property
    def score_base(self) -> str:
        """The first line of the quality score."""
        default = "acv" if self.business_model == "subscription" else "revenue_12m"
        return self.quality_score.base or default

    @property
    def template(self) -> Path | None:
        """The company's own template of slides; None for ours."""
        return self.path.parent / self.report.template if self.report.template else None

    def label(self, attribute: str) -> str:
        """What an attribute is called in front of people."""
        entry = self.attributes.get(attribute)
        return entry.label if entry and entry.label else attribute.replace("_", " ").capitalize()


def _loose_references(study: Study) -> Iterator[str]:
    """Names used in one section that do not exist in another, and what is too much of a section."""
    ids = [hypothesis.id for hypothesis in study.hypotheses]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        yield f"hypotheses share an id: {listed(repeated)}"
    if len(ids) > study.scope.max_hypotheses:
        yield (
            f"{len(ids)} hypotheses, but scope.max_hypotheses allows {study.scope.max_hypotheses}"
        )
    places = {"engine": study.engine}
    places |= {f"sources.{n}.database": s.database or "" for n, s in study.sources.items()}
    for place, url in places.items():
        readable(variables(url), study.limits, where=place)
    yield from _too_large(study)
    yield from _loose_ranges(study)
    lines = {"base", *study.quality_score.lines}
    for name, attribute in study.attributes.items():
        unknown = [line for line in attribute.shares if line not in lines]
        if unknown:
            yield (
                f"attributes.{name}.shares names {listed(unknown)}; "
                f"lines of the score: {listed(sorted(lines))}"
            )
    used: dict[str, tuple[str, ...]] = {
        f"scope.pairs[{i}]": pair for i, pair in enumerate(study.scope.pairs)
    }
    used["interviews.a_priori"] = (study.interviews.a_priori,) if study.interviews.a_priori else ()
    used["scope.strata"] = (study.scope.strata,) if study.scope.strata else ()
    # `parent_id` is a column of every accounts table.
    used["cluster"] = (
        () if study.cluster is None or study.cluster == "parent_id" else (study.cluster,)
    )
    used |= {f"hypotheses[{i}].variables": h.variables for i, h in enumerate(study.hypotheses)}
    used["metrics.churn_by"] = study.metrics.churn_by
    used["tags.also"] = tuple(name for name in study.tags.also if name not in TAGS)
    for place, names in used.items():
        unknown = [name for name in names if name not in study.attributes]
        if unknown:
            yield (
                f"{place} names {listed(unknown)}, which attributes does not list; "
                f"attributes: {listed(study.attributes, most=30) or 'none'}"
            )


def _loose_ranges(study: Study) -> Iterator[str]:
    """Ranges of the sensitivity name lines of the score, or exclusion rules by their place."""
    rules = len(study.customer_list.exclude)
    known = [*study.quality_score.lines, *(f"exclude[{place}]" for place in range(rules))]
    unknown = [name for name in study.agreement.ranges if name not in known]
    if unknown:
        yield (
            f"agreement.ranges names {listed(unknown)}; "
            f"lines of the score and rules: {listed(known, most=30) or 'none'}"
        )


def _too_large(study: Study) -> Iterator[str]:
    """The search goes through all customers once for each combination of attributes."""
    searched = sum(one.search and not one.shares for one in study.attributes.values())
    depth = study.scope.max_conditions
    if comb(searched, depth) <= MOST_COMBINATIONS:
        return
    most = next(n for n in range(searched, 0, -1) if comb(n, depth) <= MOST_COMBINATIONS)
    fits = [d for d in range(depth - 1, 0, -1) if comb(searched, d) <= MOST_COMBINATIONS]
    ways = [f"scope.max_conditions: {fits[0]}"] if fits else []
    ways.append(f"at most {most} attributes that are searched (`search: false` for the others)")
    yield (
        f"{searched} attributes in groups of {depth} are {comb(searched, depth):,} combinations; "
        f"{MOST_COMBINATIONS:,} can be searched. What would fit: {', or '.join(ways)}; for many "
        "customers memory may hold fewer, which `make check` tells once it has read them"
    )
