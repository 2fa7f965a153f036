"""What slides look up, and how their cells read."""

from typing import Any

from helpers.report import wording
from helpers.report.content import Content
from helpers.report.deck.blocks import Placed, Text
from helpers.report.styling import short
from helpers.segments import verdicts
from helpers.words import numbers as fmt
from helpers.words import say
from helpers.words import segments as words

ROWS = 7  # rows of a table that a slide has room for


class Places:
    """The quarter, and what the document calls its exhibits (``numbers``: id → "Figure 4.2")."""

    def __init__(self, content: Content, numbers: dict[str, str]) -> None:
        self.content, self.numbers = content, numbers

    def placed(self, *ids: str) -> tuple[Placed, ...]:
        """The exhibits among ``ids`` that this quarter has."""
        found = ((name, self.content.exhibit(name)) for name in ids)
        return tuple(
            Placed(x, self.numbers.get(name, ""))
            for name, x in found
            if x is not None and x.kind == "figure"
        )

    def told(self, *ids: str) -> tuple[Text, ...]:
        """The findings among ``ids`` that this quarter has."""
        found = (self.content.exhibit(name) for name in ids)
        return tuple(
            Text(x.text) for x in found if x is not None and x.kind in ("finding", "warning")
        )

    def proofs(self, *ids: str) -> tuple[tuple[str, str], ...]:
        return tuple((self.numbers[name], name) for name in ids if name in self.numbers)

    def money(self, value: float, beside: float) -> str:
        if fmt.is_missing(value):
            return fmt.MISSING
        return fmt.short_money(value, self.content.currency, beside=beside)

    def compact(self, value: float, unit: str) -> str:
        """A metric's value as short as a cell of several needs it."""
        if unit == "currency" and not fmt.is_missing(value):
            return fmt.short_money(value, self.content.currency)
        return fmt.in_unit(value, unit, currency=self.content.currency)

    def interval(self, row: dict[str, Any]) -> str:
        if fmt.is_missing(row["lift_low"]) or fmt.is_missing(row["lift_high"]):
            return fmt.MISSING
        return wording.interval(row["lift_low"], row["lift_high"], self.content.currency)

    def lift(self, row: dict[str, Any]) -> str:
        shown = verdicts.has_amount(row["lift"], row["lift_low"])
        if verdicts.is_ranked(row["verdict"]) and not shown:
            return say(words.OPEN)
        lift = fmt.short_money(
            row["lift"], self.content.currency, signed=True, beside=row["lift_high"]
        )
        return f"{lift} ({self.interval(row)})"

    def goal(self, row: dict[str, Any]) -> str:
        """Metric with baseline and target."""
        if fmt.is_missing(row["metric"]) or not row["metric"]:
            return "–"
        unit = row.get("unit")
        unit = unit if isinstance(unit, str) and unit else self.unit(row["metric"])
        name = self.content.metric(row["metric"])[0]
        currency = self.content.currency
        now, target = row["baseline"], row["target"]
        if fmt.is_missing(now) or fmt.is_missing(target):
            shown = [fmt.in_unit(value, unit, currency=currency) for value in (now, target)]
        elif abs(target - now) <= 1e-9 * abs(now):
            return f"keep {name} at {fmt.in_unit(now, unit, currency=currency)}"
        else:
            shown = fmt.apart(now, target, unit, currency=currency)
        return f"{name}: {shown[0]} → {shown[1]}"

    def unit(self, metric: str) -> str:
        table = self.content.tables["segment_metrics"]
        units = table.loc[table["metric"].eq(metric), "unit"]
        return units.iloc[0] if len(units) else self.content.unit(metric)

    def step(self, step: dict[str, Any]) -> str:
        owner = f" ({short(step['owner'], 30)})" if step["owner"] else ""
        goal = self.goal(step)
        return f"{short(step['action'], 110)}{owner}" + (f" — {goal}" if goal != "–" else "")
