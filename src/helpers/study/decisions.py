"""Hypotheses, priorities, recommendations, and what may be shown to whom."""

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from helpers.study.section import Name, Section

# Outcomes as of the date that every study has, beside the columns of its customers.
OUTCOMES = ("left", "expanded", "nps", "csat")


class Hypothesis(Section):
    """A statement that was fixed before looking at data.

    With ``where`` it is about the customers that meet the SQL condition (banded attributes under
    their names, raw numbers as ``<name>_raw``); without, about the relation of each of its
    ``variables`` to the outcome. ``direction`` is what the statement expects of these customers'
    outcome; left out, *higher* for a condition and the quality score, else *different*. ``name`` is
    what slides and tables call these customers; left out, the condition in words.

    ``outcome`` is a column of the customers, or one that is measured as of the quarter's last day
    (`helpers.metrics.outcomes.measured_outcomes`):

    * ``left``: yes for those customers of the day before the twelve months that have left by their
      last day, no for those that have not; who was won later had less time, and is left out.
    * ``expanded``: yes where the MRR is above that of the day before the twelve months, of who had
      some then; no for who left.
    * ``nps``: 100 for a promoter, −100 for a detractor, the mean of an account's respondents.
    * ``csat``: the share of ratings 4 and 5 in the account's surveys of the quarter, in %.

    Where accounts have a column of that name, ``outcome_from`` says which is meant.
    """

    id: str = Field(pattern=r"^[A-Za-z0-9_.-]+$", max_length=120)
    statement: str
    name: str = Field("", max_length=80)
    variables: tuple[str, ...] = Field(min_length=1)
    where: str | None = None
    outcome: Name = "quality_score"
    outcome_from: Literal["measured", "accounts"] | None = None
    direction: Literal["higher", "lower", "different"] | None = None
    source: str = ""
    owner: str = ""
    declared_on: dt.date | None = None


class Weights(Section):
    """Weights of the three criteria; they need not add up to one."""

    value: float = Field(0.5, ge=0)
    targetability: float = Field(0.3, ge=0)
    size: float = Field(0.2, ge=0)

    @model_validator(mode="after")
    def _some_weight(self) -> "Weights":
        if self.value + self.targetability + self.size <= 0:
            raise ValueError("at least one weight must be above 0")
        return self

    @property
    def shares(self) -> tuple[float, float, float]:
        """The three weights as shares of 1."""
        total = sum((self.value, self.targetability, self.size))
        return self.value / total, self.targetability / total, self.size / total


class Priorities(Weights):
    """The study's weights; ``by`` gives the weights of stakeholders by name.

    ``found_by`` names the attributes that say where, and through which channel, a customer was
    found: how far a segment is concentrated there is part of its targetability. Those that the
    study has are looked at.
    """

    found_by: tuple[Name, ...] = (
        "region", "country", "territory", "acquisition_channel", "channel", "lead_source",
    )  # fmt: skip
    by: dict[str, Weights] = Field(default_factory=dict)
    representatives: int = Field(5, ge=1, le=20)


# What a message may say of the customer that it is written to.
FACTS = ("name", "owner", "renews_on", "by", "parting")


