"""What people do in a study: agree on the score, look things up, interview customers."""

import datetime as dt
from typing import Literal

from pydantic import Field, model_validator

from helpers.study.customers import QualityScore
from helpers.study.section import Name, Section, Share


class SignOff(Section):
    """Somebody agreed with a formula of the score; ``formula`` is its hash, as a run prints it."""

    who: str = Field(min_length=1)
    date: dt.date
    formula: str = Field(pattern=r"^[0-9a-f]{8,64}$")


class Agreement(Section):
    """How people come to agree with the quality score.

    ``customers`` are drawn for a review, each stakeholder asked for bands or ranks (``ask``).
    ``sign_off`` records who agreed with which formula. For the sensitivity of the ranking every
    amount (or weight, where a line has no amount) and every number of an exclusion rule is varied
    by the share ``vary``, or within ``ranges``: the smallest and largest value by line, and by
    ``exclude[0]`` and so on for the rules in their order. ``draws`` vary all of them together.
    ``proposal`` is a second formula that is shown beside the adopted one, and changes nothing.
    """

    customers: int = Field(30, ge=5, le=500)
    ask: Literal["bands", "ranks"] = "bands"
    sign_off: tuple[SignOff, ...] = ()
    vary: float = Field(0.25, gt=0, lt=1)
    ranges: dict[str, tuple[float, float]] = Field(default_factory=dict)
    draws: int = Field(200, ge=20, le=10_000)
    proposal: QualityScore | None = None

    @model_validator(mode="after")
    def _rising(self) -> "Agreement":
        for name, (low, high) in self.ranges.items():
            if low > high:
                raise ValueError(f"ranges.{name} must rise, such as [30, 60]")
        return self


class Lookup(Section):
    """A field that people look up: how, in which unit, and which answers there are."""

    label: str = ""
    type: Literal["text", "number", "choice", "yes_no"] = "text"
    instructions: str = ""
    unit: str = ""
    options: tuple[str, ...] = ()
    example: str = ""
    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _options_of_a_choice(self) -> "Lookup":
        if (self.type == "choice") != bool(self.options):
            raise ValueError("`options` go with `type: choice`, and a choice needs them")
        return self


class Research(Section):
    """Attributes that are collected by hand.

    ``twice`` is the share of customers that a second collector looks up as well. The two agree well
    enough to use a field where κ or the intraclass correlation reaches ``usable``; below ``weak``
    the field is kept out of hypotheses and search. Fewer than ``least_pairs`` pairs judge nothing.
    ``begins`` and ``ends`` are the planned days, against which progress is held.
    """

    collectors: tuple[str, ...] = ()
    fields: dict[Name, Lookup] = Field(default_factory=dict)
    twice: Share = 0.2
    usable: float = Field(0.8, gt=0, le=1)
    weak: float = Field(0.6, ge=0, le=1)
    least_pairs: int = Field(10, ge=3)
    begins: dt.date | None = None
    ends: dt.date | None = None

    @model_validator(mode="after")
    def _ordered(self) -> "Research":
        if self.weak > self.usable:
            raise ValueError("`weak` cannot be above `usable`")
        if self.begins and self.ends and self.begins > self.ends:
            raise ValueError("`begins` is after `ends`")
        if len(set(self.collectors)) < len(self.collectors):
            raise ValueError("two collectors share a name")
        return self


class Dimension(Section):
    """One dimension of an appropriate experience: the question in plain words, and the answers.

    ``follow_ups`` are asked where the first answer says little.
    """

    label: str = ""
    question: str = ""
    follow_ups: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


class Touch(Section):
    """One touch of the service that a group of needs gets.

    ``outcome`` and ``profile`` say which group: a required outcome, and the number of an experience
    profile; left out, all of them.
    """

    touch: str = Field(min_length=1)
    outcome: str = ""
    profile: int | None = Field(None, ge=1)
    moment: str = ""
    channel: str = ""
    owner: str = ""


class Trial(Section):
    """A test of a service design: who gets it, and what would count as success.

    ``metric`` is a column of the data file ``account_metrics`` of which a customer has 0 or 1 (such
    as ``logo_churn_rate``); its share is expected to go from ``baseline`` to ``target``. Half of
    the group gets the service from ``starts`` on, by lot; the first quarter that ends after that
    day reads it.
    """

    outcome: str = ""
    profile: int | None = Field(None, ge=1)
    metric: str = Field(min_length=1)
    baseline: float = Field(gt=0, lt=1)
    target: float = Field(gt=0, lt=1)
    starts: dt.date | None = None

    @model_validator(mode="after")
    def _differs(self) -> "Trial":
        if self.baseline == self.target:
            raise ValueError("`target` must differ from `baseline`")
        return self


class Interviews(Section):
    """Interviews about what customers need.

    ``customers`` are drawn: best ones, look-alikes and contrasts. ``outcomes`` are the answers to
    the question for the required outcome. Experience profiles are looked for among at least
    ``least`` interviews, with at most ``most_profiles``, and kept where the groups of redrawn
    interviews agree with them by an adjusted Rand index of ``stable`` or more. ``a_priori`` is the
    attribute by which the company segments its customers today; needs and value stand beside it.
    """

    customers: int = Field(30, ge=3, le=1000)
    outcomes: tuple[str, ...] = ()
    dimensions: dict[Name, Dimension] = Field(default_factory=dict)
    least: int = Field(25, ge=10)
    most_profiles: int = Field(4, ge=2, le=8)
    stable: float = Field(0.6, ge=0, le=1)
    a_priori: Name | None = None
    touches: tuple[Touch, ...] = ()
    trials: tuple[Trial, ...] = ()


class Fix(Section):
    """Something that was mended on a day; ``reason`` is the reason for a score that it is about."""

    name: str = Field(min_length=1)
    date: dt.date
    reason: str = ""


class Voice(Section):
    """What customers said, and what was done about it."""

    fixes: tuple[Fix, ...] = ()
