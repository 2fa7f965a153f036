"""Numerators and denominators of metrics, gathered from tables reduced to one row per account."""

import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from helpers.lookup import places


class Collected:
    """Reduced tables, aligned with the customers; a table that is absent was not collected."""

    def __init__(self, accounts: pd.Series) -> None:
        self.accounts = accounts
        self.tables: dict[str, pd.DataFrame] = {}

    def add(self, name: str, table: pd.DataFrame) -> None:
        self.tables[name] = aligned(table, self.accounts)

    def __contains__(self, name: str) -> bool:
        return name in self.tables

    def amounts(self, table: str, column: str) -> np.ndarray:
        """One column per customer; 0 for customers without rows in a table that was collected."""
        return self.tables[table][column].fillna(0).to_numpy(float)

    def flags(self, table: str, column: str) -> np.ndarray:
        return self.tables[table][column].eq(True).fillna(False).to_numpy(bool)

    def dates(self, table: str, column: str) -> pd.Series | None:
        return self.tables[table][column] if table in self.tables else None


class Pairs:
    """Numerator and denominator of each metric, collected one after the other."""

    def __init__(self, customers: int) -> None:
        self.ones = np.ones(customers)
        self.pairs: dict[str, tuple[str, str]] = {}
        self.columns: dict[str, np.ndarray] = {}

    def add(
        self,
        name: str,
        numerator: np.ndarray,
        denominator: np.ndarray,
        *,
        everywhere: bool = False,
    ) -> None:
        """One metric. Numerators of customers with denominator 0 count only ``everywhere``."""
        names = (f"{name}__numerator", f"{name}__denominator")
        denominator, numerator = np.asarray(denominator, float), np.asarray(numerator, float)
        if not everywhere:
            numerator = np.where(denominator > 0, numerator, 0.0)
        self.pairs[name] = names
        self.columns |= dict(zip(names, (numerator, denominator), strict=True))


def aligned(table: pd.DataFrame, accounts: pd.Series) -> pd.DataFrame:
    """One row per account, in their order, by account_id; blank where the table has none."""
    rows = table.drop(columns="account_id").reset_index(drop=True)
    return rows.reindex(places(accounts, table["account_id"])).set_axis(accounts, axis=0)


def level_names(beginning: str, levels: Iterable[str]) -> dict[str, str]:
    """Metric name of each level, in lower-case letters, digits and underscores.

    Levels that would share a name are told apart by a number, in alphabetical order.

    >>> level_names("complexity_", ["high", "High", "n/a"])
    {'High': 'complexity_high', 'high': 'complexity_high_2', 'n/a': 'complexity_n_a'}
    """
    names: dict[str, str] = {}
    for level in sorted(levels):
        slug = re.sub(r"[\W_]+", "_", level.lower()).strip("_") or "other"
        name, number = beginning + slug, 2
        while name in names.values():
            name, number = f"{beginning}{slug}_{number}", number + 1
        names[level] = name
    return names
