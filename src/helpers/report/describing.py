"""What a chart shows, in words, for those who cannot see it: computed from its data."""

import pandas as pd

from helpers.report.privacy import PERSONAL
from helpers.words import numbers as fmt

# Columns that say what a row is, and that say how much: the first one that a table has.
NAMES = (
    *("definition", "statement", "reason", "rule", "line", "label", "step", "metric", "field"),
    *("group", "segment"),
)
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
    rows = "1 row" if len(data) == 1 else f"{fmt.number(len(data))} rows"
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

    parts = [f"{rows}.", f"{_readable(value).capitalize()} from {told(ranked.iloc[-1])}"]
    parts.append(f"to {told(ranked.iloc[0])}.")
    name = next((name for name in NAMES if name in data and known[name].ne("").all()), None)
    if name is not None:
        top = (
            f"{fmt.isolated(str(known[name][place]))} {told(number)}"
            for place, number in ranked.head(MOST).items()
        )
        parts.append(f"Largest: {'; '.join(top)}.")
    return " ".join(parts)


def _is_number(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column)


def _columns(data: pd.DataFrame) -> list[str]:
    return [str(name) for name in data.columns if name not in PERSONAL]


def _readable(name: str) -> str:
    return name.replace("_", " ")
