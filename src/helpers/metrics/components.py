"""What the value of any group of customers is made of."""

from dataclasses import asdict, dataclass, field, replace

import pandas as pd

from helpers.metrics.catalog import ACTIVATION, METRICS, Metric, metric
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
    definitions : metrics whose names depend on the data (one per feature, per complexity), and
        those of the catalog that were computed in a way of their own; by name.
    unnamed : features without a metric of their own (`usage.leading_features`).
    """

    table: pd.DataFrame
    observations: pd.DataFrame
    definitions: dict[str, Metric] = field(default_factory=dict)
    unnamed: int = 0

    @property
    def metrics(self) -> list[str]:
        """All metrics: the catalog's, then those whose names depend on the data."""
        return list(dict.fromkeys([*METRICS, *self.definitions]))

    @property
    def ratios(self) -> list[str]:
        """Metrics that have a numerator and a denominator, in the catalog's order."""
        return [
            name.removesuffix("__numerator")
            for name in self.table.columns
            if name.endswith("__numerator")
        ]

    @property
    def entry_months(self) -> pd.Series:
        """Tenure of each customer when records began; 0 where all of it was observed."""
        if "entry_months" in self.table:
            return self.table["entry_months"]
        return pd.Series(0.0, index=self.table.index)

    @property
    def features(self) -> dict[str, str]:
        """Feature name by metric name."""
        return {
            name: entry.of
            for name, entry in self.definitions.items()
            if name.startswith(ACTIVATION)
        }

    def definition(self, name: str) -> Metric:
        """What a metric means here; StudyError for unknown names."""
        return self.definitions.get(name) or metric(name)

    def numerator(self, name: str) -> pd.Series:
        """What each customer adds to a metric's numerator."""
        return self.table[f"{name}__numerator"]

    def denominator(self, name: str) -> pd.Series:
        """What each customer adds to a metric's denominator."""
        return self.table[f"{name}__denominator"]

    def without(self, beginnings: tuple[str, ...]) -> "Components":
        """The components without the metrics whose names begin so: not collected, never 0."""
        if not beginnings:
            return self
        gone = [name for name in self.table.columns if name.startswith(beginnings)]
        named = self.observations["metric"].astype(str).str.startswith(beginnings)
        return replace(
            self, table=self.table.drop(columns=gone), observations=self.observations[~named]
        )

    def named(self, accounts: pd.Series) -> "Components":
        """The components with account_ids for their places in ``accounts``, from 0."""
        table, observations = (
            frame.assign(account_id=accounts.array.take(frame["account_id"].to_numpy("int64")))
            for frame in (self.table, self.observations)
        )
        return replace(self, table=table, observations=observations)

    def keep(self, ws: Workspace) -> "Components":
        """Leave the components for the notebooks that follow."""
        ws.keep("components", self.table)
        ws.keep("observations", self.observations)
        ws.record("metric_definitions", [asdict(entry) for entry in self.definitions.values()])
        ws.record("features_unnamed", self.unnamed)
        return self

    @classmethod
    def kept(cls, ws: Workspace) -> "Components":
        """The components that an earlier notebook left."""
        lists = ("table", "parts")  # tuples, which JSON does not have
        entries = [
            Metric(**entry | {name: tuple(entry[name]) for name in lists})
            for entry in ws.recorded("metric_definitions", [])
        ]
        definitions = {entry.name: entry for entry in entries}
        unnamed = ws.recorded("features_unnamed", 0)
        return cls(ws.kept("components"), ws.kept("observations"), definitions, unnamed)
