"""Number formats of native axes, so that an axis stays right when its data are edited."""

import math

from helpers.report.charts.model import Axis
from helpers.words import charts as words
from helpers.words import local, spoken
from helpers.words.numbers import MINUS, NARROW, SIZES, SYMBOLS


def code_of(axis: Axis) -> str:
    """The number format of an axis; "" where it has no ticks.

    >>> from helpers.report.charts.axes import axis
    >>> code_of(axis([0, 0.4], "percent")), code_of(axis([0, 700], "count"))
    ('0\\\\ %', '#,##0')
    >>> code_of(axis([-900, 2500], "signed_axis_money", currency="EUR"))
    '+"€"#,##0,"k";"−""€"#,##0,"k";"€"0'
    >>> code_of(axis([2e12, 9e12], "axis_money", currency="IDR"))
    '"IDR\\xa0"#,##0,,,,"tn";"−""IDR\\xa0"#,##0,,,,"tn";"IDR\\xa0"0'
    """
    if not axis.ticks:
        return ""
    signed = axis.format.startswith("signed")
    name = axis.format.removeprefix("signed_")
    if name in ("axis_money", "short_money", "money"):
        return _money(axis, signed=signed)
    if name == "percent":
        plain = "0" + _point(_decimals(axis.step * 100))
        return f"{plain}\\ %" if spoken.english() else local.percent(plain)
    plain = "#,##0" + _point(_decimals(axis.step))
    return f"+{plain};{MINUS}{plain};0" if signed else plain


def _money(axis: Axis, *, signed: bool) -> str:
    most = max(abs(axis.low), abs(axis.high))
    large = [(size, unit) for size, unit in _sizes() if size <= most]
    if axis.log and large:  # ticks are powers of ten, and a format has room for two conditions
        told = [f"[>={size:.0f}]{_told('0', axis, size, unit)}" for size, unit in large[:2]]
        return ";".join([*told, _told("#,##0", axis)])
    size, unit = large[0] if large else (1.0, "")
    if axis.log:
        return _told("General" if axis.low < 1 else "#,##0", axis)
    told = _told("#,##0" + _point(_decimals(axis.step / size)), axis, size, unit)
    return f'{"+" if signed else ""}{told};"{MINUS}"{told};{_told("0", axis)}'


def _sizes() -> list[tuple[float, str]]:
    """What a format can divide by, thousands of thousands, and what that is called."""
    if spoken.english():
        return list(SIZES)
    return [(size, spoken.translated(name)) for size, name in words.LARGE]


def _told(plain: str, axis: Axis, size: float = 1.0, unit: str = "") -> str:
    """The format of an amount: letters in quotes, else US$ would have the seconds of a day."""
    if spoken.english():
        before, after = SYMBOLS.get(axis.currency, axis.currency + NARROW), ""
    else:
        before, _, after = local.money(plain, axis.currency).partition(plain)
    commas = "," * round(math.log10(size) / 3)
    before, unit, after = (f'"{part}"' if part else "" for part in (before, unit, after))
    return before + plain + commas + unit + after


def digits(value: float) -> str:
    """A number as the condition of a format has it: never with an exponent.

    >>> digits(2.5e9), digits(-1e-4), digits(0.0)
    ('2500000000', '-0.0001', '0')
    """
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _decimals(step: float) -> int:
    return next((n for n in range(3) if abs(step * 10**n - round(step * 10**n)) < 1e-6), 3)


def _point(decimals: int) -> str:
    return f".{'0' * decimals}" if decimals else ""