class Play(Section):
    """A recommendation for groups that are worked with.

    ``groups`` names them by identifier, ``*`` standing for any letters; *segments* are the
    segments that come first. ``when`` is SQL over a group's metrics (``nps``, ``rest_nps`` of all
    other customers, ``past_nps`` a quarter ago): it holds only where every comparison that it
    rests on is shown. ``otherwise: experiment`` recommends a trial where one is met and not shown.
    ``about`` says whom the step concerns: the group's customers, companies like them that are no
    customers (only where what defines them can be seen before a sale), or the company itself.
    ``by`` is a day, a number of days after the quarter, or each customer's renewal; whoever renews
    before the day has the renewal as the day. ``do`` may be called ``action``.

    ``message`` is what the step's customers are written, in the data file ``messages``: ``{name}``,
    ``{owner}``, ``{renews_on}`` and ``{by}`` stand for a customer's own, ``{parting}`` for a
    sentence on when a former customer left and why, as far as it is known. ``content_only`` is for
    what is asked of content customers alone, such as a reference: whose own answers, use or
    health say the opposite, or whose contract comes up, is not written to, and the list says why.
    ``expands`` is for what offers more: not now where a customer is at risk. Whoever is written to
    as a member of ``health-at-risk`` gets no other play's message.

    ``proof: experiment`` recommends a trial even where the difference is shown, for a practice that
    is to be carried over: a difference proves no cause. ``leading_nps`` in ``when`` is the value of
    the segment that comes first, ``{leading}`` in ``do`` its name, and ``{top_reason}`` the contact
    reason that the group has more often than others.
    """

    groups: tuple[str, ...] = Field(("segments",), min_length=1)
    when: str = "true"
    do: str
    owner: str = ""
    by: dt.date | Annotated[int, Field(ge=0, le=3650)] | Literal["renewal"] | None = None
    metric: Name | None = None
    target: Literal["rest", "keep", "leading"] | float | None = None
    check: str = ""
    message: str = Field("", max_length=4000)
    content_only: bool = False
    expands: bool = False
    about: Literal["customers", "prospects", "company"] = "customers"
    otherwise: Literal["experiment"] | None = None
    proof: Literal["difference", "experiment"] = "difference"

    @model_validator(mode="before")
    @classmethod
    def _one_name(cls, given: object) -> object:
        if not isinstance(given, dict) or "action" not in given:
            return given
        if "do" in given:
            raise ValueError("`action` is the older name of `do`: give one of the two")
        return {("do" if key == "action" else key): value for key, value in given.items()}

    @model_validator(mode="after")
    def _trial_has_a_metric(self) -> "Play":
        if (self.otherwise or self.proof == "experiment") and self.metric is None:
            raise ValueError("an experiment needs the `metric` that it is judged by")
        return self

    @field_validator("message")
    @classmethod
    def _known_facts(cls, message: str) -> str:
        unknown = sorted(set(re.findall(r"\{(.*?)\}", message)) - set(FACTS))
        if unknown:
            raise ValueError(
                f"`{{{unknown[0]}}}` is not known; expected some of {', '.join(FACTS)}"
            )
        return message

    @property
    def action(self) -> str:
        """What is to be done."""
        return self.do


class Sizes(Section):
    """Size tiers: ``from`` gives each tier's lowest value of ``by``, a column of the customers.

    ``sizes: {by: employees_raw, from: {SMB: 0, SME: 50, Enterprise: 1000}}``.
    """

    by: Name = "monthly_revenue"
    cuts: dict[str, float] = Field(alias="from", min_length=2)

    @field_validator("cuts")
    @classmethod
    def _rising(cls, cuts: dict[str, float]) -> dict[str, float]:
        """The tiers from the lowest on: the order of a mapping says nothing."""
        if len(set(cuts.values())) < len(cuts):
            raise ValueError("each tier begins at a value of its own: {SMB: 0, SME: 50, ...}")
        return dict(sorted(cuts.items(), key=lambda tier: tier[1]))


# Parts of a reason for leaving that say that there is nobody left to win back.
CEASED = (
    "merged", "merger", "acquired", "acquisition", "taken over", "takeover", "insolv", "bankrupt",
    "liquidat", "dissolved", "wound up", "out of business", "ceased", "closed down", "shut down",
    "business closed", "company closed", "or closed", "closure", "defunct", "fusion", "faillite",
    "konkurs", "quiebra", "aufgelöst", "geschäftsaufgabe", "übernommen", "破产", "倒闭", "被收购",
)  # fmt: skip


