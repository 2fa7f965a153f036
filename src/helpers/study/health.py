"""The section ``health`` of a study file: what is measured, and where the groups are cut."""

from typing import Literal

from pydantic import Field, model_validator

from helpers.study.section import Name, Section, Share


class HealthInput(Section):
    """One measurement of health: a metric per account, and where it counts 0 and 100.

    Between ``poor`` and ``good`` the points rise evenly. Without them a customer is measured
    against the others: its points are the share of customers that do worse.
    """

    metric: Name
    weight: float = Field(1.0, gt=0)
    poor: float | None = None
    good: float | None = None

    @model_validator(mode="after")
    def _both_ends(self) -> "HealthInput":
        if (self.poor is None) != (self.good is None) or (
            self.poor is not None and self.poor == self.good
        ):
            raise ValueError("give both `poor` and `good`, two different numbers, or neither")
        return self


class HealthWeights(Section):
    """Weights of the three parts of health; they need not add up to one."""

    consumption: float = Field(1.0, gt=0)
    activation: float = Field(1.0, gt=0)
    outcomes: float = Field(1.0, gt=0)


class Health(Section):
    """What health is made of, and where the groups are cut (`helpers.metrics.health`).

    ``min_evidence`` is the share of the weights that must be known of a customer. ``cut`` divides
    health, ``value_cut`` the ``value`` (left out: its median among current customers).
    """

    consumption: tuple[HealthInput, ...] = (
        HealthInput(metric="usage_trend", poor=0.5, good=1.0),
        HealthInput(metric="active_days_per_month"),
    )
    activation: tuple[HealthInput, ...] = (HealthInput(metric="features_used_share"),)
    outcomes: tuple[HealthInput, ...] = (
        HealthInput(metric="nps", poor=-100.0, good=100.0),
        HealthInput(metric="csat", poor=0.0, good=100.0),
        HealthInput(metric="ticket_csat", poor=0.0, good=100.0),
        HealthInput(metric="tickets_per_customer_month"),
    )
    weights: HealthWeights = HealthWeights()
    min_evidence: Share = 0.5
    cut: float = Field(60.0, ge=0, le=100)
    value: Literal["revenue", "quality_score"] = "revenue"
    value_cut: float | None = None
