"""What is shown of every comparison that the playbook makes.

A comparison with the rest has the p-value of the table of metrics and must carry its mark there;
every other one has the p-value that its intervals imply. All that the playbook asks of groups large
enough for statistics is one family, held to a false discovery rate (Benjamini and Hochberg 1995):
where nothing differs, that is the share of companies in which anything is recommended.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.families import false_discovery
from helpers.metrics.catalog import label_of
from helpers.metrics.profiles import SAME
from helpers.priority.conditions import (
    LEADING,
    NO,
    PAST,
    REST,
    YES,
    Comparison,
    Node,
    Plain,
    comparisons,
    read,
    stem_of,
)
from helpers.priority.groups import is_made_of
from helpers.segments.rules import evaluate_rules
from helpers.study import Study
from helpers.words import action as words
from helpers.words import say

OWN = ("customers", "lift", "priority_score", "rank", "value", "targetability", "size")


class Asked:
    """The groups' numbers, as conditions see them."""

    def __init__(
        self,
        study: Study,
        worked: pd.DataFrame,
        ranked: pd.DataFrame,
        group_metrics: pd.DataFrame,
        earlier: pd.DataFrame | None,
    ) -> None:
        self.study, self.worked = study, worked
        self._cells: dict[str, dict[tuple[str, str], object]] = {}
        self.metrics = group_metrics.set_index(["segment_id", "metric"])
        self.units = group_metrics.drop_duplicates("metric").set_index("metric")["unit"].to_dict()
        self.wide = pivot(worked, ranked, group_metrics, earlier=earlier)
        self.numbers = {name: self.wide[name].to_numpy() for name in self.wide}
        ids = worked["segment_id"]
        first = leading(ranked)
        self.low = _ends(ids, group_metrics, earlier, "low", first)
        self.high = _ends(ids, group_metrics, earlier, "high", first)
        self.names = set(self.low)

    def read(self, conditions: Mapping[str, str]) -> dict[str, Node]:
        """Conditions as trees, by their place in the study file."""
        # DuckDB's own message first: it names the column that does not exist.
        evaluate_rules(self.wide, conditions, place="{}")
        return {place: read(when, self.names, place=place) for place, when in conditions.items()}

    def evidence(self, nodes: Mapping[str, Node], chosen: Mapping[str, list[str]]) -> "Evidence":
        """What is shown of every comparison for every group that a play names."""
        ids = self.worked["segment_id"].to_numpy()
        large = self.worked["judged"].to_numpy(dtype=bool)
        p_values: dict[str, np.ndarray] = {}
        made: dict[str, np.ndarray] = {}
        asked: dict[str, np.ndarray] = {}
        for place, node in nodes.items():
            named = np.isin(ids, chosen[place])
            for one in comparisons(node):
                key = one.key
                if key not in p_values:
                    p_values[key] = self._p_values(one)
                    made[key] = self._made_of(one)
                asked[key] = asked.get(key, False) | named
        adjusted = {}
        for key, p_value in p_values.items():
            asked[key] = asked[key] & large & ~made[key] & np.isfinite(p_value)
            adjusted[key] = np.full(len(ids), np.nan)
        family = [(key, at) for key in p_values for at in np.flatnonzero(asked[key])]
        if family:
            found = false_discovery([p_values[key][at] for key, at in family])
            for (key, at), p in zip(family, found, strict=True):
                adjusted[key][at] = p
        return Evidence(self, adjusted, made, large)

    def _p_values(self, one: Comparison) -> np.ndarray:
        if not one.with_rest:
            return one.p_values(self.numbers, self.low, self.high)
        return self._of("p_value", one.with_rest)

    def marked(self, one: Comparison) -> np.ndarray:
        """Whether a comparison with the rest carries its mark in the table of metrics."""
        marks = self._of("better", one.with_rest)
        return np.array([isinstance(mark, str) and mark not in ("", SAME) for mark in marks])

    def _of(self, column: str, name: str) -> np.ndarray:
        if column not in self._cells:
            self._cells[column] = dict(zip(self.metrics.index, self.metrics[column], strict=True))
        known = self._cells[column]
        return np.array([known.get((group, name), np.nan) for group in self.worked["segment_id"]])

    def _made_of(self, one: Comparison) -> np.ndarray:
        """Of which groups the facts behind the comparison are what makes them."""
        names = {stem_of(name) for name in one.metrics}
        lines, found = self.metrics["shares_score_inputs"], []
        for group in self.worked.itertuples():
            shared = {name: lines.get((group.segment_id, name), "") for name in names}
            found.append(
                any(is_made_of(self.study, group.kind, name, shared[name]) for name in names)
            )
        return np.array(found, dtype=bool)


