"""The section ``books`` of a study file: who looks after customers, and how many of them."""

from pydantic import Field, model_validator

from helpers.study.section import Name, Section


class Capacity(Section):
    """Most that one manager can look after: customers, and what they pay a year."""

    accounts: int | None = Field(None, ge=1)
    arr: float | None = Field(None, gt=0)


class PlanWeights(Section):
    """What a plan is judged by; they need not add up to one, and 0 leaves a part out.

    ``balance``: books of equal revenue and count, by capacity. ``segments``: few different segments
    per book. ``handovers``: few customers that change their manager.
    """

    balance: float = Field(0.5, ge=0)
    segments: float = Field(0.2, ge=0)
    handovers: float = Field(0.3, ge=0)

    @model_validator(mode="after")
    def _some_weight(self) -> "PlanWeights":
        if self.balance + self.segments + self.handovers <= 0:
            raise ValueError("at least one weight must be above 0")
        return self


class Books(Section):
    """Books of business: ``managers`` by name, spelled as accounts.owner spells them.

    ``accounts`` and ``arr`` are the most that a manager can hold who says nothing else. ``alike``
    is the tag (a column of the data file ``tags``) whose values are kept together. ``cuts`` are
    other shapes of a book to set beside: how many managers each would take; else a million in 10, 5
    or 2 customers, or ten times as much, and so on, where a customer pays more than half of that.

    ``books: {accounts: 40, managers: {Ana Ruiz: {}, Ben Okoye: {accounts: 20, arr: 900000}}}``.
    """

    managers: dict[str, Capacity] = Field(min_length=1, max_length=500)
    accounts: int = Field(50, ge=1)
    arr: float | None = Field(None, gt=0)
    alike: Name = "segment"
    weights: PlanWeights = PlanWeights()
    cuts: dict[str, Capacity] | None = None

    @model_validator(mode="after")
    def _cuts_hold_something(self) -> "Books":
        for name, cut in (self.cuts or {}).items():
            if cut.accounts is None:
                raise ValueError(f"cuts.{name} needs `accounts`, the customers of one book")
        return self

    def most_accounts(self, manager: str) -> int:
        """Most customers of one manager."""
        return self.managers[manager].accounts or self.accounts

    def most_arr(self, manager: str) -> float:
        """Most revenue of one manager (currency per year); infinite = no limit."""
        most = self.managers[manager].arr or self.arr
        return float("inf") if most is None else most
