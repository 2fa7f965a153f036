"""What native charts are made of: marks, bars, axes and their number formats."""

import math
from dataclasses import dataclass, field, replace
from typing import Any

from helpers.report import styling as st
from helpers.report.powerpoint.master import hex6
from helpers.words.numbers import MINUS, NARROW, SYMBOLS, short_money


@dataclass(frozen=True)
class Point:
    """A mark with the reach of its interval to both sides, and its label; without x a gap."""

    x: float | None
    y: float | None
    minus: float | None = None
    plus: float | None = None
    label: str = ""


@dataclass(frozen=True)
class Series:
    """Marks of one look. ``line`` joins them; ``bar`` is the thickness of the intervals."""

    name: str
    points: tuple[Point, ...]
    colour: str = st.INK
    marker: str = "circle"
    filled: bool = True
    size: int = 7
    bar: float = 1.75
    line: float = 0.0
    dashed: bool = False
    labels: str = ""  # where labels stand: "r", "l", "t" or nowhere
    faint: bool = False  # half transparent: applications differ in what they draw on top


@dataclass(frozen=True)
class Axis:
    """Limits, number format and title of an axis; without ``format`` nothing is written."""

    low: float | None = None
    high: float | None = None
    step: float | None = None
    format: str = ""
    title: str = ""
    grid: bool = False
    line: bool = False


@dataclass(frozen=True)
class Scatter:
    """Marks over two numeric axes. ``gutter``: share of the width left of the marks, for labels."""

    series: tuple[Series, ...]
    x: Axis
    y: Axis
    gutter: float = 0.0
    tail: float = 0.03
    kind: str = "XY scatter chart"

    def drawn(self) -> tuple[Series, ...]:
        """All series with intervals as lines of their own, the longest first.

        LibreOffice drops custom error bars along x, and a first series that is shorter than
        another one; lines between the limits show in every application and can be edited as
        cells of the workbook.
        """
        found = []
        for entry in self.series:
            ends: list[Point] = []
            for point in entry.points:
                if point.minus is not None and point.plus is not None:
                    ends += [Point(None, None)] if ends else []
                    ends.append(Point(point.x - point.minus, point.y))
                    ends.append(Point(point.x + point.plus, point.y))
            if ends:
                name = f"{entry.name}: interval"
                line = replace(entry, name=name, points=tuple(ends), marker="none", labels="")
                found.append(replace(line, line=entry.bar))
            if entry.marker != "none" or not ends:
                found.append(entry)
        longest = max(found, key=lambda entry: len(entry.points))
        return (longest, *(entry for entry in found if entry is not longest))


@dataclass(frozen=True)
class Bars:
    """Bars over named rows, or upright columns; a colour per series, or per value."""

    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float | None, ...]], ...]
    colours: tuple[str | tuple[str | None, ...], ...]
    axis: Axis = field(default_factory=Axis)
    formats: tuple[str | tuple[str, ...], ...] = ()  # of value labels, per series or value; "" = no
    stacked: bool = False
    upright: bool = False
    gutter: float = 0.0
    gap: int = 70
    tail: float = 0.12
    heading: str = ""

    @property
    def kind(self) -> str:
        """What a screen reader says."""
        return f"{'Stacked ' if self.stacked else ''}{'column' if self.upright else 'bar'} chart"


Native = Scatter | Bars


# ── axes ─────────────────────────────────────────────────────────────────────────────────────────
def nice(low: float, high: float, *, parts: int = 5) -> tuple[float, float, float]:
    """Round limits that hold both values, and the step between them.

    >>> nice(-3.2, 17)
    (-5, 20, 5)
    """
    span = (high - low) or abs(high) or 1.0
    raw = span / parts
    power = 10.0 ** math.floor(math.log10(raw))
    step = power * next(f for f in (1, 2, 2.5, 5, 10) if f * power >= raw * 0.999)
    step = int(step) if step == int(step) else step
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def money_code(currency: str, most: float, *, signed: bool = False, digits: int = 0) -> str:
    """Number format of an axis or of labels in money, in the unit of the largest value."""
    symbol = SYMBOLS.get(currency, currency + NARROW)
    size = abs(most)
    scale = next(
        (s for s in ((1e9, ",,,", "bn"), (1e6, ",,", "M"), (1e3, ",", "k")) if size >= s[0]),
        (1, "", ""),
    )
    shown = f'"{symbol}"#,##0{"." + "0" * digits if digits else ""}{scale[1]}'
    shown += f'"{scale[2]}"' if scale[2] else ""
    return f'{"+" if signed else ""}{shown};"{MINUS}"{shown};"{symbol}"0'


def short_code(value: float, currency: str) -> str:
    """Number format that shows a value as ``formats.short_money`` tells it.

    >>> short_code(1643100, "USD"), short_code(2625, "EUR"), short_code(45600, "CHF")
    ('"$"0.00,,"M"', '"€"#,##0', '"CHF\\xa0"0.0,"k"')
    """
    told = short_money(abs(value), "")
    figure = told.rstrip("kMbn")
    unit = told[len(figure) :]
    decimals = len(figure.partition(".")[2])
    shown = f"0.{'0' * decimals}" if decimals else "#,##0" if not unit else "0"
    commas = {"": "", "k": ",", "M": ",,", "bn": ",,,"}[unit]
    symbol = SYMBOLS.get(currency, currency + NARROW)
    return f'"{symbol}"{shown}{commas}' + (f'"{unit}"' if unit else "")


def money_axis(low: float, high: float, currency: str, **options: Any) -> Axis:
    """An axis in money with round limits."""
    first, last, step = nice(low, high)
    most = max(abs(first), abs(last))
    unit = 1e9 if most >= 1e9 else 1e6 if most >= 1e6 else 1e3 if most >= 1e3 else 1.0
    digits = 0 if (step / unit) == int(step / unit) else 1 if (step / unit * 10) % 1 == 0 else 2
    signed = options.pop("signed", False)
    code = money_code(currency, most, signed=signed, digits=digits)
    return Axis(first, last, step, code, **options)


def lighter(colour: str) -> str:
    """What stands for hollow: LibreOffice draws no border around a mark, so white would vanish."""
    parts = (int(hex6(colour)[k : k + 2], 16) for k in (0, 2, 4))
    return "#" + "".join(f"{round(part + (255 - part) * 0.6):02x}" for part in parts)
