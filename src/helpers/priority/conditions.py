"""What a play's condition rests on: its comparisons of metrics, and whether each is shown.

A condition is read as a tree of *and*, *or* and comparisons. A comparison of metrics, with the
rest, the past or a threshold, holds where its margin lies on the stated side and the difference is
shown; a comparison that names no metric holds by its numbers alone.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.errors import StudyError
from helpers.metrics.permutations import implied_p_values
from helpers.segments.rules import parsed

REST, PAST, LEADING = "rest_", "past_", "leading_"
# Kleene's logic in numbers: and = least, or = greatest.
NO, UNKNOWN, YES = 0.0, 0.5, 1.0
_OPPOSITE = {
    "COMPARE_LESSTHAN": "COMPARE_GREATERTHANOREQUALTO",
    "COMPARE_GREATERTHAN": "COMPARE_LESSTHANOREQUALTO",
    "COMPARE_EQUAL": "COMPARE_NOTEQUAL",
}
_OPPOSITE |= {other: one for one, other in _OPPOSITE.items()}
_HOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "COMPARE_LESSTHAN": np.less,
    "COMPARE_LESSTHANOREQUALTO": np.less_equal,
    "COMPARE_GREATERTHAN": np.greater,
    "COMPARE_GREATERTHANOREQUALTO": np.greater_equal,
    "COMPARE_EQUAL": np.equal,
    "COMPARE_NOTEQUAL": np.not_equal,
}
_ARITHMETIC: Mapping[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
}


@dataclass(frozen=True, eq=False)
class Comparison:
    """One comparison: ``kind`` of DuckDB, its two sides, and the metrics that it names."""

    kind: str
    left: dict
    right: dict
    metrics: tuple[str, ...]

    @property
    def key(self) -> str:
        """The same for comparisons that are the same."""
        return f"{self.kind} {_key(self.left)} {_key(self.right)}"

    @property
    def with_rest(self) -> str:
        """The metric that stands against the rest's own and nothing else; "" = it is another."""
        names = {_bare(self.left), _bare(self.right)}
        own = next((name for name in names if not name.startswith(REST)), "")
        return own if own and names == {own, REST + own} else ""

    def margin(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """How far each group lies on the stated side; above 0 = it does."""
        gap = _number(self.left, values) - _number(self.right, values)
        return -gap if "LESSTHAN" in self.kind else gap

    def met(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """Whether it holds by the numbers alone: `YES`, `NO` or `UNKNOWN` per group."""
        left, right = _number(self.left, values), _number(self.right, values)
        with np.errstate(invalid="ignore"):
            holds = np.broadcast_to(_HOLDS[self.kind](left, right), _shape(values))
        blank = _blank(left) | _blank(right)
        return np.where(blank, UNKNOWN, holds.astype(float))

    def p_values(
        self,
        values: Mapping[str, np.ndarray],
        low: Mapping[str, np.ndarray],
        high: Mapping[str, np.ndarray],
    ) -> np.ndarray:
        """Two-sided p-value of the margin that the metrics' 95 % intervals imply, per group.

        The margin's limits follow from those of its metrics by square and add (Zou and Donner
        2008, Construction of confidence limits about effect measures, Statistics in Medicine 27).
        """
        margin = self.margin(values)
        down, up = np.zeros_like(margin), np.zeros_like(margin)
        for name in self.metrics:
            ends = np.array(
                [self.margin({**values, name: end[name]}) for end in (low, high)], dtype=float
            )
            down += (margin - ends.min(axis=0)) ** 2
            up += (ends.max(axis=0) - margin) ** 2
        return implied_p_values(margin, margin - np.sqrt(down), margin + np.sqrt(up))


@dataclass(frozen=True, eq=False)
class Plain:
    """A part without a comparison of metrics: what it says of each group."""

    told: Callable[[Mapping[str, np.ndarray]], np.ndarray]
    metrics: tuple[str, ...] = ()

    def met(self, values: Mapping[str, np.ndarray]) -> np.ndarray:
        """`YES`, `NO` or `UNKNOWN` per group."""
        return self.told(values)


@dataclass(frozen=True, eq=False)
class Joined:
    """Parts joined by *and* or *or*."""

    every: bool
    parts: tuple["Node", ...]


Node = Joined | Comparison | Plain


def read(sql: str, metrics: set[str], *, place: str) -> Node:
    """A condition as a tree.

    Parameters
    ----------
    metrics : the names that stand for metrics, with what stands in front of them.

    Raises
    ------
    StudyError
        For SQL that is no condition, and for a comparison of metrics that no evidence can decide.
    """
    tree = parsed(sql)
    if tree is None:
        raise _refused(sql, place)
    return _Reader(sql, metrics, place).node(tree, positive=True)


def comparisons(node: Node) -> Iterator[Comparison]:
    """The comparisons of metrics in a condition."""
    if isinstance(node, Joined):
        for part in node.parts:
            yield from comparisons(part)
    elif node.metrics and isinstance(node, Comparison):
        yield node


def stem_of(name: str) -> str:
    """A name in a condition without what says whose value it is.

    >>> stem_of("rest_nps"), stem_of("leading_nps"), stem_of("nps")
    ('nps', 'nps', 'nps')
    """
    for prefix in (REST, PAST, LEADING):
        name = name.removeprefix(prefix)
    return name


def names_of(one: Comparison) -> list[str]:
    """Every name in a comparison, in the order in which it stands there."""
    return list(dict.fromkeys(name for side in (one.left, one.right) for name in _named(side)))


def truth(node: Node, answer: Callable[[Comparison | Plain], np.ndarray]) -> np.ndarray:
    """What a condition says of each group, given what its parts say."""
    if isinstance(node, Joined):
        parts = np.array([truth(part, answer) for part in node.parts])
        return parts.min(axis=0) if node.every else parts.max(axis=0)
    return answer(node)


@dataclass(frozen=True)
class _Reader:
    sql: str
    metrics: set[str]
    place: str

    def node(self, tree: dict, *, positive: bool) -> Node:
        kind = tree["type"]
        if kind in ("CONJUNCTION_AND", "CONJUNCTION_OR"):
            parts = tuple(self.node(part, positive=positive) for part in tree["children"])
            return Joined((kind == "CONJUNCTION_AND") == positive, parts)
        if kind == "OPERATOR_NOT":
            return self.node(tree["children"][0], positive=not positive)
        if kind == "COMPARE_BETWEEN":
            ends = (
                self._compared("COMPARE_GREATERTHANOREQUALTO", tree["input"], tree["lower"]),
                self._compared("COMPARE_LESSTHANOREQUALTO", tree["input"], tree["upper"]),
            )
            return Joined(positive, tuple(end(positive) for end in ends))
        if tree["class"] == "COMPARISON" and kind in _HOLDS:
            return self._compared(kind, tree["left"], tree["right"])(positive)
        return self._plain(tree, positive)

    def _compared(self, kind: str, left: dict, right: dict) -> Callable[[bool], Node]:
        def made(positive: bool) -> Node:
            shown = kind if positive else _OPPOSITE[kind]
            names = tuple(
                sorted({name for side in (left, right) for name in _named(side)} & self.metrics)
            )
            if names and shown in ("COMPARE_EQUAL", "COMPARE_NOTEQUAL"):
                raise _refused(self.sql, self.place)
            for side in (left, right):
                self._check(side)
            return Comparison(shown, left, right, names)

        return made

    def _check(self, tree: dict) -> None:
        if tree["class"] == "FUNCTION" and tree["function_name"] in _ARITHMETIC:
            for part in tree["children"]:
                self._check(part)
        elif tree["class"] == "CAST":
            self._check(tree["child"])
        elif tree["class"] not in ("COLUMN_REF", "CONSTANT"):
            raise _refused(self.sql, self.place)

    def _plain(self, tree: dict, positive: bool) -> Node:
        kind = tree["type"]
        if kind in ("OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"):
            self._check(tree["children"][0])
            blank = (kind == "OPERATOR_IS_NULL") == positive

            def told(values: Mapping[str, np.ndarray]) -> np.ndarray:
                empty = np.broadcast_to(
                    _blank(_number(tree["children"][0], values)), _shape(values)
                )
                return np.where(empty == blank, YES, NO)

            return Plain(told)
        if kind in ("COMPARE_IN", "COMPARE_NOT_IN"):
            column, *among = tree["children"]
            inside = (kind == "COMPARE_IN") == positive
            equal = tuple(self._compared("COMPARE_EQUAL", column, one)(inside) for one in among)
            return Joined(not inside, equal)
        if kind == "OPERATOR_CAST" and tree["child"]["class"] == "CONSTANT":
            value = str(tree["child"]["value"]["value"]).lower() in ("t", "true")
        elif tree["class"] == "CONSTANT" and isinstance(tree["value"].get("value"), bool):
            value = tree["value"]["value"]
        else:
            raise _refused(self.sql, self.place)
        return Plain(lambda values: np.full(_shape(values), YES if value == positive else NO))


def _refused(sql: str, place: str) -> StudyError:
    return StudyError(
        f"{place}: its SQL condition cannot be evaluated.",
        found=sql,
        expected="comparisons (<, <=, >, >=, between) of metrics and numbers, which may be added, "
        "subtracted, multiplied and divided, joined by and, or, not; `is null` asks whether a "
        "metric is known",
    )


def _shape(values: Mapping[str, np.ndarray]) -> tuple[int, ...]:
    return next(iter(values.values())).shape


def _bare(tree: dict) -> str:
    return tree["column_names"][-1] if tree["class"] == "COLUMN_REF" else ""


def _named(tree: object) -> Iterator[str]:
    if isinstance(tree, dict):
        if tree.get("class") == "COLUMN_REF":
            yield tree["column_names"][-1]
        for inner in tree.values():
            yield from _named(inner)
    elif isinstance(tree, list):
        for inner in tree:
            yield from _named(inner)


def _key(tree: dict) -> str:
    if tree["class"] == "COLUMN_REF":
        return tree["column_names"][-1]
    if tree["class"] == "CONSTANT":
        return repr(_constant(tree))
    if tree["class"] == "CAST":
        return _key(tree["child"])
    return f"({tree['function_name']} {' '.join(_key(part) for part in tree['children'])})"


def _constant(tree: dict) -> Any:
    value, kind = tree["value"].get("value"), tree["value"]["type"]
    if tree["value"]["is_null"]:
        return np.nan
    if kind["id"] == "DECIMAL":
        return value / 10 ** kind["type_info"]["scale"]
    return value


def _number(tree: dict, values: Mapping[str, np.ndarray]) -> Any:
    if tree["class"] == "COLUMN_REF":
        return values[tree["column_names"][-1]]
    if tree["class"] == "CONSTANT":
        return _constant(tree)
    if tree["class"] == "CAST":
        return _number(tree["child"], values)
    parts = [_number(part, values) for part in tree["children"]]
    with np.errstate(divide="ignore", invalid="ignore"):
        if len(parts) == 1:
            return -parts[0] if tree["function_name"] == "-" else parts[0]
        return _ARITHMETIC[tree["function_name"]](*parts)


def _blank(value: Any) -> Any:
    array = np.asarray(value)
    return np.isnan(array) if array.dtype.kind == "f" else np.zeros(array.shape, dtype=bool)
