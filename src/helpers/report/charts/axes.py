"""Round limits and ticks of axes."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from helpers.report.charts.model import Axis, Tick
from helpers.words import numbers as fmt

PARTS = 5  # about as many steps as an axis has


def nice(low: float, high: float, *, parts: int = PARTS) -> tuple[float, float, float]:
    """Round limits that hold both values, never the same, and the step between them.

    >>> nice(-3.2, 17), nice(0, 0)
    ((-5, 20, 5), (0.0, 0.2, 0.2))
    """
    span = (high - low) or abs(high) or 1.0
    raw = span / parts
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next(f for f in (1, 2, 2.5, 5, 10) if f * power >= raw * 0.999)
    step = int(step) if step == int(step) else step
    first, last = math.floor(low / step) * step, math.ceil(high / step) * step
    return first, max(last, first + step), step


def axis(
    values: Iterable[float | None],
    format: str = "number",
    *,
    currency: str = "",
    zero: bool = True,
    parts: int = PARTS,
    title: str = "",
    high: float | None = None,
) -> Axis:
    """An axis that holds all values.

    Parameters
    ----------
    values : what is drawn; None and NaN are passed over.
    format : of the ticks, by its name in `helpers.words.numbers`.
    currency : of amounts.
    zero : whether it starts from 0, as every axis of bars does.
    parts : about as many steps.
    title : what is measured.
    high : the upper limit, where it is known beforehand.
    """
    numbers = [float(v) for v in values if v is not None and not fmt.is_missing(v)]
    known = [v for v in numbers if math.isfinite(v)] or [0.0, 1.0]
    low, most = min(known), max(known)
    low, most = (min(low, 0.0), max(most, 0.0)) if zero else (low, most)
    first, last, step = nice(low, most if high is None else high, parts=parts)
    if high is not None:
        last = high
    count = round((last - first) / step + 1e-9)
    steps = [first + k * step for k in range(count + 1) if first + k * step <= last * (1 + 1e-9)]
    return Axis(first, last, _ticks(steps, format, currency), format, currency, title)


def factors(values: Sequence[float], *, currency: str, title: str = "") -> Axis:
    """An axis by factors, for positive amounts that lie far apart."""
    known = np.asarray(values, dtype=float)
    low, high = _below(float(known.min())), _above(float(known.max()))
    first = math.floor(math.log10(low))
    powers = range(first, math.ceil(math.log10(high)) + 1)
    steps = [f * 10.0**k for k in powers for f in (1, 2, 5)]
    kept = [value for value in steps if low * 0.999 <= value <= high * 1.001]
    if len(kept) > 7:
        kept = [value for value in kept if math.log10(value) % 1 < 1e-9]
    ticks = _ticks(kept, "axis_money", currency)
    return Axis(low, high, ticks, "axis_money", currency, title, log=True)


def _below(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return power * max(f for f in (1, 2, 5) if f * power <= value * 1.0001)


def _above(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return power * min(f for f in (1, 2, 5, 10) if f * power >= value * 0.9999)


def _ticks(steps: Sequence[float], format: str, currency: str) -> tuple[Tick, ...]:
    """Ticks as exact as it takes to tell them apart."""
    if format == "percent":
        digits = _decimals([100 * value for value in steps])
        return tuple(Tick(value, fmt.percent(value, digits)) for value in steps)
    if format in ("number", "signed"):
        digits, signed = _decimals(steps), format == "signed"
        return tuple(Tick(value, fmt.number(value, digits, signed=signed)) for value in steps)
    return tuple(Tick(v, fmt.formatted(float(v), format, currency=currency)) for v in steps)


def _decimals(steps: Sequence[float]) -> int:
    """Decimals at which evenly spaced values can be told apart.

    >>> _decimals([0, 20, 40]), _decimals([0, 0.5, 1.0]), _decimals([0, 0.025])
    (0, 1, 3)
    """
    step = steps[1] - steps[0] if len(steps) > 1 else 1.0
    return next((n for n in range(4) if abs(step * 10**n - round(step * 10**n)) < 1e-6), 4)
