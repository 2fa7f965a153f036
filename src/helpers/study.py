"""What a study file may say: the decisions made before anyone looked at data.

``helpers.study_file.load_study`` reads one into these frozen objects.
"""

import datetime as dt
from pathlib import Path
from typing import Any, Literal
from zoneinfo import available_timezones

from pydantic import Field, field_validator, model_validator

from helpers.errors import StudyError, listed
from helpers.quarter import Quarter
from helpers.section import Name, Section, Share
from helpers.study_health import Health
from helpers.study_service import Service
from helpers.tables import TABLES
from helpers.urls import DatabaseURL, EngineURL


# ── 1 scoping ────────────────────────────────────────────────────────────────────────────────────
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
    permutations: int = Field(1000, ge=99)
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


# ── 2 customer list ──────────────────────────────────────────────────────────────────────────────
class RawFile(Section):
    """One raw file or glob, with what cannot be guessed from its content."""

    path: str
    format: Literal["csv", "parquet", "jsonl", "xlsx"] | None = None
    delimiter: str | None = Field(None, min_length=1, max_length=1)
    encoding: str | None = None
    sheet: str | None = None
    text_columns: tuple[str, ...] = ()


class Source(Section):
    """Where one canonical table comes from.

    Either ``files`` or tables of a ``database`` with a ``query`` over them, or a ``preset`` for the
    export in ``folder`` (`helpers.collect.presets`), with ``options`` for its choices and ``files``
    for those that are not named after the vendor's tables.
    """

    files: dict[Name, RawFile] = Field(default_factory=dict)
    database: DatabaseURL | None = None
    query: str | None = None
    preset: Literal["zendesk", "salesforce", "hubspot", "stripe"] | None = None
    folder: str | None = None
    options: dict[str, Any] = Field(default_factory=dict)

    @field_validator("files", mode="before")
    @classmethod
    def _short_form(cls, files: Any) -> Any:
        if not isinstance(files, dict):
            return files
        return {k: {"path": v} if isinstance(v, str) else v for k, v in files.items()}

    @model_validator(mode="after")
    def _one_place(self) -> "Source":
        if self.preset:
            if self.database or self.query is not None or not self.folder:
                raise ValueError("a `preset` takes a `folder`, not a `query` or a `database`")
            return self
        if self.folder or self.options:
            raise ValueError("`folder` and `options` go with a `preset`")
        if bool(self.files) == bool(self.database):
            raise ValueError("give either `files` or `database`")
        if not (self.query or "").strip():
            raise ValueError("a `query` is needed over `files` or `database`, or a `preset`")
        return self


class Rule(Section):
    """One exclusion rule; which other keys it needs depends on ``rule``."""

    rule: Literal[
        "account_type", "revenue_outlier", "won_after", "won_before", "revenue_below", "where"
    ]
    is_: tuple[str, ...] = Field((), alias="is")
    times_second: float | None = Field(None, gt=1)
    date: dt.date | None = None
    months_before_quarter_end: int | None = Field(None, ge=0)
    monthly: float | None = Field(None, ge=0)
    sql: str | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _keys_of_rule(self) -> "Rule":
        dated = {"date", "months_before_quarter_end"}
        needed = {
            "account_type": {"is"},
            "revenue_outlier": {"times_second"},
            "won_after": dated,
            "won_before": dated,
            "revenue_below": {"monthly"},
            "where": {"sql"},
        }[self.rule]
        given = {
            name
            for name, value in {
                "is": self.is_,
                "times_second": self.times_second,
                "date": self.date,
                "months_before_quarter_end": self.months_before_quarter_end,
                "monthly": self.monthly,
                "sql": self.sql,
            }.items()
            if value not in (None, ())
        }
        if given - needed:
            raise ValueError(f"rule {self.rule} does not take {listed(sorted(given - needed))}")
        if len(given) != 1:
            raise ValueError(f"rule {self.rule} needs one of: {listed(sorted(needed))}")
        return self


class CustomerList(Section):
    """Who counts as a customer. The rules apply in order; the first that fits is the reason."""

    exclude: tuple[Rule, ...] = ()


