"""What a chart shows, in words, for those who cannot see it: computed from its data."""

import pandas as pd

from helpers.outputs import heading
from helpers.report.privacy import PERSONAL
from helpers.words import counting, say, spoken, translated
from helpers.words import name as put
from helpers.words import numbers as fmt

# Columns that say what a row is, and that say how much: the first one that a table has.
NAMES = (
    *("definition", "statement", "reason", "rule", "line", "label", "step", "metric", "field"),
    *("group", "segment"),
)
OURS = ("reason", "rule", "line", "label", "step")
VALUES = {
    "priority_score": "number",
    "lift": "signed_short_money",
    "effect": "signed",
    "filled_share": "percent",
    "survival": "percent",
    "value_share": "percent",
    "amount": "short_money",
    "accounts": "count",
    "quality_score": "short_money",
    "monthly_revenue": "short_money",
    "value": "by_unit",
}
MOST = 3  # values that are named


def described(data: pd.DataFrame, *, currency: str) -> str:
    """How many rows a chart draws, between which values they lie, and the largest by name.

    Parameters
    ----------
    data : the table behind the chart.
    currency : of its amounts.

    >>> table = pd.DataFrame({"definition": ["A", "B"], "lift": [900.0, -50.0]})
    >>> described(table, currency="EUR")
    '2 rows. Lift from −€50 to +€900. Largest: A +€900; B −€50.'
    """
    rows = say(counting.COUNTED["row"], told=fmt.number(len(data)), n=len(data))
    value = next((name for name in VALUES if name in data and _is_number(data[name])), None)
    known = data.dropna(subset=[value]).reset_index(drop=True) if value else data.head(0)
    if value is None or known.empty:
        return f"{rows}: {', '.join(_readable(name) for name in _columns(data))}."
    units = known["unit"].tolist() if "unit" in known else [""] * len(known)
    if len(set(units)) > 1:
        return f"{rows}: {', '.join(map(_readable, _columns(data)[:6]))}."
    ranked = known[value].astype(float).sort_values(ascending=False, kind="stable")

    def told(number: float) -> str:
        if VALUES[value] == "by_unit":
            return fmt.in_unit(number, str(units[0]), currency=currency)
        return fmt.formatted(number, VALUES[value], currency=currency)

    ends = {"low": told(ranked.iloc[-1]), "high": told(ranked.iloc[0])}
    parts = [f"{rows}.", say(counting.RANGE, what=_readable(value).capitalize(), **ends)]
    name = next((name for name in NAMES if name in data and known[name].ne("").all()), None)
    if name is not None:
        top = (
            f"{fmt.isolated(_named(name, known[name][place]))} {told(number)}"
            for place, number in ranked.head(MOST).items()
        )
        parts.append(put(counting.LARGEST, told="; ".join(top)))
    return spoken.set_in(" ".join(parts))


def _named(column: str, cell: object) -> str:
    """A row by its name; steps and rules have names of ours, which are told."""
    return str(spoken.value(str(cell)) if column in OURS else spoken.shown(str(cell)))


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column)


def _columns(data: pd.DataFrame) -> list[str]:
    return [str(name) for name in data.columns if name not in PERSONAL]


def _readable(name: str) -> str:
    known = translated(heading(name))  # English keeps the name of the column
    return name.replace("_", " ") if spoken.english() else known
