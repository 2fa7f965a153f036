"""Attributes, stages of life, and constants that metrics need."""

from typing import Literal

from pydantic import Field, model_validator

from helpers.study.section import Name, Section, Share, all_at_once


class Attribute(Section):
    """A column of ``accounts`` that may define segments.

    A ``boolean`` is true and false, yes and no or 1 and 0, also in other languages (Ja, WAHR, oui,
    да, 是); what is none of these is rejected, counted and told.
    """

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
    def _fitting(self) -> "Attribute":
        wrong = []
        if self.bands is not None and self.type != "number":
            wrong.append("bands go with `type: number`")
        if self.type == "number" and self.bands is None:
            wrong.append("a number needs `bands`: cut-points, or a number of quantiles")
        if isinstance(self.bands, int) and not 2 <= self.bands <= 10:
            wrong.append("2 to 10 quantile bands are possible")
        if isinstance(self.bands, tuple) and list(self.bands) != sorted(set(self.bands)):
            wrong.append("cut-points must rise, such as [50, 200, 1000]")
        if self.order and self.type != "category":
            wrong.append("order goes with `type: category`")
        return all_at_once(self, wrong)


class Lifecycle(Section):
    """Cut-points of a customer's life, in days since it was won.

    ``trial`` is a SQL condition over the customer frame; ``onboarding`` the days that a new
    customer is led in. Without them a study knows no such stage.
    """

    trial: str | None = None
    onboarding: int | None = Field(None, ge=1, le=36_500)
    first90: int = Field(90, ge=1, le=36_500)
    first_year: int = Field(365, ge=2, le=36_500)
    renewal_window: int = Field(90, ge=1, le=36_500)


class Metrics(Section):
    """Constants that metrics need and no export holds.

    ``discount_rate`` (per year) is for the discounted lifetime value. ``revenue_bands`` is how many
    bands of customers of like revenue are compared in what they cost to serve, ``min_peers`` the
    fewest customers of such a band, and ``peer_deviation`` how many robust standard deviations from
    its peers count as far. ``churn_by`` names attributes, such as the plan, by which monthly churn
    is told beside tenure. ``features`` is how many features of the product have a metric each:
    those that most customers use; all of them count in how much is used.
    """

    gross_margin: Share | None = None
    discount_rate: float | None = Field(None, gt=0, lt=1)
    revenue_bands: int = Field(5, ge=1, le=20)
    min_peers: int = Field(20, ge=5)
    peer_deviation: float = Field(2.5, gt=0)
    interval_min_customers: int = Field(10, ge=2)
    resamples: int = Field(1000, ge=100, le=1_000_000)
    churn_by: tuple[Name, ...] = ()
    features: int = Field(60, ge=1, le=500)