class ScoreLine(Section):
    """One cost, bonus or penalty of the quality score; exactly one source of its value.

    * ``cost_kind``: the costs booked under that kind in the trailing twelve months, or over the
      whole history with ``window: history``.
    * ``count``: tickets or agent touches in the trailing twelve months, times ``amount``.
    * ``growth: magnitude``: revenue of the past twelve months minus that of the twelve months
      before (subscription: twelve times the change in MRR), times ``weight``.
      ``growth: rate``: the same change relative to the earlier value, times ``amount``.
    * ``where``: ``amount`` for every customer that meets the SQL condition.
    * ``column``: a numeric column of ``accounts``, times ``weight``.
    """

    label: str = ""
    cost_kind: str | None = None
    count: Literal["tickets", "agent_touches"] | None = None
    growth: Literal["rate", "magnitude"] | None = None
    where: str | None = None
    column: Name | None = None
    amount: float | None = None
    weight: float = 1.0
    window: Literal["year", "history"] = "year"
    spread_months: int | None = Field(None, ge=1)
    at_least: float | None = None
    at_most: float | None = None
    missing: Literal["average", "zero"] = "average"

    @model_validator(mode="after")
    def _one_source(self) -> "ScoreLine":
        sources = ("cost_kind", "count", "growth", "where", "column")
        given = [name for name in sources if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of: {listed(sources)}")
        if (self.count or self.where or self.growth == "rate") and self.amount is None:
            raise ValueError(f"`{given[0]}` needs `amount`")
        return self


class QualityScore(Section):
    """Base − costs + bonuses − penalties, in currency per year."""

    base: Literal["acv", "revenue_12m"] | None = None
    costs: dict[Name, ScoreLine] = Field(default_factory=dict)
    bonuses: dict[Name, ScoreLine] = Field(default_factory=dict)
    penalties: dict[Name, ScoreLine] = Field(default_factory=dict)
    bands: tuple[Share, Share] = (0.2, 0.8)

    @model_validator(mode="after")
    def _ordered_and_distinct(self) -> "QualityScore":
        if not self.bands[0] < self.bands[1]:
            raise ValueError("bands must rise, such as [0.2, 0.8]")
        names = [*self.costs, *self.bonuses, *self.penalties]
        reserved = {"account_id", "base", "quality_score", "rank", "band", "status", "name"}
        clash = [name for name in names if names.count(name) > 1 or name in reserved]
        if clash:
            raise ValueError(f"score lines need names of their own: {listed(sorted(set(clash)))}")
        return self

    @property
    def lines(self) -> dict[str, tuple[int, ScoreLine]]:
        """Every line with its sign: −1 for costs and penalties, +1 for bonuses."""
        return {
            **{name: (-1, line) for name, line in self.costs.items()},
            **{name: (+1, line) for name, line in self.bonuses.items()},
            **{name: (-1, line) for name, line in self.penalties.items()},
        }


# ── 3 data collection ────────────────────────────────────────────────────────────────────────────
class Attribute(Section):
    """A column of ``accounts`` that may define segments."""

    label: str = ""
    type: Literal["category", "number", "boolean"] = "category"
    bands: tuple[float, ...] | int | None = None
    order: tuple[str, ...] = ()
    external: bool = False
    shares: tuple[str, ...] = ()
    missing: Literal["unknown", "level"] = "unknown"
    search: bool = True
    unit: str = ""

    @model_validator(mode="after")
    def _bands(self) -> "Attribute":
        if self.bands is not None and self.type != "number":
            raise ValueError("bands go with `type: number`")
        if self.type == "number" and self.bands is None:
            raise ValueError("a number needs `bands`: cut-points, or a number of quantiles")
        if isinstance(self.bands, int) and not 2 <= self.bands <= 10:
            raise ValueError("2 to 10 quantile bands are possible")
        if isinstance(self.bands, tuple) and list(self.bands) != sorted(set(self.bands)):
            raise ValueError("cut-points must rise, such as [50, 200, 1000]")
        if self.order and self.type != "category":
            raise ValueError("order goes with `type: category`")
        return self


# ── 4 segment analysis ───────────────────────────────────────────────────────────────────────────
class Hypothesis(Section):
    """A statement that was fixed before looking at data.

    With ``where`` it is about the customers that meet the SQL condition (banded attributes under
    their names, raw numbers as ``<name>_raw``); without, about the relation of each of its
    ``variables`` to the outcome. ``direction`` is what the statement expects of these customers'
    outcome; left out, *higher* for a condition and the quality score, else *different*.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    statement: str
    variables: tuple[str, ...] = Field(min_length=1)
    where: str | None = None
    outcome: Name = "quality_score"
    direction: Literal["higher", "lower", "different"] | None = None
    source: str = ""
    owner: str = ""
    declared_on: dt.date | None = None


class Lifecycle(Section):
    """Cut-points of a customer's life, in days since it was won.

    ``trial`` is a SQL condition over the customer frame; ``onboarding`` the days that a new
    customer is led in. Without them a study knows no such stage.
    """

    trial: str | None = None
    onboarding: int | None = Field(None, ge=1)
    first90: int = Field(90, ge=1)
    first_year: int = Field(365, ge=2)
    renewal_window: int = Field(90, ge=1)


class Metrics(Section):
    """Constants that metrics need and no export holds.

    ``discount_rate`` (per year) is for the discounted lifetime value. ``revenue_bands`` is how many
    bands of customers of like revenue are compared in what they cost to serve, ``min_peers`` the
    fewest customers of such a band, and ``peer_deviation`` how many robust standard deviations from
    its peers count as far.
    """

    gross_margin: Share | None = None
    discount_rate: float | None = Field(None, gt=0, lt=1)
    revenue_bands: int = Field(5, ge=1, le=20)
    min_peers: int = Field(20, ge=5)
    peer_deviation: float = Field(2.5, gt=0)
    interval_min_customers: int = Field(10, ge=2)
    resamples: int = Field(1000, ge=100)


# ── 5 prioritization ─────────────────────────────────────────────────────────────────────────────
class Priorities(Section):
    """Weights of the three criteria; they need not add up to one."""

    value: float = Field(0.5, ge=0)
    targetability: float = Field(0.3, ge=0)
    size: float = Field(0.2, ge=0)
    representatives: int = Field(5, ge=1, le=20)

    @model_validator(mode="after")
    def _some_weight(self) -> "Priorities":
        if self.value + self.targetability + self.size <= 0:
            raise ValueError("at least one weight must be above 0")
        return self


class Play(Section):
    """A recommendation: ``when`` is SQL over a segment's metrics (``nps``, ``rest_nps``, …)."""

    when: str = "true"
    action: str
    owner: str = ""
    metric: Name | None = None
    target: Literal["rest", "keep"] | float | None = None


# ── report ───────────────────────────────────────────────────────────────────────────────────────
class Report(Section):
    """What readers may see.

    ``personal_data_in_document`` lets tables with contact names, comments and the like stand in
    the supporting analysis. Presentation and index never hold them.
    """

    personal_data_in_document: bool = False


class Study(Section):
    """A whole study file, with the place it came from."""

    study: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    title: str
    synthetic: bool = False
    business_model: Literal["subscription", "transactional"]
    currency: str = Field("EUR", pattern=r"^[A-Z]{3}$")
    timezone: str = "UTC"
    fiscal_year_starts: int = Field(1, ge=1, le=12)
    default_quarter: str | None = None
    engine: EngineURL = "duckdb"
    data: str = "."
    seed: int = Field(0, ge=0)
    max_rejected_share: Share = 0.05
    min_group_size: int = Field(5, ge=1)

    charter: Charter = Charter()
    scope: Scope = Scope()
    work_plan: tuple[Task, ...] = ()
    change_log: tuple[Change, ...] = ()
    sources: dict[str, Source]
    customer_list: CustomerList = CustomerList()
    quality_score: QualityScore = QualityScore()
    attributes: dict[Name, Attribute] = Field(default_factory=dict)
    hypotheses: tuple[Hypothesis, ...] = ()
    lifecycle: Lifecycle = Lifecycle()
    health: Health = Health()
    service: Service = Service()
    metrics: Metrics = Metrics()
    priorities: Priorities = Priorities()
    playbook: tuple[Play, ...] = ()
    report: Report = Report()

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
        return sources

    @model_validator(mode="after")
    def _complete(self) -> "Study":
        needed = {"subscription": "contracts", "transactional": "orders"}[self.business_model]
        missing = [name for name in ("accounts", needed) if name not in self.sources]
        if missing:
            raise ValueError(f"a {self.business_model} study needs sources.{listed(missing)}")
        _check_references(self)
        return self

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

    def label(self, attribute: str) -> str:
        """What an attribute is called in front of people."""
        entry = self.attributes.get(attribute)
        return entry.label if entry and entry.label else attribute.replace("_", " ").capitalize()


def _check_references(study: Study) -> None:
    """Names used in one section must exist in another."""
    ids = [hypothesis.id for hypothesis in study.hypotheses]
    repeated = sorted({name for name in ids if ids.count(name) > 1})
    if repeated:
        raise ValueError(f"hypotheses share an id: {listed(repeated)}")
    if len(ids) > study.scope.max_hypotheses:
        raise ValueError(
            f"{len(ids)} hypotheses, but scope.max_hypotheses allows {study.scope.max_hypotheses}"
        )
    lines = {"base", *study.quality_score.lines}
    for name, attribute in study.attributes.items():
        unknown = [line for line in attribute.shares if line not in lines]
        if unknown:
            raise ValueError(
                f"attributes.{name}.shares names {listed(unknown)}; "
                f"lines of the score: {listed(sorted(lines))}"
            )
    used = {f"scope.pairs[{i}]": pair for i, pair in enumerate(study.scope.pairs)}
    used["scope.strata"] = (study.scope.strata,) if study.scope.strata else ()
    used |= {f"hypotheses[{i}].variables": h.variables for i, h in enumerate(study.hypotheses)}
    for place, names in used.items():
        unknown = [name for name in names if name not in study.attributes]
        if unknown:
            raise ValueError(
                f"{place} names {listed(unknown)}, which attributes does not list; "
                f"attributes: {listed(study.attributes, most=30)}"
            )