class WinBack(Section):
    """Whom to win back: former customers, by why they left.

    ``ceased`` holds parts of a reason (`accounts.churn_reason`, upper and lower case alike) that
    say that the company is closed or belongs to another: it is counted, and on no list.
    """

    ceased: tuple[str, ...] = CEASED

    def is_ceased(self, reason: str) -> bool:
        """Whether a reason for leaving says that there is nobody to win back.

        >>> [WinBack().is_ceased(one) for one in ("Merged or closed", "price", "Confusion")]
        [True, False, False]
        """
        return any(
            re.search(rf"(?<![a-z]){re.escape(part.casefold())}", reason.casefold())
            for part in self.ceased
        )


# Tags that are loaded back, and what tenure is called there; each may be renamed.
TAGS = (
    "account_id", "size", "tenure", "health_group", "need", "segment_name", "service_tier",
    "engagement_tier", "renewal_quarter",
)  # fmt: skip
TENURE = {
    "trial": "Trial", "onboarding": "Onboarding", "first_90_days": "First90",
    "first_year": "FirstYear", "veteran": "Veteran",
}  # fmt: skip


class Tags(Section):
    """What tags are called in the file that is loaded into CRM and helpdesk (``crm_tags``).

    ``columns`` gives a tag its column's name there, in the order of the file; left out, all of them
    under their own names. ``values`` gives values other names, by tag. ``also`` adds attributes.

    ``tags: {columns: {account_id: Account ID, tenure: Lifecycle}, also: [region, industry]}``.
    """

    columns: dict[str, str] = Field(default_factory=lambda: {name: name for name in TAGS})
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    also: tuple[Name, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> "Tags":
        unknown = sorted({*self.columns, *self.values} - {*TAGS, *self.also})
        if unknown:
            raise ValueError(f"there is no tag {unknown[0]}; expected some of {', '.join(TAGS)}")
        if "account_id" not in self.columns:
            raise ValueError("columns lack `account_id`: nothing could be loaded without it")
        if len(set(self.headings.values())) < len(self.headings):
            raise ValueError("two tags have the same name")
        return self

    @property
    def headings(self) -> dict[str, str]:
        """Each tag, and what it is called in the file."""
        return self.columns | {name: name for name in self.also if name not in self.columns}

    def named(self, tag: str) -> dict[str, str]:
        """What the values of a tag are called."""
        return (TENURE if tag == "tenure" else {}) | self.values.get(tag, {})


class Feedback(Section):
    """What a stakeholder said of an earlier report, and what was answered.

    ``{who: Head of sales, said_on: 2026-07-14, said: The first segment is no news, answer: It is
    now told beside the others, answered_on: 2026-07-20}``; without an answer it is open.
    """

    who: str = Field(min_length=1, max_length=200)
    said_on: dt.date
    said: str = Field(min_length=1, max_length=2000)
    answer: str = Field("", max_length=2000)
    answered_on: dt.date | None = None

    @model_validator(mode="after")
    def _answered_after(self) -> "Feedback":
        if self.answered_on and not self.answer:
            raise ValueError("`answered_on` goes with an `answer`")
        if self.answered_on and self.answered_on < self.said_on:
            raise ValueError("`answered_on` is before `said_on`")
        return self


class Report(Section):
    """What readers may see.

    ``personal_data_in_document`` lets tables with contact names, comments and the like stand in
    the supporting analysis. Presentation and index never hold them.

    ``template`` is the company's own presentation of PowerPoint (.pptx, beside the study file) that
    slides are made from. It has the layouts and placeholders of the one that the project brings.

    ``archive`` keeps the raw files that were read beside the report, compressed, with their hashes
    in the manifest.
    """

    personal_data_in_document: bool = False
    template: str = ""
    archive: bool = False


class CandidateList(Section):
    """A list of another team, as of the canonical table candidates.

    ``knew`` says whether the people who made it knew the customers' revenue: then a lift of the
    list shows what they knew. Left out, they did.
    """

    knew: bool = True
