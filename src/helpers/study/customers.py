"""Who counts as a customer, and what makes a good one."""

import datetime as dt
import re
from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from helpers.errors import listed
from helpers.study.section import Name, Section, Share


class Rule(Section):
    """One exclusion rule; which other keys it needs depends on ``rule``."""

    rule: Literal[
        "account_type", "revenue_outlier", "won_after", "won_before", "revenue_below", "where"
    ]
    is_: tuple[str, ...] = Field((), alias="is")
    times_second: float | None = Field(None, gt=1)
    date: dt.date | None = None
    months_before_quarter_end: int | None = Field(None, ge=0, le=1200)
    monthly: float | None = Field(None, ge=0)
    sql: str | None = None
    reason: str | None = None

    @property
    def condition(self) -> str:
        """The ``sql`` of a rule `where`."""
        assert self.sql is not None
        return self.sql

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
    spread_months: int | None = Field(None, ge=1, le=1200)
    at_least: float | None = None
    at_most: float | None = None
    missing: Literal["average", "zero"] = "average"

    @model_validator(mode="after")
    def _one_source(self) -> "ScoreLine":
        sources = ("cost_kind", "count", "growth", "where", "column")
        given = [name for name in sources if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of: {listed(sources)}")
        each = self.count is not None or self.where is not None or self.growth == "rate"
        if each and self.amount is None:
            raise ValueError(f"`{given[0]}` needs `amount`")
        return self

    @property
    def of_each(self) -> float:
        """The ``amount`` of a line that needs one."""
        assert self.amount is not None  # a line with `count` or `where` has an `amount`
        return self.amount


# What a customer that left brought, or what it brings: the base of former customers.
OfFormer: TypeAlias = Literal["last_contract", "pays_now"]
LAST_CONTRACT: OfFormer = "last_contract"
PAYS_NOW: OfFormer = "pays_now"
# A condition that reads one of these asks whether a customer has left.
_LEFT = re.compile(r"\b(churned_on|left_on)\b", re.IGNORECASE)
_STATUS = re.compile(
    r"\bstatus\b\"?\s*(?:(?:=|IN\s*\()\s*'former'|(?:<>|!=)\s*'current')", re.IGNORECASE
)


class QualityScore(Section):
    """Base − costs + bonuses − penalties, in currency per year.

    ``former`` says what the base of a former customer counts: ``last_contract`` (its last contract,
    or with ``base: revenue_12m`` what it still brought in the trailing year) or ``pays_now``
    (nothing). Left out, it is the last contract only where a penalty for leaving stands against it
    (`leaving_penalties`): without one, who left would be worth as much as who stays.
    """

    base: Literal["acv", "revenue_12m"] | None = None
    former: OfFormer | None = None
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

    def label(self, line: str) -> str:
        """What a line, or the base, is called in front of people."""
        entry = self.lines[line][1] if line in self.lines else None
        return entry.label if entry and entry.label else line.replace("_", " ").capitalize()

    @property
    def leaving_penalties(self) -> tuple[str, ...]:
        """Names of the penalties whose condition asks whether a customer has left."""
        return tuple(
            name
            for name, line in self.penalties.items()
            if line.where and (_STATUS.search(line.where) or _LEFT.search(_unquoted(line.where)))
        )

    @property
    def base_of_former(self) -> OfFormer:
        """What the base of a former customer counts: as declared, else the safe choice."""
        return self.former or (LAST_CONTRACT if self.leaving_penalties else PAYS_NOW)

    @property
    def leaving_lines(self) -> tuple[str, ...]:
        """Lines that differ between who left and who stayed by the score's formula alone.

        The base (and growth, the change of the same revenue) where who left counts as paying
        nothing, and the penalties for leaving.
        """
        lost = self.base_of_former == PAYS_NOW
        growth = [name for name, (_, line) in self.lines.items() if line.growth]
        found = {*(("base", *growth) if lost else ()), *self.leaving_penalties}
        return tuple(name for name in ("base", *self.lines) if name in found)


def _unquoted(sql: str) -> str:
    """A condition without its texts, which may hold any word."""
    return re.sub(r"'(?:[^']|'')*'", "''", sql)
