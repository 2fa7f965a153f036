"""What the definition of a metric says."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from helpers.words.spoken import Told

# Numbers in, numbers out: one value, or an array of them, as what is given.
Function: TypeAlias = Callable[..., Any]

ACTIVATION = "feature_activation_"

Unit = Literal[
    "currency",
    "currency per month",
    "ratio",
    "%",
    "points",
    "hours",
    "months",
    "years",
    "days",
    "count",
    "per month",
    "per year",
]
Form = Literal[
    "sum",
    "ratio",
    "share",
    "median",
    "censored",
    "survival",
    "pooled",
    "concentration",
    "transformed",
    "derived",
]


@dataclass(frozen=True)
class Metric:
    """What a metric means and how a group's value comes about.

    Attributes
    ----------
    window : quarter, year (the trailing twelve months) or as of (the as-of date).
    higher_is_better : None where neither direction is good in itself.
    level : whether it exists per account, per segment or both.
    form : how the value of a group of customers is made from its customers:

        * sum: Σ numerator.
        * ratio: scale × Σ numerator ÷ Σ denominator (a mean where the denominator counts).
        * share: a ratio in which each customer is counted once and either is or is not.
        * median: of all observations of all customers of the group.
        * censored: Kaplan–Meier median of the observations of two other metrics (``parts``): times
          that ended, and times that have not ended yet.
        * survival: Kaplan–Meier median of the time as a customer.
        * pooled: ``function`` of one share (``parts``), drawn towards the company's.
        * concentration: ``function`` of the monthly revenue of its current customers.
        * transformed: a rising or falling function of one other metric (``parts``, ``function``).
        * derived: a function of several other metrics of the group.
    rows : the denominator counts raw rows (tickets, responses): it is the number of observations.
        Otherwise a customer is one observation.
    table : canonical tables that it needs, any one of them where several are named.
    clock : its hours run on the study's service clock.
    of : the level or feature that it is about, in the data's own words, where the name of the
        metric depends on the data.
    interval : how the interval of a sum or ratio comes about (`metrics.ratios`):

        * mean: bootstrap-t.
        * rows: a share of rows, each of which counts or does not.
        * amounts: a share of amounts, of which a customer may bring all or nothing.
        * retention: amounts of which a part may be lost and which may grow.
    floor : the least that a row or amount can count, where interval is rows or amounts; at most 1.
    note : what else the method of its intervals must say.
    """

    name: str
    if TYPE_CHECKING:  # a checker takes a descriptor for a default, which these have none of
        label: str
    else:
        label: Told = Told()
    unit: Unit
    window: Literal["quarter", "year", "as of"]
    higher_is_better: bool | None
    if TYPE_CHECKING:
        definition: str
    else:
        definition: Told = Told()
    form: Form
    level: Literal["account", "segment", "both"] = "both"
    scale: float = 1.0
    rows: bool = False
    table: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    function: Function | None = None
    clock: bool = False
    of: str = ""
    interval: Literal["mean", "rows", "amounts", "retention"] = "mean"
    floor: float = 0.0
    note: str = ""
