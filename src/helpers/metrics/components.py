"""What the value of any group of customers is made of."""

from dataclasses import dataclass, field

import pandas as pd

from helpers.workspace import Workspace


@dataclass(frozen=True)
class Components:
    """What the value of any group of customers is made of.

    Attributes
    ----------
    table : one row per customer, sorted by account_id: account_id, tenure_months, left, and for
        every metric that can be computed ``<metric>__numerator`` and ``<metric>__denominator``
        (denominator 0 = the customer has no data for it).
    observations : account_id, metric, value, and in how many tickets it was observed; one row per
        distinct value, for the medians.
    features : feature name by metric name.
    """

    table: pd.DataFrame
    observations: pd.DataFrame
    features: dict[str, str] = field(default_factory=dict)

    @property
    def ratios(self) -> list[str]:
        """Metrics that have a numerator and a denominator, in the catalog's order."""
        return [
            name.removesuffix("__numerator")
            for name in self.table.columns
            if name.endswith("__numerator")
        ]

    def numerator(self, name: str) -> pd.Series:
        """What each customer adds to a metric's numerator."""
        return self.table[f"{name}__numerator"]

    def denominator(self, name: str) -> pd.Series:
        """What each customer adds to a metric's denominator."""
        return self.table[f"{name}__denominator"]

    def keep(self, ws: Workspace) -> "Components":
        """Leave the components for the notebooks that follow."""
        ws.keep("components", self.table)
        ws.keep("observations", self.observations)
        ws.record("features", self.features)
        return self

    @classmethod
    def kept(cls, ws: Workspace) -> "Components":
        """The components that an earlier notebook left."""
        return cls(ws.kept("components"), ws.kept("observations"), ws.recorded("features", {}))