@dataclass(frozen=True)
class Evidence:
    """Adjusted p-values of every comparison, by its key, per group."""

    asked: Asked
    adjusted: dict[str, np.ndarray]
    made: dict[str, np.ndarray]
    large: np.ndarray

    def shown(self, one: Comparison | Plain) -> np.ndarray:
        """Whether a part of a condition holds and, where it compares metrics, is shown."""
        met = one.met(self.asked.numbers)
        if isinstance(one, Plain) or not one.metrics:
            return met
        with np.errstate(invalid="ignore"):
            proven = self.adjusted[one.key] <= self.asked.study.scope.alpha
        if one.with_rest:
            proven &= self.asked.marked(one)
        return np.where((met == YES) & proven, YES, NO)

    def could_be_tried(self, node: Node, at: int) -> bool:
        """Whether a trial could tell: no comparison rests on what makes the group."""
        return bool(self.large[at]) and not any(self.made[c.key][at] for c in comparisons(node))

    def why(self, node: Node, at: int) -> str:
        """Why a condition that the numbers meet, or leave open, carries no step."""
        named, values = list(comparisons(node)), self.asked.numbers
        blank = sorted({n for c in named for n in c.metrics if pd.isna(values[n][at])})
        made = sorted({n for c in named if self.made[c.key][at] for n in c.metrics})
        if blank:
            return say(words.BLANK, metrics=_named(blank))
        if not self.large[at]:
            return say(words.SMALL)
        if made:
            return say(words.INGREDIENT, metrics=_named(made))
        return say(words.NOT_SHOWN)


def _named(columns: list[str]) -> str:
    """The metrics behind columns of conditions (``rest_nps`` is NPS), as people call them."""
    return ", ".join(dict.fromkeys(label_of(stem_of(name)) for name in columns))


def pivot(
    worked: pd.DataFrame,
    ranked: pd.DataFrame,
    group_metrics: pd.DataFrame,
    *,
    earlier: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per group: its own columns, and every metric as the group, all other customers
    (``rest_``), a quarter ago (``past_``) and the segment that comes first (``leading_``) have it.
    """
    ids = worked["segment_id"]
    at = ranked.set_index("segment_id").reindex(ids)
    own = pd.DataFrame({"segment_id": ids.to_numpy()})
    for name in OWN:
        if name == "customers":
            own[name] = worked["customers"].to_numpy(dtype=float)
        elif name in at:
            own[name] = at[name].to_numpy(dtype=float)
    pieces = [own]
    for prefix, table, column in _shapes(group_metrics, earlier, "value", "rest_value"):
        wide = _wide(ids, group_metrics, table, column)
        # A metric may be called like a criterion (none is today): the criterion keeps the name.
        wide = wide[[name for name in wide if prefix or name not in own]]
        pieces.append(wide.add_prefix(prefix))
    pieces.append(
        _of_leading(_wide(ids, group_metrics, group_metrics, "value"), ids, leading(ranked))
    )
    return pd.concat(pieces, axis=1)


def leading(ranked: pd.DataFrame) -> str:
    """The segment that comes first; "" = there is none."""
    return str(ranked["segment_id"].iloc[0]) if len(ranked) else ""


def _of_leading(wide: pd.DataFrame, ids: pd.Series, first: str) -> pd.DataFrame:
    """What the segment that comes first has, beside every group but itself."""
    own = np.flatnonzero(ids.to_numpy() == first)
    held = np.full(wide.shape, np.nan)
    if len(own):
        held[:] = wide.to_numpy(float)[own[0]]
        held[own] = np.nan
    return pd.DataFrame(held, columns=wide.columns).add_prefix(LEADING)


def _shapes(
    now: pd.DataFrame, earlier: pd.DataFrame | None, own: str, rest: str
) -> list[tuple[str, pd.DataFrame, str]]:
    then = now.head(0) if earlier is None else earlier
    return [("", now, own), (REST, now, rest), (PAST, then, own)]


def _wide(ids: pd.Series, names: pd.DataFrame, table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Groups × metrics of one column of a table of metrics; blank where there is none."""
    every = sorted(set(names["metric"]))
    if column not in table:
        return pd.DataFrame(np.nan, index=range(len(ids)), columns=every)
    row = {name: at for at, name in enumerate(ids)}
    place = {name: at for at, name in enumerate(every)}
    # The last assignment stands: backwards, so that the first of repeated rows does.
    rows = np.array([row.get(name, -1) for name in table["segment_id"]], dtype=int)[::-1]
    columns = np.array([place.get(name, -1) for name in table["metric"]], dtype=int)[::-1]
    known = (rows >= 0) & (columns >= 0)
    cells = np.full((len(ids), len(every)), np.nan)
    values = table[column].to_numpy(dtype=float, na_value=np.nan)[::-1]
    cells[rows[known], columns[known]] = values[known]
    return pd.DataFrame(cells, columns=every)


def _ends(
    ids: pd.Series, now: pd.DataFrame, earlier: pd.DataFrame | None, end: str, first: str
) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for prefix, table, column in _shapes(now, earlier, end, f"rest_{end}"):
        wide = _wide(ids, now, table, column)
        found |= {f"{prefix}{name}": wide[name].to_numpy() for name in wide}
    wide = _of_leading(_wide(ids, now, now, end), ids, first)
    return found | {name: wide[name].to_numpy() for name in wide}
